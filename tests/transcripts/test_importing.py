"""`session import`: what is already on the disk comes into the log, with consent, once, and from where it ended."""

import json
import os
import random
import shutil
import sqlite3
import string
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oldhand.errors import BadArgument, BadDate, NeedsConsent, NoStore
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.sessions.importing import SLICE, Job, take_in
from oldhand.sessions.record import INJECTED, PROMPT, USAGE
from oldhand.sessions.transcripts.finding import places_of, slug, transcripts
from tests.conftest import Project
from tests.transcripts.test_codex import history
from tests.transcripts.told import (
    CLAUDE,
    CLAUDE_OF_A_SUBAGENT,
    CODEX,
    COPILOT,
    EVERY,
    GEMINI,
    SAMPLES,
    SPECSTORY,
    SWEAGENT,
    told,
)  # fmt: skip

WORKED_IN = "/srv/shop"  # the folder that the samples name
EVERYTHING = {"sessions.keep_days": "0"}  # the samples are older than the log keeps sessions by itself


class Machine:
    """A person's machine: a project whose sessions hosts have kept, in their own folders below `home`."""

    def __init__(self, project: Project, home: Path) -> None:
        self.project, self.home = project, home
        self.memory = Memory(
            project.root, project.home, actor="user", trust="user", environment={"HOME": str(home), "PATH": os.defpath}
        )
        self.set(sessions_keep_days="0")

    def set(self, **settings: str) -> None:
        """Change settings, `_` for the first dot."""
        for name, value in settings.items():
            call(self.memory, "config_set", {"name": name.replace("_", ".", 1), "value": value})

    def put(self, sample: Path, place: str, folder: str = "") -> Path:
        """Put a sample where a host keeps it, as if it had been of a session in this folder (usual: the project's)."""
        path = self.home / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(sample.read_text("utf-8").replace(WORKED_IN, folder or str(self.project.root)), "utf-8")
        return path

    def put_all(self) -> None:
        """One session of each host that is found by itself."""
        root = self.project.root
        self.put(CLAUDE, f".claude/projects/{slug(root)}/{CLAUDE.name}")
        self.put(CLAUDE_OF_A_SUBAGENT, f".claude/projects/{slug(root)}/{CLAUDE.stem}/subagents/agent-ab12.jsonl")
        self.put(CODEX, f".codex/sessions/2026/06/01/{CODEX.name}")
        self.put(GEMINI, f".gemini/tmp/shop/chats/{GEMINI.name}")
        self.put(SAMPLES / "gemini" / "tmp" / "shop" / ".project_root", ".gemini/tmp/shop/.project_root")
        self.put(COPILOT, f".copilot/session-state/{COPILOT.parent.name}/events.jsonl")
        history = root / ".specstory" / "history"
        history.mkdir(parents=True)
        shutil.copy(SPECSTORY, history)

    def take(self, *paths: str, **arguments: Any) -> Any:
        """Import, with consent unless it is said otherwise."""
        given = {"yes": True} | arguments
        return call(self.memory, "session_import", given | ({"paths": list(paths)} if paths else {}))

    def kept(self) -> list[tuple[str, str, str, str]]:
        """Everything in the log: session, kind, key and text of each event."""
        log = self.memory.session_log()
        rows = sorted(row.session.id for row in log.sessions(limit=100))
        return [(one, event.kind, event.key, event.text) for one in rows for event in log.events(one)]


@pytest.fixture
def machine(project: Project, tmp_path: Path) -> Machine:
    """A machine on which nothing is kept yet."""
    home = tmp_path / "person"
    home.mkdir()
    made = Machine(project, home)
    yield made
    made.memory.close()


def test_what_every_host_has_kept_of_the_project_comes_in(machine: Machine) -> None:
    machine.put_all()
    done = machine.take()
    assert [(one.host, one.sessions) for one in done.hosts] == [
        ("claude", 1), ("codex", 1), ("copilot", 1), ("gemini", 1), ("specstory", 1),
    ]  # fmt: skip
    assert (done.files, done.elsewhere, done.unread, done.notes) == (6, 0, 0, [])
    claude = next(one for one in done.hosts if one.host == "claude")
    assert (claude.prompts, claude.calls, claude.failures) == (4, 10, 1)
    row = machine.memory.session_log().session(CLAUDE.stem)
    assert (row.session.host, row.session.title, row.prompts) == ("claude", "Carts keep their items", 4)


def test_what_stands_in_the_log_is_what_the_readers_tell(machine: Machine) -> None:
    path = machine.put(CLAUDE, "one.jsonl")
    done = machine.take(str(path))
    log = machine.memory.session_log()
    kept = {(event.kind, event.key): event for event in log.events(CLAUDE.stem)}
    events = told(path)[1]
    assert done.new == len(kept) == len(events)
    assert all(kept[event.kind, event.key].text == event.text for event in events)
    [injected] = [event for event in log.events(CLAUDE.stem, (INJECTED,)) if "expire" in event.text]
    assert injected.kind != PROMPT
    assert sum(one.output for one in log.usage(CLAUDE.stem)) == sum(
        event.detail["output"] for event in events if event.kind == USAGE
    )


