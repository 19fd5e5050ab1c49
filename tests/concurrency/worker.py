"""A program that works on a memory together with others of its kind.

    worker.py ROLE [ARGUMENT ...]

It says `ready`, waits for a line, does its work and says what came of it as one line of JSON.
"""

import json
import select
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import apsw

from oldhand.errors import AlreadyThere, OldhandError
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.store.store import build_database

SLOT = "deployment/host"


def say(reply: Any) -> None:
    """One line of JSON."""
    sys.stdout.write(json.dumps(reply) + "\n")
    sys.stdout.flush()


def timed(work: Iterator[Callable[[], Any]]) -> dict[str, Any]:
    """Do each piece of work; how many went well, what went wrong, and how long each took in milliseconds."""
    waits, errors = [], []
    for piece in work:
        began = time.perf_counter()
        try:
            piece()
        except (OldhandError, apsw.Error) as error:
            errors.append(f"{type(error).__name__}: {error}")
        waits.append((time.perf_counter() - began) * 1000)
    return {"done": len(waits) - len(errors), "errors": errors, "waits": waits}


def writing(memory: Memory, name: str, number: int, key: str = "") -> Iterator[Callable[[], Any]]:
    """Statements, each different; with a key all of them answer one question."""
    for n in range(number):
        yield lambda n=n: call(memory, "remember", {"text": f"{name} says {n}", "key": key, "tags": [name]})


def reading(memory: Memory) -> Iterator[Callable[[], Any]]:
    """Recalls and listings until somebody speaks to us."""
    while not select.select([sys.stdin], [], [], 0.002)[0]:
        yield lambda: (call(memory, "recall", {"cue": "who says 7"}), call(memory, "active", {"limit": 5}))


def careless(path: Path, number: int) -> Iterator[Callable[[], Any]]:
    """The control: read, then write, in a transaction that begins without asking for the right to write."""
    connection = apsw.Connection(str(path))

    def write() -> None:
        try:
            connection.execute("BEGIN")
            count = connection.execute("SELECT count(*) FROM said").fetchone()[0]
            connection.execute("INSERT INTO said VALUES(?)", (count,))
            connection.execute("COMMIT")
        except apsw.Error:
            connection.execute("ROLLBACK")
            raise

    for _ in range(number):
        yield write


def appending(path: Path, name: str, number: int) -> None:
    """The control: read a file, add to it, write it back."""
    for n in range(number):
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, OSError):
            said = []
        path.write_text(json.dumps([*said, f"{name} says {n}"]), encoding="utf-8")


def beginning(home: Path) -> None:
    """For each folder named on the input: make its memory or find it made, then remember something in it."""
    for line in sys.stdin:
        with Memory(Path(line.strip()), home) as memory:
            try:
                call(memory, "init", {"empty": True})
                outcome = "created"
            except AlreadyThere:
                outcome = "there"
            call(memory, "remember", {"text": f"begun by {home} {id(memory)} {time.perf_counter_ns()}"})
            say(outcome)


def personal(project: Path) -> None:
    """For each home named on the input: remember something of the person's in it."""
    for line in sys.stdin:
        with Memory(project, Path(line.strip()), store=project / ".oldhand") as memory:
            try:
                call(memory, "remember", {"text": f"mine {time.perf_counter_ns()}", "scope": "global"})
                say("")
            except OldhandError as error:
                say(f"{type(error).__name__}: {error}")


def naive() -> None:
    """The control: look whether the store is there and make it if not, as the product does but without its lock."""
    for line in sys.stdin:
        path = Path(line.strip()) / "memory.db"
        try:
            there = path.exists()
            if not there:
                build_database(path, 0)
            say("there" if there else "created")
        except (OSError, apsw.Error) as error:
            say(type(error).__name__)


def holding(memory: Memory) -> None:
    """Hold the store in the midst of a change until somebody speaks to us."""
    with memory.writing() as transaction:
        transaction.emit("root", "", "agent", "test", {"label": "held"})
        say("holding")
        sys.stdin.readline()
    say("done")


def main() -> None:
    """Take the role that is asked for."""
    role, *arguments = sys.argv[1:]
    say("ready")
    if role in ("begin", "personal", "naive"):
        {"begin": beginning, "personal": personal, "naive": lambda *_: naive()}[role](*map(Path, arguments[:1]))
        return
    place = Path(arguments[0])
    sys.stdin.readline()
    if role == "careless":
        say(timed(careless(place, int(arguments[1]))))
        return
    if role == "append":
        appending(place, arguments[1], int(arguments[2]))
        say("done")
        return
    with Memory(place, place.parent / "home") as memory:
        if role == "write":
            say(timed(writing(memory, arguments[1], int(arguments[2]))))
        elif role == "slot":
            say(timed(writing(memory, arguments[1], int(arguments[2]), SLOT)))
        elif role == "read":
            say(timed(reading(memory)))
        else:
            holding(memory)


if __name__ == "__main__":
    main()
