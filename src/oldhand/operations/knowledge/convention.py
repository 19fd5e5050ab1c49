"""The operation `convention`."""

from typing import Literal, NamedTuple

from oldhand.knowledge.conventions import Listed, listed
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.operations.everyday.remember import RememberedOne, remember


class Conventions(NamedTuple):
    """A convention that was taken in (`memories`), or all there are, by area (`items`)."""

    memories: list[RememberedOne]
    items: list[Listed]
    left_out: int
    root: str
    scope: str


@operation(WRITE)
def convention(
    memory: Memory, text: str = "", *, area: str = "", example: str = "", counter_example: str = "",
    anchors: list[str] = [], tags: list[str] = [], domain: str = "", limit: int = 20,
    scope: Literal["project", "global"] = "project",
) -> Conventions:  # fmt: skip
    """Say how things are done here, with an example done right and one done wrong, or list it by area

    Without a text it lists the conventions, with --area those of one area.

    Parameters
    text: how it is done
    area: what it is of: tests, migrations, naming …
    example: done right
    counter_example: done wrong
    anchors: what it speaks of, as in `remember`
    tags: words to find it by
    domain: its room
    limit: list at most so many
    scope: project, or global for all of your projects
    """
    if text:
        said = (("area", " ".join(area.split())), ("example", example), ("counter_example", counter_example))
        reply = remember(
            memory, text, kind="convention", domain=domain or "patterns", anchors=anchors, tags=tags,
            fields=[f"{name}={value}" for name, value in said if value], scope=scope,
        )  # fmt: skip
        return Conventions(reply.memories, [], 0, reply.root, scope)
    with memory.reading(scope=scope) as reader:
        items, left_out = listed(reader, limit, area)
        return Conventions([], items, left_out, reader.root().root.hex(), scope)
