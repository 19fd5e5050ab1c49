"""Capture: what hooks and readers of sessions note by themselves goes into a tier of its own.

A captured memory has the tag `captured` and a priority so low that no briefing names it unasked; recall finds it
as any other. The tier has a quota: when it is full, the least salient of the tier are retired, and never anything
that people or the project's files said or confirmed. `consolidate` makes ordinary knowledge of what several
sessions found. With the setting capture.automatic off nothing is written at all.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.errors import BadArgument, OldhandError
from oldhand.knowledge.salience import CAPTURED, salience
from oldhand.model.canonical import normal
from oldhand.model.trust import RANK, Voice, least
from oldhand.store.fold import registers, standing

if TYPE_CHECKING:
    from oldhand.knowledge.assertion import Statement
    from oldhand.memory import Memory
    from oldhand.store.transaction import Transaction

PRIORITY = -50  # of what is captured: a briefing passes over it (briefing.ASKED_FOR), what people say stands above it
MOST_FINDINGS = 500  # in one call: a session has some dozens
LONGEST_FINDING = 2_000  # characters: a finding is a sentence or two; what is longer is a transcript
LONGEST_SESSION = 100  # characters of a session's name: a UUID has 36
HEADROOM = 0.05  # of the quota that is made free when the tier is full, so that not every capture must weigh the tier
TIER = ("active", "contested")  # standings of the tier's members that count towards the quota
VOUCHED = RANK["repo"]  # trust from which on the tier's quota never touches a memory
SESSION, BY = "session", "by"  # fields of events: which session it was; by what policy something was retired
LIFECYCLE = "lifecycle"  # the value of `by` of what no person retired: it comes back when it is found again


class Finding(NamedTuple):
    """Something a session found. said_by: agent, tool (the output of a program) or web (a page): how far it is
    believed, never more than an agent; anchors and fields: as `remember` takes them; key: names what is found in other
    words whenever it is found again: then it is confirmed."""

    text: str
    kind: str = "claim"
    title: str = ""
    domain: str = ""
    said_by: str = "agent"
    tags: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()
    fields: tuple[tuple[str, Any], ...] = ()
    key: str = ""


class Kept(NamedTuple):
    """What became of one finding. number: its place among those given, from 1; outcome: captured, confirmed, known
    (this session said it before), restored, quarantined, or left out; id: its memory, empty when left out."""

    number: int
    outcome: str
    id: str
    why: str


class Taken(NamedTuple):
    """What a capture did. off: whether capture is switched off, and nothing was done; retired: members of the tier that
    made room; redacted: secrets that were replaced; root: empty when nothing was written."""

    off: bool
    findings: tuple[Kept, ...]
    retired: tuple[str, ...]
    redacted: int
    root: str


OFF = Taken(True, (), (), 0, "")


def take(
    memory: "Memory", findings: Sequence[Finding], session: str, way: str = "hook", *, dry_run: bool = False
) -> Taken:  # fmt: skip
    """Take the findings of a session into the tier, as one change. Taking the same again changes nothing.

    session: names the session; way: what brings them (hook, transcript …): the origin is `capture:WAY`. Raises
    BadArgument; a finding that cannot be kept is left out and told, the others are kept.
    """
    if memory.setting("capture.automatic") != "yes":
        return OFF
    session, way = _name("session", session), _name("way", way)
    if len(findings) > MOST_FINDINGS:
        raise BadArgument("jsonl", f"{len(findings)} findings", f"at most {MOST_FINDINGS} are taken at once")
    from oldhand.knowledge.rehearsing import changing

    ready, kept, redacted = _statements(memory, findings)
    with changing(memory, dry_run=dry_run) as change:
        tier = _Tier(memory, change.transaction, session, Voice(memory.actor, f"capture:{way}", memory.trust))
        kept += [tier.keep(number, said, findings[number - 1].said_by) for number, said in ready]
        retired = tier.make_room()
    return Taken(False, tuple(sorted(kept)), retired, redacted, change.root)


class _Tier:
    """The tier while findings are taken into it."""

    def __init__(self, memory: "Memory", transaction: "Transaction", session: str, voice: Voice) -> None:
        from oldhand.store.tier import brought_in, members

        self._memory, self._transaction, self._session, self._voice = memory, transaction, session, voice
        self._quota, self._most = memory.setting("capture.quota"), memory.setting("capture.per_session")
        self._members = members(transaction.connection, CAPTURED, TIER)
        self._brought = brought_in(transaction.connection, session)
        self._new: list[str] = []
        self._said: set[str] = set()  # what this session has said in this call

    def keep(self, number: int, said: "Statement", said_by: str) -> Kept:
        """Take one finding in."""
        from oldhand.knowledge import admission
        from oldhand.knowledge.absorbing import absorber
        from oldhand.knowledge.assertion import identity

        transaction = self._transaction
        memory = transaction.holder_of(said.revision) or identity(said)
        if why := admission.turned_away(transaction, said, memory):
            return Kept(number, "left out", "", why)
        if standing(transaction.record(memory)) == "retired" and (into := absorber(transaction, memory)):
            if registers(transaction.record(into)).get("kind") == "summary":
                return self._again(number, memory, "absorbed", self._voice_of(said_by))  # it counts for the finding
            memory = into
        state = standing(transaction.record(memory))
        voice = self._voice_of(said_by)
        if state == "awaited":
            return self._begin(number, memory, said, voice)
        if state == "retired" and not self._retired_by_itself(memory):
            return Kept(number, "left out", memory, "it was put away on purpose")
        if state not in ("active", "superseded", "retired"):
            return Kept(number, "left out", memory, f"it is {state}: `oldhand review` settles it")
        return self._again(number, memory, state, voice)

    def _voice_of(self, said_by: str) -> Voice:
        """Who speaks, believed no more than an agent."""
        return self._voice._replace(trust=least(self._voice.trust, "agent", said_by))

    def _begin(self, number: int, memory: str, said: "Statement", voice: Voice) -> Kept:
        from oldhand.knowledge.trusting import held_back, untrusted

        if self._brought + len(self._new) >= self._most:
            return Kept(number, "left out", "", f"the session has its {self._most} findings (capture.per_session)")
        if len(self._new) >= self._quota:
            return Kept(number, "left out", "", f"the tier holds {self._quota} (capture.quota)")
        why, against = held_back(self._transaction, said, voice), ""
        if not why and untrusted(voice.trust):
            why, against = self._contradicted(said, voice)
        self._transaction.put(said.body, said.revision)
        fields = {"kind": said.kind, "trust": voice.trust, SESSION: self._session, **said.metadata}
        if why:
            fields |= {"quarantined": True, "reason": why} | ({"against": against} if against else {})
        self._transaction.emit("assert", memory, voice.actor, voice.origin, fields, said.revision)
        self._new.append(memory)
        self._said.add(memory)
        return Kept(number, "quarantined" if why else "captured", memory, why)

    def _contradicted(self, said: "Statement", voice: Voice) -> tuple[str, str]:
        """Why what nobody who works here said must wait: something trusted more says otherwise, and which."""
        from oldhand.knowledge.contradiction import met

        against = met(self._transaction, said, voice).against
        return (
            (f"it contradicts what is trusted more: {against[0][1].reasons[0]}", against[0][0].id)
            if against
            else ("", "")
        )

    def _again(self, number: int, memory: str, state: str, voice: Voice) -> Kept:
        """A finding that is known: confirmed once by each session, and nothing else about it changes."""
        from oldhand.knowledge.trusting import counting

        transaction = self._transaction
        if memory in self._said or self._session in sessions_of(transaction, memory):
            return Kept(number, "known", memory, "")
        self._said.add(memory)
        seen = {"seen": dict(transaction.record(memory)["vector"])}
        if state == "retired":
            transaction.emit("restore", memory, voice.actor, voice.origin, seen)
            self._new.append(memory)  # it takes room again
        fields = {"trust": counting(transaction, voice).trust, SESSION: self._session}
        transaction.emit("confirm", memory, voice.actor, voice.origin, fields)
        return Kept(number, "restored" if state == "retired" else "confirmed", memory, "")

    def _retired_by_itself(self, memory: str) -> bool:
        latest = self._transaction.latest(memory, "retire")
        return latest is not None and latest.fields.get(BY) == LIFECYCLE

    def make_room(self) -> tuple[str, ...]:
        """Retire the least salient of the tier when it holds more than its quota; the ids, least salient first."""
        from oldhand.knowledge.trusting import strongest
        from oldhand.knowledge.utility import use_of, uses
        from oldhand.store.reader import Reader
        from oldhand.store.tier import held

        excess = len(self._members) + len(self._new) - self._quota
        if excess <= 0 or not self._members:
            return ()
        excess += int(self._quota * HEADROOM)
        reader, now = Reader(self._transaction.connection), self._transaction.now_ms
        used = uses(self._memory.traces(), reader)
        found = [one for one in held(reader, self._members, TIER) if RANK.get(strongest(one.record), 0) < VOUCHED]
        found.sort(key=lambda one: (salience(one, now, use_of(used, one.id)), one.id))
        for one in found[:excess]:
            fields = {"reason": "the tier of what was captured is full", BY: LIFECYCLE}
            self._transaction.emit("retire", one.id, self._voice.actor, self._voice.origin, fields)
        return tuple(one.id for one in found[:excess])


def sessions_of(transaction: "Transaction", memory: str) -> set[str]:
    """The sessions that asserted or confirmed a memory, as its committed events name them."""
    from oldhand.store.reader import Reader

    said = (event for _, event in Reader(transaction.connection).history(memory) if event.op in ("assert", "confirm"))
    return {str(event.fields[SESSION]) for event in said if event.fields.get(SESSION)}


def _statements(
    memory: "Memory", findings: Sequence[Finding]
) -> tuple[list[tuple[int, "Statement"]], list[Kept], int]:  # fmt: skip
    """The findings as statements, with their numbers; what cannot be one; how many secrets were replaced."""
    from oldhand.code.anchors import Observer
    from oldhand.knowledge.assertion import statement

    observer, screening = Observer(memory.project.tree), memory.screening()
    ready, left_out = [], []
    for number, found in enumerate(findings, 1):
        try:
            if len(found.text) > LONGEST_FINDING:
                raise BadArgument("text", f"{len(found.text)} characters", f"a finding has at most {LONGEST_FINDING}")
            if found.said_by not in ("agent", "tool", "web"):
                raise BadArgument("said_by", found.said_by, "it is agent, tool or web")
            content = {"text": found.text, "title": found.title, **dict(found.fields)}
            said = statement(
                observer, found.kind, content, screening=screening, domain=found.domain, key=found.key,
                priority=PRIORITY, tags=[CAPTURED, *found.tags], anchors_said=list(found.anchors),
            )  # fmt: skip
        except OldhandError as error:
            left_out.append(Kept(number, "left out", "", str(error)))
            continue
        ready.append((number, said))
    return ready, left_out, len(screening.found)


def _name(what: str, said: str) -> str:
    """A session's or a way's name. Raises BadArgument when it is no short printable line."""
    name = normal(said.strip(), what)
    if not name or len(name) > LONGEST_SESSION or not name.isprintable():
        raise BadArgument(
            what, said[:LONGEST_SESSION], f"it is one printable line of at most {LONGEST_SESSION} characters"
        )
    return name
