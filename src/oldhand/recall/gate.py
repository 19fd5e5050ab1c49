"""The gate: how sure an answer is, and when it is better to say that nothing is known."""

STRONG = 0.60  # match from which on an answer is called strong: most of what was asked, by weight
VERDICTS = ("strong", "weak", "nothing known")


def verdict(best: float, floor: float) -> str:
    """What the best match (0 to 1) of an answer makes of it, with the floor below which nothing is shown."""
    if best >= max(STRONG, floor):
        return "strong"
    return "weak" if best >= floor and best > 0 else "nothing known"
