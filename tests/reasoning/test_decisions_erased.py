"""Forgetting a decision takes along what tells of nothing else, and leaves what others rest on."""

import pytest

from tests.conftest import Project

WORD = "zanzibar was down all night"


def decided(project: Project, text: str, *assumptions: str) -> str:
    return str(project.by_person("decision_record", text=text, assumptions=list(assumptions)).decision.id)


def test_its_outcome_and_its_own_assumptions_go_with_it(project: Project) -> None:
    name = decided(project, "Keep sessions in Redis", "Quaggas stay cheap")
    project.by_person("decision_resolve", name=name, outcome="failed", reason=WORD)
    project.by_person("forget", names=[name], yes=True)
    database = b"".join(path.read_bytes() for path in project.store.folder.glob("memory.db*"))
    assert b"zanzibar" not in database and b"Quaggas" not in database
    assert not project.call("causal_assumptions").items


@pytest.mark.parametrize("kept", ["Quaggas stay cheap"])
def test_an_assumption_of_another_decision_stays(project: Project, kept: str) -> None:
    name = decided(project, "Keep sessions in Redis", kept)
    decided(project, "Keep carts in Redis", kept)
    project.by_person("forget", names=[name], yes=True)
    assert [one.text for one in project.call("causal_assumptions").items] == [kept]


def test_what_other_decisions_have_in_the_same_words_stays_and_may_be_said_again(project: Project) -> None:
    first, second = decided(project, "Keep sessions in Redis", "Quaggas stay cheap"), decided(project, "Queue mails")
    for name in (first, second):
        project.by_person("decision_resolve", name=name, outcome="failed", reason=WORD)
    project.by_person("forget", names=[first], yes=True)
    assert project.call("decision_show", name=second).decision.outcome.word.reason == WORD
    third = decided(project, "Keep carts in Redis", "Quaggas stay cheap")
    assert project.by_person("decision_resolve", name=third, outcome="failed", reason=WORD).outcome == "remembered"
    assert [one.text for one in project.call("decision_show", name=third).decision.assumptions]
