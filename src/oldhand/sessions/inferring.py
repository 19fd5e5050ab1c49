"""What the local logs tell of memories: how good recall's answers are, and after which memories work went wrong.

Each layer gives its counts with intervals. What is said of single memories is tested exactly, and of all that is said
so at most a tenth may be chance (Benjamini and Hochberg). What two things have to do with each other, no log proves.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from oldhand.knowledge import chance
from oldhand.knowledge.utility import NEWEST
from oldhand.model.identity import short
from oldhand.recall.render import clipped
from oldhand.sessions.answers import Answer, answers, tied_to_files
from oldhand.sessions.arms import MOST_INJECTIONS, Lived, arms
from oldhand.sessions.measuring import discoveries, fisher, wilson
from oldhand.store.shelf import Shelf
from oldhand.store.trace_log import Wanted, entries

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.reader import Reader

FALSE_RATE = chance.FALSE_RATE
FEWEST_ANSWERS = 30  # below it the interval of a share is some 35 points wide
FEWEST_SESSIONS = 30  # with something told: the same for shares of sessions
FEWEST_OF_EACH = 5  # sessions with a memory, and without it: fewer can hardly be clear by the exact test
MOST_NEVER = 2_000  # memories looked through for those never recalled
LONGEST_TEXT = 160
UNTOLD = frozenset({"quarantined", "rejected"})  # standings of what nobody is told, however it was once
RECORDS = frozenset({"engram", "handoff", "arc", "chain"})  # kinds that recall does not look for
NOISE, NEVER, TROUBLE, RELIEF = "noise", "never recalled", "more trouble", "less trouble"


class Share(NamedTuple):
    """A share: `times` of `of`, in thousandths with its 95 % interval (Wilson)."""

    what: str
    times: int
    of: int
    share: int
    low: int
    high: int


class Finding(NamedTuple):
    """What is said of one memory, or of a step of work or a pair of memories.

    what: NOISE, NEVER, TROUBLE or RELIEF; times, of: of how many showings or sessions; other, of_other: the same of
    what it is compared with. Of a step or a pair (id is empty, text names it): `follows`, `fails more than the rest` or
    `used together`; times: seen, of: sessions or stretches of work, other: how often expected. chance: how probable
    this is by chance alone, in millionths (0 where nothing is tested); share, low, high: of a sequence, how often its
    last step comes next after its first ones, in thousandths with a 95 % interval.
    """

    id: str
    text: str
    what: str
    times: int
    of: int
    other: int
    of_other: int
    chance: int
    share: int = 0
    low: int = 0
    high: int = 0


class Span(NamedTuple):
    """How long calls of a tool took. calls: whose times are known, in so many sessions; median, most: milliseconds,
    most is what 90 % of them stay below."""

    what: str
    calls: int
    sessions: int
    median: int
    most: int


class Inferred(NamedTuple):
    """What a layer tells. basis: how many answers or sessions it rests on, needed: how many it takes; shares, findings:
    empty while there are fewer; left_out: findings beyond the limit; spans: how long calls took."""

    basis: int
    needed: int
    shares: list[Share]
    findings: list[Finding]
    left_out: int
    spans: tuple[Span, ...] = ()


def share(what: str, count: int, of: int) -> Share:
    """A share with its interval."""
    low, high = wilson(count, of)
    return Share(what, count, of, round(1000 * count / of) if of else 0, round(1000 * low), round(1000 * high))


def recall_layer(memory: "Memory", limit: int) -> Inferred:
    """How good recall's answers are; which memories are noise in them, and which never came up.

    Raises UnusableStore when the log cannot be read.
    """
    logged = [trace for _, trace in entries(memory.traces(), Wanted(outcome="ok"), NEWEST)]
    with memory.reading() as reader:
        given = answers(logged, tied_to_files(logged, reader))
        if len(given) < FEWEST_ANSWERS:
            return Inferred(len(given), FEWEST_ANSWERS, [], [], 0)
        found = noise(given)
        seen = {name for one in given for name in one.shown}
        briefed = {name for trace in logged if trace.operation == "brief" for name in trace.detail.get("shown", ())}
        told = {short(name) for one in memory.session_log().injections(limit=MOST_INJECTIONS) for name in one.memories}
        found += _never(reader, given[0].at, seen | briefed | told)
        named = [one._replace(text=one.text or text_of(reader, one.id)) for one in found[:limit]]
    return Inferred(len(given), FEWEST_ANSWERS, quality(given), named, max(len(found) - limit, 0))


def quality(given: Sequence[Answer]) -> list[Share]:
    """What came of the answers, as shares of all of them."""
    used = sum(bool(one.used) for one in given)
    again = sum(one.again and not one.used for one in given)
    empty = sum(not one.shown for one in given)
    return [
        share("used", used, len(given)), share("searched again, nothing used", again, len(given)),
        share("neither", len(given) - used - again, len(given)), share("showed nothing", empty, len(given)),
    ]  # fmt: skip


def noise(given: Iterable[Answer]) -> list[Finding]:
    """The memories that are used less often than what answers show is on the whole, by the exact binomial test."""
    shown: dict[str, int] = {}
    used: dict[str, int] = {}
    for one in given:
        for name in one.shown:
            shown[name] = shown.get(name, 0) + 1
            used[name] = used.get(name, 0) + (name in one.used)
    all_shown, all_used = sum(shown.values()), sum(used.values())
    return [
        Finding(one.name, "", NOISE, one.used, one.shown, all_used, all_shown, round(1e6 * one.chance))
        for one in chance.noise(shown, used)
    ]


def _never(reader: "Reader", since: int, known: set[str]) -> list[Finding]:
    """The memories that were there through the whole log and that nothing showed, the longest there first."""
    held = reader.memories(Shelf(standings=("active",)), limit=MOST_NEVER)
    silent = [
        one for one in held if one.created < since and short(one.id) not in known and one.kind not in RECORDS
    ]  # fmt: skip
    return [
        Finding(short(one.id), clipped(" ".join(one.text.split()), LONGEST_TEXT), NEVER, 0, 0, 0, 0, 0)
        for one in sorted(silent, key=lambda one: (one.created, one.id))
    ]


def corrections_layer(memory: "Memory", limit: int) -> Inferred:
    """After which memories the person corrected the agent, or work was taken back, more or less often than without.

    Of sessions in which memory spoke. Raises the errors of the log.
    """
    log = memory.session_log()
    lived, _ = arms(memory, log.injections(limit=MOST_INJECTIONS), 0, 0)
    told = [one for one in lived if not one.withheld]
    if len(told) < FEWEST_SESSIONS:
        return Inferred(len(told), FEWEST_SESSIONS, [], [], 0)
    found = trouble(told)
    with memory.reading() as reader:
        named = [one._replace(id=short(one.id), text=text_of(reader, one.id)) for one in found[:limit]]
    shares = [
        share("sessions with a correction", sum(bool(one.corrections) for one in told), len(told)),
        share("sessions with work taken back", sum(bool(one.reverts) for one in told), len(told)),
    ]
    return Inferred(len(told), FEWEST_SESSIONS, shares, named, max(len(found) - limit, 0))


def trouble(told: Sequence[Lived]) -> list[Finding]:
    """The memories after which there was more or less trouble than in sessions without them, by Fisher's exact test.

    Trouble is a correction or a revert; with the memory only after it was told, without it in the whole session: what
    is told late in a session seems so a little better than it is.
    """
    due: dict[str, list[bool]] = {}
    every = sum(bool(one.troubles) for one in told)
    whole: dict[str, int] = {}  # sessions with the memory that had trouble at any time
    for one in told:
        for name, at in one.memories.items():
            due.setdefault(name, []).append(any(trouble >= at for trouble in one.troubles))
            whole[name] = whole.get(name, 0) + bool(one.troubles)
    names = [name for name in sorted(due) if FEWEST_OF_EACH <= len(due[name]) <= len(told) - FEWEST_OF_EACH]
    rows = [(sum(due[name]), len(due[name]), every - whole[name], len(told) - len(due[name])) for name in names]
    chances = [fisher(*row) for row in rows]
    found = [
        Finding(name, "", TROUBLE if row[0] * row[3] > row[2] * row[1] else RELIEF, *row, round(1e6 * chance))
        for name, row, chance, clear in zip(names, rows, chances, discoveries(chances, FALSE_RATE), strict=True)
        if clear
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.what != TROUBLE, one.chance, one.id))


def text_of(reader: "Reader", name: str) -> str:
    """What a memory says now; empty when it is no longer there, its beginning is not enough to tell it, or nobody is to
    be told it."""
    from oldhand.errors import OldhandError

    try:
        held = reader.get(reader.resolve(name))
    except OldhandError:
        return ""
    return "" if held.standing in UNTOLD else clipped(" ".join(held.text.split()), LONGEST_TEXT)
