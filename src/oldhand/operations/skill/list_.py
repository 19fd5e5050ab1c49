"""The operation `skill list`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.reasoning.skill_telling import SkillTold, due, fresh, told
from oldhand.reasoning.skills import every


class Skills(NamedTuple):
    """Skills, those that can be relied on most first. left_out: how many more there are; ready: skills that `skill
    distill` would make or change."""

    items: list[SkillTold]
    left_out: int
    ready: int
    root: str


@operation(READ)
def list_(memory: Memory, *, limit: int = 20) -> Skills:
    """List skills: what decisions about a subject came to here, and how far that can be relied on

    Parameters
    limit: at most so many
    """
    now = memory.now()
    with memory.reading() as reader:
        made = fresh(reader)
        skills = list(every(reader))
        items = [told(one, now, due(one, made.get(one.id), now)) for one in skills]
        items.sort(key=lambda one: (-one.now, one.name))
        ready = len(made.keys() - {one.id for one in skills}) + sum(bool(one.due) for one in items)
        most = max(limit, 0)
        return Skills(items[:most], max(len(items) - most, 0), ready, reader.root().root.hex())
