"""Looking for goals that nobody has named: sessions on several days that changed the same files and spoke of the same.

Two sessions belong together when they share enough of their files, or of their words and some file; what nearly every
session touches or says counts for nothing. All figures are told, and nothing is made unasked.
"""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from oldhand.model.moment import day
from oldhand.model.session import CALL, EDIT, PROMPT, WRITE
from oldhand.model.terms import ENGLISH_STOP_WORDS, RUSSIAN_STOP_WORDS, index_terms
from oldhand.recall.render import clipped
from oldhand.sessions.said import typed
from oldhand.sessions.working_tree import inside

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.session_log import SessionLog
    from oldhand.store.session_rows import Row

MOST_SESSIONS = 300  # the latest; pairs of them are compared
FEWEST_SESSIONS = 3  # two that are alike are an accident, or one that was interrupted
FEWEST_DAYS = 2
ALIKE_FILES = 0.3  # share of common files (Jaccard), as the inference of mnemo uses for pairs of files
ALIKE_WORDS = 0.2  # share of common words, when some file is common too
COMMON_SHARE = 0.5  # of all sessions, from which on a file or a word tells nothing
FEWEST_FOR_COMMON = 6  # sessions from which on that can be told
MOST_PROMPTS = 5  # of a session, its first: they say what it is about
LONGEST_PROMPT = 2_000  # characters
MOST_SHOWN = 8  # files and words of a candidate that are named
SECONDS = 10.0  # for reading the log
SHORTEST_WORD = 4  # letters
LONGEST_TITLE = 80


class Candidate(NamedTuple):
    """Sessions that seem to follow one goal. sessions: their names, oldest first; days: on how many they were;
    first, last: of these days; alike: mean share of common files of the pairs, in percent; files, words: shared by
    at least two, with the number of sessions that have them; title: what the first of them was asked."""

    sessions: list[str]
    days: int
    first: str
    last: str
    alike: int
    files: dict[str, int]
    words: dict[str, int]
    title: str


class Looked(NamedTuple):
    """What was looked at. sessions: with changed files; left_out: those that were not read for want of time."""

    candidates: list[Candidate]
    sessions: int
    left_out: int


class _Told(NamedTuple):
    """One session as it is compared."""

    name: str
    day: str
    files: frozenset[str]
    words: frozenset[str]
    title: str


def candidates(memory: "Memory", since: int = 0) -> Looked:
    """Goals that sessions since a moment (ms) seem to follow, those with most sessions first."""
    log, until = memory.session_log(), time.monotonic() + SECONDS
    rows = [row for row in log.sessions(MOST_SESSIONS, since=since) if not row.session.parent and row.calls]
    read: list[_Told] = []
    for row in rows:
        if time.monotonic() > until:
            break
        if (told := _told(memory, log, row)).files:
            read.append(told)
    sessions = _without_common(read)
    found = [_candidate(group) for group in _groups(sessions) if _enough(group)]
    found.sort(key=lambda one: (-len(one.sessions), -one.days, one.sessions))
    return Looked(found, len(read), len(rows) - len(read) if time.monotonic() > until else 0)


def _told(memory: "Memory", log: "SessionLog", row: "Row") -> _Told:
    files: set[str] = set()
    asked: list[str] = []
    for event in log.events(row.session.id, (PROMPT, CALL)):
        if event.kind == CALL and event.tool in (EDIT, WRITE):
            named = event.detail.get("paths") or [event.target]
            files.update(one for one in named if isinstance(one, str) and one)
        elif event.kind == PROMPT and typed(event) and len(asked) < MOST_PROMPTS:
            asked.append(event.text[:LONGEST_PROMPT])
    terms = {term for text in asked for term in index_terms(text)} - ENGLISH_STOP_WORDS - RUSSIAN_STOP_WORDS
    words = frozenset(term for term in terms if len(term) >= SHORTEST_WORD and not term.isdecimal())
    title = clipped(" ".join((row.session.title or (asked[0] if asked else "")).split()), LONGEST_TITLE)
    moment = row.session.started or row.last
    return _Told(row.session.id, day(moment), frozenset(inside(memory, files)), words, title)


def _without_common(sessions: Sequence[_Told]) -> list[_Told]:
    """The sessions without the files and words that nearly all of them have."""
    if len(sessions) < FEWEST_FOR_COMMON:
        return list(sessions)
    most = COMMON_SHARE * len(sessions)
    files = {name for name, number in Counter(name for one in sessions for name in one.files).items() if number > most}
    words = {name for name, number in Counter(name for one in sessions for name in one.words).items() if number > most}
    return [one._replace(files=one.files - files, words=one.words - words) for one in sessions]


def _groups(sessions: Sequence[_Told]) -> Iterable[list[_Told]]:
    """Sessions that belong together, directly or through others."""
    over = list(range(len(sessions)))

    def top(number: int) -> int:
        while over[number] != number:
            over[number] = over[over[number]]
            number = over[number]
        return number

    for first in range(len(sessions)):
        for second in range(first):
            if _together(sessions[first], sessions[second]):
                over[top(first)] = top(second)
    groups: dict[int, list[_Told]] = {}
    for number, one in enumerate(sessions):
        groups.setdefault(top(number), []).append(one)
    return groups.values()


def _together(one: _Told, other: _Told) -> bool:
    if not one.files & other.files:
        return False
    return _share(one.files, other.files) >= ALIKE_FILES or _share(one.words, other.words) >= ALIKE_WORDS


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


def _enough(group: Sequence[_Told]) -> bool:
    return len(group) >= FEWEST_SESSIONS and len({one.day for one in group}) >= FEWEST_DAYS


def _candidate(group: Sequence[_Told]) -> Candidate:
    ordered = sorted(group, key=lambda one: (one.day, one.name))
    days = sorted({one.day for one in group})
    pairs = [(one, other) for number, one in enumerate(ordered) for other in ordered[:number]]
    alike = round(100 * sum(_share(one.files, other.files) for one, other in pairs) / len(pairs))
    return Candidate(
        [one.name for one in ordered], len(days), days[0], days[-1], alike,
        _shared(one.files for one in ordered), _shared(one.words for one in ordered),
        next((one.title for one in ordered if one.title), ""),
    )  # fmt: skip


def _shared(several: Iterable[frozenset[str]]) -> dict[str, int]:
    """What at least two have, with how many have it, the most common first."""
    counted = Counter(name for one in several for name in one)
    best = sorted(
        ((name, number) for name, number in counted.items() if number > 1), key=lambda pair: (-pair[1], pair[0])
    )
    return dict(best[:MOST_SHOWN])
