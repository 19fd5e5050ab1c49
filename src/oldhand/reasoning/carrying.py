"""Which commits carry a decision out, and how surely each does.

A decision may be tied to commits by a person (the tag `commit:`), by the commit itself (the trailer `Oldhand-Decision`,
its id in the message), by the engram of the session that made it, by the record in the repository that it was read from
(the commit that adds it, or names its number), and, where nothing else is known, by the places it is anchored at.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from oldhand.knowledge.history_findings import DAY_MS
from oldhand.model.identity import SHOWN_DIGITS
from oldhand.reasoning.decisions import Decision
from oldhand.reasoning.forecasts import WHOLE
from oldhand.reasoning.reading_history import Seen
from oldhand.sessions.engram_keeping import every as every_engram
from oldhand.store.reader import Reader

# How surely a commit carries a decision, ten-thousandths, by what ties them:
TAGGED = TRAILED = WHOLE  # somebody says so
NAMED = 9_000  # the message has the decision's id, which is said of what carries it out and seldom of what follows
PULLED = 9_000  # its title ends in the number of a pull request that the decision is tied to: squashed, or its merge
TOLD = 8_000  # the session that made the commit said the decision
TITLED = 8_000  # the title names the number of its record, and more than the record is changed: work that follows it up
NUMBERED = 6_000  # the message names that number in passing, or only the record is changed: later work does so too
SESSION = 6_000  # it was made while the session of the commit ran, which may have been about several things
RECORDED = 5_000  # the commit that adds the record, often with the change and often before it
TOUCHED = 3_000  # it touches the anchored place soon after: work around it looks the same
SURE = 7_000  # from which on weaker ties of the same decision are left aside
SOON_DAYS = 14  # within which a commit at the anchored place is taken for the one that carries it out
MOST_TOUCHED = 3  # such commits
MOST_ENGRAMS = 30  # sessions that ran at one moment and are looked at
TRAILER = re.compile(r"^Oldhand-Decision:[ \t]{0,8}([0-9a-f]{6,64})\b", re.IGNORECASE | re.MULTILINE)
_ID = re.compile(r"\b[0-9a-f]{12,32}\b")
_NUMBER = re.compile(  # `ADR-12`, `adr/0012-x.md`, `adr/2022-03-23_012-x.md`; a date is no number
    r"\badr[-_ #/]{0,3}(?:\d{4}-\d\d-\d\d[-_]){0,1}0{0,4}([1-9]\d{0,4})(?![0-9a-z]|-\d\d-\d\d)", re.IGNORECASE
)
_PULL = re.compile(r"(?:#|(?:/pull|/pulls|/merge_requests|/pull-requests)/|\A)(\d{1,9})/{0,1}\Z")  # 12, #12, an address
_SQUASHED = re.compile(r"\([#!](\d{1,9})\)\s{0,9}\Z|\AMerge pull request #(\d{1,9})\b")
_FOLDERS = frozenset({"adr", "adrs", "decision", "decisions", "decision-records", "decision_records", "rfc", "rfcs"})
_TEXTS = (".md", ".markdown", ".adoc", ".rst", ".txt")
_FILE_NUMBER = re.compile(r"(?:\d{4}-\d\d-\d\d[-_]?)?(?:adr[-_]?)?0{0,4}([1-9]\d{0,4})(?=[-_. ])", re.IGNORECASE)


class Claim(NamedTuple):
    """What is known of the commits of a decision before its history is read. commits: id, or its beginning -> how
    surely; record: the file that it was read from, number: the one in that file's name; places: files it is anchored
    at; at: when it was made (ms); pulls: numbers of the pull requests that it is tied to."""

    decision: str
    commits: tuple[tuple[str, int], ...]
    record: str
    number: str
    places: tuple[str, ...]
    at: int
    pulls: tuple[str, ...] = ()


def claims(reader: Reader, decisions: Iterable[Decision]) -> dict[str, Claim]:
    """What ties each decision to commits, by its id."""
    sessions = _Sessions(reader)
    return {one.id: _claim(one, sessions) for one in decisions}


def _claim(one: Decision, sessions: "_Sessions") -> Claim:
    commits: dict[str, int] = {}
    for sha in one.commits:
        commits[sessions.now.get(sha, sha)] = TAGGED
    for sha, weight in sessions.of(one):
        commits[sha] = max(weight, commits.get(sha, 0))
    places = tuple(dict.fromkeys(_file(place) for place in one.anchors))
    record = next((place for place in places if _is_record(place)), "")
    number = _FILE_NUMBER.match(record.rpartition("/")[2])
    rest = tuple(place for place in places if place and place != record)
    pulls = tuple(dict.fromkeys(found[1] for said in one.prs if (found := _PULL.search(said))))
    return Claim(one.id, tuple(sorted(commits.items())), record, number[1] if number else "", rest, one.at, pulls)


def _is_record(place: str) -> bool:
    """Whether a file is the record of a decision, by where it lies."""
    *folders, name = place.lower().split("/")
    return name.endswith(_TEXTS) and not _FOLDERS.isdisjoint(folders)


def _file(place: str) -> str:
    """The file of an anchor: `src/a.py:10-20`, `src/a.py#name` and `src/a.py` are of src/a.py."""
    path = place.partition("#")[0]
    head, _, lines = path.rpartition(":")
    return head if head and lines.replace("-", "").isdecimal() else path


class _Sessions:
    """What engrams say: which commits a session made, while it ran, and what commits were before they were rewritten.

    now: an id that a commit had before -> the one it has now.
    """

    def __init__(self, reader: Reader) -> None:
        self.now: dict[str, str] = {}
        self._made: list[tuple[int, int, tuple[str, ...], str]] = []  # until, from, commits, what it decided
        for _, fields in every_engram(reader):
            commit = str(fields.get("commit", ""))
            if not commit:
                continue
            self.now |= {str(old): commit for old in fields.get("before", ())}
            until, begun = str(fields.get("at", "")), str(fields.get("begun", ""))
            if until.isdecimal() and begun.isdecimal():
                commits = (commit, *map(str, fields.get("also", ())))
                decided = "\n".join(map(str, fields.get("decisions", ()))).casefold()
                self._made.append((int(until), int(begun), commits, decided))
        self._made.sort()

    def of(self, one: Decision) -> Iterator[tuple[str, int]]:
        """(commit, how surely) of the sessions that ran when a decision was made. A bare date is no moment."""
        if not one.at or one.at % DAY_MS == 0:
            return
        said = " ".join(one.text.split()).casefold()[:80]
        start = bisect_left(self._made, (one.at,))
        for _, begun, commits, decided in self._made[start : start + MOST_ENGRAMS]:
            if begun <= one.at:
                yield from ((sha, TOLD if said and said in decided else SESSION) for sha in commits)


class Finder:
    """Finds the decisions that a commit carries, as commits go by."""

    def __init__(self, known: Iterable[Claim]) -> None:
        self._ids: dict[str, list[str]] = {}  # first digits of an id -> whole ids
        self._numbers: dict[str, list[str]] = {}
        self._records: dict[str, list[str]] = {}
        self._pulls: dict[str, list[str]] = {}
        self._places: dict[str, list[Claim]] = {}
        self._near: dict[str, int] = {}  # decision -> commits taken for it by its anchors
        for one in known:
            self._ids.setdefault(one.decision[:6], []).append(one.decision)
            if one.number:
                self._numbers.setdefault(one.number, []).append(one.decision)
            for pull in one.pulls:
                self._pulls.setdefault(pull, []).append(one.decision)
            if one.record:
                self._records.setdefault(one.record, []).append(one.decision)
            elif not one.commits and not one.pulls:
                for place in one.places:
                    self._places.setdefault(place, []).append(one)

    def carried(self, seen: Seen) -> Iterator[tuple[str, int]]:
        """(decision, how surely) of what a commit carries."""
        text = f"{seen.subject}\n{seen.body}"
        yield from ((name, TRAILED) for said in TRAILER.findall(text) for name in self._called(said.lower()))
        yield from ((name, NAMED) for said in _ID.findall(text) for name in self._called(said))
        if self._pulls and (squashed := _SQUASHED.search(seen.subject)):
            yield from ((name, PULLED) for name in self._pulls.get(squashed[1] or squashed[2], ()))
        other = any(path not in self._records for _, path, _ in seen.files)
        titled = frozenset(_NUMBER.findall(seen.subject)) if other else frozenset()
        for said in dict.fromkeys(_NUMBER.findall(text)):
            yield from ((name, TITLED if said in titled else NUMBERED) for name in self._numbers.get(said, ()))
        for status, path, _ in seen.files:
            if status == "A" and path in self._records:
                yield from ((name, RECORDED) for name in self._records[path])
            for one in self._places.get(path, ()):
                near = self._near.get(one.decision, 0)
                if near < MOST_TOUCHED and one.at <= seen.time <= one.at + SOON_DAYS * DAY_MS:
                    self._near[one.decision] = near + 1
                    yield one.decision, TOUCHED

    def _called(self, said: str) -> list[str]:
        """The decisions whose id begins so; none when it is shorter than ids are shown, or several."""
        found = [name for name in self._ids.get(said[:6], ()) if name.startswith(said) or said.startswith(name)]
        return found if len(found) == 1 and len(said) >= min(SHOWN_DIGITS, 12) else []
