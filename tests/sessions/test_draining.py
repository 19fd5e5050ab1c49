"""Draining the spool: what hooks left comes into the log once, whatever happens in between."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from oldhand.memory import Memory
from oldhand.model.session import CALL, COMPACTED, INJECTED, NOTE, PROMPT, REPLY, RESULT
from oldhand.sessions.draining import broken, drain, waiting
from oldhand.sessions.spool import BROKEN, ONCE, WAITING
from tests.conftest import Project
from tests.sessions.made import AT, edited, line, prompted, ran, settled, spooled, token

SECONDS = 120  # for a process on a busy machine
PRELUDE = """
import sys
from pathlib import Path
from typing import Any
from oldhand.memory import Memory
from oldhand.sessions.draining import drain
memory = Memory(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def names(folder: Path) -> list[str]:
    """The files of a spool that hold lines still."""
    return sorted(path.name for path in folder.glob("*.jsonl"))


def kinds(memory: Memory, session: str = "5f1c-session") -> list[str]:
    """What happened in a session, by kind."""
    return [event.kind for event in memory.session_log().events(session)]


def test_without_a_spool_there_is_nothing_to_drain(project: Project) -> None:
    assert drain(project.memory) == (0, 0, 0, (), False, "", None)
    assert not (project.folder / "sessions.db").exists()


def test_what_hooks_left_is_in_the_log_at_once_and_the_file_goes_when_nobody_writes_to_it(project: Project) -> None:
    folder = spooled(project.memory, line("start", 0, cwd="/srv/app", transcript="/t.jsonl"), prompted(1, "почини"),
                     ran(2, "make", 2, "no rule"), edited(3, "Makefile"), ran(4, "make"), line("end", 5))  # fmt: skip
    done = drain(project.memory)
    assert (done.lines, done.events, done.broken, done.sessions) == (6, 9, 0, ("5f1c-session",))
    assert kinds(project.memory) == [NOTE, PROMPT, CALL, RESULT, CALL, RESULT, CALL, RESULT, NOTE]
    row = project.memory.session_log().session()
    assert row.session[:5] == ("claude", "5f1c-session", "/srv/app", AT, AT + 5000)
    assert [name[:6] for name in names(folder)] == ["taken-"], "a hook that opened it before may still write to it"
    settled(folder)
    assert drain(project.memory).events == 0 and names(folder) == []
    assert kinds(project.memory) == [NOTE, PROMPT, CALL, RESULT, CALL, RESULT, CALL, RESULT, NOTE]


def test_a_line_written_to_a_file_that_was_taken_is_not_lost(project: Project) -> None:
    folder = spooled(project.memory, prompted(1, "one"))
    late = os.open(folder / WAITING, os.O_WRONLY | os.O_APPEND)
    drain(project.memory)
    os.write(late, prompted(2, "two").encode())
    os.close(late)
    spooled(project.memory, prompted(3, "three"))
    drain(project.memory)
    settled(folder)
    drain(project.memory)
    assert [event.text for event in project.memory.session_log().events("5f1c-session")] == ["one", "two", "three"]
    assert names(folder) == []


@pytest.mark.parametrize(
    ("said", "kind", "text"),
    [
        (line("prompt", 1, text="привет", key="p"), PROMPT, "привет"),
        (line("stop", 1, text="All done."), REPLY, "All done."),
        (line("subagent_stop", 1, text="Found it.", agent="a1"), REPLY, "Found it."),
        (line("compacted", 1, text="summary", detail={"trigger": "auto"}), COMPACTED, "summary"),
        (line("compacting", 1), NOTE, "compacting"),
        (line("notice", 1, text="permission asked"), NOTE, "permission asked"),
        (line("before", 1, tool="command", name="Bash", text="ls", call="c"), CALL, "ls"),
        (line("injected", 1, target="a.py", detail={"memories": ["a" * 32], "tokens": 9}), INJECTED, ""),
    ],
)
def test_every_event_of_a_hook_has_its_place(said: str, kind: str, text: str, project: Project) -> None:
    spooled(project.memory, said)
    drain(project.memory)
    (event,) = project.memory.session_log().events("5f1c-session")
    assert (event.kind, event.text, event.at) == (kind, text, AT + 1000)


def test_a_call_that_hooks_tell_before_and_after_is_one_call(project: Project) -> None:
    spooled(project.memory, line("before", 1, tool="command", name="Bash", text="make", key="toolu_1", call="toolu_1"),
            ran(1, "make", 2, "no rule"))  # fmt: skip
    drain(project.memory)
    call, result = project.memory.session_log().events("5f1c-session")
    assert (call.text, call.ok, result.text, result.ok, result.detail) == ("make", None, "no rule", False, {"exit": 2})


def test_what_a_host_does_not_tell_of_a_result_is_not_guessed(project: Project) -> None:
    spooled(
        project.memory, line("after", 1, host="codex", tool="command", call="c", text="?", detail={"command": "make"})
    )
    drain(project.memory)
    assert [event.ok for event in project.memory.session_log().events("5f1c-session")] == [None, None]


def test_what_was_told_and_what_was_withheld_are_noted_as_injections(project: Project) -> None:
    spooled(
        project.memory,
        line("injected", 1, key="1", target="git push", detail={
            "event": "before", "memories": ["a" * 32, 5], "tokens": 40, "root": "9f3a",
        }),
        line("withheld", 2, key="2", detail={"event": "SessionStart", "memories": ["b" * 32]}),
        line("injected", 2, key="3", detail={"withheld": True, "tokens": "many", "memories": "x"}),
    )  # fmt: skip
    drain(project.memory)
    one, two, three = project.memory.session_log().injections()
    assert (one.action, one.memories, one.tokens, one.root, one.withheld) == (
        "git push",
        ("a" * 32,),
        40,
        "9f3a",
        False,
    )
    assert two.withheld and two.event == "SessionStart" and three.withheld and three.tokens == 0


BAD = [
    b"\n", b"garbage\n", b"[]\n", b"null\n", b'{"v":2,"event":"stop","session":"s"}\n', b'{"v":1}\n', b"\xff\xfe\n",
    b'{"v":1,"event":"nothing","session":"s"}\n', b'{"v":1,"event":"stop","session":""}\n', b"[" * 60_000 + b"\n",
    b'{"v":1,"event":"stop","session":"a\\u0000b"}\n', b"x" * 300_000 + b"\n",
    b'{"v":1,"event":["stop"],"session":1}\n',
    b'{"v":1,"event":"stop","session":"' + b"s" * 5000 + b'"}\n',
]  # fmt: skip


def test_broken_lines_are_counted_and_kept_aside_and_the_others_are_read(project: Project) -> None:
    folder = spooled(project.memory, *(part for bad in BAD for part in (bad, prompted(len(bad), f"fine {len(bad)}"))))
    secret = token()
    spooled(project.memory, f"broken {secret}\n")
    done = drain(project.memory)
    assert done.broken == len(BAD) and broken(project.memory.session_log()) == len(BAD), "an empty line is no loss"
    assert len(kinds(project.memory)) == len({len(bad) for bad in BAD})
    aside = (folder / BROKEN).read_text("utf-8")
    assert "garbage" in aside and secret not in aside and len(aside) < 100_000


@pytest.mark.parametrize(
    "said",
    [
        {"at": -1}, {"at": "soon"}, {"at": 1 << 70}, {"host": 5}, {"cwd": ["x"]}, {"tool": "rm"}, {"ok": "yes"},
        {"exit": "2"}, {"exit": True}, {"detail": []}, {"detail": {"command": 5, "size": "x"}}, {"text": {"a": 1}},
        {"key": 5}, {"call": "\u202e\0"}, {"agent": "a" * 9999}, {"target": "../../etc"}, {"detail": {"changed": 5}},
    ],
    ids=str,
)  # fmt: skip
def test_values_of_other_types_are_taken_for_nothing(said: dict[str, Any], project: Project) -> None:
    spooled(project.memory, line("after", 1, **{"tool": "command", "text": "out", **said}))
    done = drain(project.memory, learning=True)
    assert (done.lines, done.broken, done.trouble) == (1, 0, "")
    assert kinds(project.memory) == [CALL, RESULT]


def test_a_last_line_that_was_cut_off_waits_and_is_broken_only_when_nobody_writes_it_any_more(project: Project) -> None:
    half = prompted(2, "the second half")
    folder = spooled(project.memory, prompted(1, "whole"), half[:20])
    assert drain(project.memory)[:3] == (1, 1, 0)
    (taken,) = folder.glob("taken-*")
    with taken.open("a", encoding="utf-8") as file:
        file.write(half[20:])
    assert drain(project.memory)[:3] == (1, 1, 0)
    spooled(project.memory, half[:20])
    drain(project.memory)
    settled(folder)
    assert drain(project.memory)[1:3] == (0, 1) and len(kinds(project.memory)) == 2


def test_many_lines_are_drained_in_bounded_time_and_each_once(project: Project) -> None:
    many = [prompted(number, f"line {number}") for number in range(3000)]
    folder = spooled(project.memory, "".join(many))
    drainings = [drain(project.memory, 1)]
    assert drainings[0].left and 0 < drainings[0].lines < 3000, "the time was over"
    while drainings[-1].left:
        drainings.append(drain(project.memory, 50))
    assert sum(done.lines for done in drainings) == 3000 == len(kinds(project.memory))
    settled(folder)
    drain(project.memory, 0)
    assert names(folder) == []


def test_several_processes_drain_at_once_and_nothing_is_there_twice(project: Project) -> None:
    spooled(project.memory, "".join(prompted(number, f"line {number}") for number in range(600)))
    program = (
        PRELUDE + "for _ in range(200):\n    done = drain(memory, 20)\n    assert not done.trouble, done.trouble\n"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, str(project.root), str(project.home)]) for _ in range(3)
    ]  # fmt: skip
    for number in range(600, 1200):
        spooled(project.memory, prompted(number, f"line {number}"))
    assert [one.wait(SECONDS) for one in started] == [0, 0, 0]
    drain(project.memory, 0)
    texts = [event.text for event in project.memory.session_log().events("5f1c-session")]
    assert sorted(texts) == sorted(f"line {number}" for number in range(1200))


