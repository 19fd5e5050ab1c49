"""The operation `graph health`."""

from typing import Literal, NamedTuple

from oldhand.graph.health import Finding, health_of
from oldhand.graph.telling import GraphNode, named
from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.store.held import Edge


class GraphFinding(NamedTuple):
    """Something loose, missing or crooked. what: its name; number: how many; weight: problem, or notice where it may
    well be meant; said: what it means; next_step: what to do; nodes, edges: the first of them."""

    what: str
    number: int
    weight: str
    said: str
    next_step: str
    nodes: list[GraphNode]
    edges: list[Edge]


class GraphHealth(NamedTuple):
    """How the graph is. findings: problems first; projection: how the copy in FalkorDB is (none: there is none, ok,
    behind, lost, away), with detail and what to do."""

    nodes: int
    edges: int
    findings: list[GraphFinding]
    projection: str
    projection_detail: str
    projection_next: str
    degraded: str
    root: str
    scope: str


@operation(READ)
def health(
    memory: Memory, *, limit: int = 3, scope: Literal["project", "global"] = "project"
) -> GraphHealth:  # fmt: skip
    """Tell what is loose, missing or crooked in the graph, and how its copy in FalkorDB is

    Parameters
    limit: tell at most so many examples of each
    scope: project, or global for your own memory of all projects
    """
    from oldhand.graph.falkordb.attachment import state_of

    with memory.reading("", scope) as reader:
        found = health_of(reader, max(limit, 1))
        examples = [_examples(one) for one in found.findings]
        nodes = named(reader, [name for names in examples for name in names])
        findings = [
            GraphFinding(
                one.what, one.number, one.weight, one.said, one.next_step,
                [nodes[name] for name in names if name in nodes], one.edges,
            )
            for one, names in zip(found.findings, examples, strict=True)
        ]  # fmt: skip
        root, degraded = reader.root().root.hex(), reader.degradation()
    copy = state_of(memory)
    memory.trace_detail = {"nodes": found.nodes, "edges": found.edges, "findings": len(findings)}
    return GraphHealth(
        found.nodes, found.edges, findings, copy.state, copy.detail, copy.next_step, degraded, root, scope
    )


def _examples(one: Finding) -> list[str]:
    """The memories of a finding's examples, those of its links among them."""
    ends = [end for edge in one.edges for end in (edge.source, edge.target)]
    return list(dict.fromkeys([*one.memories, *ends]))
