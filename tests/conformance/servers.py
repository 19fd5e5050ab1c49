"""The servers under judgement, started for a run and ended with it."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.conformance.node import HERE, environment

REPOSITORY = HERE.parents[1]
OLDHAND = Path(sys.executable).parent / "oldhand"
START_SECONDS = 60  # generous: a busy machine compiles every module at the first start
STOP_SECONDS = 10

DECISION = """# 1. Deliver parcels with cargo bikes

Status: accepted

## Context

Vans are not allowed in the old town.

## Decision

Parcels inside the old town are delivered by cargo bike.

## Consequences

Parcels above 60 kg go to the depot.
"""


class Running(NamedTuple):
    """A server that answers: the port it listens on, and the headers it wants."""

    port: int
    headers: dict[str, str]


def make_project(folder: Path) -> Path:
    """A small project with one recorded decision, read into its memory."""
    records = folder / "docs" / "adr"
    records.mkdir(parents=True)
    (records / "0001-cargo-bikes.md").write_text(DECISION, encoding="utf-8")
    (folder / "README.md").write_text("# Couriers\n\nDispatches parcels in a town.\n", encoding="utf-8")
    for command in (["git", "init", "--quiet"], [str(OLDHAND), "init"]):
        subprocess.run(command, cwd=folder, env=of_project(folder), check=True, stdout=subprocess.DEVNULL)
    return folder


def of_project(folder: Path) -> dict[str, str]:
    """The environment of everything that runs in the project: nothing of the person's is touched.

    The person's own folder is at its usual place, in a HOME of its own: the Inspector hands HOME on to the server that
    it starts, and no variable of ours.
    """
    kept = environment(folder.parent)
    kept.pop("XDG_DATA_HOME", None)
    return kept


@contextmanager
def started(command: list[str], project: Path, folder: Path) -> Iterator[Running]:
    """A server in a process of its own, run in `folder`; ended on leaving.

    It says where it listens and what its token is in one line of JSON on stderr.
    """
    process = subprocess.Popen(
        [*command, "--port", "0", "--json"],
        cwd=folder,
        env=of_project(project),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    watchdog = threading.Timer(START_SECONDS, process.kill)
    watchdog.start()
    try:
        yield _announced(process)
    finally:
        watchdog.cancel()
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _announced(process: subprocess.Popen[bytes]) -> Running:
    """Read what a server says until it tells its address, then keep its pipe empty."""
    assert process.stderr is not None
    said = b""
    for line in process.stderr:
        said += line
        if line.startswith(b"{"):
            threading.Thread(target=process.stderr.read, daemon=True).start()
            told = json.loads(line)
            return Running(urlsplit(told["url"]).port or 80, {"Authorization": f"Bearer {told['token']}"})
    raise SystemExit(f"The server did not start. It said:\n{said.decode()}")


@contextmanager
def serve(project: Path) -> Iterator[Running]:
    """`oldhand serve` in a project."""
    with started([str(OLDHAND), "serve"], project, project) as running:
        yield running


@contextmanager
def fixtures(project: Path) -> Iterator[Running]:
    """The fixtures of the suite on the HTTP stack of `oldhand serve`."""
    command = [sys.executable, "-m", "tests.conformance.fixture_server", "--project", str(project)]
    with started(command, project, REPOSITORY) as running:
        yield running
