"""Review: what waits for somebody to settle it, ranked by risk, worked out from the state each time it is asked.

There is no list that anything is put on: an item leaves by itself when its cause is gone. What nobody settles
within the setting review.expire_days leaves too and stays in its standing; nothing reminds of it.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from oldhand.errors import Refused, UnusableStore
from oldhand.knowledge.trusting import VOUCHING
from oldhand.model.clock import stamp_wall
from oldhand.model.identity import SHOWN_DIGITS, short
from oldhand.store.by_kind import how_many
from oldhand.store.deferrals import Deferrals
from oldhand.store.fold import Record, counted, registers
from oldhand.store.waiting import Candidate, ending, named, standing_so, tied_to, untrusted

if TYPE_CHECKING:
    from oldhand.knowledge.reviewing_log import Recalls
    from oldhand.memory import Memory
    from oldhand.store.reader import Reader

DAY_MS = 86_400_000
MOST = 2_000  # memories of one cause that are ranked: more than anybody settles, and few enough for 50 ms
MOST_STALE = 500  # anchors that no longer held: each costs a look at its file's times
SOON_DAYS = 14  # before its end a memory begins to wait: a sprint, so that somebody meets it in time
SOON_PART = 4  # and no sooner than in the last quarter of its time: what holds for three days does not wait at once
EVER_BEFORE = -(2**53)  # ms: before every moment that the store can hold
RECALLS = 500  # of the log that are looked at, some weeks of work; reading them takes some 4 ms
OFTEN = 5  # recalls from which on a memory that nobody vouched for is worth a look
CAPTURED = "tag/captured"  # what was captured by itself ends by itself
CURRENT = ("active", "contested")
CONTRADICTS = ("to/contradicts/", "from/contradicts/")

CONTRADICTION, WORDINGS, DISPUTED, QUARANTINED = "contradiction", "wordings", "disputed", "quarantined"
UNTRUSTED, STALE, EXPIRED, EXPIRING, USED = "untrusted", "stale", "expired", "expiring", "used"
NOISE, NEVER = "noise", "never-recalled"
# Of decisions alone (reviewing_decisions).
WENT_BADLY, RESTS_ON_FALSE, DUE = "went-badly", "rests-on-false", "prediction-due"
CAUSES = (
    CONTRADICTION, WORDINGS, DISPUTED, QUARANTINED, UNTRUSTED, WENT_BADLY, RESTS_ON_FALSE, STALE, EXPIRED, EXPIRING,
    USED, DUE, NOISE, NEVER,
)  # fmt: skip

# How likely a memory with this cause is wrong, in percent. Estimates, made once and kept in one place: of two that
# contradict each other one is wrong; code that changed under a memory changed what it says in about every third case;
# an end that somebody set is right more often than not. What was taken back, or rests on what is false, mostly does not
# hold. What nobody uses, or was never shown, is mostly right, but what it costs is read by everybody, so it comes last.
CHANCE: dict[str, int] = {
    QUARANTINED: 60, CONTRADICTION: 50, WORDINGS: 50, EXPIRED: 50, DISPUTED: 40, UNTRUSTED: 40, STALE: 35,
    WENT_BADLY: 60, RESTS_ON_FALSE: 50, EXPIRING: 20, USED: 15, DUE: 10, NOISE: 10, NEVER: 5,
}  # fmt: skip
# What it costs to believe it while it is wrong: rules and reasons steer work, facts are looked up, the rest asks.
HARM: dict[str, int] = {
    "gotcha": 3, "negative": 3, "convention": 3, "decision": 3, "question": 1, "gap": 1, "reminder": 1,
}  # fmt: skip
USUAL_HARM = 2
IMPORTANT = 1  # more harm of what has a priority above 0: it comes first in briefings
MOST_USES = 127  # recalls that count: seven doublings
QUARANTINED_REACH = 25  # percent: nobody is told what is quarantined; what is lost is that it might be true


class Cause(NamedTuple):
    """Why something waits: its name (CAUSES), since when (ms), and what there is to say of it."""

    name: str
    since: int
    detail: str = ""


class Waiting(NamedTuple):
    """Something that waits: one memory, or the two that contradict each other.

    risk: harm if wrong times the chance of it in percent times use; it orders and means nothing else.
    used: how often the latest recalls showed it.
    """

    ids: tuple[str, ...]
    causes: tuple[Cause, ...]
    risk: int
    used: int

    @property
    def since(self) -> int:
        """Since when it waits (ms)."""
        return min(cause.since for cause in self.causes)


class Queue(NamedTuple):
    """What waits, the riskiest first. deferred: items put off; left: items that nobody settled in time."""

    items: list[Waiting]
    deferred: int
    left: int


def queue(memory: "Memory", reader: "Reader", scope: str = "project", *, every: bool = False) -> Queue:
    """What waits for this voice. every: with what was put off and what nobody settled in time."""
    now = memory.now()
    recalls = latest_recalls(memory)
    uses = showings(recalls)
    candidates, causes = _waiting(memory, reader, scope, uses, now, every)
    if scope == "project":
        _from_the_log(memory, reader, recalls, now, candidates, causes)
        _from_decisions(reader, now, candidates, causes)
    put_off = deferred(memory, scope, now)
    oldest = now - memory.setting("review.expire_days") * DAY_MS
    items: list[Waiting] = []
    late = off = 0
    for ids, its in causes.items():
        fresh = [cause for cause in its if cause.since >= oldest]
        shown = [cause for cause in fresh if key(cause.name, ids) not in put_off]
        late += not fresh
        off += bool(fresh and not shown)
        if kept := its if every else shown:
            items.append(_ranked(ids, kept, candidates, uses))
    items.sort(key=lambda one: (-one.risk, one.since, one.ids))
    return Queue(items, off, late)


def key(cause: str, ids: Iterable[str]) -> str:
    """The name under which an item is put off: by its cause, so that a new cause brings it back."""
    return f"{cause}:{'+'.join(ids)}"


def queue_of(memory: "Memory") -> str:
    """Whose queue it is. The trust is part of it: a name is whatever its owner says."""
    return f"{memory.trust}:{memory.actor}"


def deferred(memory: "Memory", scope: str, now_ms: int) -> frozenset[str]:
    """The keys of what this voice put off, as far as that time is not over."""
    file = Deferrals(memory.store(scope).folder)
    try:
        return frozenset(name for name, until in file.of(queue_of(memory)).items() if until > now_ms)
    finally:
        file.close()


def _waiting(
    memory: "Memory", reader: "Reader", scope: str, uses: dict[str, list[int]], now: int, every: bool
) -> tuple[dict[str, Candidate], dict[tuple[str, ...], list[Cause]]]:
    """Every candidate by its id, and the causes of every item."""
    contested = standing_so(reader, "contested", MOST)
    found = [*contested, *standing_so(reader, QUARANTINED, MOST), *untrusted(reader, MOST)]
    span = memory.setting("review.expire_days") * DAY_MS
    found += ending(reader, EVER_BEFORE if every else now - span, now + SOON_DAYS * DAY_MS, MOST)
    aged = stale(memory, reader) if scope == "project" else {}
    often = named(reader, (name for name, moments in uses.items() if len(moments) >= OFTEN))
    candidates: dict[str, Candidate] = {}
    for one in found:
        if one.record or one.id not in candidates:  # some come without their records, and again with them
            candidates[one.id] = one
    causes: dict[tuple[str, ...], list[Cause]] = {}
    for one in candidates.values():
        for ids, cause in causes_of(one, now):
            known = causes.setdefault(ids, [])
            if all(cause.name != other.name for other in known):
                known.append(cause)
    for candidate, cause in aged.values():
        candidates.setdefault(candidate.id, candidate)
        causes.setdefault((candidate.id,), []).append(cause)
    for one in often:
        if one.standing == "active" and not vouched(one):
            candidates.setdefault(one.id, one)
            moments = uses[one.id[:SHOWN_DIGITS]]
            detail = f"shown by {len(moments)} of the latest recalls"
            causes.setdefault((one.id,), []).append(Cause(USED, moments[OFTEN - 1], detail))
    return candidates, causes


def _from_the_log(
    memory: "Memory", reader: "Reader", recalls: "Recalls", now: int, candidates: dict[str, Candidate],
    causes: dict[tuple[str, ...], list[Cause]],
) -> None:  # fmt: skip
    """Add what the local logs put up for review."""
    from oldhand.knowledge.reviewing_log import never_shown, noisy

    never = never_shown(memory, reader, recalls, RECALLS, now)
    for cause, found in ((NOISE, noisy(memory, reader, recalls)), (NEVER, never)):
        for one in found:
            candidates.setdefault(one.memory.id, one.memory)
            causes.setdefault((one.memory.id,), []).append(Cause(cause, one.since, one.detail))


def _from_decisions(
    reader: "Reader", now: int, candidates: dict[str, Candidate], causes: dict[tuple[str, ...], list[Cause]]
) -> None:
    """Add decisions that went badly, rest on what proved false, or of which a prediction is due."""
    if not how_many(reader, ("decision",), CURRENT):
        return
    from oldhand.knowledge.reviewing_decisions import waiting  # only where there are decisions

    for cause, one in waiting(reader, now):
        candidates.setdefault(one.memory.id, one.memory)
        its = causes.setdefault((one.memory.id,), [])
        if all(cause != other.name for other in its):
            its.append(Cause(cause, one.since, one.detail))


def causes_of(one: Candidate, now_ms: int) -> Iterator[tuple[tuple[str, ...], Cause]]:
    """What a memory's own record says: (the item's memories, the cause)."""
    record, itself = one.record, (one.id,)
    if one.standing == QUARANTINED:
        values = {name: stamp for stamp, group in record["registers"].items() for name, said in group.items() if said}
        if "retired" not in values:  # nor what was put away while it waited: nobody says it any longer
            yield itself, Cause(QUARANTINED, stamp_wall(values.get(QUARANTINED, "0" * 12)))
        return
    if one.standing not in CURRENT:
        return
    until, captured = None, False
    for stamp, group in record.get("registers", {}).items():
        for name, value in group.items():
            if value is True and name.startswith(CONTRADICTS):
                pair = tuple(sorted((one.id, name.rpartition("/")[2])))
                yield pair, Cause(CONTRADICTION, stamp_wall(stamp))
        until, captured = group.get("valid_until", until), captured or group.get(CAPTURED) is True
    heads = record.get("heads", ())
    if len(heads) > 1 and len({head["revision"] for head in heads}) > 1:
        yield itself, Cause(WORDINGS, stamp_wall(heads[1]["stamp"]))
    if marks := [mark["stamp"] for mark in record.get("marks", ()) if mark["op"] == "dispute"]:
        yield itself, Cause(DISPUTED, stamp_wall(min(marks)))
    if one.trust in ("tool", "web") and not vouched(one):
        yield itself, Cause(UNTRUSTED, one.updated)
    if isinstance(until, int) and one.kind != "reminder" and not captured:
        if until < now_ms:
            yield itself, Cause(EXPIRED, until)
        elif (begins := until - soon_ms(record, until)) <= now_ms:
            yield itself, Cause(EXPIRING, begins)


def term_ms(record: Record, until: int) -> int:
    """For how long (ms) a memory was said to hold: from its first day, or from when it was first said."""
    begun = registers(record).get("valid_from")
    return max(until - (begun if isinstance(begun, int) else stamp_wall(record.get("first", "0" * 12))), 0)


def soon_ms(record: Record, until: int) -> int:
    """How long (ms) before its end a memory begins to wait."""
    return min(SOON_DAYS * DAY_MS, term_ms(record, until) // SOON_PART)


def vouched(one: Candidate) -> bool:
    """Whether a person or the project's files said it or confirmed it."""
    return any(level in VOUCHING for level in counted(one.record)) or one.trust in VOUCHING


