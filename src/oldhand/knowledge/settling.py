"""Settling what waits for review: who may, and what accepting, editing, rejecting and linking do."""

from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.errors import Refused, UnknownId
from oldhand.knowledge import admission
from oldhand.knowledge.assertion import confirm, revise
from oldhand.knowledge.naming import Present, present
from oldhand.knowledge.trusting import PERSON, VOUCHING, strongest, untrusted
from oldhand.model.clock import stamp_wall
from oldhand.model.identity import checked_prefix, short
from oldhand.model.moment import day
from oldhand.model.trust import RANK, Voice
from oldhand.store.fold import counted, registers, standing

if TYPE_CHECKING:
    from oldhand.knowledge.assertion import Statement
    from oldhand.memory import Memory
    from oldhand.store.transaction import Transaction

DAY_MS = 86_400_000
BETWEEN = "+"  # the two names of a pair: ID+ID
SHORTEST_TERM = DAY_MS  # for which an end is put off: what was said to hold for an hour waits again tomorrow


class Settled(NamedTuple):
    """What was done about an item. ids: its memories; done: what was done, in words; standing: of the first one now."""

    ids: list[str]
    done: str
    standing: str


class Choice(NamedTuple):
    """How an item is to be settled. holds: of a pair the memory, of several wordings the address that holds;
    both: of a pair, both hold; until: the new end (ms), None for as long again."""

    holds: str = ""
    both: bool = False
    until: int | None = None


class Item(NamedTuple):
    """What a name means in review: one memory, or a pair that contradict each other (the one named first is first)."""

    one: Present
    other: Present | None

    @property
    def ids(self) -> list[str]:
        """The ids of its memories."""
        return [self.one.id] + ([self.other.id] if self.other else [])


def item(transaction: "Transaction", name: str, *, paired: bool = False) -> Item:
    """The item that `ID` or `ID+ID` names; a memory that waits only because it contradicts another is that pair.

    paired: whether a pair must be meant. Raises UnknownId and its kin, and Refused where a memory is in several
    pairs or two are none.
    """
    first, plus, second = name.partition(BETWEEN)
    one = present(transaction, first)
    others = contradicting(one)
    if plus:
        other = present(transaction, second)
        if other.id not in others:
            said = f"{short(one.id)} and {short(other.id)} are no open pair"
            raise Refused(f"{said}; there is nothing to settle. `oldhand review` lists what waits.")
        return Item(one, other)
    if not others or (not paired and _waits_alone(one, transaction.now_ms)):
        return Item(one, None)
    if len(others) > 1:
        pairs = ", ".join(f"{short(one.id)}{BETWEEN}{short(other)}" for other in others)
        raise Refused(f"{short(one.id)} contradicts several. Name the pair: {pairs}.")
    return Item(one, present(transaction, others[0], rejected=True))


def _waits_alone(held: Present, now_ms: int) -> bool:
    """Whether a memory waits for a reason of its own, beside what it contradicts."""
    from oldhand.knowledge.reviewing import causes_of
    from oldhand.store.waiting import Candidate

    heads, values = held.record["heads"], registers(held.record)
    stands = standing(held.record)
    one = Candidate(
        held.id, values.get("kind", ""), stands, heads[-1]["trust"], 0, stamp_wall(heads[-1]["stamp"]), held.record
    )
    return any(len(ids) == 1 for ids, _ in causes_of(one, now_ms))


def contradicting(held: Present) -> list[str]:
    """The memories that one stands in an open contradiction with, by id."""
    found = {
        name.rpartition("/")[2]
        for name, value in registers(held.record).items()
        if value is True and name.startswith(("to/contradicts/", "from/contradicts/"))
    }
    return sorted(found)


# -- accepting ---------------------------------------------------------------------------------------


def accepted(memory: "Memory", transaction: "Transaction", name: str, choice: Choice, scope: str) -> Settled:
    """Accept an item: what it says holds from now on, as `choice` says."""
    found = item(transaction, name, paired=bool(choice.holds) or choice.both)
    if found.other:
        return _pair_accepted(transaction, found, choice, memory.voice)
    held, voice = found.one, memory.voice
    _may_settle(held, voice, "accept")
    done = _wording_chosen(transaction, held, choice, voice)
    if choice.both:
        raise Refused(f"{short(held.id)} is no pair; --both is for two memories that contradict each other.")
    quarantined = standing(held.record) == "quarantined"
    if quarantined:
        done += _let_out(transaction, held.id, voice)
    done += _end_put_off(transaction, held, choice, voice, memory.now())
    confirm(transaction, held.id, voice)
    done.append("confirmed")
    if quarantined:
        done += _put_in_place(transaction, held.id, voice)
    if scope == "project":
        from oldhand.knowledge.anchoring import noted_anew

        if places := noted_anew(memory, transaction, held.id):
            done.append(f"noted anew: {', '.join(places)}")
    return Settled(found.ids, ", ".join(done), standing(transaction.record(held.id)))


