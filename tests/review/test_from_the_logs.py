"""What the local logs put up for review: noise in answers, noise by the survey, and what was never shown."""

from random import Random

import pytest

from oldhand.knowledge import reviewing_log
from oldhand.knowledge.reviewing import RECALLS
from oldhand.knowledge.reviewing_log import ENOUGH_RECALLS, FEWEST_ANSWERS, MOST_NEVER, SETTLED_DAYS
from oldhand.store.session_log import Noted
from oldhand.store.session_rows import Injection
from oldhand.store.survey_file import Tuning, write
from oldhand.store.traces import Trace
from tests.conftest import Project
from tests.review.said import DAY, START, Speaker

MINUTE = 60_000
LATER = START + (SETTLED_DAYS + 20) * DAY  # when the memories of these tests have been there for long


def put(one: Speaker, *logged: Trace) -> None:
    traces = one.memory.traces()
    for trace in logged:
        traces.add(trace)
    traces.flush()


def answered(at: int, *shown: str) -> Trace:
    return Trace(at, "mcp", "recall", "read", 1, "ok", {"shown": [name[:12] for name in shown]})


def turned_to(at: int, name: str) -> Trace:
    return Trace(at, "mcp", "show", "read", 1, "ok", {"memory": name[:12]})


def work(one: Speaker, idle: str, others: list[str], many: int = 60, rate: float = 0.5, begin: int = LATER) -> None:
    """Answers that show three memories each, of which the idle one is never used and the others often are."""
    draw, logged = Random(1), []
    for number in range(many):
        at = begin + number * MINUTE * 60
        shown = [idle, *draw.sample(others, 2)]
        logged.append(answered(at, *shown))
        logged += [turned_to(at + MINUTE, name) for name in shown[1:] if draw.random() < rate]
    put(one, *logged)
    one.moment = begin + many * MINUTE * 60


@pytest.fixture
def held(person: Speaker) -> list[str]:
    """Six memories, said long ago."""
    names = [person.says(f"{what} are {how}.") for what, how in zip("ABCDEF", "uvwxyz", strict=True)]
    person.moment = LATER
    return names


def test_what_answers_show_and_nobody_uses_waits_as_noise_with_what_was_counted(
    person: Speaker, held: list[str]
) -> None:
    work(person, held[0], held[1:])
    items = [one for one in person.call("review").items if any(why.cause == "noise" for why in one.why)]
    assert [one.name for one in items] == [held[0][:12]]
    (why,) = [why for why in items[0].why if why.cause == "noise"]
    assert why.detail.startswith("used after 0 of 60 answers that showed it; others after 52 %")
    commands = [offer.command for offer in items[0].choices]
    assert f"oldhand retire {held[0][:12]}" in commands and commands[0].startswith("oldhand review accept")
    assert person.standing(held[0]) == "active", "being noise changes nothing by itself"


def test_what_is_used_like_the_others_does_not_wait(person: Speaker, held: list[str]) -> None:
    draw, logged = Random(7), []
    for number in range(60):
        at = LATER + number * MINUTE * 60
        shown = draw.sample(held, 3)
        logged += [answered(at, *shown), *(turned_to(at + MINUTE, name) for name in shown if draw.random() < 0.5)]
    put(person, *logged)
    person.moment = LATER + 60 * MINUTE * 60
    assert not any("noise" in causes for causes in person.waits())


def test_too_few_answers_say_nothing_of_noise(person: Speaker, held: list[str]) -> None:
    work(person, held[0], held[1:], FEWEST_ANSWERS - 1)
    assert not any("noise" in causes for causes in person.waits())
    work(person, held[0], held[1:], FEWEST_ANSWERS, begin=person.moment)
    assert any("noise" in causes for causes in person.waits())


def test_accepting_counts_anew_and_retiring_ends_it(person: Speaker, held: list[str]) -> None:
    work(person, held[0], held[1:])
    done = person.call("review_accept", names=[held[0]])
    assert "confirmed" in done.settled[0].done
    assert not any("noise" in causes for causes in person.waits())
    work(person, held[0], held[1:], 6, begin=person.moment + DAY)
    assert not any("noise" in causes for causes in person.waits()), "six more answers are not as clear by themselves"
    work(person, held[0], held[1:], 60, begin=person.moment + DAY)
    assert any("noise" in causes for causes in person.waits())
    person.call("retire", name=held[0])
    assert not any("noise" in causes for causes in person.waits())


