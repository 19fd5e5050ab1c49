"""Claude Code: who said what, what was done and how it ended, in its newer and older records."""

import json
from pathlib import Path

import pytest

from oldhand.sessions.record import CALL, COMPACTED, INJECTED, NOTE, PROMPT, REPLY, RESULT, THOUGHT, USAGE
from oldhand.sessions.transcripts.claude_prompts import said_by, without_reminders
from tests.transcripts.told import CLAUDE, CLAUDE_OF_A_SUBAGENT, CLAUDE_OLD, counted, of, told


def test_a_session_tells_who_it_is() -> None:
    session, _ = told(CLAUDE)
    assert session._replace(source="") == session.__class__(
        host="claude", id="5f0c7b1e-0000-4000-8000-000000000001", folder="/srv/shop", started=1777888801000,
        ended=1777888844000, title="Carts keep their items", branch="carts", model="claude-large-5", version="2.1.328",
    )  # fmt: skip


def test_prompts_are_what_a_person_typed_and_nothing_else() -> None:
    _, events = told(CLAUDE)
    assert [(event.text, event.detail["source"], event.key) for event in of(events, PROMPT)] == [
        ("Carts lose their items, please mend that", "typed", "p-1"),
        ("и добавь тест, пожалуйста", "queued", of(events, PROMPT)[1].key),  # recorded twice, told once
        ("/check the cart", "command", "p-2"),
        ("Спасибо! Now the prices", "queued", "p-3"),
    ]


def test_what_was_put_before_the_agent_is_kept_apart() -> None:
    _, events = told(CLAUDE)
    assert [(event.text, event.detail["source"]) for event in of(events, INJECTED)] == [
        ("Carts expire after a day.", "hook_additional_context"),
        ("Base directory for this skill: /skills/check", "host"),
        ("<task-notification>build is ready</task-notification>", "task-notification"),
    ]


def test_calls_and_results_bear_the_hosts_own_name_and_tell_how_they_ended() -> None:
    _, events = told(CLAUDE)
    calls = {event.call: event for event in of(events, CALL)}
    results = {event.call: event for event in of(events, RESULT)}
    assert list(calls)[:3] == ["c-1", "c-2", "c-3"]
    assert all(event.key == event.call for event in (*calls.values(), *results.values()) if event.name != "!")
    assert (calls["c-1"].tool, calls["c-1"].target) == ("read", "/srv/shop/cart.py")
    assert (calls["c-2"].tool, calls["c-2"].text) == ("command", "pytest -q tests/test_cart.py")
    assert (results["c-2"].ok, results["c-2"].detail) == (False, {"exit": 1})
    assert (results["c-4"].ok, results["c-4"].detail, results["c-4"].text) == (True, {"exit": 0}, "1 passed")
    assert calls["c-3"].detail == {"new": "TTL = 86400", "old": "TTL = 60"}
    assert results["c-3"].detail == {"changed": ["/srv/shop/cart.py"]}
    assert (results["c-3"].tool, results["c-3"].name, results["c-3"].target) == ("edit", "Edit", "/srv/shop/cart.py")
    assert (calls["c-5"].tool, calls["c-8"].tool, calls["c-8"].target) == ("mcp", "task", "Explore")
    assert results["c-8"].detail == {"agent": "ab12"}


def test_what_the_person_refused_is_no_failure() -> None:
    _, events = told(CLAUDE)
    [refused] = [event for event in of(events, RESULT) if event.call == "c-7"]
    assert (refused.ok, refused.detail) == (None, {"refused": True})
    assert "changed" not in refused.detail


def test_a_command_of_the_person_is_told_with_its_output() -> None:
    _, events = told(CLAUDE)
    [call] = [event for event in of(events, CALL) if event.name == "!"]
    [result] = [event for event in of(events, RESULT) if event.name == "!"]
    assert (call.text, call.detail, result.text, result.ok) == (
        "git status", {"by": "person"}, "nothing to commit", None,
    )  # fmt: skip
    assert call.call == result.call


def test_tokens_are_counted_once_an_answer_and_with_all_that_came_out() -> None:
    _, events = told(CLAUDE)
    usage = of(events, USAGE)
    assert [event.key for event in usage] == [f"m-{number}" for number in range(1, 9)]
    assert usage[0].detail == {
        "model": "claude-large-5", "input": 10, "output": 42, "cache_read": 900, "cache_written": 50, "reasoning": 2,
    }  # fmt: skip
    assert sum(event.detail["output"] for event in usage) == 171


def test_a_compaction_is_one_event_with_its_summary() -> None:
    _, events = told(CLAUDE)
    [compacted] = of(events, COMPACTED)
    assert compacted.text == "This session is being continued. The cart was mended."
    assert compacted.detail == {"trigger": "auto", "before": 155000}


def test_notes_are_interruptions_errors_pull_requests_and_the_hosts_own_commands() -> None:
    _, events = told(CLAUDE)
    assert [event.detail["what"] for event in of(events, NOTE)] == ["interrupted", "command", "pull request", "error"]
    assert [event.target for event in of(events, NOTE) if event.target] == ["https://example.org/shop/pull/7"]


