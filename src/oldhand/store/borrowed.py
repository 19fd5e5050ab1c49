"""Opening a database whose own description of its tables is damaged, with a description borrowed from a new one.

The first page of a database says what it is and where its tables begin. The canonical tables are
made first and never moved, so they begin on the same pages in every store of one format: a copy of
the damaged file gets a first page that describes just these.
"""

import tempfile
from pathlib import Path

import apsw

from oldhand.store import connection as recipe
from oldhand.store.pages import PAGE, Pages
from oldhand.store.store import FILE_MODE, lay_out

# The canonical tables with their indexes, as short as they can be said: all of them fit on the first page.
TABLES = """
CREATE TABLE replicas (number INTEGER PRIMARY KEY, id UNIQUE, own, place);
CREATE TABLE names (number INTEGER PRIMARY KEY, name UNIQUE);
CREATE TABLE objects (address PRIMARY KEY, body) WITHOUT ROWID;
CREATE TABLE journal (position INTEGER PRIMARY KEY, replica, seq, wall, counter, actor, origin, op, memory,
 revision, fields, erased, id UNIQUE);
CREATE UNIQUE INDEX journal_sequence ON journal (replica, seq);
CREATE INDEX journal_memory ON journal (memory, position);
CREATE TABLE roots (number INTEGER PRIMARY KEY, position, root, chain, learned, wall, counter);
CREATE TABLE losses (part, replica, number, name, since, PRIMARY KEY (part, replica, number, name)) WITHOUT ROWID;
"""
COUNT_PLACE = 28  # where the header holds the number of pages (4 bytes)


def first_page(count: int) -> bytes:
    """A first page that describes the canonical tables of a database of `count` pages."""
    like = apsw.Connection(":memory:")
    lay_out(like, 0, 0)
    begins = dict(like.execute("SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 0"))
    like.close()
    describing = apsw.Connection(":memory:")
    describing.execute(TABLES).fetchall()
    describing.pragma("application_id", recipe.APPLICATION_ID)
    describing.pragma("user_version", recipe.FORMAT)
    describing.execute("PRAGMA writable_schema=ON")
    for (name,) in describing.execute("SELECT name FROM sqlite_schema").fetchall():
        describing.execute("UPDATE sqlite_schema SET rootpage=? WHERE name=?", (begins[name], name))
    page = describing.serialize("main")[:PAGE]
    describing.close()
    return page[:COUNT_PLACE] + count.to_bytes(4) + page[COUNT_PLACE + 4 :]


def open_copy(pages: Pages, beside: Path) -> apsw.Connection:
    """A connection to a copy of the pages with a borrowed first one; the nameless copy goes with the connection."""
    with tempfile.NamedTemporaryFile(dir=beside, prefix="memory-", suffix=".db.making") as copy:
        Path(copy.name).chmod(FILE_MODE)
        copy.write(first_page(pages.count))
        for number in range(2, pages.count + 1):
            copy.write(pages.page(number).ljust(PAGE, b"\0"))
        copy.flush()
        return apsw.Connection(f"file:{copy.name}?immutable=1", flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
