"""What is known before deciding, in few words: in order of use, each sort within its limit, all within a budget.

`decide` and `decision context` tell the same entries by these rules. What failed comes first, since it is what one
would not have asked for; then what is contested, what a skill sums up, what went well, and how sure one may be. An
entry that does not fit is left out and the next is tried: one long text does not cost the short ones behind it.
"""

import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from oldhand.model.tokens import estimate
from oldhand.model.visible import line
from oldhand.reasoning.decisions import Decision
from oldhand.reasoning.known_before import BADLY, Known, SimilarTold
from oldhand.reasoning.known_before import WELL as WENT_WELL
from oldhand.recall.render import FENCE_TOKENS, LEAST_BUDGET, clipped

TRIED, FAILURE, CONTESTED, SKILL, WELL, CALIBRATION, OPEN, ASK = (
    "tried", "failed", "contested", "skill", "well", "calibration", "open", "ask",
)  # fmt: skip
ORDER = (TRIED, FAILURE, CONTESTED, SKILL, WELL, CALIBRATION, OPEN, ASK)
# At most so many entries of each sort are put before an agent: seven lines or so are read, a page is skipped. Signs of
# safety are asked of who decides, by `decide`; they go by what a session was asked before, so here they have no place.
LIMITS: Mapping[str, int] = {TRIED: 2, FAILURE: 2, CONTESTED: 1, SKILL: 1, WELL: 3, CALIBRATION: 1, OPEN: 1, ASK: 0}
BUDGET = 300  # tokens of a context unless somebody says otherwise: those entries with texts of usual length
LONGEST_REASON = 200  # characters of one text in a line
LONGEST_NEXT = 80  # characters of one argument of the command that is offered
SHOWN_DIGITS = 12
COMPARED_DIGITS = 6  # by which what was told before is known again: the fewest that anything shows of an id
NOTHING = "Nothing is known about this: no decision like it, nothing tried, nothing contested."


class Entry(NamedTuple):
    """One thing to tell. sort: one of ORDER; id: of the memory that says it, empty for what is reckoned; lines: those
    that belong together."""

    sort: str
    id: str
    lines: tuple[str, ...]

    @property
    def tokens(self) -> int:
        """What it costs, estimated."""
        return sum(estimate(f"{one}\n") for one in self.lines)


class Assembled(NamedTuple):
    """What is told. shown: the entries; left_out: how many fit neither limit nor budget; before: how many were left
    out since they were told before."""

    shown: list[Entry]
    left_out: int
    before: int

    @property
    def lines(self) -> list[str]:
        """All lines, in order."""
        return [one for entry in self.shown for one in entry.lines]


def assembled(
    entries: Iterable[Entry], tokens: int, *, limits: Mapping[str, int] | None = None, but: Collection[str] = ()
) -> Assembled:  # fmt: skip
    """The entries that fit, in their order. limits: of each sort, none by default; but: ids of what was told before.

    The same entries give the same lines, whatever the clock says.
    """
    told = {name[:COMPARED_DIGITS] for name in but}
    shown: list[Entry] = []
    counts: dict[str, int] = {}
    left_out = before = 0
    for entry in entries:
        if entry.id and entry.id[:COMPARED_DIGITS] in told:
            before += 1
            continue
        enough = limits is not None and counts.get(entry.sort, 0) >= limits.get(entry.sort, 0)
        if enough or entry.tokens > tokens:
            left_out += 1
            continue
        counts[entry.sort] = counts.get(entry.sort, 0) + 1
        tokens -= entry.tokens
        shown.append(entry)
    return Assembled(shown, left_out, before)


def entries_of(one: Known) -> list[Entry]:
    """Everything that is known, in order of use; what is of one sort as it was found, the likest first."""
    return sorted(_entries(one), key=lambda entry: ORDER.index(entry.sort))


