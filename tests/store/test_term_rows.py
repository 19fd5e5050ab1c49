"""Which memories have a term: what is known of common terms holds after whatever was written since."""

from itertools import combinations

import pytest

from oldhand.store import term_rows
from oldhand.store.reader import Reader
from oldhand.store.term_rows import TermRows, in_two
from tests.conftest import Project

MANY = 30  # memories with one term


def _told(project: Project, most: int) -> set[int] | None:
    with project.memory.reading() as reader:
        return _rows(reader, most)


def _rows(reader: Reader, most: int) -> set[int] | None:
    found = TermRows(reader, most).below('"harbour"', most)
    return None if found is None else set(found)


@pytest.fixture
def harbours(project: Project) -> list[str]:
    """The ids of many memories about a harbour."""
    return [project.call("remember", text=f"Harbour {n} has {n + 3} cranes.").memories[0].id for n in range(MANY)]


def test_a_common_term_is_told_from_a_rare_one(project: Project, harbours: list[str]) -> None:
    rows = _told(project, MANY + 1)
    assert rows is not None and len(rows) == len(harbours)
    assert _told(project, MANY) is None
    assert _told(project, 2) is None


def test_a_term_that_was_common_is_asked_for_again_once_it_may_be_rare(project: Project, harbours: list[str]) -> None:
    most = MANY - 4
    memory = project.memory
    for _ in range(3):  # asked, counted, and then known
        with memory.reading() as reader:
            assert _rows(reader, most) is None
    with memory.reading() as reader:
        assert TermRows(reader, most)._surely_common('"harbour"'), "the control: nothing was asked of the index"
    for gone, name in enumerate(harbours[:8], 1):
        project.call("reject", name=name)
        with memory.reading() as reader:
            rows = _rows(reader, most)
            assert (rows is None) == (MANY - gone >= most)
            assert rows is None or len(rows) == MANY - gone


def test_rows_in_two_sets_are_those_of_each_pair() -> None:
    sets = [frozenset(range(0, 20, step)) for step in (2, 3, 5)]
    wanted: frozenset[int] = frozenset().union(*(one & other for one, other in combinations(sets, 2)))
    assert in_two(sets) == wanted and not in_two(sets[:1]) and not in_two([])
    assert term_rows.TAKEN_OUT == 2, "an event is about one memory and links to one"
