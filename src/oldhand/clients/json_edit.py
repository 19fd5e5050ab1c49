"""Adding to a text of JSON and taking out of it: nothing but what is added or taken out changes a byte.

`merged` inserts members and list items in the file's own layout; `without` removes what a rule names, with the
commas and lines that belong to it.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from oldhand.clients.json_tree import BLANK, BYTE_ORDER_MARK, Node, parsed, plain
from oldhand.errors import UnfitHostFile

USUAL_INDENT = "  "

Path = tuple[str | int, ...]


class Items(NamedTuple):
    """What is added to the end of a list."""

    values: tuple[Any, ...]


class Only(NamedTuple):
    """A member that is added where there is none of its name, and left alone where there is one."""

    value: Any


class _Edit(NamedTuple):
    start: int
    end: int
    text: str


def value_of(additions: Any) -> Any:
    """What additions come to where nothing is there yet."""
    if isinstance(additions, Items):
        return list(additions.values)
    if isinstance(additions, Only):
        return additions.value
    if isinstance(additions, Mapping):
        return {name: value_of(one) for name, one in additions.items()}
    return additions


def made_by(additions: Mapping[str, Any], text: str, path: object) -> list[list[str]]:
    """The objects and lists that adding would make, by their names from the top: they go again when they are empty."""
    root = parsed(text, path)
    found: list[list[str]] = []

    def visit(node: Node | None, wanted: Any, here: list[str]) -> None:
        if node is None:
            found.append(here)
        if isinstance(wanted, Mapping):
            for name, one in wanted.items():
                if isinstance(one, Mapping | Items) and not isinstance(one, Leaf):
                    visit(node.member(name) if node else None, one, [*here, name])

    visit(root, additions, [])
    return [one for one in found if one]


def merged(text: str, additions: Mapping[str, Any], path: object) -> str:
    """The text with the additions: nested mappings are members, a leaf takes the place of a member of its name.

    Raises BrokenHostFile, and UnfitHostFile where an object or a list is needed and something else stands.
    """
    root = parsed(text, path)
    newline = "\r\n" if "\r\n" in text else "\n"
    if root is None:  # nothing, or comments alone
        lead = text if not text.strip(BLANK + BYTE_ORDER_MARK) or text.endswith("\n") else text + newline
        return lead + _shown(value_of(additions), USUAL_INDENT, "", newline) + newline
    edits: list[_Edit] = []
    _Adding(text, newline, _unit(text, root), path).into(root, additions, (), edits)
    return _applied(text, edits)


def _applied(text: str, edits: list[_Edit]) -> str:
    """The text with every edit made; of several insertions at one place the first given comes first."""
    pieces, at = [], 0
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        pieces += [text[at : edit.start], edit.text]
        at = max(at, edit.end)
    return "".join([*pieces, text[at:]])


def _indent(text: str, at: int) -> str:
    """The blanks that begin the line of an offset."""
    start = text.rfind("\n", 0, at) + 1
    end = start
    while end < len(text) and text[end] in " \t":
        end += 1
    return text[start:end]


def _begins_line(text: str, at: int) -> bool:
    """Whether nothing but blanks stands before an offset in its line, and there is a line before."""
    start = text.rfind("\n", 0, at)
    return start >= 0 and not text[start + 1 : at].strip(" \t")


def _shown(value: Any, unit: str, indent: str, newline: str) -> str:
    """A value as people write it: what holds no objects or lists itself stands in one line."""
    parts = list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else []
    if not any(isinstance(one, Mapping | list) for one in parts):
        return json.dumps(value, ensure_ascii=False)
    inner = indent + unit
    if isinstance(value, Mapping):
        told = [
            f"{json.dumps(name, ensure_ascii=False)}: {_shown(one, unit, inner, newline)}"
            for name, one in value.items()
        ]  # fmt: skip
    else:
        told = [_shown(one, unit, inner, newline) for one in value]
    opening, closing = "{}" if isinstance(value, Mapping) else "[]"
    return f"{opening}{newline}{inner}" + f",{newline}{inner}".join(told) + f"{newline}{indent}{closing}"


def _unit(text: str, root: Node) -> str:
    """What the file indents each level by."""
    for item in root.items:
        if _begins_line(text, item.name_at) and (found := _indent(text, item.name_at)):
            return found
    return USUAL_INDENT


class _Adding:
    """Adds to one text."""

    def __init__(self, text: str, newline: str, unit: str, path: object) -> None:
        self.text, self.newline, self.unit, self.path = text, newline, unit, path

    def into(self, node: Node, additions: Mapping[str, Any], here: Path, edits: list[_Edit]) -> None:
        """Add members to an object."""
        if node.kind != "object":
            raise UnfitHostFile(self.path, f"'{'.'.join(map(str, here))}' is no object" if here else "it is no object")
        fresh: list[tuple[str, Any]] = []
        for name, wanted in additions.items():
            there = node.member(name)
            if there is None:
                fresh.append((name, value_of(wanted)))
            elif isinstance(wanted, Items):
                if there.kind != "list":
                    raise UnfitHostFile(self.path, f"'{'.'.join(map(str, (*here, name)))}' is no list")
                edits.extend(self._added(there, [("", value) for value in wanted.values]))
            elif isinstance(wanted, Mapping) and not isinstance(wanted, Leaf):
                self.into(there, wanted, (*here, name), edits)
            elif not isinstance(wanted, Only):
                indent = _indent(self.text, there.start)
                edits.append(_Edit(there.start, there.end, _shown(wanted, self.unit, indent, self.newline)))
        if fresh:
            edits.extend(self._added(node, fresh))

    def _added(self, node: Node, fresh: list[tuple[str, Any]]) -> list[_Edit]:
        """The edits that put members or items at the end of an object or a list."""
        last = node.items[-1] if node.items else None
        if "\n" not in self.text[node.start : node.end] and (last or self._crowded()):
            return self._added_in_line(node, fresh)
        if last and _begins_line(self.text, last.name_at):
            indent = _indent(self.text, last.name_at)
        else:
            indent = _indent(self.text, node.start) + self.unit
        told = [
            self.newline + indent + (f"{json.dumps(name, ensure_ascii=False)}: " if name else "")
            + _shown(value, self.unit, indent, self.newline)
            for name, value in fresh
        ]  # fmt: skip
        place = self._before_closing(node)
        edits = [_Edit(last.end, last.end, ",")] if last and last.comma < 0 else []
        tail = "" if "\n" in self.text[place : node.end] else self.newline + _indent(self.text, node.start)
        return [*edits, _Edit(place, place, ",".join(told) + tail)]

    def _crowded(self) -> bool:
        """Whether the whole text is one line that holds something."""
        return "\n" not in (bare := self.text.strip(BLANK + BYTE_ORDER_MARK)) and len(bare) > len("{ }")

    def _added_in_line(self, node: Node, fresh: list[tuple[str, Any]]) -> list[_Edit]:
        """The same, within one line, with the spaces that the file has after its colons and commas."""
        inner = self.text[node.start : node.end]
        tight = '":' in self.text and '": ' not in self.text
        comma, colon = (",", ":") if tight or (',"' in inner and ", " not in inner) else (", ", ": ")
        told = [
            (f"{json.dumps(name, ensure_ascii=False)}{colon}" if name else "")
            + json.dumps(value, separators=(comma, colon), ensure_ascii=False)
            for name, value in fresh
        ]  # fmt: skip
        last = node.items[-1] if node.items else None
        place = self._before_closing(node)
        if last and last.comma < 0:
            return [_Edit(last.end, last.end, ","), _Edit(place, place, comma[1:] + comma.join(told))]
        return [_Edit(place, place, (comma[1:] if last else "") + comma.join(told))]

    def _before_closing(self, node: Node) -> int:
        """The offset after the last thing in an object or list that is no blank: a value, a comma or a comment."""
        end = node.end - 1
        while self.text[end - 1] in BLANK:
            end -= 1
        return end


class Leaf(dict[str, Any]):
    """An object that is put in whole: it takes the place of one of its name."""


def without(text: str, ours: Callable[[Path, Any], bool], kept: frozenset[Path], path: object) -> str:
    """The text without the members and items for which `ours(path, value)` is true.

    An object or list that becomes empty by it goes too, unless `kept` names it. Raises BrokenHostFile.
    """
    root = parsed(text, path)
    if root is None or root.kind != "object":
        return text
    edits: list[_Edit] = []
    _taken_out(text, root, (), ours, kept, edits)
    return _applied(text, edits)


def _taken_out(
    text: str, node: Node, here: Path, ours: Callable[[Path, Any], bool], kept: frozenset[Path], edits: list[_Edit]
) -> bool:
    """Collect the edits inside an object or list. Returns whether nothing would be left in it."""
    gone: list[int] = []
    within: list[_Edit] = []
    for number, item in enumerate(node.items):
        place = (*here, item.name if node.kind == "object" else number)
        if ours(place, item.plain()):
            gone.append(number)
        elif item.items:
            inner: list[_Edit] = []
            if _taken_out(text, item, place, ours, kept, inner) and place not in kept:
                gone.append(number)
            else:
                within += inner
    if not gone:
        edits += within
        return False
    if len(gone) == len(node.items):
        if text[node.items[-1].end : node.end - 1].strip(BLANK + ",") or text[
            node.start + 1 : node.items[0].name_at
        ].strip(BLANK):  # comments of the person, which stay
            edits += [_span(text, node.items[number]) for number in gone]
            return False
        edits.append(_Edit(node.start + 1, node.end - 1, ""))
        return True
    edits += within
    edits += [_span(text, node.items[number]) for number in gone]
    if node.items[-1].comma < 0 and gone[-1] == len(node.items) - 1:
        last = max(number for number in range(len(node.items)) if number not in gone)
        comma = node.items[last].comma
        edits.append(_Edit(comma, comma + 1, ""))
    return False


def _span(text: str, item: Node) -> _Edit:
    """What goes with a member or item: its comma, and its lines when it has them to itself."""
    start, end = item.name_at, item.comma + 1 if item.comma >= 0 else item.end
    line_end = end
    while line_end < len(text) and text[line_end] in " \t":
        line_end += 1
    if not _begins_line(text, start):
        while text[start - 1] in " \t":
            start -= 1
        return _Edit(start, end, "")
    if line_end == len(text) or text[line_end] in "\r\n":
        start = text.rfind("\n", 0, start)
        if start > 0 and text[start - 1] == "\r":
            start -= 1
        return _Edit(start, line_end, "")
    return _Edit(start, line_end, "")


def holds(text: str, additions: Mapping[str, Any], path: object) -> bool:
    """Whether everything that the additions name is there already, exactly."""
    root = parsed(text, path)
    return root is not None and _has(root.plain(), additions)


def _has(there: Any, wanted: Any) -> bool:
    if isinstance(wanted, Only):
        return True
    if isinstance(wanted, Items):
        return isinstance(there, list) and all(plain(value) in there for value in wanted.values)
    if isinstance(wanted, Mapping) and not isinstance(wanted, Leaf):
        return isinstance(there, dict) and all(name in there and _has(there[name], one) for name, one in wanted.items())
    return bool(there == plain(wanted))
