"""Small grammars over the words of a sentence: classes of words, in order, with bounded gaps between them.

A pattern is read from left to right as a set of places where it can be, so its cost is bounded by its length and that
of its gaps: nothing is ever tried again. Notation, items divided by spaces:

- `a|b`: one of these words; `a_b`: two words, one after the other; `stem*`: a word that begins so; `*end`: one that
  ends so; `#`: a number in digits; `@CLASS`: any word of a class (a class may hold all of these, and other classes);
- `..N`: up to N words of any kind but `not`; `x?`: may be missing; `!x`: the next word is not this one;
- `^`, `$`: where a clause begins and ends (`$` also among others: `now|$`);
- `A <N> B`: both orders, with up to N words between; a line that ends in `|` goes on in the next.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

SHORTEST_STEM = 2  # letters; shorter ones would be looked up for nothing
_TOKEN = re.compile(r"\w[\w']*|[%,:;()\u2013\u2014]|(?<=\s)-(?=\s)")
_CODE = re.compile(r"`[^`]{0,200}`|\"[^\"]{0,200}\"|«[^«»]{0,200}»|“[^“”]{0,200}”")
_GOES_ON = re.compile(r"\|\n\s*")
_SHORT = {"'s": "'s", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would", "'m": "am"}
_WHOLE = {
    "can't": ("can", "not"), "cannot": ("can", "not"), "won't": ("will", "not"), "let's": ("let", "us"),
    "gonna": ("going", "to"),
}  # fmt: skip
NEGATIONS = frozenset(("not", "не"))  # a pattern that wants one names it
BREAK = ","  # stands for everything that divides clauses


class Words(NamedTuple):
    """A sentence as words in small letters, contractions undone, `ё` as `е`; spans: where each stands in it."""

    said: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]


class Piece(NamedTuple):
    """One item that takes words: exact ones, beginnings, ends, rows of several."""

    words: frozenset[str]
    stems: tuple[str, ...]
    ends: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    digits: bool
    closes: bool
    optional: bool
    refused: bool

    def takes(self, word: str) -> bool:
        """Whether a single word is one of these."""
        return word in self.words or word.startswith(self.stems) or self.loosely(word)

    def loosely(self, word: str) -> bool:
        """Whether it is one of these by its end, or as a number."""
        return word.endswith(self.ends) or (self.digits and word[0].isdigit())

    def after(self, said: tuple[str, ...], at: int) -> Iterator[int]:
        """Where it can end when it begins at a place."""
        if self.closes and (at >= len(said) or said[at] == BREAK):
            yield at
        if at >= len(said):
            return
        if self.takes(said[at]):
            yield at + 1
        for row in self.rows:
            if said[at : at + len(row)] == row:
                yield at + len(row)


Step = Piece | int | None  # a gap is its length; None is where a clause begins
Pattern = tuple[str, tuple[str, ...]]  # its label and its items


class Found(NamedTuple):
    """label: of which pattern; first, last: indexes of its first word and of the one after its last."""

    label: str
    first: int
    last: int


def split(sentence: str) -> Words:
    """The words of a sentence. What is quoted, and code, is one unknown word."""
    bare = _CODE.sub(lambda match: "q" * len(match.group()), sentence)
    said: list[str] = []
    spans: list[tuple[int, int]] = []
    for match in _TOKEN.finditer(bare):
        for word in _undone(match.group().lower().replace("ё", "е")):
            said.append(word)
            spans.append(match.span())
    return Words(tuple(said), tuple(spans))


def _undone(word: str) -> tuple[str, ...]:
    if not word[0].isalnum() and word[0] != "_":
        return (word if word == "%" else BREAK,)
    if word in _WHOLE:
        return _WHOLE[word]
    if "'" in word:
        if word.endswith("n't"):
            return (word[:-3], "not")
        head, mark, tail = word.partition("'")
        return (head, _SHORT[mark + tail]) if mark + tail in _SHORT else (word.replace("'", ""),)
    return (word,)


class Grammar:
    """Patterns by label, found by the word each begins with."""

    def __init__(self, classes: Mapping[str, str], patterns: Mapping[str, str]) -> None:
        """classes: words of each class; patterns: under each label one pattern a line.

        Only what a pattern begins with is read now, the rest when a sentence has that: a process that checks one
        decision needs few of them. Raises ValueError for a pattern that begins with what takes anything, KeyError,
        also when searching, for a class that there is not.
        """
        self._classes = classes
        self._pieces: dict[str, Piece] = {}
        self._read: dict[tuple[str, ...], tuple[Step, ...]] = {}
        self._exact: dict[str, list[Pattern]] = {}
        self._stems: dict[str, list[Pattern]] = {}
        self._loose: list[tuple[Piece, Pattern]] = []  # that begin with an end of a word or a number
        for label, several in patterns.items():
            for line in filter(None, map(str.strip, _GOES_ON.sub("|", several).splitlines())):
                for ordered in _orders(line):
                    self._keep(label, tuple(ordered))

    def find(self, words: Words) -> Iterator[Found]:
        """Every place where a pattern is, with its shortest end; the same label may be found more than once."""
        for at, word in enumerate(words.said):
            for label, items in self._beginning(word):
                if items not in self._read:
                    self._read[items] = tuple(map(self._step, items))
                if end := _matched(self._read[items], words.said, at):
                    yield Found(label, at, end)

    def _beginning(self, word: str) -> Iterator[Pattern]:
        yield from self._exact.get(word, ())
        for length in range(SHORTEST_STEM, len(word) + 1):
            yield from self._stems.get(word[:length], ())
        yield from (pattern for first, pattern in self._loose if first.loosely(word))

    def _keep(self, label: str, items: tuple[str, ...]) -> None:
        first = self._step(items[1] if items[0] == "^" else items[0])
        if not isinstance(first, Piece) or first.optional or first.refused or first.closes:
            raise ValueError(" ".join(items))
        for word in first.words | {row[0] for row in first.rows}:
            self._exact.setdefault(word, []).append((label, items))
        for stem in first.stems:
            self._stems.setdefault(stem, []).append((label, items))
        if first.digits or first.ends:
            self._loose.append((first, (label, items)))

    def _step(self, item: str) -> Step:
        if item == "^":
            return None
        if item.startswith(".."):
            return int(item[2:])
        if item not in self._pieces:
            bare = item.strip("?!")
            self._pieces[item] = _piece(self._alternatives(bare.split("|")), item.endswith("?"), item.startswith("!"))
        return self._pieces[item]

    def _alternatives(self, several: Iterable[str]) -> Iterator[str]:
        for one in several:
            if one.startswith("@"):
                yield from self._alternatives(self._classes[one[1:]].split())
            else:
                yield one


def _piece(several: Iterable[str], optional: bool, refused: bool) -> Piece:
    words, stems, ends, rows = set(), set(), set(), set()
    for one in several:
        if "_" in one:
            rows.add(tuple(one.split("_")))
        elif one.endswith("*"):
            stems.add(one[:-1])
        elif one.startswith("*"):
            ends.add(one[1:])
        else:
            words.add(one)
    return Piece(
        frozenset(words - {"#", "$"}), tuple(sorted(stems)), tuple(sorted(ends)), tuple(sorted(rows)),
        "#" in words, "$" in words, optional, refused,
    )  # fmt: skip


def _orders(line: str) -> Iterator[list[str]]:
    items = line.split()
    middle = [place for place, item in enumerate(items) if item.startswith("<")]
    if not middle:
        yield items
        return
    before, after, gap = items[: middle[0]], items[middle[0] + 1 :], ".." + items[middle[0]].strip("<>")
    yield [*before, gap, *after]
    yield [*after, gap, *before]


def _far(said: tuple[str, ...], at: int, most: int) -> Iterator[int]:
    """The places up to so many words further on. What is denied is not what was said: no gap goes over a negation."""
    yield at
    for place in range(at, min(at + most, len(said))):
        if said[place] in NEGATIONS:
            return
        yield place + 1


def _matched(steps: tuple[Step, ...], said: tuple[str, ...], at: int) -> int:
    """Where a pattern that begins at a place ends; 0 when it is not there."""
    places = {at}
    for step in steps:
        if isinstance(step, int):
            places = {far for one in places for far in _far(said, one, step)}
        elif step is None:
            places = {one for one in places if one == 0 or said[one - 1] == BREAK}
        elif step.refused:
            places = {one for one in places if not any(True for _ in step.after(said, one))}
        else:
            ends = {end for one in places for end in step.after(said, one)}
            places = places | ends if step.optional else ends
        if not places:
            return 0
    return min(places)
