"""Any reply as text: names and values, and a table for each list of records."""

from collections.abc import Sequence
from typing import Any

from oldhand.model.visible import escaped, line
from oldhand.surfaces.cli.screen import Screen

LONGEST_CELL = 60  # characters of one cell on a terminal; the whole is in --json
SHOWN_DIGITS = 12  # of ids, addresses and roots
_NAMES = frozenset({"id", "root", "revision", "memory", "chain", "source", "target", "replica", "start"})


def generic(screen: Screen, reply: Any) -> str:
    """A reply record: its plain values as lines, then each list of records as a table."""
    lines, tables = [], []
    for name, value in zip(reply._fields, reply, strict=True):
        title = name.replace("_", " ")
        if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
            if value and hasattr(value[0], "_fields"):
                tables.append(value)
            elif value:
                lines.append(f"{screen.style(title, 'bold')}")
                lines.extend(f"  {_text(entry)}" for entry in value)
        elif hasattr(value, "_fields"):
            lines.extend(generic(screen, value).splitlines())
        elif isinstance(value, dict):
            if value:
                said = ", ".join(f"{_text(key)} {_text(entry)}" for key, entry in value.items())
                lines.append(f"{screen.style(f'{title:<16}', 'bold')}{said}")
        elif isinstance(value, str) and "\n" in value:
            lines.append(escaped(value.replace("\t", "    "), "\n").rstrip("\n"))
        elif value not in ("", None):
            lines.append(f"{screen.style(f'{title:<16}', 'bold')}{_cell(name, value)}")
    lines.extend(table(screen, rows) for rows in tables)
    return "\n".join(lines) + "\n" if lines else "Nothing.\n"


def table(screen: Screen, rows: Sequence[Any]) -> str:
    """A list of records of one type as a table; columns without any value are left out."""
    names = [name for at, name in enumerate(rows[0]._fields) if any(row[at] not in ("", None, [], {}) for row in rows)]
    cells = [[_cell(name, getattr(row, name)) for name in names] for row in rows]
    if screen.terminal:
        cells = [
            [cell if len(cell) <= LONGEST_CELL else cell[: LONGEST_CELL - 1] + "…" for cell in row] for row in cells
        ]
    widths = [max(len(name), *(len(row[at]) for row in cells)) for at, name in enumerate(names)]
    head = "  ".join(f"{name.replace('_', ' '):<{width}}" for name, width in zip(names, widths, strict=True))
    body = ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join([screen.style(head.rstrip(), "bold"), *body])


def _cell(name: str, value: Any) -> str:
    if (
        name in _NAMES
        and isinstance(value, str)
        and len(value) > SHOWN_DIGITS
        and all(c in "0123456789abcdef" for c in value)
    ):
        return value[:SHOWN_DIGITS]
    return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, (list, tuple)):
        return ", ".join(_text(entry) for entry in value)
    if isinstance(value, dict):
        return ", ".join(f"{_text(key)} {_text(entry)}" for key, entry in value.items())
    return line(str(value))
