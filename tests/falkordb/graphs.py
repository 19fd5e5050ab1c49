"""Memories and links for tests, and what a graph in FalkorDB and the store say about each other."""

import random
from typing import Any

from oldhand.graph.definition import relationships, vertices
from oldhand.graph.falkordb import attachment as attachments
from oldhand.graph.falkordb.client import Graph
from oldhand.graph.falkordb.comparing import differences
from oldhand.graph.falkordb.cursor import LABEL
from oldhand.memory import Memory
from tests.conftest import Project
from tests.falkordb.servers import Server

RELATIONS = ("relates_to", "caused_by", "depends_on", "blocks", "enables", "derived_from", "part_of")
KINDS = ("claim", "decision", "gotcha", "convention", "question")
NASTY = (
    "кириллица и 'кавычки'", 'a "quoted" word', "back\\slash \\n \\u0041", "`ticks` $p {x: 1}", "// no comment /* c */",
    "\"}]) DETACH DELETE n //", "'; MATCH (n) DELETE n; //", "\x1b[2J\u202e\x9b", "new\nline\r\n\ttab",
    "😀 \u2028 \u0301", "ends in a backslash \\", "}",
)  # fmt: skip


def grown(project: Project, count: int, seed: int = 0, links: int = 2) -> list[str]:
    """Give a project so many memories of several kinds, with nasty texts among them, and links between them."""
    chance = random.Random(seed)
    lines = []
    for number in range(count):
        text = f"Memory {seed}.{number} {NASTY[number % len(NASTY)]}"
        lines.append({"text": text, "kind": KINDS[number % len(KINDS)], "tags": [f"t{number % 3}"]})
    ids = remembered(project.memory, lines)
    with project.memory.writing() as transaction:
        for source in ids:
            for target in chance.sample(ids, min(links, len(ids))):
                if target != source:
                    fields = {"rel": chance.choice(RELATIONS), "target": target}
                    transaction.emit("link", source, "test", "test", fields)
    return ids


def remembered(memory: Memory, lines: list[dict[str, Any]]) -> list[str]:
    """Remember several at once, by a person; their ids."""
    import json

    from oldhand.operation import call

    with Memory(memory.project.root, memory.home, actor="user", trust="user", origin="cli") as person:
        reply = call(person, "remember", {"jsonl": "\n".join(json.dumps(one) for one in lines)})
    return [one.id for one in reply.memories]


def graph_of(project: Project, server: Server) -> Graph:
    """The graph that a project is attached to, asked directly."""
    found = attachments.needed(project.home, project.folder)
    return server.connected().graph(found.graph)


def differing(project: Project, server: Server) -> list[str]:
    """How the graph differs from the store, by the product's own comparison."""
    with project.memory.reading() as reader:
        return differences(graph_of(project, server), reader).told


def shown(project: Project, server: Server) -> tuple[Any, Any]:
    """(what the store has, what FalkorDB has), each as plain sets that were made without the product's comparison."""
    with project.memory.reading() as reader:
        nodes = {
            (one.id, one.properties["text"], one.properties["standing"], one.labels[1]) for one in vertices(reader)
        }
        edges = sorted((one.source, one.type, one.target) for one in relationships(reader))
    graph = graph_of(project, server)
    rows = graph.read(f"MATCH (n) WHERE NOT n:{LABEL} RETURN n.id, n.text, n.standing, labels(n)").rows
    there = {(row[0], row[1], row[2], next(one for one in row[3] if one != "Memory")) for row in rows}
    assert len(there) == len(rows), "a memory is there twice"
    ties = sorted(map(tuple, graph.read("MATCH (a)-[r]->(b) RETURN a.id, type(r), b.id").rows))
    return (nodes, edges), (there, ties)


def same(project: Project, server: Server) -> bool:
    """Whether the graph shows exactly what the store says, by both comparisons."""
    ours, theirs = shown(project, server)
    assert ours == theirs
    assert differing(project, server) == []
    return True
