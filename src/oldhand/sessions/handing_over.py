"""Handing over: which checkpoint is meant, whether it still holds, and who takes it up (`orienting`: the opening)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from oldhand.errors import AmbiguousSession, Refused, UnknownHandoff, UnknownId
from oldhand.model.identity import SHORTEST_PREFIX
from oldhand.recall.render import headline
from oldhand.sessions.handed import HANDOFF, KIND, TAKEN, Handed, by_person, handed, made_at, taker
from oldhand.sessions.handoff_lines import SHOWN_COMMIT, SHOWN_SESSION, sections_of, within
from oldhand.sessions.orienting import MOST_LOOKED_AT, STANDING, beside_of, harmless, several
from oldhand.sessions.working_tree import GONE, UNREAD, Since, digests, since
from oldhand.store.reader import Held, Reader

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.model.trust import Voice
    from oldhand.sessions.working_tree import Tree
    from oldhand.store.transaction import Transaction

BUDGET = 500  # tokens: what a session may be told at its opening (HOUSE.md section 8)
MOST_COMMITS = 5  # since then that are named
MOST_FILES = 12  # changed since then that are named
MOST_MEMORIES = 8  # that changed since then and are named
MOST_NAMED = 8  # sessions that are named where a name may mean several


class FileNow(NamedTuple):
    """A file that a session touched, as it is now. path: from the top of the working tree; state: same, changed,
    gone, back (it was gone then) or unread."""

    path: str
    state: str


class MemoryNow(NamedTuple):
    """A memory that was told to a session and is not now what it was then. id: of the memory; state: its standing,
    or reworded; text: what it says now, empty when that is not told."""

    id: str
    state: str
    text: str


class Resumed(NamedTuple):
    """A checkpoint, checked against the working tree and the memory of now.

    moved: what is to be said about branch and commit, empty when both are as they were; commits: how many there are
    since, latest: the newest of them; files: those touched, with their state; same: how many of them are as they were;
    memories: those that changed since; others: sessions that took it up too; beside: where a person worded it, what
    an agent or the log says of the same session.
    """

    handed: Handed
    moved: str
    commits: int
    latest: list[str]
    files: list[FileNow]
    same: int
    memories: list[MemoryNow]
    others: list[str]
    beside: list[Handed]


# -- which one ------------------------------------------------------------------------------------------


def named(reader: Reader, name: str) -> Held:
    """The checkpoint that a name means: that of a session by the beginning of its name, else a memory's id.

    Raises UnknownHandoff, AmbiguousSession, UnknownId and its kin.
    """
    wanted = name.strip().casefold()
    found = [
        one for one in several(reader, MOST_LOOKED_AT * 10, (*STANDING, "retired"))
        if wanted and str(one.wordings[-1].content.get("session", "")).casefold().startswith(wanted)
    ]  # fmt: skip
    sessions = {str(one.wordings[-1].content["session"]) for one in found}
    if len(sessions) == 1:
        standing = [one for one in found if one.standing in STANDING] or found
        return next((one for one in standing if by_person(one)), standing[0])
    try:
        held = reader.get(reader.resolve(name)) if len(wanted) >= SHORTEST_PREFIX else None
    except UnknownId:
        held = None
    if held is None or held.kind != KIND or not held.wordings:
        if found:
            raise AmbiguousSession(name, ", ".join(sorted(sessions)[:MOST_NAMED]))
        raise UnknownHandoff(f"'{name}'")
    return held


# -- checking it -----------------------------------------------------------------------------------------


def checked(memory: "Memory", reader: Reader, held: Held, tree: "Tree", mine: str = "") -> Resumed:
    """A checkpoint and what of it does not hold any more."""
    one = handed(held)
    after = since(memory, one.commit, MOST_COMMITS)
    beside = beside_of(reader, held)
    touched = {file.path: file for part in (*beside, one) for file in part.files}
    now = digests(memory, touched)
    files = [FileNow(path, _state(file.digest, now.get(path, UNREAD))) for path, file in touched.items()]
    files.sort(key=lambda file: file.state == "same")
    same = sum(file.state == "same" for file in files)
    others = [taken.session for taken in one.taken if taken.session != taker(mine)]
    memories = _memories_now(reader, held, [name for part in (one, *beside) for name in (*part.decided, *part.told)])
    return Resumed(
        one, _moved(one, tree, after), after.number, list(after.latest), files, same, memories, others, beside
    )  # fmt: skip


def _state(then: str, now: str) -> str:
    if UNREAD in (then, now):
        return UNREAD
    if then == now:
        return "same"
    return GONE if now == GONE else "back" if then == GONE else "changed"


def _moved(one: Handed, tree: "Tree", after: Since) -> str:
    """What is to be said of the branch and the commit now."""
    if not tree.commit and not tree.branch:
        return "" if not one.commit else "there is no git here now"
    parts = []
    if one.branch != tree.branch:
        parts.append(f"it was on {one.branch or 'no branch'}, you are on {tree.branch or 'no branch'}")
    if after.away:
        parts.append(f"it was at {one.commit[:SHOWN_COMMIT]}; {after.away}")
    elif after.number:
        parts.append(f"{after.number} commit{'s' * (after.number != 1)} since {one.commit[:SHOWN_COMMIT]}")
    return "; ".join(parts)


def _memories_now(reader: Reader, then: Held, names: Sequence[str]) -> list[MemoryNow]:
    """The memories of a checkpoint that were reworded, replaced or put away since."""
    found: dict[str, MemoryNow] = {}
    moment = made_at(then)
    for name in names:
        try:
            held = reader.get(reader.resolve(name))
        except UnknownId:
            continue  # it was never here, or its name has become ambiguous
        state = held.standing if held.standing != "active" else "reworded" if held.updated > moment else ""
        if state:
            text = held.text if held.standing in (*STANDING, "superseded", "retired") else ""
            found[held.id] = MemoryNow(held.id, state, text)
    return list(found.values())[:MOST_MEMORIES]


# -- taking it up ----------------------------------------------------------------------------------------


def take_up(transaction: "Transaction", held: Held, session: str, voice: "Voice") -> bool:
    """Note that a session goes on from a checkpoint; whether that was new. Its own it does not take up."""
    name = taker(session)
    if not name or taker(str(held.wordings[-1].content.get("session", ""))) == name or f"{TAKEN}{name}" in held.tags:
        return False
    transaction.emit("set", held.id, voice.actor, voice.origin, {"tags": [f"{TAKEN}{name}"]})
    return True


# -- telling it ------------------------------------------------------------------------------------------


def lines_of(one: Resumed, mine: str, branch: str, budget_tokens: int = BUDGET) -> list[str]:
    """A checked checkpoint as lines for an agent, within a budget."""
    sections = sections_of(one.handed, taker(mine), branch, one.beside)
    head, rest = sections[:1], [part for part in sections[1:] if part[0] not in ("FILES", "TAKEN", "COMMITS")]
    differs = [file for file in one.files if file.state != "same"]
    checks: list[tuple[str, list[str]]] = []
    if one.others:
        checks.append(("TAKEN", [f"session {name[:SHOWN_SESSION]} goes on with it too" for name in one.others]))
    if one.moved:
        checks.append(("MOVED", [one.moved]))
    if differs:
        named_ = [f"{file.path} {file.state}" for file in differs[:MOST_FILES]]
        checks.append(("SINCE", [*named_, *_more(len(differs), MOST_FILES)]))
    checks += [("NOW", [_memory_line(found) for found in one.memories])] if one.memories else []
    held = [f"{one.same} of {len(one.files)} as they were"] if one.files else []
    tail = [("FILES", [*held, *(file.path for file in one.files if file.state == "same")])] if one.files else []
    commits = [("COMMITS SINCE", one.latest)] if one.latest else []
    return within([*harmless([*head, *checks, *rest, *commits]), *tail], budget_tokens)


def _more(number: int, shown: int) -> list[str]:
    return [f"{number - shown} more"] if number > shown else []


def _memory_line(found: MemoryNow) -> str:
    text = f": {headline('', found.text)}" if found.text else ""
    return f"{found.id[:SHORTEST_PREFIX]} is {found.state}{text}"


# -- at the end of sessions that said nothing ---------------------------------------------------------------


def left_over(memory: "Memory", most: int = 5) -> int:
    """Hand over for sessions that are over and of which something came in since their last checkpoint; how many.

    What agents did not say is told from the log. Called when the spool was drained; bounded by `most` sessions.
    Raises the errors of the store.
    """
    from oldhand.sessions.checkpoints import Said, keep
    from oldhand.sessions.ending import ended

    done = 0
    for session in ended(memory, most):
        try:
            keep(memory, session, Said(), HANDOFF, by_itself=True)
        except Refused:
            continue  # what it would say was rejected or erased: it is not said again
        done += 1
    return done
