"""A check is held against how its decisions ended: good, useless and harmful ones are told apart, at measured rates."""

import random
from collections.abc import Iterator

import pytest

from oldhand.reasoning import safety_scoring as scoring
from oldhand.reasoning.beta import clopper_pearson
from oldhand.reasoning.outcomes import Ended
from oldhand.reasoning.safety_scoring import (
    HEEDED,
    NEW,
    PROVEN,
    QUIET,
    TAG,
    TOLD,
    UNPROVEN,
    Looked,
    Share,
    difference,
    firings,
    judged,
    scores,
)

CHECK = "one-sided"
HISTORY = 400  # decisions
RUNS = 30
LOOK = 20  # outcomes between looks
WEIGHTS = (0.3, 0.5, 0.8, 1.0)  # how much evidence there is of an end


def ended(name: str, went: float, weight: float = 1.0) -> Ended:
    state = "open" if not weight else "confirmed" if went > 0.5 else "failed"
    return Ended(name, state, round(went * 10_000), round(weight * 10_000), (), None, 1)


def seen(*rows: tuple[str, float, float]) -> Looked:
    """Decisions by their marks (`+` fired, `t` told, `h` heeded), how they went and how much evidence there is."""
    tags, ends = {}, {}
    for number, (marks, went, weight) in enumerate(rows):
        name = f"{number:032x}"
        said = [TAG + CHECK] * ("+" in marks) + [TAG + CHECK + TOLD] * ("t" in marks)
        tags[name] = {*said, *[TAG + CHECK + HEEDED] * ("h" in marks)}
        ends[name] = ended(name, went, weight)
    return Looked(tags, ends)


def verdicts(on: float, off: float, fires: float, seed: int) -> Iterator[str]:
    """What is said of a check that fires so often, and whose decisions go badly so often, at each look."""
    draw = random.Random(seed)
    rows: list[tuple[bool, float, float]] = []
    for number in range(HISTORY):
        fired = draw.random() < fires
        weight = draw.choice(WEIGHTS)
        rows.append((fired, weight, weight * (draw.random() < (on if fired else off))))
        if number % LOOK == 0:
            yield judged(*(
                Share(sum(row[1] for row in rows if row[0] == side), sum(row[2] for row in rows if row[0] == side))
                for side in (True, False)
            ))  # fmt: skip


def test_shares_count_evidence_and_not_decisions() -> None:
    found = scores(seen(("+t", 0.0, 1.0), ("+", 1.0, 0.5), ("", 0.25, 1.0), ("", 1.0, 1.0), ("+", 0.0, 0.0)))[CHECK]
    assert (found.fired, found.told, found.heeded, found.ended) == (3, 1, 0, 2)
    assert (found.on.trials, found.on.badly) == (1.5, 1.0), "what is open counts nothing"
    assert (found.off.trials, found.off.badly) == (2.0, 0.75), "a decision may go half well"
    assert found.state == NEW


def test_what_was_changed_for_a_sign_is_no_false_alarm() -> None:
    found = scores(seen(("th", 1.0, 1.0), ("+t", 0.0, 1.0)))[CHECK]
    assert (found.fired, found.heeded, found.ended, found.on.share) == (2, 1, 1, 1.0)
    assert found.off.trials == 0, "and it is none of those on which it did not fire"


def test_a_firing_says_whether_it_was_told_and_heeded() -> None:
    marks = [(one.told, one.heeded) for one in firings(seen(("+", 0.0, 1.0), ("+t", 0.0, 1.0), ("h", 0.0, 1.0)))]
    assert marks == [(False, False), (True, False), (False, True)]


def test_decisions_that_were_never_checked_do_not_count() -> None:
    assert scores(Looked({}, {}))[CHECK].off.trials == 0


@pytest.mark.parametrize(("on", "off", "state"), [
    (Share(40, 26), Share(100, 25), PROVEN), (Share(40, 14), Share(100, 25), UNPROVEN),
    (Share(60, 4), Share(100, 30), QUIET), (Share(19, 19), Share(100, 0), NEW), (Share(100, 50), Share(19, 0), NEW),
])  # fmt: skip
def test_what_is_said_of_a_check(on: Share, off: Share, state: str) -> None:
    assert judged(on, off) == state


def test_the_interval_of_the_difference_agrees_with_its_formula_and_holds_the_truth_often_enough() -> None:
    on, off = Share(40, 26), Share(100, 25)
    mine, other = clopper_pearson(26, 14), clopper_pearson(25, 75)
    found = difference(on, off)
    assert found.low == pytest.approx(0.4 - ((0.65 - mine.low) ** 2 + (other.high - 0.25) ** 2) ** 0.5)
    assert found.high == pytest.approx(0.4 + ((mine.high - 0.65) ** 2 + (0.25 - other.low) ** 2) ** 0.5)
    draw, held = random.Random(3), 0
    for _ in range(400):
        one = Share(50, sum(draw.random() < 0.5 for _ in range(50)))
        held += difference(one, Share(80, sum(draw.random() < 0.3 for _ in range(80)))).holds(0.2)
    assert held >= 0.93 * 400
    assert difference(Share(0, 0), off) == (-1.0, 1.0)


@pytest.mark.parametrize(("name", "on", "off", "quieted"), [
    ("good", 0.60, 0.25, (0.0, 0.0)),
    ("fair", 0.45, 0.25, (0.0, 0.07)),
    ("useless", 0.25, 0.25, (0.5, 1.0)),
    ("harmful", 0.08, 0.30, (1.0, 1.0)),
])  # fmt: skip
def test_good_useless_and_harmful_checks_are_told_apart(
    name: str, on: float, off: float, quieted: tuple[float, float]
) -> None:  # fmt: skip
    """Looked at after every twenty outcomes over 400 decisions: how many of the checks are ever quieted, and proven."""
    runs = [list(verdicts(on, off, 0.4, seed)) for seed in range(RUNS)]
    ever = sum(QUIET in run for run in runs) / RUNS
    assert quieted[0] <= ever <= quieted[1], (name, ever)
    proven = sum(PROVEN in run for run in runs) / RUNS
    assert proven >= 0.9 if on - off >= 0.2 else proven <= 0.1, (name, proven)


def test_a_bound_that_asks_nothing_would_quiet_good_checks_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: were a check quieted as soon as its difference is not surely above the bound, few would stay."""
    monkeypatch.setattr(scoring, "USEFUL", 0.9)
    assert all(QUIET in verdicts(0.6, 0.25, 0.4, seed) for seed in range(5))


def test_a_quieted_check_wakes_when_its_evidence_changes() -> None:
    bad = [("+", 1.0, 1.0)] * 60 + [("", 0.6, 1.0)] * 100
    assert scores(seen(*bad))[CHECK].state == QUIET
    after = [("+", 0.0, 1.0)] * 60 + bad  # the latest first; what is older than the window falls out of it
    assert scores(seen(*after))[CHECK].state == UNPROVEN
    assert scores(seen(*[("+", 0.0, 1.0)] * 60, *after))[CHECK].state == PROVEN


def test_signs_come_in_the_order_of_what_their_checks_have_shown() -> None:
    found = scores(seen(*[("+", 0.0, 1.0)] * 30, *[("", 1.0, 1.0)] * 30))
    assert scoring.order(found[CHECK]) > scoring.order(found["calibration"])
    poor = scores(seen(*[("+", 1.0, 1.0)] * 30, *[("", 0.0, 1.0)] * 30))
    assert scoring.order(poor[CHECK]) < scoring.order(poor["calibration"])
