"""What nobody checked for long: assumptions, and predictions beside what happened."""

from typing import TYPE_CHECKING, NamedTuple

from oldhand.model.moment import day
from oldhand.reasoning.causal_assumptions import FALSIFIED, Assumption, all_assumptions
from oldhand.reasoning.causal_checking import CANNOT, Compared, compared
from oldhand.reasoning.causal_telling import Named, Told
from oldhand.reasoning.decisions import every
from oldhand.reasoning.outcomes import Ended

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.reader import Reader

DATE = 10  # characters of a date at the beginning of a piece of evidence


class DueAssumption(NamedTuple):
    """An assumption that is to be checked. state: as far as it is known; checked: when that was last said, empty for
    never; since: when the first decision came to rest on it; by: what would check it; decisions: that rest on it."""

    id: str
    text: str
    state: str
    checked: str
    since: str
    by: list[str]
    decisions: list[Named]


class Prediction(NamedTuple):
    """What was expected of a decision. compared: each criterion, and the estimate, beside what happened; state: how it
    ended; due: whether it is old and nobody said whether it came as predicted; by: what would check it."""

    id: str
    title: str
    decided: str
    predicted: str
    compared: list[Compared]
    state: str
    due: bool
    by: str


def due_assumptions(memory: "Memory", reader: "Reader", before_ms: int) -> list[DueAssumption]:
    """The assumptions on which a decision rests since before a moment, and that nobody checked since; the longest
    unchecked first."""
    telling = Told(memory, reader)
    found: list[tuple[str, DueAssumption]] = []
    for one in all_assumptions(reader):
        rests = [telling.decided[name] for name in one.decisions if name in telling.decided]
        since = min(rests, default=one.updated)
        checked = max((piece[:DATE] for piece in one.evidence), default="")
        if not rests or since > before_ms or checked > day(before_ms):
            continue
        told = telling.of(one, places=True)
        if told.state == FALSIFIED:
            continue  # it is known; what rests on it is named by `causal assumptions`
        by = _checks(one, [sign.said for sign in told.signs if not sign.strong])
        due = DueAssumption(one.id, one.text, told.state, checked, day(since), by, told.decisions)
        found.append((checked or day(since), due))
    return [due for _, due in sorted(found, key=lambda pair: (pair[0], pair[1].id))]


def _checks(one: Assumption, signs: list[str]) -> list[str]:
    """What would check an assumption: what speaks of it by itself, then somebody's word."""
    return [*signs, f"say it: `oldhand causal validate {one.id[:12]} --evidence …`, or `causal falsify`"]


def predictions(memory: "Memory", reader: "Reader", before_ms: int) -> list[Prediction]:
    """The decisions of which something was expected, those to be checked first, then the latest."""
    telling = Told(memory, reader)
    found: list[tuple[tuple[bool, int, str], Prediction]] = []
    for decision in every(reader):
        if not decision.predicted and not decision.criteria and decision.estimate is None:
            continue
        end = telling.ends.get(decision.id) or Ended(decision.id, "open", 0, 0, (), None, 0)
        each = compared(memory, reader, decision, end)
        unsaid = end.word is None and (bool(decision.predicted) or any(one.verdict == CANNOT for one in each))
        due = unsaid and decision.at <= before_ms
        by = f"`oldhand decision resolve {decision.id[:12]}` says how it went" if unsaid else ""
        one = Prediction(decision.id, decision.name, day(decision.at), decision.predicted, each, end.state, due, by)
        found.append(((not due, -decision.at, decision.id), one))
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]
