"""Reminders at a prompt: those whose day has come, whose words are said, whose branch is checked out."""

from pathlib import Path
from typing import TYPE_CHECKING

from oldhand.knowledge.at_action import concerning, fitting
from oldhand.knowledge.occasions import Action
from oldhand.sessions.holdout import withheld
from oldhand.store.connection import connect, database_path
from oldhand.store.reader import Reader
from oldhand.surfaces.hooks.places import branch
from oldhand.surfaces.hooks.preferences import holdout_percent, over_the_cap
from oldhand.surfaces.hooks.telling import MOST_ASKED, MOST_LINES, Injected, fence, injected

if TYPE_CHECKING:
    from oldhand.surfaces.hooks.memory_of_session import Told
    from oldhand.surfaces.hooks.payload import Happening
    from oldhand.surfaces.hooks.places import Place

ABOUT = "what is due"


def remind(
    home: str, place: "Place", one: "Happening", text: str, told: "Told", root: str, now_ms: int
) -> tuple[str, Injected]:
    """The reminders that are due at a prompt and were not told in this session, fenced, and what notes them."""
    if over_the_cap(place.store, now_ms):
        return "", []
    connection = connect(database_path(Path(place.store)), writable=False)
    connection.execute("BEGIN")
    action = Action("prompt", text=text, branch=branch(place.tree))
    most = min(MOST_LINES + len(told.known), MOST_ASKED)
    found = [one for one in concerning(Reader(connection), action, now_ms, most) if one.id not in told.known]
    chosen = [concern for concern in fitting(found)[:MOST_LINES] if told.first(concern.id)]
    if not chosen:
        return "", []
    said = fence([concern.line for concern in chosen], ABOUT)
    kept_back = withheld(one.session, holdout_percent(home))
    line = injected("prompt", [concern.id for concern in chosen], said, root, "", kept_back, one, now_ms)
    return ("" if kept_back else said), [line]
