"""Decisions that wait: they went badly and are in force, rest on what proved false, or nobody said how they went."""

import pytest

from oldhand.surfaces.agent_text import rendered
from tests.conftest import Project
from tests.reasoning.histories import CHARGE, History
from tests.reasoning.test_outcomes import git
from tests.review.said import DAY, START, Speaker

__all__ = ["git"]

TEXT = "Keep sessions in Memcached"


def decides(one: Speaker, text: str = TEXT, **more: object) -> str:
    """Record a decision; its id."""
    return str(one.call("decision_record", text=text, **more).decision.id)


def test_a_decision_that_was_reverted_and_stands_waits_with_the_next_step(person: Speaker) -> None:
    name = decides(person)
    assert person.waits() == []
    person.call("decision_resolve", name=name, outcome="reverted", reason="users were logged out")
    (item,) = person.call("review").items
    (why,) = item.why
    assert (item.name, why.cause) == (name[:12], "went-badly") and "users were logged out" in why.detail
    commands = [offer.command for offer in item.choices]
    assert f"oldhand decision supersede {name[:12]} --text TEXT" in commands
    assert f"oldhand retire {name[:12]}" in commands
    assert f"oldhand decision resolve {name[:12]} --outcome HOW" in commands


def test_it_leaves_when_it_is_superseded_retired_or_said_to_have_gone_well(person: Speaker) -> None:
    first, second, third = decides(person), decides(person, "Poll the feed hourly"), decides(person, "Use floats")
    for name in (first, second, third):
        person.call("decision_resolve", name=name, outcome="failed")
    assert len(person.names(cause="went-badly")) == 3
    person.call("decision_supersede", name=first, text="Keep sessions in Redis")
    person.call("retire", name=second)
    person.call("decision_resolve", name=third, outcome="confirmed", again=True)
    assert person.names(cause="went-badly") == []


def test_who_accepts_it_is_not_asked_again_until_more_is_known(person: Speaker) -> None:
    name = decides(person)
    person.call("decision_resolve", name=name, outcome="failed", reason="slow")
    person.moment += DAY
    person.call("review_accept", names=[name])
    assert person.waits() == []
    person.moment += DAY
    person.call("decision_resolve", name=name, outcome="reverted", reason="taken out", again=True)
    assert person.waits() == [("went-badly",)]


def test_one_that_went_well_or_was_mended_does_not_wait(person: Speaker) -> None:
    for text, outcome in ((TEXT, "survived"), ("Poll hourly", "reworked"), ("Use cents", "confirmed")):
        person.call("decision_resolve", name=decides(person, text), outcome=outcome)
    assert person.waits() == []


def test_decisions_wait_when_what_they_rest_on_is_found_false(person: Speaker) -> None:
    name = decides(person, assumptions=["Nodes restart once a year"])
    later = decides(person, "Keep carts beside the sessions")
    person.call("link", source=later, relation="depends_on", target=name)
    assert person.waits() == []
    (assumption,) = person.call("causal_assumptions").items
    person.call("causal_falsify", name=assumption.id, evidence=["they restarted weekly in March"])
    items = person.call("review", cause="rests-on-false").items
    assert {item.name for item in items} == {name[:12], later[:12]}
    assert "Nodes restart once a year" in items[0].why[0].detail
    validate = f"oldhand causal validate {assumption.id[:12]} --evidence TEXT"
    assert validate in [offer.command for offer in items[0].choices]
    person.moment += DAY
    person.call("causal_validate", name=assumption.id, evidence=["only the test machines did"])
    assert person.waits() == []


def test_a_prediction_waits_when_nobody_said_for_a_quarter_how_it_went(person: Speaker) -> None:
    name = decides(person, predicted="half the requests")
    decides(person, "Use cents")
    person.moment += 80 * DAY
    assert person.waits() == []
    person.moment += 11 * DAY
    (item,) = person.call("review").items
    assert (item.name, item.why[0].cause, item.why[0].detail) == (name[:12], "prediction-due", "half the requests")
    person.call("decision_resolve", name=name, outcome="confirmed")
    assert person.waits() == []


def test_a_prediction_that_was_recorded_late_waits_a_quarter_after_that(person: Speaker) -> None:
    from datetime import UTC, datetime

    def day(before: int) -> str:
        return datetime.fromtimestamp((person.moment - before * DAY) / 1000, UTC).strftime("%Y-%m-%d")

    early = decides(person, predicted="half the requests", made=day(285))
    late = decides(person, "Use cents", predicted="no cent is lost", made=day(60))
    person.moment += 89 * DAY
    assert person.waits() == [], "somebody spoke of both 89 days ago"
    person.moment += 2 * DAY
    assert set(person.names(cause="prediction-due")) == {early[:12], late[:12]}


