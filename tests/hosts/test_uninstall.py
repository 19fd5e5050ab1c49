"""Installed and uninstalled: every file of the person is as it was, and the real hosts know nothing of us."""

import json
from pathlib import Path

from tests.hosts.agents import Host
from tests.hosts.conftest import Place
from tests.hosts.script import Call, Say

# What hosts write for themselves: transcripts, logs, databases, caches, and the state file of Claude Code.
HOSTS_OWN = (
    ".claude.json", ".claude/backups", ".claude/projects", ".claude/plugins/store", ".claude/session-env",
    ".claude/sessions", ".claude/shell-snapshots", ".claude/todos", ".claude/statsig", ".claude/history.jsonl",
    ".claude/.last-cleanup", ".cache", "tmp", ".codex/sessions", ".codex/skills", ".codex/tmp", ".codex/log",
    ".codex/installation_id",
    ".codex/thread-writer-locks", ".codex/.sandbox_migration", ".codex/shell_snapshots", ".codex/history.jsonl",
)  # fmt: skip
DATABASE = ".sqlite"  # part of the name of Codex's own databases
MEMORY = ".oldhand"  # the memory itself stays: uninstalling forgets nothing
OURS = b"oldhand"
OPENING = r"note=\"project memory"  # stands in the opening of a session, as JSON has it
ANSWER = "verdict="  # stands in what `recall` answers
RECALLING = Call("mcp__oldhand__recall", {"cue": "migrations"})  # a call waits for a server that is not ready yet

CLAUDE_SETTINGS = """{
    "model":  "opus",
  "permissions": {"deny": ["Read(./.env)"]},
  "hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "true"}]}]}

}
"""
CODEX_HOOKS = '{"hooks":{"PreToolUse":[{"hooks":[{"type":"command","command":"true","timeout":3}]}]}}'


def own(name: str) -> bool:
    """Whether a file belongs to a host itself."""
    return DATABASE in name or any(name == one or name.startswith(one + "/") for one in HOSTS_OWN)


def files(root: Path) -> dict[str, bytes]:
    """The person's files and empty folders under a root, by their names, without the hosts' own and the memory."""
    found = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if not own(name) and not name.startswith((MEMORY, ".git/")):
            found[name] = path.read_bytes() if path.is_file() else b"a folder"
    return found


def settled(place: Place) -> None:
    """A person with settings and hooks of their own, in an unusual layout."""
    settings = place.person.home / ".claude" / "settings.json"
    settings.parent.mkdir()
    settings.write_text(CLAUDE_SETTINGS, encoding="utf-8")
    (place.codex.home / "hooks.json").write_text(CODEX_HOOKS, encoding="utf-8")
    (place.project / "a.txt").write_text("a\n", encoding="utf-8")


def spoken_to(place: Place, host: Host, name: str, *steps: Call) -> str:
    """A short session. Returns all that the model was asked in it, as JSON."""
    prompt = host.model.scripts.play(name, *steps, host.running("true"), Say("Done."))
    said = host.run(place.project, prompt)
    assert said.code == 0, said
    return json.dumps([one.body for one in host.model.scripts.asked(name)], ensure_ascii=False)


def traces(before: dict[str, bytes], after: dict[str, bytes]) -> list[str]:
    """The files that are not as they were, and new ones that name us. Others that are new a host made for itself."""
    changed = [name for name in before if after.get(name) != before[name]]
    return changed + [name for name in after if name not in before and OURS in after[name]]


def test_uninstalling_at_once_leaves_no_trace(own_place: Place) -> None:
    place, home = own_place, own_place.person.home
    settled(place)
    before = files(home), files(place.project)
    place.oldhand("init", "--empty")
    for host in (place.claude, place.codex):
        place.connect(host)
    assert traces(before[0], files(home))
    place.oldhand("uninstall")
    assert (files(home), files(place.project)) == before


def test_uninstalling_after_sessions_leaves_no_trace(own_place: Place) -> None:
    place, home = own_place, own_place.person.home
    settled(place)
    before, project_before = files(home), files(place.project)
    place.oldhand("init", "--empty")
    place.oldhand("remember", "Migrations are made by make migrate only", "--kind", "convention")
    for host in (place.claude, place.codex):
        assert OPENING not in spoken_to(place, host, f"{host.name}-before")
        place.connect(host)
        asked = spoken_to(place, host, f"{host.name}-with", RECALLING)
        assert OPENING in asked
        assert ANSWER in asked
    for host in (place.claude, place.codex):
        place.oldhand("uninstall", "--client", host.name)
    assert not traces(before, files(home))
    assert files(place.project) == project_before
    assert OURS not in (home / ".claude.json").read_bytes()
    for host in (place.claude, place.codex):
        asked = spoken_to(place, host, f"{host.name}-without")
        assert OPENING not in asked
        assert ANSWER not in asked
        assert "oldhand" not in asked.replace(str(place.project), "")
