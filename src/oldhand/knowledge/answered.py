"""Which questions and gaps are open: an answer is a memory that is linked to them, and counts while it stands.

Apart from the rest of `knowledge.questions`, which a briefing need not load.
"""

from collections.abc import Sequence

from oldhand.store.fold import registers
from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import Shelf

CURRENT = ("active", "contested")
ANSWERS = "from/answers/"  # how a question's record names what answers it


def answerers(held: Held) -> list[str]:
    """The memories that are linked as answers to this one, whatever their standing."""
    return sorted(
        name[len(ANSWERS) :] for name, value in registers(held.record).items() if value and name.startswith(ANSWERS)
    )


def still_open(reader: Reader, asked: Sequence[Held]) -> list[Held]:
    """Those of the questions and gaps that no current memory answers."""
    names = sorted({name for held in asked for name in answerers(held)})
    current = {held.id for held in reader.several(names, Shelf(CURRENT))} if names else set()
    return [held for held in asked if not current.intersection(answerers(held))]
