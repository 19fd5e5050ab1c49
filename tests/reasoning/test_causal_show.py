"""From a decision to what came of it, and what of what was expected can be compared with what happened."""

import pytest

from oldhand.errors import BadArgument, NotADecision, UnknownId
from oldhand.reasoning.outcome_keeping import keep_evidence
from oldhand.reasoning.outcomes import Evidence
from tests.conftest import Project
from tests.engrams.made import Repository, Story, logged
from tests.reasoning.decided import DAY_MS, GIT, WHOLE, decide, ends

SESSION = "5f1c0009-aaaa-bbbb"


def evidence(project: Project, decision: str, *pieces: tuple[str, int, str]) -> None:
    """Evidence of today: (source, value, what it is)."""
    today = project.memory.now() // DAY_MS * DAY_MS
    with project.memory.writing() as transaction:
        made = tuple(Evidence(today, source, value, 6_000, "", said) for source, value, said in pieces)
        keep_evidence(transaction, GIT, decision, made, project.memory.screening())


def because(project: Project, decision: str) -> list[str]:
    """Why each thing that was learned is told with a decision."""
    return [each.because for each in project.call("causal_show", name=decision).steps if each.sort == "negative"]


def compared(project: Project, decision: str) -> dict[str, str]:
    """The verdict on each expectation of a decision."""
    (one,) = [each for each in project.call("causal_calibrate").predictions if each.id == decision]
    return {each.expected: each.verdict for each in one.compared}


def test_what_a_decision_led_to_stands_in_order_and_each_step_can_be_opened(project: Project) -> None:
    repository = Repository(project)
    one = project.by_person(
        "decision_record", text="Use Redis for sessions", confidence="80%", assumptions=["Sessions fit into 2 GB"],
        predicted="p95 below 20 ms", criteria=["not reverted"], risk="low",
    ).decision.id  # fmt: skip
    named = repository.commit("redis.py", f"Add Redis\n\nOldhand-Decision: {one[:12]}")
    tied = repository.commit("redis.py", "Take Redis back")
    repository.commit("other.py", "Something else")
    project.by_person("decision_link", name=one, commits=[tied])
    ends(project, one, 0, ref=tied)
    project.by_person("decision_resolve", name=one, outcome="failed", reason="the network was not steady")
    project.by_person("causal_falsify", name="Sessions fit into 2 GB", evidence=["du says 5 GB"])
    newer = project.by_person("decision_record", text="Use Postgres for sessions", supersedes=[one]).decision.id
    shown = project.call("causal_show", name=one)
    assert (shown.confidence, shown.predicted, shown.risk, shown.state) == (8_000, "p95 below 20 ms", "low", "failed")
    assert [(each.text, each.state) for each in shown.assumed] == [("Sessions fit into 2 GB", "falsified")]
    steps = {each.sort: each for each in shown.steps}
    assert set(steps) == {"decided", "commit", "assumption", "outcome", "word", "followed"}
    commits = [each for each in shown.steps if each.sort == "commit"]
    because = {named: "its message names the decision", tied: "tied to the decision"}  # and not the third commit
    assert {each.ref: each.because for each in commits} == because
    assert commits[0].open == f"git show {commits[0].ref[:12]}" and steps["outcome"].ref == tied
    assert steps["followed"].open == f"oldhand decision show {newer[:12]}" and "steady" in steps["word"].said
    first = [each.sort for each in shown.steps]
    assert first.index("decided") < first.index("commit") < first.index("word")


def test_the_sessions_that_made_its_commits_are_told_with_what_they_did(project: Project) -> None:
    repository = Repository(project)
    one = project.by_person("decision_record", text="Use Redis for sessions", made="1 hour ago").decision.id
    story = Story(project.memory.now() - 1_800_000).prompt("Add Redis").edit("redis.py")
    story.run("grep x redis.py", ok=False)
    logged(project, story.run("make redis", ok=False).run("make redis"), SESSION)
    sha = repository.commit("redis.py", f"Add Redis\n\nOldhand-Decision: {one[:12]}", session="")
    project.call("engram_save", session=SESSION, commit=sha)
    shown = project.call("causal_show", name=one)
    (engram,) = [each for each in shown.steps if each.sort == "engram"]
    assert sha[:12] in engram.because and engram.open.startswith("oldhand engram show ")
    done = [each.said for each in shown.steps if each.sort == "action"]
    assert done == ["edit redis.py", "command make redis (exit 1)", "command make redis (exit 0)"]  # looking is none
    assert all(each.open == f"oldhand session show {SESSION}" for each in shown.steps if each.sort == "action")
    project.memory.close()
    (project.folder / "sessions.db").write_bytes(b"no database at all" * 100)  # its own log is gone, the rest stands
    (project.folder / "sessions.db-wal").unlink(missing_ok=True)
    project.reopened()
    left = {each.sort for each in project.call("causal_show", name=one).steps}
    assert left == {"decided", "commit", "engram"}


