"""The operation `session tokens`."""

from typing import Literal, NamedTuple

from oldhand.memory import Memory
from oldhand.model.moment import parse
from oldhand.operation import READ, operation
from oldhand.sessions.draining import drain
from oldhand.sessions.tokens import Allowance, Line, Overhead, allowance, report


class TokensTold(NamedTuple):
    """Tokens by session, tool, agent, intent or model.

    by: what the lines are of; lines: the dearest first; left_out: lines beyond the limit; overhead: what memory itself
    cost; total: all that is estimated of the texts; today: how the day stands against the cap; session: of which
    session, empty for all.
    """

    by: str
    lines: list[Line]
    left_out: int
    overhead: Overhead
    total: int
    today: Allowance
    session: str


@operation(READ)
def tokens(
    memory: Memory, name: str = "", *, by: Literal["session", "tool", "agent", "intent", "model"] = "session",
    since: str = "", limit: int = 20,
) -> TokensTold:  # fmt: skip
    """Tell what sessions cost in tokens, and how much of it memory itself is

    What hosts recorded is told as recorded. The texts of a session are estimated without a tokenizer: a
    third less than the model counts in the usual case, as reasoning and what hosts add stand in no
    transcript. A day is held against the setting tokens.daily_cap: at 80 % it is warned of; beyond it
    the hooks tell only what is most important.

    Parameters
    name: of this session, by the beginning of its id; without it of all
    by: a line for each session, tool, agent (the session itself or a subagent), intent (reading, editing, running,
        searching, talking …) or model
    since: only what happened since this date or time
    limit: at most so many lines
    """
    drain(memory)
    log, now = memory.session_log(), memory.now()
    session = log.session(name).session.id if name else ""
    lines, overhead, total = report(memory, by, session, parse(since, now) if since else 0)
    return TokensTold(
        by, lines[:limit], max(len(lines) - limit, 0), overhead, total, allowance(memory, now), session
    )  # fmt: skip
