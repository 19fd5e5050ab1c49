"""Steps of work: an order that is there is found, and so is what fails; in shuffled sessions hardly anything is."""

from collections.abc import Iterable
from random import Random

import pytest

from oldhand.model.session import CALL, COMMAND, EDIT, MCP, READ, RESULT, WRITE, Event
from oldhand.sessions.inferring import FEWEST_SESSIONS
from oldhand.sessions.inferring_sequences import FEWEST_WITH, FOLLOWS, sequences
from oldhand.sessions.inferring_work import (
    BREAKS,
    CHECKING,
    FAILS,
    FEWEST_CHECKED,
    FEWEST_TIMED,
    Step,
    breaking,
    failing,
    shares,
    spans,
    steps,
)
from oldhand.sessions.measuring import clustered, excess, poisson_binomial, quantile, wilson
from tests.conftest import Project
from tests.inference.made import HOUR_MS, session
from tests.sessions.made import AT

SEEDS = 100
NAMES = ["read", "search", "edit", "run make test", "run git commit", "web"]


def day(draw: Random) -> list[Step]:
    """A session in which a test mostly comes after an edit, a commit after a test, and tests fail often."""
    called: list[str] = []
    for _ in range(draw.randint(10, 60)):
        last = called[-1] if called else ""
        if last == "edit" and draw.random() < 0.6:
            called.append("run make test")
        elif last == "run make test" and draw.random() < 0.4:
            called.append("run git commit")
        else:
            called.append(draw.choice(["read", "read", "search", "edit", "edit", "web"]))
    return [Step(name, "t", draw.random() < (0.4 if name == "run make test" else 0.05)) for name in called]


def names(sessions: Iterable[list[Step]]) -> list[list[str]]:
    """The names of the steps of sessions."""
    return [[one.name for one in session] for session in sessions]


def shuffled(draw: Random, session: list[Step]) -> list[Step]:
    """The same steps in any order, and the same failures at any of them."""
    called, failures = [one.name for one in session], [one.failed for one in session]
    draw.shuffle(called)
    draw.shuffle(failures)
    return [Step(name, "t", failed) for name, failed in zip(called, failures, strict=True)]


def test_the_order_that_is_there_is_found() -> None:
    draw = Random(1)
    found = sequences(names(day(draw) for _ in range(60)))
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
        ordered, failed = ordered + bool(sequences(names(sessions))), failed + bool(failing(sessions))
    assert max(ordered, failed) <= 19  # 10 of 100 may be, and three standard errors


# -- longer sequences --------------------------------------------------------------------------------


def week(draw: Random, bound: bool) -> list[str]:
    """A session in which edits follow reads, and what follows `read, edit` is drawn; where it is bound, a test follows
    mostly where a search came before the read."""
    found: list[str] = []
    while len(found) < 60:
        first = draw.choice(["search", "web"])
        tests = draw.random() < ((0.9 if first == "search" else 0.1) if bound else 0.5)
        found += [first, "read", "edit", "run make test" if tests else "run git diff"]
        found += draw.choices(["mcp", "task", "todo"], k=draw.randint(0, 4))
    return found


def test_a_longer_sequence_is_told_where_it_says_more_than_its_parts() -> None:
    draw = Random(5)
    bound = {one.text for one in sequences([week(draw, True) for _ in range(60)])}
    assert "search -> read -> edit -> run make test" in bound
    assert "web -> read -> edit -> run git diff" in bound
    named = 0
    for seed in range(20):
        draw = Random(seed)
        free = {one.text for one in sequences([week(draw, False) for _ in range(60)])}
        assert "read -> edit" in free
        named += any("read -> edit -> run" in text and text.count("->") == 3 for text in free)
    assert named <= 5  # 2 of 20 may be, and a little more than two standard errors


def test_steps_that_only_know_the_one_before_make_hardly_any_longer_sequence() -> None:
    named = 0
    for seed in range(SEEDS):
        draw = Random(seed)
        named += any(one.text.count("->") > 1 for one in sequences(names(day(draw) for _ in range(40))))
    assert named <= 19  # 10 of 100 may be, and three standard errors


def test_a_part_that_came_no_more_often_than_the_whole_is_not_told_beside_it() -> None:
    draw, sessions = Random(6), []
    for _ in range(60):
        one = draw.choices(["read", "web", "mcp"], k=30)
        for _ in range(3):  # "edit" comes from elsewhere too, but "lint" before it nowhere else
            at = draw.randint(0, len(one))
            one[at:at] = ["lint", "edit", "push"]
            one.insert(draw.randint(0, len(one)), draw.choice(["edit", "push"]))
        sessions.append(one)
    texts = [one.text for one in sequences(sessions)]
    assert "lint -> edit -> push" in texts
    counts = {one.text: one.times for one in sequences(sessions)}
    assert all(
        not (part in whole and part != whole and times <= counts[whole])
        for part, times in counts.items() for whole in counts if whole.count("->") == part.count("->") + 1
    )  # fmt: skip


def test_how_often_a_step_comes_next_has_an_interval_that_knows_of_sessions() -> None:
    draw = Random(1)
    found = {one.text: one for one in sequences(names(day(draw) for _ in range(60)))}["edit -> run make test"]
    assert 550 < found.share < 650 and found.low < found.share < found.high and found.high - found.low < 150
    alike, split = [(5, 10)] * 20, [(10, 10), (0, 10)] * 10
    low, high = wilson(100, 200)
    assert clustered(alike) == (0.5, low, high)
    assert clustered(split)[2] - clustered(split)[1] > 2.5 * (high - low), "sessions of two kinds say less"
    assert clustered([]) == (0.0, 0.0, 1.0)


