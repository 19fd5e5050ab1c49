"""The operation `recall`."""

from typing import Literal

from oldhand.knowledge.recall_trace import trace_of, will_be_kept
from oldhand.knowledge.recalling import Asked, Recalled, bounded, in_force, recalled_now
from oldhand.knowledge.sensing import AFTER_ANSWER, BEFORE_ANSWER, keep_up
from oldhand.memory import Memory
from oldhand.operation import READ, operation


@operation(READ)
def recall(
    memory: Memory, cue: str, *, limit: int = 0, budget_tokens: int = 0, domain: str = "", kind: str = "",
    scope: Literal["project", "global", "both", "all"] = "both", project: str = "", as_of: str = "",
    loose: bool = False, deep: bool = False, explain: bool = False,
) -> Recalled:  # fmt: skip
    """Recall what is known about something, and say how sure that is

    Answers come most useful first, each with its standing, trust, dates and origin; files they speak
    of are checked. When nothing relevant is known, that is the answer.

    Parameters
    cue: a question, words, a name from the code, a path or a key
    limit: at most so many memories (0: the setting recall.limit)
    budget_tokens: at most so many tokens (0: the setting recall.budget_tokens; fewer than 140 count as 140)
    domain: only this room
    kind: only this kind
    scope: both (project and global), project, global, or all known projects
    project: another known project, by name
    as_of: as known at a root, a date or a time
    loose: also show what matches too little to be an answer
    deep: also ask system 2: meanings (with a model), links, wordings of the past and what was put away
    explain: say why each one was found
    """
    asked = bounded(Asked(cue, limit, budget_tokens, domain, kind, scope, project, as_of, loose, explain, deep))
    settings, now = in_force(memory), memory.now()
    if asked.deep:
        keep_up(memory, asked, BEFORE_ANSWER)
    answered = recalled_now(memory, asked, settings, now)
    if not asked.deep and any(said.encoder for said in answered.answers):
        keep_up(memory, asked, AFTER_ANSWER)
    detail = trace_of(asked, settings, now, answered)
    memory.trace_detail = detail
    return answered.reply._replace(trace=detail["trace"] if will_be_kept(memory) else "")
