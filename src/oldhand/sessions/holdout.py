"""The holdout: in which sessions memory keeps silent, so that one can see whether it helps.

A session's name alone decides, so that every hook of a session, on any machine, decides alike.
"""

from zlib import crc32

HUNDRED = 100
SALT = "oldhand holdout 1\n"  # another number makes another draw


def withheld(session: str, percent: int) -> bool:
    """Whether injections are withheld in a session. percent: in so many of a hundred sessions (0: in none)."""
    if percent <= 0 or not session:
        return False
    return crc32((SALT + session).encode("utf-8", "replace")) % HUNDRED < percent
