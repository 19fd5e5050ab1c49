"""Asking a person at a real terminal: a key for each thing, in two alphabets, and nothing kept of what is quit."""

from collections.abc import Iterator, Sequence

import pytest

from oldhand.store.session_survey import answers
from tests.conftest import Project
from tests.surfaces.typed import Typed
from tests.survey.made import says, told

TEXTS = ("Payments are never retried.", "Корзина живёт в \x1b[2JRedis.")


@pytest.fixture
def ids(project: Project) -> Iterator[list[str]]:
    """A session that was told two memories."""
    found = [says(project, text) for text in TEXTS]
    told(project, "session-1", *found)
    project.memory.close()
    yield found


def kept(project: Project) -> Sequence[tuple[object, ...]]:
    said = [one[4:9] for one in answers(project.memory.session_log())]
    project.memory.close()
    return said


def test_it_asks_one_thing_after_another_and_keeps_the_answer(project: Project, ids: list[str]) -> None:
    with Typed(project.root, project.home, "session", "survey") as person:
        person.sees("Did memory help?")
        person.types("x?m")
        assert "\x1b[2J" not in person.sees("[w]rong")
        person.types("u")
        person.sees("2/2")
        person.sees("[w]rong")
        person.types("w")
        person.sees("What should memory have said?")
        person.types("Кто владеет выгрузкой?\n")
        assert "helped: mixed, 1 useful, 1 wrong, something missing" in person.sees("gap`.")
        assert person.ends() == 0
        assert person.mode() == person.before, "the terminal is as it was found"
    assert kept(project) == [("mixed", (ids[0],), (), (ids[1],), "Кто владеет выгрузкой?")]


def test_the_keys_of_a_russian_keyboard_do_the_same(project: Project, ids: list[str]) -> None:
    with Typed(project.root, project.home, "session", "survey") as person:
        person.sees("Did memory help?")
        person.types("н")
        person.sees("[w]rong")
        person.types("т")
        person.sees("2/2")
        person.types("ы")
        person.sees("What should memory have said?")
        person.types("\n")
        person.sees("Noted")
        assert person.ends() == 0
    assert kept(project) == [("yes", (), (ids[0],), (), "")]


@pytest.mark.parametrize("key", ["q", "\x04", "\x03"])
def test_nothing_is_kept_of_what_is_quit(project: Project, ids: list[str], key: str) -> None:
    with Typed(project.root, project.home, "session", "survey", "session-1") as person:
        person.sees("Did memory help?")
        person.types("y")
        person.sees("[w]rong")
        person.types(key)
        person.sees("Nothing was kept.")
        assert person.ends() == (130 if key == "\x03" else 0)
        assert person.mode() == person.before
    assert kept(project) == []
