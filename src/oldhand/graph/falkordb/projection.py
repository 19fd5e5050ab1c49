"""Bringing a graph to what the store says: filling it, following the journal, beginning anew.

A graph is filled beside the one that is asked, and takes its place when it is whole: nodes, then edges, in the order of
ids, each batch from the store as it is at that moment. Then it follows the journal from where it stood when the filling
began, in the order in which this copy of the store learned of events, whatever their clocks say. What a page of events
touches is read as it is now and compared with what the graph has of it; only the difference is written.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from oldhand.errors import ForeignGraph, GraphUnusable, Refused
from oldhand.graph.definition import MEMORY, Relationship, relationship, vertex
from oldhand.graph.falkordb import cursor as cursors
from oldhand.graph.falkordb.batches import EMBEDDING, Batch, applied, there
from oldhand.graph.falkordb.client import Graph
from oldhand.graph.falkordb.cursor import FORMAT, LINKS, LIVE, NODES, Cursor
from oldhand.graph.falkordb.embeddings import Source, literals, since, source_of
from oldhand.graph.falkordb.literals import literal
from oldhand.store import graph_following, graph_reading
from oldhand.store.pending import Mark, faulty, latest_mark, reaches

if TYPE_CHECKING:
    from oldhand.graph.falkordb.attachment import Attachment
    from oldhand.store.reader import Reader
    from oldhand.store.store import Store

NODES_AT_ONCE = 1000  # nodes in one batch: some 0.2 s, and 1 MB of text without vectors
LINKS_AT_ONCE = 5000  # edges in one batch
EVENTS_AT_ONCE = 500  # events of the journal in one page: some 0.2 s
VECTORS_AT_ONCE = 500  # rows of vectors in one page
# Candidates of the vector index in one search. With FalkorDB's 10 it missed the node itself in 7 of 60 searches among
# 20,000 random vectors of 384 numbers, with 100 in none.
SEARCHED = 100
MOST_LOST = 20  # batches in a row that met another cursor: somebody else writes there all the time
FOREVER = float("inf")
NONE_THERE, ASKED = "there was none", "it was asked for"  # why a graph is filled from the beginning
ON_THE_WAY = "{%s}.filling"  # braces: in a cluster both names lie on one machine, which renaming needs

Progress = Callable[[int, int, str], None]


class Synced(NamedTuple):
    """What bringing a graph up to date came to.

    complete: whether it came to the end; filled: whether it was filled anew, and why; nodes, edges: written;
    removed: nodes that went; events: of the journal that were followed; mark: up to where; behind: events that are
    left; vectors: whether nodes have vectors.
    """

    complete: bool
    filled: str
    nodes: int
    edges: int
    removed: int
    events: int
    mark: Mark
    behind: int
    vectors: bool


class Projection:
    """A store and a graph that shows it. model: whose vectors nodes get, empty for none."""

    def __init__(
        self, store: "Store", graph: Graph, attachment: "Attachment", model: str = "", progress: Progress | None = None
    ) -> None:
        self._store, self._graph, self._attachment = store, graph, attachment
        self._progress: Progress = progress or (lambda done, total, what: None)
        self._source: Source | None = source_of(store.vectors, model)
        self._nodes = self._edges = self._removed = self._events = self._lost = 0
        self._end = FOREVER

    def brought(self, seconds: float = FOREVER, *, anew: bool = False) -> Synced:
        """Bring the graph up to date, for so long at most; anew: fill it from the beginning.

        Raises ForeignGraph for a graph that is not of this store, and GraphUnusable and its kin.
        """
        self._end = time.monotonic() + seconds
        with self._store.read() as reader:
            if faulty(reader):
                raise Refused("A part of this memory is broken and must be mended first: `oldhand rebuild`.")
            why = self._why_anew(reader)
        on_the_way = Graph(self._graph.connection, ON_THE_WAY % self._graph.name)
        if why is None and not anew:
            if self._is_ours(on_the_way):
                on_the_way.delete()  # of a rebuild that was interrupted, while the graph itself went on
        else:
            if not self._filled(on_the_way):
                return self._result(why or ASKED, on_the_way)
            self._graph = self._in_place(on_the_way, why)
            why = why or ASKED
        complete = self._followed(self._graph)
        return self._result(why or "", self._graph, complete)

    def _in_place(self, graph: Graph, why: str | None) -> Graph:
        """The filled graph under its own name, in the place of the one before. Raises ForeignGraph."""
        named = graph.renamed(self._graph.name, replacing=why != NONE_THERE)
        if named is None:
            raise ForeignGraph(self._graph.name, self._attachment.place, "something of that name came to be meanwhile")
        return named

    # -- beginning -----------------------------------------------------------------------------

    def _why_anew(self, reader: "Reader") -> str | None:
        """Why the graph must be filled from the beginning, in words; None when it need not be."""
        if not self._graph.exists():
            return NONE_THERE
        found = cursors.read(self._graph)
        if found is None:
            count = self._graph.read("MATCH (n) RETURN count(n)").rows[0][0]
            if count:
                raise ForeignGraph(
                    self._graph.name, self._attachment.place, f"it holds {count} nodes and no sign of ours"
                )
            return "it was empty"
        if found.owner != self._attachment.owner:
            raise ForeignGraph(self._graph.name, self._attachment.place, "it shows another store")
        return self._outdated(reader, found)

    def _outdated(self, reader: "Reader", found: Cursor) -> str | None:
        """Why a graph of ours cannot be followed from its cursor; None when it can."""
        if found.format != FORMAT:
            return "it was made by another version"
        if not reaches(reader, found.mark):
            return "the store was restored or repaired since, so its journal is another one"
        if found.vectors != (self._source.name if self._source else ""):
            now = "gone" if self._source is None else "there now" if not found.vectors else "of another model"
            return f"the vectors are {now}"
        return None

    def _filled(self, graph: Graph) -> bool:
        """Fill a graph beside the one that is asked, from where an earlier attempt came to; whether it is whole."""
        with self._store.read() as reader:
            found = cursors.read(graph) if graph.exists() else None
            if found is None or found.owner != self._attachment.owner or self._outdated(reader, found) is not None:
                if graph.exists() and not self._is_ours(graph):
                    raise ForeignGraph(graph.name, self._attachment.place, "somebody else fills it")
                graph.delete()
                found = self._begun(graph, reader)
        while found.phase != LIVE:  # one batch in any case, so that however little time there is, it comes to an end
            found = self._nodes_filled(graph, found) if found.phase == NODES else self._links_filled(graph, found)
            if found.phase != LIVE and time.monotonic() >= self._end:
                return False
        return True

    def _is_ours(self, graph: Graph) -> bool:
        """Whether a graph is of this store, also by an attachment that was lost, or holds nothing yet."""
        if not graph.exists():
            return False
        found = cursors.read(graph)
        if found is None:
            return not graph.read("MATCH (n) RETURN count(n)").rows[0][0]
        with self._store.read() as reader:
            return found.owner == self._attachment.owner or found.replica == graph_following.own_replica(reader)

    def _begun(self, graph: Graph, reader: "Reader") -> Cursor:
        """An empty graph with its indexes and a cursor at the present end of the journal."""
        graph.write(f"CREATE INDEX FOR (n:{MEMORY}) ON (n.id)")
        vector = 0
        if self._source:
            if self._attachment.address is not None:  # an embedded server would make it anew at each start
                graph.write(
                    f"CREATE VECTOR INDEX FOR (n:{MEMORY}) ON (n.{EMBEDDING}) OPTIONS {{dimension:"
                    f" {self._source.dimensions}, similarityFunction: 'cosine', efRuntime: {SEARCHED}}}"
                )
            vector = graph_following.last_vector(self._source.vectors, self._source.model)
        latest = latest_mark(reader)
        cursor = Cursor(
            FORMAT, self._attachment.owner, graph_following.own_replica(reader), NODES, "", latest.position,
            latest.event.hex(), reader.root().root.hex(), self._source.name if self._source else "", vector,
        )  # fmt: skip
        cursors.begun(graph, cursor)
        return cursor

    def _nodes_filled(self, graph: Graph, before: Cursor) -> Cursor:
        """One batch of nodes; the cursor afterwards."""
        with self._store.read() as reader:
            total = graph_reading.sizes(reader)[0]
            found = []
            for node in graph_reading.nodes(reader, before.after):
                found.append(node)
                if len(found) == NODES_AT_ONCE:
                    break
        last = len(found) < NODES_AT_ONCE
        after = before._replace(phase=LINKS if last else NODES, after="" if last else found[-1].id)
        batch = Batch([vertex(node) for node in found], literals(self._source, found))
        if not self._wrote(graph, batch, before, after):
            return self._reread(graph)
        self._nodes += len(found)
        self._progress(min(self._nodes, total), total, "Filling the graph with nodes")
        return after

    def _links_filled(self, graph: Graph, before: Cursor) -> Cursor:
        """One batch of edges, always all of a node's; the cursor afterwards."""
        ties: list[Relationship] = []
        source, last = before.after, True
        with self._store.read() as reader:
            total = graph_reading.sizes(reader)[1]
            for link in graph_reading.links(reader, before.after):
                if len(ties) >= LINKS_AT_ONCE and link.source != source:
                    last = False
                    break
                ties.append(relationship(link))
                source = link.source
        after = before._replace(phase=LIVE if last else LINKS, after="" if last else source)
        if not self._wrote(graph, Batch(ties=ties), before, after):
            return self._reread(graph)
        self._edges += len(ties)
        self._progress(min(self._edges, total), total, "Filling the graph with edges")
        return after

    # -- following -----------------------------------------------------------------------------

    def _followed(self, graph: Graph) -> bool:
        """Follow the journal, then the vectors, to their ends; whether it came there in time."""
        found = self._reread(graph)
        while True:
            with self._store.read() as reader:
                found, more = self._page(graph, reader, found)
            if not more:
                return True
            if time.monotonic() >= self._end:
                return False

    def _page(self, graph: Graph, reader: "Reader", before: Cursor) -> tuple[Cursor, bool]:
        """(the cursor after one page of the journal, or of vectors when that is at its end, whether there is more)."""
        latest = latest_mark(reader)
        if before.position < latest.position:
            touched, position = graph_reading.touched(reader, before.position, EVENTS_AT_ONCE)
            mark = graph_following.mark_at(reader, position)
            after = before._replace(
                replica=graph_following.own_replica(reader), position=mark.position, event=mark.event.hex(),
                root=reader.root().root.hex(),
            )  # fmt: skip
            self._progress(mark.position, latest.position, "Following the journal")
        elif self._source:
            touched, row = since(self._source, reader, before.vector, VECTORS_AT_ONCE)
            if row == before.vector:
                return before, False
            after = before._replace(vector=row)
        else:
            return before, False
        parts = [touched[start : start + NODES_AT_ONCE] for start in range(0, len(touched), NODES_AT_ONCE)] or [[]]
        for number, part in enumerate(parts, 1):
            batch = self._difference(graph, reader, part)
            if not self._wrote(graph, batch, before, after if number == len(parts) else before):
                return self._reread(graph), True
            self._nodes += len(batch.nodes)
            self._edges += len(batch.ties)
            self._removed += len(batch.gone)
        self._events += after.position - before.position
        return after, after.position < latest.position or self._source is not None

    def _difference(self, graph: Graph, reader: "Reader", touched: list[str]) -> Batch:
        """What must be written so that the graph shows these memories as they are."""
        here = graph_reading.several(reader, touched)
        present = there(graph, touched)
        nodes = [vertex(node) for node in here.values()]
        relabelled = [one.id for one in nodes if present.labels.get(one.id, set(one.labels)) != set(one.labels)]
        doubled = [edge[0] for edge in present.twice]
        if relabelled or doubled:  # a label is never taken off in a batch, nor an edge doubled: such nodes begin anew
            ids = {"ids": literal([*relabelled, *doubled])}
            graph.write(f"UNWIND $ids AS id MATCH (n:{MEMORY} {{id: id}}) DETACH DELETE n", ids)
            touched = list(dict.fromkeys((*touched, *doubled)))
            here = graph_reading.several(reader, touched)
            nodes = [vertex(node) for node in here.values()]
            present = there(graph, touched)
        wanted = {
            (one.source, one.type, one.target): one
            for one in map(relationship, graph_reading.links_around(reader, list(here)))
        }
        ties = [one for edge, one in wanted.items() if present.edges.get(edge) != one.properties]
        cuts = [edge for edge in present.edges if edge not in wanted]
        gone = [identity for identity in present.labels if identity not in here]
        going = set(gone)
        cuts = [edge for edge in cuts if edge[0] not in going and edge[2] not in going]  # these go with their node
        return Batch(nodes, literals(self._source, here.values()), gone, ties, cuts)

    # -- writing -------------------------------------------------------------------------------

    def _wrote(self, graph: Graph, batch: Batch, before: Cursor, after: Cursor) -> bool:
        """Write a batch; False when the graph stands elsewhere by now, as another process or a restart has moved it."""
        if applied(graph, batch, before, after):
            self._lost = 0
            return True
        self._lost += 1
        if self._lost > MOST_LOST:
            raise GraphUnusable(self._attachment.place, "somebody else moves its cursor all the time")
        return False

    def _reread(self, graph: Graph) -> Cursor:
        """The cursor that the graph has now. Raises GraphUnusable when it is not ours any more."""
        found = cursors.read(graph)
        if found is None or found.owner != self._attachment.owner:
            raise GraphUnusable(self._attachment.place, "its cursor is gone; the next sync fills it anew")
        return found

    def _result(self, why: str, graph: Graph, complete: bool = False) -> Synced:
        found = cursors.read(graph)
        mark = found.mark if found else Mark(0, b"")
        with self._store.read() as reader:
            behind = max(latest_mark(reader).position - mark.position, 0)
        return Synced(
            complete, why, self._nodes, self._edges, self._removed, self._events, mark, behind, self._source is not None
        )
