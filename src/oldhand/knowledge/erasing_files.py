"""The files beside a store after a forgetting: other databases, the log of calls, what was gathered, exports."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oldhand.code.project import STORE_FOLDER
from oldhand.errors import OldhandError
from oldhand.knowledge.erasing_plan import Plan
from oldhand.model.identity import SHOWN_DIGITS
from oldhand.model.terms import index_terms
from oldhand.store import copies
from oldhand.store.copies import UNREADABLE, Gone
from oldhand.store.fold import registers
from oldhand.store.traces import Traces

if TYPE_CHECKING:
    from oldhand.memory import Memory

HISTORY = "history.json"  # what was gathered of git's history (knowledge/history_reading.py)
OUTCOMES = "outcomes.json"  # how far outcomes were derived, by the ids of decisions (reasoning/outcome_state.py)
DERIVED_FROM = ("decision", "outcome", "plan")  # kinds that it speaks of
STALE_SECONDS = 86_400  # a copy that was not finished yesterday was interrupted; nobody is still making it


def needles(plan: Plan, gone: Gone) -> Iterator[bytes]:
    """What gives a file away that holds an erased memory: its words, plain and as JSON has them, else its id."""
    for text in plan.found.texts:
        yield text.encode("utf-8", "surrogatepass")
        yield json.dumps(text, ensure_ascii=False)[1:-1].encode("utf-8", "surrogatepass")
    if not plan.found.texts:
        for memory in (*plan.memories, *gone.memories):
            yield memory.encode()
            yield bytes.fromhex(memory)


def sweep_databases(memory: "Memory", folder: Path, gone: Gone, present: Path) -> tuple[list[str], list[str]]:
    """Erase in every other database of a store: (those that held some, what could not be cleaned)."""
    cleaned, left = [], []
    every = copies.databases(folder)
    for number, path in enumerate(every):
        memory.progress(number, len(every), "Erasing in backups")
        try:
            if copies.erase_in(path, gone, memory.voice, memory.now(), present):
                cleaned.append(str(path))
        except UNREADABLE as error:
            left.append(f"{path}: it cannot be changed ({_words(error)}); remove it if it may hold this")
    for path in copies.unfinished(folder):
        if time.time() - path.stat().st_mtime > STALE_SECONDS:
            path.unlink(missing_ok=True)
        else:
            left.append(f"{path}: a copy that is being made, or was interrupted; forget again when it is done or gone")
    return cleaned, left


def _words(error: BaseException) -> str:
    return " ".join(str(error).split(": ", 1)[-1].split())[:200]


def sweep_traces(memory: "Memory", plan: Plan, more: frozenset[str]) -> tuple[int, list[str]]:
    """Remove from the log of calls what names these memories or was asked with their words."""
    names = {one[:SHOWN_DIGITS] for one in (*plan.memories, *more)}
    texts = {" ".join(text.split()).casefold() for text in plan.found.texts}

    def tells(detail: str) -> bool:
        if any(name in detail for name in names):
            return True
        said = " ".join(_strings(json.loads(detail)))
        plain = " ".join(said.split()).casefold()
        return any(text in plain for text in texts) or not plan.found.rare.isdisjoint(index_terms(said))

    folders = [memory.project.store]
    if plan.scope == "global":  # every project's recalls are answered from it too
        folders += [folder / STORE_FOLDER for folder in memory.known_projects().values()]
    count, left = 0, []
    for folder in dict.fromkeys(folders):
        log = memory.traces() if folder == memory.project.store else Traces(folder, 1)
        try:
            count += log.forget(tells)
        except UNREADABLE as error:
            left.append(f"{folder / 'traces.db'}: {_words(error)}; forget again, or remove this log")
    return count, left


def _strings(value: Any) -> Iterator[str]:
    """Every text in a value read from JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def sweep_beside(plan: Plan) -> list[str]:
    """Remove what was gathered beside the store and may hold words of it: all of it can be made again."""
    from oldhand.store.anchor_checks import AnchorChecks

    left = []
    unsure = bool(plan.noted or plan.brought)  # of what was erased already nobody can tell where it came from
    heads = [wording for held in plan.told for wording in held.wordings]
    if unsure or any(head.origin == "git" or head.origin.startswith("commit:") for head in heads):
        for path in plan.folder.glob(f"{HISTORY}*"):  # also what an interrupted reading left half written
            path.unlink(missing_ok=True)
    if unsure or any(held.kind in DERIVED_FROM for held in plan.told) or not plan.told:
        for path in plan.folder.glob(f"{OUTCOMES}*"):
            path.unlink(missing_ok=True)
    if unsure or any(name.startswith("anchor/") for held in plan.told for name in registers(held.record)):
        for path in plan.folder.glob("anchors*.db"):
            try:
                AnchorChecks(plan.folder, path.name).remove()
            except OldhandError as error:
                left.append(f"{path}: {error}")
    return left