def _let_out(transaction: "Transaction", memory: str, voice: Voice) -> list[str]:
    """Let a memory out of quarantine. Raises RejectedValue when what it says was rejected meanwhile."""
    if holder := admission.held_back(transaction, memory):
        admission.refuse(transaction, holder)
    transaction.emit("set", memory, voice.actor, voice.origin, {"quarantined": False, "trust": voice.trust})
    return ["out of quarantine"]


def _put_in_place(transaction: "Transaction", memory: str, voice: Voice) -> list[str]:
    """Have what left quarantine replace what it was said against."""
    from oldhand.knowledge.contradiction import admitted

    other = admitted(transaction, memory, voice)
    return [f"in the place of {short(other)}"] if other and other != memory else []


def _wording_chosen(transaction: "Transaction", held: Present, choice: Choice, voice: Voice) -> list[str]:
    """Let the chosen one of several wordings replace the others."""
    heads = held.record["heads"]
    revisions = list(dict.fromkeys(head["revision"] for head in heads))
    if len(revisions) == 1:
        if choice.holds and not held.id.startswith(checked_prefix(choice.holds)):
            raise UnknownId(choice.holds)
        return []
    listed = ", ".join(map(short, revisions))
    if not choice.holds:
        raise Refused(f"{short(held.id)} has {len(revisions)} wordings. Say which one holds: --holds with {listed}.")
    wanted = checked_prefix(choice.holds)
    chosen = [revision for revision in revisions if revision.startswith(wanted)]
    if len(chosen) != 1:
        raise Refused(f"'{choice.holds}' is none of the wordings of {short(held.id)}: {listed}.")
    if holder := admission.refused_wording(transaction, held.id, chosen[0]):
        admission.refuse(transaction, holder)
    fields = {"trust": voice.trust, "seen": dict(held.record["vector"])}
    transaction.emit("revise", held.id, voice.actor, voice.origin, fields, chosen[0])
    return [f"{short(chosen[0])} holds"]


def _end_put_off(
    transaction: "Transaction", held: Present, choice: Choice, voice: Voice, now_ms: int
) -> list[str]:  # fmt: skip
    """Put the end of a memory off that is over or near; without a word about it, for as long as it was said to hold."""
    from oldhand.knowledge.reviewing import soon_ms, term_ms

    values = registers(held.record)
    until = values.get("valid_until")
    moment = choice.until
    if moment is None:
        if not isinstance(until, int) or until - soon_ms(held.record, until) > now_ms:
            return []
        moment = max(until, now_ms) + max(term_ms(held.record, until), SHORTEST_TERM)
    elif moment < now_ms:
        raise Refused(f"{day(moment)} is over. Give a day to come with --until, or `oldhand retire {short(held.id)}`.")
    transaction.emit("set", held.id, voice.actor, voice.origin, {"valid_until": moment, "trust": voice.trust})
    return [f"holds until {day(moment)}"]


def _pair_accepted(transaction: "Transaction", found: Item, choice: Choice, voice: Voice) -> Settled:
    """Say which of two that contradict each other holds, or that both do."""
    one, other = found.one, found.other
    assert other is not None
    gone = [held for held in (one, other) if standing(held.record) not in ("active", "contested", "quarantined")]
    if choice.holds and choice.both:
        raise Refused("Give either --holds or --both.")
    if choice.both or len(gone) == 2:
        verdict = "both"
    elif choice.holds:
        wanted = checked_prefix(choice.holds)
        fitting = [held for held in (one, other) if held.id.startswith(wanted)]
        if len(fitting) != 1:
            raise Refused(f"'{choice.holds}' is neither of the two: {short(one.id)}, {short(other.id)}.")
        verdict = "first" if fitting[0] is one else "second"
    elif gone:
        verdict = "first" if gone[0] is other else "second"
    else:
        names = f"{short(one.id)} or {short(other.id)}"
        raise Refused(f"Two memories contradict each other. Say which one holds (--holds with {names}), or --both.")
    return pair_settled(transaction, found, verdict, voice)


def pair_settled(transaction: "Transaction", found: Item, verdict: str, voice: Voice) -> Settled:
    """Settle a pair: `first` or `second` holds and supersedes the other, or `both` hold."""
    from oldhand.knowledge.contradiction import settle_pair

    one, other = found.one, found.other
    assert other is not None
    for held in (one, other):
        _may_settle(held, voice, "settle")
    settle_pair(transaction, one.id, other.id, verdict, voice)
    if verdict == "both":
        return Settled(found.ids, "both hold", standing(transaction.record(one.id)))
    holds, yields = (one, other) if verdict == "first" else (other, one)
    said = f"{short(holds.id)} holds and replaces {short(yields.id)}"
    return Settled([holds.id, yields.id], said, standing(transaction.record(holds.id)))


