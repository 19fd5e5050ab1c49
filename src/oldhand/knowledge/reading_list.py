"""What to read for a task, and how: ranked files in tiers, each with a read mode and its cost, within a budget."""

from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.overview import Ranking
from oldhand.model.tokens import estimate

if TYPE_CHECKING:
    from oldhand.store.code_index import CodeIndex

CRITICAL, IMPORTANT, REFERENCE = "critical", "important", "reference"
MOST_CRITICAL = 5  # files: in four of five public tasks at least one of the first five was changed (docs/BENCHMARKS.md)
MOST_IMPORTANT = 10  # files down to which recall was measured
CLOSE = 2.5  # logits below the best within which a file is critical: one in twelve as likely as the best
NEAR = 6.0  # logits below the best beyond which a file is for reference only: one in four hundred as likely
LARGE = 0.4  # share of the budget above which a file is not read whole but by its map
PLAIN_HEAD = 200  # tokens of a file without symbols that tell what it is: its first lines
FULL, MAP, SIGNATURES = "full", "map", "signatures"


class ToRead(NamedTuple):
    """A file to read. tier: critical, important or reference; read: full, map (symbols with the first line of what
    they say of themselves) or signatures; tokens: what that costs, estimated; reasons: the weightiest first."""

    path: str
    tier: str
    read: str
    tokens: int
    reasons: list[str]


def reading_list(index: "CodeIndex", ranking: Ranking, budget: int, limit: int) -> tuple[list[ToRead], int]:
    """(the files to read, their tokens) of a ranking. What does not fit is read in a shorter way, then not at all."""
    chosen: list[ToRead] = []
    left = budget
    best = ranking.ranked[0].score if ranking.ranked else 0.0
    for place, one in enumerate(ranking.ranked[:limit]):
        critical = place < MOST_CRITICAL and one.score >= best - CLOSE and not ranking.vague
        important = place < MOST_IMPORTANT and one.score >= best - NEAR
        tier = CRITICAL if critical else IMPORTANT if important else REFERENCE
        costs = _costs(index, one.path, one.file.tokens)
        wanted = {CRITICAL: (FULL, MAP, SIGNATURES), IMPORTANT: (MAP, SIGNATURES), REFERENCE: (SIGNATURES,)}[tier]
        for mode in wanted:
            fits = costs[mode] <= left and not (mode == FULL and costs[FULL] > LARGE * budget)
            if fits:
                mode = FULL if costs[FULL] <= costs[mode] else mode
                chosen.append(ToRead(one.path, tier, mode, costs[mode], list(one.reasons)))
                left -= costs[mode]
                break
    return chosen, budget - left


def _costs(index: "CodeIndex", path: str, tokens: int) -> dict[str, int]:
    symbols = index.symbols(path)
    signatures = sum(estimate(symbol.signature) + 2 for symbol in symbols)
    told = sum(estimate(symbol.doc.split("\n", 1)[0]) for symbol in symbols if symbol.doc)
    if not symbols:
        signatures, told = min(tokens, PLAIN_HEAD), 0
    return {FULL: tokens, MAP: min(tokens, signatures + told), SIGNATURES: min(tokens, signatures)}
