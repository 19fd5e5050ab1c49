"""Absorbing: a memory is put away because another one says what it says, and comes back when that one goes.

The tie is a link `part_of` to the one that absorbed it, and the event that retires it names that one too:
so what was retired for another reason, or restored since, is never touched.
"""

from oldhand.model.identity import short
from oldhand.model.trust import Voice
from oldhand.store.fold import registers, standing
from oldhand.store.transaction import Transaction

INTO = "into"  # the field of a `retire` that names what absorbed the memory
TIE = "part_of"


def absorb(transaction: Transaction, memory: str, into: str, voice: Voice, reason: str) -> None:
    """Retire a memory for another one that says what it says, and tie it to that one."""
    if not registers(transaction.record(memory)).get(f"to/{TIE}/{into}"):
        transaction.emit("link", memory, voice.actor, voice.origin, {"rel": TIE, "target": into})
    transaction.emit("retire", memory, voice.actor, voice.origin, {"reason": reason, INTO: into})


def absorber(transaction: Transaction, memory: str) -> str:
    """What absorbed a retired memory, following those that were absorbed themselves; empty when nothing did."""
    seen = {memory}
    while standing(transaction.record(memory)) == "retired":
        latest = transaction.latest(memory, "retire")
        into = str(latest.fields.get(INTO, "")) if latest else ""
        if not into or into in seen or standing(transaction.record(into)) == "awaited":
            return ""
        seen.add(into)
        memory = into
    return memory if len(seen) > 1 else ""


def absorbed(transaction: Transaction, into: str) -> list[str]:
    """The memories that are retired because `into` says what they say, in id order."""
    prefix = f"from/{TIE}/"
    tied = sorted(
        n[len(prefix) :] for n, stands in registers(transaction.record(into)).items() if stands and n.startswith(prefix)
    )
    return [memory for memory in tied if _put_away_for(transaction, memory, into)]


def give_back(transaction: Transaction, into: str, voice: Voice) -> list[str]:
    """Restore what was absorbed into a memory that goes; the ids of what came back."""
    back = absorbed(transaction, into)
    for memory in back:
        give_back_one(transaction, memory, voice, f"{short(into)} is gone")
    return back


def give_back_one(transaction: Transaction, memory: str, voice: Voice, reason: str = "it was found again") -> None:
    """Restore one memory that was absorbed, and untie it from what absorbed it."""
    latest = transaction.latest(memory, "retire")
    seen = dict(transaction.record(memory)["vector"])
    transaction.emit("restore", memory, voice.actor, voice.origin, {"seen": seen, "reason": reason})
    into = str(latest.fields.get(INTO, "")) if latest else ""
    if into and registers(transaction.record(memory)).get(f"to/{TIE}/{into}"):
        transaction.emit("unlink", memory, voice.actor, voice.origin, {"rel": TIE, "target": into})


def _put_away_for(transaction: Transaction, memory: str, into: str) -> bool:
    """Whether it is retired for another one, whatever else holds it down by now."""
    if not registers(transaction.record(memory)).get("retired"):
        return False
    latest = transaction.latest(memory, "retire")
    return latest is not None and latest.fields.get(INTO) == into
