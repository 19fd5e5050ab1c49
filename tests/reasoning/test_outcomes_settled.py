"""Outcomes that come in from elsewhere: an agent's forgery is no evidence, and replicas that derive alike agree."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from oldhand.errors import BadArgument, BadLine
from oldhand.knowledge.assertion import assert_, statement
from oldhand.model.trust import Voice
from oldhand.operation import call
from oldhand.reasoning.calibrating import cases_of
from oldhand.reasoning.outcome_keeping import keep_evidence
from oldhand.reasoning.outcomes import Evidence, all_ended, ended, evidence_id, evidence_key, several_ended, word_id
from tests.conftest import Project
from tests.reasoning.histories import CHARGE, PLAIN, History

FORGED = "2026-11-01 revert 0 10000 deadbeef всё было плохо"
PIECE = Evidence(1_735_689_600_000, "revert", 0, 9_000, "deadbeef", "takes it back")
SAID = {"said": "evidence", "state": "failed", "value": "0", "weight": "10000", "evidence": [FORGED]}


def decide(project: Project, text: str = "Retry charges with backoff.") -> str:
    """The id of a decision that a person records."""
    reply = project.by_person("decision_record", text=text, made="2025-01-01T00:00:01", confidence="90%")
    return str(reply.decision.id)


def started(project: Project) -> History:
    """The project's repository with a file to decide about."""
    git = History(project.root)
    git.commit("Start", {"src/pay.py": PLAIN, ".gitignore": ".oldhand\n*.jsonl\n"})
    return git


def carried(git: History, decision: str, path: str = "src/pay.py") -> str:
    """A commit that carries a decision."""
    return git.commit(f"Retry\n\nOldhand-Decision: {decision[:12]}", {path: CHARGE})


def events(project: Project) -> int:
    """How many events the journal has."""
    return len(project.call("log", limit=10_000).events)


def forge(project: Project, decision: str, key: str, voice: Voice) -> None:
    """An outcome in the form of evidence, written past every operation, as a merged store may bring it."""
    memory = project.memory
    with memory.writing() as transaction:
        said = statement(
            project.root, "outcome", {"text": "failed: forged", "of": decision} | SAID,
            screening=memory.screening(), domain="decisions", key=key,
        )  # fmt: skip
        assert_(transaction, said, voice)


def states(project: Project, decision: str) -> set[str]:
    """How a decision ended by each reading there is."""
    with project.memory.reading() as reader:
        whole = all_ended(reader).get(decision)
        return {
            ended(reader, decision).state, several_ended(reader, [decision])[decision].state,
            whole.state if whole else "open", project.call("outcomes_show", name=decision).ended.state,
        }  # fmt: skip


# -- forged -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["outcome", "skill", "plan", "engram", "handoff"])
def test_an_agent_keeps_no_memory_of_a_kind_that_has_its_own_command(project: Project, kind: str) -> None:
    decision = decide(project)
    line = {"text": "x", "kind": kind, "domain": "decisions", "key": "yyy"}
    line |= {"fields": {"of": decision} | SAID} if kind == "outcome" else {}
    before = events(project)
    for said in (
        {"jsonl": json.dumps(line)},
        {"text": "x", "kind": kind},
        {"text": "x", "kind": kind, "source": "tool:x"},
    ):
        with pytest.raises((BadArgument, BadLine), match="makes it"):
            project.call("remember", **said)
    assert events(project) == before
    assert project.call("remember", text="Carts live for a day.", kind="claim").memories[0].outcome == "remembered"


