"""Settling what waits: what each verdict does, and who may give it."""

import threading
from typing import Any

import pytest

from oldhand.errors import OldhandError, Refused, RejectedValue, UnknownId
from oldhand.memory import Memory
from oldhand.operation import call
from tests.conftest import Project
from tests.review.said import DAY, ORDERS, Speaker, pair, speakers


def recalled(one: Speaker, cue: str) -> list[str]:
    return [item.text for item in one.call("recall", cue=cue).items]


# -- what a verdict does ---------------------------------------------------------------------------------


def test_of_two_that_contradict_each_other_the_one_that_holds_replaces_the_other(person: Speaker) -> None:
    first, second = pair(person)
    with pytest.raises(Refused, match="Say which one holds"):
        person.call("review_accept", names=[f"{first}+{second}"])
    reply = person.call("review_accept", names=[f"{first[:8]}+{second[:8]}"], holds=first)
    assert reply.settled[0].done == f"{first[:12]} holds and replaces {second[:12]}"
    assert (person.standing(first), person.standing(second)) == ("active", "superseded")


def test_both_may_hold_and_the_pair_is_never_asked_about_again(person: Speaker) -> None:
    first, second = pair(person)
    person.call("review_accept", names=[first], both=True)
    assert (person.standing(first), person.standing(second)) == ("active", "active")
    person.says("Carts are kept in Redis.")
    assert person.names() == []


def test_what_is_rejected_stays_away_and_the_other_holds(person: Speaker) -> None:
    first, second = pair(person)
    with pytest.raises(Refused, match="Name the one that is wrong"):
        person.call("review_reject", names=[f"{first}+{second}"])
    person.call("review_reject", names=[first], reason="it is Postgres")
    assert (person.names(), person.standing(second)) == ([], "active")
    with pytest.raises(RejectedValue):
        person.says("Carts are kept in Redis.")
    assert person.says("Carts are kept in Postgres."), "control: something else may be said"


def test_an_edit_settles_with_new_words_and_keeps_the_old_ones_in_the_history(person: Speaker, agent: Speaker) -> None:
    name = person.says("Склад закрыт по воскресеньям.", tags=["склад"])
    agent.call("dispute", name=name)
    person.call("review_edit", name=name, text="Склад закрыт по субботам.")
    shown = person.call("show", name=name, history=True)
    assert (shown.memory.text, shown.memory.standing, shown.memory.tags) == (
        "Склад закрыт по субботам.", "active", ["склад"],
    )  # fmt: skip
    assert "Склад закрыт по воскресеньям." in [event.text for event in shown.history]


def test_an_edit_of_a_pair_replaces_both(person: Speaker) -> None:
    first, second = pair(person)
    person.call("review_edit", name=f"{second}+{first}", text="Carts are kept in Redis, prices in cents.")
    assert (person.standing(first), person.standing(second)) == ("superseded", "active")
    assert person.call("show", name=second).memory.text == "Carts are kept in Redis, prices in cents."


def test_a_link_says_how_two_stand_and_settles_them(person: Speaker) -> None:
    first, second = pair(person)
    person.call("review_link", name=first, relation="relates_to", target=second)
    assert person.names() == [] and person.standing(first) == "active"
    third, fourth = pair(person, "The host is in Oslo.", "The host is in Riga.")
    person.call("review_link", name=third, relation="supersedes", target=fourth)
    assert (person.standing(third), person.standing(fourth)) == ("active", "superseded")


def test_what_leaves_quarantine_is_recalled_from_then_on(person: Speaker, web: Speaker) -> None:
    name = web.says(ORDERS)
    assert recalled(person, "skip the tests") == []
    reply = person.call("review_accept", names=[name])
    assert reply.settled[0].done.startswith("out of quarantine, confirmed")
    assert recalled(person, "skip the tests") == [ORDERS]


