"""The operation `gotcha`."""

from typing import Literal, NamedTuple

from oldhand.knowledge.gotchas import Candidate, Listed, found_in, keep, listed, runs, sayings
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.operations.everyday.remember import RememberedOne, remember


class Gotchas(NamedTuple):
    """What was taken in (`memories`), what was found in runs of commands (`found`), or all there are (`items`).

    dry_run: whether nothing was written of what was found.
    """

    memories: list[RememberedOne]
    found: list[Candidate]
    items: list[Listed]
    left_out: int
    dry_run: bool
    root: str
    scope: str


@operation(WRITE)
def gotcha(
    memory: Memory, text: str = "", *, triggers: list[str] = [], resolution: str = "",
    severity: Literal["unstated", "critical", "warning", "info"] = "unstated", anchors: list[str] = [],
    tags: list[str] = [], domain: str = "", commands: str = "", dry_run: bool = False, limit: int = 20,
    scope: Literal["project", "global"] = "project",
) -> Gotchas:  # fmt: skip
    """Say what bites here and what helps, find it in commands that failed and then passed, or list it

    Without a text it lists the gotchas, the gravest first. With --commands it reads runs of commands as
    lines of JSON with "command", "exit", "output", "changed" (paths) and "at": a command that failed
    and then passed gives a gotcha, with what failed, what changed and what passed as its evidence. What
    is found so is believed as the output of a tool, and never opens a session until somebody confirms it.

    Parameters
    text: what bites
    triggers: what sets it off, in words, or so that it is said before it happens: command:WORDS, edit:FILE,
        read:FILE, file:FILE, prompt:WORDS
    resolution: what helps
    severity: how bad it is; a list shows only these
    anchors: what it speaks of, as in `remember`
    tags: words to find it by
    domain: its room
    commands: runs of commands, one JSON object a line (`-`: from standard input)
    dry_run: tell what would be taken in from commands and write nothing
    limit: list at most so many
    scope: project, or global for all of your projects
    """
    grave = "" if severity == "unstated" else severity
    if commands:
        return _found(memory, commands, dry_run, scope)
    if text:
        told, words = sayings(triggers)
        fields = [f"triggers={one}" for one in told]
        fields += [f"{name}={value}" for name, value in (
            ("trigger", words), ("resolution", resolution), ("severity", grave),
        ) if value]  # fmt: skip
        places = [one.partition(":")[2] for one in told if _names_file(one)]
        reply = remember(
            memory, text, kind="gotcha", domain=domain, anchors=[*places, *anchors], tags=tags, fields=fields,
            scope=scope,
        )  # fmt: skip
        return Gotchas(reply.memories, [], [], 0, False, reply.root, scope)
    with memory.reading(scope=scope) as reader:
        items, left_out = listed(reader, limit, grave)
        return Gotchas([], [], items, left_out, False, reader.root().root.hex(), scope)


def _found(memory: Memory, commands: str, dry_run: bool, scope: str) -> Gotchas:
    """The gotchas found in runs of commands, taken in all or none."""
    found = found_in(runs(commands, memory.now()))
    if dry_run or not found:
        with memory.reading(scope=scope) as reader:
            return Gotchas([], found, [], 0, dry_run, reader.root().root.hex(), scope)
    screening = memory.screening()
    with memory.writing(scope) as transaction:
        kept = [keep(transaction, memory.project.tree, one, memory.voice, screening) for one in found]
    return Gotchas([], [*filter(None, kept)], [], 0, False, transaction.root.hex(), scope)


def _names_file(trigger: str) -> bool:
    from oldhand.knowledge.occasions import OF_FILES, stored

    return any(one.way in OF_FILES and not one.broad for one in stored({"triggers": [trigger]}))