def test_below_the_fewest_sessions_nothing_is_said_of_an_order() -> None:
    few = [["read", "edit", "push"] * 10 for _ in range(FEWEST_WITH - 1)]
    assert sequences(few) == [] != sequences([*few, few[0]])


# -- files, durations, phases ------------------------------------------------------------------------


def changes(draw: Random, bad: float) -> list[Step]:
    """A session in which some files are changed and each change is checked; after `bad.py` checks fail more."""
    found = []
    for name in draw.sample(["bad.py", "a.py", "b.py", "c.py", "d.py"], 4):
        fails = draw.random() < (bad if name == "bad.py" else 0.2)
        found.append(Step("edit", EDIT, False, files=(name,)))
        found.append(Step("run make test", COMMAND, fails, phase=CHECKING, ok=not fails))
    return found


def test_a_file_after_whose_changes_checks_fail_more_is_found() -> None:
    draw = Random(1)
    found = breaking([changes(draw, 0.8) for _ in range(40)])
    assert [(one.text, one.what) for one in found] == [("bad.py", BREAKS)]
    assert found[0].times > 2 * found[0].other


def test_of_files_alike_hardly_any_is_named() -> None:
    named = 0
    for seed in range(SEEDS):
        draw = Random(seed)
        named += bool(breaking([changes(draw, 0.2) for _ in range(40)]))
    assert named <= 19  # 10 of 100 may be, and three standard errors


def test_files_of_few_sessions_are_not_named() -> None:
    draw = Random(1)
    sessions = [changes(draw, 1.0) for _ in range(FEWEST_CHECKED - 1)]
    assert breaking(sessions) == []


def test_the_exact_test_of_unlike_chances_is_exact() -> None:
    assert poisson_binomial(0, [0.3]) == 1.0
    assert poisson_binomial(2, [0.5, 0.5]) == 0.25
    assert poisson_binomial(1, [0.1, 0.2]) == pytest.approx(0.28)
    assert poisson_binomial(3, [0.1, 0.2]) == 0.0


def test_durations_are_told_where_enough_are_known_and_waiting_for_a_person_is_none() -> None:
    timed = [
        event for n in range(FEWEST_TIMED)
        for event in (
            Event(CALL, 1000 * n + 1, f"r{n}", "x", tool=READ, target="/srv/shop/a.py"),
            Event(RESULT, 1000 * n + 1 + (100 if n < 20 else 400), f"r{n}", tool=READ, ok=True),
            Event(CALL, 1000 * n + 2, f"w{n}", "x", tool=WRITE, target="/srv/shop/b.py"),
            Event(RESULT, 1000 * n + 60_000, f"w{n}", tool=WRITE, ok=True),
        )
    ]  # fmt: skip
    session = steps(timed, "/srv/shop")
    assert session[1].files == ("b.py",) and session[0].files == ()
    (one,) = spans([session])
    assert (one.what, one.calls, one.sessions, one.median, one.most) == ("read", FEWEST_TIMED, 1, 100, 400)
    assert spans([[*session[:1], *session[4:]]]) == (), "one less is too few"
    assert quantile([1, 2, 3, 4], 0.5) == 2 and quantile([], 0.5) == 0


@pytest.mark.parametrize(
    ("command", "phase"),
    [
        ("cd src && rg charge | head -20", "exploring"), ("git diff HEAD~1", "exploring"), ("cat a.py", "exploring"),
        ("sed -n 1,80p a.py", "exploring"), ("ls 2>/dev/null", "exploring"), ("sed -i s/a/b/ a.py", "other"),
        ("cat a.py > b.py", "other"), ("git push", "other"), ("rg x && rm a.py", "other"), ("pytest -q", "checking"),
        ("cd x && npm run lint", "checking"), ("", "other"), ("echo hi", "other"),
        ("cat a.py; echo done", "exploring"), ("cat a.py; echo done > b.txt", "other"), ("cat a >>b", "other"),
    ],
)  # fmt: skip
def test_a_command_explores_when_all_of_it_only_shows(command: str, phase: str) -> None:
    assert steps([Event(CALL, 1, "a", command, tool=COMMAND)])[0].phase == phase


def test_what_calls_are_there_for_is_told_with_intervals() -> None:
    events = [
        Event(CALL, 1, "a", "", tool=READ, target="a.py"), Event(CALL, 2, "b", "", tool=EDIT, target="a.py"),
        Event(CALL, 3, "c", "npm run test:ci", tool=COMMAND), Event(CALL, 4, "d", "git push", tool=COMMAND),
    ]  # fmt: skip
    told = {one.what: (one.times, one.of) for one in shares([steps(events)] * 5)}
    assert {what: told[what] for what in told if what.startswith("calls")} == {
        "calls exploring": (5, 20), "calls editing": (5, 20), "calls checking": (5, 20), "calls other": (5, 20),
    }  # fmt: skip
    assert all(one.low < one.share < one.high for one in shares([steps(events)] * 5)[:4])


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
    told = [(one.what, one.times, one.of) for one in reply.shares if one.what.endswith("failed")]
    assert told == ([("command calls failed", 30, 30)] if layer == "workflow" else [])
