"""Which messages carry a decision or a lesson: tactical, decision, learning; told by signs, without a model.

A **decision** chooses between ways of doing, or asks which to take: an alternative is named or plainly meant. A
**learning** message looks back: it asks why something is or went as it did, states a cause that was found, or draws a
rule from it. Everything else (orders, how-tos, look-ups, reports without a cause, code, logs) is **tactical**. A why
that proposes another way ("why don't we ...") is a decision; "must" and "should" in a requirement are tactical.
docs/REASONING.md has the definition in full and how well it is kept.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from oldhand.reasoning.routing_english_decisions import DECISIONS
from oldhand.reasoning.routing_english_faults import FAULTS
from oldhand.reasoning.routing_english_lessons import LESSONS
from oldhand.reasoning.routing_english_questions import QUESTIONS
from oldhand.reasoning.routing_english_ways import WAYS
from oldhand.reasoning.routing_form import FORMS, forms
from oldhand.reasoning.routing_russian import RUSSIAN
from oldhand.reasoning.routing_sign import DECISION, HELP, LEARNING, TACTICAL, WEAK, Sign
from oldhand.reasoning.routing_weights import WEIGHTS

Kind = Literal["tactical", "decision", "learning"]

ENGLISH = (
    QUESTIONS + DECISIONS + LESSONS + WAYS + FAULTS
)  # as they were written, with the weight that each was thought to have


def _weighed(sign: Sign) -> Sign:
    """A sign with the weight that was fitted for it; as written, where no labelled message has it."""
    return sign._replace(weight=WEIGHTS.get((sign.kind, sign.name), sign.weight))


# Russian signs keep the weights they were written with: there are no real Russian messages to fit them by.
SIGNS = tuple(sign for sign in map(_weighed, ENGLISH) if sign.weight or sign.kind == HELP) + RUSSIAN
FORM_WEIGHTS = {form.name: WEIGHTS.get((form.kind, form.name), WEAK) for form in FORMS}

READ = 8_000  # characters of a message; what it wants is said early, and logs have no end
SENTENCES = 80  # of a message; the rest of a longer one is seldom asked or told by its writer
LONGEST_SENTENCE = 600  # characters; bounds every pattern
ENOUGH = 5_000  # ten-thousandths of evidence that make a message more than tactical; the fit is scaled to it
MOST = 10_000  # ten-thousandths: the bound of a score
WRAPPED = 60  # characters; a line that breaks after more is taken to go on in the next
SAID = 60  # characters of the text that a sign is shown with
# A long document speaks in many voices: what is said after its first sentences weighs less, by halves.
OPENING = 12  # sentences

_FENCE = re.compile(r"^\s{0,8}(?:```|~~~)")
_BULLET = re.compile(r"\s{0,20}(?:[-*+#>|]|\d{1,3}[.)])\s")
_CODE_SPAN = re.compile(r"`[^`\n]{1,200}`")
_ADDRESS = re.compile(r"\bhttps?://[^\s<>]{1,400}")
_END = re.compile(r"(?<=[.?!…])[\s\"')\]*_]{1,8}")
_QUESTION_WORD = re.compile(
    r"(?:(?:ok(?:ay)?|so|and|but|hmm+|also),? )?"
    r"(?:is|are|do|does|did|should|shall|which|what|would|could|can|why|how"
    r"|как|что|какой|какая|какие|нужно ли|стоит ли)\b",
    re.IGNORECASE,
)
# What is filled in and not said: boxes to tick, trailers of commits, marks of pages. So are comments of pages.
_FILLED = re.compile(r"\s{0,20}[-*] \[[ xX]\] |[A-Z][a-z]{1,20}(?:-[A-Za-z]{1,20}){0,3}-[Bb]y: |</?[a-z]{1,10}>")
_CODE_LINE = re.compile(
    r"\s{4,40}\S|\s{0,40}(?:[{}()\[\];]{1,4}\s{0,4}$|(?:import|from|def|class|return|func|const|let|var|package|type|fn|if"
    r"|for|while|SELECT|INSERT|CREATE|Traceback|File|at|diff|index|\+\+\+|---|@@|<[a-z/]|//|\$|>>>)\b[^?]{0,300}[;{(:,>)]\s{0,4}$"
    r"|\d{2,4}[-:/]\d{2}[-:/T ]\S)"
)


class Spoken(NamedTuple):
    """One sign as it was found: what it speaks for, its name in words, its weight in ten-thousandths, and the text."""

    kind: str
    name: str
    weight: int
    said: str


class Route(NamedTuple):
    """Where a message belongs.

    `kind` is tactical, decision or learning. `score` is in ten-thousandths: of a decision or a lesson the evidence for
    it (at least ENOUGH); of a tactical message what the evidence for anything else leaves. `signs` are those that
    spoke, heaviest first; no sign is no evidence.
    """

    kind: Kind
    score: int
    signs: tuple[Spoken, ...]


class Found(NamedTuple):
    """One sign in a message, before it is weighed: the sign, whether it was found early, and the text."""

    sign: Sign
    early: bool
    said: str


def route(text: str) -> Route:
    """Tell whether a message is tactical, carries a decision, or looks back.

    Reads at most READ characters, without code. The same text always gives the same answer.
    """
    spoken: dict[str, Spoken] = {}
    for sign, early, said in found(text, SIGNS):
        weight = sign.weight if early else sign.weight // 2
        if sign.kind != HELP and weight and (sign.name not in spoken or spoken[sign.name].weight < weight):
            spoken[sign.name] = Spoken(sign.kind, sign.name, weight, said)
    begun = " ".join(text[:READ].split())[:SAID]
    formed = [Spoken(f.kind, f.name, FORM_WEIGHTS[f.name], begun) for f in forms(text[:READ]) if FORM_WEIGHTS[f.name]]
    return _judged(tuple(sorted((*spoken.values(), *formed), key=lambda s: (-s.weight, s.name))))


def found(text: str, signs: Sequence[Sign]) -> list[Found]:
    """The signs that the sentences of a message give, in order; those told by the way only where no help is asked.

    A sign is early in the first OPENING sentences; later ones count by half.
    """
    every = [
        Found(sign, number < OPENING, said)
        for number, sentence in enumerate(sentences(text))
        for sign in signs
        if (said := _speaks(sign, sentence)) is not None
    ]
    helped = any(one.sign.kind == HELP for one in every)
    return [one for one in every if not (helped and one.sign.aside)]


def _judged(signs: tuple[Spoken, ...]) -> Route:
    """The class with the most evidence, when that is enough; of equal ones a decision, for it binds what comes."""
    evidence = {kind: sum(sign.weight for sign in signs if sign.kind == kind) for kind in (DECISION, LEARNING)}
    strongest: Kind = "decision" if evidence[DECISION] >= evidence[LEARNING] else "learning"
    left = evidence[strongest] - sum(sign.weight for sign in signs if sign.kind == TACTICAL)
    if left < ENOUGH:
        return Route("tactical", MOST - max(left, 0), signs)
    return Route(strongest, min(left, MOST), signs)


def _speaks(sign: Sign, sentence: str) -> str | None:
    if sign.asked and not _asks(sentence):
        return None
    match = sign.pattern.search(sentence)
    if match is None or (sign.unless is not None and sign.unless.search(sentence)):
        return None
    return " ".join(match.group().split())[:SAID]


def _asks(sentence: str) -> bool:
    """Whether a sentence is a question: by its mark, or by its first word, for many people type no mark."""
    return "?" in sentence[-3:] or _QUESTION_WORD.match(sentence) is not None


def sentences(text: str) -> Iterator[str]:
    """The sentences of a message, less fenced code, lines of code and logs, what is filled in, marks and addresses."""
    count = 0
    for block in _blocks(text[:READ]):
        for sentence in _END.split(block):
            cleaned = sentence.strip(" \t*_#>-|")
            if not any(c.isalpha() for c in cleaned):
                continue
            yield cleaned[:LONGEST_SENTENCE]
            count += 1
            if count >= SENTENCES:
                return


def _blocks(text: str) -> Iterator[str]:
    """Runs of lines that were one line before they were wrapped."""
    held = ""
    fenced = hidden = False
    for line in text.splitlines():
        if (hidden := hidden or (not fenced and line.lstrip().startswith("<!--"))) or _FILLED.match(line):
            hidden = hidden and "-->" not in line
            line = ""
        if _FENCE.match(line):
            fenced = not fenced
            line = ""
        elif fenced or _CODE_LINE.match(line):
            line = ""
        bare = _ADDRESS.sub("·", _CODE_SPAN.sub("·", line.replace("\u2019", "'")))
        if held and (not bare.strip() or _BULLET.match(bare) or len(held) < WRAPPED):
            yield held
            held = ""
        held = f"{held} {bare.strip()}".strip()
    if held:
        yield held
