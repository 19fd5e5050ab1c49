"""Negative knowledge: what was tried here and did not work, told where somebody is about to try it again.

A memory of the kind `negative` says what was hoped, what came of it, what shows it, where it holds and until when. It
comes of decisions that failed, of reverted work and given-up dependencies in the project's own history, of what
sessions ruled out, and of what people and agents say (`negative_keeping.py`). It is told when it is tied to the place
in question, or when the text in question asks for what was tried; what merely shares a word with it is not told.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.errors import BadInput
from oldhand.knowledge.severity import severity_of
from oldhand.model.anchor import DEPENDENCY, parse, split_dependency
from oldhand.model.terms import index_terms
from oldhand.recall.cue import CueTerm, understand
from oldhand.recall.lexical import LABEL_WEIGHT, quoted, weights
from oldhand.store.anchored import tied
from oldhand.store.by_kind import how_many
from oldhand.store.fold import registers
from oldhand.store.reader import Held, Reader
from oldhand.store.search_index import IndexDamaged
from oldhand.store.shelf import Shelf

if TYPE_CHECKING:
    from oldhand.code.anchors import Checker
    from oldhand.reasoning.reopening import Declared

KIND = "negative"
CURRENT = ("active", "contested")
EVER = (*CURRENT, "superseded", "retired", "quarantined")
MINED = ("history/revert/",)
"""Keys of what history shows to have been taken back: of the kind `gotcha` in stores that older versions wrote."""
IN_FORCE, REOPENED, EXPIRED = "in force", "reopened", "expired"
STATES = (IN_FORCE, REOPENED, EXPIRED)
MOST = 5  # told of one question
MOST_PLACES = 20  # files of one question that are looked at
MOST_TIED = 40  # memories tied to one file that are looked at, the most important
MOST_TERMS = 12  # rarest words of a question that are asked for: each costs some 20 microseconds at 100,000 memories
MOST_CANDIDATES = 24  # memories read closely for one question
FEWEST_SHARED = 2  # words of what was tried that a text has, so that it is about the same; all of it where it is less
TOGETHER = 40  # words of a text that are taken to speak of one thing: two sentences
SHARE = 0.5  # of the weight of what was tried that a text has to have, as rare words weigh more
UNIT = 10_000  # a score of 1
YEAR_MS = 365 * 86_400_000
HALF_LIFE_MS = 2 * YEAR_MS  # in which what failed tells half as much, as decisions do (knowledge.decay)
WEIGHT = {"critical": 1.0, "warning": 0.8, "info": 0.5}  # what severity makes of a score: it breaks ties, no more
_FRAME = (
    "use used using add added adding try tried trying switch switched move moved replace replaced adopt adopted"
    " introduce introduced make made put set get let go start started stop change changed new old instead support"
    " использовать использовали добавить добавили попробовать пробовали перейти перешли заменить заменили сделать"
    " сделали ввести новый старый вместо"
)
FRAME = frozenset(term for word in _FRAME.split() for term in index_terms(word))
"""Words by which something is proposed, whatever it is: they say nothing of what was tried."""


class Known(NamedTuple):
    """Something that was tried and did not work.

    hypothesis: what was tried; conclusion: what came of it; evidence: what shows it; applies: where it holds, in
    words; anchors: places in the code; reopens: what makes it worth another try; state: in force, reopened (what it
    rested on changed: `again` says how) or expired; since, until: milliseconds since 1970, None where unstated;
    why: what brought it, empty in listings; score: how well it fits the question, in ten-thousandths; prevented,
    ignored: ids of what it kept from, and of what was done all the same.
    """

    id: str
    text: str
    hypothesis: str
    conclusion: str
    advice: str
    severity: str
    applies: str
    module: str
    domain: str
    evidence: tuple[str, ...]
    anchors: tuple[str, ...]
    reopens: tuple[str, ...]
    tags: tuple[str, ...]
    standing: str
    trust: str
    said_by: str
    since: int | None
    until: int | None
    state: str
    again: tuple[str, ...]
    why: str
    score: int
    prevented: tuple[str, ...]
    ignored: tuple[str, ...]


def about(
    reader: Reader, text: str, places: Iterable[str] = (), *, now_ms: int | None = None,
    checker: "Checker | None" = None, most: int = MOST, expired: bool = False,
) -> list[Known]:  # fmt: skip
    """The negative knowledge that concerns a text or files, the most telling first; usually none.

    places: files or anchors; now_ms: the moment, the machine's clock when it is not given; checker: of the working
    tree, by which what changed since is told; expired: whether to tell also what holds no longer. 100,000 memories
    cost some milliseconds, and nothing is read while there is no negative knowledge.
    """
    kinds = [kind for kind in (KIND, "gotcha") if how_many(reader, (kind,), CURRENT)]
    if not kinds:
        return []
    from oldhand.reasoning.reopening import declares  # what reads manifests takes longer to import than all the rest

    now = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    found: dict[str, tuple[Held, int, str]] = {}
    for held, path in _at_places(reader, places):
        found.setdefault(held.id, (held, UNIT, f"tied to {path}"))
    for held, score, why in asked_for(reader, text, kinds):
        if held.id not in found:
            found[held.id] = (held, score, why)
    declaring = declares(checker.root) if checker else None
    told = [known(held, now, checker, declaring, why=why, score=score) for held, score, why in found.values()]
    wanted = [one for one in told if expired or one.state != EXPIRED]
    return sorted(wanted, key=lambda one: (-pressing(one, now), one.id))[:most]


def known(
    held: Held, now_ms: int, checker: "Checker | None" = None, declaring: "Declared | None" = None, *, why: str = "",
    score: int = 0,
) -> Known:  # fmt: skip
    """A memory of what did not work, with its state at a moment."""
    from oldhand.reasoning.reopening import reasons

    content = held.wordings[-1].content if held.wordings else {}
    over = held.valid_until is not None and held.valid_until < now_ms
    again = reasons(held, checker, declaring)
    values = registers(held.record)
    return Known(
        held.id, held.text, tried(held), str(content.get("conclusion", "")), str(content.get("advice", "")),
        severity_of(content), str(content.get("applies", "")), str(content.get("module", "")), held.domain,
        _texts(content, "evidence"), tuple(held.anchors), _texts(content, "reopens"), tuple(held.tags), held.standing,
        held.trust, held.wordings[-1].actor if held.wordings else "",
        held.valid_from if held.valid_from is not None else held.created, held.valid_until,
        EXPIRED if over else REOPENED if again else IN_FORCE, again, why, score,
        _targets(values, "to/prevented/"), _targets(values, "to/warns_against/"),
    )  # fmt: skip


def pressing(one: Known, now_ms: int) -> float:
    """What sorts negative knowledge: how well it fits, how grave it is, and what is left of it, halved with every
    HALF_LIFE_MS. Nothing of it is stored: time alone writes nothing."""
    age = max(now_ms - (one.since if one.since is not None else now_ms), 0)
    return float((one.score or UNIT) * WEIGHT[one.severity] * 0.5 ** (age / HALF_LIFE_MS))


def is_negative(held: Held) -> bool:
    """Whether a memory says what did not work: one of the kind, or what an older version mined from history."""
    return held.kind == KIND or (held.kind == "gotcha" and held.key.startswith(MINED))


def tried(held: Held) -> str:
    """What was tried, as far as the memory says so apart from what came of it; else all it says."""
    if not held.wordings:
        return ""
    if said := str(held.wordings[-1].content.get("hypothesis", "")):
        return said
    if held.text.startswith('TRIED "'):
        return held.text[len('TRIED "') :].partition('" was reverted')[0]
    return held.text


def names(held: Held) -> tuple[str, ...]:
    """The dependencies that a memory speaks of by name."""
    content: Mapping[str, Any] = held.wordings[-1].content if held.wordings else {}
    said = [one for one in (*_texts(content, "reopens"), *held.anchors) if one.startswith(DEPENDENCY)]
    return tuple(dict.fromkeys(split_dependency(one[len(DEPENDENCY) :])[0].casefold() for one in said))


def fits(reader: Reader, held: Held, text: str) -> int:
    """How far a text asks for what was tried, in ten-thousandths: 0 unless it clearly does."""
    return max((_fit(reader, held, said)[0] for said in _parts(text)), default=0)


def _at_places(reader: Reader, places: Iterable[str]) -> Iterable[tuple[Held, str]]:
    for text in list(dict.fromkeys(places))[:MOST_PLACES]:
        try:
            path = parse(text).path
        except BadInput:
            continue  # no anchor can name it, so nothing can be tied to it
        for held in reader.several(tied(reader, path, MOST_TIED), Shelf(CURRENT)):
            if is_negative(held):
                yield held, path


class _Said(NamedTuple):
    """A text that is asked about: its terms, and the whole words of it as they are written."""

    terms: frozenset[str]
    words: frozenset[str]


def _parts(text: str) -> list[_Said]:
    """A text as what it says: all of it where it is short, else piece by piece, as words of different sentences of a
    long one have nothing to do with each other."""
    words = text.split()
    if len(words) <= TOGETHER:
        return [_said(text)]
    found = []
    for line in text.splitlines():
        words = line.split()
        steps = range(0, len(words), TOGETHER // 2)  # overlapping, so that nothing is cut apart
        found += [_said(" ".join(words[start : start + TOGETHER])) for start in steps]
    return found or [_said(text)]


def _said(text: str) -> _Said:
    plain = "".join(character if character.isalnum() or character in "-_./@" else " " for character in text.casefold())
    words = {word.strip("-_./@") for word in plain.split()} | set(plain.split())
    return _Said(frozenset(index_terms(text)), frozenset(words))


def asked_for(
    reader: Reader, text: str, kinds: Sequence[str] = (KIND,), most: int = MOST_CANDIDATES
) -> Iterable[tuple[Held, int, str]]:
    """The memories of what was tried that a text asks for, in no order, with how far it does and by what.

    most: candidates of each kind that are read closely.
    """
    cue = understand(text)
    try:
        weighted = weights(reader, cue)
        rare = sorted(
            (one for one in weighted.values() if one.known and not one.common and one.term not in FRAME),
            key=lambda one: (-one.weight, one.term),
        )[:MOST_TERMS]
        if not rare:
            return
        query = " OR ".join(quoted(one.term) for one in rare)
        candidates: list[Held] = []
        for kind in kinds:
            shelf = Shelf(kind=kind, tag="" if kind == KIND else "history")
            matching = reader.matches(query, CURRENT, (LABEL_WEIGHT, 1.0), most, shelf)
            candidates += [held for held, _ in matching if is_negative(held)]
        parts = _parts(cue.text)
        for held in candidates:
            score, why = max(_fit(reader, held, said) for said in parts)
            if score:
                yield held, score, why
    except IndexDamaged:
        return  # `health` and every recall say so; what is tied to a place is still told


def _fit(reader: Reader, held: Held, said: _Said) -> tuple[int, str]:
    """How far a text asks for what was tried, and by what; (0, "") unless it clearly does."""
    if meant := [name for name in names(held) if name in said.words]:
        return UNIT, f"names {meant[0]}"
    cue = understand(tried(held))
    asked = [one for one in cue.terms if one.term not in FRAME]
    shared = [one for one in asked if _has(said.terms, one)]
    if not shared or len(shared) < min(FEWEST_SHARED, len(asked)):
        return 0, ""
    weighted = weights(reader, cue)  # asked last: it looks every word up in the index
    whole = sum(weighted[one.term].weight for one in asked)
    share = sum(weighted[one.term].weight for one in shared) / whole if whole else 0.0
    if share < SHARE:
        return 0, ""
    return round(share * UNIT), f"says {', '.join(one.said for one in shared[:4])}"


def _has(terms: frozenset[str], one: CueTerm) -> bool:
    return one.term in terms or (bool(one.parts) and all(part in terms for part in one.parts))


def _texts(content: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = content.get(name)
    return tuple(str(item) for item in value) if isinstance(value, (list, tuple)) else ()


def _targets(values: Mapping[str, Any], begins: str) -> tuple[str, ...]:
    return tuple(sorted(name[len(begins) :] for name, stands in values.items() if stands and name.startswith(begins)))
