"""Deriving: memories made from others, and what becomes of them when one of those goes.

A derived memory names the wordings it was made from (`inputs` of its own wording), is tied to their memories by
`derived_from`, and is believed no more than the least of them. What rules made is made anew by the same rules
when an input goes or changes; what somebody worded waits in review instead.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from oldhand.errors import Refused
from oldhand.knowledge import admission
from oldhand.knowledge.absorbing import absorbed, give_back, give_back_one
from oldhand.knowledge.assertion import Asserted, Statement, identity
from oldhand.knowledge.compressing import cover, extract
from oldhand.knowledge.lineage import least_trust
from oldhand.knowledge.quoting import quotes, supported
from oldhand.knowledge.trusting import held_back, require_back
from oldhand.model import kinds
from oldhand.model.canonical import address
from oldhand.model.identity import short
from oldhand.model.trust import Voice, least
from oldhand.store.fold import registers, standing
from oldhand.store.lineage import worded_from
from oldhand.store.reader import Reader
from oldhand.store.transaction import Transaction

DERIVED = "to/derived_from/"  # how the register of a link to an input begins
MADE = "from/derived_from/"  # and that of a link from what was made of it
GIVES = ("active", "superseded", "retired")  # standings of what something may be made from, or still rest on
NOTHING_LEFT = ("erased", "awaited")  # standings of what has no words that could be erased
STANDS = ("active", "contested", "superseded", "retired")  # standings of derived memories that are looked after
EXTRACT, SAID = "extract", "said"  # how a summary was made: by rules, or in somebody's words
FEWEST = 2  # inputs of a summary: of one it would be a copy
DEEPEST = 64  # steps of derivation: beyond that it is a circle or a mistake
PERCENT = 100
WAITED = "it waited there before"


class Unsettled(NamedTuple):
    """What became of memories whose inputs went. remade: (id before, id now) of those made anew; quarantined: those
    that wait in review; retired: those with too few inputs left; erase: those that hold text of what is erased, and
    must be erased with it."""

    remade: tuple[tuple[str, str], ...] = ()
    quarantined: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    erase: tuple[str, ...] = ()


def derive(
    transaction: Transaction, said: Statement, inputs: Sequence[str], voice: Voice, *, asked: bool = False
) -> Asserted:  # fmt: skip
    """Take in a statement made from the memories `inputs` (ids). outcome: remembered, restored, changed or unchanged,
    or quarantined when it waits in review, with the reason.

    Its wording names theirs, it is tied to them, and its trust is the least of theirs and the voice's. Raises
    Refused for inputs that cannot be built on or that are made from it, what admission raises and, when somebody
    `asked` for it, PutAway for one that was retired by who is trusted more.
    """
    names = list(dict.fromkeys(inputs))
    for name in names:
        _usable(transaction, name)
    said = _resting_on(said, [r for name in names for r in _revisions(transaction, name)])
    memory = identity(said)
    _refuse_circle(transaction, memory, names)
    if asked and standing(transaction.record(memory)) == "retired":
        require_back(transaction, memory, voice)
    voice = voice._replace(trust=least(voice.trust, _trust_of(transaction, names)))
    admission.check(transaction, said, memory)
    outcome = _worded(transaction, memory, said, voice)
    for name in names:
        if not registers(transaction.record(memory)).get(DERIVED + name):
            transaction.emit("link", memory, voice.actor, voice.origin, {"rel": "derived_from", "target": name})
    record = transaction.record(memory)
    done = Asserted(memory, said.revision, outcome, (), sum(record.get("counts", {}).values()))
    if standing(record) != "quarantined":
        return done
    return done._replace(outcome="quarantined", reason=held_back(transaction, said, voice) or WAITED)


def text_of(content: dict[str, Any]) -> str:
    """Everything a wording says, for a summary to rest on: its text, then the fields of its kind, one a line."""
    if content.get("method"):
        return str(content["text"])  # of a summary: its other fields tell how it was made
    parts = [str(content["text"])]
    for name in sorted(set(content) - {"text", "title", "severity", "when"}):
        value = content[name]
        parts += [value] if isinstance(value, str) else [str(item) for item in value]
    return "\n".join(parts)


def summary(texts: Sequence[str], title: str, *, method: str, text: str = "") -> dict[str, Any]:
    """The content of a summary of texts: by rules, or in somebody's words (`text`)."""
    worded = text or extract(texts)
    covered = cover(texts, worded)
    share = f"{int(covered.coverage * PERCENT)}%"
    fields = {"text": worded, "title": title, "method": method, "coverage": share, "lost": list(covered.lost)}
    return {name: value for name, value in fields.items() if value}


