"""The reply of `health` as lines: each part of the memory, then what of its knowledge deserves attention."""

from collections.abc import Iterator
from typing import Any

from oldhand.model.visible import line
from oldhand.surfaces.file_text import CODE, HEAD, NOTE, WARNING, Line


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The health as lines."""
    yield Line(HEAD, f"Overall {reply.overall}.")
    wide = max((len(one.component) for one in reply.components), default=0)
    for one in reply.components:
        step = f"; {line(one.next_step)}" if one.next_step else ""
        told = f"{one.component:<{wide}}  {one.state:<8}  {line(one.detail)}{step}"
        yield Line(CODE if one.state == "ok" else WARNING, told)
    if not reply.knowledge:
        return
    yield Line(HEAD, "Of the knowledge:")
    for one in reply.knowledge:
        of = f" of {one.of:,}" if one.of > one.number else ""
        yield Line(NOTE, f"{one.number:,}{of} {one.finding}: {line(one.why)}. Next: {line(one.next_step)}")
