"""The operation `negative list`."""

from typing import Literal, NamedTuple

from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.reasoning.negative import EXPIRED, IN_FORCE, REOPENED, STATES
from oldhand.reasoning.negative_telling import NegativeTold, listed, shown_of, told
from oldhand.reasoning.outcomes_behind import told as outcomes_behind


class Negatives(NamedTuple):
    """What was tried. items: the gravest and freshest first; left_out: how many more there are of those that were asked
    for; in_force, reopened, expired: how many there are of each; behind: that outcomes are older than the
    history, in words, empty where they are not."""

    items: list[NegativeTold]
    left_out: int
    in_force: int
    reopened: int
    expired: int
    behind: str
    root: str


@operation(READ)
def list_(
    memory: Memory, *, state: Literal["current", "in-force", "reopened", "expired", "every"] = "current",
    severity: Literal["any", "critical", "warning", "info"] = "any", module: str = "", limit: int = 20,
) -> Negatives:  # fmt: skip
    """List what was tried here and did not work

    With each: what came of it, until when it counts, what makes it worth another try, how often sessions were told of
    it, and how often it was then left alone or done all the same.

    Parameters
    state: only what stands so; current leaves out what expired
    severity: only what is so grave
    module: only of this part of the project
    limit: at most so many
    """
    with memory.reading() as reader:
        every = listed(memory, reader, memory.now())
        wanted = {"current": (IN_FORCE, REOPENED), "every": (IN_FORCE, REOPENED, EXPIRED)}.get(
            state, (state.replace("-", " "),)
        )
        found = [
            one for one in every
            if one.state in wanted and severity in ("any", one.severity) and (not module or _is_of(one.module, module))
        ]  # fmt: skip
        shown = shown_of(memory) if found else {}
        in_force, reopened, expired = (sum(one.state == name for one in every) for name in STATES)
        items = [told(one, shown.get(one.id, 0)) for one in found[:limit]]
        late, root = outcomes_behind(memory, reader), reader.root().root.hex()
        return Negatives(items, max(len(found) - limit, 0), in_force, reopened, expired, late, root)


def _is_of(module: str, wanted: str) -> bool:
    return module.strip().casefold() == wanted.strip().casefold()
