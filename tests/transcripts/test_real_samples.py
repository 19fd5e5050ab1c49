"""Transcripts of real sessions, which lie outside the repository: each is read whole, twice the same.

They lie in the folder data/transcripts of the one that OLDHAND_EVAL names, plain or packed by gzip; without it these
tests are skipped.
"""

import gzip
import os
from collections import Counter
from pathlib import Path

import pytest

from oldhand.sessions.record import CALL, PROMPT, RESULT, TOOLS
from oldhand.sessions.transcripts import Reading, recognise

FOLDER = Path(os.environ.get("OLDHAND_EVAL", "")) / "data" / "transcripts"
FILES = sorted(path for path in FOLDER.glob("*") if path.is_file()) if FOLDER.is_absolute() else []


@pytest.mark.skipif(not FILES, reason="OLDHAND_EVAL names no folder with data/transcripts")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name[-30:])
def test_a_real_transcript_is_read_without_fault(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / path.name.removesuffix(".gz")
    raw = path.read_bytes()
    copy.write_bytes(gzip.decompress(raw) if path.suffix == ".gz" else raw)
    reader = recognise(copy)
    assert reader, "it is known by what is in it"
    readings = [Reading(), Reading()]
    first, second = ([(one, list(events)) for one, events in reader.sessions(copy, each)] for each in readings)
    assert first == second
    for reading in readings:
        assert (reading.skipped, reading.notes) == (0, [])
    for session, events in first:
        assert session.id
        kinds = Counter(event.kind for event in events)
        assert kinds[PROMPT] >= 1
        assert kinds[CALL] >= 1
        assert kinds[RESULT] >= 0.9 * kinds[CALL], "a call without its result is rare"
        assert {event.tool for event in events if event.kind == CALL} <= set(TOOLS)
        keys = [(event.kind, event.key) for event in events]
        assert len(set(keys)) == len(keys)
