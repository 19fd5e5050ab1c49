"""What a forgetting concerns and what it did, and the note of one that is under way."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from oldhand.errors import NotWritable
from oldhand.store.copies import Found
from oldhand.store.reader import Held
from oldhand.store.store import FILE_MODE, put_in_place

if TYPE_CHECKING:
    from oldhand.knowledge.erasing_records import Left

NOTE = "erasure.unfinished"  # ids that are to be erased and may not be erased yet, in the store or its other files
LARGEST_NOTE = 1 << 20  # bytes of that note; a larger one was not written by us


class Plan(NamedTuple):
    """What a forgetting concerns in one scope. told: the memories with a text, as they are now; derived: what was made
    from them; noted: what an interrupted forgetting has left to do there; root: of the store now; quoting: records of
    sessions that quote what goes, and go too; left: what cannot go with it, and why; brought: whether it was erased
    by a merge, so that only the other files are to be done; anew: what is left of those that quote it."""

    scope: str
    folder: Path
    root: str
    found: Found
    told: tuple[Held, ...]
    derived: tuple[str, ...]
    noted: tuple[str, ...]
    quoting: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    brought: bool = False
    anew: "tuple[Left, ...]" = ()

    @property
    def due(self) -> bool:
        """Whether there is something to do in this scope."""
        return bool(self.noted or self.brought or set(self.memories) - set(self.found.erased))

    @property
    def memories(self) -> tuple[str, ...]:
        """All that goes by itself: what was named, what says the same, and what quotes it."""
        return tuple(dict.fromkeys((*self.found.named, *self.found.copies, *self.quoting)))

    def why(self, memory: str) -> str:
        """Why a memory goes, in words."""
        if memory in self.found.named:
            return "it was named"
        return "it says the same" if memory in self.found.copies else "it quotes it"


class Effects(NamedTuple):
    """What erasing does within a store. erased: memories; remade: (id before, id now) of summaries that rules made
    anew; quarantined: what was made from the erased and waits in review."""

    erased: tuple[str, ...] = ()
    remade: tuple[tuple[str, str], ...] = ()
    quarantined: tuple[str, ...] = ()


class Swept(NamedTuple):
    """What was done in one scope. erased: memories; remade, quarantined: of those made from them; databases: the other
    ones that held some; traces: calls, and words of sessions, removed from the logs; exports: files elsewhere that hold
    some; left: what could not be cleaned and why; still: the project's own files and commits that still say it;
    pending: whether the log still holds bytes because somebody reads."""

    scope: str
    erased: tuple[str, ...]
    remade: tuple[str, ...]
    quarantined: tuple[str, ...]
    databases: tuple[str, ...]
    traces: int
    exports: tuple[str, ...]
    left: tuple[str, ...]
    still: tuple[str, ...]
    pending: bool
    root: str


def unfinished(folder: Path) -> list[str]:
    """The memories that a forgetting has named that was interrupted, or could not reach every file."""
    try:
        if (folder / NOTE).stat().st_size > LARGEST_NOTE:
            return []
        said = json.loads((folder / NOTE).read_text("ascii"))
    except (OSError, ValueError, RecursionError):
        return []
    return [one for one in said if isinstance(one, str) and len(one) == 32 and not one.strip("0123456789abcdef")]


def note(folder: Path, memories: Iterable[str]) -> None:
    """Note which memories are to be erased, before that is done; without any, the note goes. Raises NotWritable."""
    whole = folder / f"{NOTE}.writing"
    if not (names := sorted(set(memories))):
        (folder / NOTE).unlink(missing_ok=True)
        whole.unlink(missing_ok=True)
        return
    try:
        descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, FILE_MODE)
        with open(descriptor, "w", encoding="ascii") as file:
            json.dump(names, file)
        put_in_place(whole, folder / NOTE)
    except OSError as error:
        raise NotWritable(folder, error.strerror) from None
