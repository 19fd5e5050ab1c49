"""Replies about anchors as lines of text, for people and agents alike.

Nothing is made safe here: each surface escapes, colours or seals the lines as its readers need.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from oldhand.recall.render import SHOWN_ID

OPERATIONS = ("anchors_verify", "anchors_list")
HEAD, TAIL, PLAIN = "head", "tail", "plain"  # what a line is; else it is the state that the line tells of
SHOWN_COMMIT = 9  # digits, as git shows them in a large repository
SAME = "holds"


class Line(NamedTuple):
    """A line and what it is: HEAD, TAIL, PLAIN or a state."""

    kind: str
    text: str


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of one of OPERATIONS as lines."""
    return _verified(reply) if operation == "anchors_verify" else _listed(reply)


def _verified(reply: Any) -> Iterator[Line]:
    if not reply.anchors:
        yield Line(HEAD, "No memory is tied to anything there. `oldhand remember TEXT --anchor FILE::SYMBOL` ties one.")
        return
    counts = [
        f"{count:,} {word}" for count, word in (
            (reply.holds, "as noted"), (reply.moved, "moved"), (reply.changed, "changed"), (reply.gone, "gone"),
            (reply.cannot_tell, "cannot be told"),
        ) if count
    ]  # fmt: skip
    again = "" if reply.looked == reply.anchors else f" ({reply.looked:,} looked at again)"
    yield Line(HEAD, f"{reply.anchors:,} anchor{'s' * (reply.anchors != 1)}: {', '.join(counts)}{again}.")
    for one in reply.findings:
        yield Line(one.state, f"{one.state:<8}{told(one)}")
        yield Line(PLAIN, f"        {one.memory[:SHOWN_ID]} {one.text}")
    if reply.left_out:
        yield Line(TAIL, f"{reply.left_out:,} more (--limit).")
    yield from (Line(TAIL, text) for text in _next(reply))


def _next(reply: Any) -> Iterator[str]:
    """What was rewritten, and what may be done next."""
    if reply.followed:
        done = "would be rewritten" if reply.dry_run else "rewritten"
        yield f"{reply.followed:,} anchor{'s' * (reply.followed != 1)} {done} to the present place."
    elif reply.moved and not reply.of_documents:
        yield "Next: `oldhand anchors verify --follow` rewrites what moved to its present place."
    if reply.of_documents:
        yield f"{reply.of_documents:,} moved within the documents they were read from: `oldhand init` follows them."
    if reply.changed or reply.gone:
        yield "Next: for what changed or is gone, `oldhand confirm ID`, `oldhand revise ID` or `oldhand retire ID`."


def told(one: Any) -> str:
    """A place, what differs there and where it is now."""
    detail = f": {one.detail}" if one.detail and one.state != SAME else ""
    to = (" -> " if one.state == "moved" else ", now ") + one.now if one.now else ""
    return f"{one.anchor}{detail}{to}"


def _listed(reply: Any) -> Iterator[Line]:
    if not reply.anchors:
        yield Line(HEAD, "No memory is tied to anything there. `oldhand remember TEXT --anchor FILE::SYMBOL` ties one.")
        return
    for one in reply.anchors:
        when = " on ".join(part for part in (one.commit[:SHOWN_COMMIT], one.branch) if part)
        yield Line(one.state, f"{one.state:<12}{told(one)}")
        yield Line(PLAIN, f"            {one.memory[:SHOWN_ID]} {one.text}" + (f"  (noted at {when})" if when else ""))
    more = f", {reply.left_out:,} more (--limit, --offset)" if reply.left_out else ""
    yield Line(TAIL, f"{len(reply.anchors):,} of {reply.total:,}{more}.")
