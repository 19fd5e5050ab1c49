"""Where the figures come from: versions, cores, file system, load and date."""

import os
import platform
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import apsw

from oldhand import __version__
from oldhand.store.store import filesystem_of


def processor() -> str:
    """The model of the processor, without anything that names a machine."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass  # not Linux
    return platform.processor() or platform.machine()


def load() -> str:
    """The load averages of 1 and 5 minutes."""
    one, five, _ = os.getloadavg()
    return f"{one:.1f} / {five:.1f}"


def package(name: str) -> str:
    """The version of an installed package, or `absent`."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def node_version(node: str) -> str:
    """The version of a Node program, or `absent`."""
    if not shutil.which(node):
        return "absent"
    return subprocess.run([node, "--version"], capture_output=True, check=False).stdout.decode().strip()


def surroundings(folder: Path, node: str) -> dict[str, str]:
    """What a reader must know to compare the figures with others."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "Oldhand": __version__,
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "SQLite (apsw)": f"{apsw.sqlite_lib_version()} ({apsw.apsw_version()})",
        "MCP SDK": package("mcp"),
        "Node": node_version(node),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "processor": f"{processor()}, {os.cpu_count()} cores",
        "memory": f"{memory:.0f} GiB",
        "file system": filesystem_of(folder) or "unknown",
        "load at the start (1 / 5 min)": load(),
    }


def command_line(arguments: Sequence[str]) -> str:
    """The command to take the figures again."""
    return shlex.join(["python", "benchmarks/run.py", *arguments])


def interpreter() -> str:
    """The Python whose environment is measured."""
    return sys.executable
