"""Neighbours, paths, subgraphs, causes, circles, measures and communities, beside networkx on random graphs."""

import random
from collections.abc import Callable
from typing import Any

import networkx as nx
import pytest

from benchmarks.graph_answers import CAUSES, CYCLES, HOPS, PATHS, Question, answers
from oldhand.errors import BadArgument, GraphTooLarge, NotInGraph, UnknownId, UnknownKind, UnknownRelation
from oldhand.graph.communities import communities_of, modularity
from oldhand.graph.cycles import components, cycles_of
from oldhand.graph.measures import betweenness_of, pagerank_of
from oldhand.graph.paths import all_shortest
from oldhand.graph.walks import UPSTREAM, within
from oldhand.graph.whole import whole
from oldhand.store.graph_reading import ALL, FEW, Wanted, links, links_around, nodes, touched
from tests.conftest import Project
from tests.graph.made import CALM, drawn, oracle, remembered, tied

SEEDS = range(3)


class Made:
    """A project with a random graph, and the same in networkx."""

    def __init__(self, project: Project, seed: int, size: int = 45, count: int = 110) -> None:
        self.project = project
        self.names = remembered(project, size)
        self.edges = drawn(self.names, count, seed)
        tied(project, self.edges)
        self.oracle = oracle(self.names, self.edges)

    def ask(self, **said: Any) -> list[tuple[str | int, ...]]:
        with self.project.memory.reading() as reader:
            return answers(reader, Question(**said))


@pytest.fixture(params=SEEDS)
def made(request: pytest.FixtureRequest, project: Project) -> Made:
    """Three random graphs, one after the other."""
    return Made(project, request.param)


def hops(graph: Any, start: str, depth: int) -> list[tuple[int, str]]:
    found = nx.single_source_shortest_path_length(graph, start, depth)
    return sorted((far, name) for name, far in found.items() if far)


def test_two_hops_are_what_networkx_says(made: Made) -> None:
    near = nx.Graph(made.oracle.to_undirected())
    for name in made.names:
        assert made.ask(about=HOPS, start=name) == hops(near, name, 2)
    # control: one hop further is another answer
    assert made.ask(about=HOPS, start=made.names[0]) != hops(near, made.names[0], 3)


def test_causes_follow_what_leads_back_and_nothing_else(made: Made) -> None:
    back = nx.DiGraph([(a, b) for a, relation, b in made.edges if relation in UPSTREAM])
    back.add_nodes_from(made.names)
    found = {name: made.ask(about=CAUSES, start=name, depth=4) for name in made.names}
    assert found == {name: hops(back, name, 4) for name in made.names}
    every = nx.DiGraph([(a, b) for a, _, b in made.edges])
    every.add_nodes_from(made.names)
    assert found != {name: hops(every, name, 4) for name in made.names}


@pytest.mark.parametrize("direction", ["out", "in", "both"])
def test_all_shortest_paths_are_what_networkx_says(made: Made, direction: str) -> None:
    graph: Any = nx.DiGraph([(a, b) for a, _, b in made.edges])
    graph.add_nodes_from(made.names)
    graph = {"out": graph, "in": graph.reverse(), "both": graph.to_undirected()}[direction]
    pairs = [(a, b) for a in made.names[:12] for b in made.names[-12:]]
    lengths = set()
    for start, end in pairs:
        try:
            expected = sorted(tuple(path) for path in nx.all_shortest_paths(graph, start, end))
        except nx.NetworkXNoPath:
            expected = []
        assert made.ask(about=PATHS, start=start, end=end, depth=50, direction=direction) == expected
        lengths.add(len(expected[0]) if expected else 0)
    assert len(lengths) > 3  # control: near and far ones, and some without a path where direction counts


def test_paths_go_through_the_kinds_that_are_asked_for(made: Made) -> None:
    with made.project.memory.reading() as reader:
        kind = {node.id: node.kind for node in nodes(reader)}
        graph = nx.Graph(made.oracle.to_undirected())
        for start, end in zip(made.names[:10], made.names[10:20], strict=True):
            inside = [name for name in made.names if kind[name] == "claim" or name in (start, end)]
            found = all_shortest(reader, start, end, Wanted(kinds=("claim",)), 50)
            try:
                expected = nx.shortest_path_length(graph.subgraph(inside), start, end)
            except nx.NetworkXNoPath:
                expected = -1
            assert found.length == expected


