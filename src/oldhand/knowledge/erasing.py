"""Forgetting for good: what is erased goes from every file of ours, and what cannot be reached is named.

First a note of what goes (ids only) is put beside every store it goes from. Then each store is done, in one
transaction, and after it its other files: backups, replaced databases, the log of calls, what was gathered beside it.
Its note stays until all that is done. Interrupted anywhere, asking for the same once more goes on, in each store: a
tombstone keeps the digests by which what says the same is found.
"""

import json
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.code.project import STORE_FOLDER
from oldhand.errors import NotWritable, OldhandError, Refused, UnknownId
from oldhand.knowledge import erasing_sessions
from oldhand.knowledge.erasing_index import Cleaned, clean, saying
from oldhand.knowledge.lineage import descendants
from oldhand.knowledge.trusting import strongest
from oldhand.model.identity import SHOWN_DIGITS, short
from oldhand.model.terms import index_terms
from oldhand.model.trust import RANK
from oldhand.store import copies, written_out
from oldhand.store.copies import UNREADABLE, Found, Gone
from oldhand.store.erasure import erase
from oldhand.store.fold import registers
from oldhand.store.reader import Held
from oldhand.store.store import ERASING, FILE_MODE, put_in_place
from oldhand.store.traces import Traces

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.model.trust import Voice
    from oldhand.store.transaction import Transaction

NOTE = "erasure.unfinished"  # ids that are to be erased and may not be erased yet, in the store or its other files
LARGEST_NOTE = 1 << 20  # bytes of that note; a larger one was not written by us
REASON = "what it was made from was erased"
BROKEN = "A part of this memory is broken and must be mended first: `oldhand rebuild`."
HISTORY = "history.json"  # what was gathered of git's history (knowledge/history_reading.py)
STALE_SECONDS = 86_400  # a copy that was not finished yesterday was interrupted; nobody is still making it


class Plan(NamedTuple):
    """What a forgetting concerns in one scope. told: the memories with a text, as they are now; derived: what was made
    from them; noted: what an interrupted forgetting has left to do there; root: of the store now."""

    scope: str
    folder: Path
    root: str
    found: Found
    told: tuple[Held, ...]
    derived: tuple[str, ...]
    noted: tuple[str, ...]

    @property
    def due(self) -> bool:
        """Whether there is something to do in this scope."""
        return bool(self.memories or self.noted)

    @property
    def memories(self) -> tuple[str, ...]:
        """All that goes by itself: what was named and what says the same."""
        return (*self.found.named, *self.found.copies)


class Effects(NamedTuple):
    """What erasing does within a store. erased: memories; remade: (id before, id now) of summaries that rules made
    anew; quarantined: what was made from the erased and waits in review."""

    erased: tuple[str, ...] = ()
    remade: tuple[tuple[str, str], ...] = ()
    quarantined: tuple[str, ...] = ()


class Swept(NamedTuple):
    """What was done in one scope. erased: memories; remade, quarantined: of those made from them; databases: the other
    ones that held some; traces: calls, and words of sessions, removed from the logs; exports: files elsewhere that hold
    some; left: what could not be cleaned and why; still: the project's own files and commits that still say it;
    pending: whether the log still holds bytes because somebody reads."""

    scope: str
    erased: tuple[str, ...]
    remade: tuple[str, ...]
    quarantined: tuple[str, ...]
    databases: tuple[str, ...]
    traces: int
    exports: tuple[str, ...]
    left: tuple[str, ...]
    still: tuple[str, ...]
    pending: bool
    root: str


def planned(memory: "Memory", names: list[str], scope: str) -> list[Plan]:
    """What goes when these memories are forgotten: they, and in the project's and the person's memory what says the
    same. Raises UnknownId and its kin, and Refused for who is trusted less than those who said it."""
    with memory.reading(scope=scope) as reader:
        ids = [reader.resolve(name) for name in names]
        if awaited := [name for name, one in zip(names, ids, strict=True) if reader.standing(one) == "awaited"]:
            raise UnknownId(awaited[0])
        first = copies.find(reader, ids)
    plans = []
    for place in _scopes(memory, scope):
        with memory.reading(scope=place) as reader:
            found = first if place == scope else copies.find(reader, (), first.values)
            told = [held for one in (*found.named, *found.copies) if (held := reader.find(one)) and held.wordings]
            for held in told:
                if RANK[memory.trust] < RANK[strongest(held.record)]:
                    name, trust = short(held.id), strongest(held.record)
                    raise Refused(
                        f"{name} was said or confirmed with the trust {trust}; it cannot be erased with the trust "
                        f"{memory.trust}. `oldhand dispute {name}` says that it is wrong."
                    )
            made = descendants(reader, [held.id for held in told], ever=True) if told else []
            root = reader.root().root.hex()
        folder = memory.store(place).folder
        plans.append(Plan(place, folder, root, found, tuple(told), tuple(made), tuple(unfinished(folder))))
    return plans


