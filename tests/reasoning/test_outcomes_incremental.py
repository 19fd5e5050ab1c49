"""What is new is read from where it begins, with the result of reading everything; branches do not take turns."""

from pathlib import Path

import pytest

from oldhand.memory import Memory
from oldhand.reasoning.outcome_state import STATE_FILE, first_line
from oldhand.reasoning.updating_outcomes import update
from oldhand.reasoning.where_to_begin import before
from tests.conftest import Project
from tests.reasoning.histories import CHARGE, ENVIRONMENT, History
from tests.reasoning.test_outcomes import decide, events, git, state_of

__all__ = ["git"]
RECORD = "docs/adr/0012-retry-charges.md"


def busy(history: History, times: int, begin: int = 0) -> None:
    """Commits about other things."""
    for number in range(begin, begin + times):
        history.commit(
            f"Work number {number}", {f"src/other_{number}.py": f"TOTAL_OF_{number} = count_items({number})\n"}
        )


def anew(project: Project) -> None:
    """Read everything once more: it must change nothing."""
    (project.folder / STATE_FILE).unlink()
    before_it = events(project)
    done = project.call("outcomes_update")
    assert done.commits > 10 and (done.changed, events(project)) == (0, before_it)


def tied(project: Project, history: History) -> str:
    sha = history.commit("Retry", {"src/pay.py": CHARGE})
    return str(decide(project, tags=[f"commit:{sha}"]))


def trailed(project: Project, history: History) -> str:
    name = decide(project)
    history.commit(f"Retry\n\nOldhand-Decision: {name[:12]}", {"src/pay.py": CHARGE})
    return name


def numbered(project: Project, history: History) -> str:
    history.commit("Decide", {RECORD: "# Retry charges\n\nWe retry three times.\n"})
    history.commit("Implement ADR-12", {"src/pay.py": CHARGE})
    return str(decide(project, anchors=[RECORD]))


def squashed(project: Project, history: History) -> str:
    history.commit("Retry charges (#7)", {"src/pay.py": CHARGE})
    name = decide(project)
    project.by_person("decision_link", name=name, prs=["7"])
    return name


def merged(project: Project, history: History) -> str:
    history.git("checkout", "-q", "-b", "side")
    sha = history.commit("Retry", {"src/pay.py": CHARGE})
    history.git("checkout", "-q", "main")
    busy(history, 2, 50)
    history.git("merge", "-q", "--no-ff", "-m", "Merge branch 'side'", "side")
    return str(decide(project, tags=[f"commit:{sha}"]))


def rebased(project: Project, history: History) -> str:
    history.git("checkout", "-q", "-b", "side")
    sha = history.commit("Retry", {"src/pay.py": CHARGE})
    history.git("checkout", "-q", "main")
    busy(history, 2, 50)
    history.git("cherry-pick", sha)
    return str(decide(project, tags=[f"commit:{sha}"]))


