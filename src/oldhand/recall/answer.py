"""Recall: from a cue to memories that are current, checked and weighed."""

import json
from itertools import pairwise
from typing import NamedTuple

from oldhand.model.identity import LONGEST_KEY, checked_key, memory_of_slot
from oldhand.recall.cue import Cue, understand
from oldhand.recall.gate import verdict
from oldhand.recall.lexical import Weighted, candidates, weights
from oldhand.recall.rank import Signals, all_terms, compare
from oldhand.recall.straight import successor
from oldhand.store.reader import Held, Reader
from oldhand.store.search_index import IndexDamaged
from oldhand.store.shelf import EVERYTHING, Shelf

SEARCHED = ("active", "contested", "superseded")  # superseded ones lead to their successor
SHOWN = frozenset({"active", "contested"})
SLOT = Signals(1.0, 1.0, 0.0, 0.0, 0.0, ())  # a cue that is a slot's key is answered by the slot
YIELD = 0.97  # a successor found through the words of what it replaced stands just behind a direct match
SCAN_LIMIT = 20_000  # memories read one by one while the search index is broken


class Found(NamedTuple):
    """A memory that answers, with its signals; through: the superseded memory whose words were matched."""

    held: Held
    signals: Signals
    through: Held | None


class Answer(NamedTuple):
    """What a cue brought.

    below: the best memory under the floor; unknown: words that nobody used; degraded: what is broken.
    """

    verdict: str
    found: tuple[Found, ...]
    below: Found | None
    unknown: tuple[str, ...]
    considered: int
    degraded: str


def answer(reader: Reader, text: str, *, floor: float, shelf: Shelf = EVERYTHING, loose: bool = False) -> Answer:
    """The memories that answer a cue, best first, and how sure that is.

    floor: the least match (0 to 1) that counts as an answer; loose: show what lies below it too.
    """
    cue = understand(text)
    weighted: dict[str, Weighted] = {}
    degraded = ""
    faults = reader.faults()
    try:
        if faults:
            raise IndexDamaged(next(iter(faults.values())))
        weighted = weights(reader, all_terms(cue))
        memories = candidates(reader, cue, weighted, SEARCHED, shelf) if cue.terms else []
    except IndexDamaged as error:
        degraded = f"the search index is broken ({error}); `oldhand rebuild` mends it"
        weighted = {term: Weighted(term, 1.0, True, False) for term in all_terms(cue)}
        standing = shelf._replace(standings=SEARCHED)
        memories = [(held, 0.0) for held in reader.memories(standing, limit=SCAN_LIMIT)]
    found: dict[str, Found] = {held.id: Found(held, SLOT, None) for held in _slots(reader, text, shelf)}
    for held, score in memories:
        signals = compare(cue, weighted, held, score)
        if signals.coverage > 0:
            _keep(found, reader, held, signals, shelf)
    ordered = decisions_first(list(found.values()))
    degraded = "; ".join(filter(None, (degraded, reader.degradation())))
    above = [one for one in ordered if one.signals.coverage >= floor]
    below = next((one for one in ordered if one.signals.coverage < floor), None)
    top = max((one.signals.coverage for one in above), default=0.0)
    return Answer(
        verdict(top, floor), tuple(ordered if loose else above), below, _unknown(cue, weighted), len(memories), degraded
    )


def _keep(found: dict[str, Found], reader: Reader, held: Held, signals: Signals, shelf: Shelf) -> None:
    """Take a match in, or its successor's in its place; a memory found twice keeps its better score."""
    through = None
    if held.standing == "superseded":
        through, follower = held, successor(reader, held)
        if follower is None or shelf.domain not in ("", follower.domain) or shelf.kind not in ("", follower.kind):
            return
        held, signals = follower, signals._replace(score=signals.score * YIELD)
    if held.standing not in SHOWN:
        return
    known = found.get(held.id)
    if known is None or known.signals.score < signals.score:
        found[held.id] = Found(held, signals, through)


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


def rank_of(found: Found) -> tuple[float, bool, int, str]:
    """What sorts the best answer first: score, decisions before the rest, the latest, the id."""
    return (-round(found.signals.score, 9), found.held.kind != "decision", -found.held.updated, found.held.id)


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
