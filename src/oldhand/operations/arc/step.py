"""The operation `arc step`."""

from oldhand.code.history import head
from oldhand.errors import UnknownCommit
from oldhand.knowledge.goals import steps_of
from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import WRITE, operation
from oldhand.operations.arc.start import ArcChanged, told_of
from oldhand.sessions.arcs import add_step, mark, marks, named, spaced
from oldhand.sessions.whose import whose


@operation(WRITE)
def step(
    memory: Memory, name: str, text: str, *, planned: bool = False, commit: str = "", session: str = ""
) -> ArcChanged:  # fmt: skip
    """Note a step of an arc: one that is done, or with --planned one that is to be done

    A step with the same words that was planned is done then. A step that is done is not undone by planning it.

    Parameters
    name: the arc, by its name, words of it, or at least 6 characters of its id
    text: the step, in a few words
    planned: it is still to be done
    commit: the commit that did it: its id, a branch or HEAD
    session: the session that did it, when it is not the one that speaks
    """
    sha = head(memory.project.tree, memory.environment, commit) if commit else ""
    if commit and not sha:
        raise UnknownCommit(commit, "git knows no commit of that name")
    mine = whose(memory, session).id
    tags = [] if planned else marks(mine, sha)
    with memory.reading() as reader:
        goal = named(reader, name)
        known = next((one.id for one in steps_of(reader, goal) if spaced(one.text) == spaced(text)), "")
    with memory.writing() as transaction:
        if known:
            outcome, why = ("step" if mark(transaction, known, tags, memory.voice) else "unchanged"), ""
        else:
            done = add_step(memory, transaction, goal.id, text, memory.voice, tags=tags)
            outcome, why = ("quarantined", done.reason) if done.outcome == "quarantined" else ("step", "")
    with memory.reading() as reader:
        arc = told_of(reader, goal.id)
        root = reader.root().root.hex()
    memory.trace_detail = {"memory": short(goal.id), "root": root}
    return ArcChanged(outcome, arc, " ".join(text.split()), why, root)
