"""The operation `explore`."""

from typing import NamedTuple

from oldhand.code.indexing import indexed
from oldhand.code.overview import ranked
from oldhand.knowledge.exploring import Step, gaps_of, locate, search_words, tensions_of, unanswered
from oldhand.knowledge.reading_list import ToRead, reading_list
from oldhand.knowledge.recalling import RecalledItem
from oldhand.knowledge.task_memory import memories_on
from oldhand.knowledge.task_sessions import asked_about, on_files
from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.recall.render import within

READING = 20_000  # tokens: as much as `overview` recommends to read


class Explored(NamedTuple):
    """What is known and not known about a task. steps: what was asked, what was found and why the next step followed.

    symbols: FILE::SYMBOL of what the task names; gaps: what no memory tells; questions: those that stand open;
    tensions: what contradicts or may be out of date.
    """

    task: str
    steps: list[Step]
    memories: list[RecalledItem]
    files: list[ToRead]
    symbols: list[str]
    gaps: list[str]
    questions: list[str]
    tensions: list[str]
    notes: list[str]
    root: str


@operation(READ)
def explore(memory: Memory, task: str, *, limit: int = 10, budget_tokens: int = 0) -> Explored:
    """Explore what is known about a task and what is not: memories, places, gaps and tensions, with the reasoning

    Parameters
    task: a question or what is to be done, in any words
    limit: at most so many files
    budget_tokens: at most so many tokens of memories (0: the setting recall.budget_tokens)
    """
    items = memories_on(memory, task)
    with indexed(memory) as index:
        ranking = ranked(index, task, remembered=on_files(memory, task, items), limit=max(limit, 1))
        known = ranking.found or ranking.has_history
        files, _ = reading_list(index, ranking, READING, limit) if known else ([], 0)
        located = locate(ranking, files, items)
        symbols, searched = search_words(index, task)
        notes = list(index.notes)
        with memory.reading() as reader:
            gaps, gap_step = gaps_of(reader, index, files, task)
            root = reader.root().root.hex()
    questions = unanswered(memory, task)
    tensions, tension_step = tensions_of(items)
    said = f"{len(items)} memories" if items else "nothing known"
    recalled = Step("recall", "what memory says of the task", said, f"it is asked {located.asked}")
    steps = [recalled, located, searched, gap_step, tension_step]
    shown = within(items, budget_tokens or memory.setting("recall.budget_tokens")) if items else []
    memory.trace_detail = asked_about(task)
    return Explored(task, steps, shown, files, symbols, gaps, questions, tensions, notes, root)
