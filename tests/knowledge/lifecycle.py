"""What the tests of what is kept and what fades share: people and agents on one project, and a clock that is moved."""

import json
from typing import Any

from oldhand.memory import Memory
from oldhand.operation import call
from tests.conftest import Project

DAY_MS = 86_400_000


def by_a_person(project: Project, operation: str, /, **arguments: Any) -> Any:
    """Run an operation as a person at the command line."""
    with Memory(project.root, project.home, actor="ann", trust="user", origin="cli", surface="cli") as memory:
        return call(memory, operation, arguments)


def later(project: Project, days: int) -> None:
    """Go on with the project as if so many days had passed."""

    class Then(Memory):
        """A memory whose clock is ahead."""

        @staticmethod
        def now() -> int:
            return Memory.now() + days * DAY_MS

    project.memory.close()
    project.memory = Then(project.root, project.home)


def found(*texts: str, **more: Any) -> str:
    """Findings as JSON lines."""
    return "\n".join(json.dumps({"text": text, **more}) for text in texts)


def captured(project: Project, session: str, *texts: str, **more: Any) -> Any:
    """Capture findings of a session."""
    return project.call("capture", jsonl=found(*texts, **more), session=session)


def standings(project: Project) -> dict[str, str]:
    """How every memory that is not put away for good stands, by its text."""
    listed: dict[str, str] = {}
    for standing in ("active", "contested", "superseded", "retired", "quarantined"):
        wanted = {} if standing == "active" else {"standing": standing}
        items = project.call("active", limit=100_000, **wanted).items
        listed |= {item.text: item.standing for item in items}
    return listed


def root(project: Project) -> str:
    """The root of the project's memory."""
    return str(project.call("status").root)


def events(project: Project) -> int:
    """How many events the journal has."""
    with project.memory.reading() as reader:
        return reader.root().position
