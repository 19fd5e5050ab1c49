"""Knowing again the words of what was forgotten, without keeping them, so that no transcript brings them back.

Of each text that is forgotten, and of each long sentence of it, a keyed digest is noted beside the store
(`knowledge.erased_note`), with how many words it has and 16 bits each of its first two and its last two. A text that is
about to be logged is looked through for runs of so many words with that digest, and these are left out. Case, line
breaks, punctuation, Markdown, colours of a terminal and numbers before lines make no difference.

The key is the person's own (`knowledge.redaction`); without it nothing can be tried out. What a project forgot is known
in that project alone; what the person's own memory forgot is known in all of them.
"""

import os
import re
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2s
from itertools import pairwise
from pathlib import Path

from oldhand.knowledge import erased_note
from oldhand.knowledge.erased_note import FEWEST_WORDS, MOST, MOST_WORDS, NOTE, Known, Noted
from oldhand.knowledge.redaction import KEY_BYTES, person_key
from oldhand.store.session_blanking import BLANKED

__all__ = ["MOST", "NOTE", "ErasedWords", "carried", "dropped", "latest", "note", "set_carried", "take_back"]

FEWEST_ANYWHERE = 5  # words that are known in the middle of a sentence too; fewer only as a sentence of their own
FEWEST_IN_PART = 6  # words of a sentence by itself, or of what follows a label: shorter ones many people say
MOST_PARTS = 50  # of one text: what is longer is known by its whole and its first sentences
MOST_RUNS = 20  # of MOST_WORDS, of one text: some pages
DIGEST_BYTES, CODE_BYTES = 16, 8  # of a digest that is noted; of what a word is in its place while texts are compared
END_BITS = 0xFFFF  # of two words; so few that they tell nobody which words they are
_KEPT_CODES = 20_000  # different words whose codes are kept while a log is written
_WORD = re.compile(r"[^\W_]+")
_SENTENCE_END, _LABEL_END = re.compile(r"[.!?…]\s|\n"), re.compile(r"[.!?…]\s|\n|: ")
_SETS_APART = re.compile(r"""[.!?…:;"'`«»“”„()\[\]{}<>|=\n]""")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|[nrt])")
_CONTROL = re.compile(r"\x1b(?:\[[0-?]{0,32}[ -/]{0,4}[@-~]|\][^\x07\x1b]{0,512}(?:\x07|\x1b\\)|[@-Z\\^_])")
_NUMBERED = re.compile(rf"{_CONTROL.pattern}|^[ \t]{{0,16}}\d{{1,7}}(?:→|\t|[:|]| {{1,4}})", re.M)  # as `cat -n` has it
_BLANKS = {"n": "\n", "r": "\r", "t": "\t"}
_LIKE = str.maketrans("ё", "е")  # Russian writes ё with its dots or without them


def note(folder: Path, home: Path, texts: Iterable[str]) -> int:
    """Note the words of what is forgotten beside its store; the number of this forgetting, 0 where nothing was new.

    Raises NotWritable and StoreBusy. The words themselves are not written.
    """
    keyed = _Keyed(person_key(home))
    parts = [one for text in texts for one in keyed.known(text, 0)]

    def added(before: Noted) -> Noted:
        number = erased_note.next_number(before)
        there = {(one.words, one.digest): at for at, one in enumerate(before.known)}
        known = list(before.known)
        for one in parts:
            at = there.setdefault((one.words, one.digest), len(known))
            if at == len(known):
                known.append(one._replace(number=number))
            elif one.whole:  # what was a sentence of another text is a text of its own
                known[at] = known[at]._replace(whole=1)
        if len(known) == len(before.known):
            return before._replace(known=tuple(known))
        kept = erased_note.fitting(known)
        return before._replace(last=number, known=kept, dropped=before.dropped + len(known) - len(kept))

    if not parts:
        return 0
    before, after = erased_note.changed(folder, added)
    return after.last if after.last != before.last else 0


def take_back(folder: Path, number: int) -> None:
    """Take back what was noted under a number: nothing was forgotten after all. Raises as `note` does."""
    if number:
        erased_note.changed(
            folder, lambda said: said._replace(known=tuple(one for one in said.known if one.number != number))
        )


def latest(folder: Path) -> int:
    """The number of the latest forgetting that is noted beside a store."""
    return erased_note.read(folder).last


