"""Shelves: which memories a listing or a search wants."""

from typing import Any, NamedTuple


class Shelf(NamedTuple):
    """What memories a listing wants; an empty part means any."""

    standings: tuple[str, ...] = ()
    domain: str = ""
    kind: str = ""
    tag: str = ""
    trusts: tuple[str, ...] = ()


EVERYTHING = Shelf()


def condition_of(shelf: Shelf) -> tuple[str, tuple[Any, ...]]:
    """The SQL condition of a shelf over `memories m`, and its arguments."""
    parts: list[str] = ["1"]
    arguments: list[Any] = []
    if shelf.standings:
        parts.append(f"m.standing IN ({','.join('?' * len(shelf.standings))})")
        arguments.extend(shelf.standings)
    for column in ("domain", "kind"):
        if value := getattr(shelf, column):
            parts.append(f"m.{column} = ?")
            arguments.append(value)
    if shelf.trusts:
        parts.append(f"m.trust IN ({','.join('?' * len(shelf.trusts))})")
        arguments.extend(shelf.trusts)
    if shelf.tag:
        parts.append("EXISTS (SELECT 1 FROM tags t WHERE t.tag = ? AND t.memory = m.id)")
        arguments.append(shelf.tag)
    return " AND ".join(parts), tuple(arguments)
