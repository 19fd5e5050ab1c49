"""A quick look at each part of a store: what can be told in milliseconds. `verify` checks everything."""

from pathlib import Path
from typing import NamedTuple

import apsw

from oldhand.errors import DamagedObject
from oldhand.model.event import recomputed_id
from oldhand.model.identity import short
from oldhand.model.moment import day
from oldhand.store import merkle
from oldhand.store.projection import findable
from oldhand.store.reader import Reader
from oldhand.store.store import LOCK_FILE

LATEST_LOOKED_AT = 200  # events whose ids and wordings are recomputed: some ten milliseconds
DAY_MS = 86_400_000


class Part(NamedTuple):
    """One part of the store: its name, its state (ok, degraded, bad) and what there is to say of it."""

    name: str
    state: str
    detail: str


def look(reader: Reader) -> list[Part]:
    """The journal, the projections and the search index, each with its state."""
    looks = (("journal", _journal), ("projections", _projections), ("search index", _search_index))
    found = []
    for name, one in looks:
        try:
            found.append(Part(name, *one(reader)))
        except (apsw.Error, ValueError, KeyError, TypeError, AttributeError) as error:
            state = "bad" if name == "journal" else "degraded"
            found.append(Part(name, state, f"it cannot be read ({str(error).split(': ', 1)[-1][:200]})"))
    return found


def _journal(reader: Reader) -> tuple[str, str]:
    """Whether the latest events still match their ids, follow each other and have their wordings."""
    previous: dict[str, str] = {}
    count = 0
    for _, event in reader.journal(newest=LATEST_LOOKED_AT):
        count += 1
        if recomputed_id(event) != event.id:
            return "bad", f"event {short(event.id)} no longer matches its id"
        if event.prev != previous.get(event.replica, event.prev):
            return "bad", f"event {short(event.id)} does not follow the one before it"
        previous[event.replica] = event.id
        if event.revision:
            try:
                reader.body(event.revision)
            except DamagedObject:
                return "bad", f"the wording {short(event.revision)} no longer matches its address"
    root = reader.root()
    last = _count(reader, "SELECT coalesce(max(position), 0) FROM journal")
    if root.position < last:
        return "degraded", f"{last - root.position} events after the latest root"
    return "ok", f"{last} events, the latest {count} match their ids"


def _projections(reader: Reader) -> tuple[str, str]:
    """Whether the state is known to be sound and its Merkle trie gives the recorded root."""
    if fault := reader.faults().get("state"):
        return "degraded", fault
    root = reader.root().root
    packed = _trie_top(reader)
    if (merkle.node_hash(merkle.unpack(packed)) if packed else merkle.EMPTY) != root:
        return "degraded", "the Merkle trie does not give the recorded root"
    return "ok", f"{reader.size()} memories, root {root.hex()[:8]}"


def _search_index(reader: Reader) -> tuple[str, str]:
    """Whether the search index is known to be sound and holds as many memories as it should."""
    if fault := reader.faults().get("search"):
        return "degraded", fault
    sorts = reader._connection.execute("SELECT kind, standing, sum(count) FROM tallies GROUP BY kind, standing")
    wanted = sum(count for kind, standing, count in sorts if findable(kind, standing))
    held = _count(reader, "SELECT count(*) FROM search")
    if held != wanted:
        return "degraded", f"it holds {held} of {wanted} memories"
    return "ok", f"{held} memories"


def clock(reader: Reader, now_ms: int) -> Part:
    """Whether what was recorded lies in the past of a machine whose clock shows `now_ms`."""
    if ahead := reader.ahead(now_ms):
        return Part("clock", "degraded", f"{ahead} of the latest events are dated more than a day in the future")
    if (learned := reader.root().learned) > now_ms + DAY_MS:
        return Part("clock", "degraded", f"the latest root was learned on {day(learned)}, which has not come yet")
    return Part("clock", "ok", "nothing is dated in the future")


def _count(reader: Reader, query: str) -> int:
    row = reader._connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def _trie_top(reader: Reader) -> bytes:
    """The packed children of the trie's top node; empty when there is none."""
    row = reader._connection.execute("SELECT children FROM trie WHERE path=''").fetchone()
    return bytes(row[0]) if row else b""


def lock_holder(folder: Path) -> int:
    """The process that holds the write lock of a store folder; 0 when none does or the system does not tell."""
    try:
        inode = (folder / LOCK_FILE).stat().st_ino
        held = Path("/proc/locks").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    for line in held.splitlines():
        words = line.split()
        if len(words) > 5 and words[1] == "FLOCK" and words[5].rpartition(":")[2] == str(inode):
            return int(words[4])
    return 0
