"""Comparing two statements: other words stand in the place of a name or of what a statement says of its subject.

Only where one thing can hold at a time is that a change: what is used for something, where it is kept, what it is.
"""

import re
from collections.abc import Sequence

from oldhand.knowledge.comparing_grammar import ARTICLES
from oldhand.knowledge.comparing_laying import Laid, weight_of
from oldhand.knowledge.comparing_tokens import ALIKE, OPPOSITE, SAME_FRAME, VALUES, WORD, Comparison, Read, Token
from oldhand.knowledge.comparing_words import ATTRIBUTES, CHOOSING, ONE_BY, SYNONYMS, word_set
from oldhand.model.terms import stem

INSTRUMENTS = word_set("with via by through to as using с через")  # behind these stands what is chosen
BEHIND = word_set("from via through из через")  # behind these stands the one way that is taken
PLACED = word_set("in on at under into onto в на под по")  # where it is kept or goes, behind a verb that says so
LONGEST_SLOT = 3  # words in the place of others: what is longer is another sentence
# What is named with one of these is one thing: the pool is 5, jobs use a delay, handlers return a dict.
BEHIND_VERB = 2  # place of the first word that can stand behind what is done and the verb
TEAM = frozenset(SYNONYMS.get(stem(word), stem(word)) for word in word_set("team service команда служба сервис отдел"))
SINGLE = frozenset(
    SYNONYMS.get(stem(word), stem(word))
    for word in word_set("use follow return throw raise store keep live write call default expire start build")
)


def replaced(two: Laid) -> Comparison | None:
    """Names or words in the place of others, where only one can hold."""
    if len(two.slots) != 1:
        return None
    old, new = two.slots[0]
    reason = f"{_said(old)} has become {_said(new)}"
    if two.ground >= SAME_FRAME and _held(two, old, new):
        judged = _named(two, old, new, reason) or _framed(two, old, new, reason)
        if judged:
            return judged
    named = all(any(_name_like(token) for token in side) for side in (old, new))
    if two.ground >= ALIKE:
        first = old[0] is two.a.tokens[0] and new[0] is two.b.tokens[0]  # most likely the subjects
        both_hold = first or (two.a.open_ended and two.b.open_ended)
        return Comparison("unsure", (reason,), False, named and not both_hold)
    return Comparison("unrelated", ("too little in common", reason))


def _held(two: Laid, old: list[Token], new: list[Token]) -> bool:
    """Whether the two can be about one question: a topic in common, and of no list."""
    topic = [pair for pair in two.same if pair.old.weight >= WORD]
    worded = any(pair.old.sort in ("word", "name") for pair in topic)
    listed = two.a.open_ended and two.b.open_ended and old[0].prep not in BEHIND
    denied = any(token.sign < 0 for token in (*old, *new))  # two prohibitions hold together
    short = len(old) <= LONGEST_SLOT and len(new) <= LONGEST_SLOT
    counted = [any(token.sort == "number" for token in side) for side in (old, new)]
    sound = worded and short and not any(counted)  # amounts of one sort would have been exchanged
    return sound and not (listed or denied or two.a.label or two.b.label)


