"""The model run by onnxruntime from its int8 graph.

Texts are run one by one. In a batch, dynamic quantisation would find one scale for all texts of the
batch, so the vector of a text would depend on its neighbours (cosine down to .967 was seen between
the two), and padding costs more than a batch saves.
"""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from oldhand.errors import EncoderFailed
from oldhand.recall.dense.catalog import KnownModel
from oldhand.recall.dense.onnx_graph import INPUT
from oldhand.recall.dense.wordpiece import WordPiece

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

THREADS = 2  # texts in work at once: enough to fill a small machine, and half of a usual one stays free
WORTH_A_THREAD = 8  # texts; below, starting a second thread costs more than it saves
TELEMETRY_OFF = (b"ORT_DISABLE_TELEMETRY", b"1")  # onnxruntime's variable and the value that it asks for
ERRORS_ONLY = 3  # of onnxruntime's levels; its warnings tell of optimisations and of graphics cards


class OnnxEncoder:
    """A model's graph, run by onnxruntime. Any number of threads may use it at once.

    The session itself has no threads of its own: none spin or wait between two calls. Many texts are
    shared out among THREADS threads that end with the call.
    """

    local = True

    def __init__(self, graph: bytes, tokenizer: WordPiece, model: KnownModel) -> None:
        """Load the graph. Raises EncoderFailed when the runtime cannot be imported or refuses the graph."""
        self.name = model.encoder_name("int8")
        self.dimensions = model.dimensions
        self._tokenizer = tokenizer
        self._session = _session(graph)

    def encode(self, texts: Sequence[str], *, asking: bool = False) -> "Floats":
        """One row of unit length for each text; cues and texts are the same to this model. Raises EncoderFailed."""
        import numpy as np

        rows = np.empty((len(texts), self.dimensions), np.float32)
        threads = min(THREADS, os.cpu_count() or 1)
        if len(texts) < WORTH_A_THREAD or threads < 2:
            for at, text in enumerate(texts):
                rows[at] = self._vector(text)
        else:
            from concurrent.futures import ThreadPoolExecutor

            with ThreadPoolExecutor(threads, "oldhand-encoding") as pool:
                for at, vector in enumerate(pool.map(self._vector, texts)):
                    rows[at] = vector
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows

    def _vector(self, text: str) -> "Floats":
        """The mean of a text's places, of any length."""
        import numpy as np

        pieces = np.array(self._tokenizer.pieces(text), np.int64)
        try:
            vector: Floats = self._session.run(None, {INPUT: pieces})[0]
        # Told to the caller as EncoderFailed: the runtime's errors have no common class of their own.
        except Exception as error:
            raise EncoderFailed(f"onnxruntime stopped ({_first_line(error)})") from error
        return vector


def _session(graph: bytes) -> Any:
    """A session of onnxruntime that is quiet and has one thread: that of whoever calls it."""
    try:
        onnxruntime = _runtime()
        onnxruntime.set_default_logger_severity(ERRORS_ONLY)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = ERRORS_ONLY
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    # Told to the caller as EncoderFailed: the runtime's errors have no common class of their own.
    except Exception as error:
        raise EncoderFailed(f"onnxruntime cannot run the model ({_first_line(error)})") from error


def _runtime() -> Any:
    """onnxruntime, with its telemetry off.

    From 1.29 on its official builds for Linux and macOS keep an identifier of the device and events in
    the person's cache folder, start a thread and send to their maker; all of it begins at the import and
    cannot be stopped afterwards. The one thing that prevents it is a variable that its native part reads
    then, so it is set here, for this library alone, by C's own `setenv`. A program around us that has
    imported the runtime before has made that choice itself; of what we do there nothing is to be told.
    """
    if "onnxruntime" not in sys.modules:
        import ctypes

        if ctypes.CDLL(None).setenv(*TELEMETRY_OFF, 1) != 0:
            raise OSError("its telemetry cannot be switched off")
    import onnxruntime  # type: ignore[import-untyped]

    if hasattr(onnxruntime, "disable_telemetry_events"):
        onnxruntime.disable_telemetry_events()
    return onnxruntime


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
