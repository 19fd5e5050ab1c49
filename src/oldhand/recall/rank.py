"""Ranking: one score from the signals of a memory, by weights that were set once for every kind of text.

The order follows what a memory says of the cue. What was said beside it, how lately, how far it is
trusted and how often confirmed settle what the words leave close: they are bounded so that they
never overturn a clear match. The weights were learned on five public sets together and checked by
leaving each out in turn (docs/decisions/0020-weights-learned-on-all-sets-together.md).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from math import log
from typing import NamedTuple

from oldhand.model.trust import LEVELS, RANK
from oldhand.recall.reading import Question, Reading, read
from oldhand.store.fold import counted
from oldhand.store.reader import DAY_MS, Held
from oldhand.store.survey_file import agents_may

WEIGHTS = {
    "bm25": 10.4, "share": 2.0, "window": 2.6, "proximity": 1.4, "phrase": 0.5, "nearby": 1.6, "long": -0.5,
    "speaker": 3.2, "fresh": 1.2, "prior": 1.0,
}  # fmt: skip
"""System 1: what each signal counts for."""
DEEP_WEIGHTS = {
    "bm25": 0.7, "share": 1.6, "coverage": 1.05, "window": 2.1, "proximity": 0.3, "phrase": 0.5, "nearby": 0.7,
    "long": -0.6, "speaker": 1.8, "fresh": 1.55, "prior": 1.0, "meaning": 0.4, "feedback": 5.2, "around": 0.8,
}  # fmt: skip
"""System 2 with vectors."""
MOST, DEEP_MOST = (sum(weight for weight in some.values() if weight > 0) for some in (WEIGHTS, DEEP_WEIGHTS))
SURVEY = 0.5
"""What answers to the survey count for beside either sum: half of what trust, confirmations and kind do, so that they
settle which of two close matches comes first. Of a memory that nobody spoke of it adds nothing at all."""
SURVEY_UNIT = 10_000  # a value of 1, as answers are kept
# What a kind is worth as an answer; others 0.5.
WORTH = {"decision": 1.0, "convention": 0.8, "gotcha": 0.8, "negative": 0.8, "claim": 0.4}
CONFIRMATIONS_FULL = 5  # confirmations from which on more say nothing new
UNRELATED, SAME = 0.2, 0.7  # cosines of all-MiniLM-L6-v2 between texts of different things, and of one thing
NEARBY_REACH = 3  # memories said before and after that are looked at
NEARBY_SHARE = 0.6  # what the next one counts for; each one further half as much
MINUTE_MS = 60_000  # said within a minute counts as said in one breath
FRESH_RANKS = 2000  # newer memories after which one is as old as can be

_first_person = re.compile(
    r"\b(?:i|i'm|i've|i'd|my|mine|me|myself|we|our|ours|us|я|мы|мо[йяеиюё]|моей|моего|моем|моих|моим|меня|мне|мною"
    r"|нас|нам|нами|наш|наш[аеиу]|нашей|нашего|нашем|наших|нашим)\b",
    re.I,
).search
_EPOCH = date(1970, 1, 1).toordinal()
_leading_date = re.compile(r"\s*[(\[]?([0-9]{4})[-/]([0-9]{2})[-/]([0-9]{2})(?![0-9])").match


class Signals(NamedTuple):
    """What made a memory's score. All but score are from 0 to 1, `speaker` from -1.

    For those of `reading` see there. nearby: what was said just before and after speaks of the cue;
    speaker: a person said it and the cue asks for what a person said (-1: an assistant did); fresh: how
    lately it was said, among the candidates; prior: trust, confirmations and kind; meaning: cosine
    of the best window with the cue; feedback: the same with the cue drawn towards the best answers;
    around: meaning of what was said just before and after (these three are -1 without vectors);
    survey: what people and agents answered of it, from -1 (noise) to 1 (useful), 0 where nobody did;
    linked: of a memory found only over a link, the share of the match of the answer it is linked with.
    """

    score: float
    reading: Reading
    nearby: float = 0.0
    speaker: float = 0.0
    fresh: float = 0.0
    prior: float = 0.0
    meaning: float = -1.0
    feedback: float = -1.0
    around: float = -1.0
    linked: float = 0.0
    survey: float = 0.0

    @property
    def coverage(self) -> float:
        """The share of the cue that the memory speaks of."""
        return self.reading.coverage

    @property
    def compared(self) -> bool:
        """Whether meanings were compared."""
        return self.feedback > -1.0

    @property
    def match(self) -> float:
        """How well the memory matches, 0 to 1: by its words, its meaning, or the answer it is linked with."""
        return max(self.reading.coverage, (self.meaning - UNRELATED) / (SAME - UNRELATED), self.linked)


class Surveyed(NamedTuple):
    """What answers to the survey make of memories, by id, in SURVEY_UNIT. values: people's answers; agents: agents',
    of memories that no person spoke of."""

    values: Mapping[str, int] = {}
    agents: Mapping[str, int] = {}

    def of(self, held: Held) -> int:
        """What they add for a memory: people's as they are, agents' as far as the memory as it is lets them."""
        if said := self.values.get(held.id):
            return said
        said = self.agents.get(held.id)
        return agents_may(said, counted(held.record)) if said else 0


NOBODY = Surveyed()


class Meanings(NamedTuple):
    """Cosines by memory: with the cue, and with the cue drawn towards the best answers.

    A memory whose vectors are not made yet counts as near as the others on average, so that it is
    neither pushed down nor up for it.
    """

    cue: dict[str, float]
    feedback: dict[str, float]


Neighbours = dict[str, list[tuple[str, float]]]  # by id, (id, share) of what was said near it


class Candidate(NamedTuple):
    """A memory that may answer, and its close reading."""

    held: Held
    reading: Reading


def candidates_read(asked: Question, memories: Sequence[Held]) -> list[Candidate]:
    """The memories with their close readings."""
    return [Candidate(held, read(asked, held)) for held in memories]


def scored(
    asked: Question, candidates: Sequence[Candidate], meanings: Meanings | None = None, survey: Surveyed = NOBODY
) -> dict[str, Signals]:  # fmt: skip
    """The signals of each candidate by id, compared with one another where that matters (nearby, fresh).

    survey: what answers to the survey make of them.
    """
    neighbours = _neighbours(candidates)
    around = _around(neighbours, meanings.cue) if meanings else {}
    nearby = _nearby(neighbours, {one.held.id: one.reading.coverage for one in candidates})
    fresh = _fresh(candidates)
    usual = [sum(some.values()) / len(some) for some in meanings or () if some] or [-1.0, -1.0]
    of_a_person, answered = bool(_first_person(asked.cue.text)), any(survey)
    found = {}
    for one in candidates:
        name = one.held.id
        signals = Signals(
            0.0, one.reading, nearby[name], float(of_a_person * one.reading.by_person), fresh[name],
            prior_of(one.held),
        )  # fmt: skip
        if meanings is not None and meanings.cue:
            signals = signals._replace(
                meaning=meanings.cue.get(name, usual[0]), feedback=meanings.feedback.get(name, usual[1]),
                around=around[name],
            )  # fmt: skip
        if answered and (said := survey.of(one.held)):
            signals = signals._replace(survey=said / SURVEY_UNIT)
        found[name] = signals._replace(score=score_of(signals))
    return found


def values_of(signals: Signals) -> dict[str, float]:
    """Every signal by name, as the weights name them; missing meanings count as none."""
    reading = signals.reading
    return {
        "bm25": reading.bm25, "share": reading.share, "window": reading.window, "proximity": reading.proximity,
        "phrase": reading.phrase, "nearby": signals.nearby, "long": reading.long, "speaker": signals.speaker,
        "fresh": signals.fresh, "prior": signals.prior, "coverage": reading.coverage,
        "meaning": max(signals.meaning, 0.0), "feedback": max(signals.feedback, 0.0),
        "around": max(signals.around, 0.0),
    }  # fmt: skip


def weights_for(signals: Signals) -> dict[str, float]:
    """The weights that apply: those of system 2 where the memory's meaning was compared."""
    return DEEP_WEIGHTS if signals.compared else WEIGHTS


