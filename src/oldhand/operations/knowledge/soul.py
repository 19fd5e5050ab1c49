"""The operation `soul`."""

import posixpath
from typing import NamedTuple

from oldhand.code.content import Content
from oldhand.errors import NeedsConsent
from oldhand.knowledge.soul import document, made_here, marked
from oldhand.memory import Memory
from oldhand.operation import DESTRUCTIVE, operation
from oldhand.store.written_out import note


class Soul(NamedTuple):
    """The document of what a project's memory knows. lines: in Markdown; memories: those it tells of.

    file: where it was written, empty when it was only told; action: created, replaced or unchanged; bytes: its size.
    """

    lines: list[str]
    memories: int
    file: str
    action: str
    bytes: int
    root: str
    as_of: str


@operation(DESTRUCTIVE)
def soul(memory: Memory, *, output: str = "", as_of: str = "", yes: bool = False) -> Soul:
    """Tell what the project is and why, as a document in Markdown for people

    Decisions with their reasons, conventions, gotchas, the layout, open questions and who knows what,
    each with its source, from current trusted knowledge; what is contested says so. The same memory
    gives the same bytes. Nothing is written without --output.

    Parameters
    output: a file of the project to write it to; one that it did not make, or that was changed since, needs consent
    as_of: as known at a root, a date or a time
    yes: replace a file that it did not make
    """
    path = _path(memory, output) if output else ""
    with memory.reading(as_of) as reader:
        lines, told = document(reader, memory.project.name, posixpath.dirname(path))
        root = reader.root().root.hex()
    text = marked(lines)
    lines = text.rstrip("\n").split("\n")
    action = _write(memory, path, text, yes) if path else ""
    if path:
        note(memory.store().folder, memory.project.tree / path)  # so that `forget` can name it
    memory.trace_detail = {"shown": told, "root": root}
    return Soul(lines, told, path, action, len(text.encode()), root, as_of)


def _path(memory: Memory, output: str) -> str:
    from oldhand.knowledge.file_names import file_named

    return file_named(memory, output)


def _write(memory: Memory, path: str, text: str, yes: bool) -> str:
    """Put the document in place; what that did."""
    from oldhand.code.editing import whole
    from oldhand.knowledge.file_changes import Wanted, change

    def make(file: str, before: bytes | None, present: Content | None) -> Wanted:
        ours = present is not None and made_here(before.decode("utf-8", "replace") if before else "")
        if before is not None and not (yes or ours):
            raise NeedsConsent(f"{file} was not made by `oldhand soul`, or was changed since, and would be replaced.")
        return Wanted(whole(text, present), "replaced" if before is not None else "created")

    return change(memory, path, make, reason="the memory's own document").action
