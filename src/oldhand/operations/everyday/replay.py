"""The operation `replay`."""

from typing import NamedTuple

from oldhand.errors import BadInput, NotReplayable, OldhandError, UnknownId, UnknownTrace, UnusableStore
from oldhand.knowledge.recall_trace import Kept, kept
from oldhand.knowledge.recalling import Recalled, RecalledItem, in_force, recalled_now
from oldhand.knowledge.replaying import replayed
from oldhand.memory import Memory
from oldhand.model.identity import SHORTEST_PREFIX, short
from oldhand.model.moment import iso
from oldhand.operation import READ, checked, find, operation
from oldhand.store.trace_log import Wanted, entries, entry, recall_named
from oldhand.store.traces import Trace

LATEST = "last"  # the word for the latest recall


class ShownThen(NamedTuple):
    """A memory that was shown: its id (12 digits) and its match, from 0 to 1."""

    id: str
    match: float


class AskedStore(NamedTuple):
    """A store that was asked, and its recorded root at that moment. position: the last event that the root covers."""

    scope: str
    project: str
    root: str
    position: int


class Then(NamedTuple):
    """A recall as the local log holds it.

    number: its entry in the log; arguments: what was given with the cue; settings: those in force
    that an answer depends on; moment: the time it was asked at; systems, encoder: what answered.
    """

    trace: str
    number: int
    moment: str
    surface: str
    cue: str
    arguments: dict[str, str]
    settings: dict[str, str]
    verdict: str
    shown: list[ShownThen]
    stores: list[AskedStore]
    systems: list[str]
    encoder: str
    version: str


class Today(NamedTuple):
    """The same question asked now: its answer, and what is otherwise than it was then."""

    verdict: str
    items: list[RecalledItem]
    changes: list[str]


class Replayed(NamedTuple):
    """A recall answered again, from the memory as it was.

    then: what the log holds of it; verdict, items: the answer given again; same: whether the same
    memories came in the same order with the same matches and verdict; differences: what did not come
    so, what cannot be asked any more, and what is known to be the cause; today: with --now, else null.
    """

    then: Then
    verdict: str
    items: list[RecalledItem]
    same: bool
    differences: list[str]
    today: Today | None


@operation(READ)
def replay(memory: Memory, trace: str = LATEST, *, now: bool = False) -> Replayed:
    """Answer an earlier recall again, from the memory as it was then

    Every recall is traced with what fixes its answer. It is asked again with the same words, arguments
    and settings, at the same roots and the same moment, and compared with what was shown. Files that
    memories speak of are not checked again: they are told as they were seen then.

    Parameters
    trace: the name of its trace (6 digits or more), `last`, or the number of its entry in `oldhand logs`
    now: ask the same question today too, and tell what has changed
    """
    moment = memory.now()
    number, found = _looked_up(memory, trace.strip())
    then = _read(found, trace)
    again = replayed(memory, then)
    reply = again.answered.reply
    today = _today(memory, then, reply, moment) if now else None
    memory.trace_detail = {"replayed": then.name, "same": not again.differences}
    return Replayed(
        _told(number, found, then), reply.verdict, reply.items, not again.differences, again.differences, today
    )  # fmt: skip


def _looked_up(memory: Memory, said: str) -> tuple[int, Trace]:
    """The log entry that a name, a number or `last` means. Raises UnknownTrace, NotReplayable and their kin."""
    memory.store()
    log = memory.traces()
    numeral = said.removeprefix("#")
    try:
        if said == LATEST:
            found = next(iter(entries(log, Wanted(operation="recall", outcome="ok"), 1)), None)
        elif numeral.isdecimal() and (said != numeral or len(said) < SHORTEST_PREFIX):
            found = entry(log, int(numeral))
        else:
            found = recall_named(log, said)
    except UnusableStore:
        if memory.store().writable:
            raise
        found = None
    except UnknownId as error:
        if type(error) is not UnknownId:
            raise  # too short, or ambiguous: its message says so
        found = None
    if found is None:
        raise UnknownTrace(said, _why_not(memory))
    return found


def _why_not(memory: Memory) -> str:
    """Why a trace may be missing."""
    if not memory.store().writable:
        return "this memory can only be read, so what is asked of it leaves no trace"
    keep = memory.setting("traces.keep")
    return f"it keeps the latest {keep} entries" if keep else "it is switched off (the setting traces.keep is 0)"


def _read(found: Trace, said: str) -> Kept:
    """What a log entry holds of a recall, its arguments checked as those of any call. Raises NotReplayable."""
    if found.operation != "recall":
        raise NotReplayable(said, f"it is the trace of '{found.operation}', which is no recall")
    if found.outcome != "ok":
        raise NotReplayable(said, f"it ended with {found.outcome} and gave no answer")
    then = kept(found.detail, said)
    try:
        checked(find("recall"), then.asked._asdict())
    except BadInput as error:
        raise NotReplayable(said, f"its log entry was written by another version or altered ({error})") from None
    return then


def _told(number: int, found: Trace, then: Kept) -> Then:
    given = {name: value for name, value in found.detail["asked"].items() if name != "cue"}
    return Then(
        then.name, number, iso(then.moment), found.surface, then.asked.cue,
        {name: _said(value) for name, value in given.items()},
        {name: _said(value) for name, value in then.settings._asdict().items()},
        then.verdict, [ShownThen(*one) for one in then.shown],
        [AskedStore(one.scope, one.project, one.root, one.position) for one in then.visited],
        list(then.means.systems), then.means.encoder, then.version,
    )  # fmt: skip


def _said(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _today(memory: Memory, then: Kept, again: Recalled, now_ms: int) -> Today:
    """The same question asked now, with the settings of now."""
    try:
        reply = recalled_now(memory, then.asked, in_force(memory), now_ms).reply
    except OldhandError as error:
        return Today("", [], [f"it cannot be asked today: {error}"])
    before = {short(item.id): item.text for item in again.items}
    ranks = {name: place for place, (name, _) in enumerate(then.shown, 1)}
    changes = [] if reply.verdict == then.verdict else [f"the verdict was {then.verdict}, it is {reply.verdict}"]
    for place, item in enumerate(reply.items, 1):
        name = short(item.id)
        if name not in ranks:
            changes.append(f"new: {name} is number {place}")
        elif ranks[name] != place:
            changes.append(f"moved: {name} was number {ranks[name]}, it is number {place}")
        if before.get(name, item.text) != item.text:
            changes.append(f"reworded: {name} says something else")
    shown = {short(item.id) for item in reply.items}
    changes += [f"gone: {name} was number {place}" for name, place in ranks.items() if name not in shown]
    return Today(reply.verdict, reply.items, changes)
