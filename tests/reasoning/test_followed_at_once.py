"""What outcomes rest on is followed at once, whoever changed it and where."""

import json
from pathlib import Path

import pytest

from oldhand.model.session import CALL, COMMAND, RESULT, Event, Session
from oldhand.reasoning import keeping_up, outcomes_behind
from oldhand.reasoning.keeping_up import (
    COMMAND_SECONDS,
    LAST_SECONDS,
    MOST_EVENTS,
    NOTE,
    PAUSE_MS,
    Note,
    before_telling,
    keep_up,
    note_of,
)
from oldhand.reasoning.outcome_state import STATE_FILE, first_line
from tests.conftest import Project
from tests.reasoning.histories import CHARGE, PLAIN, History
from tests.reasoning.test_keeping_up import SECONDS, decide, events, known, taken_back, told
from tests.sessions.made import prompted, ran, spooled

WORDS = "what a person said of the shop"


@pytest.fixture
def git(project: Project) -> History:
    """The project's own repository."""
    history = History(project.root)
    history.commit("Start", {"src/pay.py": PLAIN, ".gitignore": ".oldhand\n"})
    return history


def noted(project: Project, **changed: object) -> Note:
    """Have the note say something else; what it says then."""
    note = note_of(project.folder)._replace(**changed)  # type: ignore[arg-type]
    (project.folder / NOTE).write_text(json.dumps(note._asdict()))
    assert note_of(project.folder) == note
    return note


def outcomes_of_health(project: Project) -> tuple[str, str, str]:
    """How outcomes are, what is said of it, and the next step."""
    (part,) = [one for one in project.call("health").components if one.component == "outcomes"]
    return part.state, part.detail, part.next_step


# -- what is tied or said --------------------------------------------------------------------------------


def test_a_commit_that_is_tied_is_followed_by_the_next_look(project: Project, git: History) -> None:
    name = decide(project)
    sha = git.commit("Retry charges", {"src/pay.py": CHARGE})
    git.revert(sha)
    keep_up(project.memory, SECONDS)
    assert known(project, name) == ("open", 0), "control: nothing ties it"
    project.by_person("decision_link", name=name, commits=[sha])
    shown = project.call("outcomes_show", name=name)
    assert shown.waiting == [sha]
    keep_up(project.memory, SECONDS)
    assert known(project, name) == ("reverted", 1)
    assert project.call("outcomes_show", name=name).waiting == []


def test_a_tie_that_nothing_looked_up_is_told(project: Project, git: History) -> None:
    project.by_person("config_set", name="outcomes.automatic", value="no", scope="person")
    name = decide(project)
    sha = git.commit("Retry charges", {"src/pay.py": CHARGE})
    project.call("outcomes_update")
    assert "not looked up yet" not in told(project, "outcomes", "show", name)
    project.by_person("decision_link", name=name, commits=[sha])
    said = told(project, "outcomes", "show", name)
    assert f"Tied to {sha[:9]}, not looked up yet" in said and "none of its commits was found" not in said
    project.call("outcomes_update")
    assert "not looked up yet" not in told(project, "outcomes", "show", name)
    project.by_person("decision_link", name=name, commits=["a" * 40])
    project.call("outcomes_update")
    assert project.call("outcomes_show", name=name).waiting == [], "it was looked up, and is not there"


def test_a_word_of_a_person_is_a_lesson_by_the_next_look(project: Project, git: History) -> None:
    name = decide(project)
    keep_up(project.memory, SECONDS)
    project.by_person("decision_resolve", name=name, outcome="failed", reason="The gateway charged twice.")
    assert len(project.call("negative_list").items) == 0
    keep_up(project.memory, SECONDS)
    assert known(project, name) == ("failed", 1)


def test_what_an_update_by_hand_found_is_a_lesson_by_the_next_look(project: Project, git: History) -> None:
    name = taken_back(project, git)
    (project.folder / NOTE).unlink(missing_ok=True)
    keep_up(project.memory, SECONDS)
    other = str(project.by_person("decision_record", text="Cache the tariffs.", made="2025-01-01").decision.id)
    sha = git.commit(f"Cache tariffs\n\nOldhand-Decision: {other[:12]}", {"src/tariff.py": CHARGE})
    keep_up(project.memory, SECONDS)
    git.revert(sha)
    noted(project, commit=git.head())  # as where the look came first, and found nothing
    project.call("outcomes_update")
    assert len(project.call("negative_list").items) == 1
    keep_up(project.memory, SECONDS)
    assert known(project, other) == ("reverted", 2) and known(project, name)[0] == "reverted"


