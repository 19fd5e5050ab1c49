"""Layers of inference: what is true of made logs is found, and in the same logs shuffled nothing is."""

from random import Random

import pytest

from oldhand.knowledge.utility import SOON_MS
from oldhand.sessions.answers import AGAIN_MS, Answer, answers
from oldhand.sessions.inferring import (
    FEWEST_ANSWERS,
    FEWEST_SESSIONS,
    NEVER,
    NOISE,
    RELIEF,
    TROUBLE,
    noise,
    quality,
    trouble,
)
from oldhand.sessions.inferring_together import FEWEST_STRETCHES, GAP_MS, stretches, together
from oldhand.store.traces import Trace
from tests.conftest import Project
from tests.inference.made import HOUR_MS, lived, session
from tests.sessions.made import AT

SEEDS = 200
MEMORIES = [f"{number:012x}" for number in range(30)]
IDLE = MEMORIES[0]


def trace(at: int, operation: str, surface: str = "mcp", **detail: object) -> Trace:
    """An entry of the log."""
    return Trace(AT + at, surface, operation, "read", 1, "ok", detail)


def asked(at: int, cue: str, *shown: str, surface: str = "mcp") -> Trace:
    """An answer of recall."""
    return trace(at, "recall", surface, asked={"cue": cue}, shown=list(shown))


def made(draw: Random, count: int, idle: str = IDLE, rate: float = 0.4) -> list[Answer]:
    """Answers of five memories each, of which one memory is never used, though it is shown in every other."""
    found = []
    for number in range(count):
        shown = [*([idle] if idle and draw.random() < 0.5 else []), *draw.sample(MEMORIES[1:], 4)]
        used = frozenset(name for name in shown if name != idle and draw.random() < rate)
        found.append(Answer(AT + number, tuple(shown), used, False))
    return found


def shuffled(draw: Random, given: list[Answer]) -> list[Answer]:
    """The same answers with the uses put to any of their showings."""
    places = [(number, name) for number, one in enumerate(given) for name in one.shown]
    chosen = set(draw.sample(places, sum(len(one.used) for one in given)))
    return [
        one._replace(used=frozenset(name for name in one.shown if (number, name) in chosen))
        for number, one in enumerate(given)
    ]


# -- what came of answers ----------------------------------------------------------------------------


def test_an_answer_is_used_when_somebody_turns_to_what_it_showed() -> None:
    log = [asked(0, "why", "a" * 12, "b" * 12), trace(1000, "show", memory="a" * 12), trace(2000, "edit", place="x.py")]
    assert answers(log, {"x.py": frozenset({"b" * 12})})[0].used == {"a" * 12, "b" * 12}
    assert not answers([log[0], log[1]._replace(surface="cli")], {})[0].used
    assert not answers([log[0], log[1]._replace(at=AT + SOON_MS + 1)], {})[0].used
    assert not answers([log[1], log[0]], {})[0].used


def test_one_that_is_asked_again_soon_was_no_help_unless_it_was_used() -> None:
    first, used = asked(0, "why", "a" * 12), trace(500, "show", memory="a" * 12)
    assert answers([first, asked(1000, "why not")], {})[0].again
    assert answers([first, trace(1000, "search", words="why")], {})[0].again
    assert not answers([first, asked(1000, "why", "a" * 12)], {})[0].again, "the same question is no other one"
    assert not answers([first, used, asked(1000, "other")], {})[0].again
    assert not answers([first, asked(AGAIN_MS + 1, "other")], {})[0].again
    assert not answers([first, asked(1000, "other", surface="cli")], {})[0].again


def test_a_later_answer_takes_the_use() -> None:
    log = [asked(0, "a", "a" * 12), asked(1000, "b", "a" * 12), trace(2000, "show", memory="a" * 12)]
    assert [bool(one.used) for one in answers(log, {})] == [False, True]


def test_shares_of_answers_sum_up_and_have_intervals() -> None:
    given = [Answer(AT, ("a",), frozenset("a" if n < 20 else ""), n >= 30) for n in range(40)]
    used, again, neither, empty = quality(given)
    assert (used.times, again.times, neither.times, empty.times) == (20, 10, 10, 0)
    assert used.share == 500 and 300 < used.low < 500 < used.high < 700


def test_a_memory_that_is_shown_often_and_not_used_is_noise() -> None:
    found = [noise(made(Random(seed), 120)) for seed in range(20)]
    assert all(one and one[0].id == IDLE and one[0].what == NOISE and one[0].times == 0 for one in found)
    assert sum(len(one) - 1 for one in found) <= 8  # others are named rarely: a tenth of what is named


def test_in_shuffled_answers_there_is_hardly_any_noise() -> None:
    named = 0
    for seed in range(SEEDS):
        draw = Random(seed)
        named += bool(noise(shuffled(draw, made(draw, 120))))
    assert named <= 33  # 10 % of 200 may be, and three standard errors


def test_where_nothing_was_ever_used_nothing_is_called_noise() -> None:
    assert noise(made(Random(1), 200, rate=0.0)) == [] == noise([])


def test_the_layer_names_what_never_came_up_and_says_when_it_knows_too_little(project: Project) -> None:
    shown = project.call("remember", text="Payments are never retried by anybody.").memories[0].id
    silent = project.call("remember", text="Zeppelins are painted silver each spring.").memories[0].id
    for number in range(FEWEST_ANSWERS - 1):
        project.call("recall", cue=f"are payments retried {number}")
    few = project.call("session_infer")
    assert (few.basis, few.needed, few.shares, few.findings) == (FEWEST_ANSWERS - 1, FEWEST_ANSWERS, [], [])
    project.call("recall", cue="are payments ever retried")
    project.call("show", name=shown)
    reply = project.call("session_infer")
    assert [(one.id, one.what) for one in reply.findings] == [(silent[:12], NEVER)]
    assert "Zeppelins" in reply.findings[0].text
    assert reply.shares[0][:2] == ("used", 1)
    assert project.call("session_infer", limit=0).left_out == 1


