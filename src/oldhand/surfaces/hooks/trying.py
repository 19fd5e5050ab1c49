"""`oldhand hook HOST EVENT`: a hook as hosts start it, for a person who wants to see what it answers."""

import sys
from collections.abc import Sequence

from oldhand.errors import OldhandError
from oldhand.sessions.hooks_of_hosts import EVENTS, NEUTRAL, neutral

USAGE = """Usage: oldhand hook HOST EVENT < PAYLOAD
Runs one hook as a coding agent does: the event's JSON comes on the standard input, the answer is printed, and the exit
code is always 0. Hosts are given the launcher that `oldhand install` writes, which starts faster.
"""


def main(words: Sequence[str]) -> int:
    """Run one hook; its process ends with it. Without a host and an event that are known, say how it is used."""
    if len(words) != 2 or words[0] not in EVENTS or not neutral(*words):
        sys.stderr.write(USAGE)
        sys.stderr.write(f"Hosts: {', '.join(sorted(EVENTS))}.\n")
        events = sorted({*EVENTS.get(words[0] if words else "", {}), *NEUTRAL})
        sys.stderr.write(f"Events: {', '.join(events)}.\n")
        return 0  # whatever is wrong: a host would take another code for an order
    if sys.stdin is not None and sys.stdin.isatty():
        sys.stderr.write("The event's JSON is read from the standard input: put it behind `<`, or pipe it in.\n")
        return 0
    from oldhand.surfaces.environment import home_folder
    from oldhand.surfaces.hooks import run

    try:
        home = str(home_folder())
    except OldhandError:
        return 0
    run.main([home, *words])
    return 0
