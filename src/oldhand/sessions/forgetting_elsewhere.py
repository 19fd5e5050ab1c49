"""Forgetting in other projects what the person's own memory held: it may have been told in any of them.

Each known project is reached at once where that can be: its spool is read, its engrams and handoffs that quote it are
erased, its log and transcripts lose the words. One that is not there, is locked or comes too late does it by itself:
at its next draining it goes through what the person's own memory has forgotten since it last did (the keyed digests
of `knowledge.erased_words`, so no word has to be kept for that).
"""

import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.code.project import STORE_FOLDER
from oldhand.errors import OldhandError
from oldhand.knowledge import erased_words
from oldhand.model.identity import short
from oldhand.sessions.forgetting import emptied, quoting
from oldhand.store.acceptance import LIST, mark_of
from oldhand.store.own_folders import own
from oldhand.store.regular_files import open_regular
from oldhand.store.session_blanking import Knowing
from oldhand.store.traces import Trace

if TYPE_CHECKING:
    from oldhand.knowledge.erasing_plan import Plan, Swept
    from oldhand.memory import Memory
    from oldhand.store.session_blanking import Tells

GLOBAL = "global"  # the folder of the person's own memory, and its scope
MOST_MS = 60_000  # spent on other projects: who waits for a forgetting is told the rest
MOST_LISTED = 10_000  # stores in the person's list that are looked at
LONGEST_PATH = 4096  # bytes: the longest that Linux opens
MARK = "forgotten"  # in the log: how far it was gone through
LATER = "its next `oldhand session drain` does it"  # or whatever else drains: the MCP server, git's hook, `doctor`


class Done(NamedTuple):
    """What a forgetting did. swept: in the project and in the person's own memory, for each plan that was due; reached:
    in other projects."""

    swept: "list[Swept]"
    reached: "Reached"


class Reached(NamedTuple):
    """What was done in other projects. erased: (project, memory); databases: that held some; changed: rows and files
    that lost words; left: what could not be done there, and who does it; anew: what is left of the erased."""

    erased: tuple[tuple[str, str], ...] = ()
    databases: tuple[str, ...] = ()
    changed: int = 0
    left: tuple[str, ...] = ()
    anew: tuple[str, ...] = ()


def forget_everywhere(memory: "Memory", plans: "Sequence[Plan]") -> Done:
    """Erase what is planned, here and in every file and project that it was told in. Raises as `forgotten` does."""
    from oldhand.knowledge.erasing import forgotten

    texts = [text for plan in plans for text in plan.found.texts]
    told_anywhere = any(plan.scope == GLOBAL and plan.due for plan in plans)
    if told_anywhere:
        _empty_others(memory)
    before = erased_words.latest(memory.home / GLOBAL)
    swept = forgotten(memory, list(plans), lambda says, erased: _transcripts(memory, says, erased))
    if not told_anywhere:
        return Done(swept, Reached())
    if memory.project.remembered:
        _carried(memory, memory.project.store, before)
    values = frozenset(value for plan in plans for value in plan.found.values)
    return Done(swept, reach(memory, texts, [one for plan in plans for one in plan.memories], values, before))


def _carried(memory: "Memory", store: Path, before: int) -> None:
    """Note that a project was gone through, unless an earlier forgetting than this one was not carried there yet.

    before: the number of the latest one before this.
    """
    if erased_words.carried(store) == before:
        erased_words.set_carried(store, erased_words.latest(memory.home / GLOBAL))


def _empty_others(memory: "Memory") -> None:
    """Read what hooks left in other projects, before its words are known as forgotten: then it is told what goes."""
    until = time.monotonic() + MOST_MS / 1000
    for _, store in others(memory)[0]:
        if time.monotonic() > until:
            return  # what waits there is read without these words later
        try:
            with memory.beside(store) as other:
                emptied(other)
        except (OldhandError, OSError):
            continue  # `reach` comes there once more, and tells of it


def _transcripts(memory: "Memory", says: "Tells", erased: Sequence[str]) -> list[str]:
    """Take the same words out of the transcripts that are kept with engrams; what could not be cleaned."""
    from oldhand.sessions.engram_transcript import blank

    try:
        if memory.project.remembered:
            blank(memory.project.store, says, erased)
    except OSError as error:
        return [f"{memory.project.store}: a transcript cannot be changed ({error.strerror or error})"]
    return []