def test_circles_are_the_strongly_connected_groups(made: Made) -> None:
    for relations in ((), ("depends_on", "caused_by", "blocks"), ("part_of",)):
        graph = nx.DiGraph([(a, b) for a, relation, b in made.edges if not relations or relation in relations])
        groups = [tuple(sorted(group)) for group in nx.strongly_connected_components(graph) if len(group) > 1]
        assert made.ask(about=CYCLES, relations=relations) == sorted(groups)
    with made.project.memory.reading() as reader:
        found = cycles_of(whole(reader, ALL))
        assert found.groups and len(found.groups[0]) > 2
        for group, circle in zip(found.groups, found.shortest, strict=True):
            assert {edge.source for edge in circle} <= set(group)
            assert [edge.target for edge in circle] == [edge.source for edge in [*circle[1:], circle[0]]]
            assert {tuple(edge) for edge in circle} <= set(made.edges)


def test_a_chain_of_many_links_needs_no_stack() -> None:
    size = 100_000
    chain = [[n + 1] if n + 1 < size else [] for n in range(size)]
    assert len(components(size, chain)) == size
    chain[-1] = [0]
    assert [len(group) for group in components(size, chain)] == [size]


def test_measures_are_what_networkx_says(made: Made) -> None:
    with made.project.memory.reading() as reader:
        graph = whole(reader, ALL)
    names = [graph.id(number) for number in range(graph.size)]
    assert names == sorted(made.names) and graph.edge_count == len(made.edges)
    ranks = pagerank_of(graph)
    expected = nx.pagerank(nx.MultiDiGraph(made.oracle), tol=1e-12, max_iter=1000)
    assert ranks.settled and max(abs(expected[name] - ranks.ranks[n]) for n, name in enumerate(names)) < 1e-8
    between = betweenness_of(graph)
    expected = nx.betweenness_centrality(nx.Graph(made.oracle.to_undirected()))
    assert between.exact and max(abs(expected[name] - between.shares[n]) for n, name in enumerate(names)) < 1e-12
    shifted = dict(zip(names, ranks.ranks[1:] + ranks.ranks[:1], strict=True))  # control: other nodes' ranks
    assert max(abs(expected[name] - shifted[name]) for name in names) > 1e-8


def test_estimated_betweenness_holds_the_truth_as_often_as_it_says(project: Project) -> None:
    made = Made(project, 7, size=150, count=400)
    with project.memory.reading() as reader:
        graph = whole(reader, ALL)
    exact, some = betweenness_of(graph), betweenness_of(graph, pairs=400)
    assert exact.exact and not some.exact and some.pairs == 400
    off = [abs(one - other) for one, other in zip(exact.shares, some.shares, strict=True)]
    assert sum(far <= error for far, error in zip(off, some.error, strict=True)) >= 0.95 * len(off)
    assert max(some.error) < 0.06
    busy = [n for n, share in enumerate(exact.shares) if share > 0.01]
    held = sum(off[n] <= some.error[n] / 8 for n in busy)
    assert len(busy) > 20 and held < 0.7 * len(busy)  # control: an interval that is too narrow is seen
    assert betweenness_of(graph, pairs=400) == some and made.names


def test_communities_are_as_good_as_those_of_networkx(made: Made) -> None:
    with made.project.memory.reading() as reader:
        graph = whole(reader, ALL)
    found = communities_of(graph)
    weighted = nx.Graph()
    weighted.add_nodes_from(range(graph.size))
    for node, ends in enumerate(graph.neighbours()):
        weighted.add_weighted_edges_from((node, end, count) for end, count in ends.items())
    assert sorted(node for group in found.groups for node in group) == list(range(graph.size))
    assert found.modularity == pytest.approx(nx.community.modularity(weighted, found.groups), abs=1e-12)
    others = nx.community.louvain_communities(weighted, seed=1)
    assert found.modularity > 0.9 * nx.community.modularity(weighted, others)
    assert all(nx.is_connected(weighted.subgraph(group)) for group in found.groups)
    halves = [list(range(0, graph.size, 2)), list(range(1, graph.size, 2))]  # control
    assert modularity(graph.neighbours(), halves) < 0.5 * found.modularity


