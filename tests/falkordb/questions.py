"""The questions of `benchmarks.graph_answers` in Cypher, so that both can be asked the same."""

from typing import Any

from benchmarks.graph_answers import CAUSES, CYCLES, HOPS, PATHS, Question
from oldhand.graph.definition import edge_type
from oldhand.graph.falkordb.client import Graph
from oldhand.graph.falkordb.literals import literal
from oldhand.graph.walks import UPSTREAM

Answers = list[tuple[Any, ...]]


def asked(graph: Graph, question: Question) -> Answers:
    """The answer of a graph in FalkorDB, in the form that `graph_answers.answers` has."""
    return {HOPS: _hops, CAUSES: _causes, PATHS: _paths, CYCLES: _cycles}[question.about](graph, question)


def _types(relations: tuple[str, ...]) -> str:
    return ":" + "|".join(map(edge_type, relations)) if relations else ""


def _hops(graph: Graph, question: Question) -> Answers:
    query = (
        f"MATCH p = (a:Memory {{id: $a}})-[{_types(question.relations)}*1..{question.depth}]-(b:Memory)"
        " WHERE b.id <> $a RETURN min(length(p)), b.id"
    )
    return _sorted(graph, query, {"a": question.start})


def _causes(graph: Graph, question: Question) -> Answers:
    query = (
        f"MATCH p = (a:Memory {{id: $a}})-[{_types(question.relations or UPSTREAM)}*1..{question.depth}]->(b:Memory)"
        " WHERE b.id <> $a RETURN min(length(p)), b.id"
    )
    return _sorted(graph, query, {"a": question.start})


def _paths(graph: Graph, question: Question) -> Answers:
    query = (
        "MATCH (a:Memory {id: $a}), (b:Memory {id: $b}) WITH a, b"
        f" MATCH p = allShortestPaths((a)-[{_types(question.relations)}*1..{question.depth}]->(b))"
        " RETURN DISTINCT [n IN nodes(p) | n.id]"
    )
    rows = graph.read(query, {"a": literal(question.start), "b": literal(question.end)}).rows
    return sorted({tuple(row[0]) for row in rows})


def _cycles(graph: Graph, question: Question) -> Answers:
    """Groups of nodes that lead to each other: for each node that leads to itself those it leads to and back from."""
    types = _types(question.relations)
    rows = graph.read(f"MATCH (a:Memory)-[{types}*1..]->(a) RETURN DISTINCT a.id").rows
    left = {row[0] for row in rows}
    groups = []
    while left:
        start = min(left)
        query = f"MATCH (a:Memory {{id: $a}})-[{types}*1..]->(b:Memory)-[{types}*1..]->(a) RETURN DISTINCT b.id"
        group = {row[0] for row in graph.read(query, {"a": literal(start)}).rows} | {start}
        groups.append(tuple(sorted(group)))
        left -= group
    return sorted(groups)


def _sorted(graph: Graph, query: str, parameters: dict[str, str]) -> Answers:
    rows = graph.read(query, {name: literal(value) for name, value in parameters.items()}).rows
    return sorted(map(tuple, rows))
