"""Signs of bias in the words of a decision, in English and Russian. They come second to its structure.

A word is weak evidence: a decision with reasons on both sides is not judged by its words. What must be so by a
requirement ("the API must return 404") is no certainty that something goes well.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from oldhand.reasoning.decisions import CHOSEN, Decision
from oldhand.reasoning.safety_grammar import Found, Grammar, Words, split
from oldhand.reasoning.safety_sign import PLAIN, Sign, sign
from oldhand.reasoning.safety_structure import quoted

READ = 4_000  # characters of a text and of a reason; a decision says what it rests on early
SENTENCES = 40  # of both together
LONGEST_SENTENCE = 500  # characters; bounds every pattern
SHOWN = 70  # characters of what was found, as the evidence quotes it
_END = re.compile(r"(?<=[.?!…;])\s{1,8}|\n")


class Rule(NamedTuple):
    """When the words of a check are not told. here: labels of what silences it in the same sentence; anywhere: of what
    does in the whole decision; denied: whether a negation just before does; required: whether a sentence that states a
    requirement does."""

    here: frozenset[str] = frozenset()
    anywhere: frozenset[str] = frozenset()
    denied: bool = True
    required: bool = False


def _rule(here: str = "", anywhere: str = "", *, denied: bool = True, required: bool = False) -> Rule:
    return Rule(frozenset(here.split()), frozenset(anywhere.split()), denied, required)


# Somebody else's claim is no certainty of the one who decides; what was measured, counted or compared is a ground; what
# was spent and conceded ("although", "but") is no reason to go on.
RULES = {
    "certain-words": _rule("reported hindsight doubted", required=True),
    "spent-words": _rule("concession evidence", "stops"),
    "recent-words": _rule(anywhere="counted evidence", denied=False),
    "hurried-words": _rule(denied=False),
    "easy-words": _rule("reported took evidence", "took"),
    "others-do": _rule(),
    "confirmed-words": _rule(denied=False),
    "first-number": _rule(anywhere="others-checked evidence took", denied=False),
}
# Words that deny what follows them.
DENIALS = frozenset((
    "not", "non", "never", "hardly", "no", "nobody", "none", "neither", "nor", "rarely", "seldom", "without", "avoid",
    "less",
    "не", "ни", "никогда", "никто", "без", "нет", "отнюдь", "вряд",
))  # fmt: skip
BEFORE = 2  # words before a pattern in which a negation denies it


def _regex(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


# A sentence that says what has to be so, not how sure somebody is. Modal verbs as RFC 2119 has them, and Russian ones.
REQUIREMENT = _regex(
    r"\b(?:must|shall|should|is required|are required|requires?|has to|have to|may not|mandatory)\b",
    r"(?<!\bno )(?<!\bnot )(?<!n't )\bneeds? to\b",
    r"\b(?:долж(?:ен|на|но|ны)|обязан\w{0,3}|обязательн\w{1,3}|требу\w{2,5}|требован\w{1,3}|необходимо|следует|нельзя)\b",
)

# A choice is none, however it is worded: "we must use Redis" decides, "the API must return 404" demands.
_VERBS = "use|choose|pick|take|go|adopt|switch|move|migrate|rewrite|buy|build|replace|drop|keep|stay|introduce"
_RUSSIAN_VERBS = (
    r"бер[её]м|брать|взять|использовать|выбрать|выбирать|перейти|переходить|переписать|заменить|внедрить|купить"
    r"|оставить|отказаться"
)
CHOICE = _regex(
    rf"\b(?:we|I) (?:\w{{1,12}} )?(?:must|shall|should|has to|have to|needs? to) (?:\w{{1,12}} )?(?:{_VERBS})\b",
    rf"\b(?:мы|нам|я|мне) (?:\w{{1,14}} )?(?:долж(?:ен|на|ны)|обязан\w{{0,3}}|обязательно|необходимо|следует)"
    rf" (?:\w{{1,14}} )?(?:{_RUSSIAN_VERBS})\b",
)


def worded(decision: Decision) -> list[Sign]:
    """The signs in the words of a decision, one for each check."""
    if considered(decision):
        return []
    told: dict[str, str] = {}
    anywhere: set[str] = set()
    for sentence in sentences(f"{decision.text[:READ]}\n{decision.reason[:READ]}"):
        words = split(sentence)
        found = list(grammar().find(words))
        labels = {one.label for one in found}
        anywhere |= labels
        silent = _silent(sentence, labels)
        for one in found:
            if one.label not in RULES or one.label in silent or one.label in told:
                continue
            if not (RULES[one.label].denied and _denied(words, one.first)):
                told[one.label] = _said(sentence, words, one)
    it = quoted(decision.name)
    return [
        sign(check, PLAIN, f'it says "{said}"', QUESTIONS[check].replace("{it}", it))
        for check, said in told.items()
        if not RULES[check].anywhere & anywhere
    ]


@cache
def grammar() -> Grammar:
    """Both languages together: a sentence may be in either, or in both."""
    from oldhand.reasoning import safety_classes_english, safety_classes_russian
    from oldhand.reasoning import safety_reasons_english as english_reasons
    from oldhand.reasoning import safety_reasons_russian as russian_reasons
    from oldhand.reasoning import safety_words_english as english
    from oldhand.reasoning import safety_words_russian as russian

    patterns: dict[str, str] = {}
    for several in (english.PATTERNS, english_reasons.PATTERNS, russian.PATTERNS, russian_reasons.PATTERNS):
        for label, lines in several.items():
            patterns[label] = patterns.get(label, "") + lines
    return Grammar({**safety_classes_english.CLASSES, **safety_classes_russian.CLASSES}, patterns)


def _silent(sentence: str, labels: set[str]) -> set[str]:
    """The checks that are not told in a sentence. A question asks and does not say, unless only for effect."""
    if sentence.endswith("?") and "asked" not in labels:
        return set(RULES)
    states = REQUIREMENT.search(sentence) is not None and CHOICE.search(sentence) is None
    return {check for check, rule in RULES.items() if rule.here & labels or (rule.required and states)}


def _denied(words: Words, first: int) -> bool:
    return any(one in DENIALS for one in words.said[max(0, first - BEFORE) : first])


def _said(sentence: str, words: Words, found: Found) -> str:
    said = sentence[words.spans[found.first][0] : words.spans[found.last - 1][1]]
    return said if len(said) <= SHOWN else said[: SHOWN - 2].rsplit(" ", 1)[0] + " …"


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