def test_consent_is_asked_for_with_what_would_come(machine: Machine) -> None:
    machine.put_all()
    with pytest.raises(NeedsConsent) as refused:
        machine.take(yes=False)
    said = str(refused.value)
    assert "5 sessions (claude 1, codex 1, copilot 1, gemini 1, specstory 1)" in said
    assert "2026-05-04 to 2026-07-13" in said
    assert "10 prompts" in said
    assert machine.kept() == []


def test_a_dry_run_tells_and_writes_nothing(machine: Machine) -> None:
    machine.put_all()
    told_of = machine.take(dry_run=True)
    assert machine.kept() == []
    assert not (machine.project.folder / "sessions.db").exists()
    done = machine.take()
    assert [one[:6] for one in told_of.hosts] == [one[:6] for one in done.hosts]
    assert (told_of.dry_run, told_of.new, done.dry_run) == (True, 0, False)
    assert done.new == sum(one.events for one in done.hosts)


def test_importing_again_changes_nothing(machine: Machine) -> None:
    machine.put_all()
    machine.take()
    before = machine.kept()
    again = machine.take()
    assert (again.new, again.known, again.hosts) == (0, 6, [])
    assert machine.kept() == before
    assert before, "else the line above shows nothing"
    assert machine.take(yes=False).known == 6, "nothing new needs no consent"


def test_a_transcript_that_grew_is_read_from_where_it_ended(machine: Machine) -> None:
    path = machine.put(CLAUDE, f".claude/projects/{slug(machine.project.root)}/{CLAUDE.name}")
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:17]) + lines[17][:30])
    first = machine.take()
    with path.open("r+b") as file:
        file.write(whole)
    mark = json.loads(machine.memory.session_log().mark(f"transcript {path}"))
    assert mark[3] == sum(map(len, lines[:17])), "the half-written line is read again"
    second = machine.take()
    assert first.new + second.new == len(told(CLAUDE)[1])
    assert second.hosts[0].events < len(told(CLAUDE)[1])
    assert {text for *_, text in machine.kept()} == {event.text for event in told(path)[1]}


def test_a_transcript_written_anew_is_read_anew(machine: Machine) -> None:
    path = machine.put(CLAUDE, "one.jsonl")
    machine.take(str(path))
    path.write_bytes(path.read_bytes().replace(b'"type": "queue', b'"type":  "queue') + b"\n")
    again = machine.take(str(path))
    assert (again.files, again.new) == (1, 0)


def test_a_session_that_was_removed_comes_back_when_it_is_imported_again(machine: Machine) -> None:
    machine.put_all()
    machine.take()
    before = machine.kept()
    machine.memory.trust = "user"  # only a person removes one
    call(machine.memory, "session_remove", {"name": CLAUDE.stem, "yes": True})
    assert not [one for one in machine.kept() if one[0] == CLAUDE.stem]
    again = machine.take()
    assert ([one.host for one in again.hosts], again.files, again.known) == (["claude"], 2, 4)
    assert sorted(machine.kept()) == sorted(before)


def test_a_database_that_changed_is_read_again_though_its_size_is_the_same(machine: Machine) -> None:
    path = history(machine.project.root)
    assert machine.take(path.name).new == 12
    assert machine.take(path.name).known == 1
    with sqlite3.connect(path) as database:
        database.execute("UPDATE thread_items SET item_id='m9' WHERE item_id='m1'")
    size = path.stat().st_size
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1_000_000))
    again = machine.take(path.name)
    assert (again.files, again.known, path.stat().st_size) == (1, 0, size)


