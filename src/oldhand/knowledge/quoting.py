"""Whether one text rests on others, or quotes them."""

from collections.abc import Sequence

from oldhand.knowledge.compressing import cover, values_of

SHORTEST_QUOTE = 20  # characters of a sentence that count as a quotation when another text has it too


def supported(said: str, inputs: Sequence[str]) -> bool:
    """Whether inputs still carry what was said: it covers them, and has no value that none of them has."""
    known = {term for text in inputs for term in values_of(text)} | {w for t in inputs for w in values_of(f"x {t}")}
    return cover(inputs, said).enough and set(values_of(said)) <= known


def quotes(texts: Sequence[str], gone: Sequence[str], left: Sequence[str]) -> bool:
    """Whether a text has a sentence, or a value, that only erased texts had."""
    said = "\n".join(" ".join(text.casefold().split()) for text in texts)
    values = {term for text in texts for term in values_of(text)}
    kept = {term for text in left for term in values_of(text)}
    if values & ({term for text in gone for term in values_of(text)} - kept):
        return True
    quoted = (" ".join(line.casefold().split()) for text in gone for line in text.replace(". ", ".\n").splitlines())
    return any(len(line) >= SHORTEST_QUOTE and line in said for line in quoted)
