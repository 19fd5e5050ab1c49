"""Recall: from a cue to memories that are current, checked and weighed.

System 1 answers from words. System 2 looks deeper when system 1 is not sure, or when asked to: at
meanings, at what is linked, at wordings of the past and, only when asked, at what was put away.
"""

import json
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from oldhand.model.event import Event
from oldhand.model.identity import LONGEST_KEY, checked_key, memory_of_slot
from oldhand.recall.cue import Cue, CueTerm, understand
from oldhand.recall.gate import confidence, evidence, verdict
from oldhand.recall.lexical import CANDIDATES, CANDIDATES_EVERY, Weighted, candidates, weights
from oldhand.recall.rank import NOBODY, Candidate, Signals, Surveyed, candidates_read, scored, unsurveyed
from oldhand.recall.reading import Question, Reading, question
from oldhand.recall.spelling import Mended, mended
from oldhand.recall.straight import newest_first, successor
from oldhand.store.reader import Held, Reader
from oldhand.store.search_index import IndexDamaged
from oldhand.store.shelf import EVERYTHING, Shelf

if TYPE_CHECKING:
    from oldhand.recall.deeper import Deeper, Sense

SEARCHED = ("active", "contested", "superseded")  # superseded ones lead to their successor
SHOWN = frozenset({"active", "contested"})
PUT_AWAY = "retired"  # shown only when one asks to look deeper
EXACT = Reading(1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0, (), frozenset())
SLOT = Signals(1.0, EXACT)  # a cue that is a slot's key is answered by the slot
YIELD = 0.97  # a successor found through the words of what it replaced stands just behind a direct match
LINK_SHARE = 0.5  # of its source's score what is only linked with it gets: it comes after what answers by itself
REASONS = {"weak": "system 1 was weak", "nothing known": "system 1 knew nothing"}
GUESSED = 0.5  # confidence at most where a word was guessed: the guess is as likely wrong
SCAN_LIMIT = 20_000  # memories read one by one while the search index is broken


class Found(NamedTuple):
    """A memory that answers, with its signals.

    through: the superseded memory whose words were matched; linked: (id, relation) of the answer it is
    only linked with; newer: the id of a memory that speaks of the same and is later, "" when there is none.
    """

    held: Held
    signals: Signals
    through: Held | None
    linked: tuple[str, str] | None = None
    newer: str = ""


class Answer(NamedTuple):
    """What a cue brought.

    confidence: how likely the answer is among what was found, 0 to 1; below: the best memory under the
    floor; unknown: words that nobody used; mended: words taken for others that are used; degraded:
    what is broken; system: 1 or 2; because: why system 2 spoke, or what kept it from vectors;
    encoder: the model whose vectors were compared, "" when none were; vectors: how many it had here;
    surveyed: of the memories that were looked at, by id, what answers to the survey added.
    """

    verdict: str
    confidence: float
    found: tuple[Found, ...]
    below: Found | None
    unknown: tuple[str, ...]
    mended: tuple[Mended, ...]
    considered: int
    degraded: str
    system: int
    because: str
    encoder: str
    vectors: int
    surveyed: tuple[tuple[str, int], ...] = ()


class _Wanted(NamedTuple):
    """What is asked of one store: the arguments of `answer`."""

    reader: Reader
    text: str
    floor: float
    shelf: Shelf
    loose: bool
    deep: bool
    moment: int
    survey: Surveyed


class _Looked(NamedTuple):
    """What one look at the store gave.

    ordered: answers, best first; sure: how likely the answer is among them; said: the verdict;
    degraded: what is broken; deeper: what system 2 looked at, None before it was asked.
    """

    asked: Question
    candidates: list[Candidate]
    ordered: list[Found]
    sure: float
    said: str
    degraded: str
    deeper: "Deeper | None"


def answer(
    reader: Reader, text: str, *, floor: float, shelf: Shelf = EVERYTHING, loose: bool = False, deep: bool = False,
    sense: "Sense | None" = None, moment: int = 0, survey: Surveyed = NOBODY,
) -> Answer:  # fmt: skip
    """The memories that answer a cue, best first, and how sure that is.

    floor: the least match (0 to 1) that counts as an answer; loose: show what lies below it too; deep:
    ask system 2 whatever system 1 says; sense: gives what compares meanings, None where that is not
    wanted; moment: of which the answer tells, in milliseconds since 1970: what has expired by then is not
    taken for news; survey: what answers to the survey make of memories. System 2
    is asked by itself only where there is a sense.
    """
    wanted = _Wanted(reader, text, floor, shelf, loose, deep, moment, survey)
    cue = understand(text)
    looked = _by_words(wanted, cue)
    repairs: tuple[Mended, ...] = ()
    if looked.said == "nothing known" and not looked.degraded:
        repairs, looked = _mended(wanted, cue, looked)
    because = ""
    if cue.terms and (deep or (sense is not None and looked.said != "strong")):
        because = "asked to look deeper" if deep else REASONS[looked.said]
        looked = _deeper(wanted, looked, sense)
        because += f"; without meanings: {looked.deeper.note}" if looked.deeper and looked.deeper.note else ""
    said, sure = looked.said, looked.sure
    if repairs and said == "strong":
        said, sure = "weak", min(sure, GUESSED)
    degraded = "; ".join(filter(None, (looked.degraded, reader.degradation())))
    above = [one for one in looked.ordered if one.signals.match >= floor] if said != "nothing known" else []
    below = next((one for one in looked.ordered if one not in above), None)
    spoken_of = looked.candidates if any(survey) else []
    return Answer(
        said, sure, tuple(looked.ordered if loose else above), below, _unknown(looked.asked), repairs,
        len(looked.candidates), degraded, 2 if looked.deeper else 1, because,
        looked.deeper.encoder if looked.deeper else "", looked.deeper.vectors if looked.deeper else 0,
        tuple((one.held.id, value) for one in spoken_of if (value := survey.of(one.held))),
    )  # fmt: skip


