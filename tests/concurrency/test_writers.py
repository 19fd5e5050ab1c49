"""Many processes write and read one memory: no errors, nothing lost."""

import json
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.store.shelf import Shelf
from oldhand.store.store import Store
from tests.concurrency.crowd import Crowd, heard, percentiles, tell
from tests.concurrency.worker import SLOT
from tests.crash.killing import damage

READERS = 4
LONGEST_CAMPAIGN = 1_800.0  # seconds that the longest run may take on a busy machine


@pytest.fixture
def crowd(tmp_path: Path) -> Iterator[Crowd]:
    """A crowd that is ended with the test."""
    made = Crowd(tmp_path)
    yield made
    made.end()


def write_together(crowd: Crowd, writers: int, each: int) -> None:
    """So many writers with so many statements each, and READERS readers beside them."""
    crowd.make_store()
    writing = [crowd.add("write", crowd.project, f"writer{n}", each) for n in range(writers)]
    reading = [crowd.add("read", crowd.project) for _ in range(READERS)]
    crowd.ready()
    for child in (*reading, *writing):
        tell(child)
    wrote = [heard(child, LONGEST_CAMPAIGN) for child in writing]
    for child in reading:
        tell(child)
    read = [heard(child) for child in reading]
    assert [error for reply in (*wrote, *read) for error in reply["errors"]] == []
    assert sum(reply["done"] for reply in wrote) == writers * each
    print(f"{writers} writers x {each}: {percentiles([wait for reply in wrote for wait in reply['waits']])}")
    print(f"{READERS} readers: {percentiles([wait for reply in read for wait in reply['waits']])}")
    with Store.open(crowd.folder) as store, store.read() as reader:
        texts = {held.text for held in reader.memories(Shelf())}
        assert texts == {f"writer{n} says {i}" for n in range(writers) for i in range(each)}
        assert reader.root().position == writers * each
    assert not damage(crowd.folder)


def test_eight_writers_and_four_readers_make_no_error_and_lose_nothing(crowd: Crowd) -> None:
    write_together(crowd, 8, 60)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_sixteen_writers_of_a_thousand_statements_lose_nothing(crowd: Crowd) -> None:
    write_together(crowd, 16, 1_000)


def test_transactions_that_ask_late_for_the_right_to_write_fail(crowd: Crowd) -> None:
    """The control: the same crowd, reading first and writing then, is refused."""
    path = crowd.project / "careless.db"
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA journal_mode=WAL; CREATE TABLE said(n)")
    connection.close()
    children = [crowd.add("careless", path, 60) for _ in range(8)]
    crowd.ready()
    for child in children:
        tell(child)
    assert sum(len(heard(child)["errors"]) for child in children) > 0


def test_two_processes_that_answer_one_question_keep_every_answer(crowd: Crowd) -> None:
    crowd.make_store()
    pair = [crowd.add("slot", crowd.project, name, 20) for name in ("ann", "ben")]
    crowd.ready()
    for child in pair:
        tell(child)
    assert [heard(child)["errors"] for child in pair] == [[], []]
    with Memory(crowd.project, crowd.home) as memory:
        found = call(memory, "recall", {"cue": SLOT}).items
        events = call(memory, "history", {"name": found[0].id}).events
    said = [event.text for event in events if event.op in ("assert", "revise")]
    assert len(found) == 1
    assert sorted(said) == sorted(f"{name} says {n}" for name in ("ann", "ben") for n in range(20))
    assert not damage(crowd.folder)


def test_a_file_that_is_read_and_written_back_loses_answers(crowd: Crowd) -> None:
    """The control of the test above."""
    path = crowd.project / "answers.json"
    pair = [crowd.add("append", path, name, 200) for name in ("ann", "ben")]
    crowd.ready()
    for child in pair:
        tell(child)
    assert [heard(child) for child in pair] == ["done", "done"]
    try:
        kept = len(json.loads(path.read_text(encoding="utf-8")))
    except ValueError:
        kept = 0
    assert kept < 400
