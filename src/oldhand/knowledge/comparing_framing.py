"""Comparing two statements by the frame of words they keep: what differs in it, and in how many places.

Where all words agree but for one value, that is a change wherever the value stands. Where another word or another value
differs besides, it is mostly another thing that has a value of its own, and nothing is called a change.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from oldhand.knowledge import comparing_grammar as grammar
from oldhand.knowledge import comparing_values as values
from oldhand.knowledge.comparing_assigning import same_amount
from oldhand.knowledge.comparing_laying import Laid, Pair
from oldhand.knowledge.comparing_retelling import LEAST, LISTING, MEASURING, SAYING, akin
from oldhand.knowledge.comparing_tokens import VALUES, WORD, Comparison, Token
from oldhand.knowledge.comparing_words import (
    DENIED,
    FAINT,
    FORCES,
    GROUPS,
    NEGATIONS,
    OPPOSED,
    QUANTITIES,
    SPELLINGS,
    SYNONYMS,
    TECHNOLOGY,
)
from oldhand.model.terms import stem

LONGEST_MIDDLE = 24  # words between what both begin and end with that are laid side by side one by one
MOST_WORDS = 80  # of a statement: beyond them it is a document
_words = re.compile(
    r"-{1,2}[A-Za-z][\w-]{0,60}"  # a flag
    r"|[$€£₽]?\d[\w.,:%]{0,40}(?<![.,:])"
    r"|[^\W_](?:[\w./:@#%+=\\-]{0,80}[\w%+#/])?(?:'[a-z]{1,2}(?!\w))?"
    r"|[<>=]{1,2}|[./~][\w./*-]{1,80}"
).findall


class Word(NamedTuple):
    """A word of a frame.

    sort: number, code, path, proper, name: and its group, denial, quantity, force, small or word; key: equal when it
    says the same; said: as written.
    """

    sort: str
    key: str
    said: str


class Difference(NamedTuple):
    """Where the frame differs: the words of each, and how many words of the frame stand before and behind it."""

    old: tuple[Word, ...]
    new: tuple[Word, ...]
    before: int
    behind: int


class Frame(NamedTuple):
    """differences in order; kept: how many real words both have in one order; a, b: the words of each."""

    differences: tuple[Difference, ...]
    kept: int
    a: tuple[Word, ...]
    b: tuple[Word, ...]


@lru_cache(maxsize=64)
def words_of(text: str) -> tuple[Word, ...]:
    """The words of a text as it was phrased."""
    return tuple(_word(said, at) for at, said in enumerate(_words(text)[:MOST_WORDS]))


def _word(said: str, at: int) -> Word:
    low = said.casefold()
    low = low.replace("'", "") if low.endswith("n't") else low.partition("'")[0]
    if said[0].isdigit() or (said[0] in "$€£₽" and len(said) > 1):
        return Word("number", low.replace(",", "") if low.count(",") and len(low) > 4 else low, said)
    if low in values.NUMBER_WORDS:
        return Word("number", values.NUMBER_WORDS[low], said)
    if low in NEGATIONS or said.endswith("n't"):
        return Word("denial", low, said)
    if low in QUANTITIES:
        return Word("quantity", QUANTITIES[low], said)
    if low in FORCES:
        return Word("force", FORCES[low], said)
    if (
        low in _JOINING
        or low in grammar.SCOPES
        or low in grammar.STOP
        or (not said[0].isalnum() and said[0] not in "-./~")
    ):
        return Word("small", low, said)
    if "/" in said or said[0] in ".~":
        return Word("path", said.rstrip("/").removeprefix("./"), said)
    stemmed = stem(low)
    if name := SPELLINGS.get(low) or SPELLINGS.get(stemmed):
        return Word("name:" + GROUPS[name], name, said)
    if (
        any(sign in said for sign in "_.=:@#\\")
        or said[0] == "-"
        or any(sign.isdigit() for sign in said)
        or not (said.islower() or said.istitle() or said[1:].islower())
    ):
        return Word("code", said.casefold(), said)
    if at and said[:1].isupper():
        return Word("proper", SYNONYMS.get(stemmed, stemmed), said)
    return Word("word", SYNONYMS.get(stemmed, stemmed), said)


def framed(old: str, new: str) -> Frame:
    """Two texts (as phrased), their words side by side."""
    a, b = words_of(old), words_of(new)
    begin = 0
    while begin < min(len(a), len(b)) and a[begin].key == b[begin].key:
        begin += 1
    end = 0
    while end < min(len(a), len(b)) - begin and a[-1 - end].key == b[-1 - end].key:
        end += 1
    left, right = a[begin : len(a) - end], b[begin : len(b) - end]
    anchors = _common([w.key for w in left], [w.key for w in right])
    found, at, to = [], 0, 0
    for one, other in (*anchors, (len(left), len(right))):
        if one > at or other > to:
            found.append(Difference(left[at:one], right[to:other], begin + at, len(a) - begin - one))
        at, to = one + 1, other + 1
    kept = [*a[:begin], *(left[one] for one, _ in anchors), *a[len(a) - end :]]
    return Frame(tuple(found), sum(word.sort != "small" for word in kept), a, b)


def _common(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """The places of the longest sequence of words both have; none where the two are too long."""
    if not a or not b or len(a) > LONGEST_MIDDLE or len(b) > LONGEST_MIDDLE:
        return []
    table = [[0] * (len(b) + 1)]
    for one in reversed(a):
        below = table[-1]
        row = [0] * (len(b) + 1)
        for at in range(len(b) - 1, -1, -1):
            row[at] = below[at + 1] + 1 if one == b[at] else below[at] if below[at] >= row[at + 1] else row[at + 1]
        table.append(row)
    table.reverse()
    found, at, to = [], 0, 0
    while at < len(a) and to < len(b):
        if a[at] == b[to]:
            found.append((at, to))
            at, to = at + 1, to + 1
        elif table[at + 1][to] >= table[at][to + 1]:
            at += 1
        else:
            to += 1
    return found


_JOINING = grammar.CONJUNCTIONS | grammar.CONDITIONS | grammar.PREPOSITIONS
_PASSED = FAINT | MEASURING  # who says one of these more says nothing else
TYPED = ("number", "path", "code", "name", "proper")  # by how the sort of a word begins
_numbered = re.compile(r"v?\d[\d.]{0,12}(?:\.?[xXхХ*])?").fullmatch
_ends_or_begins = (  # of what the one says until then and the other from then on
    frozenset(("until", "till", "before", "below", "under", "up", "до", "<", "<=")),
    frozenset(("since", "from", "after", "above", "over", "с", "со", "после", ">", ">=")),
)


def parted(two: Laid, judged: Comparison) -> Comparison | None:
    """A change that is none, as two things differ: a value, and what it is the value of; or None."""
    if any(same_amount(pair.old.said, pair.new.said) for pair in two.exchanged):
        return Comparison("paraphrase", ("the same amount",))
    alike = not (two.old or two.new or two.slots) and len(two.exchanged) <= 1 and two.a.until == two.b.until
    if alike and all(pair.old.prep == pair.new.prep for pair in two.same):
        return None
    frame = framed(two.a.text, two.b.text)
    typed = [found for found in frame.differences if _typed(found)]
    told = "has become" in judged.reasons[0]
    if told and len(typed) > 1 and not _crossed(typed):
        return Comparison("unsure", ("several values differ", *judged.reasons))
    numbers = [found for found in typed if _number(found.old) and _number(found.new)]
    if not told and numbers and any(pair.old.sign != pair.new.sign for pair in two.same):
        return Comparison("unsure", ("another number, and denied", *judged.reasons))
    own = (_own(frame.a, frame.b), _own(frame.b, frame.a))
    if told and two.exchanged:
        valued = {word for found in typed for side in (found.old, found.new) for word in _valued(side)}
        valued |= {word for pair in two.exchanged for token in pair for word in words_of(token.said)}
        apart = [[word for word in side if word not in valued] for side in own]
        if all(apart) and (typed or any(pair.old.sort == "number" for pair in two.exchanged)):
            return Comparison(
                "unsure", (f"other words differ too: {apart[0][0].said}, {apart[1][0].said}", *judged.reasons)
            )
        first = [pair for pair in two.exchanged if pair.old in two.a.tokens[:2] and pair.new in two.b.tokens[:2]]
        if any(pair.old.sort in VALUES and pair.old.group not in OPPOSED for pair in first) and any(apart):
            return Comparison("unsure", ("they speak of different subjects", *judged.reasons))
    named = [found for found in frame.differences if found not in typed and _noun(frame, found)]
    denied = "denies" in judged.reasons[0]
    if denied and (named or all(own)) and not _turned(own):
        said = (named[0].old[0], named[0].new[0]) if named else (own[0][0], own[1][0])
        return Comparison("unsure", (f"other words differ too: {said[0].said}, {said[1].said}", *judged.reasons))
    if told and typed and two.exchanged and named:
        return Comparison(
            "unsure",
            (f"they speak of different things: {named[0].old[0].said}, {named[0].new[0].said}", *judged.reasons),
        )
    if told and typed and _opposed(frame):
        return Comparison("unsure", ("each holds on its side of a bound", *judged.reasons))
    return None


def _turned(own: Sequence[Sequence[Word]]) -> bool:
    """Whether the words that differ are those that deny and say: enabled, disabled."""
    return any(stem(word.said.casefold()) in DENIED or word.key in ("true", "false") for side in own for word in side)


def _valued(words: Sequence[Word]) -> set[Word]:
    """Of the words that differ the values, and behind a number what it counts."""
    return {
        word for at, word in enumerate(words)
        if word.sort.startswith(TYPED) or (at and words[at - 1].sort == "number")
    }  # fmt: skip


def _noun(frame: Frame, found: Difference) -> bool:
    """Whether one noun stands in the place of another: behind an article or a preposition."""
    if not found.before or frame.a[found.before - 1].sort != "small" or not (found.old and found.new):
        return False
    plain = all(word.sort in ("word", "proper") and word.key not in FAINT for word in (*found.old, *found.new))
    if not plain or any(word in frame.b for word in found.old) or any(word in frame.a for word in found.new):
        return False
    return not any(akin(word.key, other.key) for word in found.old for other in found.new)


def _typed(found: Difference) -> bool:
    """Whether each side of a difference has a typed value."""
    return all(any(word.sort.startswith(TYPED) for word in side) for side in (found.old, found.new))


def _number(words: Sequence[Word]) -> bool:
    return any(_numbered(word.key) for word in words)


def _crossed(typed: Sequence[Difference]) -> bool:
    """Whether the values of one stand in the other at each other's place."""
    keys = [{word.key for found in typed for word in getattr(found, side)} for side in ("old", "new")]
    return keys[0] == keys[1]


