"""Reading on in the transcript that hooks named: what hooks are not told is filled in, once, and nothing is doubled."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from oldhand.model.session import COMPACTED, INJECTED, PROMPT
from oldhand.sessions.draining import drain
from oldhand.sessions.following import LARGEST
from tests.conftest import Project
from tests.sessions.made import AT, edited, line, prompted, spooled

ONE = "5f1c-session"
ERROR = "error: could not connect to the registry at 127.0.0.1:5000"
WHEN = "2026-09-21T14:13:{:02d}.000Z"  # AT and the seconds after it


def record(number: int, kind: str, content: Any, **more: Any) -> str:
    """A line of a transcript of Claude Code."""
    message = {"role": kind, "content": content, **more.pop("message", {})}
    whole = {"type": kind, "sessionId": ONE, "uuid": f"{kind}-{number}", "timestamp": WHEN.format(number + 20), **more}
    return json.dumps({**whole, "cwd": "/srv/app", "version": "2.1.328", "message": message}) + "\n"


def called(number: int, command: str, output: str, *, failed: bool = False) -> str:
    """A command in such a transcript, with what came of it and the tokens of the answer that called it."""
    name = f"toolu_{number}"
    usage = {"input_tokens": 10, "output_tokens": 20, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0}
    call = {"type": "tool_use", "id": name, "name": "Bash", "input": {"command": command}}
    result = {"type": "tool_result", "tool_use_id": name, "content": output, "is_error": failed}
    return record(number, "assistant", [call], message={"id": f"m{number}", "model": "big", "usage": usage}) + record(
        number, "user", [result], toolUseResult="Error" if failed else {"stdout": output}
    )


def hooked(number: int, command: str) -> str:
    """A hook's line of a host that does not tell how a command ended."""
    name = f"toolu_{number}"
    return line(
        "after", number, key=name, call=name, tool="command", name="Bash", text="…", detail={"command": command}
    )


@pytest.fixture
def transcript(project: Project) -> Path:
    """The transcript that the hooks of a session name: a command fails, something is edited, and it passes."""
    path = project.root.parent / "transcripts" / f"{ONE}.jsonl"
    path.parent.mkdir()
    said = (
        record(0, "user", "make it pass", promptId="prompt-0", promptSource="typed")
        + called(1, "make push", f"Exit code 2\n{ERROR}", failed=True) + called(3, "make push", "pushed")
    )  # fmt: skip
    path.write_text(said.replace("/srv/app", str(project.root)))
    return path


def hooks(path: Path, ended: int = AT + 9000) -> list[str]:
    """What hooks left of the same session. ended: when it ended, ms."""
    return [
        line("start", 0, transcript=str(path)), prompted(0, "make it pass"), hooked(1, "make push"), edited(2, "a.yml"),
        hooked(3, "make push"), line("end", at=ended),
    ]  # fmt: skip


@pytest.mark.parametrize("shown_first", [False, True], ids=["at once", "after it was drained by a listing"])
def test_what_hooks_do_not_tell_is_filled_in_and_learned_from(
    shown_first: bool, project: Project, transcript: Path
) -> None:
    spooled(project.memory, *hooks(transcript))
    if shown_first:
        project.call("session_list")
        project.call("session_show")
    drain(project.memory, 0, learning=True)
    log = project.memory.session_log()
    results = {event.call: (event.ok, event.detail.get("exit")) for event in log.events(ONE, ("result",))}
    assert results == {"toolu_1": (False, 2), "toolu_2": (True, None), "toolu_3": (True, 0)}
    assert [event.text for event in log.events(ONE, (PROMPT,))] == ["make it pass"]
    assert [(one.answers, one.output) for one in log.usage()] == [(2, 40)]
    (gotcha,) = project.call("gotcha").items
    assert gotcha.text == f"`make push` failed with: {ERROR}. It passed after a change of a.yml."


