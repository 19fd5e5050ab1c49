"""Embedding: giving the wordings that wait their vectors, a few at a time, so that it can end at any moment.

Texts are read in short views of the store and vectors are kept in transactions of their own file:
neither holds up those who remember. What is done stays done, whoever did it.
"""

import json
import random
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.errors import EncoderFailed
from oldhand.recall.dense.caching import TAIL_LEAST, Progress, index_of, make, whole
from oldhand.recall.dense.packing import pack
from oldhand.recall.dense.windows import windows
from oldhand.store.pending import NOWHERE, Mark, count_of_wordings, events_after, page, reaches, with_text

if TYPE_CHECKING:
    from oldhand.recall.dense.encoder import Encoder
    from oldhand.store.reader import Reader
    from oldhand.store.store import Store
    from oldhand.store.vectors import Model, Vectors

PAGE = 512  # events looked at in one view of the store
WORDINGS_AT_ONCE = 32  # encoded and kept together: a twentieth of a second, which is what an interruption loses
COUNTED_ONE_BY_ONE = 20_000  # events: beyond, how many wordings wait is the difference of two counts
LISTED = 4096  # addresses looked up at once when all are gone through


class CaughtUp(NamedTuple):
    """What was done. wordings, windows: how many got vectors; complete: nothing waits any more."""

    wordings: int
    windows: int
    complete: bool


def embedded_text(content: dict[str, Any]) -> str:
    """What of a wording is embedded: its title, its text, then its other fields by name, one under the other."""
    order: list[str] = [name for name in ("title", "text") if name in content]
    order += sorted(name for name in content if name not in order)
    parts: list[str] = []
    for name in order:
        value = content[name]
        parts.extend([value] if isinstance(value, str) else map(str, value))
    return "\n".join(parts)


def catch_up(
    store: "Store", vectors: "Vectors", encoder: "Encoder", *, limit: int = 0,
    progress: Progress = lambda done, total, what: None, caching: bool = True,
) -> CaughtUp:  # fmt: skip
    """Give the wordings that wait their vectors by this encoder's model, oldest first.

    limit: how many at most (0: all); progress: hears of each few; caching: whether the cache is made
    anew when it is due. Interrupted at any point, what was kept stays; two processes at it share the
    work. Not to be called while a view of the store is read: what is erased meanwhile would not be
    seen. Raises EncoderFailed, UnusableVectors, StoreBusy, StorageFull.
    """
    if store.in_view:
        raise RuntimeError("vectors are made outside of views of the store")
    with store.read() as reader:
        vectors.follow_erasures(reader)
        total = waiting(reader, vectors, encoder.name)
    goal = min(limit, total) if limit else total
    done = made = 0
    place, complete = NOWHERE, False
    while not complete and not (limit and done >= limit):
        with store.read() as reader:
            model = vectors.model(encoder.name)
            noted = mark_of(reader, model)
            place = max(place, noted)  # another process may be further on
            events = page(reader, place, PAGE)
        passed_over = False
        for batch in _batches(missing(vectors, model, events.revisions), in_order=bool(limit)):
            fresh = missing(vectors, vectors.model(encoder.name), batch)
            wanted = fresh[: max(limit - done, 0)] if limit else fresh
            passed_over = passed_over or len(wanted) < len(fresh)
            new, windows_new = _embed(store, vectors, encoder, wanted)
            done, made = done + new, made + windows_new
            progress(done, max(goal, done, 1), "Reading for meaning")
        if passed_over:
            break
        if place == noted != events.mark:
            vectors.settle(encoder.name, events.mark, model.mark if model else NOWHERE)
        place, complete = events.mark, events.last
    if caching:
        make_if_due(vectors, encoder.name, progress)
    return CaughtUp(done, made, complete)


def catch_up_all(
    store: "Store", vectors: "Vectors", encoder: "Encoder", progress: Progress = lambda done, total, what: None
) -> CaughtUp:
    """Like `catch_up`, and then go through every wording there is: what a mark may have passed over is found."""
    done = catch_up(store, vectors, encoder, progress=progress, caching=False)
    wordings, made = done.wordings, done.windows
    place = NOWHERE
    last = False
    while not last:
        with store.read() as reader:
            events = page(reader, place, LISTED)
        for batch in _batches(missing(vectors, vectors.model(encoder.name), events.revisions)):
            new, windows_new = _embed(store, vectors, encoder, batch)
            wordings, made = wordings + new, made + windows_new
        place, last = events.mark, events.last
    return CaughtUp(wordings, made, True)


