"""The loop closes by itself: a command that tells outcomes, and the server in its idle times, look up what is new."""

import json
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from oldhand.errors import Refused
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.reasoning import keeping_up
from oldhand.reasoning.keeping_up import LOCK, MOST_FOR_COMMAND, NOTE, Note, keep_up, note_of
from oldhand.reasoning.outcome_state import STATE_FILE
from oldhand.store.lock import WriteLock
from tests.conftest import Project
from tests.reasoning.histories import CHARGE, PLAIN, History
from tests.sessions.test_served import comes
from tests.surfaces.peers import command, environment, mcp

TEXT = "Retry charges with backoff."
SECONDS = 60  # for one command on a busy machine
ATTEMPTS = 20


@pytest.fixture
def git(project: Project) -> History:
    """The project's own repository."""
    history = History(project.root)
    history.commit("Start", {"src/pay.py": PLAIN, ".gitignore": ".oldhand\n"})
    return history


def decide(project: Project) -> str:
    """The id of a decision that a person records."""
    return str(project.by_person("decision_record", text=TEXT, made="2025-01-01T00:00:01").decision.id)


def taken_back(project: Project, git: History) -> str:
    """A decision whose change was committed and reverted; its id."""
    name = decide(project)
    git.revert(git.commit(f"Retry charges\n\nOldhand-Decision: {name[:12]}", {"src/pay.py": CHARGE}))
    return name


