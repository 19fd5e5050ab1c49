"""The operation `anchors verify`."""

from typing import NamedTuple

from oldhand.code.anchors import CANNOT_TELL, CHANGED, GONE, HOLDS, MOVED
from oldhand.knowledge.anchoring import in_short
from oldhand.knowledge.places import place_of
from oldhand.knowledge.verifying_anchors import Verdict, followed, steps, telling, verify_all
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.store.reader import Reader


class AnchorFinding(NamedTuple):
    """An anchor that does not simply hold: whose it is, what became of it, where it is now and what differs."""

    memory: str
    text: str
    anchor: str
    state: str
    now: str
    detail: str


class AnchorsVerified(NamedTuple):
    """How the anchors of the current memories stand.

    anchors: how many there are; looked: how many were looked at, the others' files are as they were the last
    time; findings: what is gone, changed or moved; left_out: findings beyond the limit; followed: anchors
    rewritten to their present places, or that would be with dry_run; of_documents: those that moved in the
    document they were read from, which `init` follows.
    """

    anchors: int
    holds: int
    moved: int
    changed: int
    gone: int
    cannot_tell: int
    looked: int
    findings: list[AnchorFinding]
    left_out: int
    followed: int
    of_documents: int
    dry_run: bool
    root: str


@operation(WRITE)
def verify(
    memory: Memory, path: str = "", *, follow: bool = False, dry_run: bool = False, limit: int = 50
) -> AnchorsVerified:  # fmt: skip
    """Check the anchors of every memory against the files as they are

    Says what is gone, what changed and what moved. What moved is looked for by its content, through
    renames of files and folders and in the files touched since. Files that did not change since the last
    time are not read again. Nothing is written to memory without --follow.

    Parameters
    path: only anchors in this file or below this folder
    follow: rewrite the anchors of what moved to where it is now
    dry_run: with --follow, only say what would be rewritten
    limit: list at most so many findings
    """
    below = place_of(memory.project, path).path if path else ""
    with memory.reading() as reader:
        result = verify_all(memory, reader, below)
        found = telling(result.verdicts)
        findings = [_finding(reader, one) for one in found[:limit]]
        root = reader.root().root.hex()
    wanted = steps(found) if follow else []
    done, left = len(wanted), 0
    if wanted and not dry_run:
        with memory.writing() as transaction:
            done, left = followed(memory, transaction, wanted)
        root = transaction.root.hex()
    counts = result.counts
    memory.trace_detail = {state.replace(" ", "_"): count for state, count in sorted(counts.items())}
    return AnchorsVerified(
        len(result.verdicts), counts[HOLDS], counts[MOVED], counts[CHANGED], counts[GONE], counts[CANNOT_TELL],
        result.looked, findings, len(found) - len(findings), done, left, dry_run, root,
    )  # fmt: skip


def _finding(reader: Reader, one: Verdict) -> AnchorFinding:
    text = in_short(reader.find(one.observation.memory))
    return AnchorFinding(one.observation.memory, text, *one.checked)
