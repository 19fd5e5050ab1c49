"""Reminders at a prompt: those whose day has come, whose words are said, whose branch is checked out."""

from typing import TYPE_CHECKING

from oldhand.knowledge.at_action import concerning, fitting
from oldhand.knowledge.occasions import Action
from oldhand.sessions.holdout import withheld
from oldhand.store.reader import Reader
from oldhand.surfaces.hooks.injecting import Injected, injected
from oldhand.surfaces.hooks.places import branch
from oldhand.surfaces.hooks.preferences import holdout_percent, over_the_cap
from oldhand.surfaces.hooks.telling import MOST_ASKED, MOST_LINES, fence

if TYPE_CHECKING:
    from oldhand.store.at_hand import AtHand
    from oldhand.surfaces.hooks.memory_of_session import Told
    from oldhand.surfaces.hooks.payload import Happening
    from oldhand.surfaces.hooks.places import Place

ABOUT = "what is due"


def remind(
    home: str, place: "Place", one: "Happening", text: str, told: "Told", store: "AtHand", root: str, now_ms: int
) -> tuple[str, Injected]:
    """The reminders that are due at a prompt and were not told in this session, fenced, and what notes them."""
    if over_the_cap(place.store, now_ms):
        return "", []
    action = Action("prompt", text=text, branch=branch(place.tree))
    most, reader = min(MOST_LINES + len(told.known), MOST_ASKED), Reader(store.connection)
    found = [one for one in concerning(reader, action, now_ms, most) if one.id not in told.known]
    chosen = [concern for concern in fitting(found)[:MOST_LINES] if told.first(concern.id)]
    if not chosen:
        return "", []
    said = fence([concern.line for concern in chosen], ABOUT)
    kept_back = withheld(one.session, holdout_percent(home))
    line = injected("prompt", [concern.id for concern in chosen], said, root, "", kept_back, one, now_ms)
    return ("" if kept_back else said), [line]
