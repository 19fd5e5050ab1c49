"""Which memories are used in the same stretch of work more often than chance would have it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

from oldhand.knowledge.utility import NEWEST
from oldhand.recall.render import clipped
from oldhand.sessions.answers import Answer, answers, tied_to_files
from oldhand.sessions.inferring import FALSE_RATE, Finding, Inferred, text_of
from oldhand.sessions.measuring import discoveries, fisher
from oldhand.store.trace_log import Wanted, entries

if TYPE_CHECKING:
    from oldhand.memory import Memory

GAP_MS = 1_800_000  # half an hour without a question: what comes then is another stretch of work
FEWEST_STRETCHES = 30  # with something used: fewer can hardly make any pair clear
FEWEST_TOGETHER = 3  # stretches in which both were used: what happened twice is an accident too easily
MOST_USED = 300  # memories that are paired: those used in most stretches
LONGEST_TEXT = 60
TOGETHER = "used together"


def stretches(given: Iterable[Answer]) -> list[frozenset[str]]:
    """The memories used in each stretch of work; stretches in which nothing was used are left out."""
    found: list[set[str]] = []
    last = 0
    for one in given:
        if not found or one.at - last > GAP_MS:
            found.append(set())
        last = one.at
        found[-1] |= one.used
    return [frozenset(one) for one in found if one]


def together(used: Sequence[frozenset[str]]) -> list[Finding]:
    """The pairs that are used together more often than each by itself would make it, by Fisher's exact test."""
    times = Counter(name for one in used for name in sorted(one))
    common = {name for name, count in times.most_common(MOST_USED) if count >= FEWEST_TOGETHER}
    both = Counter(pair for one in used for pair in combinations(sorted(one & common), 2))
    pairs = sorted(both)
    chances = [fisher(both[a, b], times[a], times[b] - both[a, b], len(used) - times[a]) for a, b in pairs]
    never = [1.0] * (comb(len(common), 2) - len(pairs))  # pairs that never met were looked at too
    found = []
    for (a, b), chance, clear in zip(pairs, chances, discoveries([*chances, *never], FALSE_RATE), strict=False):
        seen, expected = both[a, b], times[a] * times[b] / len(used)
        if clear and seen >= FEWEST_TOGETHER and seen > expected:
            found.append(Finding("", f"{a} {b}", TOGETHER, seen, len(used), round(expected), 0, round(1e6 * chance)))
    return sorted(found, key=lambda one: (one.chance, -one.times, one.text))


def together_layer(memory: "Memory", limit: int) -> Inferred:
    """The layer of the local log of operations. Raises UnusableStore when it cannot be read."""
    logged = [trace for _, trace in entries(memory.traces(), Wanted(outcome="ok"), NEWEST)]
    with memory.reading() as reader:
        used = stretches(answers(logged, tied_to_files(logged, reader)))
        if len(used) < FEWEST_STRETCHES:
            return Inferred(len(used), FEWEST_STRETCHES, [], [], 0)
        found = together(used)
        named = []
        for one in found[:limit]:
            texts = [f"{name} {clipped(text_of(reader, name), LONGEST_TEXT)}".strip() for name in one.text.split()]
            named.append(one._replace(text=" + ".join(texts)))
    return Inferred(len(used), FEWEST_STRETCHES, [], named, max(len(found) - limit, 0))
