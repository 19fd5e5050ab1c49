"""The operation `health`."""

import shutil
from typing import NamedTuple

from oldhand.errors import NoStore, OldhandError
from oldhand.knowledge.health_of_knowledge import Finding, findings
from oldhand.memory import Memory
from oldhand.model.address import KEY_VARIABLE
from oldhand.operation import READ, operation
from oldhand.recall.dense.choosing import Presence, presence
from oldhand.store.by_kind import how_many
from oldhand.store.connection import engine_version
from oldhand.store.reader import Reader
from oldhand.store.soundness import Part, look
from oldhand.store.trace_log import Wanted, entries

MIB = 1 << 20
LITTLE_DISK, NO_DISK = 200 * MIB, 20 * MIB  # bytes free: a backup may no longer fit; writes are about to fail
GRAPHS = "graphs"  # folder in the person's own: notes of attached graphs; without it nothing is imported
SPOOL = "spool"  # folder in the store where hooks leave what the next process takes in
SOUND_FIRST = ("store", "journal", "projections")  # what the findings about the knowledge are counted from
BY_HAND = "`oldhand outcomes update`, then `oldhand negative update`"  # what is done by itself otherwise
NEXT_STEPS = {
    "journal": "`oldhand verify` names the damage, `oldhand repair` saves what is intact",
    "projections": "`oldhand rebuild` makes them anew; writing goes on meanwhile",
    "search index": "`oldhand rebuild` makes it anew; writing goes on meanwhile",
}


class Component(NamedTuple):
    """A part of the memory: its state (ok, degraded, bad), what there is to say of it, and the next step."""

    component: str
    state: str
    detail: str
    next_step: str


class Health(NamedTuple):
    """How each part is. overall: ok, degraded (something is mended later or missing) or bad (memory is not usable).

    knowledge: what of the knowledge deserves attention; it does not count for `overall`.
    """

    overall: str
    components: list[Component]
    knowledge: list[Finding]


@operation(READ)
def health(memory: Memory) -> Health:
    """Show how each part of the memory is, and what of its knowledge deserves attention

    A quick look of some milliseconds; `verify` checks every byte. The endpoint that makes vectors has a
    line where one is set, and so has a FalkorDB that is attached; they are not asked, their last failures are told. Of
    the knowledge it tells what is contested, quarantined, untrusted, stale, expired, unanswered, overdue, duplicate,
    never recalled, unanchored or lopsided, each with its number, why it matters and the command that mends it.
    """
    components = store_components(memory)
    told: list[Finding] = []
    if all(one.state == "ok" for one in components if one.component in SOUND_FIRST):
        try:
            with memory.reading() as reader:
                told = findings(memory, reader)
        except OldhandError as error:
            said, _, step = str(error).partition(". ")
            components.append(Component("knowledge", "degraded", said, step.rstrip(".")))
    components += [*_endpoint(memory), *_projected(memory)]
    return Health(worst(one.state for one in components), components, told)


def worst(states: object) -> str:
    """The gravest of some states: bad, else degraded, else ok."""
    seen = set(states)  # type: ignore[call-overload]
    return "bad" if "bad" in seen else "degraded" if seen & {"degraded", "warn"} else "ok"


def store_components(memory: Memory) -> list[Component]:
    """The store and its parts, each with its state. Never raises."""
    try:
        with memory.reading() as reader:
            parts = [_component(part) for part in look(reader)]
            store = _store(memory, reader)
    except NoStore as error:
        return [Component("store", "bad", f"no memory here or above {error.args[0]}", "`oldhand init` makes one")]
    except OldhandError as error:
        said, _, step = str(error).partition(". ")
        return [Component("store", "bad", said.rstrip("."), step.rstrip(".")), _disk(memory)]
    return [store, *parts, _traces(memory), _disk(memory), _spool(memory), *_outcomes(memory)]


def _component(part: Part) -> Component:
    return Component(*part, NEXT_STEPS[part.name] if part.state != "ok" else "")


