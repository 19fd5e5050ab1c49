"""What `doctor` says of each host: connected, approved, and whether hooks really arrive."""

import json
import os
from pathlib import Path

import pytest

from oldhand.clients.checking import MOST_TROUBLES
from oldhand.clients.hosts import HOSTS, PROJECT, USER, places_of
from oldhand.sessions import launcher
from oldhand.sessions.hooks_of_hosts import INSTALLED
from tests.clients.conftest import Person


def line(person: Person, component: str) -> tuple[str, str, str]:
    """The state, the detail and the next step that `doctor` tells of a component; empty when it tells nothing."""
    found = [one for one in person.call("doctor").findings if one.component == component]
    assert len(found) <= 1
    return (found[0].state, found[0].detail, found[0].next_step) if found else ("", "", "")


def seen(person: Person, host: str, seconds_ago: int) -> None:
    """Let a hook of a host have been here."""
    spool = person.project.folder / "spool"
    spool.mkdir(exist_ok=True)
    mark = spool / f"seen-{host}"
    mark.touch()
    at = person.memory.now() / 1000 - seconds_ago
    os.utime(mark, (at, at))


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_is_not_here_has_no_line_and_one_that_is_connected_has_one(person: Person, host: str) -> None:
    assert line(person, host) == ("", "", "")
    person.call("install", client=host)
    state, detail, _ = line(person, host)
    assert state == ("warn" if host == "codex" else "ok"), detail
    person.call("uninstall", client=host)
    (person.home / ".claude").mkdir(exist_ok=True)
    assert line(person, "claude")[0] == "absent"


@pytest.mark.parametrize(("scopes", "where"), [((USER,), ""), ((PROJECT,), " in this project"),
                                               ((USER, PROJECT), " for you and in this project")])  # fmt: skip
def test_where_a_host_is_connected_is_told(person: Person, scopes: tuple[str, ...], where: str) -> None:
    for scope in scopes:
        person.call("install", client="claude", scope=scope)
    assert line(person, "claude")[1] == f"no hook seen in this project yet, MCP connected{where}"


def test_what_is_half_connected_in_the_project_is_told_beside_what_is_whole(person: Person) -> None:
    for scope in (USER, PROJECT):
        person.call("install", client="cursor", scope=scope)
    (person.project.root / ".cursor" / "hooks.json").unlink()
    state, detail, step = line(person, "cursor")
    assert state == "warn" and detail.startswith("half connected in this project: 8 of 8 hooks")
    assert step == "`oldhand install --client cursor --scope project`"


def test_a_host_whose_hooks_are_not_written_is_told_apart_from_one_that_has_none(person: Person) -> None:
    for client in ("cline", "zed"):
        person.call("install", client=client)
    assert line(person, "cline")[1] == "MCP connected; `install` writes no hooks for it"
    assert line(person, "zed")[1] == "MCP connected; it has no hooks"


def test_a_host_that_is_here_and_not_connected_is_told_how_it_is_connected(person: Person) -> None:
    (person.home / ".cursor").mkdir()
    assert line(person, "cursor") == ("absent", "Cursor is here and not connected", "`oldhand install --client cursor`")


def test_hooks_that_arrive_are_told_with_their_time(person: Person) -> None:
    person.call("install", client="claude")
    state, detail, step = line(person, "claude")
    assert state == "ok" and detail.startswith("no hook seen in this project yet") and "start a session" in step
    seen(person, "claude", 14)
    state, detail, step = line(person, "claude")
    assert (state, step) == ("ok", "") and detail.startswith("hooks seen 1") and detail.endswith("s ago, MCP connected")
    seen(person, "claude", 3 * 86_400)
    assert "hooks seen 3 days ago" in line(person, "claude")[1]


def test_hooks_that_codex_was_not_told_to_trust_are_told(person: Person) -> None:
    person.call("install", client="codex")
    count = len(INSTALLED["codex"])
    state, detail, step = line(person, "codex")
    assert (
        state == "warn"
        and "9 of 9 hooks are installed but not approved".replace("9", str(count)) in detail
        and "/hooks" in step
    )
    config, hooks = person.home / ".codex" / "config.toml", person.home / ".codex" / "hooks.json"
    names = ("session_start", "user_prompt_submit", "pre_tool_use", "post_tool_use", "stop", "subagent_stop",
             "pre_compact", "post_compact", "session_end")  # fmt: skip
    for name in names:
        with config.open("a", encoding="utf-8") as file:
            file.write(f'\n[hooks.state."{hooks}:{name}:0:0"]\ntrusted_hash = "sha256:1"\n')
    assert line(person, "codex")[0] == "ok"


