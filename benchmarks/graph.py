"""The graph: two hops, paths, causes, measures and communities, beside plain SQL on the same tables."""

import random
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import partial

from benchmarks import stores
from benchmarks.measuring import Series, Taken, each, peak_mib, series, timed
from benchmarks.report import TIMES_HEAD, Section, Verdict, table, times
from benchmarks.settings import Settings
from benchmarks.stores import Place
from oldhand.graph.communities import communities_of
from oldhand.graph.cycles import cycles_of
from oldhand.graph.measures import betweenness_of, pagerank_of
from oldhand.graph.paths import all_shortest
from oldhand.graph.walks import causes_of, within
from oldhand.graph.whole import whole
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.store.graph_reading import ALL, OUT, Wanted, links, nodes
from oldhand.store.reader import Reader

LINKS_PER_MEMORY = 4
SKEW = 2.0  # targets are drawn as u**SKEW: the number of links to a memory falls with the root of its rank
LINKS_AT_ONCE = 40_000  # links in one change: what the page cache holds
LARGEST_LINKED = 100_000  # memories: four million links for ten times as many take more than an hour to make
STARTS, PAIRS, OPERATIONS = 1_000, 150, 100  # how often each is asked
BUDGET_SIZE, BUDGET_MS = 100_000, 1.0  # two hops, p50
# Two hops in both directions as one statement that only counts: what the database alone takes for the same.
BARE = (
    "WITH RECURSIVE walk(id, far) AS (VALUES(?1, 0)"
    " UNION SELECT e.target, far + 1 FROM walk JOIN edges e ON e.source = walk.id WHERE far < 2"
    " UNION SELECT e.source, far + 1 FROM walk JOIN edges e ON e.target = walk.id WHERE far < 2)"
    " SELECT count(DISTINCT id) FROM walk"
)
TITLE = "The graph"
# Relations of the links, the likelier the more often they are named. `contradicts` would contest half the store.
RELATIONS = (
    "relates_to", "relates_to", "caused_by", "depends_on", "depends_on", "blocks", "enables", "derived_from",
    "answers", "part_of", "outcome_of", "warns_against", "prevented",
)  # fmt: skip
PROSE = (
    "Stores of the corpus with four links from each memory; the number of links to a memory falls with the root of its"
    " rank, so that a few have a thousand. Two hops are asked around random memories, in both directions, with every"
    " relation, and no more than 500 memories; the walk alone is measured, and the whole operation with its texts."
    " Beside it stands one SQL statement on the same tables that only counts the nodes: the ratio to it says more than"
    " the milliseconds, because other work ran on this machine. Measures read the whole graph into memory."
)


def linked(size: int) -> Place:
    """The store of `size` memories with their links, built when it is not there."""
    base = stores.folder() / f"graph-{stores.kept(size).root.parent.name}"
    place = Place(base / "project", base / "home", size)
    if (base / stores.FINISHED).exists():
        return place
    shutil.rmtree(base, ignore_errors=True)
    shutil.copytree(stores.kept(size).root.parent, base, ignore=shutil.ignore_patterns(stores.FINISHED))
    with place.opened() as memory:
        with memory.reading() as reader:
            names = [name.hex() for (name,) in reader._connection.execute("SELECT id FROM memories ORDER BY id")]
        pairs = list(drawn(len(names)))
        for start in range(0, len(pairs), LINKS_AT_ONCE):
            part = pairs[start : start + LINKS_AT_ONCE]
            with memory.writing() as transaction:
                transaction.foresee({names[end] for a, _, b in part for end in (a, b)}, ())
                for source, rel, target in part:
                    transaction.emit(
                        "link", names[source], "benchmark", "benchmark", {"rel": rel, "target": names[target]}
                    )
    (base / stores.FINISHED).touch()
    return place


def drawn(size: int) -> Iterator[tuple[int, str, int]]:
    """(source, relation, target) of the links, as numbers of memories; no memory is tied to itself."""
    chance = random.Random(size)
    rank = list(range(size))
    chance.shuffle(rank)  # so that hubs do not lie side by side in the index
    for source in range(size):
        for _ in range(LINKS_PER_MEMORY):
            target = rank[int(size * chance.random() ** SKEW)]
            if target != source:
                yield source, chance.choice(RELATIONS), target


