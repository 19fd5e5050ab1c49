"""What turns texts into vectors, whatever runs it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np


class Encoder(Protocol):
    """A model that is ready to run.

    name: which model in which precision; vectors of two names are never compared. dimensions: the
    length of a vector. local: whether texts stay on this machine.
    """

    name: str
    local: bool

    @property
    def dimensions(self) -> int:
        """The length of a vector. Raises EncoderFailed where an endpoint has to be asked for it and fails."""
        ...

    def encode(self, texts: Sequence[str], *, asking: bool = False) -> "np.ndarray":
        """One row of unit length and type float32 for each text. Raises EncoderFailed.

        asking: whether the texts are cues; some models place a question and what answers it with
        different means. A model that makes no difference ignores it.
        """
        ...
