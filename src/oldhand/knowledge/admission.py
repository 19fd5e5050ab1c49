"""Admission: what may not come in, whichever way it comes. Every way in asks here before it writes a wording."""

from typing import TYPE_CHECKING

from oldhand.errors import ErasedMemory, RejectedValue
from oldhand.model.clock import stamp_wall
from oldhand.model.identity import short
from oldhand.model.moment import day
from oldhand.store.fold import standing
from oldhand.store.transaction import Transaction

if TYPE_CHECKING:
    from oldhand.knowledge.assertion import Statement


def check(transaction: Transaction, said: "Statement", memory: str) -> None:
    """Raise RejectedValue or ErasedMemory when a statement about `memory` was put away for good."""
    record = transaction.record(memory)
    present = standing(record)
    if present == "rejected":
        mark = next(mark for mark in record["marks"] if mark["op"] == "reject")
        raise RejectedValue(day(stamp_wall(mark["stamp"])), short(memory))
    if present == "erased":
        raise ErasedMemory(short(memory))
