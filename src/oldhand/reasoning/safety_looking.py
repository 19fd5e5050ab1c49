"""Looking up what is around a decision that is checked. Bounded: some ten milliseconds, however large the memory."""

import re
from collections.abc import Collection, Sequence
from statistics import median
from typing import TYPE_CHECKING

from oldhand.errors import OldhandError
from oldhand.knowledge.questions import COMMON, KINDS, LONGEST_READ, MOST_TERMS, RAREST, may_answer
from oldhand.model.terms import ENGLISH_STOP_WORDS, RUSSIAN_STOP_WORDS, index_terms
from oldhand.reasoning.calibration_hint import Hint
from oldhand.reasoning.decisions import COMMIT, CURRENT, Decision, find, several
from oldhand.reasoning.outcomes import Ended, several_ended
from oldhand.reasoning.plans import KIND as PLAN
from oldhand.reasoning.plans import plan_of
from oldhand.reasoning.safety_around import Around, Like, Open
from oldhand.reasoning.similar import similar
from oldhand.recall.lexical import quoted
from oldhand.store.by_kind import any_waiting, how_many
from oldhand.store.engram_index import tagged
from oldhand.store.reader import Reader
from oldhand.store.search_index import IndexDamaged
from oldhand.store.shelf import Shelf
from oldhand.store.term_rows import TermRows, in_two, of_kinds

if TYPE_CHECKING:
    from oldhand.memory import Memory

MOST_LIKE = 12  # decisions about the same thing that are looked at: 0.5 ms each with how they ended
MOST_PLACED = 200  # memories tied to the same files among which decisions are looked for
MOST_BEFORE = 6  # of what it replaces, and what that replaced
MOST_COMMITS = 20  # of one decision whose sessions are asked how long they took
MINUTE_MS = 60_000
GOTCHA = "gotcha"
RECENT_MS = 14 * 86_400_000  # what bit within two weeks is still before everybody's eyes
MOSTLY = 0.5  # of a gotcha's words that a decision has when it speaks of it
# A question that a decision answers is not one that it turns on: what to choose, and whether to.
_CHOICE = re.compile(
    r"\b(?:which|should|shall|or|what (?:do|should|to)|do we (?:use|need|want)|how (?:do|should) we"
    r"|как(?:ой|ую|ие|ое|ая)|что (?:выбр|бра|брать|использ)|стоит ли|нужно ли|нужен ли|или|как (?:нам|будем))",
    re.IGNORECASE,
)
SUPERSEDES = "supersedes"


def around(
    reader: Reader, decision: Decision, *, memory: "Memory | None" = None,
    like: Sequence[tuple[Decision, float]] | None = None, supersedes: Sequence[str] = (), now: int = 0,
    hint: Hint | bool | None = True,
) -> Around:  # fmt: skip
    """What is known around a decision. like: decisions like it with their scores, where they were looked up already;
    supersedes: what it is said to replace; memory: asked for the session that speaks (without: for none); hint: what
    its speaker's confidence has come to, where that was looked up already (True: it is looked up)."""
    words = f"{decision.text}\n{decision.reason}"[:LONGEST_READ]
    found = list(like) if like is not None else similar(reader, decision.text[:LONGEST_READ], MOST_LIKE)
    found = [pair for pair in found if pair[0].id != decision.id]
    placed = _of_the_place(reader, decision, {one.id for one, _ in found})
    session = None
    if memory is not None:
        from oldhand.reasoning.safety_session import seen

        session = seen(memory, decision)
    alike, at = _alike(reader, words), now or (memory.now() if memory else decision.at)
    made = decision.at if decision.id else at  # what came after a decision is hindsight, and nobody could have known it
    several_like = [pair for pair in (*found, *placed) if pair[0].at <= made][:MOST_LIKE]
    ends = several_ended(reader, [one.id for one, _ in several_like])
    return Around(
        like=tuple(_like(reader, one, round(score * 10_000), ends[one.id], made) for one, score in several_like),
        before=_before(reader, decision, supersedes), open=_open(reader, words, alike, decision.id),
        hint=_hint(reader, decision) if isinstance(hint, bool) else hint, session=session,
        recent=_recent(reader, words, alike, at), now=at,
    )  # fmt: skip


def _like(reader: Reader, one: Decision, likeness: int, end: Ended, made: int) -> Like:
    weight = end.weight if end.at <= made else 0
    return Like(one, min(likeness, 10_000), end.state, end.value, weight, took(reader, one))


