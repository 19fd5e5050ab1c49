"""Comparing two statements that have the same words: one denies the other, or says them the other way round."""

import re

from oldhand.knowledge import comparing_certain as certain
from oldhand.knowledge.comparing_laying import Laid, Pair, weight_of
from oldhand.knowledge.comparing_tokens import (
    ALIKE,
    HELD_BY_ONE,
    OPPOSITE,
    SAME_FRAME,
    SHARED_AT_ALL,
    VALUES,
    WORD,
    Comparison,
)

FROM_TO = tuple({out, into} for out in ("from", "из", "с", "от") for into in ("to", "into", "onto", "в", "на", "к"))
MIRRORED = 3  # real words: who, does, whom
_letters = re.compile(r"(?<=\w )[A-Z](?!\w)").findall  # "team A": which one is meant


def turned(two: Laid) -> Comparison | None:
    """The same words the other way round: A before B and B before A, A over B and B over A."""
    order = [pair for pair in two.exchanged if pair.old.group == "time-order"]
    a, b = two.pivot_old, two.pivot_new
    if not a[0] or not b[0] or a[0] == b[0] or two.ground < SAME_FRAME:
        return None
    crosswise = a[0] in b[1] and b[0] in a[1]
    if not crosswise:
        return None
    if any(pair.old.sign != pair.new.sign for pair in two.same):
        return Comparison("unrelated", ("the other way round, and denied: both may hold",))
    if order:
        return Comparison("paraphrase", ("the same order, said from the other end",), False)
    return Comparison("change", ("the same words the other way round",), True, True)


def ways(two: Laid) -> Comparison | None:
    """What one goes from the other goes to: another way, and not another value."""
    for pair in two.same:
        if {pair.old.prep, pair.new.prep} in FROM_TO and (two.exchanged or two.ground >= SAME_FRAME):
            return Comparison("unsure", (f"from and to: {pair.old.said}",))
    return None


def opened(two: Laid) -> Comparison | None:
    """Only some may in the one what anybody may in the other."""
    kinds = [{"all", "only"} & read.quantities for read in (two.a, two.b)]
    if {"only"} not in kinds or {"all"} not in kinds or two.a.force != two.b.force or not two.a.verb:
        return None
    told = [pair for pair in two.same if pair.old.role != "subject" and pair.old.weight >= WORD]
    rest = [token for token in (*two.old, *two.new) if token.role != "subject" and token.weight >= WORD]
    if not told or rest or any(pair.old.sign != pair.new.sign for pair in told):
        return None
    return Comparison("change", ("only some in the one, anybody in the other",), False, True)


def denied(two: Laid) -> Comparison | None:
    """One says what the other denies."""
    real = [pair for pair in two.same if pair.old.weight >= WORD] or two.same
    against = [pair for pair in real if pair.old.sign != pair.new.sign]
    if not against:
        return _left(two)
    reason = f"one says what the other denies: {against[0].new.said}"
    if certain.opposite(two) or _parted(two):
        return Comparison("unrelated", (reason, "of opposite things: both may hold"))
    if two.slots:
        named = any(pair.old.sort in VALUES for pair in against) and len(against) == len(real)
        if named and two.ground >= ALIKE:
            return Comparison("change", (reason,), False, True)
        return Comparison("unsure" if two.ground >= ALIKE else "unrelated", (reason, "of different things"))
    if any(pair.old.sort in VALUES and pair.old.sign != pair.new.sign for pair in two.exchanged):
        return Comparison("unsure", (reason, f"of different things: {both(two.exchanged[0])}"))
    if _narrower(two):
        return Comparison("unsure", (reason, "but only in a part of the cases"))
    aside = all(pair.old.aside or pair.new.aside for pair in against)
    if len(against) == len(real) and not (aside and two.ground < ALIKE):
        if two.ground >= (SAME_FRAME if len(real) > 1 else ALIKE):
            exact = weight_of(two.old) < WORD and weight_of(two.new) < WORD
            return Comparison("change", (reason,), exact, True)
        if two.lean >= HELD_BY_ONE and len(real) > 1 and two.ground >= SHARED_AT_ALL:
            return Comparison("change", (reason,), False, True)
        if two.ground >= SHARED_AT_ALL:
            return Comparison("unsure", (reason,), False, two.ground >= ALIKE)
        return Comparison("unrelated", (reason,))
    names = [pair for pair in against if pair.old.sort in VALUES]
    exact = weight_of(two.old) < WORD and weight_of(two.new) < WORD
    if (names and two.lean >= SAME_FRAME) or exact:
        return Comparison("change", (reason,), False, True)
    return Comparison("unsure", (reason,), False, two.ground >= ALIKE)


def _parted(two: Laid) -> bool:
    """Whether each speaks of a subject of its own, by a word that the other's subject has not."""
    found = [pair for pair in two.exchanged if pair.old.role == pair.new.role == "subject"]
    own = [any(token.role == "subject" and token.weight >= OPPOSITE for token in side) for side in (two.old, two.new)]
    letters = [set(_letters(read.text)) for read in (two.a, two.b)]
    return bool(found) or all(own) or (all(letters) and not letters[0] & letters[1]) or _mirrored(two)


def _mirrored(two: Laid) -> bool:
    """Whether what the one begins with the other ends with, both ways: who may do what to whom is turned round."""
    order = [[token for token in read.tokens if token.weight >= WORD] for read in (two.a, two.b)]
    if min(map(len, order)) < MIRRORED or any(one[-1].prep == "by" for one in order):
        return False
    (a, b) = order
    return a[0].key == b[-1].key and a[-1].key == b[0].key and a[0].key != a[-1].key


def _narrower(two: Laid) -> bool:
    """Whether one speaks of a part of what the other speaks of: of one kind, in one place, for one purpose."""
    return any(token.role == "scope" and token.weight >= WORD for token in (*two.old, *two.new))


def _left(two: Laid) -> Comparison | None:
    """One says that something is gone which the other still has."""
    gone = [token for token in (*two.old, *two.new) if token.group == "in-use"]
    named = [pair for pair in two.same if pair.old.sort in VALUES]
    if len(gone) == 1 and named and gone[0].sign > 0 and (two.lean >= HELD_BY_ONE or two.ground >= SAME_FRAME):
        return Comparison("change", (f"{named[0].new.said}: {gone[0].said}",), False, True)
    return None


def both(pair: Pair) -> str:
    """Both values of a pair, for a reason."""
    return f"{pair.old.said}, {pair.new.said}"
