"""Replies about a task (`overview`, `explore`, `plan`) as lines, for people and agents alike.

Nothing is made safe here but line breaks: each surface escapes, colours or seals the lines as its readers need.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from oldhand.model.visible import line
from oldhand.recall.render import agent_line
from oldhand.surfaces.file_text import CODE, HEAD, NOTE, TAIL, WARNING, Line

OPERATIONS = ("overview", "explore", "plan")


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of one of OPERATIONS as lines."""
    if operation == "overview":
        yield from _overview(reply)
    elif operation == "explore":
        yield from _explored(reply)
    else:
        yield from _planned(reply)
    yield from (Line(WARNING, f"Note: {line(note)}") for note in reply.notes)


def _overview(reply: Any) -> Iterator[Line]:
    if reply.verdict == "nothing known":
        yield Line(HEAD, f"Nothing known about this: {reply.skipped_because}.")
    elif reply.verdict == "a guess":
        yield Line(NOTE, "A guess: hardly a word of the task is known here, so what changed lately leads.")
    yield from _files(reply.files)
    if reply.files:
        because = f": {reply.skipped_because}" if reply.skipped_because else ""
        cost = f"Reading these costs about {reply.tokens:,} tokens."
        yield Line(TAIL, f"SKIP the other {reply.skipped:,} files{because}. {cost}")
    yield from _memories(reply.memories)
    if reply.briefing:
        yield Line(HEAD, "BRIEFING (a sample of all that is known)")
        yield from (Line(CODE, line(text)) for text in reply.briefing)


def _files(files: Iterable[Any]) -> Iterator[Line]:
    """Files by tier, each with how to read it and why."""
    for tier, group in groupby(files, key=lambda file: file.tier):
        yield Line(HEAD, f"{tier.upper()}")
        for one in group:
            why = f"  {'; '.join(map(line, one.reasons))}" if one.reasons else ""
            yield Line(CODE, f"{line(one.path)}  [{one.read} {one.tokens:,}t]{why}")


def _memories(items: Iterable[Any]) -> Iterator[Line]:
    items = list(items)
    if items:
        yield Line(HEAD, "MEMORIES on the task")
        yield from (Line(CODE, text) for item in items for text in agent_line(item).split("\n"))


def _explored(reply: Any) -> Iterator[Line]:
    for step in reply.steps:
        yield Line(NOTE, f"{step.name}: {line(step.asked)}? {line(step.found)}; {line(step.next)}")
    yield from _memories(reply.memories)
    yield from _files(reply.files)
    for name in ("symbols", "gaps", "questions", "tensions"):
        yield from _section(name, getattr(reply, name))


def _planned(reply: Any) -> Iterator[Line]:
    for name in ("architecture", "constraints", "risks", "state"):
        yield from _section(name, getattr(reply, name))
    yield from _files(reply.affected)
    yield from _section("tests", reply.tests)
    yield from _section("blockers", reply.blockers)
    if not (reply.affected or reply.constraints or reply.risks):
        yield Line(TAIL, "Nothing known that this task must respect.")


def _section(name: str, texts: Iterable[str]) -> Iterator[Line]:
    texts = list(texts)
    if texts:
        yield Line(HEAD, name.upper())
        yield from (Line(CODE, line(text)) for text in texts)