def test_of_very_much_that_happened_nothing_is_looked_through(
    project: Project, git: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken_back(project, git)
    keep_up(project.memory, SECONDS)
    before = note_of(project.folder)
    project.call("remember", text="The shop sells tools.")
    keep_up(project.memory, SECONDS)
    assert note_of(project.folder) == before and MOST_EVENTS >= 1
    monkeypatch.setattr(keeping_up, "MOST_EVENTS", 0)
    keep_up(project.memory, SECONDS)
    assert note_of(project.folder).position > before.position


# -- when it is looked again -----------------------------------------------------------------------------


def test_the_pause_is_five_minutes_by_a_clock_that_may_be_set_back(project: Project, git: History) -> None:
    taken_back(project, git)
    keep_up(project.memory, SECONDS)
    project.call("remember", text="The shop sells tools.")
    now, root = project.memory.now(), note_of(project.folder).root
    for ago, looked in ((0, False), (PAUSE_MS - 60_000, False), (PAUSE_MS + 1, True), (-3_600_000, True)):
        noted(project, at=now - ago, root=root)
        keep_up(project.memory, SECONDS)
        assert (note_of(project.folder).root != root) is looked, ago
    assert PAUSE_MS == 300_000


def test_trouble_is_tried_again_after_the_pause_where_nothing_else_changed(project: Project, git: History) -> None:
    taken_back(project, git)
    keep_up(project.memory, SECONDS)
    noted(project, trouble="it broke")
    keep_up(project.memory, SECONDS)
    assert note_of(project.folder).trouble == "it broke", "not again and again"
    noted(project, at=project.memory.now() - PAUSE_MS - 1)
    keep_up(project.memory, SECONDS)
    assert note_of(project.folder).trouble == "" and outcomes_of_health(project)[0] == "ok"


def test_trouble_is_over_when_somebody_does_it_by_hand(project: Project, git: History) -> None:
    taken_back(project, git)
    keep_up(project.memory, SECONDS)
    noted(project, trouble="it broke")
    assert outcomes_of_health(project)[0] == "degraded"
    project.call("outcomes_update")
    project.call("negative_update")
    assert outcomes_of_health(project)[0] == "ok"


def test_outcomes_that_were_removed_are_read_again_at_once(project: Project, git: History) -> None:
    taken_back(project, git)
    keep_up(project.memory, SECONDS)
    (project.folder / STATE_FILE).unlink()
    keep_up(project.memory, SECONDS)
    assert first_line(project.folder).head == git.head() and project.call("decision_list").behind == ""


def test_a_reading_that_was_cut_off_is_counted_from_where_it_came_to(project: Project, git: History) -> None:
    taken_back(project, git)
    project.call("outcomes_update")
    read = git.head()
    path = project.folder / STATE_FILE
    first, _, rest = path.read_bytes().partition(b"\n")
    path.write_bytes(json.dumps({**json.loads(first), "head": ""}).encode() + b"\n" + rest)
    git.commit("More", {"src/more.py": "x = 1\n"})
    assert project.call("decision_list").behind.startswith("Outcomes are 1 commit behind")
    git.git("reset", "-q", "--hard", read)
    assert "not looked up in the whole history yet" in project.call("decision_list").behind


def test_where_git_cannot_count_what_is_new_a_command_does_not_begin(project: Project, git: History) -> None:
    taken_back(project, git)
    keep_up(project.memory, SECONDS)
    path = project.folder / STATE_FILE
    first, _, rest = path.read_bytes().partition(b"\n")
    path.write_bytes(json.dumps({**json.loads(first), "head": "e" * 40}).encode() + b"\n" + rest)
    before = path.read_bytes()
    before_telling(project.memory)
    assert path.read_bytes() == before and "may not have any more" in project.call("decision_list").behind
    keep_up(project.memory, SECONDS)
    assert first_line(project.folder).head == git.head(), "control: a server does"


def test_a_command_gives_it_a_second(project: Project, git: History, monkeypatch: pytest.MonkeyPatch) -> None:
    assert COMMAND_SECONDS == LAST_SECONDS == 1.0, "docs/SESSIONS.md says so"
    name = taken_back(project, git)
    monkeypatch.setattr(keeping_up, "COMMAND_SECONDS", -1.0)
    before_telling(project.memory)
    assert known(project, name)[0] == "open" and note_of(project.folder) == Note()
    monkeypatch.setattr(keeping_up, "COMMAND_SECONDS", float(SECONDS))
    before_telling(project.memory)
    assert known(project, name)[0] == "reverted"


def test_what_went_wrong_is_told_without_the_words_of_the_error(project: Project, git: History) -> None:
    taken_back(project, git)

    def busy() -> bool:
        raise RuntimeError(WORDS)

    assert not keep_up(project.memory, SECONDS, busy)
    trouble = note_of(project.folder).trouble
    assert trouble.startswith("RuntimeError at tests.reasoning.test_followed_at_once:") and WORDS not in trouble
    assert all(WORDS.encode() not in path.read_bytes() for path in project.folder.iterdir() if path.is_file())


# -- shallow clones, and sessions ------------------------------------------------------------------------


def test_a_shallow_clone_that_becomes_whole_is_read_anew(project: Project, tmp_path: Path) -> None:
    name = decide(project)
    origin = History(tmp_path / "origin")
    origin.commit("Start", {"src/pay.py": PLAIN, ".gitignore": ".oldhand\n"})
    sha = origin.commit(f"Retry charges\n\nOldhand-Decision: {name[:12]}", {"src/pay.py": CHARGE})
    origin.revert(sha)
    origin.commit("More", {"src/more.py": "x = 1\n"})
    git = History(project.root)
    git.git("-c", "protocol.file.allow=always", "fetch", "-q", "--depth", "1", f"file://{origin.root}", "main")
    git.git("checkout", "-q", "-f", "-B", "main", "FETCH_HEAD")
    head = git.head()
    keep_up(project.memory, SECONDS)
    assert known(project, name)[0] == "open" and project.call("decision_list").behind == ""
    git.git("-c", "protocol.file.allow=always", "fetch", "-q", "--unshallow", f"file://{origin.root}", "main")
    assert git.head() == head
    assert project.call("decision_list").behind.startswith("Another part of the history is here")
    keep_up(project.memory, SECONDS)
    assert known(project, name) == ("reverted", 1) and project.call("decision_list").behind == ""
    before = events(project)
    keep_up(project.memory, SECONDS)
    assert events(project) == before


def test_runs_of_tests_in_sessions_are_seen_after_the_pause(
    project: Project, git: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = decide(project)
    git.commit(f"Retry charges\n\nOldhand-Decision: {name[:12]}", {"src/pay.py": CHARGE})
    keep_up(project.memory, SECONDS)
    assert "tests" not in [one.source for one in project.call("outcomes_show", name=name).ended.evidence]
    at = int(git.git("log", "-1", "--format=%ct")) * 1000 + 600_000
    log = project.memory.session_log()
    log.begin(Session("claude", "s-1", str(project.root), at))
    said = [
        Event(CALL, at, "c1", "pytest -q", tool=COMMAND, call="c1"),
        Event(RESULT, at + 1, "r1", "", call="c1", ok=True, detail={"exit": 0}),
    ]
    log.add("s-1", said)
    keep_up(project.memory, SECONDS)
    assert "tests" not in [one.source for one in project.call("outcomes_show", name=name).ended.evidence]
    assert project.call("decision_list").behind == "", "while somebody works they go on all the time"
    monkeypatch.setattr(outcomes_behind, "SESSIONS_MS", -1_000)
    assert project.call("decision_list").behind.startswith("Sessions went on")
    noted(project, at=project.memory.now() - PAUSE_MS - 1)
    keep_up(project.memory, SECONDS)
    assert "tests" in [one.source for one in project.call("outcomes_show", name=name).ended.evidence]
    assert project.call("decision_list").behind == ""


def test_what_hooks_left_is_read_before_a_command_tells_outcomes(project: Project, git: History) -> None:
    name = decide(project)
    git.commit(f"Retry charges\n\nOldhand-Decision: {name[:12]}", {"src/pay.py": CHARGE})
    keep_up(project.memory, SECONDS)
    done = note_of(project.folder)
    before_telling(project.memory)
    assert note_of(project.folder) == done, "control: nothing is left"
    spooled(project.memory, prompted(1, "go on"), ran(2, "pytest -q"))
    before_telling(project.memory)
    assert first_line(project.folder).events > 0 and note_of(project.folder).at > done.at


# -- which replies say how far behind they are -----------------------------------------------------------


def test_every_reply_that_rests_on_outcomes_says_how_far_behind_they_are(project: Project, git: History) -> None:
    name = taken_back(project, git)
    keep_up(project.memory, SECONDS)
    (lesson,) = project.call("negative_list").items
    asked: list[tuple[str, dict[str, object], tuple[str, ...]]] = [
        ("outcomes_show", {"name": name}, ("outcomes", "show", name)),
        ("decision_context", {"text": "Retry charges?"}, ("decision", "context", "Retry charges?")),
        ("negative_list", {}, ("negative", "list")),
        ("negative_show", {"name": lesson.id}, ("negative", "show", lesson.id)),
        ("causal_show", {"name": name}, ("causal", "show", name)),
        ("review", {}, ("review", "--limit", "5")),
    ]
    assert [project.call(operation, **given).behind for operation, given, _ in asked] == [""] * len(asked)
    project.by_person("config_set", name="outcomes.automatic", value="no", scope="person")
    git.commit("More", {"src/more.py": "x = 1\n"})
    for operation, given, words in asked:
        late = "Outcomes are 1 commit behind; `oldhand outcomes update` looks them up."
        assert project.call(operation, **given).behind == late, operation
        assert late in " ".join(told(project, *words).split()), words


def test_no_reply_sends_to_a_command_that_does_nothing(project: Project, git: History) -> None:
    name = decide(project)
    keep_up(project.memory, SECONDS)
    for words in (("outcomes", "list"), ("outcomes", "show", name), ("calibration", "show"), ("negative", "list")):
        assert "outcomes update" not in told(project, *words), words


def test_of_what_nothing_has_looked_at_it_is_not_said_that_it_is_to_be_tied(project: Project, git: History) -> None:
    project.by_person("config_set", name="outcomes.automatic", value="no", scope="person")
    name = decide(project)
    git.commit(f"Retry charges\n\nOldhand-Decision: {name[:12]}", {"src/pay.py": CHARGE})
    said = " ".join(told(project, "outcomes", "show", name).split())
    assert "Nothing has looked through the history for its commits yet: `oldhand outcomes update`." in said
    assert f"It finds those with the line `Oldhand-Decision: {name[:12]}`" in said
