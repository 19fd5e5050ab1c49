"""The operation `decision supersede`."""

from typing import NamedTuple

from oldhand.errors import MissingArgument, Refused
from oldhand.knowledge.tying import tied
from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import WRITE, operation
from oldhand.reasoning.deciding import Said
from oldhand.reasoning.decision_telling import DecisionTold, told_of
from oldhand.reasoning.decisions import named, of
from oldhand.reasoning.recording_decisions import record as record_decision
from oldhand.reasoning.safety_sign import Sign


class Superseded(NamedTuple):
    """Two decisions after one took the place of the other. new: whether `decision` was recorded now; changed: whether
    it was otherwise before; older: the one that yields."""

    decision: DecisionTold
    older: DecisionTold
    new: bool
    changed: bool
    signs: list[Sign]
    root: str


@operation(WRITE)
def supersede(
    memory: Memory, name: str, *, by: str = "", text: str = "", reason: str = "", confidence: str = "",
    override: list[str] = [], yes: bool = False,
) -> Superseded:  # fmt: skip
    """Have a decision yield to another one, or to a new one

    The old one stays with all it had, and every answer leads from it to the one that holds. To record the new one
    with its alternatives and all the rest, use `oldhand decision record … --supersedes ID`.

    Parameters
    name: the decision that yields: at least 6 characters of its id, or its name
    by: the decision that takes its place, by its id or name
    text: or what was decided instead, in a sentence: it is recorded
    reason: why the old one does not hold any more
    confidence: of the new one, how likely it is to go well: 0.8 or 80%
    override: pass a check that asks before recording: CHECK=REASON
    yes: record it although a check asks first
    """
    if bool(by.strip()) == bool(text.strip()):
        why = "name the decision that takes its place, or say it with --text"
        raise MissingArgument("decision supersede", "by", why)
    with memory.reading() as reader:
        old = named(reader, name)
        newer = named(reader, by).id if by.strip() else ""
        if newer == old.id:
            raise Refused("A decision cannot replace itself. Name another one with --by.")
        before = any(e.rel == "supersedes" and e.source == newer and e.target == old.id for e in reader.edges(old.id))
    signs: list[Sign] = []
    if text.strip():
        done = record_decision(
            memory, Said(text, confidence=confidence, module=old.module), supersedes=[old.id], reason=reason,
            overrides=override, yes=yes,
        )  # fmt: skip
        newer, signs = done.id, list(done.advice.told)
    else:
        with memory.writing() as transaction:
            tied(transaction, memory.voice, "link", newer, "supersedes", old.id, reason=reason)
    with memory.reading() as reader:
        root = reader.root().root.hex()
        decision, older = (told_of(memory, reader, of(reader, one)) for one in (newer, old.id))
    memory.trace_detail.update({"memory": [short(newer), short(old.id)], "root": root})
    return Superseded(decision, older, bool(text.strip()), not before, signs, root)
