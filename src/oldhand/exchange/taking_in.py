"""Importing: an export is read and checked whole, then taken in as one change, or rehearsed and taken back."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

from oldhand.exchange.native_reading import Progress, stage
from oldhand.model.trust import Voice
from oldhand.store.connection import translated
from oldhand.store.merge import Brought, Counts, choose, counted, is_empty, merge, note_what_is_here, restore
from oldhand.store.preference import prefer_staged
from oldhand.store.selection import retell
from oldhand.store.staging import Staging
from oldhand.store.transaction import Transaction, current_root

STRATEGIES = ("append", "skip-existing", "replace")

Writing = Callable[[], AbstractContextManager[Transaction]]


class TakenIn(NamedTuple):
    """What an import did, or would do: its counts, events and objects, whether it filled an empty store, both roots."""

    counts: Counts
    brought: Brought
    before: str
    root: str


class _Rehearsed(Exception):
    """Raised at the end of a dry run, so that the transaction takes everything back."""


@contextmanager
def change(writing: Writing, dry_run: bool) -> Iterator[Transaction]:
    """One change of the store; a dry run does all of it and then takes it back."""
    try:
        with writing() as transaction:
            yield transaction
            if dry_run:
                raise _Rehearsed
    except _Rehearsed:
        pass  # everything was taken back, which is what a dry run is for


def take_in(
    writing: Writing, path: Path, strategy: str, voice: Voice, progress: Progress, *, dry_run: bool = False
) -> TakenIn:
    """Take in a native export. An empty store becomes the same as the exported one; another is merged with it.

    append: the union of both histories; skip-existing: only memories the store has not; replace: the
    union, and the imported wording wins where wordings differ. Raises BadLine, BadExport, Forked-
    Replica, TrustTooHigh and Refused; the store is as it was then.
    """
    with translated(Path(tempfile.gettempdir()) / "import"), Staging() as staging:
        stage(path, staging, progress)
        with change(writing, dry_run) as transaction:
            before = current_root(transaction.connection).root
            keep = strategy == "skip-existing"
            brought, whole = _bring(transaction, staging, strategy, voice)
            counts = counted(transaction.connection, staging, keep_existing=keep and not whole)
            root = transaction.root or before
    return TakenIn(counts, brought, before.hex(), root.hex())


def _bring(transaction: Transaction, staging: Staging, strategy: str, voice: Voice) -> tuple[Brought, bool]:
    """Take a staged journal in; what it brought, and whether the store was empty and took it whole."""
    note_what_is_here(transaction.connection, staging)
    if is_empty(transaction):
        return restore(transaction, staging, voice.trust), True
    if choose(transaction.connection, staging, keep_existing=strategy == "skip-existing"):
        retell(staging)
    brought = merge(transaction, staging, voice.trust)
    if strategy == "replace":
        prefer_staged(transaction, staging, voice)
    return brought, False
