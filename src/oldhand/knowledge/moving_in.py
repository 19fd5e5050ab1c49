"""Moving in: what another memory holds becomes memories here, some thousand items at a time.

Each part is one change of the store, so an import of any size holds the lock for moments and little in memory. One
that is interrupted keeps the parts that were done; run again it passes over them and goes on. Ties come last, when
everything they could point to is here.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from oldhand.code.anchors import Observer
from oldhand.errors import BadDate, ErasedMemory, OldhandError, RejectedValue
from oldhand.exchange.foreign import LONGEST_ID, LONGEST_TEXT, Foreign, Item, Skipped, Tie
from oldhand.exchange.taking_in import Writing, change
from oldhand.knowledge.assertion import Statement, assert_, foresee, identity, revise, statement
from oldhand.knowledge.comparing import compare
from oldhand.knowledge.moving_places import ORIGIN, Ranges, origin
from oldhand.knowledge.redaction import Screening
from oldhand.knowledge.trusting import strongest, untrusted
from oldhand.model.moment import parse
from oldhand.model.trust import RANK, Voice, least
from oldhand.store.fold import registers, standing
from oldhand.store.foreign_names import Bound, ForeignNames
from oldhand.store.reader import Reader
from oldhand.store.roots import current_root
from oldhand.store.transaction import Transaction

AT_ONCE = 1000  # items of one change: about a second, so that others who write wait no longer
BYTES_AT_ONCE = 8 << 20  # or so many characters of texts
MOST_NAMED = 20  # parts that could not be read, and reasons, that are told one by one
SKEW_MS = 86_400_000  # a day: a date further ahead than clocks differ is none
WEIGHTY = frozenset({"supersedes", "contradicts", "answers"})  # ties that change how their target stands
_LINES = re.compile(r":[0-9]{1,7}(?:-[0-9]{1,7})?\Z")  # of a file, at the end of an anchor
_DATED = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")


class Job(NamedTuple):
    """How an import runs.

    format: the name of the format; root: the top of the working tree, where places are looked at; voice: who speaks,
    and how far what comes is believed; strategy: append, or skip-existing; screening: makes what keeps secrets out.
    """

    format: str
    root: Path
    voice: Voice
    now_ms: int
    strategy: str
    screening: Callable[[], Screening]
    dry_run: bool


class Arrived(NamedTuple):
    """What became of everything that was read. The first counts are of items, as in an import of our own.

    quarantined: wait in review; superseded: put behind their successors; retired: put away, as they were there;
    ties: links made; loose: ties that could not be made; unreadable, left_out: parts not taken; secrets: replaced;
    dates: dates that run backwards or lie ahead, left away; taken: the lines that were taken; notes: what was not, why.
    """

    new: int
    same: int
    changed: int
    contested: int
    refused: int
    skipped: int
    quarantined: int
    superseded: int
    retired: int
    ties: int
    loose: int
    unreadable: int
    left_out: int
    secrets: int
    dates: int
    events: int
    taken: list[str]
    notes: list[str]
    before: str
    root: str


def bring_in(writing: Writing, items: Iterable[Item], job: Job) -> Arrived:
    """Take everything in, or with `job.dry_run` do so and take each part back. Raises what writing raises."""
    with ForeignNames() as names:
        moving = _Moving(writing, names, job)
        for part in _parts(items):
            moving.take(part)
        moving.tie()
        moving.put_away()
        return moving.arrived()


def _parts(items: Iterable[Item]) -> Iterator[list[Item]]:
    """The items in parts that one change can hold."""
    waiting = iter(items)
    while True:
        part: list[Item] = []
        size = 0
        for item in islice(waiting, AT_ONCE):
            part.append(item)
            size += len(item.text) if isinstance(item, Foreign) else 0
            if size > BYTES_AT_ONCE:
                break
        if not part:
            return
        yield part


class _Moving:
    """One import while it runs."""

    def __init__(self, writing: Writing, names: ForeignNames, job: Job) -> None:
        self._writing, self._names, self._job = writing, names, job
        self._done: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._faults: list[str] = []
        self._taken = Ranges()
        self._before = self._root = ""

    def take(self, part: list[Item]) -> None:
        """Take one part in, whole or not at all."""
        screening = self._job.screening()
        observer = Observer(self._job.root)
        ready: list[tuple[Foreign, Statement, Statement | None]] = []
        for item in part:
            if isinstance(item, Tie):
                self._names.tie(item.source[:LONGEST_ID], item.relation, item.target[:LONGEST_ID], item.place)
            elif isinstance(item, Skipped):
                self._skip(item)
            elif said := self._stated(item, observer, screening):
                ready.append((item, said, self._first(item, observer, screening)))
        self._done["secrets"] += len(screening.found)
        with self._change() as transaction:
            foresee(transaction, [said for _, said, _ in ready])
            for item, said, first in ready:
                self._one(transaction, item, said, first)
            self._done["events"] += len(transaction.emitted)

    def _change(self) -> "_Counted":
        return _Counted(self)

    def _skip(self, item: Skipped) -> None:
        if item.fault:
            self._done["unreadable"] += 1
            if len(self._faults) < MOST_NAMED:
                self._faults.append(f"{item.place}: {item.reason}")
        else:
            self._done["left_out"] += 1
            if item.reason in self._reasons or len(self._reasons) < MOST_NAMED:
                self._reasons[item.reason] += 1

    def _stated(self, item: Foreign, observer: Observer, screening: Screening) -> Statement | None:
        """An item as a statement; None, and said why, for what no memory can hold."""
        if len(item.text) > LONGEST_TEXT:
            self._skip(Skipped(item.place, f"its text is longer than {LONGEST_TEXT >> 10} KiB: keep it as a file"))
            return None
        since, until = self._validity(item)
        try:
            return statement(
                observer, item.kind, {"text": item.text, "title": item.title} | dict(item.fields),
                screening=screening.at(item.place), domain=item.domain, key=item.key,
                inputs=item.inputs, confidence=item.confidence, priority=item.priority, tags=list(item.tags),
                anchors_said=_inside(item.anchors, self._job.root), valid_from=since,
                valid_until=until,
            )  # fmt: skip
        except OldhandError as error:
            self._skip(Skipped(item.place, str(error).rstrip(".")))
            return None

    def _first(self, item: Foreign, observer: Observer, screening: Screening) -> Statement | None:
        """The first wording of a memory of ours that was reworded, when the id it goes by follows from it."""
        if item.first is None or item.key or untrusted(self._voice(item).trust):
            return None  # what waits in review waits as one memory, in its present words
        text, rest = item.first.fields.get("text", ""), item.first.fields.items()
        fields = tuple((name, value) for name, value in rest if name not in ("text", "title"))
        bare = Foreign(str(text), item.place, kind=item.first.kind, fields=fields, inputs=item.first.inputs)
        said = self._stated(bare._replace(title=str(item.first.fields.get("title", ""))), observer, screening)
        return said if said and identity(said) == item.id else None

    def _voice(self, item: Foreign) -> Voice:
        """Who says an item: who imports, believed no further than it was there."""
        said = self._job.voice
        trust = least(said.trust, item.trust) if item.trust else said.trust
        return said._replace(origin=origin(self._job.format, item.place), trust=trust)

    def _validity(self, item: Foreign) -> tuple[int | None, int | None]:
        """Since when and until when it holds; dates that contradict one another are no dates."""
        since = self._moment(item.valid_from) or self._moment(item.created, past=True)
        until = self._moment(item.valid_until, end=True)
        if since is not None and until is not None and until < since:
            self._done["dates"] += 1
            return None, None
        return since, until

    def _moment(self, said: str, *, end: bool = False, past: bool = False) -> int | None:
        if not _DATED.match(said):
            return None
        try:
            moment = parse(said, self._job.now_ms, end=end)
        except BadDate:
            self._done["dates"] += 1
            return None
        if past and moment > self._job.now_ms + SKEW_MS:
            self._done["dates"] += 1
            return None
        return moment

    def _one(self, transaction: Transaction, item: Foreign, said: Statement, first: Statement | None) -> None:
        """Take one item in and note what became of it, and what it is called there."""
        repeated = not self._names.first_time(said.revision)
        passed = repeated and self._job.dry_run
        outcome, memory = ("same", "") if passed else self._outcome(transaction, item, said, first)
        self._done[outcome] += 1
        self._taken.add(item.place)
        if not memory:
            return
        for name in (item.id, *item.aliases):
            if name:
                self._names.name(name[:LONGEST_ID], memory)
        for relation, target in item.links:
            self._names.tie_memory(memory, relation, target[:LONGEST_ID], item.place)
        if item.retired and outcome == "new":
            self._names.put_away(memory)
        if outcome in ("new", "changed", "contested") and registers(transaction.record(memory)).get("quarantined"):
            self._done["quarantined"] += 1

    def _outcome(
        self, transaction: Transaction, item: Foreign, said: Statement, first: Statement | None
    ) -> tuple[str, str]:
        """(what became of a statement, the memory it is here); the memory is empty when it was not taken."""
        memory = identity(first or said)
        if holder := transaction.holder_of(said.revision):
            return "same", holder
        if transaction.had_wording(memory, said.revision):
            return "same", memory  # reworded here since: what people made of it stays
        present = standing(transaction.record(memory))
        if present == "retired" or (present != "awaited" and self._job.strategy == "skip-existing"):
            return "skipped", memory
        voice, where = self._voice(item), origin(self._job.format, item.place)
        if present == "active" and _confirmed_before(transaction, memory, said, where):
            return "same", memory
        try:
            if first and present == "awaited":
                assert_(transaction, first, voice)
                done = revise(transaction, memory, said, voice)._replace(outcome="remembered")
            else:
                done = assert_(transaction, said, voice)
        except (RejectedValue, ErasedMemory):
            self._reasons["it was rejected or erased here"] += 1
            return "refused", ""
        after = standing(transaction.record(done.memory))
        if after == "contested":
            return "contested", done.memory
        if done.outcome == "confirmed":
            return "same", done.memory
        return "new" if done.outcome in ("remembered", "quarantined") else "changed", done.memory

    # -- ties ----------------------------------------------------------------------------------

    def tie(self) -> None:
        """Make the ties both of whose ends became memories."""
        self._done["loose"] += self._names.loose()
        bound = self._names.bound()
        while part := list(islice(bound, AT_ONCE)):
            with self._change() as transaction:
                for one in part:
                    self._done[self._tied(transaction, one)] += 1
                self._done["events"] += len(transaction.emitted)

    def _tied(self, transaction: Transaction, one: Bound) -> str:
        """Make one tie, unless it is there, was undone, closes a circle, or would overrule who is believed more."""
        source, target = transaction.record(one.source), transaction.record(one.target)
        if f"to/{one.relation}/{one.target}" in registers(source):
            return "tied"
        if one.relation in WEIGHTY:
            weak = RANK[self._job.voice.trust] < RANK.get(strongest(target), 0)
            if weak or registers(source).get("quarantined"):
                self._reasons["its tie would overrule what is believed more"] += 1
                return "loose"
        if one.relation == "supersedes":
            if not self._names.replaces(one.source, one.target) or _behind(transaction, one.source, one.target):
                self._reasons["a circle of things that replace one another"] += 1
                return "loose"
            self._done["superseded"] += 1
        if source and target:  # a dry run has taken them back
            voice = self._job.voice
            fields = {"rel": one.relation, "target": one.target}
            transaction.emit("link", one.source, voice.actor, origin(self._job.format, one.place), fields)
        return "ties"

    def put_away(self) -> None:
        """Retire what is put away there, unless something that replaces it says more."""
        away = self._names.away()
        while part := list(islice(away, AT_ONCE)):
            with self._change() as transaction:
                for memory in part:
                    if not transaction.record(memory):  # a dry run has taken it back
                        self._done["retired"] += not self._names.is_replaced(memory)
                    elif standing(transaction.record(memory)) in ("active", "contested"):
                        reason = {"reason": f"it is put away in {self._job.format}"}
                        where = f"{ORIGIN}:{self._job.format}"
                        transaction.emit("retire", memory, self._job.voice.actor, where, reason)
                        self._done["retired"] += 1
                self._done["events"] += len(transaction.emitted)

    def began(self, transaction: Transaction) -> None:
        """Note the root before the first change."""
        self._before = self._before or current_root(transaction.connection).root.hex()

    def ended(self, transaction: Transaction) -> None:
        """Note the root after a change."""
        self._root = (transaction.root or bytes.fromhex(self._before)).hex()

    def arrived(self) -> Arrived:
        """The counts of everything."""
        done = self._done
        notes = [*self._faults, *(f"{count:,} left out: {reason}" for reason, count in self._reasons.items())]
        if done["unreadable"] > len(self._faults):
            notes.append(f"{done['unreadable'] - len(self._faults):,} more parts cannot be read")
        counts = {name: done[name] for name in Arrived._fields[: Arrived._fields.index("taken")]}
        return Arrived(**counts, taken=self._taken.told(), notes=notes, before=self._before, root=self._root)


class _Counted:
    """One change of the store whose roots the import notes."""

    def __init__(self, moving: _Moving) -> None:
        self._moving = moving
        self._change = change(moving._writing, moving._job.dry_run)

    def __enter__(self) -> Transaction:
        self._transaction = self._change.__enter__()
        self._moving.began(self._transaction)
        return self._transaction

    def __exit__(self, *raised: object) -> None:
        self._change.__exit__(*raised)  # type: ignore[arg-type]
        self._moving.ended(self._transaction)


def _confirmed_before(transaction: Transaction, memory: str, said: Statement, where: str) -> bool:
    """Whether an item only says in other words what is known, and an earlier import has noted that already."""
    events = Reader(transaction.connection).history(memory)
    if not any(event.op == "confirm" and event.origin == where for _, event in events):
        return False
    body = transaction.body(transaction.record(memory)["heads"][-1]["revision"])
    found = compare(json.loads(body)["content"]["text"], said.content["text"]) if body else None
    return found is not None and found.verdict == "paraphrase"


def _inside(anchors: tuple[str, ...], root: Path) -> list[str]:
    """The anchors that name something of this project, absolute ones made relative; the rest says nothing here."""
    kept = []
    for anchor in anchors:
        bare, mark, behind = anchor.partition("::")
        if bare.startswith("dep:"):
            kept.append(anchor)
            continue
        try:
            if not mark and (lines := _LINES.search(bare)) and not (root / bare).is_file():
                bare, behind = bare[: lines.start()], lines[0]
            path = (root / bare).resolve()
            if bare and path.is_relative_to(root) and path != root and path.is_file():
                kept.append(path.relative_to(root).as_posix() + mark + behind)
        except (OSError, ValueError, RuntimeError):
            continue  # no such name can be
    return kept


def _behind(transaction: Transaction, newer: str, older: str, most: int = 1000) -> bool:
    """Whether `older` replaces `newer` already, over however many steps: at most so many are followed."""
    seen, front = {older}, [older]
    while front and len(seen) < most:
        for name, stands in registers(transaction.record(front.pop())).items():
            if stands and name.startswith("to/supersedes/"):
                memory = name.rpartition("/")[2]
                if memory == newer:
                    return True
                if memory not in seen:
                    seen.add(memory)
                    front.append(memory)
    return False