def _scopes(memory: "Memory", first: str) -> list[str]:
    """The scope that was asked for, and the other one where there is such a memory."""
    other = "global" if first == "project" else "project"
    there = memory.has_global() if other == "global" else memory.project.remembered
    return [first, other] if there else [first]


def forgotten(memory: "Memory", plans: list[Plan]) -> list[Swept]:
    """Erase what is planned, one scope after the other; one `Swept` for each plan that is due.

    What goes is noted in every scope before anything is erased in one. Raises Refused while a part of one of the
    stores is broken, and the errors of writing; when nothing was erased yet, the notes are then as they were.
    """
    due = [plan for plan in plans if plan.due]
    for plan in due:
        with memory.reading(scope=plan.scope) as reader:
            if plan.told and reader.faults():
                raise Refused(BROKEN)
    try:
        for plan in due:
            if plan.told:
                _note(plan.folder, [*plan.noted, *plan.memories])
        return [_forgotten_in(memory, plan) for plan in due]
    except (OldhandError, KeyboardInterrupt):
        if not _begun(memory, due):
            for plan in due:
                _note(plan.folder, plan.noted)
        raise


def _begun(memory: "Memory", plans: list[Plan]) -> bool:
    """Whether some of what these plans name is erased."""
    for plan in plans:
        with memory.reading(scope=plan.scope) as reader:
            if any(reader.standing(one) == "erased" for one in plan.memories):
                return True
    return False


def _forgotten_in(memory: "Memory", plan: Plan) -> Swept:
    """Erase what is planned for one scope, in the store and then in every other file of it."""
    traces, left = _sweep_traces(memory, plan, frozenset())
    store = memory.store(plan.scope)
    noted = unfinished(plan.folder)
    if plan.told:
        with memory.writing(plan.scope, make=False) as transaction:
            done = _erased(transaction, plan, memory.voice)
            _note(plan.folder, [*noted, *plan.memories, *done.erased])
    else:
        done = Effects()
    with store.read() as reader:
        gone = copies.gone_from(reader, [*noted, *plan.memories, *done.erased])
        waiting = [one for one in noted if one not in gone.memories and reader.standing(one) not in ("", "awaited")]
        root = reader.root().root.hex()
        broken = sorted(reader.faults())
    if gone.memories:
        databases, unreached = _sweep_databases(memory, plan.folder, gone, store.path)
        more, untraced = _sweep_traces(memory, plan, gone.memories)
        cleaned = clean(
            memory, plan.found.texts, plan.found.rare, unsure=bool(plan.found.erased or plan.noted),
            everywhere=plan.scope == "global",
        )  # fmt: skip
        spoken, unheard = erasing_sessions.sweep(
            memory, plan.found.texts, (*plan.memories, *gone.memories), everywhere=plan.scope == "global"
        )
        left = [*unreached, *untraced, *unheard, *_sweep_beside(plan), *cleaned.left]
        traces += more + spoken
    else:
        databases, cleaned = [], Cleaned()
    if broken:
        left.append(f"the {' and the '.join(broken)} of the store may hold it still: `oldhand rebuild`")
    if (plan.folder / ERASING).exists():
        store.clear_log()  # while another process reads it stays, and the next write tries again
    if not left:
        _note(plan.folder, waiting)  # of another forgetting that was interrupted before it came to this store
    exports = written_out.holding(plan.folder, list(_needles(plan, gone)))
    return Swept(
        plan.scope, done.erased, tuple(after for _, after in done.remade), done.quarantined, tuple(databases), traces,
        tuple(exports), tuple(left), cleaned.still, (plan.folder / ERASING).exists(), root,
    )  # fmt: skip