@pytest.mark.parametrize("host", ["opencode", "amp"])
def test_a_plugin_file_counts_as_hooks(person: Person, host: str) -> None:
    person.call("install", client=host)
    assert line(person, host)[1] == "no hook seen in this project yet, MCP connected"
    plugin = places_of(HOSTS[host], USER, person.around()).hooks
    assert plugin
    plugin.write_text(plugin.read_text(encoding="utf-8") + "// mine\n", encoding="utf-8")
    assert line(person, host)[:2] == ("warn", "half connected: 1 of 1 hooks missing")


def test_a_folder_that_claude_code_does_not_trust_is_told_until_a_hook_arrives(person: Person) -> None:
    state = {"projects": {str(person.project.root): {"hasTrustDialogAccepted": False}}}
    person.write(".claude.json", json.dumps(state))
    person.call("install", client="claude")
    assert line(person, "claude")[0] == "warn" and "trust" in line(person, "claude")[2]
    seen(person, "claude", 5)
    assert line(person, "claude")[0] == "ok"


def test_hooks_that_are_switched_off_are_told(person: Person) -> None:
    person.write(".claude/settings.json", '{"disableAllHooks": true}')
    person.call("install", client="claude")
    assert line(person, "claude")[:2] == (
        "warn", f"hooks are switched off: disableAllHooks in {person.home / '.claude' / 'settings.json'}",
    )  # fmt: skip


@pytest.mark.parametrize("fault", ["a program that is gone", "a launcher that is gone", "half", "a broken file"])
def test_what_is_broken_is_told_with_the_command_that_mends_it(person: Person, fault: str) -> None:
    person.call("install", client="cursor")
    path = person.home / ".cursor" / "mcp.json"
    text = path.read_text(encoding="utf-8")
    if fault == "a program that is gone":
        said = json.loads(text)
        said["mcpServers"]["oldhand"]["command"] = "/gone/oldhand"
        path.write_text(json.dumps(said), encoding="utf-8")
        expected = ("bad", "its MCP server /gone/oldhand is gone")
    elif fault == "a launcher that is gone":
        launcher.path(person.project.home).unlink()
        expected = ("bad", f"its hooks start {launcher.path(person.project.home)}, which is gone")
    elif fault == "half":
        path.unlink()
        expected = ("warn", "half connected: the MCP server missing")
    else:
        path.write_text(text + "}", encoding="utf-8")
        expected = (
            "bad",
            f"{path} cannot be read at line {text.count(chr(10)) + 1}, column 1: something stands after its end",
        )
    state, detail, step = line(person, "cursor")
    assert (state, detail) == expected
    if fault != "a broken file":
        assert "`oldhand install --client cursor`" in step
        person.call("install", client="cursor")
        assert line(person, "cursor")[0] == "ok"


def test_what_hooks_had_trouble_with_is_told(person: Person) -> None:
    spool = person.project.folder / "spool"
    spool.mkdir()
    trouble = {
        "at": person.memory.now() - 60_000,
        "host": "claude",
        "event": "PreToolUse",
        "fault": "memory.db: \x1b[2J",
    }
    old = trouble | {"at": person.memory.now() - 3 * 86_400_000}
    (spool / "trouble.jsonl").write_text(json.dumps(old) + "\n", encoding="utf-8")
    assert line(person, "hooks") == ("", "", "")
    (spool / "trouble.jsonl").write_text(f"{json.dumps(old)}\n{json.dumps(trouble)}\n", encoding="utf-8")
    state, detail, _ = line(person, "hooks")
    assert (
        state == "warn"
        and "times" not in detail
        and detail.startswith("had trouble once, 60 s ago: claude PreToolUse: memory.db")
    )


def test_many_troubles_are_counted_as_far_as_they_are_looked_at(person: Person) -> None:
    spool = person.project.folder / "spool"
    spool.mkdir()
    one = {
        "at": person.memory.now() - 60_000,
        "host": "claude",
        "event": "Stop",
        "fault": "the spool cannot be written",
    }
    for count, said in (
        (2, "had trouble 2 times in"),
        (MOST_TROUBLES + 9, f"had trouble at least {MOST_TROUBLES} times"),
    ):
        (spool / "trouble.jsonl").write_text(f"{json.dumps(one)}\n" * count, encoding="utf-8")
        assert line(person, "hooks")[1].startswith(said)


def test_without_a_home_no_host_is_looked_for(person: Person, tmp_path: Path) -> None:
    (person.home / ".cursor").mkdir()
    person.memory.environment = {"PATH": ""}
    assert line(person, "cursor") == ("", "", "")
