"""Transcripts of sessions, as each host writes them, read into one neutral form: one file a host.

A reader streams: it holds one line at a time, passes over what it does not know, and never fails on what is in a file.
"""

from functools import cache
from pathlib import Path

from oldhand.sessions.transcripts.reader import Head, Reader
from oldhand.sessions.transcripts.reading import Place, Reading, first_bytes

__all__ = ["Place", "Reader", "Reading", "readers", "recognise"]


@cache
def readers() -> tuple[Reader, ...]:
    """Every reader, in the order in which they are asked whether a file is theirs."""
    from oldhand.sessions.transcripts import claude, codex, codex_history, copilot, gemini, specstory, sweagent

    modules = (claude, codex, codex_history, gemini, copilot, specstory, sweagent)
    return tuple(module.READER for module in modules)


def recognise(path: Path) -> Reader | None:
    """The reader of a file, told by what is in it; None when it is no transcript, or none that can be opened.

    Raises MissingExtra when what unpacks the file is not installed.
    """
    try:
        head = Head(path, first_bytes(path))
    except (OSError, ValueError):
        return None
    return next((reader for reader in readers() if reader.recognises(head)), None)