def unsettle(
    transaction: Transaction, ids: Iterable[str], voice: Voice, reason: str, *, erasing: bool = False,
    quarantining: bool = True, late: Sequence[str] | None = None,
) -> Unsettled:  # fmt: skip
    """Bring what was made from these memories in line: they were rejected, withdrawn, reworded or put away for good.

    Called after the events about them; with `erasing` before they are erased, while their bytes can still be read:
    what holds text of theirs is then named in `erase`, for the caller to erase with them, and a summary that rules
    made has a successor already. What is derived from the derived follows. quarantining: whether what cannot be made
    anew is put into quarantine here; a caller who does that by itself says False. late: these are erased already, and
    said so much as far as that is known; what was made from them came in since. A person may have let some of that out
    of quarantine before, which then stays.
    """
    work = _Unsettling(transaction, set(ids), voice, reason, erasing, quarantining, late)
    work.let_go()
    for memory in _in_order(transaction, work.going, ever=erasing):
        work.look_after(memory)
    return Unsettled(tuple(work.remade.items()), tuple(work.quarantined), tuple(work.retired), tuple(work.erase))


class _Unsettling:
    """One pass over what was made from memories that go or changed."""

    def __init__(
        self, transaction: Transaction, ids: set[str], voice: Voice, reason: str, erasing: bool, quarantining: bool,
        late: Sequence[str] | None,
    ) -> None:  # fmt: skip
        self.going, self.remade = ids, dict[str, str]()
        self.quarantined: list[str] = []
        self.retired: list[str] = []
        self.erase: list[str] = []
        self._transaction, self._voice, self._reason, self._erasing = transaction, voice, reason, erasing
        self._quarantining, self._late = quarantining, late is not None
        self._gone = {memory for memory in ids if erasing or standing(transaction.record(memory)) not in GIVES}
        self._texts = [text for memory in self._gone for text in _every_text(transaction, memory)] if erasing else []
        self._texts += late or ()

    def let_go(self) -> None:
        """See to what was put away for those that go: what a summary stood for comes back; what said the same as a
        memory that is erased is erased with it."""
        for memory in sorted(self._gone):
            if _kind(self._transaction, memory) == "summary":
                give_back(self._transaction, memory, self._voice)
            elif self._erasing:
                same = [name for name in absorbed(self._transaction, memory) if name not in self._gone]
                self.erase += same
                self._gone.update(same)
                self.going.update(same)
                self._texts += [text for name in same for text in _every_text(self._transaction, name)]

    def look_after(self, memory: str) -> None:
        """Make one derived memory anew, or put it into quarantine."""
        record = self._transaction.record(memory)
        inputs = _named(record, DERIVED)
        if memory in self.going or standing(record) in NOTHING_LEFT:
            return
        if self._late and registers(record).get("quarantined") is False:
            return
        gone = [name for name in inputs if name in self._gone]
        changed = [name for name in inputs if name in self.going or name in self.remade]
        concerned = bool(gone or changed) and standing(record) in STANDS
        if not (concerned or self._erasing):
            return
        left = [self.remade.get(name, name) for name in inputs if name not in self._gone or name in self.remade]
        left = [name for name in left if standing(self._transaction.record(name)) in GIVES]
        content = _content(self._transaction, memory)
        if not concerned:
            self._clear_former(memory, content, left, gone)
        elif content.get("method") == EXTRACT:
            self._extract_anew(memory, content, left, gone)
        else:
            self._keep_or_quarantine(memory, content, left, gone)

    def _clear_former(self, memory: str, content: dict[str, Any], left: list[str], gone: list[str]) -> None:
        """Erase what was made from these once, or waits, when any wording it has had quotes them; what rules have made
        anew since then gets a successor, for its present wording may stay."""
        texts = [text_of(_content(self._transaction, name)) for name in left]
        if not quotes(_every_text(self._transaction, memory), self._texts, texts):
            return
        if content.get("method") == EXTRACT and standing(self._transaction.record(memory)) in STANDS:
            self._extract_anew(memory, content, left, gone)
            return
        give_back(self._transaction, memory, self._voice)
        self._gone.add(memory)
        self.erase.append(memory)

    def _extract_anew(self, memory: str, content: dict[str, Any], left: list[str], gone: list[str]) -> None:
        before = standing(self._transaction.record(memory))
        if len(left) < FEWEST:
            give_back(self._transaction, memory, self._voice)
            self._go(memory, "too few of its inputs are left")
            return
        texts = [text_of(_content(self._transaction, name)) for name in left]
        fresh = summary(texts, str(content.get("title", "")), method=EXTRACT)
        said = _statement(fresh, [r for name in left for r in _revisions(self._transaction, name)])
        if not self._erasing:
            self._reword(memory, said, left, gone)
            return
        made = derive(
            self._transaction, said._replace(metadata=_metadata(self._transaction, memory)), left, self._voice
        )
        if before == "retired":
            self._emit("retire", made.memory, {"reason": f"as {short(memory)} was"})
        give_back(self._transaction, memory, self._voice)
        self.remade[memory] = made.memory
        self._gone.add(memory)
        self.erase.append(memory)

    def _reword(self, memory: str, said: Statement, left: list[str], gone: list[str]) -> None:
        record = self._transaction.record(memory)
        trust = least(self._voice.trust, _trust_of(self._transaction, left))  # as if it were made now
        if [head["revision"] for head in record["heads"]] != [said.revision]:
            if why := admission.turned_away(self._transaction, said, memory):
                self._wait(memory, f"what is left of it may not be said: {why}")
                return
            self._transaction.put(said.body, said.revision)
            fields = {"trust": trust, "seen": dict(record["vector"]), "reason": self._reason}
            self._emit("revise", memory, fields, said.revision)
        for name in gone:
            self._emit("unlink", memory, {"rel": "derived_from", "target": name})
            if name in absorbed(self._transaction, memory):
                give_back_one(self._transaction, name, self._voice, f"it is in {short(memory)} no more")
        self.remade[memory] = memory

    def _keep_or_quarantine(self, memory: str, content: dict[str, Any], left: list[str], gone: list[str]) -> None:
        """What somebody worded stays only while every input stays and still says what it says."""
        texts = [text_of(_content(self._transaction, name)) for name in left]
        said = text_of(content)
        if not gone and (_kind(self._transaction, memory) != "summary" or supported(said, texts)):
            return  # a statement of its own does not hang on how its grounds are worded
        if self._erasing and quotes(_every_text(self._transaction, memory), self._texts, texts):
            give_back(self._transaction, memory, self._voice)
            self._gone.add(memory)
            self.erase.append(memory)
            return
        self._wait(memory, f"made from {', '.join(map(short, gone)) or 'others'}: {self._reason}")

    def _wait(self, memory: str, why: str) -> None:
        """Put a derived memory into quarantine, and bring back what it stood for."""
        if standing(self._transaction.record(memory)) != "retired":
            give_back(self._transaction, memory, self._voice)
            if self._quarantining:
                self._emit("set", memory, {"quarantined": True, "trust": self._voice.trust, "reason": why})
            self.quarantined.append(memory)
        self._gone.add(memory)

    def _go(self, memory: str, why: str) -> None:
        """A summary that has nothing left to sum up is put away, or erased with what it quotes."""
        if self._erasing:
            self.erase.append(memory)
        elif standing(self._transaction.record(memory)) != "retired":
            self._emit("retire", memory, {"reason": f"{why}: {self._reason}"})
            self.retired.append(memory)
        self._gone.add(memory)

    def _emit(self, op: str, memory: str, fields: dict[str, Any], revision: str = "") -> None:
        self._transaction.emit(op, memory, self._voice.actor, self._voice.origin, fields, revision)


