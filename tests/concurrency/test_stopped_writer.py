"""A writer that stands still with the store in its hands: others are told so, readers do not notice."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from oldhand.errors import StoreBusy
from oldhand.store.store import Store
from tests.concurrency.crowd import NOW, Crowd, heard, tell
from tests.crash.killing import Child, damage

SHORT_WAIT = 0.2  # seconds that a writer waits in these tests
AT_ONCE = 5.0  # seconds within which what does not wait is done, on the busiest machine


@pytest.fixture
def crowd(tmp_path: Path) -> Iterator[Crowd]:
    """A crowd with a store, ended with the test."""
    made = Crowd(tmp_path)
    made.make_store()
    yield made
    made.end()


@pytest.fixture
def stopped(crowd: Crowd) -> Child:
    """A process that holds the write lock and does not run."""
    holder = crowd.add("hold", crowd.project)
    crowd.ready()
    tell(holder)
    assert heard(holder) == "holding"
    os.kill(holder.process.pid, signal.SIGSTOP)
    return holder


def go_on(holder: Child) -> None:
    """Let the stopped process finish its change."""
    os.kill(holder.process.pid, signal.SIGCONT)
    tell(holder)
    assert heard(holder) == "done"


def mark(store: Store, seconds: float) -> None:
    """Write something, waiting so long for the store."""
    with store.write(NOW, seconds) as transaction:
        transaction.emit("root", "", "agent", "test", {"label": "after"})


def test_a_writer_is_told_that_the_store_is_busy_and_goes_on_later(crowd: Crowd, stopped: Child) -> None:
    store = Store.open(crowd.folder)
    for _ in range(3):
        with pytest.raises(StoreBusy):
            mark(store, SHORT_WAIT)
    go_on(stopped)
    mark(store, AT_ONCE)
    with store.read() as reader:
        assert reader.root().position == 2
    store.close()
    assert not damage(crowd.folder)


def test_a_writer_that_waits_goes_on_when_the_other_does(crowd: Crowd, stopped: Child) -> None:
    waiting = crowd.add("write", crowd.project, "patient", 1)
    assert heard(waiting) == "ready"
    tell(waiting)
    assert list(waiting.lines(SHORT_WAIT)) == []
    go_on(stopped)
    assert heard(waiting)["errors"] == []


def test_a_killed_writer_leaves_the_store_free(crowd: Crowd, stopped: Child) -> None:
    stopped.kill()
    with Store.open(crowd.folder) as store:
        mark(store, AT_ONCE)
        with store.read() as reader:
            assert reader.root().position == 1


def test_a_reader_is_answered_while_a_writer_stands_still(crowd: Crowd, stopped: Child) -> None:
    began = time.monotonic()
    store = Store.open(crowd.folder)
    with store.read() as reader:
        assert reader.root().number == 0
    assert time.monotonic() - began < AT_ONCE
    go_on(stopped)
    store.close()


def test_a_command_that_reads_ends_while_a_writer_stands_still(crowd: Crowd, stopped: Child) -> None:
    command = Child(["-m", "oldhand", "recall", "anything", "--json"], crowd.project, crowd.home)
    crowd.children.append(command)
    assert list(command.lines(AT_ONCE))
    assert command.ended
    assert command.process.wait(AT_ONCE) == 0
