"""Recording a decision at a real terminal: one question after the other; nothing is kept before the last yes."""

import pytest

from oldhand.operation import call
from tests.conftest import Project
from tests.contract.command import outside
from tests.surfaces.typed import Typed


def asked(project: Project, *words: str) -> Typed:
    project.memory.close()
    return Typed(project.root, project.home, "decision", "record", *words, columns=70)


def answer(person: Typed, *answers: tuple[str, str]) -> None:
    for question, said in answers:
        person.sees(question)
        person.types(said + "\n")


def test_every_answer_becomes_part_of_the_decision(project: Project) -> None:
    with asked(project) as person:
        answer(
            person, ("What was decided?", "Храним сессии в Redis"), ("Why?", "fast"), ("What else", "Memcached"),
            ("and?", ""), ("For 'Храним", "быстро"), ("and?", ""), ("Against 'Храним", ""), ("For 'Memcached", ""),
            ("Against 'Memcached", "forgets"), ("and?", ""), ("How sure", "high"), ("How sure", "70%"),
            ("hold", "Redis stays up"), ("and?", ""), ("expect", ""), ("know", "p99"), ("and?", ""), ("stake", "huge"),
            ("stake", "m"), ("effort", "1d"), ("Record it?", "д"),
        )  # fmt: skip
        person.sees("Recorded.")
        person.sees("p99")
        assert "'high' is no confidence" in person.shown and "Type l, m or h." in person.shown
    one = call(project.memory, "decision_list", {}).items[0]
    told = call(project.memory, "decision_show", {"name": one.id}).decision
    assert (told.text, told.confidence, told.risk, told.estimate) == ("Храним сессии в Redis", 7000, "medium", 480)
    assert [(each.pros, each.cons) for each in told.options] == [(["быстро"], []), ([], ["forgets"])]
    assert told.stated_by == "person" and [each.text for each in told.assumptions] == ["Redis stays up"]


@pytest.mark.parametrize("keys", ["\x04", "\x03"])
def test_given_up_in_the_middle_nothing_is_kept(project: Project, keys: str) -> None:
    with asked(project) as person:
        answer(person, ("What was decided?", "Use Redis"), ("Why?", "fast"))
        person.sees("What else")
        person.types(keys)
        person.sees("Nothing was recorded.")
    assert call(project.memory, "decision_list", {}).total == 0


def test_a_no_at_the_end_keeps_nothing_and_what_was_given_is_not_asked(project: Project) -> None:
    with asked(project, "--confidence", "80%", "--risk", "low", "--alternative", "Kafka") as person:
        answer(person, ("What was decided?", "Use Redis"), ("Why?", ""), *((one, "") for one in (
            "For 'Use", "Against 'Use", "For 'Kafka", "Against 'Kafka", "hold", "expect", "know", "effort"
        )), ("Record it?", "n"))  # fmt: skip
        person.sees("Nothing was recorded.")
        assert not any(question in person.shown for question in ("How sure", "stake", "What else"))
    assert call(project.memory, "decision_list", {}).total == 0


def test_what_is_known_is_told_before_the_second_question(project: Project) -> None:
    project.by_person("decision_record", text="Use Redis for the session cache")
    with asked(project) as person:
        answer(person, ("What was decided?", "Use Memcached for the session cache"))
        assert "DECIDED" in person.sees("Why?")
        person.types("\x04")
        person.sees("Nothing was recorded.")


def test_in_a_pipe_nothing_is_asked(project: Project) -> None:
    project.memory.close()
    done = outside(project.root, project.home, "decision", "record")
    assert done.code == 2 and "say what was decided" in done.out + done.err
