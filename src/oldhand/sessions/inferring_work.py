"""What the log of sessions tells of the work itself: which steps come one after another, how long calls take, what a
session's calls are there for, and what fails more than the rest.

The session is the unit: in each it is compared with what its own steps in any other order would give. So a session that
is long, or has much of one step, says no more than another, and of all that is said at most a tenth may be chance.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from oldhand.knowledge.gotchas import named
from oldhand.knowledge.shell_words import programs
from oldhand.model.session import CALL, COMMAND, EDIT, OTHER, READ, RESULT, SEARCH, WEB, WRITE, Event
from oldhand.sessions.engram_reasoning import checks
from oldhand.sessions.inferring import FALSE_RATE, FEWEST_SESSIONS, Finding, Inferred, Share, Span
from oldhand.sessions.inferring_sequences import FOLLOWS as FOLLOWS
from oldhand.sessions.inferring_sequences import common, sequences
from oldhand.sessions.measuring import clustered, discoveries, excess, poisson_binomial, quantile

if TYPE_CHECKING:
    from oldhand.memory import Memory

MOST_SESSIONS = 300  # the latest that are read
MOST_EVENTS = 20_000  # of one session
FEWEST_WITH = 20  # sessions that have a step: from there on the test's approximation holds
FEWEST_CHECKED = 10  # sessions in which a file was changed and then checked: the test of files is exact
FEWEST_TIMED = 30  # calls of a tool whose times are known: below that a ninetieth percentile is one of three calls
MOST_FILES = 200  # that are looked at: those that most sessions changed
MOST_CHANGED = 40  # files of one change: a change of more is no one file's doing
LONGEST_STEP = 60  # characters of a step's name
LONGEST_COMMAND = 2_000  # characters of a command that are read for its program
LONGEST_MS = 3_600_000  # of a call: what takes longer waited for a person
QUICK_MS = 5_000  # a read, an edit or a search that takes longer waited for the person's leave
QUICK = frozenset({READ, EDIT, WRITE, SEARCH})
EXPLORING, EDITING, CHECKING, OTHERS = "exploring", "editing", "checking", "other"
PHASES = (EXPLORING, EDITING, CHECKING, OTHERS)
# Programs that only show, and such commands of git; and what stands beside them and says nothing of what is done.
SHOWING = frozenset({
    "ls", "cat", "head", "tail", "sed", "find", "stat", "file", "tree", "nl", "less", "more", "wc", "grep", "rg",
    "egrep", "fgrep", "ag", "fd", "jq", "yq", "diff", "cmp", "du", "which", "sort", "uniq", "cut", "awk", "column",
    "pwd",
})  # fmt: skip
GIT_SHOWING = frozenset({"log", "show", "diff", "status", "blame", "grep", "branch", "ls-files", "rev-parse"})
BESIDE = frozenset({"cd", "true"})
SAYING = "echo"  # beside what shows it says nothing of what is done; into a file it writes
_PHASE_OF = {READ: EXPLORING, SEARCH: EXPLORING, WEB: EXPLORING, EDIT: EDITING, WRITE: EDITING}
FAILS, BREAKS = "fails more than the rest", "is followed by failing checks more than other files"


class Step(NamedTuple):
    """A call. name: what it does (its tool, of a command the program); took: ms, -1 where that is not known; phase:
    one of PHASES; files: that it changes, relative to the session's folder; ok: None where that is not known."""

    name: str
    tool: str
    failed: bool
    took: int = -1
    phase: str = OTHERS
    files: tuple[str, ...] = ()
    ok: bool | None = None


def steps(events: Iterable[Event], folder: str = "") -> list[Step]:
    """The calls of a session in order. folder: the session's own, so that files are named alike in all of them."""
    found: dict[str, Step] = {}
    begun: dict[str, int] = {}
    for event in events:
        key = event.call or event.key
        if event.kind == CALL:
            found[key] = Step(_name(event), event.tool or OTHER, False, -1, _phase(event), _changed(event, folder))
            begun[key] = event.at
        elif event.kind == RESULT and key in found:
            took = _took(begun[key], event.at, found[key].tool)
            found[key] = found[key]._replace(failed=event.ok is False, ok=event.ok, took=took)
    return list(found.values())


