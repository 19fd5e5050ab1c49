"""Decisions recorded through the public door: what is said is kept, what cannot be is refused with the next step."""

import subprocess
from pathlib import Path

import pytest

from oldhand.errors import (
    BadArgument,
    BadDate,
    BadForecast,
    BadPath,
    MissingArgument,
    NotADecision,
    Refused,
    SecretFound,
    UnknownCommit,
    UnknownId,
    UnknownOption,
)
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.reasoning.deciding import confidence, effort, estimate, percent
from oldhand.reasoning.decisions import agent_name, arguments_of, confidence_of, every, of, share_of, stated
from tests.conftest import Project
from tests.sessions.made import line, spooled

REDIS = {
    "text": "Use Redis for the sessions", "alternatives": ["Memcached", "a table"],
    "for": ["Redis: fast", "it speaks TLS"], "against": ["memcached: forgets: all of it", "2: slow"],
    "confidence": "80%", "assumptions": ["Sessions are small"], "criteria": ["p99 below 5 ms"],
    "predicted": "faster log-ins", "risk": "medium", "estimate": "2d", "module": "src/web/", "reason": "speed",
}  # fmt: skip


def git(folder: Path, *words: str) -> str:
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-C", str(folder), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(project: Project) -> Project:
    """A project in git with one committed document."""
    git(project.root, "init", "-q")
    (project.root / "notes.md").write_text("one\ntwo\n", encoding="utf-8")
    git(project.root, "add", "notes.md")
    git(project.root, "commit", "-qm", "Notes")
    project.memory.close()
    project.memory = Memory(project.root, project.home)
    return project


# -- recording --------------------------------------------------------------------------------------------


def test_what_is_recorded_is_shown_with_every_option_and_its_reasons(project: Project) -> None:
    done = project.by_person("decision_record", **REDIS)
    assert done.outcome == "remembered"
    one = project.call("decision_show", name=done.decision.id[:8]).decision
    assert [(each.name, each.chosen, each.pros, each.cons) for each in one.options] == [
        ("Use Redis for the sessions", True, ["fast", "it speaks TLS"], []),
        ("Memcached", False, [], ["forgets: all of it"]), ("a table", False, [], ["slow"]),
    ]  # fmt: skip
    assert (one.confidence, one.stated_by, one.risk, one.estimate, one.module) == (
        8000, "person", "medium", 960, "src/web",
    )  # fmt: skip
    assert [each.text for each in one.assumptions] == ["Sessions are small"]
    assert (one.predicted, one.criteria, one.reason) == ("faster log-ins", ["p99 below 5 ms"], "speed")
    assert one.outcome.state == "open" and one.trailer == f"Oldhand-Decision: {one.id[:12]}"


def test_an_assumption_of_two_decisions_is_one_memory_that_both_depend_on(project: Project) -> None:
    for text in ("Use Redis", "Keep the tokens in memory"):
        project.call("decision_record", text=text, assumptions=["Sessions are  small"])
    with project.memory.reading() as reader:
        targets = {e.target for one in every(reader) for e in reader.edges(one.id) if e.rel == "depends_on"}
        kinds = [reader.get(target).kind for target in targets]
    assert kinds == ["assumption"]
    found = project.call("recall", cue="Are sessions small?").items
    assert {one.kind for one in found} == {"decision"}  # the assumption itself is a record of work, not knowledge


@pytest.mark.parametrize(
    ("said", "kept"),
    [("0.8", 8000), ("80%", 8000), ("80 %", 8000), ("0,8", 8000), ("1", 10_000), ("0", 0), (".5", 5000)],
)
def test_a_confidence_is_a_share_or_a_percentage(said: str, kept: int) -> None:
    assert confidence(said) == kept and share_of(said) == kept


