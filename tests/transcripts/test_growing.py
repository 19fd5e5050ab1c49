"""A transcript that grows is read from where it ended, and what comes of it is the same as of one reading."""

import json
from pathlib import Path

import pytest

from oldhand.sessions.record import USAGE, Event
from oldhand.sessions.transcripts import Place, Reading, readers
from tests.transcripts.told import CLAUDE, CODEX, CODEX_OF_EVENTS, COPILOT, told

GOING_ON = (CLAUDE, CODEX, CODEX_OF_EVENTS, COPILOT)


def by_key(events: list[Event]) -> dict[tuple[str, str], Event]:
    """Events as a log keeps them: one of a kind and key, with the longer text."""
    kept: dict[tuple[str, str], Event] = {}
    for event in events:
        known = kept.setdefault((event.kind, event.key), event)
        if len(event.text) > len(known.text):
            kept[event.kind, event.key] = event
    return kept


@pytest.mark.parametrize("path", GOING_ON, ids=lambda path: path.parent.name[:8] + path.name[-12:])
def test_two_readings_of_a_file_that_grew_tell_what_one_tells(path: Path, tmp_path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    whole = told(path)[1]
    copy = tmp_path / path.name
    for split in range(len(lines) + 1):
        copy.write_bytes(b"".join(lines[:split]))
        first: list[Event] = []
        place = Place()
        if split:
            reading = Reading()
            first = [e for reader in readers() if reader.goes_on and reader.host == told(path)[0].host
                     for _, events in reader.sessions(copy, reading) for e in events]  # fmt: skip
            place = Place(reading.place.offset, json.loads(json.dumps(reading.place.state)))
        copy.write_bytes(b"".join(lines))
        again = Reading(place)
        second = told(copy, again)[1]
        both, once = by_key([*first, *second]), by_key(whole)
        left = {key: event for key, event in both.items() if key not in once}
        assert not left, (split, left)
        assert both.keys() == once.keys(), (split, once.keys() - both.keys())
        for key, event in once.items():
            assert both[key].text == event.text, split
        assert again.place.offset == copy.stat().st_size


def test_an_answer_that_was_under_way_is_told_again_with_all_of_its_tokens(tmp_path: Path) -> None:
    lines = CLAUDE.read_bytes().splitlines(keepends=True)
    [last] = [at for at, line in enumerate(lines) if b'"output_tokens": 42' in line]
    copy = tmp_path / CLAUDE.name
    copy.write_bytes(b"".join(lines[:last]))
    reading = Reading()
    [first] = [event for event in told(copy, reading)[1] if event.kind == USAGE]
    copy.write_bytes(b"".join(lines[: last + 1]))
    [second] = [event for event in told(copy, Reading(reading.place))[1] if event.kind == USAGE]
    assert first.key == second.key
    assert (first.detail["output"], second.detail["output"]) == (3, 42)


def test_a_second_reading_begins_where_the_first_ended(tmp_path: Path) -> None:
    lines = CODEX.read_bytes().splitlines(keepends=True)
    copy = tmp_path / CODEX.name
    copy.write_bytes(b"".join(lines[:20]))
    first = Reading()
    told(copy, first)
    copy.write_bytes(b"".join(lines))
    counted = 0

    def seen(count: int) -> None:
        nonlocal counted
        counted += count

    told(copy, Reading(first.place, seen))
    assert counted == sum(map(len, lines[20:]))
    assert counted < copy.stat().st_size


def test_totals_of_a_file_that_grew_are_not_counted_twice(tmp_path: Path) -> None:
    lines = CODEX_OF_EVENTS.read_bytes().splitlines(keepends=True)
    copy = tmp_path / CODEX_OF_EVENTS.name
    copy.write_bytes(b"".join(lines[:10]))
    reading = Reading()
    first = told(copy, reading)[1]
    copy.write_bytes(b"".join(lines))
    second = told(copy, Reading(reading.place))[1]
    used = [event.detail["input"] for event in (*first, *second) if event.kind == USAGE]
    assert used == [100, 50, 40]
