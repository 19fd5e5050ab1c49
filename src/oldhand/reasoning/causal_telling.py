"""Assumptions as replies tell them, and what saying that one holds, or does not, replies."""

from typing import TYPE_CHECKING, NamedTuple

from oldhand.reasoning.causal_assumptions import (
    FALSIFIED,
    Assumption,
    Verdict,
    all_assumptions,
    assumption,
    resting_on,
    settle,
)
from oldhand.reasoning.causal_checking import CONTESTED, Sign, signs_of, state_of
from oldhand.reasoning.decisions import every, several
from oldhand.reasoning.outcomes import all_ended

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oldhand.memory import Memory
    from oldhand.store.reader import Reader


class Named(NamedTuple):
    """A decision that rests on something. state: how it ended; standing: whether it still stands."""

    id: str
    title: str
    state: str
    standing: str


class AssumptionTold(NamedTuple):
    """An assumption. state: validated, falsified, contested or unknown; by: word (somebody said so), tie (a memory that
    is tied to it says so) or empty; kept: whether a memory keeps it, or only decisions name it; evidence: as it was
    said; signs: what else speaks for or against it; decisions: that rest on it directly; trust: of its wording."""

    id: str
    text: str
    state: str
    by: str
    kept: bool
    evidence: list[str]
    signs: list[Sign]
    decisions: list[Named]
    trust: str
    standing: str


class Settled(NamedTuple):
    """An assumption after somebody said whether it holds. outcome: changed, unchanged (it was said before), contested
    (it stands beside what others said who are believed more) or quarantined, with the reason; resting: the decisions
    that rest on it, directly or through others."""

    outcome: str
    reason: str
    assumption: AssumptionTold
    resting: list[Named]
    root: str


class Told:
    """What is needed to tell of assumptions, read once. ends: how decisions ended; names, decided: what they are called
    and when they were made (ms), by id."""

    def __init__(self, memory: "Memory", reader: "Reader") -> None:
        self._memory, self._reader = memory, reader
        self.ends = all_ended(reader)
        known = list(every(reader))
        self.names = {one.id: one.name for one in known}
        self.decided = {one.id: one.at for one in known}
        self._standing = {one.id: one.standing for one in known}
        self._known: dict[str, Assumption] = {}

    def of(self, one: Assumption, *, places: bool) -> AssumptionTold:
        """An assumption. places: whether the places that it is tied to are looked at, too."""
        self._known[one.id] = one
        looked = one if places else one._replace(anchors=())
        signs = signs_of(self._memory, self._reader, looked, self.ends, self.names)
        state, by = state_of(one, signs)
        decisions = [self.named(name) for name in one.decisions]
        return AssumptionTold(
            one.id, one.text, state, by, one.kept, list(one.evidence), signs, decisions, one.trust, one.standing
        )  # fmt: skip

    def with_places(self, told: AssumptionTold) -> AssumptionTold:
        """The same with the places looked at."""
        one = self._known[told.id]
        return self.of(one, places=True) if one.anchors else told

    def named(self, decision: str) -> Named:
        """A decision in short."""
        end = self.ends.get(decision)
        title = self.names.get(decision, "")
        return Named(decision, title, end.state if end else "open", self._standing.get(decision, ""))

    @staticmethod
    def sorted(items: "Sequence[AssumptionTold]") -> list[AssumptionTold]:
        """What was found not to hold, what is contested, then the others; of each, those with most resting on them."""
        order = {FALSIFIED: 0, CONTESTED: 1}
        return sorted(items, key=lambda one: (order.get(one.state, 2), -len(one.decisions), one.id))


def settled(memory: "Memory", name: str, verdict: Verdict, evidence: "Sequence[str]") -> Settled:
    """Say whether an assumption holds, and name what rests on it. Raises UnknownAssumption, BadArgument."""
    screening = memory.screening(deliberate=True)
    with memory.reading() as reader:
        one = assumption(reader, name)
    with memory.writing() as transaction:
        tree = memory.project.tree
        done, said = settle(transaction, tree, one, verdict, evidence, memory.voice, screening, memory.now())
    with memory.reading() as reader:
        now = next(known for known in all_assumptions(reader) if known.id == done)
        telling = Told(memory, reader)
        resting = [telling.named(each.id) for each in several(reader, resting_on(reader, done))]
        told = telling.of(now, places=False)
        root = reader.root().root.hex()
    memory.trace_detail = {"memory": done[:12], "root": root}
    outcome, reason = (said.outcome, said.reason) if said is not None else ("unchanged", "")
    return Settled(outcome, reason, told, resting, root)
