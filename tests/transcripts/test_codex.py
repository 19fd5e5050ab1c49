"""Codex: what is said twice is one event, totals become differences, and its history in SQLite is read too."""

import json
import sqlite3
import sys
from pathlib import Path

import pytest

from oldhand.errors import MissingExtra
from oldhand.sessions.record import CALL, COMPACTED, INJECTED, NOTE, PROMPT, REPLY, RESULT, THOUGHT, USAGE
from oldhand.sessions.transcripts import recognise
from oldhand.sessions.transcripts.codex_tokens import Tokens
from tests.transcripts.told import CODEX, CODEX_OF_EVENTS, CODEX_OLDEST, counted, of, told

ITEMS = (
    ("u1", {"type": "userMessage", "content": [{"type": "text", "text": "Почини корзину"}]}),
    ("k1", {
        "type": "commandExecution", "command": "/bin/bash -lc 'make test'", "cwd": "/srv/shop", "status": "failed",
        "aggregatedOutput": "no", "exitCode": 2, "durationMs": 5,
    }),
    ("k2", {
        "type": "fileChange", "status": "completed",
        "changes": [{"path": "/srv/shop/a.py", "diff": "+x"}, {"path": "/srv/shop/b.py", "diff": "-y"}],
    }),
    ("k3", {
        "type": "mcpToolCall", "server": "oldhand", "tool": "recall", "arguments": {"cue": "cart"},
        "status": "completed", "result": {"content": [{"type": "text", "text": "Carts expire."}]},
    }),
    ("k4", {"type": "commandExecution", "command": "sleep 9", "status": "inProgress"}),
    ("r1", {"type": "reasoning", "summary": ["**Think**"], "content": []}),
    ("h1", {"type": "hookPrompt", "fragments": [{"text": "put in by a hook"}]}),
    ("c1", {"type": "contextCompaction"}),
    ("m1", {"type": "agentMessage", "text": "Done."}),
    ("x1", {"type": "somethingNew", "deep": [1, {"x": None}]}),
)  # fmt: skip


def history(folder: Path, *, rollout: str = "") -> Path:
    """A history of one thread, in the two databases that the host keeps."""
    path = folder / "thread_history_1.sqlite"
    with sqlite3.connect(path) as database:
        database.execute(
            "CREATE TABLE thread_items(thread_id TEXT, turn_id TEXT, item_id TEXT, rollout_ordinal INTEGER,"
            " created_at_ms INTEGER, item_json TEXT, item_type TEXT, PRIMARY KEY(thread_id, turn_id, item_id))"
        )
        for number, (name, said) in reversed(list(enumerate(ITEMS, 1))):
            row = ("thread-1", "turn-1", name, number, 1_780_000_000_000 + number, json.dumps(said), said["type"])
            database.execute("INSERT INTO thread_items VALUES(?,?,?,?,?,?,?)", row)
        database.execute("INSERT INTO thread_items VALUES('thread-1','turn-1','bad',99,'x','{no json','y')")
        database.execute("INSERT INTO thread_items VALUES('thread-1','turn-1','worse',98,NULL,x'00ff','y')")
    with sqlite3.connect(folder / "state_5.sqlite") as database:
        database.execute("CREATE TABLE threads(id TEXT, cwd TEXT, title TEXT, model TEXT, rollout_path TEXT)")
        database.execute("INSERT INTO threads VALUES('thread-1','/srv/shop','Carts','gpt-9',?)", (rollout,))
    return path


def test_what_is_said_twice_is_told_once() -> None:
    _, events = told(CODEX)
    assert counted(events) == {
        INJECTED: 3, PROMPT: 1, THOUGHT: 1, CALL: 5, RESULT: 6, USAGE: 2, REPLY: 1, COMPACTED: 1, NOTE: 1,
    }  # fmt: skip
    raw = CODEX.read_text("utf-8")
    assert raw.count("The cart is mended.") == 2, "else the test above shows nothing"
    assert raw.count("Почини корзину, please") == 2


