"""Bringing outcomes up to date: what ties decisions to commits, what is read once, what of a changed history."""

import json
from pathlib import Path

import pytest

from oldhand.errors import BadArgument, UnknownCommit
from oldhand.model.session import CALL, COMMAND, RESULT, Event, Session
from oldhand.reasoning.outcome_state import STATE_FILE
from tests.conftest import Project
from tests.reasoning.histories import CHARGE, PLAIN, START, History

DAY_MS = 86_400_000
EMPTY_JUNIT = '<testsuite name="all" tests="0"></testsuite>'


@pytest.fixture
def git(project: Project) -> History:
    """The project's own repository."""
    history = History(project.root)
    history.commit("Start", {"src/pay.py": PLAIN, ".gitignore": ".oldhand\n"})
    return history


def decide(project: Project, text: str = "Retry charges with backoff.", **more: object) -> str:
    """The id of a decision that a person records."""
    return str(project.by_person("decision_record", text=text, made="2025-01-01T00:00:01", **more).decision.id)


def events(project: Project) -> int:
    """How many events the journal has."""
    return len(project.call("log", limit=10_000).events)


def state_of(project: Project, decision: str) -> str:
    """How a decision ended, as it is told."""
    return str(project.call("outcomes_show", name=decision).ended.state)


def test_the_loop_from_a_decision_to_a_revert_is_closed(project: Project, git: History) -> None:
    decision = decide(project, confidence="90%")
    sha = git.commit(f"Retry charges\n\nOldhand-Decision: {decision[:12]}", {"src/pay.py": CHARGE})
    assert project.call("outcomes_update").carried == 1
    assert state_of(project, decision) == "open"  # it was made just now: nothing came of it yet
    back = git.revert(sha)
    reply = project.call("outcomes_update")
    assert [(one.id, one.was, one.now, one.ref) for one in reply.changes] == [(decision, "open", "reverted", back)]
    shown = project.call("outcomes_show", name=decision)
    assert [one.commit for one in shown.carriers] == [sha]
    assert (shown.ended.value, shown.ended.weight, shown.ended.evidence[0].ref) == (0, 10_000, back)
    edges = project.call("show", name=decision).links
    assert [one.rel for one in edges] == ["outcome_of"]


def test_the_second_time_nothing_is_written(project: Project, git: History) -> None:
    decision = decide(project)
    sha = git.commit("Retry", {"src/pay.py": CHARGE})
    project.by_person("decision_link", name=decision, commits=[sha])
    git.revert(sha)
    assert project.call("outcomes_update").changed == 1
    before = events(project)
    again = project.call("outcomes_update")
    assert (again.changed, again.commits, again.carried, events(project)) == (0, 0, 1, before)
    (project.folder / STATE_FILE).write_text("nonsense")  # it may be damaged or gone: all is read anew, and the same
    anew = project.call("outcomes_update")
    assert (anew.changed, anew.commits, events(project)) == (0, 3, before)


def test_only_what_is_new_is_read(project: Project, git: History) -> None:
    decision = decide(project)
    sha = git.commit("Retry", {"src/pay.py": CHARGE})
    project.by_person("decision_link", name=decision, commits=[sha])
    git.goes_on(4)
    assert project.call("outcomes_update").commits == 6
    back = git.revert(sha)
    reply = project.call("outcomes_update")
    assert (reply.commits, reply.changes[0].now, reply.changes[0].ref) == (1, "reverted", back)


def test_a_dry_run_tells_and_writes_nothing(project: Project, git: History) -> None:
    decision = decide(project)
    git.revert(git.commit(f"Retry ({decision[:12]})", {"src/pay.py": CHARGE}))
    before = events(project)
    assert project.call("outcomes_update", dry_run=True).changes[0].now == "reverted"
    assert events(project) == before and not (project.folder / STATE_FILE).exists()


def test_a_persons_word_stays_before_evidence_and_both_are_shown(project: Project, git: History) -> None:
    decision = decide(project)
    sha = git.commit(f"Retry\n\nOldhand-Decision: {decision}", {"src/pay.py": CHARGE})
    project.by_person("decision_resolve", name=decision, outcome="confirmed", reason="it was taken back by mistake")
    git.revert(sha)
    project.call("outcomes_update")
    shown = project.call("outcomes_show", name=decision).ended
    assert (shown.state, shown.derived, shown.word.state, len(shown.evidence)) == (
        "confirmed",
        "reverted",
        "confirmed",
        1,
    )


