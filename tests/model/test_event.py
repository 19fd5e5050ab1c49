"""Events and their clocks: what is hashed, what is compared, what grows."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oldhand.model.canonical import canonical
from oldhand.model.clock import COUNTER_LIMIT, Clock, stamp, stamp_wall, tick
from oldhand.model.event import OPERATIONS, digest_of, event_bytes, make, recomputed_id

YEAR = 31_557_600_000  # milliseconds
MOMENTS = (-10 * YEAR, -1, 0, 1, 2_147_483_648_000, 1_767_225_600_000, 8_000 * YEAR)  # before 1970, after 2038

names = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
hexes = st.integers(0, 2**64 - 1).map(lambda number: f"{number:016x}")
addresses = st.binary(min_size=32, max_size=32).map(bytes.hex)
walls = st.integers(0, 8_000 * YEAR)
clocks = st.builds(Clock, walls, st.integers(0, COUNTER_LIMIT))
fields = st.dictionaries(st.sampled_from(["trust", "priority", "tags", "seen"]), st.integers(0, 9) | names, max_size=3)


@settings(max_examples=300, deadline=None)
@given(
    hexes, st.integers(1, 2**50), clocks, names, names, st.sampled_from(OPERATIONS), addresses, fields, st.booleans()
)
def test_the_bytes_of_an_event_are_the_canonical_bytes_of_its_parts(
    replica: str, seq: int, clock: Clock, actor: str, origin: str, op: str, name: str, said: dict[str, object],
    first: bool,
) -> None:  # fmt: skip
    memory, revision, prev = name[:32], name, "" if first else name
    digest = digest_of(said)
    parts = {
        "actor": actor, "clock": [clock.wall, clock.counter], "fields": digest, "memory": memory, "op": op,
        "origin": origin, "prev": prev, "replica": replica, "revision": revision, "seq": seq, "v": 1,
    }  # fmt: skip
    body = event_bytes(replica, seq, clock, actor, origin, op, memory, revision, digest, prev)
    assert body == canonical(parts)
    event = make(replica, seq, clock, actor, origin, op, memory, revision, said, prev)
    assert event.id == sha256(canonical(parts)).hexdigest() == recomputed_id(event)
    assert event.fields_digest == (sha256(canonical(said)).hexdigest() if said else "")


def test_each_part_of_an_event_changes_its_id() -> None:
    event = make("0" * 16, 1, Clock(1, 0), "ann", "cli", "set", "a" * 32, "b" * 64, {"priority": 1}, "c" * 64)
    others = {
        "replica": "1" * 16, "seq": 2, "clock": Clock(1, 1), "actor": "ben", "origin": "mcp", "op": "retire",
        "memory": "d" * 32, "revision": "", "prev": "", "fields_digest": digest_of({"priority": 2}),
    }  # fmt: skip
    ids = {recomputed_id(event._replace(**{name: value})) for name, value in others.items()}
    assert len(ids | {event.id}) == len(others) + 1


def test_erasing_an_events_fields_does_not_change_its_id() -> None:
    event = make("0" * 16, 1, Clock(1, 0), "ann", "cli", "set", "a" * 32, "", {"reason": "secret"}, "")
    assert recomputed_id(event._replace(fields={})) == event.id


stamped = st.tuples(clocks, hexes, addresses)


@settings(max_examples=500, deadline=None)
@given(stamped, stamped)
def test_stamps_sort_like_clock_replica_and_event_id(
    one: tuple[Clock, str, str], other: tuple[Clock, str, str]
) -> None:
    keys = [(clock, replica, event[:8]) for clock, replica, event in (one, other)]
    assert (stamp(*one) < stamp(*other)) == (keys[0] < keys[1])
    assert (stamp(*one) == stamp(*other)) == (keys[0] == keys[1])
    assert stamp_wall(stamp(*one)) == one[0].wall


def test_decimal_digits_instead_of_hexadecimal_would_not_sort() -> None:
    """The control: a stamp without leading zeros fails the test above."""
    assert (str(9) < str(10)) != (Clock(9, 0) < Clock(10, 0))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(MOMENTS) | walls | walls.map(lambda wall: -wall), min_size=1, max_size=30))
def test_a_clock_always_grows_whatever_the_machine_shows(shown: list[int]) -> None:
    clock = Clock(0, 0)
    for now_ms in shown:
        later = tick(clock, now_ms)
        assert later > clock
        assert later.wall >= max(clock.wall, now_ms)
        assert stamp(later, "0" * 16, "0" * 64) > stamp(clock, "0" * 16, "0" * 64)
        clock = later


@pytest.mark.parametrize("now_ms", MOMENTS)
def test_a_full_millisecond_runs_over_into_the_next(now_ms: int) -> None:
    full = Clock(max(now_ms, 0), COUNTER_LIMIT)
    assert tick(full, now_ms) == Clock(full.wall + 1, 0)
