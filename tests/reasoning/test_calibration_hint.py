"""A hint is told for a cause, and hardly ever without one, over many parts and many looks."""

import math
import random

import pytest

from oldhand.reasoning.calibration import FEWEST
from oldhand.reasoning.calibration_hint import FALSE_HINTS, SMALLEST_GAP, evidence, hints
from oldhand.reasoning.forecasts import WHOLE, Forecast, divided
from tests.reasoning.simulated import Chance, right, said, too_sure, too_unsure

RUNS = 300  # projects; a share of 0.05 is then known to 0.025
DOMAINS = ("architecture", "patterns", "tasks", "issues", "зависимости")


def project(seed: int, chance: Chance, count: int = 60) -> dict[str, list[Forecast]]:
    lot = random.Random(seed)
    return {domain: said(lot, count, chance, domain) for domain in DOMAINS}


def test_a_well_calibrated_project_is_left_in_peace() -> None:
    false = sum(bool(hints(project(seed, right))) for seed in range(RUNS))
    assert false / RUNS <= FALSE_HINTS


def test_looking_after_every_outcome_does_not_find_something_at_last() -> None:
    told = 0
    for seed in range(RUNS):
        lot = random.Random(seed)
        known = said(lot, 150, right)
        told += any(hints({"all": known[:n]}) for n in range(FEWEST, 151, 5))
    assert told / RUNS <= FALSE_HINTS


def test_the_interval_alone_would_find_something_at_last() -> None:
    """The control of the one above: why the evidence is asked for beside the interval."""
    from oldhand.reasoning.beta import jeffreys
    from oldhand.reasoning.calibration import counts, mean_stated

    told = 0
    for seed in range(RUNS):
        known = said(random.Random(seed), 150, right)
        looks = (known[:n] for n in range(FEWEST, 151, 5))
        told += any(not jeffreys(*counts(look)).holds(mean_stated(look)) for look in looks)
    assert told / RUNS > 2 * FALSE_HINTS


@pytest.mark.parametrize("chance, sign", [(too_sure, -1), (too_unsure, 1)])
def test_an_agent_whose_confidence_does_not_fit_is_told(chance: Chance, sign: int) -> None:
    told = [hints({"all": said(random.Random(seed), 200, chance)}) for seed in range(40)]
    assert sum(bool(t) for t in told) >= 32
    assert all(math.copysign(1, t[0].gap) == sign for t in told if t)
    assert all(not t[0].interval.holds(t[0].stated) for t in told if t)


def test_the_one_bad_domain_is_named_and_no_other() -> None:
    parts = project(3, right, 200) | {"tasks": said(random.Random(9), 200, too_sure, "tasks")}
    assert [hint.part for hint in hints(parts)] == ["tasks"]


def test_few_outcomes_give_no_hint_however_bad_they_are() -> None:
    bad = [Forecast(9_900, 0, domain="tasks")] * (FEWEST - 1)
    assert hints(divided(bad, "domain")) == []
    assert [h.part for h in hints(divided(bad + bad, "domain"))] == ["tasks"]


def test_a_gap_that_changes_no_decision_is_not_told() -> None:
    near = [Forecast(9_000, WHOLE if n % 100 < 93 else 0) for n in range(20_000)]
    assert evidence(near) > 1e6 and hints({"all": near}) == []
    assert SMALLEST_GAP > 0.03


def test_evidence_is_no_more_than_one_on_average_where_confidence_fits() -> None:
    for fraction in (1.0, 0.5):
        lots = (random.Random(seed) for seed in range(4_000))
        total = 0.0
        for lot in lots:
            known = said(lot, 3, right)
            total += evidence([f._replace(weight=int(WHOLE * fraction)) for f in known])
        assert total / 4_000 <= 1.1


def test_fractional_outcomes_of_the_stated_share_are_no_evidence() -> None:
    assert evidence([Forecast(7_000, 7_000)] * 200) < 1.0


def test_a_certainty_that_fails_is_evidence_and_no_error() -> None:
    assert evidence([Forecast(WHOLE, 0)] * 20) > 1e6
    assert evidence([Forecast(WHOLE, WHOLE)] * 20) < 2.0
    assert evidence([Forecast(WHOLE, 0)] * 2_000) == math.inf
    assert evidence([]) == 1.0
