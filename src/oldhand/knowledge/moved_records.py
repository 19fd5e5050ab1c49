"""Decision records that were moved or numbered anew: their decisions stay the same, with all that is known of them."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from oldhand.model.identity import memory_of_slot
from oldhand.store.by_kind import of_kind
from oldhand.store.reader import Reader
from oldhand.store.shelf import Shelf

RECORD = "adr/"  # begins the key of a decision that was read from a record: the rest is its path
KIND = "decision"
STANDINGS = ("active", "contested", "superseded", "retired")  # of decisions whose record may be moved
MOST = 10_000  # decisions whose records are looked for
AT_ONCE = 500  # decisions read together
# Share of words beside the title that two texts have in common, of those of the shorter, to be the same decision: a
# record copied as a pattern for the next keeps its title now and then, and hardly a word of its decision.
ALIKE = 0.6
_WORD = re.compile(r"\w{3,40}")


class There(NamedTuple):
    """A record that is there: the slot of its decision, its title, and the text of the decision."""

    domain: str
    key: str
    title: str
    text: str


def moved(reader: Reader, tree: Path, records: Iterable[There]) -> dict[str, str]:
    """The decisions whose record is not where it was, by the keys of records elsewhere with their title and words.

    Where several fit, nothing is told.
    """
    new = [
        one for one in records
        if one.key.startswith(RECORD) and one.title and not reader.find(memory_of_slot(one.domain, one.key))
    ]  # fmt: skip
    if not new:
        return {}
    wanted = {one.title.casefold() for one in new}
    gone: dict[str, list[tuple[str, str]]] = {}
    names = [name for one in STANDINGS for name in of_kind(reader, KIND, MOST, standings=(one,))]
    for start in range(0, len(names), AT_ONCE):
        for held in reader.several(names[start : start + AT_ONCE], Shelf(STANDINGS, kind=KIND)):
            title = held.title.casefold()
            if title in wanted and held.key.startswith(RECORD) and not _there(tree, held.key):
                gone.setdefault(title, []).append((held.id, held.text))
    pairs = [
        (one.key, name) for one in new for name, text in gone.get(one.title.casefold(), ()) if _alike(one, text)
    ]  # fmt: skip
    keys, found = [key for key, _ in pairs], [name for _, name in pairs]
    return {key: name for key, name in pairs if keys.count(key) == found.count(name) == 1}


def _alike(one: There, text: str) -> bool:
    """Whether a text says what a record says, its title aside."""
    title = _words(one.title)
    this, that = _words(one.text) - title, _words(text) - title
    return len(this & that) >= ALIKE * min(len(this), len(that))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _there(tree: Path, key: str) -> bool:
    return (tree / f"{key[len(RECORD) :]}.md").exists()
