"""Sessions made for tests: lines of the spool, and events as readers give them."""

import json
import os
import random
import string
import time
from pathlib import Path
from typing import Any

from oldhand.memory import Memory
from oldhand.model.session import CALL, COMMAND, EDIT, PROMPT, REPLY, RESULT, Event
from oldhand.sessions.spool import SPOOL, WAITING

AT = 1_790_000_000_000  # a moment at which made sessions begin
SECOND = 1000


def line(event: str, number: int = 0, /, session: str = "5f1c-session", **said: Any) -> str:
    """A line as hooks write it."""
    whole = {"v": 1, "host": "claude", "event": event, "session": session, "at": AT + number * SECOND, **said}
    return json.dumps(whole, ensure_ascii=False) + "\n"


def ran(number: int, command: str, code: int = 0, output: str = "", **said: Any) -> str:
    """A line that tells of a command that was run."""
    name = f"toolu_{number}"
    return line(
        "failed" if code else "after", number, key=name, call=name, tool="command", name="Bash", text=output,
        ok=not code, exit=code, detail={"command": command}, **said,
    )  # fmt: skip


def edited(number: int, path: str, **said: Any) -> str:
    """A line that tells of a file that was edited."""
    name = f"toolu_{number}"
    return line("after", number, key=name, call=name, tool="edit", name="Edit", target=path, ok=True, **said)


def prompted(number: int, text: str, **said: Any) -> str:
    """A line that tells of a prompt."""
    return line("prompt", number, key=f"prompt-{number}", text=text, **said)


def spooled(memory: Memory, *lines: str | bytes) -> Path:
    """Put lines into the spool as hooks do; its folder."""
    folder = memory.project.store / SPOOL
    folder.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(folder / WAITING, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        for one in lines:
            os.write(descriptor, one.encode("utf-8", "surrogateescape") if isinstance(one, str) else one)
    finally:
        os.close(descriptor)
    return folder


def settled(folder: Path) -> None:
    """Have the taken files of a spool be as old as those that no hook writes to any more."""
    for path in sorted(folder.glob("taken-*.jsonl")):
        stamp, rest = path.name.removeprefix("taken-").split("-", 1)
        path.rename(path.with_name(f"taken-{int(stamp) - 60_000}-{rest}"))


def token() -> str:
    """A made-up access token, put together when it is needed."""
    letters = random.Random(time.time_ns())
    return "ghp" + "_" + "".join(letters.choice(string.ascii_letters + string.digits) for _ in range(36))


def talk(*said: str) -> list[Event]:
    """A conversation: a person and an agent by turns, the person first."""
    return [
        Event(REPLY if number % 2 else PROMPT, AT + number * SECOND, f"said-{number}", text)
        for number, text in enumerate(said)
    ]


def command(number: int, text: str, code: int = 0, output: str = "") -> list[Event]:
    """A command that was run, as a reader tells it."""
    name, at = f"toolu_{number}", AT + number * SECOND
    return [
        Event(CALL, at, name, text, tool=COMMAND, name="Bash", call=name),
        Event(RESULT, at, name, output, tool=COMMAND, name="Bash", call=name, ok=not code, detail={"exit": code}),
    ]  # fmt: skip


def edit(number: int, path: str) -> list[Event]:
    """A file that was edited, as a reader tells it."""
    name, at = f"toolu_{number}", AT + number * SECOND
    return [
        Event(CALL, at, name, "new", tool=EDIT, name="Edit", call=name, target=path),
        Event(RESULT, at, name, "", tool=EDIT, name="Edit", call=name, target=path, ok=True),
    ]  # fmt: skip
