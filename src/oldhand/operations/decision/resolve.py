"""The operation `decision resolve`."""

from typing import Literal, NamedTuple

from oldhand.errors import BadArgument, BadConfidence, NotADecision
from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import WRITE, operation
from oldhand.reasoning.decisions import named, of
from oldhand.reasoning.forecasts import WHOLE
from oldhand.reasoning.outcome_keeping import keep_word
from oldhand.reasoning.outcome_telling import OutcomeTold, told
from oldhand.store.reader import Reader

UNSTATED = -1.0  # how well it went was not said: the state tells it
BADLY, WELL = ("failed", "reverted"), ("confirmed", "survived")  # outcomes that say by themselves how well it went
OVER = ("erased", "rejected", "quarantined")  # nothing is said of how these ended


class Resolved(NamedTuple):
    """A decision of which somebody said how it ended. outcome: remembered, changed, unchanged, or quarantined (the word
    waits in review); ended: how it stands now, with all evidence."""

    outcome: str
    ended: OutcomeTold
    root: str


@operation(WRITE)
def resolve(
    memory: Memory, name: str, *,
    outcome: Literal["confirmed", "survived", "reworked", "reverted", "failed", "abandoned"],
    reason: str = "", went: float = UNSTATED, again: bool = False,
) -> Resolved:  # fmt: skip
    """Say how a decision ended, in a person's or an agent's own word

    The word is kept apart from the evidence (`oldhand outcomes show ID` tells both). A person's word decides; an
    agent's counts as one piece of evidence and never replaces a person's. The same word again changes nothing.

    Parameters
    name: the decision, by at least 6 characters of its id, its title, or words that only it has
    outcome: confirmed: it proved right; survived: it holds and nothing proved it; reworked: it stayed but had to be
        mended; reverted: it was taken back; failed: it proved wrong; abandoned: it was never carried out
    reason: how one knows, and what was learned: what the next decision is told
    went: how well it went, from 0 to 1, where the outcome alone does not tell it
    again: replace an earlier word; it stays in the history
    """
    if went != UNSTATED and not 0 <= went <= 1:
        raise BadConfidence(went)
    if went != UNSTATED and ((outcome in BADLY and went > 0.5) or (outcome in WELL and went < 0.5)):
        raise BadArgument("went", went, f"'{outcome}' says the opposite; 'reworked' has any share")
    share = None if went == UNSTATED else round(went * WHOLE)
    with memory.writing() as transaction:
        reader = Reader(transaction.connection)
        decision = named(reader, name)
        if decision.standing in OVER:
            raise NotADecision(short(decision.id), f"decision, {decision.standing}", "Nothing ends that does not hold.")
        kept = keep_word(
            transaction, reader, memory.voice, memory.screening(deliberate=True), decision.id, outcome, reason=reason,
            went=share, again=again,
        )  # fmt: skip
    with memory.reading() as reader:
        root = reader.root().root.hex()
        memory.trace_detail = {"memory": short(decision.id), "root": root}
        return Resolved(kept.outcome, told(reader, of(reader, decision.id)), root)
