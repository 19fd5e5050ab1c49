"""Open questions and gaps: what nobody knows yet, and how an answer settles it.

What answers is tied to what was asked by a link `answers`. A question is open while no current memory answers it:
undoing the link, or putting the answer away, opens it again. Nothing is taken for an answer unasked.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from oldhand.errors import Refused
from oldhand.knowledge.answered import ANSWERS as ANSWERS
from oldhand.knowledge.answered import CURRENT as CURRENT
from oldhand.knowledge.answered import answerers as answerers
from oldhand.knowledge.answered import still_open as still_open
from oldhand.knowledge.naming import present
from oldhand.knowledge.subjects import COMMON as RIVALS_COMMON
from oldhand.model.identity import short
from oldhand.model.moment import iso
from oldhand.model.terms import ENGLISH_STOP_WORDS, RUSSIAN_STOP_WORDS, index_terms
from oldhand.model.trust import Voice
from oldhand.recall.lexical import quoted
from oldhand.recall.render import clipped
from oldhand.store.by_kind import any_waiting, how_many, of_kind
from oldhand.store.fold import registers
from oldhand.store.reader import Held, Reader
from oldhand.store.search_index import IndexDamaged
from oldhand.store.shelf import Shelf
from oldhand.store.term_rows import Rows, TermRows, in_two, of_kinds
from oldhand.store.transaction import PROJECTION_FAULTS, Transaction

QUESTION, GAP = "question", "gap"
KINDS = (QUESTION, GAP)
MOST_LISTED = 500  # open questions put in order at once: nobody answers more
MAY_ANSWER = 0.5  # the share of a question's words that a statement must have before it is offered as its answer
MOST_ALIKE = 8  # open questions and gaps that share rare words with a statement and are looked at
MOST_TERMS = 5  # different words of a statement that are counted, the longest: long words are rare
RAREST = 3  # of them, the rarest so many, of which a question must have two
COMMON = 250  # memories with a word from which on it tells nothing; bounds what a look costs
LONGEST_READ = 2_000  # characters of a text that are looked at: what is longer is no statement
MOST_OFFERED = 3  # open questions named that a statement may answer
LONGEST_OFFERED = 80  # characters of each


class Open(NamedTuple):
    """Something nobody knows yet. asked: how often it was asked; since: when first; asked_of: who might know."""

    id: str
    kind: str
    text: str
    asked: int
    since: str
    asked_of: str
    trust: str


def listed(reader: Reader, kinds: Iterable[str], limit: int) -> tuple[list[Open], int]:
    """What is open of these kinds, the most often asked and then the longest waiting first; and how many more."""
    wanted = tuple(kinds)
    names = [name for kind in wanted for name in of_kind(reader, kind, MOST_LISTED, standings=CURRENT)]
    held = reader.several(names, Shelf(CURRENT)) if names else []
    found = [opened(one) for one in still_open(reader, held)]
    found.sort(key=lambda one: (-one.asked, one.since, one.id))
    beyond = max(how_many(reader, wanted, CURRENT) - len(held), 0)
    return found[:limit], max(len(found) - limit, 0) + beyond


def opened(held: Held) -> Open:
    """A question or gap as listings tell it."""
    content = held.wordings[-1].content if held.wordings else {}
    asked_of = str(content.get("asked_of", ""))
    return Open(held.id, held.kind, held.text, held.confirmations, iso(held.created), asked_of, held.trust)


def settle(transaction: Transaction, voice: Voice, memory: str, names: Iterable[str]) -> list[str]:
    """Say that a memory answers these questions or gaps; the ids of those that it did not answer before.

    memory: its whole id; it may have been taken in by this very transaction. Raises UnknownId and its kin, and Refused
    for what asks nothing.
    """
    done = []
    for asked in [present(transaction, name) for name in names]:
        values = registers(asked.record)
        if values.get("kind") not in KINDS:
            what = f"{short(asked.id)} is a {values.get('kind')} and asks nothing"
            raise Refused(f"{what}. `oldhand ask` and `oldhand gap` list what is open.")
        if not values.get(ANSWERS + memory):
            transaction.emit("link", memory, voice.actor, voice.origin, {"rel": "answers", "target": asked.id})
            done.append(asked.id)
    return done


def terms_asked(transaction: Transaction) -> TermRows:
    """What this change has asked of the search index: the same is asked for rivals and for open questions."""
    if transaction.terms is None:
        reader = Reader(transaction.connection)
        try:
            anything_open = any_waiting(reader, KINDS)
        except PROJECTION_FAULTS:
            anything_open = False  # the projections are damaged: `health` says so
        transaction.terms = TermRows(reader, COMMON if anything_open else RIVALS_COMMON)
    return transaction.terms


def alike(transaction: Transaction, text: str, memory: str, *, indexed: bool) -> Rows:
    """The rows of the memories that share two rare words with a statement: its open questions are among them.

    It costs one look at an index where nothing is open, and a bounded look at the search index where something is.
    memory: its own, which is not among them; indexed: whether the change puts the text into the search index.
    """
    known, itself = terms_asked(transaction), frozenset((transaction.number_of(memory),))
    if known.most < COMMON:
        return frozenset()
    terms = set(index_terms(text[:LONGEST_READ])) - ENGLISH_STOP_WORDS - RUSSIAN_STOP_WORDS
    rare: list[Rows] = []
    try:
        for term in sorted(terms, key=lambda term: (-len(term), term))[:MOST_TERMS]:
            rows = known.below(quoted(term), COMMON)
            if rows is not None and indexed:
                rows |= itself  # it counts too: with it, a word may be common, and no word is unknown
            if rows and len(rows) < COMMON:
                rare.append(rows)
            if len(rare) == RAREST:  # each costs 40 microseconds
                break
    except IndexDamaged:
        return frozenset()  # `status` and every recall say so; a memory is taken in all the same
    return in_two(rare) - itself


def may_answer(reader: Reader, text: str, rows: Rows, but: str = "") -> list[Open]:
    """The open questions and gaps that a statement may answer: it is for a person or an agent to say so.

    text: the statement; rows: what is `alike`; but: its own memory.
    """
    names = of_kinds(reader, rows, KINDS, MOST_ALIKE)
    asked = reader.several(names, Shelf(("active",))) if names else []
    found = [(_covered(held.text, text), held) for held in asked if held.id != but]
    likely = sorted((pair for pair in found if pair[0] >= MAY_ANSWER), key=lambda pair: (-pair[0], pair[1].id))
    return [opened(held) for held in still_open(reader, [held for _, held in likely])][:MOST_OFFERED]


def _covered(question: str, statement: str) -> float:
    """The share of a question's own words that a statement says too, in any of their forms; 0 for fewer than two."""
    wanted = set(index_terms(question[:LONGEST_READ])) - ENGLISH_STOP_WORDS - RUSSIAN_STOP_WORDS
    common = wanted.intersection(index_terms(statement[:LONGEST_READ]))
    return len(common) / len(wanted) if len(common) > 1 else 0.0


def offered(found: Sequence[Open]) -> str:
    """What a statement may answer, in one line for its reply; empty when there is nothing."""
    if not found:
        return ""
    named = "; ".join(f'{one.id[:12]} "{clipped(one.text, LONGEST_OFFERED)}"' for one in found)
    what = "an open question" if len(found) == 1 else f"{len(found)} open questions"
    return f"this may answer {what}: {named}. `oldhand link ID answers QUESTION` settles it"