def others(memory: "Memory") -> tuple[list[tuple[str, Path]], int]:
    """(name, folder of its store) of the person's other projects: those made known by name, and those of which the
    list of their stores tells the place. And how many listed stores are not where they are known to be."""
    here = memory.project.store.resolve() if memory.project.remembered else None
    found = {(folder / STORE_FOLDER).resolve(): name for name, folder in memory.known_projects().items()}
    listed = _listed(memory.home / LIST)
    for mark, place in listed:
        if place and mark_of(place) == mark:
            found.setdefault(place.resolve(), place.parent.name)
    met = {mark_of(store) for store in (*found, *([here] if here else ()))}
    return [(name, store) for store, name in found.items() if store != here], sum(mark not in met for mark, _ in listed)


def _listed(folder: Path) -> list[tuple[str, Path | None]]:
    """(mark, the store's folder when that is told) of each store in the person's list."""
    found: list[tuple[str, Path | None]] = []
    try:
        entries = sorted(entry.name for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False))
    except OSError:
        return []
    for name in entries[:MOST_LISTED]:
        try:
            with open_regular(folder / name) as file:
                said = os.fsdecode(file.read(LONGEST_PATH).removesuffix(b"\n"))
        except OSError:
            said = ""
        found.append((name, Path(said) if os.path.isabs(said) else None))
    return found


def would_go(memory: "Memory", texts: Sequence[str]) -> Reached:
    """The records of sessions in other projects that quote these texts, for a dry run; nothing is changed."""
    from oldhand.knowledge.erasing_sessions import telling

    found: list[tuple[str, str]] = []
    known, left = _there(memory)
    for name, store in known if texts else ():
        try:
            with memory.beside(store) as other, other.reading() as reader:
                found += [(name, one) for one in quoting(reader, telling(texts))]
        except OldhandError as error:
            left.append(_later(name, error))
    return Reached(tuple(found), left=tuple(left))


def reach(
    memory: "Memory", texts: Sequence[str], ids: Iterable[str], values: frozenset[str] = frozenset(), before: int = 0
) -> Reached:  # fmt: skip
    """Take these texts and ids out of what sessions left in every other known project. Raises nothing of ours.

    values: digests of them: what a project remembers by itself and says the same is its own, and named; before: the
    number of the forgetting before this one.
    """
    from oldhand.knowledge.erasing_sessions import telling

    done, until = Reached(), time.monotonic() + MOST_MS / 1000
    says, names = telling(texts), tuple(ids)
    known, missing = _there(memory)
    for number, (name, store) in enumerate(known):
        memory.progress(number, len(known), "Forgetting in other projects")
        if time.monotonic() > until:
            done = done._replace(left=(*done.left, f"project {name}: {store} was not come to; {LATER}"))
            continue
        try:
            with memory.beside(store) as other:
                there = _cleaned(other, name, says, names)
                there = there._replace(left=(*there.left, *_saying(other, name, values)))
                _carried(memory, other.project.store, before)
        except (OldhandError, OSError) as error:
            done = done._replace(left=(*done.left, _later(name, error)))
            continue
        done = Reached(
            done.erased + there.erased, done.databases + there.databases, done.changed + there.changed,
            done.left + there.left, done.anew + there.anew,
        )  # fmt: skip
    return done._replace(left=(*done.left, *missing))


def _there(memory: "Memory") -> tuple[list[tuple[str, Path]], list[str]]:
    """The other projects whose stores are where they are known to be; what is told of the rest."""
    known, unknown = others(memory)
    there = [(name, store) for name, store in known if store.is_dir()]
    gone = [(name, store) for name, store in known if not store.is_dir()]
    left = [f"project {name}: {store.parent} is not there; {LATER}" for name, store in gone]
    return there, [*left, *_unknown(unknown - len(gone))]  # these are in the list of stores too


def _unknown(count: int) -> list[str]:
    """What is told of stores of the person's that were not found: moved, removed, or never told of here."""
    if count <= 0:
        return []
    said = "1 other store of yours was" if count == 1 else f"{count:,} other stores of yours were"
    when = "is next drained (`oldhand session drain`, the MCP server, a commit)"
    return [f"{said} not found (not registered, moved or removed); what sessions there tell of it goes when it {when}"]


