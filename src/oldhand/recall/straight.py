"""Setting straight: a superseded memory yields to its successor, and says so."""

from oldhand.store.fold import registers
from oldhand.store.reader import Held, Reader

LONGEST_SUCCESSION = 16  # supersessions followed before a chain is taken for a circle
CURRENT = ("active", "contested")


def successor(reader: Reader, held: Held) -> Held | None:
    """The memory that stands in the place of a superseded one, or None when there is none to show.

    The nearest current one counts, the latest of several; successors that were put away are passed over.
    """
    seen = {held.id}
    generation = [held]
    for _ in range(LONGEST_SUCCESSION):
        names = sorted({name for one in generation for name in _followers(one)} - seen)
        seen.update(names)
        found = [follower for name in names if (follower := reader.find(name))]
        if current := [follower for follower in found if follower.standing in CURRENT]:
            return max(current, key=lambda follower: (follower.updated, follower.id))
        generation = [follower for follower in found if follower.standing == "superseded"]
    return None


def _followers(held: Held) -> list[str]:
    """The memories that say they supersede this one."""
    return [
        name.split("/", 2)[2]
        for name, stands in registers(held.record).items()
        if stands and name.startswith("from/supersedes/")
    ]
