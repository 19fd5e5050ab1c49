"""In a folder inside the project, places are named from there, as one is used to from git and grep."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Project
from tests.contract.command import inside
from tests.operations.repository import Repository

CODE = 'def pay():\n    """Pays."""\n    return 1\n'


@pytest.fixture
def shop(project: Project) -> Project:
    """A project with a folder, a file of one name at its top and in the folder, and what is known about the latter."""
    Repository(project).commit("Begin", {"src/pay.py": CODE, "src/same.py": CODE, "same.py": CODE, "docs/a.md": "A\n"})
    project.call("remember", text="Payments are never retried.", anchors=["src/pay.py"])
    project.memory.close()
    return project


def place(shop: Project, folder: str, *words: str) -> Any:
    ran = inside(shop.root / folder, shop.home, *words, "--json")
    assert ran.code == 0, ran.err or ran.out
    return json.loads(ran.out)


@pytest.mark.parametrize(
    ("folder", "said", "meant"),
    [
        ("src", "pay.py", "src/pay.py"),
        ("src", "./pay.py:2", "src/pay.py:2"),
        ("src", "pay.py:1-2", "src/pay.py:1-2"),
        ("src", "pay.py::pay", "src/pay.py::pay"),
        ("docs", "../src/pay.py", "src/pay.py"),
        ("src", "src/pay.py", "src/pay.py"),
        ("src", "same.py", "src/same.py"),
        ("docs", "same.py", "same.py"),
        (".", "same.py", "same.py"),
    ],
)
def test_a_place_is_meant_from_where_one_stands(shop: Project, folder: str, said: str, meant: str) -> None:
    assert place(shop, folder, "look", said)["place"] == meant


def test_what_is_there_is_found_and_tied_from_a_folder(shop: Project) -> None:
    assert place(shop, "src", "look", "pay.py")["items"][0]["text"] == "Payments are never retried."
    place(shop, "src", "remember", "It pays.", "--anchor", "pay.py::pay", "--anchor", "../docs/a.md")
    (told,) = [one for one in place(shop, ".", "active")["items"] if one["text"] == "It pays."]
    assert {one["anchor"] for one in told["anchors"]} == {"src/pay.py::pay", "docs/a.md"}


def test_a_new_file_is_written_where_one_stands(shop: Project) -> None:
    place(shop, "src", "write", "fresh.py", "x = 1\n")
    place(shop, "src", "write", "docs/b.md", "B\n")
    assert (shop.root / "src" / "fresh.py").is_file() and (shop.root / "docs" / "b.md").is_file()


def test_texts_that_name_no_place_stay_as_they_are(shop: Project) -> None:
    (shop.root / "src" / "pay").mkdir()
    place(shop, "src", "remember", "pay.py", "--key", "pay")
    (told,) = [one for one in place(shop, "src", "active")["items"] if one["text"] == "pay.py"]
    assert told["key"] == "pay"


def test_no_folder_leads_out_of_the_project(shop: Project, tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_text(CODE, "utf-8")
    ran = inside(shop.root / "src", shop.home, "read", "../../outside.py")
    assert ran.code != 0 and "Pays" not in ran.out


def test_what_was_read_for_a_decision_is_named_from_here(shop: Project) -> None:
    found = place(shop, "src", "decision", "record", "Keep the port", "--read", "pay.py", "--anchor", "pay.py:1")
    assert [one["path"] for one in found["decision"]["read"]] == ["src/pay.py"]
    assert found["decision"]["anchors"] == ["src/pay.py:1"]