def _by_words(wanted: _Wanted, cue: Cue) -> _Looked:
    """What system 1 says."""
    asked, memories, degraded = _system_1(wanted, cue)
    read = candidates_read(asked, memories)
    return _judged(wanted, asked, read, scored(asked, read, None, wanted.survey), degraded, None)


def _mended(wanted: _Wanted, cue: Cue, looked: _Looked) -> tuple[tuple[Mended, ...], _Looked]:
    """What was taken for mistyped and what system 1 says then; nothing and what it said when that does not help."""
    try:
        repairs = mended(wanted.reader, cue, looked.asked.weighted)
    except IndexDamaged as error:
        return (), looked._replace(degraded=_broken(error))
    if not repairs:
        return (), looked
    again = _by_words(wanted, cue._replace(terms=[_taken(term, repairs) for term in cue.terms]))
    return (repairs, again) if again.said != "nothing known" else ((), looked)


def _deeper(wanted: _Wanted, looked: _Looked, sense: "Sense | None") -> _Looked:
    """What system 2 says, from what system 1 looked at."""
    from oldhand.recall.deeper import looked_deeper

    shelf = wanted.shelf._replace(standings=_standings(wanted))
    more = looked_deeper(wanted.reader, looked.asked, looked.candidates, shelf, sense, _most(wanted))
    scores = scored(looked.asked, more.candidates, more.meanings, wanted.survey)
    return _judged(wanted, looked.asked, more.candidates, scores, looked.degraded, more)


def _judged(
    wanted: _Wanted, asked: Question, candidates: list[Candidate], scores: dict[str, Signals], degraded: str,
    deeper: "Deeper | None",
) -> _Looked:  # fmt: skip
    """What was looked at in its order, how sure that is and what it is called."""
    ordered = _ordered(wanted, asked, candidates, scores, deeper.linked if deeper else {})
    sure = _sure(wanted.reader, asked, ordered)
    best = max((one.signals.match for one in ordered), default=0.0)
    return _Looked(asked, candidates, ordered, sure, verdict(sure, best, wanted.floor), degraded, deeper)


def _standings(wanted: _Wanted) -> tuple[str, ...]:
    return (*SEARCHED, PUT_AWAY) if wanted.deep else SEARCHED


def _most(wanted: _Wanted) -> int:
    """How many candidates are read closely."""
    return CANDIDATES_EVERY if wanted.loose else CANDIDATES


def _broken(error: IndexDamaged) -> str:
    return f"the search index is broken ({error}); `oldhand rebuild` mends it"


def _system_1(wanted: _Wanted, cue: Cue) -> tuple[Question, list[Held], str]:
    """The cue made ready, the memories its words bring, and what is broken."""
    reader, standings = wanted.reader, _standings(wanted)
    faults = reader.faults()
    try:
        if faults:
            raise IndexDamaged(next(iter(faults.values())))
        weighted = weights(reader, cue)
        memories = candidates(reader, weighted, standings, wanted.shelf, _most(wanted)) if cue.terms else []
        return question(cue, weighted, reader.average_terms()), memories, ""
    except IndexDamaged as error:
        every = {term for asked in cue.terms for term in (asked.term, *asked.parts)}
        weighted = {term: Weighted(term, 1.0, True, False) for term in every}
        memories = list(reader.memories(wanted.shelf._replace(standings=standings), limit=SCAN_LIMIT))
        return question(cue, weighted, 0.0), memories, _broken(error)


def _ordered(
    wanted: _Wanted, asked: Question, candidates: list[Candidate], scores: dict[str, Signals],
    linked: dict[str, tuple[str, str]],
) -> list[Found]:  # fmt: skip
    """What was looked at as answers: successors in the place of the superseded, best first, the newer of two first."""
    found: dict[str, Found] = {held.id: Found(held, SLOT, None) for held in _slots(wanted)}
    for one in candidates:
        signals = scores[one.held.id]
        if signals.match > 0:
            _keep(found, wanted, one.held, signals)
    for one in candidates:
        source = found.get(linked.get(one.held.id, ("", ""))[0])
        itself = found.get(one.held.id)
        if source and source.signals.match > 0 and (itself is None or itself.signals.match < wanted.floor):
            signals = scores[one.held.id]._replace(
                score=source.signals.score * LINK_SHARE, linked=source.signals.match * LINK_SHARE
            )
            found[one.held.id] = Found(one.held, signals, None, linked[one.held.id])
    return newest_first(decisions_first(list(found.values())), asked, wanted.moment)


