"""Trust in use: what waits in quarantine, what may open a session, and who counts for how much."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from oldhand.errors import BadArgument, PutAway, Refused
from oldhand.model.canonical import normal
from oldhand.model.identity import short
from oldhand.model.moment import day
from oldhand.model.trust import LEVELS, RANK, Voice, least
from oldhand.store.by_source import KEPT_AT
from oldhand.store.fold import Record, registers
from oldhand.store.fold import counted as counted

if TYPE_CHECKING:
    from oldhand.knowledge.assertion import Statement
    from oldhand.store.reader import Held, Reader
    from oldhand.store.transaction import Transaction

PERSON = "user"  # the trust of a person, who may say anything: also what gives orders
VOUCHING = ("user", "repo")  # whose word lets a memory stand in the opening of a session
LONGEST_SOURCE = 500  # characters: a long URL without its query; it is kept with every event
TIES = ("commit:", "pr:", "incident:")  # begin tags that tie a decision to what came of it
TOOL = "tool:"
WEB = "web:"


def ties(tags: Iterable[str]) -> bool:
    """Whether one of some tags ties a decision to what came of it."""
    return any(tag.startswith(TIES) for tag in tags)


def untrusted(trust: str) -> bool:
    """Whether nobody who works here said it: the output of a tool, or a page."""
    return RANK.get(trust, -1) < RANK["agent"]


def speaking(voice: Voice, source: str) -> Voice:
    """The voice of one who passes on what came from elsewhere. It can only be believed less than their own.

    source: a URL (`https://…`: trust web), `tool:NAME` (trust tool) or any other words (trust web); empty for what
    is one's own. Raises BadArgument.
    """
    said = normal(source.strip(), "source")
    if not said:
        return voice
    if len(said) > LONGEST_SOURCE or not said.isprintable():
        raise BadArgument("source", source[:80], f"it is one printable line of at most {LONGEST_SOURCE} characters")
    if said.casefold().startswith(TOOL):
        name = said[len(TOOL) :].strip()
        if not name:
            raise BadArgument("source", source, "name the tool: tool:NAME")
        return voice._replace(origin=TOOL + name, trust=least(voice.trust, "tool"))
    return voice._replace(origin=_address(said), trust=least(voice.trust, "web"))


def _address(said: str) -> str:
    """A URL in its one spelling and without what often holds secrets; other words after `web:`."""
    from oldhand.model.web_address import one_spelling

    return one_spelling(said) or (said if said.startswith(WEB) else WEB + said)


def quarantine(said: "Statement", voice: Voice) -> str:
    """Why a statement must wait in review whatever else is known; empty when it need not.

    Texts that give orders to their reader wait, whoever brings them, persons excepted: an agent may pass on what it
    read, and a document what somebody put there.
    """
    if voice.trust == PERSON:
        return ""
    from oldhand.knowledge.orders import gives_orders

    reason = gives_orders("\n".join(_texts(said)), vouched=voice.trust in VOUCHING)
    return f"it gives orders: {reason}" if reason else ""


def _texts(said: "Statement") -> list[str]:
    """Every text of a statement that a reader may come to see."""
    found = [said.metadata.get("key", "").replace("-", " "), *said.metadata.get("tags", ())]
    for value in said.content.values():
        found += [value] if isinstance(value, str) else list(value)
    return [text for text in found if text]


def strongest(record: Record) -> str:
    """The strongest trust by which a memory was said or confirmed: what it takes to replace it."""
    levels = [head["trust"] for head in record.get("heads", ())] + list(counted(record))
    return max(levels, key=lambda level: RANK.get(level, -1), default=LEVELS[0])


def require(voice: Voice, record: Record, memory: str, what: str) -> None:
    """Raise Refused when one who is believed less than who said or confirmed a memory would overrule them.

    what: what they would do, as in "an agent cannot … it". They can dispute it, which leaves it to a person.
    """
    top = strongest(record)
    if RANK.get(voice.trust, -1) < RANK.get(top, -1):
        name = short(memory)
        raise Refused(
            f"{name} was said or confirmed by {top}, and you are believed as {voice.trust}: you cannot {what}."
            f" `oldhand dispute {name} --reason ...` leaves it to a person."
        )


def seen_by(record: Record, voice: Voice) -> dict[str, int]:
    """What a confirmation says its speaker has seen, which settles the disputes of that: none by who is trusted more.

    record: of what is confirmed.
    """
    disputes = (mark["trust"] for mark in record.get("marks", ()) if mark["op"] == "dispute")
    if any(RANK.get(level, -1) > RANK.get(voice.trust, -1) for level in disputes):
        return {}
    return dict(record["vector"])


def put_away_by(transaction: "Transaction", memory: str) -> str:
    """The trust of who retired a memory on purpose; empty when a policy, a document or another memory's coming did.

    A reminder that is done was retired too, and may be set again by anybody.
    """
    event = transaction.latest(memory, "retire")
    if event is None or event.fields.get("by") or event.fields.get("into") or event.fields.get("reason") == "done":
        return ""
    by_hand = PERSON if (event.actor, event.origin) == (PERSON, "cli") else ""  # written by an earlier version
    return str(event.fields.get("trust", by_hand))


def stays_away(transaction: "Transaction", memory: str, voice: Voice) -> bool:
    """Whether a memory was retired by who is believed more than a voice, which therefore cannot bring it back."""
    by = put_away_by(transaction, memory)
    return bool(by) and RANK.get(voice.trust, -1) < RANK.get(by, -1)


def require_back(transaction: "Transaction", memory: str, voice: Voice) -> None:
    """Raise PutAway when one who is believed less would bring back what was retired on purpose."""
    if stays_away(transaction, memory, voice):
        event = transaction.latest(memory, "retire")
        assert event is not None
        raise PutAway(day(event.clock[0]), short(memory), event.actor)


def may_open(held: "Held") -> bool:
    """Whether a memory may stand in the opening of a session, its text considered.

    It is active, and said by a person, by the project's files or by an agent; or a person or the project's files
    confirmed it. It gives no orders, unless a person said or confirmed it. Its trust is the least of all it was made
    from.
    """
    return _believed(held) and not orders_unvouched(held)


def orders_unvouched(held: "Held") -> bool:
    """Whether a memory gives orders to its reader and no person said or confirmed it.

    It may have come in before the rules knew its wording, which is why what is to be shown is read again. Reading
    takes some tenths of a millisecond a text: ask it last.
    """
    if held.trust == PERSON or counted(held.record).get(PERSON):
        return False
    from oldhand.knowledge.orders import gives_orders

    return bool(gives_orders(f"{held.title}\n{held.text}", vouched=True))  # cues were weighed when it came in


def _believed(held: "Held") -> bool:
    """Whether a memory is active and believed enough to open a session, whatever its text says."""
    if held.standing != "active":
        return False
    if held.trust in VOUCHING or any(level in VOUCHING for level in counted(held.record)):
        return True
    return not untrusted(held.trust)


def opens(reader: "Reader", held: "Held") -> bool:
    """Whether a memory may open a session, contested or not, its text considered."""
    return eligible(reader, held) and not orders_unvouched(held)


def eligible(reader: "Reader", held: "Held") -> bool:
    """Whether a memory may open a session, contested or not, if its text gives no orders.

    A contested one may when nobody who speaks against it is trusted more than those who said or confirmed it, and
    those are people or the project's files: else a word of anybody would take a person's out of every session.
    """
    if held.standing != "contested":
        return _believed(held)
    mine = strongest(held.record)
    if mine not in VOUCHING or held.trust not in VOUCHING:
        return False
    leading = held.wordings[-1].revision
    against = [wording.trust for wording in held.wordings if wording.revision != leading]
    against += [mark["trust"] for mark in held.record.get("marks", ()) if mark["op"] == "dispute"]
    for edge in reader.edges(held.id):
        if edge.rel == "contradicts":
            other = reader.find(edge.target if edge.source == held.id else edge.source)
            if other is not None and other.standing in ("active", "contested"):
                against.append(strongest(other.record))
    return all(RANK.get(level, 0) <= RANK[mine] for level in against)


def held_back(transaction: "Transaction", said: "Statement", voice: Voice) -> str:
    """Why a statement must wait in review, its source considered too; empty when it may stand. Every way in asks."""
    if transaction.record(KEPT_AT):  # some source is or was withdrawn: hardly ever
        from oldhand.knowledge.withdrawing import DIRECTLY, withdrawn

        if source := withdrawn(transaction, voice):
            return DIRECTLY + source
    return quarantine(said, voice)


def counting(transaction: "Transaction", voice: Voice) -> Voice:
    """The voice with which a confirmation counts: one from a withdrawn source counts as the least there is."""
    if transaction.record(KEPT_AT):
        from oldhand.knowledge.withdrawing import withdrawn

        if withdrawn(transaction, voice):
            return voice._replace(trust=LEVELS[0])
    return voice


def reworded(transaction: "Transaction", memory: str, said: "Statement", voice: Voice) -> dict[str, Any]:
    """What an event that gives a memory other words of its own source says of its quarantine.

    The memory waits when the new words must, and stands again when the old ones had to and these need not.
    """
    if fields := waiting(transaction, said, voice):
        return fields
    return {"quarantined": False} if registers(transaction.record(memory)).get("quarantined") else {}


def waiting(transaction: "Transaction", said: "Statement", voice: Voice) -> dict[str, Any]:
    """What an event that brings a new memory says of its quarantine: nothing, or that it waits and why."""
    reason = held_back(transaction, said, voice)
    return {"quarantined": True, "reason": reason} if reason else {}
