"""The command line as a test runs it: in this process, which is quick, or as a process of its own."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import NamedTuple

from oldhand.surfaces.cli.main import main
from tests.surfaces.peers import command, environment

ENOUGH_SECONDS = 60  # for one command on a busy machine; no test waits that long unless it fails


class Ran(NamedTuple):
    """What a command did: its exit code and what it printed to its two outputs."""

    code: int
    out: str
    err: str


def inside(folder: Path, home: Path, *words: str, stdin: bytes = b"", **variables: str) -> Ran:
    """Run a command in this process, in `folder`, as the person whose folder is `home`."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    with _surroundings(environment(home, **variables)), chdir(folder):
        kept = sys.stdin, sys.stdout, sys.stderr
        sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(stdin), "utf-8"), out, err
        try:
            code = main(list(words))
        finally:
            sys.stdin, sys.stdout, sys.stderr = kept
    return Ran(code, _printed(out), _printed(err))


def outside(folder: Path, home: Path, *words: str | bytes, stdin: bytes = b"", **variables: str) -> Ran:
    """Run a command as a process of its own."""
    done = subprocess.run(
        [*command(), *words], cwd=folder, env=environment(home, **variables), input=stdin, capture_output=True,
        timeout=ENOUGH_SECONDS, check=False,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


@contextmanager
def _surroundings(variables: dict[str, str]) -> Iterator[None]:
    """Exactly these environment variables, for as long as the block lasts."""
    kept = dict(os.environ)
    os.environ.clear()
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


def _printed(stream: io.TextIOWrapper) -> str:
    stream.flush()
    raw = stream.buffer
    assert isinstance(raw, io.BytesIO)
    return raw.getvalue().decode("utf-8")