def test_the_id_of_another_decision_in_a_message_carries_that_one(project: Project, git: History) -> None:
    one, other = decide(project), decide(project, "Keep carts in Redis.")
    git.revert(git.commit(f"Retry\n\nOldhand-Decision: {one[:12]}", {"src/pay.py": CHARGE}))
    project.call("outcomes_update")
    assert (state_of(project, one), state_of(project, other)) == ("reverted", "open")
    listed = project.call("outcomes_list")
    assert ([item.id for item in listed.items], listed.states, listed.without) == ([one], {"open": 1, "reverted": 1}, 1)
    assert [item.id for item in project.call("outcomes_list", state="open").items] == [other]


def test_a_record_in_the_repository_is_carried_by_the_commit_that_names_it(project: Project, git: History) -> None:
    git.commit("Decide", {"docs/adr/0012-retry-charges.md": "# Retry charges\n\nWe retry three times.\n"})
    decision = decide(project, anchors=["docs/adr/0012-retry-charges.md"])
    weak = git.commit("Implement ADR-12", {"src/pay.py": CHARGE})
    project.call("outcomes_update")
    shown = project.call("outcomes_show", name=decision)
    assert (weak, 8_000) in [(one.commit, one.sure) for one in shown.carriers]
    back = git.revert(weak)
    project.call("outcomes_update")
    found = project.call("outcomes_show", name=decision).ended
    assert (found.state, found.weight) == ("reverted", 8_000)  # it is not quite sure that this commit carried it
    assert [(one.source, one.ref) for one in found.evidence if one.weight] == [("revert", back)]


@pytest.mark.parametrize("said", ["7", "#7", "https://forge.example/shop/pay/pull/7"])
def test_a_pull_request_is_carried_by_what_it_was_squashed_into(project: Project, git: History, said: str) -> None:
    decision, other = decide(project), decide(project, "Keep carts in Redis.")
    project.by_person("decision_link", name=decision, prs=[said])
    project.by_person("decision_link", name=other, prs=["70"])
    sha = git.commit("Retry charges (#7)", {"src/pay.py": CHARGE})
    git.commit("See also #7 (#8)", {"README.md": "Payments are retried now, see the notes.\n"})
    back = git.commit('Revert "Retry charges (#7)" (#9)', {"src/pay.py": PLAIN})
    project.call("outcomes_update")
    shown = project.call("outcomes_show", name=decision)
    assert [(one.commit, one.sure) for one in shown.carriers] == [(sha, 9_000)]
    assert (shown.ended.state, [one.ref for one in shown.ended.evidence if one.weight]) == ("reverted", [back])
    assert project.call("outcomes_show", name=other).carriers == []


def test_an_anchored_place_alone_ties_only_weakly(project: Project, git: History) -> None:
    decision = decide(project, anchors=["src/pay.py"])
    git.revert(git.commit("Change payments", {"src/pay.py": CHARGE}))
    project.call("outcomes_update")
    shown = project.call("outcomes_show", name=decision)
    assert shown.carriers and all(one.sure == 3_000 for one in shown.carriers)
    assert shown.ended.state == "open" and 0 < shown.ended.weight <= 3_000


def test_a_history_that_was_rewritten_is_told_and_what_it_showed_is_marked(project: Project, git: History) -> None:
    decision = decide(project)
    start = git.head()
    sha = git.commit("Retry", {"src/pay.py": CHARGE})
    project.by_person("decision_link", name=decision, commits=[sha])
    git.revert(sha)
    project.call("outcomes_update")
    old = git.head()
    git.git("reset", "-q", "--hard", start)
    git.commit("Another way", {"src/pay.py": PLAIN.replace("send", "send_once")})
    reply = project.call("outcomes_update")
    assert (reply.rewritten, reply.missing[0].commits, reply.changes[0].gone) == (old, [sha], True)
    shown = project.call("outcomes_show", name=decision).ended
    assert shown.state == "reverted" and "not any more" in shown.evidence[0].said
    before = events(project)
    assert project.call("outcomes_update").changed == 0 and events(project) == before
    git.git("reset", "-q", "--hard", old)  # and back again
    project.call("outcomes_update")
    assert "not any more" not in project.call("outcomes_show", name=decision).ended.evidence[0].said


def test_an_unknown_commit_is_named(project: Project, git: History) -> None:
    decision = decide(project)
    nobody = "0123456789" * 4
    project.by_person("decision_link", name=decision, commits=[nobody])
    reply = project.call("outcomes_update")
    assert (reply.changed, reply.missing[0].commits) == (0, [nobody])


