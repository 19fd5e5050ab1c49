"""A crowd of processes that begin together."""

import json
import statistics
from pathlib import Path
from typing import Any

from oldhand.store.store import Store
from tests.crash.killing import LONGEST_WAIT, Child

WORKER = Path(__file__).with_name("worker.py")
NOW = 1_767_225_600_000  # 2026-01-01T00:00:00Z, in milliseconds


class Crowd:
    """Processes around one project."""

    def __init__(self, place: Path) -> None:
        self.project, self.home = place / "project", place / "home"
        self.folder = self.project / ".oldhand"
        self.project.mkdir()
        self.home.mkdir()
        self.children: list[Child] = []

    def make_store(self) -> None:
        """Begin with an empty store."""
        Store.create(self.folder, NOW, self.home).close()

    def add(self, role: str, *arguments: object) -> Child:
        """Start one that waits for its sign."""
        child = Child([str(WORKER), role, *map(str, arguments)], self.project, self.home)
        self.children.append(child)
        return child

    def ready(self) -> None:
        """Wait until every one is."""
        for child in self.children:
            assert heard(child) == "ready"

    def end(self) -> None:
        """End every process of the crowd."""
        for child in self.children:
            child.kill()


def tell(child: Child, line: str = "") -> None:
    """Say a line to a child."""
    child.input.write(line.encode() + b"\n")
    child.input.flush()


def heard(child: Child, seconds: float = LONGEST_WAIT) -> Any:
    """What a child says next, within so many seconds."""
    return json.loads(child.line(seconds))


def percentiles(waits: list[float]) -> str:
    """Median, 99th percentile and maximum, in words."""
    points = statistics.quantiles(waits, n=100)
    return f"p50 {points[49]:.1f} ms, p99 {points[98]:.0f} ms, max {max(waits):.0f} ms"
