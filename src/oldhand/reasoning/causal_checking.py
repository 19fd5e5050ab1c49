"""What speaks for and against an assumption by itself, and what of predictions can be compared with what happened.

Only somebody's word, or a memory that is tied to it on purpose, settles an assumption. All else is a sign: it says
where to look.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from oldhand.code.anchors import CHANGED, GONE
from oldhand.errors import OldhandError
from oldhand.knowledge.anchoring import checker
from oldhand.model.anchor import parse as parse_anchor
from oldhand.model.identity import short
from oldhand.reasoning.causal_assumptions import FALSIFIED, VALIDATED, Assumption
from oldhand.reasoning.decisions import CURRENT, Decision
from oldhand.reasoning.outcomes import Ended
from oldhand.sessions.engram_keeping import fields_of, of_commit
from oldhand.sessions.engram_telling import number
from oldhand.store.fold import registers
from oldhand.store.shelf import Shelf

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.reader import Reader

CONTESTED, UNKNOWN = "contested", "unknown"
MET: Final = "met"
NOT_MET: Final = "not met"
CANNOT: Final = "cannot tell"
Verdict = Literal["met", "not met", "cannot tell"]
WENT_WELL, WENT_BADLY = ("confirmed", "survived"), ("failed", "reverted")
GOOD, BAD = 6_000, 4_000  # ten-thousandths: a piece of evidence above speaks for, one below against (weighing_outcomes)
# Effort up to so many times the estimate counts as met: estimates of people who plan are wrong by about a third in
# the mean (Jorgensen 2004, Journal of Systems and Software 70, a review of expert estimates: 30 to 40 %).
WITHIN = 1.4
LONGEST_CRITERION = 2_000  # characters of one that are read
# Words by which a criterion speaks of what evidence can tell. Folded; the beginning of a word is enough.
_PASS = ("pass", "green", "succe", "прох", "прош", "зелен", "зелён", "успе")
_REVERT = ("revert", "rolled", "откат", "отменя")
_INCIDENT = ("incident", "outage", "инцидент", "авари", "сбо")
_NOT = ("no", "not", "never", "without", "zero", "0", "не", "нет", "без", "ни", "никогда")
_THERE = ("exists", "exist", "there", "существует", "есть")
_AWAY = ("gone", "removed", "deleted", "удалён", "удален", "убран", "исчез")


class Sign(NamedTuple):
    """Something that speaks for an assumption (`favours`) or against it. strong: a memory that was tied to it on
    purpose; else an outcome, which has many causes, or a place that changed. ref: what can be opened."""

    favours: bool
    strong: bool
    said: str
    ref: str


class Compared(NamedTuple):
    """One expectation and what happened. because: what shows it, or what would."""

    expected: str
    verdict: Verdict
    because: str
    ref: str


def state_of(one: Assumption, signs: Sequence[Sign]) -> tuple[str, str]:
    """Whether an assumption holds (validated, falsified, contested, unknown), and by what: word, tie or nothing."""
    said = {state for state in (one.state, *one.states) if state}
    if said:
        return (CONTESTED if len(said) > 1 else said.pop()), "word"
    tied = {sign.favours for sign in signs if sign.strong}
    if tied:
        return (CONTESTED if len(tied) > 1 else VALIDATED if tied.pop() else FALSIFIED), "tie"
    return UNKNOWN, ""


def signs_of(
    memory: "Memory", reader: "Reader", one: Assumption, ends: Mapping[str, Ended], names: Mapping[str, str]
) -> list[Sign]:  # fmt: skip
    """What speaks for and against an assumption. ends: how decisions ended, names: what they are called, by id.

    A current memory that is tied to it by `contradicts` speaks against it, one by `answers` for it.
    """
    found = []
    for edge in reader.edges(one.id) if one.kept else ():
        if edge.rel not in ("contradicts", "answers") or (edge.rel == "answers" and edge.target != one.id):
            continue
        other = edge.source if edge.target == one.id else edge.target
        held = next(iter(reader.several([other], Shelf(CURRENT))), None)
        if held is not None and held.wordings:
            found.append(Sign(edge.rel == "answers", True, f"{held.trust}: {held.text}", short(held.id)))
    for name in one.decisions:
        end = ends.get(name)
        if end is not None and end.state in WENT_WELL + WENT_BADLY:
            said = f"{names.get(name, short(name))}: {end.state}"
            found.append(Sign(end.state in WENT_WELL, False, said, short(name)))
    return [*found, *_changed(memory, reader, one)]


def _changed(memory: "Memory", reader: "Reader", one: Assumption) -> list[Sign]:
    """The places and dependencies that an assumption is tied to and that are not as they were."""
    if not one.anchors:
        return []
    checks, found = checker(memory, ""), []
    held = reader.find(one.id)
    values = registers(held.record) if held is not None else {}
    for place in one.anchors:
        checked = checks.check(place, values.get(f"anchor/{place}", "")) if checks is not None else None
        if checked is not None and checked.state in (CHANGED, GONE):
            found.append(Sign(False, False, f"{place} {checked.state} since it was noted", place))
    return found


# -- predictions ------------------------------------------------------------------------------------------


def compared(memory: "Memory", reader: "Reader", decision: Decision, end: Ended) -> list[Compared]:
    """The criteria and the estimate of a decision beside what happened, as far as that can be told without judging."""
    found = [_criterion(memory, text, end) for text in decision.criteria]
    if (effort := _effort(reader, decision)) is not None:
        found.append(effort)
    return found


def _criterion(memory: "Memory", text: str, end: Ended) -> Compared:
    words = [word.strip(".,;:!?()\"'`") for word in text[:LONGEST_CRITERION].casefold().split()]

    def says(*beginnings: str) -> bool:
        return any(word.startswith(beginnings) for word in words)

    denied = any(word in _NOT for word in words)
    if says(*_REVERT) and denied:
        return _by_state(text, end, ("reverted",))
    if says(*_INCIDENT) and denied:
        return _by_state(text, end, ("failed",), "incident")
    if any(word in ("ci", "build") or word.startswith(("test", "suite", "тест", "сборк")) for word in words):
        if says(*_PASS) and not denied:
            return _by_tests(text, end)
    elif words and words[-1] in _THERE + _AWAY and (place := _place(text)):
        there = (memory.project.tree / place).exists()
        met = there if words[-1] in _THERE else not there
        said = f"{place} is {'there' if there else 'not there'}"
        return Compared(text, MET if met else NOT_MET, said, place)
    return Compared(text, CANNOT, "only who knows can say: `oldhand decision resolve`", "")


def _place(text: str) -> str:
    """The file that a criterion begins with; empty when it names none."""
    first = text.split()[0].strip("`\"'")
    try:
        anchor = parse_anchor(first)
    except OldhandError:
        return ""
    return str(anchor.path) if "." in first or "/" in first else ""


def _by_state(text: str, end: Ended, bad: Sequence[str], source: str = "revert") -> Compared:
    against = [one for one in end.evidence if one.source == source and one.value < BAD and one.weight]
    if end.state in bad or against:
        ref = against[-1].ref if against else ""
        return Compared(text, NOT_MET, against[-1].said if against else end.state, ref)
    if end.state in WENT_WELL:
        return Compared(text, MET, f"it {end.state}, and nothing of the kind was seen", "")
    return Compared(text, CANNOT, "too little is known yet: `oldhand outcomes update`", "")


def _by_tests(text: str, end: Ended) -> Compared:
    seen = [one for one in end.evidence if one.source in ("tests", "junit") and one.weight]
    if not seen:
        return Compared(
            text, CANNOT, "no run of tests was seen: `oldhand outcomes update` reads sessions and JUnit", ""
        )
    last = max(seen, key=lambda one: one.at)
    verdict: Verdict = MET if last.value > GOOD else NOT_MET if last.value < BAD else CANNOT
    return Compared(text, verdict, last.said, last.ref)


def _effort(reader: "Reader", decision: Decision) -> Compared | None:
    """The estimate beside the minutes of work that engrams of its commits tell; None where either is missing."""
    if decision.estimate is None:
        return None
    engrams = {held.id: held for sha in decision.commits for held in of_commit(reader, sha)}
    worked = round(sum(number(fields_of(held)["active"]) for held in engrams.values()) / 60_000)
    expected = f"{decision.estimate} minutes of work"
    if not worked:
        return Compared(expected, CANNOT, "no engram tells how long its commits took", "")
    verdict: Verdict = MET if worked <= WITHIN * decision.estimate else NOT_MET
    name = str(fields_of(next(iter(engrams.values())))["name"])
    return Compared(expected, verdict, f"its sessions worked {worked} minutes", name)
