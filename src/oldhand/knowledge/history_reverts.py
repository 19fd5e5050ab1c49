"""What was tried and taken back: reverts, their reasons, and whether they were themselves taken back later."""

import re
from collections.abc import Callable
from typing import Any
from zlib import crc32

from oldhand.code.history import Commit
from oldhand.exchange.prose import shorten
from oldhand.knowledge.history_findings import (
    DAY_MS,
    EVERYWHERE,
    LONGEST_HYPOTHESIS,
    MOST_PATHS,
    SHORT,
    WIDE,
    YEAR_MS,
    Finding,
    freshness,
    span,
    telling,
)
from oldhand.knowledge.history_messages import LONGEST_BODY, clean, conventional, routine, subject_of, why
from oldhand.knowledge.history_words import TRIFLES
from oldhand.model.moment import day

MOST_HELD = 3_000  # reverts; the longest-lived public projects have some hundred
DEEPEST = 6  # reverts of reverts that are followed
LONGEST_QUOTED = 120  # characters of a subject
HALF_LIFE_MS = 4 * YEAR_MS  # what failed four years ago is worth half as much to know
LIFETIME_MS = 2 * HALF_LIFE_MS  # then a quarter is left of it, and it is told to nobody unasked
_SUBJECT = re.compile(
    r"(?:revert|reverting|reverts|reverted|roll ?back|back ?out|откат\w*)\b[:\s]+(?!(?:back )?to\b)[\"'“«]?(.+)",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"(?:re-?apply|re-?land|re-?introduce|unrevert|revert (?:the )?revert(?: of)?)\b[:\s]*[\"'“«]?(.+)", re.IGNORECASE
)
_NAMED = re.compile(r"\brever(?:ts|ted|ting|t)\b.{0,40}?\b([0-9a-f]{7,64})\b", re.IGNORECASE)
_REVERTED = re.compile(r"\s*this reverts commits? [0-9a-f]{7,64}", re.IGNORECASE)
_NUMBER = re.compile(r"\s*\([\w./-]{0,60}[#!]\d{1,7}\)\s*$")
_BUMP = re.compile(
    r"(?:bump|update|upgrade|downgrade|pin|обнов\w{1,6}) ([@\w][\w./@-]{1,100}) (?:from \S{1,40} )?(?:to|до) v?"
    r"(\d[\w.+-]{0,40})",
    re.IGNORECASE,
)  # "Bump celery from 4.4 to 5.0"
_BACK_TO = re.compile(
    r"(?:revert(?:ing|ed|s)?|roll(?:ed|ing)? ?back|downgraded?|downgrading|откат\w{0,4})\s+(?:back )?(?:to )?"
    r"([@\w][\w./@-]{1,100}) (?:back )?(?:to )?(?:version )?(v\d{1,9}|v?\d{1,9}\.\d[\w.+-]{0,40})\Z",
    re.IGNORECASE,
)  # "revert celery to 4.4": 4.4 is not what failed
_NO_NAME = frozenset({"to", "version", "release"})
_SAME_AGAIN = re.compile(r"\A(?:this )?reverts? commits? [0-9a-f]{7,64}\b.{0,300}\Z", re.IGNORECASE)
_PASSING = re.compile(r"\b(?:temporar|wip\b|debug|experiment|test commit|временн|отладк)", re.IGNORECASE)
_SLIP = re.compile(
    r"\b(?:accident|by mistake|unintend|unintention|wrong (?:branch|commit)|случайно|по ошибке)", re.IGNORECASE
)