def dropped(folder: Path) -> int:
    """How many digests of earlier forgettings no longer fit into the note of a store."""
    return erased_note.read(folder).dropped


def carried(folder: Path) -> int:
    """Up to which forgetting of the person's own memory a project was gone through."""
    return erased_note.read(folder).carried


def set_carried(folder: Path, number: int) -> None:
    """Note that. A lower number than is noted is one of another note, after the earlier was lost. Raises as `note`."""
    if number != carried(folder):
        erased_note.changed(folder, lambda said: said._replace(carried=number))


class ErasedWords:
    """What knows the words again that are noted in some folders. home: where the key is; after: only what was noted
    after this number. Notes that change are read anew."""

    def __init__(self, home: Path, *folders: Path, after: int = 0) -> None:
        self._home, self._folders, self._after = home, folders, after
        self._seen: list[tuple[int, int, int] | None] = [None] * len(folders)
        self._ends: dict[int, dict[int, set[int]]] = {}  # bits of the first two words: words: bits of the last two
        self._digests: set[tuple[int, str]] = set()
        self._keyed = _Keyed(b"")

    @classmethod
    def of(cls, texts: Iterable[str]) -> "ErasedWords":
        """What knows the words of these texts, for as long as the process lasts."""
        made = cls(Path())
        made._keyed = _Keyed(os.urandom(KEY_BYTES))
        made._learn(one for text in texts for one in made._keyed.known(text, 1))
        return made

    def without(self, text: str) -> str:
        """A text with what was forgotten replaced by a mark."""
        self._refresh()
        if not self._ends or len(text) < FEWEST_WORDS:
            return text
        for start, end in reversed(self._dressed(text)):
            text = f"{text[:start]}{BLANKED}{text[end:]}"
        if "\\" in text and self._dressed(_unescaped(text)):
            return BLANKED  # within JSON, where its place in the text is not the place of its words
        return text

    def says(self, text: str) -> bool:
        """Whether a text holds what was forgotten."""
        self._refresh()
        return bool(self._ends) and self.without(text) != text

    def any(self) -> bool:
        """Whether anything is noted."""
        self._refresh()
        return bool(self._ends)

    def _refresh(self) -> None:
        state = [erased_note.state(folder) for folder in self._folders]
        if state == self._seen:
            return
        self._seen, self._ends, self._digests = state, {}, set()
        known = [one for folder in self._folders for one in erased_note.read(folder).known]
        if known:
            self._keyed = _Keyed(person_key(self._home))
        self._learn(one for one in known if one.number > self._after)

    def _learn(self, known: Iterable[Known]) -> None:
        for one in known:
            self._ends.setdefault(one.first, {}).setdefault(one.words, set()).add(one.last)
            self._digests.add((one.words, one.digest))
        self._ends = {first: dict(sorted(lengths.items())) for first, lengths in self._ends.items()}

    def _dressed(self, text: str) -> list[tuple[int, int]]:
        """As `_spans`, in a text as it is, and without what a terminal or a tool put between its words."""
        found = self._spans(text)
        coloured, lines = "\x1b" in text, "\n" in text
        for pattern in (*((_CONTROL,) * coloured), *((_NUMBERED,) * lines)):
            plain, cuts = _taken_out(pattern, text)
            if len(cuts) > 1:
                found += [(_before(cuts, start), _before(cuts, end - 1) + 1) for start, end in self._spans(plain)]
        return _joined(found)

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """Where in a text forgotten words are: (start, end), in order, apart."""
        said = _WORD.findall(text)
        codes = list(map(self._keyed.code, said))
        first = [at for at, pair in enumerate(pairwise(codes)) if _bits(*pair) in self._ends]
        places: list[tuple[int, int]] = []
        found, past = list[tuple[int, int]](), 0
        for at in first:
            if at < past or not (length := self._longest(codes, at)):
                continue
            places = places or [(0, 0), *(one.span() for one in _WORD.finditer(text)), (len(text), len(text))]
            if length >= FEWEST_ANYWHERE or all(_apart(text, places, end) for end in (at, at + length)):
                past = at + length
                found.append((places[at + 1][0], places[past][1]))
        return found

    def _longest(self, codes: Sequence[bytes], at: int) -> int:
        """How many words from this one on were forgotten, at most; 0 for none. Each is digested once, whatever was
        noted."""
        longest, digested, digest = 0, at, None
        for length, last in self._ends[_bits(codes[at], codes[at + 1])].items():
            end = at + length
            if end > len(codes):
                break
            if _bits(codes[end - 2], codes[end - 1]) not in last:
                continue
            digest = digest or self._keyed.begun()
            digest.update(b"".join(codes[digested:end]))
            digested = end
            if (length, digest.hexdigest()) in self._digests:
                longest = length
        return longest


