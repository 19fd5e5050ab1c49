"""The graph in FalkorDB after a forgetting: nothing of what was erased stays in it.

An embedded graph keeps a log of all it was ever given, so its files go as a whole, and it is filled anew when it is
next asked. On a server the nodes go at once; a server that is away is told, and loses them with the next sync.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from oldhand.errors import GraphBusy, MissingExtra, OldhandError

if TYPE_CHECKING:
    from pathlib import Path

    from oldhand.graph.falkordb.attachment import Attachment
    from oldhand.memory import Memory

WAIT_SECONDS = 5.0  # for another process that uses the embedded graph: a question takes a second or two
NOTES, FILES = "graphs", "graph"  # in the person's folder and in the store: without them nothing is imported


def sweep(memory: "Memory", folder: "Path", ids: Iterable[str]) -> list[str]:
    """Remove erased memories from the graph of a store; what could not be cleaned, and what to do.

    Under the graph's lock: a sync that had read them before they were erased might else write them once more.
    """
    if not (memory.home / NOTES).is_dir() and not (folder / FILES).exists():
        return []
    from oldhand.graph.falkordb import attachment as attachments
    from oldhand.graph.falkordb.using import locked

    found = attachments.find(memory.home, folder)
    if found is None and not (folder / FILES).exists():
        return []
    try:
        with locked(memory.home, folder, WAIT_SECONDS):
            _drop_files(memory, folder, found)
            if found is not None and found.address is not None:
                _remove_nodes(memory, found, sorted(ids))
    except GraphBusy:
        return [f"the graph of {folder}: another process uses it; forget again when it is done"]
    except OldhandError as error:
        place = found.place if found is not None else str(folder / FILES)
        why = str(error) if isinstance(error, MissingExtra) else str(error.args[-1])
        return [f"the graph in {place} may hold it still ({why.rstrip('.')}): `oldhand graph sync` removes it there"]
    return []


def _drop_files(memory: "Memory", folder: "Path", found: "Attachment | None") -> None:
    """Remove the files of an embedded graph."""
    from oldhand.graph.falkordb import attachment as attachments
    from oldhand.graph.falkordb import embedded
    from oldhand.store.pending import NOWHERE

    if embedded.dropped(folder / embedded.FOLDER) and found is not None and found.address is None:
        attachments.note(memory.home, found._replace(mark=NOWHERE, at=0, nodes=0, links=0))


def _remove_nodes(memory: "Memory", found: "Attachment", ids: list[str]) -> None:
    """Remove nodes from the graph on a server, and from one that is being filled there."""
    from oldhand.graph.falkordb.address import PASSWORD_VARIABLE
    from oldhand.graph.falkordb.client import to_server
    from oldhand.graph.falkordb.literals import literal
    from oldhand.graph.falkordb.projection import ON_THE_WAY

    assert found.address is not None
    connection = to_server(found.address, memory.environment.get(PASSWORD_VARIABLE, ""))
    try:
        for name in (found.graph, ON_THE_WAY % found.graph):
            graph = connection.graph(name)
            if graph.exists():
                graph.write("UNWIND $ids AS id MATCH (n:Memory {id: id}) DETACH DELETE n", {"ids": literal(ids)})
    finally:
        connection.close()
