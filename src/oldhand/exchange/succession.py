"""Between decision records: which replaces which, and how the project writes its dates."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from datetime import date

from oldhand.exchange.adr import Record


def key_of(path: str) -> str:
    """The slot of a record: `adr/` and its path without the extension."""
    return "adr/" + posixpath.splitext(path)[0]


def settle(records: Mapping[str, Record]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Resolve references between the records of a project: path to (status, keys it supersedes).

    A record replaced by another is superseded even where its own status was left behind,
    unless the other is only proposed or was rejected. A circle keeps its first link.
    """
    targets: dict[str, list[str]] = {}
    for path, record in records.items():
        stem = posixpath.splitext(path)[0]
        names = [stem, posixpath.basename(stem), f"#{record.number}" if record.number else ""]
        if posixpath.basename(stem).casefold() in ("readme", "index"):
            names += [posixpath.dirname(path), posixpath.basename(posixpath.dirname(path))]
        for name in filter(None, names):
            targets.setdefault(name.casefold(), []).append(path)

    def resolve(source: str, reference: tuple[str, str]) -> str:
        link = posixpath.splitext(reference[0].split("#")[0].rstrip("/"))[0].casefold()
        digits = re.findall(r"\d{1,5}", reference[1]) or re.findall(r"^\d{1,5}$", posixpath.basename(link))
        relative = posixpath.normpath(posixpath.join(posixpath.dirname(source), link)) if link else ""
        for name in (relative, posixpath.basename(link), f"#{int(digits[0])}" if digits else ""):
            near = sorted(
                targets.get(name.casefold(), []), key=lambda p: posixpath.dirname(p) != posixpath.dirname(source)
            )
            if name and near and near[0] != source:
                return near[0]
        return ""

    newer: dict[str, set[str]] = {path: set() for path in records}  # old to its successors
    for path, record in records.items():
        claims = [(path, resolve(path, ref)) for ref in record.replaced_by]
        if record.status not in ("proposed", "rejected"):
            claims += [(resolve(path, ref), path) for ref in record.replaces]
        for old, new in claims:
            if old and new and not _reaches(newer, new, old):
                newer[old].add(new)
    return {
        path: (
            "superseded" if newer[path] else record.status,
            tuple(sorted(key_of(old) for old, heirs in newer.items() if path in heirs)),
        )
        for path, record in records.items()
    }


def _reaches(newer: Mapping[str, set[str]], start: str, goal: str) -> bool:
    seen, front = {start}, [start]
    while front:
        step = front.pop()
        if step == goal:
            return True
        front += newer[step] - seen
        seen |= newer[step]
    return False


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS_RU = ("янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")


def iso_date(text: str, day_first: bool | None = None) -> str:
    """The first date in a text as YYYY-MM-DD, or "". `05/02/2018` is read only when `day_first` is known."""
    found = re.search(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)", text)
    if found:
        return _day(int(found[1]), int(found[2]), int(found[3]))
    found = re.search(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)", text)
    if found:
        first, second = int(found[1]), int(found[3])
        if found[2] == "." or first > 12 or (day_first and second <= 12):
            return _day(int(found[4]), second, first)
        return _day(int(found[4]), first, second) if second > 12 or day_first is False else ""
    lowered = text.casefold()
    for word in re.finditer(r"[a-zа-я]{3,9}", lowered):
        months = next((names for names in (_MONTHS, _MONTHS_RU) if word[0][:3] in names), None)
        near = lowered[max(0, word.start() - 6) : word.end() + 12]
        year, day = re.search(r"\b(?:19|20)\d\d\b", near), re.search(r"(?<!\d)\d{1,2}(?!\d)", near)
        if months and year and day:
            return _day(int(year[0]), months.index(word[0][:3]) + 1, int(day[0]))
    return ""


def _day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def writes_day_first(texts: Iterable[str]) -> bool | None:
    """Whether a project's dates put the day first: told by those that can be read one way only."""
    pairs = [m for text in texts if (m := re.search(r"(?<!\d)(\d{1,2})/(\d{1,2})/\d{4}", text))]
    first, second = any(int(p[1]) > 12 for p in pairs), any(int(p[2]) > 12 for p in pairs)
    return None if first == second else first
