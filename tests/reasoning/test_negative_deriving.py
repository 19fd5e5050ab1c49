"""What did not work, derived: from decisions that failed, from what history reverted, from what sessions ruled out."""

import pytest

from oldhand.knowledge.assertion import assert_, statement
from oldhand.knowledge.at_action import concerning
from oldhand.knowledge.history_findings import DAY_MS, YEAR_MS, Finding, did_not_work
from oldhand.knowledge.history_learning import learn_history
from oldhand.knowledge.history_mining import Mined
from oldhand.knowledge.occasions import Action
from oldhand.memory import Memory
from oldhand.model.trust import Voice
from oldhand.reasoning.negative import about
from oldhand.reasoning.negative_telling import NegativeTold
from oldhand.reasoning.outcome_keeping import keep_evidence
from oldhand.reasoning.weighing_outcomes import Evidence
from oldhand.sessions.engram_keeping import put
from tests.conftest import Project
from tests.reasoning.histories import History

AT = 1_780_000_000_000
COMMIT = "c0ffee1" + "0" * 33
CACHE = "Cache prices in the process"


def decided(project: Project, text: str = CACHE, *, person: bool = True, **said: object) -> str:
    """Record a decision; its id."""
    call = project.by_person if person else project.call
    return str(call("decision_record", text=text, **said).decision.id)


def said(project: Project, name: str, outcome: str, reason: str = "stale prices were charged", **more: object) -> None:
    """Have a person say how a decision ended."""
    project.by_person("decision_resolve", name=name, outcome=outcome, reason=reason, **more)


def shown_by_git(project: Project, name: str, source: str = "revert", value: int = 0, weight: int = 9_000) -> None:
    """Have evidence say how a decision ended, as git shows it."""
    piece = Evidence(AT, source, value, weight, COMMIT, "the commit that carried it was reverted")
    with project.memory.writing() as transaction:
        keep_evidence(transaction, Voice("outcomes", "git", "repo"), name, [piece], project.memory.screening())


def negatives(project: Project) -> list[NegativeTold]:
    """All that was tried and counts."""
    return list(project.call("negative_list").items)


# -- decisions -------------------------------------------------------------------------------------------


def test_a_decision_that_failed_is_kept_with_its_scope_and_its_evidence(project: Project) -> None:
    name = decided(project, reason="one lookup less", predicted="p95 under 50 ms", module="prices")
    said(project, name, "failed")
    reply = project.call("negative_update")
    assert (reply.failed, reply.added) == (1, 1)
    (one,) = negatives(project)
    assert one.text == f'TRIED "{CACHE}" failed: stale prices were charged'
    assert (one.tried, one.module, one.applies) == (CACHE, "prices", "prices")
    assert one.conclusion == "it failed: stale prices were charged; expected was: p95 under 50 ms"
    assert one.evidence[0].endswith("user says failed: stale prices were charged") and one.until > one.since
    shown = project.call("negative_show", name=one.id)
    assert [(other.id, other.kind) for other in shown.came_of] == [(name[:12], "decision")]
    with project.memory.reading() as reader:
        assert [known.id for known in about(reader, "cache the prices in our process")] == [one.id]


def test_what_git_shows_names_the_commit_and_is_believed_as_the_repository(project: Project) -> None:
    name = decided(project)
    shown_by_git(project, name)
    project.call("negative_update")
    (one,) = negatives(project)
    assert one.trust == "repo" and "was reverted" in one.text
    assert one.evidence == [f"2026-05-28 revert {COMMIT}: the commit that carried it was reverted"]


def test_what_an_agent_decided_is_believed_no_more_than_an_agent(project: Project) -> None:
    shown_by_git(project, decided(project, person=False))
    project.call("negative_update")
    assert [one.trust for one in negatives(project)] == ["agent"]


def test_deriving_again_writes_nothing(project: Project) -> None:
    shown_by_git(project, decided(project))
    said(project, decided(project, "Sagas for refunds"), "failed")
    first = project.call("negative_update")
    for _ in range(2):
        again = project.call("negative_update")
        assert (again.failed, again.unchanged, again.added, again.changed, again.root) == (2, 2, 0, 0, first.root)


@pytest.mark.parametrize("state", ["confirmed", "survived", "reworked", "abandoned"])
def test_what_ended_otherwise_is_not_said_to_have_failed(project: Project, state: str) -> None:
    said(project, decided(project), state)
    decided(project, "Nobody knows yet how this ends")
    assert project.call("negative_update").failed == 0 and negatives(project) == []


def test_little_evidence_is_not_enough(project: Project) -> None:
    shown_by_git(project, decided(project), "rework", 3_000, 5_000)
    assert project.call("negative_update").failed == 0


