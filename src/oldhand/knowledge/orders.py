"""Orders: does a text give orders to its reader, rather than state something of the project?

This is a help and no guarantee: words can be found that no rule knows. What holds whatever a text says is the
structure: trust by the way in, quarantine, the opening of a session closed to what nobody trusted has said or
confirmed, and the fence. A text that is caught waits in review, where a person can let it in.

A text is read as its reader would make it out: without accents, look-alikes and invisible characters, decoded where
it is encoded. The work is linear in the length of the text.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from oldhand.knowledge.order_rules import ENGLISH, FAR, SQUEEZED, Rule
from oldhand.model.lazy_pattern import LazyPattern

HIDDEN = "it holds text that cannot be seen"
FEWEST_TAGS = 8  # invisible tag characters that are text: a flag of a region has 6 at most
SHORTEST_ENCODED = 24  # characters of base64 or hexadecimal: fewer hold no order, and identifiers look like them
MOST_DECODED = 8  # encoded parts looked into: more are data
BEFORE = 28  # characters before an order in which a "never" or "not" is looked for
_ESCAPES = LazyPattern(r"\x1b\[[0-9;?]{0,20}[A-Za-z]|[\x1b\r]")
_NEGATED = LazyPattern(r"(?:\b(?:never|not|cannot|avoid|without|no|нельзя|не|никогда)|n't)(?: \w{1,12})?[ \"'`*]{1,3}$")
_SENTENCE = LazyPattern(r"[.!?](?: |$)|\n\n")
_BLANKS = LazyPattern(r"[^\S\n]+")
_BASE64 = LazyPattern(rf"[A-Za-z0-9+/_-]{{{SHORTEST_ENCODED},4000}}")
_HEX = LazyPattern(r"(?:[0-9a-fA-F]{2}){12,2000}")
_LEET = LazyPattern(r"[a-z][013457@$][a-z013457]|\b[1340][a-z]{2}")
_ESCAPED = LazyPattern(r"%[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|&#x?[0-9a-fA-F]{2,6};|&[lg]t;")
_ALONE = LazyPattern(r"[^\W\d_](?:[ .\-*_]{1,3}[^\W\d_](?![^\W\d_])){5,200}")
_APART = str.maketrans(dict.fromkeys(".-*_", " "))
FEWEST_ALONE = 4  # of the least run of _ALONE, less its first and its last letter
_STANDARD = str.maketrans("-_", "+/")  # the signs of base64 in addresses to those of base64 itself
_LEET_SIGNS = "013457@$"
_MIXED = LazyPattern(r"[a-z][а-я]|[а-я][a-z]")
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


_ENGLISH = by_word(ENGLISH)


@cache
def _russian() -> Rules:
    from oldhand.knowledge.order_rules_russian import RUSSIAN  # most texts are English

    return by_word(RUSSIAN)


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
        from unicodedata import normalize

        apart = normalize("NFKD", spaced)
        text = "".join(letter for letter in apart if letter in "\n\t\r\x1b" or not _passes_unseen(letter))
    if "\x1b" in text or "\r" in text:
        text = _ESCAPES.sub(" ", text)
    said = text.casefold()
    spaced_plainly = "  " not in said and said.replace("\n", "").isprintable()  # no blank is but the ordinary one
    return said if spaced_plainly else _BLANKS.sub(" ", said)


@cache
def _passes_unseen(letter: str) -> bool:
    from unicodedata import category

    return category(letter) in ("Mn", "Cf", "Cc", "Me")


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
        for rule in _possible(text, _russian()):
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
    alone = [run[0] for run in _ALONE.finditer(read)] if _may_stand_alone(read) else []
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
    if any(sign in read for sign in _LEET_SIGNS) and len(_LEET.findall(read)) > 1:
        yield read.translate(_LIKE_LETTERS)
    if "rot13" in read or "rot 13" in read or _looks_rotated(read):
        import codecs

        yield codecs.encode(read, "rot13")
    if "backward" in read or "snoitcurtsni" in read:
        yield read[::-1]
    if ("%" in text or "\\u" in text or "&" in text) and _ESCAPED.search(text):
        yield _unescaped(text)
    if "\u202e" in text or "\u202d" in text:
        yield read[::-1]
    yield from alone[:MOST_DECODED]
    # what is long enough for hexadecimal digits is long enough for these too
    if any(len(word) >= SHORTEST_ENCODED for word in text.split()) and _BASE64.search(text):
        yield from _decoded(text)


def _may_stand_alone(read: str) -> bool:
    """Whether letters may stand one by one in a text: of six that do, four have a sign that parts them on either side.

    Most texts have none, and need no pattern then, which takes longer to compile than to ask this.
    """
    return sum(len(part) == 1 for part in read.translate(_APART).split(" ")) >= FEWEST_ALONE


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
    import binascii  # `base64` would import more than it adds

    for _, run in zip(range(MOST_DECODED), _BASE64.finditer(text), strict=False):
        packed = run[0].rstrip("=")
        try:
            standard = packed[: len(packed) // 4 * 4].translate(_STANDARD)
            yield binascii.a2b_base64(standard).decode("ascii")
        except (binascii.Error, ValueError):
            pass  # a path, a name or other data: nothing that a reader could decode
    for _, run in zip(range(MOST_DECODED), _HEX.finditer(text), strict=False):
        try:
            yield bytes.fromhex(run[0]).decode("ascii")
        except ValueError:
            pass  # a digest: no text