@pytest.mark.parametrize(
    "said", ["high", "высокая", "80", "1.5", "-0.2", "120%", "nan", "0.8 or so", "٠.٨", "1e-1", "%"]
)
def test_any_other_confidence_is_refused_and_told_how_to_write_it(project: Project, said: str) -> None:
    with pytest.raises(BadForecast, match=r"Write how likely it is to go well as 0\.8 or 80%"):
        project.call("decision_record", text="Use Redis", confidence=said)
    assert project.call("decision_list").total == 0


def test_a_percentage_without_its_sign_is_asked_back(project: Project) -> None:
    with pytest.raises(BadForecast, match="did you mean 80%"):
        project.call("decision_record", text="Use Redis", confidence="80")


def test_numbers_are_told_as_people_read_them() -> None:
    assert [percent(value) for value in (8000, 9950, 10_000, 0)] == ["80%", "99.5%", "100%", "0%"]
    assert [estimate(said) for said in ("90", "90m", "2h", "1.5d", "2 дн")] == [90, 90, 120, 720, 960]
    assert [effort(minutes) for minutes in (45, 90, 720)] == ["45 min", "1.5 h", "1.5 d"]
    with pytest.raises(BadArgument, match="days of eight hours"):
        estimate("soon")


@pytest.mark.parametrize(
    ("said", "why"),
    [("Rabbit: fast", "`--alternative` names one"), ("s: fast", "`--alternative` names one"), ("7: fast", "names one")],
)
def test_a_reason_for_an_option_that_is_not_there_is_refused_with_the_options(
    project: Project, said: str, why: str
) -> None:
    with pytest.raises(UnknownOption, match=why) as refused:
        project.call("decision_record", text="Use Redis", alternatives=["Memcached"], **{"for": [said]})
    assert "0: Use Redis; 1: Memcached" in str(refused.value)


def test_a_reason_that_fits_two_options_is_refused(project: Project) -> None:
    with pytest.raises(UnknownOption, match="it could be 1 or 2"):
        project.call(
            "decision_record",
            text="Use Redis",
            alternatives=["Kafka on disk", "Kafka in memory"],
            against=["kafka: dear"],
        )


def test_an_option_with_a_colon_in_its_name_is_found(project: Project) -> None:
    one = project.call(
        "decision_record", text="Use a vector", alternatives=["std::map"], against=["std::map: slow: very"]
    ).decision
    assert one.options[1].cons == ["slow: very"]


def test_what_was_chosen_is_no_alternative(project: Project) -> None:
    with pytest.raises(BadArgument, match="it is what was chosen"):
        project.call("decision_record", text="Use Redis", alternatives=["use  redis"])


def test_a_decision_needs_no_more_than_its_text_and_that_it_needs(project: Project) -> None:
    one = project.call("decision_record", text="Мы храним сессии в Redis").decision
    assert one.confidence == -1 and not one.stated_by and len(one.options) == 1
    with pytest.raises(MissingArgument, match="say what was decided"):
        project.call("decision_record", text=" ")


def test_a_secret_in_a_reason_is_refused(project: Project) -> None:
    with pytest.raises(SecretFound):
        project.call("decision_record", text="Use Redis", against=["password=" + "hunter2" * 3 + "Xy9!"])


def test_who_stated_it_follows_from_who_speaks(project: Project) -> None:
    mine = project.by_person("decision_record", text="Use Redis", confidence="0.9").decision
    passed_on = project.by_person("decision_record", text="Use Kafka", confidence="0.9", model="opus").decision
    agents = project.call("decision_record", text="Use tabs in Makefiles", confidence="0.9").decision
    with Memory(project.root, project.home, environment={"CODEX_THREAD_ID": "abcd-1234"}) as memory:
        hosts = call(memory, "decision_record", {"text": "Use spaces elsewhere", "confidence": "0.9"}).decision
    assert (mine.stated_by, passed_on.stated_by, agents.stated_by, hosts.stated_by) == (
        "person", "model", "agent", "agent",
    )  # fmt: skip
    assert (mine.agent, passed_on.model, hosts.agent) == ("", "opus", "codex")


# -- saying more, saying it again -------------------------------------------------------------------------


