"""Consolidating: what sessions found and noted by themselves becomes ordinary knowledge, within a budget.

Findings of the captured tier that say the same are merged, what several sessions found or people confirmed is
promoted, and what is left of one place or subject is summed up. Only stored facts decide, never the clock, so
doing it again changes nothing, today or next year. What was said on purpose is never retired and never reworded.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from oldhand.errors import BadAnchor, Refused
from oldhand.knowledge.absorbing import absorb, absorber, give_back_one
from oldhand.knowledge.assertion import Statement
from oldhand.knowledge.capture import SESSION, VOUCHED
from oldhand.knowledge.comparing import compare
from oldhand.knowledge.compressing import terms_of
from oldhand.knowledge.contradiction import candidates
from oldhand.knowledge.deriving import text_of
from oldhand.knowledge.salience import CAPTURED
from oldhand.knowledge.summarising import Summed, Wish, summarise
from oldhand.knowledge.trusting import strongest, untrusted
from oldhand.model.anchor import parse
from oldhand.model.identity import short
from oldhand.model.tokens import estimate
from oldhand.model.trust import RANK, Voice, least
from oldhand.store.fold import registers
from oldhand.store.reader import Held, Reader
from oldhand.store.tier import held as members_held
from oldhand.store.tier import members, sessions
from oldhand.store.transaction import Transaction

MOST_FINDINGS = 1_000  # looked at in one run, the earliest first: the whole tier at its usual quota, some seconds
MOST_TOKENS = 2_000  # of summaries written in one run: what a person can read over before the next
SESSIONS_NEEDED = 2  # that found the same by themselves before it is taken for knowledge: one may be mistaken
SMALLEST_GROUP = 4  # findings on one place or subject that are summed up: of fewer, each is soon read (lean-ctx: 4)
MOST_OF_A_GROUP = 40  # of them in one summary: more of one place is many subjects
WORTH_IT = 0.8  # of its inputs' tokens that a summary may have at most; else it only makes them harder to read
SHARED_TERMS = 0.6  # of the smaller one's terms that two texts share before they are compared: paraphrases share more
COMMON = 50  # findings with one term beyond which the term tells nothing about what they are on
SUMMARY_PRIORITY = -20  # of a summary of findings: told after all that was said on purpose


class Merged(NamedTuple):
    """A finding and the ordinary memory, or earlier finding, that says the same or contradicts it."""

    id: str
    into: str


class Consolidated(NamedTuple):
    """What a consolidation did. considered: findings looked at; merged: into what says the same; contradicting: left
    in the tier, because ordinary memories say otherwise; promoted: ids; summaries: those made; left: findings that the
    budget left for another run."""

    considered: int
    merged: tuple[Merged, ...]
    contradicting: tuple[Merged, ...]
    promoted: tuple[str, ...]
    summaries: tuple[Summed, ...]
    left: int


Worded = Callable[[dict[str, Any], str, Sequence[str]], Statement]
"""Makes a statement of a summary's content, for a room and tied to places."""


def consolidate(transaction: Transaction, worded: Worded, voice: Voice, most_tokens: int = MOST_TOKENS) -> Consolidated:
    """Make knowledge of the tier, as part of one change. voice: who asked for it."""
    run = _Run(transaction, voice._replace(origin="consolidate"))
    run.merge()
    run.promote()
    run.bring_back()
    summaries, left = run.sum_up(worded, most_tokens)
    return Consolidated(
        run.considered, tuple(run.merged), tuple(run.contradicting), tuple(run.promoted), tuple(summaries),
        left + run.beyond,
    )  # fmt: skip


