"""The operation `decision import`."""

from collections import Counter
from contextlib import AbstractContextManager
from typing import Literal, NamedTuple

from oldhand.errors import BadExport
from oldhand.memory import Memory
from oldhand.model.trust import least
from oldhand.operation import WRITE, operation
from oldhand.operations.store import named_file
from oldhand.reasoning.decision_import import Brought, take_in
from oldhand.store.transaction import Transaction


class ImportedDecisions(NamedTuple):
    """What was taken in, or with dry_run would be. records: one for each; counts: how many of them became what; ties:
    decisions that yield to another now; skipped: what was not taken, and why; secrets: how many were replaced."""

    file: str
    records: list[Brought]
    counts: dict[str, int]
    ties: int
    skipped: list[str]
    secrets: int
    dry_run: bool
    root: str


@operation(WRITE)
def import_(
    memory: Memory, file: str, *, trust: Literal["web", "tool", "agent", "repo", "user"] = "repo",
    dry_run: bool = False,
) -> ImportedDecisions:  # fmt: skip
    """Import decisions from decision records (MADR and its kin), with the options they weighed

    Records that `decision export` wrote give the same decisions, with what people changed in them since. Of any other
    record are taken: the decision, why, the options with what speaks for and against each, status, date, who decided,
    and which record replaces which. All are taken in, or none. Importing again changes only what changed.

    Parameters
    file: a folder of records, or one of them; a relative name starts at the project's root
    trust: how far they are believed, at most as far as you are
    dry_run: tell what would be taken in and change nothing
    """
    path = named_file(memory, "file", file)
    if not path.exists():
        raise BadExport(path, "there is nothing of that name")

    def writing() -> AbstractContextManager[Transaction]:
        return memory.writing()

    done = take_in(memory, writing, path, least(memory.trust, trust), dry_run=dry_run)
    if not done.records:
        why = f"no decision record is in it ({done.skipped[0]})" if done.skipped else "no decision record is in it"
        raise BadExport(path, why)
    with memory.reading() as reader:
        root = reader.root().root.hex()
    counts = dict(Counter(one.outcome for one in done.records))
    memory.trace_detail = {**counts, "root": root}
    return ImportedDecisions(
        str(path), done.records, counts, done.ties, done.skipped, done.secrets, dry_run, root
    )  # fmt: skip
