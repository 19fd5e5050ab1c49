"""The operation `remind`."""

from typing import Literal, NamedTuple

from oldhand.knowledge.reminding import Reminding, listed, occasions
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.operations.everyday.remember import RememberedOne, remember


class Reminders(NamedTuple):
    """A reminder that was taken in (`memories`), or all there are: due ones first, then what comes next (`items`)."""

    memories: list[RememberedOne]
    items: list[Reminding]
    left_out: int
    root: str
    scope: str


@operation(WRITE)
def remind(
    memory: Memory, text: str = "", *, when: list[str] = [], every: str = "", until: str = "",
    anchors: list[str] = [], priority: int = 0, due: bool = False, limit: int = 20,
    scope: Literal["project", "global"] = "project",
) -> Reminders:  # fmt: skip
    """Remind at the right moment: before a file is edited, a command is run, a word is said, or from a day on

    Without a text it lists the reminders. `oldhand acknowledge ID` says that one has been taken note of.

    Parameters
    text: what to be reminded of
    when: the occasion: edit:FILE, read:FILE, file:FILE (either; FILE may be a pattern or FILE::SYMBOL),
        command:WORDS, prompt:WORDS, branch:NAME, a date, or 'in 3 days'; without one it is due at once
    every: it comes back once it was acknowledged: 'time' (at each occasion), 'day', 'week' or '3 days'
    until: after this day it is over (a date or time)
    anchors: what it speaks of besides, as in `remember`
    priority: from -100 to 100; more important ones come first
    due: list only what is due now
    limit: list at most so many
    scope: project, or global for all of your projects
    """
    if text:
        now = memory.now()
        said = occasions(when, every, until, now)
        fields = [f"triggers={trigger}" for trigger in said.triggers] + ([f"every={said.every}"] if said.every else [])
        reply = remember(
            memory, text, kind="reminder", domain="tasks", priority=priority, anchors=[*said.anchors, *anchors],
            fields=fields, valid_from=said.valid_from, valid_until=said.valid_until, scope=scope,
        )  # fmt: skip
        return Reminders(reply.memories, [], 0, reply.root, scope)
    with memory.reading(scope=scope) as reader:
        items, left_out = listed(reader, memory.now(), limit, only_due=due)
        memory.trace_detail = {"shown": len(items)}
        return Reminders([], items, left_out, reader.root().root.hex(), scope)