def test_what_the_survey_silenced_waits_until_a_person_confirms_it(
    project: Project, person: Speaker, held: list[str]
) -> None:
    agents = Speaker(project, "agent", moment=LATER).says("G are t.")
    (project.folder / "spool").mkdir(exist_ok=True)
    assert write(
        project.folder,
        Tuning({}, {held[0]: ("user", 1, LATER), held[1]: ("agent", 1, LATER), agents: ("agent", 0, LATER)}),
    )
    details = {one.name: one.why[0].detail for one in person.call("review", cause="noise").items}
    assert details == {
        held[0][:12]: "people called it noise in the survey, and nobody useful",
        agents[:12]: "agents alone called it noise in the survey, no person did; nobody called it useful",
    }, "what a person said is not put up by agents' answers"
    person.call("review_accept", names=[held[0]])
    assert person.names(cause="noise") == [agents[:12]]
    person.call("confirm", name=agents)
    assert person.names(cause="noise") == []


def shown_often(one: Speaker, *shown: str, many: int = ENOUGH_RECALLS, apart: int = 4 * 60 * MINUTE) -> None:
    """Answers that show these memories and no others, so far apart that they span more than two weeks."""
    begin = one.moment
    put(one, *(answered(begin + number * apart, *shown) for number in range(many)))
    one.moment = begin + many * apart + DAY


def test_what_no_answer_ever_showed_waits_once_the_log_is_long_enough(person: Speaker, held: list[str]) -> None:
    shown_often(person, *held[2:], many=ENOUGH_RECALLS, apart=60 * MINUTE)
    assert not any("never-recalled" in causes for causes in person.waits()), "a hundred answers in four days"
    shown_often(person, *held[2:], many=ENOUGH_RECALLS)
    found = person.call("review", cause="never-recalled").items
    assert {one.name for one in found} == {held[0][:12], held[1][:12]}
    assert found[0].why[-1].detail == "none of the latest 200 answers showed it, no briefing and no hook"
    person.call("review_accept", names=[held[0]])
    assert person.names(cause="never-recalled") == [held[1][:12]], "what was confirmed has its chance again"


def test_a_full_log_is_long_enough(person: Speaker, held: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    shown_often(person, *held[1:], many=RECALLS, apart=MINUTE)
    assert person.names(cause="never-recalled") == [held[0][:12]]


def test_what_is_new_important_or_told_by_hooks_or_briefings_does_not_wait(person: Speaker, held: list[str]) -> None:
    person.call("revise", name=held[0], priority=10)
    hooked, briefed, gotcha = held[1], held[2], person.says("H bites.", kind="gotcha")
    person.moment = LATER + SETTLED_DAYS * DAY
    new = person.says("G are new.")
    shown_often(person, *held[3:])
    assert set(person.names(cause="never-recalled")) == {hooked[:12], briefed[:12]}
    note = Injection("s-1", person.moment - DAY, "before", "", "", (hooked,), 20, False, "k")
    person.memory.session_log().note(Noted(injections=(note,)))
    put(person, Trace(person.moment - DAY, "cli", "brief", "read", 1, "ok", {"shown": [briefed[:12]]}))
    assert person.names(cause="never-recalled") == [] and new != gotcha


def test_only_a_few_of_them_wait_at_once(person: Speaker) -> None:
    names = [person.says(f"Fact number {number} about nothing in particular.") for number in range(3 * MOST_NEVER)]
    person.moment = LATER
    shown_often(person, "e" * 12)
    assert len(person.names(cause="never-recalled")) == MOST_NEVER < len(names)


def test_what_the_log_says_is_read_within_bounds(person: Speaker, held: list[str]) -> None:
    work(person, held[0], held[1:], 40)
    assert reviewing_log.MOST_FOLLOWED <= reviewing_log.WITHIN
    with person.memory.reading() as reader:
        from oldhand.knowledge.reviewing import latest_recalls

        found = reviewing_log.answers(person.memory, reader, latest_recalls(person.memory))
    assert len(found) == 40 and 30 < sum(len(one.used) for one in found) < 50


def test_a_log_that_another_version_wrote_is_no_trouble(person: Speaker, held: list[str]) -> None:
    strange = [
        Trace(LATER + n, "mcp", "recall", "read", 1, "ok", {"shown": [1, None, "zz", ["x"], held[0][:12]]})
        for n in range(200)
    ]  # fmt: skip
    put(person, *strange, Trace(LATER, "mcp", "brief", "read", 1, "ok", {"shown": "x"}))
    person.moment = LATER + DAY
    person.call("review")
