"""Decisions found in sessions: few, in the words they were said, and nothing remembered before a person confirms it."""

import pytest

from oldhand.errors import BadArgument, MissingArgument, Refused
from oldhand.model.session import PROMPT, Event, Session
from oldhand.sessions.capturing import learn
from oldhand.sessions.deciding import AGENT, PERSON, decisions
from oldhand.store.session_log import DAY_MS
from oldhand.store.session_rows import Injection
from tests.conftest import Project
from tests.sessions.made import AT, command, prompted, spooled, talk, token

ONE = "0b5f6c1e-one"
DECIDED = "We decided to keep carts in Redis, because they expire by themselves."


def found(project: Project) -> list[str]:
    """The candidates that wait, the latest first."""
    return [one.text for one in project.call("session_candidates").items]


def said(project: Project, *texts: str, session: str = ONE) -> None:
    """A conversation that was learned from: a person and an agent by turns, the person first."""
    project.memory.session_log().add(session, talk(*texts))
    learn(project.memory, 0)


@pytest.mark.parametrize(
    "text",
    [
        "let's go with Postgres over MySQL because we know it",
        "ok, let's use true/false and not on/off for the skip flag",
        "We decided against retries.",
        "We've agreed to drop Python 3.9.",
        "yeah, going with sonnet for the summaries",
        "Decision: one database per customer.",
        "We don't need backward compatibility, this will make things complicated.",
        "I think we should rename it to avoid confusion with the queue.",
        "Решили хранить корзины в Redis, потому что они живут час.",
        "Мы договорились не поддерживать Python 3.9",
        "Давайте использовать Postgres вместо MySQL.",
        "ок, будем хранить сессии в Redis",
        "Было решено отказаться от повторов.",
    ],
)
def test_a_decision_of_a_person_is_found(text: str) -> None:
    assert [one.text for one in decisions(text, PERSON)] == [text]


@pytest.mark.parametrize(
    "text",
    [
        "let's commit this", "let's look at the tests", "should we use Postgres?", "let's use grep to find it",
        "let's keep going", "we haven't decided yet", "not sure, maybe we should use Redis instead of files",
        "ok let's switch to main", "I can decide that later", "Решил задачу с корзиной.", "Давай посмотрим тесты.",
        "если мы решили хранить корзины в Redis, покажи где", "it was not easy", "push and merge",
        "let's keep it simple", "> We decided to keep carts in Redis.", "```\nlet's use Redis\n```",
    ],
)  # fmt: skip
def test_what_is_no_decision_is_not_found(text: str) -> None:
    assert decisions(text, PERSON) == []


def test_an_agent_decides_only_with_its_reason() -> None:
    assert decisions("I'll use a queue here, because the gateway is slow.", AGENT)
    assert decisions("Выбрал SQLite, так как сервер не нужен.", AGENT)
    assert not decisions("I'll use a queue here.", AGENT) and not decisions("Let me use grep since it is fast.", AGENT)


def test_a_choice_by_its_number_is_told_with_what_was_offered(project: Project) -> None:
    offered = (
        "Two ways:\n1. **Keep the queue** and raise its limit.\n2. Drop the queue and write at once.\n\nWhich one?"
    )
    said(project, "why is it slow?", offered, "let's go with option 2")
    assert found(project) == ["let's go with option 2: Drop the queue and write at once"]
    said(project, "ok", "Nothing to choose from.", "let's go with option 7", session="other")
    assert len(found(project)) == 1, "what the number means is not known, so nothing is asked"


def test_candidates_wait_until_a_person_confirms_and_are_no_memories_before(project: Project) -> None:
    said(project, "Where do carts live?", "In memory.", DECIDED)
    (one,) = project.call("session_candidates").items
    assert (one.number, one.text, one.who, one.before) == (1, DECIDED, "person", "In memory.")
    assert project.call("active", limit=9).items == []
    with pytest.raises(Refused, match="Only a person"):
        project.call("session_candidates", confirm=1)
    done = project.by_person("session_candidates", confirm=1)
    assert done.outcome == "confirmed" and done.memories[0].outcome == "remembered"
    (kept,) = project.call("active", limit=9).items
    assert (kept.kind, kept.text, kept.trust, kept.domain) == ("decision", DECIDED, "user", "decisions")
    assert kept.since[:10] == "2026-09-21", "it holds from when it was said"
    assert found(project) == []


def test_a_candidate_can_be_worded_anew(project: Project) -> None:
    said(project, "Where?", "Here.", DECIDED)
    with pytest.raises(MissingArgument):
        project.by_person("session_candidates", edit=1)
    project.by_person("session_candidates", edit=1, text="Carts live in Redis.")
    assert [one.text for one in project.call("active", limit=9).items] == ["Carts live in Redis."]


