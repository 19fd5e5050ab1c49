"""The operation `review edit`."""

import json
from typing import Any, Literal

from oldhand.knowledge.assertion import statement
from oldhand.knowledge.review_steps import Step, done
from oldhand.knowledge.settling import edited, item
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation


@operation(WRITE)
def edit(
    memory: Memory, name: str, text: str, *, both: bool = False, scope: Literal["project", "global"] = "project"
) -> Step:
    """Settle what waits for review with a new wording

    The words take the place of every wording the memory has. Of two that contradict each other the first one
    named gets them, and the other yields to it.

    Parameters
    name: the item as `oldhand review` names it: ID, or ID+ID for two that contradict each other
    text: the new wording
    both: of two that contradict each other both hold, the first with these words
    scope: project, or global for your own memory of all projects
    """
    with memory.writing(scope, make=False) as transaction:
        found = item(transaction, name)
        body = json.loads(transaction.body(found.one.record["heads"][-1]["revision"]) or b"{}")
        content: dict[str, Any] = body["content"] | {"text": text}
        said = statement(
            memory.project.tree, body["kind"], content, screening=memory.screening(deliberate=True),
            inputs=tuple(body["inputs"]),
        )  # fmt: skip
        settled = edited(transaction, found, said, memory.voice, both=both)
    return done(memory, transaction, [settled], scope)
