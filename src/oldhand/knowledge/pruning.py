"""Pruning: which memories have had their time, and why. Nothing is deleted; what is retired comes back with `restore`.

Every reason follows from stored facts and the moment alone, so asking or applying it again changes nothing. What
people said or confirmed is never a candidate, nor is what the project's files say, a rejection, anything that waits
in review, nor what somebody has put back before.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from oldhand.knowledge.capture import BY, LIFECYCLE, VOUCHED
from oldhand.knowledge.salience import salience
from oldhand.knowledge.trusting import strongest
from oldhand.knowledge.utility import NEVER, Use, use_of, uses
from oldhand.model.clock import stamp_wall
from oldhand.model.identity import short
from oldhand.model.kinds import ASIDE
from oldhand.model.moment import day
from oldhand.model.trust import RANK, Voice
from oldhand.store.fading import BELOW_REPO, older, said_twice, tied_places
from oldhand.store.fold import standing
from oldhand.store.reader import DAY_MS, Held, Reader

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.transaction import Transaction

EXPIRED, SUPERSEDED, DUPLICATE, GONE, UNUSED = "expired", "superseded", "duplicate", "gone", "unused"
REASONS = (EXPIRED, SUPERSEDED, DUPLICATE, GONE, UNUSED)  # in this order: a memory is told with its first reason
SALIENT = 0.5  # salience from which on something unused is kept all the same: above the middle, something speaks for it
CONFIRMED = 2  # times said or confirmed from which on something unused is kept: two who say it may be right
READ_AT_ONCE = 400  # memories read together
MOST_EXPIRED = 2_000  # expired memories looked at in one run: those that ended first
MOST_ABSENT = 500  # absent files whose memories are looked at
CHECK_SECONDS = 10.0  # for looking whether what absent files held is elsewhere now


class Candidate(NamedTuple):
    """A memory that has had its time. reason: one of REASONS; why: in words; salience: how much it matters, 0 to 1."""

    held: Held
    reason: str
    why: str
    salience: float


class Policy(NamedTuple):
    """How many days each reason waits (settings lifecycle.*); 0 switches it off."""

    expired_days: int
    superseded_days: int
    unused_days: int


def policy_of(memory: "Memory") -> Policy:
    """The policy in force."""
    return Policy(*(memory.setting(f"lifecycle.{name}") for name in Policy._fields))


def candidates(memory: "Memory", reader: Reader, limit: int, reasons: tuple[str, ...] = REASONS) -> list[Candidate]:
    """At most so many memories that have had their time: reason by reason, the oldest of each first."""
    now = memory.now()
    log = _Log(memory, reader)
    policy = policy_of(memory)
    found: dict[str, Candidate] = {}
    for reason in reasons:
        for held, why in _SOURCES[reason](memory, reader, policy, log, now):
            if len(found) >= limit:
                return list(found.values())
            if held.id not in found and _may_go(reader, held):
                found[held.id] = Candidate(held, reason, why, salience(held, now, log.use(held.id)))
    return list(found.values())


def apply(transaction: "Transaction", found: list[Candidate], voice: Voice) -> list[str]:
    """Retire candidates that still are; the ids of those retired. Only what the voice may put away goes."""
    retired = []
    for one in found:
        record = transaction.record(one.held.id)
        allowed = RANK.get(strongest(record), 0) <= RANK.get(voice.trust, 0)
        if standing(record) == one.held.standing and record == one.held.record and allowed:
            fields = {"reason": f"{one.reason}: {one.why}", BY: LIFECYCLE}
            transaction.emit("retire", one.held.id, voice.actor, voice.origin, fields)
            retired.append(one.held.id)
    return retired


class _Log:
    """What the local log tells, read when it is first asked for."""

    def __init__(self, memory: "Memory", reader: Reader) -> None:
        self._memory, self._reader = memory, reader
        self._uses: dict[str, Use] | None = None
        self.since = 0  # milliseconds since 1970 from which on the log tells every recall; 0: it tells nothing
        self._recalled: set[str] = set()

    def use(self, name: str) -> Use:
        """How a memory was used lately."""
        if self._uses is None:
            self._uses = dict(uses(self._memory.traces(), self._reader))
        return use_of(self._uses, name) if self._uses else NEVER

    def read(self) -> None:
        """Learn every recall that the log holds."""
        from oldhand.knowledge.utility import recalled

        self.since, self._recalled = recalled(self._memory.traces())

    def silent_on(self, name: str) -> bool:
        """Whether no recall in the log showed a memory."""
        return short(name) not in self._recalled


def _expired(memory: "Memory", reader: Reader, policy: Policy, log: _Log, now: int) -> Iterator[tuple[Held, str]]:
    if policy.expired_days:
        for held in reader.expiring(now - policy.expired_days * DAY_MS, MOST_EXPIRED):
            yield held, f"it held until {day(held.valid_until or 0)}"


def _superseded(memory: "Memory", reader: Reader, policy: Policy, log: _Log, now: int) -> Iterator[tuple[Held, str]]:
    before = now - policy.superseded_days * DAY_MS
    if policy.superseded_days:
        for held in _read(reader, older(reader._connection, "superseded", before)):
            since = _since(held)
            if since and since < before:
                yield held, f"something else has taken its place since {day(since)}"


def _since(held: Held) -> int:
    """When a memory was superseded, in milliseconds; 0 when it is not."""
    return max(
        (
            stamp_wall(stamp)
            for stamp, group in held.record.get("registers", {}).items()
            if any(name.startswith("from/supersedes/") and stands for name, stands in group.items())
        ),
        default=0,
    )


def _duplicates(memory: "Memory", reader: Reader, policy: Policy, log: _Log, now: int) -> Iterator[tuple[Held, str]]:
    twice = dict(said_twice(reader._connection))
    for held in _read(reader, iter(twice)):
        yield held, f"{short(twice[held.id])} says the same words"


def _gone(memory: "Memory", reader: Reader, policy: Policy, log: _Log, now: int) -> Iterator[tuple[Held, str]]:
    """What is tied only to places that are gone."""
    from oldhand.code.anchors import GONE as GONE_STATE
    from oldhand.code.anchors import Checker
    from oldhand.store.anchored import tied
    from oldhand.store.fold import registers

    tree = memory.project.tree
    absent = [path for path in tied_places(reader._connection) if not _there(tree / path)][:MOST_ABSENT]
    checker = Checker(tree, memory.environment, seconds=CHECK_SECONDS)
    names = dict.fromkeys(name for path in absent for name in tied(reader, path, READ_AT_ONCE))
    for held in _read(reader, iter(names)):
        values = registers(held.record)
        if all(checker.check(place, str(values[f"anchor/{place}"])).state == GONE_STATE for place in held.anchors):
            yield held, f"{held.anchors[0]} is gone" + (f", and {len(held.anchors) - 1} more" * (len(held.anchors) > 1))


def _there(path: "object") -> bool:
    import os

    try:
        return os.path.lexists(str(path))
    except (OSError, ValueError):
        return True  # a name that cannot be looked up says nothing of its file


def _unused(memory: "Memory", reader: Reader, policy: Policy, log: _Log, now: int) -> Iterator[tuple[Held, str]]:
    """What nobody vouches for and no recall showed, as far as the log reaches, which must be far enough."""
    before = now - policy.unused_days * DAY_MS
    if not policy.unused_days:
        return
    log.read()
    if not log.since or log.since > before:
        return  # the log does not reach back so far: nothing can be said
    for held in _read(reader, older(reader._connection, "active", before, BELOW_REPO)):
        quiet = log.silent_on(held.id) and held.confirmations < CONFIRMED and held.created < before
        if quiet and salience(held, now, log.use(held.id)) < SALIENT:
            yield held, f"no recall has shown it since {day(before)}"


_SOURCES = {EXPIRED: _expired, SUPERSEDED: _superseded, DUPLICATE: _duplicates, GONE: _gone, UNUSED: _unused}


def _read(reader: Reader, names: Iterator[str]) -> Iterator[Held]:
    """Memories by id, some hundred at a time."""
    from itertools import islice

    from oldhand.store.shelf import EVERYTHING

    while part := list(islice(names, READ_AT_ONCE)):
        yield from reader.several(part, EVERYTHING)


def _may_go(reader: Reader, held: Held) -> bool:
    """Whether a memory may be a candidate at all: it is knowledge, nobody vouches for it or has put it back before."""
    if held.kind in ASIDE:
        return False
    if held.standing not in ("active", "superseded") or RANK.get(strongest(held.record), 0) >= VOUCHED:
        return False
    return not any(event.op == "restore" for _, event in reader.history(held.id))
