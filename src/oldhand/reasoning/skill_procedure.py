"""How to go about it: what a skill refers to beside its figures, and what those memories say now.

Success criteria of its decisions that went well, what was tried and failed, and the conventions and gotchas that hold
for the subject. A skill keeps references alone: a memory that is reworded is told as it is, one that no longer holds is
left out, and nothing said by somebody stands twice.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from oldhand.errors import DamagedObject, UnknownId
from oldhand.knowledge.trusting import VOUCHING, may_open, orders_unvouched
from oldhand.model.anchor import DEPENDENCY
from oldhand.model.identity import short
from oldhand.reasoning import negative
from oldhand.reasoning.similar import matching
from oldhand.reasoning.skill_subjects import MODULE, NAMED_DEPENDENCY, Subject
from oldhand.reasoning.skills import CURRENT, Reference
from oldhand.store.anchored import tied, tied_below
from oldhand.store.fold import counted
from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import Shelf

CRITERION, AVOID, CONVENTION, GOTCHA = "criterion", "avoid", "convention", "gotcha"
WENT_WELL = 7_500  # value, in ten-thousandths, from which on a decision's criteria are worth repeating: survived
MOST_OF_A_SORT = 5  # references of each: a screen, not a report
MOST_TIED = 40  # memories tied to the subject's place that are looked at
NO_CLOCK = 0  # the moment for which references are chosen: what time alone ends is left out when they are told


class Advice(NamedTuple):
    """One thing told of how to go about it. id: of the memory that says it; vouched: whether a person or the project's
    files said or confirmed it, and it gives no orders otherwise; instead: what to do in its place, of what failed."""

    sort: str
    id: str
    text: str
    instead: str
    trust: str
    vouched: bool


def references(reader: Reader, subject: Subject) -> list[Reference]:
    """What a skill refers to. The same memories give the same references at any time."""
    return [*_criteria(subject), *_avoided(reader, subject), *_in_force(reader, subject)]


def advice(reader: Reader, told: Iterable[Reference], now_ms: int) -> tuple[list[Advice], int]:
    """(what is told of references now, how many no longer hold or may not be told)."""
    found, gone = list[Advice](), 0
    for one in told:
        said = _advice(reader, one, now_ms)
        gone += said is None
        found += [said] if said else []
    return found, gone


def vouched(held: Held) -> bool:
    """Whether a person or the project's files said or confirmed a memory, and its text gives no orders of others."""
    by = held.trust in VOUCHING or any(count and level in VOUCHING for level, count in counted(held.record).items())
    return by and not orders_unvouched(held)


def _criteria(subject: Subject) -> Iterator[Reference]:
    well = [case.decision for case in subject.cases if case.outcome[0] >= WENT_WELL and case.outcome[1] > 0]
    seen: set[str] = set()
    for one in sorted(well, key=lambda one: (-one.at, one.id)):
        for number, text in enumerate(one.criteria):
            folded = " ".join(text.casefold().split())
            if folded not in seen and len(seen) < MOST_OF_A_SORT:
                seen.add(folded)
                yield Reference(CRITERION, short(one.id), number)


def _avoided(reader: Reader, subject: Subject) -> list[Reference]:
    """What was tried and failed: what came of these very decisions, then what concerns the subject."""
    own = [
        edge.source
        for case in subject.cases
        for edge in reader.edges(case.decision.id)
        if edge.rel == "derived_from" and edge.target == case.decision.id
    ]
    came = [held.id for held in reader.several(sorted(set(own)), Shelf(CURRENT, kind=negative.KIND))] if own else []
    others = negative.about(reader, subject.shown, _places(subject), now_ms=NO_CLOCK, expired=True, most=MOST_OF_A_SORT)
    names = dict.fromkeys([*came, *(one.id for one in others)])
    return [Reference(AVOID, short(name), 0) for name in list(names)[:MOST_OF_A_SORT]]


def _in_force(reader: Reader, subject: Subject) -> list[Reference]:
    found: list[Reference] = []
    for kind in (CONVENTION, GOTCHA):
        names = [held.id for held in _there(reader, subject, kind) if not negative.is_negative(held)]
        found += [Reference(kind, short(name), 0) for name in list(dict.fromkeys(names))[:MOST_OF_A_SORT]]
    return found


def _there(reader: Reader, subject: Subject, kind: str) -> Iterator[Held]:
    """The memories of a kind that are tied to the subject's place or say its name."""
    shelf = Shelf(CURRENT, kind=kind)
    if subject.rule == MODULE:
        yield from reader.several(tied_below(reader, subject.shown, MOST_TIED)[0], shelf)
    if subject.rule == NAMED_DEPENDENCY:
        yield from reader.several(tied(reader, f"{DEPENDENCY}{subject.shown}", MOST_TIED), shelf)
    for one in matching(reader, subject.shown, shelf, MOST_OF_A_SORT):
        yield one.held


def _places(subject: Subject) -> Sequence[str]:
    if subject.rule == NAMED_DEPENDENCY:
        return (f"{DEPENDENCY}{subject.shown}",)
    return (subject.shown,) if subject.rule == MODULE else ()


def _advice(reader: Reader, one: Reference, now_ms: int) -> Advice | None:
    """What a reference says now; None when its memory is gone, does not stand, or ended."""
    try:
        held = reader.get(reader.resolve(one.id))
    except (UnknownId, DamagedObject):
        return None
    return _said(held, one, now_ms)


def _said(held: Held, one: Reference, now_ms: int) -> Advice | None:
    over = held.valid_until is not None and held.valid_until < now_ms
    if not held.wordings or (one.sort != CRITERION and (over or held.standing not in CURRENT)):
        return None
    content = held.wordings[-1].content
    text, instead = held.text, ""
    if one.sort == CRITERION:
        criteria = content.get("criteria", ())
        if held.standing in ("rejected", "quarantined") or one.number >= len(criteria):
            return None
        text = str(criteria[one.number])
    elif one.sort == AVOID:
        instead = str(content.get("advice", ""))
        if negative.known(held, now_ms).state != negative.IN_FORCE:
            return None
    if orders_unvouched(held) or (one.sort != CRITERION and not may_open(held) and held.standing == "active"):
        return None
    return Advice(one.sort, held.id, text, instead, held.trust, vouched(held))
