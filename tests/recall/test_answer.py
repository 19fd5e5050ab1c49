"""Answers: what recall says is current, weighed, attributed and within bounds, or it says that nothing is known."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from oldhand.knowledge.redaction import Screening
from oldhand.recall.straight import successor
from tests.conftest import Project

MOMENT = 1_000  # milliseconds between two events, so that later ones are later on every clock


def said(project: Project, text: str, **more: Any) -> str:
    """Remember something; its id."""
    return str(project.call("remember", text=text, **more).memories[0].id)


def answers(project: Project, cue: str, **more: Any) -> list[str]:
    """The ids of what a cue brings, best first."""
    return [item.id for item in project.call("recall", cue=cue, **more).items]


def emit(project: Project, op: str, memory: str, **fields: Any) -> None:
    """Write an event that no operation makes yet."""
    with project.memory.writing() as transaction:
        transaction.emit(op, memory, "user", "cli", fields)


# -- nothing known -----------------------------------------------------------------------------------

NOTHING = [
    "kubernetes ingress controller", "xqzzvw blorptang", "the of and is", "why how what", "?!.,;:-_()[]{}", "…",
    "🙂🚀❤️", "q", "я", "\u200b", " ", "", "\n\n", "0", "-", "'\"`", "* OR NEAR(", "%s{0}${x}", "和", "\x00",
]  # fmt: skip


@pytest.fixture
def shop(project: Project) -> Project:
    """A small project with things to know about payments."""
    for text in (
        "Payments are never retried automatically; the gateway is not idempotent.",
        "Webhooks from the gateway may arrive twice.",
        "Prices are kept in whole cents.",
        "Миграции базы данных запускаются только через make migrate.",
    ):
        said(project, text)
    return project


@pytest.mark.parametrize("cue", NOTHING, ids=ascii)
def test_a_cue_that_nothing_answers_brings_nothing(shop: Project, cue: str) -> None:
    reply = shop.call("recall", cue=cue)
    assert (reply.verdict, reply.items) == ("nothing known", [])
    assert reply.memories == 4


def test_in_an_empty_memory_nothing_is_known(project: Project) -> None:
    reply = project.call("recall", cue="payments")
    assert (reply.verdict, reply.items, reply.nearest, reply.unknown) == ("nothing known", [], "", ["payments"])


def test_a_hundred_thousand_words_are_answered_by_what_they_speak_of(shop: Project) -> None:
    noise = " ".join(f"filler{number}" for number in range(100_000))
    assert shop.call("recall", cue=noise).verdict == "nothing known"
    assert answers(shop, "payments " * 100_000) == answers(shop, "payments")


@pytest.mark.timeout(60)
def test_texts_of_the_largest_size_do_not_hold_an_answer_up(project: Project) -> None:
    for number in range(4):
        said(project, f"Payments of kind {number}: " + "word " * 200_000)
    assert len(answers(project, "payments of kind 3", limit=4)) == 1, "the best is shortened, the others do not fit"


def test_what_lies_below_the_floor_is_shown_only_when_asked_for(shop: Project) -> None:
    cue = "payments kubernetes ingress controller certificates rotation"
    strict, loose = shop.call("recall", cue=cue), shop.call("recall", cue=cue, loose=True)
    assert (strict.verdict, strict.items) == ("nothing known", [])
    assert strict.nearest.startswith("Payments are never retried")
    assert loose.verdict == "nothing known"
    assert [item.text.split()[0] for item in loose.items] == ["Payments"]


def test_words_that_nobody_used_are_named(shop: Project) -> None:
    assert shop.call("recall", cue="payments zebra").unknown == ["zebra"]


# -- superseded --------------------------------------------------------------------------------------


def test_a_slot_answers_with_its_present_wording(project: Project) -> None:
    said(project, "Postgres listens on 5432 in CI.", domain="context", key="ci/postgres-port")
    said(project, "Postgres listens on 5433 in CI.", domain="context", key="ci/postgres-port")
    for cue in ("ci/postgres-port", "context/ci/postgres-port", "postgres port 5432", "postgres listens"):
        (item,) = project.call("recall", cue=cue).items
        assert item.text == "Postgres listens on 5433 in CI."
        assert [old.text for old in item.replaces] == ["Postgres listens on 5432 in CI."]
        assert item.replaces[0].since <= item.replaces[0].until


def test_a_revised_memory_answers_with_its_new_wording_alone(project: Project) -> None:
    name = said(project, "Retries are exponential.")
    project.call("revise", name=name, text="Retries are forbidden since the duplicate charges.")
    assert answers(project, "retries") == [name]
    (item,) = project.call("recall", cue="duplicate charges").items
    assert (item.text, item.replaces[0].text) == (
        "Retries are forbidden since the duplicate charges.", "Retries are exponential.",
    )  # fmt: skip


def test_a_superseded_memory_yields_to_its_successor_even_when_only_its_words_match(project: Project) -> None:
    old = said(project, "Sessions live in Memcached on every node.")
    new = said(project, "Sessions live in Redis.")
    project.call("link", source=new, relation="supersedes", target=old)
    (item,) = project.call("recall", cue="Memcached on every node", explain=True).items
    assert item.id == new
    assert item.replaces[0].text == "Sessions live in Memcached on every node."
    assert any("superseded memory" in why for why in item.why)
    assert answers(project, "sessions") == [new]
    project.call("unlink", source=new, relation="supersedes", target=old)
    assert set(answers(project, "sessions")) == {old, new}


def test_a_chain_of_supersessions_ends_at_its_last_link(project: Project) -> None:
    names = [said(project, f"The queue is {product}.") for product in ("Celery", "Dramatiq", "Kafka", "Pulsar")]
    for old, new in pairwise(names):
        project.call("link", source=new, relation="supersedes", target=old)
    for cue in ("the queue", "Celery", "Dramatiq", "Kafka"):
        assert answers(project, cue) == [names[-1]]


def test_a_circle_of_supersessions_ends_and_names_none_of_its_members(project: Project) -> None:
    names = [said(project, f"The cache is {product}.") for product in ("Varnish", "Squid", "Nginx")]
    for number, name in enumerate(names):
        project.call("link", source=name, relation="supersedes", target=names[(number + 1) % 3])
    assert project.call("recall", cue="the cache").items == []


def test_a_successor_that_was_put_away_is_passed_over_for_one_that_stands(project: Project) -> None:
    old, gone, standing = (said(project, f"Logs are shipped by {name}.") for name in ("Fluentd", "Logstash", "Vector"))
    for new in (standing, gone):
        project.call("link", source=new, relation="supersedes", target=old)
    project.call("retire", name=gone)
    assert answers(project, "Fluentd") == [standing]
    project.call("retire", name=standing)
    assert answers(project, "Fluentd") == []


def test_a_successor_of_another_kind_or_room_is_not_brought_into_a_narrower_question(project: Project) -> None:
    old = said(project, "Deploys go through Jenkins.", kind="decision", domain="decisions")
    new = said(project, "Deploys go through a pipeline of our own.", kind="claim", domain="context")
    project.call("link", source=new, relation="supersedes", target=old)
    assert answers(project, "Jenkins") == [new]
    assert answers(project, "Jenkins", kind="decision") == []
    assert answers(project, "Jenkins", domain="decisions") == []


def test_the_check_of_succession_can_fail(project: Project) -> None:
    """Without following the links, the superseded wording itself is what matches best."""
    old = said(project, "Sessions live in Memcached.")
    new = said(project, "Sessions live in Redis.")
    project.call("link", source=new, relation="supersedes", target=old)
    with project.memory.reading() as reader:
        held = reader.get(old)
        assert held.standing == "superseded"
        follower = successor(reader, held)
        assert follower is not None and follower.id == new
        assert successor(reader, held._replace(record={})) is None


# -- put away ----------------------------------------------------------------------------------------

PUT_AWAY: dict[str, Callable[[Project, str], object]] = {
    "retired": lambda project, name: project.call("retire", name=name),
    "rejected": lambda project, name: emit(project, "reject", name, trust="user", reason="wrong"),
    "erased": lambda project, name: emit(project, "erase", name),
    "quarantined": lambda project, name: emit(project, "set", name, quarantined=True),
}


@pytest.mark.parametrize("standing", PUT_AWAY)
def test_what_was_put_away_never_answers(project: Project, standing: str) -> None:
    name = said(project, "The admin password is written on the whiteboard.", key="admin/password")
    other = said(project, "The whiteboard is cleaned on Fridays.")
    PUT_AWAY[standing](project, name)
    for cue in ("admin password whiteboard", "admin/password", "context/admin/password", "whiteboard"):
        for loose in (False, True):
            assert name not in answers(project, cue, loose=loose)
    assert answers(project, "whiteboard") == [other]
    assert "password" not in " ".join(project.call("brief").lines)
    assert name not in [item.id for item in project.call("active").items]


@pytest.mark.parametrize("standing", ["rejected", "erased"])
def test_what_is_gone_for_good_is_found_by_no_search_and_is_not_the_nearest(project: Project, standing: str) -> None:
    name = said(project, "The admin password is written on the whiteboard.")
    PUT_AWAY[standing](project, name)
    assert project.call("search", words="admin password whiteboard").hits == []
    reply = project.call("recall", cue="password kubernetes ingress controller certificates rotation")
    assert (reply.items, reply.nearest) == ([], "")


def test_a_successor_that_was_rejected_is_never_shown_in_the_place_of_another(project: Project) -> None:
    old, new = said(project, "Sessions live in Memcached."), said(project, "Sessions live in a text file.")
    project.call("link", source=new, relation="supersedes", target=old)
    emit(project, "reject", new, trust="user")
    assert answers(project, "sessions") == []


def test_restored_memories_answer_again(project: Project) -> None:
    name = said(project, "The admin panel is behind the VPN.")
    project.call("retire", name=name)
    assert answers(project, "admin panel") == []
    project.call("restore", name=name)
    assert answers(project, "admin panel") == [name]


# -- contested and expired ---------------------------------------------------------------------------


def test_contested_wordings_come_together(project: Project) -> None:
    name = said(project, "The build needs Java 17.")
    with project.memory.writing() as transaction:
        record = transaction.record(name)
        from oldhand.knowledge.assertion import statement

        other = statement(project.root, "claim", {"text": "The build needs Java 21."}, screening=Screening())
        transaction.put(other.body, other.revision)
        fields = {"kind": "claim", "trust": "agent"}
        transaction.emit("assert", name, "agent:other", "mcp", fields, other.revision)
        assert record
    (item,) = project.call("recall", cue="build Java").items
    assert item.standing == "contested"
    assert {item.text, *item.contested} == {"The build needs Java 17.", "The build needs Java 21."}
    project.call("revise", name=name, text="The build needs Java 21 or newer.")
    (item,) = project.call("recall", cue="build Java").items
    assert (item.standing, item.contested, item.text) == ("active", [], "The build needs Java 21 or newer.")


def test_a_disputed_memory_says_so_until_it_is_confirmed(project: Project) -> None:
    name = said(project, "The build needs Java 17.")
    project.call("dispute", name=name, reason="the CI image has 21")
    assert project.call("recall", cue="Java").items[0].standing == "contested"
    project.call("confirm", name=name)
    assert project.call("recall", cue="Java").items[0].standing == "active"


def test_what_has_expired_says_so_and_what_has_not_does_not(project: Project) -> None:
    said(project, "The freeze of spring is on.", valid_from="2024-03-01", valid_until="2024-03-31")
    said(project, "The freeze of winter is on.", valid_until="9999-12-31")
    found = {item.text.split()[3]: item for item in project.call("recall", cue="freeze").items}
    assert (found["spring"].expired, found["spring"].since[:10]) == (True, "2024-03-01")
    assert found["spring"].valid_until == "2024-03-31T23:59:59.999Z"
    assert (found["winter"].expired, found["winter"].valid_until[:10]) == (False, "9999-12-31")


def test_a_view_of_the_past_judges_expiry_as_of_then(project: Project) -> None:
    said(project, "The freeze is on.", valid_until="2030-06-30")
    root = project.call("root").root
    for as_of, expired in (("", False), (root, False), ("2030-06-30", False), ("2030-07-01", True)):
        assert project.call("recall", cue="freeze", as_of=as_of).items[0].expired == expired
        assert project.call("active", as_of=as_of).items[0].expired == expired


# -- what every item carries -------------------------------------------------------------------------


def test_every_item_tells_where_it_stands_and_where_it_comes_from(shop: Project) -> None:
    said(shop, "Payments go through the gateway module.", kind="decision", tags=["pay"], confidence=0.75, priority=7)
    for item in shop.call("recall", cue="payments gateway").items:
        assert item.standing == "active"
        assert (item.trust, item.actor, item.origin) == ("agent", "agent", "python")
        assert item.since and item.updated and item.since[:2] == "20"
        assert 0 < item.match <= 1
        assert (item.scope, item.project, item.cut) == ("project", "", False)
    (decision,) = [item for item in shop.call("recall", cue="payments gateway").items if item.kind == "decision"]
    assert (decision.confidence, decision.priority, decision.tags) == (0.75, 7, ["pay"])


def test_explain_says_why_and_silence_is_the_default(shop: Project) -> None:
    assert all(item.why == [] for item in shop.call("recall", cue="payments").items)
    (item,) = shop.call("recall", cue='"never retried" payments', explain=True).items
    assert any(why.startswith("speaks of") and "payments" in why for why in item.why)
    assert any("side by side" in why and "weight" in why for why in item.why)
    assert item.why[-1].startswith("score ")


def test_trust_breaks_a_tie_and_never_overturns_a_match(project: Project) -> None:
    weak = said(project, "Deploys of the shop happen on Monday.")
    with project.memory.writing() as transaction:
        from oldhand.knowledge.assertion import assert_, statement
        from oldhand.model.trust import Voice

        strong = statement(
            project.root, "claim", {"text": "Deploys of the shop happen on Tuesday."}, screening=Screening()
        )
        trusted = assert_(transaction, strong, Voice("user", "cli", "user")).memory
    assert answers(project, "deploys of the shop") == [trusted, weak]
    assert answers(project, "deploys of the shop on Monday")[0] == weak
