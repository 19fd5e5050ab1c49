"""Who ties a decision to what came of it counts: an agent's tie never makes evidence that is believed as git is."""

import pytest

from oldhand.reasoning.outcomes import evidence_id
from oldhand.surfaces.agent_text import rendered
from tests.conftest import Project
from tests.reasoning.histories import CHARGE, PLAIN, History
from tests.reasoning.test_outcomes import decide, events, git, state_of
from tests.reasoning.test_outcomes_settled import exchange

__all__ = ["git"]
BY_AGENT = "(tied by an agent)"


def reverted(history: History, message: str = "Retry") -> str:
    """A commit that was taken back."""
    sha = history.commit(message, {"src/pay.py": CHARGE})
    history.revert(sha)
    return sha


def trust(project: Project, decision: str) -> str:
    """How far what evidence says of it is believed."""
    with project.memory.reading() as reader:
        return str(reader.get(evidence_id(decision)).trust)


def said(project: Project, decision: str) -> list[str]:
    """What the evidence says."""
    return [one.said for one in project.call("outcomes_show", name=decision).ended.evidence]


def tied(project: Project, decision: str, sha: str, way: str) -> None:
    """Have an agent tie a commit to a decision."""
    if way == "link":
        project.call("decision_link", name=decision, commits=[sha])
    elif way == "again":
        project.call("remember", text="Retry charges with backoff.", kind="decision", domain="decisions",
                     tags=[f"commit:{sha}"])  # fmt: skip
    else:
        project.call("revise", name=decision, text="Retry charges with backoff.", tags=[f"commit:{sha}"])


@pytest.mark.parametrize("way", ["link", "again"])
def test_what_follows_from_an_agents_tie_is_believed_as_the_agent(project: Project, git: History, way: str) -> None:
    decision, sha = decide(project), reverted(git)
    tied(project, decision, sha, way)
    project.call("outcomes_update")
    assert (state_of(project, decision), trust(project, decision)) == ("reverted", "agent")
    assert said(project, decision) and all(one.endswith(BY_AGENT) for one in said(project, decision))
    project.call("negative_update")
    assert "tied by an agent" in rendered("decide", project.call("decide", text="Retry charges with backoff?"))
    (item,) = project.call("negative_list").items
    assert item.trust == "agent"
    written = events(project)
    assert project.call("outcomes_update").changed == 0 and events(project) == written


@pytest.mark.parametrize("way", ["a person links it", "a person had linked it", "the message says it"])
def test_a_person_or_the_commit_itself_lifts_it(project: Project, git: History, way: str) -> None:
    decision = decide(project)
    sha = reverted(git, f"Retry\n\nOldhand-Decision: {decision}" if way == "the message says it" else "Retry")
    if way == "a person had linked it":
        project.by_person("decision_link", name=decision, commits=[sha])
    project.call("decision_link", name=decision, commits=[sha])
    project.call("outcomes_update")
    if way == "a person links it":
        assert trust(project, decision) == "agent"
        added = project.by_person("decision_link", name=decision, commits=[sha]).added
        assert added == [f"commit:{sha}"]
        assert project.by_person("decision_link", name=decision, commits=[sha]).added == []
        assert project.call("outcomes_update").changed == 1
    assert (state_of(project, decision), trust(project, decision)) == ("reverted", "repo")
    assert not any(BY_AGENT in one for one in said(project, decision))


@pytest.mark.parametrize("who", ["the message says it", "a person links it"])
@pytest.mark.parametrize("first", [True, False])
def test_what_an_agent_ties_besides_adds_nothing_and_lowers_nothing(
    project: Project, git: History, who: str, first: bool
) -> None:
    decision = decide(project)
    if first:
        early = git.commit("Something before of somebody", {"src/cart.py": CHARGE})
        project.call("decision_link", name=decision, commits=[early])
    sha = reverted(git, f"Retry\n\nOldhand-Decision: {decision}" if who == "the message says it" else "Retry")
    if who == "a person links it":
        project.by_person("decision_link", name=decision, commits=[sha])
    project.call("outcomes_update")
    before_it = project.call("outcomes_show", name=decision)
    other = git.commit("Something else of somebody", {"src/more.py": CHARGE})
    project.call("outcomes_update")
    project.call("decision_link", name=decision, commits=[other])
    for _ in range(2):
        reply = project.call("outcomes_update")
        assert (reply.changed, reply.missing) == (0, [])
        shown = project.call("outcomes_show", name=decision)
        assert (shown.ended, shown.carriers) == (before_it.ended, before_it.carriers)
        git.commit("More of somebody", {"src/more.py": PLAIN})
    assert (state_of(project, decision), trust(project, decision)) == ("reverted", "repo")
    assert [one.commit for one in before_it.carriers] == [sha]


