"""The operation `embeddings reindex`."""

from typing import Literal, NamedTuple

from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.operations.embeddings import encoder_of, model_in_use
from oldhand.recall.dense.embedding import catch_up_all, prune, put_in_order, waiting
from oldhand.store.pending import count_of_wordings


class Reindexed(NamedTuple):
    """What was done, or would be done with dry_run. made: texts that got vectors; windows: how many vectors, which a
    dry run does not tell; dropped: texts whose vectors went because the memory no longer has them; with_vectors: texts
    that have vectors now; index_made: whether the index by which they are searched was made anew."""

    model: str
    made: int
    windows: int
    dropped: int
    with_vectors: int
    index_made: bool


@operation(WRITE)
def reindex(
    memory: Memory, *, all: bool = False, dry_run: bool = False,  # noqa: A002
    scope: Literal["project", "global"] = "project",
) -> Reindexed:  # fmt: skip
    """Make the vectors of everything that waits, drop those of what is gone, and make the index they are searched by

    Interrupted, it goes on the next time from where it was; several at once share the work. Texts leave
    this machine only where an endpoint is set.

    Parameters
    all: make every vector anew, also those that are there
    dry_run: tell how much there is to do and change nothing; it needs no model
    scope: project, or global for the person's own memory
    """
    if dry_run:
        return _foreseen(memory, scope, anew=all)
    encoder = encoder_of(memory)
    store = memory.store(scope)
    vectors = store.vectors
    if all:
        vectors.forget_model(encoder.name)
    done = catch_up_all(store, vectors, encoder, memory.progress)
    dropped = prune(store, vectors, memory.progress)
    index = put_in_order(vectors, encoder.name, memory.progress)
    model = vectors.model(encoder.name)
    memory.trace_detail = {"made": done.wordings, "windows": done.windows, "dropped": dropped}
    return Reindexed(encoder.name, done.wordings, done.windows, dropped, model.wordings if model else 0, index)


def _foreseen(memory: Memory, scope: str, *, anew: bool) -> Reindexed:
    """What reindexing would do."""
    name = model_in_use(memory)
    store = memory.store(scope)
    vectors = store.vectors
    with store.read() as reader:
        made = count_of_wordings(reader) if anew else waiting(reader, vectors, name)
    model = vectors.model(name)
    dropped = prune(store, vectors, memory.progress, dry_run=True)
    return Reindexed(name, made, 0, dropped, model.wordings if model else 0, False)