def test_a_drainer_that_is_killed_anywhere_loses_nothing_and_doubles_nothing(project: Project) -> None:
    folder = spooled(project.memory, "".join(prompted(number, f"line {number}") for number in range(4000)))
    program = PRELUDE + "print('begun', flush=True)\ndrain(memory, 0)\n"
    for _ in range(4):
        one = subprocess.Popen(
            [sys.executable, "-c", program, str(project.root), str(project.home)], stdout=subprocess.PIPE
        )  # fmt: skip
        assert one.stdout is not None and one.stdout.readline() == b"begun\n"
        threading.Event().wait(0.05)  # some way into its work: wherever that is, the outcome must be the same
        one.send_signal(signal.SIGKILL)
        one.wait(SECONDS)
        one.stdout.close()
    while drain(project.memory, 0).left:
        pass
    texts = [event.text for event in project.memory.session_log().events("5f1c-session")]
    assert sorted(texts) == sorted(f"line {number}" for number in range(4000))
    settled(folder)
    drain(project.memory, 0)
    assert names(folder) == []


@pytest.mark.parametrize("what", ["folder", "pipe", "link out", "no spool folder"])
def test_what_is_no_spool_is_told_and_does_no_harm(what: str, project: Project, tmp_path: Path) -> None:
    folder = project.folder / "spool"
    if what == "no spool folder":
        folder.write_text("a file")
        assert drain(project.memory) == (0, 0, 0, (), False, "", None)
        return
    folder.mkdir()
    if what == "folder":
        (folder / WAITING).mkdir()
    elif what == "pipe":
        os.mkfifo(folder / WAITING)
    else:
        (tmp_path / "elsewhere").write_text(prompted(1, "not ours"))
        (folder / WAITING).symlink_to(tmp_path / "elsewhere")
    done = drain(project.memory)
    assert WAITING in done.trouble and done.events == 0
    if what == "link out":
        assert (tmp_path / "elsewhere").read_text() == prompted(1, "not ours")


