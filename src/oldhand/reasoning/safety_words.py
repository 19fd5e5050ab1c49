"""Signs of bias in the words of a decision, in English and Russian. They come second to its structure.

A word is weak evidence: a decision with reasons on both sides is not judged by its words. What must be so by a
requirement ("the API must return 404") is no certainty that something goes well.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from oldhand.reasoning.decisions import CHOSEN, Decision
from oldhand.reasoning.safety_sign import PLAIN, Sign, sign
from oldhand.reasoning.safety_structure import quoted

READ = 4_000  # characters of a text and of a reason; a decision says what it rests on early
SENTENCES = 40  # of both together
LONGEST_SENTENCE = 500  # characters; bounds every pattern
SHOWN = 70  # characters of what was found, as the evidence quotes it
_END = re.compile(r"(?<=[.?!…;])\s{1,8}|\n")


class Rule(NamedTuple):
    """What is looked for in one sentence. unless: a pattern that silences it there; anywhere: one that silences it
    when it stands anywhere in the decision; required: whether it is silent in a sentence that states a requirement."""

    check: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None = None
    anywhere: re.Pattern[str] | None = None
    required: bool = False
    strength: int = PLAIN


def compiled(*patterns: str) -> re.Pattern[str]:
    """Any of these patterns, case ignored; `~` is up to 40 characters of the same sentence."""
    return re.compile("|".join(patterns).replace("~", "[^?!]{0,40}?"), re.IGNORECASE)


# A sentence that says what has to be so, not how sure somebody is. Modal verbs as RFC 2119 has them, and Russian ones.
REQUIREMENT = compiled(
    r"\b(?:must|shall|should|is required|are required|requires?|has to|have to|needs? to|may not|mandatory)\b",
    r"\b(?:долж(?:ен|на|но|ны)|обязан\w{0,3}|обязательн\w{1,3}|требу\w{2,5}|требован\w{1,3}|необходимо|следует|нельзя)\b",
)

# A choice is none, however it is worded: "we must use Redis" decides, "the API must return 404" demands.
_VERBS = "use|choose|pick|take|go|adopt|switch|move|migrate|rewrite|buy|build|replace|drop|keep|stay|introduce"
_RUSSIAN_VERBS = (
    r"бер[её]м|брать|взять|использовать|выбрать|выбирать|перейти|переходить|переписать|заменить|внедрить|купить"
    r"|оставить|отказаться"
)
CHOICE = compiled(
    rf"\b(?:we|I) (?:\w{{1,12}} )?(?:must|shall|should|has to|have to|needs? to) (?:\w{{1,12}} )?(?:{_VERBS})\b",
    rf"\b(?:мы|нам|я|мне) (?:\w{{1,14}} )?(?:долж(?:ен|на|ны)|обязан\w{{0,3}}|обязательно|необходимо|следует)"
    rf" (?:\w{{1,14}} )?(?:{_RUSSIAN_VERBS})\b",
)


def worded(decision: Decision) -> list[Sign]:
    """The signs in the words of a decision, one for each check."""
    if considered(decision):
        return []
    from oldhand.reasoning.safety_words_english import ENGLISH
    from oldhand.reasoning.safety_words_russian import RUSSIAN

    whole = f"{decision.text[:READ]}\n{decision.reason[:READ]}"
    it = quoted(decision.name)
    found: dict[str, Sign] = {}
    for sentence in sentences(whole):
        states = REQUIREMENT.search(sentence) is not None and CHOICE.search(sentence) is None
        for rule in (*ENGLISH, *RUSSIAN):
            if rule.check in found or (rule.required and states):
                continue
            if (spoken := _spoken(rule, sentence, whole)) is not None:
                found[rule.check] = sign(
                    rule.check, rule.strength, f'it says "{spoken}"', QUESTIONS[rule.check].replace("{it}", it)
                )  # fmt: skip
    return list(found.values())


def considered(decision: Decision) -> bool:
    """Whether reasons on both sides are recorded: something against what was chosen and for an alternative."""
    against = any(one.option == CHOSEN and not one.favours for one in decision.arguments)
    return against and any(one.option > CHOSEN and one.favours for one in decision.arguments)


def sentences(text: str) -> Iterator[str]:
    """The sentences of a decision's words, bounded in number and length."""
    count = 0
    for part in _END.split(text):
        said = " ".join(part.replace("\u2019", "'").split())
        if said:
            yield said[:LONGEST_SENTENCE]
            count += 1
            if count >= SENTENCES:
                return


def _spoken(rule: Rule, sentence: str, whole: str) -> str | None:
    match = rule.pattern.search(sentence)
    if match is None or (rule.unless is not None and rule.unless.search(sentence)):
        return None
    if rule.anywhere is not None and rule.anywhere.search(whole):
        return None
    said = match.group()
    return said if len(said) <= SHOWN else said[: SHOWN - 2].rsplit(" ", 1)[0] + " …"


QUESTIONS = {  # {it}: the decision, in its own words
    "certain-words": "What would have to happen for {it} to go wrong, and how likely is that?",
    "spent-words": "If nothing had been spent on {it} yet, would you begin it today?",
    "recent-words": "Over the last year, how often did that happen, and would {it} have prevented it?",
    "hurried-words": "What does it cost to decide {it} tomorrow, and what to undo it?",
    "easy-words": "How long did the last two things like {it} take, from start to finish?",
    "others-do": "Which of their reasons for {it} hold here?",
    "confirmed-words": "What would you have had to see to decide against {it}?",
    "first-number": "What number would you give for {it} if nobody had named one?",
}
