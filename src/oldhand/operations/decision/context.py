"""The operation `decision context`."""

from typing import NamedTuple

from oldhand.errors import MissingArgument, OldhandError
from oldhand.memory import Memory
from oldhand.model.tokens import estimate
from oldhand.operation import READ, operation
from oldhand.reasoning.deciding import Said, drafted
from oldhand.reasoning.decision_context import BUDGET, LIMITS, assembled, entries_of
from oldhand.reasoning.known_before import MOST_OF_A_SORT, known
from oldhand.reasoning.outcomes_behind import told as outcomes_behind
from oldhand.recall.render import FENCE_TOKENS, LEAST_BUDGET

TAIL_TOKENS = 15  # of the line that says how much is not told
MOST_INJECTIONS = 1_000  # of one session that are looked at: more than the longest one had


class DecisionContext(NamedTuple):
    """What an agent is to know before it decides. lines: none when nothing is relevant; shown: the ids of what they
    tell; tokens: of all, estimated; left_out: entries that fit no limit or budget; before: entries left out since this
    session was told of them; behind: that outcomes are older than the history, in words, empty where they are not, or
    where no lines are told."""

    lines: list[str]
    shown: list[str]
    tokens: int
    left_out: int
    before: int
    behind: str
    root: str


@operation(READ)
def context(
    memory: Memory, text: str = "", *, places: list[str] = [], budget_tokens: int = BUDGET, again: bool = False,
    session: str = "",
) -> DecisionContext:  # fmt: skip
    """Tell an agent what it needs for a decision: what failed, what is contested, what went well, how sure to be

    A few lines within a budget, each with its id, and none where nothing is relevant. What the session was told before
    is not told again. The same memory gives the same lines. `decide` tells a person more, with questions.

    Parameters
    text: what is to be decided or done; without it, what the places are about
    places: files it concerns
    budget_tokens: at most so many tokens (fewer than 140 count as 140)
    again: tell also what the session was told before
    session: the session it is for, where it is not the one that speaks
    """
    if not text.strip() and not places:
        raise MissingArgument("decision context", "text", "say what is to be decided, or name files with --places")
    draft = drafted(memory, Said(text.strip() or "\n".join(places), anchors=places))
    told = [] if again else _told(memory, session)
    room = max(budget_tokens, LEAST_BUDGET) - FENCE_TOKENS - TAIL_TOKENS
    with memory.reading() as reader:
        found = known(memory, reader, draft, places, MOST_OF_A_SORT)
        entries = list(entries_of(found))
        late = outcomes_behind(memory, reader) if entries else ""
        chosen = assembled(entries, room - (estimate(late) if late else 0), limits=LIMITS, but=told)
        shown = [one.id for one in chosen.shown if one.id]
        memory.trace_detail = {"negative": [one.id for one in chosen.shown if one.sort == "tried"]}
        tokens = sum(one.tokens for one in chosen.shown)
        root = reader.root().root.hex()
    left_out = chosen.left_out - len(found.signs)  # what `decide` asks is none of this
    if not chosen.shown:
        late = ""
    tokens += estimate(late) if late else 0
    return DecisionContext(chosen.lines, shown, tokens, left_out, chosen.before, late, root)


def _told(memory: Memory, session: str) -> list[str]:
    """The ids of what a session was told by hooks; nothing while no session speaks."""
    from oldhand.sessions.whose import whose

    name = whose(memory, session).id
    if not name:
        return []
    try:
        noted = memory.session_log().injections(name, 0, MOST_INJECTIONS)
    except OldhandError:
        return []  # a log that cannot be used, which `doctor` tells: then it is told again
    return [one for injection in noted if not injection.withheld for one in injection.memories]
