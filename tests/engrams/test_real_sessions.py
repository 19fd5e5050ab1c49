"""Engrams of real sessions of several hosts, where they are at hand. They are not part of the repository."""

import gzip
import os
import time
from itertools import pairwise
from pathlib import Path

import pytest

from oldhand.errors import MissingExtra
from oldhand.sessions.engram import derive
from oldhand.sessions.transcripts import recognise

DATA = Path(os.environ.get("OLDHAND_EVAL", "")) / "data" / "transcripts"
SAMPLES = sorted(DATA.glob("*.gz")) if os.environ.get("OLDHAND_EVAL") else []
FEWEST = 10  # samples that show something


@pytest.mark.skipif(
    len(SAMPLES) < FEWEST, reason="real transcripts are not at hand: set OLDHAND_EVAL to where they are"
)
def test_every_real_session_gives_an_engram_quickly_and_the_same_twice(tmp_path: Path) -> None:
    told = {"trail": 0, "confidence": 0, "critical": 0, "calls": 0, "tokens": 0, "open": 0, "friction": 0}
    for sample in SAMPLES:
        path = tmp_path / sample.stem
        path.write_bytes(gzip.decompress(sample.read_bytes()))
        try:
            reader = recognise(path)
        except MissingExtra:
            continue
        assert reader is not None, sample.name
        for session, found in reader.sessions(path):
            events = list(found)
            began = time.process_time()
            derived = derive(session, events, folder=session.folder)
            assert time.process_time() - began < 5.0  # some 0.05 s
            assert derive(session, events, folder=session.folder) == derived
            assert all(before <= after for before, after in pairwise(derived.graph.critical))
            assert all(len(step.text) <= 240 and "\n" not in step.text for step in derived.trail)
            counts = {
                "trail": derived.trail, "confidence": derived.confidence, "critical": derived.graph.critical,
                "calls": derived.graph.calls, "tokens": derived.tokens, "open": derived.open,
                "friction": derived.friction,
            }  # fmt: skip
            told = {name: told[name] + bool(counts[name]) for name in told}
    assert told["calls"] >= len(SAMPLES) - 1
    assert told["tokens"] >= len(SAMPLES) - 1
    assert told["trail"] >= len(SAMPLES) * 3 // 4
    assert told["confidence"] >= len(SAMPLES) // 2
    assert told["critical"] and told["open"] and told["friction"]
