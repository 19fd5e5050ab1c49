"""Kotlin."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from oldhand.code.grammars.grammar import Grammar, line_of, text, words
from oldhand.code.tokens import Span
from oldhand.model.symbol import Import

if TYPE_CHECKING:
    from tree_sitter import Node

_SEQUENCES = ["source_file", "block", "class_body", "enum_class_body", "lambda_literal", "when_expression"]
_QUERY = """
[(line_comment) (block_comment) (shebang)] @comment
[(string_literal) (multiline_string_literal) (character_literal)] @atom
[(class_declaration) (object_declaration) (companion_object) (function_declaration)] @symbol
[(secondary_constructor) (type_alias)] @symbol
(source_file (property_declaration) @symbol)
(class_body (property_declaration) @symbol)
[(import) (package_header)] @import
(binary_expression ["+" "-"] @sign)
""" + "".join(f"({sequence} (_) @item)\n" for sequence in _SEQUENCES)

_BRACKETS = frozenset(("parenthesized_expression", "value_arguments", "collection_literal"))  # where lines go on
_MOST_SIGNS = 50  # lines that begin with a sign, looked at in a file: people write a few
_MOST_AROUND = 16  # nodes around a sign, looked at; each takes the parser a way from the root
_STATEMENTS = frozenset(_SEQUENCES)


def _name(node: "Node") -> str:
    if node.type == "companion_object":
        return text(node.child_by_field_name("name")) or "Companion"
    if node.type == "secondary_constructor":
        return "constructor"
    if node.type == "property_declaration":
        declared = next((child for child in node.named_children if child.type == "variable_declaration"), None)
        return _extended(node) + text(declared.named_children[0] if declared and declared.named_children else None)
    if node.type == "type_alias":
        return text(next((child for child in node.named_children if child.type == "identifier"), None))
    return _extended(node) + text(node.child_by_field_name("name"))


def _extended(node: "Node") -> str:
    """The type an extension is for, with a dot: `String.` for `fun String.shout()`."""
    if node.type not in ("function_declaration", "property_declaration"):
        return ""
    for child in node.children:
        if child.type in ("user_type", "nullable_type", "parenthesized_type"):
            after = child.next_sibling
            return text(child).partition("<")[0].strip("()? ") + "." if after is not None and after.type == "." else ""
        if child.type in ("function_value_parameters", "variable_declaration"):
            return ""
    return ""


def _kind(node: "Node") -> str:
    if node.type == "class_declaration":
        words = {text(child) for child in node.children if not child.is_named}
        modifiers = next((text(child).split() for child in node.named_children if child.type == "modifiers"), [])
        return "interface" if "interface" in words else "enum" if "enum" in modifiers else "class"
    if node.type == "property_declaration":
        modifiers = next((text(child).split() for child in node.named_children if child.type == "modifiers"), [])
        return "constant" if "const" in modifiers else "variable"
    return ""


def _imports(node: "Node") -> Iterable[Import]:
    """What is imported; the package a file is in is given as `package NAME`."""
    path = next((child for child in node.named_children if child.type in ("qualified_identifier", "identifier")), None)
    written = "".join(text(path).split())
    if node.type == "package_header":
        yield Import(f"package {written}", (), line_of(node))
    elif any(child.type == "*" for child in node.children):
        yield Import(written, ("*",), line_of(node))
    else:
        package, _, last = written.rpartition(".")
        yield Import(package or last, (last,), line_of(node))


def _spans(source: bytes, captured: "dict[str, list[Node]]") -> Iterable[Span]:
    """What a `+` or `-` on a new line ends, though the parser goes on: the sign begins another statement."""
    first = [
        s
        for s in captured.get("sign", ())
        if not source[source.rfind(b"\n", 0, s.start_byte) + 1 : s.start_byte].strip()
    ]
    for sign in first[:_MOST_SIGNS]:
        left, around = sign.prev_named_sibling, sign.parent
        for _ in range(_MOST_AROUND):
            if around is None or around.type in _BRACKETS or around.type in _STATEMENTS:
                break
            around = around.parent
        if left is not None and around is not None and around.type in _STATEMENTS:
            yield Span(left.start_byte, left.end_byte, "item")


GRAMMAR = Grammar(
    package="tree_sitter_kotlin",
    function="language",
    symbols={
        "class_declaration": "class",
        "object_declaration": "class",
        "companion_object": "class",
        "function_declaration": "function",
        "secondary_constructor": "method",
        "type_alias": "type",
        "property_declaration": "variable",
    },
    query=_QUERY,
    keywords=words("""
        abstract actual annotation as break by catch class companion const constructor continue crossinline data do
        else enum expect external false final finally for fun get if import in infix init inline inner interface
        internal is it lateinit noinline null object open operator out override package private protected public
        reified return sealed set super suspend tailrec this throw true try typealias val value var vararg when
        where while
    """),
    name=_name,
    kind=_kind,
    imports=_imports,
    nests=True,
    spans=_spans,
)
