"""What goes after an erased decision when replicas meet, and what stays: each rule beside what it must not take."""

from collections.abc import Callable

import pytest

from oldhand.knowledge.put_away_before import FOLLOWS, restore_with
from oldhand.model.trust import Voice
from tests.conftest import Project
from tests.reasoning.test_decisions_erased import decided
from tests.reasoning.test_decisions_put_away import QUIXOTRY, REASON, holds, put, resolved
from tests.reasoning.test_outcomes_settled import exchange, standing

QUAGGAS = "Quaggas stay cheap"


def met(make_project: Callable[[str], Project]) -> tuple[Project, Project, str]:
    """Two replicas with one decision."""
    here, there = make_project("here"), make_project("there")
    one = decided(here, QUIXOTRY)
    exchange(here, there)
    return here, there, one


def assumed(project: Project, decision: str, text: str) -> None:
    """Say that a decision takes something for granted."""
    project.by_person("decision_record", of=decision, assumptions=[text])


@pytest.mark.parametrize("waits", ["rejected", "quarantined"])
def test_an_outcome_that_was_put_away_goes_as_well(make_project: Callable[[str], Project], waits: str) -> None:
    here, there, one = met(make_project)
    word = resolved(there, one)
    if waits == "rejected":
        there.by_person("reject", name=word)
    else:
        with there.memory.writing() as transaction:
            fields = {"quarantined": True, "trust": "user", "reason": "doubted"}
            transaction.emit("set", word, "user", "cli", fields)
    assert standing(there, word) == waits and holds(there, "zanzibar")
    here.by_person("forget", names=[one], yes=True)
    put(here, there)
    assert standing(there, word) == "erased" and not holds(there, "zanzibar")


def test_an_assumption_stays_while_another_decision_rests_on_it(make_project: Callable[[str], Project]) -> None:
    here, there, one = met(make_project)
    other = decided(there, "Queue mails", QUAGGAS, "Okapis stay rare")
    assumed(there, one, QUAGGAS)
    assumed(there, one, "Tapirs stay calm")
    named = {one.text: one.id for one in there.call("causal_assumptions").items}
    here.by_person("forget", names=[one], yes=True)
    put(here, there)
    assert [standing(there, named[one]) for one in (QUAGGAS, "Okapis stay rare")] == ["active", "active"]
    assert standing(there, named["Tapirs stay calm"]) == "erased" and not holds(there, "Tapirs")  # the control
    assert len(there.call("decision_show", name=other).decision.assumptions) == 2


def test_what_others_say_in_the_same_words_stays_and_may_be_said_again(make_project: Callable[[str], Project]) -> None:
    here, there, one = met(make_project)
    kept = decided(there, "Queue mails")
    word = resolved(there, one)
    resolved(there, kept)
    assumed(there, one, QUAGGAS)
    here.by_person("forget", names=[one], yes=True)
    put(here, there)
    with there.memory.writing() as transaction:
        assert not transaction.record(word).get("values")  # it goes by its id, and no digest of its words is kept out
        assert transaction.record(one).get("values")  # as those of the decision are, which somebody forgot
    assert there.call("decision_show", name=kept).decision.outcome.word.reason == REASON
    third = decided(there, "Keep carts in Redis", QUAGGAS)
    assert there.by_person("decision_resolve", name=third, outcome="failed", reason=REASON).outcome == "remembered"
    assert [one.text for one in there.call("decision_show", name=third).decision.assumptions] == [QUAGGAS]


def test_a_rejection_by_who_is_believed_more_is_not_taken_back(project: Project) -> None:
    one = decided(project, QUIXOTRY)
    word = resolved(project, one)
    with project.memory.writing() as transaction:
        transaction.emit("reject", word, "user", "cli", {"trust": "user", "reason": FOLLOWS})
    with project.memory.writing() as transaction:
        assert not restore_with(transaction, word, Voice("claude", "cli", "agent"))
    assert standing(project, word) == "rejected"
    with project.memory.writing() as transaction:
        assert restore_with(transaction, word, Voice("user", "cli", "user"))
    assert standing(project, word) == "active"
