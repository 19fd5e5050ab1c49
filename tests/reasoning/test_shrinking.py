"""A part is drawn to the whole as far as it is small, and as far as parts are alike."""

import random

import pytest
from scipy.stats import beta

from oldhand.reasoning.forecasts import WHOLE, Forecast
from oldhand.reasoning.shrinking import LEAST, MOST, USUAL, shrunk, strength


def part(successes: int, failures: int) -> list[Forecast]:
    return [Forecast(7_000, WHOLE)] * successes + [Forecast(7_000, 0)] * failures


def seen(lot: random.Random, parts: int, size: int, a: float, b: float) -> list[tuple[float, float]]:
    found = []
    for _ in range(parts):
        chance = lot.betavariate(a, b)
        went = sum(lot.random() < chance for _ in range(size))
        found.append((float(went), float(size - went)))
    return found


@pytest.mark.parametrize("true", [4.0, 12.0, 40.0])
def test_how_much_parts_differ_is_estimated(true: float) -> None:
    """On average over many projects; one project of some parts tells it only roughly."""
    lot = random.Random(3)
    inverse = [1 / strength(seen(lot, 60, 50, true * 0.7, true * 0.3)) for _ in range(60)]
    assert 60 / sum(inverse) == pytest.approx(true, rel=0.25)


def test_parts_that_are_alike_are_drawn_far_and_others_little() -> None:
    assert strength([(50.0, 50.0)] * 8) == MOST
    assert strength([(100.0, 0.0), (0.0, 100.0)] * 4) == LEAST


def test_the_estimate_is_bounded_where_there_is_little_to_go_by() -> None:
    assert strength([]) == strength([(9.0, 1.0), (1.0, 9.0)]) == USUAL
    assert strength([(0.4, 0.2)] * 50) == USUAL
    assert strength([(1.0, 0.0)] * 5) == USUAL
    assert LEAST <= strength([(3.0, 0.0), (0.0, 3.0), (2.0, 1.0)]) <= MOST


def test_a_small_part_lies_between_itself_and_the_whole() -> None:
    parts = {"большая": part(80, 20), "other": part(60, 40), "third": part(40, 60), "small": part(0, 2), "none": []}
    found = shrunk(parts)
    assert found["small"].own == 0.0 and 0.3 < found["small"].mean < 0.6
    assert abs(found["большая"].mean - 0.8) < 0.05
    assert found["none"].own is None
    assert found["none"].interval.high - found["none"].interval.low > found["small"].interval.high - 0.99


def test_its_interval_is_that_of_scipy() -> None:
    found = shrunk({"a": part(8, 2), "b": part(5, 5), "c": part(3, 9)})["a"]
    assert tuple(found.interval) == pytest.approx(
        (beta.ppf(0.025, found.a, found.b), beta.ppf(0.975, found.a, found.b)), abs=1e-9
    )  # fmt: skip


def test_drawing_to_the_whole_errs_less_than_not_drawing() -> None:
    """The reason for it, and the control: with parts of four trials the own share is far off."""
    lot = random.Random(11)
    own = drawn = 0.0
    for _ in range(80):
        chances = [lot.betavariate(7, 3) for _ in range(12)]
        parts = {str(n): part(k := sum(lot.random() < c for _ in range(4)), 4 - k) for n, c in enumerate(chances)}
        for name, found in shrunk(parts).items():
            own += ((found.own or 0.0) - chances[int(name)]) ** 2
            drawn += (found.mean - chances[int(name)]) ** 2
    assert drawn < 0.6 * own


def test_the_order_of_the_parts_does_not_matter() -> None:
    parts = {"a": part(8, 2), "b": part(5, 5), "c": part(3, 9)}
    assert shrunk(parts) == shrunk(dict(reversed(parts.items())))