def _own(words: Sequence[Word], others: Sequence[Word]) -> list[Word]:
    """The real words of one statement that the other has in no form."""
    keys = {word.key for word in others}
    return [
        word for word in words
        if word.sort.startswith(("word", "proper", "name")) and word.key not in keys and word.key not in _PASSED
        and word.said.casefold() not in values.TIME and not any(akin(word.key, other.key) for other in others)
    ]  # fmt: skip


def _opposed(frame: Frame) -> bool:
    """Whether one says until when, and the other from when on."""
    own = [
        {word.said.casefold() for found in frame.differences for word in getattr(found, side)}
        for side in ("old", "new")
    ]
    ends, begins = _ends_or_begins
    return bool((own[0] & ends and own[1] & begins) or (own[0] & begins and own[1] & ends))


_VERBAL = frozenset(("accepting", "showing"))  # opposite deeds: of one thing one of them is done
FRAME = 3  # real words both must have in one order where nothing but one value differs
_measuring = re.compile(r"exceed|reach|превыша|достига|[<>]|than\b", re.I).search
_single = LEAST | frozenset(("default", "sole", "single", "default:", "(default:", "единственный", "единственная"))


def alone(two: Laid) -> Comparison | None:
    """A change of one value, where all the rest of two statements agrees; or None."""
    coded = all(pair.old.sort == "code" and not pair.old.group for pair in two.exchanged)
    if coded and not (two.a.label or two.b.label):
        return _named_alone(two)
    if len(two.exchanged) != 1 or two.a.since or two.a.until or two.a.past or two.b.past:
        return None
    pair = two.exchanged[0]
    if not _alone_known(two, pair) or any(same.old.sign != same.new.sign for same in two.same):
        return None
    rest = (
        [*two.old, *(token for old, _ in two.slots for token in old)],
        [*two.new, *(token for _, new in two.slots for token in new)],
    )
    if any(_says(token, other) for one, other in (rest, rest[::-1]) for token in one):
        return None
    frame = framed(two.a.text, two.b.text)
    if frame.kept < FRAME or sum(map(_real, frame.differences)) != 1 or _opposed(frame):
        return None
    return Comparison("change", (f"{pair.old.said.rstrip('.')} has become {pair.new.said.rstrip('.')}",), False, True)


