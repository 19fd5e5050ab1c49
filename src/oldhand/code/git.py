"""Asking git, with a cleaned environment, arguments that cannot be taken for options, and a time limit."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

GIT_SECONDS = 60  # a listing of the largest repositories takes a few seconds
_KEPT = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "SYSTEMROOT",
    "TMPDIR",
)  # variables git needs; GIT_DIR and kin point elsewhere


def tracked_files(root: Path, environment: Mapping[str, str]) -> list[str] | None:
    """The files below `root` that git tracks or would track, as POSIX paths, or None when git does not answer.

    environment: the surroundings' variables, of which git is given only those it needs.
    """
    output = _run(root, environment, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ".")
    if output is None:
        return None
    return sorted(name for name in output.decode("utf-8", "surrogateescape").split("\0") if name)


def _run(root: Path, environment: Mapping[str, str], *words: str) -> bytes | None:
    """What a git command prints, or None when it fails, is absent or takes too long."""
    try:
        done = subprocess.run(
            ["git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-C", str(root), *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=GIT_SECONDS,
            check=False,
            env={name: environment[name] for name in _KEPT if name in environment} | {"GIT_TERMINAL_PROMPT": "0"},
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
