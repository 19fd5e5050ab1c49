"""The operation `anchors list`."""

from typing import NamedTuple

from oldhand.knowledge.anchoring import checker, in_short
from oldhand.knowledge.places import place_of
from oldhand.memory import Memory
from oldhand.model.anchor import as_noted
from oldhand.model.observed import NOTHING, Observed, observed
from oldhand.operation import READ, operation
from oldhand.store.observations import Observation, observations


class ListedAnchor(NamedTuple):
    """An anchor of a memory.

    anchor: the place; kind: file, lines, symbol, pattern or dependency; memory, text: whose it is; state, now,
    detail: as `recall` tells them; commit, branch: what was checked out when the place was noted; noted: the
    signature, text or version that was seen there.
    """

    anchor: str
    kind: str
    memory: str
    text: str
    state: str
    now: str
    detail: str
    commit: str
    branch: str
    noted: str


class ListedAnchors(NamedTuple):
    """The anchors of the current memories, in the order of their paths. total: how many there are."""

    anchors: list[ListedAnchor]
    total: int
    left_out: int
    root: str


@operation(READ)
def list_(memory: Memory, path: str = "", *, limit: int = 50, offset: int = 0) -> ListedAnchors:
    """List what memories are tied to, and how each place stands

    Parameters
    path: only anchors in this file or below this folder, or of this dep:PACKAGE
    limit: at most so many
    offset: pass over so many first
    """
    below = place_of(memory.project, path).path if path else ""
    checks = checker(memory)
    assert checks is not None  # only answers about the past have none
    with memory.reading() as reader:
        every = observations(reader, below)
        shown = every[offset : offset + limit]
        listed = []
        for one in shown:
            text = in_short(reader.find(one.memory))
            _, state, now, detail = checks.check(one.anchor, one.value)
            seen, kind = _seen(one), as_noted(one.anchor, one.value).kind
            listed.append(
                ListedAnchor(
                    one.anchor, kind, one.memory, text, state, now, detail, seen.commit, seen.branch, seen.words
                )
            )
        return ListedAnchors(listed, len(every), max(len(every) - offset - len(shown), 0), reader.root().root.hex())


def _seen(one: Observation) -> Observed:
    try:
        return observed(one.value)
    except ValueError:
        return NOTHING  # a later version wrote it; its state says so
