"""The operation `embeddings status`."""

from typing import Literal, NamedTuple

from oldhand.errors import UnusableVectors
from oldhand.memory import Memory
from oldhand.model.address import KEY_VARIABLE
from oldhand.operation import READ, operation
from oldhand.operations.embeddings import model_in_use
from oldhand.recall.dense.caching import index_of
from oldhand.recall.dense.choosing import presence
from oldhand.recall.dense.embedding import waiting
from oldhand.store import vector_cache
from oldhand.store.pending import count_of_wordings
from oldhand.store.vector_file import VECTORS
from oldhand.store.vectors import Model, Vectors, width

READY = ("ready", "endpoint")  # states of the model in which `reindex` can do its work
REINDEX = "`oldhand embeddings reindex` makes what is missing"
WANTING = ("missing", "too old")  # how the words on an index end that should be made


class KeptVectors(NamedTuple):
    """The vectors of one model. wordings: how many texts have some; windows: vectors, one a window of a text;
    bytes: in the file; used: whether recall uses them now."""

    model: str
    used: bool
    dimensions: int
    wordings: int
    windows: int
    bytes: int


class EmbeddingsStatus(NamedTuple):
    """How the vectors of the memory are.

    model: whose vectors recall uses, empty when it uses none; state: ready, endpoint, failing, absent,
    damaged or off; detail: why, in words; texts: wordings that are kept, present and earlier ones;
    with_vectors, waiting: how many of them have vectors of that model, and how many not; search: how
    they are searched; kept: by model; bytes: of all files; next_step: what to do, empty when nothing.
    """

    model: str
    state: str
    detail: str
    texts: int
    with_vectors: int
    waiting: int
    search: str
    bytes: int
    kept: list[KeptVectors]
    next_step: str


@operation(READ)
def status(memory: Memory, *, scope: Literal["project", "global"] = "project") -> EmbeddingsStatus:
    """Show which model gives recall its sense of meaning, what it has read and what still waits

    Nothing is loaded and nobody is asked.

    Parameters
    scope: project, or global for the person's own memory
    """
    found = presence(memory.setting, memory.home, memory.environment.get(KEY_VARIABLE, ""))
    name = model_in_use(memory)
    store = memory.store(scope)
    vectors = store.vectors
    size = vectors.size() + vector_cache.size(vectors.folder)
    with store.read() as reader:
        texts = count_of_wordings(reader)
        try:
            models = vectors.models()
            wait = waiting(reader, vectors, name) if name else 0
        except UnusableVectors as error:
            step = "`oldhand embeddings reset --yes` makes room for new ones"
            return EmbeddingsStatus(
                name,
                "damaged",
                f"{VECTORS} cannot be used: {error.args[1]}",
                texts,
                0,
                texts if name else 0,
                "",
                size,
                [],
                step,
            )
    used = next((model for model in models if model.name == name), None)
    search = _search(vectors, used)
    wanted = found.state in READY and (wait or search.endswith(WANTING))
    step = found.next_step or (REINDEX if wanted else "")
    return EmbeddingsStatus(
        name, found.state, found.detail, texts, used.wordings if used else 0, wait, search, size,
        [_kept(model, name) for model in models], step,
    )  # fmt: skip


def _kept(model: Model, used: str) -> KeptVectors:
    size = model.windows * width(model.dimensions)
    return KeptVectors(model.name, model.name == used, model.dimensions, model.wordings, model.windows, size)


def _search(vectors: Vectors, model: Model | None) -> str:
    """How the vectors of a model are searched, in words."""
    if model is None or not model.windows:
        return ""
    index = index_of(vectors, model)
    if not index.vectors:
        return "one by one; an index is missing" if index.due else "one by one; so few need no index"
    kind = f"by {index.clusters} clusters" if index.clusters else "exact"
    if not index.beside:
        return f"{kind}, fresh"
    return f"{kind}, {index.beside} more one by one" + ("; the index is too old" if index.due else "")
