"""Compressing: a shorter text over several, made of their own sentences, and whether a text covers its inputs.

Everything here is a function of texts alone: the same inputs give the same summary and the same score, on
every machine and at every time. No model is asked. What a summary must not lose are the *values* of its
inputs (numbers, versions, paths, identifiers, error codes, options, names and code in backticks) and their *rules*:
sentences that forbid, require or restrict.
"""

import re
from collections import Counter
from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from math import sqrt
from typing import NamedTuple

from oldhand.exchange.prose import LONGEST_BLOCK, sentences, terminated
from oldhand.model.terms import ENGLISH_STOP_WORDS, RUSSIAN_STOP_WORDS, mentions
from oldhand.model.tokens import estimate
from oldhand.recall.cue import kind_of

COVERAGE_FLOOR = 0.6
"""The least share of the inputs' weighted terms that a summary must have. Below it a reader who knows only the
summary misses more than he is told; mnemo warns at the same share, here it is refused."""
INPUT_FLOOR = 0.34
"""The least share of the terms of each single input: below a third, nothing of what it says can be made out, however
well the others are covered."""
RULE_SHARE = 0.5  # of a rule's terms that one sentence of the summary must have to say it
MOST_SENTENCES = 5_000  # of all inputs together that are weighed: a summary of a book is not made of sentences
VALUE_WEIGHT = 2.0  # what a value, or an input, that is still missing counts for beside a term: it must be kept

_spans = re.compile(r"`([^`\n]{1,300})`").findall
_flags = re.compile(r"(?<![\w-])(--?[A-Za-z][\w-]{1,60})").findall  # --dry-run, -rf
_named = re.compile(r"[A-ZА-ЯЁ][^\W\d_]+").fullmatch  # Postgres, Redis, Франкфурт
_first_word = re.compile(r"\W*(\w+)").match
_hyphened = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+){1,8}").fullmatch  # read-only, client's: words, no names
_forbids = re.compile(
    r"\b(?:never|not|cannot|no longer|without|forbidden|except|unless|don't|doesn't|can't|won't|isn't|aren't|mustn't"
    r"|не|ни|никогда|нельзя|запрещ\w{0,8}|без|кроме|нет)\b",
    re.I,
).search
_requires = re.compile(
    r"\b(?:must|always|only|required|shall|every|all|обязательн\w{0,4}|всегда|только|должн\w{0,4}|кажд\w{0,4}|все)\b",
    re.I,
).search
_SPAN = "`"  # before the key of a span of code: no term begins with it
_STOP = ENGLISH_STOP_WORDS | RUSSIAN_STOP_WORDS


class Cover(NamedTuple):
    """How a summary covers its inputs. coverage: the share of their weighted terms that it has, 0 to 1; values: how
    many values and rules they have; lost: the values that it does not have, as they were written, then such rules;
    unsaid: the numbers of the inputs of which it says too little."""

    coverage: float
    values: int
    lost: tuple[str, ...]
    unsaid: tuple[int, ...] = ()

    @property
    def enough(self) -> bool:
        """Whether the shares reach their floors."""
        return self.coverage >= COVERAGE_FLOOR and not self.unsaid


def values_of(text: str) -> dict[str, str]:
    """The values of a text that no summary may lose: by their term, as they are written.

    Numbers, versions, paths, identifiers, error codes, options of commands, what stands in backticks, and names:
    words with a capital letter that do not begin a sentence.
    """
    found: dict[str, str] = {}
    for sentence in _sentences(text):
        begins = _first_word(sentence)
        first = begins[1] if begins else ""
        for written, term, parts in mentions(sentence):
            if written.casefold() in _STOP or (_hyphened(written) and written.islower()):
                continue
            acronym = len(written) > 1 and written.isupper()
            name = written != first and _named(written)
            if kind_of(written, parts) != "word" or acronym or name:
                found.setdefault(term, written)
    return found | {_SPAN + " ".join(span.split()): span for span in (*_spans(text), *_flags(text))}