def test_a_log_that_cannot_be_used_leaves_the_spool_as_it_is(project: Project) -> None:
    folder = spooled(project.memory, prompted(1, "kept"))
    (project.folder / "sessions.db").write_bytes(b"no database at all")
    assert "sessions.db" in drain(project.memory).trouble
    assert names(folder) == [WAITING] and (folder / WAITING).read_text() == prompted(1, "kept")
    (project.folder / "sessions.db").unlink()
    assert drain(project.memory).events == 1, "once it is moved away the lines are read"


def test_when_the_log_is_removed_what_was_taken_and_not_yet_removed_is_read_again(project: Project) -> None:
    spooled(project.memory, prompted(1, "once"))
    drain(project.memory)
    project.memory.close()
    for path in project.folder.glob("sessions.db*"):
        path.unlink()
    assert drain(project.reopened()).events == 1


def test_old_markers_of_doubled_hooks_go_and_young_ones_stay(project: Project) -> None:
    folder = spooled(project.memory, prompted(1, "x"))
    (folder / ONCE).mkdir()
    for name, age in (("old", 7200), ("young", 5)):
        (folder / ONCE / name).touch()
        moment = Memory.now() / 1000 - age
        os.utime(folder / ONCE / name, (moment, moment))
    drain(project.memory)
    assert os.listdir(folder / ONCE) == ["young"]


def test_how_much_waits_is_told_without_draining(project: Project) -> None:
    assert waiting(project.folder) == 0
    spooled(project.memory, prompted(1, "x"))
    assert waiting(project.folder) == len(prompted(1, "x"))


def test_nothing_secret_comes_through_the_spool(project: Project) -> None:
    secret = token()
    spooled(project.memory, prompted(1, f"log in with {secret}"), ran(2, f"curl -H {secret}", 1, f"denied {secret}"))
    drain(project.memory, learning=True)
    project.memory.close()
    for path in [*project.folder.glob("sessions.db*"), *project.folder.glob("memory*.db*")]:
        assert secret.encode() not in path.read_bytes()


def test_settings_that_cannot_be_read_are_told_and_what_hooks_left_is_read_all_the_same(project: Project) -> None:
    (project.folder / "settings.json").write_text("{broken")
    spooled(project.memory, prompted(1, "kept"))
    done = drain(project.memory)
    assert done.events == 1 and "settings" in done.trouble and kinds(project.memory) == [PROMPT]
