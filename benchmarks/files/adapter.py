"""Oldhand as the harness asks it: a task in, the paths that `overview` gives out.

Every snapshot is checked out of a shared clone into a folder of its own under OLDHAND_BENCH_FILES, with an empty
memory, so that what is measured is the public operation on a working tree whose history ends at the snapshot.
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from oldhand.memory import Memory
from oldhand.operation import call

RANKED = 100  # files asked for: the harness scores lists of so many
BUDGET = 1_000_000_000  # tokens: nothing is left out because reading it would cost too much
GIT_SECONDS = 600  # for a checkout of a large repository on a busy machine


class Overview:
    """One snapshot of one repository. ctx: the harness's, with gitdir and snapshot."""

    def __init__(self, ctx: Any) -> None:
        self.tree = _tree(Path(ctx.gitdir))
        _check_out(self.tree, ctx.snapshot)
        self.memory = Memory(self.tree, _scratch() / "home")
        if not self.memory.project.remembered:
            call(self.memory, "init", {"empty": True})
        self.wanted: set[str] = set()
        self.times: list[float] = []

    def index(self, documents: list[tuple[str, str]]) -> None:
        """Bring the code index up to date; only the harness's files are answers."""
        self.wanted = {path for path, _ in documents}
        call(self.memory, "overview", {"task": "warm up", "no_briefing": True})

    def search(self, task: str, limit: int) -> list[str]:
        """The paths of the files for a task, the most likely first."""
        started = time.perf_counter()
        reply = call(
            self.memory, "overview", {"task": task, "limit": RANKED, "budget_tokens": BUDGET, "no_briefing": True}
        )
        self.times.append(time.perf_counter() - started)
        return [file.path for file in reply.files if file.path in self.wanted][:limit]

    def __del__(self) -> None:
        if hasattr(self, "memory"):
            self.memory.close()


_FOLDERS: dict[str, Path] = {}


def _scratch() -> Path:
    if "" not in _FOLDERS:
        folder = Path(tempfile.mkdtemp(prefix="oldhand-files-", dir=os.environ.get("OLDHAND_BENCH_FILES")))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        _FOLDERS[""] = folder
    return _FOLDERS[""]


def _tree(gitdir: Path) -> Path:
    """A working tree of the repository, made once a process."""
    name = gitdir.parent.name
    if name not in _FOLDERS:
        tree = _scratch() / name
        _git(_scratch(), "clone", "--quiet", "--shared", "--no-checkout", "--", str(gitdir), str(tree))
        _FOLDERS[name] = tree
    return _FOLDERS[name]


def _check_out(tree: Path, snapshot: str) -> None:
    """Make the tree that of the snapshot. Files whose content the repository's copy lacks (large ones) stay away."""
    _git(tree, "read-tree", "--reset", snapshot)
    _git(tree, "update-ref", "--no-deref", "HEAD", snapshot)
    _git(tree, "checkout-index", "--all", "--force", "--quiet", may_fail=True)
    _git(tree, "clean", "-fdqx", "--exclude=.oldhand")


def _git(folder: Path, *words: str, may_fail: bool = False) -> None:
    done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, timeout=GIT_SECONDS, check=False)
    if done.returncode and not may_fail:
        sys.exit(f"git {words[0]} failed in {folder}: {done.stderr.decode('utf-8', 'replace')[-500:]}")