def _named(two: Laid, old: list[Token], new: list[Token], reason: str) -> Comparison | None:
    """One name in the place of another, behind a word that has one."""
    named = (any(_name_like(token) for token in old), any(_name_like(token) for token in new))
    if all(len({token.prep for token in side if token.prep}) > 1 for side in (old, new)):
        return None  # two phrases each: another thing, and what is said of it
    keys = {pair.old.key for pair in two.same if pair.old.role != "subject"}
    instrument = old[0].prep == new[0].prep and old[0].prep in INSTRUMENTS | BEHIND
    chosen = bool(keys & (CHOOSING | {"use", "is"}))
    attribute = any(pair.old.key in ATTRIBUTES and pair.old.role == "subject" for pair in two.same)
    attribute = attribute and two.a.verb and two.b.verb and old[0].role == new[0].role == "value"
    answered = old[0].role == new[0].role == "subject"  # another subject has been found to be the answer
    rest = weight_of(two.old) < WORD and weight_of(two.new) < WORD
    if answered or (all(named) and (instrument or chosen or attribute)):
        return Comparison("change", (reason,), rest and all(named) and two.ground >= ALIKE, True)
    if rest and old[0].prep == new[0].prep == "as" and not answered:
        return Comparison("change", (reason,), False, True)
    if rest and all(named) and not old[0].prep and not new[0].prep and two.a.verb and two.b.verb and not answered:
        return Comparison("change", (reason,), False, True)
    one_by = bool(keys & ONE_BY) and old[0].prep == new[0].prep in ("by", "по") and len(old) == len(new) == 1
    if rest and one_by:
        return Comparison("change", (reason,), False, True)
    if rest and ((any(named) and instrument) or (attribute and len(old) == len(new) == 1)):
        return Comparison("change", (reason,), False, True)
    return None


def _framed(two: Laid, old: list[Token], new: list[Token], reason: str) -> Comparison | None:
    """Plain words in the place of others in a sentence that is otherwise the very same."""
    if _rest(two.old) or _rest(two.new) or two.exchanged:
        return None
    own = {id(token) for token in (*old, *new)}
    order = [[token.key for token in read.tokens if id(token) not in own] for read in (two.a, two.b)]
    if order[0] != order[1]:
        return None
    first, second = old[0], new[0]
    if "subject" in (first.role, second.role) or "scope" in (first.role, second.role) or first.prep != second.prep:
        return None
    subject = [pair for pair in two.same if pair.old.role == "subject" and pair.old.weight >= WORD]
    told = [pair for pair in two.same if pair.old.role == "value" and pair.old.weight >= WORD]
    verbs = {pair.old.key for pair in two.same if pair.old.role != "subject"}
    ends = old[-1] is two.a.tokens[-1] and new[-1] is two.b.tokens[-1]
    behind = all(_right_behind(read, side[0]) for read, side in ((two.a, old), (two.b, new)))
    placed = first.prep in (INSTRUMENTS | BEHIND | PLACED) - {"by"} and bool(subject or told) and behind
    placed = placed and bool(verbs & CHOOSING) and not _modifies(two, old)
    single = bool(verbs & SINGLE) and bool(subject) and not first.prep and ends
    deed = first.prep == "by" and two.a.verb and two.b.verb and bool(subject) and not (two.a.past or two.b.past)
    last = ends and bool(told) and not first.prep
    if placed or single or deed or (last and _team(two.a, first) and _team(two.b, second)):
        return Comparison("change", (reason,), False, True)
    return None


def _modifies(two: Laid, tokens: list[Token]) -> bool:
    """Whether what both say goes on right behind a word: in "the billing gateway" it tells which gateway is meant."""
    found = re.search(rf"(?<!\w){re.escape(tokens[-1].said)}[ -](?=\w)(\w{{1,40}})", two.a.text)
    return found is not None and any(pair.old.said == found[1] and pair.old.weight >= WORD for pair in two.same)


def _right_behind(read: Read, token: Token) -> bool:
    """Whether nothing but an article stands between a preposition and a word."""
    before, _, _ = f" {read.text.casefold()} ".partition(f" {token.said.casefold()}")
    words = before.split()
    if words[-1:] and words[-1] in ARTICLES:
        del words[-1]
    return words[-1:] == [token.prep]


def _team(read: Read, token: Token) -> bool:
    """Whether a word begins the name of a team or a service, or stands behind the word for one."""
    at = read.tokens.index(token)
    return any(other.key in TEAM for other in read.tokens[max(at - 1, BEHIND_VERB) : at + 1])


def _rest(tokens: Sequence[Token]) -> bool:
    """Whether something is left that says something."""
    return any(token.weight >= OPPOSITE for token in tokens)


def _name_like(token: Token) -> bool:
    return token.sort in VALUES or bool(token.group)


def _said(tokens: Sequence[Token]) -> str:
    return " ".join(token.said for token in tokens)
