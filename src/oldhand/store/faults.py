"""What is known to be wrong with the projections, kept until a rebuild mends it."""

import apsw


def known_faults(connection: apsw.Connection) -> dict[str, str]:
    """What is known to be wrong with the projections: part (`search` or `state`) -> fault."""
    return dict(connection.execute("SELECT part, fault FROM health"))


def note_fault(connection: apsw.Connection, part: str, fault: str, now_ms: int) -> None:
    """Remember that a projection is broken, until a rebuild mends it."""
    connection.execute("INSERT OR IGNORE INTO health VALUES(?,?,?)", (part, fault[:400], now_ms))
