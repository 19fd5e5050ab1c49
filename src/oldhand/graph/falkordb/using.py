"""Using the attached graph: the lock, the connection or the server of our own, and the note of what came of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from oldhand.errors import GraphBusy, GraphUnusable, NotWritable, StoreBusy
from oldhand.graph.falkordb import attachment as attachments
from oldhand.graph.falkordb import embedded
from oldhand.graph.falkordb.address import PASSWORD_VARIABLE
from oldhand.graph.falkordb.attachment import Attachment
from oldhand.graph.falkordb.client import Connection, Graph, to_server
from oldhand.graph.falkordb.projection import FOREVER, Projection, Synced
from oldhand.store.lock import LOCK_SECONDS, WriteLock

if TYPE_CHECKING:
    from oldhand.memory import Memory

SERVED_SECONDS = 1.0  # a question to a server waits so long for another process that brings the graph up to date


class Used(NamedTuple):
    """The attached graph while it is used. lock: held by this process, which so may change it; None when another one
    holds it; notes: what deserves to be told."""

    attachment: Attachment
    graph: Graph
    lock: WriteLock | None
    notes: list[str]

    def shared(self) -> None:
        """Let others change the graph while this process only asks: possible where a server is not our own."""
        if self.lock is not None and self.attachment.address is not None:
            self.lock.close()


@contextmanager
def used(memory: "Memory", scope: str, *, must: bool = True) -> Iterator[Used]:
    """The attached graph of a store. must: whether the lock is needed; without it a server is asked all the same.

    Raises NotAttached, GraphAway and its kin, GraphBusy, MissingExtra; that it failed is noted for `health`.
    """
    store = memory.store(scope)
    attachment = attachments.needed(memory.home, store.folder)
    notes: list[str] = []
    with _locked(memory.home, store.folder, attachment, must) as lock:
        try:
            with connected(memory, attachment, store.folder, lock, notes) as connection:
                yield Used(attachment, connection.graph(attachment.graph), lock, notes)
        except GraphUnusable as error:
            if lock is not None:
                attachments.failed(memory.home, attachment, error, memory.now())
            raise


def brought(
    memory: "Memory", scope: str, use: Used, model: str, *, seconds: float = FOREVER, anew: bool = False
) -> Synced:
    """Bring the graph up to date and note how far it came. model: whose vectors its nodes get, empty for none."""
    store = memory.store(scope)
    done = Projection(store, use.graph, use.attachment, model, memory.progress).brought(seconds, anew=anew)
    nodes = edges = 0
    if done.complete:
        nodes = use.graph.read("MATCH (n:Memory) RETURN count(n)").rows[0][0]
        edges = use.graph.read("MATCH ()-[r]->() RETURN count(r)").rows[0][0]
        if use.attachment.address is None and (done.nodes or done.filled):
            embedded.compact(use.graph.connection, always=bool(done.filled))
    elif done.filled:
        return done  # what can be asked is as it was, or not there yet
    else:
        nodes, edges = use.attachment.nodes, use.attachment.links
    try:
        attachments.note(
            memory.home,
            use.attachment._replace(mark=done.mark, at=memory.now(), nodes=nodes, links=edges, failed="", failed_at=0),
        )
    except NotWritable:
        use.notes.append("how far it came could not be noted, so `health` tells of an earlier time")
    return done


@contextmanager
def connected(
    memory: "Memory", attachment: Attachment, folder: Path, lock: WriteLock | None, notes: list[str]
) -> Iterator[Connection]:
    """A connection to the attached server, or to one of our own that runs meanwhile. Raises GraphAway and its kin."""
    if attachment.address is not None:
        connection = to_server(attachment.address, memory.environment.get(PASSWORD_VARIABLE, ""))
        try:
            yield connection
        finally:
            connection.close()
        return
    assert lock is not None
    place = folder / embedded.FOLDER
    with embedded.running(place, attachment.owner, lock, memory.environment, notes.append) as connection:
        yield connection


@contextmanager
def _locked(home: Path, folder: Path, attachment: Attachment, must: bool) -> Iterator[WriteLock | None]:
    """The lock of a store's graph; None where a server's graph is only asked and another process holds it."""
    needed = must or attachment.address is None
    with locked(home, folder, LOCK_SECONDS if needed else SERVED_SECONDS, needed) as lock:
        yield lock


@contextmanager
def locked(home: Path, folder: Path, seconds: float, needed: bool = True) -> Iterator[WriteLock | None]:
    """The lock of a store's graph. Raises GraphBusy when it is needed and not to be had in so many seconds.

    It is given back by closing it alone: an embedded server holds it too, for as long as it lives.
    """
    from oldhand.store.store import make_private

    path = attachments.lock_of(home, folder)
    try:
        make_private(path.parent)
    except OSError as error:
        raise NotWritable(path.parent, error.strerror) from None
    lock = WriteLock(path)
    try:
        try:
            lock.acquire(seconds)
            held: WriteLock | None = lock
        except StoreBusy:
            if needed:
                raise GraphBusy(folder, round(seconds)) from None
            held = None
        yield held
    finally:
        lock.close()
