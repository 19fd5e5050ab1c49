"""Stated confidences with what became of them: the material of calibration, and how it is divided."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

WHOLE = 10_000  # ten-thousandths in one
PERIOD = 90  # days of a period: about a quarter; long enough for some dozens of decisions, short enough to see a change

Stater = Literal["person", "agent", "model"]
Division = Literal["stated_by", "agent", "model", "domain", "period"]


class Forecast(NamedTuple):
    """One stated confidence and its outcome.

    `stated` is the confidence that it goes well, `outcome` how far it did, `weight` how much evidence there is for
    that, each in ten-thousandths. `stated_by` says who stated it; `agent` and `model` name them where they are known;
    `day` counts days since 1970-01-01 and is when the outcome was seen.

    An outcome between 0 and WHOLE is a share of a success, and counts as that many successes and the rest of failures
    in one trial; a weight below WHOLE makes the trial smaller. This is the quasi-binomial reading (McCullagh & Nelder,
    Generalized Linear Models, 2nd ed. 1989, section 4.5; Papke & Wooldridge 1996, Journal of Applied Econometrics 11)
    with the dispersion held at 1. Since outcomes lie between 0 and 1 and weights do not exceed 1, the true variance is
    at most the one that is reckoned with: intervals are too wide rather than too narrow.
    """

    stated: int
    outcome: int
    weight: int = WHOLE
    stated_by: Stater = "agent"
    agent: str = ""
    model: str = ""
    domain: str = ""
    day: int = 0

    @property
    def share(self) -> float:
        """The stated confidence between 0 and 1."""
        return self.stated / WHOLE

    @property
    def went(self) -> float:
        """The outcome between 0 and 1."""
        return self.outcome / WHOLE

    @property
    def trials(self) -> float:
        """The weight as a number of trials, between 0 and 1."""
        return self.weight / WHOLE


def usable(forecasts: Iterable[Forecast]) -> list[Forecast]:
    """Those that say anything, in a fixed order: weight above 0, and every number within its bounds."""
    return sorted(
        f for f in forecasts
        if 0 < f.weight <= WHOLE and 0 <= f.stated <= WHOLE and 0 <= f.outcome <= WHOLE
    )  # fmt: skip


def divided(forecasts: Iterable[Forecast], by: Division) -> dict[str, list[Forecast]]:
    """The forecasts of each agent, model, domain, kind of stater or period; what is not named is left out.

    A period is named by the first of its PERIOD days, counted from 1970-01-01.
    """
    parts: dict[str, list[Forecast]] = {}
    for forecast in usable(forecasts):
        if name := _part(forecast, by):
            parts.setdefault(name, []).append(forecast)
    return dict(sorted(parts.items()))


def _part(forecast: Forecast, by: Division) -> str:
    if by == "period":
        return str(forecast.day // PERIOD * PERIOD)
    return str(getattr(forecast, by))
