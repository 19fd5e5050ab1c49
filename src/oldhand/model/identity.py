"""Names: how memories, revisions, events and roots are called and looked up.

A memory's id is 32 hexadecimal digits. Without a key it is the first half of the address of its
first wording, so that the same text asserted on two machines is one memory. With a key it is
derived from the slot (domain and key), so that all versions of one question are one memory.
"""

import re
from hashlib import sha256

from oldhand.errors import BadArgument, TooShortId, UnknownId
from oldhand.model.canonical import normal

SHORTEST_PREFIX = 6  # digits; about one in 16 million: below that, prefixes of a large store collide
SHOWN_DIGITS = 12  # digits shown to people: no collision is expected below 16 million names
MEMORY_DIGITS = 32
ADDRESS_DIGITS = 64
LONGEST_KEY = 200  # characters; a key is a path-like name, not a text

_HEX = re.compile(r"[0-9a-f]+\Z")


def memory_of_text(address: str) -> str:
    """The id of a memory without a key: the first 32 digits of its first wording's address."""
    return address[:MEMORY_DIGITS]


def memory_of_slot(domain: str, key: str) -> str:
    """The id of the memory that answers the slot (domain, key)."""
    return sha256(f"slot\n{domain}\n{key}".encode()).hexdigest()[:MEMORY_DIGITS]


def checked_key(key: str) -> str:
    """`key` trimmed and in normal form; BadArgument when it is too long or holds line breaks or controls."""
    trimmed = normal(key.strip(), "key")
    if len(trimmed) > LONGEST_KEY or not trimmed.isprintable():
        raise BadArgument("key", key, f"a key is one printable line of at most {LONGEST_KEY} characters")
    return trimmed


def checked_prefix(name: str) -> str:
    """`name` as a hexadecimal prefix, lower-cased. Raises TooShortId, or UnknownId when it cannot be a name."""
    lowered = name.strip().lower()
    if not lowered or not _HEX.match(lowered) or len(lowered) > ADDRESS_DIGITS:
        raise UnknownId(name)
    if len(lowered) < SHORTEST_PREFIX:
        raise TooShortId(name)
    return lowered


def names_root(as_of: str) -> bool:
    """Whether a moment is given as a recorded root, not as a date or a time."""
    said = as_of.strip().lower()
    return bool(_HEX.match(said)) and SHORTEST_PREFIX <= len(said) <= ADDRESS_DIGITS


def short(name: str) -> str:
    """A name as people see it: its first 12 digits."""
    return name[:SHOWN_DIGITS]
