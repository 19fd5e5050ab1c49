"""Recorded roots: the rows that say what the state was after each change."""

from typing import Any, NamedTuple

import apsw

from oldhand.model.clock import Clock
from oldhand.store import merkle


class Root(NamedTuple):
    """A recorded root: its number, the journal position it covers, the Merkle root, its chain value,
    when this machine learned of it (milliseconds) and the latest clock seen by then."""

    number: int
    position: int
    root: bytes
    chain: bytes
    learned: int
    clock: Clock


NO_ROOT = Root(0, 0, merkle.EMPTY, merkle.EMPTY, 0, Clock(0, 0))


def current_root(connection: apsw.Connection) -> Root:
    """The latest recorded root; NO_ROOT in an empty store."""
    row = connection.execute("SELECT * FROM roots ORDER BY number DESC LIMIT 1").fetchone()
    return root_of(row) if row else NO_ROOT


def root_of(row: tuple[Any, ...]) -> Root:
    """The root in a row of the table `roots`."""
    number, position, root, chain, learned, wall, counter = row
    return Root(number, position, root, chain, learned, Clock(wall, counter))
