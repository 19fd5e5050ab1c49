"""Making text safe to show: nothing in it may move a cursor, hide, reorder or close a fence."""

import unicodedata
from typing import TYPE_CHECKING

from oldhand.model.lazy_pattern import LazyPattern

if TYPE_CHECKING:
    import re

_SIGNS = "<\uff1c\ufe64\u226e"
_OPENED = LazyPattern(f"[{_SIGNS}][\\W_]*")  # what opens a tag, wide forms too, and all up to the next letter
_OPENERS = LazyPattern(f"[{_SIGNS}]")
_BREAKS = LazyPattern(r"[\r\n\x0b\x0c\x85\u2028\u2029]+")
_FENCE_WORD = "memory"
_FENCE_REACH = 64  # characters looked at for the word: enough for it with marks and joiners between its letters
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # controls, invisible marks, unassigned, separators
_JOINERS = frozenset("\u200c\u200d\ufe0e\ufe0f")  # part of words and emoji; they hide nothing by themselves
_BLANKS = frozenset(  # letters and marks that Unicode lets a renderer pass over (Default_Ignorable_Code_Point)
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"
    + "".join(map(chr, [*range(0xFE00, 0xFE0E), *range(0xE0100, 0xE01F0)]))
)


def line(text: str) -> str:
    """`text` on one line: line breaks become ` / `, what cannot be seen becomes its escape."""
    if _plain(text):
        return text
    if _seen(text):
        return text.strip()
    parts = [" ".join(part.split(" ")) for part in _BREAKS.split(text.strip("\r\n"))]
    return escaped(" / ".join(part.strip() for part in parts if part.strip()).replace("\t", " "))


def escaped(text: str, keep: str = "") -> str:
    """`text` with every invisible or controlling character, but those in `keep`, shown as its escape."""
    if _plain(text) or _seen(text):
        return text
    return "".join(
        character if character in keep or not _hides(character) else character.encode("unicode_escape").decode()
        for character in text
    )


def _plain(text: str) -> bool:
    """Whether a text is ASCII that can be seen."""
    return text.isascii() and text.isprintable()


def _seen(text: str) -> bool:
    """Whether all of a text can be seen, and no blank in it is but the ordinary one."""
    return text.isprintable() and _BLANKS.isdisjoint(text)


def _hides(character: str) -> bool:
    """Whether a character cannot be seen, or moves or reorders what can."""
    if character in _JOINERS:
        return False
    return unicodedata.category(character) in _HIDDEN or character in _BLANKS


def in_json(text: str, *, ascii_only: bool = False) -> str:
    """JSON text with every invisible or controlling character written as JSON's own escape: the same values.

    Line breaks between the values stay; ascii_only: escape all that is not ASCII too.
    """
    if _plain(text):
        return text
    import json

    return "".join(
        json.dumps(character)[1:-1] if character != "\n" and (_hides(character) or (ascii_only and character > "~"))
        else character
        for character in text
    )  # fmt: skip


def fenced(text: str) -> str:
    """One line of `text` that cannot close or open the fence around recalled memory, however it is written."""
    said = line(text)
    if not any(sign in said for sign in _SIGNS):
        return said
    return _OPENED.sub(lambda found: _defused(found, said), said)


def _defused(found: "re.Match[str]", said: str) -> str:
    """What opens a tag, unless the fence's own word follows: then nothing opens."""
    after = unicodedata.normalize("NFKD", said[found.end() : found.end() + _FENCE_REACH])
    word = "".join(character for character in after if character.isalnum()).casefold()
    return _OPENERS.sub("&lt;", found[0]) if word.startswith(_FENCE_WORD) else found[0]
