"""Histories: what several replicas do to a few memories and tell each other, in every order there is.

A replica here is the product's own clock, events and fold, without a database, so that thousands
of histories can be tried; test_stores.py does the same with real stores.
"""

import random
from collections.abc import Callable
from hashlib import sha256
from typing import Any, NamedTuple

from hypothesis import strategies as st

from oldhand.model.canonical import canonical
from oldhand.model.clock import Clock, tick
from oldhand.model.event import Event, make
from oldhand.store import merkle
from oldhand.store.fold import Record, apply, registers, rejected_values, standing
from tests.merge.model import Meaning

BASE = 1_767_225_600_000  # 2026-01-01T00:00:00Z, in milliseconds
YEAR = 31_557_600_000  # milliseconds
# What the machine's clock shows, apart from BASE: right, equal, a little off, ten years off, before 1970, after 2038.
SKEWS = (0, 0, 0, 1, -1, 3_600_000, -10 * YEAR, 10 * YEAR, -60 * YEAR, 15 * YEAR)
MEMORIES = tuple(sha256(f"memory {n}".encode()).hexdigest()[:32] for n in range(3))
TEXTS = tuple(sha256(f"text {n}".encode()).hexdigest() for n in range(4))
REPLICAS = tuple(sha256(f"replica {n}".encode()).hexdigest()[:16] for n in range(4))
TRUSTS = ("user", "agent", "web")
RELATIONS = ("supersedes", "relates_to", "contradicts")
VALUES = tuple(sha256(f"value {n}".encode()).hexdigest()[:32] for n in range(4))
OPS = (
    "assert", "assert", "revise", "revise", "revise", "confirm", "dispute", "reject", "retire", "restore",
    "link", "link", "unlink", "set", "set", "root", "erase",
)  # fmt: skip

Apply = Callable[[Record, Event, str], None]


class Step(NamedTuple):
    """One thing that happens: an event that replica `site` makes, or (op `tell`) what it tells to replica `other`.

    memory, value: choose what the event is about and says; skew: what the clock shows; order: the
    seed of the order in which, and of the choice of what, is told.
    """

    op: str
    site: int
    other: int
    memory: int
    value: int
    skew: int
    order: int


class Site:
    """One replica: what it knows and what it makes of it."""

    def __init__(self, name: str, taking: Apply = apply) -> None:
        self.name, self.taking = name, taking
        self.clock, self.seq, self.prev = Clock(0, 0), 0, ""
        self.known: dict[str, Event] = {}
        self.records: dict[str, Record] = {memory: {} for memory in MEMORIES}

    def do(self, op: str, memory: str, fields: dict[str, Any], revision: str, now_ms: int) -> Event:
        """Make an event and take it in."""
        self.clock, self.seq = tick(self.clock, now_ms), self.seq + 1
        event = make(
            self.name, self.seq, self.clock, f"actor-{self.name[:2]}", "test", op, memory, revision, fields, self.prev
        )
        self.prev = event.id
        self.take(event)
        return event

    def take(self, event: Event) -> None:
        """Take an event in, once."""
        if event.id in self.known:
            return
        self.known[event.id] = event
        self.clock = max(self.clock, event.clock)
        for memory in {event.memory, event.fields.get("target", "")} - {""}:
            self.taking(self.records[memory], event, memory)

    def root(self) -> bytes:
        """The Merkle root of the state."""
        return root_of(self.records)


def root_of(records: dict[str, Record]) -> bytes:
    """The Merkle root of these records, computed from nothing."""
    digests = {memory: sha256(canonical(record)).digest() for memory, record in sorted(records.items()) if record}

    def leaf(prefix: str) -> list[tuple[bytes, bytes]]:
        return [(bytes.fromhex(m), digest) for m, digest in digests.items() if m.startswith(prefix)]

    return merkle.update(digests, leaf, lambda paths: {}, lambda nodes: None)