def _sure(reader: Reader, asked: Question, ordered: list[Found]) -> float:
    """How likely what was found answers the cue; a cue that is a slot's key is answered for certain."""
    if any(one.signals.reading is EXACT for one in ordered):
        return 1.0
    memories = reader.size()
    return confidence(evidence(asked, [unsurveyed(one.signals) for one in ordered], memories), memories)


def _keep(found: dict[str, Found], wanted: _Wanted, held: Held, signals: Signals) -> None:
    """Take a match in, or its successor's in its place; a memory found twice keeps its better score."""
    through = None
    if held.standing == "superseded":
        through, follower = held, successor(wanted.reader, held)
        if follower is None or not _on_shelf(follower, wanted.shelf):
            return
        held, signals = follower, signals._replace(score=signals.score * YIELD)
    if held.standing not in SHOWN and not (wanted.deep and held.standing == PUT_AWAY):
        return
    known = found.get(held.id)
    if known is None or known.signals.score < signals.score:
        found[held.id] = Found(held, signals, through)


def _on_shelf(held: Held, shelf: Shelf) -> bool:
    return shelf.domain in ("", held.domain) and shelf.kind in ("", held.kind)


def _taken(term: CueTerm, repairs: tuple[Mended, ...]) -> CueTerm:
    """A term of the cue as the word it was taken for."""
    return next((term._replace(term=one.term, parts=()) for one in repairs if one.said == term.said), term)


def decisions_first(ordered: list[Found]) -> list[Found]:
    """Rank each decision no lower than the statements of its own record.

    Its context, its consequences and the options that were not taken explain it; they do not answer
    in its place.
    """
    best: dict[str, float] = {}
    for one in ordered:
        for path in _paths(one):
            best[path] = max(best.get(path, 0.0), one.signals.score)
    raised = [
        one._replace(signals=one.signals._replace(score=max([one.signals.score, *(best[p] for p in _paths(one))])))
        if one.held.kind == "decision"
        else one
        for one in ordered
    ]
    return sorted(raised, key=rank_of)


def rank_of(found: Found) -> tuple[bool, float, bool, int, str]:
    """What sorts the best answer first: by itself before linked, score, decisions before the rest, latest, id."""
    held = found.held
    return (
        found.linked is not None, -round(found.signals.score, 9), held.kind != "decision", -held.updated, held.id,
    )  # fmt: skip


def _paths(found: Found) -> set[str]:
    """The files a memory is tied to."""
    return {anchor.partition(":")[0] for anchor in found.held.anchors}


def _slots(wanted: _Wanted) -> list[Held]:
    """The memories whose key is the whole cue, in any domain; `domain/key` names one."""
    reader, said = wanted.reader, wanted.text.strip()
    if len(said) > 2 * LONGEST_KEY or not said.isprintable():
        return []
    domains = {room[0] for room in reader.rooms()}
    slots = [(domain, said) for domain in domains]
    head, slash, rest = said.partition("/")
    if slash and head.casefold() in domains:
        slots.append((head.casefold(), rest))
    found = []
    for domain, key in slots:
        held = reader.find(memory_of_slot(domain, checked_key(key))) if len(key) <= LONGEST_KEY else None
        if held and held.standing == "superseded":
            held = successor(reader, held)
        if held and held.standing in SHOWN and _on_shelf(held, wanted.shelf):
            found.append(held)
    return found


def _unknown(asked: Question) -> tuple[str, ...]:
    """The words of the cue that no memory holds, as they were written."""
    return tuple(
        one.said for one in asked.cue.terms if not any(asked.weighted[term].known for term in (one.term, *one.parts))
    )


def earlier_wordings(reader: Reader, held: Held, most: int) -> list[tuple[str, int, int]]:
    """(text, since, until) of the wordings a memory had before, latest first.

    Damaged and erased ones are left out, and those that waited in quarantine or whose source is withdrawn.
    """
    if not held.record.get("covered"):
        return []
    events = sorted((event for _, event in reader.history(held.id)), key=lambda event: event.stamp)
    said = [event for event in events if event.revision]
    untold = _untold(events)
    current = {wording.revision for wording in held.wordings}
    earlier = []
    for event, after in pairwise(said):
        if event.revision in current or event.revision == after.revision or event.revision in untold:
            continue
        body = reader.intact(event.revision)
        if body:
            earlier.append((json.loads(body)["content"]["text"], event.clock.wall, after.clock.wall))
    return earlier[::-1][:most]


def _untold(events: list[Event]) -> set[str]:
    """The wordings that waited in quarantine when others took their place, or were withdrawn with their source."""
    untold: set[str] = set()
    waits, present = False, ""
    for event in events:
        waits = event.fields.get("quarantined", waits)
        present = event.revision or present
        (untold.add if waits else untold.discard)(present)
        untold.update(event.fields.get("withdrawn", ()) if event.revision else ())
    return untold
