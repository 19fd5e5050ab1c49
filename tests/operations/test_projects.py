"""Known projects: named once, found again, switched to, and never touched."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oldhand.code.known import file_of
from oldhand.errors import AlreadyThere, BadArgument, NoStore, UnknownProject
from oldhand.memory import Memory
from oldhand.operation import call


def test_a_project_is_known_under_its_folders_name_unless_it_is_given_one(make_project: Callable[[str], Any]) -> None:
    one, other = make_project("pay"), make_project("web")
    assert one.call("projects_register").name == "pay"
    assert other.call("projects_register", name="Сайт").new
    assert not other.call("projects_register", name="Сайт").new
    listed = one.call("projects_list").projects
    assert [(p.name, p.state, p.here) for p in listed] == [("pay", "ok", True), ("Сайт", "ok", False)]


def test_a_name_means_one_project_and_a_project_has_one_name(make_project: Callable[[str], Any]) -> None:
    one, other = make_project("pay"), make_project("web")
    one.call("projects_register", name="main")
    with pytest.raises(AlreadyThere, match="main"):
        other.call("projects_register", name="MAIN")
    with pytest.raises(AlreadyThere, match="main"):
        one.call("projects_register", name="second")


def test_a_name_is_free_again_when_its_project_lost_its_memory(make_project: Callable[[str], Any], home: Path) -> None:
    one = make_project("pay")
    home.joinpath("projects").mkdir()
    file_of(home, "pay").write_text(f'{{"name": "pay", "folder": "{home / "gone"}"}}', encoding="utf-8")
    assert one.call("projects_list").projects[0].state == "no memory there"
    assert one.call("projects_register").new


def test_a_folder_without_memory_is_refused(project: Any, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    with pytest.raises(NoStore):
        project.call("projects_register", folder=str(tmp_path / "bare"))


@pytest.mark.parametrize("name", ["two\nlines", "x" * 65, "\x1b[31m", "\u202eevil"])
def test_a_name_that_no_table_can_show_is_refused(project: Any, name: str) -> None:
    with pytest.raises(BadArgument):
        project.call("projects_register", name=name)


@pytest.mark.parametrize("name", ["../../etc", "a/b", "con", "имя проекта", "."])
def test_a_name_never_becomes_a_path(project: Any, name: str) -> None:
    project.call("projects_register", name=name)
    assert [path.parent for path in project.home.rglob("*.json")] == [project.home / "projects"]


def test_a_switch_counts_only_where_a_folder_has_no_memory(make_project: Callable[[str], Any], tmp_path: Path) -> None:
    one, other = make_project("pay"), make_project("web")
    one.call("remember", text="Payments are never retried")
    one.call("projects_register")
    bare = tmp_path / "bare"
    bare.mkdir()
    with pytest.raises(NoStore):
        call(Memory(bare, one.home), "recall", {"cue": "payments"})
    assert one.call("projects_switch", name="pay").folder == str(one.root)
    with Memory(bare, one.home) as switched:
        assert switched.switched == "pay" and switched.project.root == one.root
        assert call(switched, "recall", {"cue": "payments retried"}).items[0].text == "Payments are never retried"
    assert other.reopened().switched == "" and other.memory.project.root == other.root
    assert other.call("projects_switch").before == "pay"
    assert Memory(bare, one.home).switched == ""


def test_a_switch_does_not_keep_a_folder_from_getting_a_memory_of_its_own(project: Any, tmp_path: Path) -> None:
    project.call("projects_register")
    project.call("projects_switch", name="project")
    bare = tmp_path / "bare"
    bare.mkdir()
    with Memory(bare, project.home) as memory:
        assert call(memory, "init", {"empty": True}).created
        assert memory.project.root == bare and memory.switched == ""


def test_a_store_named_outright_is_not_switched_away_from(project: Any, tmp_path: Path) -> None:
    project.call("projects_register")
    project.call("projects_switch", name="project")
    assert Memory(tmp_path, project.home, store=tmp_path / "elsewhere").switched == ""


def test_what_cannot_be_switched_to_is_refused(project: Any) -> None:
    with pytest.raises(UnknownProject):
        project.call("projects_switch", name="nowhere")
    (project.home / "projects").mkdir()
    file_of(project.home, "gone").write_text('{"name": "gone", "folder": "/nowhere"}', encoding="utf-8")
    with pytest.raises(NoStore):
        project.call("projects_switch", name="gone")
    assert not (project.home / "current").exists()


def test_an_unreadable_file_is_named_and_hides_no_other(project: Any) -> None:
    project.call("projects_register")
    (project.home / "projects" / "broken.json").write_text("{", encoding="utf-8")
    listed = project.call("projects_list")
    assert [one.name for one in listed.projects] == ["project"] and "broken.json" in listed.unreadable[0]


def test_registering_touches_nothing_in_the_project(make_project: Callable[[str], Any]) -> None:
    one, other = make_project("pay"), make_project("web")
    one.memory.close()
    before = {path: path.read_bytes() for path in one.root.rglob("*") if path.is_file()}
    other.call("projects_register", folder=str(one.root))
    assert {path: path.read_bytes() for path in one.root.rglob("*") if path.is_file()} == before


def test_a_project_that_moved_away_never_answers_with_the_memory_around_it(make_project: Callable[[str], Any]) -> None:
    one, other = make_project("pay"), make_project("web")
    inner = one.root / "inner"
    inner.mkdir()
    with Memory(inner, one.home, store=inner / ".oldhand") as memory:
        call(memory, "init", {"empty": True})
    home = one.home
    home.joinpath("projects").mkdir()
    file_of(home, "inner").write_text(f'{{"name": "inner", "folder": "{inner / "gone"}"}}', encoding="utf-8")
    one.call("remember", text="The secret of the outer project")
    with pytest.raises(NoStore):
        other.call("recall", cue="secret of the outer project", project="inner")
    assert other.call("recall", cue="secret of the outer project", scope="all").items == []