def test_what_was_remembered_before_is_given_what_it_lacked(project: Project) -> None:
    known = project.by_person("remember", text="Use Redis for sessions", kind="decision").memories[0].id
    done = project.by_person("decision_record", of=known, confidence="70%", alternatives=["Memcached"])
    assert done.decision.id == known and done.outcome == "changed"
    assert done.decision.confidence == 7000 and [one.name for one in done.decision.options][1:] == ["Memcached"]


def test_the_same_again_changes_nothing(project: Project) -> None:
    first = project.by_person("decision_record", **REDIS)
    again = project.by_person("decision_record", of=first.decision.id)
    assert again.outcome == "unchanged" and again.decision.revision == first.decision.revision


def test_the_same_in_the_same_words_with_more_about_it_is_one_decision(project: Project) -> None:
    first = project.by_person("decision_record", text="Use Redis for the session cache")
    more = project.by_person("decision_record", text="Use Redis for the session cache", confidence="80%")
    assert more.decision.id == first.decision.id and more.decision.confidence == 8000
    assert project.call("decision_list").total == 1


def test_every_confidence_ever_stated_is_known_the_first_first(project: Project) -> None:
    one = project.by_person("decision_record", text="Use Redis", confidence="80%").decision
    project.by_person("decision_record", of=one.id, confidence="60%")
    project.by_person("decision_record", of=one.id, reason="speed")
    with project.memory.reading() as reader:
        said = stated(reader, one.id)
    assert [each.confidence for each in said] == [8000, 6000]


# -- documents that were read -----------------------------------------------------------------------------


def test_a_document_that_was_read_is_compared_by_git_with_what_it_is_now(repository: Project) -> None:
    name = repository.by_person("decision_record", text="Use Redis", read=["notes.md"]).decision.id
    assert [one.state for one in repository.call("decision_show", name=name).decision.read] == ["same"]
    (repository.root / "notes.md").write_text("one\nTWO\nthree\n", encoding="utf-8")
    git(repository.root, "commit", "-qam", "Notes grow")
    changed = repository.call("decision_show", name=name).decision.read[0]
    assert (changed.state, changed.added, changed.removed, changed.subject) == ("changed", 2, 1, "Notes grow")
    assert changed.commit == git(repository.root, "rev-parse", "HEAD")
    (repository.root / "notes.md").unlink()
    assert repository.call("decision_show", name=name).decision.read[0].state == "gone"


def test_without_git_a_change_is_told_and_how_is_not(project: Project) -> None:
    (project.root / "заметки.md").write_text("раз\n", encoding="utf-8")
    name = project.by_person("decision_record", text="Use Redis", read=["заметки.md"]).decision.id
    (project.root / "заметки.md").write_text("два\n", encoding="utf-8")
    one = project.call("decision_show", name=name).decision.read[0]
    assert (one.path, one.state, one.added) == ("заметки.md", "changed", -1)


def test_only_a_file_of_the_project_can_have_been_read(project: Project) -> None:
    for path in ("../secret", "/etc/passwd", "nothing.md", ".git/config"):
        with pytest.raises(BadPath):
            project.call("decision_record", text="Use Redis", read=[path])


def test_what_the_session_had_read_is_kept_with_what_it_decides(project: Project) -> None:
    for name in ("docs.md", "other.md", "work.py", "late.md"):
        (project.root / name).write_text(f"{name}\n", encoding="utf-8")

    def used(number: int, tool: str, target: str) -> str:
        key = f"toolu_{number}"
        return line("after", number, key=key, call=key, tool=tool, name=tool, target=target, ok=True)

    spooled(
        project.memory, line("start", 0, cwd=str(project.root)), used(1, "read", str(project.root / "other.md")),
        used(2, "read", "docs.md"), used(3, "read", "work.py"), used(4, "edit", "work.py"), used(5, "read", "work.py"),
        used(6, "read", "/etc/hostname"), used(7, "read", "gone.md"),
    )  # fmt: skip
    with Memory(project.root, project.home, environment={"CLAUDE_CODE_SESSION_ID": "5f1c-session"}) as memory:
        read = call(memory, "decision_record", {"text": "Use Redis", "read": ["late.md"]}).decision.read
    assert [one.path for one in read] == ["late.md", "docs.md", "other.md"]
    assert not project.by_person("decision_record", text="Use Kafka for events").decision.read


