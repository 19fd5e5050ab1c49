"""What sessions teach by themselves: only what is meant to hold, at low trust, once, and never memory's own words."""

import time
from pathlib import Path

import pytest

from oldhand.model.session import PROMPT, REPLY, RESULT, Event, Session
from oldhand.sessions.capturing import gotchas_in, learn, rules_in
from oldhand.sessions.commands import runs
from oldhand.sessions.correcting import corrections
from oldhand.sessions.draining import drain
from oldhand.sessions.said import statements, typed
from oldhand.store.session_rows import Injection
from tests.conftest import Project
from tests.sessions.made import AT, command, edit, edited, prompted, ran, spooled, talk, token

ONE = "0b5f6c1e-one"
ERROR = "error: could not connect to the registry at 127.0.0.1:5000"


def captured(project: Project) -> list[str]:
    """What the tier of captured memories says."""
    return [one.text for one in project.call("active", limit=500).items if "captured" in one.tags]


def learned_from(project: Project, *lines: str) -> list[str]:
    """What is captured of these lines of the spool."""
    spooled(project.memory, *lines)
    assert drain(project.memory, 0, learning=True).trouble == ""
    return captured(project)


# -- commands that failed and then passed ---------------------------------------------------------------


def test_a_command_that_failed_and_then_passed_is_a_gotcha_with_its_evidence(project: Project) -> None:
    lines = [ran(1, "make push", 2, ERROR), edited(2, f"{project.root}/compose.yml"), ran(3, "make push")]
    (text,) = learned_from(project, *lines)
    assert text == f"`make push` failed with: {ERROR}. It passed after a change of compose.yml."
    (one,) = project.call("gotcha").items
    assert one.trust == "tool" and one.resolution == "seen to pass after a change of compose.yml"
    assert "make push" in one.trigger
    assert [item.id for item in project.call("recall", cue="make push").items] == [one.id]
    assert project.call("look", command="make push").items == [], "nobody confirmed it, so it is not told unasked"


def test_reading_the_same_again_changes_nothing(project: Project) -> None:
    lines = [ran(1, "make push", 2, ERROR), edited(2, "compose.yml"), ran(3, "make push")]
    learned_from(project, *lines)
    root = project.call("root").root
    assert len(learned_from(project, *lines)) == 1 and project.call("root").root == root
    assert learn(project.memory, 0).captured == 0 and project.call("root").root == root


def test_the_same_failure_in_another_session_confirms_it(project: Project) -> None:
    learned_from(project, ran(1, "make push", 2, ERROR), edited(2, "compose.yml"), ran(3, "make push"))
    spooled(project.memory, *(
        line.replace("5f1c-session", "another") for line in
        (ran(11, "make push", 2, ERROR), edited(12, "other.yml"), ran(13, "make push"))
    ))  # fmt: skip
    done = drain(project.memory, 0, learning=True).learned
    assert done is not None and (done.captured, done.confirmed) == (0, 1)
    assert project.call("gotcha").items[0].seen == 2


@pytest.mark.parametrize(
    "events",
    [
        [*command(1, "make push", 2, ERROR)],
        [*command(1, "make push", 2, ERROR), *command(2, "make pull")],
        [*command(1, "make push", 2, "1 2 3"), *edit(2, "a.py"), *command(3, "make push")],
        [*command(1, "make push"), *edit(2, "a.py"), *command(3, "make push")],
        [*edit(1, "/p/src/pay.py"), *command(2, "pytest", 1, "src/pay.py:3: NameError: name 'x' is not defined"),
         *edit(3, "/p/src/pay.py"), *command(4, "pytest")],
        [*command(1, "oldhand recall x", 2, ERROR), *command(2, "oldhand recall x")],
        [*command(1, "make push", 2, ERROR), *command(9000, "make push")],
    ],
    ids=["never passed", "another passed", "no error told", "never failed", "under way", "our own", "hours later"],
)  # fmt: skip
def test_what_teaches_nothing(events: list[Event]) -> None:
    assert gotchas_in(events, "/p") == []


def test_a_command_that_was_refused_or_broken_off_is_no_failure() -> None:
    for detail in ({"refused": True}, {"interrupted": True}, {"background": True}):
        events = [*command(1, "git stash"), *edit(2, "a.py"), *command(3, "git stash")]
        events[1] = events[1]._replace(ok=None, detail=detail, text=ERROR)
        assert [run.exit for run in runs(events)] == [0]
        assert gotchas_in(events, "/p") == []


def test_a_command_that_ends_later_is_told_by_its_later_result() -> None:
    call, result = command(1, "make", 2, ERROR)
    started = result._replace(ok=None, text="", detail={"background": True})
    assert [run.exit for run in runs([call, started, result._replace(key="late"), result])] == [2]


