"""Laying two statements side by side: what both say, which values stand in each other's place, what only one says."""

from collections.abc import Sequence
from typing import NamedTuple

from oldhand.knowledge.comparing_tokens import WORD, Read, Token
from oldhand.knowledge.comparing_words import word_set
from oldhand.model.terms import stem

TYPED = ("number", "path", "url", "date", "clock", "flag", "code")
PIVOTS = frozenset({"over", "than"})  # prepositions behind which stands what yields
ONE_WAY = word_set("overrid preced supersed overshadow trump beat outrank call import depend wrap extend block")
NONE = ("", frozenset[str]())


class Pair(NamedTuple):
    """A token of each statement: the same thing in both, or one in the place of the other."""

    old: Token
    new: Token


class Laid(NamedTuple):
    """Two statements side by side.

    same: what both say; exchanged: typed values in each other's place; slots: other words in each other's place,
    between the same words; old, new: what only one says besides; ground: the share in common of the longer one,
    lean: of the shorter one, without what stands in each other's place; pivot_old, pivot_new: (what stands behind a
    word that has a direction, what stands before it).
    """

    a: Read
    b: Read
    same: list[Pair]
    exchanged: list[Pair]
    slots: list[tuple[list[Token], list[Token]]]
    old: list[Token]
    new: list[Token]
    ground: float
    lean: float
    pivot_old: tuple[str, frozenset[str]]
    pivot_new: tuple[str, frozenset[str]]


def laid(a: Read, b: Read) -> Laid:
    """Two statements side by side."""
    partner = _matched(a.tokens, b.tokens)
    same = [Pair(a.tokens[at], b.tokens[to]) for at, to in partner.items()]
    swapped = _exchanged(a.tokens, b.tokens, partner)
    exchanged = [Pair(a.tokens[at], b.tokens[to]) for at, to in swapped.items()]
    both = partner | swapped
    slots, old, new = _slots(a.tokens, b.tokens, both, same)
    spans = ({pair.old.span for pair in exchanged} - {0}, {pair.new.span for pair in exchanged} - {0})
    if spans[0] and spans[1]:  # one command for another: its further words belong to it
        old, new = (
            [token for token in one if token.span not in said] for one, said in zip((old, new), spans, strict=True)
        )
        slots = [
            (left, right) for left, right in slots
            if not all(token.span in spans[0] for token in left) or not all(token.span in spans[1] for token in right)
        ]  # fmt: skip
    common = sum(min(pair.old.weight, pair.new.weight) for pair in same)
    more, less = sorted((weight_of(old), weight_of(new)), reverse=True)
    return Laid(
        a, b, same, exchanged, slots, old, new, common / (common + more) if common else 0.0,
        common / (common + less) if common else 0.0, pivot(a.tokens), pivot(b.tokens),
    )  # fmt: skip


def weight_of(tokens: Sequence[Token]) -> int:
    """The weight of tokens together."""
    return sum(token.weight for token in tokens)


def _matched(a: Sequence[Token], b: Sequence[Token]) -> dict[int, int]:
    """Which token of `b` is the same as which of `a`. Of several that fit, one of the same sort, sign and bound.

    Where nothing but numbers differs, each number answers the one at its own place: vault 0 with 3 doors is not
    vault 3 with 6 doors whose number moved.
    """
    if len(a) == len(b) and all(
        one.key == other.key or (one.sort == other.sort == "number") for one, other in zip(a, b, strict=True)
    ):
        return {at: at for at, (one, other) in enumerate(zip(a, b, strict=True)) if _same(one, other)}
    places: dict[str, list[int]] = {}
    for to, token in enumerate(b):
        for key in _keys(token):
            places.setdefault(key, []).append(to)
    found: dict[int, int] = {}
    taken: set[int] = set()
    for at, token in enumerate(a):
        near = [to for key in _keys(token) for to in places.get(key, ()) if to not in taken and _same(token, b[to])]
        if not near:
            continue
        best = max(near, key=lambda to: (_alike(token, b[to]), -abs(to - at)))
        found[at] = best
        taken.add(best)
    return found


def _keys(token: Token) -> tuple[str, ...]:
    """Under what a token is looked up: code also by the stem of its word, versions also by their first part."""
    if token.sort == "code":
        return (token.key, stem(token.key.casefold()))
    if token.sort == "number" and not token.group and "." in token.key:
        return (token.key, *(token.key[:at] for at, sign in enumerate(token.key) if sign == "."))
    if token.sort == "number" and not token.group:
        return (token.key,)
    return (token.key,)


def _alike(one: Token, other: Token) -> tuple[bool, bool, bool, bool]:
    return (one.key == other.key, one.sort == other.sort, one.sign == other.sign, one.bound == other.bound)


def _same(one: Token, other: Token) -> bool:
    if one.key == other.key:
        return one.group == other.group or not (one.group and other.group)
    if one.sort == "number" == other.sort:
        return one.group == other.group == "" and (_finer(one.key, other.key) or _finer(other.key, one.key))
    if one.sort == "code" or other.sort == "code":
        code, word = (one, other) if one.sort == "code" else (other, one)
        return word.sort in ("word", "name") and stem(code.key.casefold()) == word.key
    return False


