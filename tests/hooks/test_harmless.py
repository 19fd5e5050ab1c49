"""Hooks never hurt the host: whatever the store, the payload or the machine is like, they end with 0, silently."""

import json
import os
import random
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw
import pytest

from oldhand.operation import call
from oldhand.sessions.hook_trouble import recent
from oldhand.store.acceptance import format_in, why_not
from tests.conftest import Project
from tests.hooks.hosting import OWN_DEADLINE_MS, Host

EVENTS: dict[str, dict[str, Any]] = {
    "SessionStart": {"source": "startup"},
    "UserPromptSubmit": {"prompt": "what do we know about payments?"},
    "PreToolUse": {"tool_name": "Edit", "tool_input": {"file_path": "src/pay/client.py"}, "tool_use_id": "t1"},
    "PostToolUse": {"tool_name": "Bash", "tool_input": {"command": "ls"}, "tool_response": {"stdout": "a"}},
    "PostToolUseFailure": {"tool_name": "Bash", "tool_input": {"command": "ls"}, "error": "Exit code 1"},
    "Stop": {"last_assistant_message": "Done."}, "SubagentStop": {"agent_id": "a"}, "PreCompact": {"trigger": "auto"},
    "PostCompact": {"trigger": "auto"}, "SessionEnd": {"reason": "other"},
}  # fmt: skip
SPEAKING = ("SessionStart", "UserPromptSubmit", "PreToolUse")


Sickness = Callable[[Project], object]


def database(project: Project) -> Path:
    return project.folder / "memory.db"


def corrupt_header(project: Project) -> None:
    with database(project).open("r+b") as file:
        file.write(b"This is no database!")


def corrupt_pages(project: Project) -> None:
    with database(project).open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        for place in range(4096, size, 4096):
            file.seek(place)
            file.write(b"\xff" * 512)


def missing(project: Project) -> None:
    database(project).unlink()


def pointer_to_nothing(project: Project) -> None:
    (project.folder / "current").write_text("memory-gone.db")


def pointer_out_of_the_folder(project: Project) -> None:
    (project.folder / "current").write_text("../../etc/passwd")


def zero_bytes(project: Project) -> None:
    database(project).write_bytes(b"")


def folder_in_its_place(project: Project) -> None:
    database(project).unlink()
    database(project).mkdir()


def pipe_in_its_place(project: Project) -> None:
    database(project).unlink()
    os.mkfifo(database(project))


def dangling_link(project: Project) -> None:
    database(project).unlink()
    database(project).symlink_to(project.root / "gone.db")


def another_program(project: Project) -> None:
    database(project).unlink()
    connection = apsw.Connection(str(database(project)))
    connection.execute("CREATE TABLE memories (x)")
    connection.close()


def in_format(project: Project, number: int) -> None:
    """Another format under the same seal: the store is the person's own still."""
    connection = apsw.Connection(str(database(project)))
    version = connection.pragma("user_version")
    connection.pragma("user_version", version - format_in(version) + number)
    connection.close()
    assert not why_not(project.folder, project.home)


def newer_format(project: Project) -> None:
    in_format(project, 99)


def older_format(project: Project) -> None:
    """A store that is being migrated: until that is done it has the format before."""
    in_format(project, 1)


def damaged_search_index(project: Project) -> None:
    connection = apsw.Connection(str(database(project)))
    connection.execute("UPDATE search_data SET block = x'00' WHERE id > 10; DELETE FROM search_data WHERE id = 10")
    connection.close()


def tables_gone(project: Project) -> None:
    connection = apsw.Connection(str(database(project)))
    connection.execute("DROP TABLE roots; DROP TABLE tallies; DROP TABLE anchors")
    connection.close()


def torn_log(project: Project) -> None:
    log = project.folder / "memory.db-wal"
    log.write_bytes(random.Random(1).randbytes(100_000))
    log.chmod(0o600)  # as SQLite makes it: one with other permissions was brought by somebody


def huge_log(project: Project) -> apsw.Connection:
    connection = apsw.Connection(str(database(project)))
    connection.execute("PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0").fetchall()
    connection.execute(
        "CREATE TABLE ballast (x); INSERT INTO ballast VALUES (randomblob(60000000)); DELETE FROM ballast"
    )
    return connection


@contextmanager
def locked(project: Project) -> Iterator[None]:
    """A process that keeps everybody out of the database."""
    connection = apsw.Connection(str(database(project)))
    connection.execute("PRAGMA journal_mode=DELETE; PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE").fetchall()
    yield
    connection.close()


def settings_broken(project: Project) -> None:
    (project.folder / "settings.json").write_text('{"hooks.prompt": ')
    (project.home / "settings.json").write_text("[" * 100_000)


def spool_is_a_file(project: Project) -> None:
    """The store is good; what hooks do and tell cannot be noted."""
    (project.folder / "spool").write_text("")


