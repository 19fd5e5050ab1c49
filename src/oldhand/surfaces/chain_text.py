"""Replies about chains as lines, for people and agents alike.

Nothing is made safe here but line breaks: each surface escapes, colours or seals the lines as its readers need.
"""

from collections.abc import Iterator
from typing import Any

from oldhand.model.visible import line
from oldhand.recall.render import clipped
from oldhand.surfaces.counting import agreeing
from oldhand.surfaces.file_text import CODE, HEAD, NOTE, TAIL, WARNING, Line

SHOWN_DIGITS = 12
LONGEST = 300  # characters of a text where a chain is not told as a story; --json gives all of it
ORDINARY = "active"


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of an operation of the group `chain` as lines."""
    told = {
        "chain_list": _listed, "chain_show": _shown, "chain_cat": _narrated, "chain_pop": _narrated,
        "chain_promote": _promoted,
    }  # fmt: skip
    yield from told.get(operation, _changed)(reply)


def _changed(reply: Any) -> Iterator[Line]:
    said = {
        "remembered": "Made", "restored": "Taken up again", "confirmed": "Made", "extended": "Extended",
        "stashed": "Put aside", "unchanged": "It is so already", "quarantined": "It waits in `oldhand review`",
    }  # fmt: skip
    why = f" ({line(reply.why)})" if reply.why else ""
    went = f", {reply.went} taken out" if reply.went else ""
    yield Line(HEAD, f"{said.get(reply.outcome, reply.outcome)}{why}: {_name(reply.chain)}{went}")
    yield from _members(reply.items)
    if reply.outcome == "stashed":
        yield Line(TAIL, "`oldhand chain pop` takes it back.")


def _name(chain: Any) -> str:
    members = f"{chain.members} member{'s' * (chain.members != 1)}"
    return f"{line(chain.name)}  [{chain.id[:SHOWN_DIGITS]}], {members}"


def _members(items: Any, longest: int = LONGEST) -> Iterator[Line]:
    for one in items:
        yield from _member(one, longest)


def _member(one: Any, longest: int) -> Iterator[Line]:
    """A member: its place, its date, its words; what is to be known about it below."""
    indent = "  " * (one.depth + 1)
    text = line(clipped(one.text, longest) if longest else one.text) or f"({line(one.note) or one.state})"
    state = f" {one.state.upper()}" if one.state != ORDINARY else ""
    name = f"[{one.kind} {one.id[:SHOWN_DIGITS]}]" if one.kind else f"[{one.id[:SHOWN_DIGITS]}]"
    yield Line(CODE, f"{indent}{one.number}. {one.date or '?':<10}{state}  {text}  {name}")
    if one.note and one.text:
        yield Line(WARNING if one.state != ORDINARY else NOTE, f"{indent}   {line(one.note)}")


def _listed(reply: Any) -> Iterator[Line]:
    for one in reply.items:
        span = f", {one.first} to {one.last}" if one.first else ""
        state = f"  {one.state}" if one.state != ORDINARY else ""
        yield Line(CODE, f"{_name(one)}{span}{state}")
        if one.about:
            yield Line(TAIL, f"  {line(clipped(one.about, LONGEST))}")
        if one.troubled:
            are = agreeing(one.troubled, "of them is", "of them are")
            yield Line(WARNING, f"  {are} replaced, put away or gone: `oldhand chain show`")
    if not reply.items and not reply.left_out:
        yield Line(HEAD, "No chains. `oldhand chain create NAME ID ...` makes one.")
    if reply.left_out:
        yield Line(TAIL, f"{reply.left_out:,} more (--limit).")
    if reply.stashed:
        yield Line(TAIL, f"{reply.stashed} put aside: `oldhand chain list --every`, `oldhand chain pop`.")


def _shown(reply: Any) -> Iterator[Line]:
    state = f", {reply.chain.state}" if reply.chain.state != ORDINARY else ""
    yield Line(HEAD, f"{_name(reply.chain)}{state}")
    if reply.chain.about:
        yield Line(CODE, f"  {line(clipped(reply.chain.about, LONGEST))}")
    yield from _members(reply.items)
    for name in reply.promoted:
        yield Line(TAIL, f"  {name[:SHOWN_DIGITS]} was made from it")


def _narrated(reply: Any) -> Iterator[Line]:
    back = "Taken back: " if reply.outcome == "popped" else ""
    yield Line(HEAD, f"{back}{line(reply.name)}")
    if reply.about:
        yield Line(CODE, f"  {line(reply.about)}")
    for number, one in enumerate(reply.items):
        if number == 1 and reply.left_out:
            yield Line(NOTE, f"  … {reply.left_out} left out (--budget-tokens)")
        yield from _member(one, 0)
    if not reply.items:
        yield Line(TAIL, "It has no members. `oldhand chain extend` adds some.")
    if reply.cut:
        yield Line(TAIL, "Texts were cut to fit the budget.")


def _promoted(reply: Any) -> Iterator[Line]:
    why = f" ({line(reply.why)})" if reply.why else ""
    yield Line(HEAD, f"{reply.outcome} {reply.kind} {reply.id[:SHOWN_DIGITS]}{why}")
    yield Line(CODE, f"  {line(reply.text)}")
    stay = f"made from {len(reply.inputs)} member{'s' * (len(reply.inputs) != 1)}, which stay"
    yield Line(TAIL, f"  {stay}")
    if reply.left_out:
        names = ", ".join(name[:SHOWN_DIGITS] for name in reply.left_out)
        yield Line(WARNING, f"  nothing was made from {names}: contested, in review, or gone")
    if reply.lost:
        yield Line(WARNING, f"  it does not have: {', '.join(line(one) for one in reply.lost)}")
