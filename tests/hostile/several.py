"""Many commands of the command line run through its own entry, a batch of them in one process.

A process for each would take ten times as long. One for all would have to be given minutes, in which a command that
hangs is not seen; so each batch has a bound of its own.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.conftest import Project
from tests.contract.command import ENOUGH_SECONDS, Ran
from tests.contract.terminal import on_terminal
from tests.surfaces.peers import environment

Words = tuple[str, ...]
BATCH = 24  # commands in one process: some ten seconds of it on a busy machine, of ENOUGH_SECONDS

# Runs commands one after the other through the program's own entry, on the outputs it was given. What each prints
# there ends with its exit code between two zero bytes, which no command may print.
SEVERAL = """
import json, sys
from oldhand.surfaces.cli.main import main
for words in json.loads(sys.argv[1]):
    code = main(words)
    for stream in (sys.stdout, sys.stderr):
        stream.write(f"\\0{code}\\0")
        stream.flush()
"""


class Folders(NamedTuple):
    """A project's folder and its person's."""

    root: Path
    home: Path


def parted(printed: str, streams: int = 1) -> list[tuple[int, str]]:
    """(exit code, text) of each of several commands. streams: how many of their outputs these are."""
    parts = printed.split("\0")
    return [(int(code), text) for text, code in zip(parts[:: 2 * streams], parts[1 :: 2 * streams], strict=False)]


def batches(commands: Sequence[Words]) -> Iterator[Sequence[Words]]:
    """The commands in their order, so many at a time."""
    return (commands[at : at + BATCH] for at in range(0, len(commands), BATCH))


def in_pipes(at: Project | Folders, commands: Sequence[Words], **variables: str) -> dict[Words, Ran]:
    """What each command prints into pipes, with --json and without."""
    asked = [(*words, *more) for words in commands for more in ((), ("--json",))]
    printed: dict[Words, Ran] = {}
    for batch in batches(asked):
        done = subprocess.run(
            [sys.executable, "-c", SEVERAL, json.dumps(batch)], cwd=at.root, stdin=subprocess.DEVNULL,
            env=environment(at.home, **variables), capture_output=True, timeout=ENOUGH_SECONDS, check=False,
        )  # fmt: skip
        out, err = (parted(stream.decode("utf-8", "replace")) for stream in (done.stdout, done.stderr))
        assert len(out) == len(err) == len(batch), done
        printed |= {words: Ran(*out[number], err[number][1]) for number, words in enumerate(batch)}
    return printed


def on_screen(at: Project | Folders, commands: Sequence[Words], **variables: str) -> dict[Words, Ran]:
    """What each command prints on a terminal."""
    program = (sys.executable, "-c", SEVERAL)
    printed: dict[Words, Ran] = {}
    for batch in batches(commands):
        ran = on_terminal(at.root, at.home, json.dumps(batch), program=program, **variables)
        told = parted(ran.out, 2)
        assert len(told) == len(batch), ran
        printed |= {words: Ran(*told[number], "") for number, words in enumerate(batch)}
    return printed