def test_what_was_copied_from_another_session_is_left_to_that_session() -> None:
    _, events = told(CLAUDE)
    assert not [event for event in events if "Copied from" in event.text]
    assert "Copied from the session before" in CLAUDE.read_text("utf-8"), "else the test above shows nothing"


def test_a_subagent_in_its_own_file_speaks_in_the_session_that_started_it() -> None:
    parent, _ = told(CLAUDE)
    session, events = told(CLAUDE_OF_A_SUBAGENT)
    assert session.id == parent.id
    assert {event.agent for event in events} == {"ab12"}
    assert counted(events) == {INJECTED: 1, CALL: 1, RESULT: 1, REPLY: 1, USAGE: 2}
    assert not of(events, PROMPT), "no person speaks to a subagent"


def test_older_records_tell_a_prompt_by_its_text_alone() -> None:
    session, events = told(CLAUDE_OLD)
    assert session.title == "Plan: prices in cents", "and not the summary of another session"
    assert [event.text for event in of(events, PROMPT)] == ["почему цены в рублях? Use cents instead"]
    assert [event.detail["source"] for event in of(events, INJECTED)] == ["plan", "agent"]
    assert next((event.agent, event.target) for event in of(events, CALL)) == ("cd34", "/srv/shop/price.py")


def test_two_calls_of_one_name_are_two_events() -> None:
    _, events = told(CLAUDE_OLD)
    calls = [event for event in of(events, CALL) if not event.agent]
    assert [event.tool for event in calls] == ["edit", "command"]
    assert len({event.key for event in calls}) == 2
    assert calls[0].detail["new"] == "PRICE = 500\nCENT"
    last = of(events, RESULT)[-1]
    assert (last.ok, last.detail) == (None, {"background": True})


def test_tokens_of_a_subagent_do_not_break_those_of_the_session() -> None:
    _, events = told(CLAUDE_OLD)
    assert [(event.key, event.agent, event.detail["output"]) for event in of(events, USAGE)] == [
        ("om-2", "", 77), ("om-1", "cd34", 1), ("om-3", "", 8),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        ({"origin": {"kind": "human"}}, PROMPT),
        ({"promptSource": "sdk"}, PROMPT),
        ({"promptSource": "system"}, INJECTED),
        ({"origin": {"kind": "schedule"}}, INJECTED),
        ({"isMeta": True}, INJECTED),
        ({"isCompactSummary": True}, COMPACTED),
        ({"planContent": "# Plan"}, INJECTED),
        ({}, PROMPT),
    ],
)
def test_the_hosts_word_on_who_spoke_counts(record: dict[str, object], kind: str) -> None:
    said = said_by({"message": {"content": "Do it, пожалуйста"}, **record})
    assert said is not None
    assert said.kind == kind


def test_reminders_are_cut_out_and_an_open_mark_is_left() -> None:
    assert without_reminders("a<system-reminder>x</system-reminder>b<system-reminder>y</system-reminder>") == "ab"
    assert without_reminders("say <system-reminder> is never closed") == "say <system-reminder> is never closed"
    marks = "<system-reminder>" * 100_000
    assert without_reminders(marks) == marks


def test_thoughts_and_replies_are_told_apart() -> None:
    _, events = told(CLAUDE)
    assert [event.text for event in of(events, THOUGHT)] == ["The cart may expire too early."]
    assert [event.text for event in of(events, REPLY)][-1] == "Done: carts keep their items."


def test_an_answer_whose_records_stand_apart_is_still_counted_once(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    answer = {
        "type": "assistant", "sessionId": "s", "timestamp": "2026-01-01T00:00:00Z",
        "message": {"model": "m", "content": [], "usage": {"output_tokens": 5}},
    }  # fmt: skip
    ids = ["a", "b", "a", "b", "a"]
    path.write_text("".join(json.dumps(answer | {"message": answer["message"] | {"id": one}}) + "\n" for one in ids))
    _, events = told(path)
    assert [event.key for event in of(events, USAGE)] == ["a", "b"]


def test_records_that_stand_there_twice_are_told_once(tmp_path: Path) -> None:
    lines = CLAUDE.read_text("utf-8").splitlines(keepends=True)
    path = tmp_path / CLAUDE.name
    path.write_text("".join([*lines[:30], *lines[10:]]), "utf-8")
    anew = tmp_path / f"anew-{CLAUDE.name}"
    again = [line.replace('"uuid": "', '"uuid": "again-') for line in lines[10:13]]
    anew.write_text("".join([*lines[:13], *again, *lines[13:]]), "utf-8")
    once = told(CLAUDE)[1]
    assert told(path)[1] == once
    calls = [event.key for event in told(anew)[1] if event.kind in (CALL, RESULT)]
    assert calls == [event.key for event in once if event.kind in (CALL, RESULT)], "also under another record's name"