def catch_up(memory: "Memory", until: float) -> bool:
    """Go through what the person's own memory has forgotten since this project last did; whether it is done.

    until: of `time.monotonic`; what is not done by then goes on the next time. Raises as the log and the store.
    """
    store, whole = memory.project.store, memory.home / GLOBAL
    before, newest = erased_words.carried(store), erased_words.latest(whole)
    if newest == before:
        return True
    before = before if before < newest else 0  # noted in a note that was lost since: all of this one is gone through
    words = erased_words.ErasedWords(memory.home, whole, after=before)
    if words.any():
        log, mark, tells = memory.session_log(), f"{MARK} {newest}", Knowing(words.says, words.without)
        said = log.mark(mark)
        place: int | None = int(said) if said.isdecimal() else 0
        while place is not None:
            if time.monotonic() > until:
                log.set_mark(mark, str(place))
                return False
            place, _ = log.blank_events(tells, place)
        _note(memory, _cleaned(memory, "", tells, (), gone_through=True))
        if said:
            log.set_mark(mark, "")
    erased_words.set_carried(store, newest)
    return True


def _note(memory: "Memory", done: Reached) -> None:
    """Note in the log of operations what went here since the person's own memory forgot it: nobody was asked here."""
    if not (done.erased or done.changed or done.left):
        return
    if not memory.store().writable:
        return
    detail: dict[str, Any] = {
        "of": "what your own memory forgot", "erased": [short(one) for _, one in done.erased],
        "anew": [short(one) for one in done.anew], "left": list(done.left),
    }  # fmt: skip
    memory.traces().add(Trace(memory.now(), memory.surface, "forget", "destructive", 0, "ok", detail))


def _cleaned(
    other: "Memory", name: str, says: "Tells", ids: Sequence[str], *, gone_through: bool = False
) -> Reached:  # fmt: skip
    """Erase in one project what quotes it, and take the words out of its log and its transcripts.

    gone_through: whether the events of the log were looked through already.
    """
    from oldhand.knowledge.erasing import beyond, erased_with_made
    from oldhand.knowledge.erasing_files import sweep_databases
    from oldhand.knowledge.erasing_records import left_of
    from oldhand.knowledge.erasing_sessions import cleaned
    from oldhand.sessions.engram_transcript import blank
    from oldhand.store.copies import gone_from

    with other.reading() as reader:
        held = [one for memory in quoting(reader, says) if (one := reader.find(memory))]
    mine = [one for one in held if not beyond(other, one)]
    going, anew = [one.id for one in mine], [rest for one in mine if (rest := left_of(one, says))]
    left = [f"project {name}: {short(one.id)} quotes it. {why}" for one in held if (why := beyond(other, one))]
    erased: tuple[str, ...] = ()
    databases: list[str] = []
    if going:
        with other.writing(make=False) as transaction:
            erased = erased_with_made(transaction, going, other.voice, anew).erased
        with other.reading() as reader:
            gone = gone_from(reader, erased)
        store = other.store()
        databases, unreached = sweep_databases(other, store.folder, gone, store.path)
        left += [f"project {name}: {one}" for one in unreached]
    changed, more = cleaned(other, says, (*ids, *erased), events=not gone_through)
    left += [f"project {name}: {one}" for one in more]
    if own(other.project.store / "transcripts"):
        gone_whole = set(erased) - {one.before for one in anew}
        changed += blank(other.project.store, says, gone_whole)
    return Reached(
        tuple((name, one) for one in erased), tuple(databases), changed, tuple(left), tuple(one.after for one in anew)
    )


def _saying(other: "Memory", name: str, values: frozenset[str]) -> list[str]:
    """What is told of a project's own memories that say the same."""
    from oldhand.store.copies import find

    with other.reading() as reader:
        same = find(reader, (), values).copies if values else ()
    if not same:
        return []
    names = " ".join(map(short, same))
    return [f"project {name}: its own memory says the same; `oldhand forget {names} --folder {other.project.root}`"]


def _later(name: str, error: Exception) -> str:
    return f"project {name}: {' '.join(str(error).split())} There {LATER}"
