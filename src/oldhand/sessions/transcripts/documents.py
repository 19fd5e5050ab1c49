"""Transcripts that are one JSON document: read member by member, so that one element of an array is held at a time."""

import os
from collections.abc import Iterator
from pathlib import Path

from oldhand.exchange.foreign import Skipped, Source
from oldhand.exchange.foreign_json import Member, json_members
from oldhand.sessions.transcripts.reading import Reading


def members(path: Path, reading: Reading | None = None) -> Iterator[Member]:
    """The members of a JSON document, each element of an array by itself. What cannot be read is noted."""
    real = Path(os.path.realpath(path))
    seen = reading.seen if reading else lambda count: None
    source = Source(real, real.parent, lambda name, text: (), seen=seen)
    for member in json_members(real, source):
        if isinstance(member, Member):
            yield member
        elif reading and isinstance(member, Skipped):
            reading.skip(member.place, member.reason)
