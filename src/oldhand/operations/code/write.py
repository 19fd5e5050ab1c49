"""The operation `write`."""

from oldhand.code.content import Content
from oldhand.code.editing import whole
from oldhand.errors import NeedsConsent
from oldhand.knowledge.file_changes import FileWritten, Wanted, change
from oldhand.memory import Memory
from oldhand.operation import DESTRUCTIVE, operation


@operation(DESTRUCTIVE)
def write(
    memory: Memory, file: str, content: str, *, expect: str = "", reason: str = "", dry_run: bool = False,
    yes: bool = False,
) -> FileWritten:  # fmt: skip
    """Write a file of the project, new or whole anew, and tell which memories speak of what changes

    The file is there whole or as it was. A file that is there is replaced only with `expect` or
    consent, and keeps its mode, encoding and line ends. What was done is noted in the memory.

    Parameters
    file: the file, relative to the project; missing folders are made
    content: its whole text (`-`: from standard input)
    expect: the digest that `read` gave, or `new`: refuse when the file is not so any more
    reason: why, in one sentence, for the note
    dry_run: tell what would change and write nothing
    yes: replace a file without having read it
    """

    def make(path: str, before: bytes | None, present: Content | None) -> Wanted:
        if before is None:
            return Wanted(whole(content, None), "created")
        if not (expect or yes or dry_run):
            raise NeedsConsent(f"{path} is there and would be replaced; what it holds is kept nowhere else.")
        return Wanted(whole(content, present), "replaced")

    return change(memory, file, make, expect=expect, reason=reason, dry_run=dry_run)
