"""Rituals: what is done after a failure, told apart from what helps, and from what nobody can tell."""

import random

import pytest

from oldhand.knowledge.gotchas import Run
from oldhand.model.session import COMMAND, EDIT, Session
from oldhand.reasoning.causal_actions import Try, looks, tries
from oldhand.reasoning.causal_rituals import rituals
from tests.conftest import Project
from tests.engrams.made import AT, Story

WAITED, CLEARED = frozenset({"waiting"}), frozenset({"clearing: rm node_modules"})


def ran(*said: tuple[str, int] | tuple[str, int, str]) -> list[Run]:
    """Runs a second apart: (command, exit) or (command, exit, file that changed before)."""
    return [Run(one[0], one[1], "", tuple(one[2:]), AT + 1000 * at) for at, one in enumerate(said)]


def found(*said: tuple[str, int] | tuple[str, int, str]) -> list[tuple[str, bool, frozenset[str], bool]]:
    return [(one.command, one.passed, one.actions, one.changed) for one in tries(ran(*said), "s")]


def test_the_next_try_of_a_command_that_failed_knows_what_was_done_before_it() -> None:
    assert found(("npm test", 1), ("sleep 5", 0), ("npm test", 0)) == [("npm test", True, WAITED, False)]
    assert found(("npm test", 1), ("npm test -- --verbose", 1)) == [("npm test", False, frozenset(), False)]
    assert found(("npm test", 1), ("rm -rf node_modules", 0), ("npm test", 0))[0][2] == CLEARED
    assert found(("npm test", 1), ("cd web && rm -rf node_modules && npm test", 0))[0][2] == CLEARED
    assert found(("npm test", 1), ("npm ci", 0), ("npm test 2>&1", 0))[0][2] == {"installing again: npm ci"}
    assert found(("pytest", 1), ("sudo systemctl restart postgres", 0), ("pytest", 0))[0][2] == {
        "restarting: systemctl restart"
    }


def test_looking_is_nothing_and_changing_is_no_action() -> None:
    assert found(("make", 2), ("cat Makefile | head", 0), ("git status", 0), ("make", 0)) == [
        ("make", True, frozenset(), False)
    ]
    for change in ("sed -i s/a/b/ x.py", "python fix.py", "echo a > b.txt", "rm -rf src", "git checkout main"):
        assert found(("make", 2), (change, 0), ("make", 0)) == [("make", True, frozenset(), True)]
    assert found(("make", 2), ("make", 0, "src/a.c")) == [("make", True, frozenset(), True)]


@pytest.mark.parametrize(
    "command", ["ls -la", "grep x y | wc -l", "cd a && git log", "find . -name x", "sed -n 1,5p a", "ls 2>/dev/null"]
)
def test_what_only_looks(command: str) -> None:
    assert looks(command)


@pytest.mark.parametrize("command", ["find . -delete", "sed -i x y", "ls > a", "npm test", "ls; make"])
def test_what_may_change_something(command: str) -> None:
    assert not looks(command)


def test_a_search_that_finds_nothing_and_a_try_long_after_are_no_tries() -> None:
    assert found(("grep x y", 1), ("sleep 1", 0), ("grep x y", 0)) == []
    first, last = ran(("make", 2), ("make", 0))
    assert tries([first, last._replace(at=first.at + 3 * 3_600_000)], "s") == []
    assert tries([last], "s") == [] and tries([], "s") == []


def test_hostile_and_strange_commands_are_read_too() -> None:
    strange = [
        "",
        "   ",
        "\x00\x1b[31m",
        "'",
        '"' * 50,
        "&&" * 100,
        "rm",
        "rm -rf",
        "sleep",
        "> x",
        "2>&1",
        "é" * 9_000,
    ]
    for one in strange:
        assert isinstance(tries(ran((one, 1), ("sleep 1", 0), (one, 0)), "s"), list)
    ((name, *_),) = found(("тест\x9b все", 1), ("тест\x9b все", 0))
    assert name.isprintable()


