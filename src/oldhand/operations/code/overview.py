"""The operation `overview`."""

from typing import NamedTuple

from oldhand.code.indexing import indexed
from oldhand.code.overview import MOST_RANKED, ranked
from oldhand.knowledge.briefing import briefing
from oldhand.knowledge.reading_list import ToRead, reading_list
from oldhand.knowledge.recalling import RecalledItem
from oldhand.knowledge.task_memory import memories_on
from oldhand.knowledge.task_sessions import asked_about, on_files
from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.recall.render import within

LEAST_BUDGET = 500  # tokens: less holds no file


class Overview(NamedTuple):
    """What to read for a task. files: in the order of their worth; skipped: files not worth reading, and why not.

    verdict: found, a guess (hardly a word matched, so that what changed lately leads), or nothing known; tokens:
    what all the reading costs, estimated; memories: those on the task; briefing: the most trusted knowledge of all.
    """

    task: str
    verdict: str
    files: list[ToRead]
    tokens: int
    skipped: int
    skipped_because: str
    memories: list[RecalledItem]
    briefing: list[str]
    notes: list[str]
    root: str


@operation(READ)
def overview(
    memory: Memory, task: str, *, budget_tokens: int = 20_000, limit: int = 25, no_briefing: bool = False
) -> Overview:
    """Tell which files a task concerns, how to read each, and what is known about it

    Files are ranked by what the task says and names, by which files similar commits changed, by what
    changed lately, by imports and tests, and by the memories on the task. Nothing is read but the index.

    Parameters
    task: what is to be done, in any words: an issue, an error, a commit message, a request
    budget_tokens: reading all of it costs at most about so many tokens (fewer than 500 count as 500)
    limit: at most so many files, 100 at most
    no_briefing: leave out the most trusted knowledge of the project, tell only the memories on the task
    """
    items = memories_on(memory, task)
    with indexed(memory) as index:
        ranking = ranked(index, task, remembered=on_files(memory, task, items), limit=min(limit, MOST_RANKED))
        known = ranking.found or ranking.has_history
        chosen, tokens = reading_list(index, ranking, max(budget_tokens, LEAST_BUDGET), limit) if known else ([], 0)
        notes = list(index.notes)
    verdict = "nothing known" if not chosen else "a guess" if ranking.vague or not ranking.found else "found"
    with memory.reading() as reader:
        lines = [] if no_briefing else briefing(reader, memory.setting("brief.budget_tokens")).lines
        root = reader.root().root.hex()
    shown = within(items, memory.setting("recall.budget_tokens")) if items else []
    memory.trace_detail = asked_about(task) | {"files": len(chosen), "verdict": verdict}
    return Overview(
        task, verdict, chosen, tokens, ranking.files - len(chosen), _why(ranking.files, known, len(chosen), limit),
        shown, lines, notes, root,
    )  # fmt: skip


def _why(files: int, known: bool, chosen: int, limit: int) -> str:
    if not files:
        return "the project has no files"
    if not known:
        return "nothing of the task matches them, and there is no history to guess from"
    if chosen == files:
        return ""
    return "less likely than these" if chosen >= limit else "less likely than these, or beyond the budget"