# -- memories used together ---------------------------------------------------------------------------


def days(draw: Random, bound: bool, many: int = 80) -> list[frozenset[str]]:
    """Stretches of work that use some memories each; two of them mostly go together where they are bound."""
    found = []
    for _ in range(many):
        used = {name for name in MEMORIES if draw.random() < 0.15}
        if bound and MEMORIES[1] in used and draw.random() < 0.8:
            used.add(MEMORIES[2])
        found.append(frozenset(used))
    return [one for one in found if one]


def test_what_is_used_together_is_found() -> None:
    found = together(days(Random(3), bound=True, many=200))
    assert found[0].text == f"{MEMORIES[1]} {MEMORIES[2]}" and found[0].times > 2 * found[0].other


def test_of_what_is_used_independently_hardly_any_pair_is_named() -> None:
    named = sum(bool(together(days(Random(seed), bound=False))) for seed in range(SEEDS))
    assert named <= 33  # 10 % of 200 may be, and three standard errors


def test_a_stretch_of_work_ends_with_half_an_hour_of_silence() -> None:
    given = [
        Answer(AT, ("a",), frozenset("a"), False), Answer(AT + GAP_MS, ("b",), frozenset("b"), False),
        Answer(AT + 2 * GAP_MS + 1, ("c",), frozenset("c"), False), Answer(AT + 9 * GAP_MS, ("d",), frozenset(), False),
    ]  # fmt: skip
    assert stretches(given) == [{"a", "b"}, {"c"}]


@pytest.mark.parametrize("many", [FEWEST_STRETCHES - 1, 2 * FEWEST_STRETCHES])
def test_the_layer_of_pairs_reads_the_log_of_operations(project: Project, many: int) -> None:
    one, two = (project.call("remember", text=text).memories[0].id for text in ("Carts are in Redis.", "Cats sleep."))
    traces = project.memory.traces()
    for number in range(many):
        at = number * 2 * GAP_MS
        traces.add(asked(at, "why", one[:12], two[:12], "e" * 12))
        for name in [one, two] if number % 3 == 0 else ["e" * 12]:
            traces.add(trace(at + 1000, "show", memory=name[:12]))
    traces.flush()
    reply = project.call("session_infer", layer="together")
    assert reply.basis == many
    if many < FEWEST_STRETCHES:
        assert reply.findings == []
        return
    assert [(said.times, said.of, said.other) for said in reply.findings] == [(20, 60, 7)]
    assert "Carts are in Redis." in reply.findings[0].text and two[:12] in reply.findings[0].text


# -- trouble after memories --------------------------------------------------------------------------


def test_trouble_after_a_memory_is_told_and_so_is_less_of_it() -> None:
    draw, sessions = Random(4), []
    for _ in range(150):
        due = {name: AT for name in ("bad", "good", "idle") if draw.random() < 0.4}
        chance = 0.35 + 0.45 * ("bad" in due) - 0.3 * ("good" in due)
        sessions.append(lived(draw, 1)[0]._replace(memories=due, troubles=(AT,) * (draw.random() < chance)))
    found = trouble(sessions)
    assert [(one.id, one.what) for one in found] == [("bad", TROUBLE), ("good", RELIEF)]
    assert found[0].of + found[0].of_other == 150 and found[0].chance < 10_000


def test_in_shuffled_sessions_hardly_any_memory_is_named() -> None:
    named = 0
    for seed in range(SEEDS):
        draw = Random(seed)
        sessions = [
            one._replace(
                memories={f"m{n}": AT for n in range(12) if draw.random() < 0.4},
                troubles=(AT,) * (draw.random() < 0.35),
            )
            for one in lived(draw, 60)
        ]  # fmt: skip
        named += bool(trouble(sessions))
    assert named <= 33  # 10 % of 200 may be, and three standard errors


def test_trouble_before_a_memory_was_told_does_not_count_for_it() -> None:
    early = lived(Random(6), 60)
    sessions = [
        one._replace(memories={"late": AT + 2} if number % 2 else {}, troubles=(AT,) if number % 2 else ())
        for number, one in enumerate(early)
    ]
    assert trouble(sessions) == []
    at_once = [one._replace(memories={"late": AT} if one.memories else {}) for one in sessions]
    assert [one.what for one in trouble(at_once)] == [TROUBLE]


@pytest.mark.parametrize("told", [FEWEST_SESSIONS - 1, 2 * FEWEST_SESSIONS])
def test_the_layer_reads_the_log_of_sessions(project: Project, told: int) -> None:
    bad = project.call("remember", text="Always reboot before you look.").memories[0].id
    good = project.call("remember", text="Amounts are integers.").memories[0].id
    for number in range(told):
        both = (bad, good) if number % 2 else (good,)
        session(project, f"session-{number}", AT + number * HOUR_MS, both, False, number % 2 == 1)
    session(project, "session-silent", AT, (bad,), True, True)
    reply = project.call("session_infer", layer="corrections")
    assert reply.basis == told
    if told < FEWEST_SESSIONS:
        assert (reply.shares, reply.findings) == ([], [])
        return
    assert [(one.id, one.what, one.times, one.of) for one in reply.findings] == [(bad[:12], TROUBLE, 30, 30)]
    assert "reboot" in reply.findings[0].text
    assert [one.times for one in reply.shares] == [30, 0]
