"""What the tests of recall share: things said at once or at moments that a test sets, and what is answered."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.conftest import BORN, Project
from tests.store.test_as_of import Travelling

DAY = 86_400_000  # milliseconds


class Timed(Project):
    """A project whose machine shows the time that the test sets."""

    def __init__(self, root: Path, home: Path) -> None:
        super().__init__(root, home)
        self.memory.close()
        self.clocked = Travelling(root, home)
        self.clocked.clock = BORN
        self.memory = self.clocked

    def wait(self, milliseconds: int) -> None:
        """Let time pass."""
        self.clocked.clock += milliseconds


def bulk(project: Project, texts: Sequence[str]) -> list[str]:
    """Remember many statements at once, in their order; their ids."""
    lines = "\n".join(json.dumps({"text": text}) for text in texts)
    return [one.id for one in project.call("remember", jsonl=lines).memories]


def texts(project: Project, cue: str, **more: Any) -> list[str]:
    """The texts of everything that a cue brings, best first, whatever the gate thinks of it."""
    arguments = {"loose": True, "limit": 100, "budget_tokens": 100_000, **more}
    return [item.text for item in project.call("recall", cue=cue, **arguments).items]
