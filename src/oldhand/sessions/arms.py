"""The two arms of the holdout compared: sessions in which memory spoke, and sessions in which it kept silent.

A session is in the arm that its name drew, and both arms hold only sessions in which memory had something to say. So
the arms differ by chance and by what memory did, and by nothing else. The session is the unit: what happens within one
hangs together.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from oldhand.errors import UnknownSession
from oldhand.model.session import CALL, PROMPT
from oldhand.sessions.measuring import RESAMPLES, Z80, difference, discoveries, fisher, newcombe
from oldhand.sessions.troubles import corrects, takes_back

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.session_log import SessionLog
    from oldhand.store.session_rows import Injection, Row

SETTING = "hooks.holdout_percent"
MARK = "holdout"  # in the log: JSON of the changes of the percentage here, [[ms, percent], …]
MOST_CHANGES = 50
MOST_INJECTIONS = 50_000  # looked through: years of work
MOST_SESSIONS = 1_000  # compared, the latest: more tell no more, and take half a minute
FEWEST = 20  # sessions in each arm: below it the interval of a resampling is too narrow
OUTCOMES = 4
LEVEL = 1 - 0.05 / OUTCOMES  # of each interval (Bonferroni): in 95 % of comparisons without effect none is claimed
Z_LEVEL = 2.497705  # the normal quantile of such an interval, two-sided
FEWEST_OF_MEMORY = 5  # sessions of each arm in which a memory was due
PRIOR = 10  # sessions without effect that each memory starts with: so far its benefit is drawn to nothing
FALSE_RATE = 0.1  # of what is said of single memories may so much be chance (Benjamini and Hochberg)
NOT_ENOUGH, LESS, MORE, SAME = "not enough data yet", "less with memory", "more with memory", "no difference seen"
HELPS, HARMS = "helps", "harms"


class Lived(NamedTuple):
    """A session in an arm. memories: when each was first due in it; corrections: by the person; failures: of calls;
    reverts: commands that took work back; troubles: times of corrections and reverts."""

    id: str
    withheld: bool
    memories: dict[str, int]
    prompts: int
    calls: int
    corrections: int
    failures: int
    reverts: int
    tokens: int
    troubles: tuple[int, ...]


class Compared(NamedTuple):
    """One outcome in both arms. unit: what is counted, and for how much; told, withheld: in each arm; difference, low,
    high: told minus withheld with its interval; detectable: the difference that would be found in 80 % of such
    comparisons; verdict: NOT_ENOUGH, LESS, MORE or SAME."""

    outcome: str
    unit: str
    told: float
    withheld: float
    difference: float
    low: float
    high: float
    detectable: float
    verdict: str


class Effect(NamedTuple):
    """What one memory does. told, withheld: sessions in which it was due; told_troubled, withheld_troubled: those with
    a correction or a revert after that; difference, low, high: of these shares, told minus withheld (Newcombe);
    shrunk: the difference as if PRIOR sessions without effect were in each arm too; verdict: HELPS, HARMS or SAME;
    text: what it says, as far as it is told."""

    id: str
    told: int
    told_troubled: int
    withheld: int
    withheld_troubled: int
    difference: float
    low: float
    high: float
    shrunk: float
    verdict: str
    text: str = ""


def changes(log: "SessionLog") -> list[tuple[int, int]]:
    """(when, to how many percent) the holdout was set by `session holdout` in this project, oldest first."""
    try:
        said = json.loads(log.mark(MARK) or "[]")
        return [(int(at), int(percent)) for at, percent in said]
    except (ValueError, TypeError):
        return []  # another version wrote it: the first withheld session tells since when


def note_change(log: "SessionLog", at: int, percent: int) -> None:
    """Note that the holdout was set. What has the same percentage as before goes on."""
    before = changes(log)
    if not before or before[-1][1] != percent:
        log.set_mark(MARK, json.dumps([*before, (at, percent)][-MOST_CHANGES:]))


def period(log: "SessionLog", percent: int, injections: "Sequence[Injection]") -> tuple[int, int]:
    """From when until when (ms; 0: no end) sessions are compared: the latest time with one percentage above 0.

    Where it was set in another way, or in another project, it begins with the first session that memory kept silent in.
    """
    noted = changes(log)
    if noted and percent in (noted[-1][1], 0):
        for number in range(len(noted) - 1, -1, -1):
            if noted[number][1]:
                return noted[number][0], noted[number + 1][0] if number + 1 < len(noted) else 0
    silent = next((one for one in injections if one.withheld), None)
    if silent is None:
        return 0, 0
    try:
        return log.session(silent.session).session.started or silent.at, 0
    except UnknownSession:
        return silent.at, 0  # it was removed


def arms(memory: "Memory", injections: "Iterable[Injection]", since: int, until: int) -> tuple[list[Lived], int]:
    """The sessions of both arms that began in a time, and how many were left out because they are in both.

    Subagents belong to the session that started them. Raises the errors of the log.
    """
    by_session: dict[str, list[Injection]] = {}
    for one in injections:
        if one.at >= since and (not until or one.at < until):
            by_session.setdefault(one.session, []).append(one)
    lived: list[Lived] = []
    mixed, log = 0, memory.session_log()
    latest = list(by_session)[-MOST_SESSIONS:]
    recorded = _recorded(log, since)  # one measure for all: recorded tokens only where every session has them
    tokens = recorded if all(name in recorded for name in latest) else _estimated(log, since)
    for number, name in enumerate(latest):
        memory.progress(number, len(latest), "Comparing sessions")
        told = by_session[name]
        if len({one.withheld for one in told}) > 1:
            mixed += 1
            continue
        try:
            row = log.session(name)
        except UnknownSession:
            continue  # it was removed
        if row.session.id == name and not row.session.parent and (row.session.started or told[0].at) >= since:
            lived.append(_lived(log, row, told, tokens.get(name, 0)))
    return lived, mixed


def _lived(log: "SessionLog", row: "Row", told: "Sequence[Injection]", tokens: int) -> Lived:
    due: dict[str, int] = {}
    for one in told:
        for name in one.memories:
            due.setdefault(name, one.at)
    corrections, reverts = [], []
    for event in log.events(row.session.id, (PROMPT, CALL)):
        if corrects(event):
            corrections.append(event.at)
        elif takes_back(event):
            reverts.append(event.at)
    return Lived(
        row.session.id, told[0].withheld, due, row.prompts, row.calls, len(corrections), row.failures, len(reverts),
        tokens, tuple(sorted(corrections + reverts)),
    )  # fmt: skip


def _recorded(log: "SessionLog", since: int) -> dict[str, int]:
    """The new tokens of each session, as its host recorded them."""
    found: dict[str, int] = {}
    for one in log.usage(since=since):
        found[one.session] = found.get(one.session, 0) + one.input + one.output + one.cache_written
    return found


def _estimated(log: "SessionLog", since: int) -> dict[str, int]:
    """The tokens of the texts of each session, estimated."""
    from oldhand.store.session_usage import contents

    found: dict[str, int] = {}
    for one in contents(log, since=since):
        found[one.session] = found.get(one.session, 0) + one.tokens
    return found


Measure = Callable[[Lived], tuple[float, float]]
# outcome, unit, factor of the unit, (count, base) of a session
_MEASURES: tuple[tuple[str, str, float, Measure], ...] = (
    ("corrections", "in 100 prompts", 100, lambda one: (one.corrections, one.prompts)),
    ("failures", "in 100 calls", 100, lambda one: (one.failures, one.calls)),
    ("work taken back", "in 100 sessions", 100, lambda one: (one.reverts, 1)),
    ("tokens", "in a session", 1, lambda one: (one.tokens, 1)),
)


def compare(lived: Sequence[Lived], resamples: int = RESAMPLES) -> list[Compared]:
    """The outcomes in both arms. Nothing is said of one that the log could hardly tell even if memory removed it.

    resamples: of each interval; fewer are quicker and rougher.
    """
    told, withheld = [one for one in lived if not one.withheld], [one for one in lived if one.withheld]
    return [
        _compared(outcome, unit, factor, list(map(measure, told)), list(map(measure, withheld)), resamples)
        for outcome, unit, factor, measure in _MEASURES
    ]  # fmt: skip


def _compared(
    outcome: str, unit: str, factor: float, told: list[tuple[float, float]], withheld: list[tuple[float, float]],
    resamples: int,
) -> Compared:  # fmt: skip
    first, second = (_rate(one) * factor for one in (told, withheld))
    if min(len(told), len(withheld)) < FEWEST:
        return Compared(outcome, unit, round(first, 2), round(second, 2), 0.0, 0.0, 0.0, 0.0, NOT_ENOUGH)
    seen = difference(told, withheld, LEVEL, resamples)
    low, high = seen.low * factor, seen.high * factor
    detectable = (Z_LEVEL + Z80) * seen.spread * factor
    if not detectable or detectable > max(first, second):
        verdict = NOT_ENOUGH
    else:
        verdict = LESS if high < 0 else MORE if low > 0 else SAME
    return Compared(
        outcome, unit, round(first, 2), round(second, 2), round(seen.value * factor, 2), round(low, 2), round(high, 2),
        round(detectable, 2), verdict,
    )  # fmt: skip


def _rate(units: Sequence[tuple[float, float]]) -> float:
    base = sum(one[1] for one in units)
    return sum(one[0] for one in units) / base if base else 0.0


def effects(lived: Sequence[Lived]) -> list[Effect]:
    """What single memories do, the clearest benefit first; only those due often enough in both arms."""
    counts: dict[str, list[int]] = {}  # memory -> told, of them troubled, withheld, of them troubled
    for one in lived:
        for name, at in one.memories.items():
            place = 2 * one.withheld
            count = counts.setdefault(name, [0, 0, 0, 0])
            count[place] += 1
            count[place + 1] += any(trouble >= at for trouble in one.troubles)
    known = {name: one for name, one in sorted(counts.items()) if min(one[0], one[2]) >= FEWEST_OF_MEMORY}
    found = discoveries([fisher(one[1], one[0], one[3], one[2]) for one in known.values()], FALSE_RATE)
    told = [_effect(name, one, clear) for (name, one), clear in zip(known.items(), found, strict=True)]
    return sorted(told, key=lambda one: (one.shrunk, one.id))


def _effect(name: str, counts: Sequence[int], clear: bool) -> Effect:
    told, troubled, withheld, without = counts
    seen = troubled / told - without / withheld
    both = newcombe(troubled, told, without, withheld)
    size = 2 * told * withheld / (told + withheld)  # the harmonic mean: what both arms are worth together
    verdict = SAME if not clear else HELPS if seen < 0 else HARMS
    return Effect(
        name, told, troubled, withheld, without, round(seen, 3), round(both.low, 3), round(both.high, 3),
        round(seen * size / (size + PRIOR), 3), verdict,
    )  # fmt: skip
