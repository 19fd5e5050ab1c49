"""The operation `impact`."""

from oldhand.errors import BadArgument
from oldhand.knowledge.drift import changed_under
from oldhand.knowledge.impact import Impact, impact_of_memory, impact_of_place
from oldhand.knowledge.places import means_memory
from oldhand.memory import Memory
from oldhand.operation import READ, operation


@operation(READ)
def impact(memory: Memory, target: str = "", *, since: str = "", limit: int = 20) -> Impact:
    """Tell what may go stale: when a memory, a file or a symbol changes, or by what a pull or checkout changed

    Of a memory: the memories that follow from it, are tied to it or speak of the same places. Of a file or
    symbol: the memories tied to it, and the files that import it or usually change with it. Without a
    target: the memories whose places were changed by the commits since the last pull, rebase, merge,
    reset or checkout, with the commits that did it.

    Parameters
    target: at least 6 characters of a memory's id, or FILE, FOLDER, FILE:FIRST-LAST or FILE::SYMBOL
    since: instead: what changed since this revision (a commit, tag or branch, HEAD@{1}, ORIG_HEAD)
    limit: at most so many memories, and as many files
    """
    if target and since:
        raise BadArgument("since", since, "with a target nothing is compared; leave one of the two out")
    if not target:
        return changed_under(memory, since, limit)
    return impact_of_memory(memory, target, limit) if means_memory(memory, target) else impact_of_place(
        memory, target, limit
    )  # fmt: skip