def run(settings: Settings) -> Section:
    """Measure questions about the graph at every size that is asked for, up to LARGEST_LINKED."""
    tables: list[str] = []
    verdicts: list[Verdict] = []
    for size in (one for one in settings.sizes if one <= LARGEST_LINKED):
        place = linked(size)
        few = 10 if settings.quick else 1
        with place.opened() as memory, memory.reading() as reader:
            names = [name.hex() for (name,) in reader._connection.execute("SELECT id FROM memories ORDER BY id")]
            walks = _walks(reader, random.Random(5).sample(names, min(STARTS // few, len(names))))
            walks |= _paths(reader, names, PAIRS // few)
            walks |= _operations(memory, names, OPERATIONS // few)
            whole_ones = _measures(reader)
        ratio = walks["two hops, both directions"].median / walks["the same as one SQL statement"].median
        rows = [[name, *times(found)] for name, found in walks.items()]
        tables.append(f"**{size:,} memories**\n\n{table(['question', *TIMES_HEAD], rows)}")
        peak = peak_mib(
            [sys.executable, "-m", "oldhand", "graph", "communities"], place.root, {"OLDHAND_HOME": str(place.home)}
        )
        rows = [[name, seconds] for name, seconds in whole_ones.items()]
        tables.append(
            f"{table(['of the whole graph', 's'], rows)}\n\nTwo hops take {ratio:.1f} times the SQL statement."
            f" `graph communities` takes {peak:.0f} MiB at most, the interpreter included."
        )
        if size == BUDGET_SIZE:
            found = walks["two hops, both directions"]
            verdicts.append(
                Verdict(
                    "two hops at 100,000 memories",
                    f"p50 <= {BUDGET_MS} ms",
                    f"{found.median:.2f} ms",
                    found.median <= BUDGET_MS,
                )
            )
    return Section(TITLE, PROSE, tuple(tables), tuple(verdicts))


def _walks(reader: Reader, starts: list[str]) -> dict[str, Series]:
    """Questions around single memories, taking turns, so that each meets the same load."""
    questions: dict[str, Callable[[str], object]] = {
        "the same as one SQL statement": lambda name: reader._connection.execute(
            BARE, (bytes.fromhex(name),)
        ).fetchone(),
        "two hops, both directions": lambda name: within(reader, [name], 2, ALL),
        "two hops, along the links": lambda name: within(reader, [name], 2, Wanted(direction=OUT)),
        "causes, four links back": lambda name: causes_of(reader, name, 4),
    }
    found: dict[str, list[Taken]] = {name: [] for name in questions}
    order = list(questions)
    for start in starts:
        order.append(order.pop(0))  # each is the first one in its turn: it reads pages that the others find warm
        for name in order:
            found[name].append(timed(partial(questions[name], start)))
    return {name: series(taken) for name, taken in found.items()}


def _paths(reader: Reader, names: list[str], count: int) -> dict[str, Series]:
    chance = random.Random(6)
    pairs = [chance.sample(names, 2) for _ in range(count)]
    return {
        "shortest paths, both directions": each(lambda n: all_shortest(reader, pairs[n][0], pairs[n][1], ALL), count),
        "shortest paths, along the links": each(
            lambda n: all_shortest(reader, pairs[n][0], pairs[n][1], Wanted(direction=OUT)), count
        ),
    }


def _operations(memory: Memory, names: list[str], count: int) -> dict[str, Series]:
    """Whole operations, with the texts of what they tell."""
    asked = random.Random(7).sample(names, count)
    return {"`graph neighbours`, 30 told": each(lambda n: call(memory, "graph_neighbours", {"name": asked[n]}), count)}


def _measures(reader: Reader) -> dict[str, float]:
    """Seconds of what looks at the whole graph."""
    graph = whole(reader, ALL)
    asked: dict[str, Callable[[], object]] = {
        "reading it into memory": lambda: whole(reader, ALL),
        "PageRank": lambda: pagerank_of(graph),
        "betweenness, estimated": lambda: betweenness_of(graph),
        "communities": lambda: communities_of(graph),
        "circles": lambda: cycles_of(graph),
        "every node with its text, for an export": lambda: sum(1 for _ in nodes(reader)),
        "every link with its date, for an export": lambda: sum(1 for _ in links(reader)),
    }
    return {name: timed(work).processor for name, work in asked.items()}
