"""Patterns of one's own for secrets: a part of regular expressions that is always read in linear time.

A pattern begins with at least three plain characters, which are searched for, and goes on with characters, classes
and repetitions; only the last part may vary in length, so that nothing is ever tried a second way. So a text is read in
one pass whatever it and the pattern say, with the same result on every machine: no other engine is needed for it.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from oldhand.model.secrets import MARK_DIGITS, Secret

KIND = "secret of your own pattern"
LEAST_PREFIX = 3  # plain characters at the start: fewer would have the pattern tried in every other word
LEAST_LENGTH = 6  # characters of what a pattern matches at least: shorter ones would eat words
MOST_PATTERNS = 50  # in one setting
LONGEST_MATCH = 1000  # characters that a pattern can match
MOST_REPEATED = 255  # times; `+` and `*` mean up to so many
_ATOM = r"(?:\\[dw.+*?()\[\]{}|^$/\\-]|\[(?:[A-Za-z0-9_./+=~:@-]|\\[dw\]\\-])+\]|[A-Za-z0-9_:/=~@#%&,;<>!-])"
_PART = re.compile(rf"(?P<atom>{_ATOM})(?P<times>\{{\d{{1,3}}(?:,\d{{1,3}})?\}}|[+*?])?")
_PREFIX = re.compile(r"[A-Za-z0-9_:/=~@#%&,;<>!-]*")
_FINGERPRINT = re.compile(rf"[0-9a-f]{{{MARK_DIGITS}}}\Z")
ACCEPTED = (
    "patterns are separated by spaces; each begins with at least 3 plain characters and goes on with characters, "
    "\\d, \\w, classes such as [A-Z0-9] and repetitions such as {16}; only the last may vary ({8,40}, +)"
)


class Pattern(NamedTuple):
    """A pattern ready for use: the characters it begins with, and the expression of all of it."""

    prefix: str
    whole: "re.Pattern[str]"


def checked(said: str) -> str:
    """Patterns in their one form, separated by single spaces. Raises ValueError with what is accepted."""
    patterns(said)
    return " ".join(said.split())


def checked_allowed(said: str) -> str:
    """The same of what is allowed, where fingerprints may stand too."""
    patterns(" ".join(one for one in said.split() if not _FINGERPRINT.match(one)))
    return " ".join(said.split())


@cache
def patterns(said: str) -> tuple[Pattern, ...]:
    """The patterns of a setting. Raises ValueError with what is accepted."""
    words = dict.fromkeys(said.split())
    if len(words) > MOST_PATTERNS:
        raise ValueError(f"it holds {len(words)} patterns; at most {MOST_PATTERNS} are accepted")
    return tuple(_made(word) for word in words)


def fingerprints(said: str) -> frozenset[str]:
    """The fingerprints among what a setting allows."""
    return frozenset(one for one in said.split() if _FINGERPRINT.match(one))


def without_fingerprints(said: str) -> str:
    """What a setting allows besides fingerprints: patterns."""
    return " ".join(one for one in said.split() if not _FINGERPRINT.match(one))


def found(all_of_them: tuple[Pattern, ...], text: str) -> Iterator[Secret]:
    """What patterns find in a text."""
    for prefix, whole in all_of_them:
        place = text.find(prefix)
        while place >= 0:
            match = whole.match(text, place)
            if match:
                yield Secret(KIND, place, match.end())
            place = text.find(prefix, match.end() if match else place + 1)


def _made(word: str) -> Pattern:
    prefix, parts, spans, at = _PREFIX.match(word), [], [], 0
    while at < len(word):
        part = _PART.match(word, at)
        if not part:
            raise ValueError(f"'{word[:60]}' cannot be used: {ACCEPTED}")
        fewest, most = _times(part["times"] or "")
        spans.append((fewest, most))
        parts.append(f"{part['atom']}{{{fewest},{most}}}")
        at = part.end()
    begins = prefix[0] if prefix else ""
    if _repeated(word, len(begins)):
        begins = begins[:-1]
    varying = any(fewest != most for fewest, most in spans[:-1])
    lengths = sum(fewest for fewest, _ in spans), sum(most for _, most in spans)
    if len(begins) < LEAST_PREFIX or varying or lengths[0] < LEAST_LENGTH or lengths[1] > LONGEST_MATCH:
        raise ValueError(f"'{word[:60]}' cannot be used: {ACCEPTED}")
    try:
        return Pattern(begins, re.compile("".join(parts)))
    except re.error:
        raise ValueError(f"'{word[:60]}' cannot be used: {ACCEPTED}") from None


def _repeated(word: str, at: int) -> bool:
    return word[at : at + 1] in ("{", "+", "*", "?") and at < len(word)


def _times(said: str) -> tuple[int, int]:
    """How often a part may stand there: the fewest and the most."""
    if said.startswith("{"):
        first, _, last = said[1:-1].partition(",")
        return int(first), max(int(first), int(last or first))
    return {"": (1, 1), "+": (1, MOST_REPEATED), "*": (0, MOST_REPEATED), "?": (0, 1)}[said]