def test_a_person_who_says_otherwise_has_it_put_away(project: Project) -> None:
    name = decided(project)
    shown_by_git(project, name)
    project.call("negative_update")
    said(project, name, "confirmed", "the revert was a mistake of the merge")
    assert project.call("negative_update").retired == 1 and negatives(project) == []
    said(project, name, "failed", "it was none", again=True)
    assert project.call("negative_update").changed == 1 and len(negatives(project)) == 1


@pytest.mark.parametrize("operation", ["retire", "reject", "forget"])
def test_what_a_person_put_away_stays_away(project: Project, operation: str) -> None:
    name = decided(project)
    said(project, name, "failed")
    project.call("negative_update")
    (one,) = negatives(project)
    given: dict[str, object] = {"names": [one.id], "yes": True} if operation == "forget" else {"name": one.id}
    project.by_person(operation, **given)
    project.call("negative_update")
    assert negatives(project) == []


def test_what_took_its_place_is_the_advice(project: Project) -> None:
    name = decided(project)
    newer = decided(project, "Keep a price snapshot in the order")
    project.by_person("link", source=newer, relation="supersedes", target=name)
    said(project, name, "failed")
    project.call("negative_update")
    assert [one.advice for one in negatives(project)] == ["Keep a price snapshot in the order"]


def test_a_decision_that_is_forgotten_takes_with_it_what_quotes_it(project: Project) -> None:
    name = decided(project)
    said(project, name, "failed")
    project.call("negative_update")
    project.by_person("forget", names=[name], yes=True)
    project.call("negative_update")
    assert negatives(project) == [] and not project.call("search", words="prices process").hits


# -- what history shows ----------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["history", "decision"])
def test_a_revert_that_history_shows_is_one_memory_with_the_decision(project: Project, first: str) -> None:
    """Whichever was known first: what says more takes the place of the other, and gives it back when it goes."""
    mined = _mined(project) if first == "history" else ""
    name = decided(project)
    shown_by_git(project, name)
    if not mined:
        project.call("negative_update")
        mined = _mined(project)
        assert len(negatives(project)) == 2, "until it is derived again"
    assert project.call("negative_update").tied == 1
    (one,) = negatives(project)
    assert one.id != mined and [other.id for other in project.call("negative_show", name=one.id).came_of] == [name[:12]]
    root = project.call("status").root
    assert (project.call("negative_update").tied, project.call("status").root) == (0, root)
    said(project, name, "confirmed", "the revert was a slip")
    project.call("negative_update")
    assert [other.id for other in negatives(project)] == [mined]
    said(project, name, "failed", "it was none", again=True)
    project.call("negative_update")
    assert [other.id for other in negatives(project)] == [one.id]


def test_what_git_shows_of_an_agents_decision_keeps_the_trust_of_git(project: Project) -> None:
    mined = _mined(project)
    name = decided(project, person=False)
    shown_by_git(project, name)
    assert (project.call("negative_update").tied, project.call("negative_update").tied) == (1, 0)
    assert [(one.id, one.trust) for one in negatives(project)] == [(mined, "repo")]
    assert [one.id for one in project.call("negative_show", name=mined).came_of] == [name[:12]]


def _mined(project: Project) -> str:
    """A memory of a revert, as reading the history makes it."""
    key = f"history/revert/{COMMIT[:12]}"
    with project.memory.writing() as transaction:
        said_ = statement(
            project.root, "negative", {"text": f'TRIED "{CACHE}" was reverted after 6 days', "hypothesis": CACHE},
            screening=project.memory.screening(), domain="history", key=key,
        )  # fmt: skip
        return assert_(transaction, said_, Voice("history", "commit:c0ffee1", "repo")).memory


def test_what_an_older_version_mined_as_a_gotcha_is_known_too(project: Project) -> None:
    text = 'TRIED "Retry charges with backoff" was reverted after 6 days (c0ffee1): it charged twice.'
    project.by_person(
        "remember", text=text, kind="gotcha", domain="history", key="history/revert/c0ffee1", tags=["history"],
        anchors=["src/pay.py"],
    )  # fmt: skip
    with project.memory.reading() as reader:
        (one,) = about(reader, "let us retry charges with a backoff")
        assert one.hypothesis == "Retry charges with backoff"
        assert [held.label for held in concerning(reader, Action("edit", "src/pay.py"), AT)] == ["TRIED"]
    assert len(negatives(project)) == 1


