"""The operation `prune`."""

from typing import Literal, NamedTuple

from oldhand.knowledge.pruning import REASONS, candidates
from oldhand.knowledge.pruning import apply as put_away
from oldhand.knowledge.rehearsing import changing
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation


class Prunable(NamedTuple):
    """A memory that has had its time. reason: expired, superseded, duplicate, gone or unused; why: in words;
    salience: how much it matters now, from 0 to 1; standing: how it stands now."""

    id: str
    kind: str
    text: str
    reason: str
    why: str
    trust: str
    salience: float
    standing: str


class Pruned(NamedTuple):
    """What has had its time, and whether it was put away. retired: how many were; more: whether there are others
    beyond the limit."""

    candidates: list[Prunable]
    retired: int
    more: bool
    applied: bool
    root: str


@operation(WRITE)
def prune(
    memory: Memory, *, apply: bool = False, limit: int = 200,
    reason: Literal["any", "expired", "superseded", "duplicate", "gone", "unused"] = "any",
) -> Pruned:  # fmt: skip
    """List what has had its time, and put it away with --apply

    Expired, superseded long ago, said twice, tied only to places that are gone, or never recalled. What
    people or the project's files said or confirmed is never among it. Nothing is deleted: `restore` brings
    each back, `recall --deep` still finds it, and what was put back is not listed again.

    Parameters
    apply: retire what is listed
    limit: at most so many at once
    reason: only for this reason
    """
    reasons = REASONS if reason == "any" else (reason,)
    with memory.reading() as reader:
        found = candidates(memory, reader, limit + 1, reasons)
        root = reader.root().root.hex()
    listed, retired = found[:limit], list[str]()
    if apply and listed:
        with changing(memory) as change:
            retired = put_away(change.transaction, listed, memory.voice)
        root = change.root
    memory.trace_detail = {"candidates": len(listed), "retired": len(retired)}
    told = [
        Prunable(
            one.held.id, one.held.kind, one.held.text, one.reason, one.why, one.held.trust, round(one.salience, 4),
            "retired" if one.held.id in retired else one.held.standing,
        )
        for one in listed
    ]  # fmt: skip
    return Pruned(told, len(retired), len(found) > limit, apply, root)
