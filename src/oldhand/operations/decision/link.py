"""The operation `decision link`."""

from collections.abc import Sequence
from typing import NamedTuple

from oldhand.errors import MissingArgument
from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import WRITE, operation
from oldhand.reasoning.deciding import trailer
from oldhand.reasoning.decision_telling import DecisionLine, line_of
from oldhand.reasoning.decision_ties import Ties, tie, ties_of
from oldhand.reasoning.decisions import COMMIT, Decision, named, of
from oldhand.reasoning.outcomes import ended
from oldhand.reasoning.tied_reverts import reverts_among


class Linked(NamedTuple):
    """A decision and what it is tied to. added, removed: what changed now, as `commit:…`, `pr:…`, `incident:…`;
    commits, prs, incidents: all there are; trailer: the line for messages of commits to come; reverts: the commits, of
    those named now, that take back a commit of the decision, and so show how it ended instead of carrying it out."""

    decision: DecisionLine
    added: list[str]
    removed: list[str]
    commits: list[str]
    prs: list[str]
    incidents: list[str]
    trailer: str
    root: str
    reverts: list[str]


def _reverts(memory: Memory, decision: Decision, tags: Sequence[str]) -> list[str]:
    """Those of the commits of some ties that take a commit of the decision back."""
    commits = [tag.removeprefix(COMMIT) for tag in tags if tag.startswith(COMMIT)]
    project = memory.project
    return reverts_among(project.tree, memory.environment, project.store, decision, commits) if commits else []


@operation(WRITE)
def link(
    memory: Memory, name: str, *, commits: list[str] = [], prs: list[str] = [], incidents: list[str] = [],
    unlink: list[str] = [],
) -> Linked:  # fmt: skip
    """Tie a decision to the commits, pull requests and incidents that came of it

    From them is derived how it ended. Best is to say it in the commit itself, by a line `Oldhand-Decision: ID` at the
    end of its message; this command tells the line, and is for what was committed without it.

    Parameters
    name: the decision, by at least 6 characters of its id, or its name
    commits: commits that carry it out: ids, HEAD, a branch or a tag; a whole id may be of another repository
    prs: pull requests, by number (#12) or address
    incidents: incidents it led to, by number, name or address
    unlink: ties to take back, as they are listed (commit:ID, pr:12, incident:NAME) or as they were named when tied
    """
    ties = ties_of(memory, commits, prs, incidents)
    if not (ties or unlink):
        raise MissingArgument("decision link", "commits", "name a commit, a pull request or an incident")
    with memory.reading() as reader:
        known = named(reader, name)
    changed = tie(memory, known.id, Ties(ties, tuple(unlink)))
    with memory.reading() as reader:
        now = of(reader, known.id)
        root = reader.root().root.hex()
        told = line_of(now, ended(reader, now.id))
    memory.trace_detail = {"memory": short(known.id), "root": root}
    return Linked(
        told, list(changed.added), list(changed.removed), list(now.commits), list(now.prs), list(now.incidents),
        trailer(now.id), root, _reverts(memory, now, ties),
    )  # fmt: skip