class _Keyed:
    """What stands for words with the key of a person: nobody without it can tell which words they are."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._codes: dict[str, bytes] = {}

    def code(self, word: str) -> bytes:
        """What stands for a word in any spelling."""
        found = self._codes.get(word)
        if found is None:
            if len(self._codes) >= _KEPT_CODES:
                self._codes.clear()
            said = _folded(word).encode("utf-8", "surrogatepass")
            found = blake2s(said, key=self._key, person=b"word", digest_size=CODE_BYTES).digest()
            self._codes[word] = found
        return found

    def begun(self) -> "blake2s":
        """The digest of no words yet; it goes on with the codes of each."""
        return blake2s(key=self._key, person=b"erased", digest_size=DIGEST_BYTES)

    def known(self, text: str, number: int) -> Iterator[Known]:
        """What is noted of a text that is forgotten, under a number."""
        for words, whole in _parts(text):
            codes = list(map(self.code, words))
            digest = self.begun()
            digest.update(b"".join(codes))
            yield Known(number, len(codes), _bits(*codes[:2]), _bits(*codes[-2:]), whole, digest.hexdigest())


def _apart(text: str, places: Sequence[tuple[int, int]], at: int) -> bool:
    """Whether something sets two neighbouring words apart, or the text begins or ends there. at: of the first one in
    `places`, which begin and end with the ends of the text."""
    return at == 0 or at + 2 == len(places) or _SETS_APART.search(text, places[at][1], places[at + 1][0]) is not None


def _taken_out(pattern: re.Pattern[str], text: str) -> tuple[str, list[tuple[int, int]]]:
    """A text without what a pattern finds, and the cuts: (place in what is left, how far before it that was)."""
    parts, cuts, end, length = list[str](), [(0, 0)], 0, 0
    for found in pattern.finditer(text):
        parts.append(text[end : found.start()])
        length += found.start() - end
        end = found.end()
        cuts.append((length, end - length))
    return "".join([*parts, text[end:]]), cuts


def _before(cuts: Sequence[tuple[int, int]], place: int) -> int:
    """Where a place of what is left was in the text."""
    return place + cuts[bisect_right(cuts, (place, sys.maxsize)) - 1][1]


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that overlap as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _parts(text: str) -> Iterator[tuple[list[str], int]]:
    """(words, whether they are the text from its beginning) of a text in runs, of each long sentence in it, and of what
    follows a label."""
    whole = _WORD.findall(text)[: MOST_RUNS * MOST_WORDS]
    if len(whole) >= FEWEST_WORDS:
        yield from ((run, 1) for run in _runs(whole))
    for part in (*_SENTENCE_END.split(text)[:MOST_PARTS], *_LABEL_END.split(text)[:MOST_PARTS]):
        words = _WORD.findall(part)[: MOST_RUNS * MOST_WORDS]
        if len(words) >= FEWEST_IN_PART and words != whole:
            yield from ((run, 0) for run in _runs(words))


def _runs(words: list[str]) -> Iterator[list[str]]:
    """Words in as few runs as can be noted, of one length but for a word, so that none is short."""
    count = -(-len(words) // MOST_WORDS)
    ends = [len(words) * number // count for number in range(count + 1)]
    yield from (words[start:end] for start, end in pairwise(ends))


def _folded(word: str) -> str:
    """A word in the spelling in which it is compared."""
    if word.isascii():
        return word.lower()
    return unicodedata.normalize("NFKC", word).casefold().translate(_LIKE)


def _unescaped(text: str) -> str:
    """A text with the escapes of JSON read."""

    def read(found: re.Match[str]) -> str:
        return chr(int(found[1][1:], 16)) if found[1][0] == "u" else _BLANKS[found[1]]

    return _ESCAPE.sub(read, text)


def _bits(one: bytes, other: bytes) -> int:
    return (31 * int.from_bytes(one[:2]) + int.from_bytes(other[:2])) & END_BITS