_PLACED = frozenset(("in", "on", "at", "is", "are", "to", "as", "в", "на", "—", "это"))  # behind these stands one value
FEWEST = 2  # real words both must have where only a name differs


def _named_alone(two: Laid) -> Comparison | None:
    """A change of one name with digits or of one in code, behind "is" or "in", where all the rest agrees; or None."""
    if two.a.open_ended or two.b.open_ended or two.a.past or two.b.past or two.a.negated or two.b.negated:
        return None
    frame = framed(two.a.text, two.b.text)
    found = [one for one in frame.differences if _real(one)]
    if len(found) != 1 or frame.kept < FEWEST or len(found[0].old) != 1 or len(found[0].new) != 1:
        return None
    (old,), (new,) = found[0].old, found[0].new
    if (
        not (old.sort == new.sort == "code")
        or found[0].before < FEWEST
        or any(pair.old.key in LISTING | SAYING and pair.old.role != "subject" for pair in two.same)
    ):
        return None
    before = frame.a[found[0].before - 1].key
    if before not in _PLACED or (before not in ("is", "are", "—", "это") and found[0].behind):
        return None
    return Comparison("change", (f"{old.said} has become {new.said}",), False, True)


def _alone_known(two: Laid, pair: Pair) -> bool:
    """Whether a value is of a sort, and at a place, where only one can stand."""
    old, new = pair
    if old.names or new.names or old.sign != new.sign or old.bound != new.bound:
        return False
    words = {word.casefold().strip("()`*,:") for word in two.a.text.split()}
    sole = bool(words & _single) or "only" in two.a.quantities & two.b.quantities
    listing = any(same.old.key in LISTING | SAYING and same.old.role != "subject" for same in two.same)
    if listing and not (sole or old.bound):
        return False
    number = old.sort in ("number", "clock", "date")
    if old.group in _VERBAL:
        return old.sign > 0 and old.role == new.role == "value"
    if "subject" in (old.role, new.role) and not sole:
        return False
    if old.clause in two.a.conditions or new.clause in two.b.conditions:
        return number and bool(old.group or old.bound or _measuring(two.a.text))
    if number:
        return old.sign > 0 or bool(old.bound)
    return old.sign > 0 and (old.sort in ("path", "url") or old.group in TECHNOLOGY) and (sole or old.role == "value")


def _says(token: Token, others: Sequence[Token]) -> bool:
    """Whether a word that only one statement has says something: it is no form of a word of the other."""
    return token.weight >= WORD and not any(token.key == other.key or akin(token.key, other.key) for other in others)


def _real(found: Difference) -> bool:
    """Whether a difference is more than one of small words, or of the form of a word."""
    sides = [
        [word for word in side if word.sort != "small" and word.key not in FAINT] for side in (found.old, found.new)
    ]
    if not any(sides):
        return False
    if all(word.sort in ("word", "proper") for side in sides for word in side):
        related = all(any(akin(word.key, other.key) for other in sides[1]) for word in sides[0])
        return not (all(sides) and related)
    return True
