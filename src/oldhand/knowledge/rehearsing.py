"""Rehearsing: a change that is done whole and then taken back, so that a dry run tells exactly what would happen."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from oldhand.store.roots import current_root

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.transaction import Transaction


class _Rehearsed(Exception):
    """Raised at the end of a rehearsal, so that the transaction takes everything back."""


class Change:
    """One change of the memory. root: of the memory when it was over, in hexadecimal digits."""

    def __init__(self, transaction: "Transaction") -> None:
        self.transaction = transaction
        self.root = ""


@contextmanager
def changing(memory: "Memory", scope: str = "project", *, dry_run: bool = False) -> Iterator[Change]:
    """One atomic change of the memory; with dry_run it is taken back at the end, and the root stays what it was."""
    change: Change | None = None
    try:
        with memory.writing(scope, make=False) as transaction:
            change = Change(transaction)
            before = current_root(transaction.connection).root.hex()
            yield change
            if dry_run:
                change.root = before
                raise _Rehearsed
    except _Rehearsed:
        return  # everything was taken back, which is what a dry run is for
    if change is not None:
        change.root = change.transaction.root.hex()