def _name(event: Event) -> str:
    if event.tool == COMMAND:
        return f"run {named(event.text[:LONGEST_COMMAND])}".strip()[:LONGEST_STEP]
    return (event.tool if event.tool not in ("", OTHER) else event.name or OTHER)[:LONGEST_STEP]


def _phase(event: Event) -> str:
    """What a call is there for: a read, a search, a look at the web or a command that only shows explores; a command
    that tests, lints or builds checks."""
    if event.tool == COMMAND:
        said = event.text[:LONGEST_COMMAND]
        return CHECKING if checks(said) else EXPLORING if explores(said) else OTHERS
    return _PHASE_OF.get(event.tool, OTHERS)


def explores(command: str) -> bool:
    """Whether a command only shows: every program of its line does, and nothing is written into a file."""
    lines = [words for words in programs(command) if words and words[0] not in BESIDE]
    return any(words[0] != SAYING for words in lines) and all(map(_shows, lines))


def _shows(words: Sequence[str]) -> bool:
    program = words[0].rpartition("/")[2]
    if any(word.startswith(("-i", "--in-place")) for word in words) and program == "sed":
        return False
    if any(word.lstrip("12&").startswith(">") and not word.endswith("/dev/null") for word in words[1:]):
        return False
    return program in SHOWING or program == SAYING or (program == "git" and len(words) > 1 and words[1] in GIT_SHOWING)


def _took(begun: int, ended: int, tool: str) -> int:
    """How long a call took; -1 where one of its times is not known, or it waited for a person."""
    took = ended - begun if begun and ended else -1
    return took if 0 <= took <= (QUICK_MS if tool in QUICK else LONGEST_MS) else -1


def _changed(event: Event, folder: str) -> tuple[str, ...]:
    """The files that a call changes."""
    if event.tool not in (EDIT, WRITE):
        return ()
    said = event.detail.get("paths") or event.detail.get("changed") or [event.target]
    paths = [one for one in said if isinstance(one, str) and one] if isinstance(said, list) else []
    inside = folder.rstrip("/") + "/"
    return tuple(one.removeprefix(inside).removeprefix("./") for one in paths[:MOST_CHANGED])


# -- what fails --------------------------------------------------------------------------------------


def failing(sessions: Sequence[Sequence[Step]]) -> list[Finding]:
    """Which steps fail more often than the steps of the same sessions do on the whole."""
    looked_at = common([one.name for one in session] for session in sessions)
    seen: Counter[str] = Counter()
    expected: dict[str, list[float]] = {}
    differences: dict[str, list[float]] = {}
    for session in sessions:
        times = Counter(one.name for one in session)
        failed = Counter(one.name for one in session if one.failed)
        for name in sorted(looked_at.intersection(times)):
            due = times[name] * failed.total() / len(session)
            seen[name] += failed[name]
            expected.setdefault(name, []).append(due)
            differences.setdefault(name, []).append(failed[name] - due)
    names = [name for name, one in sorted(differences.items()) if len(one) >= FEWEST_WITH]
    chances = [excess(differences[name]) for name in names]
    found = [
        Finding(
            "", name, FAILS, seen[name], len(differences[name]), round(sum(expected[name])), 0, round(1e6 * chance)
        )
        for name, chance, clear in zip(names, chances, discoveries(chances, FALSE_RATE), strict=True) if clear
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.chance, -one.times, one.text))


