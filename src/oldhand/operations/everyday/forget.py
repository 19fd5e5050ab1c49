"""The operation `forget`."""

from typing import TYPE_CHECKING, Literal, NamedTuple

from oldhand.errors import NeedsConsent, NotWritable, StoreBusy
from oldhand.knowledge.erasing import exports_of, planned, rehearsed, still_saying
from oldhand.knowledge.erasing_plan import Effects, Plan
from oldhand.knowledge.standing import retired
from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import DESTRUCTIVE, operation

if TYPE_CHECKING:
    from oldhand.sessions.forgetting_elsewhere import Done, Reached


ALREADY = "erased already"
LONGEST_NAMED = 60  # characters of a memory in the question


class Forgot(NamedTuple):
    """A memory that goes. scope: project, global, or `projects/` and the name of another project; outcome: erased,
    erased before (its other files were looked through once more), erased already (nothing was left to do), or retired,
    and in a dry run `would be` before it; why: it was named, it says the same, it quotes it
    (an engram or a handoff), or it holds words of one that goes; text: in a dry run only."""

    id: str
    scope: str
    outcome: str
    why: str
    text: str


class Forgotten(NamedTuple):
    """What was forgotten, and from where.

    dry_run: whether it was only asked what would go; soft: whether it was retired instead; memories: those that go,
    in each scope; derived: in a dry run what was made from it, now or once, and would stay as it is; remade,
    quarantined: what was made from it and was made anew without it (in a dry run by the ids of now), and what waits in
    review; databases: backups and replaced databases it was erased from, in a dry run those that would be looked
    through; traces: calls, and words of sessions, removed from the logs; exports: files elsewhere that still hold it;
    left: what could not be cleaned, and what to do; still: the project's own files, and commits of its history, that
    say it; pending: whether its last bytes go from the write-ahead log with the next write only, because another
    process reads.
    """

    dry_run: bool
    soft: bool
    memories: list[Forgot]
    derived: list[str]
    remade: list[str]
    quarantined: list[str]
    databases: list[str]
    traces: int
    exports: list[str]
    left: list[str]
    still: list[str]
    pending: bool
    root: str


@operation(DESTRUCTIVE)
def forget(
    memory: Memory, names: list[str], *, soft: bool = False, reason: str = "", dry_run: bool = False,
    yes: bool = False, scope: Literal["project", "global"] = "project",
) -> Forgotten:  # fmt: skip
    """Forget memories for good: their words leave every file of the store

    The database, its log and index, vectors, backups, the logs of calls and of sessions; also in your global memory
    and wherever else the same is said. A tombstone stays, so that the words do not come back with an
    import or a backup. What was made from them is made anew or waits in review. Exports and other
    copies outside the store are named, and so are files of the project that say the same. This cannot
    be taken back; --soft retires instead, which can.

    Parameters
    names: the memories, each as at least 6 characters of its id
    soft: retire them: recall passes them over, nothing is lost, `restore` brings them back
    reason: why, with --soft; what is erased keeps no reason
    dry_run: tell what would go, and change nothing
    yes: go on without asking
    scope: where the named ones are: project, or global for your own memory of all projects
    """
    if soft:
        return _retired(memory, names, reason, dry_run, scope)
    plans = planned(memory, names, scope)
    if not any(plan.due for plan in plans):
        return _before(plans, dry_run)
    from oldhand.sessions.forgetting import emptied, recorded
    from oldhand.sessions.forgetting_elsewhere import forget_everywhere

    plans = recorded(memory, plans)
    if dry_run:
        return _told(memory, plans)
    going = sum(len(plan.told) for plan in plans)
    if going and not yes:
        raise NeedsConsent(_warning(plans, going, _elsewhere_too(memory, plans)))
    emptied(memory)
    plans = recorded(memory, planned(memory, names, scope))  # what hooks left may have become a handoff or an engram
    try:
        done = forget_everywhere(memory, plans)
    except KeyboardInterrupt:
        raise KeyboardInterrupt("Some may be erased already; the same command goes on.") from None
    memory.trace_detail = {"erased": sum(len(one.erased) for one in done.swept) + len(done.reached.erased)}
    return _done(memory, plans, done)


def _before(plans: list[Plan], dry_run: bool) -> Forgotten:
    """All of it was erased before, and everything was done then."""
    told = [Forgot(one, plan.scope, ALREADY, "it was named", "") for plan in plans for one in plan.memories]
    return Forgotten(dry_run, False, told, [], [], [], [], 0, [], [], [], False, plans[0].root)


def _elsewhere_too(memory: Memory, plans: list[Plan]) -> "Reached":
    """What a global forgetting would come to in other projects; nothing where it is not global."""
    from oldhand.sessions.forgetting_elsewhere import Reached, would_go

    if not any(plan.scope == "global" and plan.due for plan in plans):
        return Reached()
    return would_go(memory, [text for plan in plans for text in plan.found.texts])


