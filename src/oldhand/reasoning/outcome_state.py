"""How far outcomes were derived, kept between two updates in `outcomes.json` in the store's folder.

It holds nothing that git and the session log do not have, and no words of memories: it may be removed at any time, and
a damaged or foreign one is read past; everything is then derived anew, with the same result. Behind a first line of its
own, which alone is read to see that nothing is new, stands what is known of each decision.
"""

import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from oldhand.reasoning.outcome_shape import well_formed
from oldhand.store.regular_files import open_regular

STATE_FILE = "outcomes.json"
FORMAT = 3  # of that file, the next one whenever a history is read in another way too: another one is read past
LONGEST_LINE = 4 << 20  # bytes of the first line; a decision with missing commits takes a hundred
# What reading a file raises that is damaged, of another format, or no file at all: then all is derived anew.
DAMAGED = (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError)
LEFT_SECONDS = 60  # after which nobody writes to a file any more that is put in the other's place at once
LARGEST_STATE = 512 << 20  # bytes; a decision with a thousand lines needs 20,000


class State(NamedTuple):
    """What an update left. head: the commit to which histories were read, empty while one is under way; seen: a digest
    of all else that went into the update; events: the number of the last event of sessions read; told: what the update
    told of commits, and missing ones; asked: decision -> a digest of what tied it to commits; runs: of tests, as
    `test_results.Run`; cases: decision -> what its history gave (`outcome_case.Case.saved`); names: what commits name
    (`naming_commits.Index.saved`), whose head tells how far a reading came that is under way; seals: decision -> which
    of its commits are tied by what (`reading_what_is_new.Seals.saved`)."""

    head: str
    seen: str
    events: int
    told: dict[str, Any]
    asked: dict[str, str]
    runs: list[list[Any]]
    cases: dict[str, dict[str, Any]]
    names: dict[str, Any]
    seals: dict[str, list[list[str]]]


EMPTY = State("", "", 0, {}, {}, [], {}, {}, {})
_REST = State._fields[4:]  # what stands behind the first line


def first_line(folder: Path) -> State:
    """What the last update left, without what it knows of each decision: cheap to read. Of `names` it has the head and
    the boundary alone."""
    with suppress(*DAMAGED), open_regular(folder / STATE_FILE) as file:
        return _first(json.loads(file.readline(LONGEST_LINE)))
    return EMPTY


def _first(said: dict[str, Any]) -> State:
    if said["format"] != FORMAT:
        return EMPTY
    return EMPTY._replace(
        head=str(said["head"]), seen=str(said["seen"]), events=int(said["events"]), told=_told(said["told"]),
        names={"head": str(said["read_to"]), "boundary": str(said["boundary"])},
    )  # fmt: skip


def _told(said: dict[str, Any]) -> dict[str, Any]:
    """What was told of commits, each part as what it has to be; anything else is damage."""
    missing = {str(name): [str(one) for one in found] for name, found in dict(said["missing"]).items()}
    return {"carried": int(said["carried"]), "missing": missing, "cut_off": bool(said["cut_off"])}


def load(folder: Path) -> State:
    """What the last update left; `EMPTY` when there was none, or its file is damaged or of another format."""
    with suppress(*DAMAGED), open_regular(folder / STATE_FILE) as file:
        held = file.read(LARGEST_STATE + 1)
        if len(held) > LARGEST_STATE:
            return EMPTY
        first, _, rest = held.partition(b"\n")
        head = json.loads(first)
        if head["format"] == FORMAT and head["check"] == _check(rest):
            said = json.loads(rest)
            state = State(*_first(head)[:4], *(said[name] for name in _REST))
            return state if well_formed(state._asdict()) else EMPTY
    return EMPTY


def save(folder: Path, state: State) -> None:
    """Keep what an update left; where the folder cannot be written, the next one derives everything anew."""
    said = {name: getattr(state, name) for name in _REST}
    rest = json.dumps(said, separators=(",", ":"), ensure_ascii=True).encode("ascii")
    first = {
        "format": FORMAT, "head": state.head, "seen": state.seen, "events": state.events, "told": state.told,
        "read_to": state.names.get("head", ""), "boundary": state.names.get("boundary", ""), "check": _check(rest),
    }  # fmt: skip
    unfinished = folder / f"{STATE_FILE}.{os.getpid()}.part"
    sweep(folder, STATE_FILE)
    with suppress(OSError):
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
        with os.fdopen(os.open(unfinished, flags, 0o600), "wb") as file:
            file.write(json.dumps(first).encode("ascii") + b"\n" + rest)
        os.replace(unfinished, folder / STATE_FILE)
    with suppress(OSError):
        unfinished.unlink(missing_ok=True)


def sweep(folder: Path, name: str) -> None:
    """Remove what killed writers of a file left beside it, some of which knows of decisions that were forgotten."""
    for path in folder.glob(f"{name}.*.part"):
        with suppress(OSError):
            if time.time() - path.lstat().st_mtime > LEFT_SECONDS:
                path.unlink()


def digest(said: Mapping[str, Any] | list[Any]) -> str:
    """A digest of plain values."""
    return _check(json.dumps(said, sort_keys=True, separators=(",", ":"), default=list).encode())


def _check(data: bytes) -> str:
    return sha256(data).hexdigest()