# -- the other choices -------------------------------------------------------------------------------


def edited(transaction: "Transaction", found: Item, said: "Statement", voice: Voice, *, both: bool) -> Settled:
    """Give an item a new wording, which settles it: of a pair it replaces both, unless both are to hold."""
    held = found.one
    for one in (held, found.other):
        if one:
            _may_settle(one, voice, "edit")
    quarantined = standing(held.record) == "quarantined"
    revise(transaction, held.id, said, voice)
    done = ["reworded"]
    if quarantined:
        done += _let_out(transaction, held.id, voice)
    if found.other:
        verdict = "both" if both else "first"
        done.append(pair_settled(transaction, found, verdict, voice).done)
    confirm(transaction, held.id, voice)
    if quarantined:
        done += _put_in_place(transaction, held.id, voice)
    return Settled(found.ids, ", ".join(done), standing(transaction.record(held.id)))


def rejected(transaction: "Transaction", name: str, reason: str, voice: Voice) -> Settled:
    """Reject what a memory says; what contradicts it holds then. Raises Refused for a pair: one of it is named."""
    from oldhand.knowledge import standing as standings

    if BETWEEN in name:
        raise Refused("Name the one that is wrong: of a pair only one memory is rejected at a time.")
    held = present(transaction, name)
    _may_settle(held, voice, "reject")
    pairs = contradicting(held)
    stood = standings.rejected(transaction, held.id, voice, reason)
    done = ["rejected"] + [f"and with it {', '.join(map(short, stood.also))}"] * bool(stood.also)
    if pairs:
        done.append(f"{' and '.join(map(short, pairs))} hold{'s' * (len(pairs) == 1)}")
    return Settled([held.id], ", ".join(done), stood.standing)


def untied(transaction: "Transaction", one: str, other: str, voice: Voice) -> None:
    """Settle the contradiction of two memories without saying anything of either."""
    for source, target in ((one, other), (other, one)):
        if registers(transaction.record(source)).get(f"to/contradicts/{target}") is True:
            fields = {"rel": "contradicts", "target": target}
            transaction.emit("unlink", source, voice.actor, voice.origin, fields)


def linked(transaction: "Transaction", found: Item, relation: str, target: str, voice: Voice) -> Settled:
    """Tie an item's first memory to another. Of a pair the tie says how the two stand, so that it is settled."""
    from oldhand.knowledge.tying import tied

    held = found.one
    end = present(transaction, target)
    _may_settle(held, voice, "link")
    if relation == "supersedes":
        _may_settle(end, voice, "replace")
    done = []
    if standing(held.record) == "quarantined":
        done += _let_out(transaction, held.id, voice)
        confirm(transaction, held.id, voice)
    if end.id in contradicting(held) and relation != "contradicts":
        if relation != "supersedes":
            _may_settle(end, voice, "settle")
        untied(transaction, held.id, end.id, voice)
        done.append("no longer taken for a contradiction")
    tied(transaction, voice, "link", held.id, relation, end.id)
    done.append(f"{relation} {short(end.id)}")
    return Settled([held.id, end.id], ", ".join(done), standing(transaction.record(held.id)))


# -- who may -----------------------------------------------------------------------------------------


def _may_settle(held: Present, voice: Voice, what: str) -> None:
    """Refuse a voice that would raise trust, overrule a more trusted one or judge its own words.

    A person may settle everything. What is quarantined or untrusted takes a person; a dispute or contradiction is
    not settled by who said the words, nor by one less trusted than whoever said or disputed them.
    """
    if voice.trust == PERSON:
        return
    name, record = short(held.id), held.record
    step = f"Ask the person to run `oldhand review` on a terminal; `oldhand show {name}` tells more."
    stands = standing(record)
    if stands == "quarantined":
        raise Refused(f"{name} is quarantined; only a person can {what} it. {step}")
    outsider = all(untrusted(head["trust"]) for head in record["heads"])
    if outsider and not any(level in VOUCHING for level in counted(record)):
        raise Refused(f"{name} came from outside ({record['heads'][-1]['trust']}); only a person can {what} it. {step}")
    against: list[Any] = [mark["trust"] for mark in record.get("marks", ()) if mark["op"] == "dispute"]
    mine = any(head["actor"] == voice.actor and head["trust"] == voice.trust for head in record["heads"])
    if stands == "contested" and mine:
        raise Refused(f"{name} is contested and holds your own words; another one must {what} it. {step}")
    top = max([strongest(record), *against], key=lambda level: RANK.get(level, -1))
    if RANK.get(voice.trust, -1) < RANK.get(top, -1):
        raise Refused(f"{name} was said, confirmed or disputed by {top}, and you are believed as {voice.trust}. {step}")
