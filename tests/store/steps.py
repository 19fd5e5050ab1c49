"""Steps to formats that do not exist, for the tests of migrations."""

import apsw

from oldhand.store.connection import FORMAT
from oldhand.store.migrate import Step


def add_colour(connection: apsw.Connection) -> None:
    connection.execute("CREATE TABLE colours (name TEXT PRIMARY KEY) STRICT")
    connection.execute("INSERT INTO colours VALUES('red'), ('green')")


def add_shade(connection: apsw.Connection) -> None:
    connection.execute("ALTER TABLE colours ADD COLUMN shade INTEGER NOT NULL DEFAULT 0")
    connection.execute("UPDATE colours SET shade = 7")


def fail(connection: apsw.Connection) -> None:
    connection.execute("CREATE TABLE half (x)")
    connection.execute("INSERT INTO nowhere VALUES(1)")


STEPS = (Step(FORMAT + 1, "colours", add_colour), Step(FORMAT + 2, "shades", add_shade))
