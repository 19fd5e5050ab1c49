"""The operation `embeddings reset`."""

from typing import Literal, NamedTuple

from oldhand.errors import BadArgument, NeedsConsent, UnusableVectors
from oldhand.memory import Memory
from oldhand.operation import DESTRUCTIVE, operation
from oldhand.store import vector_cache
from oldhand.store.vectors import Model, Vectors

AGAIN = "`oldhand embeddings reindex` makes vectors anew from what is remembered"


class EmbeddingsReset(NamedTuple):
    """What was dropped. models: whose vectors; wordings: how many texts had some; freed: bytes; unusable: whether the
    file could not be read and was removed."""

    models: list[str]
    wordings: int
    freed: int
    unusable: bool
    next_step: str


@operation(DESTRUCTIVE)
def reset(
    memory: Memory, *, model: str = "", scope: Literal["project", "global"] = "project", yes: bool = False
) -> EmbeddingsReset:
    """Drop vectors, of one model or all of them; no memory is touched, and they can be made anew

    It is also the way out when the file of the vectors is damaged.

    Parameters
    model: whose vectors; without one, those of every model
    scope: project, or global for the person's own memory
    yes: go on without asking
    """
    vectors = memory.store(scope).vectors
    before = _bytes(vectors)
    try:
        models = vectors.models()
    except UnusableVectors as error:
        if not yes:
            raise NeedsConsent(f"This removes the vectors, which cannot be used ({error.args[1]}); {AGAIN}.") from None
        vectors.remove()
        return EmbeddingsReset([], 0, before, True, AGAIN)
    wanted = _wanted(models, model)
    wordings = sum(one.wordings for one in wanted)
    if wanted and not yes:
        names = ", ".join(one.name for one in wanted)
        raise NeedsConsent(f"This drops the vectors of {wordings} texts by {names}; {AGAIN}.")
    for one in wanted:
        vectors.forget_model(one.name)
    memory.trace_detail = {"models": len(wanted), "wordings": wordings}
    freed = max(before - _bytes(vectors), 0)
    return EmbeddingsReset([one.name for one in wanted], wordings, freed, False, AGAIN if wanted else "")


def _wanted(models: list[Model], name: str) -> list[Model]:
    """The models whose vectors go. Raises BadArgument for one that has none."""
    found = [model for model in models if name in ("", model.name)]
    if name and not found:
        kept = ", ".join(model.name for model in models) or "none"
        raise BadArgument("model", name, f"no vectors of it are kept; there are those of: {kept}")
    return found


def _bytes(vectors: Vectors) -> int:
    return vectors.size() + vector_cache.size(vectors.folder)
