"""The log of sessions after a forgetting: what says the same as what was erased loses its words.

The log holds what agents and people said and what programs printed. An event says it when a sentence of it stands
there, or when one line has nearly all its words.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from oldhand.errors import OldhandError
from oldhand.knowledge.erased_words import ErasedWords
from oldhand.model.terms import index_terms
from oldhand.store.own_folders import OPENINGS, own
from oldhand.store.session_blanking import Knowing, Tells
from oldhand.store.survey_file import without

if TYPE_CHECKING:
    from oldhand.knowledge.erasing_plan import Plan
    from oldhand.memory import Memory

SPOOL = "spool"  # the folder of a store where lines of hooks wait to be read
LINES = ("waiting.jsonl", "taken-*.jsonl", "broken.jsonl")
SURVEY = f"{SPOOL}/survey.json"  # what answers to the survey change, by ids
FORMER_OPENINGS = "opening*"  # where earlier versions kept what sessions are opened with
FEWEST_TERMS = 3  # of a text that is known by its words alone: fewer stand in any line by chance
NEARLY = 0.8  # of its words
FEWEST_WORDS = 3  # of a sentence that is looked for: a shorter one is in many by chance
_SENTENCE_END = re.compile(r"[.!?]\s|\n")


def sweep(memory: "Memory", says: Tells, memories: Iterable[str]) -> tuple[int, list[str]]:
    """Take what `says` tells, and these ids, out of what sessions left in the project: (how many rows were changed,
    what could not be cleaned). Openings go of all projects, as they are made anew."""
    count, left = 0, _openings(memory.home / OPENINGS)
    if memory.project.remembered:
        count, more = cleaned(memory, says, tuple(memories))
        left += more
    return count, left


def cleaned(
    memory: "Memory", says: Tells, names: tuple[str, ...], *, events: bool = True
) -> tuple[int, list[str]]:  # fmt: skip
    """The same in one project, of what a text tells by `says`. events: whether those of the log are looked through."""
    folder, count, left = memory.project.store, 0, list[str]()
    try:
        count = memory.session_log().blank(says, names, events=events)
    except OldhandError as error:
        left.append(f"{folder / 'sessions.db'}: {error}")
    if not without(folder, names):
        left.append(f"{folder / SURVEY}: it cannot be written")
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


def telling_of(memory: "Memory", plans: "Iterable[Plan]") -> Tells:
    """What tells whether a text says what goes. Where a forgetting was interrupted and its words are erased already,
    they are known by the digests that it has noted first."""
    every = list(plans)
    tells = telling([text for plan in every for text in plan.found.texts])
    if not (begun := [plan.folder for plan in every if plan.noted]):
        return tells
    words = ErasedWords(memory.home, *begun)
    return Knowing(lambda said: tells(said) or words.says(said), lambda said: words.without(tells.without(said)))


def telling(texts: Sequence[str]) -> Knowing:
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

    return Knowing(says, ErasedWords.of(texts).without)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold().strip(" .!?")
