"""A chain as a story: its members in order, with their dates, within a budget of tokens."""

from collections.abc import Sequence
from typing import NamedTuple

from oldhand.model.tokens import estimate
from oldhand.recall.render import clipped
from oldhand.sessions.chains import Member

LENGTHS = (400, 240, 160, 100, 60)  # characters that each text is cut to, until all fit
BESIDE = 12  # tokens of a line beside its text and its note: its number, date, id and state


class Story(NamedTuple):
    """The members that are told, in order; left_out: how many in the middle are not; cut: whether texts were cut;
    tokens: what they cost, estimated."""

    items: list[Member]
    left_out: int
    cut: bool
    tokens: int


def story(members: Sequence[Member], budget_tokens: int) -> Story:
    """The members within a budget (0: all of them). All texts are cut alike before any member is left out; then the
    first and the latest stay."""
    items = list(members)
    if not budget_tokens or _cost(items) <= budget_tokens:
        return Story(items, 0, False, _cost(items))
    for most in LENGTHS:
        items = [_cut(one, most) for one in members]
        if _cost(items) <= budget_tokens:
            return Story(items, 0, True, _cost(items))
    first, rest = items[:1], items[1:]
    while rest and _cost([*first, *rest]) > budget_tokens:
        rest = rest[1:]
    kept = [*first, *rest]
    return Story(kept, len(items) - len(kept), True, _cost(kept))


def _cut(one: Member, most: int) -> Member:
    return one._replace(text=clipped(one.text, most), note=clipped(one.note, most))


def _cost(items: Sequence[Member]) -> int:
    return sum(BESIDE + estimate(one.text) + estimate(one.note) for one in items)
