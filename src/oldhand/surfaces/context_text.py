"""The reply of `decision context` as lines, for people and agents alike; each surface makes them safe."""

from collections.abc import Iterator
from typing import Any

from oldhand.surfaces.file_text import CODE, HEAD, NOTE, TAIL, WARNING, Line

_KINDS = {"TRIED": WARNING, "CONTESTED": WARNING, "CALIBRATION": NOTE, "SKILL": NOTE}


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """What is known, as it was put together; then, in one line, what is not told."""
    for text in reply.lines:
        yield Line(CODE if text.startswith(" ") else _KINDS.get(text.partition(" ")[0], CODE), text)
    if reply.behind:
        yield Line(NOTE, reply.behind)
    kept = [f"{reply.before} told before: --again"] if reply.before else []
    kept += [f"{reply.left_out} more: `oldhand decide`"] if reply.left_out else []
    if kept:
        yield Line(TAIL, f"({'; '.join(kept)})")
    elif not reply.lines:
        yield Line(HEAD, "Nothing is known about this.")
