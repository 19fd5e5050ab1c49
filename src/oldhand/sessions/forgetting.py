"""Before something is forgotten: what hooks left is read, so that no line of it waits beside the log, and what sessions
left that says the same is found."""

import json
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from oldhand.sessions.draining import SETTLED_MS, drain
from oldhand.sessions.handed import KIND
from oldhand.sessions.spool import BROKEN, SPOOL
from oldhand.store.by_kind import of_kind
from oldhand.store.own_folders import own

if TYPE_CHECKING:
    from oldhand.knowledge.erasing_plan import Plan
    from oldhand.memory import Memory
    from oldhand.store.reader import Reader
    from oldhand.store.session_blanking import Tells

HOLDING = ("active", "contested", "superseded", "retired", "quarantined")  # standings that keep their words
MOST = 1_000_000  # handoffs that are looked through: all that a store can have
MARGIN_MS = 100  # beyond the time after which no hook writes to a taken file any more


def emptied(memory: "Memory") -> None:
    """Read what waits in the spool, and remove what could not be used. Takes a second where something waits."""
    folder = memory.project.store / SPOOL
    if not memory.project.remembered:
        return
    drain(memory, 0)
    if not own(folder):
        return
    if any(folder.glob("taken-*.jsonl")):
        time.sleep((SETTLED_MS + MARGIN_MS) / 1000)
        drain(memory, 0)
    (folder / BROKEN).unlink(missing_ok=True)


def recorded(memory: "Memory", plans: "Sequence[Plan]") -> "list[Plan]":
    """The plans, with the project's engrams and handoffs that quote what goes: what was said in a session stands in
    them. Those that are trusted more than who forgets stay, and are named in `left`."""
    from oldhand.knowledge.erasing import beyond
    from oldhand.knowledge.erasing_records import left_of
    from oldhand.knowledge.erasing_sessions import telling_of
    from oldhand.knowledge.lineage import descendants
    from oldhand.model.identity import short

    if not memory.project.remembered or not any(plan.noted or plan.found.texts for plan in plans):
        return list(plans)
    with memory.reading() as reader:
        known = {one for plan in plans if plan.scope == "project" for one in plan.memories}
        tells = telling_of(memory, plans)
        names = [name for name in quoting(reader, tells) if name not in known]
        held = [one for name in names if (one := reader.find(name)) and one.wordings]
        mine = [one for one in held if not beyond(memory, one)]
        made = descendants(reader, [one.id for one in mine], ever=True) if mine else []
    anew = tuple(rest for one in mine if (rest := left_of(one, tells)))
    left = tuple(
        f"{short(one.id)}: this {one.kind} quotes it. {beyond(memory, one)}" for one in held if one not in mine
    )
    return [
        plan._replace(
            told=(*plan.told, *mine), derived=tuple(dict.fromkeys((*plan.derived, *made))),
            quoting=tuple(one.id for one in mine), left=left, anew=anew,
        )
        if plan.scope == "project" else plan
        for plan in plans
    ]  # fmt: skip


def quoting(reader: "Reader", tells: "Tells") -> list[str]:
    """The ids of a project's engrams and handoffs that tell it: they are made from what was said in sessions. Of a
    handoff each earlier wording counts too."""
    from oldhand.sessions.engram_keeping import every

    found = [name for name, fields in every(reader) if any(map(tells, _texts(fields)))]
    names = of_kind(reader, KIND, MOST, standings=HOLDING)
    return found + [name for name in names if any(_tells(body, tells) for body in _wordings(reader, name))]


def _texts(fields: dict[str, Any]) -> Iterator[str]:
    for value in fields.values():
        yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str))


def _wordings(reader: "Reader", name: str) -> list[bytes]:
    """The bytes of everything that a memory ever said and that is there still."""
    revisions = dict.fromkeys(event.revision for _, event in reader.history(name) if event.revision)
    return [body for one in revisions if (body := reader.intact(one))]


def _tells(body: bytes, tells: "Tells") -> bool:
    """Whether a wording tells it in one of its texts."""
    try:
        return any(map(tells, _texts(json.loads(body)["content"])))
    except (ValueError, KeyError, TypeError, AttributeError):
        return False  # damaged: `verify` names it