def _trust_of(transaction: Transaction, memories: Sequence[str]) -> str:
    """The least trust among memories and all they were made from; those that this very change made are known too."""
    reader = Reader(transaction.connection)
    committed = [memory for memory in memories if reader.find(memory) is not None]
    levels = [least_trust(reader, committed)] if committed else []
    waiting, seen = list(memories), set(memories)
    while waiting:
        record = transaction.record(waiting.pop())
        levels += [head["trust"] for head in record.get("heads", ())]
        fresh = set(_named(record, DERIVED)) - seen
        seen |= fresh
        waiting += sorted(fresh)
    return least(*levels)


def _usable(transaction: Transaction, memory: str) -> None:
    """Refuse an input that nothing can be built on."""
    state = standing(transaction.record(memory))
    if state not in GIVES:
        raise Refused(f"{short(memory)} is {state}: nothing is made from it. `oldhand review` settles such memories.")


def _refuse_circle(transaction: Transaction, memory: str, inputs: Sequence[str]) -> None:
    """Refuse inputs that were made from `memory` itself."""
    waiting, seen = list(inputs), set(inputs)
    while waiting:
        name = waiting.pop()
        if name == memory:
            raise Refused(f"{short(memory)} would be made from itself. `oldhand provenance {short(memory)}` tells how.")
        fresh = set(_named(transaction.record(name), DERIVED)) - seen
        seen |= fresh
        waiting += fresh


