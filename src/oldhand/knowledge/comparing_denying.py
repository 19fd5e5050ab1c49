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
    Read,
)
from oldhand.knowledge.comparing_words import NEGATIONS, word_set

FROM_TO = tuple({out, into} for out in ("from", "из", "с", "от") for into in ("to", "into", "onto", "в", "на", "к"))
ROOT = 4  # letters in which the forms of one word agree: fails, failed
APART = (*VALUES, "number", "date", "clock")  # what is denied of the one need not be denied of the other
_said = re.compile(r"[^\W_][\w./'-]{0,80}").findall
_DENYING = {"disabled": "enabled"}
_IDLE = word_set("do does did always the a an to")
LONG = 7  # words of a statement that says enough to be about one thing
_WITH = {"without": "with", "без": "с"}
MIRRORED = 3  # real words: who, does, whom
twice = re.compile(r"\b(?:not|never|no|не)\b.{1,200}\b(?:not|never|не)\b", re.I).search  # what denies twice says it
begins_all = re.compile(r"\W{0,3}(?:all|every|each|все|кажд\w{2,3})\b", re.I).match
begins_only = re.compile(r"\W{0,3}(?:only|solely|только|лишь)\b", re.I).match
_letters = re.compile(r"(?<=\w )[A-ZА-Я](?!\w)").findall  # "team A": which one is meant


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
    if not (begins_only(two.a.text) or begins_only(two.b.text)):
        return None  # "only in UTC" says nothing of who
    if {"only"} not in kinds or {"all"} not in kinds or two.a.force != two.b.force or not two.a.verb:
        return None
    told = [pair for pair in two.same if pair.old.role != "subject" and pair.old.weight >= WORD]
    rest = [token for token in (*two.old, *two.new) if token.role != "subject" and token.weight >= WORD]
    if not told or rest or any(pair.old.sign != pair.new.sign for pair in told):
        return None
    return Comparison("change", ("only some in the one, anybody in the other",), False, True)


def denied(two: Laid) -> Comparison | None:
    """One says what the other denies."""
    real = [pair for pair in two.same if pair.old.weight >= OPPOSITE] or two.same
    against = [pair for pair in real if pair.old.sign != pair.new.sign]
    if not against:
        return _left(two)
    reason = f"one says what the other denies: {against[0].new.said}"
    if _without(two) and _nothing_else(two):
        return Comparison("change", (reason,), False, True)
    if certain.opposite(two) or _parted(two):
        return Comparison("unrelated", (reason, "of opposite things: both may hold"))
    if two.slots:
        return Comparison("unsure" if two.ground >= ALIKE else "unrelated", (reason, "of different things"))
    if any(pair.old.sort in APART and pair.old.sign != pair.new.sign for pair in two.exchanged):
        return Comparison("unsure", (reason, f"of different things: {both(two.exchanged[0])}"))
    if _narrower(two):
        return Comparison("unsure", (reason, "but only in a part of the cases"))
    turned = {pair.old.sign > pair.new.sign for pair in against}
    if len(turned) > 1 and _nothing_else(two):
        return Comparison("change", (reason, "and the other way round"), False, True)
    if confined(two) or _foreign(two) or _qualified(two):
        if _denials(two):
            return Comparison("change", (reason,), False, True)
        return Comparison("unsure", (reason, "but by another limit or another deed"), False, True)
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
    if _denials(two):
        return Comparison("change", (reason,), False, True)
    if all(_denies(read) for read in (two.a, two.b)) and not _swapped(against):
        return Comparison("unsure", (reason, "and both deny something"), False, two.ground >= ALIKE)
    names = [pair for pair in against if pair.old.sort in VALUES]
    exact = weight_of(two.old) < WORD and weight_of(two.new) < WORD
    if (names and two.lean >= SAME_FRAME) or exact:
        return Comparison("change", (reason,), False, True)
    return Comparison("unsure", (reason,), False, two.ground >= ALIKE)


# What sets a limit: who says it in the one way and denies it in the other ("not without", "none over") agrees.
_LIMITS = word_set(
    "than more less fewer older younger newer below under over above without unless until except while before after "
    "beyond outside apart besides once larger greater smaller longer shorter "
    "без кроме пока до больше меньше старше младше выше ниже "
    "менее более через после спустя > < >= <="
)
_SUBJECT_TO = word_set("unless until except without while before без кроме пока до")
# What denies without being a negation: who says it agrees with who denies the opposite.
_UNSAID = word_set(
    "reject rejects rejected rejecting refuse refuses refused fail fails failed block blocks blocked blocking stop "
    "stops stopped frozen halted paused suspended prevent prevents prevented preventing lack lacks missing breaks "
    "break remove removes removed delete deletes deleted gone drop drops dropped strip omit omitted skip skips skipped "
    "ignore ignores ignored hide hides out away hidden excluded exempt free empty минуя вне исключен удален удалена "
    "удалены убран убрали блокирует блокируют блокируется падает отклоняются отклоняет отбрасываем"
)
_words = re.compile(r"[^\W\d_]{2,30}|[<>]=?").findall


_needless = re.compile(r"(?:not|n't) (?:need|require)|не нуж", re.I).search


def limited(two: Laid) -> bool:
    """Whether only one of them sets a limit, or denies by a word that is no negation."""
    limits = [(_LIMITS | _UNSAID).intersection(_words(read.text.casefold())) for read in (two.a, two.b)]
    return limits[0] != limits[1]


