"""Keeping plans: how a plan is made, and how it ends. What it said before it was carried out stays in its history."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from oldhand.code.checkout import checkout
from oldhand.code.paths import read_bytes, relative
from oldhand.errors import BadArgument
from oldhand.knowledge.assertion import Asserted, assert_, revise, statement
from oldhand.knowledge.trusting import require
from oldhand.model import kinds
from oldhand.reasoning import decisions
from oldhand.reasoning.deciding import confidence, estimate, stater
from oldhand.reasoning.plan_comparing import Compared, closing
from oldhand.reasoning.plans import (
    BECAME,
    DOMAIN,
    KIND,
    LONGEST_READ,
    OPEN,
    Became,
    Plan,
    became_written,
    bounded_text,
    fields_of,
    steps_in,
    steps_said,
    written,
)
from oldhand.store.reader import Held, Reader
from oldhand.store.transaction import Transaction

if TYPE_CHECKING:
    from oldhand.memory import Memory

PRIORITY = -100  # the least: whatever lists memories lists plans last
CARRIES = "depends_on"  # ties a plan to the decisions it carries out
WARNINGS_KEPT = 20  # of validation, the gravest: what somebody was told before they began
_LISTED = re.compile(r"(?:[-*+]|\d{1,3}[.)])\s")  # a single line that is a step of a list, and no file's name
LONGEST_SHOWN = 300  # characters of what somebody says of a step


def drafted(
    memory: "Memory", reader: Reader, text: str, *, title: str = "", steps: Sequence[str] = (), document: str = "",
    estimated: str = "", sure: str = "", carried: Sequence[str] = (), agent: str = "", model: str = "",
) -> Plan:  # fmt: skip
    """A plan as it would be kept, checked; nothing is written. document: Markdown with its steps, or a file of it.

    Raises BadArgument, BadForecast, BadPath, OutsideProject, NoSuchFile and its kin, UnknownId, NotADecision.
    """
    said, name = bounded_text(text, title)
    given = [*steps, *(steps_in(_text_of(memory, document)) if document.strip() else ())]
    if not given:
        why = "a plan has at least one step; --steps gives one each, --document a list of them"
        raise BadArgument("steps", "", why)
    stated_by, agent, model = stater(memory, agent, model)
    names = tuple(dict.fromkeys(decisions.of(reader, one).id for one in carried))
    commit = checkout(memory.project.tree).commit if memory.project.git else ""
    return Plan(
        "", said, name, tuple(steps_said(memory.project.tree, given)), estimate(estimated) if estimated else None,
        confidence(sure) if sure else None, stated_by, agent, model, names, commit, (), OPEN, (), (), None, None, (),
        "", memory.now(), 0, memory.trust, memory.actor,
    )  # fmt: skip


def _text_of(memory: "Memory", document: str) -> str:
    """The text of a plan: what was given when it has several lines, else what is in the file that it names."""
    said = document.strip()
    if "\n" in said or _LISTED.match(said):
        return document
    path = relative(memory.project.tree, said)
    return read_bytes(memory.project.tree, path, LONGEST_READ).decode("utf-8", "replace")


def keep(memory: "Memory", transaction: Transaction, plan: Plan, warned: Sequence[str]) -> Asserted:
    """Keep a plan. The same one again, said on the same commit, is the same plan. warned: what validation said."""
    fields: dict[str, Any] = {
        "text": plan.text, "title": plan.title, "steps": [written(one) for one in plan.steps],
        "estimate": _number(plan.estimate), "confidence": _number(plan.confidence), "stated_by": plan.stated_by,
        "agent": plan.agent, "model": plan.model, "decisions": list(plan.decisions), "commit": plan.commit,
        "warned": list(warned[:WARNINGS_KEPT]),
    }  # fmt: skip
    screening = memory.screening(deliberate=True)
    said = statement(memory.project.tree, KIND, fields, screening=screening, domain=DOMAIN, priority=PRIORITY)
    done = assert_(transaction, said, memory.voice)
    for one in plan.decisions:
        transaction.emit("link", done.memory, memory.actor, memory.origin, {"rel": CARRIES, "target": one})
    return done


def end(
    memory: "Memory", transaction: Transaction, held: Held, plan: Plan, compared: Compared, *, state: str,
    said: Sequence[Became], took: int | None, reason: str,
) -> Asserted:  # fmt: skip
    """Say that a plan is over, with what became of it. Raises Refused when it is of somebody who is trusted more."""
    record = transaction.record(held.id)
    require(memory.voice, record, held.id, "say how it ended")
    effort = took if took is not None else compared.took
    became = closing(plan, compared, said, state)
    fields = {
        **fields_of(held), "state": state, "became": [became_written(one) for one in became],
        "added": list(compared.added), "took": _number(effort), "span": _number(compared.span),
        "commits": list(compared.commits), "reason": " ".join(reason.split()),
    }  # fmt: skip
    defaults = kinds.defaults_of(KIND)
    kept = {name: value for name, value in fields.items() if name == "text" or value != defaults.get(name)}
    screening = memory.screening(deliberate=True)
    wording = statement(memory.project.tree, KIND, kept, screening=screening, domain=DOMAIN, priority=PRIORITY)
    return revise(transaction, held.id, wording, memory.voice)


def became_said(plan: Plan, said: Sequence[str]) -> list[Became]:
    """What somebody says of steps: `2=dropped` or `2=reworked: why`. Raises BadArgument."""
    found: dict[int, Became] = {}
    how = f"write NUMBER=STATE or NUMBER=STATE: WHY, with {', '.join(BECAME[:3])}"
    for one in said:
        number, equals, rest = one.partition("=")
        state, _, why = rest.partition(":")
        state = state.strip().lower()
        if not equals or not number.strip().isascii() or not number.strip().isdecimal() or state not in BECAME:
            raise BadArgument("became", one, how)
        step = int(number.strip()[:4])
        if not 1 <= step <= len(plan.steps):
            raise BadArgument("became", one, f"the plan's steps go from 1 to {len(plan.steps)}")
        if step in found:
            raise BadArgument("became", one, f"step {step} is named twice")
        shown = " ".join(why.split())[:LONGEST_SHOWN] or "somebody's word"
        found[step] = Became(step, state, shown)
    return list(found.values())


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
