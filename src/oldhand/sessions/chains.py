"""Chains: memories in an order that tells a story.

A chain is a memory of its own, named by its key; its members are tied to it by `part_of`, in the order of those ties'
clocks. Two who extend one chain at once lose nothing: both ends come, the earlier first. Members that are gone, were
replaced or are contested stay in their place and say so.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from oldhand.errors import AmbiguousId, BadArgument, Refused, UnknownChain, UnknownId
from oldhand.knowledge.assertion import Asserted, assert_, statement
from oldhand.knowledge.briefing import ASKED_FOR
from oldhand.knowledge.goals import PART_OF, moment_of, tied_in_order
from oldhand.knowledge.naming import present
from oldhand.model.identity import SHORTEST_PREFIX, memory_of_slot, short
from oldhand.model.moment import day, iso
from oldhand.store.by_kind import of_kind
from oldhand.store.fold import registers
from oldhand.store.lineage import DERIVED, MADE
from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import EVERYTHING, Shelf

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.model.trust import Voice
    from oldhand.store.transaction import Transaction

KIND, DOMAIN, KEY = "chain", "history", "chain/"
STASHED = "stashed"  # the tag of a chain that was put aside
STANDING = ("active", "contested")
TOLD = ("active", "contested", "superseded", "retired")  # standings of members whose words are told
LONGEST_NAME = 100  # characters
LONGEST_ABOUT = 2_000
MOST_CHAINS = 1_000
MOST_MEMBERS = 200  # of one chain, as of one summary
DEEPEST = 4  # chains inside chains that are told
MISSING, CYCLE = "missing", "circle"


class Member(NamedTuple):
    """A member of a chain, in its place.

    number: its place, from 1; depth: 0, or how deep in chains inside it; id: of the memory; kind: of it; date:
    since when it is so; state: active, contested, superseded, retired, quarantined, rejected, erased, missing or
    circle (a chain that holds itself); note: what to know about it; text: empty for what may not be told; trust:
    how far it may be believed.
    """

    number: int
    depth: int
    id: str
    kind: str
    date: str
    state: str
    note: str
    text: str
    trust: str


class ChainTold(NamedTuple):
    """A chain in a listing. id: of its memory; name: as it was written; about: what it tells; state: active,
    contested or stashed; members: how many; troubled: how many of them are not simply active; first, last: dates of
    its members; stashed: when it was put aside (ISO 8601), empty otherwise."""

    id: str
    name: str
    about: str
    state: str
    members: int
    troubled: int
    first: str
    last: str
    stashed: str


def checked_name(name: str) -> str:
    """A chain's name on one line. Raises BadArgument."""
    said = " ".join(name.split())
    if not said or len(said) > LONGEST_NAME or not said.isprintable():
        raise BadArgument("name", name[:LONGEST_NAME], f"it is one printable line of at most {LONGEST_NAME} characters")
    return said


def id_of(name: str) -> str:
    """The id of the chain of this name, whether it is there or not."""
    return memory_of_slot(DOMAIN, KEY + checked_name(name).casefold())


def several(reader: Reader) -> list[Held]:
    """The chains that stand, the latest first."""
    names = of_kind(reader, KIND, MOST_CHAINS, standings=STANDING)
    return [one for one in reader.several(names, Shelf(STANDING)) if one.wordings]


def named(reader: Reader, name: str) -> Held:
    """The chain that a name means: its name, the beginning of it, or its id. Raises UnknownChain and AmbiguousId."""
    wanted = " ".join(name.split()).casefold()
    found = several(reader)
    for way in (
        lambda one: bool(wanted) and plain_name(one) == wanted,
        lambda one: len(wanted) >= SHORTEST_PREFIX and one.id.startswith(wanted),
        lambda one: bool(wanted) and plain_name(one).startswith(wanted),
    ):
        meant = [one for one in found if way(one)]
        if len(meant) == 1:
            return meant[0]
        if meant:
            raise AmbiguousId(name, ", ".join(f"{short(one.id)} ({plain_name(one)})" for one in meant[:8]))
    raise UnknownChain(name)


def plain_name(chain: Held) -> str:
    """A chain's name as it is compared: folded."""
    return chain.key.removeprefix(KEY)


def shown_name(chain: Held) -> str:
    """A chain's name as it was written."""
    return chain.title or plain_name(chain)


# -- changing -------------------------------------------------------------------------------------------


