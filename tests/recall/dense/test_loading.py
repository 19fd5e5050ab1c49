"""Loading the model: once, quickly, quietly, and never from files that are not the right ones."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from oldhand.errors import DamagedModel, EncoderFailed, MissingModel
from oldhand.recall.dense import onnx_graph
from oldhand.recall.dense.catalog import MINILM
from oldhand.recall.dense.installing import installed, local_encoder
from oldhand.recall.dense.model_folder import MANIFEST, ModelFolder
from oldhand.recall.dense.onnx_model import OnnxEncoder
from oldhand.recall.dense.weights import read_weights
from oldhand.recall.dense.wordpiece import WordPiece

PROCESS_SECONDS = 120  # for a process on a busy machine


@pytest.fixture(scope="module")
def tokenizer(model_home: Path) -> WordPiece:
    """The model's tokenizer."""
    content = (ModelFolder(model_home, MINILM).path / MINILM.tokenizer.name).read_bytes()
    return WordPiece.read(content, MINILM.max_tokens, MINILM.name)


@pytest.fixture
def copied_home(model_home: Path, tmp_path: Path) -> Path:
    """Another home with the same model: its files are the same until a test puts others in their place."""
    folder = ModelFolder(tmp_path / "home", MINILM).path
    folder.mkdir(parents=True)
    for file in ModelFolder(model_home, MINILM).path.iterdir():
        os.link(file, folder / file.name)
    return tmp_path / "home"


def changed(home: Path, name: str, content: bytes) -> Path:
    """Put other content in the place of one of the model's files."""
    file = ModelFolder(home, MINILM).path / name
    file.unlink()
    file.write_bytes(content)
    return file


def with_a_byte_flipped(home: Path, name: str, at: int = -1000) -> Path:
    """Flip one bit of one of the model's files."""
    content = bytearray((ModelFolder(home, MINILM).path / name).read_bytes())
    content[at] ^= 1
    return changed(home, name, bytes(content))


def in_a_process(code: str, *arguments: object, **variables: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *map(str, arguments)], capture_output=True, timeout=PROCESS_SECONDS,
        check=False, text=True, encoding="utf-8", env={**os.environ, **variables},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.strip()


WITNESS = """
import sys
seen = []
sys.addaudithook(lambda event, arguments: seen.append(event) if event.startswith(("socket.", "subprocess.")) else None)
from pathlib import Path
{first}
from oldhand.recall.dense.installing import local_encoder
encoder = local_encoder(Path(sys.argv[1]))
encoder.encode(["a text", "another"] * 10)
print(encoder.name.split("/")[1].split("@")[0], seen, "torch" in sys.modules, "onnx" in sys.modules)
"""
WITHOUT_ONNX = "import sys; sys.modules['onnxruntime'] = None"


@pytest.mark.parametrize(("first", "precision"), [("", "int8"), (WITHOUT_ONNX, "fp32")])
def test_encoding_opens_no_socket_starts_no_process_and_needs_no_torch(
    first: str, precision: str, model_home: Path
) -> None:
    assert in_a_process(WITNESS.format(first=first), model_home) == f"{precision} [] False False"


def test_a_socket_would_be_seen(model_home: Path) -> None:
    assert "socket.__new__" in in_a_process(WITNESS.format(first="import socket; socket.socket().close()"), model_home)


# What the native part of onnxruntime would read at its import, which is then not done.
AT_THE_IMPORT = """
import ctypes, importlib.abc, sys

class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "onnxruntime":
            library = ctypes.CDLL(None)
            library.getenv.restype = ctypes.c_char_p
            print(library.getenv(b"ORT_DISABLE_TELEMETRY"))
            raise ImportError("seen")

sys.meta_path.insert(0, Finder())
"""
OUR_IMPORT = """
from oldhand.errors import EncoderFailed
from oldhand.recall.dense.catalog import MINILM
from oldhand.recall.dense.onnx_model import OnnxEncoder
try:
    OnnxEncoder(b"", None, MINILM)
except EncoderFailed as error:
    print(error)
"""
PLAIN_IMPORT = "try:\n    import onnxruntime\nexcept ImportError as error:\n    print(error)"


@pytest.mark.parametrize("before", ["", "0"])
def test_the_runtimes_telemetry_is_off_before_it_is_imported(before: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY", raising=False)
    variables = {"ORT_DISABLE_TELEMETRY": before} if before else {}
    assert in_a_process(AT_THE_IMPORT + OUR_IMPORT, **variables).splitlines()[0] == "b'1'"
    assert in_a_process(AT_THE_IMPORT + PLAIN_IMPORT, **variables).splitlines()[0] != "b'1'"


def test_encoding_leaves_no_file_in_the_persons_home_or_among_temporary_files(
    model_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CI", "ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)  # each would keep the runtime quiet by itself
    (tmp_path / "temporary").mkdir()
    (tmp_path / "user").mkdir()
    variables = {"HOME": str(tmp_path / "user"), "TMPDIR": str(tmp_path / "temporary")}
    assert in_a_process(WITNESS.format(first=""), model_home, **variables).startswith("int8")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_nothing_heavy_is_imported_to_look_at_the_model(model_home: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom oldhand.recall.dense.installing import installed\n"
        "assert installed(Path(sys.argv[1])).there\n"
        "print(sorted({'numpy', 'onnxruntime', 'onnx', 'subprocess', 'shutil', 'tempfile', 'ssl'} & set(sys.modules)))"
    )
    assert in_a_process(code, model_home) == "[]"


def test_without_numpy_the_package_to_install_is_named(model_home: Path, tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['numpy'] = None\nfrom pathlib import Path\n"
        "from oldhand.recall.dense.installing import installed, local_encoder\n"
        "from oldhand.errors import MissingExtra\n"
        "print(installed(Path(sys.argv[1])).note)\n"
        "try:\n    local_encoder(Path(sys.argv[1]))\nexcept MissingExtra as error:\n    print(error)"
    )
    said = in_a_process(code, model_home).splitlines()
    assert all("pip install 'oldhand[dense]'" in line for line in said) and len(said) == 2


def test_without_a_model_its_installation_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingModel, match="oldhand model install"):
        local_encoder(tmp_path)
    assert installed(tmp_path).state == "missing" and not installed(tmp_path).there


