"""What was observed at an anchor's place: the value kept beside the anchor, as one line of text.

The first form, before symbols, is up to 64 hex digits: the digest alone. The second begins with `2 ` and
has fields in a fixed order, each left out when it is not known (docs/FORMAT.md, "Observations").
"""

import re
from typing import NamedTuple

from oldhand.model.anchor import VERSION as VERSION
from oldhand.model.canonical import normal
from oldhand.model.secrets import masked

NOT_SEEN = "-"  # stands for all the fields when there are none
DIGITS = 16  # hexadecimal digits of each name: 64 bits tell the states of one place apart
MOST_LINES = 96  # fingerprints of lines kept, context included: 192 characters; more is told from git's objects
FINGERPRINT = 4096  # a fingerprint is a number below it: two characters, and 1 in 4096 changed lines looks the same
LONGEST_BRANCH = 100  # characters; a longer name is left out
LONGEST_WORDS = 240  # characters of the words that tell a difference
LARGEST_COUNT = 9_999  # matches of a pattern that are counted

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_PLACE = {character: number for number, character in enumerate(_ALPHABET)}
_PLAIN = re.compile(r"[0-9a-f]{0,64}\Z")
_FIELDS = re.compile(
    r"2(?: d=([0-9a-f]{16}))?(?: t=([0-9a-f]{16}))?(?: e=([0-9a-f]{16}))?(?: n=(\d{1,7})-(\d{1,7}))?(?: m=(\d{1,4}))?"
    r"(?: b=([0-9a-f]{16}))?(?: c=([0-9a-f]{16}))?(?: r=([^ ]{1,100}))?(?: k=(\d)-(\d))?(?: f=([\w-]{2,192}))?"
    r"(?: s=(\S(?:.{0,238}\S)?))?\Z",
    re.ASCII,
)


class Observed(NamedTuple):
    """What was observed at a place; empty fields were not known.

    digest: of its text; tokens: of its tokens, where formatting and comments do not count; body: of a symbol's
    tokens without its own name; first, last: the lines it had; matched: how often a pattern matched; blob: first digits
    of the id that git gives the file's bytes; commit, branch: what was checked out; before, after: how many
    of `lines` stand before and behind it; lines: fingerprints of its lines, comments and all; words: the signature
    of a symbol, the text a pattern matched, or the versions of a dependency.
    """

    digest: str = ""
    tokens: str = ""
    body: str = ""
    first: int = 0
    last: int = 0
    matched: int = 0
    blob: str = ""
    commit: str = ""
    branch: str = ""
    before: int = 0
    after: int = 0
    lines: tuple[int, ...] = ()
    words: str = ""

    def __str__(self) -> str:
        packed = "".join(_ALPHABET[one >> 6] + _ALPHABET[one & 63] for one in self.lines)
        branch = self.branch if _named(self.branch) else ""
        plain = "".join(c if c.isprintable() else " " for c in self.words)
        words = (plain and masked(normal(plain, "observation")))[:LONGEST_WORDS].strip()
        parts = (
            ("d", self.digest), ("t", self.tokens), ("e", self.body),
            ("n", f"{self.first}-{self.last}" if self.first else ""),
            ("m", str(min(self.matched, LARGEST_COUNT) or "")),
            ("b", self.blob[:DIGITS]), ("c", self.commit[:DIGITS]), ("r", branch),
            ("k", f"{self.before}-{self.after}" if packed else ""), ("f", packed), ("s", words),
        )  # fmt: skip
        return VERSION + (" ".join(f"{name}={said}" for name, said in parts if said) or NOT_SEEN)


NOTHING = Observed()


def observed(value: str) -> Observed:
    """What a value says. Raises ValueError when it is in neither form."""
    if _PLAIN.match(value):
        return Observed(digest=value)
    if value == VERSION + NOT_SEEN:
        return NOTHING
    match = _FIELDS.match(value)
    if match is None or not value.isprintable():
        raise ValueError("what was observed at an anchor is in no form this version knows; upgrade Oldhand")
    digest, tokens, body, first, last, count, blob, commit, branch, before, after, packed, words = match.groups()
    numbers = [int(one or 0) for one in (first, last, count, before, after)]
    lines = _unpacked(packed or "")
    if numbers[0] > numbers[1] or (first and not numbers[0]) or numbers[3] + numbers[4] > len(lines):
        raise ValueError("the lines observed at an anchor run backwards or are not all there")
    return Observed(
        digest or "", tokens or "", body or "", numbers[0], numbers[1], numbers[2], blob or "", commit or "",
        branch or "", numbers[3], numbers[4], lines, words or "",
    )  # fmt: skip


def alike(value: object, other: object) -> bool:
    """Whether two values say that the same was seen, whatever else was checked out or stood in the file."""
    if value == other:
        return True
    if not (isinstance(value, str) and isinstance(other, str)):
        return False
    try:
        one, two = observed(value), observed(other)
    except ValueError:
        return False
    return one.digest == two.digest and (one.tokens == two.tokens or not (one.tokens and two.tokens))


def _unpacked(packed: str) -> tuple[int, ...]:
    if len(packed) % 2:
        raise ValueError("the fingerprints of an anchor's lines are cut off")
    return tuple(_PLACE[high] << 6 | _PLACE[low] for high, low in zip(packed[::2], packed[1::2], strict=True))


def _named(branch: str) -> bool:
    """Whether a branch can be noted; one that is called by a secret is left out."""
    if not branch or len(branch) > LONGEST_BRANCH or " " in branch or not branch.isprintable():
        return False
    return masked(branch) == branch
