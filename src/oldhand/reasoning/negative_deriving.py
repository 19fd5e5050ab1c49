"""Deriving negative knowledge: from decisions that failed, and from what sessions ruled out.

Deriving again changes nothing while nothing changed: each decision and each option has one slot. What somebody put
away stays away, and what no longer failed, because somebody says so or the change was taken in again, is put away.
What git's history shows of the same is one memory with it: what is derived from the decision, which says more, takes
its place; from a decision that is believed less than git nothing is derived, and git's is tied to it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.code.anchors import Observer
from oldhand.errors import OldhandError
from oldhand.knowledge import admission
from oldhand.knowledge.anchoring import checker as checker_of
from oldhand.knowledge.assertion import Statement, identity, statement
from oldhand.knowledge.deriving import GIVES, derive
from oldhand.knowledge.erasing_about import FAILED_KEY
from oldhand.knowledge.history_findings import DAY_MS, span
from oldhand.model.anchor import DEPENDENCY
from oldhand.model.identity import memory_of_slot
from oldhand.model.moment import day
from oldhand.model.trust import RANK, Voice, least
from oldhand.model.visible import line
from oldhand.reasoning.decisions import Decision, find
from oldhand.reasoning.files_carried import files_carried
from oldhand.reasoning.negative import KIND
from oldhand.reasoning.negative_keeping import (
    DOMAIN,
    LIFETIMES_MS,
    LONGEST_CONCLUSION,
    LONGEST_HYPOTHESIS,
    SLOT,
    place_of_module,
    scope_of,
    slot_of,
)
from oldhand.reasoning.negative_telling import held_ones
from oldhand.reasoning.outcomes import PERSON, Ended, all_ended
from oldhand.reasoning.reopening import CHANGED_TAG, changes, declares, with_versions
from oldhand.reasoning.tied_by import tied_by
from oldhand.reasoning.weighing_outcomes import AGENT, FAILED, INCIDENT, JUNIT, REVERT, REVERTED, TESTS
from oldhand.recall.render import clipped
from oldhand.sessions.engram_keeping import fields_of
from oldhand.store.engram_index import latest
from oldhand.store.fold import registers, standing
from oldhand.store.reader import Held, Reader
from oldhand.store.transaction import Transaction

if TYPE_CHECKING:
    from oldhand.knowledge.redaction import Screening
    from oldhand.memory import Memory

ACTOR = "negative"  # who makes what is derived here; no agent can take the name (surfaces.environment.RESERVED)
RULED_OUT_KEY, REVERT_KEY = "ruled-out/", "history/revert/"
ENOUGH = 4_000  # weight, in ten-thousandths, from which on a decision that is said to have failed counts as that. The
# state is named only where it is clear; the weight also says how sure it is that those commits carry the decision, and
# below this it is more likely that they do not (reasoning.weighing_outcomes)
AGAINST = 5_000  # value below which a piece of evidence speaks against a decision
SURELY = 9_000  # weight from which on nothing is said of doubt
MOST_EVIDENCE = 10  # pieces of evidence that are kept of one decision: those that weigh most
MOST_ENGRAMS = 200  # latest ones whose given-up options are read
MOST_OPTIONS = 5  # of one engram: who rules out more looks for something, and decides nothing
FEWEST_WORDS = 4  # of an option that was given up: fewer say nothing to who was not there
HISTORY_DIGITS = 12  # of a commit in the keys of what history shows
RULED_OUT_TRUST = "tool"  # nobody checked what a session said of an option: it is told to who asks, never unasked
BY_MACHINE = frozenset({TESTS, JUNIT})


class Derived(NamedTuple):
    """What deriving did.

    failed: memories of decisions that failed, ruled_out: of options that sessions gave up, as they are now; added,
    changed, retired, unchanged: what became of them; tied: decisions tied to what history had shown already; left_out:
    why texts may not come in.
    """

    failed: int
    ruled_out: int
    added: int
    changed: int
    retired: int
    unchanged: int
    tied: int
    left_out: tuple[str, ...]


def derived(memory: "Memory", transaction: Transaction) -> Derived:
    """Derive all of it anew from what the store has now."""
    work = _Deriving(transaction, Observer(memory.project.tree), memory.screening(), files_carried(memory))
    reader = Reader(transaction.connection)
    for ended in all_ended(reader).values():
        if ended.state not in (FAILED, REVERTED) or ended.weight < ENOUGH:
            continue
        if (decision := find(reader, ended.decision)) is not None:
            work.of_decision(reader, decision, ended)
    for engram, option, why, at in _ruled_out(reader):
        work.of_option(engram, option, why, at)
    work.put_away()
    count = work.count
    return Derived(
        count["failed"], count["ruled out"], count["added"], count["changed"], count["retired"], count["unchanged"],
        count["tied"], tuple(dict.fromkeys(work.left_out)),
    )  # fmt: skip


class _Deriving:
    """One pass. present: the ids of what is derived now; count: what became of them."""

    def __init__(
        self, transaction: Transaction, observer: Observer, screening: "Screening",
        carried: Callable[[Decision], list[str]],
    ) -> None:  # fmt: skip
        self.transaction, self.observer, self.screening, self.carried = transaction, observer, screening, carried
        self.present: set[str] = set()
        self.count: Counter[str] = Counter()
        self.left_out: list[str] = []

    def of_decision(self, reader: Reader, decision: Decision, ended: Ended) -> None:
        """What a decision that failed teaches."""
        if standing(self.transaction.record(decision.id)) not in GIVES:
            return  # contested or waiting: nothing is built on it
        shown = self._shown_by_history([one.ref for one in ended.evidence if one.source == REVERT and one.ref])
        trust = trust_of(ended)
        if shown and RANK[least(trust, decision.trust)] < RANK.get(self._trust(shown[0]), 0):
            self._relate(shown, decision)
            return
        try:
            said = self._of_decision(reader, decision, ended)
        except OldhandError as error:
            self.left_out.append(str(error))  # a text that no memory may hold; the decision still has it
            return
        self._take(said, decision.id, Voice(ACTOR, f"decision:{decision.id[:HISTORY_DIGITS]}", trust), "failed")
        memory = identity(said)
        if standing(self.transaction.record(memory)) == "active":
            for name in shown:
                self._link(memory, "supersedes", name)

    def of_option(self, engram: Held, option: str, why: str, at: int) -> None:
        """What a session ruled out."""
        fields = {
            "text": f'TRIED "{option}" was ruled out in a session: {why}', "hypothesis": option, "conclusion": why,
            "evidence": [f"session of {day(at)}"], "severity": "info", "applies": scope_of("", engram.anchors),
        }  # fmt: skip
        key = RULED_OUT_KEY + slot_of(option)[len(SLOT) :]
        if self.transaction.record(memory_of_slot(DOMAIN, slot_of(option))).get("heads"):
            return  # somebody recorded it on purpose: that counts for more, and one thing is one memory
        try:
            said = statement(
                self.observer, KIND, fields, screening=self.screening, domain=DOMAIN, key=key, tags=["ruled-out"],
                valid_from=at, valid_until=at + LIFETIMES_MS["session"],
            )  # fmt: skip
        except OldhandError as error:
            self.left_out.append(str(error))
            return
        if identity(said) not in self.present:
            self._take(said, engram.id, Voice(ACTOR, "engram", RULED_OUT_TRUST), "ruled out")

    def put_away(self) -> None:
        """Retire what is no longer so; what somebody brought back, reworded or confirmed stays."""
        for name in self.transaction.brought_by(ACTOR):
            record = self.transaction.record(name)
            key = str(registers(record).get("key", ""))
            if (
                name in self.present
                or not key.startswith(FAILED_KEY)
                or standing(record) not in ("active", "contested")
            ):
                continue
            back = self.transaction.latest(name, "restore")
            told = sum(record.get("counts", {}).values())
            if any(head["actor"] != ACTOR for head in record["heads"]) or told > 1 or (back and back.actor != ACTOR):
                continue
            reason = {"reason": "the decision is not known to have failed any more, or history shows the same"}
            self.transaction.emit("retire", name, ACTOR, "outcomes", reason)
            for tie, stands in registers(record).items():
                if stands is True and tie.startswith("to/supersedes/"):
                    fields = {"rel": "supersedes", "target": tie.rpartition("/")[2]}
                    self.transaction.emit("unlink", name, ACTOR, "outcomes", fields)
            self.count["retired"] += 1

    def _take(self, said: Statement, source: str, voice: Voice, what: str) -> None:
        memory = identity(said)
        self.present.add(memory)
        if why := admission.turned_away(self.transaction, said, memory):
            self.left_out.append(why)
            return
        record = self.transaction.record(memory)
        if standing(record) in ("retired", "quarantined") and not self._ours(memory):
            return  # somebody put it away
        if any(head["actor"] != ACTOR for head in record.get("heads", ())):
            self.count[what] += 1
            self.count["unchanged"] += 1
            return  # somebody said it in other words: theirs stay
        done = derive(self.transaction, said, [source], voice)
        names = {"remembered": "added", "restored": "changed", "quarantined": "added"}
        self.count[names.get(done.outcome, done.outcome)] += 1
        self.count[what] += 1

    def _ours(self, memory: str) -> bool:
        retired = self.transaction.latest(memory, "retire")
        return retired is not None and retired.actor == ACTOR

    def _shown_by_history(self, commits: Iterable[str]) -> list[str]:
        """The memories of what history shows of some reverts: those that are told, or that ours took the place of."""
        names = [memory_of_slot("history", REVERT_KEY + commit[:HISTORY_DIGITS]) for commit in commits]
        told = ("active", "contested", "superseded")
        return [name for name in dict.fromkeys(names) if standing(self.transaction.record(name)) in told]

    def _trust(self, memory: str) -> str:
        return str(self.transaction.record(memory)["heads"][-1]["trust"])

    def _relate(self, shown: Iterable[str], decision: Decision) -> None:
        """Tie what history shows to the decision that it came of, and make no second memory of it.

        A revert is a fact whoever decided. What is derived from a decision is believed no more than that, so of one
        that is believed less nothing is derived, and nothing takes the place of what git shows.
        """
        for name in shown:
            self._link(name, "relates_to", decision.id)
        self.count["failed"] += 1
        self.count["unchanged"] += 1

    def _link(self, source: str, rel: str, target: str) -> None:
        tie = registers(self.transaction.record(source)).get(f"to/{rel}/{target}")
        untied = self.transaction.latest(source, "unlink") if tie is False else None
        if tie is None or (untied is not None and untied.actor == ACTOR):  # what somebody else untied stays so
            self.transaction.emit("link", source, ACTOR, "outcomes", {"rel": rel, "target": target})
            self.count["tied"] += 1

    def _of_decision(self, reader: Reader, decision: Decision, ended: Ended) -> Statement:
        at = max(ended.at, decision.at + 1)  # a day's evidence is of its beginning; what it tells of came before
        tried = clipped(line(decision.name), LONGEST_HYPOTHESIS)
        hoped = f"; expected was: {line(decision.predicted)}" if decision.predicted.strip() else ""
        after = f" after {span(ended.at - decision.at)}" if ended.at - decision.at >= DAY_MS else ""
        came = clipped(" ".join(why_of(ended).split()), LONGEST_CONCLUSION)
        verb = "was reverted" if ended.state == REVERTED else "failed"
        named = [*decision.anchors, *place_of_module(self.observer, decision.module)]
        places = list(dict.fromkeys(named)) or self.carried(decision)
        reopens = with_versions(self.observer.root, [one for one in decision.anchors if one.startswith(DEPENDENCY)])
        fields: dict[str, Any] = {
            "text": f'TRIED "{tried}" {verb}{after}' + (f": {came}" if came else "."),
            "hypothesis": tried,
            "conclusion": f"it {verb}{after}" + (f": {came.rstrip('.')}" if came else "") + hoped,
            "evidence": list(evidence_of(ended)),
            "severity": "critical" if any(one.source == INCIDENT for one in ended.evidence) else "warning",
            "advice": successor_of(reader, decision), "applies": scope_of(decision.module, decision.anchors),
            "module": decision.module, "reopens": reopens,
        }  # fmt: skip
        return statement(
            self.observer, KIND, fields, screening=self.screening, domain=decision.domain,
            key=FAILED_KEY + decision.id, anchors_said=places, tags=["decision"], valid_from=at,
            valid_until=at + LIFETIMES_MS["decision"],
        )  # fmt: skip


def marked(memory: "Memory", reader: Reader) -> list[tuple[str, str]]:
    """(memory, what changed) of each memory of what was tried whose mark, that what it rests on changed, is out of
    date; what changed is empty where nothing did."""
    files = checker_of(memory, "")
    if files is None:
        return []
    declaring = declares(files.root)
    found = []
    for held in held_ones(reader):
        why = "; ".join(changes(held, files, declaring))
        if bool(why) != (CHANGED_TAG in held.tags):
            found.append((held.id, why))
    return found


def mark(transaction: Transaction, found: Iterable[tuple[str, str]]) -> int:
    """Set or take away the marks that `marked` found out of date; how many were set."""
    opened = 0
    for name, why in found:
        fields: dict[str, Any] = {"tags": [CHANGED_TAG], "reason": why} if why else {"untag": [CHANGED_TAG]}
        transaction.emit("set", name, ACTOR, "anchors", fields)
        opened += bool(why)
    return opened


def trust_of(ended: Ended) -> str:
    """How far what a decision failed by may be believed: a person's word as theirs, what git shows as the repository,
    what a machine or an agent reported as that."""
    if ended.word is not None and ended.word.trust == PERSON:
        return PERSON
    speaking = [one for one in ended.evidence if one.weight and one.value < AGAINST]
    levels = [
        "tool" if one.source in BY_MACHINE else "agent" if one.source == AGENT else tied_by(one) for one in speaking
    ]
    if ended.word is not None and not speaking:
        levels.append(ended.word.trust)
    return max(levels, key=lambda level: RANK[level]) if levels else least("agent", "tool")


def why_of(ended: Ended) -> str:
    """Why it failed, in the words of who said so, else of the piece of evidence that weighs most against it."""
    if ended.word is not None and ended.word.reason:
        return ended.word.reason
    against = sorted(ended.evidence, key=lambda one: (one.value, -one.weight, one.at))
    return against[0].said if against and against[0].value < AGAINST else ""


def evidence_of(ended: Ended) -> Iterator[str]:
    """What shows it, one piece an entry, each with what a person can open."""
    if ended.word is not None:
        why = f": {line(ended.word.reason)}" if ended.word.reason else ""
        yield f"{day(ended.word.at)} {ended.word.by} says {ended.word.state}{why}"
    heaviest = sorted(ended.evidence, key=lambda one: (-one.weight, one.at, one.ref))[:MOST_EVIDENCE]
    for one in sorted(heaviest, key=lambda one: (one.at, one.ref)):
        shown = f"{one.source}{f' {one.ref}' if one.ref else ''}"
        yield f"{day(one.at)} {shown}" + (f": {line(one.said)}" if line(one.said) != shown else "")
    if ended.word is None and ended.weight < SURELY:
        yield f"{ended.weight // 100} % sure that this is how it ended"


def successor_of(reader: Reader, decision: Decision) -> str:
    """What was decided in its place, in words; empty when nobody said."""
    for edge in reader.edges(decision.id):
        if edge.rel == "supersedes" and edge.target == decision.id and (newer := find(reader, edge.source)):
            return clipped(line(newer.name), LONGEST_HYPOTHESIS)
    return ""


def _ruled_out(reader: Reader) -> Iterator[tuple[Held, str, str, int]]:
    """The options that sessions gave up with a reason: the engram, the option, why, and when (ms)."""
    for name in list(islice(latest(reader, MOST_ENGRAMS), MOST_ENGRAMS)):
        held = reader.find(name)
        if held is None or not held.wordings:
            continue
        fields = fields_of(held)
        for text in _texts(fields.get("eliminated", ()))[:MOST_OPTIONS]:
            option, bar, why = text.partition(" ")[2].partition(" || ")
            if bar and why.strip() and len(option.split()) >= FEWEST_WORDS and option.strip() != why.strip():
                at = int(fields["at"]) if str(fields["at"]).isdecimal() else held.created
                yield held, line(option.strip()), line(why.strip()), at or held.created


def _texts(value: Sequence[object]) -> list[str]:
    return [one for one in value if isinstance(one, str)]
