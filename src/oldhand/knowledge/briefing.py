"""The briefing: the most trusted current knowledge as AAAK lines, the same bytes until the memory changes.

A line is a section, a colon and its items between `|`; an item is the memory's id, what it says and its stars:

    DECISIONS:d41c07 payments/retry=never automatically★★★★★|77be90 db=PostgreSQL 16★★★★

Nothing here asks the clock: what has an end says so, and reminders that have a date are told when they are due
(`oldhand remind --due`, and at the point of action), not here. Only what may open a session is told.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from oldhand.knowledge.answered import still_open
from oldhand.knowledge.conventions import area_of
from oldhand.knowledge.ended_badly import ended_badly
from oldhand.knowledge.occasions import in_words, stored
from oldhand.knowledge.opposing import oppose, worded
from oldhand.knowledge.severity import severity_of
from oldhand.knowledge.trusting import PERSON, VOUCHING, counted, eligible, orders_unvouched, strongest
from oldhand.model.identity import SHORTEST_PREFIX
from oldhand.model.moment import day
from oldhand.model.tokens import estimate
from oldhand.model.trust import RANK
from oldhand.model.visible import fenced
from oldhand.recall.render import clipped
from oldhand.store.anchored import tied
from oldhand.store.by_kind import of_kind
from oldhand.store.fold import registers
from oldhand.store.lineage import DERIVED
from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import Shelf

# Sections in the order of their lines, with the kind of memory that each holds.
SECTIONS = {
    "decision": "DECISIONS", "convention": "CONVENTIONS", "gotcha": "GOTCHAS", "reminder": "REMINDERS",
    "claim": "FACTS", "summary": "SUMMARIES", "arc": "OPEN", "gap": "OPEN", "question": "ASK",
}  # fmt: skip
KIND_ORDER = tuple(SECTIONS)
YOURS = "YOURS"  # the section of the person's own memory of all projects
OPEN_KINDS = ("gap", "question")
STATING = ("claim", "convention", "decision", "gotcha")  # kinds that can contradict each other
LONGEST_ITEM = 160  # characters of one memory: a briefing names things, `recall` tells them
LONGEST_SUMMARY = 400  # characters of a summary: it stands for several memories
LONGEST_NAME = 60  # characters of a key or an area before it
LONGEST_TRIGGER = 60  # characters of what sets a gotcha off
# Memories weighed of each kind: more than a briefing of 500 tokens can hold of any.
WEIGHED = {("user",): 30, ("repo",): 30, ("agent",): 15, ("tool", "web"): 10}
MOST_CONTESTED = 15  # contested memories weighed of each kind: each may ask for those that it is contested with
MOST_WEIGHED = 80  # tokens of budget for each memory weighed of a kind beyond that
README = "README.md"
MOST_OF_README = 40  # of its claims that are weighed
ELSEWHERE = 1 << 30  # a line that no README has
ASKED_FOR = -50  # priority that a scan of the code gives: such memories answer a recall and are not told unasked
FENCE_TOKENS = 40  # what the fence around a briefing costs
SHARE_OF_YOURS = 5  # the person's own memory takes at most one part in so many of the budget
# Hundredths of the budget that each section may take before the others had theirs; what is left goes by value alone.
SHARES = {
    "DECISIONS": 40, "CONVENTIONS": 25, "GOTCHAS": 15, "REMINDERS": 10, "FACTS": 10, "SUMMARIES": 5, "OPEN": 5,
    "ASK": 5,
}  # fmt: skip
CONFIRMATIONS_FULL = 5  # confirmations from which on more say nothing new
STAR, SEPARATOR = "★", "|"
MOST_STARS = 5
STARS_OF = {"user": 4, "repo": 3, "agent": 2}  # by the strongest trust by which it was said or confirmed; else 1
OFTEN = 3  # times said or confirmed that give a star
LIKELY, DOUBTFUL = 7_000, 4_000  # confidence in ten-thousandths below which a star is lost, and one more
_NAMELESS = ("adr/", "history/", "gotcha/")  # keys that programs give and that tell a reader nothing


class Item(NamedTuple):
    """A memory in a briefing. name: what it is about (its key or area), may be empty; stars: 1 to 5, 0 for what is
    asked; scope: project or global."""

    id: str
    section: str
    name: str
    text: str
    stars: int
    scope: str


class Briefing(NamedTuple):
    """A briefing. lines: ready for an agent; items: the same, one by one; total: memories there are; tokens: what the
    lines cost with their fence; needed: when the budget is too small to tell anything, the one that tells something,
    else 0."""

    lines: list[str]
    items: list[Item]
    total: int
    tokens: int
    needed: int = 0


class _Weighed:
    """The memories that are weighed for a briefing, as what they say decides whether an item of theirs is told."""

    def __init__(self, held: Iterable[Held], elsewhere: Iterable[Held] = ()) -> None:
        """elsewhere: the person's own memory of all projects; the project's own files may differ from that."""
        self._held = {one.id: one for one in held}
        self._orders: dict[str, bool] = {}
        self._same: dict[str, set[str]] = {}
        self._by_people = [(one, worded(one.text)) for one in self._held.values() if _believed_fully(one)]
        self._elsewhere = [(one, worded(one.text)) for one in elsewhere if _believed_fully(one)]
        for one in self._held.values():
            for name in self._under(one):
                self._same.setdefault(one.id, set()).add(name)
                self._same.setdefault(name, set()).add(one.id)

    def tells(self, item: Item, told: Collection[str] = frozenset()) -> bool:
        """Whether an item may be told beside those already told (ids): nothing is told twice, as a summary and as what
        it sums up, no text that gives orders which no person let in, and nothing that contradicts what a person said.
        Texts are read here, where few are left."""
        if not self._same.get(item.id, set()).isdisjoint(told):
            return False
        if item.id not in self._orders:
            one = self._held[item.id]
            self._orders[item.id] = orders_unvouched(one) or self._denies_a_person(one)
        return not self._orders[item.id]

    def _denies_a_person(self, one: Held) -> bool:
        """Whether a memory that nobody who counts as a person said or confirmed contradicts what one did."""
        if one.kind not in STATING or _believed_fully(one):
            return False
        mine, others = worded(one.text), () if strongest(one.record) in VOUCHING else self._elsewhere
        return any(other.id != one.id and oppose(words, mine) for other, words in (*self._by_people, *others))

    def _under(self, summary: Held) -> set[str]:
        """What a summary sums up, also through other summaries that are weighed; nothing for any other memory."""
        found: set[str] = set()
        waiting = [summary]
        while waiting:
            one = waiting.pop()
            if one.kind != "summary":
                continue  # any other memory that was made from some says something of its own
            values = registers(one.record)
            fresh = {name[len(DERIVED) :] for name, stands in values.items() if stands and name.startswith(DERIVED)}
            waiting += [self._held[name] for name in sorted(fresh - found) if name in self._held]
            found |= fresh
        return found - {summary.id}


def _believed_fully(held: Held) -> bool:
    """Whether a person said or confirmed a memory that states something."""
    return held.kind in STATING and strongest(held.record) == PERSON


def briefing(reader: Reader, budget: int, domain: str = "", personal: Reader | None = None) -> Briefing:
    """The briefing that fits `budget` tokens, its fence included. personal: the person's own memory, if it is told."""
    total = reader.count(Shelf(standings=("active", "contested"), domain=domain))
    left = budget - FENCE_TOKENS
    yours: list[Item] = []
    needed: list[int] = []
    own: list[Held] = []
    if personal is not None:
        from oldhand.knowledge.rejected_here import welcome  # many have no memory of their own

        total += personal.count(Shelf(standings=("active", "contested")))
        room = left // SHARE_OF_YOURS
        own = list(welcome(reader, _weighed(personal, room, "")))
        mine = [_item(personal, one)._replace(section=YOURS, scope="global") for one in own]
        mine, weighed = [item for item in mine if item.stars], _Weighed(own)
        yours, used = _fitting(mine, room, {item: _cost(item) for item in mine}, weighed)
        left -= used
        needed += [] if yours else [SHARE_OF_YOURS * cost for cost in _alone(mine, weighed)]
    held = _weighed(reader, left, domain)
    candidates, weighed = [_item(reader, one) for one in held], _Weighed(held, own)
    items, used = _shared(candidates, left, weighed)
    left -= used
    order = (*SECTIONS.values(), YOURS)
    chosen = sorted([*items, *yours], key=lambda item: order.index(item.section))
    needed += [] if chosen else _alone(candidates, weighed)
    least = 0 if chosen else FENCE_TOKENS + min(needed, default=-FENCE_TOKENS)
    return Briefing(lines_of(chosen), chosen, total, budget - FENCE_TOKENS - left, least)


