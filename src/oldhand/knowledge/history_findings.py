"""What reading a history finds: one record for every sort of finding, and how a file's path is judged."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from zlib import crc32

from oldhand.code.history import Change, Commit
from oldhand.code.languages import language_of, role_of

DAY_MS = 86_400_000
YEAR_MS = 365 * DAY_MS
SHORT = 12  # digits of a commit's id that are kept and shown: no two agree below 16 million commits
MOST_PATHS = 5  # files a finding is tied to; what touches more speaks of none of them in particular
LONGEST_IN_KEY = 160  # characters; a key has at most 200
SHORT_LIFE_MS = YEAR_MS  # what was taken out within a year had hardly begun to serve
LONGEST_HYPOTHESIS = 400  # characters of what was tried, as `negative record` takes it
EVERYWHERE = "this project"  # where something holds that no file of today speaks of
WIDE = 25  # files from which on a commit (a reformatting, a rename) says nothing about each of them


_EXAMPLES = re.compile(r"(?:^|/)(?:examples?|samples?|demos?|tutorials?|sandbox|playground|benchmarks?)/")


class Finding(NamedTuple):
    """One thing that the history says.

    category: decision, revert, removal, dependency, fragile or owners; key: names the same thing at every
    reading; subject: what it is about; text: what is said, without its full stop; reason: why, quoted;
    paths: the files it speaks of, by their present names; commit: where it comes from, time: that commit's
    (ms); rank: what it is worth beside others of its category; quoted: whether people said it, rather than
    that it was worked out from what they did; fields: of its kind, beside the text; lasts_ms: how long it counts from
    its time on, 0 for as long as the history says it.
    """

    category: str
    kind: str
    domain: str
    key: str
    subject: str
    text: str
    reason: str
    paths: tuple[str, ...]
    commit: str
    time: int
    rank: float
    quoted: bool
    fields: Mapping[str, Any] = {}
    lasts_ms: int = 0

    def told(self, *, reason: bool = True) -> str:
        """The whole text, with the reason where there is one and it is wanted."""
        return f"{self.text}: {self.reason}" if self.reason and reason else f"{self.text}."


_FAILED = re.compile(
    r"\b(?:slow|broke|broken|breaks|fail|bug|crash|unmaintained|abandoned|incompatib|vulnerab|insecure|flaky|leak|hang"
    r"|unreliable|unstable|unusable|too (?:big|large|complex|complicated|heavy|hard|much)|(?:never|not|n.t) work"
    r"|(?:more|much) harm|problem|trouble|regression|painful|wrong|медленн|слома|пада|не работа|ошиб|уязвим|заброш)",
    re.IGNORECASE,
)  # how people say that something did not work


_UNNEEDED = re.compile(
    r"\b(?:clean ?up|unused|obsolete|unneeded|unnecessary|not needed|no longer (?:needed|used)|не нуж|не использу)",
    re.IGNORECASE,
)


def did_not_work(lasted_ms: int, subject: str, reason: str) -> bool:
    """Whether what was given up counts as tried in vain: it was gone soon, or the reason says so.

    What served for years, or was merely needed no more, did not fail.
    """
    soon = lasted_ms <= SHORT_LIFE_MS and not _UNNEEDED.search(f"{subject} {reason}")
    return soon or bool(_FAILED.search(reason))


def is_code(path: str) -> bool:
    """Whether a file is code of the project's own."""
    return role_of(path) == "code" and bool(language_of(path)) and not _EXAMPLES.search(path)


def telling(commit: Commit) -> list[Change]:
    """The changes of a commit to code and configuration, the largest first: what its message speaks of."""
    kept = [one for one in commit.changes[:400] if is_code(one.path) or role_of(one.path) == "config"]
    return sorted(kept, key=lambda change: (-(change.added + change.deleted), change.path))


def named(path: str) -> str:
    """A path as part of a key: as it is where it is short, else its end with a checksum of all of it."""
    if len(path) <= LONGEST_IN_KEY:
        return path
    return f"{crc32(path.encode('utf-8', 'surrogateescape')):08x}…{path[10 - LONGEST_IN_KEY :]}"


def span(milliseconds: int) -> str:
    """A length of time in its largest unit: `2 minutes`, `5 hours`, `6 days`, `3 months`, `2 years`."""
    days = milliseconds // DAY_MS
    for size, unit in ((365, "year"), (30, "month"), (1, "day")):
        if days >= (2 * size if unit == "month" else size):
            count = round(days / size)
            return f"{count} {unit}{'s' * (count != 1)}"
    hours, minutes = milliseconds // 3_600_000, max(1, milliseconds // 60_000)
    count, unit = (hours, "hour") if hours else (minutes, "minute")
    return f"{count} {unit}{'s' * (count != 1)}"


def freshness(time: int, latest: int, half_life_ms: float) -> float:
    """What is left of the weight of something that happened at `time`, seen from the latest commit: 1 halving down."""
    return float(0.5 ** (max(0, latest - time) / half_life_ms))
