"""The local log of sessions: each event once, nothing secret, nothing too long, and nothing that was forgotten."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oldhand.errors import AmbiguousSession, NoSession, NoStore, UnknownSession, UnusableSessionLog
from oldhand.memory import Memory
from oldhand.model.session import CALL, PROMPT, REPLY, RESULT, USAGE, Event, Session
from oldhand.store.session_log import DAY_MS, SessionLog
from oldhand.store.session_rows import LONGEST_TEXT, Injection
from tests.conftest import Project
from tests.sessions.made import AT, command, prompted, spooled, talk, token

ONE = "0b5f6c1e-one"


@pytest.fixture
def log(project: Project) -> SessionLog:
    """The log of a project, without a file yet."""
    return project.memory.session_log()


def test_a_log_that_was_never_written_to_has_no_file_and_gives_nothing(log: SessionLog) -> None:
    assert log.sessions() == [] and list(log.events(ONE)) == [] and log.injections() == [] and log.usage() == []
    assert log.mark("x") == "" and log.how_many() == (0, 0)
    assert log.blank(lambda text: True) == 0 and log.trim(1, 1, AT) == 0
    assert not log.path.exists()


def test_without_a_memory_there_is_no_log(tmp_path: Path) -> None:
    with Memory(tmp_path, tmp_path / "home") as memory, pytest.raises(NoStore):
        memory.session_log()


def test_what_is_added_comes_back_in_order_of_time_and_as_it_was(log: SessionLog) -> None:
    events = [*talk("почини тесты", "Готово."), *command(9, "make", 2, "no rule")]
    log.begin(Session("claude", ONE, "/srv/app", AT, branch="main", title="Tests"))
    assert log.add(ONE, reversed(events)) == 4
    found = list(log.events(ONE))
    assert [one.text for one in found[:2]] == ["почини тесты", "Готово."]
    assert {one.kind for one in found[2:]} == {CALL, RESULT}
    assert sorted(found) == sorted(events)
    row = log.session()
    assert (row.events, row.prompts, row.calls, row.failures) == (4, 1, 1, 1)
    assert row.session[:5] == ("claude", ONE, "/srv/app", AT, 0) and row.last == AT + 9000


def test_the_same_event_is_there_once_however_often_it_comes(log: SessionLog) -> None:
    events = command(1, "make", 0, "done")
    assert (log.add(ONE, events), log.add(ONE, events), log.add(ONE, events * 3)) == (2, 0, 0)
    assert len(list(log.events(ONE))) == 2
    assert log.add("another", events) == 2, "the same names in another session are other events"


def test_of_what_a_hook_and_a_transcript_tell_the_longer_text_stays_and_what_one_knows_is_filled_in(
    log: SessionLog,
) -> None:
    short = Event(RESULT, AT, "toolu_1", "…the end", call="toolu_1", detail={"size": 5000})
    long = Event(RESULT, AT, "toolu_1", "the whole output, to the end", "", "command", "Bash", "toolu_1", "", False,
                 {"exit": 2})  # fmt: skip
    for first, second in ((short, long), (long, short)):
        name = f"session-{first.text[:3]}"
        log.add(name, [first])
        log.add(name, [second])
        (kept,) = log.events(name)
        assert kept.text == long.text and kept.ok is False and kept.detail == {"exit": 2, "size": 5000}


def test_words_that_a_hook_and_a_transcript_name_differently_are_one_event(log: SessionLog) -> None:
    log.add(ONE, [Event(PROMPT, AT, "prompt_1", "fix the login")])
    assert log.add(ONE, [Event(PROMPT, AT + 1500, "uuid-7", "fix the  login")]) == 0
    assert log.add(ONE, [Event(PROMPT, AT + 60_000, "uuid-9", "fix the login")]) == 1, "said again, a minute later"
    assert log.add(ONE, [Event(REPLY, AT, "uuid-8", "fix the login")]) == 1, "the agent says it, not the person"


def test_a_secret_is_never_in_the_file(log: SessionLog, project: Project) -> None:
    secret = token()
    padding = "x " * (LONGEST_TEXT // 2 - 8)
    texts = [f"use {secret} here", padding + secret + " y" * LONGEST_TEXT, "y " * LONGEST_TEXT + secret]
    log.begin(Session("claude", ONE, title=f"the {secret}", source=f"/x/{secret}"))
    log.add(ONE, [Event(RESULT, AT, f"k{number}", text) for number, text in enumerate(texts)])
    log.add(ONE, [Event(CALL, AT, "k", "", target=f"a/{secret}", detail={"old": secret, "of": [{secret: 1}]})])
    log.note_injection(Injection(ONE, AT, "before", f"curl -H {secret}"))
    log.close()
    kept = b"".join(path.read_bytes() for path in project.folder.glob("sessions.db*"))
    assert secret.encode() not in kept and secret[4:20].encode() not in kept
    assert b"use [GitHub token" in kept, "what stands around it is kept"


def test_texts_are_cut_in_their_middle_and_their_tokens_counted_whole(log: SessionLog) -> None:
    log.add(ONE, [Event(RESULT, AT, "k", "begin " + "z " * 500_000 + " end")])
    (kept,) = log.events(ONE)
    assert len(kept.text) < LONGEST_TEXT + 20 and kept.text.startswith("begin z") and kept.text.endswith("z  end")


@pytest.mark.parametrize(
    "event",
    [
        Event("prompt", -5, "", "a\0b\udc80", agent="\ud800"),
        Event("x" * 999, 1 << 70, "k" * 9999, "", detail={"deep": [[[[[[1]]]]]], "nan": float("nan"), "big": 1 << 80}),
        Event("call", 1, detail={"many": list(range(100_000))}),
        Event("usage", 1, detail={"input": "many", "output": -1, "cache_read": True}),
        Event("result", 1, "k", "текст\u202e \x1b[31m", target="\0" * 9000, ok=None),
    ],
    ids=["surrogate", "huge", "many", "wrong types", "controls"],
)
def test_whatever_comes_can_be_kept_and_read(event: Event, log: SessionLog) -> None:
    assert log.add("s\0\udc80", [event]) == 1
    assert [len(one) for one in log.events("s?")] == [len(event)]
    assert sum(use.input + use.output for use in log.usage()) == 0


def test_a_session_is_named_by_the_beginning_of_its_id(log: SessionLog) -> None:
    for name in ("abcd-1", "abcd-2", "ffff-1"):
        log.begin(Session("claude", name))
    assert log.session("ffff").session.id == "ffff-1" and log.session("abcd-1").session.id == "abcd-1"
    with pytest.raises(AmbiguousSession, match="abcd-1"):
        log.session("abcd")
    for unknown in ("fff", "nope", "abcd-1%", "%", "____"):
        with pytest.raises(UnknownSession):
            log.session(unknown)


def test_the_latest_session_is_told_when_none_is_named(log: SessionLog) -> None:
    with pytest.raises(UnknownSession):
        log.session()
    log.add("later", [Event(PROMPT, AT + 9, "k", "x")])
    log.add("earlier", [Event(PROMPT, AT, "k", "x")])
    assert log.session().session.id == "later"
    assert [row.session.id for row in log.sessions()] == ["later", "earlier"]
    assert [row.session.id for row in log.sessions(since=AT + 1)] == ["later"]


def test_events_are_read_in_slices_while_others_write(log: SessionLog) -> None:
    log.add(ONE, (Event(RESULT, AT + number, f"k{number}", str(number)) for number in range(1200)))
    found = []
    for event in log.events(ONE):
        found.append(event.text)
        if len(found) == 1:
            log.add(ONE, [Event(RESULT, AT + 99_999, "late", "late")])
    assert found == [*map(str, range(1200)), "late"]
    assert [event.text for event in log.events(ONE, limit=3)] == ["0", "1", "2"]
    assert [event.text for event in log.events(ONE, after=1200)] == ["late"]
    assert len(list(log.events(ONE, limit=700))) == 700


def test_injections_are_noted_once_and_count_in_the_list(log: SessionLog) -> None:
    told = Injection(ONE, AT, "before", "git push", "9f3a", ("a" * 32,), 40, key="told-1")
    log.begin(Session("codex", ONE))
    assert log.note_injection(told) and not log.note_injection(told)
    assert log.note_injection(told._replace(key="", withheld=True)) and not log.note_injection(
        told._replace(key="", withheld=True)
    )
    assert log.session(ONE).injected_tokens == 40 and len(log.injections(ONE)) == 2
    assert log.injections("other") == []


def test_tokens_that_hosts_recorded_are_summed_by_session_agent_and_model(log: SessionLog) -> None:
    detail = {"model": "big", "input": 10, "output": 5, "cache_read": 100, "cache_written": 7, "reasoning": 2}
    log.add(
        ONE, [Event(USAGE, AT, f"m{number}", agent=agent, detail=detail) for number, agent in enumerate(("", "", "x"))]
    )
    assert [one[1:6] for one in log.usage()] == [("", "big", 2, 20, 10), ("x", "big", 1, 10, 5)]
    assert log.usage(since=AT + 1) == []


def test_an_answer_that_was_under_way_counts_in_the_end_with_its_largest_counts(log: SessionLog) -> None:
    for output, read in ((5, 100), (90, 100), (20, 0)):
        detail = {"model": "big", "input": 3, "output": output, "cache_read": read}
        log.add(ONE, [Event(USAGE, AT, "answer", detail=detail)])
    assert [one[2:7] for one in log.usage()] == [("big", 1, 3, 90, 100)]
    assert [event.detail["output"] for event in log.events(ONE)] == [90]


def test_what_is_old_goes_after_its_days_and_the_oldest_when_the_file_is_too_large(log: SessionLog) -> None:
    for number, name in enumerate(("first", "second", "third")):
        log.begin(Session("claude", name, started=AT + number))
        log.add(name, [Event(RESULT, AT + number, f"k{one}", os.urandom(4000).hex()) for one in range(100)])
    now = Memory.now()
    assert log.trim(90, 0, now) == 0, "it came in today, however long ago it was"
    assert log.trim(0, 0, now + 1000 * DAY_MS) == 0, "no limit"
    assert log.trim(0, 2, now) == 1 and [row.session.id for row in log.sessions()] == ["third", "second"]
    assert log.trim(90, 0, now + 91 * DAY_MS) == 2 and log.how_many() == (0, 0)


def test_forgotten_words_leave_the_log_and_its_files(log: SessionLog, project: Project) -> None:
    said, memory = "the vault is behind the clock", "d" * 32
    log.begin(Session("claude", ONE, title=said))
    log.add(ONE, [*talk("remember: " + said, "Noted."), Event(CALL, AT, "k", "x", detail={"old": said})])
    log.note_injection(Injection(ONE, AT, "start", said, memories=(memory[:12], "e" * 32)))
    assert log.blank(lambda text: said in text, [memory]) == 5
    assert [one.text for one in log.events(ONE) if "[forgotten]" in one.text] == ["[forgotten]", "x [forgotten]"]
    assert [one.text for one in log.events(ONE)].count("Noted.") == 1, "what says something else stays"
    assert log.injections()[0].memories == ("e" * 32,)
    log.close()
    assert said.encode() not in b"".join(path.read_bytes() for path in project.folder.glob("sessions.db*"))


def test_a_damaged_log_is_told_and_memory_goes_on(log: SessionLog, project: Project) -> None:
    log.begin(Session("claude", ONE))
    log.close()
    log.path.write_bytes(b"SQLite format 3\0" + b"\0" * 200)
    with pytest.raises(UnusableSessionLog, match=r"sessions\.db"):
        log.sessions()
    assert project.call("remember", text="Postgres listens on 5433.").memories
    log.path.write_bytes(b"")
    with pytest.raises(UnusableSessionLog):
        log.begin(Session("claude", ONE))


def test_a_log_of_a_newer_program_is_left_alone(log: SessionLog) -> None:
    log.begin(Session("claude", ONE))
    with log.exclusive() as connection:
        connection.pragma("user_version", 99)
    log.close()
    before = log.path.read_bytes()
    with pytest.raises(UnusableSessionLog, match="format 99"):
        log.begin(Session("claude", "x"))
    assert log.path.read_bytes() == before


_EVENTS = st.lists(
    st.builds(
        Event, st.sampled_from(["prompt", "reply", "call", "result"]), st.integers(0, 40_000),
        st.sampled_from("abcdef"), st.text(max_size=8), detail=st.just({}), ok=st.none(),
    ),
    max_size=12,
)  # fmt: skip


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SessionLog]:
    """A log for many made sessions, each under a name of its own."""
    made = SessionLog(tmp_path_factory.mktemp("logs"), lambda text: text, lambda: AT)
    yield made
    made.close()


@settings(max_examples=30, deadline=None)
@given(events=_EVENTS, cuts=st.lists(st.integers(0, 12), max_size=4))
def test_reading_again_in_any_slices_adds_nothing(events: list[Event], cuts: list[int], shared: SessionLog) -> None:
    number = shared.how_many()[0]
    whole, again = f"whole-{number}", f"again-{number}"
    shared.begin(Session("claude", whole))
    shared.begin(Session("claude", again))
    shared.add(whole, events)
    for start, stop in zip([0, *sorted(cuts)], [*sorted(cuts), 12], strict=True):
        shared.add(again, events[start:stop])
    shared.add(again, events)
    texts = [{(one.kind, one.key) for one in shared.events(name)} for name in (whole, again)]
    assert texts[0] == texts[1]
    assert shared.add(whole, events) == 0


def test_forgetting_a_memory_takes_its_words_out_of_the_log_and_the_spool(project: Project) -> None:
    said = "The vault code is kept behind the kitchen clock."
    name = project.by_person("remember", text=said).memories[0].id
    other = project.by_person("remember", text="Deploys go to Frankfurt.").memories[0].id
    project.memory.session_log().add(ONE, talk(f"as you know: {said.lower()} so use it", "Deploys go to Frankfurt."))
    project.memory.session_log().note_injection(Injection(ONE, AT, "start", memories=(name, other)))
    folder = spooled(project.memory, prompted(70, f"again: {said}"), "broken: " + said + "\n")
    (folder / "opening.json").write_text(said)
    project.memory.close()
    done = project.by_person("forget", names=[name], yes=True)
    assert done.left == [] and done.traces >= 3
    kept = b"".join(path.read_bytes() for path in [*project.folder.glob("sessions.db*"), *folder.glob("*.json*")])
    assert b"kitchen clock" not in kept and b"Deploys go to Frankfurt." in kept
    assert project.memory.session_log().injections()[0].memories == (other,)


def test_forgetting_spares_what_has_only_some_of_the_words(project: Project) -> None:
    name = project.by_person("remember", text="The vault code is kept behind the kitchen clock.").memories[0].id
    project.memory.session_log().add(ONE, talk("Where is the kitchen clock made?", "In the vault of codes, they say."))
    project.memory.close()
    project.by_person("forget", names=[name], yes=True)
    assert not [one for one in project.memory.session_log().events(ONE) if "forgotten" in one.text]


def test_events_from_a_time_on_are_read_alone(log: SessionLog) -> None:
    log.add(ONE, talk("first", "second", "third"))
    assert [event.text for event in log.events(ONE, since=AT + 1000)] == ["second", "third"]
    assert [event.text for event in log.events(ONE, since=AT + 1001, limit=5)] == ["third"]


def test_where_no_session_is_kept_the_latest_is_none(project: Project) -> None:
    with pytest.raises(NoSession, match="session import"):
        project.call("session_show")
