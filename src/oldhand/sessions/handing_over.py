"""Handing over: what the next session is told of where the last one stopped, and whether that still holds.

The orientation asks no clock: how old a handoff is, is reckoned against the memory's latest change. The same memory,
session and branch give the same bytes.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.checkout import checkout
from oldhand.errors import Refused, UnknownHandoff, UnknownId
from oldhand.knowledge.trusting import opens
from oldhand.model.identity import SHORTEST_PREFIX
from oldhand.model.tokens import estimate
from oldhand.model.visible import fenced
from oldhand.recall.render import clipped, headline
from oldhand.sessions.checkpoints import (
    HANDOFF,
    KIND,
    SAID,
    TAKEN,
    Handed,
    handed,
    made_at,
    memory_of,
    taker,
    tells_something,
)
from oldhand.sessions.claims import marked, unlabelled
from oldhand.sessions.working_tree import GONE, UNREAD, Since, digests, since
from oldhand.store.by_kind import of_kind
from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import Shelf

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.model.trust import Voice
    from oldhand.sessions.working_tree import Tree
    from oldhand.store.transaction import Transaction

BUDGET = 500  # tokens: what a session may be told at its opening (HOUSE.md section 8)
ORIENTATION = 160  # tokens of the opening context that an orientation takes at most, beside the briefing
STANDING = ("active", "contested")
MOST_LOOKED_AT = 40  # latest checkpoints among which the one for this branch is looked for
MOST_COMMITS = 5  # since then that are named
MOST_FILES = 12  # changed since then that are named
MOST_MEMORIES = 8  # that changed since then and are named
LONGEST_PART = 300  # characters of one item in a line for an agent
LONGEST_TEXT = 600  # characters of what a session is about there
FEW = 6  # items of one section that an opening has room for
SHOWN_SESSION = 8  # characters of a session's name
SHOWN_COMMIT = 7
DAY_MS = 86_400_000
_OURS = str.maketrans({"|": "/"})  # what parts items in a line


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
    memories: those that changed since; others: sessions that took it up too.
    """

    handed: Handed
    moved: str
    commits: int
    latest: list[str]
    files: list[FileNow]
    same: int
    memories: list[MemoryNow]
    others: list[str]


# -- which one ------------------------------------------------------------------------------------------


def latest(reader: Reader, branch: str, *, mine: str = "", without: bool = False) -> Held | None:
    """The checkpoint to go on from: this session's own, else the latest of this branch, else the latest of all.

    One that tells nothing, as of a session that only looked, does not push out one that does.

    mine: the session that asks; without: its own is left out.
    """
    own = reader.find(memory_of(mine)) if mine else None
    if own is not None and own.standing in STANDING and not without:
        return own
    found = several(reader, MOST_LOOKED_AT)
    found = [one for one in found if own is None or one.id != own.id]
    found = [one for one in found if tells_something(one)] or found
    here = [one for one in found if str(one.wordings[-1].content.get("branch", "")) == branch]
    return next(iter(here or found), None)


def several(reader: Reader, most: int, standings: tuple[str, ...] = STANDING) -> list[Held]:
    """The latest checkpoints and handoffs that stand so, the newest first."""
    names = of_kind(reader, KIND, most, standings=standings)
    found = [one for one in reader.several(names, Shelf(standings)) if one.wordings]
    return sorted(found, key=lambda one: (-made_at(one), one.id))


def named(reader: Reader, name: str) -> Held:
    """The checkpoint that a name means: that of a session by the beginning of its name, else a memory's id.

    Raises UnknownHandoff, UnknownId and its kin.
    """
    wanted = name.strip().casefold()
    found = [
        one for one in several(reader, MOST_LOOKED_AT * 10, (*STANDING, "retired"))
        if wanted and str(one.wordings[-1].content.get("session", "")).casefold().startswith(wanted)
    ]  # fmt: skip
    if len(found) == 1:
        return found[0]
    try:
        held = reader.get(reader.resolve(name)) if len(wanted) >= SHORTEST_PREFIX else None
    except UnknownId:
        held = None
    if held is None or held.kind != KIND or not held.wordings:
        if found:
            raise UnknownHandoff(f"one session alone: {len(found)} begin with '{name}'")
        raise UnknownHandoff(f"'{name}'")
    return held


# -- checking it -----------------------------------------------------------------------------------------


def checked(memory: "Memory", reader: Reader, held: Held, tree: "Tree", mine: str = "") -> Resumed:
    """A checkpoint and what of it does not hold any more."""
    one = handed(held)
    after = since(memory, one.commit, MOST_COMMITS)
    now = digests(memory, [file.path for file in one.files])
    files = [FileNow(file.path, _state(file.digest, now.get(file.path, UNREAD))) for file in one.files]
    files.sort(key=lambda file: file.state == "same")
    same = sum(file.state == "same" for file in files)
    others = [taken.session for taken in one.taken if taken.session != taker(mine)]
    memories = _memories_now(reader, held, [*one.decided, *one.told])
    return Resumed(one, _moved(one, tree, after), after.number, list(after.latest), files, same, memories, others)


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


