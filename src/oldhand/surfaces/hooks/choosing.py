"""At a prompt that chooses between ways of doing: what of that was tried here and taken back. Mostly nothing."""

from typing import TYPE_CHECKING

from oldhand.knowledge.at_action import fitting, tellable
from oldhand.knowledge.beforehand import ASKED_FOR
from oldhand.reasoning.negative import asked_for
from oldhand.sessions.holdout import withheld
from oldhand.store.reader import Reader
from oldhand.surfaces.hooks.injecting import Injected, injected
from oldhand.surfaces.hooks.preferences import holdout_percent, over_the_cap, quieted
from oldhand.surfaces.hooks.telling import fence, silenced

if TYPE_CHECKING:
    from oldhand.store.at_hand import AtHand
    from oldhand.surfaces.hooks.memory_of_session import Told
    from oldhand.surfaces.hooks.payload import Happening
    from oldhand.surfaces.hooks.places import Place

MOST_LINES = 2  # what was tried of one question: what fits it best
MOST_READ = 2_000  # characters of a prompt: what somebody wants is said early, and each word costs a look
MOST_CANDIDATES = 8  # that are read closely: what has half of the words of a question is among the first by BM25
ABOUT = "what was tried here before; `decide` tells more"


def before_choosing(
    home: str, place: "Place", one: "Happening", text: str, told: "Told", store: "AtHand", now_ms: int
) -> tuple[str, Injected]:
    """What was tried of what a prompt asks for and was not told in this session, fenced, and what notes it."""
    if over_the_cap(place.store, now_ms):
        return "", []
    reader, quiet = Reader(store.connection), quieted(home, place.store)
    found = sorted(asked_for(reader, text[:MOST_READ], most=MOST_CANDIDATES), key=lambda each: (-each[1], each[0].id))
    fresh = ((held, why) for held, _, why in found if held.id not in told.known and held.priority > ASKED_FOR)
    concerns = tellable(reader, fresh, now_ms, MOST_LINES + len(quiet))
    concerns = [each for each in concerns if each.id not in quiet or not silenced(each, *quiet[each.id][:2])]
    chosen = [each for each in fitting(concerns[:MOST_LINES]) if told.first(each.id)]
    if not chosen:
        return "", []
    said = fence([each.line for each in chosen], ABOUT)
    kept_back = withheld(one.session, holdout_percent(home))
    line = injected("prompt", [each.id for each in chosen], said, store.root(), "", kept_back, one, now_ms)
    return ("" if kept_back else said), [line]
