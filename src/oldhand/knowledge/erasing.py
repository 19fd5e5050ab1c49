"""Forgetting for good: what is erased goes from every file of ours, and what cannot be reached is named.

First a note of what goes (ids only) is put beside every store it goes from, and keyed digests of its words, by which
later transcripts are kept from bringing them back. Then each store is done, in one transaction, and after it its other
files: backups, replaced databases, the log of calls, what was gathered beside it. Its note stays until all that is
done. Interrupted anywhere, asking for the same once more goes on, in each store: a tombstone keeps the digests by which
what says the same is found.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from oldhand.errors import OldhandError, Refused, UnknownId
from oldhand.knowledge import erased_note, erased_words, erasing_graph, erasing_sessions
from oldhand.knowledge.erasing_about import telling_only_of
from oldhand.knowledge.erasing_files import needles, sweep_beside, sweep_databases, sweep_traces
from oldhand.knowledge.erasing_index import Cleaned, clean, saying
from oldhand.knowledge.erasing_plan import Effects, Plan, Swept, note, unfinished
from oldhand.knowledge.lineage import descendants
from oldhand.knowledge.trusting import strongest
from oldhand.model.identity import short
from oldhand.model.trust import RANK
from oldhand.store import copies, written_out
from oldhand.store.copies import Found, Gone
from oldhand.store.erasure import erase, values_ever
from oldhand.store.reader import Reader
from oldhand.store.session_blanking import Tells
from oldhand.store.store import ERASING

if TYPE_CHECKING:
    from pathlib import Path

    from oldhand.knowledge.erasing_records import Left
    from oldhand.memory import Memory
    from oldhand.model.trust import Voice
    from oldhand.store.reader import Held
    from oldhand.store.transaction import Transaction

REASON = "what it was made from was erased"
Also = Callable[[Tells, Sequence[str]], list[str]]
BROKEN = "A part of this memory is broken and must be mended first: `oldhand rebuild`."


def planned(memory: "Memory", names: list[str], scope: str) -> list[Plan]:
    """What goes when these memories are forgotten: they, and in the project's and the person's memory what says the
    same. Raises UnknownId and its kin, and Refused for who is trusted less than those who said it."""
    with memory.reading(scope=scope) as reader:
        ids = [reader.resolve(name) for name in names]
        standings = [reader.standing(one) for one in ids]
        if awaited := [name for name, stands in zip(names, standings, strict=True) if stands == "awaited"]:
            raise UnknownId(awaited[0])
        places = _scopes(memory, scope)
        noted = {place: tuple(unfinished(folder_of(memory, place))) for place in places}
        if set(standings) == {"erased"} and not any(noted.values()):  # done, and nothing is left of it
            gone = Found(tuple(ids), tuple(ids), (), frozenset(), (), frozenset())
            return [Plan(scope, folder_of(memory, scope), reader.root().root.hex(), gone, (), (), ())]
        first = copies.find(reader, ids)
    plans = []
    for place in places:
        with memory.reading(scope=place) as reader:
            found = first if place == scope else copies.find(reader, (), first.values)
            told = [held for one in (*found.named, *found.copies) if (held := reader.find(one)) and held.wordings]
            for held in told:
                if why := beyond(memory, held):
                    raise Refused(f"{why} `oldhand dispute {short(held.id)}` says that it is wrong.")
            made = descendants(reader, [held.id for held in told], ever=True) if told else []
            root = reader.root().root.hex()
        folder = folder_of(memory, place)
        plans.append(Plan(place, folder, root, found, tuple(told), tuple(made), noted[place]))
    return plans


def folder_of(memory: "Memory", scope: str) -> "Path":
    """The folder of the store of a scope."""
    return memory.store(scope).folder


def beyond(memory: "Memory", held: "Held") -> str:
    """Why a memory is not for this voice to erase; empty when it is."""
    if RANK[memory.trust] >= RANK[strongest(held.record)]:
        return ""
    said = f"{short(held.id)} was said or confirmed with the trust {strongest(held.record)}"
    return f"{said}; it cannot be erased with the trust {memory.trust}."


def _scopes(memory: "Memory", first: str) -> list[str]:
    """The scope that was asked for, and the other one where there is such a memory."""
    other = "global" if first == "project" else "project"
    there = memory.has_global() if other == "global" else memory.project.remembered
    return [first, other] if there else [first]


def forgotten(memory: "Memory", plans: list[Plan], also: Also = lambda says, erased: []) -> list[Swept]:
    """Erase what is planned, one scope after the other; one `Swept` for each plan that is due.

    also: what else is to be cleaned, by what tells whether a text says it and by ids, before the forgetting counts as
    finished; it returns what it could not clean. What goes is noted in every scope before anything is erased in one.
    Raises Refused while a part of one of the stores is broken, and the errors of writing; when nothing was erased yet,
    the notes are then as they were.
    """
    due = [plan for plan in plans if plan.due]
    for plan in due:
        with memory.reading(scope=plan.scope) as reader:
            if plan.told and reader.faults():
                raise Refused(BROKEN)
    words: dict[Path, int] = {}
    full = {plan.folder: erased_words.dropped(plan.folder) for plan in due}
    try:
        for plan in due:
            if plan.told:
                note(plan.folder, [*plan.noted, *plan.memories])
            words[plan.folder] = erased_words.note(plan.folder, memory.home, plan.found.texts)
        return [_forgotten_in(memory, _fitting(plan, full[plan.folder]), also) for plan in due]
    except (OldhandError, KeyboardInterrupt):
        if not _begun(memory, due):
            for plan in due:
                note(plan.folder, plan.noted)
                erased_words.take_back(plan.folder, words.get(plan.folder, 0))
        raise


def _fitting(plan: Plan, before: int) -> Plan:
    """The plan; it tells what does not fit any more into the note of its store, beyond so many digests."""
    if (more := erased_words.dropped(plan.folder)) <= before:
        return plan
    return plan._replace(left=(*plan.left, f"{plan.folder / erased_words.NOTE}: {erased_note.unfitting(more)}"))


def _begun(memory: "Memory", plans: list[Plan]) -> bool:
    """Whether some of what these plans name is erased."""
    for plan in plans:
        with memory.reading(scope=plan.scope) as reader:
            if any(reader.standing(one) == "erased" for one in plan.memories):
                return True
    return False


def _forgotten_in(memory: "Memory", plan: Plan, also: Also) -> Swept:
    """Erase what is planned for one scope, in the store and then in every other file of it."""
    traces, left = sweep_traces(memory, plan, frozenset())
    store = memory.store(plan.scope)
    noted = unfinished(plan.folder)
    if plan.told:
        with memory.writing(plan.scope, make=False) as transaction:
            done = erased_with_made(transaction, [held.id for held in plan.told], memory.voice, plan.anew)
            note(plan.folder, [*noted, *plan.memories, *done.erased])
    else:
        done = Effects()
    with store.read() as reader:
        gone = copies.gone_from(reader, [*noted, *plan.memories, *done.erased])
        waiting = [one for one in noted if one not in gone.memories and reader.standing(one) not in ("", "awaited")]
        root = reader.root().root.hex()
        broken = sorted(reader.faults())
    databases, cleaned = list[str](), Cleaned()
    if gone.memories:
        databases, unreached = sweep_databases(memory, plan.folder, gone, store.path)
        more, untraced = sweep_traces(memory, plan, gone.memories)
        cleaned = clean(
            memory, plan.found.texts, plan.found.rare, unsure=bool(plan.noted), everywhere=plan.scope == "global"
        )
        says = erasing_sessions.telling_of(memory, [plan])
        spoken, unheard = erasing_sessions.sweep(memory, says, (*plan.memories, *gone.memories))
        left = [*unreached, *untraced, *unheard, *sweep_beside(plan), *cleaned.left]
        left += erasing_graph.sweep(memory, plan.folder, gone.memories)
        left += also(says, sorted(gone.memories - {one.before for one in plan.anew}))  # their transcripts stay
        traces += more + spoken
    if broken:
        left.append(f"the {' and the '.join(broken)} of the store may hold it still: `oldhand rebuild`")
    if (plan.folder / ERASING).exists():
        store.clear_log()  # while another process reads it stays, and the next write tries again
    if not left:
        note(plan.folder, waiting)  # of another forgetting that was interrupted before it came to this store
    elif plan.brought:
        note(plan.folder, [*waiting, *plan.memories])  # so that `health` names it, and asking for it goes on
    exports = written_out.holding(plan.folder, list(needles(plan, gone)))
    return Swept(
        plan.scope, done.erased, tuple(after for _, after in done.remade), done.quarantined, tuple(databases), traces,
        tuple(exports), (*left, *plan.left), cleaned.still, (plan.folder / ERASING).exists(), root,
    )  # fmt: skip


def erased_with_made(
    transaction: "Transaction", ids: Iterable[str], voice: "Voice", anew: "Iterable[Left]" = ()
) -> Effects:  # fmt: skip
    """Erase memories in a change of the store with what tells of nothing else, and see to what was made from them.
    Raises Refused.

    anew: what is left of some of them, which takes their place.
    """
    from oldhand.knowledge.admission import values_of
    from oldhand.knowledge.deriving import unsettle
    from oldhand.knowledge.erasing_records import make_anew
    from oldhand.knowledge.standing import settle_contradictions

    if transaction.broken:
        raise Refused(BROKEN)
    going = list(ids)
    about = telling_only_of(Reader(transaction.connection), going)
    going += about
    done = unsettle(transaction, going, voice, REASON, erasing=True)
    going += [one for one in dict.fromkeys(done.erase) if one not in going]
    for one in going:
        settle_contradictions(transaction, one, voice)
    made = [(left.before, left.after) for left in anew if make_anew(transaction, left, voice)]
    done = done._replace(remade=(*done.remade, *made))
    spared = {
        before: frozenset(value for values in values_of(transaction, after) for value in values)
        for before, after in done.remade
    }
    # They go by their ids: another decision may have ended just so, or rest on the same.
    spared |= {one: _all_said(transaction, one) for one in about}
    return Effects(tuple(erase(transaction, going, voice, spared)), done.remade, done.quarantined)


def _all_said(transaction: "Transaction", memory: str) -> frozenset[str]:
    return frozenset(values_ever(transaction.connection, memory, transaction.record(memory)))


def rehearsed(memory: "Memory", plan: Plan) -> Effects:
    """What erasing would do in one scope: it is done, and taken back. Raises as writing does, and Refused."""
    if not plan.told:
        return Effects()
    from oldhand.exchange.taking_in import change

    with change(lambda: memory.writing(plan.scope, make=False), dry_run=True) as transaction:
        return erased_with_made(transaction, [held.id for held in plan.told], memory.voice, plan.anew)


def brought(memory: "Memory", scope: str, ids: Iterable[str], texts: Iterable[str]) -> list[Plan]:
    """The plans for what a merge has erased here: only the other files are left to do. texts: what these said here."""
    with memory.reading(scope=scope) as reader:
        found, root = copies.erased_lately(reader, ids, texts), reader.root().root.hex()
    plans = [Plan(scope, folder_of(memory, scope), root, found, (), (), (), brought=True)]
    if scope == "global" and memory.project.remembered:  # it may have been told in this project's sessions
        folder = folder_of(memory, "project")
        plans.append(Plan("project", folder, "", found._replace(named=()), (), (), tuple(unfinished(folder))))
    return plans


def still_saying(memory: "Memory", plans: Iterable[Plan]) -> list[str]:
    """The files of the project, and commits of its history, that say what goes, as the code index knows them."""
    return saying(memory, [text for plan in plans for text in plan.found.texts])


def exports_of(plan: Plan) -> list[str]:
    """The files written out of the store that hold what goes."""
    return written_out.holding(plan.folder, list(needles(plan, Gone(frozenset(), frozenset()))))
