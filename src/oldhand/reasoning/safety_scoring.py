"""How often what the checks saw came true: each firing held against how the decision ended, and what follows from it.

A check spoke rightly when the decision went badly. Its precision is the share of badly ended decisions among those it
fired on, held against the same share among those that were checked and it did not fire on. Nothing is kept: every look
counts anew, over the latest decisions that were checked. So a check that was quieted still fires, silently, and is
told again when its evidence changes.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from oldhand.reasoning.beta import Interval, clopper_pearson, jeffreys
from oldhand.reasoning.decisions import EVER, KIND
from oldhand.reasoning.outcomes import Ended, several_ended
from oldhand.reasoning.safety_sign import CHECKS, WHOLE
from oldhand.store.by_kind import how_many
from oldhand.store.by_tag import how_many_with, tags_of, with_tag
from oldhand.store.reader import Reader

TAG = "safety:"  # begins the tags by which a decision remembers what was checked
LOOKED = f"{TAG}looked"  # it was checked
TOLD, HEEDED = ":told", ":heeded"  # end the tag of a check that was told, and that spoke no more after a new wording
WINDOW = 400  # latest checked decisions that count: what a project was like years ago says little of it now
FEWEST = 20  # trials (sum of weights) on either side before a check is judged at all
# By so much more often decisions have to go badly where a check fires, else it is not worth its words. With 0.15 and
# LEVEL, simulated checks with a difference of 0.2 and more were never quieted in 240 histories of 400 decisions, all
# harmful ones were, and 48 to 87 % of useless ones (docs/REASONING.md).
USEFUL = 0.15
LEVEL = 0.95  # of the intervals
PRIOR = 4.0  # trials that the overall share counts for while the checks are put in order
NEW, UNPROVEN, PROVEN, QUIET = "too few cases", "not proven", "proven", "quieted"


class Firing(NamedTuple):
    """One check that spoke on one decision, by its id. told: whether it was told; heeded: whether it speaks no more
    after the decision was worded anew; ended: how the decision ended."""

    decision: str
    check: str
    told: bool
    heeded: bool
    ended: Ended


class Share(NamedTuple):
    """How many decisions went badly: a number of trials, and of them the bad ones; both may be fractional."""

    trials: float
    badly: float

    @property
    def share(self) -> float:
        """Of the trials, how many went badly; 0 without any."""
        return self.badly / self.trials if self.trials else 0.0

    def interval(self, level: float = LEVEL) -> Interval:
        """Jeffreys' interval of the share."""
        return jeffreys(self.badly, max(self.trials - self.badly, 0.0), level)


class Score(NamedTuple):
    """What a check has shown of itself. fired, told, heeded: numbers of decisions; ended: of how many that it fired on
    (and that were not changed for it) the end is known; on: the share that went badly where it fired; off: where it did
    not; more: the interval of the difference; state: NEW, UNPROVEN, PROVEN or QUIET."""

    check: str
    fired: int
    told: int
    heeded: int
    ended: int
    on: Share
    off: Share
    more: Interval
    state: str


class Looked(NamedTuple):
    """Decisions that were checked, by their ids, the latest first: the tags of checks that each has, and its end."""

    tags: Mapping[str, set[str]]
    ended: Mapping[str, Ended]


TAGS = tuple(f"{TAG}{check.id}{end}" for check in CHECKS for end in ("", TOLD, HEEDED))
_last: dict[bytes, Looked] = {}  # what was looked up last, by the root at which it was


def looked(reader: Reader) -> Looked:
    """The latest WINDOW decisions that were checked, and how they ended. Kept while the memory is unchanged."""
    root = reader.root().root
    last = _last.get(root)
    if last is None:
        names = with_tag(reader, KIND, LOOKED, WINDOW, EVER)
        last = Looked(tags_of(reader, names, TAGS), several_ended(reader, names))
        _last.clear()
        _last[root] = last
    return last


def enough(reader: Reader, checks: Sequence[str]) -> bool:
    """Whether one of some checks spoke on so many decisions that it can be judged: otherwise nothing need be read."""
    if not how_many(reader, ("outcome",), ("active", "contested")):
        return False
    return any(how_many_with(reader, TAG + check, FEWEST) >= FEWEST for check in checks)


def firings(seen: Looked) -> list[Firing]:
    """Every firing on these decisions, the latest decision first."""
    return [
        Firing(name, check.id, f"{TAG}{check.id}{TOLD}" in tags, f"{TAG}{check.id}{HEEDED}" in tags, seen.ended[name])
        for name, tags in seen.tags.items()
        for check in CHECKS
        if tags & {f"{TAG}{check.id}", f"{TAG}{check.id}{HEEDED}"}
    ]


def scores(seen: Looked) -> dict[str, Score]:
    """What each check has shown of itself, by its id, also of those that never fired."""
    every = {name: _share([end]) for name, end in seen.ended.items()}
    fired: dict[str, list[Firing]] = {check.id: [] for check in CHECKS}
    for firing in firings(seen):
        fired[firing.check].append(firing)
    found = {}
    for check in CHECKS:
        mine = fired[check.id]
        stood = [one for one in mine if not one.heeded]
        on = _share(one.ended for one in stood)
        names = {one.decision for one in mine}
        rest = [share for name, share in every.items() if name not in names]
        off = Share(math.fsum(one.trials for one in rest), math.fsum(one.badly for one in rest))
        found[check.id] = Score(
            check.id, len(mine), sum(one.told for one in mine), sum(one.heeded for one in mine),
            sum(one.ended.weight > 0 for one in stood), on, off, difference(on, off), judged(on, off),
        )  # fmt: skip
    return found


def judged(on: Share, off: Share) -> str:
    """NEW, UNPROVEN, PROVEN or QUIET.

    QUIET: even the upper end of the interval of the difference is below USEFUL: whatever the truth is, decisions
    hardly go worse where this check fires. PROVEN: its lower end is above 0.
    """
    if on.trials < FEWEST or off.trials < FEWEST:
        return NEW
    more = difference(on, off)
    return QUIET if more.high < USEFUL else PROVEN if more.low > 0 else UNPROVEN


def difference(on: Share, off: Share, level: float = LEVEL) -> Interval:
    """The interval of the difference of two shares, from the Clopper-Pearson interval of each (MOVER).

    Newcombe 1998, Statistics in Medicine 17, 873-890, method 10, with exact intervals in the place of Wilson's; Zou &
    Donner 2008, Statistics in Medicine 27. Without trials on one side it is -1 to 1.
    """
    if not on.trials or not off.trials:
        return Interval(-1.0, 1.0)
    mine = clopper_pearson(on.badly, max(on.trials - on.badly, 0.0), level)
    other = clopper_pearson(off.badly, max(off.trials - off.badly, 0.0), level)
    gap = on.share - off.share
    low = gap - math.hypot(on.share - mine.low, other.high - off.share)
    high = gap + math.hypot(mine.high - on.share, off.share - other.low)
    return Interval(max(low, -1.0), min(high, 1.0))


def order(score: Score) -> float:
    """How precise a check has shown itself, for putting signs in order: its share drawn to that of all decisions."""
    trials = score.on.trials + score.off.trials
    whole = (score.on.badly + score.off.badly) / trials if trials else 0.5
    return (score.on.badly + PRIOR * whole) / (score.on.trials + PRIOR)


def _share(several: Iterable[Ended]) -> Share:
    ends = list(several)
    trials = math.fsum(one.weight for one in ends) / WHOLE
    return Share(trials, math.fsum(one.weight * (WHOLE - one.value) for one in ends) / WHOLE**2)
