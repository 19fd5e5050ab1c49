"""Which of the commits that somebody ties to a decision take back what carries it, so that they carry nothing of it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from oldhand.reasoning.carrying import TAGGED, TRAILED, Claim, Finder
from oldhand.reasoning.evidence_reverts import may_take, taking
from oldhand.reasoning.outcome_case import Case
from oldhand.reasoning.outcome_state import load
from oldhand.reasoning.reading_history import known_commits, named_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oldhand.reasoning.decisions import Decision


def reverts_among(
    tree: Path, environment: "Mapping[str, str]", folder: Path, decision: "Decision", commits: Sequence[str]
) -> list[str]:  # fmt: skip
    """Those of some commits (ids or their beginnings) whose message takes back what carries a decision.

    What carries it is read from its ties, from the commits that such a message names, and from what the last update
    of outcomes left in the store's folder. It costs some calls of git, and nothing where no message takes back.
    """
    known = known_commits(tree, environment, commits)
    said = {
        seen.sha: found for seen in named_of(tree, environment, sorted(set(known.values())))
        if may_take(seen.subject, seen.body) and (found := taking(seen.subject, seen.body))
    }  # fmt: skip
    if not said:
        return []
    case = _case(folder, decision.id)
    named = [one for found in said.values() for one in found.commits]
    meant = known_commits(tree, environment, [*decision.commits, *named])
    tied = {meant[one] for one in decision.commits if one in meant}
    finder = Finder([Claim(decision.id, (), "", "", (), decision.at)])
    for seen in named_of(tree, environment, sorted(set(meant.values()) - said.keys())):
        if seen.sha in tied or TRAILED in dict(finder.carried(seen)).values():
            case.carriers[seen.sha] = TAGGED
            case.meet(seen)
    return [one for one in commits if (found := said.get(known.get(one, ""))) and case.undone_by(found, TAGGED)]


def _case(folder: Path, decision: str) -> Case:
    """What the last update knew of a decision; nothing where its file is damaged."""
    saved = load(folder).cases.get(decision)
    # What is damaged in another way than a file that is cut off: the next update derives it anew.
    try:
        return Case({}, saved)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        return Case({})
