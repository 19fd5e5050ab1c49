"""The briefing: the most trusted current knowledge, one line a memory, grouped by kind."""

from oldhand.model.identity import SHORTEST_PREFIX
from oldhand.model.tokens import estimate
from oldhand.model.trust import RANK
from oldhand.model.visible import fenced
from oldhand.recall.render import clipped
from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import Shelf

LONGEST_LINE = 160  # characters of one memory: a briefing names things, `recall` tells them
CANDIDATES = 400  # memories weighed at most: the shelf is ordered by priority and date already
KIND_ORDER = ("decision", "convention", "gotcha", "reminder", "question", "gap", "claim", "summary")
ASKED_FOR = -50  # priority that a scan of the code gives: such memories answer a recall and are not told unasked
FENCE_TOKENS = 40  # what the fence around a briefing costs
CONFIRMATIONS_FULL = 5  # confirmations from which on more say nothing new


def briefing(reader: Reader, budget: int, domain: str = "") -> tuple[list[str], int, int, int]:
    """(lines, memories told, memories there are, tokens) of the briefing that fits `budget` tokens.

    The lines depend on the state of the memory alone, never on the clock.
    """
    shelf = Shelf(standings=("active",), domain=domain)
    total = reader.count(shelf)
    chosen: dict[str, list[str]] = {}
    left, shown = budget - FENCE_TOKENS, 0
    for held in sorted(reader.memories(shelf, limit=CANDIDATES), key=_worth):
        if not domain and held.priority < 0 and (held.trust == "tool" or held.priority <= ASKED_FOR):
            continue  # what a program noted for the record, such as edits and symbols, would drown what people said
        line = _line(held)
        cost = estimate(line) + 1 + (0 if held.kind in chosen else estimate(held.kind) + 2)
        if cost > left:
            continue
        chosen.setdefault(held.kind, []).append(line)
        left -= cost
        shown += 1
    kinds = sorted(chosen, key=lambda kind: (KIND_ORDER.index(kind) if kind in KIND_ORDER else len(KIND_ORDER), kind))
    lines = [line for kind in kinds for line in (f"{kind.upper()}S:", *chosen[kind])]
    return lines, shown, total, budget - FENCE_TOKENS - left


def _worth(held: Held) -> tuple[int, int, int, int, int, str]:
    """What sorts the most valuable first: priority, trust, confirmations, kind, the latest, and the id."""
    kind = KIND_ORDER.index(held.kind) if held.kind in KIND_ORDER else len(KIND_ORDER)
    confirmations = min(held.confirmations, CONFIRMATIONS_FULL)
    return (-held.priority, -RANK.get(held.trust, 0), -confirmations, kind, -held.updated, held.id)


def _line(held: Held) -> str:
    said = held.title if held.kind == "decision" and held.title else held.text
    name = f"{held.key}=" if held.key and not held.key.startswith(("adr/", "history/")) else ""
    return f"{held.id[:SHORTEST_PREFIX]} {fenced(name + clipped(' '.join(said.split()), LONGEST_LINE))}"