def oldhand(project: Project, *words: str) -> "subprocess.Popen[bytes]":
    """A command of a person at a terminal, as a process of its own."""
    return subprocess.Popen(
        command(*words), cwd=project.root, env=environment(project.home), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def told(project: Project, *words: str) -> str:
    """What a command prints; it ends well and says nothing else."""
    process = oldhand(project, *words)
    output, errors = process.communicate(timeout=SECONDS)
    assert (process.returncode, errors) == (0, b""), errors.decode()
    return output.decode()


def after(project: Project, name: str, *words: str) -> str:
    """What a command prints when the decision was looked up: on a busy machine the first ones may run out of time."""
    for _ in range(ATTEMPTS):
        said = told(project, *words)
        if known(project, name)[1]:
            return said
    return "never"


def events(project: Project) -> int:
    """How many events the journal has."""
    return len(project.call("log", limit=10_000).events)


def known(project: Project, name: str) -> tuple[str, int]:
    """How a decision ended as it is known, and how much is known to have failed."""
    state = project.call("outcomes_show", name=name).ended.state
    return str(state), len(project.call("negative_list").items)


@pytest.mark.parametrize(
    "words", [("decision", "list"), ("decide", "Retry charges with backoff?"), ("calibration", "show"), ("review",)]
)
def test_a_command_that_tells_outcomes_looks_up_what_is_new_first(
    words: tuple[str, ...], project: Project, git: History
) -> None:
    name = taken_back(project, git)
    assert known(project, name) == ("open", 0), "control: nobody looked it up"
    after(project, name, *words)
    said = told(project, *words)
    assert known(project, name) == ("reverted", 1)
    assert "outcomes update" not in said
    assert words[0] == "calibration" or "reverted" in said


def test_the_next_choice_is_told_what_the_last_one_came_to(project: Project, git: History) -> None:
    name = taken_back(project, git)
    after(project, name, "decide", TEXT)
    first, *_ = told(project, "decide", "Should we retry charges with backoff?").splitlines()
    assert first.startswith("TRIED ") and "was reverted" in first


def test_where_it_is_switched_off_it_is_told_how_far_outcomes_are_behind(project: Project, git: History) -> None:
    project.by_person("config_set", name="outcomes.automatic", value="no", scope="person")
    name = taken_back(project, git)
    late = "How these decisions ended was not looked up in the whole history yet; `oldhand outcomes update`"
    for words in (
        ("decision", "list"),
        ("decision", "show", name),
        ("decide", TEXT),
        ("outcomes", "list"),
        ("status",),
    ):
        assert late in told(project, *words), words
    assert known(project, name)[0] == "open"
    assert not keep_up(project.memory, SECONDS) and not (project.folder / NOTE).exists()
    told(project, "outcomes", "update")
    for number in range(3):
        git.commit(f"More {number}", {"src/more.py": f"x = {number}\n"})
    shown = told(project, "calibration", "show")
    assert "Outcomes are 3 commits behind; `oldhand outcomes update` looks them up." in shown
    assert "Outcomes are 3 commits behind" in str(project.call("status").signals)
    (part,) = [one for one in project.call("health").components if one.component == "outcomes"]
    assert (part.state, part.detail) == ("ok", "Outcomes are 3 commits behind") and "outcomes update" in part.next_step
    assert project.call("decision_list").behind == project.call("calibration_show").behind != ""


def test_an_older_checkout_and_a_rewritten_history_are_told_apart(project: Project, git: History) -> None:
    project.by_person("config_set", name="outcomes.automatic", value="no", scope="person")
    taken_back(project, git)
    project.call("outcomes_update")
    assert project.call("decision_list").behind == ""
    git.git("checkout", "-q", "--detach", "HEAD~1")
    assert project.call("decision_list").behind == "", "more is known than is checked out"
    git.commit("Another way", {"src/other.py": "y = 1\n"})
    assert "Outcomes are 1 commit behind" in project.call("decision_list").behind
    git.git("reflog", "expire", "--expire=now", "--all")
    git.git("branch", "-D", "main")
    git.git("gc", "-q", "--prune=now")
    assert "which this history may not have any more" in project.call("decision_list").behind


def test_without_decisions_or_git_nothing_is_done_and_nothing_said(project: Project) -> None:
    assert not keep_up(project.memory, SECONDS) and not (project.folder / NOTE).exists()
    decide(project)
    assert project.call("decision_list").behind == "" and "outcomes update" not in told(project, "decision", "list")
    assert [one.state for one in project.call("health").components if one.component == "outcomes"] == ["ok"]


def test_a_second_time_with_nothing_new_writes_nothing(project: Project, git: History) -> None:
    taken_back(project, git)
    keep_up(project.memory, SECONDS)
    before, note = events(project), (project.folder / NOTE).stat().st_mtime_ns
    for _ in range(3):
        assert not keep_up(project.memory, SECONDS)
    assert events(project) == before and (project.folder / NOTE).stat().st_mtime_ns == note


def test_what_else_changes_waits_for_a_pause_and_a_commit_does_not(project: Project, git: History) -> None:
    name = taken_back(project, git)
    keep_up(project.memory, SECONDS)
    done = note_of(project.folder)
    project.call("remember", text="The shop sells tools.")
    keep_up(project.memory, SECONDS)
    assert note_of(project.folder) == done, "the memory changed, and it was looked at just now"
    git.commit("More", {"src/more.py": "x = 1\n"})
    keep_up(project.memory, SECONDS)
    assert note_of(project.folder).commit == git.git("rev-parse", "HEAD") != done.commit
    assert known(project, name) == ("reverted", 1)


def test_only_one_process_does_it_at_a_time(project: Project, git: History) -> None:
    name = taken_back(project, git)
    lock = WriteLock(project.folder / LOCK)
    lock.acquire(0)
    assert not keep_up(project.memory, SECONDS) and known(project, name)[0] == "open"
    assert "outcomes update" in told(project, "decision", "list"), "who does not wait for it says so"
    lock.close()
    keep_up(project.memory, SECONDS)
    assert known(project, name)[0] == "reverted"


def test_commands_at_once_leave_one_outcome(project: Project, git: History) -> None:
    name = taken_back(project, git)
    project.memory.close()
    running = [oldhand(project, "decision", "list") for _ in range(4)]
    ended = [(*one.communicate(timeout=SECONDS), one.returncode) for one in running]
    assert [(errors, code) for _, errors, code in ended] == [(b"", 0)] * 4
    after(project, name, "decision", "list")
    keep_up(project.memory, SECONDS)
    assert known(project, name) == ("reverted", 1)
    before = events(project)
    project.call("outcomes_update")
    assert events(project) == before


def test_what_goes_wrong_is_told_by_health_and_doctor_and_by_nothing_else(project: Project, git: History) -> None:
    name = taken_back(project, git)
    (project.folder / LOCK).mkdir()
    assert "open" in told(project, "decision", "list")
    (part,) = [one for one in project.call("health").components if one.component == "outcomes"]
    assert part.state == "degraded" and "could not be brought up to date" in part.detail
    assert any(one.component == "outcomes" and one.state == "warn" for one in project.call("doctor").findings)
    (project.folder / LOCK).rmdir()
    git.commit("More", {"src/more.py": "x = 1\n"})
    after(project, name, "decision", "list")
    keep_up(project.memory, SECONDS)
    assert known(project, name)[0] == "reverted" and note_of(project.folder).trouble == ""
    assert [one.state for one in project.call("health").components if one.component == "outcomes"] == ["ok"]


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"commit": 5}', b"\xff\x00", b"[" * 100_000, b'{"at": 1e999}'])
def test_a_damaged_note_is_as_none(damage: bytes, project: Project, git: History) -> None:
    name = taken_back(project, git)
    (project.folder / NOTE).write_bytes(damage)
    assert note_of(project.folder) == Note()
    keep_up(project.memory, SECONDS)
    assert known(project, name)[0] == "reverted" and note_of(project.folder).root


