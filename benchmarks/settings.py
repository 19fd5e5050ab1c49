"""What a run measures."""

from typing import NamedTuple


class Settings(NamedTuple):
    """The sizes of the stores; whether only to see that everything works; the peer's program, empty to leave it out."""

    sizes: tuple[int, ...]
    quick: bool
    peer: str
    node: str
