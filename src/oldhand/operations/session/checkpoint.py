"""The operation `session checkpoint`."""

from typing import Any, NamedTuple

from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import WRITE, operation
from oldhand.sessions.checkpoints import Kept, Said, keep
from oldhand.sessions.handed import CHECKPOINT, File, files_of
from oldhand.sessions.whose import whose

_LISTS = ("done", "next", "open", "dirty", "commits", "failing", "told", "decided")


class StepDone(NamedTuple):
    """A step of an arc that was done. arc: the arc's name; step: its words."""

    arc: str
    step: str


class Checkpointed(NamedTuple):
    """A checkpoint that was made.

    id: of its memory; outcome: remembered (the first of its session), changed (the one before stays in its
    history), unchanged, contested or quarantined; why: it waits, empty otherwise; made: checkpoint or handoff;
    source: said (an agent worded it) or log; session: whose it is, empty when nobody knows; branch, commit: of the
    working tree, empty without git; text: what the session is about; done, next, open: in the words of the agent or
    of the log; files: touched, with a digest of what they hold; dirty: paths that are not committed; commits: made
    in the session; failing: commands whose last run failed; told, decided: memories told to the session and
    decisions made in it, by the first digits of their ids; steps: of arcs that this moved on;
    left_out: how many texts were left out, as they give orders; beside: the id of what a person worded of the same
    session, which stays as it is and is told first, empty for nothing.
    """

    id: str
    outcome: str
    why: str
    made: str
    source: str
    session: str
    branch: str
    commit: str
    text: str
    done: list[str]
    next: list[str]
    open: list[str]
    files: list[File]
    dirty: list[str]
    commits: list[str]
    failing: list[str]
    told: list[str]
    decided: list[str]
    steps: list[StepDone]
    left_out: int
    beside: str
    root: str


@operation(WRITE)
def checkpoint(
    memory: Memory, text: str = "", *, title: str = "", done: list[str] = [], next: list[str] = [],  # noqa: A002
    open: list[str] = [], arc: str = "", session: str = "",  # noqa: A002
) -> Checkpointed:  # fmt: skip
    """Note where a session stands, so that it, or the next one, can go on from there

    What you do not say is taken from your last checkpoint, from git and from the local log of the session:
    branch and commit, files touched with a digest, what is not committed, commits made, commands that failed
    last, memories told. One memory a session: each checkpoint is a new wording of it. What a person says is a
    memory of its own, which no agent rewords.

    Parameters
    text: what the session is about, in a sentence or two
    title: a short name for it
    done: what is done, one thing each
    next: what comes next, one thing each
    open: questions that nobody has answered yet
    arc: the arc that all of what is done belongs to, by its name or id
    session: the session, when it is not the one that speaks
    """
    said = Said(text, title, tuple(done), tuple(next), tuple(open))
    return told(memory, keep(memory, whose(memory, session), said, CHECKPOINT, arc=arc))


def told(memory: Memory, kept: Kept) -> Checkpointed:
    """What keeping a checkpoint did, as its reply."""
    fields = kept.fields
    said: dict[str, Any] = {
        name: str(fields.get(name, "")) for name in ("made", "source", "session", "branch", "commit", "text")
    }
    said |= {name: list(fields.get(name, ())) for name in _LISTS}
    said |= {"files": files_of(fields.get("files", ())), "steps": [StepDone(*one) for one in kept.steps]}
    memory.trace_detail = {"memory": short(kept.asserted.memory), "root": kept.root}
    done = kept.asserted
    said |= {"why": done.reason, "left_out": kept.left_out, "beside": kept.beside}
    return Checkpointed(id=done.memory, outcome=done.outcome, root=kept.root, **said)
