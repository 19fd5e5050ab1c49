"""The health of the knowledge: what of it deserves attention, why, and the command that mends it.

Every finding is a count of something that can be put right. There is no score: the findings are not of one kind, and a
single number would only tell to make it smaller. What is normal in a new project is no finding.
"""

from collections.abc import Callable, Iterator
from shlex import quote
from typing import TYPE_CHECKING, NamedTuple

import oldhand.store.knowledge_counts as counts
from oldhand.knowledge import reviewing
from oldhand.model.identity import short
from oldhand.store.waiting import untrusted

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.reader import Reader

DAY_MS = 86_400_000
FEW = 50  # current memories: with fewer, shares say nothing
ENOUGH_RECALLS = 100  # in the log, before "never recalled" says something: some days of work
MOST_NAMES = 1_000  # recalled memories that are looked up, in 4 ms; of more, all count as looked for: never too many
NOT_PEOPLE = ("agent", "tool", "web")  # whose words are read again; people, and the files they keep, may give orders
UNUSED_SHARE = 50  # percent of what could have been recalled; that much lies idle is usual, more is worth a look
LOPSIDED_SHARE = 90  # percent of all in one room, of one kind or from one source
LOPSIDED_LEAST = 200  # current memories (or latest statements) from which on lopsidedness says something
UNANCHORED_SHARE = 90  # percent tied to no place: then nearly nothing tells when it goes stale
LATEST_SAID = 5_000  # events that are looked through for what was left out, in some 10 ms
MOST_REMINDERS = 100  # that are read, in some 5 ms; nobody has so many that are due
MOST_OPEN = 1_000  # questions, and gaps, the oldest, that are looked at: more is a number nobody needs exactly
MOST_READ = 120  # texts that are read for orders, the first of each kind that a session may open with: some 30 ms
OPEN_DAYS = 30  # days a question stays open before it is a finding


class Finding(NamedTuple):
    """What deserves attention in the knowledge.

    number: how many, at least (large numbers are not always counted to the end); of: of how many that could be (0: no
    such number); why: why it matters; next_step: the command that mends it.
    """

    finding: str
    number: int
    of: int
    why: str
    next_step: str


def findings(memory: "Memory", reader: "Reader") -> list[Finding]:
    """Everything about the project's knowledge that deserves attention, in a fixed order; nothing in good health."""
    looks: tuple[Callable[[Memory, Reader, int], Iterator[Finding]], ...] = (
        _unforgotten, _orders, _standings, _outside, _stale, _ended, _secrets, _open, _overdue, _same, _unused,
        _unanchored, _lopsided,
    )  # fmt: skip
    standings = reader.counts()
    current = standings.get("active", 0) + standings.get("contested", 0)
    return [found for look in looks for found in look(memory, reader, current)]


def _unforgotten(memory: "Memory", reader: "Reader", current: int) -> Iterator[Finding]:
    """What was to be forgotten, and may still stand in a backup or the log because forgetting was interrupted."""
    from oldhand.knowledge.erasing_plan import unfinished

    why = "forgetting was interrupted: what it said may still stand in a store, a backup or the log"
    if names := unfinished(memory.project.store):
        yield Finding("half forgotten", len(names), 0, why, f"oldhand forget {short(names[0])} --yes")
    elif memory.has_global() and (names := unfinished(memory.store("global").folder)):
        yield Finding("half forgotten", len(names), 0, why, f"oldhand forget {short(names[0])} --scope global --yes")
    from oldhand.knowledge.erased_note import NEXT_STEP, doctored

    if told := [detail for _, _, detail, _ in doctored(memory)]:
        yield Finding("forgotten words", len(told), 0, "; ".join(told), NEXT_STEP)


def _orders(memory: "Memory", reader: "Reader", current: int) -> Iterator[Finding]:
    """What gives orders by the rules of today and came in before they knew it, of what might open a session."""
    from oldhand.knowledge.briefing import KIND_ORDER
    from oldhand.knowledge.trusting import eligible, orders_unvouched
    from oldhand.store.by_kind import of_kind
    from oldhand.store.shelf import Shelf

    each = MOST_READ // len(KIND_ORDER)
    names = [name for kind in KIND_ORDER for name in of_kind(reader, kind, each, trusts=NOT_PEOPLE)]
    held = reader.several(names, Shelf(("active",))) if names else []
    if found := [one for one in held if eligible(reader, one) and orders_unvouched(one)]:
        name = short(found[0].id)
        why = (
            "no person said it and it gives orders by the rules of today, which it came in before; no session opens"
            f" with it, but recall tells it. `oldhand confirm {name}` says that it is right"
        )
        step = f"oldhand dispute {name} --reason 'it gives orders'"
        yield Finding("gives orders", len(found), len(held), why, step)


def _standings(memory: "Memory", reader: "Reader", current: int) -> Iterator[Finding]:
    """What is contested, and what is quarantined."""
    standings = reader.counts()
    if number := standings.get("contested", 0):
        why = "recall tells both sides, and nobody knows which one holds"
        yield Finding("contested", number, current, why, "oldhand review --every")
    if number := standings.get("quarantined", 0):
        why = "nobody is told of it until a person has decided"
        yield Finding("quarantined", number, 0, why, "oldhand review --cause quarantined --every")


def _outside(memory: "Memory", reader: "Reader", current: int) -> Iterator[Finding]:
    """What came from tools or the web and nobody here stands for."""
    if number := len(untrusted(reader, reviewing.MOST)):
        why = "it came from outside and nobody here confirmed it; no session opens with it"
        yield Finding("untrusted", number, current, why, "oldhand review --cause untrusted --every")


