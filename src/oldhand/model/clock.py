"""A hybrid logical clock: wall time that never runs backwards and never repeats.

Kulkarni et al., "Logical Physical Clocks" (2014): the wall part follows the machine's clock or the
latest time seen, whichever is later; the counter orders what happens within one millisecond.
"""

from typing import NamedTuple

COUNTER_LIMIT = 0xFFFF  # events within one millisecond; four hexadecimal digits in a stamp


class Clock(NamedTuple):
    """A point in hybrid logical time: wall milliseconds since 1970 (UTC) and a counter."""

    wall: int
    counter: int


def tick(last: Clock, now_ms: int) -> Clock:
    """The next clock after `last` when the machine's clock shows `now_ms`; always greater than `last`."""
    if now_ms > last.wall:
        return Clock(now_ms, 0)
    if last.counter < COUNTER_LIMIT:
        return Clock(last.wall, last.counter + 1)
    return Clock(last.wall + 1, 0)


def stamp(clock: Clock, replica: str, event_id: str) -> str:
    """A string that sorts as (clock, replica, event id): what last-writer-wins compares.

    12 hexadecimal digits of milliseconds, 4 of counter, 16 of replica, 8 of event id. Negative wall
    times (before 1970) are clamped to 0 so that the string still sorts.
    """
    return f"{max(clock.wall, 0):012x}{clock.counter:04x}{replica}{event_id[:8]}"


def stamp_wall(value: str) -> int:
    """The wall milliseconds of a stamp."""
    return int(value[:12], 16)
