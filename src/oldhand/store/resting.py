"""What is tied to memories that were put away: found by their standing, at the cost of how many were."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import apsw


class Resting(NamedTuple):
    """A memory with words that is tied to one that was put away. kind, standing: its own; relation: of the tie."""

    memory: str
    kind: str
    standing: str
    relation: str
    target: str


def resting(
    connection: apsw.Connection, relations: Sequence[str], *, on: Sequence[str], standing: Sequence[str]
) -> list[Resting]:  # fmt: skip
    """The memories that stand in one of some ways and are tied to one that stands in one of others, in their order.

    relations: of the ties, from the former; on: standings of what they are tied to; standing: their own.
    """
    rows: Any = connection.execute(
        "SELECT e.source, s.kind, s.standing, e.rel, e.target FROM memories t INDEXED BY memories_order"
        " CROSS JOIN edges e INDEXED BY edges_back ON e.target = t.id"
        f" AND e.rel IN ({','.join('?' * len(relations))})"
        f" CROSS JOIN memories s ON s.id = e.source AND s.standing IN ({','.join('?' * len(standing))})"
        f" WHERE t.standing IN ({','.join('?' * len(on))}) ORDER BY e.source, e.rel, e.target",
        (*relations, *standing, *on),
    )
    return [Resting(source.hex(), kind, stands, rel, target.hex()) for source, kind, stands, rel, target in rows]
