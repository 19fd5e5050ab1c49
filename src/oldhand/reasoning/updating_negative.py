"""Bringing what is known of what did not work up to date: from decisions that failed, sessions, and what changed."""

from typing import TYPE_CHECKING, NamedTuple

from oldhand.errors import NoStore, OldhandError
from oldhand.reasoning.keeping_up import solved
from oldhand.reasoning.negative_deriving import derived, mark, marked
from oldhand.reasoning.prevented_keeping import MARK, cases, in_decisions, keep

if TYPE_CHECKING:
    from oldhand.memory import Memory


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


def update(memory: "Memory") -> NegativeUpdated:
    """Derive all of it anew, and keep what became another. Run again it writes nothing while nothing changed.

    Raises the errors of the store; what cannot be read of the log of sessions is in `notes`.
    """
    notes: list[str] = []
    with memory.writing() as transaction:
        done = derived(memory, transaction)
    with memory.reading() as reader:
        found, changed = in_decisions(memory, reader), marked(memory, reader)
        sessions, until, left = 0, 0, False
        try:
            more, sessions, until, left = cases(memory, reader, memory.now())
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
    solved(memory)
    return NegativeUpdated(
        done.failed, done.ruled_out, done.added, done.changed, done.retired, done.unchanged, done.tied,
        opened, kept.prevented if kept else 0, kept.ignored if kept else 0, sessions, left,
        [*notes, *done.left_out], root,
    )  # fmt: skip
