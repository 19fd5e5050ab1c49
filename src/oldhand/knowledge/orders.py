"""Orders: does a text give orders to its reader, rather than state something of the project?

This is a help and no guarantee: words can be found that no rule knows. What holds whatever a text says is the
structure: trust by the way in, quarantine, the opening of a session closed to what nobody trusted has said or
confirmed, and the fence. A text that is caught waits in review, where a person can let it in.

A text is read as its reader would make it out: without accents, look-alikes and invisible characters, decoded where
it is encoded. The work is linear in the length of the text.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from oldhand.knowledge.order_rules import ENGLISH, FAR, SQUEEZED, Rule
from oldhand.knowledge.order_rules_russian import RUSSIAN

HIDDEN = "it holds text that cannot be seen"
FEWEST_TAGS = 8  # invisible tag characters that are text: a flag of a region has 6 at most
SHORTEST_ENCODED = 24  # characters of base64 or hexadecimal: fewer hold no order, and identifiers look like them
MOST_DECODED = 8  # encoded parts looked into: more are data
BEFORE = 28  # characters before an order in which a "never" or "not" is looked for
_ESCAPES = re.compile(r"\x1b\[[0-9;?]{0,20}[A-Za-z]|[\x1b\r]")
_NEGATED = re.compile(r"(?:\b(?:never|not|cannot|avoid|without|no|нельзя|не|никогда)|n't)(?: \w{1,12})?[ \"'`*]{1,3}$")
_SENTENCE = re.compile(r"[.!?](?: |$)|\n\n")
_BLANKS = re.compile(r"[^\S\n]+")
_BASE64 = re.compile(rf"[A-Za-z0-9+/_-]{{{SHORTEST_ENCODED},4000}}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){12,2000}")
_LEET = re.compile(r"[a-z][013457@$][a-z013457]|\b[1340][a-z]{2}")
_ESCAPED = re.compile(r"%[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|&#x?[0-9a-fA-F]{2,6};|&[lg]t;")
_ALONE = re.compile(r"[^\W\d_](?:[ .\-*_]{1,3}[^\W\d_](?![^\W\d_])){5,200}")
_MIXED = re.compile(r"[a-z][а-я]|[а-я][a-z]")
_LOOKALIKES = str.maketrans("аеорсухіјѕһԁкмтвн", "aeopcyxijshdkmtbh")
_LIKE_LETTERS = str.maketrans("013457@$", "oieastas")
_FILLERS = "\u115f\u1160\u3164\uffa0\u2800"  # letters that show nothing: words are parted with them


class Rules(NamedTuple):
    """Rules, and for each word that any of them asks for the numbers of those, so that it is looked for once."""

    rules: tuple[Rule, ...]
    by_word: tuple[tuple[str, tuple[int, ...]], ...]


def by_word(rules: tuple[Rule, ...]) -> Rules:
    """Rules as texts are held against them."""
    having: dict[str, list[int]] = {}
    for number, rule in enumerate(rules):
        for word in rule.words:
            having.setdefault(word, []).append(number)
    return Rules(rules, tuple((word, tuple(numbers)) for word, numbers in having.items()))


_ENGLISH, _RUSSIAN = by_word(ENGLISH), by_word(RUSSIAN)


@lru_cache(maxsize=1024)
def gives_orders(text: str, *, vouched: bool = False) -> str:
    """Why a text gives orders to its reader rather than states something, in a few words; empty when it does not.

    Text of any length, in any script; it is matched as English and as Russian. vouched: somebody answers for it, as
    for what a project has committed: only wordings that are known count then, and no mere cues.
    """
    if hidden := _tagged(text):
        return f"{HIDDEN}; {reason}" if (reason := _found(plain(hidden))) else HIDDEN
    read = plain(text)
    if reason := _found(read) or _disguised(text, read):
        return reason
    if vouched:
        return ""
    from oldhand.knowledge.order_cues import REASON, stand_together

    return REASON if stand_together(read) else ""


def plain(text: str) -> str:
    """`text` as rules match it: lower case, no accents, nothing invisible, one blank between words."""
    if not text.isascii():
        spaced = text.translate({ord(filler): " " for filler in _FILLERS})
        apart = unicodedata.normalize("NFKD", spaced)
        text = "".join(letter for letter in apart if letter in "\n\t\r\x1b" or not _passes_unseen(letter))
    if "\x1b" in text or "\r" in text:
        text = _ESCAPES.sub(" ", text)
    return _BLANKS.sub(" ", text.casefold())


@cache
def _passes_unseen(letter: str) -> bool:
    return unicodedata.category(letter) in ("Mn", "Cf", "Cc", "Me")


def _tagged(text: str) -> str:
    """Text in invisible tag characters, empty when there is none worth the name."""
    if text.isascii():
        return ""
    letters = [chr(ord(letter) - 0xE0000) for letter in text if "\U000e0020" <= letter <= "\U000e007e"]
    return "".join(letters) if len(letters) >= FEWEST_TAGS else ""


def _found(text: str) -> str:
    """The reason of the first rule that a plain text breaks."""
    for rule in _possible(text, _ENGLISH):
        if _breaks(text, rule):
            return rule.reason
    if not text.isascii():
        for rule in _possible(text, _RUSSIAN):
            if _breaks(text, rule):
                return rule.reason
    return ""


def _possible(text: str, rules: Rules) -> list[Rule]:
    """The rules of which a word is in a text, in their order: most texts have none of the words."""
    numbers = [number for word, having in rules.by_word if word in text for number in having]
    return [rules.rules[number] for number in sorted(set(numbers))]


def _breaks(text: str, rule: Rule) -> bool:
    """Whether a text that has one of a rule's words has what the rule looks for."""
    begins, follows = _compiled(rule.begins), _compiled(rule.follows) if rule.follows else None
    for found in begins.finditer(text):
        if rule.negatable and _NEGATED.search(text, max(0, found.start() - BEFORE), found.start()):
            continue
        if follows is None or follows.search(_clause(text, found.end(), rule.reach)):
            return True
    return False


