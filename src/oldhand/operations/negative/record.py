"""The operation `negative record`."""

from typing import Literal, NamedTuple

from oldhand.code.anchors import Observer
from oldhand.errors import BadDate, MissingArgument
from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.model.moment import parse
from oldhand.operation import WRITE, operation
from oldhand.reasoning.negative_keeping import Attempt
from oldhand.reasoning.negative_keeping import record as keep
from oldhand.reasoning.negative_telling import NegativeTold, one_of, told


class NegativeChanged(NamedTuple):
    """What was tried, after a change. outcome: remembered, confirmed, changed, restored, contested, quarantined,
    expired, reopened or unchanged; why: it waits or is contested, empty otherwise."""

    outcome: str
    negative: NegativeTold
    why: str
    root: str


@operation(WRITE)
def record(
    memory: Memory, text: str, *, conclusion: str = "", evidence: list[str] = [],
    severity: Literal["unstated", "critical", "warning", "info"] = "unstated", advice: str = "", applies: str = "",
    module: str = "", anchors: list[str] = [], reopens: list[str] = [], triggers: list[str] = [], domain: str = "",
    tags: list[str] = [], until: str = "",
) -> NegativeChanged:  # fmt: skip
    """Record something that was tried and did not work, so that nobody tries it again unawares

    It is told before an edit of what it is tied to, before a command that it names, and by `decide` and `recall`
    where somebody asks for the same. Recorded again it counts anew from that day. Where nobody says until when it
    counts, it is four years for a person's word and two for an agent's.

    Parameters
    text: what was tried, in a sentence
    conclusion: what came of it
    evidence: what shows it: commits, incidents, measurements, one each
    severity: how bad it is to do it again
    advice: what to do instead
    applies: where and under which circumstances it holds
    module: the part of the project it is of
    anchors: the code it speaks of, as in `remember`
    reopens: what makes it worth another try when it changes: dep:PACKAGE, FILE::SYMBOL or FILE:LINES
    triggers: before what it is told: command:WORDS, edit:FILE, read:FILE, file:FILE
    domain: its room
    tags: words to find it by
    until: until when it counts, a date
    """
    if not conclusion.strip():
        raise MissingArgument("negative record", "conclusion", "say what came of it: why nobody should try it again")
    now = memory.now()
    moment = parse(until, now, end=True) if until else None
    if moment is not None and moment <= now:
        raise BadDate(until, "it is over; name a day to come")
    attempt = Attempt(
        text, conclusion, evidence, severity if severity != "unstated" else "", advice, applies, module, anchors,
        reopens, triggers, domain, tags, moment,
    )  # fmt: skip
    observer = Observer(memory.project.tree)
    with memory.writing() as transaction:
        done = keep(transaction, observer, attempt, memory.voice, memory.screening(deliberate=True))
    return changed(memory, done.memory, done.outcome, done.reason)


def changed(memory: Memory, name: str, outcome: str, why: str = "") -> NegativeChanged:
    """What was tried as it is after a change."""
    with memory.reading() as reader:
        one = told(one_of(memory, reader, reader.get(name), memory.now()))
        root = reader.root().root.hex()
    memory.trace_detail = {"memory": short(name), "root": root}
    return NegativeChanged(outcome, one, why, root)