def whole(reader: Reader, budget: int, domain: str = "", personal: Reader | None = None) -> tuple[Briefing, str]:
    """The briefing that fits `budget` tokens with what must be told of damage, and that; empty when there is none."""
    told = briefing(reader, budget, domain, personal)
    degraded = "; ".join(filter(None, (one.degradation() for one in (reader, personal) if one)))
    if degraded:  # that is told too, and must fit
        told = briefing(reader, budget - estimate(f"DEGRADED: {degraded}\n"), domain, personal)
    return told, degraded


def _alone(items: Iterable[Item], weighed: _Weighed) -> list[int]:
    """What the cheapest of the items that may be told costs alone, in tokens, its section included; none: nothing."""
    priced = sorted(((_cost(item) + _heading(item), item) for item in items), key=lambda pair: pair[0])
    return next(([cost] for cost, item in priced if weighed.tells(item)), [])


def lines_of(items: Iterable[Item]) -> list[str]:
    """The items as lines, one a section."""
    sections: dict[str, list[str]] = {}
    for item in items:
        sections.setdefault(item.section, []).append(written(item))
    order = (*dict.fromkeys(SECTIONS.values()), YOURS)
    return [f"{name}:{SEPARATOR.join(sections[name])}" for name in order if name in sections]


def written(item: Item) -> str:
    """An item as its line writes it."""
    name = f"{item.name}=" if item.name else ""
    return f"{item.id[:SHORTEST_PREFIX]} {name}{item.text}{STAR * item.stars}"