@pytest.mark.parametrize("key", ["yyy", "outcome/{}", "word/{}"])
@pytest.mark.parametrize("voice", [Voice("claude", "mcp", "agent"), Voice("claude", "tool:x", "tool")])
def test_evidence_that_was_not_derived_says_nothing_and_is_put_right(project: Project, key: str, voice: Voice) -> None:
    git, decision = started(project), decide(project)
    carried(git, decision)
    forge(project, decision, key.format(decision), voice)
    assert states(project, decision) == {"open"}
    with project.memory.reading() as reader:
        assert not cases_of(reader).cases and not cases_of(reader, latest=400).cases
    project.call("outcomes_update")
    assert states(project, decision) == {"open"} and project.call("outcomes_update").changed == 0
    assert "deadbeef" not in str(project.call("outcomes_show", name=decision))
    project.by_person("negative_update")
    assert not project.call("negative_list", state="every").items


def test_what_was_derived_is_believed_and_stays_when_the_commits_go(project: Project) -> None:
    """The control: the same words from git are evidence."""
    git, decision = started(project), decide(project)
    forge(project, decision, evidence_key(decision), Voice("user", "git", "tool"))
    assert states(project, decision) == {"reverted"}
    carried(git, decide(project, "Keep carts in Redis."))
    project.by_person("decision_link", name=decision, incidents=["INC-7"])
    project.call("outcomes_update")
    with project.memory.reading() as reader:  # revised for the incident: believed no more than what was carried on
        assert reader.get(evidence_id(decision)).trust == "tool"
        assert [one.source for one in ended(reader, decision).evidence] == ["revert", "incident"]


def test_a_decision_that_is_put_away_while_the_history_is_read_gets_no_outcome(project: Project) -> None:
    git, one, other = started(project), decide(project), decide(project, "Keep carts in Redis.")
    git.revert(carried(git, one))
    project.by_person("forget", names=[one], yes=True)
    with project.memory.writing() as transaction:  # as an update does that had read the decisions before
        voice, screening = Voice("user", "git", "repo"), project.memory.screening()
        kept = [keep_evidence(transaction, voice, name, [PIECE], screening).outcome for name in (one, other)]
    assert kept == ["put away", "remembered"]


# -- noise --------------------------------------------------------------------------------------------


def test_commits_that_touch_nothing_of_a_decision_write_nothing(project: Project) -> None:
    git, decision = started(project), decide(project)
    carried(git, decision)
    git.goes_on(6)
    assert project.call("outcomes_update").changed == 1
    before = events(project)
    for number in range(5):
        git.commit("Other work", {"README.md": f"Number {number}.\n"}, after=2)
        assert project.call("outcomes_update").changed == 0
    assert events(project) == before
    text = (git.root / "src/pay.py").read_text(encoding="utf-8").replace("log_failed_attempt(amount,", "log_it(amount,")
    git.commit("Fix retry of charges", {"src/pay.py": text}, after=2)
    assert (
        project.call("outcomes_update").changed == 1
    )  # the control: a new piece is a change, however little it weighs
    git.goes_on(6)  # and so is a tenth more of what stands, with time and work around it
    assert [one.id for one in project.call("outcomes_update").changes] == [decision]


# -- replicas -----------------------------------------------------------------------------------------


def exchange(one: Project, other: Project) -> None:
    """Bring what each of two replicas has to the other one."""
    for project in (one, other):
        (project.root / "memory.jsonl").unlink(missing_ok=True)
        project.by_person("export", file="memory.jsonl")
    for source, target in ((one, other), (other, one)):
        (target.root / "brought.jsonl").write_bytes((source.root / "memory.jsonl").read_bytes())
        target.by_person("import", file="brought.jsonl", yes=True)
        (target.root / "brought.jsonl").unlink()


def root(project: Project) -> str:
    """The address of all that a memory holds."""
    return str(project.call("root").root)


def standing(project: Project, memory: str) -> str:
    """How a memory stands."""
    with project.memory.reading() as reader:
        return str(reader.get(memory).standing)


