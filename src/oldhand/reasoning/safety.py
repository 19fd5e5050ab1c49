"""Checks of a decision for signs of bias: from its structure first, from its words second.

A sign is a fact with a question, never a verdict. docs/REASONING.md tells each check, how often it spoke rightly in
tests, and how its own precision is measured here.
"""

from oldhand.reasoning.decisions import Decision
from oldhand.reasoning.safety_around import NOTHING, Around
from oldhand.reasoning.safety_history import historical
from oldhand.reasoning.safety_looking import around
from oldhand.reasoning.safety_sign import Sign as Sign
from oldhand.reasoning.safety_structure import structural
from oldhand.reasoning.safety_words import worded
from oldhand.store.reader import Reader


def check(reader: Reader, decision: Decision, known: Around | None = None) -> list[Sign]:
    """Every sign in a decision, the strongest first. known: what is around it, where it was looked up already."""
    return signs(decision, around(reader, decision) if known is None else known)


def signs(decision: Decision, known: Around = NOTHING) -> list[Sign]:
    """Every sign that a decision shows by itself and by what is known around it, the strongest first.

    Where structure shows a bias, words that show the same one are not told too.
    """
    found = structural(decision) + historical(decision, known)
    shown = {one.bias for one in found}
    found += [one for one in worded(decision) if one.bias not in shown]
    return sorted(found, key=lambda one: (-one.strength, one.check))