def test_the_first_prompt_of_a_turn_bears_the_turns_name() -> None:
    session, events = told(CODEX)
    assert [(event.key, event.text) for event in of(events, PROMPT)] == [("turn-1", "Почини корзину, please")]
    assert session.title == "Почини корзину, please"
    assert [event.detail["source"] for event in of(events, INJECTED)] == [
        "permissions.instructions", "environments.environment_context", "hooks.additional_context",
    ]  # fmt: skip


def test_commands_and_patches_tell_how_they_ended() -> None:
    _, events = told(CODEX)
    calls = {event.call: event for event in of(events, CALL)}
    results = {event.call: event for event in of(events, RESULT) if not event.detail.get("late")}
    assert (calls["k-1"].tool, calls["k-1"].text, results["k-1"].ok, results["k-1"].detail) == (
        "command", "ls cart", False, {"exit": 2},
    )  # fmt: skip
    assert calls["k-2"].detail["paths"] == ["cart.py", "tests/корзина.py"]
    assert results["k-2"].detail == {"changed": ["/srv/shop/cart.py", "/srv/shop/tests/корзина.py"], "exit": 0}
    assert (calls["k-3"].name, calls["k-3"].tool) == ("mcp__oldhand__recall", "mcp")


def test_a_command_that_ends_later_gets_its_end() -> None:
    _, events = told(CODEX)
    first, last = (event for event in of(events, RESULT) if event.call == "k-4")
    assert (first.ok, first.detail) == (None, {"background": True})
    assert (last.ok, last.detail, last.name) == (True, {"exit": 0, "late": True}, "exec_command")
    assert first.key != last.key


def test_where_events_tell_what_was_typed_the_rest_is_no_prompt() -> None:
    session, events = told(CODEX_OF_EVENTS)
    assert [event.text for event in of(events, PROMPT)] == ["Remove root.txt", "Ещё раз проверь"]
    assert [event.text.split()[0] for event in of(events, INJECTED)] == ["#", "Something"]
    assert session.parent == "01900000-0000-7000-8000-000000000001"


def test_totals_become_what_came_since_and_a_total_that_shrinks_begins_anew() -> None:
    _, events = told(CODEX_OF_EVENTS)
    used = [event.detail for event in of(events, USAGE)]
    assert [(one["input"], one["cache_read"], one["output"]) for one in used] == [
        (100, 0, 10), (50, 100, 20), (40, 0, 4),
    ]  # fmt: skip
    assert {event.detail["model"] for event in of(events, USAGE)} == {"gpt-8"}


def test_answers_with_records_of_their_own_are_not_counted_by_totals_too() -> None:
    _, events = told(CODEX)
    assert [(event.key, event.detail["input"], event.detail["output"]) for event in of(events, USAGE)] == [
        ("resp-1", 60, 5), ("resp-2", 100, 25),
    ]  # fmt: skip


def test_totals_go_on_from_what_an_earlier_reading_saw() -> None:
    first = Tokens()
    total = {"input_tokens": 10, "output_tokens": 1}
    assert [event.detail["input"] for event in first.counted({"total_token_usage": total}, 0, "a")] == [10]
    again = Tokens(json.loads(json.dumps(first.state)))
    assert not list(again.counted({"total_token_usage": total}, 0, "b"))
    assert [event.detail["input"] for event in again.counted({"total_token_usage": {"input_tokens": 30}}, 0, "c")] == [
        30
    ]


def test_the_summary_of_a_compaction_is_told_as_such_and_not_as_a_reply(tmp_path: Path) -> None:
    said = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "They did this."}]}
    rows = [
        ("response_item", said), ("event_msg", {"type": "token_count"}),
        ("compacted", {"message": "So: they did this."}),
        ("response_item", said | {"content": [{"type": "output_text", "text": "Done."}]}), ("event_msg", {"type": "x"}),
    ]  # fmt: skip
    path = tmp_path / "rollout.jsonl"
    path.write_text("".join(json.dumps({"type": kind, "payload": payload}) + "\n" for kind, payload in rows))
    assert [(event.kind, event.text) for event in told(path)[1]] == [
        (COMPACTED, "So: they did this."), (REPLY, "Done."),
    ]  # fmt: skip


