"""The operation `graph attach`."""

import os
from typing import Literal, NamedTuple

from oldhand.errors import AlreadyThere, BadGraphAddress, ForeignGraph, MissingExtra, Refused
from oldhand.graph.falkordb import attachment as attachments
from oldhand.graph.falkordb import cursor as cursors
from oldhand.graph.falkordb import embedded
from oldhand.graph.falkordb.address import EMBEDDED, PASSWORD_VARIABLE, Address, checked_name, parsed, usual_name
from oldhand.graph.falkordb.attachment import Attachment
from oldhand.graph.falkordb.client import EXTRA, available, to_server
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.store.graph_following import own_replica
from oldhand.store.graph_reading import sizes

BY_PERSON = "user"  # the trust of who may decide where texts are sent
TOKEN_BYTES = 16  # of the token by which a graph is known as a store's: nobody guesses it
FILLS = "`oldhand graph sync` fills it"
EMBEDDED_NAME = "memory"  # of the graph in an embedded server, which has no other


class GraphAttached(NamedTuple):
    """What the memory is attached to. dry_run: whether it was only asked; place: where; graph: the name of the graph;
    found: whether a graph of this memory was there already; nodes, edges: how many there are to show; needs: what is
    missing on this machine (told by a dry run alone, which asks no server); next_step: what to do then."""

    dry_run: bool
    place: str
    graph: str
    found: bool
    nodes: int
    edges: int
    needs: str
    next_step: str


@operation(WRITE)
def attach(
    memory: Memory, target: str, *, plain: bool = False, dry_run: bool = False,
    scope: Literal["project", "global"] = "project",
) -> GraphAttached:  # fmt: skip
    """Attach a FalkorDB, which then shows the graph of what is remembered and answers Cypher

    A server is named by its address; `embedded` runs one of our own, beside the memory, while a command needs it. The
    graph can be lost at any time: it is filled from the memory again. Only you attach a server, on the command line,
    as the texts of your memories are sent there. Its password is read from OLDHAND_GRAPH_PASSWORD.

    Parameters
    target: `embedded`, or falkordb://HOST:PORT/NAME (falkordbs:// with TLS); without NAME, the project's
    plain: allow another machine without TLS: your texts and the password then cross the network in the open
    dry_run: tell what would be attached and what is missing for it; ask no server and change nothing
    scope: project, or global for your own memory of all projects
    """
    store = memory.store(scope)
    address = None if target.strip().casefold() == EMBEDDED else _address(memory, target, plain)
    name = EMBEDDED_NAME if address is None else address.name or usual_name(memory.project.root.name)
    if address is not None:
        address = address._replace(name="")
    before = attachments.find(memory.home, store.folder)
    if before is not None and (before.address, before.graph) != (address, name):
        raise AlreadyThere(f"The attachment to {before.place}", "`oldhand graph detach` ends it first.")
    owner = before.owner if before else os.urandom(TOKEN_BYTES).hex()
    with store.read() as reader:
        nodes, edges = sizes(reader)
    attached = Attachment(str(store.folder.resolve()), address, checked_name(name), owner)
    if dry_run:
        known = before is not None
        return GraphAttached(True, attached.place, name, known, nodes, edges, _missing(address), FILLS)
    if missing := _lacking(address):
        raise missing
    found = before is not None
    if address is not None:
        there, owner = _looked_at(memory, scope, address, name, owner)
        found = found or there
    attachments.note(memory.home, (before or attached)._replace(owner=owner, failed="", failed_at=0))
    return GraphAttached(False, attached.place, name, found, nodes, edges, "", FILLS)


def _lacking(address: Address | None) -> MissingExtra | None:
    """What is missing on this machine for an embedded graph (None) or a server's; None when nothing is."""
    if not available():
        return MissingExtra("A graph in FalkorDB", EXTRA)
    try:
        if address is None:
            embedded.binaries()
    except MissingExtra as error:
        return error
    return None


def _missing(address: Address | None) -> str:
    lacking = _lacking(address)
    return str(lacking) if lacking else ""


def _address(memory: Memory, target: str, plain: bool) -> Address:
    """The address of a server that this caller may send texts to. Raises BadGraphAddress, Refused."""
    address = parsed(target)
    if memory.trust != BY_PERSON:
        raise Refused(
            "The texts of all memories are sent to a server that is attached, so a person does that, on the command"
            " line: `oldhand graph attach ADDRESS`. `embedded` keeps them here, and you may attach it."
        )
    if not address.tls and not address.loopback and not plain:
        raise BadGraphAddress(
            address.shown, "texts and password would cross the network in the open; --plain allows it"
        )
    return address


def _looked_at(memory: Memory, scope: str, address: Address, name: str, owner: str) -> tuple[bool, str]:
    """(whether a graph of this store is there, the token it is known by). Raises GraphAway, ForeignGraph."""
    connection = to_server(address, memory.environment.get(PASSWORD_VARIABLE, ""))
    try:
        graph = connection.graph(name)
        if not graph.exists():
            return False, owner
        found = cursors.read(graph)
        if found is None:
            nodes = graph.read("MATCH (n) RETURN count(n)").rows[0][0]
            if nodes:
                raise ForeignGraph(name, address.shown, f"it holds {nodes} nodes and no sign of ours")
            return False, owner
        with memory.store(scope).read() as reader:
            if found.owner != owner and found.replica != own_replica(reader):
                raise ForeignGraph(name, address.shown, "it shows another store")
        return True, found.owner
    finally:
        connection.close()
