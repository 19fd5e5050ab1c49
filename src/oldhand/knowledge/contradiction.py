"""When statements disagree: who the rivals of a statement are, and what becomes of both.

Rivals are looked for by slot, by place in the code and by subject; `comparing` says how they differ. What is certain is
done at once, under the law of trust; what is not certain is contested and waits for a verdict, which is remembered.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.errors import Refused
from oldhand.knowledge import admission
from oldhand.knowledge.trusting import VOUCHING, counted, strongest
from oldhand.model.clock import stamp_wall
from oldhand.model.identity import short
from oldhand.model.trust import RANK, Voice
from oldhand.recall.contested import contradicting
from oldhand.store.fold import Record, registers
from oldhand.store.reader import Held, Reader
from oldhand.store.transaction import Transaction

if TYPE_CHECKING:
    from oldhand.knowledge.assertion import Statement
    from oldhand.knowledge.comparing import Comparison
    from oldhand.store.term_rows import TermRows

# Kinds that can say the same thing or contradict each other. The others ask, remind or sum up.
FAMILIES = {
    "claim": "statement", "convention": "statement", "decision": "statement", "gotcha": "gotcha",
}  # fmt: skip
CURRENT = ("active", "contested")
CAPTURED = "captured"  # the tag of what `oldhand capture` took unasked (oldhand.knowledge.salience.CAPTURED)
# How a rival was found: tied to the same place, by which alone nothing is asked that is not sure to differ. Whoever
# notes ten things about one file says ten different things of it.
AT_PLACE = "anchor"
MOST_CANDIDATES = 12  # memories compared for one statement: comparing costs 0.1 ms each
SERIES = 3  # active memories that differ from each other as a new one differs from them: a list, and not versions
MOST_REPLACED = 3  # memories that one statement may supersede: who contradicts more is asked about

# Severity of a replacement: points of what was replaced, and from how many points on a level begins.
SURE = 9_000  # confidence, in ten-thousandths, that counts as sure
DOUBTFUL = 5_000  # below it, as doubtful
OFTEN, VERY_OFTEN = 3, 10  # times said or confirmed: three are no accident, ten are common knowledge
LEVELS = ((4, "critical"), (3, "high"), (2, "medium"))


class Rival(NamedTuple):
    """A memory that speaks of the same as a statement.

    verdict, reasons, certain: as `comparing.compare` gives them; way: how it was found: link (an open contradiction),
    anchor (the same place) or subject (the same words).
    """

    memory: str
    text: str
    verdict: str
    reasons: tuple[str, ...]
    certain: bool
    way: str


class Met(NamedTuple):
    """What a statement met: another memory and what became of it.

    outcome: superseded, contested or confirmed; since: from when it had held (ms); confirmations: how often it had been
    said or confirmed; severity: how grave the change is, low to critical, empty for a confirmation.
    """

    memory: str
    text: str
    outcome: str
    since: int
    confirmations: int
    severity: str
    reason: str


# -- how grave -------------------------------------------------------------------------------------------------------


def severity(record: Record, confirmations: int) -> str:
    """How grave it is that a memory is replaced or doubted: low, medium, high or critical.

    One point for what an agent said, two for what a person or the project's files said; one for being said or confirmed
    three times, two for ten; one for stated confidence of 0.9, one less below 0.5.
    """
    trust = RANK.get(strongest(record), 0)
    points = 2 if trust >= RANK["repo"] else 1 if trust >= RANK["agent"] else 0
    points += 2 if confirmations >= VERY_OFTEN else 1 if confirmations >= OFTEN else 0
    confidence = registers(record).get("confidence", -1)
    points += 1 if confidence >= SURE else -1 if 0 <= confidence < DOUBTFUL else 0
    return next((level for least, level in LEVELS if points >= least), "low")


def may_replace(voice: Voice, record: Record) -> bool:
    """Whether one who speaks so is believed at least as far as the strongest by whom a memory was said or confirmed."""
    return RANK.get(voice.trust, -1) >= RANK.get(strongest(record), -1)


# -- finding rivals --------------------------------------------------------------------------------------------------


def rivals(reader: Reader, what: "Statement | Held") -> list[Rival]:
    """The current memories that a statement or a memory disagrees with or says again, the open contradictions first."""
    found: list[Rival] = []
    text, kind, itself, anchors, key = _asked(what)
    if isinstance(what, Held):
        for name in contradicting(what.record):
            other = reader.find(name)
            if other is not None and other.text:
                found.append(_rival(text, other, "link"))
    if kind in FAMILIES:
        known = {itself, *(rival.memory for rival in found)}
        for held, way in candidates(reader, text, kind, anchors, key):
            if held.id not in known:
                rival = _rival(text, held, way)
                if rival.verdict != "unrelated":
                    found.append(rival)
    return found


def _asked(what: "Statement | Held") -> tuple[str, str, str, list[str], str]:
    """(text, kind, id, places, key) of what rivals are looked for."""
    if isinstance(what, Held):
        return what.text, what.kind, what.id, list(what.anchors), what.key
    said = what.metadata
    return what.content["text"], what.kind, "", list(said.get("anchors", ())), said.get("key", "")


def _rival(text: str, other: Held, way: str) -> Rival:
    from oldhand.knowledge.comparing import compare

    found = compare(other.text, text)
    return Rival(other.id, other.text, found.verdict, found.reasons, found.certain, way)


def candidates(
    reader: Reader, text: str, kind: str, anchors: Iterable[str], key: str, known: "TermRows | None" = None
) -> list[tuple[Held, str]]:  # fmt: skip
    """Current memories of the same family that may speak of the same: (memory, anchor or subject), at most a dozen.

    What is found by its words is told as such, wherever it is tied to.

    Two statements with different keys answer different questions by their own word, and are no candidates.
    """
    from oldhand.knowledge.subjects import at_places, of_subject

    family = FAMILIES.get(kind)
    found: dict[str, tuple[Held, str]] = {}
    for way, some in ((AT_PLACE, at_places(reader, anchors)), ("subject", of_subject(reader, text, known=known))):
        for held in some:
            if FAMILIES.get(held.kind) == family and not (key and held.key) and held.standing in CURRENT:
                found[held.id] = (held, way)
    return list(found.values())[:MOST_CANDIDATES]


# -- meeting rivals --------------------------------------------------------------------------------------------------


class Meeting(NamedTuple):
    """What a new statement finds: a memory that says the same for certain, what it replaces, what it contradicts.

    against: of what it contradicts, what it may not touch because it is believed less and untrusted.
    """

    same: Held | None
    replaced: tuple[tuple[Held, "Comparison"], ...]
    contested: tuple[tuple[Held, "Comparison"], ...]
    against: tuple[tuple[Held, "Comparison"], ...]


NOBODY = Meeting(None, (), (), ())


def met(transaction: Transaction, said: "Statement", voice: Voice) -> Meeting:
    """Look for the rivals of a new statement that somebody makes on purpose, and judge them. Changes nothing."""
    from oldhand.knowledge.comparing import Comparison, compare

    if said.kind not in FAMILIES:
        return NOBODY
    from oldhand.knowledge.questions import terms_asked

    known = terms_asked(transaction)
    reader = known.reader
    text, key = said.content["text"], said.metadata.get("key", "")
    same: Held | None = None
    replaced: list[tuple[Held, Comparison]] = []
    contested: list[tuple[Held, Comparison]] = []
    against: list[tuple[Held, Comparison]] = []
    for held, way in candidates(reader, text, said.kind, said.metadata.get("anchors", ()), key, known):
        if _at_other_times(held, said, transaction.now_ms) or len(held.wordings) != 1:
            continue
        found = compare(held.text, text)
        if found.verdict == "paraphrase" and found.certain and not key and same is None:
            same = held
        elif found.verdict == "change" or (found.verdict == "unsure" and found.typed and way != AT_PLACE):
            # What was captured unasked never casts doubt on what is said on purpose; nobody makes a person's word such.
            captured = CAPTURED in held.tags and strongest(held.record) not in VOUCHING
            if captured and not (found.verdict == "change" and found.certain and may_replace(voice, held.record)):
                continue
            if not may_replace(voice, held.record):
                (against if RANK.get(voice.trust, -1) < RANK["agent"] else contested).append((held, found))
            elif found.verdict == "change" and found.certain and len(replaced) < MOST_REPLACED:
                replaced.append((held, found))
            else:
                contested.append((held, found))
    if same is not None:
        return Meeting(same, (), (), ())
    if _series([held for held, _ in (*replaced, *contested)]):
        return Meeting(None, (), (), tuple(against))
    return Meeting(None, tuple(replaced), tuple(contested), tuple(against))


def _series(found: "list[Held]") -> bool:
    """Whether memories that a statement differs from stand beside each other and differ likewise: items of a list."""
    from oldhand.knowledge.comparing import compare

    standing = [held for held in found if held.standing == "active"]
    return len(standing) >= SERIES and all(
        compare(one.text, other.text).verdict == "change" for one, other in pairwise(standing)
    )


def _at_other_times(held: Held, said: "Statement", now_ms: int) -> bool:
    """Whether a memory and a statement hold at different times, by the dates that were given with them."""
    since, until = said.metadata.get("valid_from"), said.metadata.get("valid_until")
    if held.valid_until is not None and held.valid_until < (since if since is not None else now_ms):
        return True
    return until is not None and held.valid_from is not None and until < held.valid_from


def carried_out(transaction: Transaction, memory: str, meeting: Meeting, voice: Voice) -> tuple[Met, ...]:
    """Tie a new memory to those it replaces and those it contradicts. A pair is asked about once."""
    done = []
    for held, found in meeting.replaced:
        times = sum(counted(held.record).values())
        grave = severity(held.record, times)
        transaction.emit("link", memory, voice.actor, voice.origin, {"rel": "supersedes", "target": held.id})
        _let_go(transaction, held.id, voice)
        done.append(Met(held.id, held.text, "superseded", _since(held), times, grave, found.reasons[0]))
    for held, found in meeting.contested:
        if ask(transaction, memory, held.id, voice):
            times = sum(counted(held.record).values())
            grave = severity(held.record, times)
            done.append(Met(held.id, held.text, "contested", _since(held), times, grave, found.reasons[0]))
    return tuple(done)


def came_back(transaction: Transaction, memory: str, said: "Statement", voice: Voice) -> tuple[Met, ...]:
    """Have a superseded memory that is said again take its place back from what superseded it, if the voice may."""
    reader = Reader(transaction.connection)
    done = []
    for name, stands in list(registers(transaction.record(memory)).items()):
        if not (stands and name.startswith("from/supersedes/")):
            continue
        held = reader.find(name.rsplit("/", 1)[1])
        if held is None or held.standing not in CURRENT or not held.wordings:
            continue
        times = sum(counted(held.record).values())
        grave = severity(held.record, times)
        if may_replace(voice, held.record):
            for op, one, other in (("unlink", held.id, memory), ("link", memory, held.id)):
                transaction.emit(op, one, voice.actor, voice.origin, {"rel": "supersedes", "target": other})
            done.append(Met(held.id, held.text, "superseded", _since(held), times, grave, "it was said again"))
        elif RANK.get(voice.trust, -1) >= RANK["agent"] and ask(transaction, memory, held.id, voice):
            done.append(Met(held.id, held.text, "contested", _since(held), times, grave, "it was said again"))
    return tuple(done)


def _since(held: Held) -> int:
    return held.valid_from if held.valid_from is not None else held.wordings[-1].at


def asked(transaction: Transaction, one: str, other: str) -> bool:
    """Whether anybody was ever asked about a pair, whatever came of it."""
    return f"to/contradicts/{other}" in registers(transaction.record(one)) or f"to/contradicts/{one}" in registers(
        transaction.record(other)
    )


def ask(transaction: Transaction, one: str, other: str, voice: Voice) -> bool:
    """Leave a pair for a verdict, both contested until then; False when it was asked about before."""
    if one == other or asked(transaction, one, other):
        return False
    transaction.emit("link", one, voice.actor, voice.origin, {"rel": "contradicts", "target": other})
    return True


# -- verdicts --------------------------------------------------------------------------------------------------------


def settle_pair(transaction: Transaction, one: str, other: str, verdict: str, voice: Voice) -> None:
    """Say what holds of two memories that contradict each other; they are never asked about again.

    verdict: `first` (one holds and supersedes other), `second` (the other way round) or `both` (no contradiction).
    Raises Refused when the voice is believed less than those by whom the loser was said or confirmed.
    """
    if verdict not in ("first", "second", "both"):
        raise ValueError(verdict)
    if verdict != "both":
        winner, loser = (one, other) if verdict == "first" else (other, one)
        if not may_replace(voice, transaction.record(loser)):
            held = strongest(transaction.record(loser))
            raise Refused(
                f"{short(loser)} was said by one who is believed more ({held}) than {voice.trust}."
                " Leave both contested, or have a person decide in `oldhand review`."
            )
        if registers(transaction.record(loser)).get(f"to/supersedes/{winner}"):
            transaction.emit("unlink", loser, voice.actor, voice.origin, {"rel": "supersedes", "target": winner})
        transaction.emit("link", winner, voice.actor, voice.origin, {"rel": "supersedes", "target": loser})
        _let_go(transaction, loser, voice)
    _unask(transaction, one, other, voice)


def _let_go(transaction: Transaction, memory: str, voice: Voice) -> None:
    """Close the contradictions of a memory that no longer stands: what it contradicted is contested by it no more."""
    for other in contradicting(transaction.record(memory)):
        _unask(transaction, memory, other, voice)


def _unask(transaction: Transaction, one: str, other: str, voice: Voice) -> None:
    """Close every contradiction of a pair that stands; one that was never opened is noted as settled."""
    ties = [(a, b) for a, b in ((one, other), (other, one)) if _tie(transaction, a, b) is True]
    if not ties and not asked(transaction, one, other):
        ties = [(one, other)]
    for a, b in ties:
        transaction.emit("unlink", a, voice.actor, voice.origin, {"rel": "contradicts", "target": b})


def _tie(transaction: Transaction, one: str, other: str) -> Any:
    return registers(transaction.record(one)).get(f"to/contradicts/{other}")


def said_against(transaction: Transaction, memory: str) -> str:
    """The memory that a quarantined statement was kept from replacing; empty when there is none."""
    said = [event for _, event in Reader(transaction.connection).history(memory) if "against" in event.fields]
    return str(max(said, key=lambda event: event.stamp).fields["against"]) if said else ""


def admitted(transaction: Transaction, memory: str, voice: Voice) -> str:
    """Have a statement that left quarantine replace what it was said against, if the voice may; its id, else empty.

    What has a slot takes its wording as a new one; what has none is superseded. Call it after the quarantine ended.
    """
    target = said_against(transaction, memory)
    record = transaction.record(target) if target else {}
    if not record.get("heads") or not may_replace(voice, record) or admission.held_back(transaction, memory):
        return ""
    if registers(record).get("key"):
        head = transaction.record(memory)["heads"][-1]
        body = transaction.body(head["revision"])
        if body is None:
            return ""
        fields = {"trust": voice.trust, "seen": dict(record["vector"])}
        transaction.emit("revise", target, voice.actor, voice.origin, fields, transaction.put(body, head["revision"]))
        transaction.emit("link", target, voice.actor, voice.origin, {"rel": "supersedes", "target": memory})
    else:
        transaction.emit("link", memory, voice.actor, voice.origin, {"rel": "supersedes", "target": target})
    return target


def when_said(record: Record, moment: int = 0) -> int:
    """Since when the present wording holds, in milliseconds: as it was said, else when it was said."""
    since = registers(record).get("valid_from")
    return (
        int(since) if since is not None else stamp_wall(record["heads"][-1]["stamp"]) if record.get("heads") else moment
    )
