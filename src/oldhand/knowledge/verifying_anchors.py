"""Verifying the anchors of every memory against the working tree, and following those that moved."""

from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.anchors import CHANGED, GONE, MOVED, Checked, Checker, Observer
from oldhand.errors import OldhandError
from oldhand.knowledge.anchor_memory import AnchorMemory
from oldhand.model.anchor import as_noted, parse
from oldhand.store.fold import registers
from oldhand.store.observations import Observation, observations

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.code_index import CodeIndex
    from oldhand.store.reader import Reader
    from oldhand.store.transaction import Transaction

EVERY = 200  # anchors between two reports of progress
ORDER = {GONE: 0, CHANGED: 1, MOVED: 2}  # of what is listed: what needs a person first


class Verdict(NamedTuple):
    """One anchor of one memory, and what became of it."""

    observation: Observation
    checked: Checked


class Verification(NamedTuple):
    """What was checked. counts: anchors by state; looked: how many had to be looked at, the rest was known."""

    verdicts: list[Verdict]
    counts: Counter[str]
    looked: int


def verify_all(memory: "Memory", reader: "Reader", path: str) -> Verification:
    """Check every anchor of the current memories in a file or below a folder (empty: everywhere)."""
    every = observations(reader, path)
    held = AnchorMemory(memory, bulk=True)
    looked = 0
    verdicts = []
    with ExitStack() as stack:
        stack.callback(held.close)
        opened: list[CodeIndex | None] = []

        def index() -> "CodeIndex | None":
            if not opened:
                from oldhand.code.indexing import indexed  # seldom needed: git tells where most things went

                try:
                    opened.append(stack.enter_context(indexed(memory)))
                except OldhandError:
                    opened.append(None)  # nothing is found through it then; `oldhand scan` says why
            return opened[0]

        checker = Checker(memory.project.tree, memory.environment, index=index)
        for number, one in enumerate(every):
            if number % EVERY == 0:
                memory.progress(number, len(every), "anchors")
            checked = held.known(one.anchor, one.value)
            if checked is None:
                looked += 1
                checked = checker.check(one.anchor, one.value)
                held.keep(checked, one.value)
            verdicts.append(Verdict(one, checked))
        memory.progress(len(every), len(every), "anchors")
        held.write(everything=not path)
    return Verification(verdicts, Counter(one.checked.state for one in verdicts), looked)


def telling(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Those that say something: what is gone first, then what changed, then what moved."""
    found = [one for one in verdicts if one.checked.state in ORDER]
    return sorted(found, key=lambda one: (ORDER[one.checked.state], one.observation))


class Step(NamedTuple):
    """An anchor that is to be rewritten. same: it says what it said; else its difference is kept with it."""

    memory: str
    anchor: str
    value: str
    now: str
    same: bool


def steps(verdicts: Iterable[Verdict]) -> list[Step]:
    """What following would rewrite: what moved, and what changed in a file that has another name now."""
    found = []
    for one in verdicts:
        seen, checked = one.observation, one.checked
        renamed = checked.state == CHANGED and checked.now and parse(checked.now).path != seen.path
        if checked.state == MOVED or renamed:
            found.append(Step(seen.memory, seen.anchor, seen.value, checked.now, checked.state == MOVED))
    return found


def followed(memory: "Memory", transaction: "Transaction", wanted: Iterable[Step]) -> tuple[int, int]:
    """Rewrite anchors to their present places; (how many, how many were left to `init`).

    What was read from a document is left: reading the document again follows it. Anchors that somebody
    changed meanwhile are left as they are.
    """
    observer = Observer(memory.project.tree)
    by_memory: dict[str, list[Step]] = {}
    for step in wanted:
        by_memory.setdefault(step.memory, []).append(step)
    done = left = 0
    for name, its in by_memory.items():
        record = transaction.record(name)
        values = registers(record)
        documents = {head["origin"].removeprefix("repo:") for head in record.get("heads", ())}
        anchors: dict[str, str] = {}
        gone: list[str] = []
        for step in its:
            if values.get(f"anchor/{step.anchor}") != step.value:
                continue
            if as_noted(step.anchor, step.value).path in documents:
                left += 1
                continue
            if not memory.screening().nameable([step.now]):
                continue  # its new name holds a secret: the old place goes on being told as gone
            anchors[step.now] = observer.observe(parse(step.now)) if step.same else step.value
            gone.append(step.anchor)
        if anchors:
            unanchor = sorted(set(gone) - set(anchors))
            transaction.emit("set", name, memory.actor, memory.origin, {"anchors": anchors, "unanchor": unanchor})
            done += len(gone)
    return done, left