def stale(memory: "Memory", reader: "Reader") -> dict[str, tuple[Candidate, Cause]]:
    """Memories whose anchors no longer held when they were last checked and whose files are as they were then."""
    from oldhand.knowledge.anchor_memory import stamp
    from oldhand.store.anchor_checks import AnchorChecks, key_of, name_for

    tree = memory.project.tree
    file = AnchorChecks(memory.project.store, name_for(memory.project.root, tree))
    try:
        known = file.stale(MOST_STALE)
    finally:
        file.close()
    stamps = {path: stamp(tree, path) for path in {one.check.path for one in known}}
    held = {one.key: one for one in known if f"{one.check.file} ".startswith(f"{stamps[one.check.path]} ")}
    found: dict[str, tuple[Candidate, Cause]] = {}
    for candidate in tied_to(reader, sorted({one.check.path for one in held.values()}), MOST):
        for name, value in registers(candidate.record).items():
            if not name.startswith("anchor/") or value is False:
                continue
            if one := held.get(key_of(name[7:], str(value))):
                said = f"{name[7:]} {one.check.state}" + (f": {one.check.detail}" if one.check.detail else "")
                earlier = found.get(candidate.id)
                if earlier is None or (one.found, said) < (earlier[1].since, earlier[1].detail):
                    found[candidate.id] = (candidate, Cause(STALE, one.found, said))
    return found


