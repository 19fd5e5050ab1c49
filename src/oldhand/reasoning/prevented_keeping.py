"""Keeping what telling did: where something that was tried was then left alone, and where it was done all the same.

A case in a session is a small memory of its own, which tells how sure it is and by what, and quotes nothing; the memory
of what was tried is tied to it. A case in a decision is a tie to the decision. Each is derived once: the session has to
be over, or silent for long.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.errors import OldhandError
from oldhand.knowledge import admission
from oldhand.knowledge.assertion import assert_, statement
from oldhand.model.identity import memory_of_slot, short
from oldhand.model.moment import day
from oldhand.model.session import CALL, PROMPT, REPLY, RESULT, THOUGHT, Event
from oldhand.model.trust import Voice
from oldhand.reasoning.decisions import every as every_decision
from oldhand.reasoning.negative_telling import held_ones
from oldhand.reasoning.prevented import IGNORED, PREVENTED, Shown, Verdict, shown_in, verdict
from oldhand.reasoning.prevented_deciding import of_decision
from oldhand.store.fold import registers
from oldhand.store.reader import Held, Reader
from oldhand.store.session_rows import Injection, Row

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.transaction import Transaction

ACTOR, ORIGIN = "negative", "sessions"
KIND, DOMAIN = "outcome", "decisions"
TRUST = "tool"  # worked out from what programs noted
PRIORITY = -100  # the least: whatever lists memories lists these last
REL = {PREVENTED: "prevented", IGNORED: "warns_against"}
SAID = {PREVENTED: "and did not do it", IGNORED: "and did it all the same"}
DAY_MS = 86_400_000
QUIET_MS = 30 * 60_000  # since a session's last event: it is over, or was left (sessions.whose.AT_WORK_MS)
MARK = "negative:prevented"  # in the log of sessions: up to which moment (ms) all sessions were looked at
MOST_SESSIONS = 500  # looked at in one go
MOST_EVENTS = 50_000  # of one session
MOST_INJECTIONS = 100_000
SHOWN_BEFORE_MS = 7 * DAY_MS  # so long before a decision was made it may have been told to whom decides
SHOWING = (
    "decide",
    "negative_show",
    "recall",
)  # operations that are asked before deciding, and that note what they told
KINDS = (PROMPT, REPLY, THOUGHT, CALL, RESULT)


class Case(NamedTuple):
    """What telling did in one session or decision. target: the decision, empty for a session."""

    negative: str
    verdict: Verdict
    session: str
    target: str
    at: int


class Kept(NamedTuple):
    """What was found. prevented, ignored: new cases; sessions: looked at; left: whether some are for the next time."""

    prevented: int
    ignored: int
    sessions: int
    left: bool


def cases(memory: "Memory", reader: Reader, now_ms: int) -> tuple[list[Case], int, int, bool]:
    """The new cases; how many sessions were looked at, up to which moment, and whether some are left."""
    known = {held.id: held for held in held_ones(reader)}
    if not known:
        return [], 0, now_ms, False
    log = memory.session_log()
    since = int(log.mark(MARK) or 0)
    rows = sorted(log.sessions(limit=MOST_SESSIONS + 1, since=since), key=lambda row: row.last)
    over = [row for row in rows if row.last < now_ms - QUIET_MS]
    begun = [row.last for row in rows if row.last >= now_ms - QUIET_MS]
    told: dict[str, list[Injection]] = {}
    for one in log.injections(since=0, limit=MOST_INJECTIONS):
        if not one.withheld and not known.keys().isdisjoint(one.memories):
            told.setdefault(one.session, []).append(one)
    asked = sorted(at for times in told_before(memory, known).values() for at in times)
    found: list[Case] = []
    for number, row in enumerate(over[:MOST_SESSIONS]):
        memory.progress(number, len(over), "Reading sessions")
        if row.session.id in told or _within(asked, row):  # a session that was told of nothing is not read
            found += _of_session(memory, row, told.get(row.session.id, []), known)
    until = min([*begun, now_ms - QUIET_MS], default=now_ms)
    left = len(over) > MOST_SESSIONS
    if left:
        until = over[MOST_SESSIONS - 1].last
    return found, min(len(over), MOST_SESSIONS), until, left


def in_decisions(memory: "Memory", reader: Reader) -> list[Case]:
    """The cases in decisions: what was told to who then decided, and is among what they decided against, or what they
    decided for."""
    known = {held.id: held for held in held_ones(reader)}
    shown = told_before(memory, known)
    if not shown:
        return []
    decisions = [one for one in every_decision(reader) if one.at >= min(min(times) for times in shown.values())]
    found = []
    for name, times in shown.items():
        held = known[name]
        sources = {edge.target for edge in reader.edges(name) if edge.source == name}
        for one in decisions:
            before = [at for at in times if 0 <= one.at - at <= SHOWN_BEFORE_MS]
            if before and one.id not in sources and (found_here := of_decision(reader, held, one)):
                found.append(Case(name, found_here, "", one.id, one.at))
    return found


def told_before(memory: "Memory", known: dict[str, Held]) -> dict[str, list[int]]:
    """When each memory of what was tried was told by an operation that people and agents ask before they decide."""
    from oldhand.store.trace_log import Wanted, entries

    by_prefix = {short(name): name for name in known}
    found: dict[str, list[int]] = {}
    try:
        logged = [entry for name in SHOWING for entry in entries(memory.traces(), Wanted(name, "ok"))]
    except OldhandError:
        return {}  # the local log cannot be read: `doctor` says so, and nothing is concluded from it
    for _, trace in logged:
        said = [trace.detail.get(one) for one in ("negative", "shown", "memory")]
        for one in said:
            for name in one if isinstance(one, list) else [one]:
                if isinstance(name, str) and (whole := by_prefix.get(short(name))):
                    found.setdefault(whole, []).append(trace.at)
    return found


def keep(memory: "Memory", transaction: "Transaction", found: list[Case]) -> Kept:
    """Take new cases in; those that are there change nothing."""
    prevented = ignored = 0
    for case in found:
        target = case.target or _record(memory, transaction, case)
        rel = REL[case.verdict.what]
        values = registers(transaction.record(case.negative))
        if not target or f"to/{rel}/{target}" in values:
            continue  # also where somebody took the tie away
        reason = {"reason": f"{case.verdict.sure // 100}% sure: {'; '.join(case.verdict.evidence)}"}
        transaction.emit("link", case.negative, ACTOR, ORIGIN, {"rel": rel, "target": target, **reason})
        prevented += case.verdict.what == PREVENTED
        ignored += case.verdict.what == IGNORED
    return Kept(prevented, ignored, 0, False)


def _within(times: list[int], row: Row) -> bool:
    """Whether one of some moments, in order, lies within a session."""
    place = bisect_left(times, row.session.started)
    return place < len(times) and times[place] <= row.last


def _of_session(memory: "Memory", row: Row, injections: list[Injection], known: dict[str, Held]) -> Iterator[Case]:
    events: list[Event] = list(islice(memory.session_log().events(row.session.id, KINDS), MOST_EVENTS))
    shown: dict[str, Shown] = {}
    for one in injections:
        call = one.key.split(":")[1] if one.key.count(":") >= 2 else ""
        for name in one.memories:
            if name in known:
                shown.setdefault(name, Shown(one.at, call, one.agent))
    for name, when in shown_in(events, {name[:6]: name for name in known}):
        if name not in shown or when.at < shown[name].at:
            shown[name] = when
    for name, when in sorted(shown.items()):
        if (found := verdict(known[name], when, events)) is not None:
            yield Case(name, found, row.session.id, "", when.at)


def _record(memory: "Memory", transaction: "Transaction", case: Case) -> str:
    """The id of the memory of a case in a session; empty where it may not come in."""
    name = hashlib.sha256(case.session.encode()).hexdigest()[:16]
    key = f"{case.verdict.what}/{case.negative}/{name}"
    memory_id = memory_of_slot(DOMAIN, key)
    if transaction.record(memory_id).get("heads") or transaction.record(memory_id).get("erased"):
        return memory_id
    other = IGNORED if case.verdict.what == PREVENTED else PREVENTED
    if transaction.record(memory_of_slot(DOMAIN, f"{other}/{case.negative}/{name}")).get("heads"):
        return ""  # the session went on since, and shows otherwise: what was found first stays for a person to settle
    session = f"Session {case.session[:8]} of {day(case.at)}"
    fields: dict[str, Any] = {
        "text": f"{session} was told of {short(case.negative)} {SAID[case.verdict.what]}",
        "said": "session", "value": str(case.verdict.sure), "evidence": list(case.verdict.evidence),
    }  # fmt: skip
    try:
        said = statement(
            memory.project.tree, KIND, fields, screening=memory.screening(), domain=DOMAIN, key=key, priority=PRIORITY,
            valid_from=case.at,
        )  # fmt: skip
    except OldhandError:
        return ""  # a name of a session that no memory may hold
    if admission.turned_away(transaction, said, memory_id):
        return ""  # somebody rejected or erased it
    return assert_(transaction, said, Voice(ACTOR, ORIGIN, TRUST)).memory
