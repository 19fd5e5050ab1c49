"""The graph of a session's calls: which call led to which, how long each took, and the path that took longest.

A call leads to another where data ties them: what was read or found is edited, an edit is checked by a command, a
failure leads to the next edit, and what failed is run again. Times are those of the host's own records.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from oldhand.model.session import CALL, COMMAND, EDIT, READ, RESULT, SEARCH, TASK, WRITE, Event
from oldhand.sessions.commands import UNTOLD
from oldhand.sessions.engram_reasoning import clipped

MOST_CALLS = 2_000  # of one session in the graph: the latest; an hour of hard work has some hundreds
MOST_TIES = 4  # ties kept to one call
LONGEST_CALL = 3_600_000  # ms: what waits longer waits for a person
LONGEST_QUICK = 5_000  # ms: a read, an edit or a search that takes longer waits for the person's leave
LONGEST_LABEL = 100  # characters of what a call is about
READS, EDITS, CHECKS, MENDS, AGAIN, DELEGATES = (
    "read for",
    "edited for",
    "checked by",
    "mended by",
    "run again",
    "delegated",
)
CHANGING = (EDIT, WRITE)


class Call(NamedTuple):
    """A call of a tool. number: its place, from 0; what: the command, the file or the pattern; ms: how long it took, 0
    where that is not known; ok: None where that is not known; agent: the subagent that made it."""

    number: int
    at: int
    tool: str
    name: str
    what: str
    target: str
    ms: int
    ok: bool | None
    agent: str


class Tie(NamedTuple):
    """That one call led to another, by their numbers, and how."""

    before: int
    after: int
    how: str


class Graph(NamedTuple):
    """The calls of a session and what led to what; critical: numbers of the calls of the longest chain, in order."""

    calls: tuple[Call, ...]
    ties: tuple[Tie, ...]
    critical: tuple[int, ...]


def graph(events: Iterable[Event], folder: str = "") -> Graph:
    """The graph of the calls of a session. folder: the project's, so that paths are told relative to it."""
    made: list[Call] = []
    texts: dict[int, str] = {}  # what a search or a command printed, for what is opened because of it
    open_calls: dict[str, int] = {}
    for event in events:
        if event.kind == CALL:
            number = len(made)
            open_calls[event.call or event.key or str(number)] = number
            made.append(
                Call(
                    number,
                    event.at,
                    event.tool,
                    event.name,
                    label(event, folder),
                    within(event.target, folder),
                    0,
                    None,
                    event.agent,
                )
            )
        elif event.kind == RESULT and (found := open_calls.get(event.call or event.key)) is not None:
            call = made[found]
            told = event.detail.get("ms")
            took = told if isinstance(told, int) and not isinstance(told, bool) and told >= 0 else event.at - call.at
            longest = LONGEST_QUICK if call.tool in (READ, EDIT, WRITE, SEARCH) else LONGEST_CALL
            ok = None if any(event.detail.get(name) for name in UNTOLD) else event.ok
            made[found] = call._replace(ms=took if call.at and 0 <= took <= longest else 0, ok=ok)
            if call.tool in (SEARCH, COMMAND) and event.text:
                texts[found] = event.text[:20_000]
    if len(made) > MOST_CALLS:
        cut = len(made) - MOST_CALLS
        texts = {number - cut: text for number, text in texts.items() if number >= cut}
        made = [call._replace(number=number) for number, call in enumerate(made[cut:])]
    ties = _ties(made, texts)
    return Graph(tuple(made), tuple(ties), _critical(made, ties))


def label(event: Event, folder: str) -> str:
    """What a call is about, in a line."""
    if event.tool in (COMMAND, SEARCH, TASK) and event.text.strip():
        return clipped(event.text[:1000], LONGEST_LABEL)
    return clipped(within(event.target, folder) or event.text[:1000] or event.name, LONGEST_LABEL)


def within(path: str, folder: str) -> str:
    """A path as the project has it; one from elsewhere as it is."""
    plain = path.replace("\\", "/")
    start = folder.replace("\\", "/").rstrip("/") + "/"
    return plain[len(start) :] if folder and plain.startswith(start) else plain.removeprefix("./")


def _ties(calls: Sequence[Call], texts: dict[int, str]) -> list[Tie]:
    """What led to what, in order of the later call."""
    found: list[Tie] = []
    seen: dict[str, int] = {}  # file -> the last call that read it
    changed: dict[str, int] = {}  # file -> the last call that changed it
    run: dict[str, int] = {}  # command -> the call that ran it last
    searches: list[int] = []  # the last calls that printed names of files
    fresh: list[int] = []  # edits that no command came after yet
    failed = -1  # the last failure that no edit came after yet
    delegated = -1
    for call in calls:
        own: list[Tie] = []
        if call.agent and delegated >= 0:
            own.append(Tie(delegated, call.number, DELEGATES))
        if call.tool == READ:
            name = call.target.rpartition("/")[2]
            source = next((one for one in reversed(searches) if len(name) > 2 and name in texts.get(one, "")), None)
            own += [Tie(source, call.number, READS)] if source is not None else []
            seen[call.target] = call.number
        elif call.tool in CHANGING:
            own += [Tie(seen[call.target], call.number, EDITS)] if call.target in seen else []
            own += [Tie(changed[call.target], call.number, EDITS)] if call.target in changed else []
            own += [Tie(failed, call.number, MENDS)] if failed >= 0 else []
            changed[call.target], failed = call.number, -1
            fresh.append(call.number)
        elif call.tool == COMMAND:
            own += [Tie(edit, call.number, CHECKS) for edit in fresh[-MOST_TIES:]]
            own += [Tie(run[call.what], call.number, AGAIN)] if call.what in run else []
            run[call.what], fresh = call.number, []
        elif call.tool == TASK:
            delegated = call.number
        if call.ok is False:
            failed = call.number
        if call.tool in (SEARCH, COMMAND):
            searches = [*searches[-5:], call.number]
        found += own[:MOST_TIES]
    return found


def _critical(calls: Sequence[Call], ties: Sequence[Tie]) -> tuple[int, ...]:
    """The chain of calls that took longest together, each led to by the one before; of equals the earlier one."""
    if not ties:
        return ()
    best = [call.ms for call in calls]
    length = [1] * len(calls)
    came = [-1] * len(calls)
    into: dict[int, list[int]] = {}
    for tie in ties:
        into.setdefault(tie.after, []).append(tie.before)
    for call in calls:
        for before in into.get(call.number, ()):
            if (best[before] + call.ms, length[before] + 1) > (best[call.number], length[call.number]):
                best[call.number], length[call.number] = best[before] + call.ms, length[before] + 1
                came[call.number] = before
    end = max(range(len(calls)), key=lambda number: (best[number], length[number], -number))
    path = [end]
    while came[path[-1]] >= 0:
        path.append(came[path[-1]])
    return tuple(reversed(path)) if len(path) > 1 else ()