def simulated(
    lot: random.Random, many: int, base: float, apart: float, actions: frozenset[str], command: str = "npm test",
    changed: bool = False,
) -> list[Try]:  # fmt: skip
    """Tries half of which had the action before them."""
    return [
        Try(f"s{n}", AT + n, command, lot.random() < base + apart * (n % 2), actions if n % 2 else frozenset(), changed)
        for n in range(many)
    ]


def test_an_action_that_changes_nothing_is_a_ritual_and_one_that_helps_is_none() -> None:
    lot = random.Random(1)
    idle, helps = simulated(lot, 160, 0.4, 0.0, WAITED), simulated(lot, 160, 0.3, 0.5, CLEARED, "npm run build")
    by_name = {one.action: one for one in rituals([*idle, *helps]).rituals}
    assert by_name["waiting"].verdict == "no difference" and by_name["waiting"].power >= 0.8
    assert by_name["clearing: rm node_modules"].verdict == "helps"
    assert by_name["clearing: rm node_modules"].difference == pytest.approx(0.5, abs=0.2)


def test_an_action_after_which_less_passes_is_told_as_such() -> None:
    found = rituals(simulated(random.Random(2), 160, 0.8, -0.5, WAITED))
    assert found.rituals[0].verdict == "hinders"


def test_a_few_tries_tell_nothing() -> None:
    (one,) = rituals(simulated(random.Random(3), 12, 0.4, 0.0, WAITED)).rituals
    assert one.verdict == "cannot tell" and one.power < 0.8
    assert rituals(simulated(random.Random(3), 4, 0.4, 0.0, WAITED)).rituals == []  # done twice: no habit


def test_without_a_try_that_had_nothing_done_nothing_can_be_told() -> None:
    always = [Try("s", AT + n, "make", n % 3 == 0, WAITED, False) for n in range(60)]
    (one,) = rituals(always).rituals
    assert one.verdict == "cannot tell" and one.difference is None and one.left == 0


def test_what_confounds_is_held_apart() -> None:
    """Who repaired the code also waited: it passes for the repair, and for nothing else."""
    lot = random.Random(4)
    repaired = [Try("s", AT, "make", lot.random() < 0.9, WAITED if n % 10 else frozenset(), True) for n in range(150)]
    not_so = [Try("s", AT, "make", lot.random() < 0.1, frozenset() if n % 10 else WAITED, False) for n in range(150)]
    (one,) = rituals([*repaired, *not_so]).rituals
    assert one.crude is not None and one.crude > 0.4
    assert one.verdict in ("no difference", "cannot tell") and abs(one.difference or 0.0) < 0.2


def test_many_idle_actions_are_seldom_said_to_help() -> None:
    told = 0
    for seed in range(30):
        lot = random.Random(seed)
        every = [
            one for number in range(8)
            for one in simulated(lot, 24, 0.5, 0.0, frozenset({f"restarting: service {number}"}), f"run {number}")
        ]  # fmt: skip
        told += any(one.verdict in ("helps", "hinders") for one in rituals(every).rituals)
    assert told <= 4


def test_the_log_of_sessions_is_read_and_each_try_can_be_opened(project: Project) -> None:
    log = project.memory.session_log()
    for number in range(4):
        session = f"5f1c000{number}-aaaa"
        story = Story(project.memory.now() - 3_600_000)
        story.call(COMMAND, text="npm test", ok=False).call(COMMAND, text="sleep 9")
        story.call(COMMAND, text="npm test", ok=number % 2 == 0)
        story.call(EDIT, "src/a.py").call(COMMAND, text="npm test")
        log.begin(Session("claude", session, str(project.root)))
        log.add(session, story.events)
    reply = project.call("causal_rituals")
    (one,) = reply.rituals
    assert (one.action, one.done, one.done_passed, one.verdict) == ("waiting", 4, 2, "cannot tell")
    assert {seen.session for seen in one.seen} == {f"5f1c000{number}-aaaa" for number in range(4)}
    assert reply.sessions == 4 and reply.tries == 6  # two of the last tries come after a failure, with a change
    assert project.call("causal_rituals", since="2100-01-01").sessions == 0
