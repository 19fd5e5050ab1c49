"""Every current memory with the places it is tied to, read in one pass: for what counts over a whole project."""

from collections.abc import Iterator
from typing import NamedTuple

from oldhand.model.kinds import ASIDE
from oldhand.store.fold import registers
from oldhand.store.reader import Reader
from oldhand.store.rows import record_of

ANCHOR = "anchor/"  # begins the names of the registers that hold anchors


class Tie(NamedTuple):
    """A current memory and its anchors as texts. key: of its slot, or empty; brought_by: who gave its wording."""

    memory: str
    key: str
    brought_by: str
    origin: str
    anchors: tuple[str, ...]


def ties(reader: Reader, *, retired: bool = False) -> Iterator[Tie]:
    """Every current memory that is tied to any place; with `retired`, those retired too."""
    standings = "'active', 'contested', 'retired'" if retired else "'active', 'contested'"
    for name, packed in reader._connection.execute(
        f"SELECT id, record FROM memories WHERE standing IN ({standings}) ORDER BY number"
    ):
        try:
            record = record_of(packed)
        except ValueError:
            continue  # damaged: `verify` names it
        values = registers(record)
        if values.get("kind") in ASIDE:
            continue
        anchors = tuple(
            sorted(
                text[len(ANCHOR) :] for text, value in values.items() if text.startswith(ANCHOR) and value is not False
            )
        )
        heads = record.get("heads", ())
        if anchors and heads:
            yield Tie(
                name.hex(), str(values.get("key", "")), heads[-1].get("actor", ""), heads[-1].get("origin", ""), anchors
            )