def _erased(transaction: "Transaction", plan: Plan, voice: "Voice") -> Effects:
    """Erase what is planned in a change of the store, and see to what was made from it."""
    from oldhand.knowledge.admission import values_of
    from oldhand.knowledge.deriving import unsettle
    from oldhand.knowledge.standing import settle_contradictions

    if transaction.broken:
        raise Refused(BROKEN)
    going = [held.id for held in plan.told]
    done = unsettle(transaction, going, voice, REASON, erasing=True)
    going += done.erase
    for one in going:
        settle_contradictions(transaction, one, voice)
    spared = {
        before: frozenset(value for values in values_of(transaction, after) for value in values)
        for before, after in done.remade
    }
    return Effects(tuple(erase(transaction, going, voice, spared)), done.remade, done.quarantined)


def rehearsed(memory: "Memory", plan: Plan) -> Effects:
    """What erasing would do in one scope: it is done, and taken back. Raises as writing does, and Refused."""
    if not plan.told:
        return Effects()
    from oldhand.exchange.taking_in import change

    with change(lambda: memory.writing(plan.scope, make=False), dry_run=True) as transaction:
        return _erased(transaction, plan, memory.voice)


def still_saying(memory: "Memory", plans: Iterable[Plan]) -> list[str]:
    """The files of the project, and commits of its history, that say what goes, as the code index knows them."""
    return saying(memory, [text for plan in plans for text in plan.found.texts])


def exports_of(plan: Plan) -> list[str]:
    """The files written out of the store that hold what goes."""
    return written_out.holding(plan.folder, list(_needles(plan, Gone(frozenset(), frozenset()))))


def _needles(plan: Plan, gone: Gone) -> Iterator[bytes]:
    """What gives a file away that holds an erased memory: its words, plain and as JSON has them, else its id."""
    for text in plan.found.texts:
        yield text.encode("utf-8", "surrogatepass")
        yield json.dumps(text, ensure_ascii=False)[1:-1].encode("utf-8", "surrogatepass")
    if not plan.found.texts:
        for memory in (*plan.memories, *gone.memories):
            yield memory.encode()
            yield bytes.fromhex(memory)


def _sweep_databases(memory: "Memory", folder: Path, gone: Gone, present: Path) -> tuple[list[str], list[str]]:
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


def _sweep_traces(memory: "Memory", plan: Plan, more: frozenset[str]) -> tuple[int, list[str]]:
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


def _sweep_beside(plan: Plan) -> list[str]:
    """Remove what was gathered beside the store and may hold words of it: all of it can be made again."""
    from oldhand.store.anchor_checks import AnchorChecks

    left = []
    heads = [wording for held in plan.told for wording in held.wordings]
    mined = any(head.origin == "git" or head.origin.startswith("commit:") for head in heads)
    if mined or plan.found.erased or plan.noted:
        for path in plan.folder.glob(f"{HISTORY}*"):  # also what an interrupted reading left half written
            path.unlink(missing_ok=True)
    anchored = any(name.startswith("anchor/") for held in plan.told for name in registers(held.record))
    if anchored or plan.found.erased or plan.noted:
        for path in plan.folder.glob("anchors*.db"):
            try:
                AnchorChecks(plan.folder, path.name).remove()
            except OldhandError as error:
                left.append(f"{path}: {error}")
    return left


def unfinished(folder: Path) -> list[str]:
    """The memories that a forgetting has named that was interrupted, or could not reach every file."""
    try:
        if (folder / NOTE).stat().st_size > LARGEST_NOTE:
            return []
        said = json.loads((folder / NOTE).read_text("ascii"))
    except (OSError, ValueError, RecursionError):
        return []
    return [one for one in said if isinstance(one, str) and len(one) == 32 and not one.strip("0123456789abcdef")]


def _note(folder: Path, memories: Iterable[str]) -> None:
    """Note which memories are to be erased, before that is done; without any, the note goes."""
    whole = folder / f"{NOTE}.writing"
    if not (names := sorted(set(memories))):
        (folder / NOTE).unlink(missing_ok=True)
        whole.unlink(missing_ok=True)
        return
    try:
        descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, FILE_MODE)
        with open(descriptor, "w", encoding="ascii") as file:
            json.dump(names, file)
        put_in_place(whole, folder / NOTE)
    except OSError as error:
        raise NotWritable(folder, error.strerror) from None
