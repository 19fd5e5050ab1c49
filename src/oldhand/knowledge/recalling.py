"""Recalling: one question put to one or more stores, and their answers joined into one reply.

The operation `recall` asks the stores as they are, `replay` asks them as they were; both go through
`recalled`, so that there is one way from a question to its answer.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.code.anchors import Checker
from oldhand.knowledge.anchoring import checker
from oldhand.knowledge.ended_badly import ended_badly
from oldhand.knowledge.explaining import reasons
from oldhand.knowledge.naming import moment_asked, moment_elsewhere
from oldhand.knowledge.rejected_here import without_rejected
from oldhand.knowledge.sensing import sense_of
from oldhand.knowledge.telling import AnchorState, Earlier, told
from oldhand.model.domain import wanted
from oldhand.model.identity import short
from oldhand.model.kinds import known
from oldhand.recall.answer import Answer, Found, answer, rank_of
from oldhand.recall.cue import bounded as bounded_cue
from oldhand.recall.gate import VERDICTS
from oldhand.recall.rank import NOBODY, Surveyed
from oldhand.recall.render import clipped, within
from oldhand.store import survey_file
from oldhand.store.reader import Reader
from oldhand.store.shelf import Shelf

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.recall.deeper import Sense

NEAREST_CHARACTERS = 80  # of the nearest memory below the floor, shown so that a person can judge


class RecalledItem(NamedTuple):
    """A memory that answers: what it says, how sure the match is (0 to 1), and all one needs to judge it.

    For the other names see `show`. cut: whether it was shortened to fit the budget; newer: the id of an
    answer that speaks of the same and is later; linked: the relation and id over which it was found,
    when it does not answer by itself; ended: of a decision that failed or was reverted, which of the two;
    why: the signals in words, with --explain.
    """

    id: str
    kind: str
    domain: str
    key: str
    title: str
    text: str
    cut: bool
    match: float
    standing: str
    trust: str
    actor: str
    origin: str
    confidence: float
    priority: int
    since: str
    updated: str
    valid_from: str
    valid_until: str
    expired: bool
    confirmations: int
    tags: list[str]
    anchors: list[AnchorState]
    replaces: list[Earlier]
    contested: list[str]
    newer: str
    linked: str
    ended: str
    scope: str
    project: str
    why: list[str]


class Recalled(NamedTuple):
    """An answer. verdict: strong, weak or nothing known; nearest: the best text below the floor, not an answer.

    confidence: how likely the answer is among the items, from 0 to 1; unknown: words of the cue that no
    memory holds; mended: words of the cue taken for others; left_out: answers that did not fit limit or
    budget; degraded: what part of the memory is broken, empty when none is; system: 2 when more than
    words was asked (meanings, links, the past), else 1; because: why, and what was missing; trace: the
    name by which `replay` answers it again, empty when the local log does not keep it.
    """

    verdict: str
    confidence: float
    items: list[RecalledItem]
    nearest: str
    unknown: list[str]
    mended: list[str]
    memories: int
    left_out: int
    root: str
    as_of: str
    degraded: str
    system: int
    because: str
    trace: str = ""


class Asked(NamedTuple):
    """A question: the arguments of the operation `recall`, under the same names and with the same defaults."""

    cue: str
    limit: int = 0
    budget_tokens: int = 0
    domain: str = ""
    kind: str = ""
    scope: str = "both"
    project: str = ""
    as_of: str = ""
    loose: bool = False
    explain: bool = False
    deep: bool = False


class InForce(NamedTuple):
    """The settings that an answer depends on, as they were when it was given. floor: in hundredths."""

    floor: int
    limit: int
    budget_tokens: int
    with_global: str
    deep: str = "weak"


class Source(NamedTuple):
    """One store's view that is asked.

    scope, project: whose it is, as `RecalledItem` says it; moment: the moment it tells of, in
    milliseconds; checker: what checks its anchors against the files, None when they are not checked;
    seen: memory (12 digits) -> (state, now, detail) of its first anchors, as they were seen at another
    time; sense: gives what compares meanings, None where that is not wanted; survey: what answers to the
    survey make of memories.
    """

    reader: Reader
    scope: str
    project: str
    moment: int
    checker: Checker | None
    seen: Mapping[str, list[tuple[str, ...]]]
    sense: "Sense | None" = None
    survey: Surveyed = NOBODY


class Visited(NamedTuple):
    """A store that was asked: whose it is, its recorded root and the journal position of that, the moment told of."""

    scope: str
    project: str
    root: str
    position: int
    moment: int


class Answered(NamedTuple):
    """A reply with what it came from: the stores asked, what each said, the items before the budget cut them, and by
    memory what answers to the survey made of those that were looked at."""

    reply: Recalled
    visited: list[Visited]
    answers: list[Answer]
    whole: list[RecalledItem]
    survey: dict[str, int]


def in_force(memory: "Memory") -> InForce:
    """The settings that an answer depends on, as they are."""
    names = ("recall.floor", "recall.limit", "recall.budget_tokens", "recall.global", "recall.deep")
    return InForce(*(memory.setting(name) for name in names))


def bounded(asked: Asked) -> Asked:
    """The question with no more of its cue than is read of it, so that what is traced is what was answered."""
    return asked._replace(cue=bounded_cue(asked.cue))


def recalled_now(memory: "Memory", asked: Asked, settings: InForce, now_ms: int) -> Answered:
    """The answer to a question at this moment, or at the moment it asks for."""
    with ExitStack() as stack:
        return recalled(asked, settings, _sources(stack, memory, asked, settings, now_ms))


def recalled(asked: Asked, settings: InForce, sources: Iterable[Source]) -> Answered:
    """The answer to a question from these stores. Raises UnknownKind."""
    shelf = Shelf(domain=wanted(asked.domain), kind=known(asked.kind))
    parts: list[tuple[tuple[Any, ...], Found, Source]] = []
    answers: list[Answer] = []
    visited: list[Visited] = []
    survey: dict[str, int] = {}
    sizes = 0
    own: Reader | None = None
    for source in sources:
        said = answer(
            source.reader, asked.cue, floor=settings.floor / 100, shelf=shelf, loose=asked.loose, deep=asked.deep,
            sense=source.sense, moment=source.moment, survey=source.survey,
        )  # fmt: skip
        if own is not None:
            said = without_rejected(own, said)
        elif source.scope == "project" and not source.project:
            own = source.reader
        answers.append(said)
        survey |= dict(said.surveyed)
        sizes += source.reader.count(Shelf(standings=("active", "contested")))
        recorded = source.reader.root()
        visited.append(Visited(source.scope, source.project, recorded.root.hex(), recorded.position, source.moment))
        # each ranks as the best of those from it on, so that the order of one store's answers stays as it is
        ranks = list(accumulate((rank_of(one) for one in reversed(said.found)), min))[::-1]
        parts.extend(((*rank, source.project), one, source) for rank, one in zip(ranks, said.found, strict=True))
    parts.sort(key=lambda part: part[0])
    whole = [_item(found, source, explain=asked.explain) for _, found, source in parts[: asked.limit or settings.limit]]
    items = within(whole, asked.budget_tokens or settings.budget_tokens)
    items = [item._replace(cut=item not in whole) for item in items]
    best = min((VERDICTS.index(said.verdict) for said in answers), default=2)
    reply = Recalled(
        VERDICTS[best], round(max((said.confidence for said in answers), default=0.0), 4), items,
        _nearest(answers) if not items else "",
        sorted(set.intersection(*(set(said.unknown) for said in answers)) if answers else set()),
        list(dict.fromkeys(f"{one.said} as {one.term}" for said in answers for one in said.mended)),
        sizes, len(parts) - len(items), visited[0].root if visited else "", asked.as_of,
        "; ".join(dict.fromkeys(said.degraded for said in answers if said.degraded)),
        max((said.system for said in answers), default=1),
        "; ".join(dict.fromkeys(part for said in answers for part in said.because.split("; ") if part)),
    )  # fmt: skip
    return Answered(reply, visited, answers, whole, survey)


def _sources(stack: ExitStack, memory: "Memory", asked: Asked, settings: InForce, now_ms: int) -> Iterator[Source]:
    """Each store to be asked, opened as the question wants it."""
    as_of, scope = asked.as_of, asked.scope
    survey = surveyed(memory) if not (as_of or asked.project) else NOBODY

    def source(place: "Memory", whose: str, name: str, as_of: str) -> Source:
        store = place.store("global" if whose == "global" else "project")
        sense = sense_of(memory, store, asked, settings)
        reader = stack.enter_context(store.read(as_of, now_ms))
        files = checker(place, as_of) if whose == "project" else None
        said = NOBODY if name else survey
        return Source(reader, whose, name, moment_asked(reader, as_of, now_ms), files, {}, sense, said)

    if asked.project:
        other = stack.enter_context(memory.other(asked.project))
        yield source(other, "project", asked.project, as_of)
        return
    if scope != "global":
        own = source(memory, "project", "", as_of)
        yield own
        as_of = moment_elsewhere(own.reader, as_of)
    personal = scope in ("global", "all") or (scope == "both" and settings.with_global == "yes")
    if personal and memory.has_global() and memory.project.store != memory.home / "global":
        yield source(memory, "global", "", as_of)
    if scope == "all":
        for name, folder in memory.known_projects().items():
            other = memory.other(name)
            if folder != memory.project.root and other.project.remembered:
                stack.enter_context(other)
                yield source(other, "project", name, as_of)


def surveyed(memory: "Memory") -> Surveyed:
    """What answers to the survey make of memories in this project's recall, as it is now; mostly nothing.

    Answers are given for what is now: what was known at another time, or in other projects, they say nothing of.
    """
    if not memory.project.remembered:
        return NOBODY
    kept = survey_file.read(memory.project.store)
    said = Surveyed(kept.values, kept.agents)
    return said if any(said) and memory.setting("survey.tuning") == "yes" else NOBODY


def _item(found: Found, source: Source, *, explain: bool) -> RecalledItem:
    record = told(
        source.reader, found.held, source.checker, source.moment, scope=source.scope, project=source.project,
        replaced=found.through,
    )  # fmt: skip
    if seen := source.seen.get(short(found.held.id)):
        places = [AnchorState(place.anchor, *state) for place, state in zip(record.anchors, seen, strict=False)]
        record = record._replace(anchors=[*places, *record.anchors[len(places) :]])
    values: dict[str, Any] = record._asdict()
    why = reasons(found) if explain else []
    linked = f"{found.linked[1]} {short(found.linked[0])}" if found.linked else ""
    return RecalledItem(
        cut=False, match=round(min(found.signals.match, 1.0), 4), newer=short(found.newer) if found.newer else "",
        linked=linked, ended=ended_badly(source.reader, [found.held]).get(found.held.id, ""), why=why, **values,
    )  # fmt: skip


def _nearest(answers: list[Answer]) -> str:
    """The best text below the floor, clipped; a person may judge it, it is no answer."""
    below = [said.below for said in answers if said.below]
    if not below:
        return ""
    best = max(below, key=lambda found: (found.signals.score, found.held.id))
    return clipped(best.held.text, NEAREST_CHARACTERS)
