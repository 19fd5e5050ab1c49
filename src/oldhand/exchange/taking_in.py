"""Importing: an export is read and checked whole, then taken in as one change, or rehearsed and taken back."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

from oldhand.exchange.native_reading import Progress, stage
from oldhand.model.trust import Voice
from oldhand.store.connection import translated
from oldhand.store.erasures_brought import erased_here, going, gone
from oldhand.store.merge import Brought, Counts, choose, counted, is_empty, merge, note_what_is_here, restore
from oldhand.store.preference import prefer_staged
from oldhand.store.roots import current_root
from oldhand.store.selection import retell
from oldhand.store.staging import Staging
from oldhand.store.transaction import Transaction
from oldhand.store.twins import hold_back
from oldhand.store.withholding import drop_known, selection_without, withheld, withhold

Writing = Callable[[], AbstractContextManager[Transaction]]


class TakenIn(NamedTuple):
    """What an import did, or would do: its counts, events and objects, whether it filled an empty store, both roots.

    withheld: memories that were not taken, because they hold what must not come in; gone, words: the memories here
    that it erased, and what they said; erased: what memories that are erased here say in it; position: the last one of
    the journal before.
    """

    counts: Counts
    brought: Brought
    before: str
    root: str
    withheld: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    erased: tuple[str, ...] = ()
    position: int = 0


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
    writing: Writing, path: Path, strategy: str, voice: Voice, progress: Progress, *,
    unwanted: Callable[[str], bool], dry_run: bool = False,
) -> TakenIn:  # fmt: skip
    """Take in a native export. An empty store becomes the same as the exported one; another is merged with it.

    append: the union of both histories; skip-existing: only memories the store has not; replace: the
    union, and the imported wording wins where wordings differ. unwanted: whether a text must not come in; the
    memories it stands in are not taken, and what is taken is then told by replicas of its own. Raises
    BadLine, BadExport, ForkedReplica, TrustTooHigh and Refused; the store is as it was then.
    """
    with translated(Path(tempfile.gettempdir()) / "import"), Staging() as staging:
        stage(path, staging, progress)
        kept_out = withheld(staging, unwanted)
        with change(writing, dry_run) as transaction:
            present = current_root(transaction.connection)
            before = present.root
            keep = strategy == "skip-existing"
            words = going(transaction.connection, staging)
            brought, whole = _bring(transaction, staging, strategy, voice, kept_out)
            erased = gone(transaction.connection, words)
            known = erased_here(transaction.connection, staging)
            counts = counted(transaction.connection, staging, keep_existing=keep and not whole)
            root = transaction.root or before
    return TakenIn(counts, brought, before.hex(), root.hex(), tuple(kept_out), *erased, known, present.position)


def _bring(
    transaction: Transaction, staging: Staging, strategy: str, voice: Voice, kept_out: list[str]
) -> tuple[Brought, bool]:  # fmt: skip
    """Take a staged journal in; what it brought, and whether the store was empty and took it whole."""
    note_what_is_here(transaction.connection, staging)
    if not kept_out and is_empty(transaction):
        return restore(transaction, staging, voice.trust), True
    passed_over = choose(transaction.connection, staging, keep_existing=strategy == "skip-existing")
    if kept_out:
        withhold(staging, kept_out)
    if passed_over or kept_out:
        retell(staging, "" if passed_over else selection_without(kept_out))
        drop_known(transaction.connection, staging)
    brought = merge(transaction, staging, voice.trust)
    if strategy == "replace":
        prefer_staged(transaction, staging, voice)
    hold_back(transaction, staging, voice)
    return brought, False
