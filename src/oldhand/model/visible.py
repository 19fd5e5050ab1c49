"""Making text safe to show: nothing in it may move a cursor, hide, reorder or close a fence."""

import re
import unicodedata

_FENCE = re.compile(r"<(?=[\s/]*memory)", re.IGNORECASE)
_PLAIN = re.compile(r"[\x20-\x7e]*\Z")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # controls, invisible marks, unassigned, separators
_JOINERS = frozenset("\u200c\u200d\ufe0f")  # part of words and emoji; they hide nothing by themselves


def line(text: str) -> str:
    """`text` on one line: line breaks become ` / `, what cannot be seen becomes its escape."""
    if _PLAIN.match(text):
        return text
    parts = [" ".join(part.split(" ")) for part in re.split(r"[\r\n\x0b\x0c\x85\u2028\u2029]+", text.strip("\r\n"))]
    return escaped(" / ".join(part.strip() for part in parts if part.strip()).replace("\t", " "))


def escaped(text: str, keep: str = "") -> str:
    """`text` with every invisible or controlling character, but those in `keep`, shown as its escape."""
    if _PLAIN.match(text):
        return text
    return "".join(
        character
        if character in keep or character in _JOINERS or unicodedata.category(character) not in _HIDDEN
        else character.encode("unicode_escape").decode()
        if ord(character) < 0xD800 or ord(character) > 0xDFFF
        else f"\\u{ord(character):04x}"
        for character in text
    )


def fenced(text: str) -> str:
    """One line of `text` that cannot close or open the fence around recalled memory."""
    return _FENCE.sub("&lt;", line(text))
