"""Which steps of work come one after another: pairs against any order, longer sequences against their own parts.

A pair is found where it comes more often than the same steps of the session in any order would give it. A longer
sequence is looked for only where all its pairs are found, and is found where it comes more often than its parts make
it: of `a b c` it is asked whether `a` before `b` makes `c` after it more likely. So nothing is told twice: what a
longer sequence says as often as its part, the part no longer says.

The session is the unit: its counts less what chance gives are summed over sessions and held against their own spread.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from oldhand.sessions.inferring import FALSE_RATE, Finding
from oldhand.sessions.measuring import clustered, discoveries, excess

LONGEST = 4  # steps of a sequence: of longer ones hardly any comes often enough to be told from chance
FEWEST_WITH = 20  # sessions that have all its steps: from there on the test's approximation holds
MOST_STEPS = 60  # kinds of steps that are looked at: those that most sessions have
MOST_LONGER = 2_000  # sequences of one length that are tested; there are seldom a hundred
ARROW = " -> "
FOLLOWS = "follows"
Gram = tuple[str, ...]


class _Tested(NamedTuple):
    """A sequence and what is known of it: how often it came, how often it was due, and the differences by session."""

    gram: Gram
    seen: int
    due: float
    differences: list[float]


def common(sessions: Iterable[Iterable[str]], most: int = MOST_STEPS) -> set[str]:
    """The steps that most sessions have."""
    counted = Counter(name for session in sessions for name in sorted(set(session)))
    return {name for name, _ in counted.most_common(most)}


def sequences(sessions: Sequence[Sequence[str]]) -> list[Finding]:
    """The sequences of two to four steps that are found, the clearest first.

    A step right after itself is left out: work repeats itself. share, low, high of a finding: of the times its first
    steps came (and something after them), how often its last came next, with an interval that allows for sessions
    being of different kinds.
    """
    looked_at = common(sessions)
    found: dict[Gram, tuple[_Tested, float]] = {}
    level = list(_pairs(sessions, looked_at))
    for length in range(2, LONGEST + 1):
        chances = [excess(one.differences) for one in level]
        clear = discoveries(chances, FALSE_RATE)
        new = {one.gram: (one, chance) for one, chance, said in zip(level, chances, clear, strict=True) if said}
        found |= new
        if length < LONGEST:
            level = _longer(sessions, {gram for gram in found if len(gram) == 2}, length + 1)
    counts = {gram: one.seen for gram, (one, _) in found.items()}
    told = [
        Finding(
            "", ARROW.join(gram), FOLLOWS, one.seen, len(one.differences), round(one.due), 0, round(1e6 * chance),
            *_next(sessions, gram),
        )
        for gram, (one, chance) in found.items() if not _said_by_longer(gram, counts)
    ]  # fmt: skip
    return sorted(told, key=lambda one: (one.chance, -one.times, one.text))


def _pairs(sessions: Sequence[Sequence[str]], looked_at: set[str]) -> Iterator[_Tested]:
    """Every pair of steps that enough sessions have, against any order of the same steps."""
    seen: Counter[tuple[str, str]] = Counter()
    due: dict[tuple[str, str], float] = {}
    differences: dict[tuple[str, str], list[float]] = {}
    for names in sessions:
        times, after = Counter(names), Counter(pairwise(names))
        present = sorted(looked_at.intersection(times))
        for pair in ((a, b) for a in present for b in present if a != b):
            # Of n steps in any order, each of n - 1 neighbours is this pair with chance times x times / n (n - 1).
            expected = times[pair[0]] * times[pair[1]] / len(names)
            seen[pair] += after[pair]
            due[pair] = due.get(pair, 0.0) + expected
            differences.setdefault(pair, []).append(after[pair] - expected)
    for pair, by_session in sorted(differences.items()):
        if len(by_session) >= FEWEST_WITH:
            yield _Tested(pair, seen[pair], due[pair], by_session)


def _longer(sessions: Sequence[Sequence[str]], pairs: set[Gram], length: int) -> list[_Tested]:
    """The sequences of one length all of whose pairs were found, against what their parts make.

    Of the places in a session where the middle stands with a step before and after it, `before` have the first step
    before it and `after` the last one after it: if neither knew of the other, before x after / places would have both.
    """
    seen: Counter[Gram] = Counter()
    due: dict[Gram, float] = {}
    differences: dict[Gram, list[float]] = {}
    for names in sessions:
        around: dict[Gram, Counter[tuple[str, str]]] = {}
        for at in range(len(names) - length + 1):
            gram = tuple(names[at : at + length])
            if length == 3 or all(pair in pairs for pair in pairwise(gram[1:-1])):
                around.setdefault(gram[1:-1], Counter())[gram[0], gram[-1]] += 1
        for middle, ends in around.items():
            before, after = _sums(ends, 0), _sums(ends, 1)
            firsts = [name for name in before if (name, middle[0]) in pairs]
            lasts = [name for name in after if (middle[-1], name) in pairs]
            for first, last in ((a, b) for a in firsts for b in lasts):
                gram, expected = (first, *middle, last), before[first] * after[last] / ends.total()
                seen[gram] += ends[first, last]
                due[gram] = due.get(gram, 0.0) + expected
                differences.setdefault(gram, []).append(ends[first, last] - expected)
    found = [_Tested(one, seen[one], due[one], by) for one, by in sorted(differences.items()) if len(by) >= FEWEST_WITH]
    return sorted(found, key=lambda one: (-len(one.differences), one.gram))[:MOST_LONGER]


def _sums(ends: Counter[tuple[str, str]], place: int) -> Counter[str]:
    """How often each step stands at one end."""
    found: Counter[str] = Counter()
    for pair, count in ends.items():
        found[pair[place]] += count
    return found


def _said_by_longer(gram: Gram, counts: dict[Gram, int]) -> bool:
    """Whether a longer sequence that is found holds this one and came as often."""
    return any(
        len(other) == len(gram) + 1 and gram in (other[1:], other[:-1]) and count >= counts[gram]
        for other, count in counts.items()
    )


def _next(sessions: Sequence[Sequence[str]], gram: Gram) -> tuple[int, int, int]:
    """Of the times that the first steps of a sequence came and something followed, how often the last came next: the
    share and its interval, in thousandths."""
    size = len(gram) - 1
    counts = []
    for names in sessions:
        places = [at for at in range(len(names) - size) if tuple(names[at : at + size]) == gram[:-1]]
        if places:
            counts.append((sum(names[at + size] == gram[-1] for at in places), len(places)))
    share, low, high = clustered(counts)
    return round(1000 * share), round(1000 * low), round(1000 * high)
