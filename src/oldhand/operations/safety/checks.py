"""The operation `safety checks`."""

from typing import NamedTuple

from oldhand.memory import Memory
from oldhand.model.safety_policy import Policy, policies
from oldhand.operation import READ, operation
from oldhand.reasoning import safety_scoring as scoring
from oldhand.reasoning.safety_scoring import Score
from oldhand.reasoning.safety_sign import CHECKS, Check


class CheckTold(NamedTuple):
    """One check and what it has shown of itself.

    policy: advise, ask, block or off, with `:agents` where it holds for agents alone; fired, told, heeded: decisions it
    spoke on, was told of, and that were changed so that it spoke no more; ended: those it spoke on whose end is known;
    badly: of them, the share that went badly, between 0 and 1, with its interval; otherwise: the same share where it
    did not speak; more_low, more_high: the interval of the difference; state: too few cases, not proven, proven or
    quieted. Shares are -1 where nothing is known.
    """

    id: str
    bias: str
    looks: str
    source: str
    policy: str
    fired: int
    told: int
    heeded: int
    ended: int
    badly: float
    badly_low: float
    badly_high: float
    otherwise: float
    more_low: float
    more_high: float
    state: str


class Checks(NamedTuple):
    """All checks; decisions: how many decisions were checked, of the latest; ended: of how many the end is known."""

    checks: list[CheckTold]
    decisions: int
    ended: int
    root: str


@operation(READ)
def checks(memory: Memory) -> Checks:
    """List the checks for signs of bias, and how often each was right here

    A check was right when the decision it spoke on went badly. Its share is held against that of the decisions
    it did not speak on. One whose decisions surely go hardly worse than the others is quieted: it goes on
    looking, is not told, and is told again when its evidence changes. What a person names in the setting
    safety.policy is never quieted by itself; `oldhand config set safety.policy "advise CHECK=off"` quiets one.
    """
    policy = policies(memory.setting("safety.policy"))
    with memory.reading() as reader:
        seen = scoring.looked(reader)
        found = scoring.scores(seen)
        told = [_told(check, found[check.id], policy) for check in CHECKS]
        ended = sum(one.weight > 0 for one in seen.ended.values())
        return Checks(told, len(seen.tags), ended, reader.root().root.hex())


def _told(check: Check, score: Score, policy: dict[str, Policy]) -> CheckTold:
    does, agents = policy.get(check.id, policy[""])
    state = score.state
    if check.id in policy and state == scoring.QUIET:
        state = "proved wrong"  # its policy was named, so that it is told all the same
    known, other = score.on.trials > 0, score.off.trials > 0
    interval = score.on.interval()
    return CheckTold(
        *check, f"{does}{':agents' * agents}", score.fired, score.told, score.heeded, score.ended,
        _rounded(score.on.share, known), _rounded(interval.low, known), _rounded(interval.high, known),
        _rounded(score.off.share, other), round(score.more.low, 4), round(score.more.high, 4), state,
    )  # fmt: skip


def _rounded(share: float, known: bool) -> float:
    return round(share, 4) if known else -1.0
