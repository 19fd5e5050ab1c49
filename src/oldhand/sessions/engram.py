"""An engram: what a session did until a commit, derived from its events by rules that docs/SESSIONS.md tells.

Nothing here reads a clock, a file or the store: the same events and the same commit give the same engram.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from oldhand.model.session import (
    CALL,
    COMMAND,
    COMPACTED,
    EDIT,
    MCP,
    NOTE,
    PROMPT,
    READ,
    REPLY,
    RESULT,
    TASK,
    USAGE,
    WRITE,
    Event,
    Session,
)
from oldhand.model.tokens import estimate
from oldhand.sessions.capturing import decided_in
from oldhand.sessions.correcting import corrections
from oldhand.sessions.engram_calls import Graph, graph, within
from oldhand.sessions.engram_context import Context
from oldhand.sessions.engram_git import MOST_FILES
from oldhand.sessions.engram_reasoning import (
    Eliminated,
    Point,
    Step,
    checks,
    clipped,
    confidence,
    open_items,
    reasoning,
)
from oldhand.sessions.engram_saying import NOBODY, Own
from oldhand.sessions.said import typed
from oldhand.sessions.transcripts.neutral import own_tool

COUNTS = ("input", "output", "cache_read", "cache_written", "reasoning")
IDLE_MS = 300_000  # a longer pause between two events is no work: somebody was away
MOST_DECISIONS, MOST_FRICTION, MOST_SUBAGENTS = 20, 20, 30
FEWEST_REPEATS = 2  # failures of the same command that are told as a repetition
LONGEST_PROMPT = 160  # characters of the first prompt in a summary
NO_CONTEXT = Context((), 0, 0, 0)


class Tokens(NamedTuple):
    """Tokens of one model (empty: not told) and agent (empty: the session itself). recorded: whether the host recorded
    them; else output and input are estimated from texts."""

    model: str
    agent: str
    input: int
    output: int
    cache_read: int
    cache_written: int
    reasoning: int
    recorded: bool


class Subagent(NamedTuple):
    """A subagent. call: number of the call in the graph that started it, -1 where that is not seen."""

    id: str
    asked: str
    call: int
    calls: int
    failures: int
    tokens: int
    files: tuple[str, ...]


class Derived(NamedTuple):
    """All that is derived of a session. begun, ended: times of its first and last event, ms; active_ms: without pauses
    of more than IDLE_MS; work: (what, how often) of calls by kind; outcome: how the last check ended."""

    session: Session
    begun: int
    ended: int
    active_ms: int
    events: int
    prompts: tuple[str, ...]
    tokens: tuple[Tokens, ...]
    decisions: tuple[str, ...]
    context: Context
    trail: tuple[Step, ...]
    eliminated: tuple[Eliminated, ...]
    confidence: tuple[Point, ...]
    graph: Graph
    work: tuple[tuple[str, int], ...]
    changed: tuple[str, ...]
    friction: tuple[str, ...]
    open: tuple[str, ...]
    outcome: str
    subagents: tuple[Subagent, ...]
    sandbox: tuple[str, ...]


def derive(
    session: Session, events: Iterable[Event], context: Context = NO_CONTEXT, folder: str = ""
) -> Derived:  # fmt: skip
    """Derive what a session did. events: in order of time; context: what memory told in it; folder: the project's."""
    seen = [event for event in events if not (event.tool == MCP and own_tool(event.name))]
    own = Own([one.text for one in context.told if one.text]) if context.told else NOBODY
    said = reasoning(seen, own)
    calls = graph(seen, folder)
    times = [event.at for event in seen if event.at]
    decided = decided_in(seen, seen, not session.parent)
    decisions = dict.fromkeys(f"{one.who}: {clipped(one.text)}" for _, one, _ in decided if not own.said(one.text))
    prompts = tuple(clipped(event.text, LONGEST_PROMPT) for event in seen if gives_purpose(event))
    return Derived(
        session, min(times, default=0), max(times, default=0), active(times), len(seen), prompts, tokens(seen, session),
        tuple(decisions)[:MOST_DECISIONS], context, said.trail, said.eliminated, confidence(seen, own), calls,
        work(calls, seen), changed(seen, folder), friction(seen, calls), open_items(seen, own), outcome(calls),
        subagents(seen, calls, folder), sandbox(session, seen),
    )  # fmt: skip


def gives_purpose(event: Event) -> bool:
    """Whether a prompt says what the session is for: a person typed it, or a script gave it to a headless host."""
    given = event.detail.get("source") == "sdk"
    return typed(event._replace(detail={**event.detail, "source": ""}) if given else event)


def active(times: Sequence[int]) -> int:
    """How long somebody worked, in milliseconds: without the pauses of more than IDLE_MS."""
    ordered = sorted(times)
    return sum(gap for before, after in pairwise(ordered) if (gap := after - before) <= IDLE_MS)


