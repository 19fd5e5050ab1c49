"""Verifying a store (being built)."""

from pathlib import Path
from typing import NamedTuple


class Finding(NamedTuple):
    """One thing that is wrong."""

    part: str
    fault: str
    names: tuple[str, ...] = ()
    count: int = 1
    advice: str = ""
    warning: bool = False


class Report(NamedTuple):
    """What verifying found."""

    sound: bool
    findings: tuple[Finding, ...]


def verify(place: Path) -> Report:
    """Being built."""
    return Report(True, ())
