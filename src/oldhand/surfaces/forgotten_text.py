"""Replies of `reject` and `forget` as lines, for people and agents alike; each surface makes them safe."""

from collections.abc import Iterator
from typing import Any

from oldhand.model.visible import line
from oldhand.recall.render import clipped
from oldhand.surfaces.file_text import HEAD, NOTE, TAIL, WARNING, Line

SHOWN_DIGITS = 12
COMMIT = "commit "  # how what is no file begins in `still`
ALREADY = "erased already"  # an outcome: nothing was left to do
OTHERS = "projects/"  # how the scope of what went in another project begins
LONGEST_TEXT = 160  # characters of a memory: the list names them, `show` tells them


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of `reject` or `forget` as lines."""
    yield from _rejected(reply) if operation == "reject" else _forgotten(reply)


def _rejected(reply: Any) -> Iterator[Line]:
    name = reply.id[:SHOWN_DIGITS]
    if reply.standing != "rejected":
        yield Line(NOTE, f"Not rejected but disputed: {name} was said or confirmed by someone who is believed more.")
        yield Line(TAIL, f"It stands {reply.standing} until a person decides: `oldhand review`.")
        return
    yield Line(HEAD, f"Rejected: {name}. What it says does not come back, whoever says it.")
    if reply.also:
        names = ", ".join(one[:SHOWN_DIGITS] for one in reply.also)
        yield Line("", f"It is said by {names} too, which went with it.")
    yield Line(TAIL, f"`oldhand restore {name}` takes this back.")


def _forgotten(reply: Any) -> Iterator[Line]:
    if reply.soft:
        names = ", ".join(one.id[:SHOWN_DIGITS] for one in reply.memories)
        yield Line(HEAD, f"Would be retired (--dry-run): {names}." if reply.dry_run else f"Retired: {names}.")
        yield Line(TAIL, "Nothing of it is lost; `oldhand restore ID` brings it back.")
        return
    if all(one.outcome == ALREADY for one in reply.memories):
        names = ", ".join(dict.fromkeys(one.id[:SHOWN_DIGITS] for one in reply.memories))
        yield Line(HEAD, f"Erased already: {names}. Nothing is left to do.")
        return
    going = [one for one in reply.memories if one.outcome != "erased before"]
    if reply.dry_run and not going:
        yield Line(HEAD, "Erased before (--dry-run): the other files would be looked through once more.")
    elif reply.dry_run:
        yield Line(HEAD, f"Would be erased for good (--dry-run): {_counted(len(going), 'memory', 'memories')}.")
    elif going:
        yield Line(HEAD, f"Erased for good: {_counted(len(going), 'memory', 'memories')}.")
    else:
        yield Line(HEAD, "Erased before; the other files were looked through once more.")
    for one in reply.memories:
        where = " of your global memory" if one.scope == "global" else ""
        where = f" of the project {line(one.scope.partition('/')[2])}" if one.scope.startswith(OTHERS) else where
        text = f": {clipped(line(one.text), LONGEST_TEXT)}" if one.text else ""
        before = ", erased before" if one.outcome == "erased before" and going else ""
        yield Line("", f"  {one.id[:SHOWN_DIGITS]}{where} ({one.why}{before}){text}")
    yield from _elsewhere(reply)


def _elsewhere(reply: Any) -> Iterator[Line]:
    """What became of everything that is not the memory itself."""
    dry = reply.dry_run
    for ids, said in (
        (reply.remade, "would be made anew without it, under new ids" if dry else "made anew without it"),
        (reply.quarantined, f"made from it: {'would wait' if dry else 'waits'} in `oldhand review`"),
        (reply.derived, "made from it, now or once, without its words: would stay as it is"),
    ):
        if ids:
            yield Line("", f"  {', '.join(one[:SHOWN_DIGITS] for one in ids)}: {said}")
    looked = "Would be looked through" if reply.dry_run else "Erased in"
    yield from (Line("", f"  {looked}: {line(path)}") for path in reply.databases)
    if reply.traces:
        yield Line("", f"  {_counted(reply.traces, 'entry', 'entries')} that named it or said it left the logs")
    if reply.pending:
        yield Line(NOTE, "Another process is reading: the last bytes leave the write-ahead log with the next write.")
    yield from (Line(WARNING, f"Not cleaned: {line(told)}") for told in reply.left)
    for path in reply.exports:
        held = "Would still hold it" if dry else "Still holds it"
        yield Line(WARNING, f"{held}, outside the store: {line(path)}. Remove it yourself.")
    for path in reply.still:
        whose = "your project's history" if path.startswith(COMMIT) else "your project's own file"
        yield Line(WARNING, f"Says it too: {line(path)}. It is {whose}, so nothing is changed there.")


def _counted(count: int, one: str, several: str) -> str:
    return f"{count:,} {one if count == 1 else several}"
