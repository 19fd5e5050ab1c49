"""What goes with an erased decision, since it says nothing without it: how it ended, and what only it took for granted.

The reason in a word on an outcome speaks of the decision, and an assumption repeats what stands in its fields. An
assumption that another decision rests on stays.
"""

from collections.abc import Sequence

from oldhand.store.fold import registers
from oldhand.store.reader import Held, Reader

OUTCOMES, ASSUMED, RESTING = "from/outcome_of/", "to/depends_on/", "from/depends_on/"  # how registers of ties begin


def telling_only_of(reader: Reader, ids: Sequence[str]) -> list[str]:
    """The memories that tell of nothing but these (ids): outcomes, and assumptions that nothing else rests on."""
    going = set(ids)
    found: dict[str, None] = {}
    for name in ids:
        held = reader.find(name)
        if held is None:
            continue
        for other in _read(reader, _tied(held, OUTCOMES)):
            if other.kind == "outcome" and other.wordings:
                found[other.id] = None
        for other in _read(reader, _tied(held, ASSUMED)):
            if other.kind == "assumption" and other.wordings and going.issuperset(_tied(other, RESTING)):
                found[other.id] = None
    return [name for name in found if name not in going]


def _read(reader: Reader, names: Sequence[str]) -> list[Held]:
    return [held for name in names if (held := reader.find(name)) is not None]


def _tied(held: Held, begins: str) -> list[str]:
    values = registers(held.record)
    return sorted(name[len(begins) :] for name, stands in values.items() if stands and name.startswith(begins))
