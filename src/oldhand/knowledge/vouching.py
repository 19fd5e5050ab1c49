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

PERSON = "user"  # the actor whose own changes of files are a person's
STATUS_COLUMNS = 3  # of a line of `git status`, before the name


def unvouched(memory: "Memory", reader: Reader, names: Iterable[str]) -> frozenset[str]:
    """Of these documents, those whose words are trusted as an agent's until they are committed.

    What git has committed is the project's. Who wrote what it has not, or what was changed since, nobody knows: an
    agent may have, also with a program that this memory does not see. Who reads it in has not vouched for it. Without
    git nothing is ever committed, and only what the memory knows that an agent wrote (`write`, `edit`) is told apart.
    """
    known = set(names)
    if memory.project.git is None:
        return _written_by_agents(reader, known)
    said = ask(
        memory.project.root, memory.environment, "status", "--porcelain=v1", "-z", "--untracked-files=all",
        "--no-renames", "--ignore-submodules=all",
    )  # fmt: skip
    if said is None:
        return frozenset(known)  # git does not answer, so nobody knows what is committed
    lines = said.decode("utf-8", "surrogateescape").split("\0")
    return frozenset(known & {line[STATUS_COLUMNS:] for line in lines})


def _written_by_agents(reader: Reader, names: Iterable[str]) -> frozenset[str]:
    """Those of the files of which an agent's change is noted."""
    noted = {name: reader.find(memory_of_slot(EDIT_DOMAIN, edit_key(name))) for name in names}
    return frozenset(
        name for name, held in noted.items() if held and any(wording.actor != PERSON for wording in held.wordings)
    )
