"""The holdout: a known effect is found, without one nothing is claimed, and little data is said to be little."""

from random import Random

import pytest

from oldhand.errors import BadArgument, Refused
from oldhand.sessions.arms import FEWEST, HARMS, HELPS, LESS, NOT_ENOUGH, SAME, Compared, compare, effects
from oldhand.sessions.holdout import withheld
from oldhand.store.session_rows import Injection
from tests.conftest import Project
from tests.inference.made import HOUR_MS, lived, session
from tests.sessions.made import AT

SEEDS = 200
ROUGH = 400  # resamples: enough for a verdict
ONE = "a1" * 16


def corrections_of(found: list[Compared]) -> str:
    """The verdict on corrections."""
    return str(next(one.verdict for one in found if one.outcome == "corrections"))


def test_a_known_effect_is_found() -> None:
    found = [compare(lived(Random(seed), 160, harm_without=2.0), ROUGH) for seed in range(20)]
    assert sum(corrections_of(one) == LESS for one in found) >= 16


def test_without_an_effect_nothing_is_claimed_more_often_than_was_said() -> None:
    claimed = 0
    for seed in range(SEEDS):
        found = compare(lived(Random(10_000 + seed), 80), ROUGH)
        claimed += any(one.verdict not in (SAME, NOT_ENOUGH) for one in found)
    # 5 % of the tables may claim something: 10 of 200, 19 of them within three standard errors.
    assert claimed <= 19


def test_little_data_is_said_to_be_little() -> None:
    few = lived(Random(1), 2 * FEWEST - 2, harm_without=6.0)
    assert {one.verdict for one in compare(few)} == {NOT_ENOUGH}
    quiet = [one._replace(corrections=int(number == 0)) for number, one in enumerate(lived(Random(2), 60))]
    assert corrections_of(compare(quiet)) == NOT_ENOUGH  # one correction in all says nothing


def test_a_memory_that_helps_is_told_from_one_that_harms_and_one_that_does_nothing() -> None:
    draw = Random(5)
    found = []
    for number in range(200):
        kept_back = draw.random() < 0.5
        helping, harming = draw.random() < (0.6 if kept_back else 0.1), draw.random() < (0.1 if kept_back else 0.6)
        nothing = draw.random() < 0.3
        name, troubled = (("helps", helping), ("harms", harming), ("idle", nothing))[number % 3]
        found.append(lived(draw, 1)[0]._replace(withheld=kept_back, memories={name: AT}, troubles=(AT,) * troubled))
    told = {one.id: one for one in effects(found)}
    assert {name: one.verdict for name, one in told.items()} == {"helps": HELPS, "harms": HARMS, "idle": SAME}
    assert told["helps"].low < told["helps"].difference < told["helps"].shrunk < 0  # drawn towards nothing
    assert effects(found)[0].id == "helps"


def test_trouble_before_a_memory_was_due_is_not_put_to_it() -> None:
    found = [one._replace(memories={"m": AT}, troubles=(AT - 1,)) for one in lived(Random(9), 60)]
    assert [(one.told_troubled, one.withheld_troubled) for one in effects(found)] == [(0, 0)]


def test_of_many_memories_that_do_nothing_hardly_one_is_named() -> None:
    draw, named = Random(11), 0
    for _ in range(SEEDS):
        sessions = []
        for one in lived(draw, 60):
            due = {f"m{number}": AT for number in range(12) if draw.random() < 0.5}
            sessions.append(one._replace(memories=due, troubles=(AT,) * (draw.random() < 0.4)))
        named += any(one.verdict != SAME for one in effects(sessions))
    assert named <= 33  # 10 % of 200 may be, and three standard errors


def test_the_operation_compares_the_sessions_of_both_arms(project: Project) -> None:
    project.by_person("session_holdout", percent=50)
    start = project.memory.now() + HOUR_MS
    for number in range(60):
        name = f"session-{number}"
        silent = withheld(name, 50)
        corrected = number % 8 == 0 if not silent else number % 8 != 0
        session(project, name, start + number * HOUR_MS, (ONE,), silent, corrected)
    session(project, "before-it-began", AT - 10**12, (ONE,), False, True)
    reply = project.call("session_holdout")
    assert (reply.percent, reply.told + reply.withheld, reply.mixed) == (50, 60, 0)
    verdicts = {one.outcome: one.verdict for one in reply.outcomes}
    assert verdicts["corrections"] == LESS and verdicts["work taken back"] == NOT_ENOUGH
    assert [(one.id, one.verdict) for one in reply.memories] == [(ONE[:12], HELPS)]


def test_a_session_of_both_arms_is_left_out(project: Project) -> None:
    session(project, "mixed-session", AT, (ONE,), True, False)
    log = project.memory.session_log()
    log.note_injection(Injection("mixed-session", AT + 5000, "before", "a.py", "", (ONE,), 9, False, "again"))
    reply = project.call("session_holdout")
    assert (reply.told, reply.withheld, reply.mixed) == (0, 0, 1)


def test_only_a_person_sets_it_and_it_says_what_it_was(project: Project) -> None:
    with pytest.raises(Refused):
        project.call("session_holdout", percent=10)
    with pytest.raises(BadArgument):
        project.by_person("session_holdout", percent=101)
    assert project.by_person("session_holdout", percent=10)[:2] == (10, 0)
    assert project.by_person("session_holdout", percent=0)[:2] == (0, 10)
    ended = project.by_person("session_holdout")
    assert ended.since and ended.until and not ended.outcomes  # what was compared stays to be seen


def test_set_in_another_way_it_begins_with_the_first_silent_session(project: Project) -> None:
    project.by_person("config_set", name="hooks.holdout_percent", value="30", scope="person")
    session(project, "told-before", AT, (ONE,), False, False)
    session(project, "silent-one", AT + HOUR_MS, (ONE,), True, False)
    session(project, "told-after", AT + 2 * HOUR_MS, (ONE,), False, False)
    reply = project.by_person("session_holdout")
    assert (reply.percent, reply.told, reply.withheld) == (30, 1, 1)
    assert {one.verdict for one in reply.outcomes} == {NOT_ENOUGH}
