"""What hooks note: one line an event, clipped, in one form for all hosts, without secrets and without our own words."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from oldhand.sessions.spool import noted
from tests.conftest import Project
from tests.hooks.hosting import Host, spooled, troubles
from tests.secrets.samples import samples


@pytest.fixture
def host(project: Project) -> Host:
    return Host(project.root, project.home)


def last(project: Project) -> dict[str, Any]:
    lines = spooled(project)
    noted(json.dumps(lines[-1]).encode())  # whoever drains the spool takes it
    return lines[-1]


def test_a_command_and_what_came_of_it(project: Project, host: Host) -> None:
    host.fires("PostToolUse", tool_name="Bash", tool_use_id="t1", tool_input={"command": "pytest -q"},
               tool_response={"stdout": "x" * 5000 + "\n3 passed", "stderr": ""}, duration_ms=812)  # fmt: skip
    line = last(project)
    assert line["event"] == "after" and line["tool"] == "command" and line["key"] == line["call"] == "t1"
    assert line["ok"] is True and line["text"].endswith("3 passed") and len(line["text"]) <= 2000
    assert line["detail"]["command"] == "pytest -q" and line["detail"]["ms"] == 812
    assert line["detail"]["size"] > 5000


def test_a_failure_says_so_and_codex_says_nothing_of_it(project: Project, host: Host) -> None:
    host.fires("PostToolUseFailure", tool_name="Bash", tool_input={"command": "false"}, error="Exit code 1")
    assert last(project)["ok"] is False and last(project)["text"] == "Exit code 1"
    codex = Host(project.root, project.home, "codex")
    codex.fires("PostToolUse", tool_name="Bash", tool_input={"command": "false"}, tool_response="no such file")
    assert "ok" not in last(project) and last(project)["text"] == "no such file"


@pytest.mark.parametrize(
    ("error", "code"),
    [("Exit code 2\nmake: *** [test] Error 2", 2), ("Exit code 137", 137), ("Exit code 12345", 123),
     ("Exit code x", None), ("Exit code 0", None),
     ("It said: Exit code 2", None), (["Exit code 2"], None), ("Exit code \u0662", None)],
)  # fmt: skip
def test_the_code_that_a_host_says_in_words_is_kept(project: Project, host: Host, error: Any, code: int | None) -> None:
    host.fires("PostToolUseFailure", tool_name="Bash", tool_input={"command": "make test"}, error=error)
    assert last(project).get("exit") == code and last(project)["ok"] is False


def test_an_edit_names_its_file_and_what_changed(project: Project, host: Host) -> None:
    host.fires("PostToolUse", tool_name="Edit", tool_input={"file_path": "/x/a.py", "old_string": "a" * 900,
               "new_string": "b"}, tool_response={"filePath": "/x/a.py"})  # fmt: skip
    line = last(project)
    assert line["target"] == "/x/a.py" and line["detail"]["changed"] == ["/x/a.py"]
    assert len(line["detail"]["old"]) == 600 and line["detail"]["new"] == "b"


def test_prompts_replies_and_ends(project: Project, host: Host) -> None:
    host.fires("UserPromptSubmit", prompt="почини тест", prompt_id="p1", source="user")
    assert (last(project)["text"], last(project)["key"]) == ("почини тест", "p1")
    assert last(project)["detail"]["source"] == "user"
    host.fires("Stop", last_assistant_message="Done.")
    assert (last(project)["event"], last(project)["text"]) == ("stop", "Done.")
    host.fires("SubagentStop", agent_id="a1", last_assistant_message="Found it.")
    assert (last(project)["agent"], last(project)["event"]) == ("a1", "subagent_stop")
    host.fires("PreCompact", trigger="auto")
    assert last(project)["detail"] == {"trigger": "auto"}
    host.fires("PostCompact", trigger="auto", compact_summary="We fixed it.")
    assert last(project)["text"] == "We fixed it."
    host.fires("SessionEnd", reason="other")
    assert last(project)["detail"] == {"reason": "other"}


def test_hooks_that_only_note_print_nothing_and_codex_gets_its_empty_object(project: Project, host: Host) -> None:
    codex = Host(project.root, project.home, "codex")
    for event in ("PostToolUse", "Stop", "SubagentStop", "SessionEnd", "PreCompact", "PostCompact"):
        assert host.fires(event).output == b""
        assert codex.fires(event).output == (b"{}\n" if event in ("Stop", "SubagentStop") else b"")


def test_no_secret_reaches_the_disk(project: Project, host: Host) -> None:
    draw = samples(11)
    for sample in draw[:: max(1, len(draw) // 20)]:
        host.fires("PostToolUse", tool_name="Bash", tool_input={"command": f"echo {sample.text}"},
                   tool_response={"stdout": sample.text, "stderr": ""})  # fmt: skip
        host.fires("UserPromptSubmit", prompt=sample.text)
        host.runs(f"echo '{sample.text}'")
    said = b"".join(path.read_bytes() for path in (project.folder / "spool").rglob("*") if path.is_file())
    from oldhand.model.secrets import find

    found = [sample for sample in draw[:: max(1, len(draw) // 20)] if find(sample.text)]
    assert len(found) > 10
    assert not [sample.name for sample in found if sample.value.encode() in said]


def test_a_pattern_of_ones_own_is_kept_out_too(project: Project, host: Host) -> None:
    project.by_person("config_set", name="secrets.patterns", value="ACME-[A-Z0-9]{8}", scope="person")
    name = "ACME" + "-" + "AB12CD34"
    host.fires("PostToolUse", tool_name="Bash", tool_input={"command": "id"}, tool_response=f"it is {name}")
    assert name not in json.dumps(spooled(project)) and "it is [" in last(project)["text"]


def test_what_our_own_tools_answer_is_not_noted(project: Project, host: Host) -> None:
    host.fires("PostToolUse", tool_name="mcp__oldhand__recall", tool_input={"cue": "x"}, tool_response="memory says")
    assert "memory says" not in json.dumps(spooled(project))
    host.fires("PostToolUse", tool_name="mcp__other__ask", tool_input={"cue": "x"}, tool_response="others say")
    assert last(project)["text"] == "others say"


def test_the_folder_of_the_spool_is_the_persons_alone(project: Project, host: Host) -> None:
    host.fires("Stop")
    folder = project.folder / "spool"
    assert folder.stat().st_mode & 0o077 == 0 and (folder / "waiting.jsonl").stat().st_mode & 0o077 == 0


def test_a_spool_that_nobody_drains_does_not_grow_for_ever(project: Project, host: Host) -> None:
    host.fires("Stop")
    path = project.folder / "spool" / "waiting.jsonl"
    with path.open("r+b") as file:
        file.truncate(64 << 20)
    assert host.fires("Stop", last_assistant_message="x").code == 0
    assert path.stat().st_size == 64 << 20 and any("nobody drains" in fault for fault in troubles(project))


def test_every_line_goes_through_the_drainer(project: Project, host: Host) -> None:
    host.starts()
    host.runs("ls")
    host.fires("PostToolUse", tool_name="Bash", tool_use_id="t1", tool_input={"command": "ls"}, tool_response="a.py")
    host.fires("Stop", last_assistant_message="Done.")
    from oldhand.sessions.draining import drain

    drained = drain(project.memory, 0)
    assert drained.broken == 0 and drained.sessions == ("s-1",)
    kinds = [event.kind for event in project.memory.session_log().events("s-1")]
    assert kinds.count("call") == kinds.count("result") == 1 and "reply" in kinds


def test_many_hooks_at_once_lose_no_line(project: Project, host: Host, tmp_path: Path) -> None:
    import subprocess

    payload = json.dumps({"session_id": "m", "cwd": str(project.root), "last_assistant_message": "y" * 3000}).encode()
    running = [
        subprocess.Popen([str(host.program), "claude", "Stop"], stdin=subprocess.PIPE, env=host.environment)
        for _ in range(16)
    ]
    for one in running:
        one.communicate(payload, timeout=60)
    assert len(spooled(project)) == 16 and os.listdir(project.folder / "spool")
