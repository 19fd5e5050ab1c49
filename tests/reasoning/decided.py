"""Decisions with a stated confidence and evidence of how they ended, made as recording and deriving make them."""

import random
from typing import Any

from oldhand.knowledge.assertion import assert_, statement
from oldhand.model.trust import Voice
from oldhand.reasoning.outcome_keeping import keep_evidence
from oldhand.reasoning.outcomes import Evidence
from oldhand.reasoning.weighing_outcomes import REVERT, SURVIVAL
from oldhand.store.transaction import Transaction
from tests.conftest import Project

DAY_MS = 86_400_000
LATER = 190  # days after which evidence comes in: old enough to be told by
WHOLE = 10_000
GIT = Voice("git", "repo:history", "repo")


def decide(project: Project, text: str, confidence: int | None, **said: Any) -> str:
    """One decision as somebody records it; its id. confidence: ten-thousandths, or None."""
    with project.memory.writing() as transaction:
        return _decided(project, transaction, text, confidence, said)


def ends(project: Project, decision: str, value: int, *, day_ms: int = 0, weight: int = WHOLE, ref: str = "") -> None:
    """Evidence of how a decision ended, seen on a day (without one: today)."""
    with project.memory.writing() as transaction:
        _ended(project, transaction, decision, value, day_ms, weight, ref)


def forecasts(project: Project, many: int, off: float = 0.0, seed: int = 1, **said: Any) -> list[str]:
    """Decisions of a made agent whose chance to go well is off from what it states by so much; their ids. The evidence
    comes in half a year after they were made, by the journal's clock."""
    lot = random.Random(seed)
    made = {}
    with project.memory.writing() as transaction:
        for number in range(many):
            stated = lot.choice([6_000, 7_000, 8_000, 9_000])
            text = f"Choose the way {number} of {seed} {said.get('agent', '')}"
            one = _decided(project, transaction, text, stated, said)
            made[one] = WHOLE * (lot.random() < stated / WHOLE + off)
    with project.memory.reading() as reader:
        later = max(reader.root().learned, project.memory.now()) + LATER * DAY_MS
    with project.store.write(later) as transaction:
        for number, (one, went) in enumerate(made.items()):
            _ended(project, transaction, one, went, later, WHOLE, f"{number:040x}")
    return list(made)


def _decided(
    project: Project, transaction: Transaction, text: str, confidence: int | None, said: dict[str, Any]
) -> str:  # fmt: skip
    said = dict(said)
    domain, voice = said.pop("domain", "decisions"), said.pop("voice", project.memory.voice)
    valid_from = said.pop("valid_from", None)
    fields = {"text": text, **said} | ({} if confidence is None else {"confidence": str(confidence)})
    screening = project.memory.screening()
    one = statement(project.root, "decision", fields, screening=screening, domain=domain, valid_from=valid_from)
    return assert_(transaction, one, voice).memory


def _ended(
    project: Project, transaction: Transaction, decision: str, value: int, day_ms: int, weight: int, ref: str
) -> None:  # fmt: skip
    at = (day_ms or project.memory.now()) // DAY_MS * DAY_MS
    piece = Evidence(at, SURVIVAL if value > WHOLE // 2 else REVERT, value, weight, ref, "made for a test")
    keep_evidence(transaction, GIT, decision, (piece,), project.memory.screening())
