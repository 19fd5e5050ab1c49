"""Importing: an export is read and checked whole, then taken in as one change, or rehearsed and taken back."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

from oldhand.errors import BadExport
from oldhand.exchange.facts import statements
from oldhand.exchange.native_reading import Progress, stage
from oldhand.knowledge.assertion import Statement, assert_, identity
from oldhand.model import kinds
from oldhand.model.canonical import address
from oldhand.model.trust import Voice
from oldhand.store.connection import translated
from oldhand.store.fold import standing
from oldhand.store.merge import PUT_AWAY, Brought, Counts, choose, counted, is_empty, merge, note_what_is_here, restore
from oldhand.store.preference import prefer_staged
from oldhand.store.selection import retell
from oldhand.store.staging import Staging
from oldhand.store.transaction import Transaction, current_root

STRATEGIES = ("append", "skip-existing", "replace")
AT_ONCE = 2000  # facts held before they are written

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
def _change(writing: Writing, dry_run: bool) -> Iterator[Transaction]:
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
        with _change(writing, dry_run) as transaction:
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


def take_in_facts(
    writing: Writing, path: Path, root: Path, strategy: str, voice: Voice, now_ms: int, *, dry_run: bool = False
) -> TakenIn:
    """Take in a file of plain facts. What is here already in the same words is left as it is.

    append: a slot answered differently stands contested; skip-existing: its answer here stays;
    replace: the imported answer replaces it. Raises BadLine and BadExport before anything is written.
    """
    for _ in _facts(path, root, now_ms):
        pass  # read once without writing anything, so that a bad line is known before
    tally = dict.fromkeys(Counts._fields, 0)
    with _change(writing, dry_run) as transaction:
        before = current_root(transaction.connection).root
        events = 0
        for number, said in enumerate(_facts(path, root, now_ms), 1):
            tally[_take_fact(transaction, said, strategy, voice)] += 1
            if number % AT_ONCE == 0:
                events += len(transaction.emitted)
                transaction.settle()
        events += len(transaction.emitted)
        transaction.settle()
        after = transaction.root or before
    return TakenIn(Counts(**tally), Brought(events, tally["new"] + tally["changed"], False), before.hex(), after.hex())


def _facts(path: Path, root: Path, now_ms: int) -> Iterator[Statement]:
    try:
        with path.open("rb") as file:
            yield from statements(file, root, now_ms)
    except OSError as error:
        raise BadExport(path, f"it cannot be read ({error.strerror})") from None


def _take_fact(transaction: Transaction, said: Statement, strategy: str, voice: Voice) -> str:
    """Take one fact in; what became of it, as a name of Counts."""
    body = kinds.body(said.kind, said.content, said.inputs)
    revision = address(body).hex()
    memory = identity(said, revision)
    if "key" not in said.metadata:
        memory = transaction.holder_of(revision) or memory
    record = transaction.record(memory)
    present = standing(record)
    heads = {head["revision"] for head in record.get("heads", ())}
    if present in PUT_AWAY:
        return "refused"
    if present == "awaited":
        assert_(transaction, said, voice)
        return "new"
    if strategy == "skip-existing":
        return "skipped"
    if heads == {revision} or (revision in heads and strategy == "append"):
        return "same"
    if strategy == "replace":
        assert_(transaction, said, voice)
        return "changed"
    transaction.put(body)
    fields = {"kind": said.kind, "trust": voice.trust, **said.metadata}
    transaction.emit("assert", memory, voice.actor, voice.origin, fields, revision)
    return "contested" if standing(transaction.record(memory)) == "contested" else "changed"