class _Run:
    """One pass over the tier."""

    def __init__(self, transaction: Transaction, voice: Voice) -> None:
        self._transaction, self._voice = transaction, voice
        self._reader = Reader(transaction.connection)
        names = members(transaction.connection, CAPTURED, ("active",))
        found = sorted(members_held(self._reader, names, ("active",)), key=lambda one: (one.created, one.id))
        self._findings = {one.id: one for one in found[:MOST_FINDINGS]}
        self.considered, self.beyond = len(self._findings), max(len(found) - MOST_FINDINGS, 0)
        self._sessions = sessions(transaction.connection, CAPTURED)
        self._tier = frozenset(one.id for one in found)
        self.merged: list[Merged] = []
        self.contradicting: list[Merged] = []
        self.promoted: list[str] = []

    def merge(self) -> None:
        """Retire each finding that an ordinary memory, or an earlier finding, says already; that one is confirmed."""
        alike = _Alike()
        for one in list(self._findings.values()):
            same, against = self._ordinary(one)
            into = same or next((held.id for held in alike.near(one) if _same(held, one)), "")
            if into and not _vouched(one):
                self._absorb(one, into)
                continue
            alike.add(one)
            if against:
                self.contradicting.append(Merged(one.id, against))
                del self._findings[one.id]

    def _ordinary(self, one: Held) -> tuple[str, str]:
        """The ordinary memory that says what a finding says, and one that contradicts it; empty where there is none."""
        same = against = ""
        for held, _ in candidates(self._reader, one.text, one.kind, one.anchors, one.key):
            if held.id in self._tier:
                continue
            verdict = compare(held.text, one.text).verdict
            same = same or (held.id if verdict == "paraphrase" and held.kind == one.kind else "")
            against = against or (held.id if verdict == "change" else "")
        return same, against

    def _absorb(self, one: Held, into: str) -> None:
        known = self._sessions.setdefault(into, set())
        for session in sorted(self._sessions.get(one.id, set()) - known):
            fields = {"trust": one.trust, SESSION: session}
            self._transaction.emit("confirm", into, self._voice.actor, self._voice.origin, fields)
            known.add(session)
        absorb(self._transaction, one.id, into, self._voice, f"{short(into)} says the same")
        self.merged.append(Merged(one.id, into))
        del self._findings[one.id]

    def promote(self) -> None:
        """Take out of the tier what several sessions found, and what people or the project's files confirmed."""
        for one in list(self._findings.values()):
            several = len(self._sessions.get(one.id, ())) >= SESSIONS_NEEDED and RANK[one.trust] >= RANK["agent"]
            if several or _vouched(one):
                fields = {"untag": [CAPTURED], "priority": 0}
                self._transaction.emit("set", one.id, self._voice.actor, self._voice.origin, fields)
                self.promoted.append(one.id)
                del self._findings[one.id]

    def bring_back(self) -> None:
        """Restore and promote what a summary absorbed and another session has found since: it stands by itself."""
        transaction = self._transaction
        for name in members(transaction.connection, CAPTURED, ("retired",)):
            if len(self._sessions.get(name, ())) < SESSIONS_NEEDED:
                continue
            record = transaction.record(name)
            into = absorber(transaction, name)
            agreed = RANK.get(least(*(head["trust"] for head in record["heads"])), 0) >= RANK["agent"]
            if into and agreed and registers(transaction.record(into)).get("kind") == "summary":
                give_back_one(transaction, name, self._voice)
                fields = {"untag": [CAPTURED], "priority": 0}
                transaction.emit("set", name, self._voice.actor, self._voice.origin, fields)
                self.promoted.append(name)
                self.considered += 1

    def sum_up(self, worded: Worded, most_tokens: int) -> tuple[list[Summed], int]:
        """Sum up what is left of one place or subject; the summaries, and how many findings the budget left over."""
        made: list[Summed] = []
        tokens = left = 0
        for subject, group in self._groups():
            planned = sum(estimate(text_of(one.wordings[-1].content)) for one in group)
            if tokens and tokens + planned * WORTH_IT > most_tokens:
                left += len(group)
                continue
            if (summed := self._summed(subject, group, planned, worded)) is not None:
                made.append(summed)
                tokens += summed.tokens_after
        return made, left

    def _groups(self) -> Iterator[tuple[str, list[Held]]]:
        """Findings on one place, or with one tag in one room, each in one group alone."""
        groups: dict[tuple[str, bool], list[Held]] = defaultdict(list)
        for one in self._findings.values():
            if subject := _subject(one):
                groups[subject, untrusted(one.trust)].append(one)  # apart: a summary is believed as its least input
        for (subject, _), group in sorted(groups.items()):
            for start in range(0, len(group), MOST_OF_A_GROUP):
                if len(part := group[start : start + MOST_OF_A_GROUP]) >= SMALLEST_GROUP:
                    yield subject, part

    def _summed(self, subject: str, group: list[Held], tokens: int, worded: Worded) -> Summed | None:
        """The summary of a group; None when it would save too little, or what it must keep cannot be kept."""
        from oldhand.knowledge.compressing import extract

        if estimate(extract([text_of(one.wordings[-1].content) for one in group])) > tokens * WORTH_IT:
            return None
        places = sorted({place for one in group for place in one.anchors})
        domains = {one.domain for one in group}
        room = domains.pop() if len(domains) == 1 else ""
        try:
            return summarise(
                self._transaction, group, Wish(title=f"What sessions found on {subject}", retire_inputs=True),
                lambda content: worded(content, room, places), self._voice,
            )  # fmt: skip
        except Refused:
            return None  # such findings stay as they are, and are told among those considered


class _Alike:
    """Findings looked up by the terms they share."""

    def __init__(self) -> None:
        self._held: list[Held] = []
        self._terms: list[set[str]] = []
        self._with: dict[str, list[int]] = defaultdict(list)

    def add(self, one: Held) -> None:
        """Take in one more."""
        terms = terms_of(one.text)
        for term in terms:
            self._with[term].append(len(self._held))
        self._held.append(one)
        self._terms.append(terms)

    def near(self, one: Held) -> Iterable[Held]:
        """Those that may say what a text says, the earliest first: they share most of their terms, and every number."""
        terms = terms_of(one.text)
        numbers_said = _numbers(terms)
        shared: dict[int, int] = defaultdict(int)
        for term in terms:
            numbers = self._with.get(term, ())
            for number in numbers[:COMMON] if len(numbers) > COMMON else numbers:
                shared[number] += 1
        for number in sorted(shared):
            known = self._terms[number]
            if shared[number] >= SHARED_TERMS * min(len(terms), len(known)) and _numbers(known) == numbers_said:
                yield self._held[number]


def _numbers(terms: set[str]) -> set[str]:
    return {term for term in terms if term.isdigit()}


def _same(known: Held, one: Held) -> bool:
    """Whether a known finding says what another says. Typed comparison decides: a changed number is not the same."""
    return known.kind == one.kind and compare(known.text, one.text).verdict == "paraphrase"


def _vouched(one: Held) -> bool:
    """Whether people or the project's files said or confirmed it: it is then knowledge."""
    return RANK.get(strongest(one.record), 0) >= VOUCHED


def _subject(one: Held) -> str:
    """What a finding is on: the first file it is tied to, else its first own tag in its room; empty for neither."""
    for place in one.anchors:
        try:
            if path := parse(place).path:
                return path
        except BadAnchor:
            continue
    own = [tag for tag in one.tags if tag != CAPTURED]
    return f"{one.domain}: {own[0]}" if own else ""
