"""The operation `review`."""

from collections import Counter
from typing import Literal, NamedTuple

from oldhand.errors import BadArgument
from oldhand.knowledge.review_telling import Item, told
from oldhand.knowledge.reviewing import CAUSES, MOST, queue
from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.store.reader import Reader


class Review(NamedTuple):
    """What waits for review, the riskiest first.

    waiting: how many wait in all (of the cause asked for); cut: whether there are more, as no more than 2,000 of a
    cause are ranked; by_cause: how many wait for each reason; deferred: what you put off; left: what nobody settled in
    time, which stays as it stands; every: whether both are listed too; degraded: what had to be left out because it is
    damaged; behind: that outcomes are older than the history, in words, empty where they are not; root: of the memory.
    """

    items: list[Item]
    waiting: int
    cut: bool
    by_cause: dict[str, int]
    deferred: int
    left: int
    every: bool
    degraded: str
    behind: str
    root: str
    scope: str


@operation(READ)
def review(
    memory: Memory, name: str = "", *, cause: str = "", limit: int = 20, offset: int = 0, every: bool = False,
    scope: Literal["project", "global"] = "project",
) -> Review:  # fmt: skip
    """Show what waits for somebody to settle it, the riskiest first

    On a terminal it walks through the items one by one: a accepts, e edits, r rejects, l links, d puts off.
    In a pipe, or with any of these options, it lists them. An item leaves by itself when its cause is gone.

    Parameters
    name: only what waits of this memory, put off or not: at least 6 characters of its id
    cause: only what waits for this reason: contradiction, wordings, disputed, quarantined, untrusted, stale,
        expired, expiring, used, noise, never-recalled; went-badly, rests-on-false or prediction-due for decisions
    limit: at most so many
    offset: pass over so many first
    every: with what you put off and what nobody settled in time
    scope: project, or global for your own memory of all projects
    """
    if cause and cause not in CAUSES:
        raise BadArgument("cause", cause, f"it is one of {', '.join(CAUSES)}")
    with memory.reading(scope=scope) as reader:
        meant = {reader.resolve(part) for part in name.split("+")} if name else set()
        found = queue(memory, reader, scope, every=every or bool(name))
        its = [
            one for one in found.items
            if meant <= set(one.ids) and (not cause or any(why.name == cause for why in one.causes))
        ]  # fmt: skip
        counts = Counter(why.name for one in its for why in one.causes)
        page = its[offset : offset + limit]
        items = [told(memory, reader, number, one) for number, one in enumerate(page, offset + 1)]
        by_cause = {name: counts[name] for name in CAUSES if counts[name]}
        return Review(
            items, len(its), max(counts.values(), default=0) >= MOST, by_cause, found.deferred, found.left, every,
            reader.degradation(), _behind(memory, reader, scope), reader.root().root.hex(), scope,
        )  # fmt: skip


def _behind(memory: Memory, reader: Reader, scope: str) -> str:
    """That outcomes of this project are older than its history: decisions that went badly since do not wait yet."""
    if scope != "project":
        return ""
    from oldhand.reasoning.outcomes_behind import told as outcomes_behind

    return outcomes_behind(memory, reader)
