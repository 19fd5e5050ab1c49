"""Gaps and questions: open until something current answers them, offered to what may, asked of memory first."""

from typing import Any

import pytest

from oldhand.errors import Refused, UnknownId
from tests.conftest import Project


def asked(project: Project, question: str, **more: Any) -> Any:
    """Ask; the reply."""
    return project.call("ask", question=question, **more)


def open_now(project: Project) -> list[str]:
    """The open questions and gaps as they are listed."""
    return [one.text for operation in ("ask", "gap") for one in project.call(operation).items]


def briefed(project: Project) -> str:
    """The briefing as one text."""
    return "\n".join(project.call("brief").lines)


def test_what_memory_knows_is_answered_and_no_question_is_kept(project: Project) -> None:
    known = project.call("remember", text="Postgres listens on port 5433 in CI.").memories[0].id
    reply = asked(project, "Which port does Postgres listen on in CI?")
    assert reply.verdict == "strong" and reply.answers[0].id == known and reply.memories == []
    assert open_now(project) == []
    kept = asked(project, "Which port does Postgres listen on in CI?", keep=True)
    assert kept.memories and len(open_now(project)) == 1


@pytest.mark.parametrize("question", ["Who owns the ledger export?", "Кто владеет выгрузкой журнала?"])
def test_what_it_does_not_know_is_kept_as_open_once(project: Project, question: str) -> None:
    first, second = asked(project, question), asked(project, question)
    assert first.verdict == second.verdict == "nothing known"
    assert first.memories[0].id == second.memories[0].id
    (one,) = project.call("ask").items
    assert one.asked == 2 and one.text == question


def test_a_question_is_no_answer_to_itself_or_another(project: Project) -> None:
    asked(project, "Who owns the ledger export?")
    assert asked(project, "Who owns the ledger export of today?").answers == []


def test_an_answer_closes_it_and_taking_the_link_back_opens_it(project: Project) -> None:
    question = asked(project, "Who owns the ledger export?", asked_of="Ann").memories[0].id
    gap = project.call("gap", text="Nobody tests refunds.").memories[0].id
    assert len(open_now(project)) == 2 and "ASK:" in briefed(project) and "OPEN:" in briefed(project)
    answer = project.call("remember", text="Ann owns the ledger export.").memories[0].id
    for name in (question, gap):
        project.call("link", source=answer, relation="answers", target=name)
    assert open_now(project) == [] and "ASK:" not in briefed(project) and "OPEN:" not in briefed(project)
    project.call("unlink", source=answer, relation="answers", target=gap)
    assert open_now(project) == ["Nobody tests refunds."]


def test_an_answer_that_is_put_away_leaves_it_open(project: Project) -> None:
    question = asked(project, "Who owns the ledger export?").memories[0].id
    answer = project.call("remember", text="Ann owns the ledger export.", answers=[question]).memories[0].id
    assert open_now(project) == []
    project.call("retire", name=answer)
    assert open_now(project) == ["Who owns the ledger export?"] and "ASK:" in briefed(project)
    project.call("restore", name=answer)
    assert open_now(project) == []


def test_a_statement_that_may_answer_is_told_so_and_nothing_is_taken_for_granted(project: Project) -> None:
    question = asked(project, "Who owns the ledger export?").memories[0].id
    one = project.call("remember", text="Ann owns the ledger export.").memories[0]
    assert question[:12] in one.may_answer
    assert open_now(project) == ["Who owns the ledger export?"], "it is for somebody to say so"
    other = project.call("remember", text="The office has a new coffee machine.").memories[0]
    assert other.may_answer == "", "the control: nothing in common"


def test_a_russian_statement_is_offered_in_any_form_of_its_words(project: Project) -> None:
    question = asked(project, "Кто отвечает за выгрузку журнала?").memories[0].id
    one = project.call("remember", text="За выгрузки журнала отвечает Аня.").memories[0]
    assert question[:12] in one.may_answer


def test_what_answers_must_be_there(project: Project) -> None:
    with pytest.raises(UnknownId):
        project.call("remember", text="Ann does.", answers=["abcdef123456"])
    claim = project.call("remember", text="Bob does.").memories[0].id
    with pytest.raises(Refused, match="asks nothing"):
        project.call("remember", text="Ann does.", answers=[claim])
    assert project.call("status").memories == 1, "all or nothing"


def test_gaps_are_listed_the_most_often_met_first(project: Project) -> None:
    project.call("gap", text="Nobody tests refunds.")
    for _ in range(2):
        project.call("gap", text="There is no staging database.")
    items = project.call("gap").items
    assert [one.text for one in items] == ["There is no staging database.", "Nobody tests refunds."]
    assert project.call("gap", limit=1).left_out == 1


def test_a_reminder_answers_nothing(project: Project) -> None:
    project.call("remind", text="Ask Ann about the ledger export.")
    assert asked(project, "Who knows about the ledger export?").answers == []
