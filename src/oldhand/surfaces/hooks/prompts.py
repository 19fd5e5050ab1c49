"""At a prompt: mostly nothing. A reminder that is due, what somebody asks the memory itself, and what was tried and
taken back of what somebody is about to choose."""

from oldhand.knowledge.beforehand import choosing, of_prompt, question
from oldhand.surfaces.hooks.memory_of_session import Told, digest
from oldhand.surfaces.hooks.payload import PROMPT as PROMPTS

TYPE_CHECKING = False  # as checkers know it: importing `typing` takes longer than a hook may take
if TYPE_CHECKING:
    from oldhand.store.at_hand import AtHand
    from oldhand.surfaces.hooks.payload import Happening
    from oldhand.surfaces.hooks.places import Place

NEGATIVE = "negative"  # the kind of memory of what was tried and did not work
TYPED = ("", "user", "sdk", "typed", "queued")  # sources of prompts that somebody wrote


def at_prompt(
    home: str, place: "Place", one: "Happening", store: "AtHand", now_ms: int
) -> "tuple[str, list[dict[str, object]]]":
    """What is told at a prompt, and what is to be noted of it."""
    text = one.text(PROMPTS)
    if not text.strip() or one.name(("source",)) not in TYPED:
        return "", []
    told = Told(place.store, one.session, one.agent)
    asked = question(text)
    due = any(name not in told.known for name in of_prompt(store, now_ms))
    chooses = choosing(text) and store.has_kind(NEGATIVE)
    if not asked and not due and not chooses:
        return "", []
    from oldhand.sessions.put_in import by_host

    if by_host(text):
        return "", []  # nobody asks: the host tells the agent something
    from oldhand.surfaces.hooks.preferences import POLICIES, prompt_policy

    allowed = POLICIES.index(prompt_policy(home, place.store))
    if asked and allowed == 2 and told.first_in_seconds(digest(f"{one.session} {text}"), now_ms // 1000):
        from oldhand.surfaces.hooks.hashing import by_python

        by_python()
        from oldhand.surfaces.hooks.answering import answer

        return answer(home, place, one, asked, store.root(), now_ms)
    if due and allowed:
        from oldhand.surfaces.hooks.reminding import remind

        said = remind(home, place, one, text, told, store, store.root(), now_ms)
        if said[1]:
            return said
    if chooses and allowed == 2:
        from oldhand.surfaces.hooks.hashing import by_python

        by_python()
        from oldhand.surfaces.hooks.choosing import before_choosing

        return before_choosing(home, place, one, text, told, store, now_ms)
    return "", []
