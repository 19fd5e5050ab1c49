"""The few memories of a sort among very many: found among the latest, or else wherever they are."""

import json

import pytest

from oldhand.store.by_kind import LATEST, of_kind
from oldhand.store.reader import Reader
from oldhand.store.shelf import Shelf
from tests.conftest import Project

BULK = LATEST + 60


def bulk(project: Project, start: int) -> None:
    """Very many decisions of an agent, in one room."""
    lines = [
        json.dumps({"text": f"Gauge {number} reads {number * 7}.", "kind": "decision", "domain": "decisions"})
        for number in range(start, start + BULK)
    ]
    project.call("remember", jsonl="\n".join(lines))


def said(project: Project, name: str, priority: int = 0) -> str:
    """Something that a person decided."""
    text = f"We build {name} by hand."
    memories = project.by_person("remember", text=text, kind="decision", domain="decisions", priority=priority).memories
    return str(memories[0].id)


def in_order(reader: Reader, trusts: tuple[str, ...], most: int) -> list[str]:
    """What `of_kind` is to find, asked of a listing of all."""
    shelf = Shelf(("active",), kind="decision", trusts=trusts)
    return [held.id for held in reader.memories(shelf)][:most]


@pytest.fixture
def project_of_many(project: Project) -> Project:
    said(project, "the oldest")
    bulk(project, 0)
    return project


def test_one_that_very_many_came_after_is_found(project_of_many: Project) -> None:
    with project_of_many.memory.reading() as reader:
        (oldest,) = of_kind(reader, "decision", 5, trusts=("user",))
        assert "the oldest" in reader.get(oldest).text and in_order(reader, ("user",), 5) == [oldest]


@pytest.mark.parametrize("most", [1, 2, 3, 10])
def test_the_latest_and_the_oldest_come_in_their_order(most: int, project_of_many: Project) -> None:
    for name, priority in (("the bridge", 0), ("the gate", 50), ("the wall", -20)):
        said(project_of_many, name, priority)
    with project_of_many.memory.reading() as reader:
        for trusts in (("user",), ("agent",), ("user", "agent"), ("web",)):
            assert of_kind(reader, "decision", most, trusts=trusts) == in_order(reader, trusts, most), trusts
