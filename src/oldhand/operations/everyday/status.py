"""The operation `status`."""

from typing import NamedTuple

from oldhand.knowledge.reviewing import queue
from oldhand.memory import Memory
from oldhand.model.moment import iso
from oldhand.operation import READ, operation
from oldhand.store.by_kind import how_many


class Status(NamedTuple):
    """How the memory stands, in numbers, and what deserves attention (signals), each with the command that helps."""

    project: str
    folder: str
    store: str
    memories: int
    standings: dict[str, int]
    kinds: dict[str, int]
    trusts: dict[str, int]
    events: int
    replicas: int
    size_bytes: int
    updated: str
    signals: list[str]
    root: str


@operation(READ)
def status(memory: Memory) -> Status:
    """Tell how the memory stands: counts, root and what deserves attention"""
    with memory.reading() as reader:
        standings = reader.counts()
        standings.pop("awaited", None)
        root = reader.root()
        current = standings.get("active", 0) + standings.get("contested", 0)
        path = memory.store().path
        signals = [f"{part}: {fault}; `oldhand rebuild` mends it" for part, fault in reader.faults().items()]
        if contested := standings.get("contested", 0):
            signals.append(f"{contested} contested; `oldhand active --standing contested` lists them")
        if waiting := len(queue(memory, reader).items):
            signals.append(f"{waiting} wait{'s' * (waiting == 1)} for review; `oldhand review` shows what")
        if how_many(reader, ("decision",), ("active", "contested", "superseded")):
            from oldhand.reasoning.outcomes_behind import told as outcomes_behind

            signals += filter(None, [outcomes_behind(memory, reader)])
        if ahead := reader.ahead(memory.now()):
            signals.append(f"{ahead} events are dated in the future: a clock was or is wrong; `oldhand log` shows them")
        if not current:
            signals.append("nothing is remembered yet; `oldhand remember` or `oldhand init` begins")
        return Status(
            memory.project.name, str(memory.project.root), str(path), current, standings,
            reader.tally("kind"), reader.tally("trust"), root.position, len(reader.replicas()), path.stat().st_size,
            iso(root.learned) if root.number else "", signals, root.root.hex(),
        )  # fmt: skip
