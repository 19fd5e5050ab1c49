"""Signs of bias in how a decision is built: its alternatives, the reasons for and against them, its confidence.

Each check is a pure function of the decision. It gives no sign when too little is known.
"""

import re

from oldhand.reasoning.decisions import CHOSEN, Decision
from oldhand.reasoning.safety_sign import PLAIN, STRONG, WEAK, Sign, sign

CERTAIN = 9_000  # ten-thousandths: from here on a stated confidence says that it hardly can go wrong
SURE = 7_000  # from here on somebody commits to an option
SHORT = 60  # characters of an option as a question quotes it
FEW_REASONS = 2  # on one side only: one reason is a remark, two are an argument
MANY_REASONS = 3  # for what was chosen, with no alternative named at all
# An option that is only there to be refused.
_NOMINAL = re.compile(
    r"(?:do(?:ing)? nothing|nothing|status quo|(?:leave|keep) (?:it|things|everything) as (?:it is|they are|is)"
    r"|none|no change|ничего|ничего не (?:делать|менять)|оставить (?:вс[её] )?как есть)\W{0,3}\Z",
    re.IGNORECASE,
)
# Another way that the text itself names.
_NAMED = re.compile(
    r"\b(?:instead of|rather than|over|versus|vs\.?|or|not|unlike|compared (?:to|with)|in place of|replac\w{1,4})\b"
    r"|\b(?:вместо|или|а не|нежели|чем|взамен|против|не)\b",
    re.IGNORECASE,
)


def quoted(text: str) -> str:
    """An option as a question names it: one line, cut at a word."""
    bare = " ".join(text.split())
    if len(bare) > SHORT:
        bare = bare[:SHORT].rsplit(" ", 1)[0] + " …"
    return f'"{bare}"'


def structural(decision: Decision) -> list[Sign]:
    """The signs in the decision's own structure."""
    found = [check(decision) for check in (_no_alternatives, _sides, _unbacked)]
    return [one for one in found if one is not None]


def weighty(decision: Decision) -> bool:
    """Whether enough is said to tell a commitment to a way from a note: a stated confidence, or a high risk."""
    return decision.risk == "high" or (decision.risk != "low" and decision.confidence is not None)


def _no_alternatives(decision: Decision) -> Sign | None:
    if decision.alternatives or not weighty(decision) or _NAMED.search(f"{decision.text} {decision.reason}"[:4000]):
        return None
    if decision.confidence is not None and decision.confidence < SURE and decision.risk != "high":
        return None
    if any(one.option == CHOSEN and not one.favours for one in decision.arguments):
        return None  # somebody who looked for what speaks against it weighed it
    strength = PLAIN + 1_500 * (decision.risk == "high") + 1_000 * ((decision.confidence or 0) >= CERTAIN)
    return sign(
        "no-alternatives", strength,
        "no alternative is recorded" + ", and the risk is high" * (decision.risk == "high"),
        f"If {quoted(decision.name)} were not possible, what would you do instead?",
    )  # fmt: skip


def _sides(decision: Decision) -> Sign | None:
    """All reasons on one side, or alternatives that are only there to be refused."""
    for_it = sum(one.option == CHOSEN and one.favours for one in decision.arguments)
    against_it = sum(one.option == CHOSEN and not one.favours for one in decision.arguments)
    others = [one for one in decision.arguments if CHOSEN < one.option <= len(decision.alternatives)]
    against_others = sum(not one.favours for one in others)
    if any(one.favours for one in others):
        return None
    real = [one for one in decision.alternatives if not _NOMINAL.match(one.strip())]
    if decision.alternatives and not real and for_it:
        return sign(
            "strawmen", PLAIN, f"the only alternative to it is {quoted(decision.alternatives[0])}",
            f"What would somebody who disagrees do instead of {quoted(decision.name)}?",
        )  # fmt: skip
    reasons = for_it + against_others
    if for_it and not against_it and (reasons >= MANY_REASONS or (decision.alternatives and reasons >= FEW_REASONS)):
        other = f" or for {quoted(real[0])}" if real else ""
        return sign(
            "one-sided", PLAIN + 500 * min(reasons - FEW_REASONS, 4),
            f"all {reasons} recorded reasons speak for it: none against it{', none for an alternative' * bool(real)}",
            f"What is the strongest reason against {quoted(decision.name)}{other}?",
        )  # fmt: skip
    if real and for_it and against_others and against_it:
        return sign(
            "strawmen", WEAK + 250 * min(against_others, 4),
            "nothing is said for any alternative" if len(real) > 1 else f"nothing is said for {quoted(real[0])}",
            f"When would {quoted(real[0])} be the better choice?",
        )  # fmt: skip
    return None


def _unbacked(decision: Decision) -> Sign | None:
    if decision.confidence is None or decision.confidence < CERTAIN or decision.risk == "low":
        return None
    if decision.arguments or decision.criteria or decision.read:
        return None
    grave = decision.risk == "high"
    if decision.reason and not (grave and decision.confidence >= 9_500):
        return None
    said = f"confidence {decision.confidence / 10_000:.2f} with no criterion by which one would know"
    return sign(
        "unbacked-confidence", STRONG if grave or not decision.reason else PLAIN,
        said + ("" if decision.reason else ", and no reason"),
        f"Imagine {quoted(decision.name)} failed within three months: what was the cause?",
    )  # fmt: skip