def test_paths_are_told_relative_to_the_project_and_of_files_elsewhere_only_the_name() -> None:
    events = [*edit(1, "/p/src/a.py"), *edit(2, "/home/someone/notes.txt"), *edit(3, "b/../c.py"), *command(4, "make")]
    assert runs(events, "/p")[0].changed == ("src/a.py", "notes.txt", "c.py")
    assert runs([*edit(1, "../../etc/x"), *command(2, "make")], "/p")[0].changed == ("x",)


def test_results_that_come_without_their_call_or_twice_do_no_harm() -> None:
    call, result = command(1, "make", 2, ERROR)
    assert [run.exit for run in runs([result, call, result, result])] == [2]


# -- what a person says -----------------------------------------------------------------------------


RULES = [
    ("No, we use pnpm here.", "claim"),
    ("no, use the staging bucket instead of the old one", "claim"),
    ("Нет, мы используем pnpm, а не npm.", "claim"),
    ("The first part is not correct, for manual commits we use git hooks.", "claim"),
    ("Always run the migrations before the tests.", "convention"),
    ("please never push to main without a review", "convention"),
    ("From now on write commit messages in English.", "convention"),
    ("We never store tokens in the database.", "convention"),
    ("use tabs instead of spaces in Makefiles", "convention"),
    ("Don't use mocks for the store.", "convention"),
    ("Please dont push the migrations by executing them directly on the server.", "convention"),
    ("let's make sure we're using US English everywhere please", "convention"),
    ("full schema should not be updated ever, it is a point in time snapshot", "convention"),
    ("Every endpoint must always check the token.", "convention"),
    ("can you update CLAUDE.md that we should always run `mise run fmt` together with `mise run lint`", "convention"),
    ("Всегда запускай линтер перед коммитом.", "convention"),
    ("Никогда не меняй файлы миграций задним числом.", "convention"),
    ("У нас принято писать тесты на русском.", "convention"),
    ("Мы больше не используем Redis для сессий.", "convention"),
    ("впредь пиши сообщения коммитов по-русски", "convention"),
    ("Используй pytest вместо unittest.", "convention"),
    ("Revert that, because the gateway is not idempotent and charges twice.", "claim"),
]
NOT_RULES = [
    "Fix the login.", "Can we use pnpm instead of npm?", "don't commit yet", "do not push this time",
    "never mind", "no worries, looks good to me", "No.", "It always fails on my machine.",
    "yes, we only need to do it once",
    "I think we should never retry, not sure", "use that instead", "always do it", "The tests never passed before.",
    "не надо пока", "может быть, всегда так", "Давай сначала посмотрим.", "> always run the tests", "- never do this",
    "```\nalways run this\n```", "no, write the plan", "Is it true that we never retry?", "    # always true",
    "we don't have that", "I have never seen this before",
    "You are always right", "use it for now instead of the cache",
]  # fmt: skip


@pytest.mark.parametrize(("said", "kind"), RULES)
def test_a_rule_or_a_correction_is_taken_in_the_words_of_the_person(said: str, kind: str) -> None:
    (found,) = corrections(said)
    assert (found.kind, found.text) == (kind, said)


@pytest.mark.parametrize("said", NOT_RULES)
def test_what_concerns_only_the_moment_is_no_rule(said: str) -> None:
    assert corrections(said) == []


def test_a_rule_is_found_among_other_sentences() -> None:
    said = "Thanks, looks good. We never store tokens in the database. Can you fix that?"
    assert [one.text for one in corrections(said)] == ["We never store tokens in the database."]


@pytest.mark.parametrize(
    "said",
    [
        "# Style guide\n" + "Always use tabs. " * 200,
        "Implement the following plan:\nAlways use tabs.",
        "<command-name>/init</command-name> Always use tabs.",
        "You are a reviewer. Always answer in JSON.",
    ],
)
def test_what_is_pasted_or_made_by_a_program_teaches_nothing(said: str) -> None:
    assert rules_in([event for event in [Event(PROMPT, AT, "k", said)] if typed(event)]) == []


@pytest.mark.parametrize(
    "event",
    [
        Event(PROMPT, AT, "k", RULES[0][0], detail={"source": "sdk"}),
        Event(PROMPT, AT, "k", RULES[0][0], detail={"automatic": True}),
        Event(PROMPT, AT, "k", RULES[0][0], agent="a1"),
        Event(REPLY, AT, "k", RULES[0][0]),
        Event(RESULT, AT, "k", RULES[0][0]),
        Event("injected", AT, "k", RULES[0][0]),
    ],
)
def test_only_what_a_person_typed_counts_as_their_word(event: Event, project: Project) -> None:
    project.memory.session_log().add(ONE, [event])
    learn(project.memory, 0)
    assert captured(project) == []