def confined(two: Laid) -> bool:
    """Whether the one denies only beyond a limit, or the other denies by a word that is no negation.

    What is denied without a limit is denied within it too.
    """
    if two.a.negated == two.b.negated:
        return limited(two)
    denier, sayer = (two.a, two.b) if two.a.negated else (two.b, two.a)
    if sayer.force == "may" and _needless(denier.text):
        return True  # "it is optional", "you don't need it"
    words = [frozenset(_words(read.text.casefold())) for read in (denier, sayer)]
    beyond = (words[0] - words[1]) & _LIMITS or (words[1] - words[0]) & _SUBJECT_TO
    unsaid = [{word[:ROOT] for word in said & _UNSAID} for said in words]
    return bool(beyond or unsaid[0] != unsaid[1])


def _nothing_else(two: Laid) -> bool:
    """Whether all words of the two are the same."""
    return not (two.exchanged or two.slots) and weight_of(two.old) < WORD and weight_of(two.new) < WORD


def _denials(two: Laid) -> bool:
    """Whether the two are the same word for word but for one denial, long enough to be about one thing."""
    a, b = (_said(read.text.casefold()) for read in (two.a, two.b))
    if min(len(a), len(b)) < LONG:
        return False
    passed = NEGATIONS | _IDLE
    left = [[_DENYING.get(word, word) for word in words if word not in passed] for words in (a, b)]
    return left[0] == left[1] and sum(word in NEGATIONS for word in a) != sum(word in NEGATIONS for word in b)


def _without(two: Laid) -> bool:
    """Whether the one has "with" where the other has "without", word for word."""
    a, b = ([_WITH.get(word, word) for word in read.text.casefold().split()] for read in (two.a, two.b))
    return a == b and len(a) >= LONG


def _swapped(against: list[Pair]) -> bool:
    """Whether what was denied beside another is said now, and the other is denied."""
    aside = [pair for pair in against if pair.old.aside or pair.new.aside]
    return any(pair.old.sign > pair.new.sign for pair in aside) and any(pair.old.sign < pair.new.sign for pair in aside)


def _denies(read: Read) -> bool:
    """Whether a statement denies anything: in a clause of its own, or a thing beside another."""
    return read.negated or any(token.sign < 0 for token in read.tokens)


def _qualified(two: Laid) -> bool:
    """Whether what is denied is more narrowly said than what the other says."""
    if two.a.negated == two.b.negated:
        return False
    own = two.old if two.a.negated else two.new
    return any(token.sign < 0 and token.weight >= OPPOSITE for token in own)


def _foreign(two: Laid) -> bool:
    """Whether what is denied is a deed that the other does not speak of: it is put in another way there."""
    said = {key for pair in two.same for key in (pair.old.key, pair.new.key)}
    said |= {key for pair in two.exchanged for key in (pair.old.key, pair.new.key)}
    for one, other in ((two.a, two.b), (two.b, two.a)):
        verbs = [token for token in one.tokens if token.sign < 0 and token.role == "value" and token.sort == "word"]
        if other.negated or not verbs:
            continue
        if verbs[0].weight >= WORD and verbs[0].key not in said:
            return True
    return False


def _parted(two: Laid) -> bool:
    """Whether each speaks of a subject of its own, by a word that the other's subject has not."""
    found = [pair for pair in two.exchanged if pair.old.role == pair.new.role == "subject"]
    own = [any(token.role == "subject" and token.weight >= OPPOSITE for token in side) for side in (two.old, two.new)]
    return bool(found) or all(own) or lettered(two) or mirrored(two)


def lettered(two: Laid) -> bool:
    """Whether each speaks of one of several that have a letter: team A, team B."""
    letters = [set(_letters(read.text)) for read in (two.a, two.b)]
    return all(letters) and not letters[0] & letters[1]


def mirrored(two: Laid) -> bool:
    """Whether what the one begins with the other ends with, both ways: who may do what to whom is turned round."""
    order = [[token for token in read.tokens if token.weight >= WORD] for read in (two.a, two.b)]
    if min(map(len, order)) < MIRRORED or any(one[-1].prep == "by" for one in order):
        return False
    (a, b) = order
    return a[0].key == b[-1].key and a[-1].key == b[0].key and a[0].key != a[-1].key


def _narrower(two: Laid) -> bool:
    """Whether what is denied is a part of what the other says: of one kind, in one place, for one purpose."""
    own = two.old if two.a.negated else two.new if two.b.negated else []
    if two.a.negated == two.b.negated:
        own = [*two.old, *two.new]
    return any(token.role == "scope" and token.weight >= WORD for token in own)


def _left(two: Laid) -> Comparison | None:
    """One says that something is gone which the other still has."""
    limits = [_LIMITS.intersection(_words(read.text.casefold())) for read in (two.a, two.b)]
    if limits[0] != limits[1]:
        return None  # "kept for ten days", "removed after ten days"
    gone = [token for token in (*two.old, *two.new) if token.group == "in-use"]
    named = [pair for pair in two.same if pair.old.sort in VALUES]
    if len(gone) == 1 and named and gone[0].sign > 0 and (two.lean >= HELD_BY_ONE or two.ground >= SAME_FRAME):
        return Comparison("change", (f"{named[0].new.said}: {gone[0].said}",), False, True)
    return None


def both(pair: Pair) -> str:
    """Both values of a pair, for a reason."""
    return f"{pair.old.said}, {pair.new.said}"
