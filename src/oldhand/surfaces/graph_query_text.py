"""Replies about the graph in FalkorDB as lines, for people and agents alike.

Nothing is made safe here but line breaks: each surface escapes, colours or seals the lines as its readers need.
"""

from collections.abc import Iterator
from typing import Any

from oldhand.model.visible import line
from oldhand.recall.render import clipped
from oldhand.surfaces.file_text import CODE, HEAD, NOTE, TAIL, WARNING, Line

LONGEST_CELL = 300  # characters of one value; --json gives more of it
LONGEST_TOLD = 60  # characters of the text of a node within a value
MOST_PARTS = 20  # of a list or an object within a value
SHOWN_ID = 12
GENERAL = "Memory"  # the label that every memory has, and that so tells nothing


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of an operation on FalkorDB as lines."""
    told = {
        "graph_attach": _attached, "graph_detach": _detached, "graph_sync": _synced, "graph_query": _answered,
    }  # fmt: skip
    yield from told[operation](reply)


def _attached(reply: Any) -> Iterator[Line]:
    what = f"{_many(reply.nodes, 'node')} and {_many(reply.edges, 'edge')}"
    if reply.dry_run:
        yield Line(HEAD, f"Would be attached: {line(reply.place)}, with {what} to show.")
        if reply.needs:
            yield Line(WARNING, f"  {line(reply.needs)}")
        return
    found = " A graph of this memory is there already." if reply.found else ""
    yield Line(HEAD, f"Attached: {line(reply.place)}, with {what} to show.{found}")
    yield Line(TAIL, f"  {line(reply.next_step)}; `oldhand graph query CYPHER` asks it.")


def _detached(reply: Any) -> Iterator[Line]:
    if not reply.place:
        yield Line(HEAD, "No FalkorDB was attached.")
        return
    gone = " Its graph was removed." if reply.dropped else ""
    yield Line(HEAD, f"Detached: {line(reply.place)}.{gone} The memory lost nothing.")
    if reply.left:
        yield Line(NOTE, f"  {line(reply.left)}")


def _synced(reply: Any) -> Iterator[Line]:
    if not reply.dry_run:
        state = "Up to date" if reply.complete else f"Not up to date yet, {_many(reply.behind, 'event')} behind"
        yield Line(HEAD, f"{state}: {line(reply.place)} ({reply.took_ms / 1000:.1f} s)")
        written = f"{_many(reply.nodes, 'node')} and {_many(reply.edges, 'edge')} written"
        gone = f", {_many(reply.removed, 'node')} removed" if reply.removed else ""
        followed = f", {_many(reply.events, 'event')} followed" if reply.events else ""
        filled = f"Filled from the beginning ({line(reply.filled)}): " if reply.filled else ""
        idle = reply.complete and not (reply.filled or reply.nodes or reply.edges or reply.removed or reply.events)
        yield Line(TAIL, "  Nothing had changed." if idle else f"  {filled}{written}{gone}{followed}")
    if reply.checked and not reply.differences:
        yield Line(CODE, "  Compared with the memory: no difference.")
    if reply.differences:
        yield Line(WARNING, f"  {_many(reply.differences, 'difference')} from the memory; --rebuild mends that:")
        yield from (Line(CODE, f"    {line(one)}") for one in reply.differing)
    yield from _notes(reply)
    if not reply.complete and not reply.dry_run:
        yield Line(NOTE, "  `oldhand graph sync` goes on from here.")


def _answered(reply: Any) -> Iterator[Line]:
    if reply.columns:
        yield Line(HEAD, " | ".join(line(clipped(one, LONGEST_CELL)) for one in reply.columns))
    for row in reply.rows:
        yield Line(CODE, " | ".join(_clipped(value) for value in row))
    if reply.columns and not reply.rows and not reply.left_out:
        yield Line(CODE, "(nothing)")
    if reply.left_out:
        yield Line(TAIL, f"{reply.left_out:,} more (--limit).")
    if reply.behind:
        yield Line(WARNING, f"The graph lacks {_many(reply.behind, 'event')}: `oldhand graph sync`.")
    yield from _notes(reply)


def _notes(reply: Any) -> Iterator[Line]:
    for note in reply.notes:
        yield Line(NOTE, f"  {line(clipped(note, LONGEST_CELL))}")


def _clipped(value: Any) -> str:
    return clipped(_told(value), LONGEST_CELL) or '""'


def _told(value: Any) -> str:
    """A value in one line: a node by its label, id and text, an edge by its type, a path by both."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return line(value)
    if isinstance(value, list):
        more = ", …" if len(value) > MOST_PARTS else ""
        return f"[{', '.join(map(_told, value[:MOST_PARTS]))}{more}]"
    if not isinstance(value, dict):
        return str(value)
    if value.keys() == {"labels", "properties"}:
        return _node(value)
    if value.keys() == {"type", "properties"}:
        return f"[{line(str(value['type']))}]"
    if value.keys() == {"nodes", "edges"}:
        return _path(value)
    parts = [f"{line(name)}: {_told(part)}" for name, part in list(value.items())[:MOST_PARTS]]
    return "{" + ", ".join(parts) + (", …" if len(value) > MOST_PARTS else "") + "}"


def _node(value: dict[str, Any]) -> str:
    labels = [line(str(label)) for label in value["labels"] if label != GENERAL] or value["labels"]
    said = value["properties"]
    name = str(said.get("id", ""))[:SHOWN_ID]
    text = str(said.get("title") or said.get("text") or "")
    quoted = f' "{line(clipped(" ".join(text.split()), LONGEST_TOLD))}"' if text else ""
    return f"({':'.join(labels)}{f' {line(name)}' if name else ''}{quoted})"


def _path(value: dict[str, Any]) -> str:
    """Its nodes in order, with the types of the edges between them; which way these lead is in the JSON reply."""
    nodes, edges = list(map(_told, value["nodes"])), [str(one.get("type", "")) for one in value["edges"]]
    return "".join(
        f"{node}{f' -{line(edges[place])}- ' if place < len(edges) else ''}" for place, node in enumerate(nodes)
    )


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"
