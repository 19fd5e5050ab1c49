"""What a query gave, as values that JSON carries: nodes and edges as objects, long texts cut, of vectors the length."""

import math
from typing import Any

from oldhand.graph.falkordb.batches import EMBEDDING

LONGEST_TEXT = 4_000  # characters of one text in an answer: `oldhand show ID` gives all of a memory
MOST_PARTS = 1_000  # of one list or object in an answer
DEEPEST = 12  # parts within parts


def plain(value: Any, depth: int = 0) -> Any:
    """A value of the client library as JSON values."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return value if len(value) <= LONGEST_TEXT else value[:LONGEST_TEXT] + "…"
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if depth > DEEPEST:
        return "…"
    if isinstance(value, list | tuple):
        parts = [plain(part, depth + 1) for part in value[:MOST_PARTS]]
        return [*parts, f"… {len(value) - MOST_PARTS} more"] if len(value) > MOST_PARTS else parts
    if isinstance(value, dict):
        return {str(name): plain(part, depth + 1) for name, part in list(value.items())[:MOST_PARTS]}
    return _entity(value, depth)


def _entity(value: Any, depth: int) -> Any:
    """A node, an edge, a path, or a moment."""
    if hasattr(value, "labels") and hasattr(value, "properties"):
        return {"labels": list(value.labels or ()), "properties": _properties(value, depth)}
    if hasattr(value, "relation") and hasattr(value, "properties"):
        return {"type": str(value.relation), "properties": _properties(value, depth)}
    if callable(getattr(value, "nodes", None)) and callable(getattr(value, "edges", None)):
        return {
            "nodes": [plain(one, depth + 1) for one in value.nodes()[:MOST_PARTS]],
            "edges": [plain(one, depth + 1) for one in value.edges()[:MOST_PARTS]],
        }
    return plain(str(value), depth)


def _properties(value: Any, depth: int) -> dict[str, Any]:
    """The properties of a node or an edge; of a vector only how long it is, as nobody reads 384 numbers."""
    return {
        str(name): f"vector of {len(part)}" if name == EMBEDDING and isinstance(part, list) else plain(part, depth + 1)
        for name, part in (value.properties or {}).items()
    }
