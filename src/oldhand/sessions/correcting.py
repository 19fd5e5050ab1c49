"""Corrections and rules in what people type to an agent: sentences that hold beyond the moment.

Precision goes before completeness: an order that concerns only the work at hand ("don't commit yet") is none of them.
English and Russian. Each pattern has bounded parts only and is tried on one sentence.
"""

import re
from typing import NamedTuple

from oldhand.sessions.said import statements

CLAIM, CONVENTION = "claim", "convention"
MOST_OF_ONE = 3  # sentences taken of one message: who says more is writing a document, which belongs into the project
SHORTEST = 15  # characters of a sentence that says something by itself

_I = re.IGNORECASE
_POLITE = r"(?:please|pls|and|but|so|also|ok|okay|hmm|well|yes|yeah|oh|remember|note|again|пожалуйста|и|но|а|так|ну|да)"
_LEAD = rf"(?:{_POLITE}[,:]? +){{0,3}}(?:(?:that|что) +)?"
# Where a clause begins: at the start of the sentence, behind a mark, behind a word that joins.
_CLAUSE = rf"(?:^{_LEAD}|[,;:(] {{0,2}}|[–—-] +|\b(?:and|but|so|because|since|that|и|но|потому что|что) +)"
_NO = r"(?:no|nope|nah|wrong|not quite|that'?s (?:wrong|not right|incorrect)|нет|неверно|неправильно|не так)[,.:;!]? +"
_REFUSED = r"\b(?:not correct|incorrect|not right|wrong|not true|неверно|неправильно|не так)[,.:;–—-]{1,2} +"


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), _I)