WAYS = {
    "tied": (tied, 2), "trailed": (trailed, 2), "numbered": (numbered, 3), "squashed": (squashed, 2),
    "merged": (merged, 5), "rebased": (rebased, 14),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_new_decision_is_read_from_its_first_commit_on(project: Project, git: History, way: str) -> None:
    make, most = WAYS[way]
    other = decide(project, "Keep carts in Redis.")
    git.commit(f"Carts\n\nOldhand-Decision: {other}", {"src/cart.py": CHARGE})
    busy(git, 9)
    project.call("outcomes_update")
    name = make(project, git)
    carrier = git.git("log", "-1", "--format=%H", "--", "src/pay.py")
    git.revert(carrier)
    project.by_person("decision_record", text="Queue mails.")  # what else is new takes nothing away
    # Up to here it is read for the decision that was there before; what is new begins at its first commit.
    reply = project.call("outcomes_update")
    assert state_of(project, name) == "reverted" and reply.commits <= most
    anew(project)
    assert state_of(project, name) == "reverted"


@pytest.mark.parametrize("way", ["tied", "numbered", "squashed", "merged"])
def test_one_that_is_made_when_all_is_read_begins_there_too(project: Project, git: History, way: str) -> None:
    """What carries it was read before it was known."""
    decide(project, "Keep carts in Redis.")
    busy(git, 9)
    make, _ = WAYS[way]
    name = make(project, git)
    sha = git.git("log", "-1", "--format=%H", "--", "src/pay.py")
    git.revert(sha)
    project.by_person("reject", name=name)  # it is unknown while everything is read
    project.call("outcomes_update")
    assert state_of(project, name) == "open"
    project.by_person("restore", name=name)
    reply = project.call("outcomes_update")
    assert (state_of(project, name), reply.commits < 8) == ("reverted", True)
    anew(project)


def test_a_decision_of_today_without_commits_reads_nothing_that_was_read(project: Project, git: History) -> None:
    decide(project, "Keep carts in Redis.")
    busy(git, 12)
    project.call("outcomes_update")
    project.by_person("decision_record", text="Queue mails.", anchors=["src/pay.py"])
    assert project.call("outcomes_update").commits == 0
    project.by_person("decision_record", text="Retry mails.", made="2025-01-01", anchors=["src/pay.py"])
    assert project.call("outcomes_update").commits == 13  # the control: one of then, at a place that commits touched
    anew(project)


def test_at_an_anchored_place_the_first_three_count_however_often_it_is_read(project: Project, git: History) -> None:
    name = decide(project, anchors=["src/pay.py"])
    for number in range(5):
        git.commit(f"Change payments {number}", {"src/pay.py": CHARGE + f"\nSTEP_NUMBER = {number}\n"})
        project.call("outcomes_update")
    assert len(project.call("outcomes_show", name=name).carriers) == 3


def test_a_commit_that_comes_with_a_later_fetch_is_found(project: Project, git: History, tmp_path: Path) -> None:
    source = History(tmp_path / "source")
    source.git("fetch", "-q", str(git.root), "main")
    source.git("checkout", "-q", "-B", "main", "FETCH_HEAD")
    source.day = git.day
    sha = source.commit("Retry", {"src/pay.py": CHARGE})
    source.revert(sha)
    name = decide(project, tags=[f"commit:{sha}"])
    assert project.call("outcomes_update").missing[0].commits == [sha]
    git.git("pull", "-q", str(source.root), "main")
    project.call("outcomes_update")
    assert state_of(project, name) == "reverted"


def test_where_to_begin_is_before_every_commit_of_a_tangled_history(tmp_path: Path) -> None:
    history = History(tmp_path / "tangled")
    for number in range(3):
        history.commit(f"Main {number}", {f"m{number}": "x\n"})
    for number in range(4):
        history.git("checkout", "-q", "-b", f"side{number}", f"HEAD~{number % 2}")
        history.commit(f"Side {number}", {f"s{number}": "x\n"})
        history.git("checkout", "-q", "main")
        history.commit(f"Main beside {number}", {f"b{number}": "x\n"})
        history.git("merge", "-q", "--no-ff", "-m", f"Merge side {number}", f"side{number}")
    whole = history.git("rev-list", "HEAD").split()
    main = history.git("rev-list", "--first-parent", "HEAD").split()
    for one in whole:
        since = before(history.root, ENVIRONMENT, [one, whole[0]], whole[0])
        knows = {sha: history.git("rev-list", sha).split() for sha in main}
        assert since == next((sha for sha in main if one not in knows[sha] and whole[0] not in knows[sha]), "")


# -- branches -----------------------------------------------------------------------------------------


def branches(project: Project, git: History) -> tuple[str, str, str]:
    """A decision that stands on main and was taken back on a branch, and two that only one of them carries."""
    both, here, there = decide(project), decide(project, "Keep carts in Redis."), decide(project, "Queue mails.")
    sha = git.commit(f"Retry\n\nOldhand-Decision: {both}", {"src/pay.py": CHARGE})
    git.git("checkout", "-q", "-b", "other")
    git.revert(sha)
    git.revert(git.commit(f"Queue\n\nOldhand-Decision: {there}", {"src/mail.py": CHARGE}))
    git.git("checkout", "-q", "main")
    git.revert(git.commit(f"Carts\n\nOldhand-Decision: {here}", {"src/cart.py": CHARGE}))
    git.goes_on(14)
    return both, here, there


def test_two_branches_in_turn_keep_the_evidence_of_both(project: Project, git: History) -> None:
    both, here, there = branches(project, git)
    first = project.call("outcomes_update")
    assert [state_of(project, one) for one in (both, here, there)] == ["survived", "reverted", "open"]
    git.git("checkout", "-q", "other")
    second = project.call("outcomes_update")
    assert (first.rewritten, second.rewritten) == ("", "") and second.commits < first.commits
    assert [state_of(project, one) for one in (both, here, there)] == ["survived", "reverted", "reverted"]
    written = events(project)
    for branch in ("main", "other", "main"):
        git.git("checkout", "-q", branch)
        assert (project.call("outcomes_update").changed, events(project)) == (0, written)
    git.git("merge", "-q", "--no-ff", "-m", "Merge other", "other")  # the head that has both decides
    project.call("outcomes_update")
    assert [state_of(project, one) for one in (both, here, there)] == ["reverted"] * 3
    anew(project)


def test_an_older_checkout_takes_nothing_back(project: Project, git: History) -> None:
    name = decide(project)
    sha = git.commit(f"Retry\n\nOldhand-Decision: {name}", {"src/pay.py": CHARGE})
    git.revert(sha)
    project.call("outcomes_update")
    written = events(project)
    git.git("checkout", "-q", "--detach", sha)
    reply = project.call("outcomes_update")
    assert (reply.rewritten, reply.changed, events(project)) == ("", 0, written)
    assert state_of(project, name) == "reverted"


def test_a_branch_that_is_gone_leaves_marked_evidence(project: Project, git: History) -> None:
    """The control: what no branch has any more is no history of anybody's."""
    _, _, there = branches(project, git)
    git.git("checkout", "-q", "other")
    project.call("outcomes_update")
    gone = git.head()
    git.git("checkout", "-q", "main")
    git.git("branch", "-q", "-D", "other")
    reply = project.call("outcomes_update")
    assert reply.rewritten == gone and [one.id for one in reply.changes if one.gone] == [there]


def test_two_working_trees_of_one_memory_agree(project: Project, git: History, tmp_path: Path) -> None:
    both, here, there = branches(project, git)
    git.git("worktree", "add", "-q", str(tmp_path / "tree"), "other")
    project.call("outcomes_update")
    with Memory(tmp_path / "tree", project.home, store=project.folder, actor="user", trust="user") as memory:
        update(memory)
        written = events(project)
        for _ in range(2):
            assert project.call("outcomes_update").changed == 0 and not update(memory).changes
    assert events(project) == written
    assert [state_of(project, one) for one in (both, here, there)] == ["survived", "reverted", "reverted"]


# -- in parts -----------------------------------------------------------------------------------------


def test_one_that_is_asked_to_stop_goes_on_where_it_was(
    project: Project, git: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oldhand.reasoning.reading_what_is_new.STEP", 3)
    name = decide(project)
    git.revert(git.commit(f"Retry\n\nOldhand-Decision: {name}", {"src/pay.py": CHARGE}))
    busy(git, 9)
    rounds, asked = 0, 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked % 2 == 1

    with Memory(project.root, project.home, actor="user", trust="user", origin="cli") as memory:
        while update(memory, stop=stop).unfinished:
            rounds += 1
            assert first_line(project.folder).head == "" and rounds < 20
    assert rounds > 1 and state_of(project, name) == "reverted"
    assert first_line(project.folder).head == git.head()
    anew(project)