def _store(memory: Memory, reader: Reader) -> Component:
    """The store itself: that it opens, what it holds, whether it can be written."""
    store = memory.store()
    try:
        counts = reader.counts()
    except ValueError:
        counts = {}
    held = sum(count for standing, count in counts.items() if standing != "awaited")
    version = ".".join(map(str, engine_version()))
    root = reader.root()
    said = f"{held} memories, {root.position} events, root {root.root.hex()[:8]}, SQLite {version}"
    if not store.writable:
        step = "make its folder writable, or set OLDHAND_STORE"
        return Component("store", "degraded", f"{said}; it can only be read", step)
    return Component("store", "ok", said, "")


def _traces(memory: Memory) -> Component:
    """The local log: that it can be read, and what could not be logged."""
    try:
        entries(memory.traces(), Wanted(), 1)
    except OldhandError as error:
        said, _, step = str(error.args[1]).partition("; ")
        return Component("traces", "degraded", said, step)
    if dropped := memory.traces().dropped:
        said = f"{dropped} calls could not be logged by this process"
        return Component("traces", "degraded", said, "`oldhand doctor` tells why")
    return Component("traces", "ok", "none dropped by this process", "")


def _disk(memory: Memory) -> Component:
    """The disk that holds the store."""
    try:
        free = shutil.disk_usage(memory.project.store).free
    except OSError as error:
        return Component("disk", "bad", f"it does not answer ({error.strerror})", "check that it is mounted")
    state = "ok" if free >= LITTLE_DISK else "degraded" if free >= NO_DISK else "bad"
    return Component("disk", state, f"{free // MIB} MiB free", "" if state == "ok" else "free some space")


def _outcomes(memory: Memory) -> list[Component]:
    """How far what is known of outcomes is behind the history, and what kept it from being brought up to date by
    itself; nothing where there are no decisions, or where nothing is to be said."""
    with memory.reading() as reader:
        if not how_many(reader, ("decision",), ("active", "contested", "superseded")):
            return []
        from oldhand.reasoning.keeping_up import REMOVE, note_of
        from oldhand.reasoning.outcomes_behind import STEP, behind, in_words

        late = in_words(behind(memory, reader)).removesuffix(f"; {STEP}.")
    if trouble := note_of(memory.project.store).trouble:
        what = trouble.removesuffix(f"; {REMOVE}")
        said = f"they could not be brought up to date by themselves: {what}"
        return [Component("outcomes", "degraded", said, BY_HAND if what == trouble else REMOVE)]
    return [Component("outcomes", "ok", late or "as of what is checked out", STEP if late else "")]


def meaning(memory: Memory) -> Presence:
    """Whether recall by meaning is possible. Raises OldhandError when the settings cannot be read."""
    return presence(memory.setting, memory.home, memory.environment.get(KEY_VARIABLE, ""))


def _endpoint(memory: Memory) -> list[Component]:
    """The endpoint that texts are sent to, when there is one: whether it answered last time."""
    try:
        found = meaning(memory)
    except OldhandError:
        return []  # the settings cannot be read, which `doctor` says
    if found.state not in ("endpoint", "failing"):
        return []
    state = "ok" if found.state == "endpoint" else "degraded"
    return [Component("endpoint", state, found.detail, found.next_step)]


def _projected(memory: Memory) -> list[Component]:
    """The graph in FalkorDB, when one is attached: how it was left. It is not asked, and nothing else needs it."""
    if not (memory.home / GRAPHS).is_dir():
        return []
    from oldhand.graph.falkordb.attachment import state_of

    stands = state_of(memory)
    if not stands.attached:
        return []
    state = "degraded" if stands.state in ("lost", "away") else "ok"  # to be behind is ordinary: a question catches up
    return [Component("graph in FalkorDB", state, stands.detail, stands.next_step if stands.state != "ok" else "")]


def _spool(memory: Memory) -> Component:
    """What hooks have left and no process has taken in yet."""
    waiting = sum(1 for _ in (memory.project.store / SPOOL).glob("*"))
    return Component("spool", "ok", f"{waiting} entries wait" if waiting else "nothing waits", "")