def _shared(items: Sequence[Item], room: int, weighed: _Weighed) -> tuple[list[Item], int]:
    """The items that fit so many tokens: first each section within its share of them, then whatever fits the rest.

    Without shares, a project with many decisions would tell nothing else.
    """
    costs = {item: _cost(item) for item in items}
    first: set[Item] = set()
    for section, share in SHARES.items():
        of_section = (item for item in items if item.section == section)
        first |= set(_fitting(of_section, room * share // 100, costs, weighed)[0])
    shown, used = _fitting((item for item in items if item in first), room, costs, weighed)
    chosen = set(shown)
    more, rest = _fitting((item for item in items if item not in chosen), room - used, costs, weighed, shown)
    chosen |= set(more)
    return [item for item in items if item in chosen], used + rest


def _cost(item: Item) -> int:
    """The tokens of an item with what stands before the next one."""
    return estimate(written(item)) + 1


def _heading(item: Item) -> int:
    """The tokens of the beginning of an item's line."""
    return estimate(f"{item.section}:\n")


def _fitting(
    items: Iterable[Item], room: int, costs: Mapping[Item, int], weighed: _Weighed, before: Sequence[Item] = ()
) -> tuple[list[Item], int]:
    """The items that fit so many tokens, the first ones first, and what they cost. before: those told and paid for."""
    shown: list[Item] = []
    sections, told = {item.section for item in before}, {item.id for item in before}
    left = room
    for item in items:
        cost = costs[item] + (0 if item.section in sections else _heading(item))
        if cost > left or not weighed.tells(item, told):
            continue
        sections.add(item.section)
        told.add(item.id)
        shown.append(item)
        left -= cost
    return shown, room - left


def _weighed(reader: Reader, room: int, domain: str) -> list[Held]:
    """The memories that may be told, the most valuable first."""
    names: dict[str, None] = {}
    more = max(room, 0) // MOST_WEIGHED
    for kind in KIND_ORDER:
        for trusts, most in WEIGHED.items():
            names |= dict.fromkeys(of_kind(reader, kind, most + more, trusts=trusts, domain=domain))
        names |= dict.fromkeys(of_kind(reader, kind, MOST_CONTESTED, standings=("contested",), domain=domain))
    if not domain:
        names |= dict.fromkeys(tied(reader, README, MOST_OF_README))
    current = reader.several(list(names), Shelf(("active", "contested")))
    held = [one for one in current if _tellable(one, domain) and eligible(reader, one)]
    failed = ended_badly(reader, held)  # told as what holds they would be recommended
    held = [one for one in held if one.id not in failed]
    asked = [one for one in held if one.kind in OPEN_KINDS]
    unanswered = {one.id for one in still_open(reader, asked)}
    return sorted((one for one in held if one.kind not in OPEN_KINDS or one.id in unanswered), key=_worth)


def _tellable(held: Held, domain: str) -> bool:
    if held.kind not in SECTIONS or (held.kind == "arc" and held.wordings[-1].content.get("of")):
        return False  # a step is told with its goal
    if not domain and held.priority < 0 and (held.trust == "tool" or held.priority <= ASKED_FOR):
        return False  # what a program noted for the record, such as edits and symbols, would drown what people said
    if held.kind != "reminder":
        return True
    # else it is told at its occasion, or on its day
    return held.valid_from is None and all(trigger.way == "any" for trigger in stored(held.wordings[-1].content))


def stars(held: Held) -> int:
    """How far a memory may be relied on, 1 to 5: who said or confirmed it, how often, how sure they were.

    4 for a person's word, 3 for the project's own files, 2 for an agent's, 1 for what is less; one more when it was
    said or confirmed OFTEN or more times; one less below a confidence of 0.7, two less below 0.4.
    """
    count = STARS_OF.get(strongest(held.record), 1)
    count += sum(counted(held.record).values()) >= OFTEN
    if 0 <= held.confidence < LIKELY:
        count -= 1 + (held.confidence < DOUBTFUL)
    return max(1, min(count, MOST_STARS))


def _worth(held: Held) -> tuple[int | str, ...]:
    """What sorts the most valuable first: priority, stars, trust, confirmations, kind, since when, and the id.

    A claim that only a document makes comes after all else of its priority, that of the README's beginning first:
    the documents are there to be read.
    """
    confirmations = min(held.confirmations, CONFIRMATIONS_FULL)
    since = held.valid_from if held.valid_from is not None else held.updated
    quoted = held.kind == "claim" and held.trust == "repo" and held.confirmations < 2
    return (
        -held.priority, quoted, _line_of_readme(held) if quoted else 0, -stars(held), -RANK.get(held.trust, 0),
        -confirmations, KIND_ORDER.index(held.kind), -since, held.id,
    )  # fmt: skip


def _line_of_readme(held: Held) -> int:
    """The line of the README at which a claim stands; a large number for one from elsewhere."""
    for place in held.anchors:
        path, _, lines = place.rpartition(":")
        if path == README and lines.partition("-")[0].isdecimal():
            return int(lines.partition("-")[0])
    return ELSEWHERE


def _item(reader: Reader, held: Held) -> Item:
    content = held.wordings[-1].content
    said = held.title if held.kind == "decision" and held.title else held.text
    name = area_of(held) if held.kind == "convention" else ""
    if held.key and not held.key.startswith(_NAMELESS):
        name = held.key
    text = clipped(" ".join(said.split()), LONGEST_SUMMARY if held.kind == "summary" else LONGEST_ITEM)
    if held.kind == "gotcha":
        trigger = str(content.get("trigger") or "; ".join(in_words(str(one)) for one in content.get("triggers", ())))
        text += f" ({clipped(' '.join(trigger.split()), LONGEST_TRIGGER)})" * bool(trigger)
        text += " CRITICAL" * (severity_of(content) == "critical")
    if held.valid_until is not None:
        text += f" (until {day(held.valid_until)})"
    if held.standing == "contested":
        text += " (contested)"
    if held.kind == "arc":
        from oldhand.knowledge.goals import in_brief

        name, text = "", in_brief(reader, held)
    if held.kind in OPEN_KINDS:
        waiting = "unanswered" if held.kind == "question" else "open"
        text += f" ({waiting} since {day(held.created)})"
    count = 0 if held.kind in (*OPEN_KINDS, "arc") else stars(held)
    return Item(held.id, SECTIONS[held.kind], _safe(clipped(name, LONGEST_NAME)), _safe(text), count, "project")


def _safe(text: str) -> str:
    """Text in which no sign of the format is left, and which cannot close the fence around it."""
    return fenced(text).replace(SEPARATOR, "/").replace(STAR, "*") if text else ""
