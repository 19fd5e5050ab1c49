"""The operation `graph sync`."""

import time
from typing import Literal, NamedTuple

from oldhand.errors import OldhandError
from oldhand.graph.falkordb.attachment import state_of
from oldhand.graph.falkordb.comparing import differences
from oldhand.graph.falkordb.projection import FOREVER
from oldhand.graph.falkordb.using import brought, used
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation


class GraphSynced(NamedTuple):
    """What bringing the graph up to date came to.

    dry_run: whether it was only asked how far behind it is; place: where it is, empty in a dry run where nothing is
    attached; complete: whether it shows all that is remembered now; filled: why it was filled from the
    beginning, empty when it was not; nodes, edges: written; removed: nodes that went; events: of the journal that were
    followed; behind: events it lacks still; vectors: whether nodes have vectors; took_ms: how long it took;
    checked: whether it was compared with the memory; differences: how many there were; differing: the first of them;
    notes: what else there is to know.
    """

    dry_run: bool
    place: str
    complete: bool
    filled: str
    nodes: int
    edges: int
    removed: int
    events: int
    behind: int
    vectors: bool
    took_ms: int
    checked: bool
    differences: int
    differing: list[str]
    notes: list[str]


@operation(WRITE)
def sync(
    memory: Memory, *, rebuild: bool = False, check: bool = False, seconds: int = 0, dry_run: bool = False,
    scope: Literal["project", "global"] = "project",
) -> GraphSynced:  # fmt: skip
    """Bring the attached graph up to date with what is remembered

    It follows the journal from where it stands. Interrupted, it goes on from there the next time. What was lost, was
    made from another journal, or shall have other vectors, is filled from the beginning, beside the one that is asked.

    Parameters
    rebuild: fill it from the beginning, which also takes away what queries with --write left there
    check: compare every node and edge with the memory afterwards
    seconds: stop after so many, and go on the next time; 0: as long as it takes
    dry_run: tell how far behind it was left, without asking it
    scope: project, or global for your own memory of all projects
    """
    if dry_run:
        return _foreseen(memory, scope)
    began = time.monotonic()
    with used(memory, scope) as use:
        done = brought(memory, scope, use, model_of(memory), seconds=seconds if seconds > 0 else FOREVER, anew=rebuild)
        differing = None
        if check and done.complete:
            with memory.store(scope).read() as reader:
                differing = differences(use.graph, reader)
        elif check:
            use.notes.append("it was not compared, as it is not up to date yet")
        if not done.vectors:
            use.notes.append("its nodes have no vectors: nothing is embedded here (`oldhand embeddings status`)")
    memory.trace_detail = {"nodes": done.nodes, "edges": done.edges, "events": done.events}
    return GraphSynced(
        False,
        use.attachment.place, done.complete, done.filled, done.nodes, done.edges, done.removed, done.events,
        done.behind, done.vectors, round((time.monotonic() - began) * 1000), differing is not None,
        differing.many if differing else 0, differing.told if differing else [], use.notes,
    )  # fmt: skip


def _foreseen(memory: Memory, scope: str) -> GraphSynced:
    """How the graph was left and how far the memory is beyond that."""
    stands = state_of(memory, scope)
    complete = stands.state == "ok"
    return GraphSynced(
        True, stands.target, complete, "", 0, 0, 0, 0, stands.behind, False, 0, False, 0, [], [stands.detail]
    )


def model_of(memory: Memory) -> str:
    """The model whose vectors recall uses; empty when there is none."""
    from oldhand.operations.embeddings import model_in_use

    try:
        return model_in_use(memory)
    except OldhandError:
        return ""  # `embeddings status` says why; the reply tells that there are no vectors