def test_a_model_is_loaded_once_until_it_changes(copied_home: Path) -> None:
    encoder = local_encoder(copied_home)
    assert local_encoder(copied_home) is encoder
    folder = ModelFolder(copied_home, MINILM)
    changed(copied_home, MANIFEST, (folder.path / MANIFEST).read_bytes())
    assert local_encoder(copied_home) is not encoder
    folder.path.rename(folder.path.with_name("gone"))
    with pytest.raises(MissingModel):
        local_encoder(copied_home)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "graph"])
@pytest.mark.parametrize("how", ["flipped", "cut", "empty", "folder", "gone"])
def test_a_file_that_is_not_the_right_one_is_refused(name: str, how: str, copied_home: Path) -> None:
    folder = ModelFolder(copied_home, MINILM)
    assert folder.graph is not None
    file = folder.graph if name == "graph" else folder.path / name
    assert installed(copied_home).state == "ok" and local_encoder(copied_home)
    if how == "flipped":
        with_a_byte_flipped(copied_home, file.name)
    elif how in ("cut", "empty"):
        changed(copied_home, file.name, file.read_bytes()[: -1 if how == "cut" else 0])
    else:
        file.unlink()
        if how == "folder":
            file.mkdir()
    changed(copied_home, MANIFEST, (folder.path / MANIFEST).read_bytes())  # what was loaded before is forgotten
    with pytest.raises(DamagedModel, match=file.name):
        local_encoder(copied_home)
    assert installed(copied_home).state == "damaged" and not installed(copied_home).encoder


def test_damage_that_keeps_size_and_time_is_found_by_the_thorough_look(copied_home: Path) -> None:
    file = ModelFolder(copied_home, MINILM).path / MINILM.weights.name
    times = file.stat().st_mtime_ns
    os.utime(with_a_byte_flipped(copied_home, file.name), ns=(times, times))
    assert installed(copied_home).state == "ok"
    assert installed(copied_home, thorough=True).state == "damaged"


@pytest.mark.parametrize(
    "said", [b"", b"{", b"[]", b"\xff", b'{"files": 3}', b'{"files": {"graph": {"file": "../x"}}}']
)
def test_without_a_usable_manifest_the_files_are_hashed_and_numpy_runs_them(said: bytes, copied_home: Path) -> None:
    changed(copied_home, MANIFEST, said)
    assert local_encoder(copied_home).name.split("/")[1].startswith("fp32")
    assert "model install" in installed(copied_home).note
    with_a_byte_flipped(copied_home, MINILM.weights.name)
    with pytest.raises(DamagedModel):
        local_encoder(copied_home)


def test_a_manifest_that_names_a_file_elsewhere_is_not_followed(copied_home: Path, tmp_path: Path) -> None:
    folder = ModelFolder(copied_home, MINILM)
    said = json.loads((folder.path / MANIFEST).read_bytes())
    said["files"]["graph"]["file"] = "../../../elsewhere.onnx"
    changed(copied_home, MANIFEST, json.dumps(said).encode())
    assert ModelFolder(copied_home, MINILM).graph is None


def test_a_graph_that_the_runtime_refuses_is_told(tokenizer: WordPiece) -> None:
    with pytest.raises(EncoderFailed, match="onnxruntime cannot run the model"):
        OnnxEncoder(b"no graph", tokenizer, MINILM)


def test_the_graph_is_the_same_whenever_it_is_built(model_home: Path) -> None:
    folder = ModelFolder(model_home, MINILM)
    assert folder.graph is not None
    weights = read_weights(folder.path / MINILM.weights.name, MINILM.name)
    assert onnx_graph.int8_graph(weights, MINILM) == folder.graph.read_bytes()


# Python counts a thread as ended a moment before the system does.
THREADS = """
import os, sys, threading, time
from pathlib import Path
from oldhand.recall.dense.installing import local_encoder
encoder = local_encoder(Path(sys.argv[1]))
encoder.encode(["a text"] * 40)
until = time.monotonic() + 10
while (count := len(os.listdir("/proc/self/task"))) > 1 and time.monotonic() < until:
    os.sched_yield()
print(threading.active_count(), count)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the system's own threads are counted in /proc")
def test_no_thread_outlives_an_encoding(model_home: Path) -> None:
    assert in_a_process(THREADS, model_home, OPENBLAS_NUM_THREADS="1") == "1 1"
    lasting = "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()"
    assert in_a_process(lasting + THREADS.replace("+ 10", "+ 0"), model_home).startswith("2 ")
