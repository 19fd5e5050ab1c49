"""The operation `recall`."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Literal, NamedTuple

from oldhand.knowledge.naming import moment_asked, moment_elsewhere
from oldhand.knowledge.telling import AnchorState, Earlier, told
from oldhand.memory import Memory
from oldhand.model.domain import wanted
from oldhand.model.kinds import known
from oldhand.operation import READ, operation
from oldhand.recall.answer import Answer, Found, answer, rank_of
from oldhand.recall.gate import VERDICTS
from oldhand.recall.render import clipped, within
from oldhand.store.reader import Reader
from oldhand.store.shelf import Shelf

NEAREST_CHARACTERS = 80  # of the nearest memory below the floor, shown so that a person can judge


class RecalledItem(NamedTuple):
    """A memory that answers: what it says, how sure the match is (0 to 1), and all one needs to judge it.

    For the other names see `show`. cut: whether it was shortened to fit the budget; why: the signals
    in words, with --explain.
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
    scope: str
    project: str
    why: list[str]


class Recalled(NamedTuple):
    """An answer. verdict: strong, weak or nothing known; nearest: the best text below the floor, not an answer.

    unknown: words of the cue that no memory holds; left_out: answers that did not fit limit or
    budget; degraded: what part of the memory is broken, empty when none is.
    """

    verdict: str
    items: list[RecalledItem]
    nearest: str
    unknown: list[str]
    memories: int
    left_out: int
    root: str
    as_of: str
    degraded: str


@operation(READ)
def recall(
    memory: Memory, cue: str, *, limit: int = 0, budget_tokens: int = 0, domain: str = "", kind: str = "",
    scope: Literal["project", "global", "both", "all"] = "both", project: str = "", as_of: str = "",
    loose: bool = False, explain: bool = False,
) -> Recalled:  # fmt: skip
    """Recall what is known about something, and say how sure that is

    Answers come most useful first, each with its standing, trust, dates and origin; files they speak
    of are checked. When nothing relevant is known, that is the answer.

    Parameters
    cue: a question, words, a name from the code, a path or a key
    limit: at most so many memories (0: the setting recall.limit)
    budget_tokens: at most so many tokens (0: the setting recall.budget_tokens; fewer than 140 count as 140)
    domain: only this room
    kind: only this kind
    scope: both (project and global), project, global, or all known projects
    project: another known project, by name
    as_of: as known at a root, a date or a time
    loose: also show what matches too little to be an answer
    explain: say why each one was found
    """
    floor = memory.setting("recall.floor") / 100
    shelf = Shelf(domain=wanted(domain), kind=known(kind))
    with ExitStack() as stack:
        parts: list[tuple[Found, Reader, Memory, str, str]] = []
        answers: list[Answer] = []
        sizes, root = 0, ""
        for reader, place, where, name in _readers(stack, memory, scope, project, as_of):
            said = answer(reader, cue, floor=floor, shelf=shelf, loose=loose)
            answers.append(said)
            sizes += reader.count(Shelf(standings=("active", "contested")))
            root = root or reader.root().root.hex()
            parts.extend((one, reader, place, where, name) for one in said.found)
        parts.sort(key=lambda part: (*rank_of(part[0]), part[4]))
        first = parts[: limit or memory.setting("recall.limit")]
        whole = [_item(memory, *part, as_of=as_of, explain=explain) for part in first]
        items = within(whole, budget_tokens or memory.setting("recall.budget_tokens"))
        items = [item._replace(cut=item not in whole) for item in items]
    best = min((VERDICTS.index(said.verdict) for said in answers), default=2)
    reply = Recalled(
        VERDICTS[best], items, _nearest(answers) if not items else "",
        sorted(set.intersection(*(set(said.unknown) for said in answers)) if answers else set()),
        sizes, len(parts) - len(items), root, as_of,
        "; ".join(dict.fromkeys(said.degraded for said in answers if said.degraded)),
    )  # fmt: skip
    memory.trace_detail = {"verdict": reply.verdict, "shown": [item.id[:12] for item in items], "root": root}
    return reply


def _readers(
    stack: ExitStack, memory: Memory, scope: str, project: str, as_of: str
) -> Iterator[tuple[Reader, Memory, str, str]]:
    """(reader, its memory, scope, project's name when it is another) of each store to be asked."""
    if project:
        other = stack.enter_context(memory.other(project))
        yield stack.enter_context(other.reading(as_of)), other, "project", project
        return
    if scope != "global":
        reader = stack.enter_context(memory.reading(as_of))
        yield reader, memory, "project", ""
        as_of = moment_elsewhere(reader, as_of)
    personal = scope in ("global", "all") or (scope == "both" and memory.setting("recall.global") == "yes")
    if personal and memory.has_global() and memory.project.store != memory.home / "global":
        yield stack.enter_context(memory.reading(as_of, "global")), memory, "global", ""
    if scope == "all":
        for name, folder in memory.known_projects().items():
            other = memory.other(name)
            if folder != memory.project.root and other.project.remembered:
                stack.enter_context(other)
                yield stack.enter_context(other.reading(as_of)), other, "project", name


def _item(
    memory: Memory, found: Found, reader: Reader, place: Memory, scope: str, project: str, *, as_of: str, explain: bool
) -> RecalledItem:
    root = place.project.root if scope == "project" and not as_of else None
    moment = moment_asked(reader, as_of, memory.now())
    record = told(reader, found.held, root, moment, scope=scope, project=project, replaced=found.through)
    values: dict[str, Any] = record._asdict()
    why = _why(found) if explain else []
    return RecalledItem(cut=False, match=round(found.signals.coverage, 4), why=why, **values)


def _why(found: Found) -> list[str]:
    """The signals of a match in words."""
    signals = found.signals
    said = [
        f"speaks of {signals.coverage:.0%} of what was asked, by weight"
        + (f" ({', '.join(signals.matched)})" if signals.matched else " (its key is the cue)"),
        f"word frequency (BM25) {signals.bm25:.0%} of what the cue could earn",
        f"trust, confirmations and kind {signals.prior:.0%} of their bound, which only breaks ties",
    ]
    if signals.phrase:
        said.append("holds the quoted words side by side")
    if found.through:
        said.append(f"stands in the place of a superseded memory ({found.through.id[:12]}) whose words matched")
    return said


def _nearest(answers: list[Answer]) -> str:
    """The best text below the floor, clipped; a person may judge it, it is no answer."""
    below = [said.below for said in answers if said.below]
    if not below:
        return ""
    best = max(below, key=lambda found: (found.signals.score, found.held.id))
    return clipped(best.held.text, NEAREST_CHARACTERS)