# "No, we use pnpm here": a statement of fact after a refusal.
_CORRECTED = _any(
    rf"^{_LEAD}{_NO}(?:actually +)?(?:we(?! don'?t need| can| could| want)|our|it'?s|the|this project|у нас|мы"
    rf"|это|наш\w{{0,3}})"
    r" +\S",
    rf"^{_LEAD}{_NO}(?:please +)?(?:use|prefer|never|always|don'?t use|do not use|используй|пиши|всегда|никогда"
    rf"|нужно|надо)"
    r"\w{0,3} +\S",
    rf"{_REFUSED}(?:we|our|it|the|for|in|there|мы|у нас|это|для|в)\b",
)
# How things are done here, said of "us".
_OURS = _any(
    rf"{_CLAUSE}(?:in (?:this|our) (?:project|repo|repository|codebase"
    rf"|team)[,:]? +)?(?:here +)?we (?:should +)?(?:always"
    r"|never|no longer|prefer|don'?t (?:ever )?use|do not use|must never|must always|don'?t support"
    r"|do not support) +\S",
    rf"{_CLAUSE}we only (?:ever +)?(?:use|support|allow|accept|ship|target|deploy|commit|test|log|store) +\S",
    rf"{_CLAUSE}we use .{{2,80}}\b(?:instead of|rather than)\b +\S|{_CLAUSE}we use .{{2,60}}, not +\S",
    rf"^{_LEAD}in (?:this|our) (?:project|repo|repository|codebase)[,:]? +(?:we|you|all|every|tests?|use|the)\b",
    rf"{_CLAUSE}(?:у нас|мы) +(?:всегда|никогда|принято|не принято|больше не|не использу\w{{1,4}}|используем|только)\b",
    rf"^{_LEAD}в (?:этом|нашем) (?:проекте|репозитории|коде)\b",
)
# Orders that say themselves that they hold on.
_STANDING = _any(
    rf"^{_LEAD}(?:always|never) +(?!mind\b|seen\b|had\b|been\b|saw\b|got\b|thought\b)[a-z]{{2,20}}\b +\S",
    rf"^{_LEAD}(?:from now on|going forward|next time|whenever you|every time you|each time you)\b,? +\S",
    rf"^{_LEAD}(?:don'?t|do not|dont) +(?:ever +|just +)?[a-z]{{2,20}} .{{2,120}}\b(?:ever again|from now on"
    rf"|directly|manually"
    r"|by hand|in (?:this|our) (?:repo|project|codebase)|unless (?:i|we) )",
    rf"^{_LEAD}(?:don'?t|do not|dont) (?:ever|use) +\S",
    rf"^{_LEAD}(?:use|prefer) .{{2,100}}\b(?:instead of|rather than|, not|and never)\b +\S",
    r"\b(?:we should|let'?s|make sure|be sure|you should|should be|must) .{4,120}\b(?:everywhere|wherever (?:we|you|it)"
    r"|wherever possible|where possible|at all times|as a rule|every time)\b",
    rf"^{_LEAD}(?:всегда|никогда) +\S",
    rf"^{_LEAD}(?:впредь|отныне|на будущее|в следующий раз|каждый раз)\b,? +\S",
    rf"^{_LEAD}не (?:используй|пиши|делай|трогай|меняй|добавляй)(?:те)? .{{2,120}}\b(?:никогда|больше|в этом проекте"
    r"|вручную|напрямую)\b",
    rf"^{_LEAD}(?:больше )?не используй(?:те)? +\S",
    rf"^{_LEAD}(?:используй|пиши|делай|запускай|бери)(?:те)? .{{2,100}}(?:\bвместо\b|, а не\b) +\S",
)
# What the person wants to stand in the file that agents read.
_WRITTEN_DOWN = _any(
    r"\b(?:add|update|put|note|write|mention|change) .{0,40}\b(?:CLAUDE|AGENTS|GEMINI)\.md\b.{0,20} (?:that"
    r"|to say|saying)"
    r" +\S.{10,}",
)
# What holds of a thing: an invariant.
_INVARIANT = _any(
    r"(?:^|\. )(?:please +)?(?:the |our |all |every |each |any |these )?[\w`'./-]{2,40}(?: [\w`'./-]{2,40}){0,4}"
    r" (?:should|must) (?:never|always|not ever) +\S",
    r"(?:^|\. )(?:the |our |all |every |each |any |these )?[\w`'./-]{2,40}(?: [\w`'./-]{2,40}){0,4} (?:should"
    r"|must) not .{2,80}\bever\b",
    r"^[\w`'./-]{2,40}(?: [\w`'./-]{2,40}){0,3} (?:всегда долж\w{1,3}|никогда не долж\w{1,3}|долж\w{1,3} всегда"
    r"|не долж\w{1,3} никогда)\b",
)
# What only concerns the work at hand, or is told as a worry, a guess or a report.
_MOMENTARY = _any(
    r"\bwe (?:always|never) (?:have|had|get|got|go|went|been|saw|laugh|enjoy|love|[a-z]{2,20}ed)\b",
    r"\b(?:always|never) (?:eager|happy|glad|ready|open|good|nice|great|recorded|[a-z]{3,20}ed) ",
    r"[\"“«][^\"”»]{60,}",  # a long quotation: what it says, somebody else says
    r"\b(?:yet|for now|right now|this time|just now|at the moment|first[.,!]?$|until|before you|while you)\b",
    r"\b(?:i think|i guess|maybe|perhaps|not sure|i wonder|wondering|i feel|might|could we|can we|can you|could you)\b",
    r"\b(?:it|this|they|he|she) (?:always|never) (?:fails?|says?|shows?|gives?|returns?|does|did|gets?|worked|works)\b",
    r"\b(?:пока|сейчас|на этот раз|сначала|может быть|наверное|думаю|кажется|возможно|не уверен\w{0,2})\b",
)
_HANGING = _any(
    r"(?:\W*\w+\W+){0,2}(?:that|it|this|them|those|these)\W*$",
    rf"{_LEAD}(?:always|never|use|prefer|don'?t use|do not use) (?:that|it|this|them|those|these)\b",
)  # they speak of something that was said before, so that nobody understands them alone
_REVERT = _any(
    rf"^{_LEAD}(?:{_NO})?(?:revert|undo|roll ?back|take back|откати|верни|отмени)(?:те)?\b",
)
_BECAUSE = _any(
    r"\b(?:because|since (?:it|we|that|this|the)|as (?:it|we|that) )\b.{10,}", r"\b(?:потому что|так как"
    r"|поскольку|иначе)\b.{10,}"
)  # fmt: skip


class Correction(NamedTuple):
    """A sentence of a person that may hold beyond the moment. kind: claim or convention; why: what it was taken for:
    corrected, ours, standing, invariant or reverted."""

    kind: str
    text: str
    why: str


def corrections(text: str) -> list[Correction]:
    """The corrections and rules in a message of a person, as they were said."""
    found: list[Correction] = []
    for said in statements(text):
        if (one := _correction(said)) and one not in found:
            found.append(one)
    return found[:MOST_OF_ONE] if len(found) <= 2 * MOST_OF_ONE else []


def _correction(said: str) -> Correction | None:
    if _WRITTEN_DOWN.search(said):
        return Correction(CONVENTION, said, "standing")
    if len(said) < SHORTEST or _MOMENTARY.search(said) or _HANGING.match(said):
        return None
    if _CORRECTED.search(said):
        return Correction(CLAIM, said, "corrected")
    if _OURS.search(said):
        return Correction(CONVENTION, said, "ours")
    if _STANDING.search(said):
        return Correction(CONVENTION, said, "standing")
    if _INVARIANT.search(said):
        return Correction(CONVENTION, said, "invariant")
    if _REVERT.match(said) and _BECAUSE.search(said):
        return Correction(CLAIM, said, "reverted")
    return None
