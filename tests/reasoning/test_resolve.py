"""Somebody's word on how a decision ended: kept apart from evidence, and a person's before an agent's."""

import pytest

from oldhand.errors import AlreadyResolved, BadArgument, BadConfidence, NotADecision, SecretFound, UnknownId
from oldhand.reasoning.outcomes import all_ended, ended, several_ended
from tests.conftest import Project


@pytest.fixture
def decision(project: Project) -> str:
    """A decision of a person."""
    return str(project.by_person("decision_record", text="Keep the carts in Redis.", confidence="80%").decision.id)


def test_a_persons_word_decides_how_it_ended(project: Project, decision: str) -> None:
    reply = project.by_person("decision_resolve", name="carts in redis", outcome="failed", reason="Она теряла корзины")
    assert (reply.outcome, reply.ended.state, reply.ended.value, reply.ended.weight) == (
        "remembered",
        "failed",
        0,
        10_000,
    )
    assert (reply.ended.word.reason, reply.ended.word.trust) == ("Она теряла корзины", "user")
    with project.memory.reading() as reader:
        assert all_ended(reader) == {decision: ended(reader, decision)}
        assert several_ended(reader, [decision, "0" * 32])["0" * 32].state == "open"


def test_without_a_word_or_evidence_it_is_open(project: Project, decision: str) -> None:
    shown = project.call("outcomes_show", name=decision)
    assert (shown.ended.state, shown.ended.weight, shown.ended.word, shown.carriers) == ("open", 0, None, [])


def test_the_same_word_again_changes_nothing_and_another_is_asked_for(project: Project, decision: str) -> None:
    project.by_person("decision_resolve", name=decision, outcome="confirmed", reason="a year without a fault")
    root = project.call("outcomes_show", name=decision).root
    assert project.by_person("decision_resolve", name=decision, outcome="confirmed").outcome == "unchanged"
    with pytest.raises(AlreadyResolved, match=r"confirmed on .* because: a year without a fault.*--again"):
        project.by_person("decision_resolve", name=decision, outcome="failed")
    assert project.call("outcomes_show", name=decision).root == root
    again = project.by_person("decision_resolve", name=decision, outcome="failed", reason="it lost carts", again=True)
    assert (again.outcome, again.ended.state) == ("changed", "failed")


def test_an_agents_word_never_replaces_a_persons(project: Project, decision: str) -> None:
    project.by_person("decision_resolve", name=decision, outcome="failed", reason="it lost carts")
    for again in (False, True):
        with pytest.raises(AlreadyResolved, match="An agent's word does not replace a person's"):
            project.call("decision_resolve", name=decision, outcome="confirmed", again=again)
    assert project.call("outcomes_show", name=decision).ended.state == "failed"


def test_an_agents_word_is_half_a_trial_and_a_person_may_replace_it(project: Project, decision: str) -> None:
    said = project.call("decision_resolve", name=decision, outcome="confirmed", reason="all tests pass").ended
    assert (said.state, said.weight, said.word.trust) == ("confirmed", 5_000, "agent")
    person = project.by_person("decision_resolve", name=decision, outcome="reworked", again=True).ended
    assert (person.state, person.weight, person.word.trust) == ("reworked", 10_000, "user")


def test_a_person_who_agrees_with_an_agent_makes_the_word_theirs(project: Project, decision: str) -> None:
    project.call("decision_resolve", name=decision, outcome="confirmed")
    assert project.by_person("decision_resolve", name=decision, outcome="confirmed").ended.weight == 10_000


def test_what_was_never_carried_out_says_nothing_of_how_good_it_was(project: Project, decision: str) -> None:
    ended_ = project.by_person("decision_resolve", name=decision, outcome="abandoned").ended
    assert (ended_.state, ended_.weight) == ("abandoned", 0)


def test_how_well_it_went_may_be_said_exactly(project: Project, decision: str) -> None:
    assert project.by_person("decision_resolve", name=decision, outcome="reworked", went=0.75).ended.value == 7_500
    with pytest.raises(BadConfidence):
        project.by_person("decision_resolve", name=decision, outcome="reworked", went=75, again=True)


@pytest.mark.parametrize(
    ("outcome", "went", "fits"),
    [("failed", 1.0, False), ("reverted", 0.6, False), ("confirmed", 0.1, False), ("survived", 0.4, False),
     ("failed", 0.2, True), ("reworked", 0.9, True), ("reworked", 0.1, True), ("confirmed", 0.8, True)],
)  # fmt: skip
def test_how_well_it_went_does_not_contradict_how_it_ended(
    project: Project, decision: str, outcome: str, went: float, fits: bool
) -> None:
    said = {"name": decision, "outcome": outcome, "went": went}
    if fits:
        assert project.by_person("decision_resolve", **said).ended.value == round(went * 10_000)
        return
    with pytest.raises(BadArgument, match="says the opposite"):
        project.by_person("decision_resolve", **said)
    assert project.call("outcomes_show", name=decision).ended.state == "open"


def test_only_decisions_are_resolved(project: Project, decision: str) -> None:
    other = project.by_person("remember", text="Redis listens on 6379.").memories[0].id
    with pytest.raises(NotADecision):
        project.by_person("decision_resolve", name=other, outcome="failed")
    with pytest.raises(UnknownId):
        project.by_person("decision_resolve", name="0123456789ab", outcome="failed")
    project.by_person("forget", names=[decision], yes=True)
    with pytest.raises((NotADecision, UnknownId)):
        project.by_person("decision_resolve", name=decision, outcome="failed")


def test_an_outcome_is_no_knowledge_that_recall_tells(project: Project, decision: str) -> None:
    project.by_person("decision_resolve", name=decision, outcome="failed", reason="the wombat cluster lost carts")
    assert "wombat" not in str(project.call("recall", cue="wombat cluster").items)
    assert "wombat" not in str(project.call("brief"))
    assert "wombat" in str(project.call("outcomes_list").items)


def test_a_secret_in_a_reason_is_refused(project: Project, decision: str) -> None:
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    with pytest.raises(SecretFound):
        project.by_person("decision_resolve", name=decision, outcome="failed", reason=f"it logged {token}")
    assert project.call("outcomes_show", name=decision).ended.state == "open"