# -- what came of it --------------------------------------------------------------------------------------


def test_a_decision_is_tied_to_commits_requests_and_incidents_once(repository: Project) -> None:
    name = repository.by_person("decision_record", text="Use Redis").decision.id
    whole = git(repository.root, "rev-parse", "HEAD")
    for _ in range(2):
        done = repository.by_person(
            "decision_link", name=name, commits=["HEAD", whole[:9]], prs=["#12", "https://github.com/a/b/pull/7/files"],
            incidents=["INC 7"],
        )  # fmt: skip
    assert not done.added
    assert (done.commits, done.prs, done.incidents) == ([whole], ["12", "a/b#7"], ["inc 7"])
    assert done.trailer == f"Oldhand-Decision: {name[:12]}"
    gone = repository.by_person("decision_link", name=name, unlink=[f"commit:{whole[:10]}"])
    assert gone.removed == [f"commit:{whole}"] and not gone.commits


def test_an_unknown_commit_is_refused_unless_it_may_be_another_repositorys(repository: Project) -> None:
    name = repository.by_person("decision_record", text="Use Redis").decision.id
    for said in ("nope", "deadbeef", "", "--all", "HEAD~99"):
        with pytest.raises(UnknownCommit):
            repository.by_person("decision_link", name=name, commits=[said])
    elsewhere = "AB" * 20
    assert repository.by_person("decision_link", name=name, commits=[elsewhere]).commits == [elsewhere.lower()]
    shown = repository.call("decision_show", name=name).decision.commits
    assert [(one.commit, one.subject) for one in shown] == [(elsewhere.lower(), "")]


@pytest.mark.parametrize("said", ["twelve", "#0", "https://example.org/x", "a b#3", "\x1b[2J"])
def test_what_is_no_pull_request_is_refused(project: Project, said: str) -> None:
    name = project.by_person("decision_record", text="Use Redis").decision.id
    with pytest.raises(BadArgument, match="number"):
        project.by_person("decision_link", name=name, prs=[said])


def test_what_takes_the_place_of_a_decision_says_why_and_the_old_one_yields(project: Project) -> None:
    old = project.by_person("decision_record", text="Use Redis for the cache", module="web").decision.id
    done = project.by_person(
        "decision_supersede", name=old, text="Use Valkey for the cache", reason="the licence changed"
    )
    assert (done.older.standing, done.decision.standing, done.decision.module) == ("superseded", "active", "web")
    assert [(one.id, one.reason) for one in done.older.superseded_by] == [(done.decision.id, "the licence changed")]
    assert [one.id for one in project.call("decision_list").items] == [done.decision.id]
    assert project.call("decision_list", every=True).total == 2
    again = project.by_person("decision_supersede", name=old, by=done.decision.id)
    assert not again.changed


def test_a_decision_does_not_replace_itself_nor_one_that_is_believed_more(project: Project) -> None:
    mine = project.by_person("decision_record", text="Use Redis for the cache").decision.id
    with pytest.raises(Refused, match="cannot replace itself"):
        project.by_person("decision_supersede", name=mine, by=mine)
    theirs = project.call("decision_record", text="Write the parser by hand").decision.id
    with pytest.raises(Refused):
        project.call("decision_supersede", name=mine, by=theirs)
    assert project.call("decision_show", name=mine).decision.standing == "active"


# -- listing and finding ----------------------------------------------------------------------------------


