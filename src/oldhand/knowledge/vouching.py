"""Documents nobody has vouched for: what an agent wrote does not become the project's word by being read in."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from oldhand.code.git import ask
from oldhand.knowledge.annotating import EDIT_DOMAIN
from oldhand.knowledge.file_changes import edit_key
from oldhand.model.identity import memory_of_slot
from oldhand.store.reader import Reader

if TYPE_CHECKING:
    from oldhand.memory import Memory

PERSON = "user"  # the trust of who vouches for files by reading them in
STATUS_COLUMNS = 3  # of a line of `git status`, before the name


def unvouched(memory: "Memory", reader: Reader, names: Iterable[str]) -> frozenset[str]:
    """Of these documents, those whose words are trusted as an agent's until a person commits them.

    What git has committed is the project's. What it has not is vouched for by the person who reads it in, unless
    the memory knows that an agent wrote it (`write`, `edit`). Without git only the latter is known.
    """
    known = set(names)
    written = {name for name in known if _written_by_agent(reader, name)}
    if memory.project.git is None:
        return frozenset(written)
    said = ask(
        memory.project.root, memory.environment, "status", "--porcelain=v1", "-z", "--untracked-files=all",
        "--no-renames", "--ignore-submodules=all",
    )  # fmt: skip
    if said is None:
        return frozenset(written)
    lines = said.decode("utf-8", "surrogateescape").split("\0")
    uncommitted = known & {line[STATUS_COLUMNS:] for line in lines}
    return frozenset(uncommitted if memory.trust != PERSON else uncommitted & written)


def _written_by_agent(reader: Reader, name: str) -> bool:
    """Whether an agent's change of a file is noted."""
    held = reader.find(memory_of_slot(EDIT_DOMAIN, edit_key(name)))
    return held is not None and any(wording.actor != PERSON for wording in held.wordings)
