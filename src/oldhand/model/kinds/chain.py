"""The kind `chain`."""

from typing import NamedTuple


class Chain(NamedTuple):
    """Memories in an order that tells a story. They are tied to it by `part_of`, in the order of those ties."""

    text: str
    title: str = ""
