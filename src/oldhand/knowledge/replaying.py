"""Replaying: a recall answered again from the memory as it was, and what differs told in words."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

from oldhand import __version__
from oldhand.errors import OldhandError, UnknownId
from oldhand.knowledge.recall_trace import Kept, Means, means_of
from oldhand.knowledge.recalling import Answered, Recalled, Source, Visited, recalled
from oldhand.knowledge.sensing import sense_of
from oldhand.model.identity import short
from oldhand.recall.rank import NOBODY, Surveyed
from oldhand.store.reader import Reader
from oldhand.store.store import Store

if TYPE_CHECKING:
    from oldhand.memory import Memory

BEFORE_EVERYTHING = "0001-01-01"  # as of this day every store is empty: the moment of one with no recorded root yet
SHOWN_ROOT = 8  # digits of a root in a sentence
UNEXPLAINED = "nothing is known that explains it: `oldhand verify` looks for damage"


class Replay(NamedTuple):
    """An answer given again.

    differences: in what it is another one than then, stores that cannot be asked any more included,
    and then what is known to be the cause; empty when it is the same.
    """

    answered: Answered
    differences: list[str]


def replayed(memory: "Memory", kept: Kept) -> Replay:
    """The recall `kept` answered again, each store as it was at its root; nothing is written anywhere."""
    missing: list[str] = []
    with ExitStack() as stack:
        views: list[tuple[Reader, Reader]] = []
        answered = recalled(kept.asked, kept.settings, _sources(stack, memory, kept, views, missing))
        differing = _differing(kept, answered.reply, [live for live, _ in views])
        causes = missing + _of_texts(views) + _of_programs(kept, means_of(answered))
    if kept.degraded:
        causes.append(f"the memory was damaged then: {kept.degraded}")
    if answered.reply.degraded:
        causes.append(f"the memory of then is incomplete: {answered.reply.degraded}")
    if differing:
        return Replay(answered, differing + (causes or [UNEXPLAINED]))
    return Replay(answered, missing)


# -- the stores as they were -------------------------------------------------------------------------


def _sources(
    stack: ExitStack, memory: "Memory", kept: Kept, views: list[tuple[Reader, Reader]], missing: list[str]
) -> Iterator[Source]:
    """Each store as it was; one that cannot be had is left out and said to be missing."""
    for store, seen in zip(kept.visited, kept.seen, strict=True):
        try:
            opened = _opened(stack, memory, store)
            live, view = _view(stack, opened, store, kept.moment)
        except UnknownId:
            missing.append(
                f"{_whose(store)} does not hold the moment of then (root {store.root[:SHOWN_ROOT]}) any more:"
                " it was restored from a backup, or made anew, since"
            )
        except OldhandError as error:
            missing.append(f"{_whose(store)} cannot be asked: {error}")
        else:
            views.append((live, view))
            sense = sense_of(memory, opened, kept.asked, kept.settings) if kept.means.encoder else None
            survey = Surveyed(kept.survey) if not store.project else NOBODY
            yield Source(view, store.scope, store.project, store.moment, None, seen, sense, survey)


def _opened(stack: ExitStack, memory: "Memory", store: Visited) -> Store:
    place = stack.enter_context(memory.other(store.project)) if store.project else memory
    return place.store("global" if store.scope == "global" else "project")


def _view(stack: ExitStack, opened: Store, store: Visited, now_ms: int) -> tuple[Reader, Reader]:
    """A store as it is, and as it was: the same view when nothing has happened since.

    A root names the state of every memory, so the same root is the same state wherever it stands.
    """
    live = stack.enter_context(opened.read())
    recorded = live.root()
    if recorded.root.hex() == store.root and recorded.position == store.position and not live.faults():
        return live, live
    as_of = store.root if store.position else BEFORE_EVERYTHING
    return live, stack.enter_context(opened.read(as_of, now_ms))


def _whose(store: Visited) -> str:
    if store.scope == "global":
        return "your global memory"
    return f"the memory of the project '{store.project}'" if store.project else "the memory of this project"


# -- what differs, and why ---------------------------------------------------------------------------


def _differing(kept: Kept, reply: Recalled, lives: list[Reader]) -> list[str]:
    """In what a reply is another one than the one that was kept; empty when it is the same."""
    shown = [(short(item.id), item.match) for item in reply.items]
    said = [] if reply.verdict == kept.verdict else [f"the verdict was {kept.verdict}, it is {reply.verdict}"]
    if shown == list(kept.shown):
        return said
    then, again = dict(kept.shown), dict(shown)
    said += [f"{name} was shown and is not: {_fate(lives, name)}" for name in then if name not in again]
    said += [f"{name} is shown and was not" for name in again if name not in then]
    before, after = ([name for name, _ in one if name in then and name in again] for one in (kept.shown, shown))
    if before != after:
        said.append(f"the order was {', '.join(before)}; it is {', '.join(after)}")
    both = [name for name in then if name in again and then[name] != again[name]]
    return said + [f"{name} matched {then[name]:.4f}; it matches {again[name]:.4f}" for name in both]


def _fate(lives: list[Reader], name: str) -> str:
    """What has become of a memory that was shown."""
    for live in lives:
        try:
            standing = live.standing(live.resolve(name))
        except OldhandError:
            continue
        if standing == "erased":
            return "it was erased since, and its text is gone"
        return f"it is {standing} today"
    return "no memory that can be asked holds it"


def _of_programs(kept: Kept, means: Means) -> list[str]:
    """What answers otherwise than then."""
    causes = []
    if kept.version != __version__:
        causes.append(f"it was answered by Oldhand {kept.version}, and this is {__version__}")
    if kept.means.encoder and kept.means.encoder != means.encoder:
        causes.append(
            f"the model {kept.means.encoder} had a part in it, and answers are made "
            + (f"with {means.encoder} now" if means.encoder else "without a model now")
        )
    elif kept.means.systems != means.systems:
        spoken = [" and ".join(systems) or "none" for systems in (kept.means.systems, means.systems)]
        causes.append(f"the systems that spoke were {spoken[0]}; now they are {spoken[1]}")
    elif kept.means.vectors != means.vectors:
        causes.append(f"it compared {kept.means.vectors} vectors, and there are {means.vectors} now")
    return causes


def _of_texts(views: list[tuple[Reader, Reader]]) -> list[str]:
    """How many texts of then are gone, which also shifts what the words of others weigh."""
    erased = sum(live.counts().get("erased", 0) - view.counts().get("erased", 0) for live, view in views)
    if erased <= 0:
        return []
    return [f"{erased} {'memory was' if erased == 1 else 'memories were'} erased since, and no text of them is left"]
