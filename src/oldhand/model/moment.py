"""Moments: dates and times as people write them, and milliseconds as the store keeps them (UTC)."""

import re
from datetime import UTC, date, datetime, timedelta

from oldhand.errors import BadDate

_DATE = re.compile(r"(\d{1,4})-(\d{1,2})-(\d{1,2})\Z")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SPANS = {"minute": 60, "hour": 3600, "day": 86400, "week": 604800}  # seconds
_AGO = re.compile(r"(\d{1,6}) (minute|hour|day|week)s? ago\Z")


def parse(text: str, now_ms: int, *, end: bool = False) -> int:
    """Milliseconds since 1970 of a date, a time, 'now', 'today', 'yesterday' or '3 days ago'.

    A bare date means its first millisecond in UTC, or its last one with `end` (what "as of a date"
    means: everything known by the end of that day). Times without a zone are UTC. Raises BadDate.
    """
    said = text.strip()
    if said == "now":
        return now_ms
    if said in ("today", "yesterday"):
        day = _moment(now_ms).date() - timedelta(days=said == "yesterday")
        return _day(day, end)
    if ago := _AGO.match(said):
        return now_ms - int(ago[1]) * _SPANS[ago[2]] * 1000
    if match := _DATE.match(said):
        return _day(_date(text, *(int(part) for part in match.groups())), end)
    try:
        moment = datetime.fromisoformat(said)
        return milliseconds(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise BadDate(text, "it is not written as a date or a time") from None


def _date(text: str, year: int, month: int, day: int) -> date:
    if not 1 <= month <= 12:
        raise BadDate(text, "months run from 01 to 12")
    try:
        return date(year, month, day)
    except ValueError:
        why = "years run from 0001 to 9999" if not 1 <= year else f"month {month:02} has no day {day:02}"
        raise BadDate(text, why) from None


def _day(day: date, end: bool) -> int:
    start = milliseconds(datetime(day.year, day.month, day.day, tzinfo=UTC))
    return start + 86_400_000 - 1 if end else start


def milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970 of a moment with a zone."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _moment(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)


def iso(ms: int | None) -> str:
    """A moment as `2026-11-20T09:30:00.123Z`; empty for None; the nearest end of time when out of range."""
    if ms is None:
        return ""
    try:
        return _moment(ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except OverflowError:
        return "0001-01-01T00:00:00.000Z" if ms < 0 else "9999-12-31T23:59:59.999Z"


def day(ms: int | None) -> str:
    """The date of a moment, as `2026-11-20`; empty for None."""
    return iso(ms)[:10]
