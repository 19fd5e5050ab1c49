"""System 2: what words alone do not find. Vectors, wordings of the past, what was put away, what is linked."""

from collections.abc import Callable, Mapping, Sequence
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

    meanings: None without vectors; linked: id -> (from, relation) of what the best are linked with, found
    by itself or not; note: what is missing; encoder: its name; vectors: how many there were to compare with.
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
    in meaning are read closely. What stands in the way of vectors is told in `note`; the rest is done
    all the same.
    """
    near = _Near()
    note = ""
    if sense is not None:
        try:
            near = _near(sense(), reader, asked, candidates, shelf, most)
        except OldhandError as error:  # no model, a damaged one, damaged vectors, a failing endpoint
            note = str(error)
    every = [*candidates, *near.added]
    linked = _linked(reader, every, shelf)
    known = {one.held.id for one in every}
    every += candidates_read(asked, [held for held, _, _ in linked if held.id not in known])
    meanings = None
    if near.meaning is not None:
        try:
            meanings = _compared(near, every)
        except OldhandError as error:  # the file of the vectors was damaged or taken away meanwhile
            near, note = _Near(), str(error)
    return Deeper(
        every, meanings, {held.id: (source, rel) for held, source, rel in linked}, note,
        near.meaning.name if near.meaning else "", near.vectors,
    )  # fmt: skip


class _Near(NamedTuple):
    """What lies near the cue in meaning.

    meaning: None where nothing was compared; cue: its vectors; added: memories that words had not
    found; wordings: by memory, the earlier wordings through which it was found; vectors: how many there
    were to compare with.
    """

    meaning: "Meaning | None" = None
    cue: "Floats | None" = None
    added: tuple[Candidate, ...] = ()
    wordings: Mapping[str, Sequence[str]] = {}
    vectors: int = 0


def _near(
    meaning: "Meaning", reader: Reader, asked: Question, candidates: Sequence[Candidate], shelf: Shelf, most: int
) -> _Near:  # fmt: skip
    """The memories nearest in meaning. Raises EncoderFailed, UnusableVectors."""
    cue = meaning.understood(asked.cue.text)
    if not len(cue):
        return _Near()
    owners = reader.owners(meaning.near(cue, most))
    known = {one.held.id for one in candidates}
    new = dict.fromkeys(memory for _, memory in owners if memory not in known)
    added = tuple(candidates_read(asked, reader.several(list(new), shelf)))
    wordings: dict[str, list[str]] = {}
    for revision, memory in owners:
        wordings.setdefault(memory, []).append(revision)
    return _Near(meaning, cue, added, wordings, meaning.vectors)


def _compared(near: _Near, every: Sequence[Candidate]) -> Meanings:
    """The cosines of every candidate with the cue, and with the cue drawn towards the best of them.

    A memory counts by its present wordings and by the earlier ones through which it was found.
    """
    from oldhand.recall.dense.meaning import best_cosine, drawn_towards

    assert near.meaning is not None and near.cue is not None
    names = {
        one.held.id: {wording.revision for wording in one.held.wordings} | set(near.wordings.get(one.held.id, ()))
        for one in every
    }
    vectors = near.meaning.windows_of({revision for wanted in names.values() for revision in wanted})
    windows = {
        name: found
        for name, wanted in names.items()
        if (found := [vectors[revision] for revision in sorted(wanted) if revision in vectors])
    }

    def cosines(cue: "Floats") -> dict[str, float]:
        return {name: max(best_cosine(cue, one) for one in found) for name, found in windows.items()}

    first = cosines(near.cue)
    rough = {
        one.held.id: one.reading.bm25 + ROUGH_SHARE * (one.reading.window + max(first[one.held.id], 0.0))
        for one in every
        if one.held.id in first
    }
    best = sorted(rough, key=lambda name: (-rough[name], name))[:FEEDBACK_ANSWERS]
    answers = [wording for name in best for wording in windows[name]][:FEEDBACK_ANSWERS]
    return Meanings(first, cosines(drawn_towards(near.cue, answers)) if answers else first)


def _linked(reader: Reader, every: Sequence[Candidate], shelf: Shelf) -> list[tuple[Held, str, str]]:
    """(memory, linked from, relation) of what the best candidates are linked with."""
    best = sorted(every, key=lambda one: (-one.reading.coverage, one.held.id))[:LINKED_FROM]
    over: dict[str, tuple[str, str]] = {}
    for name in (one.held.id for one in best):
        for edge in reader.edges(name)[:LINKED_MOST]:
            if edge.rel not in NOT_FOLLOWED:
                over.setdefault(edge.target if edge.source == name else edge.source, (name, edge.rel))
    for one in best:
        over.pop(one.held.id, None)
    return [(held, *over[held.id]) for held in reader.several(list(over), shelf)]