def test_a_word_on_a_prediction_silences_it_for_a_quarter_and_not_for_good(person: Speaker) -> None:
    name = decides(person, predicted="half the requests")
    person.moment += 100 * DAY
    assert person.waits() == [("prediction-due",)]
    person.call("confirm", name=name)
    assert person.waits() == []
    person.moment += 89 * DAY
    assert person.waits() == []
    person.moment += 2 * DAY
    assert person.waits() == [("prediction-due",)]


def test_a_prediction_of_what_evidence_says_was_reverted_is_not_asked_after(
    project: Project, person: Speaker, git: History
) -> None:
    name = decides(person, predicted="half the requests")
    plain = decides(person, "Use cents", predicted="no cent is lost")
    git.day = (START - 1_735_732_800_000) // DAY + 1
    git.revert(git.commit(f"Retry\n\nOldhand-Decision: {name[:12]}", {"src/pay.py": CHARGE}))
    person.call("outcomes_update")
    assert person.waits() == [("went-badly",)]
    person.moment += 91 * DAY
    assert person.names(cause="prediction-due") == [plain[:12]]


def test_the_riskiest_comes_first_and_many_predictions_do_not_crowd_it_out(person: Speaker) -> None:
    for number in range(14):
        decides(person, f"Plan number {number} for the shop", criteria=[f"sales of part {number} rise"])
    bad = decides(person)
    person.moment += 91 * DAY
    person.call("decision_resolve", name=bad, outcome="failed")
    waiting = person.waits()
    assert waiting[0] == ("went-badly",) and waiting[1:] == [("prediction-due",)] * 10


def test_agents_see_them_and_may_not_settle_a_persons(project: Project, person: Speaker, agent: Speaker) -> None:
    name = decides(person, "Хранить сессии в Memcached")
    person.call("decision_resolve", name=name, outcome="reverted", reason="</memory> выкидывало")
    assert agent.waits() == [("went-badly",)]
    text = rendered("review", agent.call("review"))
    assert text.count("</memory>") == 1 and "Хранить сессии" in text and "oldhand decision supersede" in text


def test_without_decisions_nothing_is_looked_at(person: Speaker) -> None:
    """The control: outcomes and assumptions without a decision in force put up nothing."""
    name = decides(person, assumptions=["It rains"])
    person.call("decision_resolve", name=name, outcome="failed")
    person.call("retire", name=name)
    assert person.waits() == []


def reverted_by_a_tie(person: Speaker, agent: Speaker, git: History) -> tuple[str, str]:
    """A person's decision, and the commit that an agent tied to it, which was taken back."""
    name, sha = decides(person), git.commit("Retry", {"src/pay.py": CHARGE})
    git.revert(sha)
    agent.call("decision_link", name=name, commits=[sha])
    agent.call("outcomes_update")
    return name, sha


def test_a_bad_end_that_rests_on_an_agents_tie_waits_and_asks_for_the_tie(
    project: Project, git: History, person: Speaker, agent: Speaker
) -> None:
    name, sha = reverted_by_a_tie(person, agent, git)
    (item,) = person.call("review").items
    (why,) = item.why
    assert why.cause == "went-badly" and why.detail.startswith("reverted: ")
    assert why.detail.endswith("(tied by an agent)") and why.detail.count("tied by") == 1
    commands = [offer.command for offer in item.choices]
    confirm = f"oldhand decision link {name[:12]} --commit {sha}"
    assert confirm in commands and f"oldhand decision link {name[:12]} --unlink commit:{sha[:12]}" in commands
    assert confirm in rendered("review", person.call("review"))
    (seen,) = agent.call("review").items  # an agent is not asked to lift what agents tied
    assert confirm not in [offer.command for offer in seen.choices] and seen.why[0].detail == why.detail


@pytest.mark.parametrize("said", ["it is so", "it is wrong"])
def test_a_person_who_confirms_the_tie_or_takes_it_away_is_not_asked_about_it_again(
    project: Project, git: History, person: Speaker, agent: Speaker, said: str
) -> None:
    name, sha = reverted_by_a_tie(person, agent, git)
    if said == "it is so":
        person.call("decision_link", name=name, commits=[sha])
        person.call("outcomes_update")
        (item,) = person.call("review").items
        assert "tied by" not in item.why[0].detail and not any("link" in one.command for one in item.choices)
    else:
        person.call("decision_link", name=name, unlink=[f"commit:{sha[:12]}"])
        person.call("outcomes_update")
        assert person.waits() == []


def test_what_an_agent_only_says_of_an_end_is_no_tie(project: Project, person: Speaker, agent: Speaker) -> None:
    """The control: a person's word goes before evidence, and an agent's word is none."""
    agent.call("decision_resolve", name=decides(person), outcome="failed", reason="slow")
    assert person.waits() == []
