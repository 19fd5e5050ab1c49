"""Limits are upper bounds on what reaches the prompt: counted on the text that an agent gets."""

from collections.abc import Iterator
from typing import Any

import pytest

from oldhand.memory import Memory
from oldhand.model.tokens import estimate
from oldhand.operation import call
from oldhand.surfaces.agent_text import rendered
from tests.conftest import Project

BUDGETS = (1, 40, 100, 140, 150, 200, 300, 500, 800, 1500, 3000)
SMALLEST = {"brief": 40, "recall": 140, "look": 140}  # tokens: what the fence costs, below which nothing is told
WORDS = ("gateway", "payment", "retry", "invoice", "deploy", "cart", "session", "token", "worker", "queue")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A project with many memories of every length, in two languages."""
    folder = tmp_path_factory.mktemp("full")
    (folder / "home").mkdir()
    project = Project(folder / "project", folder / "home")
    (project.root / "pay.py").write_text("def pay():\n    return 1\n", "utf-8")
    with Memory(project.root, project.home, actor="user", trust="user", origin="cli") as memory:
        for number in range(240):
            word = WORDS[number % len(WORDS)]
            tail = f" Кроме того, {word} пишет {number} строк в журнал." * (number % 5)
            text = f"The {word} number {number} is handled by step {number * 7} of the shop.{tail}"
            kind = ("claim", "decision", "gotcha", "convention")[number % 4]
            call(memory, "remember", {"text": text, "kind": kind, "anchors": ["pay.py"] if number % 3 == 0 else []})
    yield project
    project.memory.close()


def asked(project: Project, name: str, **arguments: Any) -> tuple[Any, str]:
    """The reply of an operation and the text of it that an agent gets."""
    with Memory(project.root, project.home) as memory:
        reply = call(memory, name, arguments)
        return reply, rendered(name, reply)


@pytest.mark.parametrize("budget", BUDGETS)
@pytest.mark.parametrize(("name", "arguments"), [
    ("brief", {}), ("recall", {"cue": "gateway payment retry step", "limit": 200}), ("look", {"place": "pay.py",
    "limit": 200}),
])  # fmt: skip
def test_a_budget_in_tokens_is_kept(full: Project, name: str, arguments: dict[str, Any], budget: int) -> None:
    _, text = asked(full, name, budget_tokens=budget, **arguments)
    assert estimate(text) <= max(budget, SMALLEST[name]), (estimate(text), text[-300:])


@pytest.mark.parametrize("limit", [1, 2, 7, 50])
@pytest.mark.parametrize(("name", "arguments"), [
    ("recall", {"cue": "gateway payment step", "budget_tokens": 50_000}), ("look", {"place": "pay.py",
    "budget_tokens": 50_000}),
    ("search", {"words": "gateway"}), ("active", {}), ("log", {}), ("review", {}),
])  # fmt: skip
def test_a_limit_is_kept(full: Project, name: str, arguments: dict[str, Any], limit: int) -> None:
    reply, _ = asked(full, name, limit=limit, **arguments)
    told = next(value for value in reply if isinstance(value, list) and (not value or not isinstance(value[0], list)))
    if name != "look":
        assert len(told) <= limit
    else:
        assert len({item.id for item in reply.items}) <= limit


def test_control_more_is_told_when_more_is_allowed(full: Project) -> None:
    sizes = [estimate(asked(full, "brief", budget_tokens=budget)[1]) for budget in (100, 500, 3000)]
    assert sizes == sorted(sizes) and sizes[-1] > 2000
    sizes = [
        len(asked(full, "recall", cue="gateway payment", limit=n, budget_tokens=50_000)[0].items) for n in (1, 7, 20)
    ]
    assert sizes == [1, 7, 20]


def test_control_a_text_cut_by_nobody_exceeds_a_small_budget(full: Project) -> None:
    _, text = asked(full, "recall", cue="gateway payment", limit=50, budget_tokens=50_000)
    assert estimate(text) > max(BUDGETS[:8])
