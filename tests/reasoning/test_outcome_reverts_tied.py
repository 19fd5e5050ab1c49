"""A commit that takes a decision back carries nothing of it, whoever ties it to the decision and by what."""

import pytest

from oldhand.errors import BadArgument
from oldhand.surfaces.agent_text import rendered
from tests.conftest import Project
from tests.reasoning.histories import CHARGE, PLAIN, History
from tests.reasoning.test_outcome_ties import trust
from tests.reasoning.test_outcomes import decide, git, state_of

__all__ = ["git"]


def trailed(history: History, decision: str) -> str:
    """A commit that says that it carries a decision out."""
    return history.commit(f"Retry charges with backoff\n\nOldhand-Decision: {decision}", {"src/pay.py": CHARGE})


def carriers(project: Project, decision: str) -> list[str]:
    return [one.commit for one in project.call("outcomes_show", name=decision).carriers]


@pytest.mark.parametrize("read_before", [True, False])
@pytest.mark.parametrize("who", ["an agent", "a person"])
def test_tying_the_revert_of_a_decision_takes_no_outcome_away(
    project: Project, git: History, who: str, read_before: bool
) -> None:
    decision = decide(project)
    sha = trailed(git, decision)
    back = git.revert(sha)
    if read_before:
        project.call("outcomes_update")
        project.call("negative_update")
    call = project.call if who == "an agent" else project.by_person
    assert call("decision_link", name=decision, commits=[back]).reverts == [back]
    reply = project.call("outcomes_update")
    assert (reply.changed, reply.missing) == (0 if read_before else 1, [])
    assert (state_of(project, decision), trust(project, decision)) == ("reverted", "repo")
    assert carriers(project, decision) == [sha]
    project.call("negative_update")
    assert len(project.call("negative_list").items) == 1


def test_both_tied_by_hand_say_the_same(project: Project, git: History) -> None:
    decision = decide(project)
    sha = git.commit("Retry", {"src/pay.py": CHARGE})
    back = git.revert(sha)
    assert project.by_person("decision_link", name=decision, commits=[sha, back]).reverts == [back]
    project.call("outcomes_update")
    assert (state_of(project, decision), carriers(project, decision)) == ("reverted", [sha])


@pytest.mark.parametrize("message", [
    'Revert "Retry charges with backoff"\n\nThis reverts commit {sha}.\n\nOldhand-Decision: {decision}',
    "Drop retries\n\nThis reverts commit {sha}.\n\nOldhand-Decision: {decision}",
    'Revert "Retry charges with backoff"\n\nOldhand-Decision: {decision}',
])  # fmt: skip
def test_a_revert_that_ends_in_the_trailer_is_a_revert(project: Project, git: History, message: str) -> None:
    decision = decide(project)
    sha = trailed(git, decision)
    git.commit(message.format(sha=sha, decision=decision), {"src/pay.py": PLAIN})
    project.call("outcomes_update")
    assert (state_of(project, decision), carriers(project, decision)) == ("reverted", [sha])


def test_a_merge_of_the_branch_that_takes_it_back_ties_nothing_either(project: Project, git: History) -> None:
    decision = decide(project)
    sha = trailed(git, decision)
    git.git("checkout", "-q", "-b", "drop")
    back = git.revert(sha)
    git.git("checkout", "-q", "main")
    git.commit("Carts", {"src/cart.py": PLAIN})
    git.git("merge", "-q", "--no-ff", "-m", "Merge branch 'drop'", "drop")
    project.by_person("decision_link", name=decision, commits=[git.head()])
    project.call("outcomes_update")
    assert state_of(project, decision) == "reverted" and back not in carriers(project, decision)


def test_a_revert_that_carries_another_decision_stays_its_commit(project: Project, git: History) -> None:
    first, second = decide(project), decide(project, "Let the queue retry.")
    sha = trailed(git, first)
    back = git.commit(
        f'Revert "Retry charges with backoff"\n\nThis reverts commit {sha}.\n\nOldhand-Decision: {second}',
        {"src/pay.py": PLAIN},
    )
    git.goes_on(14)
    assert project.by_person("decision_link", name=second, commits=[back]).reverts == []
    project.call("outcomes_update")
    assert (state_of(project, first), carriers(project, first)) == ("reverted", [sha])
    assert (state_of(project, second), carriers(project, second)) == ("survived", [back])


