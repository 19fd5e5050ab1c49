"""Withdrawing a source: all that came from one actor, origin or replica loses its weight, and gets it back on request.

Which sources are withdrawn is kept in the journal, as tags of one memory that has no wording and shows nowhere, so
that it syncs like everything else. A tag is `LEVEL SOURCE`: LEVEL is the trust of who withdrew it, and nothing that
is trusted more than that is touched. What a source says while it is withdrawn waits in review.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from oldhand.errors import BadArgument, Refused
from oldhand.knowledge import admission
from oldhand.knowledge.trusting import VOUCHING, WEB, strongest, untrusted
from oldhand.model.canonical import normal
from oldhand.model.event import WORDING, Event
from oldhand.model.trust import LEVELS, RANK, Voice, least
from oldhand.model.web_address import one_spelling, site
from oldhand.store.by_source import KEPT_AT, touched
from oldhand.store.fold import DISCOUNTED, Record, fold, registers, standing
from oldhand.store.lineage import DERIVED, made_from
from oldhand.store.reader import Reader
from oldhand.store.transaction import Transaction

WAY = "revoke:"  # how the origin of our own events begins; they are nobody's statements
DIRECTLY = "its source is withdrawn: "
THROUGH = "it was made from what a withdrawn source said: "
AGAIN = "its source is no longer withdrawn: "
LONGEST = 500  # characters of a source, as of an origin
ENDS = ":/?#@ "  # what may follow a source in a longer origin: `https://a.example` is not `https://a.example.org`
_HOST = re.compile(r"[^\s:@]+\.[^\s:@.\d]{2,}\.?(?::\d+)?")  # a bare host's name: its last part is no number
# Who speaks with which trust, whatever has come from them so far.
SPEAKS = {"user": "user", "cli": "user", "repo": "repo", "history": "repo", "git": "repo", "scan": "repo"}
PUT_AWAY = ("erased", "rejected", "awaited")


class Became(NamedTuple):
    """A memory that a withdrawal changed, or taking it back. what: as `revoke` tells it (quarantined, put_back, …)."""

    memory: str
    what: str


def checked(source: str) -> str:
    """A source as it is kept. Raises BadArgument."""
    said = normal(source.strip(), "origin")
    if not said or len(said) > LONGEST or not said.isprintable():
        raise BadArgument("origin", source[:80], f"it is one printable line of at most {LONGEST} characters")
    return one_spelling(said) or said


def is_from(name: str, source: str) -> bool:
    """Whether an actor, origin or replica is the source or a part of it; of a site, in whatever spelling."""
    return _within(name, source) or bool(
        (place := _site_of(source)) and (known := site(name)) and _within(known, place)
    )


def _within(name: str, source: str) -> bool:
    return name == source or (name.startswith(source) and (source[-1] in ENDS or name[len(source)] in ENDS))


def _site_of(source: str) -> str:
    """The site that a source names, if it names one: also by its bare host."""
    return site(source) or (site(WEB + source) if _HOST.fullmatch(source.partition("/")[0]) else "")


def same_source(one: str, other: str) -> bool:
    """Whether two spellings name one source."""
    return one == other or bool((place := _site_of(one)) and place == _site_of(other))


def sources(record: Record) -> list[tuple[str, str]]:
    """(level, source) of every withdrawn source, from the record of `KEPT_AT`."""
    said = (name[4:].partition(" ") for name, value in registers(record).items() if value and name[:4] == "tag/")
    return sorted((level, source) for level, _, source in said if level in RANK and source)


def withdrawn(transaction: Transaction, voice: Voice) -> str:
    """The withdrawn source that a voice speaks from, or empty."""
    record = transaction.record(KEPT_AT)
    if not record:
        return ""
    for level, source in sources(record):
        names = (voice.actor, voice.origin, transaction.replica)
        if RANK[voice.trust] <= RANK[level] and any(is_from(name, source) for name in names):
            return source
    return ""


def said_above(transaction: Transaction, source: str, voice: Voice) -> str:
    """The trust above a voice's own with which a source has spoken, or always speaks; empty when there is none.

    Who withdrew such a source would lead to believe that it counts no more, and nothing of it would change.
    """
    levels = {trust for way, trust in SPEAKS.items() if is_from(source, way)}
    found = touched(transaction.connection, lambda name: is_from(name, source))
    for memory in found:
        for _, event in Reader(transaction.connection).history(memory):
            if any(is_from(name, source) for name in (event.actor, event.origin)) and event.op in WORDING | {"confirm"}:
                levels.add(str(event.fields.get("trust", LEVELS[0])))
    above = [level for level in levels if RANK.get(level, -1) > RANK[voice.trust]]
    return max(above, key=lambda level: RANK[level], default="")


def withdraw(transaction: Transaction, source: str, voice: Voice) -> list[Became]:
    """Take the weight from all that a source has said. What is done already is not done again.

    Wordings it brought give way to the latest that came from elsewhere, or the memory waits in quarantine; its
    confirmations count no more; whatever was made from such a memory waits too.
    """
    source = next((known for _, known in sources(transaction.record(KEPT_AT)) if same_source(known, source)), source)
    _keep(transaction, source, voice, True)
    done = list(_for_each(transaction, source, voice, _withdraw_one))
    hit = [one.memory for one in done if one.what != "discounted"]
    from oldhand.knowledge.deriving import unsettle

    left = unsettle(transaction, hit, voice, f"{source} was withdrawn", quarantining=False)  # summaries by rules go on
    remade = {now for _, now in left.remade}
    for memory in made_from(transaction.connection, hit):
        record = transaction.record(memory)
        if memory not in remade and standing(record) not in (*PUT_AWAY, "quarantined"):
            _set(transaction, memory, voice, source, True, THROUGH)
            done.append(Became(memory, "derived"))
    return done


def hold_down(transaction: Transaction, voice: Voice) -> list[Became]:
    """Do again what the withdrawn sources ask for: an import or a merge may have brought more of theirs."""
    done = []
    for level, source in sources(transaction.record(KEPT_AT)):
        done += withdraw(transaction, source, voice._replace(trust=least(level, voice.trust)))
    return done


def give_back(transaction: Transaction, source: str, voice: Voice) -> list[Became]:
    """Take a withdrawal back: what it alone holds down stands again, what it put back gives way again."""
    kept = [(level, known) for level, known in sources(transaction.record(KEPT_AT)) if same_source(known, source)]
    levels = [level for level, _ in kept]
    if not levels:
        raise Refused(f"'{source}' is not withdrawn. `oldhand revoke` lists the sources that are.")
    if all(RANK[level] > RANK[voice.trust] for level in levels):
        raise Refused(f"'{source}' was withdrawn with the trust '{levels[0]}'; only who has it can take that back.")
    done: dict[str, Became] = {}
    for spelled in sorted({known for _, known in kept}):  # as it was kept, which may be an earlier version's spelling
        _keep(transaction, spelled, voice, False)
        done |= {one.memory: one for one in _for_each(transaction, spelled, voice, _give_back_one)}
        while fresh := list(_for_each(transaction, spelled, voice, _give_back_derived)):  # one step of lineage a time
            done |= {one.memory: one for one in fresh}
    return list(done.values())


def _keep(transaction: Transaction, source: str, voice: Voice, gone: bool) -> None:
    present = [f"{level} {known}" for level, known in sources(transaction.record(KEPT_AT)) if known == source]
    if gone and not any(RANK[tag.partition(" ")[0]] >= RANK[voice.trust] for tag in present):
        fields = {"tags": [f"{voice.trust} {source}"], "trust": voice.trust}
        transaction.emit("set", KEPT_AT, voice.actor, WAY + source, fields)
    elif not gone:
        mine = [tag for tag in present if RANK[tag.partition(" ")[0]] <= RANK[voice.trust]]
        transaction.emit("set", KEPT_AT, voice.actor, WAY + source, {"untag": mine, "trust": voice.trust})


def _for_each(
    transaction: Transaction, source: str, voice: Voice,
    act: Callable[[Transaction, str, list[Event], str, Voice], str],
) -> Iterator[Became]:  # fmt: skip
    """Do something about every memory that a source has touched, or that was made from one, with its history."""
    found = touched(transaction.connection, lambda name: is_from(name, source) or name == WAY + source)
    reader = Reader(transaction.connection)
    for memory in found:
        if memory == KEPT_AT or standing(transaction.record(memory)) in PUT_AWAY:
            continue
        events = [event for _, event in reader.history(memory)]
        if what := act(transaction, memory, events, source, voice):
            yield Became(memory, what)


def _said_by_withdrawn(event: Event, gone: list[tuple[str, str]]) -> str:
    """The withdrawn source that an event comes from, or empty; nothing is withdrawn by who is believed less."""
    trust = str(event.fields.get("trust", ""))
    for level, source in gone:
        if RANK.get(trust, 0) <= RANK[level] and any(
            is_from(name, source) for name in (event.actor, event.origin, event.replica)
        ):
            return source
    return ""


def _withdraw_one(transaction: Transaction, memory: str, events: list[Event], source: str, voice: Voice) -> str:
    gone = sources(transaction.record(KEPT_AT))
    discounted = _discount(transaction, memory, events, voice, source, gone)
    record = transaction.record(memory)
    mine = {
        head["revision"]
        for head in record["heads"]
        if all(_said_by_withdrawn(event, gone) for event in _bringing(events, head["revision"]))
        and not _upheld(events, head, gone)
    }
    if not mine:
        return "discounted" if discounted else ""
    if standing(record) == "quarantined":
        return "discounted" if discounted else ""
    if event := _elsewhere(transaction, memory, events, gone):
        fields = {
            "trust": least(event.fields["trust"], voice.trust), "seen": dict(record["vector"]),
            "withdrawn": sorted(mine), "reason": DIRECTLY + source,
        }  # fmt: skip
        transaction.emit("revise", memory, voice.actor, WAY + source, fields, event.revision)
        return "put_back"
    _set(transaction, memory, voice, source, True, DIRECTLY)
    return "quarantined"


def _upheld(events: list[Event], head: dict[str, Any], gone: list[tuple[str, str]]) -> bool:
    """Whether somebody else confirmed a wording: a person, the project's files, or one believed as much who works here.

    Saying the same words again is a confirmation too. An agent's does not uphold what came from a page or a tool.
    """
    for event in events:
        trust = event.fields.get("trust", "") if event.op == "confirm" else ""
        seen = event.fields.get("seen", {}).get(head["replica"], 0)
        enough = trust in VOUCHING or (not untrusted(head["trust"]) and RANK.get(trust, -1) >= RANK[head["trust"]])
        if trust and enough and seen >= head["seq"] and not _said_by_withdrawn(event, gone):
            return True
    return False


def _bringing(events: list[Event], revision: str) -> list[Event]:
    """The statements that brought a wording; what a withdrawal put back was said by nobody."""
    return [
        event
        for event in events
        if event.revision == revision and event.op in WORDING and not event.origin.startswith(WAY) and event.fields
    ]


def _elsewhere(
    transaction: Transaction, memory: str, events: list[Event], gone: list[tuple[str, str]]
) -> Event | None:  # fmt: skip
    """The latest statement of a wording that came from no withdrawn source, is still there and not rejected."""
    said = [
        event
        for event in events
        if event.op in WORDING and event.fields and not event.origin.startswith(WAY)
        and not event.fields.get("quarantined") and not _said_by_withdrawn(event, gone)
    ]  # fmt: skip
    for event in sorted(said, key=lambda one: one.stamp, reverse=True):
        whole = Reader(transaction.connection).intact(event.revision) is not None
        if whole and not admission.refused_wording(transaction, memory, event.revision):
            return event
    return None


def _discount(
    transaction: Transaction, memory: str, events: list[Event], voice: Voice, source: str, gone: list[tuple[str, str]]
) -> bool:  # fmt: skip
    """Note how many statements and confirmations come from withdrawn sources, by trust; whether that changed."""
    counts: dict[str, int] = {}
    for event in events:
        if event.op in ("assert", "confirm") and event.fields and _said_by_withdrawn(event, gone):
            counts[event.fields["trust"]] = counts.get(event.fields["trust"], 0) + 1
    if counts == (registers(transaction.record(memory)).get(DISCOUNTED) or {}):
        return False
    transaction.emit("set", memory, voice.actor, WAY + source, {DISCOUNTED: counts, "trust": voice.trust})
    return True


def _give_back_one(transaction: Transaction, memory: str, events: list[Event], source: str, voice: Voice) -> str:
    gone = sources(transaction.record(KEPT_AT))
    discounted = _discount(transaction, memory, events, voice, source, gone)
    record = transaction.record(memory)
    why = _why_quarantined(events)
    if standing(record) == "quarantined" and why == DIRECTLY + source:
        if waits := _still_waits(transaction, record, events, gone):
            transaction.emit(
                "set", memory, voice.actor, WAY + source, {"quarantined": True, "reason": waits, "trust": voice.trust}
            )
            return ""
        return _readmit(transaction, memory, source, voice)
    if _wordings_back(transaction, memory, events, source, voice):
        return "lifted"
    return "discounted" if discounted else ""


def _readmit(transaction: Transaction, memory: str, source: str, voice: Voice) -> str:
    """Let a memory stand again, unless it has to wait anyway; what it contradicts is contested with it."""
    from oldhand.knowledge.contradiction import admitted, ask
    from oldhand.knowledge.readmitting import judged

    waits, against, pairs = judged(transaction, memory)
    if waits:
        fields = {"quarantined": True, "reason": waits, "against": against, "trust": voice.trust}
        transaction.emit("set", memory, voice.actor, WAY + source, fields)
        return ""
    _set(transaction, memory, voice, source, False, AGAIN)
    trust = least(transaction.record(memory)["heads"][-1]["trust"], voice.trust)
    as_said = Voice(voice.actor, WAY + source, trust)
    for other in pairs:
        ask(transaction, memory, other, as_said)
    if not pairs:
        admitted(transaction, memory, as_said)
    return "lifted"


def _wordings_back(transaction: Transaction, memory: str, events: list[Event], source: str, voice: Voice) -> bool:
    """Give a memory the wordings again that gave way to an earlier one; those that stood beside it do so again."""
    worded = [event for event in events if event.op in WORDING]
    last = max(worded, key=lambda event: event.stamp, default=None)
    if last is None or last.origin != WAY + source or not last.fields.get("withdrawn"):
        return False
    gone = sources(transaction.record(KEPT_AT))
    stood = [head["revision"] for head in fold(memory, (one for one in events if one.stamp < last.stamp))["heads"]]
    record = transaction.record(memory)
    covers = last.revision not in stood
    done = False
    for revision in dict.fromkeys(stood):
        said = _bringing(events, revision)
        if not said or revision == last.revision or all(_said_by_withdrawn(event, gone) for event in said):
            continue
        if admission.refused_wording(transaction, memory, revision):
            continue
        trust = least(said[-1].fields["trust"], voice.trust)
        fields: dict[str, Any] = {"trust": trust, "seen": {}, "reason": AGAIN + source}
        if covers and not done and RANK[trust] >= RANK[strongest(record)]:
            fields["seen"] = dict(record["vector"])
        transaction.emit("revise", memory, voice.actor, WAY + source, fields, revision)
        done = True
    return done


def _give_back_derived(transaction: Transaction, memory: str, events: list[Event], source: str, voice: Voice) -> str:
    """Let a memory stand again that waited for what it was made from, unless one of its inputs still waits."""
    record = transaction.record(memory)
    if standing(record) != "quarantined" or _why_quarantined(events) != THROUGH + source:
        return ""
    inputs = [name[len(DERIVED) :] for name, value in registers(record).items() if value and name.startswith(DERIVED)]
    if any(standing(transaction.record(one)) == "quarantined" for one in inputs):
        return ""
    _set(transaction, memory, voice, source, False, AGAIN)
    return "lifted"


def _why_quarantined(events: list[Event]) -> str:
    """The reason that the latest event gives which put a memory into quarantine or took it out."""
    said = [event for event in events if "quarantined" in event.fields]
    return str(max(said, key=lambda event: event.stamp).fields.get("reason", "")) if said else ""


def _still_waits(
    transaction: Transaction, record: Record, events: list[Event], gone: list[tuple[str, str]]
) -> str:  # fmt: skip
    """Why a memory must go on waiting although one source is withdrawn no more; empty when it need not."""
    for head in record["heads"]:
        said = _bringing(events, head["revision"])
        if said and all(_said_by_withdrawn(event, gone) for event in said):
            return DIRECTLY + _said_by_withdrawn(said[-1], gone)
        if head["trust"] != "user" and (body := transaction.body(head["revision"])):
            from oldhand.knowledge.orders import gives_orders

            if reason := gives_orders(text_of(body), vouched=head["trust"] in VOUCHING):
                return f"it gives orders: {reason}"
    return ""


def text_of(body: bytes) -> str:
    """Every text of a wording, a line each."""
    import json

    content = json.loads(body)["content"]
    return "\n".join(value if isinstance(value, str) else "\n".join(value) for value in content.values())


def _set(transaction: Transaction, memory: str, voice: Voice, source: str, waits: bool, why: str) -> None:
    fields = {"quarantined": waits, "reason": why + source, "trust": voice.trust}
    transaction.emit("set", memory, voice.actor, WAY + source, fields)
