"""What sessions teach by themselves: gotchas from commands that failed and then passed, rules and corrections from what
the person typed, and candidates of decisions. All of it comes in at low trust, within the quotas of `capture`.

What memory itself told in a session is never learned from it again.
"""

import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from oldhand.errors import OldhandError, UnknownSession
from oldhand.knowledge.capture import LONGEST_SESSION, MOST_FINDINGS, Finding, take
from oldhand.knowledge.gotchas import DOMAIN, MEND_MS, UNSTATED, error_of, found_in, resolution_of
from oldhand.knowledge.gotchas import Candidate as Gotcha
from oldhand.knowledge.occasions import Trigger
from oldhand.model.session import CALL, EDIT, PROMPT, REPLY, RESULT, WRITE, Event
from oldhand.model.terms import index_terms
from oldhand.sessions.commands import runs
from oldhand.sessions.correcting import corrections
from oldhand.sessions.deciding import AGENT, PERSON, Decision, decisions
from oldhand.sessions.following import AGAIN
from oldhand.sessions.progress import Progress
from oldhand.sessions.said import LONGEST_SENTENCE, typed
from oldhand.store import session_candidates
from oldhand.store.session_blanking import BLANKED

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.session_log import SessionLog

WAY = "session"  # the origin of what is captured is capture:session
BUDGET_MS = 200  # what a call of ours may be held up by it
MARK = "captured"  # in the log: the number of the last event that was looked at
OWN_PROGRAM = "oldhand"  # what our own commands say was memory's before
OWN_SHARE = 0.7  # of a sentence's terms that a memory told in the session has, from which on it is taken for its words
FEWEST_TERMS = 3  # of a sentence that can be compared so
LONGEST_BEFORE = 600  # characters of what was said before a decision that are kept with it
SHORT_NAME = 3  # characters of a name that stands in many errors by chance


class Learned(NamedTuple):
    """What was learned from sessions. sessions: that were looked at; captured: new memories of the tier `captured`;
    confirmed: that were known; candidates: of decisions, new; left: whether sessions wait still; off: whether capture
    is switched off, and only candidates were looked for."""

    sessions: int = 0
    captured: int = 0
    confirmed: int = 0
    candidates: int = 0
    left: bool = False
    off: bool = False


def learn(memory: "Memory", budget_ms: int = BUDGET_MS) -> Learned:
    """Look through the sessions that something new is in, for at most about so many milliseconds (0: all of them).

    Looking at the same again changes nothing. Raises the errors of the log and of the store.
    """
    log = memory.session_log()
    until = time.monotonic() + budget_ms / 1000 if budget_ms else float("inf")
    learned = Learned()
    progress = Progress(log, MARK)
    again = dict.fromkeys(log.marked(AGAIN))
    for session, last, since in progress.due():
        if learned.sessions and time.monotonic() > until:
            return learned._replace(left=True)
        learned = _added(learned, _learn_from(memory, log, session, None if session in again else since))
        progress.done(session, last)
        if session in again:
            log.set_mark(AGAIN + session, "")
            del again[session]
    progress.finish()
    for session in again:
        if learned.sessions and time.monotonic() > until:
            return learned._replace(left=True)
        learned = _added(learned, _learn_from(memory, log, session, None))
        log.set_mark(AGAIN + session, "")
    return learned


def _added(one: Learned, other: Learned) -> Learned:
    return Learned(
        one.sessions + other.sessions, one.captured + other.captured, one.confirmed + other.confirmed,
        one.candidates + other.candidates, False, one.off or other.off,
    )  # fmt: skip


def _learn_from(memory: "Memory", log: "SessionLog", session: str, after: int | None) -> Learned:
    """Look through one session. after: the number of the last event that was looked at before; None: at all of it."""
    try:
        row = log.session(session)
    except UnknownSession:
        return Learned()  # it was removed meanwhile
    own = _told(memory, log, session)
    new = [event for _, event in log.entries(session, (PROMPT, REPLY), after or 0)]
    prompts = [event for event in new if typed(event)] if not row.session.parent else []
    findings = rules_in(prompts)
    ended = [event.at for _, event in log.entries(session, (RESULT,), after or 0)]
    if ended:  # what failed longer ago is not mended by what passed now
        recent = log.events(session, (CALL, RESULT), since=max(min(ended) - MEND_MS, 0))
        findings += gotchas_in(recent, str(memory.project.tree))
    findings = [one for one in findings if not _own(one.text, own)][:MOST_FINDINGS]
    candidates = 0
    talk = log.events(session, (PROMPT, REPLY), since=max(min((event.at for event in new), default=0) - MEND_MS, 0))
    for event, decision, source in decided_in(talk if new else (), new, not row.session.parent):
        if not _own(decision.text, own):
            candidates += session_candidates.put(log, session, event.at, decision.who, decision.text, source)
    taken = take(memory, findings, _name(session), WAY) if findings else None
    outcomes = [one.outcome for one in taken.findings] if taken else []
    return Learned(
        1, outcomes.count("captured"), outcomes.count("confirmed") + outcomes.count("restored"), candidates,
        off=taken is not None and taken.off,
    )  # fmt: skip


