"""Keeping negative knowledge: what is recorded by hand, how long it holds, and what ends or reopens it.

Everything that was tried has a scope and an end. Nobody need say when: each source has its own lifetime, after which
what is left of it, by its half-life, is a quarter. It is then told only to who asks for it.
"""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.anchors import Observer
from oldhand.errors import BadArgument, BadInput, NotNegative, TooLong
from oldhand.knowledge.assertion import Asserted, Statement, assert_, identity, statement
from oldhand.knowledge.gotchas import sayings
from oldhand.knowledge.naming import present
from oldhand.knowledge.severity import SEVERITIES, UNSTATED
from oldhand.knowledge.standing import LONGEST_REASON
from oldhand.knowledge.trusting import require
from oldhand.model.anchor import DEPENDENCY, parse, split_dependency
from oldhand.model.identity import short
from oldhand.model.trust import Voice
from oldhand.model.visible import line
from oldhand.reasoning.negative import KIND, MINED, YEAR_MS
from oldhand.reasoning.reopening import CHANGED_TAG, TAG, with_versions
from oldhand.store.fold import registers
from oldhand.store.transaction import Transaction

if TYPE_CHECKING:
    from oldhand.knowledge.redaction import Screening

DOMAIN = "decisions"
SLOT = "tried/"  # begins the keys of what was recorded by hand: trying the same again is the same memory
LIFETIMES_MS = {
    "person": 4 * YEAR_MS,  # a person's word outlives, as decisions do, two years for half of it
    "agent": 2 * YEAR_MS,  # of what bites, half is over in a year: the code under it is written anew (knowledge.decay)
    "decision": 4 * YEAR_MS,  # what failed with evidence, as long as a decision that did not
    "session": YEAR_MS // 2,  # what a session ruled out belonged to the work at hand, and nobody checked it
}
"""How long what was tried counts, by who or what says so, in milliseconds: two half-lives of it. What history shows
has lifetimes of its own beside its half-lives (knowledge/history_reverts.py, history_removals.py,
history_dependencies.py)."""
LONGEST = 2_000  # characters of one field
LONGEST_HYPOTHESIS = 500  # characters of what was tried: one thing
LONGEST_CONCLUSION = 1_000  # characters of what came of it
MOST_EVIDENCE = 20
MOST_REOPENS = 8
EVERYWHERE = "this project"  # the scope of what nobody tied to a part of it


class Attempt(NamedTuple):
    """What was tried, as somebody says it. until: milliseconds since 1970, None for the lifetime of its source."""

    tried: str
    conclusion: str
    evidence: Sequence[str] = ()
    severity: str = ""
    advice: str = ""
    applies: str = ""
    module: str = ""
    anchors: Sequence[str] = ()
    reopens: Sequence[str] = ()
    triggers: Sequence[str] = ()
    domain: str = ""
    tags: Sequence[str] = ()
    until: int | None = None


def record(
    transaction: Transaction, observer: Observer, attempt: Attempt, voice: Voice, screening: "Screening"
) -> Asserted:  # fmt: skip
    """Take in what was tried. The same tried again is the same memory: a new conclusion becomes its wording, the same
    one confirms it; either way it counts anew from now on, and is no longer open for another try.

    Raises BadArgument, BadAnchor and what asserting raises.
    """
    said = stated(observer, attempt, voice, screening, transaction.now_ms)
    done = assert_(transaction, said, voice)
    if done.outcome in ("confirmed", "changed", "restored") and done.memory == identity(said):
        _renew(transaction, done.memory, said, voice)
    return done


def stated(observer: Observer, attempt: Attempt, voice: Voice, screening: "Screening", now_ms: int) -> Statement:
    """What was tried, as a statement: with its scope, its end and what reopens it."""
    tried = _bounded("text", attempt.tried, LONGEST_HYPOTHESIS)
    conclusion = _bounded("conclusion", attempt.conclusion, LONGEST_CONCLUSION)
    for name, given, most in (
        ("evidence", attempt.evidence, MOST_EVIDENCE),
        ("reopens", attempt.reopens, MOST_REOPENS),
    ):
        if len(given) > most:
            raise BadArgument(name, f"{len(given)} of them", f"{most} at most: the ones that tell most")
    reopens = with_versions(observer.root, attempt.reopens)
    occasions, others = sayings(attempt.triggers)
    if others:
        raise BadArgument("triggers", others, "a program tells command:WORDS, edit:FILE, read:FILE and file:FILE")
    watched = [one for one in reopens if not one.startswith(DEPENDENCY) or place_of(one) != one]
    places = [*attempt.anchors, *place_of_module(observer, attempt.module), *map(place_of, watched)]
    applies = _bounded("applies", attempt.applies, LONGEST) if attempt.applies.strip() else ""
    fields = {
        "text": worded(tried, conclusion), "hypothesis": tried, "conclusion": conclusion,
        "evidence": [_bounded("evidence", one, LONGEST) for one in attempt.evidence],
        "severity": attempt.severity if attempt.severity in SEVERITIES else UNSTATED,
        "advice": _bounded("advice", attempt.advice, LONGEST) if attempt.advice.strip() else "",
        "applies": applies or scope_of(attempt.module, attempt.anchors), "module": line(attempt.module.strip()),
        "reopens": reopens, "triggers": occasions,
    }  # fmt: skip
    until = attempt.until if attempt.until is not None else now_ms + lifetime(voice)
    return statement(
        observer, KIND, fields, screening=screening, domain=attempt.domain or DOMAIN, key=slot_of(tried),
        tags=list(attempt.tags), anchors_said=list(dict.fromkeys(places)), strict=True, valid_from=now_ms,
        valid_until=until,
    )  # fmt: skip


