"""Which decisions ended badly: what failed or was reverted is not put before anybody as what holds.

Asked by every briefing and every answer, so it costs nothing where no outcome is tied to a decision. A person's word
decides, else what was derived from git and tests; all that is known of an outcome, an agent's word too, is weighed by
`reasoning.outcomes`, which is asked before deciding. What rests on an agent's tie alone is `doubted_endings`.
"""

from collections.abc import Iterable

from oldhand.knowledge.trusting import PERSON
from oldhand.store.fold import registers
from oldhand.store.held import Wording
from oldhand.store.reader import Held, Reader

BADLY = ("failed", "reverted")
TIED = "from/outcome_of/"  # begins the registers of a decision that outcomes are tied to
WORD, EVIDENCE = "word/", "outcome/"  # begin the keys of what somebody said, and of what was derived
MORE_THAN_AGENTS = ("repo", "user")  # trust of evidence that no agent can give
PRINTED = ("tool", "git")  # trust and way in of evidence with what tools print in it
ENOUGH = 4_000  # weight in ten-thousandths from which on evidence counts, as for what is learned of it
# (reasoning.negative_deriving)


def ended_badly(reader: Reader, several: Iterable[Held]) -> dict[str, str]:
    """How those of some memories ended, by their ids, that are decisions which failed or were reverted. 0.1 ms for each
    outcome."""
    found: dict[str, str] = {}
    for one in several:
        if one.kind == "decision" and (state := _ended(reader, one)) in BADLY:
            found[one.id] = state
    return found


def outcomes_of(reader: Reader, decision: Held) -> dict[str, Held]:
    """What is known of how a decision ended, by the keys of those memories: WORD or EVIDENCE and its id."""
    names = [
        name[len(TIED) :] for name, stands in registers(decision.record).items() if stands and name.startswith(TIED)
    ]
    known = [held for name in names if (held := reader.find(name)) and held.standing in ("active", "contested")]
    keys = (WORD + decision.id, EVIDENCE + decision.id)
    return {held.key: held for held in known if held.kind == "outcome" and held.wordings and held.key in keys}


def _ended(reader: Reader, decision: Held) -> str:
    """How a decision ended; empty while it is open."""
    said = outcomes_of(reader, decision)
    word = said.get(WORD + decision.id)
    if word is not None and (by_person := [one for one in word.wordings if one.trust == PERSON]):
        return str(by_person[-1].content.get("state", ""))
    evidence = said.get(EVIDENCE + decision.id)
    for one in reversed(evidence.wordings if evidence is not None else ()):
        if believed(one):
            return state_of(one)
    return ""


def believed(one: Wording) -> bool:
    """Whether evidence is such as no agent can give."""
    return one.trust in MORE_THAN_AGENTS or (one.trust, one.origin) == PRINTED


def state_of(one: Wording) -> str:
    """How a decision ended by a wording of its evidence; empty where that weighs too little."""
    weight = str(one.content.get("weight", ""))
    enough = weight.isascii() and weight.isdecimal() and int(weight) >= ENOUGH
    return str(one.content.get("state", "")) if enough else ""
