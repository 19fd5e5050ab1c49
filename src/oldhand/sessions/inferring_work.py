"""What the log of sessions tells of the work itself: which step comes after which, and what fails more than the rest.

The session is the unit: in each it is compared with what its own steps in any other order would give. So a session that
is long, or has much of one step, says no more than another, and of all that is said at most a tenth may be chance.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice, pairwise
from typing import TYPE_CHECKING, NamedTuple

from oldhand.knowledge.gotchas import named
from oldhand.model.session import CALL, COMMAND, OTHER, RESULT, Event
from oldhand.sessions.inferring import FALSE_RATE, FEWEST_SESSIONS, Finding, Inferred, share
from oldhand.sessions.measuring import discoveries, excess

if TYPE_CHECKING:
    from oldhand.memory import Memory

MOST_SESSIONS = 300  # the latest that are read
MOST_EVENTS = 20_000  # of one session
FEWEST_WITH = 20  # sessions that have a step, or both: from there on the test's approximation holds
MOST_STEPS = 60  # kinds of steps that are looked at: those that most sessions have
LONGEST_STEP = 60  # characters of a step's name
LONGEST_COMMAND = 2_000  # characters of a command that are read for its program
FOLLOWS, FAILS = "follows", "fails more than the rest"


class Step(NamedTuple):
    """A call: what it does (its tool, of a command the program), its tool, and whether it failed."""

    name: str
    tool: str
    failed: bool


def steps(events: Iterable[Event]) -> list[Step]:
    """The calls of a session in order."""
    found: dict[str, Step] = {}
    for event in events:
        key = event.call or event.key
        if event.kind == CALL:
            found[key] = Step(_name(event), event.tool or OTHER, False)
        elif event.kind == RESULT and event.ok is False and key in found:
            found[key] = found[key]._replace(failed=True)
    return list(found.values())


def _name(event: Event) -> str:
    if event.tool == COMMAND:
        return f"run {named(event.text[:LONGEST_COMMAND])}".strip()[:LONGEST_STEP]
    return (event.tool if event.tool not in ("", OTHER) else event.name or OTHER)[:LONGEST_STEP]


def sequences(sessions: Sequence[Sequence[Step]]) -> list[Finding]:
    """Which step comes right after which more often than it would if the same steps came in any order.

    A step after itself is left out: work repeats itself.
    """
    common = _common(sessions)
    seen: Counter[tuple[str, str]] = Counter()
    expected: dict[tuple[str, str], list[float]] = {}
    differences: dict[tuple[str, str], list[float]] = {}
    for session in sessions:
        names = [one.name for one in session]
        times, after = Counter(names), Counter(pairwise(names))
        present = sorted(common.intersection(times))
        for pair in ((a, b) for a in present for b in present if a != b):
            # Of n steps in any order, each of n - 1 neighbours is this pair with chance times x times / n (n - 1).
            due = times[pair[0]] * times[pair[1]] / len(names)
            seen[pair] += after[pair]
            expected.setdefault(pair, []).append(due)
            differences.setdefault(pair, []).append(after[pair] - due)
    pairs = [pair for pair, one in sorted(differences.items()) if len(one) >= FEWEST_WITH]
    return _clear([
        (f"{a} -> {b}", FOLLOWS, seen[a, b], sum(expected[a, b]), differences[a, b]) for a, b in pairs
    ])  # fmt: skip


def failing(sessions: Sequence[Sequence[Step]]) -> list[Finding]:
    """Which steps fail more often than the steps of the same sessions do on the whole."""
    common = _common(sessions)
    seen: Counter[str] = Counter()
    expected: dict[str, list[float]] = {}
    differences: dict[str, list[float]] = {}
    for session in sessions:
        times = Counter(one.name for one in session)
        failed = Counter(one.name for one in session if one.failed)
        for name in sorted(common.intersection(times)):
            due = times[name] * failed.total() / len(session)
            seen[name] += failed[name]
            expected.setdefault(name, []).append(due)
            differences.setdefault(name, []).append(failed[name] - due)
    names = [name for name, one in sorted(differences.items()) if len(one) >= FEWEST_WITH]
    return _clear([(name, FAILS, seen[name], sum(expected[name]), differences[name]) for name in names])


def _common(sessions: Sequence[Sequence[Step]]) -> set[str]:
    """The steps that most sessions have."""
    counted = Counter(name for session in sessions for name in sorted({one.name for one in session}))
    return {name for name, _ in counted.most_common(MOST_STEPS)}


def _clear(rows: Sequence[tuple[str, str, int, float, list[float]]]) -> list[Finding]:
    """What is clear of some rows (name, what, times seen, times expected, differences), the clearest first."""
    chances = [excess(row[4]) for row in rows]
    found = [
        Finding("", name, what, seen, len(differences), round(expected), 0, round(1e6 * chance))
        for (name, what, seen, expected, differences), chance, clear in zip(
            rows, chances, discoveries(chances, FALSE_RATE), strict=True
        )
        if clear
    ]
    return sorted(found, key=lambda one: (one.chance, -one.times, one.text))


def work_layer(memory: "Memory", layer: str, limit: int) -> Inferred:
    """The layer `sequences` or `workflow` of the latest sessions. Raises the errors of the log."""
    log = memory.session_log()
    rows = [row for row in log.sessions(MOST_SESSIONS) if row.calls]
    if len(rows) < FEWEST_SESSIONS:
        return Inferred(len(rows), FEWEST_SESSIONS, [], [], 0)
    sessions = []
    for number, row in enumerate(rows):
        memory.progress(number, len(rows), "Reading sessions")
        sessions.append(steps(islice(log.events(row.session.id, (CALL, RESULT)), MOST_EVENTS)))
    if layer == "sequences":
        shares, found = [], sequences(sessions)
    else:
        tools = Counter(one.tool for session in sessions for one in session)
        failed = Counter(one.tool for session in sessions for one in session if one.failed)
        shares = [share(f"{tool} calls failed", failed[tool], count) for tool, count in tools.most_common()]
        found = failing(sessions)
    return Inferred(len(rows), FEWEST_SESSIONS, shares, found[:limit], max(len(found) - limit, 0))
