"""Replies of `revoke` as lines, for people and agents alike; each surface makes them safe."""

from collections.abc import Iterator
from typing import Any

from oldhand.model.visible import line
from oldhand.recall.render import clipped
from oldhand.surfaces.file_text import HEAD, TAIL, Line

SHOWN_DIGITS = 12
LONGEST_TEXT = 160  # characters of a memory: the list names them, `show` tells them
COUNTED = (  # what became of one, and of several: as the reply counts them
    ("waits in review", "wait in review"), ("went back to the wording before", "went back to the wording before"),
    ("waits because of what it was made from", "wait because of what they were made from"),
    ("lost its confirmations", "lost its confirmations"), ("stands again", "stand again"),
)  # fmt: skip
WHAT = {
    "quarantined": "waits in review", "put_back": "the wording before stands again", "derived": "waits: made from such",
    "discounted": "confirmed by it no more", "lifted": "stands again",
}  # fmt: skip
AGAIN = ("counts again", "count again")  # what became of confirmations when a withdrawal is taken back


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of `revoke` as lines."""
    if reply.outcome != "listed":
        yield from _done(reply)
    if reply.outcome == "listed" and not reply.withdrawn:
        yield Line(HEAD, "No source is withdrawn.")
    elif reply.withdrawn:
        named = ", ".join(f"{line(one.origin)} (by {one.by})" for one in reply.withdrawn)
        yield Line(TAIL, f"Withdrawn: {named}. `oldhand revoke --origin ORIGIN --undo` gives one back.")


def _done(reply: Any) -> Iterator[Line]:
    counts = (reply.quarantined, reply.put_back, reply.derived, reply.discounted, reply.lifted)
    back = reply.outcome == "given_back"
    counted = (*COUNTED[:3], AGAIN, COUNTED[4]) if back else COUNTED
    told = ", ".join(f"{n:,} {one if n == 1 else many}" for n, (one, many) in zip(counts, counted, strict=True) if n)
    name = line(reply.origin)
    if back:
        said = f"{name} is withdrawn no more: {told or 'nothing had been held down'}."
    elif reply.outcome == "already":
        said = f"{name} is withdrawn already; nothing was left to do."
    elif not told:
        said = f"{name} is withdrawn. Nothing here came from it; what comes later waits in review."
    else:
        said = f"{name} is withdrawn. Of the memories it touched {told}. What comes later waits in review."
    yield Line(HEAD, f"Would be done (--dry-run): {said}" if reply.dry_run else said)
    for one in reply.memories:
        what = "what it said counts again" if back and one.what == "discounted" else WHAT[one.what]
        yield Line("", f"  {one.id[:SHOWN_DIGITS]} {what}: {clipped(line(one.text), LONGEST_TEXT)}")
    if (more := sum(counts) - len(reply.memories)) > 0:
        yield Line(TAIL, f"  and {more:,} more")
    if reply.nearest:
        yield Line(TAIL, f"Did you mean {', '.join(map(line, reply.nearest))}?")
