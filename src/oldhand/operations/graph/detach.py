"""The operation `graph detach`."""

from pathlib import Path
from typing import Literal, NamedTuple

from oldhand.errors import GraphAway
from oldhand.graph.falkordb import attachment as attachments
from oldhand.graph.falkordb import cursor as cursors
from oldhand.graph.falkordb import embedded
from oldhand.graph.falkordb.address import PASSWORD_VARIABLE
from oldhand.graph.falkordb.client import to_server
from oldhand.graph.falkordb.projection import ON_THE_WAY
from oldhand.graph.falkordb.using import locked
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.store.lock import LOCK_SECONDS


class GraphDetached(NamedTuple):
    """What the memory was attached to; place is empty when it was to nothing. dropped: whether the graph was removed;
    left: what is left of it, and how it goes."""

    place: str
    dropped: bool
    left: str


@operation(WRITE)
def detach(memory: Memory, *, drop: bool = False, scope: Literal["project", "global"] = "project") -> GraphDetached:
    """Detach the FalkorDB; the memory itself loses nothing

    An embedded graph is removed with its files. A graph on a server stays there, unless --drop.

    Parameters
    drop: remove the graph from the server too
    scope: project, or global for your own memory of all projects
    """
    folder = memory.store(scope).folder
    found = attachments.find(memory.home, folder)
    if found is None:
        return GraphDetached("", False, "")
    with locked(memory.home, folder, LOCK_SECONDS):
        if found.address is None:
            dropped, left = embedded.dropped(folder / embedded.FOLDER), ""
        elif drop:
            dropped, left = _dropped(memory, found)
        else:
            dropped, left = False, f"its texts stay in {found.place} until somebody removes the graph there"
        attachments.removed(memory.home, Path(found.store))
    return GraphDetached(found.place, dropped, left)


def _dropped(memory: Memory, found: attachments.Attachment) -> tuple[bool, str]:
    """Remove our graph from its server: (whether it was there, what is left). Raises GraphAway: nothing is detached."""
    assert found.address is not None
    try:
        connection = to_server(found.address, memory.environment.get(PASSWORD_VARIABLE, ""))
    except GraphAway as error:
        raise GraphAway(found.place, f"{error.args[1]}; nothing was detached, without --drop it can be") from None
    try:
        graph = connection.graph(found.graph)
        filling = connection.graph(ON_THE_WAY % found.graph)
        filling.delete()
        if not graph.exists():
            return False, "there was no graph"
        cursor = cursors.read(graph)
        if cursor is None or cursor.owner != found.owner:
            return False, "the graph there is not of this memory and was left as it is"
        graph.delete()
        return True, ""
    finally:
        connection.close()