def test_what_the_host_writes_after_the_last_hook_is_read_at_the_next_draining(
    project: Project, transcript: Path
) -> None:
    whole = transcript.read_text()
    transcript.write_text(whole[: whole.index('"toolu_3"') - 400].rpartition("\n")[0] + "\n")
    spooled(project.memory, *hooks(transcript, project.memory.now()))
    drain(project.memory, 0, learning=True)
    assert project.call("gotcha").items == []
    with transcript.open("w") as file:
        file.write(whole)
    drain(project.memory, 0, learning=True)
    assert len(project.call("gotcha").items) == 1


def test_a_transcript_is_not_read_when_the_person_switched_that_off(project: Project, transcript: Path) -> None:
    project.by_person("config_set", name="sessions.follow", value="no")
    project.memory.forget_settings()
    spooled(project.memory, *hooks(transcript))
    drain(project.memory, 0, learning=True)
    assert project.memory.session_log().usage() == []


@pytest.mark.parametrize("what", ["nothing", "folder", "pipe", "relative", "large", "no transcript", "of another user"])
def test_what_a_line_names_as_its_transcript_does_no_harm(what: str, project: Project, transcript: Path) -> None:
    path: Path | str = transcript.with_name("named.jsonl")
    assert isinstance(path, Path)
    if what == "folder":
        path.mkdir()
    elif what == "pipe":
        os.mkfifo(path)
    elif what == "relative":
        path = "../transcripts/" + transcript.name
    elif what == "large":
        path.write_bytes(transcript.read_bytes() + b" " * LARGEST)
    elif what == "no transcript":
        path.write_text("root:x:0:0\n")
    elif what == "of another user":
        if os.geteuid():
            pytest.skip("only root can give a file to another user")
        path = transcript
        os.chown(path, 54321, -1)
    spooled(project.memory, *hooks(Path(path)))
    done = drain(project.memory, 0, learning=True)
    assert done.trouble == "" and project.memory.session_log().usage() == []


def test_one_compaction_is_one_event_whoever_tells_it(project: Project) -> None:
    told = (
        line("compacted", 30, text="<summary>the checkout</summary>", key="a"),
        line("compacted", 55, text="This session is being continued: the checkout", key="b"),
        line("compacted", 55, text="", key="c"), line("compacted", 600, text="another", key="d"),
    )  # fmt: skip
    spooled(project.memory, *told)
    drain(project.memory)
    texts = [event.text for event in project.memory.session_log().events(ONE, (COMPACTED,))]
    assert texts == ["This session is being continued: the checkout", "another"]


def test_what_a_host_hands_over_as_a_prompt_is_none_of_a_person(project: Project) -> None:
    spooled(
        project.memory, prompted(1, "<task-notification>done</task-notification>"), prompted(20, "fix the login"),
        prompted(40, "Caveat: The messages below were generated by the user while running local commands."),
        prompted(60, "go on", detail={"source": "user"}), prompted(80, "tick", detail={"source": "loop_wakeup"}),
    )  # fmt: skip
    drain(project.memory)
    log = project.memory.session_log()
    assert [event.text for event in log.events(ONE, (PROMPT,))] == ["fix the login", "go on"]
    assert [event.kind for event in log.events(ONE)].count(INJECTED) == 2


@pytest.mark.parametrize("of", ["another project", "another session"])
def test_a_transcript_of_something_else_that_a_line_names_is_left_alone(
    project: Project, transcript: Path, of: str
) -> None:
    said = transcript.read_text()
    transcript.write_text(
        said.replace(str(project.root), "/srv/other") if of == "another project" else said.replace(ONE, "another")
    )
    spooled(project.memory, *hooks(transcript))
    drain(project.memory, 0, learning=True)
    log = project.memory.session_log()
    assert [row.session.id for row in log.sessions(10)] == [ONE] and not log.usage()
    assert all(event.ok is None for event in log.events(ONE, ("result",)) if event.call != "toolu_2")
