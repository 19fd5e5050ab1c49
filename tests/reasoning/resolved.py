"""Decisions whose outcome is known, many at once, with true chances that the test knows."""

import random
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from oldhand.knowledge.assertion import assert_, statement
from oldhand.model.trust import Voice
from oldhand.reasoning.outcome_keeping import keep_evidence
from oldhand.reasoning.weighing_outcomes import REVERT, TESTS, Evidence
from tests.conftest import Project

AT = 1_780_000_000_000  # 2026-05-28, when everything made here was seen
DAY_MS = 86_400_000
WHOLE = 10_000
GIT = Voice("outcomes", "git", "repo")
PERSON = Voice("user", "cli", "user")
AGENT = Voice("agent", "mcp", "agent")
_PLACES = (
    "cart basket profile search admin mobile web guest staff report invoice queue mail login billing export feed audit"
    " chat ledger"
)
PLACES = _PLACES.split()


class Made(NamedTuple):
    """A decision to make: what is decided, how it ended (ten-thousandths, None: open), and its other fields."""

    text: str
    went: int | None = WHOLE
    weight: int = WHOLE
    said: Mapping[str, Any] = MappingProxyType({})
    voice: Voice = PERSON


def option(
    name: str, outcomes: Iterable[int | None], subject: str = "sessions", module: str = "", voice: Voice = PERSON,
    **said: Any,
) -> list[Made]:  # fmt: skip
    """As many decisions for one option as there are outcomes, each at another place."""
    fields = {**said, **({"module": module} if module else {})}
    return [
        Made(f"Use {name} for the {subject} of {PLACES[number % 20]} {number // 20}", went, said=fields, voice=voice)
        for number, went in enumerate(outcomes)
    ]  # fmt: skip


def drawn(draw: random.Random, many: int, chance: float) -> list[int]:
    """Outcomes that go well with a chance."""
    return [WHOLE * (draw.random() < chance) for _ in range(many)]


def make(project: Project, decisions: Sequence[Made]) -> list[str]:
    """Record decisions and what evidence says of them; their ids."""
    ids = []
    screening = project.memory.screening()
    with project.memory.writing() as transaction:
        for number, one in enumerate(decisions):
            said = dict(one.said)
            about = {name: said.pop(name) for name in ("tags", "anchors_said") if name in said}
            fields = {"text": one.text, **said}
            wording = statement(
                project.root, "decision", fields, screening=screening, domain="decisions", valid_from=AT, **about
            )  # fmt: skip
            name = assert_(transaction, wording, one.voice).memory
            ids.append(name)
            if one.went is not None:
                source = REVERT if one.went < WHOLE // 2 else TESTS
                piece = Evidence(AT, source, one.went, one.weight, f"{number + 1:040x}", "made for a test")
                keep_evidence(transaction, GIT, name, (piece,), screening)
    return ids
