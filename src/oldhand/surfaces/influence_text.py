"""Replies about what memory told and whether it helps, as lines, for people and agents alike.

Nothing is made safe here but line breaks: each surface escapes, colours or seals the lines as its readers need.
"""

from collections.abc import Iterator
from typing import Any

from oldhand.model.visible import line
from oldhand.recall.render import clipped
from oldhand.surfaces.file_text import CODE, HEAD, NOTE, TAIL, WARNING, Line

OPERATIONS = ("session_injections", "session_holdout", "session_infer")
NAME_SHOWN = 13  # characters of a session's name, as its own lists show
ID_SHOWN = 12
ABOUT_SHOWN = 80
NOT_ENOUGH, HARMS = "not enough data yet", "harms"  # verdicts


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of one of OPERATIONS as lines."""
    told = {"session_injections": _injections, "session_holdout": _holdout, "session_infer": _inferred}
    return told[operation](reply)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun if count == 1 else noun + 's'}"


def _moment(said: str) -> str:
    return said[:16].replace("T", " ")


def _injections(reply: Any) -> Iterator[Line]:
    if not reply.injections:
        yield Line(HEAD, "Hooks have told nothing by themselves that is kept here.")
    else:
        withheld = sum(one.withheld for one in reply.injections)
        told = len(reply.injections) - withheld
        held = f"; {_counted(withheld, 'time')} withheld (the holdout)" if withheld else ""
        yield Line(HEAD, f"Told {_counted(told, 'time')}{held}; the latest first.")
    for one in reply.injections:
        yield from _injection(one)
    if reply.silenced:
        said = "a memory" if reply.silenced == 1 else f"{reply.silenced:,} memories"
        yield Line(TAIL, f"Not told at actions: {said} that the survey called noise (`oldhand review --cause noise`).")
    if reply.trouble:
        yield Line(WARNING, line(reply.trouble))


def _injection(one: Any) -> Iterator[Line]:
    about = f": {clipped(line(one.about), ABOUT_SHOWN)}" if one.about else ""
    who = f"{line(one.session)[:NAME_SHOWN]}{f' [{line(one.agent)[:NAME_SHOWN]}]' if one.agent else ''}"
    cost = "withheld" if one.withheld else f"~{_counted(one.tokens, 'token')}"
    yield Line(CODE, f"  {_moment(one.at)}  {who}  {line(one.event) or '?'}{about} ({cost})")
    for memory in one.memories:
        said = f"{line(memory.kind)}: {line(memory.text)}" if memory.text else "is no longer there, or no longer told"
        yield Line(NOTE, f"      {line(memory.id)[:ID_SHOWN]} {said}")
        if memory.how:
            yield Line(TAIL, f"        shows: {', '.join(memory.how)}")
    if one.more:
        yield Line(NOTE, f"      and {one.more:,} more")
    then = [f"{_counted(one.calls, 'call')}" + (f", {one.failed:,} failed" if one.failed else "")]
    if one.memories and not one.withheld:
        then.append(f"{one.used:,} of {len(one.memories) + one.more:,} show afterwards")
    yield Line(TAIL, f"      then: {'; '.join([*then, *one.then])}")


def _holdout(reply: Any) -> Iterator[Line]:
    changed = f" (it was {reply.before} %)" if reply.before != reply.percent else ""
    if reply.percent:
        yield Line(HEAD, f"Memory keeps silent in {reply.percent} % of the sessions{changed}, in all of your projects.")
    else:
        yield Line(HEAD, f"Memory keeps silent in no session{changed}.")
    if not reply.since:
        how = "`oldhand session holdout --percent 20` lets it keep silent in every fifth session, drawn by lot."
        yield Line(TAIL, "Nothing is compared yet." if reply.percent else f"So nothing is compared. {how}")
    else:
        yield from _arms(reply)
    if reply.trouble:
        yield Line(WARNING, line(reply.trouble))


def _arms(reply: Any) -> Iterator[Line]:
    until = f" until {_moment(reply.until)}" if reply.until else ""
    mixed = f"; {reply.mixed:,} in both, left out" if reply.mixed else ""
    told = _counted(reply.told, "session")
    yield Line(CODE, f"Since {_moment(reply.since)}{until}: {told} with memory, {reply.withheld:,} without{mixed}.")
    for one in reply.outcomes:
        both = f"{one.told:,g} with, {one.withheld:,g} without"
        if one.verdict == NOT_ENOUGH:
            need = f"; a difference of {one.detectable:,g} would be seen" if one.detectable else ""
            yield Line(CODE, f"  {one.outcome} {one.unit}: {both}: {one.verdict}{need}")
        else:
            span = f"difference {one.difference:+,g}, {one.low:+,g} to {one.high:+,g}"
            yield Line(CODE, f"  {one.outcome} {one.unit}: {both}; {span}: {one.verdict}")
    if reply.outcomes and reply.withheld and reply.told:
        yield Line(TAIL, "Intervals of 98.75 %: where memory does nothing, 95 % of such tables claim nothing.")
    if reply.memories:
        yield Line(HEAD, "Single memories: sessions with a correction or work taken back after each was due")
    for one in reply.memories:
        both = f"{one.told_troubled:,} of {one.told:,} told, {one.withheld_troubled:,} of {one.withheld:,} withheld"
        span = f"{100 * one.difference:+.0f} points ({100 * one.low:+.0f} to {100 * one.high:+.0f})"
        kind = WARNING if one.verdict == HARMS else CODE
        said = clipped(line(one.text), ABOUT_SHOWN) or "(no longer there)"
        yield Line(kind, f"  {one.id[:ID_SHOWN]} {one.verdict}: {said}")
        yield Line(TAIL, f"      {both}; {span}, shrunk {100 * one.shrunk:+.0f}")


def _inferred(reply: Any) -> Iterator[Line]:
    basis = {
        "recall": "answer of recall",
        "together": "stretch of work",
        "corrections": "session in which memory spoke",
    }.get(reply.layer, "session with calls")
    one_of, many = basis.split(" ")[0], {"stretch": "stretches"}
    plural = many.get(one_of, f"{one_of}s")
    of = basis if reply.basis == 1 else basis.replace(one_of, plural, 1)
    if reply.basis < reply.needed:
        yield Line(HEAD, f"Not enough data yet: {reply.basis:,} {of}, of {reply.needed:,} that it takes.")
    else:
        yield Line(HEAD, f"From {reply.basis:,} {of}:")
        for one in reply.shares:
            span = f"{one.low / 10:g} to {one.high / 10:g}"
            yield Line(CODE, f"  {one.what}: {one.times:,} of {one.of:,}, {one.share / 10:g} % ({span})")
        for one in reply.spans:
            took = f"median {one.median / 1000:,.1f} s, 90 % below {one.most / 1000:,.1f} s"
            where = f"{_counted(one.calls, 'call')} in {_counted(one.sessions, 'session')}"
            yield Line(CODE, f"  {one.what} took: {took} ({where})")
        if not reply.findings and not reply.left_out:
            yield Line(TAIL, "Nothing else is clear.")
    for one in reply.findings:
        yield from _finding(one)
    if reply.left_out:
        yield Line(TAIL, f"{reply.left_out:,} more (--limit).")
    if reply.layer == "recall":  # what is told when no layer is named
        yield Line(TAIL, "Other layers: --layer together, corrections, sequences or workflow.")
    if reply.trouble:
        yield Line(WARNING, line(reply.trouble))


def _finding(one: Any) -> Iterator[Line]:
    chance = f"chance {one.chance / 1e6:.2g}" if one.chance else "chance below 0.000001"
    if not one.id:
        units = "stretches of work" if one.what == "used together" else "sessions"
        seen = f"{_counted(one.times, 'time')} in {one.of:,} {units}, {one.other:,} expected; {chance}"
        yield Line(CODE, f"  {line(one.text)}{'' if one.what == 'follows' else f' {one.what}'}: {seen}")
        if one.high:
            yield Line(TAIL, f"      comes next in {one.share / 10:g} % ({one.low / 10:g} to {one.high / 10:g})")
        return
    yield Line(NOTE, f"  {one.id[:ID_SHOWN]} {one.what}: {line(one.text) or '(no longer there)'}")
    if one.what == "noise":
        used = f"used {one.times:,} of {one.of:,} times shown; all {one.other:,} of {one.of_other:,}"
        yield Line(TAIL, f"      {used}; {chance}")
    elif one.of:
        both = f"{one.times:,} of {one.of:,} sessions with it, {one.other:,} of {one.of_other:,} without"
        yield Line(TAIL, f"      corrected or taken back: {both}; {chance}")