def test_several_are_settled_together_or_not_at_all(person: Speaker, web: Speaker) -> None:
    names = [web.says(text) for text in ("The cellar is dry.", "Lamps need oil.", "Roofs are made of slate.")]
    with pytest.raises(UnknownId):
        person.call("review_accept", names=[*names, "abcdef123456"])
    assert len(person.names()) == 3, "nothing of it was done"
    person.call("review_accept", names=names)
    assert person.names() == []


def test_a_memory_in_a_pair_that_waits_by_itself_too_is_settled_by_itself(person: Speaker) -> None:
    first = person.says("The freeze is on.", ttl_days=3)
    second = person.says("Doors are painted blue.")
    person.call("link", source=first, relation="contradicts", target=second)
    person.moment += 3 * DAY - 1
    assert sorted(person.waits()) == [("contradiction",), ("expiring",)]
    person.call("review_accept", names=[first])
    assert person.waits() == [("contradiction",)]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"holds": "abcdef"}, "neither of the two"), ({"holds": "FIRST", "both": True}, "either --holds or --both"),
        ({}, "Say which one holds"),
    ],
)  # fmt: skip
def test_a_verdict_that_says_nothing_clear_is_refused_with_what_to_say(
    person: Speaker, arguments: dict[str, Any], words: str
) -> None:
    first, second = pair(person)
    given = {name: first if value == "FIRST" else value for name, value in arguments.items()}
    with pytest.raises(Refused, match=words):
        person.call("review_accept", names=[f"{first}+{second}"], **given)
    assert person.waits() == [("contradiction",)]


def test_what_is_no_pair_or_does_not_wait_says_so(person: Speaker) -> None:
    first, second = person.says("Carts are red."), person.says("Doors are blue.")
    for operation, arguments in (
        ("review_accept", {"names": [f"{first}+{second}"]}), ("review_defer", {"names": [first]}),
        ("review_accept", {"names": [first], "both": True}),
    ):  # fmt: skip
        with pytest.raises(Refused):
            person.call(operation, **arguments)
    with pytest.raises(OldhandError, match="from 0 to 365"):
        person.call("review_defer", names=[first], days=366)
    with pytest.raises(Refused, match="is over"):
        person.call("review_accept", names=[first], until="2020-01-01")


# -- who may ---------------------------------------------------------------------------------------------


def test_an_agent_lets_nothing_out_of_quarantine_and_vouches_for_nothing_from_outside(
    person: Speaker, agent: Speaker, web: Speaker
) -> None:
    orders, outside = web.says(ORDERS), web.says("The gateway allows 100 calls a minute.")
    for name in (orders, outside):
        for operation, more in (
            ("review_accept", {"names": [name]}), ("review_edit", {"name": name, "text": "Mine."}),
            ("review_reject", {"names": [name]}),
            ("review_link", {"name": name, "relation": "answers", "target": outside if name == orders else orders}),
        ):  # fmt: skip
            with pytest.raises(Refused, match=r"only a person|oldhand review"):
                agent.call(operation, **more)
    assert sorted(person.waits()) == [("quarantined",), ("untrusted",)], "nothing of it was done"
    person.call("review_accept", names=[orders, outside])
    assert person.waits() == [], "control: a person may"


def test_an_agent_does_not_settle_what_waits_because_of_its_own_words(person: Speaker, agent: Speaker) -> None:
    first, second = pair(agent, "Carts live in Redis.", "Prices are whole cents.")
    with pytest.raises(Refused, match="your own words"):
        agent.call("review_accept", names=[first], holds=second)
    person.call("review_accept", names=[first], holds=second)
    assert person.standing(first) == "superseded", "control: a person may"


