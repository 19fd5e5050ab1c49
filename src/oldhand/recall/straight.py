"""Setting straight: a superseded memory yields to its successor; of two that speak of one thing the newer leads."""

import re
from typing import TYPE_CHECKING

from oldhand.model.terms import index_terms
from oldhand.recall.rank import said_at
from oldhand.recall.reading import Question, weight_of
from oldhand.store.fold import registers
from oldhand.store.reader import Held, Reader

if TYPE_CHECKING:
    from oldhand.recall.answer import Found

SAME_QUESTION = 0.35  # of what two answers speak of together, by weight, this much must be common to both
CLOSE = 0.7  # of the best score the second must have: a far better match is never overturned by a date
ALIKE = 1 / 3  # of all the terms of two texts this much is common when they are two wordings of one statement
APART_MS = 60_000  # moments nearer to each other are one: what was read in together has no order in time
_past = re.compile(
    r"\b(?:at first|original|originally|initially|used to|formerly|earliest|oldest|at the start|back then"
    r"|сначала|изначально|раньше|прежде|впервые|первоначально)\b", re.I
).search  # fmt: skip

LONGEST_SUCCESSION = 16  # supersessions followed before a chain is taken for a circle
CURRENT = ("active", "contested")


def successor(reader: Reader, held: Held) -> Held | None:
    """The memory that stands in the place of a superseded one, or None when there is none to show.

    The nearest current one counts, the latest of several; successors that were put away are passed over.
    """
    seen = {held.id}
    generation = [held]
    for _ in range(LONGEST_SUCCESSION):
        names = sorted({name for one in generation for name in _followers(one)} - seen)
        seen.update(names)
        found = [follower for name in names if (follower := reader.find(name))]
        if current := [follower for follower in found if follower.standing in CURRENT]:
            return max(current, key=lambda follower: (follower.updated, follower.id))
        generation = [follower for follower in found if follower.standing == "superseded"]
    return None


def _followers(held: Held) -> list[str]:
    """The memories that say they supersede this one."""
    return [
        name.split("/", 2)[2]
        for name, stands in registers(held.record).items()
        if stands and name.startswith("from/supersedes/")
    ]


def newest_first(ordered: "list[Found]", asked: Question, moment: int) -> "list[Found]":
    """Of the two best answers, when they speak of the same part of the cue, the one that was said later first.

    People correct themselves without saying so: what they said last is what holds. Where the two texts
    are much alike, the older says which is newer. A cue that asks for how it was before is left alone.
    moment: of which the answer tells, in milliseconds since 1970.
    """
    if len(ordered) < 2 or _past(asked.cue.text):
        return ordered
    first, second, *rest = ordered
    if not {first.held.standing, second.held.standing} <= set(CURRENT):
        return ordered  # what was put away says nothing of what holds
    if second.signals.score < CLOSE * first.signals.score or not _same_question(first, second, asked):
        return ordered
    apart = said_at(second.held)[0] - said_at(first.held)[0]
    if abs(apart) < APART_MS:
        return ordered
    newer, older = (second, first) if apart > 0 else (first, second)
    if newer.held.valid_until is not None and newer.held.valid_until < moment:
        return ordered  # it has expired: what was said before it may hold again
    if _alike(newer, older):
        older = older._replace(newer=newer.held.id)
    return [newer, older, *rest]


def _alike(one: "Found", other: "Found") -> bool:
    """Whether two texts look like two wordings of one statement."""
    some, others = (set(index_terms(found.held.text)) for found in (one, other))
    return len(some & others) >= ALIKE * len(some | others)


def _same_question(one: "Found", other: "Found", asked: Question) -> bool:
    """Whether two answers speak of the same words of the cue, by weight."""
    either = one.signals.reading.terms | other.signals.reading.terms
    both = one.signals.reading.terms & other.signals.reading.terms
    weights = {term.term: weight_of(term, asked.weighted) for term in asked.cue.terms if term.term in either}
    total = sum(weights.values())
    return bool(total) and sum(weights[term] for term in both) >= SAME_QUESTION * total
