"""Setting straight: a superseded memory yields to its successor, and says so."""

from oldhand.store.reader import Held, Reader

LONGEST_SUCCESSION = 16  # supersessions followed before a chain is taken for a circle


def successor(reader: Reader, held: Held) -> Held | None:
    """The memory that stands in the place of a superseded one, or None when there is none to show."""
    seen = {held.id}
    present = held
    for _ in range(LONGEST_SUCCESSION):
        followers = [
            name.split("/", 2)[2]
            for group in present.record.get("registers", {}).values()
            for name, value in group.items()
            if value and name.startswith("from/supersedes/")
        ]
        found = [follower for name in sorted(followers) if name not in seen and (follower := reader.find(name))]
        if not found:
            return None
        present = max(found, key=lambda follower: (follower.updated, follower.id))
        seen.add(present.id)
        if present.standing in ("active", "contested"):
            return present
        if present.standing != "superseded":
            return None
    return None
