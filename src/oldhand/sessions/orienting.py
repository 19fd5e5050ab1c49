"""The orientation: what a session is told at its opening of where the last one stopped, by reading alone.

It asks no clock: how old a handoff is, is reckoned against the memory's latest change. The same memory, session and
branch give the same bytes. Whoever waits for a session to open waits for this, so that it imports nothing that looks
at the working tree or that makes a checkpoint.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from oldhand.knowledge.trusting import opens
from oldhand.model.identity import SHORTEST_PREFIX
from oldhand.sessions.handed import KIND, Handed, by_person, handed, held_of, made_at, taker, tells_something
from oldhand.sessions.handoff_lines import sections_of, within
from oldhand.store.by_kind import how_many, of_kind
from oldhand.store.shelf import Shelf

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.reader import Held, Reader

ORIENTATION = 160  # tokens of the opening context that an orientation takes at most, beside the briefing
STANDING = ("active", "contested")
MOST_LOOKED_AT = 40  # latest checkpoints among which the one for this branch is looked for
FEW = 6  # items of one section that an opening has room for
DAY_MS = 86_400_000
NEGATIVE = "negative"  # the kind of memory of what was tried and did not work
TRIED = "TRIED"  # begins the line of what of that was tried at the files of a handoff
BEFORE_TRIED = ("HANDOFF", "CHECKPOINT", "TAKEN", "NEXT", "OPEN")  # sections that are needed more


class Oriented(NamedTuple):
    """What a session is told of where the last one stopped. lines: ready for an agent, none when nothing is told; told:
    the id of the checkpoint that tells it; beside: ids of what was tried at its files, as far as that is told."""

    lines: list[str]
    told: str
    beside: list[str]


def latest(reader: "Reader", branch: str, *, mine: str = "", without: bool = False) -> "Held | None":
    """The checkpoint to go on from: this session's own, else the latest of this branch, else the latest of all.

    One that tells nothing, as of a session that only looked, does not push out one that does.

    mine: the session that asks; without: its own is left out.
    """
    own = [held_of(reader, mine, person) for person in (True, False)] if mine else []
    for one in own:
        if one is not None and one.standing in STANDING and not without:
            return one
    found = several(reader, MOST_LOOKED_AT)
    ids = {one.id for one in own if one is not None}
    found = [one for one in found if one.id not in ids]
    found = [one for one in found if tells_something(one)] or found
    here = [one for one in found if str(one.wordings[-1].content.get("branch", "")) == branch]
    chosen = next(iter(here or found), None)
    return pair(reader, chosen)[0] if chosen is not None else None


def pair(reader: "Reader", held: "Held") -> "tuple[Held, Held | None]":
    """A checkpoint and the other one of its session, if one stands: a person's words first, whoever spoke last."""
    session = str(held.wordings[-1].content.get("session", ""))
    other = held_of(reader, session, not by_person(held)) if session else None
    if other is None or other.standing not in STANDING or not other.wordings or other.id == held.id:
        return held, None
    return (held, other) if by_person(held) else (other, held)


def several(reader: "Reader", most: int, standings: tuple[str, ...] = STANDING) -> "list[Held]":
    """The latest checkpoints and handoffs that stand so, the newest first."""
    names = of_kind(reader, KIND, most, standings=standings)
    found = [one for one in reader.several(names, Shelf(standings)) if one.wordings]
    return sorted(found, key=lambda one: (-made_at(one), one.id))


def beside_of(reader: "Reader", held: "Held") -> list[Handed]:
    """What an agent or the log says of the session of which a person worded a checkpoint; at most one."""
    first, second = pair(reader, held)
    return [handed(second)] if second is not None and first.id == held.id and opens(reader, second) else []


def orientation(
    memory: "Memory", session: str = "", budget_tokens: int = ORIENTATION, branch: str | None = None
) -> Oriented:  # fmt: skip
    """What a session is told of where the last one stopped, and what was tried at the files it was about.

    It is lines ready for an agent, each safe inside the fence. session: which begins, or goes on after a compaction:
    its own checkpoint comes first; branch: None reads it from git's own files. Nothing when there is no checkpoint,
    when it is older than `continuity.days` against the latest change of the memory, or when it may not open a session.
    The same root, session and branch give the same bytes. Starts no process and writes nothing. Raises what reading
    the store raises.
    """
    days = int(memory.setting("continuity.days"))
    if branch is None:
        branch = _branch(memory) if days else ""
    with memory.reading() as reader:
        return oriented(reader, session, branch, days, budget_tokens)


def oriented(
    reader: "Reader", session: str, branch: str, days: int, budget_tokens: int = ORIENTATION
) -> Oriented:  # fmt: skip
    """As `orientation`, of a reader and a branch. days: the setting `continuity.days`."""
    if not days:
        return Oriented([], "", [])
    held = latest(reader, branch, mine=session)
    if held is None or not opens(reader, held) or reader.root().learned - made_at(held) > days * DAY_MS:
        return Oriented([], "", [])
    one, beside = handed(held), beside_of(reader, held)
    sections = sections_of(one, taker(session), branch, beside)
    tried = _tried(reader, [one, *beside])
    if tried:
        place = sum(name in BEFORE_TRIED for name, _ in sections)
        sections.insert(place, (TRIED, list(tried.values())))
    lines = within(harmless(sections), budget_tokens)
    line = next((line for line in lines if line.startswith(f"{TRIED}:")), "")
    items = line.removeprefix(f"{TRIED}:").split("|")
    return Oriented(lines, held.id, [name for name in tried if any(_begins(item, name) for item in items)])


def _tried(reader: "Reader", of: Sequence[Handed]) -> dict[str, str]:
    """What was tried at the files of some checkpoints, by id; where nothing negative is known, nothing is imported."""
    if not how_many(reader, (NEGATIVE,), STANDING):
        return {}
    from oldhand.sessions.tried_there import said, tried_at

    paths = [path for one in of for path in (*(file.path for file in one.files), *one.dirty)]
    return {held.id: said(held) for held in tried_at(reader, paths)}


def _begins(item: str, name: str) -> bool:
    return item.startswith(f"{name[:SHORTEST_PREFIX]} ")


def _branch(memory: "Memory") -> str:
    if not memory.project.git:
        return ""
    from oldhand.code.checkout import checkout  # a hook has read the branch in a cheaper way

    return checkout(memory.project.tree).branch


def harmless(sections: Sequence[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """Sections without what gives orders by the rules of today, of each the first FEW: it may have come in before them,
    and reading takes some tenths of a millisecond a text. The first section was read already (`opens`)."""
    from oldhand.knowledge.orders import gives_orders

    kept = [(name, [one for one in items[:FEW] if not gives_orders(one, vouched=True)]) for name, items in sections[1:]]
    return [*sections[:1], *((name, items) for name, items in kept if items)]
