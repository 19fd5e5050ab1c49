"""Moments: dates and times as people write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oldhand.errors import BadDate
from oldhand.model.moment import day, iso, milliseconds, parse

NOW = milliseconds(datetime(2026, 11, 20, 9, 30, tzinfo=UTC))
DAY = 86_400_000  # milliseconds


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-11-20", "2026-11-20T00:00:00.000Z"), ("2026-1-2", "2026-01-02T00:00:00.000Z"),
        ("2026-11-20T09:30", "2026-11-20T09:30:00.000Z"), ("2026-11-20 09:30:15.123", "2026-11-20T09:30:15.123Z"),
        ("2026-11-20T09:30+03:00", "2026-11-20T06:30:00.000Z"), ("2026-11-20T09:30:00Z", "2026-11-20T09:30:00.000Z"),
        ("now", "2026-11-20T09:30:00.000Z"), ("today", "2026-11-20T00:00:00.000Z"),
        ("yesterday", "2026-11-19T00:00:00.000Z"), ("3 days ago", "2026-11-17T09:30:00.000Z"),
        ("1 hour ago", "2026-11-20T08:30:00.000Z"), ("2 weeks ago", "2026-11-06T09:30:00.000Z"),
        ("2024-02-29", "2024-02-29T00:00:00.000Z"), ("1969-07-20T20:17", "1969-07-20T20:17:00.000Z"),
        ("2038-01-19T03:14:08", "2038-01-19T03:14:08.000Z"), ("0001-01-01", "0001-01-01T00:00:00.000Z"),
        ("9999-12-31", "9999-12-31T00:00:00.000Z"), ("2026-03-29T02:30+02:00", "2026-03-29T00:30:00.000Z"),
    ],
)  # fmt: skip
def test_a_moment_is_understood_as_it_is_meant(said: str, meant: str) -> None:
    assert iso(parse(said, NOW)) == meant


@pytest.mark.parametrize(
    "said",
    [
        "",
        "soon",
        "2026-13-01",
        "2026-02-30",
        "2025-02-29",
        "0000-01-01",
        "10000-01-01",
        "2026-11-20T25:00",
        "20/11/2026",
        "-1 days ago",
        "1e3",
    ],
)
def test_what_is_no_moment_is_refused(said: str) -> None:
    with pytest.raises(BadDate):
        parse(said, NOW)


@given(st.dates())
def test_the_end_of_a_day_is_its_last_millisecond(date: object) -> None:
    start, end = parse(str(date), NOW), parse(str(date), NOW, end=True)
    assert end - start == DAY - 1
    assert day(start) == day(end) == str(date)


@given(st.integers(-62_135_596_800_000, 253_402_300_799_999))
def test_a_moment_that_is_told_is_understood_again(ms: int) -> None:
    assert parse(iso(ms), NOW) == ms


@given(st.lists(st.integers(-(2**52), 2**52), min_size=2))
def test_moments_beyond_the_calendar_are_told_without_failing_and_in_order(moments: list[int]) -> None:
    told = [iso(ms) for ms in sorted(moments)]
    assert told == sorted(told)


def test_no_moment_is_told_as_nothing() -> None:
    assert iso(None) == day(None) == ""