def test_an_interrupted_import_goes_on(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written before is there, and what came after comes with the next run."""
    lines = CODEX.read_text("utf-8").splitlines(keepends=True)
    path = machine.home / "long.jsonl"
    said = '{"timestamp":"2026-06-01T09:00:00Z","type":"event_msg","payload":{"type":"agent_message","message":"%d"}}\n'
    path.write_text("".join(lines) + "".join(said % number for number in range(3 * SLICE)), "utf-8")
    log, read = machine.memory.session_log(), 0

    def seen(count: int) -> None:
        nonlocal read
        read += count
        if read > path.stat().st_size * 2 // 3:
            raise KeyboardInterrupt

    job = Job(log, lambda folder: True, 0, frozenset(), False, True, seen)
    with pytest.raises(KeyboardInterrupt):
        take_in([path], job)
    half = log.session("01900000").events
    assert SLICE <= half < 3 * SLICE
    again = 0

    def count(bytes_: int) -> None:
        nonlocal again
        again += bytes_

    done = take_in([path], job._replace(seen=count))
    assert half + done.new == log.session("01900000").events == len(told(path)[1])
    assert done.by_host["codex"].events < len(told(path)[1]), "it went on and did not begin anew"


def test_sessions_of_other_projects_stay_out(machine: Machine) -> None:
    machine.put(CODEX, f".codex/sessions/2026/06/01/{CODEX.name}", folder="/somewhere/else")
    machine.put(COPILOT, f".copilot/session-state/{COPILOT.parent.name}/events.jsonl", folder="/somewhere/else")
    beside = f"{machine.project.root}-two"
    machine.put(CLAUDE, f".claude/projects/{slug(Path(beside))}/{CLAUDE.name}", folder=beside)
    machine.put(SAMPLES / "gemini" / "tmp" / "shop" / ".project_root", ".gemini/tmp/shop/.project_root", folder="/else")
    machine.put(GEMINI, f".gemini/tmp/shop/chats/{GEMINI.name}")
    assert machine.take().hosts == []
    assert machine.kept() == []
    machine.put(CODEX, f".codex/sessions/2026/06/01/{CODEX.name}", folder=f"{machine.project.root}/src")
    assert [one.host for one in machine.take().hosts] == ["codex"], "a folder inside the project is the project's"


def test_hosts_may_keep_their_files_elsewhere(machine: Machine, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    machine.put(CLAUDE, f"../elsewhere/c/projects/{slug(machine.project.root)}/{CLAUDE.name}")
    machine.put(CODEX, f"../elsewhere/x/archived_sessions/{CODEX.name}")
    machine.put(COPILOT, f"../elsewhere/p/session-state/{COPILOT.parent.name}/events.jsonl")
    assert machine.take().hosts == []
    variables = {"CLAUDE_CONFIG_DIR": "c", "CODEX_HOME": "x", "COPILOT_HOME": "p"}
    machine.memory.environment = {name: str(other / folder) for name, folder in variables.items()}
    assert [one.host for one in machine.take().hosts] == ["claude", "codex", "copilot"]


def test_a_session_that_its_host_keeps_is_not_taken_from_a_page_too(machine: Machine) -> None:
    history = machine.project.root / ".specstory" / "history"
    history.mkdir(parents=True)
    (history / "one.md").write_text(SPECSTORY.read_text("utf-8").replace(
        "5c000000-0691-4467-b98e-0fb865b4a639", CLAUDE.stem), "utf-8")  # fmt: skip
    machine.put(CLAUDE, f".claude/projects/{slug(machine.project.root)}/{CLAUDE.name}")
    first = machine.take()
    assert ([one.host for one in first.hosts], first.copies) == (["claude"], 1)
    assert machine.take(host="specstory").copies == 0, "it is known as a copy"


def test_old_sessions_are_left_out_as_the_log_would_remove_them(machine: Machine) -> None:
    machine.put_all()
    machine.set(sessions_keep_days="1")
    assert machine.take().older == 4, "a page has no end but that of its file"
    machine.set(sessions_keep_days="0")
    assert machine.take(since="2026-06-26").older == 3
    assert len(machine.take().hosts) == 3
    with pytest.raises(BadDate):
        machine.take(since="soon")


def test_paths_are_taken_whatever_project_they_are_of(machine: Machine) -> None:
    folder = machine.project.root / "old"
    for number, path in enumerate(path for paths in EVERY.values() for path in paths):
        copy = folder / f"{number}" / path.name
        copy.parent.mkdir(parents=True)
        shutil.copy(path, copy)
    (folder / "notes.md").write_text("# Notes\n", "utf-8")
    done = machine.take("old")
    assert [one.host for one in done.hosts] == sorted(EVERY)
    assert machine.take("old/10/" + SWEAGENT.name if (folder / "10" / SWEAGENT.name).exists() else "old").new == 0
    for name, why in (("none.jsonl", "nothing of that name"), ("old/notes.md", "no transcript of a host")):
        with pytest.raises(BadArgument, match=why):
            machine.take(name)


def test_only_one_host_when_asked(machine: Machine) -> None:
    machine.put_all()
    assert [one.host for one in machine.take(host="codex").hosts] == ["codex"]
    assert machine.take(host="sweagent").hosts == []


def test_secrets_are_replaced_on_the_way_in(machine: Machine) -> None:
    dice = random.Random("secret")
    secret = "gh" + "p_" + "".join(dice.choice(string.ascii_letters + string.digits) for _ in range(36))
    path = machine.put(CLAUDE, "one.jsonl")
    path.write_text(
        path.read_text("utf-8").replace("1 passed", f"token {secret}").replace("TTL = 86400", secret), "utf-8"
    )
    with path.open("a", encoding="utf-8") as file:  # a call under way, of which the log notes that it waits
        file.write(json.dumps({
            "type": "assistant", "sessionId": CLAUDE.stem, "uuid": "last", "timestamp": "2026-05-05T00:00:00Z",
            "message": {"content": [
                {"type": "tool_use", "id": "c-99", "name": "WebFetch", "input": {"url": f"https://x.org/?key={secret}"}},
            ]},
        }) + "\n")  # fmt: skip
    machine.take(str(path))
    assert "c-99" in machine.memory.session_log().mark(f"transcript {path}")
    machine.memory.close()
    kept = [one.read_bytes() for one in machine.project.folder.rglob("*") if one.is_file()]
    assert not [raw for raw in kept if secret.encode() in raw]
    assert secret in path.read_text("utf-8"), "else the line above shows nothing"


def test_what_memory_told_and_what_hooks_put_in_is_never_learned(machine: Machine) -> None:
    path = machine.put(CLAUDE, "one.jsonl")
    rule = "Always use tabs in this project, never spaces."
    path.write_text(path.read_text("utf-8").replace("Carts expire after a day.", rule), "utf-8")
    machine.take(str(path))
    assert [text for _, kind, _, text in machine.kept() if rule in text and kind == INJECTED]
    found = call(machine.memory, "search", {"words": "tabs"})
    assert not [one for one in found.hits if "tabs" in one.memory.text]


def test_a_person_is_learned_from_and_a_file_that_an_agent_names_is_not(
    machine: Machine, make_project: Callable[[str], Project]
) -> None:
    rule = "No, always use pnpm in this project, never npm."
    sample = CLAUDE.read_text("utf-8").replace("Carts lose their items, please mend that", rule)
    learned = []
    for trust in ("user", "agent"):
        project = make_project(f"of-{trust}")
        (project.root / "one.jsonl").write_text(sample, "utf-8")
        with Memory(project.root, project.home, actor=trust, trust=trust) as memory:
            call(memory, "config_set", {"name": "sessions.keep_days", "value": "0"}) if trust == "user" else None
            call(memory, "session_import", {"paths": ["one.jsonl"], "yes": True})
            found = call(memory, "search", {"words": "pnpm"})
        learned.append([one.memory.text for one in found.hits])
    by_person, by_agent = learned
    assert by_agent == []
    assert by_person, "else the line above shows nothing"


def test_without_a_memory_there_is_nothing_to_import_into(tmp_path: Path) -> None:
    with Memory(tmp_path, tmp_path / "home") as memory, pytest.raises(NoStore):
        call(memory, "session_import", {"yes": True})


def test_worktrees_are_the_projects_too(machine: Machine, tmp_path: Path) -> None:
    git = machine.project.root / ".git"
    (git / "worktrees" / "one").mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    tree = tmp_path / "tree"
    (git / "worktrees" / "one" / "gitdir").write_text(f"{tree}/.git\n")
    machine.put(CLAUDE, f".claude/projects/{slug(tree)}/{CLAUDE.name}", folder=str(tree))
    with Memory(machine.project.root, machine.project.home, environment={"HOME": str(machine.home)}) as memory:
        places = places_of(memory.project, memory.environment)
        assert tree in places.folders
        assert [host for host, _ in transcripts(places)] == ["claude"]


def test_what_cannot_be_read_is_named_and_the_rest_is_taken(machine: Machine) -> None:
    folder = machine.project.root / "old"
    folder.mkdir()
    shutil.copy(CODEX, folder / "a.jsonl")
    (folder / "b.jsonl").write_bytes(COPILOT.read_bytes() + b"{broken\n" + b"[1]\n")
    (folder / "c.jsonl").symlink_to(folder / "nothing")
    os.mkfifo(folder / "d.jsonl")
    done = machine.take("old")
    assert [one.host for one in done.hosts] == ["codex", "copilot"]
    assert done.unread == 4
    assert [note.split(":")[0] for note in done.notes] == ["b.jsonl", "c.jsonl", "d.jsonl"]


def test_packed_rollouts_that_cannot_be_unpacked_are_told_of_once(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("zstandard", "compression.zstd"):
        monkeypatch.setitem(sys.modules, name, None)
    folder = machine.home / ".codex" / "sessions" / "2026"
    folder.mkdir(parents=True)
    for number in range(3):
        (folder / f"rollout-{number}.jsonl.zst").write_bytes(b"\x28\xb5\x2f\xfd" + b"x" * 20)
    machine.put(CODEX, f".codex/sessions/2026/{CODEX.name}")
    done = machine.take()
    assert [one.host for one in done.hosts] == ["codex"]
    assert done.unread == 3
    [note] = done.notes
    assert "pip install 'oldhand[transcripts]'" in note