def test_a_rule_becomes_a_captured_convention_at_the_trust_of_an_agent(project: Project) -> None:
    assert learned_from(project, prompted(1, "Always run the migrations before the tests.")) == [
        "Always run the migrations before the tests."
    ]
    (one,) = project.call("active", limit=5).items
    assert (one.kind, one.trust, one.standing) == ("convention", "agent", "active")
    assert not project.call("brief").lines, "nobody confirmed it, so no session is opened with it"


def test_a_person_who_said_otherwise_is_not_overruled_by_what_was_captured(project: Project) -> None:
    project.by_person("remember", text="We use pnpm.", key="tools/packages")
    learned_from(project, prompted(1, "No, we use npm here."))
    assert project.call("recall", cue="tools/packages").items[0].text == "We use pnpm."


def test_what_memory_told_in_a_session_is_not_learned_from_it(project: Project) -> None:
    told = "Payments are never retried automatically, as the gateway is not idempotent."
    name = project.by_person("remember", text=told).memories[0].id
    log = project.memory.session_log()
    again = "Payments should never be retried automatically, as the gateway is not idempotent."
    for session, memories in ((ONE, (name,)), ("short", (name[:12],)), ("control", ("f" * 32,))):
        log.begin(Session("claude", session))
        log.note_injection(Injection(session, AT, "start", memories=memories))
        log.add(session, talk(again))
        learn(project.memory, 0)
        found = [text for text in captured(project) if text == again]
        assert len(found) == (session == "control"), "without the injection it is taken: the control"


def test_a_secret_in_what_a_person_says_never_gets_into_memory(project: Project) -> None:
    secret = token()
    (text,) = learned_from(project, prompted(1, f"Always use {secret} for the tests."))
    assert secret not in text and "GitHub token" in text


def test_with_capture_switched_off_nothing_is_written(project: Project) -> None:
    project.by_person("config_set", name="capture.automatic", value="no")
    project.memory.forget_settings()
    root = project.call("root").root
    assert learned_from(project, prompted(1, "Always run the migrations before the tests.")) == []
    assert project.call("root").root == root


def test_a_session_captures_no_more_than_its_quota(project: Project) -> None:
    project.by_person("config_set", name="capture.per_session", value="3")
    project.memory.forget_settings()
    lines = [prompted(number * 100, f"Always keep the {number}th shelf free of jars.") for number in range(8)]
    assert len(learned_from(project, *lines)) == 3


def test_learning_stops_at_its_time_and_goes_on_where_it_was(project: Project) -> None:
    log = project.memory.session_log()
    for number in range(6):
        log.add(f"session-{number}", talk(f"Always keep the {number}th shelf free of jars."))
    first = learn(project.memory, 1)
    assert first.left and first.sessions < 6
    while learn(project.memory, 1).left:
        pass
    assert len(captured(project)) == 6
    assert learn(project.memory, 0).sessions == 0


@pytest.mark.parametrize(
    "said",
    [
        "a " * 100_000, "always " * 50_000, "we use " * 40_000, "no, " * 50_000, "(" * 100_000, "let's " * 30_000,
        ("the " * 60 + "x.") * 200, "should should " * 10_000, "`" * 60_000, "\u202e" * 50_000,
        ("нет, мы " * 30 + ". ") * 60,
    ],
    ids=range(11),
)  # fmt: skip
def test_hostile_texts_are_read_in_time(said: str) -> None:
    begun = time.process_time()
    for part in (said, said[:1999], said[:299]):
        corrections(part)
        list(statements(part))
    assert time.process_time() - begun < 1.0


TRANSCRIPTS = Path(__file__).parents[2] / ".." / "shared" / "eval" / "data" / "transcripts"


@pytest.mark.skipif(not TRANSCRIPTS.is_dir(), reason="the real transcripts lie outside the repository")
def test_of_real_sessions_little_is_taken_and_it_is_meant_to_hold(project: Project) -> None:
    from oldhand.sessions.transcripts import recognise

    log = project.memory.session_log()
    for path in sorted(TRANSCRIPTS.glob("*.gz")):
        reader = recognise(path)
        assert reader is not None
        for session, events in reader.sessions(path):
            log.begin(session)
            log.add(session.id, events)
    learn(project.memory, 0)
    kinds = sorted(one.kind for one in project.call("active", limit=100).items)
    assert kinds == ["convention", "gotcha", "gotcha"], "read by hand: one rule, two failures that were mended"
    assert log.how_many()[0] >= 13
