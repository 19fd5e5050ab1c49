"""Values: what a statement says, however it is spelled, so that a value that was rejected is known again.

Two texts have the same value when they differ only in case, white space, marks of Markdown, quotes, dashes and commas
that set off words, digit groups, accents of Latin letters, characters that cannot be seen, pictures at the ends, and
letters that look alike. Everything else keeps them apart: a digit, a sign, a point between digits, a "not", what is
part of an identifier, a path, an option or a piece of code. The digests are kept in events, so the rules below are
part of the format (docs/FORMAT.md, "Values") and carry its number.
"""

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any

from oldhand.model.identity import memory_of_slot
from oldhand.model.lazy_pattern import LazyPattern
from oldhand.model.lookalikes import LIKE_ANY, LIKE_SMALL
from oldhand.model.unmarked import FOLDED_MARKS, FOLDED_QUOTES, unmarked

RULES = "value 1"  # the number of these rules, which every digest covers
DIGEST_DIGITS = 32  # hexadecimal: 128 bits, as the ids of memories have
# Kinds whose text says nothing by itself, however long it is: "30 of 30 lines stand after 4 months" tells of the memory
# that it is of, and hundreds say the same of others. What goes with one of them goes in its slot alone.
OF_ANOTHER = frozenset({"outcome"})
SPEAKING_WORDS = (
    3  # a text of so many words says by itself what it is about; a shorter one, as "5432", only in its slot
)
UNSPACED_LETTERS = 2  # letters that count as a word in scripts that put no spaces between words

_YO = str.maketrans("ёЁ", "еЕ")  # Russian writes ё with its dots or without them
_IGNORED = frozenset(  # letters and marks that Unicode lets a renderer pass over (Default_Ignorable_Code_Point)
    (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065, 0x3164, 0xFFA0,
     *range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000))
)  # fmt: skip
_LETTERS = 26  # of the alphabet
_FILLED = (0x1F150, 0x1F170)  # the letter A in a filled circle, in a filled square; B to Z follow
# Blocks of marks that are put on letters of European scripts or on symbols (the blocks "Combining Diacritical Marks",
# "Extended", "Supplement", "for Symbols" and "Half Marks"); the marks of other scripts are their vowels.
_LOOSE = ((0x0300, 0x036F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F))
# Thai, Kana, Han
_UNSPACED = LazyPattern("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def digests(kind: str, content: Mapping[str, Any], slot: tuple[str, str] | None) -> tuple[str, ...]:
    """The digests of the value of a statement, 32 hexadecimal digits each: one, or two where look-alikes are in it.

    kind, content: of its wording; the value is its `text`, whatever its kind says beside it. slot: its domain
    and key, or None. Two statements have the same value when they share a digest. A text of three words or
    more has the same digests in every slot and in none; a shorter one has them for its slot alone.
    """
    return digests_at(content, memory_of_slot(*slot) if slot else "")


def digests_at(content: Mapping[str, Any], slot_memory: str) -> tuple[str, ...]:
    """The same, where the slot is named by the id of its memory; empty without one."""
    return _digests(content, slot_memory, False)


def put_away_with(kind: str, content: Mapping[str, Any], slot_memory: str) -> tuple[str, ...]:
    """The digests of what must not come back when a statement of a kind is rejected or erased.

    They are those of `digests_at`, but for kinds whose text tells only of another memory (OF_ANOTHER): such a text is
    held down in its own slot. It is kept out itself where somebody put away that text as one that speaks for itself.
    """
    return _digests(content, slot_memory, kind in OF_ANOTHER and bool(slot_memory))


def _digests(content: Mapping[str, Any], slot_memory: str, in_slot: bool) -> tuple[str, ...]:
    found = []
    one, other = spellings(str(content.get("text", "")))
    for text in (one,) if one == other else (one, other):
        place = "" if speaks_for_itself(text) and not in_slot else slot_memory or "none"
        found.append(sha256(f"{RULES}\n{place}\n{text}".encode()).hexdigest()[:DIGEST_DIGITS])
    return tuple(found)


def spellings(text: str) -> tuple[str, str]:
    """A text in its two normal spellings: look-alikes told by the small letters, and by the letters as written.

    Both are needed: the Greek capital Nu looks like N, its small letter like v.
    """
    if text.isascii():
        plain = unmarked((text if text.isprintable() else _visible(text)).translate(FOLDED_MARKS).lower())
        return plain, plain
    seen = _visible(text).translate(_YO)
    one = _folded(seen).translate(LIKE_SMALL)
    other = _folded(seen.translate(LIKE_ANY)).translate(LIKE_SMALL)
    plain = unmarked(one)
    return plain, plain if one == other else unmarked(other)


def _visible(text: str) -> str:
    """A text in normal form KC without what cannot be seen, with one kind of quotes, dashes and digits."""
    seen = "".join(map(_seen, text))
    normal = unicodedata.normalize("NFKC", seen).translate(FOLDED_MARKS)
    return normal if normal.isascii() else "".join(map(_plain, normal))


@lru_cache(maxsize=1024)  # the letters of a few scripts
def _seen(character: str) -> str:
    """What of a character can be seen."""
    if character in FOLDED_QUOTES:
        return "'"  # before normal form KC makes a space and a mark of it
    category = unicodedata.category(character)
    if category == "No":  # a raised 2 is no 2 behind its digit, and a half is none before it
        return f" ^{character}"
    if character.isspace():
        return " "
    if category in ("Cc", "Cf", "Cs") or ord(character) in _IGNORED:
        return ""
    for first in _FILLED if category == "So" else ():
        if first <= ord(character) < first + _LETTERS:
            return chr(ord("a") + ord(character) - first)
    return character


@lru_cache(maxsize=1024)
def _plain(character: str) -> str:
    """A character in normal form: a Latin letter without its marks, a digit of any script as 0 to 9.

    Only Latin letters lose a mark that belongs to them (й is another letter than и); marks that are put on a letter
    with which they make none, such as a stress mark on a Russian vowel, go everywhere.
    """
    if character.isascii():
        return character
    if (digit := unicodedata.decimal(character, -1)) >= 0:
        return str(digit)
    if unicodedata.category(character) in ("Mn", "Me"):
        return "" if any(first <= ord(character) <= last for first, last in _LOOSE) else character
    base = unicodedata.normalize("NFD", character)[0]
    return base if base.isalpha() and base.isascii() else character


def _folded(text: str) -> str:
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text.casefold())


def speaks_for_itself(spelling: str) -> bool:
    """Whether a text in normal spelling has words enough to be known again anywhere."""
    words = 0
    for word in spelling.split(" "):
        words += word.isalnum() or any(map(str.isalnum, word))
        if words == SPEAKING_WORDS:
            return True
    if words < SPEAKING_WORDS and not spelling.isascii():
        words += len(_UNSPACED.findall(spelling)) // UNSPACED_LETTERS
    return words >= SPEAKING_WORDS
