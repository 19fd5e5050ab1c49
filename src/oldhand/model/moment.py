"""Moments: dates and times as people write them, and milliseconds as the store keeps them (UTC).

Hooks write dates and read none: what only reading takes is imported there.
"""

from time import gmtime
from typing import TYPE_CHECKING

from oldhand.errors import BadDate
from oldhand.model.lazy_pattern import LazyPattern

if TYPE_CHECKING:
    from datetime import date, datetime

_DATE = LazyPattern(r"(\d{1,4})-(\d{1,2})-(\d{1,2})\Z")
FIRST_MS, LAST_MS = -62_135_596_800_000, 253_402_300_799_999  # the first and the last millisecond of years 1 to 9999
_SPANS = {"minute": 60, "hour": 3600, "day": 86400, "week": 604800}  # seconds
_AGO = LazyPattern(r"(\d{1,6}) (minute|hour|day|week)s? ago\Z")


def parse(text: str, now_ms: int, *, end: bool = False) -> int:
    """Milliseconds since 1970 of a date, a time, 'now', 'today', 'yesterday' or '3 days ago'.

    A bare date means its first millisecond in UTC, or its last one with `end` (what "as of a date"
    means: everything known by the end of that day). Times without a zone are UTC. Raises BadDate.
    """
    from datetime import UTC, datetime, timedelta

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


def _date(text: str, year: int, month: int, day: int) -> "date":
    from datetime import date

    if not 1 <= month <= 12:
        raise BadDate(text, "months run from 01 to 12")
    try:
        return date(year, month, day)
    except ValueError:
        why = "years run from 0001 to 9999" if not 1 <= year else f"month {month:02} has no day {day:02}"
        raise BadDate(text, why) from None


def _day(day: "date", end: bool) -> int:
    from datetime import UTC, datetime

    start = milliseconds(datetime(day.year, day.month, day.day, tzinfo=UTC))
    return start + 86_400_000 - 1 if end else start


def milliseconds(moment: "datetime") -> int:
    """Whole milliseconds since 1970 of a moment with a zone."""
    from datetime import UTC, datetime, timedelta

    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def _moment(ms: int) -> "datetime":
    from datetime import UTC, datetime, timedelta

    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)


def iso(ms: int | None) -> str:
    """A moment as `2026-11-20T09:30:00.123Z`; empty for None; the nearest end of time when out of range."""
    if ms is None:
        return ""
    within = min(max(ms, FIRST_MS), LAST_MS)
    said = gmtime(within // 1000)
    date = f"{said.tm_year:04}-{said.tm_mon:02}-{said.tm_mday:02}"
    return f"{date}T{said.tm_hour:02}:{said.tm_min:02}:{said.tm_sec:02}.{within % 1000:03}Z"


def day(ms: int | None) -> str:
    """The date of a moment, as `2026-11-20`; empty for None."""
    return iso(ms)[:10]