def latest_recalls(memory: "Memory") -> "Recalls":
    """The latest RECALLS recalls: when, over which surface, what they showed; oldest first."""
    from oldhand.store.trace_log import recalls_shown

    try:
        return recalls_shown(memory.traces(), RECALLS)
    except UnusableStore:
        return []  # `health` and `logs` tell of a damaged log


def recalled(memory: "Memory") -> dict[str, list[int]]:
    """When the latest recalls showed each memory, oldest first, by the first 12 digits of its id."""
    return showings(latest_recalls(memory))


def showings(recalls: "Recalls") -> dict[str, list[int]]:
    """When some recalls showed each memory, by the first 12 digits of its id."""
    found: dict[str, list[int]] = {}
    for at, _, shown in recalls:
        for name in shown:
            if isinstance(name, str) and len(name) == SHOWN_DIGITS and not name.strip("0123456789abcdef"):
                found.setdefault(name, []).append(at)
    return found


def _ranked(
    ids: tuple[str, ...], causes: list[Cause], candidates: dict[str, Candidate], uses: dict[str, list[int]]
) -> Waiting:
    """An item with its risk: harm if wrong x the chance of it x use, for what nobody is told a quarter of it."""
    its = [candidates[name] for name in ids if name in candidates]
    harm = max(HARM.get(one.kind, USUAL_HARM) + (IMPORTANT if one.priority > 0 else 0) for one in its)
    right = 100
    for cause in causes:
        right = right * (100 - CHANCE[cause.name]) // 100
    used = sum(len(uses.get(name[:SHOWN_DIGITS], ())) for name in ids)
    reach = QUARANTINED_REACH if its[0].standing == QUARANTINED else 100
    risk = harm * (100 - right) * (1 + min(used, MOST_USES).bit_length()) * reach // 100
    if len(causes) > 1:
        causes = sorted(causes, key=lambda cause: CAUSES.index(cause.name))
    return Waiting(ids, tuple(causes), risk, used)


