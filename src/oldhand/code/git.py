"""Asking git, with a cleaned environment, arguments that cannot be taken for options, and a time limit."""

import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import IO

GIT_SECONDS = 60  # a listing of the largest repositories takes a few seconds
STREAM_SECONDS = 600  # the whole history of a large repository is read in one stream
CHUNK = 65_536  # bytes read from a stream at a time
_KEPT = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "SYSTEMROOT",
    "TMPDIR",
)  # variables git needs; GIT_DIR and kin point elsewhere
# A repository is somebody else's: nothing that its settings name may be run by reading it.
_HARMLESS = (
    "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "diff.external=", "-c", "core.pager=cat",
    "-c", "log.showSignature=false", "-c", "core.quotePath=false", "-c", "protocol.allow=never",
)  # fmt: skip


def tracked_files(root: Path, environment: Mapping[str, str]) -> list[str] | None:
    """The files below `root` that git tracks or would track, as POSIX paths, or None when git does not answer.

    environment: the surroundings' variables, of which git is given only those it needs.
    """
    output = ask(root, environment, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ".")
    if output is None:
        return None
    return sorted({name for name in output.decode("utf-8", "surrogateescape").split("\0") if name})


def ask(
    root: Path, environment: Mapping[str, str], *words: str, seconds: float = GIT_SECONDS, given: bytes = b""
) -> bytes | None:
    """What a git command prints, or None when it fails, is absent or takes longer than `seconds`.

    words: the command and its arguments; whatever comes from outside stands after `--` or `--end-of-options`.
    given: what the command reads from its standard input.
    """
    try:
        done = subprocess.run(
            _command(root, words), input=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=seconds,
            check=False, env=_environment(environment),
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def stream(
    root: Path, environment: Mapping[str, str], *words: str, separator: bytes = b"\0", seconds: float = STREAM_SECONDS
) -> Iterator[bytes]:
    """The parts of what a git command prints, as they come, without their separators, of one byte each.

    Ends early when git fails, is absent or takes longer than `seconds`; the process is gone when the
    iteration ends or is given up.
    """
    try:
        process = subprocess.Popen(
            _command(root, words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=_environment(environment),
        )  # fmt: skip
    except OSError:
        return
    assert process.stdout is not None
    limit = threading.Timer(seconds, process.kill)
    limit.daemon = True
    limit.start()
    try:
        with closing(process.stdout) as output:
            yield from _parts(output, separator)
    finally:
        limit.cancel()
        process.kill()
        process.wait()


def _parts(output: IO[bytes], separator: bytes) -> Iterator[bytes]:
    rest: list[bytes] = []  # the pieces of a part that is not whole yet; one may be as large as a commit's message
    while chunk := output.read(CHUNK):
        first, *others = chunk.split(separator)
        rest.append(first)
        if others:
            yield b"".join(rest)
            *whole, last = others
            yield from whole
            rest = [last]
    if any(rest):
        yield b"".join(rest)


def _command(root: Path, words: tuple[str, ...]) -> list[str]:
    return ["git", "--no-optional-locks", *_HARMLESS, "-C", str(root), *words]


def _environment(environment: Mapping[str, str]) -> dict[str, str]:
    kept = {name: environment[name] for name in _KEPT if name in environment}
    return kept | {"GIT_TERMINAL_PROMPT": "0"}