@pytest.mark.parametrize("message", [
    'Revert "Revert "Retry charges with backoff""\n\nThis reverts commit {back}.\n\nOldhand-Decision: {decision}',
    "Retry charges, second try\n\nThe first one, {sha}, was reverted as {back}.\n\nOldhand-Decision: {decision}",
    "Retry charges, second try\n\nAfter we reverted {sha} it was asked for.\n\nOldhand-Decision: {decision}",
])  # fmt: skip
def test_what_does_it_again_carries_it(project: Project, git: History, message: str) -> None:
    decision = decide(project)
    sha = trailed(git, decision)
    back = git.revert(sha)
    again = git.commit(message.format(sha=sha, back=back, decision=decision), {"src/pay.py": CHARGE})
    assert project.by_person("decision_link", name=decision, commits=[again]).reverts == []
    project.call("outcomes_update")
    assert again in carriers(project, decision)


def test_a_decision_to_take_something_back_is_carried_by_that(project: Project, git: History) -> None:
    sha = git.commit("Retry charges with backoff", {"src/pay.py": CHARGE})
    decision = decide(project, "Do not retry charges.")
    back = git.revert(sha)
    assert project.call("decision_link", name=decision, commits=[back]).reverts == []
    git.goes_on(14)
    project.call("outcomes_update")
    assert (state_of(project, decision), carriers(project, decision)) == ("survived", [back])


# -- ties that are taken back -------------------------------------------------------------------------


def shown(project: Project, decision: str) -> tuple[str, list[str]]:
    """How a decision ended, and what the evidence says."""
    ended = project.call("outcomes_show", name=decision).ended
    return ended.state, [one.said for one in ended.evidence]


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("who", ["an agent", "a person"])
def test_a_tie_that_is_taken_back_takes_its_evidence_and_its_lesson_back(
    project: Project, git: History, who: str, kept: bool
) -> None:
    decision, other = decide(project), decide(project, "Let the queue retry.")
    sha = git.commit("Something else of somebody", {"src/pay.py": CHARGE})
    git.revert(sha)
    call = project.call if who == "an agent" else project.by_person
    call("decision_link", name=decision, commits=[sha])
    project.by_person("decision_link", name=other, commits=[sha])  # the control
    project.call("outcomes_update")
    project.call("negative_update")
    assert shown(project, decision)[0] == "reverted" and len(project.call("negative_list").items) == 2
    reply = project.by_person("decision_link", name=decision, unlink=[f"commit:{sha}"])
    assert "Untied." in rendered("decision_link", reply)
    if not kept:
        (project.folder / "outcomes.json").unlink()
    project.call("outcomes_update")
    project.call("negative_update")
    assert shown(project, decision) == ("open", [])
    assert shown(project, other)[0] == "reverted"
    assert len(project.call("negative_list").items) == 1


def test_evidence_of_a_history_that_is_gone_says_once_who_tied_it(project: Project, git: History) -> None:
    decision = decide(project)
    base = git.head()
    sha = git.commit("Retry", {"src/pay.py": CHARGE})
    git.revert(sha)
    project.call("decision_link", name=decision, commits=[sha])
    project.call("outcomes_update")
    git.git("reset", "-q", "--hard", base)
    git.commit("Carts", {"src/cart.py": PLAIN})
    for _ in range(2):
        project.call("outcomes_update")
        state, said = shown(project, decision)
        assert state == "reverted" and said
        for one in said:
            assert one.count("(tied by an agent)") == 1 and one.count("(as of a commit") == 1
        git.commit("More carts", {"src/cart.py": CHARGE})
    assert trust(project, decision) == "agent"


def test_an_agent_takes_no_persons_tie_away_nor_lowers_it(project: Project, git: History) -> None:
    decision = decide(project)
    sha = git.commit("Retry", {"src/pay.py": CHARGE})
    git.revert(sha)
    project.by_person("decision_link", name=decision, commits=[sha])
    project.call("outcomes_update")
    with pytest.raises(BadArgument):
        project.call("decision_link", name=decision, unlink=[f"commit:{sha}"])
    untagged(project, decision, sha, "agent")  # as another replica may do it
    project.call("decision_link", name=decision, commits=[sha])
    project.call("outcomes_update")
    assert (state_of(project, decision), trust(project, decision)) == ("reverted", "repo")
    untagged(project, decision, sha, "user")  # the control: a person's word is the last one
    project.call("decision_link", name=decision, commits=[sha])
    project.call("outcomes_update")
    assert trust(project, decision) == "agent"
    project.call("decision_link", name=decision, unlink=[f"commit:{sha}"])  # its own it takes away


def untagged(project: Project, decision: str, sha: str, by: str) -> None:
    """Have a tie taken away by an event."""
    with project.memory.writing() as transaction:
        fields = {"untag": [f"commit:{sha}"], "trust": by}
        transaction.emit("set", decision, project.memory.actor, project.memory.origin, fields)
