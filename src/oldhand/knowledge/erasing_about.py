"""What goes with an erased decision, since it says nothing without it: how it ended, what only it took for granted, and
what its failure taught.

The reason in a word on an outcome speaks of the decision, an assumption repeats what stands in its fields, and what
rules made of its failure repeats its title. An assumption that another decision rests on stays, and so does what
somebody put in words of their own.
"""

from collections.abc import Sequence

from oldhand.store.fold import registers
from oldhand.store.reader import Held, Reader

OUTCOMES, ASSUMED, RESTING = "from/outcome_of/", "to/depends_on/", "from/depends_on/"  # how registers of ties begin
TAUGHT = "from/derived_from/"
FAILED_KEY = "failed/"  # begins the key of what the failure of a decision taught; its id follows
RULES = "negative"  # who words that; no agent can take the name (surfaces.environment.RESERVED)


def telling_only_of(reader: Reader, ids: Sequence[str]) -> list[str]:
    """The memories that tell of nothing but these (ids): outcomes, assumptions that nothing else rests on, and what
    rules derived from their failure."""
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
        for other in _read(reader, _tied(held, TAUGHT)):
            if taught_by_rules(other, name):
                found[other.id] = None
    return [name for name in found if name not in going]


def taught_by_rules(held: Held, decision: str) -> bool:
    """Whether a memory is what rules made of the failure of a decision, and nobody said it in other words."""
    worded = {one.actor for one in held.wordings}
    return held.kind == "negative" and held.key == FAILED_KEY + decision and worded == {RULES}


def _read(reader: Reader, names: Sequence[str]) -> list[Held]:
    return [held for name in names if (held := reader.find(name)) is not None]


def _tied(held: Held, begins: str) -> list[str]:
    values = registers(held.record)
    return sorted(name[len(begins) :] for name, stands in values.items() if stands and name.startswith(begins))
