"""Which memories hooks really keep silent at actions because the survey called them noise: one rule for all who say so.

The rule is asked with the memory as it is now, so that what a person says or confirms later counts at once.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from oldhand.errors import OldhandError
from oldhand.knowledge.severity import SEVERITIES, severity_of
from oldhand.store.fold import counted
from oldhand.store.survey_file import PERSON

if TYPE_CHECKING:
    from oldhand.store.reader import Held, Reader

GOTCHA, REMINDER = "gotcha", "reminder"
TOLD = ("active", "contested")  # standings of what is told at all


def silenced(held: "Held", by: str, confirmed: int) -> bool:
    """Whether a memory that the survey called noise often enough is kept silent at an action.

    by: whose answers did it; confirmed: how often people had said or confirmed it by then. What a person confirmed
    since is told again; reminders are always told, and what a person stands for, or is critical, no agent silences.
    """
    people = counted(held.record).get(PERSON, 0)
    if held.kind == REMINDER or people > confirmed:
        return False
    return by == PERSON or not (people or critical(held))


def critical(held: "Held") -> bool:
    """Whether it is a gotcha of the gravest severity."""
    return held.kind == GOTCHA and severity_of(held.wordings[-1].content) == SEVERITIES[0]


def all_silenced(reader: "Reader", quiet: Mapping[str, tuple[str, int, int]]) -> frozenset[str]:
    """Those memories of `Tuning.quiet` that hooks keep silent: they are told otherwise, and the rule holds for them."""
    found = set()
    for name, (by, confirmed, _) in quiet.items():
        try:
            held = reader.find(name)
        except OldhandError:
            continue  # damaged: it is not told either, and `verify` names it
        if held is not None and held.standing in TOLD and silenced(held, by, confirmed):
            found.add(name)
    return frozenset(found)