def parts_of(signals: Signals) -> dict[str, tuple[float, float]]:
    """(value, weight) of each signal by name, the weights as shares of what all of them together could give."""
    weights, values = weights_for(signals), values_of(signals)
    most = DEEP_MOST if signals.compared else MOST
    parts = {name: (values[name], weight / most) for name, weight in weights.items()}
    return {**parts, "survey": (signals.survey, SURVEY / most)} if signals.survey else parts


def score_of(signals: Signals) -> float:
    """The weighted sum of the signals, as a share of what all weights together could give."""
    return sum(value * weight for value, weight in parts_of(signals).values())


def unsurveyed(signals: Signals) -> Signals:
    """The signals without what was answered to the survey: how sure an answer is, only its words and meaning tell."""
    if not signals.survey:
        return signals
    value, weight = parts_of(signals)["survey"]
    return signals._replace(score=signals.score - value * weight, survey=0.0)


def prior_of(held: Held) -> float:
    """What a memory is worth before its words are read, from 0 to 1: trust, confirmations and kind alike."""
    trust = RANK.get(held.trust, 0) / (len(LEVELS) - 1)
    confirmed = min(held.confirmations, CONFIRMATIONS_FULL) / CONFIRMATIONS_FULL
    return (trust + confirmed + WORTH.get(held.kind, 0.5)) / 3