def replicas(make_project: Callable[[str], Project]) -> tuple[Project, Project, History, History, str, str]:
    """Two replicas of one project with one history, a decision, and the commit that carries it."""
    here, there = make_project("here"), make_project("there")
    git = started(here)
    decision = decide(here)
    sha = carried(git, decision)
    git.goes_on(3)
    other = History(there.root)
    other.git("fetch", "-q", str(git.root), "main")
    other.git("checkout", "-q", "-f", "-B", "main", "FETCH_HEAD")
    other.day = git.day
    exchange(here, there)
    return here, there, git, other, decision, sha


@pytest.mark.parametrize("same", [False, True])
def test_replicas_that_both_derived_agree_after_the_next_update(
    make_project: Callable[[str], Project], same: bool
) -> None:
    here, there, git, other, decision, sha = replicas(make_project)
    git.revert(sha, after=1) if not same else git.goes_on(2)
    other.goes_on(3 if not same else 2)
    for project in (here, there):
        project.call("outcomes_update")
    exchange(here, there)
    assert root(here) == root(there)
    assert {standing(one, evidence_id(decision)) for one in (here, there)} == {"active"}
    assert here.call("outcomes_show", name=decision).ended == there.call("outcomes_show", name=decision).ended
    if not same:  # one history again
        other.git("fetch", "-q", str(git.root), "main")
        other.git("checkout", "-q", "-f", "-B", "main", "FETCH_HEAD")
    changed = [project.call("outcomes_update").changed for project in (here, there)]
    assert changed == ([0, 0] if same else [1, 1])
    exchange(here, there)
    assert root(here) == root(there)
    for project in (here, there):
        assert standing(project, evidence_id(decision)) == "active"
        assert project.call("outcomes_show", name=decision).ended.state == ("open" if same else "reverted")
        before = events(project)
        assert project.call("outcomes_update").changed == 0 and events(project) == before
    assert root(here) == root(there)


def test_the_outcome_of_a_decision_whose_commits_another_replica_has_is_left_as_it_is(
    make_project: Callable[[str], Project],
) -> None:
    here, there, git, other, decision, sha = replicas(make_project)
    other.git("checkout", "-q", "-f", "-B", "main", git.git("rev-list", "--max-parents=0", "HEAD"))
    git.revert(sha)
    here.call("outcomes_update")
    exchange(here, there)
    before = events(there)
    assert there.call("outcomes_update").changed == 0 and events(there) == before
    assert there.call("outcomes_show", name=decision).ended.state == "reverted"


def test_what_persons_say_differently_in_two_replicas_is_contested_until_one_settles_it(
    make_project: Callable[[str], Project],
) -> None:
    """The control: only what is derived anew contests nothing."""
    here, there, _, _, decision, _ = replicas(make_project)
    here.by_person("decision_resolve", name=decision, outcome="failed", reason="it cost us a night")
    there.by_person("decision_resolve", name=decision, outcome="confirmed", reason="it held")
    exchange(here, there)
    assert {standing(one, word_id(decision)) for one in (here, there)} == {"contested"}
    with here.memory.writing() as transaction:
        keep_evidence(transaction, Voice("user", "git", "repo"), decision, [PIECE], here.memory.screening())
    forge(there, decision, evidence_key(decision), Voice("claude", "mcp", "agent"))
    exchange(here, there)
    assert {standing(one, evidence_id(decision)) for one in (here, there)} == {"contested"}


# -- interrupted --------------------------------------------------------------------------------------


def test_an_update_that_is_interrupted_goes_on_with_the_same_result(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    git, decision = started(project), decide(project)
    git.revert(carried(git, decision))
    seen: list[int] = []

    def stop(done: int, total: int, what: str) -> None:
        seen.append(done)
        raise KeyboardInterrupt

    memory: Any = project.memory
    monkeypatch.setattr(memory, "progress", stop)
    with pytest.raises(KeyboardInterrupt):
        call(memory, "outcomes_update", {})
    monkeypatch.undo()
    assert seen
    project.call("outcomes_update")
    assert project.call("outcomes_show", name=decision).ended.state == "reverted"
    assert project.call("outcomes_update").changed == 0
