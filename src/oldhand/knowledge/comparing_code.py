"""The words of a span of code in a statement: names, settings, flags, paths, numbers."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from oldhand.knowledge import comparing_values as values
from oldhand.knowledge.comparing_words import GROUPS, PLACES, SPELLINGS

MOST_WORDS = 20  # of a span: what is longer is a program, not a name or a command
BOUNDS = {">=": "min", "≥": "min", "<=": "max", "≤": "max", ">": "more", "<": "less", "==": "", "~=": "min", "!=": ""}
BOUNDS |= {"^": "", "~": ""}
_assigned = re.compile(r"([A-Za-z_][\w.]{0,60})=([^=\s].{0,80})").fullmatch
_file = re.compile(r"[\w.-]+\.[a-z]{1,5}").fullmatch
_amount = re.compile(r"([<>=~^!]{0,2})v?(\d[\d.,_]*)([a-zA-Z%]*)").fullmatch


class Written(NamedTuple):
    """A word of code: sort, key, group and said as of a `Token`; sort boolean for true and false; bound of a number."""

    sort: str
    key: str
    group: str
    said: str
    bound: str = ""


def words_of(text: str) -> Iterator[Written]:
    """The words of a span of code in order; a setting (NAME=5) comes as its name and its value."""
    for word in text.split()[:MOST_WORDS]:
        bare = word.strip("\"',;")
        setting = None if bare.casefold() in SPELLINGS else _assigned(bare)
        if setting:
            yield Written("code", setting[1], "", setting[1])
            bare = setting[2].strip("\"',;")
        if bare:
            yield _read(bare)


def _read(bare: str) -> Written:
    """One word of code."""
    low = bare.casefold()
    name = SPELLINGS.get(low, "")
    if name and GROUPS[name] not in PLACES | {"time-order"}:
        return Written("code", name, GROUPS[name], bare)
    if bare.startswith("-"):
        return Written("flag", bare, "flag", bare)
    if "/" in bare or _file(bare):
        return Written("path", values.path(bare), "path", bare)
    if found := _amount(bare):
        key, group, _ = values.number(found[2].rstrip(".,"), found[3])
        return Written("number", key, group, bare, BOUNDS.get(found[1], ""))
    if low in ("true", "false"):
        return Written("boolean", low, "", bare)
    return Written("code", bare, "", bare)
