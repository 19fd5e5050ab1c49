"""Decisions in what was said in a session: sentences in which a person or an agent settles a choice.

They are candidates only: a person confirms them, words them anew or skips them. English and Russian. Each pattern has
bounded parts only and is tried on one sentence.
"""

import re
from typing import NamedTuple

from oldhand.sessions.said import statements

PERSON, AGENT = "person", "agent"
MOST_OF_ONE = 3  # decisions taken of one message
SHORTEST = 16  # characters

_I = re.IGNORECASE
_LEAD = (
    r"(?:(?:ok|okay|yes|yeah|yep|hmm|right|cool|great|so|and|but|then|well|alright|actually|good|sure|please|да"
    r"|ок|хорошо"
    r"|ладно|тогда|ну|и|но|итак|значит)[,.:!]? +){0,3}"
)
_CLAUSE = rf"(?:^{_LEAD}|[,;:] +{_LEAD}|[.!] +{_LEAD}|[–—-] +{_LEAD})"


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), _I)


# A person settles something: as it is, without a reason.
_SETTLED = _any(
    rf"{_CLAUSE}(?:let'?s|lets|i'?d|we'?ll|we should|we will) (?:just |rather |then )?"
    r"(?:go with|use|stick (?:with|to)|keep(?! it\b)|switch to(?! (?:the )?(?:main|master|branch))|settle on"
    r"|drop|stay with|adopt)"
    r" +\S.{2,}",
    rf"{_CLAUSE}(?:let'?s|lets) (?:do|implement|take|try|pick) (?:options?|approach|variant|number"
    rf"|no\.?)? ?#?\d{{1,2}}\b",
    rf"{_CLAUSE}(?:we|i)(?: have|'ve)? (?:decided|chose|chosen|agreed|opted|settled)"
    r" (?:to|on|for|against|not|that|upon) +\S.{2,}",
    rf"{_CLAUSE}(?:decision|decided|resolved|agreed): +\S.{{2,}}",
    rf"{_CLAUSE}(?:go|going) with +\S.{{2,}}",
    r"\b(?:it was|has been) decided (?:to|that|not) +\S.{2,}",
    rf"{_CLAUSE}(?:мы |я )?(?:решили|решил|решила|договорились|выбрали|выбрал|остановились на|остановимся на"
    rf"|условились)\b"
    r",? +\S.{2,}",
    rf"{_CLAUSE}(?:давай(?:те)?|лучше) (?:использовать|использу\w{{2,3}}|возьм\w{{2,3}}|останемся на|оставим"
    rf"|перейд\w{{2,3}}"
    r"|откажемся от|сделаем|остановимся на) +\S.{2,}",
    rf"{_CLAUSE}(?:будем|не будем) (?:использовать|хранить|делать|писать|поддерживать|переходить|держать"
    rf"|собирать) +\S.{{2,}}",
    r"\b(?:принято решение|было решено|решено)\b[,:]? +\S.{2,}",
)
# A person proposes to have it so: only with a reason, or with what it is not to be.
_PROPOSED = _any(
    rf"{_CLAUSE}(?:let'?s|lets|(?:i think |i guess |yes )?we should|i'?d (?:rather|prefer to)"
    rf"|i would rather) (?!check|look|see|test"
    r"|commit|push|merge|create (?:a|the|an|another) (?:pr|issue|branch)|continue|start|debug)[a-z]{2,} +\S.{2,}",
    rf"{_CLAUSE}we (?:don'?t|do not) (?:need|want) +\S.{{2,}}",
    rf"{_CLAUSE}(?:давай(?:те)?|надо|нужно|лучше|предлагаю) +\S.{{2,}}",
)
# An agent settles something: only with its reason in the same sentence.
_CHOSEN = _any(
    rf"{_CLAUSE}(?:i'?ll|i will|we'?ll|let me|let'?s|i'?m going to|i'?m) (?:go(?:ing)? with|us(?:e|ing)"
    rf"|stick(?:ing)? (?:with|to)"
    r"|keep(?:ing)?|switch(?:ing)? to|choos(?:e|ing)|opt(?:ing)? for) +\S.{2,}",
    rf"{_CLAUSE}(?:i|we)(?: have|'ve)? (?:decided|chose|chosen|opted|settled|went) (?:to|on|for|against|not"
    rf"|with)? ?\S.{{2,}}",
    rf"{_CLAUSE}(?:decision|design decision|chosen approach): +\S.{{2,}}",
    rf"{_CLAUSE}(?:я )?(?:решил|решила|выбрал|выбрала|выбираю|использую|буду использовать|остановился на) +\S.{{2,}}",
)
_REASON = _any(
    r"\b(?:because|since|so that|due to|in order to|to avoid|to prevent|rather than|instead of|as (?:it|we|this"
    r"|that|the))\b",
    r"\b(?:потому что|так как|поскольку|чтобы|вместо|из-за|иначе)\b",
)
_CONTRAST = _any(
    r"\b(?:because|since|so that|to (?:avoid|prevent|match|align)|rather than|instead of|over|(?:and|,) not"
    r"|we don'?t want"
    r"|obsolete|deprecated|no longer|any ?more|doesn'?t need|this will|otherwise)\b",
    r"\b(?:потому что|так как|поскольку|чтобы не|вместо|а не|иначе|больше не|из-за)\b",
)
# What is only the next step, or only asked: no decision that anyone will ask for later.
_STEP = _any(
    rf"{_CLAUSE}(?:let'?s|lets|i'?ll|we'?ll|let me) (?:just )?(?:use|keep) (?:the )?(?:task|agent|tool|subagent"
    rf"|sub-agent|explore"
    r"|grep|glob|read|bash|edit|todo|find|git|sed|search|a (?:simpler|different|subagent|quick))\b",
    r"\bkeep .{1,60}\bin mind\b|\b(?:keep (?:going|reading|looking|searching|working|it up|an eye|in mind|track"
    r"|you|me|trying)"
    r"|let me (?:check|see|look)"
    r"|продолжим|посмотрим)\b",
    r"\b(?:not sure|i wonder|wondering|maybe|perhaps|i guess|can we|could we|should we|what if|haven'?t decided"
    r"|not decided"
    r"|may decide|if we|если|может быть|наверное|не уверен\w{0,2})\b",
    r"\b(?:решил[аи]? (?:проблем|задач|вопрос)\w{0,3})\b",
)


