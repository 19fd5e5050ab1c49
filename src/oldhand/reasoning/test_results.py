"""Results of tests after a decision was carried out: runs seen in sessions, and JUnit files of continuous integration.

A run in a session tells little of one decision: the same tests ran over everything. A JUnit file tells more where its
cases name the decision's own files.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.knowledge.history_findings import DAY_MS, span
from oldhand.model.session import CALL, RESULT
from oldhand.reasoning.forecasts import WHOLE
from oldhand.reasoning.weighing_outcomes import JUNIT, TESTS, Evidence

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.reasoning.junit_files import Suite

WITHIN_DAYS = 1  # after the commit: a later run is of later work too
LEAST_STEM = 3  # characters of a file's name by which tests are known to be of it
RUN_WEIGHT = 2_000  # of the last run of tests in that time: a fifth of a trial
FAILED_VALUE, MENDED_VALUE = 1_500, 8_000  # of tests that failed at last, and that failed and passed at last
MOST_RUNS = 20_000  # runs kept, the latest: some years of one person's work
LONGEST_COMMAND = 80  # characters of a command that evidence quotes
JUNIT_DAYS = 30  # after the commit in which a result of all tests still tells of it
OWN_WEIGHT, ANY_WEIGHT = 6_000, 3_000  # of a result of tests that name the decision's files, and of any others
_TESTING = re.compile(
    r"(?:^|[\s/;&|(])(?:pytest|py\.test|tox|nox|unittest|jest|vitest|mocha|rspec|phpunit|ctest|ava|nosetests"
    r"|(?:npm|pnpm|yarn|bun|cargo|go|make|mvn|gradle|gradlew|dotnet|swift|mix|sbt|just|rake|bazel)"
    r"(?: run| -[\w=:.-]{1,40}){0,4} [\w:.-]{0,30}tests?\b|\./(?:run[-_]?)?tests?(?:\.\w{1,4})?)(?=$|[\s;&|)])"
)


class Run(NamedTuple):
    """A run of tests in a session: when (ms), whether it passed, the session's id, the command in short."""

    at: int
    ok: bool
    session: str
    command: str


def tests(command: str) -> bool:
    """Whether a command runs tests."""
    return _TESTING.search(command[:2000]) is not None


def new_runs(memory: "Memory", after: int) -> tuple[list[Run], int]:
    """(runs of tests of the project's sessions that have events beyond a number, number of the last event)."""
    from oldhand.sessions.commands import runs

    log, found, last = memory.session_log(), list[Run](), after
    for session, number in log.changed(after):
        last = max(last, number)
        events = log.events(session, (CALL, RESULT))
        for one in runs(events, str(memory.project.root)):
            if tests(one.command):
                command = " ".join(one.command.split())
                short = command if len(command) <= LONGEST_COMMAND else f"{command[: LONGEST_COMMAND - 1]}…"
                found.append(Run(one.at, one.exit == 0, session, short))
    return found, last


def merged(before: Iterable[Sequence[Any]], new: Iterable[Run]) -> list[Run]:
    """Runs that were kept with those that came in, in order of time, each once, the latest MOST_RUNS."""
    return sorted({*(Run(*one) for one in before), *new})[-MOST_RUNS:]


def runs_after(known: Sequence[Run], since: int) -> Iterator[Evidence]:
    """What the runs of tests on the day after a decision was carried out say of it: the last of them counts."""
    start = bisect_left(known, (since,))
    found = known[start : bisect_right(known, (since + WITHIN_DAYS * DAY_MS,))]
    if not found or not since:
        return
    last, failed = found[-1], sum(not one.ok for one in found)
    value = (MENDED_VALUE if failed else WHOLE) if last.ok else FAILED_VALUE
    word = "passed" if last.ok else "failed"
    before = f", {failed} of {len(found)} runs had failed before" if last.ok and failed else ""
    said = f"tests {word} {span(max(last.at - since, 0))} after the commit{before}: {last.command}"
    yield Evidence(last.at, TESTS, value, RUN_WEIGHT, f"session:{last.session.replace(' ', '_')}", said)


def junit_after(suite: "Suite", since: int, at: int, paths: Iterable[str]) -> Iterator[Evidence]:
    """What a JUnit file of a commit made at `at` (ms) says of a decision carried out at `since`, in these files."""
    if not since or not since <= at <= since + JUNIT_DAYS * DAY_MS:
        return
    stems = {stem for path in paths if len(stem := PurePosixPath(path).stem.removeprefix("test_")) >= LEAST_STEM}
    own = [case for case in suite.cases if not stems.isdisjoint(case.words)]
    cases, weight = (own, OWN_WEIGHT) if own else (suite.cases, ANY_WEIGHT)
    ran = [case for case in cases if case.ok is not None]
    if not ran:
        return
    failed = sum(not case.ok for case in ran)
    # A single failing test shows a fault, and one of thousands that pass shows little: so failures count fivefold.
    value = round(WHOLE * max(0.0, 1 - 5 * failed / len(ran)))
    whose = "tests that name its files" if own else "tests"
    said = f"{len(ran) - failed} of {len(ran)} {whose} passed at {suite.commit[:12]}: {suite.name}"
    yield Evidence(at, JUNIT, value, weight, suite.commit, said)
