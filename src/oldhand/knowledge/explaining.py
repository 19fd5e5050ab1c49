"""Explaining: why each answer was found, every signal and its weight in words."""

from oldhand.model.identity import short
from oldhand.recall.answer import YIELD, Found
from oldhand.recall.rank import parts_of, score_of

MEANS = {
    "bm25": "word frequency (BM25), of what the cue could earn",
    "share": "share of the cue it speaks of, by weight",
    "coverage": "share of the cue it speaks of, rare words damped",
    "window": "best paragraph, share of the cue",
    "proximity": "words that stand together as in the cue",
    "phrase": "quoted words side by side",
    "nearby": "what was said just before and after",
    "long": "longer than a page",
    "speaker": "a person said it, as the cue asks",
    "fresh": "how lately it was said",
    "prior": "trust, confirmations and kind",
    "meaning": "meaning (cosine with the cue)",
    "feedback": "meaning, the cue drawn towards the best answers",
    "around": "meaning of what was said just before and after",
    "survey": "called useful (above 0) or noise in the survey of sessions",
}
LEAST = 0.005  # of the score: a signal that adds less is not told


def reasons(found: Found) -> list[str]:
    """The signals of an answer in words, each with its value, its weight and what it adds, the most telling first."""
    signals = found.signals
    if found.linked:
        return [f"does not answer by itself: {found.linked[1]} {short(found.linked[0])}, which does"]
    if not signals.reading.terms and signals.reading.coverage == 1.0:
        return ["its key is the cue"]
    said = []
    if signals.reading.matched:
        said.append(f"speaks of {', '.join(signals.reading.matched)}")
    parts = sorted(parts_of(signals).items(), key=lambda part: (-abs(part[1][0] * part[1][1]), part[0]))
    said += [
        f"{MEANS[name]}: {value:.2f}, weight {weight:.2f}, adds {value * weight:+.3f}"
        for name, (value, weight) in parts
        if abs(value * weight) >= LEAST or (name == "survey" and value)
    ]
    own = score_of(signals)
    if signals.score > own + LEAST:
        said.append(f"by itself {own:.3f}; a decision ranks no lower than the best statement of its own record")
    elif found.through and signals.score < own:
        said.append(f"by itself {own:.3f}; found through another's words it counts {YIELD:.2f} times as much")
    said.append(f"score {signals.score:.3f} of 1")
    if found.through:
        said.append(f"stands in the place of a superseded memory ({short(found.through.id)}) whose words matched")
    if found.newer:
        said.append(f"{short(found.newer)} speaks of the same and is later, so it comes first")
    return said
