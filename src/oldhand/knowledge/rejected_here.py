"""What other stores hold and this project rejected: it is not told here, wherever it stands."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from oldhand.recall.gate import VERDICTS
from oldhand.store.reader import Held, Reader

if TYPE_CHECKING:
    from oldhand.recall.answer import Answer

NOTHING = VERDICTS[-1]


def welcome(own: Reader, others: Iterable[Held]) -> Iterator[Held]:
    """Those memories of another store of which no wording was rejected or erased in this one."""
    if not own.has_rejections():
        yield from others
        return
    from oldhand.model.value import digests_at  # its tables are read only where something was rejected

    for held in others:
        slot = held.id if held.key else ""
        values = [value for wording in held.wordings for value in digests_at(wording.content, slot)]
        if not own.rejects(values):
            yield held


def without_rejected(own: Reader, said: "Answer") -> "Answer":
    """An answer from another store without what was rejected in this one; nothing known when nothing is left."""
    wanted = {held.id for held in welcome(own, (found.held for found in said.found))}
    if len(wanted) == len(said.found):
        return said
    left = tuple(found for found in said.found if found.held.id in wanted)
    return said._replace(found=left) if left else said._replace(found=left, verdict=NOTHING, below=None, confidence=0.0)