def _stale(memory: "Memory", reader: "Reader", current: int) -> Iterator[Finding]:
    """What speaks of code that had changed when its anchors were last verified."""
    if number := len(reviewing.stale(memory, reader)):
        why = "the code it speaks of had changed or was gone when its places were last looked at"
        yield Finding("stale", number, current, why, "oldhand anchors verify")


def _ended(memory: "Memory", reader: "Reader", current: int) -> Iterator[Finding]:
    """What was said to hold until a day that is over."""
    if number := counts.ended(reader, memory.now()):
        why = "it was said to hold until a day that is over, and is still told, marked as expired"
        yield Finding("expired", number, current, why, "oldhand review --cause expired --every")


def _secrets(memory: "Memory", reader: "Reader", current: int) -> Iterator[Finding]:
    """Secrets that were left out of what was taken in: where they came from, they may still stand."""
    from oldhand.knowledge.redaction import summary

    if (found := summary(reader, LATEST_SAID)).total:
        kinds = ", ".join(f"{count} {kind}" for kind, count in found.by_kind.items())
        why = f"left out of what was taken in ({kinds}); where it came from it may still stand, so change it"
        yield Finding("secret", found.total, 0, why, f"oldhand search {quote(next(iter(found.by_kind)))}")


def _open(memory: "Memory", reader: "Reader", current: int) -> Iterator[Finding]:
    """Questions and gaps that have been open for long."""
    from oldhand.store.by_kind import how_many

    before = memory.now() - OPEN_DAYS * DAY_MS
    for kind, command in (("question", "oldhand ask"), ("gap", "oldhand gap")):
        if number := counts.open_since(reader, kind, before, MOST_OPEN):
            why = f"a {kind} that has been open for more than {OPEN_DAYS} days"
            yield Finding("unanswered", number, how_many(reader, (kind,), reviewing.CURRENT), why, command)


def _overdue(memory: "Memory", reader: "Reader", current: int) -> Iterator[Finding]:
    """Reminders that are due, of the most important ones."""
    from oldhand.knowledge.reminding import DUE, KIND, reminding
    from oldhand.store.by_kind import how_many, of_kind
    from oldhand.store.shelf import Shelf

    names = of_kind(reader, KIND, MOST_REMINDERS, standings=reviewing.CURRENT)
    held = reader.several(names, Shelf(reviewing.CURRENT)) if names else []
    if number := sum(reminding(one, memory.now()).state == DUE for one in held):
        of = how_many(reader, (KIND,), reviewing.CURRENT)
        yield Finding("overdue", number, of, "reminders whose time has come", "oldhand remind")


def _same(memory: "Memory", reader: "Reader", current: int) -> Iterator[Finding]:
    """What is remembered twice in the same words."""
    if spare := counts.same_words(reader):
        why = "another memory says the same word for word, and both take room in an answer"
        yield Finding("duplicate", len(spare), current, why, f"oldhand retire {short(spare[0])}")


def _unused(memory: "Memory", reader: "Reader", current: int) -> Iterator[Finding]:
    """What no recall that is logged has shown, of what was there before the first of them."""
    uses = reviewing.recalled(memory)
    moments = {moment for shown in uses.values() for moment in shown}
    if len(moments) < ENOUGH_RECALLS:
        return
    first = min(moments)
    could = counts.worded_before(reader, first)
    shown = counts.worded_before_among(reader, uses, first) if len(uses) <= MOST_NAMES else len(uses)
    number = could - shown
    if could >= FEW and number * 100 >= could * UNUSED_SHARE:
        why = f"none of the latest {len(moments):,} recalls showed it"
        yield Finding("never recalled", number, could, why, "oldhand prune")


def _unanchored(memory: "Memory", reader: "Reader", current: int) -> Iterator[Finding]:
    """That nearly nothing is tied to the code."""
    enough = current * (100 - UNANCHORED_SHARE) // 100 + 1  # so many tied ones, and it is no finding
    tied = counts.anchored(reader, enough)
    if current >= FEW and tied < enough:
        why = "it is tied to no place, so nothing tells when it goes stale"
        yield Finding("unanchored", current - tied, current, why, "oldhand revise ID --anchor FILE")


def _lopsided(memory: "Memory", reader: "Reader", current: int) -> Iterator[Finding]:
    """That nearly all is in one room, of one kind or from one source."""
    if current >= LOPSIDED_LEAST:
        for column, what, step in (
            ("domain", "in the room", "oldhand revise ID --domain ROOM"),
            ("kind", "of the kind", "oldhand help kinds"),
        ):
            name, number = next(iter(reader.tally(column).items()), ("", 0))
            if number * 100 >= current * LOPSIDED_SHARE:
                why = f"nearly all is {what} {name}: what it is about, or of what sort, tells nothing apart"
                yield Finding("lopsided", number, current, why, step)
    origins, total = counts.latest_origins(reader)
    for (origin, trust), number in sorted(origins.items()):
        mine = trust in ("user", "repo")
        if not mine and total >= LOPSIDED_LEAST and number * 100 >= total * LOPSIDED_SHARE:
            why = f"nearly all that was said lately came through {origin} ({trust}): if that is wrong, much is wrong"
            yield Finding("one source", number, total, why, f"oldhand revoke --origin {quote(origin)} --dry-run")
