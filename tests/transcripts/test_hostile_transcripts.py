"""Whatever is in a file, reading it ends, holds little, never fails, and gives the same again."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oldhand.errors import BadExport
from oldhand.sessions.record import HOSTS, KINDS, PROMPT, TOOLS, Event
from oldhand.sessions.transcripts import Reading, readers, recognise
from oldhand.sessions.transcripts.claude_prompts import said_by
from oldhand.sessions.transcripts.neutral import called, clean, clipped, first_line, patched, text_of
from oldhand.sessions.transcripts.reading import LONGEST_LINE
from tests.hostile.corpus import COMMON, corpus
from tests.transcripts.told import EVERY, of, told

FLIPS = 25  # damaged copies of each sample
PATHS = [path for paths in EVERY.values() for path in paths]
OF_LINES = [path for path in PATHS if path.suffix == ".jsonl"]


def sound(path: Path) -> list[Event]:
    """Read a file with every reader that takes it and with the ones that do not, and look at what comes."""
    found: list[Event] = []
    for reader in readers():
        try:
            for session, events in reader.sessions(path, Reading()):
                assert session.host in HOSTS
                assert all(isinstance(value, str | int) for value in session)
                for event in events:
                    assert event.kind in KINDS
                    assert not event.tool or event.tool in TOOLS
                    assert event.ok in (None, True, False)
                    assert 0 <= event.at < 1 << 53
                    for text in (event.key, event.text, event.agent, event.name, event.call, event.target):
                        assert "\0" not in text
                        text.encode("utf-8")
                        assert len(text) < 100_000
                    json.dumps(event.detail)
                    if recognise(path) is reader:
                        found.append(event)
        except BadExport:  # said of what is no database, by the reader of databases alone
            assert reader.read.__module__.endswith("codex_history")
    return found


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parent.name[:8] + path.name[-12:])
def test_damaged_bytes_never_fail_a_reader(path: Path, tmp_path: Path) -> None:
    raw = path.read_bytes()
    dice = random.Random(path.name)
    for number in range(FLIPS):
        damaged = bytearray(raw)
        for _ in range(dice.choice((1, 5, 50))):
            damaged[dice.randrange(len(damaged))] = dice.choice((0, 10, 34, 91, 123, 255, dice.randrange(256)))
        copy = tmp_path / f"{number}{path.suffix}"
        copy.write_bytes(bytes(damaged))
        sound(copy)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parent.name[:8] + path.name[-12:])
def test_a_file_that_ends_anywhere_never_fails_a_reader(path: Path, tmp_path: Path) -> None:
    raw = path.read_bytes()
    copy = tmp_path / f"cut{path.suffix}"
    for end in {0, 1, len(raw) - 1, *random.Random(path.name).sample(range(len(raw)), 40)}:
        copy.write_bytes(raw[:end])
        sound(copy)


@pytest.mark.parametrize("path", OF_LINES, ids=lambda path: path.parent.name[:8] + path.name[-12:])
def test_a_half_written_last_line_is_left_for_the_next_reading(path: Path, tmp_path: Path) -> None:
    raw = path.read_bytes()
    start = raw.rindex(b"\n", 0, -1) + 1
    copy = tmp_path / path.name
    copy.write_bytes(raw[: start + 20])
    reading = Reading()
    told(copy, reading)
    assert reading.skipped == 0
    assert reading.place.offset in (start, 0)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
    | st.sampled_from(["user", "assistant", "tool_use", "2026-01-01T00:00:00Z", "\ud800", "\0", "<bash-input>x"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


def _changed(value: Any, draw: Any) -> Any:
    """A record with one of its parts replaced by something else."""
    if isinstance(value, dict) and value and draw(st.integers(0, 3)):
        name = draw(st.sampled_from(sorted(value)))
        return {**value, name: _changed(value[name], draw)}
    if isinstance(value, list) and value and draw(st.integers(0, 3)):
        at = draw(st.integers(0, len(value) - 1))
        return [*value[:at], _changed(value[at], draw), *value[at + 1 :]]
    return draw(_VALUES)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_wrong_types_anywhere_never_fail_a_reader(data: st.DataObject, tmp_path: Path) -> None:
    path = data.draw(st.sampled_from(OF_LINES))
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(rows) - 1))
        rows[at] = _changed(rows[at], data.draw)
    copy = tmp_path / f"{os.urandom(8).hex()}.jsonl"
    copy.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    sound(copy)
    copy.unlink()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=400))
def test_any_bytes_never_fail_a_reader(raw: bytes, tmp_path: Path) -> None:
    copy = tmp_path / f"{os.urandom(8).hex()}.jsonl"
    copy.write_bytes(raw)
    sound(copy)
    copy.unlink()


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parent.name[:8] + path.name[-12:])
def test_reading_twice_gives_the_same(path: Path) -> None:
    assert told(path) == told(path)
    assert sound(path) == told(path)[1]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parent.name[:8] + path.name[-12:])
def test_every_event_has_a_key_of_its_own(path: Path) -> None:
    keys = [(event.kind, event.key) for event in told(path)[1]]
    assert all(key for _, key in keys)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("path", OF_LINES, ids=lambda path: path.parent.name[:8] + path.name[-12:])
def test_lines_that_begin_with_nul_are_read(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / path.name
    copy.write_bytes(b"".join(b"\0\0\0" + line for line in path.read_bytes().splitlines(keepends=True)))
    if "gemini" not in str(path):  # it finds its lines by their places, which move
        assert [event.text for event in told(copy)[1]] == [event.text for event in told(path)[1]]


@pytest.mark.parametrize("text", corpus(COMMON))
def test_hostile_texts_pass_through_as_they_are(text: str, tmp_path: Path) -> None:
    record = {"type": "user", "sessionId": "s", "uuid": "u", "message": {"role": "user", "content": text}}
    reply = {
        "type": "assistant",
        "sessionId": "s",
        "uuid": "a",
        "message": {"content": [{"type": "text", "text": text}]},
    }
    path = tmp_path / "s.jsonl"
    path.write_text(json.dumps(record) + "\n" + json.dumps(reply) + "\n", "utf-8")
    events = sound(path)
    if clean(text).strip():
        assert events[-1].text == clean(text) == text.replace("\0", "").encode("utf-8", "replace").decode()
    said_by(record)
    first_line(text)
    patched(text)
    called(text, text)


@pytest.mark.parametrize(
    "piece", ["[", '{"a":', "*** Add File: x\n", "`", "```\n", "<think>", '<tool-use data-tool-name="']
)
def test_repetition_costs_no_more_than_its_length(piece: str) -> None:
    text = piece * 200_000
    called("apply_patch", text)
    text_of([text, {"text": text}, [[[[text]]]]])
    clipped(text)
    said_by({"message": {"content": text}})


def test_what_is_nested_without_end_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    deep = b'{"type":"user","sessionId":"s","message":{"content":' + b"[" * 100_000 + b"]" * 100_000 + b"}}\n"
    path.write_bytes(PATHS[0].read_bytes() + deep + b'{"type":"user","sessionId":"s","message":{"content":"after"}}\n')
    reading = Reading()
    _, events = told(path, reading)
    assert (reading.skipped, of(events, PROMPT)[-1].text) == (1, "after")


MEASURED = """
import resource, sys
from pathlib import Path
from oldhand.sessions.transcripts import Reading, recognise
path, reading = Path(sys.argv[1]), Reading()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = [event.text for _, events in recognise(path).sessions(path, reading) for event in events]
print(len(found), found[-1], reading.skipped, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured in Linux's units")
def test_a_line_of_fifty_megabytes_is_passed_over_and_not_held(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    record = '{"type":"user","sessionId":"s","uuid":"%s","message":{"content":"%s"}}\n'
    with path.open("w") as file:
        file.write(record % ("u1", "before"))
        file.write(record % ("u2", "x" * (50 << 20)))
        file.write(record % ("u3", "after"))
    done = subprocess.run([sys.executable, "-c", MEASURED, str(path)], capture_output=True, text=True, check=True)
    events, last, skipped, mebibytes = done.stdout.split()
    assert (events, last, skipped) == ("2", "after", "1")
    assert int(mebibytes) < 5 * LONGEST_LINE >> 20
