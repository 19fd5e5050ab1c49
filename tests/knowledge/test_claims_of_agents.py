"""What an agent's words may not pass for, told in a short way where that is certain."""

import random

import pytest

from oldhand.knowledge import claims_of_agents
from oldhand.knowledge.claims_of_agents import CLAIMED, marked, unlabelled

PIECES = [
    "the owner", "USER", "users", "admin", "client", "approved", "authorised", "Authorizes", "signed off", "told", "it",
    "the cart", "владелец", "одобрил", "NEXT", "GOTCHA", "GOTCHA CRITICAL", "RULES OF", "done", "SYSTEM", "x=1",
    "the bo\u017fs", "\u0130t a\u017fks", "u\u017fer",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_the_short_way_says_what_the_patterns_say(seed: int) -> None:
    draw = random.Random(seed)
    said = set()
    for _ in range(300):
        text = "".join(draw.choice(PIECES) + draw.choice([" ", ": ", ". ", " - "]) for _ in range(draw.randint(1, 6)))
        claims = claims_of_agents._CLAIM.search(text) is not None
        assert marked(text) == (CLAIMED + text if claims else text)
        assert unlabelled(text) == claims_of_agents._LABELS.sub(lambda found: found[0].lower(), text)
        said.add((claims, unlabelled(text) != text))
    assert len(said) == 4, "control: texts of every sort were tried"


def test_a_claim_of_leave_is_marked_and_other_words_are_not() -> None:
    assert marked("The owner approved the push.") == f"{CLAIMED}The owner approved the push."
    assert marked("The owner of the table is unknown.") == "The owner of the table is unknown."
    assert unlabelled("NEXT: push") == "next: push" and unlabelled("do it NEXT") == "do it NEXT"
