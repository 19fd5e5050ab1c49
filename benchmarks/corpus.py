"""The corpus: memories and cues as a project would have them, the same every time.

Memory `n` depends on the seed and `n` alone, so any of them can be made again when a cue needs it.
Words follow Zipf's law over a vocabulary of English, Russian and names from code; statements take
many forms (prose, commands, settings, errors, reasons), so that no two share a template's words.
"""

from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from random import Random
from typing import Any, NamedTuple

from benchmarks import vocabulary as said

VERSION = 1  # changes when the same seed would give other memories: stores of another version are not reused
SEED = 20_261_120
ZIPF_EXPONENT = 1.05  # of natural language: the second word comes half as often as the first
ZIPF_OFFSET = 2.7  # Mandelbrot's correction, which flattens the very top
TAIL_WORDS = 40_000  # rare words beside the written ones: names of one project's own, most seen a few times
RUSSIAN_SHARE, CODE_SHARE = 0.20, 0.30  # of all memories; the rest is English prose
KEYED_SHARE, TAGGED_SHARE, ANCHORED_SHARE = 0.12, 0.30, 0.35
FILES_PER_MEMORY = 0.05  # a project has about one file for twenty memories
STRIDE = 1_000_003  # prime: neighbours get unrelated random sequences


class Weighted(NamedTuple):
    """Words with the running sums of their Zipf weights, as `Random.choices` wants them."""

    words: list[str]
    sums: list[float]


def zipf(words: list[str]) -> Weighted:
    """The words, the first the commonest, with Zipf-Mandelbrot weights."""
    return Weighted(
        words, list(accumulate((rank + ZIPF_OFFSET) ** -ZIPF_EXPONENT for rank in range(1, len(words) + 1)))
    )


@cache
def english() -> Weighted:
    """English words: the commonest as written down, then names such as a project makes up."""
    made = Random(SEED)
    seen = dict.fromkeys([*said.ENGLISH_COMMON.split(), *said.ENGLISH_SUBJECTS.split()])
    while len(seen) < TAIL_WORDS:
        seen[invented(made)] = None
    return zipf(list(seen))


@cache
def russian() -> Weighted:
    """Russian words with their endings, the commonest first."""
    made = Random(SEED + 1)
    seen = dict.fromkeys(said.RUSSIAN_COMMON.split())
    stems = said.RUSSIAN_SUBJECTS.split()
    while len(seen) < TAIL_WORDS // 8:
        stem = made.choice(stems)
        seen[
            made.choice(said.RUSSIAN_PREFIXES.split()) * made.getrandbits(1)
            + stem
            + made.choice(said.RUSSIAN_ENDINGS.split())
        ] = None
    return zipf(list(seen))


def invented(chance: Random) -> str:
    """A name such as a project makes up: `Quorvan`, `reslotting`, `pgvault`."""
    word = "".join(chance.choice(said.SYLLABLES) for _ in range(chance.choice((2, 2, 3))))
    return word + chance.choice(said.SUFFIXES)


def identifier(chance: Random) -> str:
    """A name from code: snake_case, camelCase, CONSTANT, dotted or an error code."""
    subjects = said.IDENTIFIER_PARTS
    parts = [chance.choice(subjects) for _ in range(chance.choice((2, 2, 3)))]
    form = chance.randrange(6)
    if form == 0:
        return "_".join(parts)
    if form == 1:
        return parts[0] + "".join(part.title() for part in parts[1:])
    if form == 2:
        return "_".join(parts).upper() + (f"_{chance.randrange(100)}" if chance.random() < 0.3 else "")
    if form == 3:
        return "".join(part.title() for part in parts) + chance.choice(("", "Error", "Client", "Factory"))
    if form == 4:
        return ".".join(parts) + chance.choice(("", "()"))
    return chance.choice(("E", "ERR-", "PAY-", "OPS-", "HTTP ")) + str(chance.randrange(100, 10_000))


def path(number: int) -> str:
    """The path of the project's file with this number."""
    chance = Random(SEED ^ number * STRIDE)
    folders = "/".join(chance.choice(said.IDENTIFIER_PARTS) for _ in range(chance.choice((1, 2, 2, 3))))
    return f"src/{folders}/{chance.choice(said.IDENTIFIER_PARTS)}_{number}.{chance.choice(said.FILE_ENDINGS)}"


def memory(number: int, total: int) -> dict[str, Any]:
    """Memory `number` of a corpus of `total`, with the arguments that `remember` takes."""
    chance = Random(SEED + number * STRIDE)
    draw = chance.random()
    if draw < RUSSIAN_SHARE:
        text = _sentence(chance, russian(), said.RUSSIAN_FRAMES)
    elif draw < RUSSIAN_SHARE + CODE_SHARE:
        text = _code(chance, number)
    else:
        text = _sentence(chance, english(), said.ENGLISH_FRAMES)
    made: dict[str, Any] = {"text": text, "kind": chance.choice(said.KINDS), "domain": chance.choice(said.DOMAINS)}
    if chance.random() < KEYED_SHARE:
        made["key"] = f"{chance.choice(said.IDENTIFIER_PARTS)}/{chance.choice(said.IDENTIFIER_PARTS)}-{number}"
    if chance.random() < TAGGED_SHARE:
        made["tags"] = chance.choices(said.TAGS, k=chance.choice((1, 1, 2, 3)))
    if chance.random() < ANCHORED_SHARE:
        file = int((chance.random() ** 2) * max(total * FILES_PER_MEMORY, 8))  # some files are spoken of far more
        first = chance.randrange(1, 400)
        made["anchors"] = [path(file) + chance.choice(("", f":{first}", f":{first}-{first + chance.randrange(1, 40)}"))]
    return made


def memories(total: int, start: int = 0) -> Iterator[dict[str, Any]]:
    """The memories of a corpus of `total`, from `start` on, in order."""
    return (memory(number, total) for number in range(start, total))


def _sentence(chance: Random, words: Weighted, frames: list[str]) -> str:
    """Prose: a frame or two filled with words by their frequency and now and then a name, path or number."""
    spoken = []
    for _ in range(chance.choice((1, 2, 2, 3))):
        frame = chance.choice(frames)
        body = chance.choices(words.words, cum_weights=words.sums, k=chance.randrange(3, 14))
        if chance.random() < 0.55:
            body.insert(chance.randrange(len(body)), _term(chance))
        spoken.append(frame.replace("*", " ".join(body)))
    text = " ".join(spoken)
    return text[0].upper() + text[1:]


def _term(chance: Random) -> str:
    form = chance.randrange(8)
    if form < 4:
        return f"`{identifier(chance)}`" if form < 2 else identifier(chance)
    if form == 4:
        return path(chance.randrange(20_000))
    if form == 5:
        return f"v{chance.randrange(9)}.{chance.randrange(30)}.{chance.randrange(12)}"
    return str(chance.randrange(10_000)) + chance.choice(("", " ms", "%", " MB", "s"))


def _code(chance: Random, number: int) -> str:
    """A line as code, settings and logs have it, with a few words of what it means."""
    meaning = " ".join(chance.choices(english().words, cum_weights=english().sums, k=chance.randrange(4, 12)))
    form = chance.choice(said.CODE_FRAMES)
    return form.format(
        name=identifier(chance), other=identifier(chance), file=path(chance.randrange(20_000)), meaning=meaning,
        number=chance.randrange(65_536), tool=chance.choice(said.TOOLS), flag=chance.choice(said.IDENTIFIER_PARTS),
        serial=f"{number:x}",
    )  # fmt: skip