def create(memory: "Memory", transaction: "Transaction", name: str, about: str, names: Sequence[str]) -> Asserted:
    """Make a chain of memories. Raises Refused when one of that name stands, BadArgument, UnknownId and its kin."""
    said = checked_name(name)
    if len(about) > LONGEST_ABOUT:
        raise BadArgument("about", f"{about[:40]}…", f"it has {len(about)} characters, {LONGEST_ABOUT} at most")
    held = Reader(transaction.connection).find(id_of(said))
    if held is not None and held.standing in STANDING:
        raise Refused(f"There is a chain '{said}' already. `oldhand chain extend` adds to it.")
    worded = statement(
        memory.project.tree, KIND, {"text": about.strip() or said, "title": said},
        screening=memory.screening(deliberate=True), domain=DOMAIN, key=KEY + said.casefold(), priority=ASKED_FOR,
    )  # fmt: skip
    done = assert_(transaction, worded, memory.voice)
    extend(transaction, done.memory, names, memory.voice)
    return done


def extend(
    transaction: "Transaction", chain: str, names: Sequence[str], voice: "Voice", *, before: str = "",
    without: Sequence[str] = (),
) -> tuple[int, int]:  # fmt: skip
    """Add members at the end of a chain, or before one of them, and take others out; how many came and went.

    A member that is named again moves to its new place. Raises UnknownId and its kin, and Refused.
    """
    ids = list(dict.fromkeys(present(transaction, name).id for name in names))
    going = [Reader(transaction.connection).resolve(name) for name in without]
    _refuse_circle(transaction, chain, ids)
    order = tied_in_order(transaction.record(chain), PART_OF)
    rest: list[str] = []
    if before:
        mark = Reader(transaction.connection).resolve(before)
        if mark not in order or mark in going:
            raise Refused(f"{short(mark)} is no member of the chain. `oldhand chain show` names them.")
        rest = [one for one in order[order.index(mark) :] if one not in ids and one not in going]
    came = [one for one in ids if one not in order]
    if len(order) + len(came) - len(going) > MOST_MEMBERS:
        raise Refused(f"A chain has {MOST_MEMBERS} members at most. Make a chain of chains.")
    gone = [one for one in dict.fromkeys(going) if one in order]
    if set(going) - set(order):
        raise Refused(f"{short(next(iter(set(going) - set(order))))} is no member of the chain.")
    for one in gone:
        _tie(transaction, "unlink", one, chain, voice)
    for one in (*ids, *rest):
        _tie(transaction, "link", one, chain, voice)  # a tie made anew stands at the end
    return len(came), len(gone)


def _tie(transaction: "Transaction", op: str, member: str, chain: str, voice: "Voice") -> None:
    transaction.emit(op, member, voice.actor, voice.origin, {"rel": PART_OF, "target": chain})


def _refuse_circle(transaction: "Transaction", chain: str, ids: Sequence[str]) -> None:
    """Refuse members that hold the chain itself, directly or through chains inside them."""
    waiting, seen = list(ids), set(ids)
    while waiting:
        name = waiting.pop()
        if name == chain:
            raise Refused(f"The chain {short(chain)} would hold itself. Leave that member out.")
        record = transaction.record(name)
        if registers(record).get("kind") == KIND:
            fresh = set(tied_in_order(record, PART_OF)) - seen
            seen |= fresh
            waiting += sorted(fresh)


def put_aside(transaction: "Transaction", chain: str, voice: "Voice") -> bool:
    """Put a chain aside; whether it was not before."""
    if registers(transaction.record(chain)).get(f"tag/{STASHED}"):
        return False
    transaction.emit("set", chain, voice.actor, voice.origin, {"tags": [STASHED]})
    return True


def take_back(transaction: "Transaction", chain: str, voice: "Voice") -> bool:
    """Take a chain back that was put aside; whether it was."""
    if not registers(transaction.record(chain)).get(f"tag/{STASHED}"):
        return False
    transaction.emit("set", chain, voice.actor, voice.origin, {"untag": [STASHED]})
    return True


def last_stashed(reader: Reader) -> Held | None:
    """The chain that was put aside last."""
    found = [one for one in several(reader) if STASHED in one.tags]
    return max(found, key=lambda one: (moment_of(one.record, f"tag/{STASHED}"), one.id), default=None)


# -- telling --------------------------------------------------------------------------------------------


def told(reader: Reader, chain: Held) -> ChainTold:
    """A chain as listings tell it."""
    found = [one for one in members(reader, chain) if one.depth == 0]
    dates = sorted(one.date for one in found if one.date)
    stashed = iso(moment_of(chain.record, f"tag/{STASHED}")) if STASHED in chain.tags else ""
    about = "" if chain.text == shown_name(chain) else chain.text
    return ChainTold(
        chain.id, shown_name(chain), about, STASHED if stashed else chain.standing, len(found),
        sum(one.state != "active" for one in found), dates[0] if dates else "", dates[-1] if dates else "", stashed,
    )  # fmt: skip


