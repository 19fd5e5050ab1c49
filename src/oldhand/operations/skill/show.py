"""The operation `skill show`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.model.moment import day
from oldhand.operation import READ, operation
from oldhand.reasoning.skill_procedure import Advice
from oldhand.reasoning.skill_telling import SkillTold, advised, conflicts, due, fresh, rests_on, told
from oldhand.reasoning.skills import CURRENT, named


class DecisionUsed(NamedTuple):
    """A decision that a skill rests on, and how it ended. bad: whether it was reverted or failed."""

    id: str
    at: str
    name: str
    ending: str
    bad: bool
    trust: str


class SkillShown(NamedTuple):
    """A skill whole. advice: how to go about it, each from the memory that says it; gone: how many more of these hold
    no longer or may not be told; decisions: those that went badly first; conflicts: what another skill says otherwise.
    """

    skill: SkillTold
    advice: list[Advice]
    gone: int
    decisions: list[DecisionUsed]
    conflicts: list[str]
    root: str


@operation(READ)
def show(memory: Memory, name: str) -> SkillShown:
    """Show a skill: what went better and worse, how to go about it, and the decisions it rests on

    Parameters
    name: the skill, by its name, its subject, or at least 6 characters of its id
    """
    now = memory.now()
    with memory.reading() as reader:
        one = named(reader, name, (*CURRENT, "retired", "quarantined"))
        why = due(one, fresh(reader).get(one.id), now)
        found, gone = advised(memory, reader, one)
        rests = [
            DecisionUsed(each.id, day(each.at), each.name, each.ending, each.bad, each.trust)
            for each in rests_on(reader, one)
        ]
        memory.trace_detail = {"memory": short(one.id)}
        return SkillShown(
            told(one, now, why), found, gone, rests, conflicts(reader, one), reader.root().root.hex()
        )  # fmt: skip
