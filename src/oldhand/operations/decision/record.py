"""The operation `decision record`."""

from typing import Literal, NamedTuple

from oldhand.errors import BadDate, MissingArgument
from oldhand.memory import Memory
from oldhand.model.moment import parse
from oldhand.operation import WRITE, operation
from oldhand.reasoning import decisions
from oldhand.reasoning.deciding import Said
from oldhand.reasoning.decision_telling import DecisionTold, told_of
from oldhand.reasoning.recording_decisions import record as record_decision
from oldhand.reasoning.safety_sign import Sign

AHEAD_MS = 86_400_000  # a day: where it is tomorrow already, and for clocks that differ


class Recorded(NamedTuple):
    """A decision after it was recorded.

    outcome: remembered (it is new), confirmed (it was said before), changed (something about it is new), unchanged,
    contested (it stands beside what is believed more) or quarantined (it waits in review, and `why` says why);
    decision: it, whole; joined: whether it was known in other words, which stay; against: ids of decisions that it
    contradicts or replaces; signs: what the checks ask before going on.
    """

    outcome: str
    decision: DecisionTold
    joined: bool
    why: str
    against: list[str]
    signs: list[Sign]
    root: str


@operation(WRITE)
def record(
    memory: Memory, text: str = "", *, title: str = "", reason: str = "", alternatives: list[str] = [],
    for_: list[str] = [], against: list[str] = [], confidence: str = "", assumptions: list[str] = [],
    predicted: str = "", criteria: list[str] = [], risk: Literal["unstated", "low", "medium", "high"] = "unstated",
    estimate: str = "", module: str = "", anchors: list[str] = [], read: list[str] = [],
    supersedes: list[str] = [], tags: list[str] = [], domain: str = "", made: str = "",
    agent: str = "", model: str = "", of: str = "", override: list[str] = [], yes: bool = False,
) -> Recorded:  # fmt: skip
    """Record a decision: what was chosen and why, what else there was, and how sure you are

    Everything but the text is optional. With a confidence it is a forecast, and its outcome teaches how well
    confidence fits here. What the session has read by then is kept with it, so that one sees later whether that
    has changed. Without a text, at a terminal, it asks for one thing after the other. A commit that carries the
    decision out says so with the line `Oldhand-Decision: ID` in its message.

    Parameters
    text: what was decided, in a sentence that can be understood by itself
    title: a short name for it
    reason: why this and not something else; also why it replaces those of --supersedes
    alternatives: what else was considered, one each
    for: a reason for an option, written OPTION: REASON; REASON alone is for what was chosen
    against: a reason against an option, likewise
    confidence: how likely it is to go well: 0.8 or 80%
    assumptions: what has to hold for it to be right, one each
    predicted: what is expected to come of it
    criteria: how one will know that it went well, one each
    risk: what is at stake if it goes wrong
    estimate: the effort it will take: 90m, 2h, 1.5d (days of eight hours)
    module: the part of the project it is of, such as a folder
    anchors: what it speaks of, as in `remember`
    read: files that were read for it; their versions are kept, not their texts
    supersedes: decisions that it replaces, by their ids or names
    tags: words to find it by
    domain: its room, when it is not `decisions`
    made: when it was decided, if not now (a date or time)
    agent: the agent that stated the confidence, when it is not known who speaks
    model: the model that stated it, likewise
    of: a decision recorded before, by its id or name: what is said here is added to it, and the text is optional
    override: pass a check that asks before recording: CHECK=REASON
    yes: record it although a check asks first
    """
    if not text.strip() and not of:
        raise MissingArgument("decision record", "text", "say what was decided, in a sentence")
    said = Said(
        text, title, reason, alternatives, for_, against, confidence, agent, model, assumptions, predicted, criteria,
        "" if risk == "unstated" else risk, estimate, module, domain, tags, anchors,
    )  # fmt: skip
    at = parse(made, memory.now()) if made else None
    if at is not None and at > memory.now() + AHEAD_MS:
        raise BadDate(made, "it is still to come; a decision is recorded when it is made")
    done = record_decision(
        memory, said, read=read, name=of, supersedes=supersedes, reason=reason.strip(), made=at, overrides=override,
        yes=yes,
    )  # fmt: skip
    with memory.reading() as reader:
        decision = told_of(memory, reader, decisions.of(reader, done.id))
        root = reader.root().root.hex()
    replaced = {one.id for one in decision.supersedes}
    against_ = [one.memory for one in done.asserted.met if one.memory not in (done.id, *replaced)]
    why = done.asserted.reason if done.outcome in ("quarantined", "settled") else ""
    return Recorded(done.outcome, decision, done.joined, why, against_, list(done.advice.told), root)