def terms_of(text: str) -> set[str]:
    """The terms of a text that say something: without stop words."""
    return {term for written, term, _ in mentions(text) if written.casefold() not in _STOP}


def rules_of(text: str) -> list[str]:
    """The sentences of a text that forbid, require or restrict: a summary must say each of them with that force."""
    return [said for said in _sentences(text) if _forbids(said) or _requires(said)]


def cover(inputs: Sequence[str], summary: str) -> Cover:
    """How well a summary covers its inputs. A term counts for the square root of how many inputs have it, so that
    what all speak of weighs more than what one mentions, and less than each mention by itself."""
    each = [terms_of(text) for text in inputs]
    weights = _weights(each)
    said = terms_of(summary)
    whole = sum(weights.values())
    share = sum(weight for term, weight in weights.items() if term in said) / whole if whole else 1.0
    unsaid = [number for number, terms in enumerate(each) if len(terms & said) < INPUT_FLOOR * len(terms)]
    values = _all_values(inputs)
    kept = _everything(summary)
    plain = " ".join(summary.split())
    lost = [w for term, w in values.items() if term not in kept and not (term[0] == _SPAN and term[1:] in plain)]
    rules = list(dict.fromkeys(rule for text in inputs for rule in rules_of(text)))
    lost += _unsaid(rules, summary)
    return Cover(share, len(values) + len(rules), tuple(dict.fromkeys(lost)), tuple(unsaid))


def _unsaid(rules: Sequence[str], summary: str) -> list[str]:
    """The rules that no sentence of a summary says with the same force."""
    whole = list(dict.fromkeys(_sentences(summary)))
    verbatim = {terminated(said) for said in whole}  # as `extract` writes them
    sentences_said = [(terms_of(said), bool(_forbids(said)), bool(_requires(said))) for said in whole]
    found = []
    for rule in rules:
        if terminated(rule) in verbatim:
            continue
        terms, forbids, requires = terms_of(rule), bool(_forbids(rule)), bool(_requires(rule))
        if not any(
            len(terms & said) >= RULE_SHARE * len(terms) and (denies if forbids else asks >= requires)
            for said, denies, asks in sentences_said
        ):
            found.append(rule)
    return found


def extract(inputs: Sequence[str], budget_tokens: int = 0) -> str:
    """A summary made of whole sentences of the inputs, in their order: few that keep every value and reach the floor.

    Sentences are taken one after the other, each the one that adds most weight for its tokens; ties go to the
    earlier. No sentence is cut: a part of one may say the opposite of the whole. budget_tokens: no more than so
    many, whatever is lost (0: as many as it takes); `cover` tells what was lost.
    """
    choice = _Choice([terms_of(text) for text in inputs], set(_all_values(inputs)), budget_tokens)
    choice.take(_pieces(inputs))
    lines: dict[int, list[str]] = {}
    for piece in sorted(choice.chosen):
        lines.setdefault(piece.source, []).append(terminated(piece.text))
    return "\n".join(" ".join(line) for line in lines.values())


class _Piece(NamedTuple):
    """A sentence of an input. number: its place among all; source: the input it is of; rule: whether it forbids,
    requires or restricts; terms: those that say something; all_terms: every term and span in it, to find values by."""

    number: int
    source: int
    text: str
    rule: bool
    terms: frozenset[str]
    all_terms: frozenset[str]
    tokens: int


