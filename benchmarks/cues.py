"""Cues as people and agents give them, most of them about memories that are there."""

from random import Random

from benchmarks import corpus
from benchmarks import vocabulary as said

COUNT = 300  # cues of one measurement
LONGEST = 8  # words
UNKNOWN = ("zygomorphic", "фыркозябра", "QQX_NOT_THERE_77", "brontolith", "src/nowhere/at_all.zig", "E99999Z")
QUESTIONS = ("why {}", "how does {} work", "what about {}", "where is {}", "{} again?", "почему {}", "{}")
# Shares of the sorts of cues, which add up to 1: what an agent asks is mostly a few words of something it has seen.
SORTS = {
    "words of a memory": 0.40, "an identifier": 0.16, "a path": 0.08, "very common words": 0.10, "Russian": 0.12,
    "one word": 0.08, "unknown": 0.06,
}  # fmt: skip


def cues(total: int, count: int = COUNT, seed: int = corpus.SEED) -> list[tuple[str, str]]:
    """(sort, cue): `count` different cues for a corpus of `total` memories."""
    chance = Random(seed + 7)
    sorts = [sort for sort, share in SORTS.items() for _ in range(round(share * 100))]
    found: dict[str, str] = {}
    while len(found) < count:
        sort = sorts[len(found) % len(sorts)]
        found.setdefault(_cue(chance, sort, total), sort)
    return [(sort, cue) for cue, sort in found.items()]


def _cue(chance: Random, sort: str, total: int) -> str:
    if sort == "very common words":
        return " ".join(chance.choices(said.ENGLISH_SUBJECTS.split()[:40], k=chance.randrange(1, LONGEST + 1)))
    if sort == "unknown":
        return " ".join([chance.choice(UNKNOWN), str(chance.randrange(10**9))][: chance.randrange(1, 3)])
    words = _words(chance, total, sort)
    if sort == "one word":
        return chance.choice(words)
    start = chance.randrange(max(len(words) - 2, 1))
    taken = words[start : start + chance.randrange(2, LONGEST + 1)]
    return chance.choice(QUESTIONS).format(" ".join(taken))[:200]


def _words(chance: Random, total: int, sort: str) -> list[str]:
    """The words of some memory, or the name from code asked for by `sort`."""
    if sort == "an identifier":
        return [corpus.identifier(chance)]
    if sort == "a path":
        return [corpus.path(chance.randrange(max(int(total * corpus.FILES_PER_MEMORY), 8)))]
    while True:
        text = str(corpus.memory(chance.randrange(total), total)["text"])
        if (sort == "Russian") != text.isascii():
            return text.split()
