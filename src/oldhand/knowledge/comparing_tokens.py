"""What a statement is made of when it is compared: its words and typed values."""

from typing import Literal, NamedTuple

# Weights, in tenths of an ordinary word.
NAME, WORD, OPPOSITE, FAINTLY = 15, 10, 5, 2


class Token(NamedTuple):
    """One word or value.

    sort: word, name, code, number, date, clock, path, url, flag; key: equal when it is the same thing; group: of what
    it can take the place; said: as written; weight: in tenths of an ordinary word; sign: -1 in what is denied; role:
    subject (before the verb), scope (after for, in, on … a place or purpose) or value (the rest); bound: of a number,
    min, max, more or less; prep: the preposition it stands behind, empty for none; clause: which
    clause of the sentence it is in; aside: denied by itself ("without X", ", not X"), not with its clause; names:
    whether a number tells which one is meant ("service 12"); span: which span of code it is in, from 1; 0 for none.
    """

    sort: str
    key: str
    group: str
    said: str
    weight: int
    sign: int = 1
    role: str = "value"
    bound: str = ""
    prep: str = ""
    clause: int = 0
    aside: bool = False
    names: bool = False
    span: int = 0


class Read(NamedTuple):
    """A statement as it is compared.

    tokens in order; quantities: all, some, only, except; force: must, may, should or empty; negated: whether any clause
    is denied; since, until: dates between which it says it holds; past: whether it speaks of how it was;
    verb: whether a verb ends its subject; label: whether a colon does; open_ended: whether it
    names one of several that may hold together (needs, supports, includes …); ordered: whether it says what comes
    then; conditions: the clauses that say when it is so; text: what was read.
    """

    tokens: tuple[Token, ...]
    quantities: frozenset[str]
    force: str
    negated: bool
    since: str
    until: str
    past: bool
    verb: bool
    label: bool
    open_ended: bool
    ordered: bool = False
    text: str = ""
    conditions: frozenset[int] = frozenset()


# Shares of the words, by weight, that both statements must have in common. Set on the looked-at pairs of
# tests/knowledge/pairs and on real documents (benchmarks/pairs); the other half of the pairs was not used.
SAME_FRAME = 0.5  # with a typed difference: the two speak of the same
HELD_BY_ONE = 0.8  # of the shorter one's words, where one statement says more than the other
SHARED_AT_ALL = 0.34  # below this the two are about different things
ALIKE = 0.72  # with no typed difference: they say the same
VALUES = ("name", "path", "code", "url", "flag")

Verdict = Literal["change", "paraphrase", "unrelated", "unsure"]


class Comparison(NamedTuple):
    """What comparing came to.

    reasons: in words, the decisive one first; certain: both speak of the very same, so the verdict may be acted on;
    typed: something that decides differs, so that an unsure pair may be a contradiction.
    """

    verdict: Verdict
    reasons: tuple[str, ...]
    certain: bool = False
    typed: bool = False