class _Choice:
    """What is chosen so far, and what the summary still lacks."""

    def __init__(self, inputs: Sequence[set[str]], values: set[str], budget: int) -> None:
        self.chosen: list[_Piece] = []
        self._missing, self._budget = values, budget
        self._weights = _weights(inputs)
        self._floor = COVERAGE_FLOOR * sum(self._weights.values())
        self._wanting = {number: INPUT_FLOOR * len(terms) for number, terms in enumerate(inputs) if terms}
        self._inputs_with: dict[str, list[int]] = {}
        for number, terms in enumerate(inputs):
            for term in terms:
                self._inputs_with.setdefault(term, []).append(number)
        self._said: set[str] = set()
        self._rules = 0
        self._tokens, self._covered = 0, 0.0

    @property
    def _complete(self) -> bool:
        return not (self._missing or self._wanting or self._rules) and self._covered >= self._floor

    def take(self, pieces: Sequence[_Piece]) -> None:
        """Take pieces, the most telling first, until nothing is lacking or none adds anything.

        What a piece adds only becomes less as others are taken, so a piece whose worth is computed anew and is
        still the largest is the best of all.
        """
        self._rules = sum(piece.rule for piece in pieces)
        waiting = [(-self._gain(piece), piece) for piece in pieces]
        heapify(waiting)
        while waiting and not self._complete:
            before, piece = heappop(waiting)
            gain = -self._gain(piece)
            if not gain:
                continue
            if gain != before:
                heappush(waiting, (gain, piece))
            elif not self._budget or self._tokens + piece.tokens <= self._budget:
                self._add(piece)

    def _gain(self, piece: _Piece) -> float:
        """What a piece adds for each of its tokens: weighted terms not said yet, values that are missing yet, a rule,
        and a word for an input of which too little is said."""
        fresh = sum(sorted(self._weights.get(term, 0.0) for term in piece.terms - self._said))  # one order: one sum
        needed = len(piece.all_terms & self._missing) + piece.rule + (piece.source in self._wanting)
        return (fresh + VALUE_WEIGHT * needed) / max(piece.tokens, 1)

    def _add(self, piece: _Piece) -> None:
        self.chosen.append(piece)
        self._tokens += piece.tokens
        self._rules -= piece.rule
        fresh = piece.terms - self._said
        self._covered += sum(sorted(self._weights.get(term, 0.0) for term in fresh))
        for number in [number for term in fresh for number in self._inputs_with.get(term, ())]:
            if number in self._wanting:
                self._wanting[number] -= 1
                if self._wanting[number] <= 0:
                    del self._wanting[number]
        self._said |= piece.terms
        self._missing -= piece.all_terms


def _sentences(text: str) -> list[str]:
    """The sentences of a text, line by line, so that lists fall apart into their items."""
    blocks = (
        line[start : start + LONGEST_BLOCK].strip()
        for line in text.splitlines()
        for start in range(0, len(line), LONGEST_BLOCK)
    )
    return [said for block in blocks for said in sentences(block) if said]


def _pieces(inputs: Sequence[str]) -> list[_Piece]:
    """Every sentence of the inputs; what was said before is left out."""
    found: dict[str, _Piece] = {}
    for source, text in enumerate(inputs):
        for said in _sentences(text):
            key = " ".join(said.casefold().split())
            if key not in found and len(found) < MOST_SENTENCES:
                terms, everything = frozenset(terms_of(said)), frozenset(_everything(said))
                rule = bool(_forbids(said) or _requires(said))
                found[key] = _Piece(len(found), source, said, rule, terms, everything, estimate(said))
    return list(found.values())


def _weights(inputs: Sequence[set[str]]) -> dict[str, float]:
    """What each term of the inputs counts for: the square root of how many inputs have it."""
    counts: Counter[str] = Counter(term for terms in inputs for term in sorted(terms))
    return {term: sqrt(count) for term, count in counts.items()}


def _all_values(inputs: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in inputs:
        for term, written in values_of(text).items():
            found.setdefault(term, written)
    return found


def _everything(text: str) -> set[str]:
    """Every term of a text and every span of code in it, as the keys of `values_of` name them."""
    found = {name for _, term, parts in mentions(text) for name in (term, *parts)}
    return found | {_SPAN + " ".join(span.split()) for span in (*_spans(text), *_flags(text))}
