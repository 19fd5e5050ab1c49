"""The survey of a session as lines, for people and agents alike.

Nothing is made safe here but line breaks: each surface escapes, colours or seals the lines as its readers need.
"""

from collections.abc import Iterator
from typing import Any

from oldhand.model.visible import line
from oldhand.recall.render import clipped
from oldhand.surfaces.file_text import CODE, HEAD, NOTE, TAIL, WARNING, Line

OPERATIONS = ("session_survey",)
NAME_SHOWN = 13  # characters of a session's name, as lists show it
ID_SHOWN = 12
LONGEST_TEXT = 120
MOST_TOLD = 12  # memories of one session that are listed; an opening names some dozens
GONE = "(no longer there, or no longer told)"
MARKS = ("useful", "noise", "wrong")


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of `session survey` as lines."""
    yield from _results(reply) if reply.outcome == "results" else _answered(reply)
    if reply.trouble:
        yield Line(WARNING, line(reply.trouble))


def counted(count: int, noun: str) -> str:
    """A count with its noun."""
    return f"{count:,} {noun if count == 1 else noun + 's'}"


def _answered(reply: Any) -> Iterator[Line]:
    name = line(reply.session)[:NAME_SHOWN]
    said = [f"helped: {reply.helped}"] if reply.helped else []
    said += [f"{len(getattr(reply, what))} {what}" for what in MARKS if getattr(reply, what)]
    said += ["something missing"] if reply.missing else []
    if reply.outcome == "answered":
        yield Line(HEAD, f"Noted of session {name}: {', '.join(said)}.")
    elif reply.outcome == "taken back":
        yield Line(HEAD, f"Your answer of session {name} is taken back.")
    else:
        yield Line(HEAD, f"Session {name}: " + (f"answered ({', '.join(said)})." if said else "not answered yet."))
    if reply.disputed:
        names = ", ".join(one[:ID_SHOWN] for one in reply.disputed)
        yield Line(NOTE, f"Disputed, and waiting in `oldhand review`: {names}")
    if reply.missing:
        yield Line(NOTE, f"Missing: {clipped(line(reply.missing), LONGEST_TEXT)}")
    if reply.outcome == "answered":
        if reply.missing:
            yield Line(TAIL, "What you know of it, `oldhand remember` takes; what nobody knows yet, `oldhand gap`.")
        return
    yield Line(CODE, "It was told:" if reply.told else "It was told nothing that is kept here.")
    for one in reply.told[:MOST_TOLD]:
        given = [what for what in MARKS if one.id in getattr(reply, what)]
        mark = f" [{', '.join(given)}]" if given else ""
        yield Line(NOTE, f"  {one.id[:ID_SHOWN]} {clipped(line(one.text), LONGEST_TEXT) or GONE} ({one.by}){mark}")
    if reply.told[MOST_TOLD:]:
        yield Line(TAIL, f"  and {len(reply.told) - MOST_TOLD:,} more (--json has them all)")
    if reply.outcome == "asked":
        yield Line(TAIL, f"oldhand session survey {name} --helped yes|no|mixed --useful ID --noise ID --wrong ID"
                         " --missing TEXT")  # fmt: skip


def _results(reply: Any) -> Iterator[Line]:
    people, agents = reply.answered["people"], reply.answered["agents"]
    if not people + agents:
        yield Line(HEAD, "Nobody has answered yet. `oldhand session survey` asks about the latest session.")
        return
    yield Line(HEAD, f"{counted(people, 'answer')} of people, {agents:,} of agents. Did memory help?")
    for one in reply.shares:
        span = f"{one.low / 10:g} to {one.high / 10:g}"
        yield Line(CODE, f"  {one.what}: {one.times:,} of {one.of:,}, {one.share / 10:g} % ({span})")
    for one in reply.memories:
        yield Line(NOTE, f"  {one.id[:ID_SHOWN]} {clipped(line(one.text), LONGEST_TEXT) or GONE}")
        said = [f"{what} {getattr(one, what):,}" for what in MARKS if getattr(one, what)]
        said += [f"useful {one.low / 10:g} to {one.high / 10:g} %"] if one.useful or one.noise else []
        said += [f"ranking {one.ranking / 10_000:+.2f} of 1"] if one.ranking else []
        said += ["not told unasked any more"] if one.quiet else []
        yield Line(TAIL, f"      {'people' if one.people else 'agents'}: {'; '.join(said)}")
    for one in reply.missed:
        said_by = f"{one.at[:10]} {line(one.session)[:NAME_SHOWN]}, {one.by}"
        yield Line(NOTE, f"  missing ({said_by}): {clipped(line(one.text), LONGEST_TEXT)}")
    if reply.left_out:
        yield Line(TAIL, f"{reply.left_out:,} more (--limit).")
    if not reply.tuning:
        yield Line(TAIL, "Answers change nothing: the setting survey.tuning is no.")