def test_two_cliques_with_one_link_between_are_two_communities(project: Project) -> None:
    names = remembered(project, 13)
    edges = [(a, "relates_to", b) for part in (names[:6], names[6:12]) for a in part for b in part if a < b]
    tied(project, [*edges, (names[0], "blocks", names[11])])
    told = project.call("graph_communities")
    assert [(one.size, one.inside, one.outside) for one in told.items] == [(6, 15, 1), (6, 15, 1)]
    assert (told.found, told.lone, told.nodes, told.edges) == (2, 1, 13, 31) and told.modularity > 0.4


def test_the_same_graph_gives_the_same_answers_however_it_came_about(make_project: Callable[[str], Project]) -> None:
    one, two = make_project("one"), make_project("two")
    names = remembered(one, 40)
    edges = drawn(names, 120, 5)
    tied(one, edges)
    remembered(two, 40)
    shuffled = random.Random(1).sample(edges, len(edges))
    for part in (shuffled[:50], shuffled[50:]):
        tied(two, part)
    for operation, said in (
        ("graph_central", {"by": "pagerank", "limit": 40}), ("graph_central", {"by": "betweenness"}),
        ("graph_communities", {}), ("graph_cycles", {"relation": list(CALM)}),
        ("graph_neighbours", {"name": names[3], "limit": 9}), ("graph_paths", {"source": names[0], "target": names[9]}),
        ("graph_causes", {"name": names[5]}), ("graph_subgraph", {"names": names[:3]}),
    ):  # fmt: skip
        ours, theirs = (place.call(operation, **said)._replace(root="") for place in (one, two))
        assert ours == theirs, operation


# -- bounds and filters ----------------------------------------------------------------------------------


def test_an_answer_that_is_cut_says_so_and_keeps_the_nearest(project: Project) -> None:
    names = remembered(project, 30)
    tied(project, [(names[0], "relates_to", other) for other in names[1:]])
    with project.memory.reading() as reader:
        walk = within(reader, [names[0]], 2, ALL, 10)
        assert walk.cut and list(walk.distance) == [names[0], *sorted(names[1:])[:9]]
        assert not within(reader, [names[0]], 2, ALL, 30).cut
        found = all_shortest(reader, names[1], names[2], ALL, 8, 20, visiting=4)
        assert (found.length, found.cut) == (-1, "size")
        assert all_shortest(reader, names[1], names[2], ALL, 1).cut == "depth"
        assert whole(reader, ALL).edge_count == 29
        with pytest.raises(GraphTooLarge, match="--relation"):
            whole(reader, ALL, most=28)
    told = project.call("graph_neighbours", name=names[0], limit=4)
    assert (len(told.nodes), told.left_out, len(told.edges)) == (4, 26, 3)


def test_more_shortest_paths_than_are_told_are_counted(project: Project) -> None:
    names = remembered(project, 9)
    tied(project, [(names[0], "blocks", mid) for mid in names[1:8]])
    tied(project, [(mid, "blocks", names[8]) for mid in names[1:8]])
    told = project.call("graph_paths", source=names[0], target=names[8], limit=2)
    assert (told.length, told.number, len(told.paths), told.cut) == (2, 7, 2, "paths")
    assert [path[1] for path in told.paths] == sorted(names[1:8])[:2]
    none = project.call("graph_paths", source=names[8], target=names[0], direction="out")
    assert (none.length, none.paths, none.cut) == (-1, [], "")


@pytest.mark.parametrize("hidden", [1, FEW + 1])
def test_what_may_not_be_told_is_in_no_answer_however_much_of_it_there_is(project: Project, hidden: int) -> None:
    names = remembered(project, 5)
    chain = [(names[n], "relates_to", names[n + 1]) for n in range(4)]
    tied(project, chain)
    gone = remembered(project, hidden - 1, said="Gone") if hidden > 1 else []
    with project.memory.writing() as transaction:
        for name in [names[2], *gone]:
            transaction.emit("retire", name, "test", "test", {})
            transaction.emit("reject", name, "test", "test", {"reason": "no", "values": [], "trust": "user"})
    told = project.call("graph_neighbours", name=names[0], depth=8)
    assert [node.id for node in told.nodes] == names[:2] and len(told.edges) == 1
    assert project.call("graph_paths", source=names[0], target=names[4]).length == -1
    with pytest.raises(NotInGraph, match="is rejected"):
        project.call("graph_causes", name=names[2])
    shown = {node.id for node in project.call("graph", name=names[0], depth=8).nodes}
    assert shown == set(names)  # `graph` tells all that is there, and how it stands


