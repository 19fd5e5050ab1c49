"""What verifying has to say: findings, gathered so that a ruined store gives a short list and not a million lines."""

from collections.abc import Callable
from typing import NamedTuple

NAMES_KEPT = 1000  # names listed in one finding; the count goes on

REPAIR = "`oldhand repair` saves every intact part and keeps this file"
REBUILD = "`oldhand rebuild` makes it anew"

Progress = Callable[[str, int, int], None]  # (what is being done, how much is done, of how much; 0: unknown)


class Finding(NamedTuple):
    """One kind of damage in one part of the store.

    part: file, objects, journal, roots, names, memories, wordings, edges, tags, anchors, trie,
    search, health, losses or permissions; what: what is wrong; names: what it is wrong with
    (memories, addresses, replica:seq, roots), the first thousand; total: how many there are; advice:
    the next step; damage: False for what is worth knowing and loses nothing.
    """

    part: str
    what: str
    names: tuple[str, ...]
    total: int
    advice: str
    damage: bool


class Findings:
    """Gathers findings by part and kind."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, str, str, bool], list[str]] = {}
        self._counts: dict[tuple[str, str, str, bool], int] = {}

    def add(
        self, part: str, what: str, name: str = "", *, advice: str = REPAIR, damage: bool = True, count: int = 1
    ) -> None:
        """Note damage to one thing."""
        key = (part, what, advice, damage)
        names = self._names.setdefault(key, [])
        if name and len(names) < NAMES_KEPT and name not in names[-8:]:
            names.append(name)
        self._counts[key] = self._counts.get(key, 0) + count

    def warn(self, part: str, what: str, name: str = "", *, advice: str, count: int = 1) -> None:
        """Note something worth knowing that is no damage."""
        self.add(part, what, name, advice=advice, damage=False, count=count)

    def all(self) -> tuple[Finding, ...]:
        """Every finding, damage before warnings, in the order found."""
        found = [
            Finding(part, what, tuple(names), self._counts[part, what, advice, damage], advice, damage)
            for (part, what, advice, damage), names in self._names.items()
        ]
        return tuple(sorted(found, key=lambda finding: not finding.damage))

    @property
    def damage(self) -> bool:
        """Whether anything is damaged."""
        return any(key[3] for key in self._names)
