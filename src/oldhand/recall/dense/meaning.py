"""Meaning: how near the wordings of one store come to a cue, by the vectors of one model."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from oldhand.recall.dense.nearest import nearest
from oldhand.recall.dense.packing import unpacked
from oldhand.recall.dense.windows import windows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from oldhand.recall.dense.encoder import Encoder
    from oldhand.store.vectors import Vectors

    Floats = NDArray[np.float32]

CUE_WORDS = 40  # words of a cue taken together: a sentence or two; a long cue asks for several things
MOST_CUE_WINDOWS = 8  # of a cue: beyond, encoding takes longer than a person waits
SEARCHED_CUE_WINDOWS = 3  # of them searched for each by itself; all count when candidates are compared
FEEDBACK_SHARE = 0.5  # how far the cue is drawn towards the best answers (Rocchio, 1971)


class Meaning:
    """One store's vectors and the encoder that made them. Cheap to make; raises nothing before it is asked."""

    def __init__(self, encoder: "Encoder", vectors: "Vectors") -> None:
        self._encoder = encoder
        self._vectors = vectors

    @property
    def name(self) -> str:
        """The name of the model in its precision."""
        return self._encoder.name

    @property
    def vectors(self) -> int:
        """How many vectors of the model there are here. Raises UnusableVectors."""
        model = self._vectors.model(self.name)
        return model.windows if model else 0

    def understood(self, cue: str) -> "Floats":
        """The vectors [n, d] of a cue, one for each of its windows, none for a cue without words.

        Raises EncoderFailed.
        """
        import numpy as np

        parts = windows(cue, CUE_WORDS)[:MOST_CUE_WINDOWS]
        return self._encoder.encode(parts, asking=True) if parts else np.empty((0, 0), np.float32)

    def near(self, cue: "Floats", most: int) -> list[str]:
        """The addresses of the wordings nearest to a cue, nearest first. Raises UnusableVectors."""
        found: dict[str, float] = {}
        for vector in cue[:SEARCHED_CUE_WINDOWS]:
            for neighbour in nearest(self._vectors, self.name).search(vector, most):
                found[neighbour.revision] = max(found.get(neighbour.revision, -1.0), neighbour.cosine)
        return sorted(found, key=lambda revision: (-found[revision], revision))[:most]

    def windows_of(self, revisions: Iterable[str]) -> "dict[str, Floats]":
        """The vectors [n, d] of each wording; those without any are left out. Raises UnusableVectors."""
        model = self._vectors.model(self.name)
        if model is None:
            return {}
        rows = self._vectors.of(model, [bytes.fromhex(revision) for revision in revisions])
        found = {}
        for revision, packed in rows.items():
            scales, codes = unpacked(packed, model.dimensions)
            if len(codes):
                found[revision.hex()] = codes * scales[:, None]
        return found


def best_cosine(cue: "Floats", wording: "Floats") -> float:
    """The best cosine of any window of a cue with any window of a wording."""
    return float((wording @ cue.T).max())


def drawn_towards(cue: "Floats", answers: "Sequence[Floats]") -> "Floats":
    """The cue [1, d] drawn towards the best window of each of some answers (pseudo relevance feedback)."""
    import numpy as np

    middle = cue.mean(axis=0)
    best = [wording[int((wording @ middle).argmax())] for wording in answers]
    drawn = middle / max(float(np.linalg.norm(middle)), 1e-9) + FEEDBACK_SHARE * np.mean(best, axis=0)
    unit: Floats = (drawn / max(float(np.linalg.norm(drawn)), 1e-9)).reshape(1, -1).astype(np.float32)
    return unit
