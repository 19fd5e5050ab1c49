"""Looking at a command: what memory has to say before it is run."""

from typing import TYPE_CHECKING

from oldhand.knowledge.anchoring import checker
from oldhand.knowledge.at_action import concerning
from oldhand.knowledge.looking import Looked
from oldhand.knowledge.naming import moment_asked
from oldhand.knowledge.occasions import Action, in_words
from oldhand.knowledge.telling import told
from oldhand.recall.render import agent_line, within

if TYPE_CHECKING:
    from oldhand.memory import Memory

MOST_CONCERNED = 100  # memories that concern one command, put in order


def looked_at_command(memory: "Memory", command: str, limit: int, budget: int, as_of: str) -> Looked:
    """What concerns a command that is about to be run, within a limit and a budget of tokens."""
    with memory.reading(as_of) as reader:
        moment = moment_asked(reader, as_of, memory.now())
        found = concerning(reader, Action("command", command=command), moment, MOST_CONCERNED)
        files = checker(memory, as_of)
        items = within([told(reader, one.held, files, moment) for one in found[:limit]], budget)
        why = {one.id: one.why for one in found}
        notes = [f"{item.id[:12]}: {in_words(why[item.id])}" for item in items]
        return Looked(
            command, items, [agent_line(item) for item in items], len(found) - len(items), reader.root().root.hex(),
            [], [], None, "", "", notes,
        )  # fmt: skip
