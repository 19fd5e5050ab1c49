"""Forecasts from memory: decisions whose confidence was stated, with how they ended, and what is told of them.

Nothing is kept: each look reads decisions and outcomes as they are, so a revised outcome counts as what it is now.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from oldhand.reasoning.calibration_hint import Hint, hints
from oldhand.reasoning.decisions import AT_ONCE, EVER, KIND, Stated, decision_of, stated
from oldhand.reasoning.forecasts import WHOLE, Division, Forecast, Stater, divided
from oldhand.reasoning.outcomes import (
    COUNTED,
    PERSON,
    Ended,
    all_ended,
    as_evidence,
    evidence_id,
    outcome_of,
    pieces_of,
    put_together,
    several_ended,
    word_id,
)
from oldhand.reasoning.outcomes import KIND as OUTCOME
from oldhand.reasoning.weighing_outcomes import OPEN
from oldhand.store.by_kind import how_many, of_kind
from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import Shelf

DAY_MS = 86_400_000
# What a hint may be about, in the order in which it is told where several fit: who speaks before what it is about, as
# most decisions are of one room.
DIVISIONS: tuple[Division, ...] = ("model", "agent", "domain", "stated_by")
# Outcomes by which it is decided what is told. More make the look before a decision slow, and tell of who somebody was.
# With so many, 6 of 150 well calibrated agents were told anything in 300 looks at 1,500 outcomes; with all of them 2.
LATEST = 400
# Days after its confidence was stated in which evidence alone tells nobody anything. What fails is taken back within
# days or weeks; that something holds shows after half a year (SEEN_ENOUGH in `weighing_outcomes`). Counted from the
# first day, every young project would look too sure. A person's word counts at once.
YOUNG = 180
LONGEST_PART = 60  # characters of a part's name in a line: names of agents and models have some twenty
STATERS: tuple[Stater, ...] = ("person", "agent", "model")

_reckoned: dict[bytes, dict[str, Hint]] = {}  # what was reckoned last, by the root that it was reckoned from


class Case(NamedTuple):
    """One decision as a forecast. title: its own words, in short; stated_at: ms, when the confidence was first said;
    state: how it ended; by_word: whether a person's word decides that, and not evidence; refs: what a person can open
    to check it; forecast: the numbers."""

    decision: str
    title: str
    stated_at: int
    state: str
    by_word: bool
    refs: tuple[str, ...]
    forecast: Forecast


class Cases(NamedTuple):
    """What there is to reckon with. unstated: decisions that ended and whose confidence nobody stated; hindsight: ids
    of those whose confidence was stated when the outcome was known; open: ids of those with a stated confidence of
    whose end nothing is known yet, of those that have an outcome at all; young: ids of those of `cases` that are too
    young to tell by their evidence (YOUNG)."""

    cases: list[Case]
    unstated: int
    hindsight: tuple[str, ...]
    open: tuple[str, ...]
    young: tuple[str, ...] = ()

    @property
    def ripe(self) -> list[Case]:
        """Those by which it is decided what agents are told."""
        young = frozenset(self.young)
        return [case for case in self.cases if case.decision not in young]


def cases_of(reader: Reader, latest: int = 0) -> Cases:
    """The decisions whose confidence was stated and whose outcome is known, in order of id.

    latest: only those of so many outcomes that were said or changed last (0: all); 0.2 ms each.

    The first confidence that was ever stated counts, whatever was said later, and only when it was stated before the
    outcome was known (`known_since`). Without any memory of the kind `outcome` nothing is read.
    """
    if not how_many(reader, (OUTCOME,), COUNTED):
        return Cases([], 0, (), ())
    ended = _latest(reader, latest) if latest else all_ended(reader)
    found: list[Case] = []
    unstated, hindsight, open_ = 0, list[str](), list[str]()
    for held in _decisions(reader, sorted(ended)):
        end, said = ended[held.id], _first_stated(reader, held)
        known = end.state != OPEN and end.weight > 0
        if said is None:
            unstated += known
        elif not known:
            open_.append(held.id)
        elif known_since(end) <= said.at:
            hindsight.append(held.id)
        else:
            found.append(_case(held, end, said))
    since = reader.root().learned - YOUNG * DAY_MS  # by the journal's clock: the same memory always tells the same
    young = tuple(case.decision for case in found if not case.by_word and case.stated_at > since)
    return Cases(found, unstated, tuple(hindsight), tuple(open_), young)


def known_since(end: Ended) -> int:
    """When (ms) the outcome was known: at a person's word, else when half the weight of its evidence was there.

    A confidence that is stated then or later is hindsight and no forecast. Half, because a single early sign, such as a
    test that passed before the decision was written down, does not tell yet how it ends. Evidence is dated by its day,
    and counts from the end of it.
    """
    if end.word is not None and end.word.trust == PERSON:
        return end.word.at
    pieces = (*end.evidence, *([as_evidence(end.word)] if end.word else []))
    whole, seen = sum(one.weight for one in pieces), 0
    for one in sorted(pieces, key=lambda one: one.at):
        seen += one.weight
        if 2 * seen >= whole:
            return one.at + DAY_MS
    return end.at


def hint_for(
    reader: Reader, *, agent: str = "", model: str = "", domain: str = "", stated_by: str = ""
) -> Hint | None:  # fmt: skip
    """What this speaker is told of their confidence, or None, which is nearly always (`calibration_hint.hints`).

    `part` of the hint is the division and the name, as "agent claude". Where several fit, the model is told, then the
    agent, the domain, the kind of stater. All parts of all divisions count as looked at together.
    """
    told = hints_of(reader)
    speaking = {"domain": domain, "model": model, "agent": agent, "stated_by": stated_by}
    wanted = (part_name(by, speaking[by]) for by in DIVISIONS if speaking[by])
    return next((told[part] for part in wanted if part in told), None)


def hints_of(reader: Reader) -> dict[str, Hint]:
    """What is told of whom, by the LATEST outcomes without those of decisions that are too young.

    What was reckoned last is kept while the memory is unchanged.
    """
    root = reader.root().root
    if root not in _reckoned:
        told = all_hints(case.forecast for case in cases_of(reader, LATEST).ripe)
        _reckoned.clear()
        _reckoned[root] = told
    return _reckoned[root]


def all_hints(forecasts: Iterable[Forecast]) -> dict[str, Hint]:
    """Every part of every division that is to be told of, by its name, the largest gap first.

    Parts that hold the same forecasts (one agent with one model, say) are looked at once and count once.
    """
    known = list(forecasts)
    names: dict[tuple[Forecast, ...], list[str]] = {}
    for by in DIVISIONS:
        for name, part in divided(known, by).items():
            names.setdefault(tuple(part), []).append(part_name(by, name))
    found = hints({same[0]: part for part, same in names.items()})
    others = {same[0]: same for same in names.values()}
    return {name: hint._replace(part=name) for hint in found for name in others[hint.part]}


def part_name(by: Division, name: str) -> str:
    """A part as hints name it: "agent claude", "domain storage", "all persons"."""
    return f"all {name}s" if by == "stated_by" else f"{by} {name}"


def _latest(reader: Reader, most: int) -> dict[str, Ended]:
    """How those decisions ended whose outcomes were said or changed last."""
    held = reader.several(of_kind(reader, OUTCOME, most, standings=COUNTED), Shelf(COUNTED, kind=OUTCOME))
    of = {name: one for one in held if (name := outcome_of(one))}
    # Of most decisions nobody said a word, so evidence alone decides: that has been read already.
    spoken = {one.id for one in reader.several([word_id(name) for name in of], Shelf(COUNTED, kind=OUTCOME))}
    plain = {name for name, one in of.items() if one.id == evidence_id(name) and word_id(name) not in spoken}
    found = several_ended(reader, (name for name in of if name not in plain))
    for name in plain:
        found[name] = put_together(name, pieces_of(of[name]), None)
    return found


def _decisions(reader: Reader, names: Sequence[str]) -> Iterable[Held]:
    # Also those that were replaced or put away: else what went well would be all that is left to count.
    shelf = Shelf(standings=EVER, kind=KIND)
    for at in range(0, len(names), AT_ONCE):
        yield from reader.several(names[at : at + AT_ONCE], shelf)


def _case(held: Held, end: Ended, said: Stated) -> Case:
    refs = tuple(dict.fromkeys(one.ref for one in end.evidence if one.ref))
    forecast = Forecast(
        said.confidence, end.value, min(end.weight, WHOLE), _stater(said.stated_by, held.trust), said.agent, said.model,
        held.domain, end.at // DAY_MS,
    )  # fmt: skip
    by_word = end.word is not None and end.word.trust == PERSON
    return Case(held.id, held.title or held.text, said.at, end.state, by_word, refs, forecast)


def _first_stated(reader: Reader, held: Held) -> Stated | None:
    """The confidence that was first stated of a decision, by the clocks of those who said it; None when none was."""
    if len(held.wordings) == 1 and held.record["heads"][0]["stamp"] == held.record.get("first"):
        now = decision_of(held)  # never said otherwise: the history need not be read
        return None if now.confidence is None else Stated(
            held.created, now.confidence, now.stated_by, now.agent, now.model
        )  # fmt: skip
    return next(iter(stated(reader, held.id)), None)


def _stater(said: str, trust: str) -> Stater:
    """Who stated a confidence; where nobody said, whoever the memory's words come from."""
    return next((one for one in STATERS if one == said), "person" if trust == "user" else "agent")


def lines_told(reader: Reader) -> dict[str, str]:
    """What agents and models are told where a session opens, by the part's name; one line each, safe in a fence."""
    from oldhand.model.visible import fenced, line

    parts = (hint for hint in hints_of(reader).values() if hint.part.startswith(("agent ", "model ")))
    return {hint.part: f"CALIBRATION:{fenced(line(hint_line(hint)))}" for hint in parts}


def hint_line(hint: Hint) -> str:
    """A hint as one short line: who, what was stated, what happened, on how much evidence."""
    said = f"{hint.part[:LONGEST_PART]} stated {100 * hint.stated:.0f} % and {100 * hint.went:.0f} % went well"
    return f"{said} ({hint.trials:.0f} outcomes): {'be less sure' if hint.gap < 0 else 'be surer'}"
