"""The operation `outcomes update`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.model.moment import parse
from oldhand.operation import WRITE, operation
from oldhand.operations.store import named_file
from oldhand.reasoning.updating_outcomes import Change
from oldhand.reasoning.updating_outcomes import update as update_outcomes
from oldhand.reasoning.weighing_outcomes import deciding

MOST_TOLD = 100  # outcomes that became others and are told each; `oldhand outcomes list` has all


class OutcomeChange(NamedTuple):
    """A decision whose evidence says something else now. was, now: how it ended, by all that counts; value, weight: how
    well, and how much evidence, ten-thousandths; why: the piece that shows how it ended; ref: what to open for it;
    gone: whether its evidence is of commits that are not there any more."""

    id: str
    title: str
    was: str
    now: str
    value: int
    weight: int
    why: str
    ref: str
    gone: bool


class MissingCommits(NamedTuple):
    """Commits that a decision is tied to and that the history does not have."""

    id: str
    commits: list[str]


class OutcomesUpdated(NamedTuple):
    """What an update found. head: the commit as of which, empty without git; decisions: how many were looked at;
    carried: how many of them have commits there; commits: how many were read now; changed: outcomes that became
    others, of which `changes` tells the first; missing: commits that are not there; rewritten: the commit read to
    before that is no part of the history any more; cut_off: whether the clone is shallow; put_away: outcomes that
    somebody put away, which stay so; dry_run: whether nothing was written."""

    head: str
    decisions: int
    carried: int
    commits: int
    changed: int
    changes: list[OutcomeChange]
    missing: list[MissingCommits]
    rewritten: str
    cut_off: bool
    put_away: int
    dry_run: bool
    root: str


@operation(WRITE)
def update(
    memory: Memory, *, since: str = "", junit: list[str] = [], commit: str = "HEAD", dry_run: bool = False
) -> OutcomesUpdated:  # fmt: skip
    """Derive from git, tests and incidents how decisions ended

    It follows the commits that carry each decision: those it is tied to (`oldhand decision link`), those with the
    line `Oldhand-Decision: ID` in their message, and those of the session that made it. Whatever takes them back or
    mends them, and how many of their lines stand, is evidence. What somebody said of a decision stays as it is. The
    second time only what is new is read.

    Parameters
    since: only decisions made from this day on
    junit: a JUnit file with results of tests; give it again for each file
    commit: the commit that the JUnit files are of, where they do not say it themselves
    dry_run: tell what would change and write nothing
    """
    first = parse(since, memory.now()) if since else 0
    files = [str(named_file(memory, "junit", name)) for name in junit]
    done = update_outcomes(memory, since=first, junit=files, commit=commit, dry_run=dry_run)
    with memory.reading() as reader:
        root = reader.root().root.hex()
    changes = [_told(one) for one in done.changes[:MOST_TOLD]]
    missing = [MissingCommits(name, list(found)) for name, found in sorted(done.missing.items())[:MOST_TOLD]]
    memory.trace_detail = {"changed": [short(one.decision.id) for one in done.changes[:20]], "root": root}
    return OutcomesUpdated(
        done.head, done.decisions, done.carried, done.commits, len(done.changes), changes, missing, done.rewritten,
        done.cut_off, done.put_away, dry_run, root,
    )  # fmt: skip


def _told(one: Change) -> OutcomeChange:
    before = {(piece.source, piece.ref) for piece in one.before.evidence}
    fresh = [piece for piece in one.after.evidence if (piece.source, piece.ref) not in before]
    same = one.before.state == one.after.state  # then what is told is what came in, where something did
    made = deciding(fresh if same and fresh else one.after.evidence)
    return OutcomeChange(
        one.decision.id, one.decision.name, one.before.state, one.after.state, one.after.value, one.after.weight,
        made.said if made else "", made.ref if made else "", one.gone,
    )  # fmt: skip
