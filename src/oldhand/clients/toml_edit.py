"""Adding a table to a text of TOML and taking tables out of it: nothing else changes a byte.

tomlkit was tried and is not used: it is a dependency for one table, and taking one out moves blank lines.
`tomllib` reads the text before and after, so that what is written is known to be right.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from oldhand.errors import BrokenHostFile, UnfitHostFile

MARK = "\ufeff"  # some editors begin a file with it
HEADER = re.compile(r"[ \t]*\[[^\r\n]*")
PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")
QUOTE = re.compile("\"{3}|'{3}|[\"'#]")
BARE = re.compile(r"[A-Za-z0-9_-]+\Z")

Names = tuple[str, ...]


def read(text: str, path: object) -> dict[str, Any]:
    """What the text says. Raises BrokenHostFile, which names `path`, line and column."""
    try:
        return tomllib.loads(text.removeprefix(MARK))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        said = str(error)
        place = PLACE.search(said)
        line, column = (int(place[1]), int(place[2])) if place else (text.count("\n") + 1, 1)
        why = PLACE.sub("", said).strip().rstrip(".") or "it is nested too deep"
        raise BrokenHostFile(path, line, column, why[:1].lower() + why[1:]) from None


def with_table(text: str, names: Names, table: Mapping[str, Any], path: object) -> str:
    """The text with a table at its end. Raises BrokenHostFile, and UnfitHostFile where no such table can be added."""
    before = read(text, path)
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = [f"[{'.'.join(_name(name) for name in names)}]"]
    lines += [f"{_name(name)} = {_value(value)}" for name, value in table.items()]
    lead = "" if not text.strip() else newline if text.endswith("\n") else newline * 2
    after = text + lead + newline.join(lines) + newline
    try:
        now = tomllib.loads(after.removeprefix(MARK))
    except tomllib.TOMLDecodeError:
        where = ".".join(names[:-1])
        raise UnfitHostFile(path, f"'{where}' is written in a way that no table can be added to from outside") from None
    there: Any = now
    for name in names:
        there = there.get(name) if isinstance(there, dict) else None
    if there != table or _without_names(now, names) != _without_names(before, names):
        raise UnfitHostFile(path, "adding a table would change what else it says")
    return after


def without_tables(text: str, gone: Callable[[Names], bool], path: object) -> str:
    """The text without the tables that `gone` names, and without the tables in them.

    Raises BrokenHostFile, and UnfitHostFile where they cannot be taken out alone.
    """
    before = read(text, path)
    kept: list[str] = []
    dropped: list[str] = []
    taken: set[Names] = set()
    for line, inside in _lines(text):
        names = None if inside else _header(line)
        if names is not None:
            kept += _trailing(dropped)
            dropped = []
            whose = next((names[:size] for size in range(1, len(names) + 1) if gone(names[:size])), None)
            if whose:
                taken.add(whose)
                if kept and not kept[-1].strip():
                    kept.pop()  # the blank line before it came with it
                dropped = [line]
                continue
        (dropped if dropped else kept).append(line)
    after = "".join([*kept, *_trailing(dropped)])
    wanted = before
    for names in taken:
        wanted = _without_names(wanted, names)
    if _pruned(read(after, path)) != _pruned(wanted):
        which = ", ".join(".".join(names) for names in sorted(taken))
        raise UnfitHostFile(path, f"{which} cannot be taken out without changing what else it says")
    return after


def _trailing(lines: list[str]) -> list[str]:
    """The blank lines and comments at the end of a table: they belong to what comes next."""
    size = len(lines)
    while size and not lines[size - 1].partition("#")[0].strip():
        size -= 1
    return lines[size:]


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """Each line with its end, and whether it begins inside a text of several lines."""
    ends: list[tuple[int, int]] = []
    at = 0
    while found := QUOTE.search(text, at):
        mark = found[0]
        if mark == "#":
            at = text.find("\n", found.end())
        elif len(mark) == 3:
            at = _closing(text, mark, found.end())
            ends.append((found.start(), at if at >= 0 else len(text)))
        else:
            at = _closing(text, mark, found.end())
        if at < 0:
            break
    start, number = 0, 0
    for line in text.splitlines(keepends=True):
        while number < len(ends) and ends[number][1] <= start:
            number += 1
        yield line, number < len(ends) and ends[number][0] < start
        start += len(line)


def _closing(text: str, mark: str, at: int) -> int:
    """The offset after the quotes that close a text; -1 when there are none."""
    while True:
        end = text.find(mark, at)
        escape = text.find("\\", at) if mark[0] == '"' else -1
        if end < 0 or escape < 0 or escape > end:
            return end + len(mark) if end >= 0 else -1
        at = escape + 2


def _header(line: str) -> Names | None:
    """The names of a table that a line begins, None for any other line."""
    if not HEADER.match(line):
        return None
    try:
        found = tomllib.loads(line)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    names: list[str] = []
    inner: Any = found
    while isinstance(inner, dict) and len(inner) == 1:
        ((name, inner),) = inner.items()
        names.append(name)
        inner = inner[0] if isinstance(inner, list) and inner else inner
    return tuple(names)


def _name(name: str) -> str:
    return name if BARE.match(name) else json.dumps(name, ensure_ascii=False)


def _value(value: Any) -> str:
    """A value as TOML has it; a table in one line."""
    if isinstance(value, bool | int | float):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_name(name)} = {_value(one)}" for name, one in value.items()) + " }"
    return "[" + ", ".join(_value(one) for one in value) + "]"


def _without_names(said: dict[str, Any], names: Names) -> dict[str, Any]:
    """What is said, without one table; the tables around it go when nothing else is in them."""
    if names[0] not in said:
        return said
    left = {name: one for name, one in said.items() if name != names[0]}
    if len(names) > 1 and isinstance(said[names[0]], dict):
        inner = _without_names(said[names[0]], names[1:])
        if inner or not said[names[0]]:
            return {name: inner if name == names[0] else one for name, one in said.items()}
        return left
    return left


def _pruned(said: Any) -> Any:
    """What is said, without empty tables: a header may stay when all in it is gone."""
    if not isinstance(said, dict):
        return said
    inner = {name: _pruned(one) for name, one in said.items()}
    return {name: one for name, one in inner.items() if one != {}}