def test_a_commit_that_was_found_to_carry_it_is_told_with_how_sure_that_is(project: Project) -> None:
    repository = Repository(project)
    one = project.by_person("decision_record", text="Use Redis for sessions").decision.id
    sha = repository.commit("redis.py", "ADR-7: sessions in Redis")
    today = project.memory.now() // DAY_MS * DAY_MS
    with project.memory.writing() as transaction:
        carried = Evidence(today, "carried", 8_000, 0, sha, "may carry it")
        strange = carried._replace(ref="--output=stray.txt")  # a reference is text that somebody wrote
        pieces = (carried, strange, Evidence(today, "revert", 0, 6_000, sha, "taken back"))
        keep_evidence(transaction, GIT, one, pieces, project.memory.screening())
    shown = project.call("causal_show", name=one)
    (step,) = [each for each in shown.steps if each.sort == "commit"]
    assert step.ref == sha and step.because == "it carries the decision, 80 % sure"
    assert not (project.root / "stray.txt").exists()
    assert [each.said.partition(":")[0] for each in shown.steps if each.sort == "outcome"] == ["revert"]


def test_evidence_that_is_a_commit_is_told_with_its_time_and_other_evidence_with_its_day(project: Project) -> None:
    repository = Repository(project)
    one = project.by_person("decision_record", text="Use Redis for sessions").decision.id
    sha = repository.commit("redis.py", "Back to the files", session="")
    today = project.memory.now() // DAY_MS * DAY_MS
    pieces = (
        Evidence(today, "revert", 0, 6_000, sha, "taken back"),
        Evidence(today, "rework", 0, 6_000, "a" * 40, "of a history that is not here"),
        Evidence(today, "incident", 0, 4_000, "INC-1", "sessions were lost"),
    )
    with project.memory.writing() as transaction:
        keep_evidence(transaction, GIT, one, pieces, project.memory.screening())
    steps = [each for each in project.call("causal_show", name=one).steps if each.sort == "outcome"]
    assert {each.ref: len(each.at) for each in steps} == {
        sha: len("2026-11-20T09:30:00.123Z"),
        "a" * 40: 10,
        "INC-1": 10,
    }


def test_a_word_without_a_reason_is_told_as_it_is(project: Project) -> None:
    one = decide(project, "Use Redis for sessions", None)
    project.by_person("decision_resolve", name=one, outcome="failed")
    assert [each.said for each in project.call("causal_show", name=one).steps if each.sort == "word"] == ["failed"]


def test_what_was_learned_and_holds_no_more_is_told_as_such(project: Project) -> None:
    one = decide(project, "Use Redis for sessions", None)
    learned = project.by_person("negative_record", text="Redis for sessions", conclusion="they were lost").negative.id
    project.by_person("link", source=learned, relation="derived_from", target=one)
    assert because(project, one) == ["derived from it"]
    project.by_person("retire", name=learned, reason="it is configured to persist")
    assert because(project, one) == ["derived from it, but is retired now"]


def test_a_commit_that_is_not_here_is_told_as_such(project: Project) -> None:
    Repository(project)
    one = project.by_person("decision_record", text="Use Redis for sessions").decision.id
    project.by_person("decision_link", name=one, commits=["a" * 40])
    (step,) = [each for each in project.call("causal_show", name=one).steps if each.sort == "commit"]
    assert step.at == "" and step.open == "" and "does not know it" in step.said


def test_without_git_and_without_outcomes_there_is_the_decision_alone(project: Project) -> None:
    one = decide(project, "Use Redis for sessions", None)
    shown = project.call("causal_show", name=one[:8])
    assert [each.sort for each in shown.steps] == ["decided"] and shown.state == "open" and shown.confidence == -1


