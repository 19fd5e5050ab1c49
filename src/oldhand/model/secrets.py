"""Finding secrets in a text: tokens of known formats, passwords beside words that tell, keys in blocks.

One pass in linear time. Ordinary text costs a few searches for literals: patterns are compiled and run only where one
of them stands. What cannot be told from other text is not found: a password that no word announces, a token that was
encoded or cut up (docs/TRUTH.md, "Secrets").
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from oldhand.model import secret_formats as formats
from oldhand.model.lazy_pattern import LazyPattern

MARK_DIGITS = 8  # of a fingerprint: two of 1,000 secrets share one with a chance of 1 in 8,600
LONGEST_KEPT = 2_000  # characters of a text that is known again as one without a secret: statements are shorter
MOST_KEPT = 64  # of these texts: the arguments of a call, and at most 500 kB
LEAST_RUN = 16  # characters of the shortest run that holds a token of known form
MOST_STARTS = 64  # places in one run where one prefix is tried: tokens stand side by side, but not in one run
_SEPARATORS = bytes(range(128)).translate(None, b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_SPACED = bytes.maketrans(_SEPARATORS + bytes(range(128, 256)), b" " * (len(_SEPARATORS) + 128))
_ESCAPE = LazyPattern(r"(?:%[0-9A-Fa-f]{2}|\\[nrtbf]|\\u[0-9A-Fa-f]{4})\Z")
_INVISIBLE = LazyPattern("[\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufeff]")


class Secret(NamedTuple):
    """A secret in a text: what it is, as a person would say it, and the characters it takes, `end` not included."""

    kind: str
    start: int
    end: int


def find(text: str) -> list[Secret]:
    """The secrets in a text, in order, none inside another; empty for most texts."""
    if len(text) < 6 or text in _clean:
        return []
    found = _find(text)
    if not found and len(text) <= LONGEST_KEPT:
        if len(_clean) >= MOST_KEPT:
            _clean.clear()
        _clean[text] = None
    return found


_clean: dict[str, None] = {}
"""Texts in which nothing was found: one call screens the same words two or three times. None with a secret is kept."""


def _find(text: str) -> list[Secret]:
    if not text.isascii() and _INVISIBLE.search(text):
        return _found_without_invisible(text)
    return apart([*_tokens(text), *_around_literals(text), *_told(text)])


def mark(kind: str, name: str = "") -> str:
    """What stands in the place of a secret: `[GitHub token …f3a91c04]`, or without a fingerprint `[GitHub token …]`."""
    return f"[{kind} …{name}]"


def masked(text: str, finder: Callable[[str], list[Secret]] | None = None) -> str:
    """`text` with every secret replaced by a mark without a fingerprint: for what is only shown or noted in passing.

    finder: what finds them; what is known of secrets by default.
    """
    secrets = (finder or find)(text)
    if not secrets:
        return text
    parts, end = [], 0
    for kind, start, stop in secrets:
        parts += [text[end:start], mark(kind)]
        end = stop
    return "".join([*parts, text[end:]])


def _found_without_invisible(text: str) -> list[Secret]:
    """What is found when characters that nobody sees are passed over, at the places it has with them."""
    kept = [number for number, character in enumerate(text) if not _INVISIBLE.match(character)]
    plain = "".join(text[number] for number in kept)
    return [Secret(kind, kept[start], kept[end - 1] + 1) for kind, start, end in find(plain)]


def apart(found: list[Secret]) -> list[Secret]:
    """Without what overlaps: of two, the one that begins first, and of those the longer."""
    if len(found) < 2:
        return found
    kept: list[Secret] = []
    for secret in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or secret.start >= kept[-1].end:
            kept.append(secret)
        elif secret.end > kept[-1].end:
            kept[-1] = kept[-1]._replace(end=secret.end)
    return kept


def _runs(text: str) -> list[bytes]:
    """The runs of letters, digits, _ and - that are long enough for a token, in order."""
    spaced = text.encode("utf-8", "surrogatepass").translate(_SPACED)
    return [run for run in spaced.split() if len(run) >= LEAST_RUN]


def _tokens(text: str) -> Iterator[Secret]:
    """Tokens whose prefix stands in one run with what follows."""
    at = 0
    for raw in _runs(text):
        run = raw.decode("ascii")
        at = text.index(run, at)
        start, at = at, at + len(run)
        if len(raw.translate(None, b"0123456789")) < len(raw):
            prefixes = [prefix for prefix in formats.PREFIXES if prefix in run]
        elif run[:2] in formats.FIRST:
            prefixes = [prefix for prefix in formats.PREFIXES if run.startswith(prefix)]
        else:
            prefixes = []
        for prefix in prefixes:
            yield from _starting_with(prefix, text, start, at)
        if at - start >= formats.LEAST_DOTTED and start and text[start - 1] in formats.DOTTED:
            yield from _around(text[start - 1], text, start - 1)


def _starting_with(prefix: str, text: str, start: int, stop: int) -> Iterator[Secret]:
    """The tokens with a prefix that begin within a run of the text."""
    place = text.find(prefix, start, stop)
    for _ in range(MOST_STARTS):
        if place < 0:
            return
        after = place + len(prefix)
        if _begins(text, place):
            for kind, body in formats.by_prefix(prefix):
                match = body.match(text, after)
                if match and _varied(match[0]):
                    yield Secret(kind, place, match.end())
                    after = match.end()
                    break
        place = text.find(prefix, after, stop)


def _begins(text: str, place: int) -> bool:
    """Whether a token may begin here: nothing of a word stands before it, but for an escape."""
    if place == 0 or not text[place - 1].isalnum():
        return True
    before = text[max(0, place - 6) : place]
    return bool(_ESCAPE.search(before))


def _varied(body: str) -> bool:
    from oldhand.model.secret_values import varied

    return varied(body)


def _around_literals(text: str) -> Iterator[Secret]:
    for literal in formats.LITERALS:
        place = text.find(literal)
        while place >= 0:
            yield from _around(literal, text, place)
            place = text.find(literal, place + len(literal))


def _around(literal: str, text: str, place: int) -> Iterator[Secret]:
    """A token that has this literal at its beginning or in its middle."""
    after = place + len(literal)
    for kind, body, before, back in formats.by_literal(literal):
        start = place
        if before is None and not _begins(text, place) and literal[0].isalnum():
            continue
        match = body.match(text, after)
        if not match:
            continue
        if before is not None:
            lead = before.search(text, max(0, place - back), place)
            if not lead or (lead.start() and text[lead.start() - 1].isalnum()):
                continue
            start = lead.start()
        if _varied(match[0]):
            yield Secret(kind, start, match.end())
            return


def _told(text: str) -> Iterator[Secret]:
    """What words, addresses and blocks around it tell to be secret."""
    low = text.lower()
    if len(low) != len(text):  # a few letters become two in lower case: then only ASCII is folded
        low = text.translate(_ASCII_LOW)
    from oldhand.model import secret_commands, secret_words

    yield from (Secret(*one) for one in secret_words.told(text, low))
    yield from (Secret(*one) for one in secret_commands.told(text, low))


_ASCII_LOW = {number: number + 32 for number in range(ord("A"), ord("Z") + 1)}
