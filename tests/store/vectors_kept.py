"""Things remembered, bytes that stand for their vectors, and what of them is kept."""

import signal
import subprocess
import sys

from oldhand.store.vectors import Vectors, width
from tests.conftest import BORN, Project

KILLED = """
import os, signal, sys
from pathlib import Path
from oldhand.store.store import Store
Store._erase_vectors = lambda self: os.kill(os.getpid(), signal.SIGKILL)
with Store.open(Path(sys.argv[1])).write(int(sys.argv[3])) as transaction:
    transaction.emit('erase', sys.argv[2], 'user', 'python', {})
"""
MODEL, DIMENSIONS = "m/int8", 4


def bytes_for(text: str, windows: int = 1) -> bytes:
    """Something as long as the vectors of a text, told apart by it."""
    return (text.encode() * width(DIMENSIONS))[: width(DIMENSIONS)] * windows


def told(project: Project, text: str, **more: str) -> tuple[str, bytes]:
    """Remember something: its id and the address of its wording."""
    memory = project.call("remember", text=text, **more).memories[0].id
    with project.memory.reading() as reader:
        return memory, bytes.fromhex(reader.get(memory).wordings[-1].revision)


def erase(project: Project, memory: str) -> None:
    with project.memory.writing() as transaction:
        transaction.emit("erase", memory, "user", "python", {})


def erase_and_be_killed(project: Project, memory: str) -> None:
    """Another process erases a memory and is killed before the vectors of it are removed."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(project.folder), memory, str(BORN)], check=False, capture_output=True
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def kept(project: Project, model: str = MODEL) -> set[bytes]:
    """The wordings that have vectors, as another process finds them."""
    vectors = Vectors(project.folder)
    found = vectors.model(model)
    names = vectors.present(found, vectors.addresses(b"", 1000)) if found else set()
    vectors.close()
    return names


def followed(project: Project) -> set[bytes]:
    """The same after the erasures were followed, as every use of the vectors begins."""
    with project.memory.reading() as reader:
        project.store.vectors.follow_erasures(reader)
    return kept(project)


def everything(project: Project) -> bytes:
    """Every byte of the files that hold vectors."""
    project.memory.close()
    files = [*project.folder.glob("vectors*"), *project.folder.glob("cache/*")]
    return b"".join(file.read_bytes() for file in files)