def took(reader: Reader, one: Decision) -> int:
    """Minutes that carrying a decision out took: what its plans say, else the time sessions worked on its commits."""
    tied = [edge.source for edge in reader.edges(one.id) if edge.target == one.id]
    plans = reader.several(tied, Shelf(CURRENT, kind=PLAN)) if tied else []
    said = [took for held in plans if held.wordings and (took := plan_of(held).took)]
    if said:
        return round(median(said))
    names = {name for commit in one.commits[:MOST_COMMITS] for name in tagged(reader, COMMIT + commit, 1)}
    worked = 0
    for held in reader.several(sorted(names), Shelf(("active",))) if names else []:
        active = str(held.wordings[-1].content.get("active", "")) if held.wordings else ""
        worked += int(active) if active.isdecimal() and len(active) < 12 else 0
    return round(worked / MINUTE_MS)


def _of_the_place(reader: Reader, decision: Decision, known: set[str]) -> list[tuple[Decision, float]]:
    """Decisions that are tied to the same files, or to the module, and not among those known."""
    paths = [place.partition(":")[0] for place in decision.anchors] + ([decision.module] if decision.module else [])
    names: dict[str, None] = {}
    for path in dict.fromkeys(paths):
        for _, _, name in reader.anchored(path)[:MOST_PLACED]:
            if name not in known and name != decision.id:
                names[name] = None
    return [(one, 0.0) for one in several(reader, list(names)[:MOST_PLACED])]


def _before(reader: Reader, decision: Decision, said: Sequence[str]) -> tuple[tuple[int, Decision], ...]:
    """What it replaces (step 1), what that replaced (step 2), and so on."""
    found: list[tuple[int, Decision]] = []
    known = {decision.id}
    waiting = [(1, name) for name in (*said, *_replaced(reader, decision.id))]
    while waiting and len(found) < MOST_BEFORE:
        step, name = waiting.pop(0)
        one = None if name in known else find(reader, name)
        known.add(name)
        if one is not None:
            found.append((step, one))
            waiting += [(step + 1, other) for other in _replaced(reader, one.id)]
    return tuple(found)


def _replaced(reader: Reader, name: str) -> list[str]:
    return (
        [edge.target for edge in reader.edges(name) if edge.rel == SUPERSEDES and edge.source == name] if name else []
    )


def _open(reader: Reader, words: str, alike: Collection[int], but: str) -> tuple[Open, ...]:
    """The open questions and gaps that a decision's words speak of, but for those that it answers itself."""
    asked = [
        one for one in may_answer(reader, words, frozenset(alike), but) if not _CHOICE.search(one.text[:LONGEST_READ])
    ]
    return tuple(Open(one.id, one.text) for one in asked)


def _recent(reader: Reader, words: str, alike: Collection[int], now: int) -> tuple[Open, ...]:
    """What bit within the last RECENT_MS and is what the decision speaks of: most of its words are the decision's."""
    names = of_kinds(reader, alike, (GOTCHA,), MOST_LIKE)
    held = reader.several(names, Shelf(("active",))) if names else []
    said = _terms(words)
    found = []
    for one in held:
        own = _terms(one.text[:LONGEST_READ])
        if 0 <= now - one.created <= RECENT_MS and own and len(own & said) >= MOSTLY * len(own):
            found.append(Open(one.id, one.text))
    return tuple(found)


def _alike(reader: Reader, words: str) -> Collection[int]:
    """The rows of memories that share two rare words with a decision; nothing is asked where none could matter."""
    if not any_waiting(reader, KINDS) and not how_many(reader, (GOTCHA,)):
        return ()
    rows, known = [], TermRows(reader, COMMON)
    try:
        for term in sorted(_terms(words), key=lambda term: (-len(term), term))[: 2 * MOST_TERMS]:
            below = known.below(quoted(term), COMMON)
            if below and len(below) < COMMON:
                rows.append(below)
            if len(rows) == 2 * RAREST:
                break
    except IndexDamaged:
        return ()  # `status` and every recall say so; a decision is checked without it
    return in_two(rows)


def _terms(text: str) -> set[str]:
    return set(index_terms(text)) - ENGLISH_STOP_WORDS - RUSSIAN_STOP_WORDS


def _hint(reader: Reader, decision: Decision) -> Hint | None:
    if decision.confidence is None:
        return None
    from oldhand.reasoning.calibrating import hint_for

    try:
        return hint_for(
            reader, agent=decision.agent, model=decision.model, domain=decision.domain, stated_by=decision.stated_by
        )
    except OldhandError:
        return None  # damaged memories, which `verify` tells
