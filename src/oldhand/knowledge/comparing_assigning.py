"""Comparing two statements that set one value in code: `NAME=5`, `file.json: "target": "ES2019"`."""

import re

from oldhand.knowledge.comparing_laying import Laid
from oldhand.knowledge.comparing_tokens import Comparison

_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}
_SIZES = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30}
_time_parts = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)(ms|min|[smhd])")
_size = re.compile(r"(\d{1,15})([kmg]?)", re.I).fullmatch
LONGEST_VALUE = 60  # characters: what is longer is a sentence
_setting = re.compile(r"=|:(?=\s)|→(?=\s)").finditer
_coded = re.compile(r"\w[._]\w|\w\"|\w=$|\w = ?$|--\w").search  # the name of a file or a setting
_amount = re.compile(r"(\d[\d.,]{0,20})\s?([^\W\d_]{0,12})").fullmatch


def assigned(two: Laid) -> Comparison | None:
    """One setting, by the same words, with another value."""
    old, new = (read.text.replace("`", "").strip().rstrip(".;,") for read in (two.a, two.b))
    (old, old_note), (new, new_note) = (_noted(text) for text in (old, new))
    if old_note != new_note:
        return None
    if old == new or not (two.exchanged or two.slots or two.old):
        return None
    at = next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), len(min(old, new)))
    left = old[:at]
    ends = [found.end() for found in _setting(left)]
    if not ends or not _coded(left[: ends[-1]]):
        return None
    said = [text[ends[-1] :].strip() for text in (old, new)]
    values = [one.strip(" \"',") for one in said]
    sound = all(_value(value, one[:1] in "\"'") for value, one in zip(values, said, strict=True))
    if not sound or values[0] == values[1]:
        return None
    if same_amount(*values):
        return Comparison("paraphrase", ("the same amount",))
    amounts = [_amount(value) for value in values]
    if amounts[0] and amounts[1] and amounts[0][2] != amounts[1][2] and not two.exchanged:
        return None  # 2h and 120m may be equal
    return Comparison("change", (f"{values[0]} has become {values[1]}",), False, True)


def _noted(text: str) -> tuple[str, str]:
    """A setting and the comment behind it."""
    value, _, note = text.partition(" #")
    return value.rstrip(" ;"), note.strip()


def same_amount(one: str, other: str) -> bool:
    """Whether two values in code are one amount: 90s and 1m30s, 2m and 2048k."""
    values = [value.strip("`;,'\" ") for value in (one, other)]
    return values[0] != values[1] and any(
        None is not measure(values[0]) == measure(values[1]) for measure in (_seconds, _bytes)
    )


def _seconds(value: str) -> float | None:
    """How long a value lasts, in seconds: 90s, 1m30s; None when it is no time."""
    parts = _time_parts.findall(value)
    if not parts or _time_parts.sub("", value):
        return None
    return sum(float(amount) * _SECONDS[unit] for amount, unit in parts)


def _bytes(value: str) -> float | None:
    """How much a value holds, in bytes as servers read them: 2m is 2048k; None when it is no size."""
    found = _size(value)
    return float(found[1]) * _SIZES[found[2].casefold()] if found else None


def _value(value: str, quoted: bool) -> bool:
    """Whether a text is a value and no sentence that goes on."""
    return 0 < len(value) <= LONGEST_VALUE and (quoted or len(value.split()) == 1) and not _setting_in(value)


def _setting_in(value: str) -> bool:
    return any(True for _ in _setting(value))