def _warning(plans: list[Plan], going: int, there: "Reached") -> str:
    from oldhand.recall.render import clipped

    told = [held for plan in plans for held in plan.told]
    texts = [f'{short(held.id)} "{clipped(" ".join(held.text.split()), LONGEST_NAMED)}"' for held in told]
    more = f" and {len(texts) - 3} more" if len(texts) > 3 else ""
    many = "1 memory" if going == 1 else f"{going} memories"
    anew = sum(len(plan.anew) for plan in plans)
    kept = f" Of {anew} that only quote it the rest is kept." * bool(anew)
    names = dict.fromkeys(name for name, _ in there.erased)
    if names:
        records = f"{len(there.erased)} record{'s' * (len(there.erased) != 1)}"
        kept += f" It is taken out of {records} of sessions in {', '.join(names)} too."
    return f"This erases {many} for good, in backups too: {', '.join(texts[:3])}{more}.{kept} It cannot be taken back."


def _retired(memory: Memory, names: list[str], reason: str, dry_run: bool, scope: str) -> Forgotten:
    told = []
    if dry_run:
        with memory.reading(scope=scope) as reader:
            for name in names:
                held = reader.get(reader.resolve(name))
                told.append(Forgot(held.id, scope, "would be retired", "it was named", held.text))
            root = reader.root().root.hex()
        return Forgotten(True, True, told, [], [], [], [], 0, [], [], [], False, root)
    with memory.writing(scope, make=False) as transaction:
        for name in names:
            stood = retired(transaction, name, memory.voice, reason)
            told.append(Forgot(stood.id, scope, "retired", "it was named", ""))
    return Forgotten(False, True, told, [], [], [], [], 0, [], [], [], False, transaction.root.hex())


def _told(memory: Memory, plans: list[Plan]) -> Forgotten:
    """What would go: it is done and taken back, so that nothing else goes when it is done."""
    from oldhand.store.copies import databases

    memories, derived, remade, waiting, exports = list[Forgot](), list[str](), list[str](), list[str](), list[str]()
    left = list[str]()
    for plan in plans:
        texts = {held.id: held.text for held in plan.told}
        for one in plan.memories:
            outcome = "erased before" if one in plan.found.erased else "would be erased"
            memories.append(Forgot(one, plan.scope, outcome, plan.why(one), texts.get(one, "")))
        done = _effects(memory, plan)
        with memory.reading(scope=plan.scope) as reader:
            too = [held for one in done.erased if one not in plan.memories and (held := reader.find(one))]
        why = "it holds words of one that goes"
        memories += [Forgot(held.id, plan.scope, "would be erased", why, held.text) for held in too]
        remade += [before for before, _ in done.remade]
        waiting += done.quarantined
        derived += [one for one in plan.derived if one not in {*done.erased, *done.quarantined}]
        exports += exports_of(plan)
        left += plan.left
    there = _elsewhere_too(memory, plans)
    memories += [_elsewhere(name, one, "would be erased") for name, one in there.erased]
    left += there.left
    looked = [str(path) for plan in plans if plan.due for path in databases(plan.folder)]
    return Forgotten(
        True, False, memories, derived, remade, waiting, looked, 0, list(dict.fromkeys(exports)), left,
        _apart(memory, still_saying(memory, plans), exports), False, plans[0].root,
    )  # fmt: skip


def _effects(memory: Memory, plan: Plan) -> Effects:
    """What erasing would do to others; nothing is known of it where nothing can be written."""
    try:
        return rehearsed(memory, plan)
    except (NotWritable, StoreBusy):
        return Effects()


def _apart(memory: Memory, still: list[str], exports: list[str]) -> list[str]:
    """The files that say it and are not named as exports already."""
    known = set(exports)
    return [one for one in dict.fromkeys(still) if str(memory.project.tree / one) not in known]


def _elsewhere(project: str, memory: str, outcome: str) -> Forgot:
    return Forgot(memory, f"projects/{project}", outcome, "it quotes it", "")


def _done(memory: Memory, plans: list[Plan], done: "Done") -> Forgotten:
    memories = []
    for plan, swept in zip([plan for plan in plans if plan.due], done.swept, strict=True):
        for one in dict.fromkeys((*plan.memories, *swept.erased)):
            outcome = "erased" if one in swept.erased else "erased before"
            why = plan.why(one) if one in plan.memories else "it held words of one that was erased"
            memories.append(Forgot(one, plan.scope, outcome, why, ""))
    memories += [_elsewhere(name, one, "erased") for name, one in done.reached.erased]
    exports = [one for swept in done.swept for one in swept.exports]
    still = [one for swept in done.swept for one in swept.still]
    return Forgotten(
        False, False, memories, [], [*(one for swept in done.swept for one in swept.remade), *done.reached.anew],
        [one for swept in done.swept for one in swept.quarantined],
        [*(one for swept in done.swept for one in swept.databases), *done.reached.databases],
        sum(swept.traces for swept in done.swept) + done.reached.changed, exports,
        [*(one for swept in done.swept for one in swept.left), *done.reached.left], _apart(memory, still, exports),
        any(swept.pending for swept in done.swept), done.swept[0].root,
    )  # fmt: skip
