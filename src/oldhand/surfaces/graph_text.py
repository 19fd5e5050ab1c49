"""Replies about the graph as lines, for people and agents alike.

Nothing is made safe here but line breaks: each surface escapes, colours or seals the lines as its readers need.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from oldhand.model.visible import line
from oldhand.recall.render import clipped
from oldhand.surfaces.counting import many
from oldhand.surfaces.file_text import CODE, HEAD, NOTE, TAIL, WARNING, Line

SHOWN_DIGITS = 12
LONGEST = 200  # characters of a memory's text; --json gives all of it
MOST_OTHERS = 20  # links beside those of the tree that are told
ORDINARY = "active"
_CUT = {
    "depth": "No way of so few links; --depth looks further.",
    "size": "The search was stopped: too many memories lie between. Narrow it with --relation, --kind or --direction.",
    "paths": "There are more ways of that length (--limit).",
}


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of an operation of the group `graph` as lines."""
    told = {
        "graph": _around, "graph_neighbours": _around, "graph_subgraph": _subgraph, "graph_causes": _causes,
        "graph_paths": _paths, "graph_central": _central, "graph_communities": _communities, "graph_cycles": _cycles,
        "graph_health": _health, "graph_export": _exported, "graph_import": _imported,
    }  # fmt: skip
    yield from told[operation](reply)


def _said(node: Any) -> str:
    """A memory in one line: its kind and id, how it stands where that matters, its title and text."""
    title, text = line(getattr(node, "title", "")), line(clipped(node.text, LONGEST))
    words = text if not title or title in text else f"{title}: {text}"
    stands = "" if node.standing == ORDINARY else f" {node.standing.upper()}"
    name = f"{node.kind} {node.id[:SHOWN_DIGITS]}".strip()
    return f"[{name}]{stands} {words or 'Its words cannot be read.'}"


def _tree(starts: Sequence[str], nodes: Sequence[Any], edges: Sequence[Any]) -> Iterator[Line]:
    """Memories below the nearer one that leads to them, and the links that the tree has no place for."""
    by_id = {node.id: node for node in nodes}
    children: dict[str, list[tuple[Any, Any]]] = {}
    used = set()
    for node in nodes:
        for edge in edges:
            other = edge.target if edge.source == node.id else edge.source if edge.target == node.id else ""
            if other in by_id and by_id[other].distance == node.distance - 1:
                children.setdefault(other, []).append((edge, node))
                used.add(edge)
                break
    waiting: list[tuple[int, Any, Any]] = [(0, None, by_id[start]) for start in reversed(starts) if start in by_id]
    shown = set()
    while waiting:
        depth, edge, node = waiting.pop()
        shown.add(node.id)
        way = "" if edge is None else f"{edge.rel} -> " if edge.target == node.id else f"<- {edge.rel} "
        yield Line(CODE if depth else HEAD, f"{'  ' * depth}{way}{_said(node)}")
        waiting.extend((depth + 1, tie, child) for tie, child in reversed(children.get(node.id, [])))
    for node in nodes:  # what hangs on a memory that was left out
        if node.id not in shown:
            yield Line(CODE, f"  … {_said(node)}")
    others = [edge for edge in edges if edge not in used]
    for edge in others[:MOST_OTHERS]:
        yield Line(TAIL, f"also {edge.source[:SHOWN_DIGITS]} {edge.rel} {edge.target[:SHOWN_DIGITS]}")
    if len(others) > MOST_OTHERS:
        yield Line(TAIL, f"and {many(len(others) - MOST_OTHERS, 'more link')} (--json lists them)")


def _rest(reply: Any) -> Iterator[Line]:
    """How much was left out."""
    left = getattr(reply, "left_out", 0)
    if left:
        yield Line(NOTE, f"{left:,} more (--limit).")
    if reply.cut:
        yield Line(NOTE, "There is more than one question reaches; narrow it with --relation, --kind or --depth.")


def _count(number: int, what: str, many: str = "") -> str:
    return f"{number:,} {what if number == 1 else many or what + 's'}"


def _around(reply: Any) -> Iterator[Line]:
    yield from _tree([reply.start], reply.nodes, reply.edges)
    if len(reply.nodes) == 1 and not getattr(reply, "left_out", 0):
        yield Line(NOTE, "Nothing else is tied to it so; `oldhand link` ties memories together.")
    yield from _rest(reply)


def _subgraph(reply: Any) -> Iterator[Line]:
    yield from _tree(reply.starts, reply.nodes, reply.edges)
    for one in reply.beside:
        tied = ", ".join(f"{edge.source[:SHOWN_DIGITS]} {edge.rel.lower()}" for edge in one.memories[:4])
        more = f" and {len(one.memories) - 4:,} more" if len(one.memories) > 4 else ""
        yield Line(CODE, f"{one.label} {line(clipped(one.name, LONGEST))}: {tied}{more}")
    yield from _rest(reply)


def _causes(reply: Any) -> Iterator[Line]:
    yield from _tree([reply.start], reply.nodes, reply.edges)
    if len(reply.nodes) == 1:
        yield Line(
            NOTE, "It goes back to nothing that is tied to it by caused_by, derived_from, outcome_of, depends_on."
        )
    elif reply.roots:
        yield Line(TAIL, f"In the end: {', '.join(name[:SHOWN_DIGITS] for name in reply.roots)}")
    yield from _rest(reply)


