"""Any number of replicas, any interleaving, any order of delivery: one outcome, and the one the rules ask for."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oldhand.model.clock import Clock
from oldhand.model.event import Event
from oldhand.store.fold import Record, apply, fold
from tests.merge.histories import MEMORIES, REPLICAS, Site, Step, histories, meaning, play, random_history, root_of
from tests.merge.model import MUTATIONS, Model

COMMON, CAMPAIGN = 400, 5_000  # histories tried
CONTROLS = 60  # histories of the other controls
SEARCHED = 300  # histories among which each wrong rule must be found out: it shows where nothing graver hides it
RELAXED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}


def disagreements(steps: list[Step], sites: int, model: Model) -> list[str]:
    """Where the replicas differ from each other, from a fold of all events in another order, or from the model."""
    world = play(steps, sites)
    events = list(world[0].known.values())
    random.Random(len(steps)).shuffle(events)
    found = []
    for memory in MEMORIES:
        about = [event for event in events if memory in (event.memory, event.fields.get("target"))]
        records = [site.records[memory] for site in world]
        if any(record != records[0] for record in records) or fold(memory, about) != records[0]:
            found.append(f"{memory}: the replicas differ")
        if meaning(records[0]) != model.meaning(memory, about):
            found.append(f"{memory}: {meaning(records[0])} is not {model.meaning(memory, about)}")
    if len({site.root() for site in world}) > 1:
        found.append("the roots differ")
    return found


@settings(max_examples=COMMON, print_blob=True, **RELAXED)
@given(histories, st.integers(1, 4))
def test_every_delivery_gives_one_state_and_the_one_the_model_asks_for(steps: list[Step], sites: int) -> None:
    assert not disagreements(steps, sites, Model())


@pytest.mark.campaign
@settings(max_examples=CAMPAIGN, print_blob=True, **RELAXED)
@given(histories, st.integers(1, 4))
def test_five_thousand_histories_give_one_state_each(steps: list[Step], sites: int) -> None:
    assert not disagreements(steps, sites, Model())


@settings(max_examples=COMMON // 2, print_blob=True, **RELAXED)
@given(histories, st.randoms(use_true_random=False))
def test_taking_events_one_by_one_in_any_order_equals_folding_them_anew(
    steps: list[Step], chance: random.Random
) -> None:
    events = list(play(steps, 3)[0].known.values())
    chance.shuffle(events)
    site = Site(REPLICAS[0])
    for number, event in enumerate(events):
        site.take(event)
        site.take(chance.choice(events[: number + 1]))  # what is told twice changes nothing
    anew = {m: fold(m, [e for e in events if m in (e.memory, e.fields.get("target"))]) for m in MEMORIES}
    assert site.records == anew
    assert site.root() == root_of(anew)


@settings(max_examples=COMMON // 2, print_blob=True, **RELAXED)
@given(histories, st.integers(1, 4))
def test_no_wording_disappears_unless_a_revision_names_it(steps: list[Step], sites: int) -> None:
    """What was acknowledged stands or is replaced on purpose, however the clocks ran."""
    site = play(steps, sites)[0]
    events = list(site.known.values())
    for memory, record in site.records.items():
        about = [event for event in events if event.memory == memory]
        named = [event.fields.get("seen", {}) for event in about if event.op == "revise"]
        standing = {(head["replica"], head["seq"]) for head in record.get("heads", ())}
        for event in about:
            replaced = any(event.seq <= seen.get(event.replica, 0) for seen in named)
            erased = any(other.op == "erase" for other in about)
            if event.op in ("assert", "revise") and not replaced and not erased:
                assert (event.replica, event.seq) in standing


def trusting_arrival(record: Record, event: Event, memory: str) -> None:
    """A fold that takes the order of arrival for the order of time: wrong, and made from the right one."""
    record["arrived"] = record.get("arrived", 0) + 1
    apply(record, event._replace(clock=Clock(record["arrived"], 0)), memory)


def test_a_fold_that_trusts_the_order_of_arrival_is_found_out() -> None:
    """The control of the tests above."""
    diverged = 0
    for seed in range(CONTROLS):
        world = play(random_history(seed), 3, trusting_arrival)
        states = [{m: meaning(record) for m, record in site.records.items()} for site in world]
        diverged += any(state != states[0] for state in states)
    assert diverged > CONTROLS // 2


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_a_model_with_one_wrong_rule_disagrees_with_the_fold(mutation: type[Model]) -> None:
    """The control of the model: each of its rules is really tried by the histories."""
    assert any(disagreements(random_history(seed), 3, mutation()) for seed in range(SEARCHED))


def test_the_histories_of_the_controls_agree_with_the_true_model() -> None:
    for seed in range(CONTROLS):
        assert not disagreements(random_history(seed), 3, Model()), f"seed {seed}"
