"""The operation `chain promote`."""

from typing import Any, Literal, NamedTuple

from oldhand.errors import MissingArgument, Refused
from oldhand.knowledge.assertion import Statement, statement
from oldhand.knowledge.deriving import GIVES, derive
from oldhand.knowledge.summarising import Wish, summarise
from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import WRITE, operation
from oldhand.sessions import chains
from oldhand.store.reader import Reader


class Promoted(NamedTuple):
    """A memory that was made from a chain. id: of it; outcome: remembered, restored, changed, unchanged, or
    quarantined; kind: summary or decision; text: what it says; chain: that it was made from, by its id; inputs: the
    members it was made from, which stay; left_out: members that nothing is made from, as they wait in review, are
    contested or gone; lost: values of theirs that it does not have; why: it waits, empty otherwise."""

    id: str
    outcome: str
    kind: str
    text: str
    chain: str
    inputs: list[str]
    left_out: list[str]
    lost: list[str]
    why: str
    root: str


@operation(WRITE)
def promote(
    memory: Memory, name: str, *, kind: Literal["summary", "decision"] = "summary", text: str = "", title: str = "",
    reason: str = "", allow_loss: bool = False,
) -> Promoted:  # fmt: skip
    """Make a summary or a decision from a chain; its members stay

    A summary is made of whole sentences of theirs, or is given with --text and then checked. A decision is in
    your words. It is believed no more than the least of the members, and follows them when they go.

    Parameters
    name: the chain, by its name or id
    kind: what becomes of it: summary or decision
    text: it in your own words; needed for a decision
    title: a short name for it; without one, the chain's
    reason: of a decision, why it was made
    allow_loss: make a summary even when values are lost; they are named with it
    """
    if kind == "decision" and not text:
        raise MissingArgument("chain promote", "text", "a decision is said in your own words")
    with memory.reading() as reader:
        chain = chains.named(reader, name)
        called = title or chains.shown_name(chain)
        found = [one for one in chains.members(reader, chain) if one.kind != chains.KIND]
        ids = list(dict.fromkeys(one.id for one in found if one.state in GIVES))
        left_out = [one.id for one in found if one.state not in GIVES]
    if not ids:
        raise Refused(f"No member of '{chains.shown_name(chain)}' can be built on. `oldhand chain show` tells why.")

    def worded(content: dict[str, Any]) -> Statement:
        screening = memory.screening(deliberate=True)
        return statement(
            memory.project.tree, kind, content, screening=screening, domain="decisions" * (kind == "decision")
        )

    with memory.writing() as transaction:
        if kind == "summary":
            inputs = [Reader(transaction.connection).get(one) for one in ids]
            summed = summarise(transaction, inputs, Wish(text, called, allow_loss=allow_loss), worded, memory.voice)
            made, said, lost, why = (summed.id, summed.outcome), summed.text, summed.lost, summed.why
        else:
            ground = derive(transaction, worded({"text": text, "title": called, "reason": reason}), ids, memory.voice)
            made, said, lost, why = (ground.memory, ground.outcome), text, [], ground.reason
    memory.trace_detail = {"memory": short(made[0]), "inputs": [short(one) for one in ids]}
    return Promoted(*made, kind, said, chain.id, ids, left_out, lost, why, transaction.root.hex())
