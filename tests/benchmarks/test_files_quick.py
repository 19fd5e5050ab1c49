"""The benchmark of files asks the public operation about a snapshot, and knows nothing that came after it."""

import importlib
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.code.made_repository import Repository

adapter = importlib.import_module("benchmarks.files.adapter")


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, list[str]]:
    """A bare repository as the harness lays it out, and its commits."""
    monkeypatch.setenv("OLDHAND_BENCH_FILES", str(tmp_path))
    monkeypatch.setattr(adapter, "_FOLDERS", {})
    made = Repository(tmp_path / "work")
    begin: dict[str, str | bytes | None] = {
        "shop/pay.py": "def charge(card):\n    return card\n",
        "shop/mail.py": "def greet():\n    pass\n",
    }
    later: dict[str, str | bytes | None] = {
        "shop/mail.py": "def greet():\n    return 1\n",
        "shop/new.py": "zeppelin = 1\n",
    }
    commits = [made.commit("Begin", begin), made.commit("Print zeppelins on letters", later)]
    folder = tmp_path / "owner+name" / "repo"
    made.git("clone", "-q", "--bare", str(made.root), str(folder))
    return folder, commits


def ranked(gitdir: Path, snapshot: str, task: str) -> list[str]:
    """What the benchmark's system gives for a task at a snapshot."""
    system = adapter.Overview(SimpleNamespace(gitdir=str(gitdir), snapshot=snapshot))
    system.index([(path, "") for path in ("shop/pay.py", "shop/mail.py", "shop/new.py")])
    try:
        return list(system.search(task, 100))
    finally:
        system.memory.close()


def test_the_files_of_the_snapshot_are_ranked(bare: tuple[Path, list[str]]) -> None:
    gitdir, (begin, later) = bare
    assert ranked(gitdir, begin, "charge the card twice")[0] == "shop/pay.py"
    assert ranked(gitdir, later, "zeppelins look wrong")[0] == "shop/new.py"


def test_nothing_newer_than_the_snapshot_is_known(bare: tuple[Path, list[str]]) -> None:
    gitdir, (begin, later) = bare
    assert "shop/new.py" in ranked(gitdir, later, "zeppelins look wrong")
    assert set(ranked(gitdir, begin, "zeppelins look wrong")) == {"shop/pay.py", "shop/mail.py"}