def _clause(text: str, start: int, reach: int) -> str:
    """What follows a beginning, no further than `reach`; of one sentence, where the rule asks for a short reach."""
    part = text[start : start + reach]
    end = _SENTENCE.search(part) if reach < FAR else None
    return part[: end.start()] if end else part


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A rule's pattern, compiled when a text has one of its words: few texts have any."""
    return re.compile(pattern)


def _disguised(text: str, read: str) -> str:
    """The reason found in one of the ways in which a text may be written to be decoded by its reader."""
    alone = [run[0] for run in _ALONE.finditer(read)]
    for other in _readings(text, read, alone):
        if reason := _found(plain(other)):
            return f"{reason} (in disguise)"
    letters = "".join(re.sub(r"[\W_]", "", run) for run in alone)
    if letters and re.search(SQUEEZED, letters):
        return "it tells its reader to ignore what they were told (in disguise)"
    return ""


def _readings(text: str, read: str, alone: list[str]) -> Iterator[str]:
    """What a reader may decode a text to. alone: the runs of letters in it that stand one by one."""
    if not read.isascii() and _MIXED.search(read):
        yield read.translate(_LOOKALIKES)
    if len(_LEET.findall(read)) > 1:
        yield read.translate(_LIKE_LETTERS)
    if "rot13" in read or "rot 13" in read or _looks_rotated(read):
        import codecs

        yield codecs.encode(read, "rot13")
    if "backward" in read or "snoitcurtsni" in read:
        yield read[::-1]
    if _ESCAPED.search(text):
        yield _unescaped(text)
    if "\u202e" in text or "\u202d" in text:
        yield read[::-1]
    yield from alone[:MOST_DECODED]
    if _BASE64.search(text):  # what is long enough for hexadecimal digits is long enough for these too
        yield from _decoded(text)


def _looks_rotated(read: str) -> bool:
    """Whether frequent words of orders occur as rot13 writes them; none of these is a word."""
    return any(word in read for word in ("vafgehpgvbaf", "cerivbhf", "flfgrz cebzcg", "gur hfre"))


def _unescaped(text: str) -> str:
    from html import unescape
    from urllib.parse import unquote

    def letter(found: re.Match[str]) -> str:
        return chr(int(found[1], 16))

    return re.sub(r"\\u([0-9a-fA-F]{4})", letter, unescape(unquote(text, errors="replace")))


def _decoded(text: str) -> Iterator[str]:
    """Texts that stand in the text as base64 or hexadecimal; whatever is no text is passed over."""
    import base64
    import binascii

    for _, run in zip(range(MOST_DECODED), _BASE64.finditer(text), strict=False):
        packed = run[0].rstrip("=")
        try:
            yield base64.b64decode(packed[: len(packed) // 4 * 4], altchars=b"-_").decode("ascii")
        except (binascii.Error, ValueError):
            pass  # a path, a name or other data: nothing that a reader could decode
    for _, run in zip(range(MOST_DECODED), _HEX.finditer(text), strict=False):
        try:
            yield bytes.fromhex(run[0]).decode("ascii")
        except ValueError:
            pass  # a digest: no text
