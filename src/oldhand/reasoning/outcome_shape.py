"""Whether what was read from `outcomes.json` has the shape in which an update leaves it.

A file with the right sum may still hold anything: another program may have written it. What is of another shape is
read past as a whole, so that nobody who reads it has to doubt each value.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any], bool]


def _is(kind: type) -> Check:
    """A value of exactly this type: a truth value is no number here."""
    return lambda said: type(said) is kind


_HEX = re.compile(r"(?:[0-9a-f]{6,64})?")
_TEXT, _TRUTH = _is(str), _is(bool)


def _number(said: Any) -> bool:
    """A count, a sign, a weight, or a moment (ms): within the years 69 and 5138, which calendars can tell."""
    return type(said) is int and -6 * 10**13 < said < 10**14


def _commit(said: Any) -> bool:
    """A commit's id, its beginning, or none: git is asked for it, and takes what begins with a dash for an option."""
    return type(said) is str and _HEX.fullmatch(said) is not None


def _each(one: Check) -> Check:
    return lambda said: type(said) is list and all(map(one, said))


def _row(*parts: Check) -> Check:
    return lambda said: (
        type(said) is list and len(said) == len(parts) and all(one(part) for one, part in zip(parts, said, strict=True))
    )


def _named(one: Check) -> Check:
    """Of a value by name; names in JSON are texts."""
    return lambda said: type(said) is dict and all(map(one, said.values()))


def _of_commits(one: Check) -> Check:
    return lambda said: _named(one)(said) and all(map(_commit, said))


def _fields(**parts: Check) -> Check:
    """Of a record with these fields; `present` alone may be missing."""
    return lambda said: (
        type(said) is dict
        and (parts.keys() - {"present"}) <= said.keys() <= parts.keys()
        and all(parts[name](part) for name, part in said.items())
    )


def _sums(said: Any) -> bool:
    """Checksum of a line -> the commit that undid it."""
    return _named(_TEXT)(said) and all(name.isascii() and name.removeprefix("-").isdigit() for name in said)


_LINES = _fields(added=_sums, removed=_sums, paths=_each(_TEXT), present=_each(_is(int)))
_TOUCHED = _row(*[_number] * 11)  # `line_survival.Touched`
_CASE = _fields(  # `outcome_case.Case.saved`
    head=_commit, record=_TEXT, carriers=_of_commits(_number), met=_of_commits(_row(_number, _TEXT, _TEXT)),
    rewritten=_of_commits(_commit), lines=_LINES, signs=_of_commits(_number), titles=_named(_number),
    numbers=_named(_number),
    takings=_each(_row(_commit, _number, _TRUTH, _TRUTH, _number, _TEXT, _TEXT)),
    changes=_each(_row(_commit, _number, _TEXT, _TEXT, _number, _TOUCHED)),
    mentions=_each(_row(_commit, _number, _TEXT, _TEXT)), traffic=_number, last=_number,
)  # fmt: skip
_PARTS: dict[str, Check] = {
    "asked": _named(_TEXT),
    "runs": _each(_row(_number, _TRUTH, _TEXT, _TEXT)),
    "cases": _named(_CASE),
    "names": _fields(head=_commit, boundary=_TEXT, named=_named(_commit)),
    "seals": _named(_row(_each(_commit), _each(_commit))),
}


def well_formed(said: Mapping[str, Any]) -> bool:
    """Whether all that stands behind the first line (`outcome_state.State`, by its fields) is as it is written."""
    return all(one(said[name]) for name, one in _PARTS.items())