def test_filters_leave_out_what_was_not_asked_for(project: Project) -> None:
    names = remembered(project, 8)  # claim, decision, gotcha, convention, claim, …
    tied(project, [(names[0], "blocks", names[1]), (names[2], "enables", names[0]), (names[0], "blocks", names[4])])
    project.by_person("retire", name=names[4])

    def ids(**said: Any) -> set[str]:
        return {node.id for node in project.call("graph_neighbours", name=names[0], **said).nodes} - {names[0]}

    assert ids() == {names[1], names[2], names[4]}
    assert ids(direction="out") == {names[1], names[4]}
    assert ids(direction="in") == {names[2]}
    assert ids(relation=["BLOCKS"]) == {names[1], names[4]}
    assert ids(relation=["blocks", "enables"], kind=["gotcha", "decision"]) == {names[1], names[2]}
    assert ids(standing=["active"]) == {names[1], names[2]}
    assert ids(standing=["retired"]) == {names[4]}
    for said, error in (
        ({"relation": ["adores"]}, UnknownRelation), ({"kind": ["dream"]}, UnknownKind),
        ({"standing": ["rejected"]}, BadArgument), ({"direction": "up"}, BadArgument),
    ):  # fmt: skip
        with pytest.raises(error):
            ids(**said)
    with pytest.raises(UnknownId):
        project.call("graph_paths", source=names[0], target="abcdef123456")


def test_the_past_is_asked_as_the_present_is(project: Project) -> None:
    names = remembered(project, 3)
    tied(project, [(names[0], "blocks", names[1])])
    then = project.call("root").roots[0].root
    tied(project, [(names[1], "blocks", names[2])])
    assert len(project.call("graph_neighbours", name=names[0]).nodes) == 3
    assert len(project.call("graph_neighbours", name=names[0], as_of=then).nodes) == 2
    assert project.call("graph_paths", source=names[0], target=names[2], as_of=then).length == -1


def test_an_empty_store_has_an_empty_graph(project: Project) -> None:
    for operation in ("graph_central", "graph_communities", "graph_cycles"):
        assert project.call(operation).items == []
    assert project.call("graph_health").findings == []
    with project.memory.reading() as reader:
        assert list(nodes(reader)) == list(links(reader)) == []
        assert (pagerank_of(whole(reader, ALL)).ranks, betweenness_of(whole(reader, ALL)).shares) == ([], [])


# -- the streams that exports and FalkorDB are made of ---------------------------------------------------


def test_streams_tell_every_node_and_link_once_and_go_on_from_a_cursor(made: Made) -> None:
    with made.project.memory.reading() as reader:
        every, ties = list(nodes(reader)), list(links(reader))
        assert [node.id for node in every] == sorted(made.names)
        assert sorted((link.source, link.rel, link.target) for link in ties) == sorted(made.edges)
        assert [link[:3] for link in ties] == sorted(link[:3] for link in ties)
        assert all(link.since > 0 for link in ties)
        half = every[20].id
        assert list(nodes(reader, half)) == every[21:]
        assert list(links(reader, half)) == [link for link in ties if link.source > half]
        for name in made.names[:5]:
            mine = [link for link in ties if name in (link.source, link.target)]
            assert sorted(links_around(reader, [name])) == sorted(mine)
        assert sorted(links_around(reader, made.names)) == sorted(ties)


def test_what_an_event_touches_is_told_with_both_ends_and_what_was_made_of_it(project: Project) -> None:
    names = remembered(project, 4)
    tied(project, [(names[1], "derived_from", names[0])])
    with project.memory.reading() as reader:
        _, position = touched(reader, 0, 1000)
        assert touched(reader, position, 1000) == ([], position)
    project.by_person("link", source=names[2], relation="supersedes", target=names[3])
    project.by_person("confirm", name=names[0])
    with project.memory.reading() as reader:
        found, after = touched(reader, position, 1000)
        assert (set(found), after) == (set(names), position + 2)
        assert touched(reader, position, 1)[1] == position + 1
