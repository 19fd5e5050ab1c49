"""What a session spoke of and looked at before it decided, and how long the like took, out of the store and the log."""

import pytest

from oldhand.memory import Memory
from oldhand.model.session import CALL, EDIT, PROMPT, READ, REPLY, SEARCH, Event, Session
from oldhand.operation import call
from oldhand.reasoning.safety_session import effort, gathered, own_words
from tests.conftest import Project
from tests.reasoning.safety_cases import decision

KAFKA = decision("Choose Kafka for events", alternatives=("RabbitMQ", "Таблица в базе"))
SESSION = "5f1c0009-aaaa-bbbb"


def test_options_are_known_by_the_words_that_only_they_have() -> None:
    kafka, rabbit, table = own_words(("Choose Kafka queue for events", "RabbitMQ queue for events", "таблицы в базе"))
    assert "kafka" in kafka and not kafka & rabbit and "queue" not in kafka | rabbit and table


def test_what_was_spoken_of_first_and_looked_at_is_counted_by_option() -> None:
    events = [
        Event(PROMPT, 10, text="We need events; the customer says two weeks, later three weeks"),
        Event(PROMPT, 20, text="What about Kafka?"),
        Event(CALL, 30, tool=SEARCH, text="kafka partitions"),
        Event(CALL, 40, tool=READ, target="docs/kafka.md"),
        Event(CALL, 50, tool=EDIT, target="src/kafka.py", text="kafka kafka"),
        Event(REPLY, 60, text="Kafka or RabbitMQ, or таблица в базе"),
    ]
    seen = gathered(KAFKA, events)
    assert seen.started == 20 and seen.first == 0 and seen.minutes == 4_800
    assert seen.looked == (2, 0, 0), "an edit looks for nothing"
    assert seen.spoken == (2, 1, 1)
    assert gathered(KAFKA, [Event(REPLY, 5, text="Kafka or RabbitMQ"), *events]).first == -1, "both came at once"
    assert gathered(KAFKA, []) == (0, -1, (0, 0, 0), (0, 0, 0), 0)


@pytest.mark.parametrize(("text", "minutes"), [
    ("it takes 90 minutes", 90), ("half a day of work", 240), ("about 1,5 days", 720), ("two weeks", 4_800),
    ("недели три, ну пять дней", 2_400), ("3 часа", 180), ("a month", 9_600), ("soon", 0), ("", 0), ("в 2 этапа", 0),
])  # fmt: skip
def test_the_first_effort_that_is_named_is_read_in_both_languages(text: str, minutes: int) -> None:
    assert effort(text) == minutes


def test_an_agent_that_looked_at_one_option_only_is_asked_about_the_other(project: Project) -> None:
    now = project.memory.now()
    events = [Event(PROMPT, now - 50_000, key="a", text="Kafka it should be. RabbitMQ is there too.")]
    events += [
        Event(CALL, now - 40_000 + at, key=f"c{at}", tool=SEARCH, name="Grep", text=f"kafka setting {at}")
        for at in range(4)
    ]
    log = project.memory.session_log()
    log.begin(Session("claude", SESSION, str(project.root), now - 60_000, 0, "events"))
    log.add(SESSION, events)
    said = {
        "text": "Choose Kafka for events", "alternatives": ["RabbitMQ"], "confidence": "0.8",
        "for": ["replay", "RabbitMQ: known"], "against": ["one more service"],
    }  # fmt: skip
    environment = {"CLAUDE_CODE_SESSION_ID": SESSION}
    with Memory(project.root, project.home, environment=environment) as agent:
        reply = call(agent, "decision_record", said)
    assert [sign.check for sign in reply.signs] == ["searched-one-side"]
    assert "4 searches and reads" in reply.signs[0].evidence and "RabbitMQ" in reply.signs[0].question
    by_person = project.by_person("decision_record", **said | {"text": "Choose Kafka for all events"})
    assert not by_person.signs, "a person at a terminal is no session"


def test_an_estimate_is_held_against_what_plans_for_the_like_took(project: Project) -> None:
    weighed = {
        "alternatives": ["leave it there for another year"], "confidence": "0.8",
        "for": ["the old host goes away", "1: nothing to do now"], "against": ["two days without a release"],
    }  # fmt: skip
    for part, took in (("billing", "20h"), ("search", "3d"), ("mail", "5d")):
        name = project.call("decision_record", text=f"Port the {part} service to the new host", **weighed).decision.id
        project.call("plan_record", text=f"Port {part}", steps=["move it"], estimate="2h", decisions=[name])
        project.call("plan_done", name=f"port {part}", took=took)
    rash = project.call("decision_record", text="Port the cart service to the new host", estimate="2h", **weighed)
    (sign,) = [sign for sign in rash.signs if sign.check == "like-took-longer"]
    assert "3 decisions like it took 20 h to 40 h" in sign.evidence and "the estimate is 2 h" in sign.evidence
    calm = project.call("decision_record", text="Port the shop service to the new host", estimate="3d", **weighed)
    assert not calm.signs