def said_at(held: Held) -> tuple[int, str]:
    """When a memory's wording was true or said: what orders statements of one thing by time.

    Milliseconds since 1970 by `valid_from`, else by a date that the text begins with, else by when it
    was learned; then the stamp of the wording, which tells apart what was learned in one millisecond.
    """
    heads = held.record.get("heads", ())
    stamp = str(heads[-1]["stamp"]) if heads else ""
    if held.valid_from is not None:
        return held.valid_from, stamp
    if found := _leading_date(held.text):
        try:
            began = date(*(int(part) for part in found.groups()))
        except ValueError:
            return held.updated, stamp  # 2024-13-45 is a number of something, and no date
        return (began.toordinal() - _EPOCH) * DAY_MS, stamp
    return held.updated, stamp


def _fresh(candidates: Sequence[Candidate]) -> dict[str, float]:
    """How lately each was said, by its place among the candidates: 1 the newest, falling with the log of the place."""
    moments = {one.held.id: said_at(one.held) for one in candidates}
    ordered = sorted(moments, key=lambda name: moments[name], reverse=True)
    return {
        name: 1 - log(1 + place) / log(1 + FRESH_RANKS) for place, name in enumerate(ordered[:FRESH_RANKS])
    } | dict.fromkeys(ordered[FRESH_RANKS:], 0.0)


def _nearby(neighbours: Neighbours, values: dict[str, float]) -> dict[str, float]:
    """The values of what was said just before and after each candidate, the nearest counting most, at most 1."""
    return {
        name: min(sum(share * values[other] for other, share in others), 1.0) for name, others in neighbours.items()
    }


def _around(neighbours: Neighbours, cosines: dict[str, float]) -> dict[str, float]:
    """The best cosine among what was said right before and after each candidate."""
    return {
        name: max((cosines.get(other, 0.0) for other, share in others if share == NEARBY_SHARE), default=0.0)
        for name, others in neighbours.items()
    }


def _neighbours(candidates: Sequence[Candidate]) -> Neighbours:
    """(id, share) of the candidates that were said near each candidate, by the stamps of their first wordings."""
    stamps = sorted((str(one.held.record.get("first", "")), one.held.id) for one in candidates)
    found: Neighbours = {name: [] for _, name in stamps}
    for place, (stamp, name) in enumerate(stamps):
        for other_stamp, other in stamps[place + 1 : place + 1 + NEARBY_REACH]:
            apart = _apart(stamp, other_stamp)
            if apart > NEARBY_REACH:
                break
            share = NEARBY_SHARE * 2.0 ** (1 - apart)
            found[name].append((other, share))
            found[other].append((name, share))
    return found


def _apart(stamp: str, later: str) -> int:
    """How far apart two memories were said: memories in between when said at once, else minutes, at least 1."""
    if not stamp or not later or stamp[16:32] != later[16:32]:
        return NEARBY_REACH + 1
    if stamp[:12] == later[:12]:
        return max(int(later[12:16], 16) - int(stamp[12:16], 16), 1)
    return max((int(later[:12], 16) - int(stamp[:12], 16)) // MINUTE_MS + 1, 1)
