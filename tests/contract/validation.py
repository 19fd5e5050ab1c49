"""A pytest plugin: every reply of an operation, in any test of the run, is checked against its schema.

Every call of an operation ends in `Memory.traced`, whichever surface it came through, so that is
where the replies are watched. A reply that does not fit fails the test that made it; where a surface
would take the failure for one of its own (a server's thread), the run fails at its end.
"""

import functools
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from oldhand.memory import Memory
from oldhand.operation import find, plain
from oldhand.schema import reply_schema

LOOKED_AT = 40  # entries of a long list that are checked: all have one schema, and bulk replies have thousands
TOLD = "oldhand replies that did not fit"  # under this name a process of a divided run hands over what it has seen
unfit: list[str] = []  # what was wrong with replies in this run


class UnfitReply(AssertionError):
    """A reply that its schema does not allow."""


@functools.cache
def validator(operation: str) -> Draft202012Validator:
    """The validator of an operation's replies."""
    schema = reply_schema(find(operation))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def faults(operation: str, record: Any, check: Draft202012Validator | None = None) -> list[str]:
    """What is wrong with a reply as JSON."""
    found = (check or validator(operation)).iter_errors(_thinned(record))
    return [f"{operation} replies {'/'.join(map(str, one.absolute_path))}: {one.message[:200]}" for one in found]


def _thinned(value: Any) -> Any:
    """A reply with its long lists shortened to their ends."""
    if isinstance(value, dict):
        return {name: _thinned(item) for name, item in value.items()}
    if isinstance(value, list):
        half = LOOKED_AT // 2
        return [_thinned(item) for item in (value if len(value) <= LOOKED_AT else value[:half] + value[-half:])]
    return value


def watch() -> None:
    """Begin to check every reply; once is enough."""
    original = Memory.traced
    if hasattr(original, "__wrapped__"):
        return

    @functools.wraps(original)
    def traced(
        self: Memory, operation: str, effect: str, seconds: float, failure: BaseException | None, reply: Any
    ) -> None:
        original(self, operation, effect, seconds, failure, reply)
        if failure is None:
            wrong = faults(operation, plain(reply))
            unfit.extend(wrong)
            if wrong:
                raise UnfitReply("; ".join(wrong))

    Memory.traced = traced  # type: ignore[method-assign]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run when a reply did not fit its schema and no test has said so."""
    if (told := getattr(session.config, "workeroutput", None)) is not None:
        told[TOLD] = unfit  # one of several processes: the one that began it fails the run
    elif unfit and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what another process of this run has seen."""
    unfit.extend(getattr(node, "workeroutput", {}).get(TOLD, ()))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name the replies that did not fit."""
    if unfit:
        terminalreporter.section("replies that their schemas do not allow")
        for line in dict.fromkeys(unfit):
            terminalreporter.line(line)


watch()