def prune(
    store: "Store", vectors: "Vectors", progress: Progress = lambda done, total, what: None, *, dry_run: bool = False
) -> int:
    """Remove the vectors of wordings that the store has no text of; how many wordings lost, or would lose, theirs."""
    gone = looked = 0
    after = b""
    total = sum(model.wordings for model in vectors.models())
    while part := vectors.addresses(after, LISTED):
        with store.read() as reader:
            held = with_text(reader, part)
        leftover = [address for address in part if address not in held]
        gone += len(leftover)
        if not dry_run:
            vectors.forget(leftover)
        after, looked = part[-1], looked + len(part)
        progress(looked, max(total, looked), "Looking for leftovers")
    return gone


def make_if_due(vectors: "Vectors", name: str, progress: Progress = lambda done, total, what: None) -> bool:
    """Make the cache of a model when it is missing or too old."""
    model = vectors.model(name)
    return model is not None and index_of(vectors, model).due and make(vectors, name, progress)


def put_in_order(vectors: "Vectors", name: str, progress: Progress = lambda done, total, what: None) -> bool:
    """Make the cache of a model anew unless it is whole and holds everything, byte by byte; whether it was made."""
    model = vectors.model(name)
    if model is None or model.windows <= TAIL_LEAST or whole(vectors, model):
        return False
    return make(vectors, name, progress)


def mark_of(reader: "Reader", model: "Model | None") -> Mark:
    """Up to where the wordings of this journal have their vectors."""
    return model.mark if model and reaches(reader, model.mark) else NOWHERE


def waiting(reader: "Reader", vectors: "Vectors", name: str) -> int:
    """How many wordings have no vectors of a model. Exact, but beyond COUNTED_ONE_BY_ONE new events."""
    model = vectors.model(name)
    place = mark_of(reader, model)
    if model is None:
        return count_of_wordings(reader)
    if events_after(reader, place) > COUNTED_ONE_BY_ONE:
        return max(count_of_wordings(reader) - model.wordings, 0)
    found: set[bytes] = set()
    last = False
    while not last:
        events = page(reader, place, LISTED)
        found.update(missing(vectors, model, events.revisions))
        place, last = events.mark, events.last
    return len(found)


def missing(vectors: "Vectors", model: "Model | None", revisions: Sequence[bytes]) -> list[bytes]:
    """Those of the wordings that have no vectors of a model."""
    there = vectors.present(model, revisions) if model else set()
    return [revision for revision in revisions if revision not in there]


def _batches(revisions: list[bytes], *, in_order: bool = False) -> Iterator[list[bytes]]:
    """A few at a time, in an order of its own in every process, so that two at one page do not do the same.

    in_order: the oldest first: what a few are chosen from must not depend on chance.
    """
    parts = [revisions[start : start + WORDINGS_AT_ONCE] for start in range(0, len(revisions), WORDINGS_AT_ONCE)]
    if not in_order:
        random.shuffle(parts)
    yield from parts


def _embed(store: "Store", vectors: "Vectors", encoder: "Encoder", revisions: list[bytes]) -> tuple[int, int]:
    """Encode and keep the vectors of some wordings: (wordings, windows) that are new."""
    with store.read() as reader:
        texts = {revision: _text(reader, revision) for revision in revisions}
    cut = {revision: windows(text) for revision, text in texts.items() if text is not None}
    parts = [part for wording in cut.values() for part in wording]
    made = encoder.encode(parts) if parts else None
    if made is not None and made.shape != (len(parts), encoder.dimensions):
        raise EncoderFailed(f"{encoder.name} gave {made.shape} numbers for {len(parts)} texts")
    rows = []
    place = 0
    for revision, wording in cut.items():
        rows.append((revision, pack(made[place : place + len(wording)]) if made is not None and wording else b""))
        place += len(wording)
    if not rows:
        return 0, 0

    def held(names: Sequence[bytes]) -> set[bytes]:
        with store.read() as reader:
            return with_text(reader, names)

    return vectors.keep(encoder.name, encoder.dimensions, rows, held)


def _text(reader: "Reader", revision: bytes) -> str | None:
    """The text of a wording; None when it was erased meanwhile or its bytes are damaged, which `verify` names."""
    body = reader.intact(revision.hex())
    return None if body is None else embedded_text(json.loads(body)["content"])