def test_in_a_shallow_clone_the_first_commit_brings_nothing(project: Project, git: History, tmp_path: Path) -> None:
    source = History(tmp_path / "source")
    source.commit("Start", {"src/pay.py": PLAIN})
    sha = source.commit("Retry", {"src/pay.py": CHARGE})
    source.goes_on(3)
    for depth, shallow in (("4", True), ("100", False)):
        git.git("fetch", "-q", "--depth", depth, f"file://{source.root}", "main")
        git.git("checkout", "-q", "-f", "--detach", "FETCH_HEAD")
        decision = decide(project, f"Retry charges, as of a clone of depth {depth}.")
        project.by_person("decision_link", name=decision, commits=[sha])
        reply = project.call("outcomes_update")
        missing = [one.commits for one in reply.missing if one.id == decision]
        assert (reply.cut_off, missing) == (shallow, [[sha]] if shallow else [])


def test_a_shallow_clone_that_becomes_whole_is_read_anew(project: Project, git: History, tmp_path: Path) -> None:
    source = History(tmp_path / "source")
    source.commit("Start", {"src/pay.py": PLAIN})
    decision = decide(project)
    source.revert(source.commit(f"Retry\n\nOldhand-Decision: {decision}", {"src/pay.py": CHARGE}))
    source.goes_on(4)
    git.git("fetch", "-q", "--depth", "2", f"file://{source.root}", "main")
    git.git("checkout", "-q", "-f", "--detach", "FETCH_HEAD")
    assert (project.call("outcomes_update").cut_off, state_of(project, decision)) == (True, "open")
    git.git("fetch", "-q", "--unshallow", f"file://{source.root}", "main")
    reply = project.call("outcomes_update")
    assert (reply.cut_off, reply.changed, state_of(project, decision)) == (False, 1, "reverted")


@pytest.mark.parametrize("first", ["[" * 100_000, '{"format":1}', None, "{}"])
def test_a_damaged_first_line_of_what_is_kept_is_read_past(project: Project, git: History, first: str | None) -> None:
    decision = decide(project)
    git.revert(git.commit(f"Retry\n\nOldhand-Decision: {decision}", {"src/pay.py": CHARGE}))
    project.call("outcomes_update")
    path = project.folder / STATE_FILE
    head, _, rest = path.read_text("ascii").partition("\n")
    told = json.dumps({**json.loads(head), "told": {"carried": "x", "missing": [1]}}) if first is None else first
    path.write_text(f"{told}\n{rest}", "ascii")
    assert (project.call("outcomes_update").changed, state_of(project, decision)) == (0, "reverted")


def test_an_outcome_that_somebody_put_away_stays_away(project: Project, git: History) -> None:
    decision = decide(project)
    sha = git.commit(f"Retry\n\nOldhand-Decision: {decision}", {"src/pay.py": CHARGE})
    git.revert(sha)
    project.call("outcomes_update")
    outcome = project.call("show", name=decision).links[0].source
    project.by_person("retire", name=outcome, reason="not ours")
    git.goes_on(2)
    reply = project.call("outcomes_update")
    assert (reply.put_away, state_of(project, decision)) == (1, "open")


def test_tests_that_a_session_ran_after_the_commit_are_evidence(project: Project, git: History) -> None:
    decision = decide(project)
    git.commit(f"Retry\n\nOldhand-Decision: {decision}", {"src/pay.py": CHARGE})
    at = START * 1000 + round(git.day * DAY_MS) + 3_600_000
    runs = ((at, "pytest -q tests/test_pay.py", 1), (at + 60_000, "git status", 0), (at + 120_000, "pytest -q", 0))
    log = project.memory.session_log()
    log.begin(Session("claude", "s-1", str(project.root), at))
    said = []
    for number, (moment, command, code) in enumerate(runs):
        said.append(Event(CALL, moment, f"c{number}", command, tool=COMMAND, call=f"c{number}"))
        said.append(Event(RESULT, moment + 1, f"r{number}", "", call=f"c{number}", ok=code == 0, detail={"exit": code}))
    log.add("s-1", said)
    project.call("outcomes_update")
    shown = project.call("outcomes_show", name=decision).ended
    (tests,) = [one for one in shown.evidence if one.source == "tests"]
    assert (tests.value, tests.ref) == (8_000, "session:s-1") and "1 of 2 runs had failed before" in tests.said
    with project.memory.reading() as reader:
        assert reader.get(project.call("show", name=decision).links[0].source).trust == "tool"
    log.remove_session("s-1")  # what was kept of it stays, as on another machine, which has no such log
    git.goes_on(2)
    project.call("outcomes_update")
    assert [one for one in project.call("outcomes_show", name=decision).ended.evidence if one.source == "tests"] == [
        tests
    ]