@pytest.mark.parametrize("ended", [False, True])
def test_the_next_reading_makes_an_older_gotcha_negative_and_keeps_what_was_said_of_it(
    project: Project, ended: bool
) -> None:  # fmt: skip
    """`ended`: a person had said when it ends."""
    text = 'TRIED "Retry charges with backoff" was reverted after 6 days (c0ffee1)'
    older = Finding(
        "revert", "gotcha", "history", "history/revert/c0ffee1", "Retry charges", text, "", (), COMMIT, AT, 4.0, True
    )
    _learned(project, older)
    (before,) = negatives(project)
    project.by_person("revise", name=before.id, priority=50)
    if ended:
        project.by_person("negative_expire", name=before.id, until="2027-01-01")
    fields = {"hypothesis": "Retry charges with backoff", "severity": "info"}
    _learned(project, older._replace(kind="negative", fields=fields, lasts_ms=YEAR_MS))
    (now,) = negatives(project)
    kept = project.call("show", name=now.id).memory
    assert (now.id, kept.kind, kept.priority, now.severity) == (before.id, "negative", 50, "info")
    assert (now.until[:10] == "2027-01-01") is ended
    root = project.call("status").root
    _learned(project, older._replace(kind="negative", fields=fields, lasts_ms=YEAR_MS))
    assert project.call("status").root == root


def _learned(project: Project, finding: Finding) -> None:
    """Have the history say one thing."""
    with project.memory.writing() as transaction:
        mined = Mined([finding], {}, {finding.key})
        learn_history(transaction, project.root, mined, project.memory.screening())


@pytest.mark.parametrize(
    ("lasted", "subject", "reason", "failed"),
    [
        (26 * DAY_MS, "Drop zstandard", "", True),
        (8 * YEAR_MS, "Drop HTTP/1.0 code", "", False),
        (8 * YEAR_MS, "Drop libgit2", "It leaked memory and was too slow.", True),
        (5 * YEAR_MS, "Убрать encoding", "Библиотека заброшена и падает.", True),
        (26 * DAY_MS, "Dependency cleanup", "", False),
        (26 * DAY_MS, "Remove what is unused", "", False),
        (3 * YEAR_MS, "Remove pytest-profiling", "Nobody needs it.", False),
    ],
)
def test_what_served_for_years_or_was_merely_not_needed_did_not_fail(
    lasted: int, subject: str, reason: str, failed: bool
) -> None:  # fmt: skip
    assert did_not_work(lasted, subject, reason) is failed


# -- what sessions ruled out -----------------------------------------------------------------------------


def ruled_out(project: Project, *eliminated: str) -> None:
    """An engram of a session that gave options up."""
    fields = {
        "text": "Mails.", "title": "Mails", "name": "e4e4e4e4e4e4", "session": "5f1c0001-2b7e", "tied": "shell",
        "commit": COMMIT, "before": [], "also": [], "at": str(AT), "host": "claude", "files": ["M +2 -0 src/mail.py"],
        "eliminated": list(eliminated),
    }  # fmt: skip
    put(project.memory, fields, ["src/mail.py"])


def test_what_a_session_ruled_out_is_kept_weakly_and_never_told_unasked(project: Project) -> None:
    ruled_out(project, "12s Run the mails through celery || the broker lost jobs on restart", "14s Threads || slow")
    reply = project.call("negative_update")
    assert (reply.ruled_out, reply.added) == (1, 1), "one word of an option tells nothing to who was not there"
    (one,) = negatives(project)
    assert (one.trust, one.severity, one.conclusion) == ("tool", "info", "the broker lost jobs on restart")
    with project.memory.reading() as reader:
        assert [known.id for known in about(reader, "run mails through celery?")] == [one.id]
        assert concerning(reader, Action("edit", "src/mail.py"), project.memory.now()) == []
    root = project.call("status").root
    assert project.call("negative_update").root == root


def test_without_a_reason_nothing_is_learned_and_what_is_recorded_counts_more(project: Project) -> None:
    text = "Run the mails through celery"
    project.by_person("negative_record", text=text, conclusion="it lost jobs")
    ruled_out(project, f"12s {text} || the broker was slow", "14s Poll the mailbox every second ||  ")
    assert project.call("negative_update").ruled_out == 0 and len(negatives(project)) == 1


def test_what_was_reverted_is_told_at_the_files_that_its_commit_changed(project: Project) -> None:
    git = History(project.root)
    git.commit("One", {".gitignore": ".oldhand\n", "a.py": "a\n", "b.py": "b\n"})
    project.memory.close()
    project.memory = Memory(project.root, project.home)
    name = project.by_person("decision_record", text="Compute prices in the b module", made="2024-12-30").decision.id
    made = git.commit(f"Compute prices\n\nOldhand-Decision: {name[:12]}", {"b.py": "p\n" * 30})
    git.revert(made)
    project.call("outcomes_update")
    project.call("negative_update")
    assert [one.anchors for one in negatives(project)] == [["b.py"]]
    assert [one.kind for one in project.call("look", place="b.py").items] == ["negative"]
    assert not project.call("look", place="a.py").items
