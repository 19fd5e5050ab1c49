"""Where everything stands in a text of JSON, with comments and trailing commas allowed, as editors write it.

No value is ever written back from what is read here: edits are made in the text, at the places that are found.
"""

import json
import re
from typing import Any, NamedTuple

from oldhand.errors import BrokenHostFile

DEEPEST = 150  # levels of objects and lists: settings have five; Python's own limit is not far above
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
BLANK = " \t\r\n"
BLANKS = re.compile(r"[ \t\r\n]*")
WORDS = {"true": True, "false": False, "null": None}
BYTE_ORDER_MARK = "\ufeff"


# The members of a settings file that are looked into. The others are read as a whole, by Python's own reader in C: a
# host's state file has megabytes of them.
LOOKED_INTO = frozenset({"mcpServers", "servers", "mcp", "context_servers", "amp.mcpServers", "hooks"})


class Number(NamedTuple):
    """A number as it is written: it is compared and never calculated with."""

    text: str


class Node:
    """A value and its place: `start` and `end` are offsets into the text.

    value: of what is not looked into: texts, numbers, true, false, null, whole members. items: of an object or a list.
    comma: the offset of the comma after it, -1 when there is none. name, name_at: of a member of an object, else empty
    and `start`.
    """

    __slots__ = ("comma", "end", "items", "kind", "name", "name_at", "start", "value")

    def __init__(self, kind: str, start: int) -> None:
        self.kind, self.start, self.end = kind, start, start
        self.value: Any = None
        self.items: list[Node] = []
        self.name, self.name_at, self.comma = "", start, -1

    def member(self, name: str) -> "Node | None":
        """The member of this name; the last one when there are several, as every host reads it."""
        return next((one for one in reversed(self.items) if one.name == name), None) if self.kind == "object" else None

    def plain(self) -> Any:
        """The value as Python has it; numbers stay as written."""
        if self.items and self.kind == "object":
            return {one.name: one.plain() for one in self.items}
        if self.items:
            return [one.plain() for one in self.items]
        return self.value


def _no_number(name: str) -> None:
    raise ValueError(name)  # NaN and the like are no JSON


_WHOLE = json.JSONDecoder(parse_float=Number, parse_int=Number, parse_constant=_no_number)


def plain(value: Any) -> Any:
    """A value of ours in the form of `Node.plain`, so that the two can be compared."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return Number(str(value)) if isinstance(value, int) and not isinstance(value, bool) else value


def parsed(text: str, path: object) -> Node | None:
    """The value that the text holds; None when it holds nothing but blanks and comments.

    Raises BrokenHostFile, which names `path`, line and column.
    """
    reader = _Reader(text, path)
    at = reader.skipped(1 if text.startswith(BYTE_ORDER_MARK) else 0)
    if at == len(text):
        return None
    node = reader.value(at, 0)
    rest = reader.skipped(node.end)
    if rest != len(text):
        raise reader.broken(rest, "something stands after its end")
    return node


class _Reader:
    """Reads one text."""

    def __init__(self, text: str, path: object) -> None:
        self.text, self.path = text, path

    def broken(self, at: int, why: str) -> BrokenHostFile:
        """The error for a fault at an offset."""
        line_start = self.text.rfind("\n", 0, at) + 1
        return BrokenHostFile(self.path, self.text.count("\n", 0, at) + 1, at - line_start + 1, why)

    def skipped(self, at: int) -> int:
        """The offset of what follows blanks and comments."""
        while True:
            at = BLANKS.match(self.text, at).end()  # type: ignore[union-attr]  # it matches nothing at least
            if self.text.startswith("//", at):
                end = self.text.find("\n", at)
                at = len(self.text) if end < 0 else end
            elif self.text.startswith("/*", at):
                end = self.text.find("*/", at + 2)
                if end < 0:
                    raise self.broken(at, "a comment has no end")
                at = end + 2
            else:
                return at

    def value(self, at: int, depth: int) -> Node:
        """The value that begins at an offset."""
        first = self.text[at : at + 1]
        if first in ("{", "["):
            if depth >= DEEPEST:
                raise self.broken(at, f"it is nested more than {DEEPEST} levels deep")
            return self._inside(at, depth, "object" if first == "{" else "list")
        node = Node("scalar", at)
        if first == '"':
            node.value, node.end = self._string(at)
        elif number := NUMBER.match(self.text, at):
            node.value, node.end = Number(number[0]), number.end()
        else:
            word = next((one for one in WORDS if self.text.startswith(one, at)), None)
            if word is None:
                raise self.broken(at, "a value is missing" if first in ("", "}", "]", ",") else "this is no value")
            node.value, node.end = WORDS[word], at + len(word)
        return node

    def _string(self, at: int) -> tuple[str, int]:
        try:
            found: tuple[str, int] = json.decoder.scanstring(self.text, at + 1, True)  # type: ignore[attr-defined]
        except json.JSONDecodeError as error:
            raise self.broken(error.pos, "a text in quotes is not closed or holds what it may not") from None
        return found

    def _inside(self, at: int, depth: int, kind: str) -> Node:
        """An object or a list, from its opening bracket."""
        node = Node(kind, at)
        node.value = {} if kind == "object" else []
        closing = "}" if kind == "object" else "]"
        here = self.skipped(at + 1)
        while not self.text.startswith(closing, here):
            if here >= len(self.text):
                raise self.broken(at, f"the '{self.text[at]}' here is not closed")
            if node.items and node.items[-1].comma < 0:
                raise self.broken(here, "a comma is missing")
            item = self._member(here, depth) if kind == "object" else self.value(here, depth + 1)
            node.items.append(item)
            here = self.skipped(item.end)
            if self.text.startswith(",", here):
                item.comma = here
                here = self.skipped(here + 1)
        node.end = here + 1
        return node

    def _whole(self, at: int) -> Node | None:
        """An object or a list that is not looked into; None when it has to be read step by step."""
        first = self.text[at : at + 1]
        if first not in ("{", "["):
            return None
        node = Node("object" if first == "{" else "list", at)
        try:
            node.value, node.end = _WHOLE.raw_decode(self.text, at)
        except (ValueError, RecursionError):
            return None  # it has comments, or a fault that the other way names
        return node

    def _member(self, at: int, depth: int) -> Node:
        if not self.text.startswith('"', at):
            raise self.broken(at, "a name in quotes is missing")
        name, end = self._string(at)
        colon = self.skipped(end)
        if not self.text.startswith(":", colon):
            raise self.broken(colon, "a colon is missing")
        begin = self.skipped(colon + 1)
        item = None if depth or name in LOOKED_INTO else self._whole(begin)
        item = item or self.value(begin, depth + 1)
        item.name, item.name_at = name, at
        return item
