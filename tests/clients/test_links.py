"""Links in a project: a repository does not choose where its person's agents are connected."""

from pathlib import Path

import pytest

from oldhand.clients.hosts import PROJECT
from oldhand.errors import UnfitHostFile
from tests.clients.conftest import Person


@pytest.mark.parametrize("link", [".mcp.json", ".claude/settings.local.json", ".claude"])
def test_a_link_of_a_project_that_leads_out_of_it_is_refused_with_its_end(
    person: Person, tmp_path: Path, link: str
) -> None:
    outside = person.write("own/.claude/settings.json", "{}") if link != ".claude" else person.home / "own" / ".claude"
    outside.parent.mkdir(parents=True, exist_ok=True)
    path = person.project.root / link
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(outside)
    before = person.files()
    for dry_run in (True, False):
        with pytest.raises(UnfitHostFile, match=f"a link leads it to {outside}"):
            person.call("install", client="claude", scope=PROJECT, dry_run=dry_run)
    assert person.files() == before, "neither the file behind the link nor those beside it"
    assert not list((person.project.home / "receipts").glob("*.json"))


def test_a_link_of_a_project_into_gits_folder_is_refused(person: Person) -> None:
    (person.project.root / ".git" / "hooks").mkdir(parents=True)
    (person.project.root / ".opencode").mkdir()
    (person.project.root / ".opencode" / "plugins").symlink_to("../.git/hooks")
    with pytest.raises(UnfitHostFile, match=r"\.git/hooks/oldhand\.js"):
        person.call("install", client="opencode", scope=PROJECT)


def test_a_link_that_stays_in_the_project_is_followed(person: Person) -> None:
    real = person.project.root / "shared" / "mcp.json"
    real.parent.mkdir()
    real.write_text("{}", encoding="utf-8")
    (person.project.root / ".cursor").symlink_to("shared")
    person.call("install", client="cursor", scope=PROJECT)
    assert "oldhand" in real.read_text(encoding="utf-8")
    person.call("uninstall", client="cursor", scope=PROJECT)
    assert real.read_text(encoding="utf-8") == "{}" and [one.name for one in real.parent.iterdir()] == ["mcp.json"]


def test_a_link_put_in_later_does_not_lead_disconnecting_out_of_the_project(person: Person, tmp_path: Path) -> None:
    person.call("install", client="cursor", scope=PROJECT)
    path = person.project.root / ".cursor" / "mcp.json"
    outside = tmp_path / "other.json"
    path.replace(outside)
    path.symlink_to(outside)
    said = outside.read_bytes()
    (done,) = person.call("uninstall", client="cursor", scope=PROJECT).clients
    assert outside.read_bytes() == said and f"{path} stays: a link leads it to {outside}" in done.notes[0]
    assert not (person.project.root / ".cursor" / "hooks.json").exists()


def test_what_a_killed_run_left_among_the_receipts_goes_with_the_next(person: Person) -> None:
    folder = person.project.home / "receipts"
    folder.mkdir(parents=True, exist_ok=True)
    left = folder / ".0123abcd.before.4242.writing"
    left.write_text("what the person's settings say", encoding="utf-8")
    person.call("install", client="cursor")
    assert not left.exists()
