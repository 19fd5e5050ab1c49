"""How likely a later commit is rework of a decision: what its signs are, and what they come to."""

import pytest

from oldhand.knowledge.history_findings import DAY_MS
from oldhand.reasoning.line_survival import Touched
from oldhand.reasoning.outcome_case import Case, Changed, Mention
from oldhand.reasoning.rework_weight import NAMED_LEAST, Reader, Signs

START = 1_700_000_000_000
DECIDED, LATER = "a" * 40, "b" * 40
PLAIN = "Log totals in cents"
BESIDE = Touched(before=10, undone=0, redone=0, near=1, new=1, gone=0, runs=1, brought=1, coded=1)


def case(subject: str = "Retry charges") -> Case:
    """A decision that one commit carries out."""
    return Case({DECIDED: 10_000}, {"met": {DECIDED: (START, subject, "Ann")}})


def changed(days: float, subject: str = PLAIN, touched: Touched = BESIDE, files: int = 1) -> Changed:
    """A commit so many days later."""
    return Changed(LATER, START + round(days * DAY_MS), "Ben", subject, files, touched)


def signs(days: float, subject: str = PLAIN, touched: Touched = BESIDE) -> Signs:
    return Reader(case()).signs(changed(days, subject, touched))


@pytest.mark.parametrize(("days", "soon"), [(0, 1), (45, 0.5), (90, 0.25), (360, 2**-8), (-1, 1)])
def test_a_change_tells_half_as_much_every_45_days(days: float, soon: float) -> None:
    assert signs(days).soon == pytest.approx(soon)


def test_the_first_day_counts_by_itself() -> None:
    assert [signs(days).same_day for days in (0, 0.9, 1.1)] == [1, 1, 0]


@pytest.mark.parametrize(
    ("days", "subject", "touched", "weight"),
    [
        # 1 / (1 + e^-(log-odds)) of the weights in docs/REASONING.md, "Outcomes", worked out by hand:
        # -4.33 + 1.26 / 256
        (360, PLAIN, BESIDE, 131),
        # -4.33 + 1.26 + 0.49 + 2.50; and 1.42 / 2 for the one word of the decision's title.
        (0, "Fix orders that were sent twice", BESIDE, 4_800), (0, "Fix charges that were sent twice", BESIDE, 6_525),
        # -4.33 + 1.26 / 2 + 2.50 + 1.40: it says that it mends something, and took away the decision's lines alone.
        (45, "Fix the broken receipt", BESIDE._replace(undone=4, taken=4), 5_498),
        (45, PLAIN, BESIDE._replace(undone=4, taken=4), 910),
    ],
)  # fmt: skip
def test_what_the_signs_come_to(days: float, subject: str, touched: Touched, weight: int) -> None:
    assert Reader(case()).weight(changed(days, subject, touched)) == pytest.approx(weight, abs=1)


def test_a_fix_that_names_the_decision_counts_at_least_by_half() -> None:
    one = case()
    one.mentions.append(Mention(LATER, START, "Fix receipts", f"It goes back to {DECIDED}."))
    assert Reader(one).weight(changed(300, "Fix receipts")) == NAMED_LEAST == 5_000
    assert Reader(one).weight(changed(300)) < NAMED_LEAST, "control: it mends nothing"


@pytest.mark.parametrize(
    ("one", "counts"),
    [
        (changed(364), True), (changed(366), False), (changed(-1), True), (changed(-3), False),
        (changed(1, files=39), True), (changed(1, files=40), False),
        (changed(1, touched=BESIDE._replace(coded=0)), False),
        (changed(1, touched=BESIDE._replace(coded=0, back=1)), True),
    ],
)  # fmt: skip
def test_what_comes_late_early_everywhere_or_changes_texts_alone_tells_nothing(one: Changed, counts: bool) -> None:
    assert Reader(case()).counts(one) is counts
