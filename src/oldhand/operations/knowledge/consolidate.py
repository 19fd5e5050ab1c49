"""The operation `consolidate`."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from oldhand.code.anchors import Observer
from oldhand.knowledge.assertion import Statement, statement
from oldhand.knowledge.consolidating import MOST_TOKENS, SUMMARY_PRIORITY
from oldhand.knowledge.consolidating import consolidate as consolidated
from oldhand.knowledge.rehearsing import changing
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.store.reader import Reader


class Step(NamedTuple):
    """Something consolidation did. what: merged (another memory says it; `into` names it), promoted (it is ordinary
    knowledge now), or summed up (in `into`); text: the finding."""

    what: str
    id: str
    into: str
    text: str


class NewSummary(NamedTuple):
    """A summary that was made of findings: what it says, how many it is made of, what they and it cost in tokens."""

    id: str
    text: str
    findings: int
    tokens_before: int
    tokens_after: int


class Consolidated(NamedTuple):
    """What a consolidation did, or would do with dry_run.

    considered: findings looked at; steps: what was done, finding by finding; contradicting: findings that stay in the
    tier because what is known says otherwise (`into` names it); summaries: those made; left: findings that the budget
    left for another run.
    """

    considered: int
    steps: list[Step]
    contradicting: list[Step]
    summaries: list[NewSummary]
    left: int
    dry_run: bool
    root: str


@operation(WRITE)
def consolidate(memory: Memory, *, budget_tokens: int = MOST_TOKENS, dry_run: bool = False) -> Consolidated:
    """Make knowledge of what sessions found

    Findings that say the same are merged, what two sessions found or people confirmed is promoted, and what
    is left of one file or subject is summed up. Only the captured tier is changed; what was absorbed is
    retired and comes back with `restore`. Running it again changes nothing.

    Parameters
    budget_tokens: how many tokens of summaries one run may write (estimated)
    dry_run: tell what would be done and change nothing
    """
    observer = Observer(memory.project.tree)

    def worded(content: dict[str, Any], room: str, places: Sequence[str]) -> Statement:
        return statement(
            observer, "summary", content, screening=memory.screening(), domain=room, priority=SUMMARY_PRIORITY,
            anchors_said=list(places),
        )  # fmt: skip

    with changing(memory, dry_run=dry_run) as change:
        done = consolidated(change.transaction, worded, memory.voice, budget_tokens)
        reader = Reader(change.transaction.connection)
        steps = [Step("merged", one.id, one.into, reader.get(one.id).text) for one in done.merged]
        against = [Step("contradicts", one.id, one.into, reader.get(one.id).text) for one in done.contradicting]
        steps += [Step("promoted", name, "", reader.get(name).text) for name in done.promoted]
    for made in done.summaries:
        steps += [Step("summed up", one.id, made.id, one.text) for one in made.inputs]
    memory.trace_detail = {"considered": done.considered, "changed": len(steps), "root": change.root}
    summaries = [
        NewSummary(made.id, made.text, len(made.inputs), made.tokens_before, made.tokens_after)
        for made in done.summaries
    ]
    return Consolidated(done.considered, steps, against, summaries, done.left, dry_run, change.root)
