"""Many processes make one store at the same moment: one makes it, the others find it, nobody sees a lock."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from oldhand.store.store import Store
from tests.concurrency.crowd import Crowd, heard, tell
from tests.crash.killing import damage

PROCESSES, ROUNDS = 8, 40
EXPECTED = ["created"] + ["there"] * (PROCESSES - 1)


@pytest.fixture
def crowd(tmp_path: Path) -> Iterator[Crowd]:
    """A crowd that is ended with the test."""
    made = Crowd(tmp_path)
    yield made
    made.end()


def outcomes(crowd: Crowd, name: str) -> list[str]:
    """What each of the crowd makes of a new folder."""
    folder = crowd.project / name
    folder.mkdir()
    for child in crowd.children:
        tell(child, str(folder))
    return [heard(child) for child in crowd.children]


def test_of_eight_that_begin_at_once_exactly_one_creates(crowd: Crowd) -> None:
    for _ in range(PROCESSES):
        crowd.add("begin", crowd.home)
    crowd.ready()
    for number in range(ROUNDS):
        said = outcomes(crowd, f"round-{number}")
        assert sorted(said) == EXPECTED
        folder = crowd.project / f"round-{number}" / ".oldhand"
        with Store.open(folder) as store, store.read() as reader:
            assert sum(reader.counts().values()) == PROCESSES
        assert number % 10 or not damage(folder)


def test_looking_first_and_making_then_goes_wrong(crowd: Crowd) -> None:
    """The control."""
    for _ in range(PROCESSES):
        crowd.add("naive")
    crowd.ready()
    assert any(sorted(outcomes(crowd, f"round-{number}")) != EXPECTED for number in range(ROUNDS))


def test_eight_first_things_of_the_persons_own_are_all_kept(crowd: Crowd) -> None:
    crowd.make_store()
    for _ in range(PROCESSES):
        crowd.add("personal", crowd.project)
    crowd.ready()
    for number in range(ROUNDS // 4):
        assert outcomes(crowd, f"home-{number}") == [""] * PROCESSES
        with Store.open(crowd.project / f"home-{number}" / "global") as store, store.read() as reader:
            assert sum(reader.counts().values()) == PROCESSES
