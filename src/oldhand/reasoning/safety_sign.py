"""Which checks of a decision there are, and what one that speaks says."""

from typing import NamedTuple

WHOLE = 10_000  # ten-thousandths in one
PLAIN = 5_000  # strength of a sign that is what it is, without anything that adds to it
STRONG = 7_000
WEAK = 3_000


class Sign(NamedTuple):
    """What a check found in a decision.

    check: its id; bias: the bias it is a sign of; strength: how much speaks for it, in ten-thousandths; evidence: the
    fact it rests on, in words; question: what to ask oneself before going on.
    """

    check: str
    bias: str
    strength: int
    evidence: str
    question: str


class Check(NamedTuple):
    """One check. bias: what it is a sign of; looks: at what; source: where the bias and the remedy are described."""

    id: str
    bias: str
    looks: str
    source: str


_KAHNEMAN = "Kahneman, Lovallo & Sibony 2011, Harvard Business Review 89(6)"
_NUTT = "Nutt 1999, Academy of Management Executive 13(4): choices between one option and nothing fail more often"
_STAW = "Staw 1976, Organizational Behavior and Human Performance 16; Arkes & Blumer 1985, same journal 35"
_LORD = "Lord, Lepper & Preston 1984, Journal of Personality and Social Psychology 47: consider the opposite"
_KORIAT = "Koriat, Lichtenstein & Fischhoff 1980, Journal of Experimental Psychology 6: reasons against"
_BUEHLER = "Buehler, Griffin & Ross 1994, Journal of Personality and Social Psychology 67; reference classes"
_TVERSKY = "Tversky & Kahneman 1974, Science 185"
_KRUGLANSKI = "Kruglanski & Webster 1996, Psychological Review 103: seizing and freezing"

CHECKS = (
    Check("no-alternatives", "narrow framing", "a weighty choice without any alternative", _NUTT),
    Check("strawmen", "narrow framing", "alternatives for which nothing is said", _NUTT),
    Check("one-sided", "confirmation", "all reasons speak for what was chosen", _LORD),
    Check("confirmed-words", "confirmation", "that it confirms what was believed, named as a reason", _LORD),
    Check("searched-one-side", "confirmation", "the session looked for what was chosen only", _LORD),
    Check("calibration", "overconfidence", "confidence beyond what such confidence came to", _KORIAT),
    Check("unbacked-confidence", "overconfidence", "great confidence without reasons or criteria", _KORIAT),
    Check("certain-words", "overconfidence", "certainty in words, without reasons", _KORIAT),
    Check("escalation", "sunk cost", "the same way again after it went badly", _STAW),
    Check("spent-words", "sunk cost", "what was spent, named as a reason", _STAW),
    Check("reversal", "reversal", "decided so before, and replaced", _KAHNEMAN),
    Check("recent-incident", "availability", "rests on one incident against a good record", _TVERSKY),
    Check("recent-words", "availability", "what happened lately, named as the reason", _TVERSKY),
    Check("first-number", "anchoring", "an estimate equal to the first number that was said", _TVERSKY),
    Check("first-option", "anchoring", "only the first option was ever spoken of", _TVERSKY),
    Check("open-questions", "premature closure", "decided while what it turns on is open", _KRUGLANSKI),
    Check("hurried-words", "premature closure", "haste, named as the reason", _KRUGLANSKI),
    Check("like-took-longer", "planning fallacy", "an estimate below what the like took", _BUEHLER),
    Check("easy-words", "planning fallacy", "effort made small in words, without an estimate of parts", _BUEHLER),
    Check("others-do", "bandwagon", "that others do it, named as the reason", _KAHNEMAN),
)
BY_ID = {check.id: check for check in CHECKS}


def sign(check: str, strength: int, evidence: str, question: str) -> Sign:
    """A sign of a check, its strength kept within bounds."""
    return Sign(check, BY_ID[check].bias, max(1, min(strength, WHOLE)), evidence, question)