def breaking(sessions: Sequence[Sequence[Step]]) -> list[Finding]:
    """After a change of which files the next check fails more often than after changes of others.

    A file counts once a session: by the first check after its last change there. Each session has the chance of a
    failure that the other files changed in it give, drawn a little to the usual one, and of all sessions the sum is
    tested exactly.
    """
    outcomes = [_checked(session) for session in sessions]
    every = [bad for one in outcomes for bad in one.values()]
    usual = sum(every) / len(every) if every else 0.0
    looked_at = common((list(one) for one in outcomes), MOST_FILES)
    rows = []
    for name in sorted(looked_at):
        chances, failed = [], 0
        for one in outcomes:
            others = [bad for other, bad in one.items() if other != name]
            if name in one and others:
                chances.append((sum(others) + usual) / (len(others) + 1))  # few others say little
                failed += one[name]
        if len(chances) >= FEWEST_CHECKED:
            rows.append((name, failed, chances, poisson_binomial(failed, chances)))
    clear = discoveries([row[3] for row in rows], FALSE_RATE)
    found = [
        Finding("", name, BREAKS, failed, len(chances), round(sum(chances)), 0, round(1e6 * chance))
        for (name, failed, chances, chance), said in zip(rows, clear, strict=True) if said
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.chance, -one.times, one.text))


def _checked(session: Sequence[Step]) -> dict[str, bool]:
    """The files that were changed in a session and checked after it, with whether that check failed."""
    waiting: dict[str, None] = {}
    found: dict[str, bool] = {}
    for one in session:
        waiting |= dict.fromkeys(one.files)
        if one.phase == CHECKING and one.ok is not None:
            found |= dict.fromkeys(waiting, one.failed)
            waiting = {}
    return found


# -- how work is spent -------------------------------------------------------------------------------


def shares(sessions: Sequence[Sequence[Step]]) -> list[Share]:
    """What the calls of a session are there for, and how often those of each tool fail, with intervals that allow for
    sessions being of different kinds."""
    found = [
        _share(f"calls {phase}", [(sum(one.phase == phase for one in session), len(session)) for session in sessions])
        for phase in PHASES
    ]
    tools = Counter(one.tool for session in sessions for one in session)
    for tool, _ in tools.most_common():
        its = [[one.failed for one in session if one.tool == tool] for session in sessions]
        found.append(_share(f"{tool} calls failed", [(sum(one), len(one)) for one in its if one]))
    return found


def _share(what: str, units: list[tuple[int, int]]) -> Share:
    share, low, high = clustered(units)
    count, of = sum(one[0] for one in units), sum(one[1] for one in units)
    return Share(what, count, of, round(1000 * share), round(1000 * low), round(1000 * high))


def spans(sessions: Sequence[Sequence[Step]]) -> tuple[Span, ...]:
    """How long the calls of each tool took, where enough times are known; the longest on the whole first."""
    taken: dict[str, list[int]] = {}
    within: Counter[str] = Counter()
    for session in sessions:
        within.update({one.tool for one in session if one.took >= 0})
        for one in session:
            if one.took >= 0:
                taken.setdefault(one.tool, []).append(one.took)
    return tuple(
        Span(tool, len(one), within[tool], quantile(sorted(one), 0.5), quantile(sorted(one), 0.9))
        for tool, one in sorted(taken.items(), key=lambda pair: (-sum(pair[1]), pair[0])) if len(one) >= FEWEST_TIMED
    )  # fmt: skip


def work_layer(memory: "Memory", layer: str, limit: int) -> Inferred:
    """The layer `sequences` or `workflow` of the latest sessions. Raises the errors of the log."""
    log = memory.session_log()
    rows = [row for row in log.sessions(MOST_SESSIONS) if row.calls]
    if len(rows) < FEWEST_SESSIONS:
        return Inferred(len(rows), FEWEST_SESSIONS, [], [], 0)
    sessions = []
    for number, row in enumerate(rows):
        memory.progress(number, len(rows), "Reading sessions")
        events = islice(log.events(row.session.id, (CALL, RESULT)), MOST_EVENTS)
        sessions.append(steps(events, row.session.folder))
    sessions = [session for session in sessions if session]
    if layer == "sequences":
        found = sequences([[one.name for one in session] for session in sessions])
        return Inferred(len(rows), FEWEST_SESSIONS, [], found[:limit], max(len(found) - limit, 0))
    found = failing(sessions) + breaking(sessions)
    left = max(len(found) - limit, 0)
    return Inferred(len(rows), FEWEST_SESSIONS, shares(sessions), found[:limit], left, spans(sessions))
