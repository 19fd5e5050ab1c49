"""The operation `decide`."""

from typing import NamedTuple

from oldhand.errors import MissingArgument
from oldhand.memory import Memory
from oldhand.model.tokens import estimate
from oldhand.operation import READ, operation
from oldhand.reasoning.deciding import Said, drafted
from oldhand.reasoning.decision_context import told_within
from oldhand.reasoning.known_before import ContestedTold, SimilarTold, known
from oldhand.reasoning.negative_telling import NegativeTold
from oldhand.reasoning.outcomes_behind import told as outcomes_behind
from oldhand.reasoning.safety_sign import Sign


class Deciding(NamedTuple):
    """What is known before deciding.

    similar: decisions like it and how they ended; negative: what was tried and did not work; contested: facts of the
    matter on which people and agents do not agree; hint: of calibration, empty when there is none; signs: what the
    checks ask; lines: all of that in few words, within the budget; left_out: how many entries did not fit; behind:
    that outcomes are older than the history, in words, empty where none is told or they are not; next: the command
    that records the decision.
    """

    text: str
    similar: list[SimilarTold]
    negative: list[NegativeTold]
    contested: list[ContestedTold]
    hint: str
    signs: list[Sign]
    lines: list[str]
    left_out: int
    behind: str
    next: str
    root: str


@operation(READ)
def decide(
    memory: Memory, text: str, *, alternatives: list[str] = [], confidence: str = "", module: str = "",
    places: list[str] = [], limit: int = 5, budget_tokens: int = 0,
) -> Deciding:  # fmt: skip
    """Tell what is known before deciding: decisions like it and how they ended, what failed, what to ask oneself

    Nothing is written. The last line is the command that records the decision once it is made.

    Parameters
    text: what is to be decided, as a question or as a statement
    alternatives: what else is considered, one each
    confidence: how sure one is by now that it goes well: 0.8 or 80%
    module: the part of the project it is of
    places: files it concerns
    limit: at most so many of each sort (5 at most)
    budget_tokens: at most so many tokens (0: the setting recall.budget_tokens; fewer than 140 count as 140)
    """
    if not text.strip():
        raise MissingArgument("decide", "text", "say what is to be decided")
    draft = drafted(memory, Said(text, alternatives=alternatives, confidence=confidence, module=module, anchors=places))
    budget = budget_tokens or memory.setting("recall.budget_tokens")
    with memory.reading() as reader:
        found = known(memory, reader, draft, places, limit)
        late = outcomes_behind(memory, reader) if found.similar else ""
        root = reader.root().root.hex()
    lines, left_out, then = told_within(found, draft, budget - estimate(f"{late}\n") * bool(late))
    lines[-1:-1] = [late] * bool(late)
    memory.trace_detail = {"negative": [one.id for one in found.negative]}
    memory.trace_detail |= {"safety": found.advice.detail} if found.advice.detail else {}
    return Deciding(
        text, found.similar, found.negative, found.contested, found.hint, found.signs, lines, left_out, late, then, root
    )
