"""FalkorDB as a copy of the graph: filling, following, opening, and two hops beside the store's own answer.

It needs the extra `falkordb` with its server, so it runs where that is installed (`.ci/falkordb.sh` makes such an
environment) and by name alone: `python benchmarks/run.py --only falkordb --sizes 1000,100000`.
"""

import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import stores
from benchmarks.graph_answers import HOPS, Question, answers
from benchmarks.measuring import bytes_of, each, resident_mib
from benchmarks.report import TIMES_HEAD, Section, Verdict, table, times
from benchmarks.settings import Settings
from oldhand.graph.falkordb import embedded
from oldhand.graph.falkordb.literals import literal
from oldhand.graph.falkordb.using import used
from oldhand.memory import Memory
from oldhand.operation import call

TITLE = "The graph in FalkorDB"
PROSE = (
    "Stores of the corpus with four links from each memory, projected into an embedded FalkorDB. Filling writes every"
    " node and edge and compacts the log; following takes in 1,000 new memories; opening is a whole `graph query`"
    " of one count, with the start and the end of the server. Two hops are asked around random memories, in both"
    " directions: of FalkorDB by its socket, with the parsing of its answer, and of the store, each with all ids found."
)
FRESH = 1_000  # memories that are followed
ASKED = 200  # nodes whose two hops are asked
OPENED = 5  # questions to a server that is started for each
HOPS_IN_CYPHER = "MATCH p = (a:Memory {id: $a})-[*1..2]-(b:Memory) WHERE b.id <> $a RETURN min(length(p)), b.id"


def run(settings: Settings) -> Section:
    """Measure at every size."""
    rows, asked = list[tuple[object, ...]](), list[tuple[object, ...]]()
    verdicts = []
    for size in settings.sizes:
        with _copied(size) as memory:
            found = _measured(memory, size)
        rows.append(found["row"])
        asked += found["asked"]
        verdicts.append(
            Verdict(f"the copy of {size:,} memories equals the store", "no difference", found["same"], found["equal"])
        )
    head = (
        "memories", "edges", "filling s", "nodes and edges a second", "following 1,000 s", "opening ms", "files MiB",
        "server MiB",
    )  # fmt: skip
    return Section(TITLE, PROSE, (table(head, rows), table(("memories", "asked", *TIMES_HEAD), asked)), tuple(verdicts))


@contextmanager
def _copied(size: int) -> Iterator[Memory]:
    """A copy of the store of this size with links, as its person uses it."""
    from benchmarks.graph import linked

    made = linked(size)
    base = Path(tempfile.mkdtemp(prefix="oldhand-bench-"))
    try:
        shutil.copytree(made.root.parent, base / "copy")
        root, home = base / "copy" / made.root.name, base / "copy" / made.home.name
        store = root / ".oldhand"
        with Memory(root, home, store=store, actor="user", trust="user", origin="cli") as memory:
            yield memory
    finally:
        shutil.rmtree(base)


def _measured(memory: Memory, size: int) -> dict[str, Any]:
    """Everything about one store."""
    call(memory, "graph_attach", {"target": "embedded"})
    began = time.perf_counter()
    filled = call(memory, "graph_sync", {})
    filling = time.perf_counter() - began
    call(memory, "remember", {"jsonl": stores.lines(size, size + FRESH, size + FRESH)})
    began = time.perf_counter()
    call(memory, "graph_sync", {})
    following = time.perf_counter() - began
    opening = each(lambda _: call(memory, "graph_query", {"query": "MATCH (n:Memory) RETURN count(n)"}), OPENED)
    checked = call(memory, "graph_sync", {"check": True})
    files = bytes_of(memory.store().folder / embedded.FOLDER) / (1 << 20)
    with used(memory, "project") as use, memory.reading() as reader:
        ids = [row[0] for row in use.graph.read("MATCH (n:Memory) RETURN n.id ORDER BY n.id LIMIT 20000").rows]
        chosen = random.Random(size).sample(ids, min(ASKED, len(ids)))
        server = int(use.graph.connection.command("INFO", "server")["process_id"])
        theirs = each(lambda at: use.graph.read(HOPS_IN_CYPHER, {"a": literal(chosen[at])}), len(chosen))
        ours = each(lambda at: answers(reader, Question(HOPS, chosen[at])), len(chosen))
        resident = resident_mib(server)
    a_second = round((filled.nodes + filled.edges) / filling)
    row = (size, filled.edges, filling, a_second, following, opening.median, files, resident)
    asked = [(size, "FalkorDB", *times(theirs)), (size, "the store", *times(ours))]
    same = f"{checked.differences} differences" if checked.checked else "not compared"
    return {"row": row, "asked": asked, "same": same, "equal": checked.checked and not checked.differences}