def test_what_the_history_says_later_takes_the_place_of_an_agents_tie(project: Project, git: History) -> None:
    decision = decide(project)
    other = git.commit("Something else of somebody", {"src/cart.py": CHARGE})
    project.call("decision_link", name=decision, commits=[other])
    git.goes_on(3, "src/cart.py")
    project.call("outcomes_update")
    assert trust(project, decision) == "agent"
    reverted(git, f"Retry\n\nOldhand-Decision: {decision}")
    project.call("outcomes_update")
    assert (state_of(project, decision), trust(project, decision)) == ("reverted", "repo")


def test_the_revert_of_what_an_agent_tied_carries_nothing(project: Project, git: History) -> None:
    decision = decide(project)
    sha = git.commit("Retry charges with backoff", {"src/pay.py": CHARGE})
    project.call("decision_link", name=decision, commits=[sha])
    message = f'Revert "Retry charges with backoff"\n\nThis reverts commit {sha}.\n\nOldhand-Decision: {decision}'
    git.commit(message, {"src/pay.py": PLAIN})
    project.call("outcomes_update")
    assert (state_of(project, decision), trust(project, decision)) == ("reverted", "agent")


def test_an_agents_tie_to_a_pull_request_is_no_better(project: Project, git: History) -> None:
    decision, other = decide(project), decide(project, "Keep carts in Redis.")
    project.call("decision_link", name=decision, prs=["7"])
    project.by_person("decision_link", name=other, prs=["8"])
    sha = git.commit("Retry charges (#7)", {"src/pay.py": CHARGE})
    git.commit('Revert "Retry charges (#7)" (#9)', {"src/pay.py": PLAIN})
    back = git.commit("Keep carts (#8)", {"src/cart.py": CHARGE})
    git.commit('Revert "Keep carts (#8)" (#10)', {"src/cart.py": None})
    project.call("outcomes_update")
    assert [(state_of(project, one), trust(project, one)) for one in (decision, other)] == [
        ("reverted", "agent"), ("reverted", "repo"),
    ]  # fmt: skip
    assert sha != back


def test_an_incident_that_an_agent_names_says_who_named_it(project: Project, git: History) -> None:
    decision, other = decide(project), decide(project, "Keep carts in Redis.")
    project.call("decision_link", name=decision, incidents=["INC-7"])
    project.by_person("decision_link", name=other, incidents=["INC-8"])
    project.call("outcomes_update")
    assert (said(project, decision), trust(project, decision)) == ([f"incident INC-7 {BY_AGENT}"], "agent")
    assert (said(project, other), trust(project, other)) == (["incident INC-8"], "repo")


def test_a_gotcha_that_an_agent_says_was_caused_by_it_says_so(project: Project, git: History) -> None:
    decision = decide(project)
    name = project.by_person("gotcha", text="Charges are retried twice on timeouts.").memories[0].id
    project.call("link", source=name, relation="caused_by", target=decision)
    project.call("outcomes_update")
    assert trust(project, decision) == "agent" and BY_AGENT in said(project, decision)[0]
    project.by_person("unlink", source=name, relation="caused_by", target=decision)
    project.by_person("link", source=name, relation="caused_by", target=decision)
    project.call("outcomes_update")
    assert trust(project, decision) == "repo" and BY_AGENT not in said(project, decision)[0]
    project.by_person("unlink", source=name, relation="caused_by", target=decision)
    project.call("link", source=name, relation="caused_by", target=decision)  # and once more it is the agent's alone
    project.call("outcomes_update")
    assert trust(project, decision) == "agent"


def test_who_tied_it_is_known_in_another_replica_too(make_project: object, git: History, project: Project) -> None:
    other: Project = make_project("other")  # type: ignore[operator]
    decision, sha = decide(project), reverted(git)
    project.call("decision_link", name=decision, commits=[sha])
    exchange(project, other)
    there = History(other.root)
    there.git("fetch", "-q", str(git.root), "main")
    there.git("checkout", "-q", "-f", "-B", "main", "FETCH_HEAD")
    other.call("outcomes_update")
    assert (state_of(other, decision), trust(other, decision)) == ("reverted", "agent")


def test_a_hostile_title_only_makes_itself_believed_less(project: Project, git: History) -> None:
    decision = decide(project)
    sha = git.commit(f"Retry\n\nOldhand-Decision: {decision}", {"src/pay.py": CHARGE})
    git.commit(f"Отмена {BY_AGENT}\n\nThis reverts commit {sha}.", {"src/pay.py": PLAIN})
    project.call("outcomes_update")
    assert (state_of(project, decision), trust(project, decision)) == ("reverted", "agent")
