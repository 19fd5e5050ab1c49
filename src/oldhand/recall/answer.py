"""Recall: from a cue to memories that are current, checked and weighed.

System 1 answers from words. System 2 looks deeper when system 1 is not sure, or when asked to: at
meanings, at what is linked, at wordings of the past and, only when asked, at what was put away.
"""

import json
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from oldhand.model.identity import LONGEST_KEY, checked_key, memory_of_slot
from oldhand.recall.cue import Cue, CueTerm, understand
from oldhand.recall.gate import confidence, evidence, verdict
from oldhand.recall.lexical import CANDIDATES, CANDIDATES_EVERY, Weighted, candidates, weights
from oldhand.recall.rank import Candidate, Signals, candidates_read, scored
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
    encoder: the model whose vectors were compared, "" when none were; vectors: how many it had here.
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


class _Looked(NamedTuple):
    """What one look at the store gave, before it is ordered. degraded: what is broken."""

    asked: Question
    candidates: list[Candidate]
    scores: dict[str, Signals]
    degraded: str
    deeper: "Deeper | None"


def answer(
    reader: Reader, text: str, *, floor: float, shelf: Shelf = EVERYTHING, loose: bool = False, deep: bool = False,
    sense: "Sense | None" = None, moment: int = 0,
) -> Answer:  # fmt: skip
    """The memories that answer a cue, best first, and how sure that is.

    floor: the least match (0 to 1) that counts as an answer; loose: show what lies below it too; deep:
    ask system 2 whatever system 1 says; sense: gives what compares meanings, None where that is not
    wanted; moment: of which the answer tells, in milliseconds since 1970: what has expired by then is not
    taken for news. System 2 is asked by itself only where there is a sense.
    """
    cue = understand(text)
    most = CANDIDATES_EVERY if loose else CANDIDATES
    looked, ordered, sure, said = _by_words(reader, cue, text, shelf, floor, moment, most, deep=deep)
    repairs: tuple[Mended, ...] = ()
    if said == "nothing known" and not looked.degraded and (guessed := mended(reader, cue, looked.asked.weighted)):
        taken = cue._replace(terms=[_taken(term, guessed) for term in cue.terms])
        again = _by_words(reader, taken, text, shelf, floor, moment, most, deep=deep)
        if again[-1] != "nothing known":
            repairs, cue, (looked, ordered, sure, said) = guessed, taken, again
    asked, degraded = looked.asked, looked.degraded
    because = ""
    if cue.terms and (deep or (sense is not None and said != "strong")):
        because = "asked to look deeper" if deep else REASONS[said]
        from oldhand.recall.deeper import looked_deeper

        standings = (*SEARCHED, PUT_AWAY) if deep else SEARCHED
        more = looked_deeper(reader, asked, looked.candidates, shelf._replace(standings=standings), sense, most)
        looked = _Looked(asked, more.candidates, scored(asked, more.candidates, more.meanings), degraded, more)
        ordered = _ordered(reader, asked, text, looked, shelf, floor, moment, deep=deep)
        sure = _sure(reader, asked, ordered)
        said = verdict(sure, _best(ordered), floor)
        because += f"; without meanings: {more.note}" if more.note else ""
    if repairs and said == "strong":
        said, sure = "weak", min(sure, GUESSED)
    degraded = "; ".join(filter(None, (degraded, reader.degradation())))
    above = [one for one in ordered if one.signals.match >= floor] if said != "nothing known" else []
    below = next((one for one in ordered if one not in above), None)
    return Answer(
        said, sure, tuple(ordered if loose else above), below, _unknown(cue, asked.weighted), repairs,
        len(looked.candidates), degraded, 2 if looked.deeper else 1, because,
        looked.deeper.encoder if looked.deeper else "", looked.deeper.vectors if looked.deeper else 0,
    )  # fmt: skip


def _by_words(
    reader: Reader, cue: Cue, text: str, shelf: Shelf, floor: float, moment: int, most: int, *, deep: bool
) -> tuple[_Looked, list[Found], float, str]:  # fmt: skip
    """What system 1 says: what it looked at, in order, how sure it is and what that is called."""
    asked, memories, degraded = _system_1(reader, cue, shelf, most, deep)
    read = candidates_read(asked, memories)
    looked = _Looked(asked, read, scored(asked, read), degraded, None)
    ordered = _ordered(reader, asked, text, looked, shelf, floor, moment, deep=deep)
    sure = _sure(reader, asked, ordered)
    return looked, ordered, sure, verdict(sure, _best(ordered), floor)


