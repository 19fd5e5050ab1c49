"""The kind `outcome`."""

from typing import NamedTuple


class Outcome(NamedTuple):
    """How a decision or a plan ended, as far as is known: tied to it by `outcome_of`. `of` is its id.

    `said` is evidence when it was derived, word when somebody said it. `state` is open, survived, confirmed, reworked,
    reverted, failed or abandoned. `value` is how well it went and `weight` how much evidence there is for that, both in
    ten-thousandths. `evidence` are `DAY SOURCE VALUE WEIGHT REFERENCE TEXT`, one piece each (docs/REASONING.md).
    """

    text: str
    title: str = ""
    of: str = ""
    said: str = ""
    state: str = ""
    value: str = ""
    weight: str = ""
    evidence: tuple[str, ...] = ()
