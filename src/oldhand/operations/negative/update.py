"""The operation `negative update`."""

from typing import NamedTuple

from oldhand.errors import NoStore, OldhandError
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.reasoning.negative_deriving import derived, mark, marked
from oldhand.reasoning.prevented_keeping import MARK, cases, in_decisions, keep


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
    notes: list[str] = []
    now = memory.now()
    with memory.writing() as transaction:
        done = derived(memory, transaction)
    with memory.reading() as reader:
        found, changed = in_decisions(memory, reader), marked(memory, reader)
        sessions, until, left = 0, 0, False
        try:
            more, sessions, until, left = cases(memory, reader, now)
            found += more
        except NoStore:
            raise
        except OldhandError as error:
            notes.append(f"the log of sessions cannot be read: {error}")
        root = reader.root().root.hex()
    kept, opened = None, 0
    if found or changed:
        with memory.writing() as transaction:
            kept = keep(memory, transaction, found)
            opened = mark(transaction, changed)
        root = transaction.root.hex()
    if sessions:
        memory.session_log().set_mark(MARK, str(until))
    memory.trace_detail = {"root": root}
    return NegativeUpdated(
        done.failed, done.ruled_out, done.added, done.changed, done.retired, done.unchanged, done.tied,
        opened, kept.prevented if kept else 0, kept.ignored if kept else 0, sessions, left,
        [*notes, *done.left_out], root,
    )  # fmt: skip
