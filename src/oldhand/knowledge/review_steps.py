"""A step of a review as replies tell it, with the command that undoes it."""

from typing import TYPE_CHECKING, NamedTuple

from oldhand.knowledge.settling import Settled
from oldhand.knowledge.undoing import undoable_by
from oldhand.model.identity import short

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.transaction import Transaction


class Step(NamedTuple):
    """What a step of a review did: each item that was settled, the command that undoes all of it, and the root after.

    undo: empty when nothing was changed, or only a person can undo it.
    """

    settled: list[Settled]
    undo: str
    root: str
    scope: str


def done(memory: "Memory", transaction: "Transaction", settled: list[Settled], scope: str) -> Step:
    """The reply of a step that was committed."""
    root = transaction.root.hex()
    names = list(dict.fromkeys(short(name) for one in settled for name in one.ids))
    memory.trace_detail = {"memory": names, "root": root}
    undo = f"oldhand review undo {short(root)}" + (" --scope global" if scope == "global" else "")
    possible = transaction.emitted and all(undoable_by(memory.voice, event) for event in transaction.emitted)
    return Step(settled, undo if possible else "", root, scope)