def orientation(
    memory: "Memory", session: str = "", budget_tokens: int = ORIENTATION, branch: str | None = None
) -> list[str]:  # fmt: skip
    """What a session is told of where the last one stopped, as lines ready for an agent, each safe inside the fence.

    session: which begins, or goes on after a compaction: its own checkpoint comes first; branch: None reads it from
    git's own files. Nothing when there is no checkpoint, when it is older than `continuity.days` against the latest
    change of the memory, or when it may not open a session. The same root, session and branch give the same bytes.
    Starts no process and writes nothing. Raises what reading the store raises.
    """
    branch = _branch(memory) if branch is None else branch
    held = _opening(memory, session, branch)
    return within(_harmless(_told(handed(held), taker(session), branch)), budget_tokens) if held is not None else []


def orientation_memory(memory: "Memory", session: str = "", branch: str | None = None) -> str:
    """The id of the checkpoint that `orientation` tells of; empty when it tells nothing."""
    held = _opening(memory, session, _branch(memory) if branch is None else branch)
    return held.id if held is not None else ""


def _branch(memory: "Memory") -> str:
    return checkout(memory.project.tree).branch if memory.project.git else ""


def _opening(memory: "Memory", session: str, branch: str) -> Held | None:
    """The checkpoint that a session is told of at its opening, if any."""
    days = int(memory.setting("continuity.days"))
    if not days:
        return None
    with memory.reading() as reader:
        held = latest(reader, branch, mine=session)
        if held is None or not opens(reader, held):
            return None
        return held if reader.root().learned - made_at(held) <= days * DAY_MS else None


def _told(one: Handed, mine: str, branch: str) -> list[tuple[str, list[str]]]:
    """The sections of a checkpoint, the most needed first."""
    own = bool(mine) and taker(one.session) == mine
    where = f" on {one.branch}" if one.branch and one.branch != branch else ""
    at = f" at {one.commit[:SHOWN_COMMIT]}" if one.commit else ""
    who = "this session" if own else f"session {one.session[:SHOWN_SESSION]}" if one.session else one.actor
    state = "stopped" if one.made == HANDOFF else "stood"
    whose = "the agent's words" if one.source == SAID else "from its log"
    facts = f"{who} {state}{where}{at}, {one.at[:10]}, {whose}"
    head = f"{one.id[:SHORTEST_PREFIX]} {facts}: {_agents(clipped(' '.join(one.text.split()), LONGEST_TEXT))}"
    others = [taken.session[:SHOWN_SESSION] for taken in one.taken if taken.session != mine]
    sections = [
        (HANDOFF.upper() if one.made == HANDOFF else "CHECKPOINT", [head]),
        ("TAKEN", [f"session {name} goes on with it already" for name in others]),
        ("NEXT", list(map(_agents, one.next))), ("OPEN", list(map(_agents, one.open))),
        ("FAILING", list(map(_agents, one.failing))),
        ("DONE", list(map(_agents, one.done))), ("FILES", [file.path for file in one.files]),
        ("COMMITS", list(map(unlabelled, one.commits))),
    ]  # fmt: skip
    return [(name, list(items)) for name, items in sections if items]


def _agents(text: str) -> str:
    """An agent's words as they are told to the next one: neither a person's leave nor a line of ours."""
    return marked(unlabelled(text))


def _harmless(sections: Sequence[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """Sections without what gives orders by the rules of today, of each the first FEW: it may have come in before them,
    and reading takes some tenths of a millisecond a text. The first section was read already (`opens`)."""
    from oldhand.knowledge.orders import gives_orders

    kept = [(name, [one for one in items[:FEW] if not gives_orders(one, vouched=True)]) for name, items in sections[1:]]
    return [*sections[:1], *((name, items) for name, items in kept if items)]


def lines_of(one: Resumed, mine: str, branch: str, budget_tokens: int = BUDGET) -> list[str]:
    """A checked checkpoint as lines for an agent, within a budget."""
    sections = _told(one.handed, taker(mine), branch)
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
    return within([*_harmless([*head, *checks, *rest, *commits]), *tail], budget_tokens)


def _more(number: int, shown: int) -> list[str]:
    return [f"{number - shown} more"] if number > shown else []


def _memory_line(found: MemoryNow) -> str:
    text = f": {headline('', found.text)}" if found.text else ""
    return f"{found.id[:SHORTEST_PREFIX]} is {found.state}{text}"


def within(sections: Sequence[tuple[str, Sequence[str]]], budget_tokens: int) -> list[str]:
    """Sections as lines (`NAME:item|item`) that cost no more than a budget, the first ones whole if they fit.

    Each item is made safe: it cannot close the fence, and has no sign that parts items.
    """
    lines: list[str] = []
    left = budget_tokens
    for name, items in sections:
        line = ""
        for item in items:
            said = fenced(clipped(" ".join(item.split()), LONGEST_PART if line or lines else LONGEST_TEXT + 100))
            said = said.translate(_OURS)
            longer = f"{line}|{said}" if line else f"{name}:{said}"
            if estimate(longer + "\n") > left:
                longer = _shortened(line, name, said, left)
                line = longer or line
                break
            line = longer
        if line:
            lines.append(line)
            left -= estimate(line + "\n")
    return lines


def _shortened(line: str, name: str, said: str, left: int) -> str:
    """The first item of a section, cut until it fits; empty when not even its beginning does."""
    if line:
        return ""
    for most in (240, 160, 80, 40):
        cut = f"{name}:{clipped(said, most)}"
        if len(said) > most // 2 and estimate(cut + "\n") <= left:
            return cut
    return ""


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