class Reverts:
    """The reverts of a history and what they took back. Commits are added newest first."""

    def __init__(self, saved: dict[str, Any] | None = None) -> None:
        saved = saved or {}
        # each: time, commit, own subject, subjects taken back, commits taken back, again, reason, paths, target,
        # lowered: the dependency whose version it sets back
        self.held: list[dict[str, Any]] = saved.get("held", [])
        self.later: dict[str, int] = saved.get("later", {})  # checksums of the subjects read so far -> latest time
        self.raised: dict[str, int] = saved.get("raised", {})  # checksums of dependencies raised so far -> latest time
        self._open = [one for one in self.held if not one["target"]]

    def saved(self) -> dict[str, Any]:
        """What `Reverts` is made from again."""
        return {"held": self.held, "later": self.later, "raised": self.raised}

    def add(self, commit: Commit, now: Callable[[str], str]) -> None:
        """Take one commit in, be it a revert, the target of one or neither. now: the present name of a file."""
        subject = subject_of(commit)
        self.seek(commit, subject)
        self.later.setdefault(_sum(subject), commit.time)
        bare = conventional(subject)[3]  # "fix: revert …" says it after its label
        if bump := _BUMP.search(subject):
            self.raised.setdefault(_sum(bump[1]), commit.time)
        again = _AGAIN.match(subject) or _AGAIN.match(bare)
        found = again or _SUBJECT.match(subject) or _SUBJECT.match(bare)
        name, version = _back_to(bare)
        if not (found or name or _REVERTED.match(commit.body)) or len(self.held) >= MOST_HELD:
            return
        named = _NAMED.findall(commit.body[:LONGEST_BODY])
        taken = _bare(found[1]) if found else ""
        taken = f"{name} other than {version}" if name else taken
        paths = [change.path for change in telling(commit)]
        one = {
            "time": commit.time, "commit": commit.sha, "subject": _bare(subject), "takes": taken,
            "names": [name.lower() for name in named[:5]], "again": bool(again) or _layers(taken) % 2 == 1,
            "reason": _SAME_AGAIN.sub("", why(commit.body)),
            "paths": [now(path) for path in paths[:MOST_PATHS]] if len(paths) <= WIDE else [], "code": bool(paths),
            "target": [], "relanded": bool(taken) and self.later.get(_sum(taken), 0) > commit.time, "lowered": name,
        }  # fmt: skip
        one["relanded"] = one["relanded"] or bool(name and self.raised.get(_sum(name), 0) > commit.time)
        self.held.append(one)
        self._open.append(one)

    def seek(self, commit: Commit, subject: str) -> None:
        """Note the commit with every revert that took it back."""
        bare = ""
        for one in self._open:
            if any(commit.sha.startswith(name) for name in one["names"]):
                one["target"] = [commit.time, commit.sha, _bare(subject)]
            elif one["takes"] and not one["names"] and commit.time <= one["time"]:
                bare = bare or _bare(subject)
                if bare == one["takes"] or (len(one["takes"]) > 30 and bare.startswith(one["takes"].rstrip(" …."))):
                    one["target"] = [commit.time, commit.sha, bare]
        if any(one["target"] for one in self._open):
            self._open = [one for one in self._open if not one["target"]]

    def waiting(self) -> bool:
        """Whether a revert is still without the commit it took back."""
        return bool(self._open)

    def merge(self, older: "Reverts", now: Callable[[str], str]) -> None:
        """Join what was read earlier; what was said again since then is reverted no more."""
        for one in older.held:
            one["paths"] = [now(path) for path in one["paths"]]
            one["relanded"] = one["relanded"] or bool(one["takes"] and _sum(one["takes"]) in self.later)
            one["relanded"] = one["relanded"] or bool(one.get("lowered") and _sum(one["lowered"]) in self.raised)
        self.held += older.held
        self._open = []
        self.later, self.raised = {}, {}

    def findings(self, latest: int, present: set[str]) -> list[Finding]:
        """The changes that stand reverted: of everything done to one change, the latest decides."""
        decisive: dict[str, dict[str, Any]] = {}
        for one in self.held:
            what, stamp = _changed(one), (one["time"], one["commit"])
            known = decisive.get(what)
            if known is None or stamp > (known["time"], known["commit"]):
                decisive[what] = one
        found = (_finding(one, latest, present) for one in decisive.values() if not (one["again"] or one["relanded"]))
        return [finding for finding in found if finding is not None]


def _back_to(subject: str) -> tuple[str, str]:
    """The dependency and the version that a subject goes back to; two empty ones when it says no such thing."""
    found = _BACK_TO.match(_bare(subject))
    return (found[1], found[2]) if found and found[1].casefold() not in _NO_NAME else ("", "")


