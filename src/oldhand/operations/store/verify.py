"""The operation `verify`."""

from typing import Literal, NamedTuple

from oldhand.errors import NoStore
from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.operations.store import named_file, shown, store_folder
from oldhand.store.verify import verify as verified


class Found(NamedTuple):
    """One kind of damage in one part of the store. damage: False for what is worth knowing and loses nothing;
    names: what is concerned, the first thousand; total: how many there are; advice: the next step."""

    part: str
    what: str
    damage: bool
    names: list[str]
    total: int
    advice: str


class Verified(NamedTuple):
    """What was checked and what is wrong. sound: nothing is damaged; place: the file that was checked."""

    sound: bool
    findings: list[Found]
    place: str
    memories: int
    objects: int
    events: int
    roots: int
    root: str
    quick: bool


@operation(READ)
def verify(
    memory: Memory, *, quick: bool = False, file: str = "", scope: Literal["project", "global"] = "project"
) -> Verified:
    """Check every hash, chain and table of the store, and name what is damaged

    Everything that can be recomputed is recomputed: texts, events, states, the search index, the root.
    Nothing is written. A damaged store is checked as far as it can be read.

    Parameters
    quick: leave out what a rebuild can make anew: states, tags, links, the search index
    file: check this backup instead of the store
    scope: project, or global for the person's own memory
    """
    place = named_file(memory, "file", file) if file else store_folder(memory, scope)
    if file and not place.is_file():
        raise NoStore(place)
    report = verified(place, quick=quick, progress=shown(memory, "Checking"))
    findings = [Found(f.part, f.what, f.damage, list(f.names), f.total, f.advice) for f in report.findings]
    memory.trace_detail = {"sound": report.sound, "findings": len(findings), "root": report.root}
    return Verified(
        report.sound, findings, report.place, report.memories, report.objects, report.events, report.roots,
        report.root, report.quick,
    )  # fmt: skip
