"""The fold by itself: what a record holds, and what it leaves out. Merging is tried in tests/merge."""

from typing import Any

import pytest

from oldhand.model.canonical import canonical
from oldhand.model.clock import Clock
from oldhand.model.event import Event, make
from oldhand.store.fold import apply, fold, registers, standing

MEMORY, OTHER = "a" * 32, "b" * 32
FIRST, SECOND = "1" * 64, "2" * 64
ANN, BEN = "0" * 16, "f" * 16


def event(
    op: str, seq: int, *, replica: str = ANN, revision: str = "", memory: str = MEMORY, wall: int = 0, **fields: Any
) -> Event:
    """An event of one replica; its clock follows its number unless told otherwise."""
    if op in ("assert", "revise", "confirm", "dispute", "reject"):
        fields = {"trust": "agent", **fields}
    return make(replica, seq, Clock(wall or seq, 0), "agent", "test", op, memory, revision, fields, "")


SAID = event("assert", 1, revision=FIRST, kind="claim", tags=["ci"], priority=2)


def test_a_record_holds_what_its_events_said_and_nothing_else() -> None:
    assert set(fold(MEMORY, [SAID])) == {"heads", "registers", "counts", "vector", "first"}
    assert registers(fold(MEMORY, [SAID])) == {"kind": "claim", "priority": 2, "tag/ci": True}


def test_a_record_has_canonical_bytes() -> None:
    events = [
        SAID, event("revise", 2, revision=SECOND, seen={ANN: 1}), event("dispute", 1, replica=BEN),
        event("link", 3, rel="relates_to", target=OTHER), event("confirm", 4, seen={ANN: 3}),
    ]  # fmt: skip
    assert canonical(fold(MEMORY, events))


def test_the_order_of_arrival_leaves_no_trace_in_a_record() -> None:
    events = [
        SAID,
        event("revise", 2, revision=SECOND, seen={ANN: 1}),
        event("set", 1, replica=BEN, priority=9, untag=["ci"]),
    ]
    assert canonical(fold(MEMORY, events)) == canonical(fold(MEMORY, events[::-1]))


@pytest.mark.parametrize(
    ("happened", "stands"),
    [
        ([], "active"),
        ([event("dispute", 2)], "contested"),
        ([event("assert", 1, replica=BEN, revision=SECOND)], "contested"),
        ([event("assert", 1, replica=BEN, revision=FIRST)], "active"),
        ([event("link", 1, memory=OTHER, rel="supersedes", target=MEMORY), event("dispute", 2)], "superseded"),
        ([event("link", 1, memory=OTHER, rel="supersedes", target=MEMORY), event("retire", 2)], "retired"),
        ([event("retire", 2), event("set", 3, quarantined=True)], "quarantined"),
        ([event("set", 2, quarantined=True), event("set", 3, quarantined=False)], "active"),
        ([event("set", 2, quarantined=True), event("reject", 3)], "rejected"),
        ([event("reject", 2), event("erase", 3)], "erased"),
    ],
)  # fmt: skip
def test_of_several_standings_the_gravest_shows(happened: list[Event], stands: str) -> None:
    assert standing(fold(MEMORY, [SAID, *happened])) == stands
    assert standing(fold(MEMORY, [*happened, SAID])) == stands


@pytest.mark.parametrize(
    ("kind", "key", "origins", "stands"),
    [
        ("outcome", "outcome/ab", ("git", "git"), "active"),
        # The controls: it is of another kind, of another slot, or one of them was worded by somebody.
        ("claim", "outcome/ab", ("git", "git"), "contested"), ("outcome", "ab", ("git", "git"), "contested"),
        ("outcome", "outcome/ab", ("git", "test"), "contested"),
    ],
)  # fmt: skip
def test_outcomes_that_replicas_derived_from_git_contest_nothing(
    kind: str, key: str, origins: tuple[str, str], stands: str
) -> None:
    fields = {"trust": "repo", "kind": kind, "key": key}
    first, second = (
        make(replica, 1, Clock(1, 0), "agent", origin, "assert", MEMORY, revision, fields, "")
        for replica, origin, revision in zip((ANN, BEN), origins, (FIRST, SECOND), strict=True)
    )
    assert standing(fold(MEMORY, [first, second])) == standing(fold(MEMORY, [second, first])) == stands


def test_a_memory_that_is_only_pointed_to_is_awaited() -> None:
    assert standing(fold(MEMORY, [event("link", 1, memory=OTHER, rel="answers", target=MEMORY)])) == "awaited"


def test_an_erased_record_keeps_only_that_and_who_wrote_last() -> None:
    later = event("revise", 5, replica=BEN, revision=SECOND, seen={ANN: 1})
    pointing = event("link", 6, memory=OTHER, rel="supersedes", target=MEMORY)
    record = fold(MEMORY, [SAID, event("erase", 2), later, pointing])
    assert record == {"erased": True, "vector": {ANN: 2, BEN: 5}}
    assert fold(MEMORY, [pointing, later, event("erase", 2), SAID]) == record


def test_an_event_whose_fields_were_erased_elsewhere_is_passed_over_until_the_erasure_comes() -> None:
    erased = SAID._replace(fields={})
    assert standing(fold(MEMORY, [erased])) == "awaited"
    assert fold(MEMORY, [erased, event("erase", 2)]) == fold(MEMORY, [SAID, event("erase", 2)])


def test_a_dispute_that_was_settled_before_it_arrived_stays_settled() -> None:
    dispute = event("dispute", 2, replica=BEN)
    confirm = event("confirm", 2, seen={ANN: 1, BEN: 2})
    assert standing(fold(MEMORY, [SAID, confirm, dispute])) == "active"
    assert standing(fold(MEMORY, [SAID, event("confirm", 2, seen={ANN: 1, BEN: 1}), dispute])) == "contested"


def test_a_field_is_won_by_the_later_clock_and_its_neighbours_stay() -> None:
    record = fold(
        MEMORY, [SAID, event("set", 3, priority=7, confidence=1), event("set", 2, replica=BEN, priority=5, tags=["x"])]
    )
    assert registers(record) == {"kind": "claim", "tag/ci": True, "priority": 7, "confidence": 1, "tag/x": True}


def test_one_event_that_adds_and_removes_a_tag_removes_it() -> None:
    assert registers(fold(MEMORY, [event("set", 1, tags=["x"], untag=["x"])])) == {"tag/x": False}


def test_a_link_to_itself_is_seen_once() -> None:
    record = fold(MEMORY, [event("link", 1, rel="relates_to", target=MEMORY)])
    assert registers(record) == {f"to/relates_to/{MEMORY}": True}


def test_applying_an_event_changes_only_the_record_it_is_given() -> None:
    record = fold(MEMORY, [SAID])
    before = canonical(record)
    copy = fold(MEMORY, [SAID])
    apply(copy, event("set", 2, priority=9), MEMORY)
    assert canonical(record) == before
    assert SAID.fields["priority"] == 2
