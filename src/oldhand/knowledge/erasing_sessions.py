"""The log of sessions after a forgetting: what says the same as what was erased loses its words.

The log holds what agents and people said and what programs printed. An event says it when a sentence of it stands
there, or when one line has nearly all its words.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from oldhand.code.project import STORE_FOLDER
from oldhand.errors import OldhandError
from oldhand.model.terms import index_terms
from oldhand.store.own_folders import OPENINGS, own

if TYPE_CHECKING:
    from oldhand.memory import Memory

SPOOL = "spool"  # the folder of a store where lines of hooks wait to be read
LINES = ("waiting.jsonl", "taken-*.jsonl", "broken.jsonl")
FORMER_OPENINGS = "opening*"  # where earlier versions kept what sessions are opened with
FEWEST_TERMS = 3  # of a text that is known by its words alone: fewer stand in any line by chance
NEARLY = 0.8  # of its words
FEWEST_WORDS = 3  # of a sentence that is looked for: a shorter one is in many by chance
_SENTENCE_END = re.compile(r"[.!?]\s|\n")


def sweep(
    memory: "Memory", texts: Sequence[str], memories: Iterable[str], *, everywhere: bool
) -> tuple[int, list[str]]:  # fmt: skip
    """Take these texts and ids out of the log of sessions: (how many rows were changed, what could not be cleaned).

    everywhere: of every known project, as a memory of the person's own is told in all of them.
    """
    own = memory.project.store
    folders = [own] if memory.project.remembered else []
    if everywhere:
        folders += [folder / STORE_FOLDER for folder in memory.known_projects().values()]
    says, names = telling(texts), tuple(memories)
    count, left = 0, _openings(memory.home / OPENINGS)
    for folder in dict.fromkeys(folders):
        try:
            count += _swept(memory, folder, says, names)
        except OldhandError as error:
            left.append(f"{folder / 'sessions.db'}: {error}")
        if _waits(folder):
            left.append(f"{folder / SPOOL}: lines of hooks wait there; `oldhand session drain`, and forget again")
    return count, left


def _openings(folder: Path) -> list[str]:
    """Remove the openings of all projects that are kept for hooks, which are made anew; what could not be removed."""
    if not own(folder):
        return []
    try:
        for path in list(folder.iterdir()):
            path.unlink(missing_ok=True)
    except OSError as error:
        return [f"{folder}: {error.strerror or error}"]
    return []


def _swept(memory: "Memory", folder: Path, says: Callable[[str], bool], names: tuple[str, ...]) -> int:
    from oldhand.store.session_log import SessionLog

    if folder == memory.project.store:
        return memory.session_log().blank(says, names)
    log = SessionLog(folder, lambda text: text, memory.now)
    try:
        return log.blank(says, names)
    finally:
        log.close()


def _waits(folder: Path) -> bool:
    """Whether lines wait in a spool; what is made anew there at the next hook goes."""
    if not own(folder / SPOOL):
        return False  # a link, or another user's: nothing of ours is in it
    try:
        for path in (folder / SPOOL).glob(FORMER_OPENINGS):
            path.unlink(missing_ok=True)
        return any(path.stat().st_size for name in LINES for path in (folder / SPOOL).glob(name))
    except OSError:
        return False


def telling(texts: Sequence[str]) -> Callable[[str], bool]:
    """What tells whether a text says one of these."""
    plain = {_plain(text) for text in texts}
    sentences = {_plain(one) for text in texts for one in _SENTENCE_END.split(text)}
    sought = [one for one in plain | sentences if one in plain or len(one.split()) >= FEWEST_WORDS]
    sought = [one for one in sought if one]
    terms = [frozenset(index_terms(text)) for text in texts]
    terms = [one for one in terms if len(one) >= FEWEST_TERMS]

    def says(said: str) -> bool:
        whole = _plain(said)
        if any(one in whole for one in sought):
            return True
        if not terms:
            return False
        for line in said.splitlines():
            own = frozenset(index_terms(line))
            if any(len(one & own) >= NEARLY * len(one) for one in terms):
                return True
        return False

    return says


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold().strip(" .!?")
