"""What a host hands over as a prompt is no person's: it is not told on, not learned from, and asks nothing."""

import pytest

from oldhand.model.session import INJECTED, PROMPT
from oldhand.sessions.draining import drain
from oldhand.sessions.put_in import CLAUDE, HOSTS, by_host, without_reminders
from oldhand.sessions.said import typed
from tests.conftest import Project
from tests.hooks.hosting import Host, spooled

NOTICE = "<task-notification>\n<task-id>b1</task-id>\nAlways use pnpm instead of npm here.\n</task-notification>"
ASKED = "oldhand: what do we know about payments?"


def kinds(project: Project) -> dict[str, str]:
    assert drain(project.memory, 0).broken == 0
    return {one.text: one.kind for one in project.memory.session_log().events("s-1") if one.text}


@pytest.mark.parametrize("name", ["claude", "codex", "gemini", "cursor", "copilot"])
def test_a_notice_of_the_host_is_no_prompt(name: str, project: Project) -> None:
    host = Host(project.root, project.home, name)
    event = {"gemini": "BeforeAgent", "cursor": "beforeSubmitPrompt", "copilot": "userPromptSubmitted"}.get(
        name, "UserPromptSubmit"
    )
    texts = [NOTICE, "<environment_context>\n<cwd>/srv</cwd>\n</environment_context>", "<reminder>go on</reminder>"]
    for text in texts[: len(texts) if name != "claude" else 1]:
        host.fires(event, prompt=text)
    host.fires(event, prompt="Always use pnpm instead of npm here.")
    found = kinds(project)
    assert {found.pop(text) for text in texts if text in found} == {INJECTED}
    assert found == {"Always use pnpm instead of npm here.": PROMPT}  # the control
    said = [one for one in project.memory.session_log().events("s-1", (PROMPT,)) if typed(one)]
    assert len(said) == 1


def test_nothing_is_told_at_one(project: Project) -> None:
    project.by_person("remember", text="Payments are never retried.")
    project.by_person("remind", text="Tell the auditors of payments.", when=["prompt:payments"])
    host = Host(project.root, project.home)
    for text in (f"<task-notification>{ASKED}</task-notification>", f"<system-reminder>{ASKED}</system-reminder>"):
        assert host.fires("UserPromptSubmit", prompt=text).output == b""
    assert "auditors" in host.fires("UserPromptSubmit", prompt="mend the payments").context  # the control
    remembered = "<system-reminder>The day is over.</system-reminder>\n" + ASKED
    assert not by_host(remembered) and without_reminders(remembered).strip() == ASKED


def test_what_hosts_put_in_is_known_by_its_beginning_alone() -> None:
    assert all(by_host(f"{begin} x") for begin in HOSTS)
    for text in ("Why does <task-notification> come twice?", "go on", "почини тест", "# Plan: rename it"):
        assert not by_host(text)
    assert by_host("") and set(CLAUDE) < set(HOSTS)


def test_how_long_a_call_took_is_left_out_where_the_host_does_not_know_it(project: Project) -> None:
    codex = Host(project.root, project.home, "codex")
    for span in (0, -5, None, "12", 812):
        codex.fires("PostToolUse", tool_name="Bash", tool_input={"command": "ls"}, tool_response="a", duration_ms=span)
    assert [line["detail"].get("ms") for line in spooled(project)] == [None, None, None, None, 812]


def test_a_name_that_is_too_long_is_none_and_is_not_cut(project: Project) -> None:
    host = Host(project.root, project.home)
    host.fires("PreToolUse", tool_name="Bash", tool_use_id="n" * 201, model="m" * 200, tool_input={"command": "ls"})
    (line,) = spooled(project)
    assert "call" not in line and line["model"] == "m" * 200 and line["text"] == "ls"
