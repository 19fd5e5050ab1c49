"""The same questions have the same answers in the store and in FalkorDB."""

import random

from benchmarks.graph_answers import CAUSES, CYCLES, HOPS, PATHS, Question, answers
from tests.conftest import Project
from tests.falkordb.graphs import RELATIONS, graph_of, grown
from tests.falkordb.questions import asked
from tests.falkordb.servers import Server, needs_falkordb

pytestmark = needs_falkordb


def questions(ids: list[str], count: int, seed: int) -> list[Question]:
    """Questions of every sort about some of the nodes, drawn by chance."""
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        start, end = chance.sample(ids, 2)
        found += [
            Question(HOPS, start), Question(HOPS, start, depth=1, relations=(chance.choice(RELATIONS),)),
            Question(CAUSES, start, depth=3), Question(CAUSES, start, depth=4, relations=("caused_by", "depends_on")),
            Question(PATHS, start, end, depth=6), Question(PATHS, start, end, depth=4, relations=RELATIONS[:3]),
        ]  # fmt: skip
    return found


def test_two_hops_paths_causes_and_cycles_are_the_same(attached: Project, server: Server) -> None:
    ids = grown(attached, 120, links=3)
    attached.call("graph_sync")
    graph = graph_of(attached, server)
    asking = [*questions(ids, 12, seed=1), *(Question(CYCLES, relations=(one,)) for one in RELATIONS)]
    told: dict[str, int] = {}
    with attached.memory.reading() as reader:
        for one in asking:
            ours = answers(reader, one)
            assert asked(graph, one) == ours, one
            told[one.about] = told.get(one.about, 0) + len(ours)
    assert all(told[about] > 0 for about in (HOPS, PATHS, CAUSES, CYCLES))  # each sort had something to be the same


def test_another_answer_would_be_seen(attached: Project, server: Server) -> None:
    ids = grown(attached, 40, links=3)
    attached.call("graph_sync")
    graph = graph_of(attached, server)
    graph.write("MATCH ()-[r]->() WITH r LIMIT 40 DELETE r")
    with attached.memory.reading() as reader:
        unlike = [one for one in questions(ids, 5, seed=1) if asked(graph, one) != answers(reader, one)]
    assert unlike
