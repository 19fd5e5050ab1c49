"""How well two readers of the same messages agree."""

from collections.abc import Sequence


def f1(pairs: Sequence[tuple[str, str]], kind: str) -> float:
    """The F1 of one class; pairs are (label, answer). 0 where the class is neither labelled nor answered."""
    right = sum(label == answer == kind for label, answer in pairs)
    told = sum(answer == kind for _, answer in pairs)
    there = sum(label == kind for label, _ in pairs)
    return 2 * right / (told + there) if told + there else 0.0


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """The mean of the F1 of the three classes."""
    return sum(f1(pairs, kind) for kind in ("tactical", "decision", "learning")) / 3
