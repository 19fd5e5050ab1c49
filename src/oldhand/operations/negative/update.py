"""The operation `negative update`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.reasoning.updating_negative import update as update_negative


class NegativeUpdated(NamedTuple):
    """What deriving did.

    failed: memories of decisions that failed, ruled_out: of options that sessions gave up; added, changed, retired,
    unchanged: what became of them now; tied: failed decisions that git's history had shown already and are tied to
    that; reopened: of how many what they rest on changed since the last time; prevented, ignored: new cases in which
    something was told and then left alone, or done all the same; sessions: looked at for that; left: whether more of
    them wait; notes: what could not be read or may not come in.
    """

    failed: int
    ruled_out: int
    added: int
    changed: int
    retired: int
    unchanged: int
    tied: int
    reopened: int
    prevented: int
    ignored: int
    sessions: int
    left: bool
    notes: list[str]
    root: str


@operation(WRITE)
def update(memory: Memory) -> NegativeUpdated:
    """Derive what did not work from decisions that failed and from sessions, and what telling it did

    A decision that failed or was reverted becomes negative knowledge with the commits that show it; what sessions
    gave up for a reason is kept weakly, and told to who asks only. Sessions that were told of something and then left
    it alone, or did it all the same, are counted; what rests on a dependency or on code that changed is marked as
    worth another try. Run again it changes nothing while nothing changed. `init` reads
    what the project's own history shows.
    """
    done = update_negative(memory)
    memory.trace_detail = {"root": done.root}
    return NegativeUpdated(*done)
