"""Tokens of sessions: recorded ones as recorded, estimated ones told as such, and a day's cap that is seen in time."""

import json

import pytest

from oldhand.model.session import CALL, MCP, PROMPT, READ, RESULT, USAGE, Event
from oldhand.model.tokens import estimate
from oldhand.sessions.draining import drain
from oldhand.sessions.spool import SPOOL, TOKENS
from oldhand.sessions.tokens import SHARE_SEEN, By, allowance, report, write_day
from oldhand.store.session_rows import Injection
from tests.conftest import Project
from tests.sessions.made import AT, command, edit, prompted, spooled, talk

ONE = "0b5f6c1e-one"
DAY_MS = 86_400_000
USED = {"model": "big", "input": 1000, "output": 200, "cache_read": 90_000, "cache_written": 300, "reasoning": 50}


def capped(project: Project, cap: int) -> None:
    """A person sets the cap of a day."""
    project.by_person("config_set", name="tokens.daily_cap", value=str(cap))
    project.memory.forget_settings()


def recorded(at: int, key: str = "m1") -> Event:
    """What a host recorded of one answer: 1,500 new tokens."""
    return Event(USAGE, at, key, detail=USED)


def test_every_text_has_one_intent_and_the_lines_sum_up(project: Project) -> None:
    log = project.memory.session_log()
    read = [
        Event(CALL, AT, "r", "", tool=READ, name="Read", call="r", target="a.py"),
        Event(RESULT, AT, "r", "x = 1\n" * 400, tool=READ, name="Read", call="r", ok=True),
    ]  # fmt: skip
    log.add(ONE, [*talk("please look", "It is fine."), *command(3, "make", 0, "done " * 100), *edit(5, "a.py"), *read])
    lines, overhead, total = report(project.memory, "intent")
    told = {line.name: line.estimated for line in lines}
    assert set(told) == {"talking", "running", "editing", "reading"} and sum(told.values()) == total
    assert told["reading"] == estimate("x = 1\n" * 400) and lines[0].name == "reading"
    assert overhead == (0, 0, 0, 0)
    others: tuple[By, ...] = ("tool", "agent", "session")
    for by in others:
        assert sum(line.estimated for line in report(project.memory, by)[0]) == total


def test_a_text_that_was_cut_counts_as_a_whole(project: Project) -> None:
    log = project.memory.session_log()
    log.add(ONE, [Event(RESULT, AT, "k", "tail", detail={"size": 4000})])
    log.add(ONE, [Event(RESULT, AT, "none of it", "", detail={"size": 4000})])
    assert report(project.memory, "session")[2] == 2000


def test_recorded_tokens_are_told_by_session_agent_and_model_and_counted_once(project: Project) -> None:
    log = project.memory.session_log()
    for _ in range(2):
        log.add(ONE, [recorded(AT), recorded(AT + 1, "m2"), recorded(AT, "m3")._replace(agent="sub")])
    told: dict[By, list[str]] = {"session": [ONE], "agent": ["(itself)", "sub"], "model": ["big"]}
    for by, names in told.items():
        lines = report(project.memory, by)[0]
        assert [line.name for line in lines] == names
        assert sum(line.input for line in lines) == 3000 and sum(line.cache_read for line in lines) == 270_000


def test_what_memory_itself_costs_is_told(project: Project) -> None:
    log = project.memory.session_log()
    name = "mcp__plugin_oldhand_oldhand__recall"
    log.add(ONE, [Event(RESULT, AT, "q", "y" * 400, tool=MCP, name=name, call="q", ok=True)])
    log.add(ONE, [*command(2, "oldhand brief", 0, "z" * 200), *command(3, "make oldhand", 0, "w" * 4000)])
    log.note_injection(Injection(ONE, AT, "start", tokens=70))
    log.note_injection(Injection(ONE, AT, "before", tokens=999, withheld=True))
    overhead = report(project.memory, "tool")[1]
    assert (overhead.told, overhead.injected, overhead.replies) == (1, 70, 150)
    assert {line.name: line.estimated for line in report(project.memory, "intent")[0]}["remembering"] == 150


