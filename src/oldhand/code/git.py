"""Asking git, with a cleaned environment, arguments that cannot be taken for options, and a time limit.

A repository is somebody else's: no program that its settings name is run by reading it. Its content filters are
therefore off, and a file that git keeps in another form than it is checked out (git LFS) may read as changed.
What git starts is ended with it: each command has a process group of its own.
"""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import IO

GIT_SECONDS = 60  # a listing of the largest repositories takes a few seconds
STREAM_SECONDS = 600  # the whole history of a large repository is read in one stream
CHUNK = 65_536  # bytes read from a stream at a time
_running: "set[subprocess.Popen[bytes]]" = set()  # started and not waited for yet, by any thread
_KEPT = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "SYSTEMROOT",
    "TMPDIR",
)  # variables git needs; GIT_DIR and kin point elsewhere
_HARMLESS = (
    "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "diff.external=", "-c", "core.pager=cat",
    "-c", "log.showSignature=false", "-c", "core.quotePath=false", "-c", "protocol.allow=never",
)  # fmt: skip
# Neither fetches a missing object of a partial clone: `protocol.NAME.allow` of a repository outdoes `protocol.allow`.
_NOTHING_FETCHED = {"GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1"}
# Commands that, as they are called here, compare no file of the working tree with what git has, and so run no filter.
_UNFILTERED = frozenset({
    "rev-parse", "rev-list", "ls-files", "ls-tree", "cat-file", "log", "merge-base", "diff-tree", "reflog", "config",
})  # fmt: skip
_FILTERS = ("config", "--null", "--name-only", "--get-regexp", r"^filter\..*\.(clean|smudge|process|required)$")
_OFF = (("clean", ""), ("smudge", ""), ("process", ""), ("required", "false"))
_NO_SUCH_SETTING = 1  # what `git config` returns when nothing matches


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
    until = time.monotonic() + seconds
    prepared = _prepared(root, environment, words, seconds)
    said = _run(*prepared, given, until - time.monotonic()) if prepared else None
    return said[1] if said is not None and said[0] == 0 else None


def stream(
    root: Path, environment: Mapping[str, str], *words: str, separator: bytes = b"\0", seconds: float = STREAM_SECONDS
) -> Iterator[bytes]:
    """The parts of what a git command prints, as they come, without their separators, of one byte each.

    Ends early when git fails, is absent or takes longer than `seconds`; the process is gone when the
    iteration ends or is given up.
    """
    prepared = _prepared(root, environment, words, seconds)
    if prepared is None:
        return
    try:
        process = subprocess.Popen(
            prepared[0], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=prepared[1],
            start_new_session=True,
        )  # fmt: skip
    except OSError:
        return
    assert process.stdout is not None
    _running.add(process)
    limit = threading.Timer(seconds, _end, [process])
    limit.daemon = True
    limit.start()
    try:
        with closing(process.stdout) as output:
            yield from _parts(output, separator)
    finally:
        limit.cancel()
        limit.join()  # after the process is waited for, its id may be another one's
        _end(process)
        process.wait()
        _running.discard(process)


def _run(command: list[str], environment: dict[str, str], given: bytes, seconds: float) -> tuple[int, bytes] | None:
    """What a command returns and prints, None when it cannot be started or takes too long; then nothing of it stays."""
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
            start_new_session=True,
        )  # fmt: skip
    except OSError:
        return None
    _running.add(process)
    with process:
        try:
            output, _ = process.communicate(given, timeout=max(seconds, 0.0))
        except subprocess.TimeoutExpired:
            return None
        finally:
            _end(process)
            _running.discard(process)
    return process.returncode, output


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process that was not waited for yet, and all that it started."""
    if process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):  # macOS says the latter of processes that ended
            os.killpg(process.pid, signal.SIGKILL)


def end_all() -> None:
    """Kill every git that runs: for a process that is about to end while a thread of it waits for one."""
    for process in list(_running):
        _end(process)


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


def _prepared(
    root: Path, environment: Mapping[str, str], words: tuple[str, ...], seconds: float
) -> tuple[list[str], dict[str, str]] | None:
    """The command and its variables, None where it cannot be told which programs git would run."""
    variables = {name: environment[name] for name in _KEPT if name in environment} | _NOTHING_FETCHED
    start = ["git", "--no-optional-locks", *_HARMLESS]
    if _name(words) not in _UNFILTERED:
        # Asked for each command: settings may change, and the commands that need it are few and slow.
        told = _run([*start, "-C", str(root), *_FILTERS], variables, b"", seconds)
        if told is None or told[0] not in (0, _NO_SUCH_SETTING):
            return None
        drivers = {os.fsdecode(name).rpartition(".")[0] for name in told[1].split(b"\0") if name}
        off = [(f"{one}.{key}", said) for one in sorted(drivers) for key, said in _OFF]
        # `-c` ends a name at its first `=`; settings in variables have no such limit, but older versions ignore them.
        start += [word for name, said in off if "=" not in name for word in ("-c", f"{name}={said}")]
        rest = [setting for setting in off if "=" in setting[0]]
        for number, (name, said) in enumerate(rest):
            variables |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": said}
        variables |= {"GIT_CONFIG_COUNT": str(len(rest))} if rest else {}
    return [*start, "-C", str(root), *words], variables


def _name(words: tuple[str, ...]) -> str:
    """The name of a git command, behind the options that stand before it."""
    rest = iter(words)
    for word in rest:
        if word == "-c":
            next(rest, "")
        elif not word.startswith("-"):
            return word
    return ""
