"""System 2: what words alone do not find. Vectors, wordings of the past, what was put away, what is linked."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from oldhand.errors import OldhandError
from oldhand.recall.rank import Candidate, Meanings, candidates_read
from oldhand.recall.reading import Question
from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import Shelf

if TYPE_CHECKING:
    from oldhand.recall.dense.meaning import Floats, Meaning

FEEDBACK_ANSWERS = 3  # best answers that the cue is drawn towards
ROUGH_SHARE = 0.5  # of window and meaning beside BM25 where the best answers are only guessed, to draw the cue to them
LINKED_FROM = 3  # best answers whose links are followed
LINKED_MOST = 8  # memories looked at over the links of one answer
NOT_FOLLOWED = frozenset({"supersedes"})  # that link is set straight, not followed
Sense = Callable[[], "Meaning"]  # gives what compares meanings; raises what stands in the way


class Deeper(NamedTuple):
    """What system 2 looked at.

    meanings: None without vectors; linked: id -> (from, relation) of what
    the best are linked with, found by itself or not; note: what is missing; encoder: its
    name; vectors: how many there were to compare with.
    """

    candidates: list[Candidate]
    meanings: Meanings | None
    linked: dict[str, tuple[str, str]]
    note: str
    encoder: str
    vectors: int


def looked_deeper(
    reader: Reader, asked: Question, candidates: Sequence[Candidate], shelf: Shelf, sense: Sense | None, most: int
) -> Deeper:  # fmt: skip
    """The candidates of system 1 with those that system 2 adds, and how near each comes in meaning.

    shelf: with the standings that may be shown or lead to what is shown; most: so many wordings nearest
    in meaning are read closely. What stands in the way of
    vectors is told in `note`; the rest is done all the same.
    """
    every = list(candidates)
    meaning, cue, note = _meaning(asked, sense)
    revisions: dict[str, list[str]] = {}
    vectors = 0
    if meaning is not None and cue is not None:
        try:
            near, vectors = meaning.near(cue, most), meaning.vectors
            known = {one.held.id for one in every}
            every += candidates_read(asked, reader.worded(near, shelf, known))
            revisions = _revisions(reader, every, near, shelf)
        except OldhandError as error:  # damaged vectors: told in the answer, which goes on without them
            meaning, note = None, str(error)
    linked = _linked(reader, every, shelf)
    known = {one.held.id for one in every}
    every += candidates_read(asked, [held for held, _, _ in linked if held.id not in known])
    meanings = None
    if meaning is not None and cue is not None:
        meanings = _compared(asked, meaning, cue, every, revisions)
    return Deeper(
        every, meanings, {held.id: (source, rel) for held, source, rel in linked}, note,
        meaning.name if meaning else "", vectors,
    )  # fmt: skip


def _meaning(asked: Question, sense: Sense | None) -> "tuple[Meaning | None, Floats | None, str]":
    """What compares meanings and the cue's vectors, or None and what stands in the way."""
    if sense is None:
        return None, None, ""
    try:
        meaning = sense()
        cue = meaning.understood(asked.cue.text)
    except OldhandError as error:  # no model, a damaged one, a failing endpoint: told in the answer
        return None, None, str(error)
    return (meaning, cue, "") if len(cue) else (None, None, "")


def _revisions(reader: Reader, every: Sequence[Candidate], near: Sequence[str], shelf: Shelf) -> dict[str, list[str]]:
    """Each memory's present wordings, and the earlier ones through which it was found."""
    found = {one.held.id: [wording.revision for wording in one.held.wordings] for one in every}
    present = {revision for names in found.values() for revision in names}
    for revision in near:
        if revision not in present:
            for held in reader.worded([revision], shelf, ()):
                found.setdefault(held.id, []).append(revision)
    return found


def _compared(
    asked: Question, meaning: "Meaning", cue: "Floats", every: Sequence[Candidate], revisions: dict[str, list[str]]
) -> Meanings:
    """The cosines of every candidate with the cue, and with the cue drawn towards the best of them."""
    from oldhand.recall.dense.meaning import best_cosine, drawn_towards

    names = {one.held.id: revisions.get(one.held.id) or [w.revision for w in one.held.wordings] for one in every}
    vectors = meaning.windows_of({revision for wanted in names.values() for revision in wanted})

    def best(cue: "Floats") -> dict[str, float]:
        return {
            name: max(best_cosine(cue, vectors[revision]) for revision in wanted if revision in vectors)
            for name, wanted in names.items()
            if any(revision in vectors for revision in wanted)
        }

    first = best(cue)
    rough = {
        one.held.id: one.reading.bm25 + ROUGH_SHARE * (one.reading.window + max(first.get(one.held.id, 0.0), 0.0))
        for one in every
    }
    ordered = sorted(rough, key=lambda name: (-rough[name], name))
    answers = [
        vectors[revision] for name in ordered for revision in names[name] if revision in vectors
    ][:FEEDBACK_ANSWERS]  # fmt: skip
    return Meanings(first, best(drawn_towards(cue, answers)) if answers else first)


def _linked(reader: Reader, every: Sequence[Candidate], shelf: Shelf) -> list[tuple[Held, str, str]]:
    """(memory, linked from, relation) of what the best candidates are linked with."""
    best = sorted(every, key=lambda one: (-one.reading.coverage, one.held.id))[:LINKED_FROM]
    seen = {one.held.id for one in best}
    found: list[tuple[Held, str, str]] = []
    for one in best:
        for edge in reader.edges(one.held.id)[:LINKED_MOST]:
            other = edge.target if edge.source == one.held.id else edge.source
            if edge.rel in NOT_FOLLOWED or other in seen:
                continue
            held = reader.find(other)
            if held and _on_shelf(held, shelf):
                seen.add(other)
                found.append((held, one.held.id, edge.rel))
    return found


def _on_shelf(held: Held, shelf: Shelf) -> bool:
    return (
        held.standing in shelf.standings and shelf.domain in ("", held.domain) and shelf.kind in ("", held.kind)
    )  # fmt: skip
