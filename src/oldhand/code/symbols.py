"""The symbols among what a parser captured: qualified names, extents, signatures and documentation."""

import re
from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.tokens import line_at, starts_of_lines
from oldhand.model.symbol import Symbol

if TYPE_CHECKING:
    from tree_sitter import Node

    from oldhand.code.grammars.grammar import Grammar

LONGEST_SIGNATURE = 300  # characters
LONGEST_DOC = 2_000  # characters
LONGEST_NAME = 200  # characters of one part of a name: a longer one is an error of the parser
DEEPEST = 40  # symbols within symbols: more is no code that people wrote
_HOLDS_METHODS = frozenset(("class", "interface", "struct", "trait", "enum", "type", "scope"))
_SIGNS = re.compile(
    r"^[ \t]*(?:/\*[*!]*|//[/!]?|#+!?|--+|\*+(?!/)|(?:r|R)?(?:\"\"\"|'''))?[ \t]?|[ \t]*(?:\*+/|\"\"\"|''')[ \t]*$",
    re.MULTILINE,
)


class Located(NamedTuple):
    """A symbol, not yet digested, and the bytes it is made of (with its attributes, without its doc comment)."""

    symbol: Symbol
    start: int
    end: int


class _Holder(NamedTuple):
    """Something that encloses others: where it ends, the name it lends them, its own unique name, its kind."""

    end: int
    name: str
    unique: str
    kind: str


def plain(comment: str) -> str:
    """The text of a comment or doc string, without the signs that make it one."""
    lines = [_SIGNS.sub("", line).rstrip() for line in comment.splitlines()]
    return "\n".join(lines).strip()


def symbols_of(grammar: "Grammar", source: bytes, captured: "dict[str, list[Node]]") -> list[Located]:
    """The symbols of a source, in its order, an enclosing one before what it encloses."""
    above = _Above(source, captured)
    nodes = [(n, False) for n in captured.get("symbol", ())] + [(n, True) for n in captured.get("scope", ())]
    nodes.sort(key=lambda pair: (pair[0].start_byte, -pair[0].end_byte, not pair[1]))
    holders: list[_Holder] = []
    seen: Counter[str] = Counter()
    found: list[Located] = []
    for node, only_scope in nodes:
        while holders and holders[-1].end <= node.start_byte:
            holders.pop()
        name = grammar.name(node)
        if not name or len(name) > LONGEST_NAME or len(holders) >= DEEPEST:
            continue
        qualified = f"{holders[-1].name}.{name}" if holders else name
        kind = grammar.kind(node) or ("scope" if only_scope else grammar.symbols[node.type])
        if kind == "function" and (holders and holders[-1].kind in _HOLDS_METHODS):
            kind = "method"
        unique = qualified
        if not only_scope:
            seen[qualified] += 1
            unique = qualified if seen[qualified] == 1 else f"{qualified}#{seen[qualified]}"
            parent = holders[-1].unique if holders else ""
            found.append(_located(grammar, source, node, above, Symbol(unique, kind, 0, 0, "", "", "", parent)))
        holders.append(_Holder(node.end_byte, qualified, unique, kind))
    return found


def _located(grammar: "Grammar", source: bytes, node: "Node", above: "_Above", symbol: Symbol) -> Located:
    outer = _whole(grammar, node)
    start, first, comment = above.of(outer.start_byte)
    end = max(outer.end_byte, node.end_byte)
    last = line_at(above.lines, max(end - 1, start))
    doc = plain(grammar.doc(node)) or plain(comment)
    text = _signature(source, outer, node)
    return Located(symbol._replace(first=first, last=last, signature=text, doc=doc[:LONGEST_DOC]), start, end)


def _whole(grammar: "Grammar", node: "Node") -> "Node":
    """The node with what is wrapped around it alone; what holds several declarations belongs to none of them."""
    outer = node
    while (around := outer.parent) is not None and around.type in grammar.wrappers:
        if sum(child.type == outer.type for child in around.named_children) > 1:
            break
        outer = around
    return outer


def _signature(source: bytes, outer: "Node", node: "Node") -> str:
    """What is declared, on one line, without its body."""
    body = _body(node)
    start = node.start_byte if outer.type == "decorated_definition" else outer.start_byte
    end = _before(body) if body is not None and body.start_byte > start else node.end_byte
    words = source[start : min(end, start + 8 * LONGEST_SIGNATURE)].decode("utf-8", "replace").split()
    text = " ".join(words)
    if body is not None:
        text = text.rstrip("{ ").removesuffix("=>").removesuffix("=").rstrip().removesuffix(":").rstrip()
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    text = text.rstrip(";, ")
    return text if len(text) <= LONGEST_SIGNATURE else text[: LONGEST_SIGNATURE - 1] + "…"


def _body(node: "Node") -> "Node | None":
    """The body of a declaration, by its field or, where the grammar has none, by its kind."""
    value = node.child_by_field_name("value") or node.child_by_field_name("right")
    inside = value.child_by_field_name("arguments") if value is not None and value.type == "call_expression" else None
    wrapped = inside.named_child(0) if inside is not None and inside.named_child_count else None
    for holder in (node, value, wrapped):
        if holder is not None and (body := holder.child_by_field_name("body")) is not None:
            return body
    last = node.named_child(node.named_child_count - 1) if node.named_child_count else None
    return last if last is not None and last.type.endswith("_body") else None


def _before(body: "Node") -> int:
    """Where what stands before a body ends, comments left out."""
    before = body.prev_sibling
    while before is not None and "comment" in before.type:
        before = before.prev_sibling
    return before.end_byte if before is not None else body.start_byte


class _Piece(NamedTuple):
    """A comment or an attribute: its bytes."""

    end: int
    start: int
    is_attribute: bool


class _Above:
    """What stands above a symbol and belongs to it: attributes, and a comment directly above."""

    def __init__(self, source: bytes, captured: "dict[str, list[Node]]") -> None:
        self.lines = starts_of_lines(source)
        self._source = source
        self._pieces = sorted(
            _Piece(node.end_byte, node.start_byte, what == "attribute")
            for what in ("comment", "attribute")
            for node in captured.get(what, ())
            if node.end_byte > node.start_byte and not source.startswith(b"#!", node.start_byte)
        )

    def of(self, start: int) -> tuple[int, int, str]:
        """Where the symbol at a byte offset starts with its attributes, its first line and its comment."""
        comments: list[str] = []
        room = LONGEST_DOC
        here, upper = start, line_at(self.lines, start)
        directly = True  # comments count only while nothing but attributes is between them and the symbol
        for number in range(bisect_right(self._pieces, (here, here, True)) - 1, -1, -1):
            end, begins, is_attribute = self._pieces[number]
            if self._source[end:here].strip():
                break
            first = line_at(self.lines, begins)
            if is_attribute:
                start, directly = begins, True
                upper = first
            elif self._source[self.lines[first - 1] : begins].strip():
                break  # it stands behind something else on its line
            elif directly := directly and self._source.count(b"\n", end - 1, here) <= 1:
                text = self._source[begins:end].decode("utf-8", "replace")[: max(room, 0)]
                comments.append(text)
                room -= len(text)
                upper = first
            here = begins
        return start, upper, "\n".join(reversed(comments))
