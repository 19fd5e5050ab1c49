"""Undoing a step of a review: everything stands as it stood, and nobody gains by it."""

from collections.abc import Callable
from typing import Any

import pytest

from oldhand.errors import Refused, UnknownId
from tests.conftest import Project
from tests.review.said import DAY, ORDERS, Speaker, pair, speakers


def states(one: Speaker, *names: str) -> list[tuple[str, str, list[str]]]:
    found = []
    for name in names:
        shown = one.call("show", name=name)
        links = sorted(f"{edge.source[:4]} {edge.rel} {edge.target[:4]}" for edge in shown.links)
        found.append((shown.memory.standing, shown.memory.text, links))
    return found


@pytest.mark.parametrize(
    "verdict",
    [
        ("review_accept", {"names": ["PAIR"], "holds": "SECOND"}), ("review_accept", {"names": ["PAIR"], "both": True}),
        ("review_reject", {"names": ["FIRST"], "reason": "no"}),
        ("review_edit", {"name": "PAIR", "text": "Другие слова."}),
        ("review_link", {"name": "FIRST", "relation": "relates_to", "target": "SECOND"}),
    ],
    ids=lambda verdict: f"{verdict[0]} {sorted(verdict[1])[0]}",
)  # fmt: skip
def test_every_verdict_about_a_pair_is_undone_as_its_reply_says(
    person: Speaker, verdict: tuple[str, dict[str, Any]]
) -> None:
    first, second = pair(person)
    named = {"PAIR": f"{first}+{second}", "FIRST": first, "SECOND": second}
    arguments = {
        key: [named[one] for one in value] if isinstance(value, list) else named.get(value, value) if value is not True
        else value
        for key, value in verdict[1].items()
    }  # fmt: skip
    before, waits = states(person, first, second), person.waits()
    undo = person.call(verdict[0], **arguments).undo
    assert states(person, first, second) != before and person.waits() == []
    person.call("review_undo", root=undo.split()[3])
    assert states(person, first, second) == before and person.waits() == waits


@pytest.mark.parametrize("what", ["quarantined", "untrusted", "disputed", "expiring"])
def test_accepting_is_undone_so_that_the_item_waits_again(
    person: Speaker, agent: Speaker, web: Speaker, what: str
) -> None:
    name = {
        "quarantined": lambda: web.says(ORDERS), "untrusted": lambda: web.says("Port 7 is open."),
        "disputed": lambda: person.says("The door is blue."), "expiring": lambda: person.says("A sale.", ttl_days=3),
    }[what]()  # fmt: skip
    if what == "disputed":
        agent.call("dispute", name=name, reason="it is green")
    person.moment += 3 * DAY - 1
    waits, until = person.call("review").items, person.call("show", name=name).memory.valid_until
    assert [why.cause for why in waits[0].why] == [what]
    person.call("review_accept", names=[name])
    assert person.names() == []
    person.call("review_undo")
    (again,) = person.call("review").items
    assert [why.cause for why in again.why] == [what]
    assert person.call("show", name=name).memory.valid_until == until
    if what == "disputed":
        assert "it is green" in again.why[0].detail


def test_accepting_what_was_said_against_a_slot_puts_it_in_its_place_and_undoing_puts_both_back(
    person: Speaker, web: Speaker
) -> None:
    slot = person.says("Postgres listens on 5432 in CI", key="ci/postgres-port")
    web.says("Postgres listens on 5439 in CI", key="ci/postgres-port")
    (item,) = person.call("review").items
    assert slot[:12] in item.why[0].detail and "takes the place of" in item.choices[0].effect
    before = states(person, slot, item.name)
    undo = person.call("review_accept", names=[item.name]).undo.split()[3]
    assert person.call("show", name=slot).memory.text == "Postgres listens on 5439 in CI"
    person.call("review_undo", root=undo)
    assert states(person, slot, item.name) == before
    assert person.call("show", name=slot).memory.trust == "user" and person.waits() == [("quarantined",)]


def test_a_rejection_that_took_others_with_it_is_undone_for_all_of_them(person: Speaker) -> None:
    first = person.says("The Port is open.", key="a/port")
    second = person.says("the port is open", key="b/port")
    reply = person.call("review_reject", names=[first])
    assert person.standing(first) == "rejected"
    person.call("review_undo", root=reply.undo.split()[3])
    assert (person.standing(first), person.standing(second)) == ("active", "active")


def test_a_step_is_not_undone_once_its_memories_changed_nor_by_another_agent(
    project: Project, person: Speaker, agent: Speaker, web: Speaker
) -> None:
    name = web.says("Port 7 is open.")
    undo = person.call("review_accept", names=[name]).undo.split()[3]
    with pytest.raises(Refused, match="taken by user"):
        agent.call("review_undo", root=undo)
    with pytest.raises(Refused, match="taken by user"):
        agent.call("review_undo")
    person.call("revise", name=name, text="Port 7 is closed.")
    with pytest.raises(Refused, match="changed since"):
        person.call("review_undo", root=undo)
    with pytest.raises(Refused, match="no root"):
        person.call("review_undo", root="yesterday")
    with pytest.raises(UnknownId):
        person.call("review_undo", root="abcdef123456")
    assert person.call("show", name=name).memory.text == "Port 7 is closed."


def test_what_brought_a_new_memory_is_not_undone(person: Speaker) -> None:
    name = person.says("Port 7 is open.")
    with pytest.raises(Refused, match="not undone"):
        person.call("review_undo")
    assert person.standing(name) == "active"


def test_undoing_lends_no_trust_to_what_had_less(person: Speaker, web: Speaker) -> None:
    name = web.says("Port 7 is open.")
    undo = person.call("review_edit", name=name, text="Port 7 is closed.").undo.split()[3]
    person.call("review_undo", root=undo)
    shown = person.call("show", name=name)
    assert (shown.memory.text, shown.memory.trust) == ("Port 7 is open.", "web")
    assert person.waits() == [("untrusted",)]


def test_what_a_review_wrote_can_be_taken_to_another_store(
    project: Project, make_project: Callable[[str], Project], person: Speaker, web: Speaker
) -> None:
    name, orders = person.says("The sale ends soon.", ttl_days=3), web.says(ORDERS)
    first, second = pair(person)
    person.moment += 3 * DAY - 1
    person.call("review_accept", names=[name, orders])
    person.call("review_accept", names=[first], holds=second)
    person.call("review_undo")
    person.call("review_reject", names=[orders])
    person.call("export", file="all.jsonl", yes=True)
    other = make_project("other")
    (other.root / "all.jsonl").write_bytes((project.root / "all.jsonl").read_bytes())
    with speakers(other, "user") as (there,):
        there.moment = person.moment
        there.call("import", file="all.jsonl")
        assert there.call("root").root == person.call("root").root
        assert there.names() == person.names() == ["+".join(sorted((first[:12], second[:12])))]