def test_a_link_in_the_place_of_the_note_is_replaced_and_not_followed(
    project: Project, git: History, tmp_path: Path
) -> None:
    taken_back(project, git)
    other = tmp_path / "other.txt"
    other.write_text("mine")
    (project.folder / NOTE).symlink_to(other)
    keep_up(project.memory, SECONDS)
    assert other.read_text() == "mine" and note_of(project.folder).commit


def test_a_command_leaves_a_long_history_alone_and_says_so(project: Project, git: History) -> None:
    name = taken_back(project, git)
    head, said = git.git("rev-parse", "HEAD"), ["reset refs/heads/main", f"from {git.git('rev-parse', 'HEAD')}", ""]
    for number in range(MOST_FOR_COMMAND):
        said += ["commit refs/heads/main", f"committer A <a@b> {1_740_000_000 + number} +0000", "data 2", "x", ""]
    subprocess.run(["git", "fast-import", "--quiet"], cwd=project.root, input="\n".join(said).encode(), check=True)
    assert git.git("rev-list", "--count", f"{head}..HEAD") == str(MOST_FOR_COMMAND)
    assert "not looked up in the whole history yet" in told(project, "decision", "list")
    assert known(project, name)[0] == "open" and not (project.folder / STATE_FILE).exists()


def test_a_long_history_is_read_in_parts_while_nobody_asks(
    project: Project, git: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = taken_back(project, git)
    asked = iter([False, True, *[False] * 10_000])
    assert keep_up(project.memory, 60, lambda: next(asked)), "somebody asks: it stops, and has more to do"
    rounds = 1
    while keep_up(project.memory, 60):
        rounds += 1
        assert rounds < 20
    assert known(project, name) == ("reverted", 1)
    assert not keep_up(project.memory, 60)


def test_the_server_does_it_in_its_idle_time_and_leaves_no_process(project: Project, git: History) -> None:
    with mcp(project.root, project.home) as peer:
        peer.tool("recall", cue="anything")
        name = taken_back(project, git)
        assert comes(lambda: known(project, name) == ("reverted", 1))
        text, failed = peer.tool("operate", name="decide", arguments={"text": "Retry charges with backoff again?"})
        assert not failed and "TRIED" in text
    assert peer.process.poll() == 0


def test_the_server_does_it_at_its_end(project: Project, git: History) -> None:
    name = ""
    for _ in range(ATTEMPTS):  # on a busy machine its second may be over before it is done
        with mcp(project.root, project.home) as peer:
            peer.tool("recall", cue="anything")
            name = name or taken_back(project, git)
        if known(project, name)[0] == "reverted":
            break
    assert known(project, name)[0] == "reverted"


def test_only_a_person_switches_it_and_a_project_only_off(project: Project, git: History) -> None:
    with pytest.raises(Refused):
        project.call("config_set", name="outcomes.automatic", value="no", scope="project")
    name = taken_back(project, git)
    (project.folder / "settings.json").write_text(json.dumps({"outcomes.automatic": "no"}))
    keep_up(project.reopened(), SECONDS)
    assert known(project, name)[0] == "open"


def test_a_look_with_nothing_new_is_cheap(project: Project, git: History) -> None:
    """It is asked every 15 s by a server that nobody asks for anything: no process, and no reading of decisions."""
    taken_back(project, git)
    keep_up(project.memory, SECONDS)
    began = time.process_time()
    for _ in range(20):
        keep_up(project.memory, SECONDS)
    assert (time.process_time() - began) / 20 < 0.02, "an update that finds nothing takes more than twice of that"


def test_an_agents_word_in_the_way_of_it_changes_no_trust(project: Project, git: History) -> None:
    name = taken_back(project, git)
    with Memory(project.root, project.home, actor="agent:x", trust="agent", origin="mcp") as agent:
        keep_up(agent, SECONDS)
        held: Any = call(agent, "negative_list", {}).items[0]
    assert held.trust == "repo" and known(project, name)[0] == "reverted"
    assert keeping_up.SETTING == "outcomes.automatic"
