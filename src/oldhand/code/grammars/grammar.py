"""What is declared of a language: its parser, which nodes are symbols, and what formatting may change."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.tokens import PLAIN, Rules, Span
from oldhand.model.symbol import Import

if TYPE_CHECKING:
    from tree_sitter import Node


def text(node: "Node | None") -> str:
    """The source text of a node; "" without a node. Bytes that are no UTF-8 are replaced."""
    return node.text.decode("utf-8", "replace") if node is not None and node.text else ""


def words(written: str) -> frozenset[str]:
    """The words of a text, for tables that are easier to read as text."""
    return frozenset(written.split())


def named(node: "Node") -> str:
    """The name of a declaration whose grammar has the field `name`."""
    return text(node.child_by_field_name("name"))


def nothing(node: "Node") -> str:
    """No text: for languages whose doc comments stand above the symbol."""
    return ""


def no_imports(node: "Node") -> Iterable[Import]:
    """No imports: for languages without them."""
    return ()


def no_spans(source: bytes, captured: "dict[str, list[Node]]") -> Iterable[Span]:
    """No pieces: for languages whose query tells all of them."""
    return ()


def line_of(node: "Node") -> int:
    """The 1-based line a node starts on."""
    return int(node.start_point[0]) + 1


class Grammar(NamedTuple):
    """One language.

    package, function: the wheel's module and the function in it that gives the parser's table.
    symbols: node kind to symbol kind. A function inside something that holds members is a method.
    query: patterns of the language, whose captures say what the nodes are:
        @symbol a symbol; @scope what lends its members its name without being one (Rust's `impl`);
        @comment not counted; @doc a string that only documents, not counted; @atom one token whatever is
        in it (strings, regular expressions, here-documents); @item something that ends where a new line,
        `;` or `,` may stand, so that the separator does not count and the end does; @block a body that is
        told by its indentation; @group parentheses that may be left out; @skip not counted; @text running
        text of markup; @blank an expression in it that is only a blank; @key a quoted name that may stand
        without quotes; @exact where case counts though it does not in the language; @attribute what belongs
        to the symbol right below it; @import an import. Other captures are for `spans`.
    keywords: words that are no identifiers.
    name: the name of a symbol or scope, "" when it has none; may be qualified.
    kind: the kind of a symbol where the node's kind alone does not tell, "" to take it from `symbols`.
    doc: documentation written inside the symbol.
    imports: what an import node imports.
    wrappers: kinds of nodes around a symbol that are part of it (decorators, `export`, `template`).
    rules: what of its words does not count.
    nests: comments nest, and the parser takes the cube of the number that are left open.
    directives: how comments begin that the compiler obeys, so that they count.
    spans: pieces that a query cannot tell, of the source and what the query captured; what is a comment to
        the query is what this says.
    """

    package: str
    function: str
    symbols: dict[str, str]
    query: str
    keywords: frozenset[str]
    name: "Callable[[Node], str]" = named
    kind: "Callable[[Node], str]" = nothing
    doc: "Callable[[Node], str]" = nothing
    imports: "Callable[[Node], Iterable[Import]]" = no_imports
    wrappers: frozenset[str] = frozenset()
    rules: Rules = PLAIN
    nests: bool = False
    directives: tuple[bytes, ...] = ()
    spans: "Callable[[bytes, dict[str, list[Node]]], Iterable[Span]]" = no_spans
