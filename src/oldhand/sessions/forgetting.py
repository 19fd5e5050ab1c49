"""Before something is forgotten: what hooks left is read, so that no line of it waits beside the log, and what sessions
left that says the same is found."""

import json
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from oldhand.sessions.checkpoints import KIND
from oldhand.sessions.draining import SETTLED_MS, drain
from oldhand.sessions.spool import BROKEN, SPOOL
from oldhand.store.by_kind import of_kind
from oldhand.store.own_folders import own

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.reader import Reader

HOLDING = ("active", "contested", "superseded", "retired", "quarantined")  # standings that keep their words
MOST = 1_000_000  # handoffs that are looked through: all that a store can have
MARGIN_MS = 100  # beyond the time after which no hook writes to a taken file any more


def emptied(memory: "Memory") -> None:
    """Read what waits in the spool, and remove what could not be used. Takes a second where something waits."""
    folder = memory.project.store / SPOOL
    if not memory.project.remembered or not own(folder):
        return
    drain(memory, 0)
    if any(folder.glob("taken-*.jsonl")):
        time.sleep((SETTLED_MS + MARGIN_MS) / 1000)
        drain(memory, 0)
    (folder / BROKEN).unlink(missing_ok=True)


def quoting(memory: "Memory", texts: Sequence[str]) -> list[str]:
    """The ids of the project's engrams and handoffs that quote one of these texts, or nearly all its words: they are
    made from what was said in sessions. Of a handoff each earlier wording counts too."""
    from oldhand.knowledge.erasing_sessions import telling
    from oldhand.sessions import engram_keeping

    found = engram_keeping.quoting(memory, texts)
    tells = telling(texts)
    with memory.reading() as reader:
        names = of_kind(reader, KIND, MOST, standings=HOLDING)
        found += [name for name in names if any(_tells(body, tells) for body in _wordings(reader, name))]
    return found


def _wordings(reader: "Reader", name: str) -> list[bytes]:
    """The bytes of everything that a memory ever said and that is there still."""
    revisions = dict.fromkeys(event.revision for _, event in reader.history(name) if event.revision)
    return [body for one in revisions if (body := reader.intact(one))]


def _tells(body: bytes, tells: Callable[[str], bool]) -> bool:
    """Whether a wording tells it in one of its texts."""
    try:
        fields: dict[str, Any] = json.loads(body)["content"]
    except (ValueError, KeyError, TypeError):
        return False  # damaged: `verify` names it
    said = [one for value in fields.values() for one in (value if isinstance(value, list) else [value])]
    return any(tells(one) for one in said if isinstance(one, str))