def lifetime(voice: Voice) -> int:
    """How long somebody's word on what was tried counts, in milliseconds."""
    return LIFETIMES_MS["person" if voice.trust in ("user", "repo") else "agent"]


def worded(tried: str, conclusion: str) -> str:
    """What was tried and what came of it, in one sentence; it begins as what history shows does."""
    ends = "" if conclusion[-1:] in ".!?…" else "."
    return f'TRIED "{tried.rstrip(".")}" did not work: {conclusion}{ends}'


def slot_of(tried: str) -> str:
    """The key of what was tried: the same for the same words, however they are spaced, marked or capitalized."""
    plain = "".join(character if character.isalnum() else " " for character in tried.casefold())
    return SLOT + hashlib.sha256(" ".join(plain.split()).encode()).hexdigest()[:16]


def scope_of(module: str, anchors: Sequence[str]) -> str:
    """Where something holds, in words: every memory of this kind says it."""
    if module.strip():
        return line(module.strip())
    named = [one for one in anchors if not one.startswith(DEPENDENCY)]
    if named:
        return ", ".join(line(one) for one in named[:3]) + (f" and {len(named) - 3} more" if named[3:] else "")
    return EVERYWHERE


def place_of_module(observer: Observer, module: str) -> list[str]:
    """The anchor of a part of the project that is a folder or a file of it, so that it is told there; else none."""
    try:
        anchor = parse(line(module.strip()).rstrip("/"))
    except BadInput:
        return []  # a part in words
    there = anchor.kind == "file" and (observer.files.is_folder(anchor.path) or observer.files.exists(anchor.path))
    return [anchor.path] if there else []


def place_of(reopen: str) -> str:
    """The anchor that watches what would make something worth another try: without the version."""
    if not reopen.startswith(DEPENDENCY):
        return reopen
    return DEPENDENCY + split_dependency(reopen[len(DEPENDENCY) :])[0]


def expire(transaction: Transaction, name: str, voice: Voice, at_ms: int, reason: str = "") -> str:
    """Say until when what was tried counts; its id. Raises UnknownId, NotNegative, and Refused for who is trusted less
    than those who said it."""
    held = _named(transaction, name, voice, "say until when it holds")
    fields: dict[str, object] = {"valid_until": at_ms, **_because(reason)}
    if at_ms > transaction.now_ms and registers(transaction.record(held)).get(f"tag/{TAG}"):
        fields["untag"] = [TAG]
    transaction.emit("set", held, voice.actor, voice.origin, fields)
    return held


class Opened(NamedTuple):
    """What was opened for another try. fresh: whether that is new; over: it counts no longer, so that nothing keeps
    anybody from trying, and nothing was changed."""

    id: str
    fresh: bool
    over: bool


def reopen(transaction: Transaction, name: str, voice: Voice, reason: str = "") -> Opened:
    """Say that something is worth another try. Raises as `expire` does."""
    held = _named(transaction, name, voice, "open it for another try")
    values = registers(transaction.record(held))
    until = values.get("valid_until")
    if isinstance(until, int) and until < transaction.now_ms:
        return Opened(held, False, True)
    if values.get(f"tag/{TAG}"):
        return Opened(held, False, False)
    transaction.emit("set", held, voice.actor, voice.origin, {"tags": [TAG], **_because(reason)})
    return Opened(held, True, False)


def _named(transaction: Transaction, name: str, voice: Voice, what: str) -> str:
    held = present(transaction, name)
    values = registers(held.record)
    kind = str(values.get("kind", ""))
    if kind != KIND and not (kind == "gotcha" and str(values.get("key", "")).startswith(MINED)):
        raise NotNegative(short(held.id), kind or "none")
    require(voice, held.record, held.id, what)
    return held.id


def _because(reason: str) -> dict[str, str]:
    if len(reason.encode()) > LONGEST_REASON:
        raise TooLong("reason", len(reason.encode()), LONGEST_REASON)
    return {"reason": reason} if reason else {}


def _renew(transaction: Transaction, memory: str, said: Statement, voice: Voice) -> None:
    """Have what was tried again count from now on, with the places as they are now."""
    values = registers(transaction.record(memory))
    fields = {name: said.metadata[name] for name in ("valid_from", "valid_until")}
    fields = {name: value for name, value in fields.items() if values.get(name) != value}
    observed = said.metadata.get("anchors", {})
    if fresh := {place: value for place, value in observed.items() if values.get(f"anchor/{place}") != value}:
        fields["anchors"] = fresh
    if marks := [tag for tag in (TAG, CHANGED_TAG) if values.get(f"tag/{tag}")]:
        fields["untag"] = marks
    if fields:
        transaction.emit("set", memory, voice.actor, voice.origin, fields)


def _bounded(name: str, text: str, most: int) -> str:
    """A text of one line within its bound. Raises BadArgument."""
    said = " ".join(text.split())
    if not said or len(said) > most:
        why = f"it has {len(said):,} characters, {most:,} at most" if said else "it is empty: say it in a sentence"
        raise BadArgument(name, f"{said[:40]}…" if len(said) > 40 else said, why)
    return said
