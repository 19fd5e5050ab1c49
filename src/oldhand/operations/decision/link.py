"""The operation `decision link`."""

from typing import NamedTuple

from oldhand.errors import MissingArgument
from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import WRITE, operation
from oldhand.reasoning.deciding import trailer
from oldhand.reasoning.decision_telling import DecisionLine, line_of
from oldhand.reasoning.decision_ties import Ties, tie, ties_of
from oldhand.reasoning.decisions import named, of
from oldhand.reasoning.outcomes import ended


class Linked(NamedTuple):
    """A decision and what it is tied to. added, removed: what changed now, as `commit:…`, `pr:…`, `incident:…`;
    commits, prs, incidents: all there are; trailer: the line for messages of commits to come."""

    decision: DecisionLine
    added: list[str]
    removed: list[str]
    commits: list[str]
    prs: list[str]
    incidents: list[str]
    trailer: str
    root: str


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
        trailer(now.id), root,
    )  # fmt: skip
