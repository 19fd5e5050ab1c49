"""The search index: which memories match a query best, whatever order they came in."""

from typing import Any, NamedTuple

import apsw

from oldhand.store.varints import varints

AVERAGES = 1  # the row of search_data that holds the number of rows and of terms, for BM25
OVERFETCH = 2  # matches looked at for each that is wanted, before standing and room are considered


class IndexDamaged(Exception):
    """The search index cannot be read; memories can."""


class Match(NamedTuple):
    """A memory's row and its rank for a query: BM25 as FTS5 gives it, lower is better."""

    memory: str
    number: int
    record: bytes
    digest: bytes
    rank: float


def best_matches(
    connection: apsw.Connection, query: str, ranking: str, condition: str, arguments: tuple[Any, ...], limit: int
) -> list[Match]:
    """The best matches of an FTS5 query among the memories that meet a condition, best first.

    ranking: the FTS5 ranking function. Which matches are returned depends on the memories alone,
    not on the order in which they came in. Raises IndexDamaged.
    """
    best = index_rows(
        connection,
        "SELECT rowid, rank FROM search WHERE search MATCH ? AND rank MATCH ? ORDER BY rank LIMIT ?",
        (query, ranking, OVERFETCH * limit),
    )
    if cut := len(best) == OVERFETCH * limit:
        best = [row for row in best if row[1] < best[-1][1]]  # equals of the last are cut by chance: leave all out
    found: list[Match] = []
    while best and len(found) < limit:
        equals = (at for at in range(limit, len(best)) if best[at][1] != best[at - 1][1])
        size = next(equals, len(best))  # those that score alike are looked at together: their order is chance
        ranks, best = dict(best[:size]), best[size:]
        # by number, never by standing: the planner would rather read every active memory
        rows: Any = connection.execute(
            "SELECT m.id, m.number, m.record, m.digest FROM memories m NOT INDEXED"
            f" WHERE m.number IN ({','.join('?' * len(ranks))}) AND {condition}",
            (*ranks, *arguments),
        )
        found += [Match(name.hex(), number, record, digest, ranks[number]) for name, number, record, digest in rows]
    if cut and len(found) < limit:
        found = _whole(connection, query, ranking, condition, arguments, limit)
    return sorted(found, key=lambda match: (match.rank, match.memory))[:limit]


def _whole(
    connection: apsw.Connection, query: str, ranking: str, condition: str, arguments: tuple[Any, ...], limit: int
) -> list[Match]:
    """The best matches when too many score alike to take the first that come: all are ordered."""
    rows = index_rows(
        connection,
        "SELECT m.id, m.number, m.record, m.digest, search.rank FROM search"
        " JOIN memories m ON m.number = search.rowid"
        f" WHERE search MATCH ? AND search.rank MATCH ? AND {condition} ORDER BY search.rank, m.id LIMIT ?",
        (query, ranking, *arguments, limit),
    )
    return [Match(name.hex(), *rest) for name, *rest in rows]


def index_rows(connection: apsw.Connection, query: str, arguments: tuple[Any, ...]) -> list[Any]:
    """Rows of a query over the search index. Raises IndexDamaged."""
    try:
        return list(connection.execute(query, arguments))
    except (apsw.SQLError, apsw.CorruptError) as error:
        raise IndexDamaged(str(error).split(": ", 1)[-1]) from error


def average_terms(connection: apsw.Connection) -> float:
    """How many terms a row of the index holds on average, as FTS5 keeps count of it. Raises IndexDamaged."""
    rows = index_rows(connection, "SELECT block FROM search_data WHERE id=?", (AVERAGES,))
    documents, *totals = varints(rows[0][0]) if rows and rows[0][0] else [0]
    return sum(totals) / documents if documents else 0.0


def terms_between(connection: apsw.Connection, low: str, high: str, most: int) -> list[tuple[str, int]]:
    """(term, memories with it) of the index's terms from `low` up to `high`, in order. Raises IndexDamaged."""
    if not connection.execute("SELECT 1 FROM temp.sqlite_schema WHERE name='vocabulary'").fetchone():
        guarded = connection.pragma("query_only")  # set where the file cannot be written; the table is not in the file
        connection.pragma("query_only", False)
        try:
            index_rows(connection, "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, search, row)", ())
        finally:
            connection.pragma("query_only", bool(guarded))
    return index_rows(
        connection, "SELECT term, doc FROM temp.vocabulary WHERE term >= ? AND term < ? LIMIT ?", (low, high, most)
    )
