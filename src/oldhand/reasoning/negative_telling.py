"""Telling what was tried: one record for listings and for showing one, with how often it was shown and what became
of that.

How often it was shown is in the local log of sessions alone; what it kept from, and what was done all the same, are
ties of the memory, and go where it goes.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.anchors import Checker
from oldhand.errors import AmbiguousId, NotNegative, OldhandError, UnknownId
from oldhand.knowledge.anchoring import checker as checker_of
from oldhand.model.identity import short
from oldhand.model.moment import iso
from oldhand.reasoning.negative import CURRENT, EVER, KIND, MINED, Known, is_negative, known, pressing, tried
from oldhand.reasoning.reopening import SAID, SAYS_SO, TAG, declares
from oldhand.recall.render import clipped
from oldhand.store.by_kind import of_kind
from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import Shelf

if TYPE_CHECKING:
    from oldhand.memory import Memory

MOST_READ = 5_000  # memories of the kind that are put in order: history gives some dozens, people some more
MOST_INJECTIONS = 100_000  # noted injections that are counted: the log keeps 90 days of them
MOST_TARGETS = 20  # of what it kept from, and of what was done all the same, that are told
MOST_NAMED = 5  # memories that a name fits, named in an error
LONGEST_TARGET = 160  # characters of one of them


class NegativeTold(NamedTuple):
    """What was tried, as replies tell it.

    tried, conclusion: what was hoped and what came of it; state: in force, reopened (`again` says why it may be worth
    another try) or expired; since, until: ISO 8601 in UTC; shown: how often sessions on this machine were told of it;
    prevented, ignored: how often it was then not done, and done all the same; why: what brought it, empty in lists.
    """

    id: str
    text: str
    tried: str
    conclusion: str
    advice: str
    severity: str
    applies: str
    module: str
    domain: str
    evidence: list[str]
    anchors: list[str]
    reopens: list[str]
    standing: str
    trust: str
    said_by: str
    since: str
    until: str
    state: str
    again: list[str]
    why: str
    shown: int
    prevented: int
    ignored: int


class Target(NamedTuple):
    """A memory that something is tied to: a decision, the record of a session. text: empty where it is gone; how: why
    they are tied and how sure that is, where it was derived."""

    id: str
    kind: str
    text: str
    how: str = ""


def told(one: Known, shown: int = 0) -> NegativeTold:
    """Something that was tried, as replies tell it."""
    return NegativeTold(
        one.id, one.text, one.hypothesis, one.conclusion, one.advice, one.severity, one.applies, one.module, one.domain,
        list(one.evidence), list(one.anchors), list(one.reopens), one.standing, one.trust, one.said_by, iso(one.since),
        iso(one.until), one.state, list(one.again), one.why, shown, len(one.prevented), len(one.ignored),
    )  # fmt: skip


def listed(memory: "Memory", reader: Reader, now_ms: int) -> list[Known]:
    """All that was tried, also what holds no longer: the gravest and freshest first."""
    files = checker_of(memory, "")
    declaring = declares(files.root) if files else None
    every = [known(held, now_ms, files, declaring) for held in held_ones(reader)]
    return sorted(every, key=lambda one: (-pressing(one, now_ms), one.id))


def held_ones(reader: Reader, standings: Sequence[str] = CURRENT) -> Iterator[Held]:
    """The memories of what was tried, MOST_READ of the kind at most, and what older versions mined from history."""
    yield from reader.several(of_kind(reader, KIND, MOST_READ, standings=standings), Shelf(tuple(standings)))
    for held in reader.memories(Shelf(tuple(standings), kind="gotcha", tag="history"), limit=MOST_READ):
        if held.key.startswith(MINED):
            yield held


def shown_of(memory: "Memory") -> Counter[str]:
    """How often each memory was put before a session, as the local log of sessions has it; empty where it cannot be
    read."""
    found: Counter[str] = Counter()
    try:
        injections = memory.session_log().injections(limit=MOST_INJECTIONS)
    except OldhandError:
        return found  # `doctor` says what is wrong with the log; what the memory itself holds is told all the same
    for one in injections:
        if not one.withheld:
            found.update(one.memories)
    return found


def named(reader: Reader, name: str) -> Held:
    """What was tried that a name means: digits of its id, what was tried, or words that only it has.

    Raises UnknownId, AmbiguousId, NotNegative and DamagedObject.
    """
    try:
        held = reader.get(reader.resolve(name))
    except UnknownId:
        wanted = " ".join(name.casefold().split())
        if not any(character.isalpha() for character in wanted):
            raise
        said = [(one, " ".join(tried(one).casefold().split())) for one in held_ones(reader, EVER)]
        found = [one for one, text in said if text == wanted] or [one for one, text in said if wanted in text]
        if len(found) > 1 and (current := [one for one in found if one.standing in CURRENT]):
            found = current  # what was put away yields its name
        if not found:
            raise
        if len(found) > 1:
            raise AmbiguousId(name, ", ".join(short(one.id) for one in found[:MOST_NAMED])) from None
        return found[0]
    if not is_negative(held):
        raise NotNegative(short(held.id), held.kind or "none")
    return held


def one_of(memory: "Memory", reader: Reader, held: Held, now_ms: int, as_of: str = "") -> Known:
    """One memory of what was tried, with what was said when somebody opened it for another try."""
    files: Checker | None = checker_of(memory, as_of)
    one = known(held, now_ms, files)
    why = said_why(reader, held.id, "tags", TAG) if TAG in held.tags else ""
    return one._replace(again=tuple(f"{SAYS_SO}: {why}" if why and said == SAID else said for said in one.again))


def said_why(reader: Reader, name: str, field: str, value: str = "") -> str:
    """Why a field of a memory is as it is, in the words of who set it last; empty where they gave none.

    value: of a set, the member that was added.
    """
    reasons = [
        str(event.fields.get("reason", ""))
        for _, event in reader.history(name)
        if event.op == "set" and field in event.fields and (not value or value in event.fields[field])
    ]
    return reasons[-1] if reasons else ""


def targets(reader: Reader, ids: Sequence[str], of: str = "", rel: str = "") -> list[Target]:
    """What some memories are, the first MOST_TARGETS. of, rel: the memory that is tied to them so, for why it is."""
    why: dict[str, str] = {}
    for _, event in reader.history(of) if of else ():
        if event.op == "link" and event.fields.get("rel") == rel:
            why[str(event.fields.get("target", ""))] = str(event.fields.get("reason", ""))
    found = []
    for name in ids[:MOST_TARGETS]:
        held = reader.find(name)
        said = clipped(" ".join((held.title or held.text).split()), LONGEST_TARGET) if held else ""
        found.append(Target(short(name), held.kind if held else "", said, why.get(name, "")))
    return found
