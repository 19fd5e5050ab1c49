"""BERT's uncased WordPiece: a text as the numbers of its pieces, the same as the reference tokenizer gives.

Every character is looked up once in a table that says what it becomes (nothing, a space, itself in
small letters without its accents, itself between spaces); after that, words are what spaces divide.
"""

import json
import re
import unicodedata
from collections.abc import Iterator

from oldhand.errors import DamagedModel

LONGEST_WORD = 100  # characters; a longer word is one unknown piece (the vocabulary's own rule)
CACHED_WORDS = 32_768  # words with their pieces: about 6 MB, and more than the words of most projects
CACHED_CHARACTERS = 32_768  # table entries, about 5 MB: every script in use, not all of Unicode at once
FIRST_LOOK = 4_096  # characters looked at first: with about 4 a piece, more than fills a vector's 256 pieces
CONTINUED = "##"  # before a piece that goes on with a word
UNKNOWN, BEGIN, END = "[UNK]", "[CLS]", "[SEP]"
# Ranges of characters that each stand as a word of their own, as BERT fixed them in 2018.
IDEOGRAPHS = (
    (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
)  # fmt: skip
# Symbols that BERT counts as punctuation though Unicode does not.
_ASCII_PUNCTUATION = frozenset(r"""!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~""")


class _Characters(dict[int, str]):
    """What each character of a text becomes, worked out when it is first met; bounded."""

    def __missing__(self, code: int) -> str:
        if len(self) >= CACHED_CHARACTERS:
            self.clear()  # a flood of rare characters: the usual ones are back after one text
        said = self[code] = _becomes(chr(code))
        return said


def _becomes(character: str) -> str:
    """What one character adds to the text that spaces divide into words."""
    if character in "\t\n\r" or (character.isspace() and unicodedata.category(character) != "Cc"):
        return " "
    if character == "\ufffd" or unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs"):
        return ""
    code = ord(character)
    if any(low <= code <= high for low, high in IDEOGRAPHS):
        return f" {_plain(character)} "
    return "".join(f" {one} " if _is_punctuation(one) else one for one in _plain(character))


def _plain(character: str) -> str:
    """A character without its accents, in small letters."""
    parts = unicodedata.normalize("NFD", character)
    return "".join(part.lower() for part in parts if unicodedata.category(part) != "Mn")


def _is_punctuation(character: str) -> bool:
    return character in _ASCII_PUNCTUATION or unicodedata.category(character).startswith("P")


class WordPiece:
    """A tokenizer with one vocabulary. Its caches are bounded, and any number of threads may use it at once."""

    def __init__(self, vocabulary: dict[str, int], specials: dict[str, int], max_tokens: int) -> None:
        """specials: names that stand for themselves wherever a text has them; max_tokens: of a text, both ends in."""
        self._vocabulary = vocabulary
        self._specials = specials
        self._special = re.compile(f"({'|'.join(map(re.escape, specials))})")
        self._unknown = (vocabulary[UNKNOWN],)
        self._begin, self._end = vocabulary[BEGIN], vocabulary[END]
        self._room = max_tokens - 2
        self._longest_piece = max(map(len, vocabulary))
        self._characters = _Characters()
        self._words: dict[str, tuple[int, ...]] = {}

    @classmethod
    def read(cls, content: bytes, max_tokens: int, model: str) -> "WordPiece":
        """The tokenizer that a model's `tokenizer.json` describes. Raises DamagedModel.

        Its own padding and truncation (both 128 for this model) are left aside: the first would only
        cost time, the second would cut texts at half of what the model was trained with.
        """
        try:
            said = json.loads(content)
            vocabulary = said["model"]["vocab"]
            specials = {one["content"]: one["id"] for one in said["added_tokens"]}
            sound = all(type(number) is int for number in vocabulary.values()) and bool(specials)
            if not sound or said["model"]["type"] != "WordPiece" or {UNKNOWN, BEGIN, END} - vocabulary.keys():
                raise ValueError("not the vocabulary of a WordPiece")
            return cls(vocabulary, specials, max_tokens)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise DamagedModel("tokenizer.json", model) from None

    def pieces(self, text: str) -> list[int]:
        """The numbers of a text's pieces between the marks of its two ends; cut at the tokenizer's length.

        Of a long text only as much is looked at as is needed.
        """
        found = [self._begin]
        room = self._room + 1
        for part in self._parts(text):
            if part in self._specials:
                found.append(self._specials[part])
                continue
            for word in part.translate(self._characters).split():
                found += self._words.get(word) or self._looked_up(word)
                if len(found) >= room:
                    return [*found[:room], self._end]
        return [*found[:room], self._end]

    def _parts(self, text: str) -> Iterator[str]:
        """The text in parts that can be looked at one by one: cut at white space and around special names."""
        start, size = 0, FIRST_LOOK
        while start < len(text):
            end = start + size
            if end < len(text):
                end = max(text.rfind(" ", start, end), text.rfind("\n", start, end), start)
                if end == start and text[start] not in " \n":
                    size *= 2  # one word longer than a look: it must be seen whole
                    continue
                end = max(end, start + 1)
            part = text[start:end]
            yield from self._special.split(part) if "[" in part else (part,)
            start, size = end, FIRST_LOOK

    def _looked_up(self, word: str) -> tuple[int, ...]:
        """The pieces of a word: at each place the longest the vocabulary has; kept for the next time."""
        if len(word) > LONGEST_WORD:
            return self._unknown
        pieces: list[int] = []
        start, prefix = 0, ""
        while start < len(word):
            for end in range(min(len(word), start + self._longest_piece), start, -1):
                number = self._vocabulary.get(prefix + word[start:end])
                if number is not None:
                    break
            else:
                pieces = [*self._unknown]
                break
            pieces.append(number)
            start, prefix = end, CONTINUED
        if len(self._words) >= CACHED_WORDS:
            self._words.clear()  # words come back with the next texts; clearing costs less than an order of use
        self._words[word] = found = tuple(pieces)
        return found
