"""The operation `skill export`."""

from typing import NamedTuple

from oldhand.errors import AlreadyThere, Refused
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.operations.store import named_file
from oldhand.reasoning.skill_document import document
from oldhand.reasoning.skill_file import place
from oldhand.reasoning.skills import CURRENT, named
from oldhand.store.written_out import note


class SkillExported(NamedTuple):
    """A skill that was exported. done: written, rewritten or unchanged; path: of the file; name: what agents call it;
    lines: of guidance in it; left_out: lines that only agents or tools stand for, or that hold no longer."""

    id: str
    name: str
    path: str
    done: str
    lines: int
    left_out: int
    root: str


@operation(WRITE)
def export(memory: Memory, name: str, *, to: str = ".claude/skills", yes: bool = False) -> SkillExported:
    """Export a skill as a SKILL.md, as Claude Code, Codex and other agents load it

    Agents follow such a file. So only what a person or the project's files said or confirmed is written, quoted and
    with its source; what agents alone stand for is left out and counted. Exported again without any change, it is the
    same file. One that somebody changed is replaced only with consent.

    Parameters
    name: the skill, by its name, its subject, or at least 6 characters of its id
    to: the folder of skills: .claude/skills for Claude Code, .agents/skills for Codex and OpenCode; a relative name
        starts at the project's root
    yes: replace a file that somebody changed since, or that is of another making
    """
    folder = named_file(memory, "to", to, written=True)
    if folder.exists() and not folder.is_dir():
        raise AlreadyThere(f"The file {folder}", "Give the name of a folder.")
    with memory.reading() as reader:
        one = named(reader, name, (*CURRENT, "retired", "quarantined"))
        if one.standing not in CURRENT:
            raise Refused(f"{one.name} is {one.standing}: it guides nobody. `oldhand skill show {one.name}` tells it.")
        file = document(memory, reader, one)
        root = reader.root().root.hex()
    placed = place(folder, file, yes=yes)
    note(memory.store().folder, placed.path)  # so that what is forgotten later can be named in it
    memory.trace_detail = {"memory": one.id, "root": root}
    return SkillExported(one.id, file.name, str(placed.path), placed.done, file.lines, file.left_out, root)