def test_what_was_settled_is_never_asked_again(project: Project) -> None:
    said(project, DECIDED)
    project.by_person("session_candidates", skip=1)
    for session in ("later", "much-later"):
        said(project, DECIDED.upper() if session == "later" else DECIDED, session=session)
    assert found(project) == []
    project.memory.session_log().trim(1, 0, project.memory.now() + 400 * DAY_MS)
    said(project, DECIDED, session="after-the-log-was-trimmed")
    assert found(project) == []
    with pytest.raises(BadArgument, match="skipped before"):
        project.by_person("session_candidates", confirm=1)


@pytest.mark.parametrize(
    "asked",
    [{"confirm": 9}, {"confirm": 1, "skip": 2}, {"text": "x"}, {"skip": -1}, {"edit": 1, "confirm": 1, "text": "x"}],
)
def test_wrong_numbers_are_told(asked: dict[str, object], project: Project) -> None:
    with pytest.raises(BadArgument):
        project.by_person("session_candidates", **asked)


def test_what_is_skipped_keeps_no_words(project: Project) -> None:
    said(project, DECIDED)
    project.by_person("session_candidates", skip=1)
    project.by_person("session_remove", name=ONE, yes=True)
    project.memory.close()
    assert b"expire by themselves" not in b"".join(path.read_bytes() for path in project.folder.glob("sessions.db*"))


def test_a_rule_is_captured_and_not_asked_as_a_decision_too(project: Project) -> None:
    said(project, "we should be using strong types instead of strings wherever we can")
    assert found(project) == [] and len(project.call("active", limit=9).items) == 1


def test_what_memory_told_is_no_decision_of_the_session(project: Project) -> None:
    name = project.by_person("remember", text=DECIDED).memories[0].id
    log = project.memory.session_log()
    log.begin(Session("claude", ONE))
    log.note_injection(Injection(ONE, AT, "start", memories=(name,)))
    said(project, "Where do carts live?", "I decided to keep carts in Redis, because they expire by themselves.")
    assert found(project) == []
    said(project, "Where?", "I decided to keep carts in Redis, because they expire by themselves.", session="control")
    assert len(found(project)) == 1


def test_a_secret_in_a_decision_is_replaced(project: Project) -> None:
    secret = token()
    said(project, f"We decided to use {secret} in the tests.")
    assert secret not in found(project)[0]


def test_prompts_that_nobody_typed_decide_nothing(project: Project) -> None:
    project.memory.session_log().add(ONE, [Event(PROMPT, AT, "k", DECIDED, detail={"source": "sdk"})])
    learn(project.memory, 0)
    assert found(project) == []


# -- list and show ------------------------------------------------------------------------------------


def test_sessions_are_listed_and_shown_with_what_hooks_just_left(project: Project) -> None:
    assert project.call("session_list").sessions == []
    spooled(project.memory, prompted(1, "почини вход"))
    (one,) = project.call("session_list").sessions
    assert (one.id, one.host, one.prompts, one.ended) == ("5f1c-session", "claude", 1, False)
    assert project.call("session_list", since="2026-09-22").sessions == []
    shown = project.call("session_show")
    assert [(event.kind, event.text) for event in shown.events] == [("prompt", "почини вход")]


def test_failures_are_shown_with_their_calls(project: Project) -> None:
    project.memory.session_log().add(ONE, [*command(1, "make"), *command(2, "make push", 2, "denied"), *talk("hm")])
    shown = project.call("session_show", name=ONE[:6], kind="failures")
    assert [(one.kind, one.text, one.outcome, one.exit) for one in shown.events] == [
        ("call", "make push", "", -1), ("result", "denied", "failed", 2),
    ]  # fmt: skip
    assert len(project.call("session_show", kind="calls", limit=3).events) == 3
    assert project.call("session_show", kind="calls", limit=3).left_out == 1
    assert project.call("session_show", kind="talk", offset=1).events == []


def test_a_session_is_removed_with_consent_only(project: Project) -> None:
    project.memory.session_log().add(ONE, talk("hello there"))
    assert not project.call("session_remove", name=ONE, dry_run=True).removed
    with pytest.raises(Refused, match="removes the session"):
        project.by_person("session_remove", name=ONE)
    with pytest.raises(Refused, match="Only a person"):
        project.call("session_remove", name=ONE, yes=True)
    assert project.call("session_list").total == 1
    assert project.by_person("session_remove", name=ONE, yes=True).removed
    assert project.call("session_list").total == 0