def spool_is_a_pipe(project: Project) -> None:
    (project.folder / "spool").mkdir(exist_ok=True)
    os.mkfifo(project.folder / "spool" / "waiting.jsonl")
    os.mkfifo(project.folder / "spool" / "trouble.jsonl")
    os.mkfifo(project.folder / "spool" / "opening.json")
    corrupt_header(project)


def store_is_a_file(project: Project) -> None:
    shutil.rmtree(project.folder)
    project.folder.write_text("")


SICK: dict[str, Sickness] = {
    one.__name__: one
    for one in (
        corrupt_header, corrupt_pages, missing, pointer_to_nothing, pointer_out_of_the_folder, zero_bytes,
        folder_in_its_place, pipe_in_its_place, dangling_link, another_program, newer_format, older_format,
        damaged_search_index, tables_gone, torn_log, settings_broken, spool_is_a_file, spool_is_a_pipe, store_is_a_file,
    )
}  # fmt: skip
WELL = {"damaged_search_index", "torn_log", "settings_broken"}  # where a part still works, what it tells is told
NO_FAULT = {"torn_log"}  # SQLite passes over a log that is none
NAMING = ("store", "settings", "search index", "sessions")  # what `doctor` checks by itself
FAULTY = ("bad", "warn", "absent")


def every_hook(host: Host) -> dict[str, tuple[int, bytes, bytes]]:
    return {event: (*host.fires(event, **said),) for event, said in EVENTS.items()}


def ended_in_time(project: Project) -> bool:
    """Whether no hook was ended by its own deadline: told by what they note, whatever the machine is doing."""
    return not [one for one in recent(project.folder, 99, project.home) if "took longer" in one.fault]


@pytest.mark.parametrize("name", SICK)
def test_in_a_sick_store_every_hook_ends_with_0_and_says_nothing(name: str, sick: Project) -> None:
    SICK[name](sick)
    said = every_hook(Host(sick.root, sick.home))
    assert {code for code, _, _ in said.values()} == {0}
    assert not [event for event, (_, _, errors) in said.items() if errors]
    loud = [event for event, (_, output, _) in said.items() if output]
    assert not loud or name in WELL
    assert ended_in_time(sick)
    found = call(sick.reopened(), "doctor", {}).findings
    named = [one for one in found if one.component in NAMING and one.state in FAULTY]
    assert bool(named) != (name in NO_FAULT), found


def test_a_store_that_is_well_has_no_fault_that_doctor_names(sick: Project) -> None:
    said = every_hook(Host(sick.root, sick.home))
    assert all(said[event][1] for event in SPEAKING)
    found = call(sick.reopened(), "doctor", {}).findings
    assert not [one for one in found if one.component in (*NAMING, "hooks") and one.state in FAULTY]


def test_a_huge_log_of_writes(sick: Project) -> None:
    connection = huge_log(sick)
    said = every_hook(Host(sick.root, sick.home))
    assert {code for code, _, _ in said.values()} == {0} and ended_in_time(sick)
    assert said["PreToolUse"][1]  # it is no sickness: what concerns the file is told
    connection.close()


@pytest.mark.parametrize("place", ["", "relative", "/proc/nowhere", "/dev/null", "~nobody-knows/x", "a\nb"])
def test_a_home_that_is_none(place: str, sick: Project) -> None:
    host = Host(sick.root, sick.home)
    host.environment = {"OLDHAND_HOME": place, "PATH": "/usr/bin:/bin"}
    said = every_hook(host)
    assert {code for code, _, _ in said.values()} == {0}
    assert not (sick.root / "relative").exists()


def test_a_folder_that_is_gone(sick: Project, tmp_path: Path) -> None:
    host = Host(tmp_path / "never", sick.home)
    assert every_hook(host) == dict.fromkeys(EVENTS, (0, b"", b""))


def test_a_launcher_whose_python_or_package_is_gone_ends_at_once(sick: Project, tmp_path: Path) -> None:
    host = Host(sick.root, sick.home)
    text = host.program.read_text()
    for broken in (text.replace("python='", "python='/nowhere"), text.replace("entry='", "entry='/nowhere")):
        host.program.write_text(broken)
        said = host.starts()
        assert (said.code, said.output, said.errors) == (0, b"", b"")


