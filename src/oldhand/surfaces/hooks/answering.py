"""A question to the memory itself, answered before the agent reads the prompt."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from oldhand.memory import Memory
from oldhand.operations.everyday.recall import recall
from oldhand.sessions.holdout import withheld
from oldhand.surfaces.agent_text import rendered
from oldhand.surfaces.hooks.injecting import Injected, injected
from oldhand.surfaces.hooks.preferences import holdout_percent

if TYPE_CHECKING:
    from oldhand.surfaces.hooks.payload import Happening
    from oldhand.surfaces.hooks.places import Place

BUDGET = 400  # tokens of an answer: somebody asked for it, and it stays below what opens a session


def answer(home: str, place: "Place", one: "Happening", asked: str, root: str, now_ms: int) -> tuple[str, Injected]:
    """What the memory knows of what somebody asks it, fenced, and what notes it. That it knows nothing is told too."""
    memory = Memory(Path(place.tree), Path(home), store=Path(place.store), surface="hook", environment=dict(os.environ))
    reply = recall(memory, asked, budget_tokens=BUDGET)  # nothing is closed: the process ends
    text = rendered("recall", reply)
    ids = [item.id for item in reply.items]
    kept_back = withheld(one.session, holdout_percent(home))
    line = injected("prompt", ids, text, root, asked, kept_back, one, now_ms)
    return ("" if kept_back else text), [line]
