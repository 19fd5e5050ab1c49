"""Replies about what is kept and what fades (`capture`, `compress`, `consolidate`, `prune`) as lines, for all readers.

Nothing is made safe here but line breaks: each surface escapes, colours or seals the lines as its readers need.
"""

from collections.abc import Iterator
from typing import Any

from oldhand.model.identity import short
from oldhand.model.visible import line
from oldhand.recall.render import clipped
from oldhand.surfaces.file_text import CODE, HEAD, NOTE, TAIL, WARNING, Line

OPERATIONS = ("capture", "compress", "consolidate", "prune")
TEXT_SHOWN = 100  # characters of a memory's text in a list of many
LOST_SHOWN = 20  # lost values that are named; `--json` has all of them


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of one of OPERATIONS as lines."""
    told = {"capture": _captured, "compress": _compressed, "consolidate": _consolidated, "prune": _pruned}
    return told[operation](reply)


def _counted(count: int, noun: str) -> str:
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{count:,} {noun if count == 1 else plural}"


def _text(said: str) -> str:
    return clipped(line(said), TEXT_SHOWN)


def _captured(reply: Any) -> Iterator[Line]:
    if reply.off:
        yield Line(HEAD, "Capture is switched off (setting capture.automatic). Nothing was written.")
        return
    would = "Would capture" if reply.dry_run else "Captured"
    new = sum(one.outcome in ("captured", "restored", "quarantined") for one in reply.findings)
    known = sum(one.outcome in ("confirmed", "known") for one in reply.findings)
    out = [one for one in reply.findings if one.outcome == "left out"]
    yield Line(HEAD, f"{would} {_counted(new, 'finding')}; {known:,} known already, {len(out):,} left out.")
    for one in reply.findings:
        if one.id and one.outcome not in ("known", "left out"):
            yield Line(CODE, f"  {one.outcome} {one.id}" + (f": {line(one.why)}" if one.why else ""))
    for one in out:
        yield Line(NOTE, f"  {one.number} left out: {line(one.why)}")
    if reply.redacted:
        yield Line(WARNING, f"{_counted(reply.redacted, 'secret')} replaced by a mark.")
    if reply.retired:
        yield Line(
            NOTE, f"The tier is full: {_counted(len(reply.retired), 'memory')} retired. `oldhand restore ID` undoes it."
        )


def _compressed(reply: Any) -> Iterator[Line]:
    name = short(reply.id)
    if reply.outcome == "undone":
        would = "Would undo" if reply.dry_run else "Undone:"
        yield Line(HEAD, f"{would} {name} is retired, {_counted(len(reply.inputs), 'memory')} came back.")
        yield from (Line(CODE, f"  {short(one.id)} {_text(one.text)}") for one in reply.inputs)
        return
    would = "Would make a summary" if reply.dry_run else f"Summary {name} {reply.outcome}"
    spared = f"{reply.tokens_before:,} tokens to {reply.tokens_after:,}"
    yield Line(HEAD, f"{would} of {_counted(len(reply.inputs), 'memory')}: {spared}, covers {reply.coverage:.0%}.")
    yield from (Line(CODE, f"  {said}") for said in map(line, reply.text.split("\n")) if said)
    if reply.outcome == "quarantined":
        waits = "would wait" if reply.dry_run else "waits"
        yield Line(WARNING, f"It {waits} in review: {line(reply.why)}. A person accepts it or rejects it there.")
    kept = max(reply.values - len(reply.lost), 0)
    yield Line(TAIL, f"Keeps {kept:,} of {reply.values:,} numbers, names, paths, pieces of code and rules.")
    if reply.lost:
        more = f" and {len(reply.lost) - LOST_SHOWN:,} more" if len(reply.lost) > LOST_SHOWN else ""
        yield Line(WARNING, f"Lost: {', '.join(clipped(line(one), 60) for one in reply.lost[:LOST_SHOWN])}{more}.")
    for one in reply.inputs:
        why = f" (stays: {line(one.kept_because)})" if one.kept_because else ""
        yield Line(NOTE if why else CODE, f"  from {short(one.id)} {one.standing}{why} {_text(one.text)}")
    if not reply.dry_run:
        yield Line(TAIL, f"`oldhand compress --undo {name}` takes it back.")


def _consolidated(reply: Any) -> Iterator[Line]:
    would = "Would change" if reply.dry_run else "Changed"
    if not reply.steps:
        yield Line(HEAD, f"{_counted(reply.considered, 'finding')} looked at; nothing to consolidate.")
    else:
        yield Line(HEAD, f"{would} {len(reply.steps):,} of {_counted(reply.considered, 'finding')}.")
    for one in reply.steps:
        into = f" into {short(one.into)}" if one.into and one.what != "promoted" else ""
        yield Line(CODE, f"  {one.what} {short(one.id)}{into}: {_text(one.text)}")
    for one in reply.contradicting:
        yield Line(NOTE, f"  stays in the tier {short(one.id)}: it contradicts {short(one.into)}: {_text(one.text)}")
    for made in reply.summaries:
        spared = f"{made.tokens_before:,} tokens to {made.tokens_after:,}"
        yield Line(NOTE, f"Summary {short(made.id)} of {_counted(made.findings, 'finding')}, {spared}:")
        yield from (Line(CODE, f"  {said}") for said in map(line, made.text.split("\n")) if said)
    if reply.left:
        yield Line(WARNING, f"{_counted(reply.left, 'finding')} left for another run: the budget is used up.")


def _pruned(reply: Any) -> Iterator[Line]:
    if not reply.candidates:
        yield Line(HEAD, "Nothing has had its time.")
        return
    done = f"Retired {reply.retired:,} of" if reply.applied else "These may go:"
    yield Line(HEAD, f"{done} {_counted(len(reply.candidates), 'memory')}{' or more' if reply.more else ''}.")
    for one in reply.candidates:
        yield Line(CODE, f"  {one.reason} {short(one.id)} {one.trust} {_text(one.text)}")
        yield Line(TAIL, f"    {line(one.why)}; salience {one.salience:.2f}")
    undo = (
        "`oldhand restore ID` brings one back."
        if reply.applied
        else "`oldhand prune --apply` retires them, restorably."
    )
    yield Line(TAIL, undo)