HOSTILE: dict[str, bytes] = {
    "nothing": b"", "no JSON": b"hello", "half": b'{"session_id": "x", "cw', "a list": b"[1,2]", "a number": b"1e999",
    "NaN": b'{"session_id": NaN}', "NUL": b'{"session_id":"a\\u0000b","prompt":"\\u0000"}\0', "BOM": b"\xef\xbb\xbf{}",
    "not UTF-8": b'{"session_id":"\xff\xfe"}', "deep": b"[" * 200_000, "deep objects": b'{"a":' * 100_000,
    "surrogate": b'{"session_id":"\\ud800","prompt":"\\udfff \\ud83d"}',
    "wrong types": b'{"session_id":{"a":1},"cwd":[],"tool_name":7,"tool_input":"x","prompt":null,"tool_response":3}',
    "wrong paths": b'{"session_id":"s","tool_name":"Edit","tool_input":{"file_path":"\\u0000/x","paths":[1]}}',
    "long names": json.dumps({"session_id": "s" * 100_000, "tool_name": "Edit", "cwd": "/x" * 9000}).encode(),
    "huge": b'{"session_id":"h","prompt":"' + b"x" * (9 << 20) + b'"}',
    "many members": json.dumps({f"k{n}": n for n in range(50_000)}).encode(),
    "session with a path": b'{"session_id":"../../../../tmp/x","agent_id":"../..","tool_name":"Edit","tool_input":{}}',
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_payloads_are_answered_with_nothing(name: str, sick: Project) -> None:
    host = Host(sick.root, sick.home)
    for event in (*SPEAKING, "PostToolUse", "Stop"):
        done = subprocess.run(
            [str(host.program), "claude", event], input=HOSTILE[name], capture_output=True, env=host.environment,
            cwd=sick.root, timeout=30, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, b"")
    outside = [path for path in sick.folder.parent.iterdir() if path.name not in (".oldhand", "src")]
    assert not outside


def test_paths_that_lead_out_of_the_project_are_passed_over(sick: Project) -> None:
    host = Host(sick.root, sick.home)
    for path in ("../secret", "/etc/shadow", "src/../../x", "..", ".", "", "/", "src/", "a" * 5000, "\ud800"):
        assert host.edits(path).output == b""


def test_a_host_that_went_away_or_never_ends_its_words_is_no_trouble(sick: Project) -> None:
    host = Host(sick.root, sick.home)
    running = subprocess.Popen(
        [str(host.program), "claude", "SessionStart"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env=host.environment,
    )  # fmt: skip
    assert running.stdin and running.stdout
    running.stdout.close()
    running.stdin.write(json.dumps({"session_id": "b", "cwd": str(sick.root)}).encode())
    running.stdin.close()
    assert running.wait(30) == 0
    begun = time.monotonic()
    waiting = subprocess.Popen([str(host.program), "claude", "Stop"], stdin=subprocess.PIPE, env=host.environment)
    assert waiting.wait(30) == 0
    assert (time.monotonic() - begun) * 1000 > 700  # its own deadline ended it, and nothing before
    assert waiting.stdin
    waiting.stdin.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGPIPE])
def test_a_hook_that_is_interrupted_ends_with_0(number: signal.Signals, sick: Project) -> None:
    host = Host(sick.root, sick.home)
    with subprocess.Popen(
        [str(host.program), "claude", "Stop"], stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=host.environment
    ) as waiting:
        threading.Event().wait(0.4)  # until Python runs, and before its own deadline
        waiting.send_signal(number)
        _, errors = waiting.communicate(timeout=30)
    assert (waiting.returncode, errors) == (0, b"")


def test_a_hook_starts_no_process_and_opens_no_socket(sick: Project, tmp_path: Path) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    host = Host(sick.root, sick.home)
    log = tmp_path / "calls"
    for event, said in EVENTS.items():
        payload = json.dumps({"session_id": f"n{event}", "cwd": str(sick.root), **said}).encode()
        subprocess.run(
            [strace, "-f", "-o", str(log), "-e", "trace=socket,connect,fork,vfork,clone,clone3,execve",
             str(host.program), "claude", event], input=payload, env=host.environment, check=False, timeout=60,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        calls = [line for line in log.read_text().splitlines() if "CLONE_THREAD" not in line]
        assert not [
            line for line in calls if any(f" {name}(" in line for name in ("socket", "connect", "fork", "vfork"))
        ]
        assert sum(" execve(" in line and " = 0" in line for line in calls) <= 2


def test_troubles_are_kept_within_bounds_and_the_latest_come_first(sick: Project) -> None:
    host = Host(sick.root, sick.home)
    host.say("Stop", b'{"session_id": "x", "cwd": "' + str(sick.root).encode() + b'"}')
    corrupt_header(sick)
    for _ in range(3):
        host.starts()
    found = recent(sick.folder, 2)
    assert len(found) == 2 and {one.host for one in found} == {"claude"}
    path = sick.folder / "spool" / "trouble.jsonl"
    path.write_text(path.read_text() * 2000)
    host.starts()
    assert path.stat().st_size < 65_536 + 1000


def test_the_deadline_is_within_what_is_promised() -> None:
    from oldhand.surfaces.hooks import run

    assert run.DEADLINE_S < 1 and run.ALARM_S * 1000 <= OWN_DEADLINE_MS
