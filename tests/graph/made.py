"""Graphs for tests: made through the public door, and the same in networkx, which is the oracle."""

import random
from collections.abc import Sequence
from typing import Any

import networkx as nx

from oldhand.model.relation import RELATIONS
from tests.conftest import Project

CALM = tuple(one for one in RELATIONS if one not in ("supersedes", "contradicts"))  # change no standing


def remembered(project: Project, number: int, *, said: str = "Thing") -> list[str]:
    """So many memories of several kinds; their ids in the order they were made."""
    kinds = ("claim", "decision", "gotcha", "convention")
    jsonl = "\n".join(
        f'{{"text": "{said} number {one} of the shop.", "kind": "{kinds[one % 4]}"}}' for one in range(number)
    )
    return [one.id for one in project.by_person("remember", jsonl=jsonl).memories]


def tied(project: Project, edges: Sequence[tuple[str, str, str]]) -> None:
    """Links, in one change."""
    with project.memory.writing() as transaction:
        for source, relation, target in edges:
            transaction.emit("link", source, "test", "test", {"rel": relation, "target": target})


def drawn(names: Sequence[str], links: int, seed: int, relations: Sequence[str] = CALM) -> list[tuple[str, str, str]]:
    """Links at random, a few memories having most of them; none twice, none to itself."""
    chance = random.Random(seed)
    found: dict[tuple[str, str, str], None] = {}
    for _ in range(links):
        source, target = chance.choice(names), names[int(len(names) * chance.random() ** 2)]
        if source != target:
            found[source, chance.choice(list(relations)), target] = None
    return list(found)


def oracle(names: Sequence[str], edges: Sequence[tuple[str, str, str]]) -> Any:
    """The same graph in networkx."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(names)
    graph.add_edges_from((source, target, relation) for source, relation, target in edges)
    return graph