def test_a_junit_file_of_the_commit_confirms_or_counts_against(project: Project, git: History) -> None:
    decision = decide(project)
    sha = git.commit(f"Retry\n\nOldhand-Decision: {decision}", {"src/pay.py": CHARGE})
    good = '<testcase classname="tests.test_pay" name="test_a_retry"/>'
    bad = '<testcase classname="tests.test_pay" name="test_twice"><failure message="charged twice"/></testcase>'
    other = '<testcase classname="tests.test_cart" name="test_empty"><error/></testcase>'
    for cases, value in ((good + other, 10_000), (good + bad, 0)):
        (project.root / "junit.xml").write_text(
            f'<?xml version="1.0"?><testsuites><testsuite>{cases}</testsuite></testsuites>'
        )
        project.call("outcomes_update", junit=["junit.xml"])
        shown = project.call("outcomes_show", name=decision).ended
        (found,) = [one for one in shown.evidence if one.source == "junit"]
        assert (found.value, found.weight, found.ref) == (value, 6_000, sha)
        assert shown.state == ("confirmed" if value else "open")
        project.call("outcomes_update")
        assert project.call("outcomes_show", name=decision).ended == shown  # without the file it is kept


@pytest.mark.parametrize(
    "text",
    [
        "", "not xml", "<testsuite>", "<html></html>", "\0",
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><testsuite name="&x;"/>',
        '<!DOCTYPE a [<!ENTITY x "aaaa"><!ENTITY y "&x;&x;">]><testsuite name="&y;"/>',
        "<testsuite>" + "<a>" * 200 + "</a>" * 200 + "</testsuite>",
    ],
)  # fmt: skip
def test_what_is_no_junit_file_is_refused_and_nothing_written(project: Project, git: History, text: str) -> None:
    decide(project)
    (project.root / "junit.xml").write_text(text)
    before = events(project)
    with pytest.raises(BadArgument):
        project.call("outcomes_update", junit=["junit.xml"])
    assert events(project) == before


def test_a_junit_file_of_an_unknown_commit_is_refused(project: Project, git: History) -> None:
    (project.root / "junit.xml").write_text(EMPTY_JUNIT)
    with pytest.raises(UnknownCommit):
        project.call("outcomes_update", junit=["junit.xml"], commit="no-such-branch")
    with pytest.raises(BadArgument):
        project.call("outcomes_update", junit=["missing.xml"])


def test_an_incident_counts_against_it_and_a_gotcha_that_it_caused_does(project: Project, git: History) -> None:
    one, other = decide(project), decide(project, "Keep carts in Redis.")
    project.by_person("decision_link", name=one, incidents=["INC-7"])
    gotcha = project.by_person("gotcha", text="Carts vanish at midnight.").memories[0].id
    project.by_person("link", source=gotcha, relation="caused_by", target=other)
    project.call("outcomes_update")
    assert (state_of(project, one), state_of(project, other)) == ("failed", "failed")
    assert project.call("outcomes_show", name=other).ended.evidence[0].ref == f"memory:{gotcha[:12]}"


def test_what_is_kept_of_the_reading_has_no_words_of_memories(project: Project, git: History) -> None:
    decision = decide(project, "Удержать wombat carts.", reason="zebra")
    git.commit(f"Retry\n\nOldhand-Decision: {decision}", {"src/pay.py": CHARGE})
    project.call("outcomes_update")
    kept = (project.folder / STATE_FILE).read_text()
    assert decision in kept and "wombat" not in kept and "zebra" not in kept and "backoff" not in json.dumps(kept)
    assert (project.folder / STATE_FILE).stat().st_mode & 0o077 == 0


def test_without_git_only_what_was_tied_by_hand_is_evidence(project: Project) -> None:
    one, other = decide(project), decide(project, "Keep carts in Redis.")
    project.by_person("decision_link", name=one, incidents=["INC-7"])
    reply = project.call("outcomes_update")
    assert (reply.head, reply.decisions, reply.carried, reply.commits) == ("", 2, 0, 0)
    assert (state_of(project, one), state_of(project, other)) == ("failed", "open")
