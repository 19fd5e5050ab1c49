"""Gemini CLI, Copilot CLI, SpecStory and SWE-agent."""

import gzip
import json
from pathlib import Path

import pytest

from oldhand.sessions.record import CALL, COMPACTED, INJECTED, NOTE, PROMPT, REPLY, RESULT, THOUGHT, USAGE
from oldhand.sessions.transcripts import readers, recognise
from oldhand.sessions.transcripts.neutral import called, exit_after, own_tool, patched, time_of, tool_of, typed_as
from tests.transcripts.told import (
    COPILOT,
    EVERY,
    GEMINI,
    GEMINI_DOCUMENT,
    SPECSTORY,
    SPECSTORY_OLD,
    SWEAGENT,
    counted,
    of,
    told,
)  # fmt: skip


@pytest.mark.parametrize(("host", "path"), [(host, path) for host, paths in EVERY.items() for path in paths])
def test_each_file_is_known_by_what_is_in_it(host: str, path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "no-name-that-tells"
    copy.write_bytes(path.read_bytes())
    reader = recognise(copy)
    assert reader
    assert reader.host == host
    assert [one.host for one in readers() if one is not reader and one.host == host] in ([], ["codex"])


@pytest.mark.parametrize(
    "raw", [b"", b"\n\n", b"{}", b"[1, 2]", b'{"a": 1}\n' * 5, b"# Notes\n\nSome text.\n", b"\0" * 9]
)
def test_what_is_no_transcript_is_not_taken_for_one(raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(raw)
    assert recognise(path) is None
    assert recognise(tmp_path) is None
    assert recognise(tmp_path / "nothing") is None


def test_gemini_tells_each_message_as_it_stands_last() -> None:
    session, events = told(GEMINI)
    assert (session.title, session.folder, session.model) == ("Cart tests", "/srv/shop", "gemini-4")
    assert [event.text for event in of(events, PROMPT)] == ["Почему тест падает?", "show cart.js"]
    assert [event.text for event in of(events, REPLY)] == ["Listing.", "Here it is."]
    results = {event.call: event for event in of(events, RESULT)}
    assert (results["k1"].ok, results["k1"].detail) == (False, {"exit": 1})
    assert results["k2"].detail == {"changed": ["/srv/shop/cart.js"]}
    assert results["k4"].text == "const ttl = 86400", "as the patch said it"
    assert (results["k5"].ok, results["k5"].detail) == (None, {"refused": True})


def test_gemini_leaves_out_what_was_taken_back_but_not_its_tokens() -> None:
    _, events = told(GEMINI)
    assert "rm -rf ." in GEMINI.read_text("utf-8")
    assert not [event for event in events if "rm -rf" in event.text or "delete everything" in event.text]
    assert [event.detail["what"] for event in of(events, NOTE)] == ["error", "rewound"]
    usage = of(events, USAGE)
    assert [event.key for event in usage] == ["g1", "g2"]
    assert usage[0].detail == {
        "model": "gemini-4", "input": 100, "output": 20, "cache_read": 20, "cache_written": 0, "reasoning": 8,
    }  # fmt: skip


def test_gemini_before_lines_was_one_document() -> None:
    session, events = told(GEMINI_DOCUMENT)
    assert session.title == "hello"
    assert [(event.kind, event.text) for event in events] == [
        (PROMPT, "hello"), (THOUGHT, "weighing it"), (REPLY, "Hi."),
    ]  # fmt: skip


def test_a_gemini_subagent_is_a_session_with_a_parent(tmp_path: Path) -> None:
    path = tmp_path / "chats" / "the-parent" / "sub.jsonl"
    path.parent.mkdir(parents=True)
    path.write_bytes(GEMINI.read_bytes())
    session, events = told(path)
    assert session.parent == "the-parent"
    assert {event.detail["source"] for event in of(events, PROMPT)} == {"subagent"}, "no person speaks to it"


def test_copilot_tells_exit_codes_that_its_success_hides() -> None:
    session, events = told(COPILOT)
    assert (session.title, session.model, session.branch) == ("Why does the hook hang?", "claude-medium-5", "main")
    results = {event.call: event for event in of(events, RESULT)}
    assert (results["t-1"].ok, results["t-1"].detail) == (False, {"exit": 2})
    assert '"success": true' in COPILOT.read_text("utf-8").split("\n")[8], "else the line above shows nothing"
    assert results["t-2"].detail == {"changed": ["/srv/shop/hook.json"]}
    assert (results["t-3"].ok, results["t-3"].detail) == (None, {"background": True})
    assert (results["t-4"].ok, results["t-4"].detail, results["t-4"].name) == (
        None, {"refused": True}, "mcp__oldhand__recall",
    )  # fmt: skip
    assert {event.agent for event in events if event.call == "t-6"} == {"explore-t-5"}


def test_copilot_tells_prompts_as_they_were_typed() -> None:
    _, events = told(COPILOT)
    assert [(event.text, event.detail["source"]) for event in of(events, PROMPT)] == [
        ("Why does the hook hang?", "typed"),
    ]  # fmt: skip
    assert counted(events) == {
        PROMPT: 1, THOUGHT: 1, USAGE: 2, CALL: 5, RESULT: 5, INJECTED: 1, COMPACTED: 1, REPLY: 1, NOTE: 1,
    }  # fmt: skip
    assert sum(event.detail["output"] for event in of(events, USAGE)) == 26
    assert of(events, COMPACTED)[0].detail == {"trigger": "auto", "before": 1500}


def test_specstory_pages_tell_turns_tools_and_thoughts() -> None:
    session, events = told(SPECSTORY)
    assert (session.id, session.title) == ("5c000000-0691-4467-b98e-0fb865b4a639", "почини корзину в app.py")
    ran = [event for event in events if event.kind in (CALL, RESULT)]
    assert [(event.kind, event.tool, event.text[:20], event.ok) for event in ran] == [
        (CALL, "command", "pytest tests/ -q", None), (RESULT, "command", "Exit code 1\n1 failed", False),
        (CALL, "edit", "-TTL = 60\n+TTL = 864", None), (RESULT, "edit", "The file src/cart.py", True),
        (CALL, "read", "", None), (RESULT, "read", "1\tTTL = 86400", None),
    ]  # fmt: skip
    assert [event.text for event in of(events, THOUGHT)] == ["The cart expires."]
    assert of(events, CALL)[2].agent == "side"


def test_a_page_quotes_headings_and_is_nobodys_word() -> None:
    _, events = told(SPECSTORY)
    first, last = of(events, PROMPT)
    assert "this is only quoted" in first.text
    assert last.text == "Thanks"
    assert {event.detail["source"] for event in (first, last)} == {"page"}


def test_an_old_page_has_no_times_but_a_name() -> None:
    session, events = told(SPECSTORY_OLD)
    assert session.started == 1738404000000
    assert [(event.kind, event.text) for event in events] == [(PROMPT, "Where are prices?"), (REPLY, "In price.py.")]


def test_a_trajectory_tells_the_task_first_and_then_the_steps() -> None:
    session, events = told(SWEAGENT)
    assert (session.id, session.title, session.folder) == ("shop__cart-7", "Cart is empty", "/shop")
    assert events[0].kind == PROMPT
    assert "A demonstration" not in events[0].text
    assert [(event.tool, event.target) for event in of(events, CALL)] == [
        ("write", "try.py"), ("edit", "/shop/try.py"), ("command", ""), ("search", "src"), ("read", "src/cart.py"),
        ("other", ""),
    ]  # fmt: skip
    assert [event.ok for event in of(events, RESULT)] == [True, False, None, None, None, None]
    assert of(events, USAGE)[0].detail["input"] == 900
    assert of(events, NOTE)[0].text == "submitted"


def test_a_packed_transcript_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl.gz"
    path.write_bytes(gzip.compress(COPILOT.read_bytes()))
    assert told(path)[1] == told(COPILOT)[1]


# -- words of hosts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "tool"),
    [
        ("Bash", "command"), ("run_shell_command", "command"), ("MultiEdit", "edit"), ("write_file", "write"),
        ("mcp__linear__get", "mcp"), ("Grep", "search"), ("WebFetch", "web"), ("Task", "task"), ("view", "read"),
        ("TodoWrite", "other"), ("", "other"),
    ],
)  # fmt: skip
def test_names_of_tools_are_understood(name: str, tool: str) -> None:
    assert tool_of(name) == tool


@pytest.mark.parametrize("name", ["mcp__oldhand__recall", "mcp__plugin_oldhand_oldhand__brief", "mcp_oldhand__recall"])
def test_our_own_tools_are_known(name: str) -> None:
    assert own_tool(name)
    assert not own_tool(name.replace("oldhand", "oldhands"))
    assert not own_tool("oldhand")


def test_a_patch_names_its_files_once_each() -> None:
    patch = "*** Begin Patch\n*** Update File: a b.py\r\n*** Move to: c.py\n@@\n+*** Add File: no.py\n"
    patch += "*** Delete File: я.py\n"
    assert patched(patch) == ["a b.py", "c.py", "я.py"]
    inside = called("shell", {"command": ["bash", "-lc", f"apply_patch <<'EOF'\n{patch}EOF"]})
    assert (inside.tool, inside.target) == ("edit", "a b.py")


def test_commands_are_told_as_typed() -> None:
    assert typed_as(["bash", "-lc", "ls | wc"]) == "ls | wc"
    assert typed_as(["git", "commit", "-m", "a b"]) == "git commit -m 'a b'"
    assert called("exec_command", '{"cmd": "ls"}').text == "ls"
    assert called("exec_command", "{broken").text == "{broken"
    assert called("Bash", {"command": 7}).text == ""


def test_exit_codes_are_read_or_not_known() -> None:
    assert exit_after("Process exited with code 137\nOutput", "exited with code") == 137
    assert exit_after("Exit code: -9", "Exit code") == -9
    assert exit_after("Exit code unknown", "Exit code") is None
    assert exit_after("Exit code ٣", "Exit code") is None


@pytest.mark.parametrize("value", [None, "", "soon", "9999999-01-01", True, -5, float("inf"), {}, "2026-13-01", 10**30])
def test_what_is_no_time_is_none(value: object) -> None:
    assert time_of(value) == 0


def test_times_are_milliseconds() -> None:
    assert time_of("2026-01-01T00:00:00Z") == time_of("2026-01-01 00:00:00Z") == time_of(1767225600) == 1767225600000
    assert time_of(1767225600000) == 1767225600000
    assert json.dumps(time_of(1767225600.5)) == "1767225600500"