def test_every_decision_is_listed_whichever_way_it_came(project: Project) -> None:
    project.by_person("remember", text="Tabs, because of accessibility", kind="decision")
    project.call("decision_record", text="Use Kafka for events", module="src/bus", agent="codex")
    project.by_person("decision_record", text="Use Redis", reason="speed")
    assert {one.name for one in project.call("decision_list").items} == {
        "Tabs, because of accessibility", "Use Kafka for events", "Use Redis",
    }  # fmt: skip
    assert [one.name for one in project.call("decision_list", module="src").items] == ["Use Kafka for events"]
    assert [one.name for one in project.call("decision_list", agent="codex").items] == ["Use Kafka for events"]
    assert project.call("decision_list", agent="person").total == 2
    assert project.call("decision_list", state="reverted").total == 0
    few = project.call("decision_list", limit=1)
    assert (len(few.items), few.total, few.left_out, few.states) == (1, 3, 2, {"open": 3})


def test_a_decision_is_found_by_its_name_and_nothing_else_passes_for_one(project: Project) -> None:
    name = project.by_person("decision_record", text="Use Redis for sessions").decision.id
    claim = project.by_person("remember", text="The port is 5433").memories[0].id
    assert project.call("decision_show", name="redis for").decision.id == name
    with pytest.raises(NotADecision, match="its kind: claim"):
        project.call("decision_show", name=claim)
    for unknown in ("ffffffffffff", "Kafka"):
        with pytest.raises(UnknownId):
            project.call("decision_show", name=unknown)


def test_fields_in_a_form_that_no_command_writes_count_as_left_out(project: Project) -> None:
    fields = ["confidence=high", "estimate=-3", "risk=enormous", "stated_by=god", "arguments=no form", "read=x"]
    name = project.by_person("remember", text="Use Redis", kind="decision", fields=fields).memories[0].id
    with project.memory.reading() as reader:
        one = of(reader, name)
    assert (one.confidence, one.estimate, one.risk, one.stated_by, one.arguments) == (None, None, "", "", ())
    assert project.call("decision_show", name=name).decision.read == []
    assert confidence_of("10001") is None and confidence_of("0.7") == 7000
    assert list(arguments_of(["+0 ", "+1x", "*1 y"])) == []


def test_no_search_looks_among_what_is_said_beside_a_decision(project: Project) -> None:
    project.by_person("decision_record", text="Use Redis", confidence="80%", agent="zebra", model="quagga")
    assert not project.call("recall", cue="zebra quagga").items
    assert project.call("recall", cue="Redis").items


def test_a_tie_is_taken_back_by_the_name_it_was_made_with(repository: Project) -> None:
    name = repository.by_person("decision_record", text="Carts move to Postgres").decision.id
    for said in ({"commits": ["HEAD"]}, {"prs": ["#12"]}, {"incidents": ["OPS-7"]}):
        repository.by_person("decision_link", name=name, **said)
        shown = repository.call("decision_show", name=name).decision
        assert not said.get("incidents") or shown.incidents == ["OPS-7"]  # as people write it, however it is kept
        done = repository.by_person("decision_link", name=name, unlink=next(iter(said.values())))
        assert len(done.removed) == 1 and not (done.commits or done.prs or done.incidents)
    with pytest.raises(BadArgument):
        repository.by_person("decision_link", name=name, unlink=["HEAD"])


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("agent:claude-code", "claude"), ("claude", "claude"), ("codex-mcp-client", "codex"), ("agent:kiro", "kiro"),
        ("claude-opus-4", "claude-opus-4"),
    ],
)  # fmt: skip
def test_an_agent_has_one_name_whichever_way_it_comes_in(said: str, kept: str) -> None:
    assert agent_name(said) == kept


def test_nothing_is_decided_in_days_to_come_nor_tagged_as_the_checks_do(project: Project) -> None:
    with pytest.raises(BadDate):
        project.by_person("decision_record", text="Keep carts in Redis", made="9999-12-31")
    with pytest.raises(BadArgument):
        project.by_person("decision_record", text="Keep carts in Redis", tags=["Safety:looked"])
    assert project.by_person("decision_record", text="Keep carts in Redis", made="2026-01-02").outcome == "remembered"
