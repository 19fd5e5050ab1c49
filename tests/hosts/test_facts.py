"""What the real hosts do with a hook, seen with a stand-in for ours: the facts that our hooks are built on.

A failure here after a new version of a host is no fault of ours, but something to know before it is trusted.
"""

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.hosts.conftest import Place
from tests.hosts.script import Asked, Call, Say

PROBE = Path(__file__).with_name("probe.py")
CLAUDE_EVENTS = (
    "SessionStart", "UserPromptSubmit", "PreToolUse", "PostToolUse", "PostToolUseFailure", "Stop", "SubagentStop",
    "PreCompact", "PostCompact", "SessionEnd",
)  # fmt: skip
CODEX_EVENTS = (
    "SessionStart", "UserPromptSubmit", "PreToolUse", "PostToolUse", "Stop", "SubagentStop", "PreCompact",
    "PostCompact", "SessionEnd",
)  # fmt: skip
HOOK_SECONDS = 3  # Codex allows no more to SessionEnd, and tells the person so
FULL = 985_000  # tokens; near the end of the context of Claude's default model, so that it compacts


class Seen(NamedTuple):
    """A session: what the hook was told, and what the model was asked."""

    told: list[dict[str, Any]]
    asked: list[Asked]
    summaries: list[Asked]

    def events(self) -> list[str]:
        """The names of the events, in order."""
        return [one["event"] for one in self.told]

    def of(self, event: str) -> list[dict[str, Any]]:
        """What the hook was told at this event."""
        return [one for one in self.told if one["event"] == event]


def probing(place: Place, events: tuple[str, ...], log: Path) -> dict[str, Any]:
    """Hook settings, in the form that both hosts read, with the probe at every event."""
    command = f"{sys.executable} -I -S {PROBE} {log}"
    return {
        "hooks": {
            event: [{"hooks": [{"type": "command", "command": f"{command} {event}", "timeout": HOOK_SECONDS}]}]
            for event in events
        }
    }


def log_of(log: Path) -> list[dict[str, Any]]:
    """What the probe wrote down."""
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def claude(shared_place: Place) -> Seen:
    """A session of Claude Code that reads a file, edits it, fails at a command, and is compacted on the way."""
    place, log = shared_place, shared_place.person.home / "claude.log"
    settings = place.person.home / ".claude" / "settings.json"
    settings.parent.mkdir()
    settings.write_text(json.dumps(probing(place, CLAUDE_EVENTS, log)), encoding="utf-8")
    file = place.project / "a.py"
    file.write_text("x = 1\n", encoding="utf-8")
    prompt = place.claude_model.scripts.play(
        "facts",
        Call("Read", {"file_path": str(file)}),
        Call("Edit", {"file_path": str(file), "old_string": "x = 1", "new_string": "x = 2"}),
        Call("Bash", {"command": "ls /nowhere", "description": "fails"}, tokens=FULL),
        Say("Done."),
    )
    said = place.claude.run(place.project, prompt)
    assert said.code == 0, said
    assert not place.claude_model.strangers
    scripts = place.claude_model.scripts
    return Seen(log_of(log), scripts.asked("facts"), scripts.asked("facts", "summary"))


@pytest.fixture(scope="module")
def codex(shared_place: Place) -> Seen:
    """A session of Codex that edits a file, fails at a command, and is compacted on the way."""
    place, log = shared_place, shared_place.person.home / "codex.log"
    hooks = place.codex.home / "hooks.json"
    hooks.write_text(json.dumps(probing(place, CODEX_EVENTS, log)), encoding="utf-8")
    (place.project / "b.py").write_text("x = 1\n", encoding="utf-8")
    prompt = place.codex_model.scripts.play(
        "facts",
        Call("exec_command", {"cmd": "cat b.py"}),
        Call("apply_patch", {"patch": "*** Begin Patch\n*** Update File: b.py\n@@\n-x = 1\n+x = 2\n*** End Patch\n"}),
        Call("exec_command", {"cmd": "ls /nowhere"}, tokens=FULL),
        Say("Done."),
    )
    said = place.codex.run(place.project, prompt)
    assert said.code == 0, said
    assert "clamping" not in said.output
    assert not place.codex_model.strangers
    scripts = place.codex_model.scripts
    return Seen(log_of(log), scripts.asked("facts"), scripts.asked("facts", "summary"))


def has(asked: Asked, words: str) -> bool:
    """Whether these words stand in what the model was asked."""
    return words in json.dumps(asked.body)


@pytest.fixture(params=["claude", "codex"])
def seen(request: pytest.FixtureRequest) -> Seen:
    """The session of each host."""
    session: Seen = request.getfixturevalue(request.param)
    return session


def test_what_a_hook_says_at_the_start_is_in_the_first_request(seen: Seen) -> None:
    assert has(seen.asked[0], "probe-SessionStart-startup")
    assert not has(seen.asked[0], "probe-PreToolUse")  # nothing was used yet: the words come from the hooks alone


def test_words_before_a_tool_is_used_are_read_with_its_result(seen: Seen) -> None:
    tool = seen.of("PreToolUse")[1]["tool_name"]
    deciding, after = seen.asked[1], seen.asked[2]
    assert tool in ("Edit", "apply_patch")
    assert not has(deciding, f"probe-PreToolUse-{tool}")
    assert has(after, f"probe-PreToolUse-{tool}")


def test_words_at_the_reading_of_a_file_are_read_before_its_edit(seen: Seen) -> None:
    tool = seen.of("PreToolUse")[0]["tool_name"]
    assert tool in ("Read", "Bash")
    assert has(seen.asked[1], f"probe-PreToolUse-{tool}")  # the request that is answered with the edit


def test_a_compaction_forgets_the_words_and_starts_the_session_again(seen: Seen) -> None:
    assert len(seen.summaries) == 1
    assert [one["source"] for one in seen.of("SessionStart")] == ["startup", "compact"]
    assert [one["trigger"] for one in seen.of("PreCompact")] == ["auto"]
    last = seen.asked[-1]
    assert has(last, "probe-SessionStart-compact")
    assert not has(last, "probe-SessionStart-startup")


def test_a_session_is_one_from_its_start_to_its_end_over_the_compaction(seen: Seen) -> None:
    assert len({one["session_id"] for one in seen.told}) == 1
    assert (seen.events()[0], seen.events()[-1]) == ("SessionStart", "SessionEnd")
    assert [one["reason"] for one in seen.of("SessionEnd")] == ["other"]


def test_claude_tells_of_a_failing_command_at_an_event_of_its_own(claude: Seen) -> None:
    failed = claude.of("PostToolUseFailure")
    assert [one["tool_name"] for one in failed] == ["Bash"]
    assert failed[0]["error"].startswith("Exit code 2\n")
    assert [one["tool_name"] for one in claude.of("PostToolUse")] == ["Read", "Edit"]


def test_claude_tells_of_the_one_that_sums_up_as_of_a_subagent_without_a_type(claude: Seen) -> None:
    assert [one["agent_type"] for one in claude.of("SubagentStop")] == [""]


def test_codex_does_not_tell_whether_a_command_failed(codex: Seen) -> None:
    answers = [one["tool_response"] for one in codex.of("PostToolUse")]
    assert len(answers) == 3
    assert isinstance(answers[-1], str)
    assert answers[-1].startswith("ls: ")
    assert "exit" not in answers[-1].lower()