def _system_1(reader: Reader, cue: Cue, shelf: Shelf, most: int, deep: bool) -> tuple[Question, list[Held], str]:
    """The cue made ready, the memories its words bring, and what is broken."""
    standings = (*SEARCHED, PUT_AWAY) if deep else SEARCHED
    faults = reader.faults()
    try:
        if faults:
            raise IndexDamaged(next(iter(faults.values())))
        weighted = weights(reader, cue)
        memories = candidates(reader, weighted, standings, shelf, most) if cue.terms else []
        return question(cue, weighted, reader.average_terms()), memories, ""
    except IndexDamaged as error:
        degraded = f"the search index is broken ({error}); `oldhand rebuild` mends it"
        every = {term for asked in cue.terms for term in (asked.term, *asked.parts)}
        weighted = {term: Weighted(term, 1.0, True, False) for term in every}
        memories = list(reader.memories(shelf._replace(standings=standings), limit=SCAN_LIMIT))
        return question(cue, weighted, 0.0), memories, degraded


def _ordered(
    reader: Reader, asked: Question, text: str, looked: _Looked, shelf: Shelf, floor: float, moment: int, *,
    deep: bool,
) -> list[Found]:  # fmt: skip
    """What was looked at as answers: successors in the place of the superseded, best first, the newer of two first."""
    found: dict[str, Found] = {held.id: Found(held, SLOT, None) for held in _slots(reader, text, shelf)}
    for one in looked.candidates:
        signals = looked.scores[one.held.id]
        if signals.match > 0:
            _keep(found, reader, one.held, signals, shelf, deep=deep)
    linked = looked.deeper.linked if looked.deeper else {}
    for one in looked.candidates:
        source, rel = linked.get(one.held.id, ("", ""))
        if source in found and found[source].signals.match > 0:
            score = found[source].signals.score * LINK_SHARE
            if one.held.id not in found or found[one.held.id].signals.match < floor:
                signals = looked.scores[one.held.id]._replace(
                    score=score, linked=found[source].signals.match * LINK_SHARE
                )
                found[one.held.id] = Found(one.held, signals, None, (source, rel))
    return newest_first(decisions_first(list(found.values())), asked, moment)


def _sure(reader: Reader, asked: Question, ordered: list[Found]) -> float:
    """How likely what was found answers the cue; a cue that is a slot's key is answered for certain."""
    if any(one.signals.reading is EXACT for one in ordered):
        return 1.0
    memories = reader.size()
    return confidence(evidence(asked, [one.signals for one in ordered], memories), memories)


def _best(ordered: list[Found]) -> float:
    return max((one.signals.match for one in ordered), default=0.0)


def _keep(
    found: dict[str, Found], reader: Reader, held: Held, signals: Signals, shelf: Shelf, *, deep: bool
) -> None:  # fmt: skip
    """Take a match in, or its successor's in its place; a memory found twice keeps its better score."""
    through = None
    if held.standing == "superseded":
        through, follower = held, successor(reader, held)
        if follower is None or shelf.domain not in ("", follower.domain) or shelf.kind not in ("", follower.kind):
            return
        held, signals = follower, signals._replace(score=signals.score * YIELD)
    if held.standing not in SHOWN and not (deep and held.standing == PUT_AWAY):
        return
    known = found.get(held.id)
    if known is None or known.signals.score < signals.score:
        found[held.id] = Found(held, signals, through)


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


def _slots(reader: Reader, text: str, shelf: Shelf) -> list[Held]:
    """The memories whose key is the whole cue, in any domain; `domain/key` names one."""
    said = text.strip()
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
        if held and held.standing in SHOWN and shelf.domain in ("", held.domain) and shelf.kind in ("", held.kind):
            found.append(held)
    return found


def _unknown(cue: Cue, weighted: dict[str, Weighted]) -> tuple[str, ...]:
    """The words of the cue that no memory holds, as they were written."""
    return tuple(
        asked.said
        for asked in cue.terms
        if not any(weighted[term].known for term in (asked.term, *asked.parts) if term in weighted)
    )


def earlier_wordings(reader: Reader, held: Held, most: int) -> list[tuple[str, int, int]]:
    """(text, since, until) of the wordings a memory had before, latest first; damaged or erased ones are left out."""
    if not held.record.get("covered"):
        return []
    said = [event for _, event in reader.history(held.id) if event.revision]
    said.sort(key=lambda event: event.stamp)
    current = {wording.revision for wording in held.wordings}
    earlier = []
    for event, after in pairwise(said):
        if event.revision in current or event.revision == after.revision:
            continue
        body = reader.intact(event.revision)
        if body:
            earlier.append((json.loads(body)["content"]["text"], event.clock.wall, after.clock.wall))
    return earlier[::-1][:most]