def _worded(transaction: Transaction, memory: str, said: Statement, voice: Voice) -> str:
    """Bring the wording of a derived memory in; how it was."""
    record = transaction.record(memory)
    state = standing(record)
    same = {head["revision"] for head in record.get("heads", ())} == {said.revision}  # two replicas may both say it
    if state not in ("awaited", "retired") and same:
        return "unchanged"
    transaction.put(said.body, said.revision)
    fields = {"kind": said.kind, "trust": voice.trust, **said.metadata}
    if why := held_back(transaction, said, voice):
        fields |= {"quarantined": True, "reason": why}
    if state == "awaited":
        transaction.emit("assert", memory, voice.actor, voice.origin, fields, said.revision)
        return "remembered"
    if state == "retired":
        transaction.emit("restore", memory, voice.actor, voice.origin, {"seen": dict(record["vector"])})
    if same:
        return "restored"
    fields["seen"] = dict(transaction.record(memory)["vector"])
    transaction.emit("revise", memory, voice.actor, voice.origin, fields, said.revision)
    return "changed"


def _resting_on(said: Statement, revisions: Sequence[str]) -> Statement:
    """The statement with the wordings it was made from in its own."""
    body = kinds.body(said.kind, said.content, tuple(revisions))
    return said._replace(body=body, revision=address(body).hex())


def _statement(content: dict[str, Any], revisions: Sequence[str]) -> Statement:
    """A summary as a statement. Its sentences were screened when they came in."""
    checked = kinds.content("summary", content)
    body = kinds.body("summary", checked, tuple(revisions))
    return Statement("summary", checked, {}, body, address(body).hex())


def _metadata(transaction: Transaction, memory: str) -> dict[str, Any]:
    """What was said about a memory that its successor takes over: its room and tags."""
    values = registers(transaction.record(memory))
    tags = sorted(name[4:] for name, value in values.items() if value and name.startswith("tag/"))
    kept = {name: values[name] for name in ("domain", "priority") if name in values}
    return kept | ({"tags": tags} if tags else {})


def _in_order(transaction: Transaction, ids: Iterable[str], *, ever: bool = False) -> list[str]:
    """What was made from these, each after what it was made from; circles are gone round once. ever: also what was
    made from one of them once and is tied to it no more."""
    depth: dict[str, int] = {}
    level, step = set(ids), 0
    worded = worded_from(transaction.connection) if ever else {}
    start = set(level)
    while level and step < DEEPEST:
        step += 1
        named = {name for memory in level for name in worded.get(memory, ())}
        level = ({name for memory in level for name in _made_from(transaction, memory, ever)} | named) - start
        for name in level:
            depth[name] = step
    return sorted(depth, key=lambda name: (depth[name], name))


def _made_from(transaction: Transaction, memory: str, ever: bool) -> list[str]:
    """The ids of what was made from a memory directly; of an erased one the store's links tell it."""
    values = registers(transaction.record(memory))  # a link that was taken away stays in them, as one that is not
    named = [name[len(MADE) :] for name, stands in values.items() if name.startswith(MADE) and (stands or ever)]
    edges = Reader(transaction.connection).edges(memory)
    return sorted({*named, *(e.source for e in edges if e.rel == "derived_from" and e.target == memory)})


def _named(record: dict[str, Any], prefix: str) -> list[str]:
    return sorted(
        name[len(prefix) :] for name, stands in registers(record).items() if stands and name.startswith(prefix)
    )


def _kind(transaction: Transaction, memory: str) -> str:
    return str(registers(transaction.record(memory)).get("kind", ""))


def _revisions(transaction: Transaction, memory: str) -> list[str]:
    return [head["revision"] for head in transaction.record(memory).get("heads", ())]


def _content(transaction: Transaction, memory: str) -> dict[str, Any]:
    """The content of the latest wording; empty when there is none."""
    revisions = _revisions(transaction, memory)
    body = transaction.body(revisions[-1]) if revisions else None
    return dict(json.loads(body)["content"]) if body else {"text": ""}


def _every_text(transaction: Transaction, memory: str) -> list[str]:
    """The texts of every wording a memory has and had."""
    revisions = {event.revision for _, event in Reader(transaction.connection).history(memory) if event.revision}
    bodies = (transaction.body(revision) for revision in sorted({*revisions, *_revisions(transaction, memory)}))
    return [text_of(json.loads(body)["content"]) for body in bodies if body]