def test_what_was_copied_from_another_thread_is_left_to_that_thread(tmp_path: Path) -> None:
    thread, turn = "01900000-0002-7000-8000-000000000009", "01900000-{}-7000-8000-000000000001"
    used = {"total_token_usage": {"input_tokens": 50}, "last_token_usage": {"input_tokens": 50}}
    more = {"total_token_usage": {"input_tokens": 70}, "last_token_usage": {"input_tokens": 20}}
    rows = [("session_meta", {"id": thread, "cwd": "/srv/shop"})]
    for age, info in (("0001", used), ("0003", more)):
        rows += [
            ("event_msg", {"type": "task_started", "turn_id": turn.format(age)}),
            ("event_msg", {"type": "user_message", "message": f"said in {age}"}),
            ("event_msg", {"type": "token_count", "info": info}),
        ]
    path = tmp_path / "rollout.jsonl"
    path.write_text("".join(json.dumps({"type": kind, "payload": said}) + "\n" for kind, said in rows))
    _, events = told(path)
    assert [(event.text, event.detail.get("input")) for event in events] == [("said in 0003", None), ("", 20)]


def test_the_oldest_rollouts_have_no_envelope() -> None:
    session, events = told(CODEX_OLDEST)
    assert session.folder == "/srv/shop"
    assert counted(events) == {PROMPT: 1, CALL: 1, RESULT: 1, REPLY: 1}
    assert of(events, CALL)[0].text == "cat 'cart file'"
    assert of(events, RESULT)[0].detail == {"exit": 0}


def test_a_thread_without_a_rollout_comes_from_the_history(tmp_path: Path) -> None:
    session, events = told(history(tmp_path))
    assert (session.id, session.folder, session.title, session.model) == ("thread-1", "/srv/shop", "Carts", "gpt-9")
    assert [event.kind for event in events][:3] == [PROMPT, CALL, RESULT]
    assert of(events, PROMPT)[0].key == "turn-1"
    run, patch, memory, running = of(events, CALL)
    assert (run.text, patch.target, patch.detail["paths"]) == (
        "make test", "/srv/shop/a.py", ["/srv/shop/a.py", "/srv/shop/b.py"],
    )  # fmt: skip
    assert (memory.name, running.text) == ("mcp__oldhand__recall", "sleep 9")
    assert [(event.ok, event.detail) for event in of(events, RESULT)] == [
        (False, {"exit": 2}), (True, {"changed": ["/srv/shop/a.py", "/srv/shop/b.py"]}), (True, {}),
    ]  # fmt: skip
    assert counted(events) == {PROMPT: 1, CALL: 4, RESULT: 3, THOUGHT: 1, INJECTED: 1, COMPACTED: 1, REPLY: 1}


def test_a_thread_whose_rollout_is_there_is_left_to_it(tmp_path: Path) -> None:
    path = history(tmp_path, rollout=str(CODEX))
    reader = recognise(path)
    assert reader
    assert not list(reader.sessions(path))


def test_reading_the_history_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = history(tmp_path)
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    told(path)
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == before


def test_another_database_is_no_transcript(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE notes(x)")
    assert recognise(path) is None


def test_a_packed_rollout_is_read(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard", reason="the extra `transcripts` is not installed")
    path = tmp_path / f"{CODEX.name}.zst"
    lines = CODEX.read_bytes().splitlines(keepends=True)
    frames = [zstandard.ZstdCompressor().compress(b"".join(part)) for part in (lines[:20], lines[20:])]
    path.write_bytes(b"".join(frames))
    assert told(path)[1] == told(CODEX)[1]
    path.write_bytes(b"".join(frames)[:-10])
    session, events = told(path)
    assert session.id == told(CODEX)[0].id, "what can be unpacked of a damaged file is told"
    assert 0 < len(events) < len(told(CODEX)[1])


def test_without_what_unpacks_it_a_packed_rollout_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("zstandard", "compression.zstd"):
        monkeypatch.setitem(sys.modules, name, None)
    path = tmp_path / f"{CODEX.name}.zst"
    path.write_bytes(b"\x28\xb5\x2f\xfd" + b"x" * 20)
    with pytest.raises(MissingExtra, match=r"oldhand\[transcripts\]"):
        recognise(path)
    path.write_bytes(CODEX.read_bytes())
    assert recognise(path), "what is in it counts, not its name"
