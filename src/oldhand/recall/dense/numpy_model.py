"""The model in numpy alone: exact, without any runtime, and some four times slower than onnxruntime."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from oldhand.errors import DamagedModel
from oldhand.recall.dense.catalog import KnownModel
from oldhand.recall.dense.weights import read_weights
from oldhand.recall.dense.wordpiece import WordPiece

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

BATCH_PIECES = 2_048  # pieces of all texts of a batch: 8 of the longest, about 40 MB of intermediate numbers
BATCH_TEXTS = 32  # texts of a batch, where they are short; more were no faster
TEXTS_IN_HAND = 1_024  # texts whose pieces are held at once: they are sorted by length among these
HIDDEN = -1e9  # added to the scores of places that hold no piece, so that nothing looks at them
ROWS_AT_ONCE = 64  # of the widest layer, 400 KB: its chain of small steps then stays in a core's own cache
# erfc(z) = (A1 t + ... + A5 t^5) exp(-z^2) with t = 1 / (1 + P z), right to 1.5e-7: Abramowitz and
# Stegun, Handbook of Mathematical Functions, 7.1.26. numpy has no erf of its own.
P, A = 0.3275911, (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)


class NumpyEncoder:
    """A model's weights, run by numpy. Any number of threads may use it at once.

    How many processor cores numpy takes is the affair of its BLAS, which reads OPENBLAS_NUM_THREADS
    (or the like) when numpy is first imported.
    """

    local = True

    def __init__(self, weights: Path, tokenizer: WordPiece, model: KnownModel) -> None:
        """Map the weights. Raises DamagedModel when they are not those of the model."""
        self.name = model.encoder_name("fp32")
        self.dimensions = model.dimensions
        self._tokenizer = tokenizer
        self._model = model
        self._weights = read_weights(weights, model.name)
        if not set(names(model)) <= self._weights.keys():
            raise DamagedModel(weights.name, model.name)

    def encode(self, texts: Sequence[str], *, asking: bool = False) -> "Floats":
        """One row of unit length for each text; cues and texts are the same to this model."""
        import numpy as np

        rows = np.zeros((len(texts), self.dimensions), np.float32)
        for first in range(0, len(texts), TEXTS_IN_HAND):
            pieces = [self._tokenizer.pieces(text) for text in texts[first : first + TEXTS_IN_HAND]]
            for batch in batches([len(one) for one in pieces]):
                rows[[first + at for at in batch]] = self._forward([pieces[at] for at in batch])
        return rows

    def _forward(self, batch: Sequence[Sequence[int]]) -> "Floats":
        """The vectors of one batch of texts, given as pieces."""
        import numpy as np

        counts = np.array([len(one) for one in batch])
        longest = int(counts.max())
        pieces = np.zeros((len(batch), longest), np.int64)
        for at, one in enumerate(batch):
            pieces[at, : len(one)] = one
        held = np.arange(longest) < counts[:, None]
        hidden = None if held.all() else np.where(held, 0, HIDDEN).astype(np.float32)[:, None, None, :]
        w = self._weights
        x = w["embeddings.word_embeddings.weight"][pieces]
        x += w["embeddings.position_embeddings.weight"][:longest] + w["embeddings.token_type_embeddings.weight"][0]
        x = self._normed(x.reshape(-1, self.dimensions), "embeddings.LayerNorm")
        for layer in range(self._model.layers):
            x = self._layer(x, f"encoder.layer.{layer}.", len(batch), hidden)
        x = x.reshape(len(batch), longest, self.dimensions) * held[:, :, None]
        mean: Floats = x.sum(axis=1) / counts[:, None].astype(np.float32)
        mean /= np.linalg.norm(mean, axis=1, keepdims=True)
        return mean

    def _layer(self, x: "Floats", name: str, texts: int, hidden: "Floats | None") -> "Floats":
        """One layer of the encoder: every piece looks at the others, then each is worked on by itself."""
        import numpy as np

        query, key, value = (
            self._parted(x, f"{name}attention.self.{part}", texts) for part in ("query", "key", "value")
        )
        scores: Floats = query @ key.swapaxes(2, 3)
        scores *= (self.dimensions // self._model.heads) ** -0.5
        if hidden is not None:
            scores += hidden
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        seen: Floats = (scores @ value).transpose(0, 2, 1, 3).reshape(-1, self.dimensions)
        attended = self._linear(seen, f"{name}attention.output.dense")
        attended += x
        x = self._normed(attended, f"{name}attention.output.LayerNorm")
        wide = self._linear(x, f"{name}intermediate.dense")
        for first in range(0, len(wide), ROWS_AT_ONCE):
            _gelu(wide[first : first + ROWS_AT_ONCE])
        out = self._linear(wide, f"{name}output.dense")
        out += x
        return self._normed(out, f"{name}output.LayerNorm")

    def _parted(self, x: "Floats", name: str, texts: int) -> "Floats":
        """A linear map of `x`, by text, head, piece and number."""
        heads, width = self._model.heads, self.dimensions // self._model.heads
        parted: Floats = self._linear(x, name).reshape(texts, -1, heads, width).transpose(0, 2, 1, 3)
        return parted

    def _linear(self, x: "Floats", name: str) -> "Floats":
        y: Floats = x @ self._weights[f"{name}.weight"].T
        y += self._weights[f"{name}.bias"]
        return y

    def _normed(self, x: "Floats", name: str) -> "Floats":
        """Each row with mean 0 and variance 1, then scaled; `x` itself is changed."""
        x -= x.mean(axis=1, keepdims=True)
        spread = (x * x).mean(axis=1, keepdims=True)
        x /= (spread + self._model.epsilon) ** 0.5
        x *= self._weights[f"{name}.weight"]
        x += self._weights[f"{name}.bias"]
        return x


def _gelu(x: "Floats") -> None:
    """Replace x by x times the share of a normal distribution below it, in place."""
    import numpy as np

    size = np.abs(x)
    z = size * (0.5**0.5)
    t = 1 / (1 + P * z)
    tail = A[0] * t
    for factor in A[1:]:
        tail += factor
        tail *= t
    z *= z
    np.negative(z, out=z)
    tail *= np.exp(z, out=z)
    tail *= size
    tail *= 0.5
    np.maximum(x, 0, out=x)
    x -= tail


def names(model: KnownModel) -> Iterator[str]:
    """The names of the tensors that a model's weights must have."""
    for table in ("word", "position", "token_type"):
        yield f"embeddings.{table}_embeddings.weight"
    parts = ["embeddings.LayerNorm"]
    for layer in range(model.layers):
        inner = [f"attention.self.{part}" for part in ("query", "key", "value")]
        inner += ["attention.output.dense", "attention.output.LayerNorm"]
        inner += ["intermediate.dense", "output.dense", "output.LayerNorm"]
        parts += [f"encoder.layer.{layer}.{part}" for part in inner]
    for part in parts:
        yield f"{part}.weight"
        yield f"{part}.bias"


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """The places of texts of these lengths in batches of about equal length, none larger than the bounds above."""
    batch: list[int] = []
    for at in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) == BATCH_TEXTS or (len(batch) + 1) * lengths[at] > BATCH_PIECES):
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch
