"""Which FalkorDB a store is projected into: a note in the person's own folder, and how it stands.

No project's folder holds it, so nobody who sends one decides where texts go. It holds no password. What the last sync
came to is noted too, so that `health` can tell how the graph stands without asking anybody.
"""

import json
import os
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.errors import NotAttached, NotWritable, OldhandError
from oldhand.graph.falkordb.address import EMBEDDED, Address
from oldhand.store.pending import NOWHERE, Mark

if TYPE_CHECKING:
    from oldhand.memory import Memory

NOTES = "graphs"  # folder in the person's home
NAME_DIGITS = 16  # of a note's name: 64 bits of the store's folder
LARGEST_NOTE = 1 << 16  # bytes: a note has some five hundred
SYNC = "`oldhand graph sync` brings it up to date"
REFILL = "`oldhand graph sync` fills it anew"


class Attachment(NamedTuple):
    """A store and the graph it is projected into.

    address: of the server; None for an embedded one; graph: the name of the graph; owner: a token that the graph
    holds too, by which it is known as this store's; mark: the journal event up to which the last sync came; at: when
    (ms since 1970), 0 before the first; nodes, links: how many it came to; failed: why the last attempt did not do it,
    empty when it did; failed_at: when.
    """

    store: str
    address: Address | None
    graph: str
    owner: str
    mark: Mark = NOWHERE
    at: int = 0
    nodes: int = 0
    links: int = 0
    failed: str = ""
    failed_at: int = 0

    @property
    def place(self) -> str:
        """Where the graph is, as it is told."""
        return EMBEDDED if self.address is None else f"{self.address.shown}/{self.graph}"


class Standing(NamedTuple):
    """How the attached graph stands, as far as this machine knows without asking it.

    state: none (nothing is attached), new (never filled), ok, behind, lost (what it came to is not in this journal),
    or away (the last attempt failed); detail: in words; behind: events it lacks.
    """

    attached: bool
    target: str
    state: str
    detail: str
    next_step: str
    behind: int = 0


NONE = Standing(False, "", "none", "no FalkorDB is attached", "")


def file_of(home: Path, store: Path) -> Path:
    """The note of a store."""
    return home / NOTES / f"{sha256(os.fsencode(store.resolve())).hexdigest()[:NAME_DIGITS]}.json"


def lock_of(home: Path, store: Path) -> Path:
    """The lock that whoever changes the graph of a store holds."""
    return file_of(home, store).with_suffix(".lock")


def find(home: Path, store: Path) -> Attachment | None:
    """What a store is attached to; None when it is not, or the note cannot be read."""
    try:
        file = file_of(home, store)
        with open(file, encoding="utf-8") as opened:
            said = json.loads(opened.read(LARGEST_NOTE))
        return _of(said) if said["store"] == str(store.resolve()) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def needed(home: Path, store: Path) -> Attachment:
    """What a store is attached to. Raises NotAttached."""
    found = find(home, store)
    if found is None:
        raise NotAttached(store)
    return found


def note(home: Path, attachment: Attachment) -> None:
    """Keep an attachment, for the person alone. Raises NotWritable."""
    from oldhand.store.store import make_private

    file = file_of(home, Path(attachment.store))
    said = attachment._asdict() | {
        "address": attachment.address._asdict() if attachment.address else None,
        "mark": [attachment.mark.position, attachment.mark.event.hex()],
    }
    unfinished = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        make_private(file.parent)
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            json.dump(said, opened, ensure_ascii=False)
        unfinished.replace(file)
    except OSError as error:
        raise NotWritable(file.parent, error.strerror) from None


def removed(home: Path, store: Path) -> None:
    """Take the note of a store away. Raises NotWritable."""
    file = file_of(home, store)
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise NotWritable(file.parent, error.strerror) from None


def failed(home: Path, attachment: Attachment, error: OldhandError, now: int) -> None:
    """Note that an attempt failed; left alone when even that cannot be written, as the error is raised anyway."""
    try:
        if find(home, Path(attachment.store)) is not None:  # it may have been detached meanwhile
            note(home, attachment._replace(failed=str(error.args[-1] if error.args else error), failed_at=now))
    except NotWritable:
        pass


def state_of(memory: "Memory", scope: str = "project") -> Standing:
    """How the attached graph of a store stands. It asks nobody, takes a few milliseconds and never raises."""
    try:
        store = memory.store(scope)
        found = find(memory.home, store.folder)
        if found is None:
            return NONE
        with store.read() as reader:
            return judged(found, reader)
    except OldhandError:
        return NONE  # the store cannot be read, which is told where it is asked for


def judged(found: Attachment, reader: Any) -> Standing:
    """How an attachment stands beside a view of the present."""
    from oldhand.store.pending import latest_mark, reaches

    if found.failed:
        behind = _behind(found, reader)
        return Standing(True, found.place, "away", f"{found.place}: {found.failed}", SYNC, behind)
    if not found.at:
        return Standing(True, found.place, "new", f"{found.place}: attached, not filled yet", SYNC)
    if not reaches(reader, found.mark):
        said = f"{found.place}: it was filled from another journal (a store that was restored)"
        return Standing(True, found.place, "lost", said, REFILL)
    said = f"{found.place}: {found.nodes} nodes, {found.links} edges"
    if behind := latest_mark(reader).position - found.mark.position:
        return Standing(
            True, found.place, "behind", f"{said}; {behind} event{'s' * (behind != 1)} behind", SYNC, behind
        )
    return Standing(True, found.place, "ok", f"{said}; up to date", "")


def _behind(found: Attachment, reader: Any) -> int:
    from oldhand.store.pending import latest_mark

    return max(latest_mark(reader).position - found.mark.position, 0)


def _of(said: dict[str, Any]) -> Attachment:
    address = said["address"]
    return Attachment(
        str(said["store"]), None if address is None else Address(**address), str(said["graph"]), str(said["owner"]),
        Mark(int(said["mark"][0]), bytes.fromhex(said["mark"][1])), int(said["at"]), int(said["nodes"]),
        int(said["links"]), str(said["failed"]), int(said["failed_at"]),
    )  # fmt: skip
