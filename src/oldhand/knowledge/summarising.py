"""Summarising: a summary laid over its inputs, which stay reachable, and the way back."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from oldhand.errors import MissingArgument, Refused
from oldhand.knowledge.absorbing import absorb, give_back
from oldhand.knowledge.assertion import Statement
from oldhand.knowledge.compressing import COVERAGE_FLOOR, Cover, cover, extract
from oldhand.knowledge.deriving import EXTRACT, FEWEST, SAID, derive, summary, text_of
from oldhand.knowledge.trusting import strongest
from oldhand.model.identity import short
from oldhand.model.tokens import estimate
from oldhand.model.trust import RANK, Voice
from oldhand.recall.render import clipped
from oldhand.store.fold import standing
from oldhand.store.reader import Held
from oldhand.store.transaction import Transaction

MOST_INPUTS = 200  # memories in one summary: of more, nobody could say what it leaves out
MOST_TOKENS = 100_000  # of all inputs, estimated: a book; it is read in some seconds
LOST_TOLD = 12  # lost values named in a refusal; the reply of a dry run names all
LOST_CHARACTERS = 60  # of each of them

Worded = Callable[[dict[str, Any]], Statement]
"""Makes a statement of a summary's content, screened and with what is said about it."""


class Input(NamedTuple):
    """A memory that a summary was made from: its first words, how it stands after it, and why it was left standing."""

    id: str
    text: str
    standing: str
    kept_because: str


class Summed(NamedTuple):
    """A summary and what it is made from.

    outcome: remembered, restored, changed, unchanged, or quarantined when it waits in review, with why; method: extract
    or said; coverage: the share of its inputs' weighted terms, 0 to 1; values: how many values they have; lost: those
    it has not; tokens: estimated.
    """

    id: str
    outcome: str
    text: str
    method: str
    coverage: float
    values: int
    lost: list[str]
    tokens_before: int
    tokens_after: int
    inputs: list[Input]
    why: str


class Wish(NamedTuple):
    """What is asked of a summary. text: in somebody's own words, empty to have it made; budget_tokens: at most so many
    tokens, 0: as many as it takes; allow_loss: even when values are lost; retire_inputs: put the inputs away."""

    text: str = ""
    title: str = ""
    budget_tokens: int = 0
    allow_loss: bool = False
    retire_inputs: bool = False


def summarise(transaction: Transaction, inputs: Sequence[Held], wish: Wish, worded: Worded, voice: Voice) -> Summed:
    """Lay a summary over memories. Raises Refused when it does not cover them, loses values, or is no shorter, and
    PutAway for one that was retired by who is trusted more."""
    if len(inputs) < FEWEST:
        why = f"a summary needs at least {FEWEST} memories; {len(inputs)} found"
        raise MissingArgument("compress", "names", why)
    if len(inputs) > MOST_INPUTS:
        raise Refused(f"{len(inputs)} memories are too many for one summary, {MOST_INPUTS} at most. Name fewer.")
    texts = [text_of(held.wordings[-1].content) for held in inputs]
    before = sum(estimate(said) for said in texts)
    if before > MOST_TOKENS:
        raise Refused(f"{before:,} tokens are too many for one summary, {MOST_TOKENS:,} at most. Name fewer memories.")
    text = wish.text or extract(texts, wish.budget_tokens)
    covered, after = cover(texts, text), estimate(text)
    _refuse_unfit(covered, [inputs[number].id for number in covered.unsaid], before, after, wish)
    content = summary(texts, wish.title, method=SAID if wish.text else EXTRACT, text=text)
    said = worded(content)
    done = derive(transaction, said, [held.id for held in inputs], voice, asked=True)
    waits = f"the summary waits in review: {done.reason}" if done.outcome == "quarantined" else ""
    reasons = {
        held.id: waits or _put_away(transaction, held, done.memory, voice) for held in inputs if wish.retire_inputs
    }
    told = [
        Input(held.id, held.text, standing(transaction.record(held.id)), reasons.get(held.id, "")) for held in inputs
    ]
    return Summed(
        done.memory, done.outcome, said.content["text"], content["method"], round(covered.coverage, 4), covered.values,
        list(covered.lost), before, after, told, done.reason,
    )  # fmt: skip


def undo(transaction: Transaction, held: Held, voice: Voice) -> list[str]:
    """Restore what a summary put away and retire the summary; the ids of what came back. Raises Refused."""
    if held.kind != "summary":
        raise Refused(f"{short(held.id)} is a {held.kind} and no summary: there is nothing to undo.")
    back = give_back(transaction, held.id, voice)
    if standing(transaction.record(held.id)) not in ("retired", "rejected", "erased"):
        transaction.emit("retire", held.id, voice.actor, voice.origin, {"reason": "its compression was undone"})
    elif not back:
        raise Refused(f"{short(held.id)} is {held.standing} already and holds nothing back.")
    return back


def _refuse_unfit(covered: Cover, unsaid: Sequence[str], before: int, after: int, wish: Wish) -> None:
    """Refuse a summary that would mislead those who know nothing else, or that saves nothing."""
    lost = covered.lost
    if covered.coverage < COVERAGE_FLOOR:
        share = f"it covers {covered.coverage:.0%} of what its inputs say, at least {COVERAGE_FLOOR:.0%} is needed"
        raise Refused(f"No summary was made: {share}.{_named(lost)} Say more, or name fewer memories.")
    if unsaid:
        names = ", ".join(map(short, unsaid[:LOST_TOLD]))
        raise Refused(f"No summary was made: it says too little of {names}.{_named(lost)} Say it, or leave them out.")
    if lost and not wish.allow_loss:
        raise Refused(
            f"No summary was made: {len(lost)} values or rules would be lost.{_named(lost)} --allow-loss accepts it."
        )
    if after > before:
        raise Refused(f"No summary was made: it is longer ({after} tokens) than what it sums up ({before}).")


def _named(lost: Sequence[str]) -> str:
    more = f" and {len(lost) - LOST_TOLD} more" if len(lost) > LOST_TOLD else ""
    return f" Missing: {', '.join(clipped(one, LOST_CHARACTERS) for one in lost[:LOST_TOLD])}{more}." if lost else ""


def _put_away(transaction: Transaction, held: Held, summary: str, voice: Voice) -> str:
    """Retire an input; why not, when it stays. What somebody of more trust said is not put away by one of less."""
    level = strongest(held.record)
    if RANK.get(voice.trust, 0) < RANK.get(level, 0):
        return f"it was said or confirmed with the trust {level}"
    if standing(transaction.record(held.id)) == "retired":
        return ""
    absorb(transaction, held.id, summary, voice, f"it is in the summary {short(summary)}")
    return ""
