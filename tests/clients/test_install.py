"""Connecting every host and disconnecting it: the same bytes, whatever files look like and whatever happened since."""

import json
import os
import stat
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from oldhand.clients.hosts import HOSTS, PROJECT, USER, places_of
from oldhand.errors import AlreadyThere, BadArgument, BadInput, BrokenHostFile, FileNotWritable, Refused, UnfitHostFile
from oldhand.memory import Memory
from oldhand.operation import call
from tests.clients.conftest import Person
from tests.clients.layouts import BROKEN, EMPTY, LAYOUTS, TOML

JSON_HOSTS = [name for name in HOSTS if name != "codex"]
WITH_PROJECT = [name for name in HOSTS if name not in ("cline", "devin")]


def outcomes(reply: Any) -> dict[str, str]:
    """What became of each client."""
    return {one.client: one.outcome for one in reply.clients}


def servers_in(host: str, path: Path) -> Any:
    """The servers in a host's file."""
    text = path.read_text(encoding="utf-8-sig")
    said: Any = tomllib.loads(text) if host == "codex" else json.loads(text)
    for name in HOSTS[host].servers:
        said = said[name]
    return said


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_without_any_file_is_connected_and_leaves_nothing_behind(person: Person, host: str) -> None:
    before = person.files()
    done = person.call("install", client=host).clients[0]
    assert done.outcome == "connected" and {one.outcome for one in done.files} == {"created"}
    places = places_of(HOSTS[host], USER, person.around())
    entry = servers_in(host, places.servers)["oldhand"]
    command = entry["command"] if isinstance(entry["command"], list) else [entry["command"], *entry["args"]]
    assert command[-1] == "mcp" and os.access(command[0], os.X_OK)
    assert (places.hooks is None) or places.hooks.is_file()
    assert stat.S_IMODE(places.servers.stat().st_mode) == 0o600
    connected = person.files()
    assert outcomes(person.call("install", client=host)) == {host: "already connected"}
    assert person.files() == connected
    assert outcomes(person.call("uninstall", client=host)) == {host: "disconnected"}
    assert person.files() == before
    assert outcomes(person.call("uninstall", client=host)) == {host: "not connected"}


@pytest.mark.parametrize("host", WITH_PROJECT)
def test_a_host_is_connected_for_one_project_alone(person: Person, host: str) -> None:
    before = person.files()
    reply = person.call("install", client=host, scope="project")
    assert all(one.file.startswith(str(person.project.root)) for one in reply.clients[0].files)
    assert "do not commit" in reply.clients[0].notes[0]
    assert not [name for name in person.files() if name.startswith(str(person.home) + "/")]
    assert outcomes(person.call("uninstall", client=host, scope="user")) == {host: "not connected"}
    person.call("uninstall", client=host, scope="project")
    assert person.files() == before


@pytest.mark.parametrize("host", ["cline", "devin"])
def test_a_host_without_files_in_projects_says_so(person: Person, host: str) -> None:
    with pytest.raises(BadArgument, match="--scope user"):
        person.call("install", client=host, scope="project")
    with pytest.raises(BadArgument, match="--scope user"):
        person.call("uninstall", client=host, scope="project")


@pytest.mark.parametrize("layout", [*LAYOUTS, *EMPTY])
def test_json_files_of_every_layout_get_their_bytes_back(person: Person, layout: str) -> None:
    text = {**LAYOUTS, **EMPTY}[layout]
    for host in JSON_HOSTS:
        places = places_of(HOSTS[host], USER, person.around())
        person.write(str(places.servers.relative_to(person.home)), text)
        if places.hooks and HOSTS[host].hooks in ("groups", "flat"):
            person.write(str(places.hooks.relative_to(person.home)), text)
        before = person.files()
        person.call("install", client=host)
        connected = person.files()
        assert connected != before
        assert outcomes(person.call("install", client=host)) == {host: "already connected"}
        assert person.files() == connected
        person.call("uninstall", client=host)
        assert person.files() == before


@pytest.mark.parametrize("text", TOML.values(), ids=TOML)
def test_toml_files_of_every_layout_get_their_bytes_back(person: Person, text: str) -> None:
    path = person.write(".codex/config.toml", text)
    before = person.files()
    person.call("install", client="codex")
    assert path.read_bytes().startswith(text.encode())
    assert outcomes(person.call("install", client="codex")) == {"codex": "already connected"}
    person.call("uninstall", client="codex")
    assert person.files() == before