def test_a_day_is_counted_from_midnight_and_nothing_twice(project: Project) -> None:
    log, now = project.memory.session_log(), AT - AT % DAY_MS + DAY_MS // 2
    log.add("today", [recorded(now)])
    log.add("yesterday", [recorded(now - DAY_MS)])
    log.add("hooks-only", [Event(PROMPT, now, "p", "x" * 670 * 4)])
    log.add("today", [Event(PROMPT, now, "p", "its host records its tokens: this is in them")])
    said = allowance(project.memory, now)
    assert (said.recorded, said.estimated) == (1500, round(670 / SHARE_SEEN)) and said.used == 2500
    assert (said.cap, said.level) == (0, "open")


@pytest.mark.parametrize(("cap", "level"), [(0, "open"), (10_000, "open"), (1875, "near"), (1500, "over"), (1, "over")])
def test_the_cap_is_warned_of_at_eighty_percent_and_told_to_hooks(cap: int, level: str, project: Project) -> None:
    capped(project, cap)
    project.memory.session_log().add(ONE, [recorded(project.memory.now())])
    (project.folder / SPOOL).mkdir(exist_ok=True)
    said = write_day(project.memory, project.memory.now())
    file = project.folder / SPOOL / TOKENS
    if not cap:
        assert said is None and not file.exists()
        return
    assert said is not None and said.level == level
    kept = json.loads(file.read_text("ascii"))
    assert kept == {"v": 1, "day": said.day, "used": 1500, "cap": cap, "level": level}
    assert file.stat().st_mode & 0o777 == 0o600
    capped(project, 0)
    assert not file.exists(), "without a cap there is nothing to tell"


def test_draining_keeps_the_day_up_to_date(project: Project) -> None:
    capped(project, 100)
    now = project.memory.now()
    text = "x" * 400
    spooled(project.memory, prompted(1, text, at=now))
    drain(project.memory)
    assert json.loads((project.folder / SPOOL / TOKENS).read_text("ascii"))["level"] == "over"
    told = project.call("session_tokens").today
    assert told.level == "over" and told.used == round(estimate(text) / SHARE_SEEN)


def test_a_cap_holds_from_the_moment_it_is_set_and_no_longer_than_that(project: Project) -> None:
    project.memory.session_log().add(ONE, [recorded(project.memory.now())])
    file = project.folder / SPOOL / TOKENS
    drain(project.memory)
    assert not file.exists()
    capped(project, 100)
    assert json.loads(file.read_text("ascii"))["level"] == "over"
    project.by_person("config_reset", name="tokens.daily_cap")
    assert not file.exists()


def test_a_cap_that_another_project_set_for_all_holds_from_the_next_draining(project: Project) -> None:
    project.memory.session_log().add(ONE, [recorded(project.memory.now())])
    (project.home / "settings.json").write_text('{"tokens.daily_cap": 100}')
    project.memory.forget_settings()
    (project.folder / SPOOL).mkdir()
    drain(project.memory)
    assert json.loads((project.folder / SPOOL / TOKENS).read_text("ascii"))["level"] == "over"


def test_an_agent_may_not_lift_the_cap(project: Project) -> None:
    capped(project, 100)
    with pytest.raises(Exception, match="person"):
        project.call("config_set", name="tokens.daily_cap", value="0")


def test_a_cap_whose_standing_cannot_be_written_harms_nothing(project: Project) -> None:
    capped(project, 100)
    (project.folder / SPOOL).mkdir(exist_ok=True)
    (project.folder / SPOOL / TOKENS).unlink()
    (project.folder / SPOOL / TOKENS).mkdir()
    assert write_day(project.memory, project.memory.now()) is not None