def event_fields(step: Step, site: Site) -> tuple[dict[str, Any], str]:
    """The fields and the wording of the event that a step makes."""
    memory, value = MEMORIES[step.memory], step.value
    fields: dict[str, Any] = {}
    if step.op in ("assert", "revise", "confirm", "dispute", "reject"):
        fields["trust"] = TRUSTS[value % len(TRUSTS)]
    if step.op in ("reject", "erase") and value % 5:
        fields["values"] = sorted({VALUES[value % 4], VALUES[value % 3]})
    if step.op in ("revise", "confirm", "restore") and value % 7:
        fields["seen"] = dict(site.records[memory].get("vector", {}))
    if step.op in ("assert", "revise", "set"):
        fields |= said_about(value)
    if step.op in ("link", "unlink"):
        fields = {"rel": RELATIONS[value % 3], "target": MEMORIES[(step.memory + value // 2) % len(MEMORIES)]}
    return fields, TEXTS[value % len(TEXTS)] if step.op in ("assert", "revise") else ""


def said_about(value: int) -> dict[str, Any]:
    """Metadata chosen by the bits of a number."""
    said: dict[str, Any] = {"priority": value % 5} if value & 1 else {"assignee": f"agent-{value % 3}"}
    if value & 2:
        said["tags"] = [f"tag-{value % 3}", f"tag-{value % 5}"]
    if value & 4:
        said["untag"] = [f"tag-{value % 4}"]
    if value & 8:
        said["anchors"] = {f"src/{value % 3}.py": f"{value:064x}"}
    if value & 16:
        said["unanchor"] = [f"src/{value % 2}.py"]
    if value & 32:
        said |= {"confidence": value * 10, "valid_until": BASE + value, "domain": f"room-{value % 2}"}
    if value & 64:
        said["quarantined"] = bool(value & 1)
    return said


def play(steps: list[Step], sites: int, taking: Apply = apply) -> list[Site]:
    """What becomes of `sites` replicas, all of which end up knowing every event, told twice and in any order."""
    world = [Site(REPLICAS[n], taking) for n in range(sites)]
    for step in steps:
        site = world[step.site % sites]
        if step.op == "tell":
            known = list(site.known.values())
            chance = random.Random(step.order)
            told = [event for event in known if chance.random() < 0.6]
            chance.shuffle(told)
            for event in told:
                world[step.other % sites].take(event)
        else:
            fields, revision = event_fields(step, site)
            memory = "" if step.op == "root" else MEMORIES[step.memory]
            site.do(step.op, memory, fields, revision, BASE + SKEWS[step.skew])
    everything = [event for site in world for event in site.known.values()]
    for number, site in enumerate(world):
        random.Random(number).shuffle(everything)
        for event in everything:
            site.take(event)
    return world


def meaning(record: Record) -> Meaning:
    """What a folded record says, in the model's terms."""
    state = standing(record)
    if state == "erased":
        return Meaning("erased", rejected=rejected_values(record))
    values = registers(record)
    plain = {name: value for name, value in values.items() if "/" not in name}
    split = [
        name.split("/", 2) for name, value in values.items() if value is True and name.startswith(("to/", "from/"))
    ]
    return Meaning(
        state,
        tuple((head["revision"], head["trust"], head["actor"], head["origin"]) for head in record.get("heads", ())),
        tuple((mark["op"], mark["trust"]) for mark in record.get("marks", ())),
        tuple(sorted(plain.items())),
        frozenset(name[4:] for name, value in values.items() if name.startswith("tag/") and value),
        frozenset((n[7:], value) for n, value in values.items() if n.startswith("anchor/") and value is not False),
        frozenset((rel, other) for way, rel, other in split if way == "to"),
        frozenset((rel, other) for way, rel, other in split if way == "from"),
        tuple(sorted(record.get("counts", {}).items())),
        rejected_values(record),
    )


def random_history(seed: int, length: int = 40) -> list[Step]:
    """A history that does not depend on Hypothesis, for the controls."""
    chance = random.Random(seed)
    return [
        Step(
            chance.choice((*OPS, "tell", "tell", "tell")), chance.randrange(4), chance.randrange(4),
            chance.randrange(3), chance.randrange(128), chance.randrange(len(SKEWS)), chance.randrange(1000),
        )
        for _ in range(length)
    ]  # fmt: skip


small = st.integers(0, 3)
steps = st.builds(
    Step, st.sampled_from((*OPS, "tell", "tell", "tell", "tell")), small, small, st.integers(0, 2),
    st.integers(0, 127), st.integers(0, len(SKEWS) - 1), st.integers(0, 1000),
)  # fmt: skip
histories = st.lists(steps, max_size=40)