def _finer(one: str, other: str) -> bool:
    """Whether a version says another one more exactly: 16.2 and 16."""
    return one.startswith(other + ".") and other != "0"


def _exchanged(a: Sequence[Token], b: Sequence[Token], partner: dict[int, int]) -> dict[int, int]:
    """Values of one group that stand in each other's place."""
    free = [to for to in range(len(b)) if to not in set(partner.values()) and _place_of(b[to])]
    found: dict[int, int] = {}
    for at, token in enumerate(a):
        kind = _place_of(token) if at not in partner else ""
        fitting = [to for to in free if kind and _place_of(b[to]) == kind]
        if not fitting:
            continue
        counted = behind(a, at) if token.sort == "number" else ""
        best = max(
            fitting,
            key=lambda to: (
                counted != "" and behind(b, to) == counted,
                b[to].prep == token.prep,
                b[to].role == token.role,
                -abs(to - at),
            ),
        )
        found[at] = best
        free.remove(best)
    return found


def behind(tokens: Sequence[Token], at: int) -> str:
    """What stands behind a token in its clause: behind a number, what it counts."""
    follower = tokens[at + 1] if at + 1 < len(tokens) else None
    return follower.key if follower and follower.clause == tokens[at].clause else ""


def _place_of(token: Token) -> str:
    """What a token can take the place of: its group, or its sort; empty for ordinary words."""
    if token.group:
        return token.group
    return token.sort if token.sort in TYPED else ""


def _slots(
    a: Sequence[Token], b: Sequence[Token], both: dict[int, int], same: list[Pair]
) -> tuple[list[tuple[list[Token], list[Token]]], list[Token], list[Token]]:
    """Words in each other's place, and what else only one says.

    Two runs of words are in each other's place when they stand behind, or before, the same thing.
    """
    said = {key for pair in same for key in (pair.old.key, pair.new.key)}
    back = {to: at for at, to in both.items()}
    left, right = _runs(a, both, said, both), _runs(b, back, said, None)
    slots = []
    old: list[Token] = []
    waiting = list(right)
    for run in left:
        fitting = next((other for other in waiting if _meet(run, other)), None)
        if fitting is not None and _heavy(run.tokens) and _heavy(fitting.tokens):
            slots.append((run.tokens, fitting.tokens))
            waiting.remove(fitting)
        else:
            old += run.tokens
    return slots, old, [token for run in waiting for token in run.tokens]


class _Run(NamedTuple):
    """Neighbouring tokens that only one statement has. before, after: what stands there, as a place of `a`."""

    tokens: list[Token]
    before: int
    after: int


START, END = -1, -2


def _runs(
    tokens: Sequence[Token], known: dict[int, int], said: set[str], own: dict[int, int] | None
) -> list[_Run]:  # fmt: skip
    """The runs of tokens that are not known; one that only says once more what both say is left out."""
    runs: list[_Run] = []
    run: list[Token] = []
    before = START
    for at, token in enumerate(tokens):
        if at in known:
            place = at if own is not None else known[at]
            if run:
                runs.append(_Run(run, before, place))
            run, before = [], place
        elif not (token.key in said and token.sort != "code"):
            if run and (run[-1].clause != token.clause or run[-1].prep != token.prep):
                runs.append(_Run(run, before, END - 1 - at))  # another phrase: its end meets nothing
                run, before = [], END - 1 - at
            run.append(token)
    if run:
        runs.append(_Run(run, before, END))
    return runs


def _meet(one: _Run, other: _Run) -> bool:
    """Whether two runs stand in the same place."""
    first, second = one.tokens[0], other.tokens[0]
    if first.prep and first.prep == second.prep and first.role == second.role:
        return True
    if first.role == "scope" != second.role or second.role == "scope" != first.role:
        return False
    if one.before == other.before and one.after == other.after:
        return True
    if first.role == second.role == "subject":
        return True
    return (one.before == other.before and one.before >= 0) or (one.after == other.after and one.after >= 0)


def _heavy(tokens: Sequence[Token]) -> bool:
    return any(token.weight >= WORD for token in tokens)


def pivot(tokens: Sequence[Token]) -> tuple[str, frozenset[str]]:
    """What stands behind a word that has a direction, and what stands before it; empty when there is none."""
    for at, token in enumerate(tokens):
        behind = -1
        if token.group == "time-order" or token.key in ONE_WAY:
            behind = at + 1
        elif token.prep in PIVOTS:
            behind = at
        counted = {other.sort for other in tokens[max(at - 1, 0) : behind + 1]}
        if 0 < behind < len(tokens) and "number" not in counted:  # "after 10 minutes" has no direction
            before = frozenset(other.key for other in tokens[: at if behind == at + 1 else behind])
            if token.group == "time-order" and at == 0:
                before = frozenset(other.key for other in tokens[behind + 1 :])
            return tokens[behind].key, before
    return NONE
