"""Steps of work: an order that is there is found, and so is what fails; in shuffled sessions hardly anything is."""

from random import Random

import pytest

from oldhand.model.session import CALL, COMMAND, EDIT, MCP, RESULT, Event
from oldhand.sessions.inferring import FEWEST_SESSIONS
from oldhand.sessions.inferring_work import FAILS, FOLLOWS, Step, failing, sequences, steps
from oldhand.sessions.measuring import excess
from tests.conftest import Project
from tests.inference.made import HOUR_MS, session
from tests.sessions.made import AT

SEEDS = 100
NAMES = ["read", "search", "edit", "run make test", "run git commit", "web"]


def day(draw: Random) -> list[Step]:
    """A session in which a test mostly comes after an edit, a commit after a test, and tests fail often."""
    names: list[str] = []
    for _ in range(draw.randint(10, 60)):
        last = names[-1] if names else ""
        if last == "edit" and draw.random() < 0.6:
            names.append("run make test")
        elif last == "run make test" and draw.random() < 0.4:
            names.append("run git commit")
        else:
            names.append(draw.choice(["read", "read", "search", "edit", "edit", "web"]))
    return [Step(name, "t", draw.random() < (0.4 if name == "run make test" else 0.05)) for name in names]


def shuffled(draw: Random, session: list[Step]) -> list[Step]:
    """The same steps in any order, and the same failures at any of them."""
    names, failures = [one.name for one in session], [one.failed for one in session]
    draw.shuffle(names)
    draw.shuffle(failures)
    return [Step(name, "t", failed) for name, failed in zip(names, failures, strict=True)]


def test_the_order_that_is_there_is_found() -> None:
    draw = Random(1)
    found = sequences([day(draw) for _ in range(60)])
    assert {one.text for one in found[:2]} == {"edit -> run make test", "run make test -> run git commit"}
    assert all(one.what == FOLLOWS and one.times > one.other for one in found)


def test_what_fails_more_than_the_rest_is_found() -> None:
    draw = Random(2)
    found = failing([day(draw) for _ in range(60)])
    assert [(one.text, one.what) for one in found] == [("run make test", FAILS)]
    assert found[0].times > 2 * found[0].other


def test_in_shuffled_sessions_hardly_anything_is() -> None:
    ordered = failed = 0
    for seed in range(SEEDS):
        draw = Random(seed)
        sessions = [shuffled(draw, day(draw)) for _ in range(40)]
        ordered, failed = ordered + bool(sequences(sessions)), failed + bool(failing(sessions))
    assert max(ordered, failed) <= 19  # 10 of 100 may be, and three standard errors


def test_a_sum_of_differences_is_judged_by_its_own_spread() -> None:
    assert excess([]) == excess([0.0]) == 1.0
    assert excess([1.0, -1.0]) == 0.5
    assert excess([1.0] * 9) == pytest.approx(0.00135, abs=1e-5)


def test_calls_are_named_by_tool_and_program_and_know_how_they_ended() -> None:
    events = [
        Event(CALL, 1, "a", "cd x && make test -v", tool=COMMAND, call="a"),
        Event(CALL, 2, "b", "x", tool=EDIT, call="b"),
        Event(RESULT, 3, "a", "", call="a", ok=False),
        Event(CALL, 4, "c", "", tool="other", name="Todo", call="c"),
        Event(CALL, 5, "d", "", tool=MCP, call="d"),
        Event(RESULT, 6, "nobody", "", ok=False),
    ]  # fmt: skip
    found = [("run make test", True), ("edit", False), ("Todo", False), ("mcp", False)]
    assert [(one.name, one.failed) for one in steps(events)] == found


@pytest.mark.parametrize("layer", ["sequences", "workflow"])
def test_the_layers_read_the_log_and_say_when_it_is_too_little(project: Project, layer: str) -> None:
    for number in range(FEWEST_SESSIONS):
        few = project.call("session_infer", layer=layer)
        assert (few.basis, few.shares, few.findings) == (number, [], [])
        session(project, f"session-{number}", AT + number * HOUR_MS, (), False, False)
    reply = project.call("session_infer", layer=layer)
    assert (reply.basis, reply.findings) == (FEWEST_SESSIONS, [])
    told = [(one.what, one.times, one.of) for one in reply.shares]
    assert told == ([("command calls failed", 30, 30)] if layer == "workflow" else [])
