"""Scope: what is said in one project reaches no other, and no argument widens what an operation may see or change."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from oldhand.errors import OldhandError
from oldhand.memory import Memory
from oldhand.operation import call, every, plain
from oldhand.store.shelf import EVERYTHING
from tests.conftest import Project
from tests.contract.examples import SCRIPT

MARK = "quetzalcoatl"
SCOPED = ("scope", "project")


@pytest.fixture
def pair(make_project: Callable[[str], Project]) -> tuple[Project, Project]:
    """A project and a neighbour, whose memories have a word that occurs nowhere else."""
    here, there = make_project("here"), make_project("there")
    here.call("remember", text="The shop sells garden tools.", key="shop/sells")
    with Memory(there.root, there.home, actor="user", trust="user", origin="cli") as memory:
        call(memory, "remember", {"text": f"The {MARK} port is 5432.", "key": "shop/port", "anchors": []})
        call(memory, "projects_register", {"folder": str(there.root), "name": "there"})
    return here, there


def told(project: Project, name: str, arguments: dict[str, Any]) -> str:
    """The reply or the error of a call as text."""
    with Memory(project.root, project.home) as memory:
        try:
            return str(plain(call(memory, name, arguments)))
        except OldhandError as error:
            return str(error)


def foreign_names(project: Project) -> list[str]:
    with project.reopened().reading() as reader:
        held = list(reader.memories(EVERYTHING))
        return [held[0].id, held[0].wordings[-1].revision, held[0].id[:12]]


NAMES = (
    "name",
    "names",
    "source",
    "target",
    "cue",
    "words",
    "place",
    "task",
    "pattern",
    "domain",
    "tag",
    "query",
    "file",
)


@pytest.mark.parametrize("operation", [one for one in every() if one.effect == "read"], ids=lambda one: one.name)
def test_no_argument_but_a_named_scope_reaches_the_neighbour(pair: tuple[Project, Project], operation: Any) -> None:
    here, there = pair
    values = [
        MARK,
        *foreign_names(there),
        str(there.root),
        "../there",
        "../there/.oldhand/memory.db",
        "%",
        "*",
        "all",
        "*'--",
    ]
    usual = next((one.arguments for one in SCRIPT if one.operation == operation.name), {})
    for parameter in operation.parameters:
        if parameter.name in SCOPED or parameter.type not in (str, list[str]):
            continue
        for value in values:
            given = {name: said for name, said in usual.items() if not str(said).startswith("$") and name not in SCOPED}
            said = told(
                here, operation.name, given | {parameter.name: [value] if parameter.type == list[str] else value}
            )
            for echoed in values:
                said = said.replace(echoed, "")
            assert "port is 5432" not in said and MARK not in said, (operation.name, parameter.name, value)


def test_no_write_here_changes_the_neighbour(pair: tuple[Project, Project]) -> None:
    here, there = pair
    root = there.call("root").root
    name = foreign_names(there)[0]
    with Memory(here.root, here.home) as memory:
        for one in SCRIPT:
            arguments = {key: name if str(value).startswith("$") else value for key, value in one.arguments.items()}
            if one.operation not in ("projects_switch", "model_install", "model_remove", "store_restore", "repair"):
                with suppress(OldhandError):
                    call(memory, one.operation, arguments)
    assert there.call("root").root == root


def test_what_is_asked_by_name_is_told_and_says_whose_it_is(pair: tuple[Project, Project]) -> None:
    """The control: the neighbour has the word, and a scope that is named does reach it."""
    here, _ = pair
    with Memory(here.root, here.home) as memory:
        (item,) = call(memory, "recall", {"cue": MARK, "project": "there"}).items
        assert MARK in item.text and item.project == "there"
        assert not call(memory, "recall", {"cue": MARK}).items
        (item,) = call(memory, "recall", {"cue": MARK, "scope": "all"}).items
        assert item.project == "there"


def test_a_working_folder_inside_a_project_is_that_project_and_no_link_leads_out(
    pair: tuple[Project, Project], tmp_path: Path
) -> None:
    here, there = pair
    inner = here.root / "src" / "deep"
    inner.mkdir(parents=True)
    (here.root / "link").symlink_to(there.root)
    with Memory(inner, here.home) as memory:
        assert call(memory, "status", {}).memories == 1
        for place in ("link", "link/notes.md", "../there"):
            said = told(here, "look", {"place": place})
            assert MARK not in said and "5432" not in said