def _paths(reply: Any) -> Iterator[Line]:
    by_id = {node.id: node for node in reply.nodes}
    if reply.length < 0:
        yield Line(HEAD, _CUT.get(reply.cut, "No links lead from the one to the other."))
        yield from (Line(CODE, f"  {_said(by_id[end])}") for end in (reply.source, reply.target) if end in by_id)
        return
    if not reply.length:
        yield Line(HEAD, "Both are the same memory.")
        return
    yield Line(HEAD, f"{_count(reply.length, 'link')}, {_count(reply.number, 'way')} of that length")
    for number, path in enumerate(reply.paths, 1):
        if len(reply.paths) > 1:
            yield Line(HEAD, f"{number}.")
        yield Line(CODE, f"  {_said(by_id[path[0]])}")
        for before, after in pairwise(path):
            ways = [f"{edge.rel} ->" for edge in reply.edges if (edge.source, edge.target) == (before, after)]
            ways += [f"<- {edge.rel}" for edge in reply.edges if (edge.source, edge.target) == (after, before)]
            yield Line(CODE, f"    {', '.join(ways)} {_said(by_id[after])}")
    if reply.cut:
        yield Line(NOTE, _CUT[reply.cut])


def _central(reply: Any) -> Iterator[Line]:
    if not reply.items:
        yield Line(HEAD, "No links here; `oldhand link` ties memories together.")
        return
    for number, one in enumerate(reply.items, 1):
        value = f"{one.value:,.0f}" if reply.by == "degree" else f"{one.value:.4f}"
        error = f" ±{one.error:.4f}" if one.error else ""
        yield Line(CODE, f"{number:>3}. {value}{error}  in {one.links_in:,}, out {one.links_out:,}  {_said(one.node)}")
    size = f"{_count(reply.nodes, 'memory', 'memories')}, {_count(reply.edges, 'link')}"
    yield Line(TAIL, f"By {reply.by}: {reply.method}. {size}.")


def _communities(reply: Any) -> Iterator[Line]:
    for number, one in enumerate(reply.items, 1):
        ties = f"{_count(one.inside, 'link')} within, {one.outside:,} to others"
        yield Line(HEAD, f"{number}. {_count(one.size, 'memory', 'memories')}, {ties}")
        yield from (Line(CODE, f"   {_said(node)}") for node in one.first)
    if not reply.items:
        yield Line(HEAD, "No groups: nothing here is tied together.")
    more = f" {many(reply.found - len(reply.items), 'more group')} (--limit)." if reply.found > len(reply.items) else ""
    yield Line(TAIL, f"Modularity {reply.modularity:.2f}. {reply.lone:,} in no group.{more}")


def _cycles(reply: Any) -> Iterator[Line]:
    if not reply.items:
        yield Line(HEAD, f"No circles over {', '.join(reply.relations)}.")
        return
    for number, one in enumerate(reply.items, 1):
        larger = f", one of the circles among {one.size:,} memories" if one.size > len(one.edges) else ""
        yield Line(HEAD, f"{number}. a circle of {_count(len(one.edges), 'link')}{larger}")
        by_id = {node.id: node for node in one.nodes}
        for edge in one.edges:
            yield Line(CODE, f"   {_said(by_id[edge.source])}")
            yield Line(TAIL, f"     {edge.rel} -> {edge.target[:SHOWN_DIGITS]}")
    if reply.found > len(reply.items):
        yield Line(NOTE, f"{reply.found - len(reply.items):,} more (--limit).")


def _health(reply: Any) -> Iterator[Line]:
    if reply.degraded:
        yield Line(WARNING, f"Degraded: {line(reply.degraded)}")
    size = f"{_count(reply.nodes, 'memory', 'memories')}, {_count(reply.edges, 'link')}"
    yield Line(HEAD, f"{size}. {'' if reply.findings else 'Nothing is loose or missing.'}".rstrip())
    for one in reply.findings:
        sort = WARNING if one.weight == "problem" else NOTE
        yield Line(sort, f"{line(one.what).capitalize()} ({one.number:,}): {line(one.said)}")
        yield from (Line(CODE, f"  {_said(node)}") for node in one.nodes)
        for edge in one.edges:
            yield Line(CODE, f"  {edge.source[:SHOWN_DIGITS]} {edge.rel} {edge.target[:SHOWN_DIGITS]}")
        yield Line(TAIL, f"  {one.next_step}")
    if reply.projection != "none":
        step = f" {line(reply.projection_next)}" if reply.projection_next else ""
        detail = f" ({line(reply.projection_detail)})" if reply.projection_detail else ""
        sort = TAIL if reply.projection == "ok" else WARNING
        yield Line(sort, f"FalkorDB: {reply.projection}{detail}.{step}")


def _exported(reply: Any) -> Iterator[Line]:
    size = f"{_count(reply.nodes, 'node')}, {_count(reply.edges, 'edge')}"
    if reply.text:
        yield from (Line(CODE, one) for one in reply.text.splitlines())
        return
    yield Line(HEAD, f"Wrote {size} as {reply.format} to {line(reply.path)} ({reply.bytes:,} bytes).")
    yield Line(TAIL, f"sha256 {reply.sha256}")


def _imported(reply: Any) -> Iterator[Line]:
    from oldhand.surfaces import audit_text

    yield from audit_text.lines("import", reply)
