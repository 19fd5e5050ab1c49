"""Counts in replies with the word that agrees with them: `1 outcome was`, `2 outcomes were`."""


def many(count: int, noun: str) -> str:
    """A count with its noun: `1 outcome`, `1,200 outcomes`; nouns that only take an s."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def agreeing(count: int, one: str, several: str) -> str:
    """A count with the word that depends on it: `1 was`, `3 were`."""
    return f"{count:,} {one if count == 1 else several}"