def _changed(one: dict[str, Any]) -> str:
    """What a revert, or the revert of a revert, is about in the end: the subject of a change."""
    return _innermost(one["target"][2] if one["target"] else one["takes"]).casefold() or str(one["commit"])


def _finding(one: dict[str, Any], latest: int, present: set[str]) -> Finding | None:
    target = one["target"]
    subject = _bare(_innermost(target[2] if target else one["takes"]))
    if (
        len(subject) < 8
        or routine(subject)
        or (TRIFLES.search(subject) and not one["reason"])
        or re.fullmatch(r"[0-9a-f]{7,64}\W*", subject)
    ):
        return None
    if _SUBJECT.match(subject) or not one["code"]:
        return None
    lived = one["time"] - target[0] if target else -1
    reason = one["reason"]
    if (not reason and lived < DAY_MS) or _SLIP.search(reason):  # put right at once, or nobody knows what it was
        return None
    if not reason and _PASSING.search(subject):  # it was to be taken back from the start
        return None
    after = f" after {span(lived)}" if lived >= 0 else ""
    text = f'TRIED "{shorten(subject, LONGEST_QUOTED)}" was reverted{after} ({one["commit"][:7]})'
    still = tuple(path for path in one["paths"] if path in present)
    rank = 4.0 * freshness(one["time"], latest, HALF_LIFE_MS) + (3 if reason else 0) + (1 if lived > DAY_MS else 0)
    rank += (1 if still else -1) + (0 if target else -1)
    return Finding(
        "revert", "negative", "history", f"history/revert/{one['commit'][:SHORT]}", subject, text, reason, still,
        one["commit"][:SHORT], one["time"], rank, True, _fields(one, subject, after, still), LIFETIME_MS,
    )  # fmt: skip


def _fields(one: dict[str, Any], subject: str, after: str, still: tuple[str, ...]) -> dict[str, Any]:
    """What was tried apart from what came of it, what shows it, where it holds and what makes it worth another try."""
    target, reason = one["target"], one["reason"]
    evidence = [f"commit {one['commit'][:SHORT]} of {day(one['time'])}: {shorten(one['subject'], LONGEST_QUOTED)}"]
    if target:
        evidence.insert(0, f"commit {target[1][:SHORT]} of {day(target[0])}: {shorten(target[2], LONGEST_QUOTED)}")
    bump, lowered = _BUMP.search(subject), _back_to(conventional(one["subject"])[3]) if one.get("lowered") else ("", "")
    reopens = f"dep:{bump[1]}@{bump[2]}" if bump else f"dep:{lowered[0]}@{lowered[1]}" if lowered[0] else ""
    return {
        "hypothesis": shorten(subject, LONGEST_HYPOTHESIS),
        "conclusion": f"it was reverted{after}" + (f": {reason}" if reason else ""),
        "evidence": evidence, "severity": "warning" if reason else "info",
        "applies": ", ".join(still[:3]) or EVERYWHERE, "reopens": [reopens] if reopens else [],
    }  # fmt: skip


def _layers(subject: str) -> int:
    """How often a subject says that something was reverted: taking back an odd number of times is doing it again."""
    count = 0
    for _ in range(DEEPEST):
        match = _AGAIN.match(subject) or _SUBJECT.match(subject)
        if not match:
            break
        count += not _AGAIN.match(subject)
        subject = _bare(match[1])
    return count


def _innermost(subject: str) -> str:
    for _ in range(DEEPEST):
        match = _AGAIN.match(subject) or _SUBJECT.match(subject)
        if not match:
            break
        subject = _bare(match[1])
    return subject


def _bare(subject: str) -> str:
    """A subject without the quotation marks around it and the number of its pull request."""
    subject = clean(subject)
    for _ in range(3):
        subject = _NUMBER.sub("", subject).strip(" .\"'”»")
    return subject


def _sum(subject: str) -> str:
    return f"{crc32(_bare(subject).casefold().encode('utf-8', 'replace')):x}"