def test_what_is_no_decision_is_refused(project: Project) -> None:
    claim = project.call("remember", text="Postgres listens on 5433 in CI.").memories[0].id
    with pytest.raises(NotADecision):
        project.call("causal_show", name=claim)
    with pytest.raises(UnknownId):
        project.call("causal_show", name="abcdef")


def test_expectations_are_compared_where_that_can_be_done_without_judging(project: Project) -> None:
    (project.root / "redis.py").write_text("x")
    wanted = [
        "All tests pass", "тесты проходят", "never reverted", "no incident in production", "redis.py exists",
        "old.py is removed", "redis.py is gone", "users are happy", "no more tests fail",
    ]  # fmt: skip
    one = project.by_person(
        "decision_record", text="Use Redis for sessions", criteria=wanted, estimate="2h"
    ).decision.id
    before = compared(project, one)
    assert before["redis.py exists"] == "met" and before["redis.py is gone"] == "not met"
    assert before["old.py is removed"] == "met" and before["120 minutes of work"] == "cannot tell"
    assert {before[each] for each in (*wanted[:4], *wanted[-2:])} == {"cannot tell"}
    evidence(project, one, ("tests", WHOLE, "12 passed"), ("survival", WHOLE, "all lines stand"))
    good = compared(project, one)
    assert {good[each] for each in wanted[:4]} == {"met"} and good["users are happy"] == "cannot tell"
    evidence(project, one, ("tests", 0, "3 failed"), ("revert", 0, "taken back"), ("incident", 0, "outage"))
    bad = compared(project, one)
    assert {bad[each] for each in wanted[:4]} == {"not met"}


def test_the_estimate_is_compared_with_the_time_that_its_sessions_worked(project: Project) -> None:
    repository = Repository(project)
    said = {"text": "Use Redis for sessions", "estimate": "1h"}
    one = project.by_person("decision_record", **said).decision.id
    story = Story(project.memory.now() + 1_000).prompt("Add Redis")
    for number in range(100):
        story.edit(f"a{number}.py", seconds=110)
    logged(project, story, SESSION)
    sha = repository.commit("redis.py", "Add Redis", session="")
    project.by_person("decision_link", name=one, commits=[sha])
    project.call("engram_save", session=SESSION, commit=sha)
    (each,) = [each for one in project.call("causal_calibrate").predictions for each in one.compared]
    assert each.verdict == "not met" and "worked 18" in each.because


def test_what_nobody_checked_for_long_is_named_and_what_somebody_checked_is_not(project: Project) -> None:
    now = project.memory.now()
    old = decide(
        project, "Use Redis for sessions", 8_000, assumptions=["Sessions fit", "The network is steady"],
        predicted="p95 below 20 ms", valid_from=now - 200 * DAY_MS,
    )  # fmt: skip
    decide(project, "Keep carts in memory", None, assumptions=["Carts are small"], predicted="fast")
    due = project.call("causal_calibrate")
    assert sorted(one.text for one in due.assumptions) == ["Sessions fit", "The network is steady"]
    assert [one.id for one in due.predictions if one.due] == [old] and due.days == 90
    assert all(one.checked == "" and "causal validate" in one.by[-1] for one in due.assumptions)
    project.by_person("causal_validate", name="Sessions fit", evidence=["du says 1 GB"])
    project.by_person("causal_falsify", name="The network is steady", evidence=["outage"])
    project.by_person("decision_resolve", name=old, outcome="confirmed")
    left = project.call("causal_calibrate")
    assert left.assumptions == [] and not any(one.due for one in left.predictions)
    now_due = project.call("causal_calibrate", stale="0d").assumptions  # what was found not to hold is known
    assert sorted(one.text for one in now_due) == ["Carts are small", "Sessions fit"]
    assert project.call("causal_calibrate", stale="30w").assumptions == []


@pytest.mark.parametrize("stale", ["", "soon", "-1d", "9999999d", "1h", "٣d", "1e3"])
def test_a_span_that_is_none_is_refused(project: Project, stale: str) -> None:
    with pytest.raises(BadArgument, match="90d"):
        project.call("causal_calibrate", stale=stale)