class Decision(NamedTuple):
    """A sentence that settles something. who: person or agent; option: the number or letter of a choice that was given
    before, which the sentence names without saying what it is; empty for none."""

    text: str
    who: str
    option: str = ""


def decisions(text: str, who: str) -> list[Decision]:
    """The decisions in a message of a person or an agent, as they were said."""
    found: list[Decision] = []
    for said in statements(text):
        if (one := _decision(said, who)) and one not in found:
            found.append(one)
    return found[:MOST_OF_ONE]


def _decision(said: str, who: str) -> Decision | None:
    if len(said) < SHORTEST or _STEP.search(said):
        return None
    if who == AGENT:
        return Decision(said, who) if _CHOSEN.search(said) and _REASON.search(said) else None
    if _SETTLED.search(said) or (_PROPOSED.search(said) and _CONTRAST.search(said)):
        return Decision(said, who, _option(said))
    return None


def _option(said: str) -> str:
    """What a sentence like "let's go with option 2" chooses by its number; empty when it says more than that."""
    named = re.search(
        r"\b(?:go with|go for|do|implement|take|use|try|pick|вариант\w{0,2}|остановимся на"
        r"|давай(?:те)?)\b.{0,20}?(?:\b(?:options?|approach|number|no|вариант\w{0,2})\.? ?)?"
        r"#?\b(\d{1,2}|(?-i:[A-E]))\b(?! ?(?:hours?|min|sec|%|ms|gb|mb|kb|days?|час|мин|дн))", said, _I,
    )  # fmt: skip
    return named[1] if named and len(said.split()) <= 10 else ""
