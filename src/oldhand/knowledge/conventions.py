"""Conventions: how things are done here, listed by what they are of."""

from typing import NamedTuple

from oldhand.store.by_kind import how_many, of_kind
from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import Shelf

KIND = "convention"
CURRENT = ("active", "contested")
MOST_LISTED = 1_000  # conventions put in order at once


class Listed(NamedTuple):
    """A convention as listings tell it. area: what it is of; example, counter_example: done right, done wrong."""

    id: str
    area: str
    text: str
    example: str
    counter_example: str
    confirmations: int
    trust: str
    standing: str


def listed(reader: Reader, limit: int, area: str = "") -> tuple[list[Listed], int]:
    """The conventions by area, those of no area last; and how many more there are."""
    names = of_kind(reader, KIND, MOST_LISTED, standings=CURRENT)
    held = reader.several(names, Shelf(CURRENT)) if names else []
    wanted = " ".join(area.split()).casefold()
    found = [one for one in map(_listed, held) if not wanted or one.area.casefold() == wanted]
    order = {one.id: at for at, one in enumerate(held)}
    found.sort(key=lambda one: (not one.area, one.area.casefold(), order[one.id]))
    beyond = 0 if wanted else max(how_many(reader, (KIND,), CURRENT) - len(held), 0)
    return found[:limit], max(len(found) - limit, 0) + beyond


def area_of(held: Held) -> str:
    """What a convention is of; for one said without an area the first step of its key."""
    content = held.wordings[-1].content if held.wordings else {}
    return str(content.get("area", "")) or (held.key.partition("/")[0] if "/" in held.key else "")


def _listed(held: Held) -> Listed:
    content = held.wordings[-1].content if held.wordings else {}
    return Listed(
        held.id, area_of(held), held.text, str(content.get("example", "")), str(content.get("counter_example", "")),
        held.confirmations, held.trust, held.standing,
    )  # fmt: skip