def _entries(one: Known) -> Iterator[Entry]:
    for tried in one.negative:
        again = f" (may be worth another try: {line(tried.again[0])})" if tried.again else ""
        text = clipped(line(tried.text).removeprefix("TRIED "), 2 * LONGEST_REASON)
        said = [f"TRIED {tried.id[:SHOWN_DIGITS]} {text}{again}"]
        said += [f"      instead: {clipped(line(tried.advice), LONGEST_REASON)}"] if tried.advice else []
        yield Entry(TRIED, tried.id, tuple(said))
    for like in one.similar:
        state = like.decision.state
        sort = FAILURE if state in BADLY or like.falsified else WELL if state in WENT_WELL else OPEN
        yield Entry(sort, like.decision.id, tuple(_decided(like)))
    for against in one.contested:
        texts = " | or: ".join(clipped(line(text), LONGEST_REASON) for text in against.wordings[:3])
        yield Entry(CONTESTED, against.id, (f"CONTESTED {against.id[:SHOWN_DIGITS]} {texts}",))
    if one.skill:
        text = clipped(line(one.skill.text), 2 * LONGEST_REASON)
        yield Entry(SKILL, one.skill.id, (f"SKILL {one.skill.id[:SHOWN_DIGITS]} {text}",))
    if one.hint:
        yield Entry(CALIBRATION, "", (f"CALIBRATION {line(one.hint)}",))
    for sign in one.signs:
        yield Entry(ASK, "", (f"ASK {sign.bias}: {line(sign.evidence)}. {line(sign.question)}",))


def _decided(like: SimilarTold) -> Iterator[str]:
    one = like.decision
    standing = "" if one.standing == "active" else f", {one.standing}"
    sure = f", {one.confidence / 100:g}% sure" if one.confidence >= 0 else ""
    by = f" by {line(one.by)}" if one.by else ""
    facts = f"[{one.at}{sure}{by}{standing}]"
    yield f"DECIDED {one.id[:SHOWN_DIGITS]} {clipped(line(one.name), LONGEST_REASON)} {facts}: {line(like.ending)}"
    for newer in like.superseded_by:
        why = f": {clipped(line(newer.reason), LONGEST_REASON)}" if newer.reason else ""
        name = clipped(line(newer.name), LONGEST_REASON)
        yield f"      superseded by {newer.id[:SHOWN_DIGITS]} {name} ({newer.at}){why}"
    if like.alternatives:
        yield f"      instead of: {clipped('; '.join(map(line, like.alternatives)), LONGEST_REASON)}"
    for text in like.falsified:
        yield f"      rests on what was found false: {clipped(line(text), LONGEST_REASON)}"


def told_within(one: Known, draft: Decision, budget: int) -> tuple[list[str], int, str]:
    """(lines, entries that did not fit, the command that records it), within a budget of tokens: what `decide` says."""
    then = _next(draft)
    last = f"Next: {then}"
    entries = entries_of(one)
    if not entries:
        return [NOTHING, last], 0, then
    told = assembled(entries, max(budget, LEAST_BUDGET) - FENCE_TOKENS - estimate(last + "\n"))
    more = [f"({told.left_out} more did not fit: --budget-tokens)"] if told.left_out else []
    return [*told.lines, *more, last], told.left_out, then


def _next(draft: Decision) -> str:
    """The command that records the decision, ready to paste."""
    text = " ".join(draft.text.split())
    asked = text.endswith("?") or not text.isprintable()
    words = ["oldhand decision record", "'WHAT WAS DECIDED'" if asked else shlex.quote(clipped(text, LONGEST_NEXT))]
    others = [shlex.quote(clipped(one, LONGEST_NEXT)) for one in draft.alternatives[:3] if one.isprintable()]
    words += [f"--alternative {one}" for one in others or ["'…'"]]
    sure = f"{draft.confidence / 100:g}%" if draft.confidence is not None else "…%"
    return " ".join([*words, "--reason '…'", f"--confidence {sure}"])
