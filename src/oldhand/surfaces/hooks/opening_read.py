"""The opening of a session: the briefing, and where the last one stopped, read through what the hook has opened.

It is what `opening_made` makes, without what that takes to import; a test over many stores holds the two together.
"""

from typing import TYPE_CHECKING, Any

from oldhand.errors import OldhandError
from oldhand.knowledge.briefing import whole
from oldhand.model.tokens import estimate
from oldhand.store.at_hand import UNUSABLE, AtHand, Unreadable
from oldhand.store.by_kind import how_many
from oldhand.store.reader import Reader
from oldhand.surfaces.hooks.opening import GLOBAL, LARGEST_SETTINGS, LEAST_ON_COSTLY_DAYS, in_fence
from oldhand.surfaces.hooks.places import database, kind_of, small_file

if TYPE_CHECKING:
    from oldhand.surfaces.hooks.places import Place

BUDGET = 500  # tokens: the setting brief.budget_tokens, where nobody gave it
DAYS = 14  # the setting continuity.days, where nobody gave it
# Where a file names one of these, Memory reads the settings; so it does where escapes may hide a name.
SETTINGS = (b"brief.budget_tokens", b"recall.global", b"continuity.days", b"\\u")


def read(
    home: str, place: "Place", store: AtHand, over: bool, session: str = "", here: str | None = None
) -> dict[str, Any] | None:  # fmt: skip
    """The opening, with the ids of what it tells; None where only `opening_made` can make it.

    session: its name, empty for any that no handoff knows; here: the branch that is checked out, None where there are
    no handoffs to go on from.
    """
    files = (small_file(f"{folder}/settings.json", LARGEST_SETTINGS) for folder in (home, place.store))
    if any(name in said for said in files for name in SETTINGS):
        return None
    try:
        own = f"{home}/{GLOBAL}"
        stores = [store]
        if own != place.store and kind_of(own):
            if not (path := database(own)):
                return None
            stores.append(AtHand(path))
        if not all(one.is_sound() for one in stores):
            return None
        readers = [Reader(one.connection) for one in stores]
        budget = LEAST_ON_COSTLY_DAYS if over else BUDGET
        before, names = _oriented(Reader(store.connection), session, here) if here is not None else ([], [])
        lines = calibration_lines(readers[0])
        left = max(budget - estimate("\n".join(before)) - longest(lines), 1)
        told, _ = whole(readers[0], left, "", *readers[1:])
    except (*UNUSABLE, Unreadable, OldhandError):
        return None  # what is wrong is told by who makes it the long way
    text = in_fence([*told.lines, *before], readers[0].root().root.hex(), told.total > len(told.items))
    memories = [*names, *(item.id for item in told.items)]
    return {"text": text, "memories": memories, "tokens": estimate(text), "calibration": lines}


def calibration_lines(reader: Reader) -> dict[str, str]:
    """What agents and models are told of their confidence, by "agent NAME" or "model NAME"; nearly always nothing."""
    if not how_many(reader, ("outcome",), ("active", "contested")):
        return {}
    from oldhand.reasoning.calibrating import lines_told  # only where decisions have outcomes

    return lines_told(reader)


def longest(lines: dict[str, str]) -> int:
    """The tokens to be kept free for the one of the lines that is told."""
    return max((estimate(f"{one}\n") for one in lines.values()), default=0)


def _oriented(reader: Reader, session: str, here: str) -> tuple[list[str], list[str]]:
    """Where the last session stopped, as lines, and the ids of what tells it."""
    from oldhand.sessions.orienting import oriented  # most openings go on from no other

    branch = here.encode("utf-8", "surrogateescape").decode("utf-8", "replace")  # as `checkout` reads it
    found = oriented(reader, session, branch, DAYS)
    return found.lines, [found.told, *found.beside] if found.lines else []
