"""Making the opening of a session: the briefing of operation `brief`, and where the last session stopped."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oldhand.errors import OldhandError
from oldhand.memory import Memory
from oldhand.model.tokens import estimate
from oldhand.operations.everyday.brief import brief
from oldhand.surfaces.hooks.opening import HANDOFF, LEAST_ON_COSTLY_DAYS, in_fence, keep
from oldhand.surfaces.hooks.opening_read import calibration_lines, longest

if TYPE_CHECKING:
    from oldhand.surfaces.hooks.places import Place


def made(home: str, place: "Place", session: str, goes_on: bool) -> dict[str, Any]:
    """The opening of a session, made from the store. session: its name, empty for any that no handoff knows; goes_on:
    there are handoffs that it may go on from."""
    from oldhand.surfaces.hooks.preferences import over_the_cap

    memory = reading_only(home, place)
    return _made(memory, session, over_the_cap(place.store, memory.now()), goes_on)


def _made(memory: Memory, session: str, over: bool, goes_on: bool) -> dict[str, Any]:
    budget = _budget(memory, over)
    before: list[str] = []
    ids: list[str] = []
    if goes_on:
        from oldhand.sessions.orienting import orientation

        before, told, beside = orientation(memory, session)
        ids = [told, *beside] if before else []
    with memory.reading() as reader:
        lines = calibration_lines(reader)
    said = opened(memory, max(budget - estimate("\n".join(before)) - longest(lines), 0), before)
    said["memories"], said["calibration"] = [*ids, *said["memories"]], lines
    return said


def _budget(memory: Memory, over: bool) -> int:
    budget = int(memory.setting("brief.budget_tokens"))
    return min(budget, LEAST_ON_COSTLY_DAYS) if over else budget


def reading_only(home: str, place: "Place") -> Memory:
    """The memory of a place, its stores open for reading alone. A hook's process ends with it: nothing is closed."""
    from oldhand.store.store import Store

    memory = Memory(
        Path(place.tree), Path(home), store=Path(place.store), surface="hook", environment=dict(os.environ)
    )  # fmt: skip
    memory.adopt(Store.open(Path(place.store), writable=False))
    if memory.has_global():
        memory.adopt(Store.open(memory.home / "global", writable=False))
    return memory


def prepare(memory: Memory) -> None:
    """Make the opening of the sessions to come while nobody waits for it, where hooks are in use. Never raises."""
    from oldhand.store.at_hand import UNUSABLE, AtHand, Unreadable
    from oldhand.store.own_folders import own
    from oldhand.surfaces.hooks.opening import kept, key_of, of_root, where_kept
    from oldhand.surfaces.hooks.places import Place, branch, database
    from oldhand.surfaces.hooks.preferences import over_the_cap

    store, home = str(memory.project.store), str(memory.home)
    path = database(store)
    if not path or not own(f"{store}/spool"):
        return
    try:
        at_hand = AtHand(path)
        root, goes_on = at_hand.root(), at_hand.has_kind(HANDOFF)
        at_hand.close()
        over = over_the_cap(store, memory.now())
        here = branch(str(memory.project.tree)) if goes_on else ""
        key = key_of(home, Place(store, str(memory.project.tree), ""), root, over, here if goes_on else None)
        where = where_kept(home, os.path.realpath(store), here)
        if kept(where, key) is None and of_root(found := _made(memory, "", over, goes_on), root):
            keep(where, key, found)
    except (*UNUSABLE, Unreadable, OldhandError):
        return  # the next session's hook meets the same and notes it


def opened(memory: Memory, budget: int, before: list[str]) -> dict[str, Any]:
    """The fenced briefing within a budget, with the ids of what it tells. before: lines that follow the briefing's.

    Nothing of the time or the place goes in: the same memory gives the same bytes on any day and any machine.
    """
    reply = brief(memory, budget_tokens=max(budget, 1))
    text = in_fence([*reply.lines, *before], reply.root, reply.memories > reply.shown)
    return {"text": text, "memories": [item.id for item in reply.items], "tokens": estimate(text)}
