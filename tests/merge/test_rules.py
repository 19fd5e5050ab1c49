"""The rules of merging, each by an example that a person can follow."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from oldhand.errors import ErasedMemory, RejectedValue
from oldhand.model.event import recomputed_id
from tests.merge.histories import BASE, YEAR
from tests.merge.replicas import Replica, exchange

HOUR = 3_600_000  # milliseconds


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Replica, Replica]]:
    """Two replicas that know nothing yet."""
    ann, ben = Replica(tmp_path / "ann", "ann"), Replica(tmp_path / "ben", "ben")
    yield ann, ben
    for one in (ann, ben):
        one.store.close()


def agreed(*replicas: Replica) -> None:
    """Exchange everything; every replica has the same state and root, and folding anew gives them again."""
    exchange(list(replicas))
    assert len({one.root() for one in replicas}) == 1
    assert all(one.records() == replicas[0].records() for one in replicas)
    assert all(one.refolded() == replicas[0].records() for one in replicas)


def test_two_concurrent_revisions_stand_side_by_side_until_one_names_both(pair: tuple[Replica, Replica]) -> None:
    ann, ben = pair
    memory = ann.say("The cache holds 10 entries").memory
    agreed(ann, ben)
    ann.reword(memory, "The cache holds 100 entries")
    ben.reword(memory, "The cache holds 20 entries")
    agreed(ann, ben)
    for one in pair:
        assert one.held(memory).standing == "contested"
        assert one.texts(memory) == ["The cache holds 100 entries", "The cache holds 20 entries"]
    ben.reword(memory, "The cache holds 100 entries, 20 in tests")
    agreed(ann, ben)
    for one in pair:
        assert one.held(memory).standing == "active"
        assert one.texts(memory) == ["The cache holds 100 entries, 20 in tests"]


def test_a_revision_that_names_one_of_two_wordings_leaves_the_other(pair: tuple[Replica, Replica]) -> None:
    ann, ben = pair
    memory = ann.say("Deploy on Monday").memory
    agreed(ann, ben)
    ann.reword(memory, "Deploy on Tuesday")
    ben.reword(memory, "Deploy on Friday")
    ann.reword(memory, "Deploy on Wednesday")
    agreed(ann, ben)
    assert ann.texts(memory) == ["Deploy on Friday", "Deploy on Wednesday"]


def test_two_answers_to_one_slot_contest_each_other(pair: tuple[Replica, Replica]) -> None:
    ann, ben = pair
    memory = ann.say("Hosted in Oslo", key="deployment/host").memory
    assert ben.say("Hosted in Turin", key="deployment/host").memory == memory
    agreed(ann, ben)
    assert ann.held(memory).standing == "contested"
    assert ben.texts(memory) == ["Hosted in Oslo", "Hosted in Turin"]


def test_the_same_words_said_on_two_replicas_are_one_memory_confirmed_twice(pair: tuple[Replica, Replica]) -> None:
    ann, ben = pair
    memory = ann.say("Tests need Redis", tags=["ci"], priority=3).memory
    assert ben.say("Tests need Redis", tags=["local"], confidence=0.9).memory == memory
    agreed(ann, ben)
    held = ben.held(memory)
    assert (held.standing, held.confirmations, held.tags) == ("active", 2, ("ci", "local"))
    assert (held.priority, held.confidence) == (3, 9000)


@pytest.mark.parametrize("skew", [-10 * YEAR, -HOUR, 0, HOUR, 10 * YEAR])
def test_rejection_outranks_a_concurrent_edit_whatever_the_clocks_say(pair: tuple[Replica, Replica], skew: int) -> None:
    ann, ben = pair
    memory = ann.say("Use the v1 API").memory
    agreed(ann, ben)
    ann.emit("reject", memory, trust="user")
    ben.now = BASE + skew
    ben.reword(memory, "Use the v1 API with care")
    agreed(ann, ben)
    assert ann.held(memory).standing == "rejected"
    with pytest.raises(RejectedValue):
        ben.say("Use the v1 API")
    ann.emit("restore", memory, seen=True)
    agreed(ann, ben)
    assert (ben.held(memory).standing, ben.texts(memory)) == ("active", ["Use the v1 API with care"])


def test_restoring_takes_back_only_the_rejections_that_were_seen(pair: tuple[Replica, Replica]) -> None:
    ann, ben = pair
    memory = ann.say("Skip the linter").memory
    ann.emit("reject", memory, trust="user")
    agreed(ann, ben)
    ann.emit("restore", memory, seen=True)
    ben.emit("reject", memory, trust="agent")
    agreed(ann, ben)
    assert ann.held(memory).standing == "rejected"


@pytest.mark.parametrize("skew", [-10 * YEAR, 0, 10 * YEAR])
def test_erasure_outranks_everything_and_removes_the_words_everywhere(pair: tuple[Replica, Replica], skew: int) -> None:
    ann, ben = pair
    memory = ann.say("The password is swordfish", tags=["secret"]).memory
    agreed(ann, ben)
    ann.emit("erase", memory)
    ben.now = BASE + skew
    ben.reword(memory, "The password was swordfish")
    ben.emit("confirm", memory, seen=True, trust="user")
    agreed(ann, ben)
    for one in pair:
        assert one.held(memory).standing == "erased"
        with pytest.raises(ErasedMemory):
            one.say("The password is swordfish")
        one.store.close()
        assert b"swordfish" not in b"".join(path.read_bytes() for path in one.folder.iterdir())


def test_what_an_eraser_tells_can_still_be_proved_where_it_arrives(pair: tuple[Replica, Replica]) -> None:
    ann, ben = pair
    memory = ann.say("The password is swordfish").memory
    ann.emit("erase", memory)
    agreed(ann, ben)
    assert [event.id for event in ben.events()] == [recomputed_id(event) for event in ben.events()]


def test_words_that_arrive_after_their_erasure_are_not_kept(pair: tuple[Replica, Replica]) -> None:
    ann, ben = pair
    said = ann.say("The password is swordfish", tags=["tuna"])
    told = ann.events()
    with ann.store.read() as reader:
        body = reader.body(said.revision)
    erased = ann.emit("erase", said.memory)
    ben.take([erased], {})
    ben.change(lambda transaction, _: transaction.put(body))
    ben.take(told, {})
    assert ben.held(said.memory).standing == "erased"
    ben.store.close()
    files = b"".join(path.read_bytes() for path in ben.folder.iterdir())
    assert b"swordfish" not in files
    assert b"tuna" not in files


def test_a_confirmation_settles_the_disputes_its_writer_had_seen(pair: tuple[Replica, Replica]) -> None:
    ann, ben = pair
    memory = ann.say("Ports start at 8000").memory
    ann.emit("dispute", memory, trust="agent")
    agreed(ann, ben)
    assert ben.held(memory).standing == "contested"
    ann.emit("confirm", memory, seen=True, trust="agent")
    ben.emit("dispute", memory, trust="user")
    agreed(ann, ben)
    assert (ann.held(memory).standing, ann.held(memory).disputes) == ("contested", 1)
    ben.emit("confirm", memory, seen=True, trust="user")
    agreed(ann, ben)
    assert ann.held(memory).standing == "active"


def test_the_later_clock_wins_a_field_and_the_other_fields_stay(pair: tuple[Replica, Replica]) -> None:
    ann, ben = pair
    memory = ann.say("Ship weekly").memory
    agreed(ann, ben)
    ann.now, ben.now = BASE + HOUR, BASE + 2 * HOUR
    ben.emit("set", memory, priority=7)
    ann.emit("set", memory, priority=1, confidence=5000)
    agreed(ann, ben)
    assert (ann.held(memory).priority, ann.held(memory).confidence) == (7, 5000)


def test_a_replica_whose_clock_runs_backwards_still_overrides_what_it_has_seen(pair: tuple[Replica, Replica]) -> None:
    ann, ben = pair
    ann.now = BASE + 10 * YEAR
    memory = ann.say("Ship weekly", priority=1).memory
    agreed(ann, ben)
    ben.now = BASE - 10 * YEAR
    ben.emit("set", memory, priority=2)
    ann.now = -YEAR
    ann.emit("set", memory, confidence=100)
    agreed(ann, ben)
    assert (ann.held(memory).priority, ann.held(memory).confidence) == (2, 100)


def test_of_two_equal_clocks_the_same_one_wins_everywhere(pair: tuple[Replica, Replica]) -> None:
    ann, ben = pair
    memory = ann.say("Ship weekly").memory
    agreed(ann, ben)
    for number, one in enumerate(pair):
        one.emit("set", memory, priority=number, assignee=one.name)
    agreed(ann, ben)
    winner = ann.held(memory)
    assert winner.record["registers"] == ben.held(memory).record["registers"]
    assert winner.priority == (0 if "ann" in str(winner.record["registers"]) else 1)


def test_links_and_their_undoing_meet_at_both_ends(pair: tuple[Replica, Replica]) -> None:
    ann, ben = pair
    old, new = ann.say("Use threads").memory, ann.say("Use processes").memory
    agreed(ann, ben)
    ann.emit("link", new, rel="supersedes", target=old)
    agreed(ann, ben)
    assert ben.held(old).standing == "superseded"
    ben.now = BASE + HOUR
    ben.emit("unlink", new, rel="supersedes", target=old)
    agreed(ann, ben)
    assert ann.held(old).standing == "active"


def test_a_link_may_arrive_before_the_memory_it_points_to(pair: tuple[Replica, Replica]) -> None:
    ann, ben = pair
    old, new = ann.say("Use threads").memory, ann.say("Use processes").memory
    link = ann.emit("link", new, rel="supersedes", target=old)
    ben.take([link], {})
    assert ben.held(old).standing == "awaited"
    agreed(ann, ben)
    assert ben.held(old).standing == "superseded"


def test_retiring_and_restoring_follow_the_later_clock(pair: tuple[Replica, Replica]) -> None:
    ann, ben = pair
    memory = ann.say("Node 18 is used").memory
    agreed(ann, ben)
    ben.emit("retire", memory)
    ann.now = BASE + HOUR
    ann.reword(memory, "Node 20 is used")
    agreed(ann, ben)
    assert ann.held(memory).standing == "retired"
    ann.now = BASE + 2 * HOUR
    ann.emit("restore", memory, seen=True)
    agreed(ann, ben)
    assert (ben.held(memory).standing, ben.texts(memory)) == ("active", ["Node 20 is used"])


def test_an_event_told_twice_counts_once(pair: tuple[Replica, Replica]) -> None:
    ann, ben = pair
    memory = ann.say("Logs rotate daily").memory
    ann.emit("confirm", memory, seen=True, trust="user")
    assert ann.tell(ben) == 2
    root = ben.root()
    assert ann.tell(ben) == 0
    assert (ben.root(), ben.held(memory).confirmations) == (root, 2)