def members(reader: Reader, chain: Held) -> list[Member]:
    """The members of a chain in order, those of chains inside it behind them."""
    found: list[Member] = []
    _walk(reader, chain, 0, {chain.id}, found)
    return found


def _walk(reader: Reader, chain: Held, depth: int, above: set[str], found: list[Member]) -> None:
    for number, name in enumerate(tied_in_order(chain.record, PART_OF)[:MOST_MEMBERS], 1):
        if len(found) >= MOST_MEMBERS:
            return
        if name in above:
            found.append(Member(number, depth, name, KIND, "", CYCLE, "this chain holds itself here", "", ""))
            continue
        held = reader.find(name)
        tied = moment_of(chain.record, f"from/{PART_OF}/{name}")
        found.append(_member(reader, held, number, depth, name, tied))
        if held is not None and held.kind == KIND and held.standing in STANDING and depth < DEEPEST:
            _walk(reader, held, depth + 1, above | {name}, found)


def _member(reader: Reader, held: Held | None, number: int, depth: int, name: str, tied: int) -> Member:
    if held is None or held.standing == "awaited":
        return Member(number, depth, name, "", "", MISSING, "it has not arrived here yet", "", "")
    since = day(held.valid_from if held.valid_from is not None else held.created) if held.wordings else ""
    may = held.standing in TOLD and bool(held.wordings)
    text = held.text if may else ""
    return Member(
        number, depth, name, held.kind, since, held.standing, _note(reader, held, tied), text, held.trust if may else ""
    )  # fmt: skip


def _note(reader: Reader, held: Held, tied: int) -> str:
    """What a reader of the story has to know about a member. tied: when it came into the chain (ms)."""
    if held.standing == "superseded":
        start = "from/supersedes/"
        names = [
            name[len(start) :] for name, stands in registers(held.record).items() if stands and name.startswith(start)
        ]
        after = [one for one in reader.several(sorted(names), Shelf(TOLD)) if one.wordings] if names else []
        return f"replaced by {short(after[-1].id)}: {after[-1].text}" if after else "it was replaced"
    if held.standing == "active" and held.updated > tied:
        return f"reworded on {day(held.updated)}, after it came in here"
    if held.standing == "contested":
        return "contested: other words stand beside it"
    return {
        "erased": "its words are gone for good", "rejected": "it was rejected", "retired": "it was put away",
        "quarantined": "it waits in review, and its words are not told",
    }.get(held.standing, "")  # fmt: skip


def made_of(reader: Reader, chain: Held) -> list[str]:
    """The ids of the summaries and decisions that stand and were made from members of a chain and nothing else."""
    names = {one.id for one in members(reader, chain)}
    found: set[str] = set()
    for held in reader.several(sorted(names), EVERYTHING):
        values = registers(held.record)
        found |= {name[len(MADE) :] for name, stands in values.items() if stands and name.startswith(MADE)}
    made = reader.several(sorted(found), Shelf((*STANDING, "superseded", "quarantined"))) if found else []
    return [one.id for one in made if _inputs(one) <= names]


def _inputs(held: Held) -> set[str]:
    values = registers(held.record)
    return {name[len(DERIVED) :] for name, stands in values.items() if stands and name.startswith(DERIVED)}


def working_set(memory: "Memory", reader: Reader, session: str, most: int) -> list[str]:
    """The memories that a session works with: those told to it, and those its checkpoint names; the latest last."""
    from oldhand.errors import OldhandError
    from oldhand.sessions.handed import handed, held_of

    found: dict[str, None] = {}
    if not session:
        return []
    held = held_of(reader, session)
    if held is not None and held.wordings:
        one = handed(held)
        found |= dict.fromkeys(_resolved(reader, [*one.told, *one.decided]))
    try:
        told_ = [name for one in memory.session_log().injections(session) if not one.withheld for name in one.memories]
    except OldhandError:
        told_ = []  # a log that cannot be read is told by `doctor`
    found |= dict.fromkeys(_resolved(reader, told_))
    standing_ = [one.id for one in reader.several(list(found), Shelf(STANDING))] if found else []
    return standing_[-most:]


def _resolved(reader: Reader, names: Sequence[str]) -> list[str]:
    found = []
    for name in names:
        try:
            found.append(reader.resolve(name))
        except UnknownId:
            continue  # it was never here, or its name has become ambiguous
    return found