@pytest.mark.parametrize(("text", "line", "column"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_keeps_all_files_of_its_host_as_they_are(
    person: Person, text: str, line: int, column: int
) -> None:
    person.write(".claude.json", "{}")
    person.write(".claude/settings.json", text)
    before = person.files()
    with pytest.raises(BrokenHostFile, match=f"settings.json cannot be read at line {line}, column {column}"):
        person.call("install", client="claude")
    assert person.files() == before


def test_a_file_that_is_not_utf8_is_told_by_its_place(person: Person) -> None:
    person.write(".cursor/mcp.json", b'{\n "a": "\xff"}')
    with pytest.raises(BrokenHostFile, match="line 2, column 8: it is not written in UTF-8"):
        person.call("install", client="cursor")


def test_among_all_hosts_a_refused_one_does_not_keep_the_others(person: Person) -> None:
    person.write(".claude/settings.json", "{")
    person.write(".cursor/mcp.json", "{}")
    reply = person.call("install")
    assert outcomes(reply) == {"claude": "refused", "cursor": "connected"}
    assert "line 1, column 1" in reply.clients[0].notes[0]


def test_hosts_are_found_by_their_folder_or_their_program(person: Person, tmp_path: Path) -> None:
    assert person.call("install").clients == []
    program = tmp_path / "bin" / "zeditor"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    person.environment["PATH"] = str(program.parent)
    (person.home / ".codex").mkdir()
    assert outcomes(person.call("install")) == {"codex": "connected", "zed": "connected"}
    assert outcomes(person.call("uninstall")) == {"codex": "disconnected", "zed": "disconnected"}


def test_without_a_home_nothing_is_looked_for(person: Person) -> None:
    bare = Memory(person.project.root, person.project.home, environment={"PATH": ""})
    with bare as memory, pytest.raises(BadInput, match="Set HOME"):
        call(memory, "install", {})


def test_hooks_permissions_and_deny_rules_of_the_person_stay_and_come_first(person: Person) -> None:
    path = person.write(".claude/settings.json", LAYOUTS["hooks of others"].replace('"Stop": [],', ""))
    theirs = json.loads(path.read_text(encoding="utf-8").replace("]}, ]", "]}]"))["hooks"]
    person.call("install", client="claude")
    hooks = json.loads(path.read_text(encoding="utf-8").replace(", ]", "]"))["hooks"]
    for event, groups in theirs.items():
        assert hooks[event][: len(groups)] == groups and len(hooks[event]) == len(groups) + 1


def test_an_entry_of_somebody_else_is_replaced_only_when_asked_and_comes_back(person: Person) -> None:
    theirs = '{"mcpServers": {"oldhand": {"command": "other", "n": 1.5}}}'
    path = person.write(".cursor/mcp.json", theirs)
    with pytest.raises(AlreadyThere, match="--yes replaces it"):
        person.call("install", client="cursor")
    assert path.read_text(encoding="utf-8") == theirs
    person.call("install", client="cursor", yes=True)
    assert servers_in("cursor", path)["oldhand"]["command"] != "other"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")  # changed since
    person.call("uninstall", client="cursor")
    assert servers_in("cursor", path)["oldhand"] == {"command": "other", "n": 1.5}


def test_what_the_person_changed_since_stays_and_ours_alone_goes(person: Person) -> None:
    path = person.write(".gemini/settings.json", LAYOUTS["four spaces"])
    person.call("install", client="gemini")
    changed = LAYOUTS["four spaces"].replace('"dark",', '"light", // mine')
    text = path.read_text(encoding="utf-8").replace('"dark",', '"light", // mine')
    path.write_text(text, encoding="utf-8")
    person.call("uninstall", client="gemini")
    assert path.read_text(encoding="utf-8") == changed


def test_a_file_made_for_us_stays_when_the_person_wrote_into_it(person: Person) -> None:
    person.call("install", client="cursor")
    path = person.home / ".cursor" / "mcp.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    said["mcpServers"]["mine"] = {"command": "mine"}
    path.write_text(json.dumps(said), encoding="utf-8")
    person.call("uninstall", client="cursor")
    assert json.loads(path.read_text(encoding="utf-8")) == {"mcpServers": {"mine": {"command": "mine"}}}
    assert not (person.home / ".cursor" / "hooks.json").exists()


@pytest.mark.parametrize("host", HOSTS)
def test_without_a_receipt_ours_is_found_by_what_it_says(person: Person, host: str) -> None:
    person.call("install", client=host)
    for receipt in (person.project.home / "receipts").iterdir():
        receipt.unlink()
    assert outcomes(person.call("uninstall", client=host)) == {host: "disconnected"}
    assert b"oldhand" not in b"".join(person.files().values()).replace(b".oldhand", b"")


def test_an_upgrade_that_moved_the_program_is_mended_by_installing_again(person: Person) -> None:
    path = person.write(".cursor/mcp.json", LAYOUTS["tabs"])
    person.call("install", client="cursor")
    entry = servers_in("cursor", path)["oldhand"]["command"]
    path.write_text(path.read_text(encoding="utf-8").replace(entry, "/gone/bin/oldhand"), encoding="utf-8")
    assert outcomes(person.call("install", client="cursor")) == {"cursor": "connected"}
    assert servers_in("cursor", path)["oldhand"]["command"] == entry
    person.call("uninstall", client="cursor")
    assert path.read_text(encoding="utf-8") == LAYOUTS["tabs"]


def test_a_try_run_shows_every_file_and_writes_nothing(person: Person) -> None:
    value = "ghp_" + "a1B2" * 9
    person.write(".cursor/mcp.json", '{\n  "token": "' + value + '"\n}\n')
    before = person.files()
    (done,) = person.call("install", client="cursor", dry_run=True).clients
    assert done.outcome == "would be connected" and '+  "mcpServers": {' in done.files[0].difference
    assert value not in done.files[0].difference, "a secret of the person is not shown"
    assert person.files() == before and not list((person.project.home / "receipts").glob("*.json"))
    person.call("install", client="cursor")
    (undone,) = person.call("uninstall", client="cursor", dry_run=True).clients
    assert undone.outcome == "would be disconnected" and undone.files[0].difference
    assert outcomes(person.call("install", client="cursor")) == {"cursor": "already connected"}


def test_links_are_followed_and_stay_links_and_modes_stay(person: Person, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "mcp.json"
    real.parent.mkdir()
    real.write_text("{}", encoding="utf-8")
    real.chmod(0o640)
    link = person.home / ".cursor" / "mcp.json"
    link.parent.mkdir()
    link.symlink_to(real)
    person.call("install", client="cursor")
    assert link.is_symlink() and "oldhand" in real.read_text(encoding="utf-8")
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    person.call("uninstall", client="cursor")
    assert link.is_symlink() and real.read_text(encoding="utf-8") == "{}"


def test_a_file_that_is_only_read_is_left_alone_and_so_are_those_before_it(person: Person) -> None:
    person.write(".cursor/mcp.json", "{}")
    person.write(".cursor/hooks.json", "{}").chmod(0o444)
    before = person.files()
    with pytest.raises(FileNotWritable, match="only read"):
        person.call("install", client="cursor")
    assert person.files() == before


@pytest.mark.parametrize("kind", ["a folder", "a pipe", "a link to nothing"])
def test_what_is_no_file_is_left_alone(person: Person, kind: str) -> None:
    path = person.home / ".cursor" / "mcp.json"
    path.parent.mkdir()
    if kind == "a folder":
        path.mkdir()
    elif kind == "a pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(person.home / "gone" / "mcp.json")
    if kind == "a link to nothing":
        person.call("install", client="cursor")
        assert path.is_symlink() and path.is_file()
        person.call("uninstall", client="cursor")
        assert path.is_symlink() and not (person.home / "gone").exists()
    else:
        with pytest.raises(UnfitHostFile):
            person.call("install", client="cursor")


def test_a_file_of_five_million_bytes_is_connected_and_restored(person: Person) -> None:
    rows = [{"id": number, "text": "жизнь // {} " * 8, "deep": [[[{"a": number}]]]} for number in range(20_000)]
    text = json.dumps({"history": rows}, ensure_ascii=False, indent=1)
    path = person.write(".claude.json", text)
    assert path.stat().st_size > 5_000_000
    person.call("install", client="claude")
    assert len(path.read_bytes()) - len(text.encode()) < 500
    person.call("uninstall", client="claude")
    assert path.read_text(encoding="utf-8") == text


def test_hooks_shared_by_two_hosts_stay_until_both_are_disconnected(person: Person) -> None:
    before = person.files()
    person.call("install", client="copilot")
    person.call("install", client="vscode")
    shared = person.home / ".copilot" / "hooks" / "oldhand.json"
    reply = person.call("uninstall", client="copilot")
    assert shared.is_file() and "another client reads it too" in reply.clients[0].notes[0]
    person.call("uninstall", client="vscode")
    assert person.files() == before


def test_the_link_on_the_path_is_written_when_it_leads_to_us(person: Person, tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("oldhand")
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "oldhand").symlink_to(program)
    person.environment["PATH"] = str(folder)
    person.call("install", client="cursor")
    path = person.home / ".cursor" / "mcp.json"
    assert servers_in("cursor", path)["oldhand"]["command"] == str(folder / "oldhand")
    (folder / "oldhand").unlink()
    (folder / "oldhand").write_text("#!/bin/sh\n", encoding="utf-8")  # somebody else's
    (folder / "oldhand").chmod(0o755)
    person.call("install", client="cursor")
    assert servers_in("cursor", path)["oldhand"]["command"] == str(program)


def test_a_program_that_is_cleaned_away_by_itself_is_not_written(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/cache/uv/archive-v0/x1/bin/python")
    with pytest.raises(Refused, match="cleaned away"):
        person.call("install", client="cursor")
    assert not person.files()


def test_a_plugin_of_ours_is_not_doubled(person: Person) -> None:
    person.write(".claude/settings.json", '{"enabledPlugins": {"oldhand@somewhere": true}}')
    before = person.files()
    reply = person.call("install", client="claude")
    assert outcomes(reply) == {"claude": "already connected"} and "plugin" in reply.clients[0].notes[0]
    assert person.files() == before


def test_a_home_of_our_own_is_told_to_the_server(person: Person) -> None:
    person.call("install", client="cursor")
    entry = servers_in("cursor", person.home / ".cursor" / "mcp.json")["oldhand"]
    assert entry["env"] == {"OLDHAND_HOME": str(person.project.home)}


def test_the_usual_home_is_not_told(person: Person) -> None:
    usual = person.home / ".local" / "share" / "oldhand"
    with Memory(person.project.root, usual, environment=person.environment) as memory:
        call(memory, "install", {"client": "cursor"})
    assert "env" not in servers_in("cursor", person.home / ".cursor" / "mcp.json")["oldhand"]


def test_an_entry_of_ours_written_in_another_form_is_named_and_left(person: Person) -> None:
    text = 'mcp_servers = { oldhand = { command = "/x/oldhand", args = ["mcp"] } }\n'
    path = person.write(".codex/config.toml", text)
    for name in ("install", "uninstall"):
        with pytest.raises(UnfitHostFile, match="cannot be taken out alone"):
            person.call(name, client="codex")
    assert path.read_text(encoding="utf-8") == text


def test_codex_forgets_what_it_noted_of_our_hooks_and_keeps_what_it_noted_of_others(person: Person) -> None:
    hooks = person.write(
        ".codex/hooks.json", '{"hooks": {"Stop": [{"hooks": [{"type": "command", "command": "true"}]}]}}'
    )
    config = person.write(".codex/config.toml", 'model = "x"\n')
    person.call("install", client="codex")
    theirs = f'\n[hooks.state."{hooks}:stop:0:0"]\ntrusted_hash = "sha256:1"\n'
    ours = f'\n[hooks.state."{hooks}:stop:1:0"]\ntrusted_hash = "sha256:2"\n'
    config.write_text(config.read_text(encoding="utf-8") + theirs + ours, encoding="utf-8")
    person.call("uninstall", client="codex")
    assert config.read_text(encoding="utf-8") == 'model = "x"\n' + theirs


def test_a_host_whose_folder_has_moved_is_disconnected_where_it_was(person: Person) -> None:
    before = person.files()
    person.call("install", client="codex")
    person.environment["CODEX_HOME"] = str(person.home / "elsewhere")
    done = person.call("uninstall", client="codex")
    assert [one.outcome for one in done.clients[0].files] == ["removed", "removed"]
    assert person.files() == before


def test_a_plugin_file_that_the_person_changed_stays_and_is_told(person: Person) -> None:
    person.call("install", client="opencode")
    plugin = person.home / ".config" / "opencode" / "plugins" / "oldhand.js"
    plugin.write_text(plugin.read_text(encoding="utf-8") + "// mine\n", encoding="utf-8")
    (done,) = person.call("uninstall", client="opencode").clients
    assert plugin.is_file() and "changed since and stays" in done.notes[0]
    assert not (person.home / ".config" / "opencode" / "opencode.json").exists()
    with pytest.raises(AlreadyThere, match="A file oldhand"):
        person.call("install", client="opencode")
    person.call("install", client="opencode", yes=True)
    assert "// mine" not in plugin.read_text(encoding="utf-8")


def test_receipts_are_for_the_person_alone_and_keep_nothing_needless(person: Person) -> None:
    person.write(".cursor/mcp.json", "{}")
    person.call("install", client="cursor")
    folder = person.project.home / "receipts"
    kept = {path.name for path in folder.iterdir()}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.iterdir())
    assert len([name for name in kept if name.endswith(".before")]) == 1
    person.call("uninstall", client="cursor")
    assert {path.name for path in folder.iterdir()} == {"lock"}


def test_each_scope_has_a_receipt_of_its_own(person: Person) -> None:
    person.call("install", client="cursor")
    person.call("install", client="cursor", scope=PROJECT)
    person.call("uninstall", client="cursor", scope=PROJECT)
    assert outcomes(person.call("install", client="cursor")) == {"cursor": "already connected"}
