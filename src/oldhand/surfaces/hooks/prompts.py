"""At a prompt: mostly nothing. A reminder that is due, and what somebody asks the memory itself."""

from oldhand.knowledge.beforehand import of_prompt, question
from oldhand.surfaces.hooks.memory_of_session import Told, digest
from oldhand.surfaces.hooks.payload import PROMPT as PROMPTS

TYPE_CHECKING = False  # as checkers know it: importing `typing` takes longer than a hook may take
if TYPE_CHECKING:
    from oldhand.store.at_hand import AtHand
    from oldhand.surfaces.hooks.payload import Happening
    from oldhand.surfaces.hooks.places import Place

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
    if not asked and not due:
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

        return remind(home, place, one, text, told, store, store.root(), now_ms)
    return "", []
