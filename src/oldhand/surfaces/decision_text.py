"""Replies about decisions as lines, for people and agents alike.

Nothing is made safe here but line breaks: each surface escapes, colours or seals the lines as its readers need.
"""

from collections.abc import Callable, Iterator
from typing import Any

from oldhand.model.visible import line
from oldhand.recall.render import clipped
from oldhand.surfaces.counting import agreeing, many
from oldhand.surfaces.file_text import CODE, HEAD, NOTE, TAIL, WARNING, Line

SHOWN_DIGITS = 12
SHOWN_COMMIT = 7
LONGEST = 300  # characters of one text in a list
LONGEST_WHOLE = 4_000  # characters of one text where a decision is shown whole; --json gives all of it
MOST_EVIDENCE = 8  # pieces of evidence told of one decision; `oldhand outcomes show` tells all
MOST_SKIPPED = 8  # files that were not taken, told one by one
WHOLE = 10_000
_OUTCOMES = {
    "remembered": "Recorded", "confirmed": "It was recorded before", "changed": "Recorded, and what was known changed",
    "unchanged": "Nothing about it is new", "restored": "It is in force again",
    "contested": "Recorded beside what contradicts it; `oldhand review` settles which holds",
    "quarantined": "It waits in `oldhand review`", "settled": "It was decided otherwise before; nothing was changed",
}  # fmt: skip
_FATES = {
    "same": "unchanged", "gone": "GONE", "unknown": "cannot be read now",
}  # fmt: skip


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of an operation of the group `decision`, or of `decide`, as lines."""
    told: dict[str, Callable[[Any], Iterator[Line]]] = {
        "decision_list": _listed, "decision_show": _shown, "decision_record": _recorded, "decision_link": _linked,
        "decision_supersede": _superseded, "decide": _known,
        "decision_export": _exported, "decision_import": _imported,
    }  # fmt: skip
    yield from told[operation](reply)


# -- before deciding ----------------------------------------------------------------------------------

_KINDS = {"TRIED": WARNING, "CONTESTED": WARNING, "CALIBRATION": NOTE, "ASK": NOTE, "Next:": TAIL, "Outcomes": NOTE}


def _known(reply: Any) -> Iterator[Line]:
    """What is known before deciding: its lines keep to the budget that was asked for."""
    for text in reply.lines:
        yield Line(CODE if text.startswith(" ") else _KINDS.get(text.partition(" ")[0], CODE), text)


# -- a list -------------------------------------------------------------------------------------------


def _listed(reply: Any) -> Iterator[Line]:
    for one in reply.items:
        yield from row(one)
    if not reply.total:
        yield Line(HEAD, "No decision fits. `oldhand decision record` records one; --every lists those put away, too.")
        return
    states = ", ".join(f"{count:,} {state}" for state, count in reply.states.items())
    more = f"; {reply.left_out:,} more (--limit)" if reply.left_out else ""
    yield Line(TAIL, f"{many(reply.total, 'decision')}: {states}{more}.")
    if reply.behind:
        yield Line(NOTE, reply.behind)


def row(one: Any, indent: str = "") -> Iterator[Line]:
    """A decision in a list: what and how it ended, then what is known about it."""
    yield Line(CODE, f"{indent}{one.id[:SHOWN_DIGITS]}  {one.state:<9}  {line(clipped(one.name, LONGEST))}")
    facts = [one.at]
    facts += [f"{share(one.confidence)} sure"] if one.confidence >= 0 else []
    facts += [f"by {line(one.by)}"] if one.by else []
    facts += [line(one.module)] if one.module else []
    facts += [f"{one.alternatives} alternative{'s' * (one.alternatives != 1)}"] if one.alternatives else []
    facts += [one.standing] if one.standing != "active" else []
    yield Line(TAIL, f"{indent}{' ' * (SHOWN_DIGITS + 2)}{', '.join(facts)}")


def share(value: int) -> str:
    """Ten-thousandths as people read them: 80%."""
    return f"{value * 100 / WHOLE:g}%"


# -- one, whole ---------------------------------------------------------------------------------------


def _shown(reply: Any) -> Iterator[Line]:
    yield from whole(reply.decision)
    if reply.behind:
        yield Line(NOTE, reply.behind)


def whole(one: Any) -> Iterator[Line]:
    """A decision with everything that is known of it."""
    yield from _head(one)
    yield from _options(one)
    yield from _expected(one)
    yield from _outcome(one.outcome, tied=bool(one.commits))
    yield from _sources(one)
    yield from _ties(one)


def _head(one: Any) -> Iterator[Line]:
    if one.title:
        yield Line(HEAD, line(one.title))
    yield from _long(HEAD if not one.title else CODE, "", one.text)
    standing = "" if one.standing == "active" else f"  {one.standing.upper()}"
    said_by = one.said_by if one.trust in ("user", "agent") else ""  # who read a record in did not decide it
    by = "/".join(filter(None, (one.agent, one.model))) or ", ".join(one.deciders) or said_by
    facts = [one.at[:10], *([f"by {line(clipped(by, LONGEST))}"] if by else [])]
    facts += [*([one.trust] if one.trust != by else []), line(one.domain)]
    facts += [line(one.module)] if one.module else []
    facts += [line(tag) for tag in one.tags]
    yield Line(TAIL, f"{one.id[:SHOWN_DIGITS]}  {', '.join(facts)}{standing}")
    for other in one.superseded_by:
        yield Line(WARNING, f"Superseded by {_neighbour(other)}")
    for other in one.supersedes:
        yield Line(CODE, f"Supersedes {_neighbour(other)}")
    yield from _long(CODE, "Why: ", one.reason)


def _neighbour(one: Any) -> str:
    why = f": {line(clipped(one.reason, LONGEST))}" if one.reason else ""
    return f"{one.id[:SHOWN_DIGITS]} {line(clipped(one.name, LONGEST))} ({one.at}){why}"


def _options(one: Any) -> Iterator[Line]:
    if len(one.options) < 2 and not (one.options and (one.options[0].pros or one.options[0].cons)):
        return
    yield Line(HEAD, "Options")
    for number, option in enumerate(one.options):
        mark = "chosen" if option.chosen else f"{number}"
        name = line(clipped(option.name, LONGEST))
        yield Line(CODE, f"  {mark:<6}  {name}")
        yield from (Line(CODE, f"          + {line(clipped(text, LONGEST_WHOLE))}") for text in option.pros)
        yield from (Line(CODE, f"          - {line(clipped(text, LONGEST_WHOLE))}") for text in option.cons)


def _expected(one: Any) -> Iterator[Line]:
    facts = []
    if one.confidence >= 0:
        facts.append(f"{share(one.confidence)} sure that it goes well, stated by {one.stated_by or 'somebody'}")
    facts += [f"risk {one.risk}"] if one.risk else []
    facts += [f"effort {effort(one.estimate)}"] if one.estimate >= 0 else []
    if not (facts or one.predicted or one.criteria or one.assumptions):
        return
    yield Line(HEAD, "Expected")
    if facts:
        yield Line(CODE, f"  {', '.join(facts)}")
    yield from _long(CODE, "  Predicted: ", one.predicted)
    yield from (Line(CODE, f"  It went well if {line(clipped(text, LONGEST_WHOLE))}") for text in one.criteria)
    for each in one.assumptions:
        kind = WARNING if each.state == "falsified" else CODE
        state = f"  {each.state.upper()}" if each.state else ""
        yield Line(kind, f"  Assumes {line(clipped(each.text, LONGEST_WHOLE))}  [{each.id[:SHOWN_DIGITS]}]{state}")


def effort(minutes: int) -> str:
    """Minutes as people read them; a day has eight hours."""
    return f"{minutes} min" if minutes < 60 else f"{minutes / 60:.3g} h" if minutes < 480 else f"{minutes / 480:.3g} d"


def _outcome(end: Any, *, tied: bool) -> Iterator[Line]:
    yield Line(HEAD, f"Outcome: {end.state}" + (f", {end.at}" if end.at else ""))
    if end.word is not None:
        reason = f": {line(clipped(end.word.reason, LONGEST_WHOLE))}" if end.word.reason else ""
        yield Line(CODE, f"  {end.word.at} {line(end.word.by)} ({end.word.trust}) says {end.word.state}{reason}")
        if end.derived != end.state and end.evidence:
            yield Line(NOTE, f"  evidence alone says {end.derived}")
    for one in end.evidence[-MOST_EVIDENCE:]:
        ref = f" ({line(one.ref[:SHOWN_DIGITS])})" if one.ref else ""
        facts = f"{share(one.value)} good, weight {one.weight / WHOLE:g}"
        yield Line(CODE, f"  {one.at} {one.source}: {line(clipped(one.said, LONGEST))}{ref}  [{facts}]")
    if len(end.evidence) > MOST_EVIDENCE:
        yield Line(TAIL, f"  {len(end.evidence) - MOST_EVIDENCE} more: `oldhand outcomes show {end.id[:SHOWN_DIGITS]}`")
    if end.state == "open" and not end.evidence:
        name = end.id[:SHOWN_DIGITS]
        first = "" if tied else f"`oldhand decision link {name} --commit ID` names the commits that carry it out, "
        steps = f"{first}`oldhand outcomes update` reads evidence off them, `oldhand decision resolve {name}` says it"
        yield Line(TAIL, f"  No evidence so far: {steps}.")


def _sources(one: Any) -> Iterator[Line]:
    if not one.read:
        return
    changed = sum(each.state in ("changed", "gone") for each in one.read)
    said = f", {changed} changed since" if changed else ", none changed since"
    yield Line(HEAD, f"Read for it: {len(one.read)} document{'s' * (len(one.read) != 1)}{said}")
    for each in one.read:
        kind = WARNING if each.state in ("changed", "gone") else CODE
        yield Line(kind, f"  {line(each.path)}  {_fate(each)}")


def _fate(each: Any) -> str:
    if each.state != "changed":
        said = _FATES[each.state]
    elif each.added < 0:
        said = "CHANGED (how cannot be told: git has not the version that was read)"
    else:
        said = f"CHANGED +{each.added} -{each.removed} lines"
    if each.commit:
        said += f", last by {each.commit[:SHOWN_COMMIT]} {line(clipped(each.subject, 80))}"
    return said


def _ties(one: Any) -> Iterator[Line]:
    tied = [
        f"  commit {each.commit[:SHOWN_DIGITS]}"
        + (f"  {each.at} {line(clipped(each.subject, LONGEST))}" if each.at else "  (not in this repository)")
        for each in one.commits
    ]
    tied += [f"  pull request {line(each)}" for each in one.prs]
    tied += [f"  incident {line(each)}" for each in one.incidents]
    tied += [f"  about {line(each)}" for each in one.anchors]
    if tied:
        yield Line(HEAD, "Tied to")
        yield from (Line(CODE, text) for text in tied)
    for each in one.overrides:
        check, _, reason = each.partition(" ")
        yield Line(CODE, f"Passed the check {line(check)}: {line(clipped(reason, LONGEST))}")
    if not one.commits:
        yield Line(TAIL, f"A commit carries it out when its message ends in the line `{one.trailer}`.")


def _long(kind: str, lead: str, text: str) -> Iterator[Line]:
    """A text of any number of lines, each one of its own, under its lead."""
    if not text.strip():
        return
    first, *rest = _lines(text)
    yield Line(kind, f"{lead}{first}")
    indent = " " * min(len(lead), 4)
    yield from (Line(kind if kind != HEAD else CODE, f"{indent}{said}") for said in rest)


def _lines(text: str) -> list[str]:
    said = text.strip()
    said = said if len(said) <= LONGEST_WHOLE else said[: LONGEST_WHOLE - 1] + "…"
    return [line(part) for part in said.split("\n")]


# -- after a change -----------------------------------------------------------------------------------


def _recorded(reply: Any) -> Iterator[Line]:
    joined = " It was known in other words, which stay." if reply.joined else ""
    why = f" ({line(reply.why)})" if reply.why else ""
    yield Line(HEAD, f"{_OUTCOMES.get(reply.outcome, reply.outcome)}{why}.{joined}")
    yield from _signs(reply.signs)
    one = reply.decision
    yield from _head(one)
    yield from _options(one)
    yield from _expected(one)
    if one.read:
        yield Line(CODE, f"Read for it: {', '.join(line(each.path) for each in one.read)}")
    for other in reply.against:
        yield Line(WARNING, f"It speaks against {other[:SHOWN_DIGITS]}: `oldhand show {other[:SHOWN_DIGITS]}`")
    yield Line(TAIL, f"A commit carries it out when its message ends in the line `{one.trailer}`.")


def _signs(told: Any) -> Iterator[Line]:
    if told:
        from oldhand.surfaces.safety_text import signs

        yield from signs(told)


def _linked(reply: Any) -> Iterator[Line]:
    changes = [f"+ {line(each)}" for each in reply.added] + [f"- {line(each)}" for each in reply.removed]
    yield Line(
        HEAD, ("Tied." if reply.added else "Untied.") if changes else "It was tied so before; nothing was changed."
    )
    yield from (Line(CODE, f"  {each}") for each in changes)
    yield from row(reply.decision)
    counts = [(len(reply.commits), "commit"), (len(reply.prs), "pull request"), (len(reply.incidents), "incident")]
    told = ", ".join(f"{count} {noun}{'s' * (count != 1)}" for count, noun in counts if count)
    for each in reply.reverts:
        yield Line(NOTE, f"{each[:9]} takes back what carries it: it counts as its revert, and does not carry it out.")
    yield Line(TAIL, f"Tied to {told or 'nothing'}. Commits to come say it themselves: `{reply.trailer}`.")


def _superseded(reply: Any) -> Iterator[Line]:
    done = "Recorded, and " if reply.new else ""
    yield Line(HEAD, f"{done}{'it takes' if reply.changed else 'it took'} the place of the older one.")
    yield from _signs(reply.signs)
    yield Line(CODE, f"holds   {reply.decision.id[:SHOWN_DIGITS]}  {line(clipped(_name(reply.decision), LONGEST))}")
    yield Line(CODE, f"yields  {reply.older.id[:SHOWN_DIGITS]}  {line(clipped(_name(reply.older), LONGEST))}")
    for other in reply.older.superseded_by:
        if other.id == reply.decision.id and other.reason:
            yield Line(CODE, f"because {line(clipped(other.reason, LONGEST_WHOLE))}")
    if reply.decision.standing not in ("active", "contested"):
        yield Line(WARNING, f"The one that takes its place is {reply.decision.standing}.")


def _exported(reply: Any) -> Iterator[Line]:
    told = {"written": "+", "rewritten": "~", "changed by hand": "!"}
    for one in reply.items:
        if one.done in told:
            kind = WARNING if one.done == "changed by hand" else CODE
            after = "  changed by hand, left as it is" if kind == WARNING else ""
            yield Line(kind, f"{told[one.done]} {line(one.file)}{after}")
    would = "Nothing was written (--dry-run). " if reply.dry_run else ""
    counts = ", ".join(f"{count:,} {done}" for done, count in reply.counts.items()) or "there is no decision"
    yield Line(HEAD, f"{would}{line(reply.folder)}: {counts}.")
    if reply.counts.get("changed by hand"):
        yield Line(NOTE, f"`oldhand decision import {line(reply.folder)}` takes in what people changed.")


def _imported(reply: Any) -> Iterator[Line]:
    for one in reply.records:
        if one.outcome != "same":
            kind = CODE if one.outcome in ("new", "changed") else WARNING
            yield Line(kind, f"{one.id[:SHOWN_DIGITS]}  {one.outcome:<8}  {line(clipped(one.title, LONGEST))}")
    would = "Nothing was changed (--dry-run). " if reply.dry_run else ""
    counts = ", ".join(f"{count:,} {outcome}" for outcome, count in reply.counts.items())
    ties = f"; {agreeing(reply.ties, 'yields', 'yield')} to another now" if reply.ties else ""
    secrets = f"; {agreeing(reply.secrets, 'secret was', 'secrets were')} replaced" if reply.secrets else ""
    yield Line(HEAD, f"{would}{many(len(reply.records), 'record')}: {counts}{ties}{secrets}.")
    yield from (Line(TAIL, f"  {line(clipped(said, LONGEST))}") for said in reply.skipped[:MOST_SKIPPED])
    if len(reply.skipped) > MOST_SKIPPED:
        more = agreeing(len(reply.skipped) - MOST_SKIPPED, "more was", "more were")
        yield Line(TAIL, f"  {more} not taken (--json names them)")


def _name(one: Any) -> str:
    return str(one.title or one.text.strip().split("\n")[0])
