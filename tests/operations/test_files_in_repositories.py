"""The file operations in repositories of every sort: none, empty, shallow, with submodules and worktrees, half done."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from oldhand.errors import OldhandError, OutsideProject
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.store.store import Store
from oldhand.store.verify import verify
from tests.conftest import BORN

ENVIRONMENT = {"PATH": os.defpath, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_EDITOR": "true"}
IDENTITY = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always")


def git(folder: Path, *words: str, check: bool = True) -> str:
    """Run git as somebody without settings of their own."""
    done = subprocess.run(
        ["git", *IDENTITY, *words], cwd=folder, env=ENVIRONMENT | {"HOME": str(folder)}, check=check,
        capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    return done.stdout


def filled(folder: Path) -> Path:
    """A folder with a file of code and one that is ignored."""
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "pay.py").write_text("def charge():\n    return 1\n", "utf-8")
    (folder / ".gitignore").write_text("*.log\n.oldhand/\n", "utf-8")
    (folder / "x.log").write_text("charge\n", "utf-8")
    return folder


def committed(folder: Path) -> Path:
    """A repository with two commits."""
    filled(folder)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    (folder / "other.txt").write_text("one\n", "utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "second")
    return folder


def bare_folder(folder: Path) -> Path:
    """No git at all."""
    return filled(folder)


def without_commits(folder: Path) -> Path:
    """A repository that was just made."""
    filled(folder)
    git(folder, "init", "-q", "-b", "main")
    return folder


def shallow(folder: Path) -> Path:
    """A clone that has the last commit only."""
    committed(folder.parent / "origin")
    git(folder.parent, "clone", "-q", "--depth", "1", f"file://{folder.parent / 'origin'}", str(folder))
    return folder


def detached(folder: Path) -> Path:
    """A repository that stands on no branch."""
    committed(folder)
    git(folder, "checkout", "-q", "HEAD~1")
    return folder


def rebasing(folder: Path) -> Path:
    """A rebase that stopped at a conflict, whose marks stand in a file."""
    committed(folder)
    git(folder, "checkout", "-qb", "side", "HEAD~1")
    (folder / "other.txt").write_text("two\n", "utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "side")
    git(folder, "rebase", "main", check=False)
    assert "<<<<<<<" in (folder / "other.txt").read_text("utf-8")
    return folder


def with_submodule(folder: Path) -> Path:
    """A repository with another one inside."""
    committed(folder.parent / "inner")
    committed(folder)
    git(folder, "submodule", "--quiet", "add", str(folder.parent / "inner"), "vendor/inner")
    git(folder, "commit", "-qm", "with a submodule")
    return folder


def damaged_git(folder: Path) -> Path:
    """A repository whose index git cannot read."""
    committed(folder)
    (folder / ".git" / "index").write_bytes(b"no index")
    return folder


SORTS = [bare_folder, without_commits, committed, shallow, detached, rebasing, with_submodule, damaged_git]


@pytest.mark.parametrize("make", SORTS, ids=lambda make: make.__name__)
def test_files_are_read_found_and_changed(make: Callable[[Path], Path], tmp_path: Path, home: Path) -> None:
    root = make(tmp_path / "project")
    Store.create(root / ".oldhand", BORN, home).close()
    with Memory(root, home) as memory:
        call(memory, "remember", {"text": "Charges are counted.", "anchors": ["src/pay.py::charge"]})
        assert [note.text for note in call(memory, "read", {"place": "src/pay.py"}).notes] == ["Charges are counted."]
        found = call(memory, "grep", {"pattern": "charge"})
        assert found.files == ["src/pay.py"] and found.matches[0].intent == "definition"
        listed = [file.file for file in call(memory, "glob", {"pattern": ["**"]}).files]
        assert "src/pay.py" in listed and not any(".oldhand" in name or name.endswith(".log") for name in listed)
        told = call(memory, "edit", {"file": "src/pay.py", "old": "return 1", "new": "return 2"})
        assert [(one.text, one.after) for one in told.stale] == [("Charges are counted.", "changed")]
        assert call(memory, "write", {"file": "new/file.txt", "content": "x\n"}).action == "created"
        assert call(memory, "grep", {"pattern": "x", "glob": ["new/"]}).files == ["new/file.txt"]
        for name in (".git", ".git/HEAD", ".git/index", "vendor/inner/.git"):
            with pytest.raises(OldhandError):
                call(memory, "read", {"place": name})
            with pytest.raises(OutsideProject):
                call(memory, "write", {"file": name, "content": "x", "yes": True})
    assert not [finding for finding in verify(root / ".oldhand").findings if finding.damage]


def test_a_submodule_is_a_folder_whose_files_are_read_by_name(tmp_path: Path, home: Path) -> None:
    root = with_submodule(tmp_path / "project")
    Store.create(root / ".oldhand", BORN, home).close()
    with Memory(root, home) as memory:
        assert call(memory, "read", {"place": "vendor/inner/src/pay.py"}).total == 2
        found = call(memory, "grep", {"pattern": "charge"})
        assert [one.reason for one in found.skipped] == ["a folder"]


def test_in_a_linked_worktree_files_are_its_own_and_the_memory_is_shared(tmp_path: Path, home: Path) -> None:
    root = committed(tmp_path / "project")
    Store.create(root / ".oldhand", BORN, home).close()
    linked = tmp_path / "linked"
    git(root, "worktree", "add", "-q", "-b", "side", str(linked))
    (linked / "src" / "pay.py").write_text("import os\n\n\ndef charge():\n    return 1\n", "utf-8")
    (linked / "only-here.txt").write_text("here\n", "utf-8")
    with Memory(root, home) as memory, Memory(linked / "src", home) as other:
        call(memory, "remember", {"text": "Charges are counted.", "anchors": ["src/pay.py:1-2"]})
        assert (other.project.root, other.project.tree) == (root, linked)
        assert (memory.project.root, memory.project.tree) == (root, root)
        note = call(other, "read", {"place": "src/pay.py"}).notes[0]
        assert (note.first, note.state) == (4, "moved")
        assert call(other, "grep", {"pattern": "here"}).files == ["only-here.txt"]
        assert not call(memory, "grep", {"pattern": "here", "glob": ["only*"]}).files
        call(other, "edit", {"file": "src/pay.py", "old": "return 1", "new": "return 2"})
        call(other, "write", {"file": "made.txt", "content": "x"})
        assert "return 1" in (root / "src" / "pay.py").read_text("utf-8") and not (root / "made.txt").exists()
        with pytest.raises(OutsideProject):
            call(other, "read", {"place": str(root / "src" / "pay.py")})
    assert not (linked / ".oldhand").exists()