def test_an_agent_does_not_overrule_a_person(project: Project, person: Speaker, agent: Speaker) -> None:
    said = person.says("Payments are never retried.")
    agent.call("dispute", name=said)
    for operation, more in (
        ("review_accept", {"names": [said]}), ("review_edit", {"name": said, "text": "Payments are retried."}),
        ("review_reject", {"names": [said]}),
    ):  # fmt: skip
        with pytest.raises(Refused, match="oldhand review"):
            agent.call(operation, **more)
    assert person.waits() == [("disputed",)]
    other = Speaker(project, "agent", actor="agent:codex")
    first = other.says("The sale ends soon.", ttl_days=3)
    for one in (person, agent, other):
        one.moment += 3 * DAY - 1
    assert sorted(person.waits()) == [("disputed",), ("expiring",)]
    agent.call("review_accept", names=[first])
    assert person.waits() == [("disputed",)], "control: what another agent said may be extended"
    other.memory.close()


def test_an_agent_may_put_off_its_own_queue_and_no_persons(person: Speaker, agent: Speaker) -> None:
    first, second = pair(person)
    agent.call("review_defer", names=[f"{first}+{second}"])
    assert agent.names() == [] and len(person.names()) == 1


def test_an_agent_that_takes_a_persons_name_hides_and_undoes_nothing_of_theirs(
    project: Project, person: Speaker, web: Speaker
) -> None:
    first, second = pair(person)
    wrong = web.says("The cellar is dry.")
    undo = person.call("review_reject", names=[wrong]).undo.split()[3]
    with Memory(project.root, project.home, actor="user", trust="agent", origin="cli") as posing:
        call(posing, "review_defer", {"names": [f"{first}+{second}"]})
        for root in (undo, ""):
            with pytest.raises(Refused, match="only a person can undo"):
                call(posing, "review_undo", {"root": root})
    assert len(person.names()) == 1 and person.standing(wrong) == "rejected"
    person.call("review_undo", root=undo)
    assert person.standing(wrong) == "active", "control: the person may"


def test_an_agent_undoes_its_own_step_and_is_offered_it_only_where_it_can(project: Project, agent: Speaker) -> None:
    other = Speaker(project, "agent", actor="agent:codex")
    name, end = other.says("The sale ends soon.", ttl_days=3), other.says("Doors are blue.")
    agent.moment += 3 * DAY - 1
    reply = agent.call("review_accept", names=[name])
    assert agent.names() == []
    agent.call("review_undo", root=reply.undo.split()[3])
    assert agent.waits() == [("expiring",)]
    assert agent.call("review_link", name=name, relation="relates_to", target=end).undo == ""
    other.memory.close()


# -- two at once -----------------------------------------------------------------------------------------


def test_two_reviewers_at_once_settle_a_pair_once(project: Project, person: Speaker) -> None:
    first, second = pair(person)
    person.memory.close()
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def settle(holds: str) -> None:
        with speakers(project, "user") as (one,):
            together.wait()
            try:
                one.call("review_accept", names=[f"{first}+{second}"], holds=holds)
                outcomes.append(holds)
            except Refused as error:
                outcomes.append(str(error))

    threads = [threading.Thread(target=settle, args=(name,)) for name in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = [outcome for outcome in outcomes if outcome in (first, second)]
    lost = [outcome for outcome in outcomes if outcome not in won]
    assert len(won) == len(lost) == 1 and "nothing to settle" in lost[0]
    other = second if won[0] == first else first
    assert (person.standing(won[0]), person.standing(other)) == ("active", "superseded")


def test_two_put_off_at_once_and_neither_is_lost(project: Project, person: Speaker) -> None:
    things = ("door", "gate", "roof", "cellar", "lamp", "fence")
    names = ["+".join(sorted(pair(person, f"The {one} is red.", f"A {one} costs much."))) for one in things]
    person.memory.close()

    def put_off(mine: list[str]) -> None:
        with speakers(project, "user") as (one,):
            for name in mine:
                one.call("review_defer", names=[name], days=2)

    threads = [threading.Thread(target=put_off, args=(names[n::2],)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert person.names() == [] and person.call("review").deferred == 6
    person.moment += 2 * DAY + 1
    assert len(person.names()) == 6
