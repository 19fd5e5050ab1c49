"""What is wrong with a text that should be JSON, in words for people."""

import json

LONGEST = 80  # characters of a reason that Python gives


def json_fault(error: ValueError) -> str:
    """Where and why a text is no JSON, as `json.loads` found it."""
    if isinstance(error, json.JSONDecodeError):
        return f"at character {error.pos + 1}: {error.msg[:1].lower()}{error.msg[1:LONGEST]}"
    return str(error)[:LONGEST]
