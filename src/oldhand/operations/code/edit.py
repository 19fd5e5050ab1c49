"""The operation `edit`."""

from oldhand.code.content import Content, content_of
from oldhand.code.editing import edited
from oldhand.knowledge.file_changes import FileWritten, Wanted, change
from oldhand.knowledge.file_names import absent
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation


@operation(WRITE)
def edit(
    memory: Memory, file: str, old: str, new: str, *, all: bool = False, expect: str = "",  # noqa: A002
    reason: str = "", dry_run: bool = False,
) -> FileWritten:  # fmt: skip
    """Replace a text in a file by another one, and tell which memories speak of the lines touched

    The old text must stand there exactly once. Encoding, mode and line ends stay as they are, and
    the file is there whole, before or after. What was done is noted in the memory.

    Parameters
    file: the file, relative to the project
    old: the text that is replaced, exactly as it stands there
    new: what takes its place (empty: nothing)
    all: replace it wherever it stands
    expect: the digest that `read` gave: refuse when the file is not so any more
    reason: why, in one sentence, for the note
    dry_run: tell what would change and write nothing
    """

    def make(path: str, before: bytes | None, present: Content | None) -> Wanted:
        if before is None:
            raise absent(memory, path)
        done = edited(before, present or content_of(before, path), path, old, new, every=all)
        return Wanted(done.raw, "edited", done.times)

    return change(memory, file, make, expect=expect, reason=reason, dry_run=dry_run)
