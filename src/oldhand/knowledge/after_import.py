"""After an import of events: what other replicas said is held to the same rules as what is said here.

A native export brings events as they are. What its writers should have kept waiting, and what a source that is
withdrawn here has said, waits from then on. What was made from a memory that is erased here goes with it.
"""

from collections.abc import Sequence

from oldhand.knowledge.put_away_before import Followed, follow
from oldhand.knowledge.trusting import PERSON, VOUCHING
from oldhand.knowledge.withdrawing import hold_down
from oldhand.model.event import WORDING
from oldhand.model.trust import Voice
from oldhand.store.fold import counted, registers, standing
from oldhand.store.reader import Reader
from oldhand.store.transaction import Transaction

AT_ONCE = 2000  # memories looked at before what was said is written


def hold_to_the_rules(
    transaction: Transaction, voice: Voice, after: int, texts: Sequence[str] = ()
) -> tuple[int, Followed]:  # fmt: skip
    """Have wait what must wait of the events behind a position of the journal, and what rests on what was put away
    follow that; how many memories that changed, and what followed.

    texts: what memories say there that are erased here. What a person said, confirmed or let out of quarantine, here
    or there, stays as it is.
    """
    followed = follow(transaction, voice, texts)
    done = len(hold_down(transaction, voice)) + sum(map(len, followed)) - len(followed.words)
    reader = Reader(transaction.connection)
    brought = {event.memory for _, event in reader.journal(after) if event.op in WORDING}
    for number, memory in enumerate(sorted(brought), 1):
        if reason := _orders(transaction, memory):
            fields = {"quarantined": True, "reason": reason, "trust": voice.trust}
            transaction.emit("set", memory, voice.actor, voice.origin, fields)
            done += 1
        if number % AT_ONCE == 0:
            transaction.settle()
    return done, followed


def _orders(transaction: Transaction, memory: str) -> str:
    """Why a memory must wait; empty when it need not, or a person has decided."""
    record = transaction.record(memory)
    stands = standing(record)
    decided = registers(record).get("quarantined") is False or PERSON in counted(record)
    if decided or stands not in ("active", "contested", "superseded", "retired"):
        return ""
    from oldhand.knowledge.orders import gives_orders
    from oldhand.knowledge.withdrawing import text_of

    for head in record["heads"]:
        body = transaction.body(head["revision"]) if head["trust"] != PERSON else None
        reason = gives_orders(text_of(body), vouched=head["trust"] in VOUCHING) if body else ""
        if reason:
            return f"it gives orders: {reason}"
    return ""
