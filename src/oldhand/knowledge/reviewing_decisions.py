"""Decisions that wait for somebody: they went badly and are in force still, rest on what proved false, or are due.

Worked out from the state each time, and bounded. What somebody confirmed or reworded since does not wait any longer;
when its outcome changes, it waits again. A prediction waits again when nobody says a word for as long once more.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.knowledge.doubted_endings import doubted
from oldhand.knowledge.ended_badly import WORD, ended_badly, outcomes_of
from oldhand.knowledge.reviewing import DUE, RESTS_ON_FALSE, WENT_BADLY
from oldhand.knowledge.reviewing_log import Found, last_said
from oldhand.model.identity import short
from oldhand.recall.render import clipped
from oldhand.store.by_kind import how_many, of_kind
from oldhand.store.reader import Held
from oldhand.store.shelf import Shelf
from oldhand.store.waiting import named

if TYPE_CHECKING:
    from oldhand.store.reader import Reader

CURRENT = ("active", "contested")
DECISION, OUTCOME, ASSUMPTION = "decision", "outcome", "assumption"
DEPENDS, FALSIFIED = "depends_on", "falsified"  # as in reasoning.causal_assumptions
DUE_MS = 90 * 86_400_000  # after which nobody's word on a prediction is missed, as `causal calibrate` has it
MOST_OUTCOMES = 200  # latest outcomes that are looked at: 20 ms; what comes further back waited for long
MOST_ASSUMPTIONS = 200  # latest ones
MOST_RESTING = 200  # decisions that rest on one assumption, directly or through others
MOST_DECISIONS = 200  # the most important, then latest ones, whose predictions are looked at: 20 ms
MOST_DUE = 10  # predictions that are put up: `causal calibrate` names all of them
SHOWN_TEXT = 100  # characters of an outcome, an assumption or a prediction in a sentence


class Waits(NamedTuple):
    """A decision that may wait. cause: one of the three; since: ms since 1970; detail: what was found, in words."""

    cause: str
    decision: str
    since: int
    detail: str


def waiting(reader: "Reader", now_ms: int) -> Iterator[tuple[str, Found]]:
    """The decisions in force that wait, each with its cause. Where there is no decision, nothing is read."""
    if not how_many(reader, (DECISION,), CURRENT):
        return
    due = 0
    for one in (*_went_badly(reader), *_rest_on_false(reader), *_due(reader, now_ms)):
        if due >= MOST_DUE and one.cause == DUE:
            return
        for candidate in named(reader, [one.decision]):
            if candidate.standing in CURRENT and last_said(reader, one.decision) <= one.since:
                due += one.cause == DUE
                yield one.cause, Found(candidate, one.since, one.detail)


def _went_badly(reader: "Reader") -> Iterator[Waits]:
    """Decisions in force that failed or were reverted, since that is known; what only an agent's tie shows says so."""
    if not how_many(reader, (OUTCOME,), CURRENT):
        return
    latest = reader.several(of_kind(reader, OUTCOME, MOST_OUTCOMES, standings=CURRENT), Shelf(CURRENT, kind=OUTCOME))
    ids = dict.fromkeys(str(_content(one).get("of", "")) for one in latest)
    decisions = _in_force(reader, [name for name in ids if name])
    badly = ended_badly(reader, decisions)
    for one in decisions:
        if one.id in badly:
            known = list(outcomes_of(reader, one).values())
            said = next((end.text for end in known if _content(end).get("state") == badly[one.id]), "")
            detail = badly[one.id] if said in ("", badly[one.id]) else _line(said.removeprefix(f"{badly[one.id]}: "))
            yield Waits(WENT_BADLY, one.id, max(end.updated for end in known), _led(badly[one.id], detail))
        elif end := doubted(reader, one):
            detail = _led(end.state, _line(end.text.removeprefix(f"{end.state}: ")))
            yield Waits(WENT_BADLY, one.id, end.updated, f"{detail} {end.mark}")


def _rest_on_false(reader: "Reader") -> Iterator[Waits]:
    """Decisions in force that rest on an assumption that somebody found not to hold, directly or through others."""
    if not how_many(reader, (ASSUMPTION,), CURRENT):
        return
    names = of_kind(reader, ASSUMPTION, MOST_ASSUMPTIONS, standings=CURRENT)
    for held in reader.several(names, Shelf(CURRENT, kind=ASSUMPTION)):
        if any(one.content.get("state") == FALSIFIED for one in held.wordings):
            for decision in _in_force(reader, _resting(reader, held.id)):
                yield Waits(RESTS_ON_FALSE, decision.id, held.updated, f"{short(held.id)} {_line(held.text)}")


def _resting(reader: "Reader", name: str) -> list[str]:
    """What rests on a memory by ties, directly or through others, nearest first; MOST_RESTING at most."""
    found: dict[str, None] = {}
    waiting = [name]
    while waiting and len(found) < MOST_RESTING:
        edges = [edge for one in waiting for edge in reader.edges(one) if edge.rel == DEPENDS and edge.target == one]
        fresh = dict.fromkeys(edge.source for edge in edges if edge.source not in found)
        found |= fresh
        waiting = list(fresh)
    return list(found)[:MOST_RESTING]


def _due(reader: "Reader", now_ms: int) -> Iterator[Waits]:
    """Decisions of which something was predicted long ago, and nobody said whether it came so; the oldest first.

    DUE_MS are counted from when it was made or somebody last said, reworded or confirmed it, whichever is later: what
    is recorded or imported long after it was made is due as late as any other.
    """
    held = _in_force(reader, of_kind(reader, DECISION, MOST_DECISIONS, standings=CURRENT))
    latest = now_ms - DUE_MS
    expected = [(one, said) for one in held if max(_since(one), one.created) <= latest and (said := _expects(one))]
    silent = [(max(_since(one), last_said(reader, one.id)), one, said) for one, said in expected]
    old = [each for each in silent if each[0] <= latest]
    for at, one, said in sorted(old, key=lambda each: (each[0], each[1].id)):
        if not any(name.startswith(WORD) for name in outcomes_of(reader, one)) and not ended_badly(reader, [one]):
            yield Waits(DUE, one.id, at + DUE_MS, _line(said))


def _since(one: Held) -> int:
    return one.valid_from if one.valid_from is not None else one.created


def _expects(one: Held) -> str:
    """What somebody expected of a decision; empty for nothing."""
    said = _content(one)
    criteria = said.get("criteria", ())
    listed = [str(each) for each in criteria] if isinstance(criteria, (list, tuple)) else [str(criteria)]
    return str(said.get("predicted", "")).strip() or "; ".join(listed).strip()


def _in_force(reader: "Reader", names: list[str]) -> list[Held]:
    found = reader.several(names, Shelf(CURRENT, kind=DECISION)) if names else []
    return [one for one in found if one.wordings]


def _content(held: Held) -> dict[str, Any]:
    return held.wordings[-1].content if held.wordings else {}


def _led(state: str, detail: str) -> str:
    return state if detail == state else f"{state}: {detail}"


def _line(text: str) -> str:
    return clipped(" ".join(text.split()), SHOWN_TEXT)