def _name(session: str) -> str:
    """A session's name as `capture` takes it."""
    return "".join(character if character.isprintable() else "-" for character in session)[:LONGEST_SESSION]


def rules_in(prompts: Iterable[Event]) -> list[Finding]:
    """Rules and corrections in what a person typed, in the words they were said in."""
    found: dict[str, Finding] = {}
    for event in prompts:
        for one in corrections(event.text):
            found.setdefault(one.text, Finding(one.text, one.kind, said_by="agent", tags=(one.why,)))
    return list(found.values())


def gotchas_in(events: Iterable[Event], folder: str) -> list[Finding]:
    """Gotchas from commands that failed and then passed; what an edit under way broke for a moment is none."""
    seen = list(events)
    sequence = [run for run in runs(seen, folder) if OWN_PROGRAM not in run.command.split()[:3]]
    found = [one for one in found_in(sequence) if not _under_way(one, seen)]
    return [
        Finding(
            one.text, "gotcha", domain=DOMAIN, said_by="tool", key=one.key, fields=(
                ("evidence", list(one.evidence)), ("resolution", resolution_of(one)), ("severity", UNSTATED),
                ("triggers", [str(Trigger("command", one.command))]),
            ),
        )
        for one in found
    ]  # fmt: skip


def _under_way(one: Gotcha, events: Sequence[Event]) -> bool:
    """Whether the error names a file that the session had changed before it failed: work that was not finished yet."""
    changed: set[str] = set()
    for event in events:
        if event.kind == CALL and event.tool in (EDIT, WRITE) and event.target:
            changed.add(event.target.replace("\\", "/").rpartition("/")[2])
        elif event.kind == RESULT and event.ok is not True and one.error == error_of(event.text):
            return any(len(name) > SHORT_NAME and name in one.error for name in changed)
    return False


def decided_in(
    events: Iterable[Event], new: Sequence[Event], by_person: bool
) -> list[tuple[Event, Decision, str]]:  # fmt: skip
    """The decisions in new messages, each with what was said before it: a choice by its number needs that.

    events: all messages, in order; by_person: whether prompts are a person's.
    """
    fresh = {(event.kind, event.key) for event in new}
    found: list[tuple[Event, Decision, str]] = []
    reply = ""
    for event in events:
        who = PERSON if event.kind == PROMPT else AGENT
        rules = {one.text for one in corrections(event.text)} if who == PERSON else set()
        if (event.kind, event.key) in fresh and (who == AGENT or (by_person and typed(event))):
            for one in decisions(event.text, who):
                if one.text in rules:
                    continue  # it is captured as what it is
                if one.option:
                    if meant := _option(reply, one.option):
                        found.append((event, one._replace(text=f"{one.text.rstrip('.')}: {meant}"), meant))
                else:
                    source = reply[-LONGEST_BEFORE:] if who == PERSON else event.text[:LONGEST_BEFORE]
                    found.append((event, one, source))
        if event.kind == REPLY and event.text.strip():
            reply = event.text
    return found


def _option(reply: str, option: str) -> str:
    """What a reply offered under a number or a letter; empty when that cannot be found."""
    for line in reply.splitlines():
        bare = line.strip().lstrip("#*-_ ").removeprefix("Option ").removeprefix("Вариант ").lstrip("* ")
        if bare[: len(option)].casefold() == option.casefold() and bare[len(option) : len(option) + 1] in (
            ".",
            ")",
            ":",
            " ",
        ):
            meant = bare[len(option) + 1 :].strip(" *:-–—.")
            if len(meant.split()) >= 2:
                return " ".join(meant.replace("**", "").split())[:LONGEST_SENTENCE]
    return ""


def _told(memory: "Memory", log: "SessionLog", session: str) -> list[frozenset[str]]:
    """The terms of each memory that was put before the agent in a session."""
    ids = {one for injection in log.injections(session) for one in injection.memories}
    if not ids:
        return []
    found = []
    with memory.reading() as reader:
        for one in sorted(ids):
            try:
                held = reader.find(reader.resolve(one))
            except OldhandError:
                continue  # it was erased since, or is not of this memory
            if held is not None and held.wordings:
                found.append(frozenset(index_terms(held.text)))
    return found


def _own(text: str, told: Sequence[frozenset[str]]) -> bool:
    """Whether a text says what memory itself had told, or lacks words that were forgotten."""
    if BLANKED in text:
        return True
    terms = set(index_terms(text))
    return len(terms) >= FEWEST_TERMS and any(len(terms & one) >= OWN_SHARE * len(terms) for one in told)