def put_off(memory: "Memory", names: list[str], until_ms: int, scope: str) -> list[str]:
    """Put items off until a moment, or with 0 have them wait again; their names as `review` gives them.

    Every cause they wait for now is put off. Raises UnknownId and its kin, and Refused for what does not wait.
    """
    now = memory.now()
    with memory.reading(scope=scope) as reader:
        wanted = {frozenset(reader.resolve(part) for part in name.split("+")): name for name in names}
        waiting = queue(memory, reader, scope, every=True).items
    found: dict[str, list[Waiting]] = {name: [] for name in names}
    for one in waiting:
        for ids, name in wanted.items():
            if ids == set(one.ids) or (len(ids) == 1 and ids <= set(one.ids)):
                found[name].append(one)
    for name, its in found.items():
        if not its:
            raise Refused(f"{name} does not wait for review. `oldhand review` lists what does.")
    items = [one for its in found.values() for one in its]
    keys = [key(cause.name, one.ids) for one in items for cause in one.causes]
    file = Deferrals(memory.store(scope).folder)
    try:
        if until_ms:
            file.put(queue_of(memory), dict.fromkeys(keys, until_ms), now)
        else:
            file.take_back(queue_of(memory), keys)
    finally:
        file.close()
    return list(dict.fromkeys("+".join(map(short, one.ids)) for one in items))