def tokens(events: Iterable[Event], session: Session) -> tuple[Tokens, ...]:
    """The tokens that the host recorded, by model and subagent; where it recorded none, those of the texts."""
    found: dict[tuple[str, str], list[int]] = {}
    said = [0, 0]
    for event in events:
        if event.kind == USAGE:
            key = (str(event.detail.get("model", "")) or session.model, event.agent)
            sums = found.setdefault(key, [0] * len(COUNTS))
            for place, name in enumerate(COUNTS):
                value = event.detail.get(name)
                sums[place] += value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
        elif event.text:
            said[event.kind in (REPLY, CALL)] += estimate(event.text)
    if not found and any(said):
        return (Tokens(session.model, "", said[0], said[1], 0, 0, 0, False),)
    return tuple(Tokens._make((model, agent, *sums, True)) for (model, agent), sums in sorted(found.items()))


def work(calls: Graph, events: Iterable[Event]) -> tuple[tuple[str, int], ...]:
    """What was done, counted: calls by kind, failures, files read and compactions."""
    counted = Counter(call.tool or "other" for call in calls.calls)
    found = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    read = len({call.target for call in calls.calls if call.tool == READ and call.target})
    more = (
        ("failed", sum(call.ok is False for call in calls.calls)), ("files read", read),
        ("compactions", sum(event.kind == COMPACTED for event in events)),
    )  # fmt: skip
    return (*found, *((name, count) for name, count in more if count))


def changed(events: Iterable[Event], folder: str) -> tuple[str, ...]:
    """The files that tools of the session changed, as the project has them."""
    found: dict[str, None] = {}
    for event in events:
        if event.kind == RESULT and event.tool in (EDIT, WRITE) and event.ok is not False:
            named = [one for one in event.detail.get("changed") or () if isinstance(one, str)] or [event.target]
            found |= dict.fromkeys(within(path, folder) for path in named if path)
    return tuple(found)


def friction(events: Sequence[Event], calls: Graph) -> tuple[str, ...]:
    """What was hard: the same failing again, interruptions, refusals, corrections by the person."""
    found = []
    failed = Counter((call.tool, call.what) for call in calls.calls if call.ok is False)
    found += [
        f"failed {count} times: {what}"
        for (_, what), count in sorted(failed.items(), key=lambda pair: -pair[1])
        if count >= FEWEST_REPEATS
    ]
    single = sum(count for count in failed.values() if count < FEWEST_REPEATS)
    found += [f"failed once each: {_calls(single)}"] if single else []
    stopped = sum(
        (event.kind == NOTE and event.detail.get("what") == "interrupted") or bool(event.detail.get("interrupted"))
        for event in events
    )
    found += [f"interrupted {stopped} times"] if stopped else []
    refused = sum(event.kind == RESULT and bool(event.detail.get("refused")) for event in events)
    found += [f"refused by the person: {_calls(refused)}"] if refused else []
    for event in events:
        if event.kind == PROMPT and typed(event):
            found += [f"corrected: {clipped(one.text)}" for one in corrections(event.text)]
    return tuple(dict.fromkeys(found))[:MOST_FRICTION]


def _calls(count: int) -> str:
    return "1 call" if count == 1 else f"{count:,} calls"


def outcome(calls: Graph) -> str:
    """How the work ended: whether its last check passed, and whether anything was changed after it."""
    last = next(
        (call for call in reversed(calls.calls) if call.tool == COMMAND and call.ok is not None and checks(call.what)),
        None,
    )
    if last is None:
        return "nothing was checked"
    after = sum(call.tool in (EDIT, WRITE) and call.ok is not False for call in calls.calls[last.number + 1 :])
    edits = f", {after} edit{'s' * (after != 1)} after it" if after else ""
    return f"the last check {'passed' if last.ok else 'failed'} ({last.what}){edits}"


def subagents(events: Sequence[Event], calls: Graph, folder: str) -> tuple[Subagent, ...]:
    """The subagents of a session, in the order of their beginning."""
    names = dict.fromkeys(event.agent for event in events if event.agent)
    starts = [call for call in calls.calls if call.tool == TASK and not call.agent]
    found = []
    for place, name in enumerate(list(names)[:MOST_SUBAGENTS]):
        own = [event for event in events if event.agent == name]
        asked = next((event.text for event in own if event.kind == PROMPT and event.text.strip()), "")
        begun = next((event.at for event in own if event.at), 0)
        before = [call for call in starts if call.at <= begun] if begun else starts[: place + 1]
        start = next((call for call in reversed(before) if asked and call.what[:40] == clipped(asked)[:40]), None) or (
            before[-1] if before else None
        )
        used = sum(one.input + one.output + one.cache_written for one in tokens(own, Session("", "")) if one.recorded)
        mine = [call for call in calls.calls if call.agent == name]
        found.append(
            Subagent(
                name,
                clipped(asked or (start.what if start else "")),
                start.number if start else -1,
                len(mine),
                sum(call.ok is False for call in mine),
                used,
                changed(own, folder)[:MOST_FILES],
            )
        )
    return tuple(found)


def sandbox(session: Session, events: Iterable[Event]) -> tuple[str, ...]:
    """The permissions that the session ran with, as its host names them, in the order in which they changed."""
    found: dict[str, None] = {}
    for event in events:
        for name in ("permission_mode", "permissionMode", "sandbox", "approval_policy"):
            value: Any = event.detail.get(name)
            if isinstance(value, str) and value:
                found[f"{name}: {clipped(value, 80)}"] = None
    return tuple(found)[:10]
