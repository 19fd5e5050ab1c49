"""Swift."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from oldhand.code.grammars.grammar import Grammar, line_of, text, words
from oldhand.code.tokens import Span
from oldhand.model.symbol import Import

if TYPE_CHECKING:
    from tree_sitter import Node

_SEQUENCES = ["source_file", "statements", "class_body", "enum_class_body", "protocol_body", "switch_statement"]
_QUERY = """
[(comment) (multiline_comment) (shebang_line)] @comment
[(line_string_literal) (multi_line_string_literal) (raw_string_literal) (regex_literal)] @atom
[(class_declaration) (protocol_declaration) (function_declaration) (protocol_function_declaration)] @symbol
[(init_declaration) (deinit_declaration) (subscript_declaration) (typealias_declaration)] @symbol
[(associatedtype_declaration) (macro_declaration)] @symbol
(source_file (property_declaration) @symbol)
(class_body (property_declaration) @symbol)
(enum_class_body (property_declaration) @symbol)
(import_declaration) @import
(additive_expression ["+" "-"] @sign)
""" + "".join(f"({sequence} (_) @item)\n" for sequence in _SEQUENCES)
_MOST_SIGNS = 50  # signs beside a blank on one side, looked at in a file: compilers refuse nearly all of them
_DECLARED = {"class": "class", "actor": "class", "struct": "struct", "enum": "enum"}
_UNNAMED = {"init_declaration": "init", "deinit_declaration": "deinit", "subscript_declaration": "subscript"}


def _name(node: "Node") -> str:
    if node.type in _UNNAMED:
        return _UNNAMED[node.type]
    written = text(node.child_by_field_name("name"))
    if _is_extension(node):
        return written.partition("<")[0].strip()
    return written.partition(":")[0].strip() if node.type == "property_declaration" else written


def _is_extension(node: "Node") -> bool:
    return node.type == "class_declaration" and text(node.child_by_field_name("declaration_kind")) == "extension"


def _kind(node: "Node") -> str:
    if node.type == "class_declaration":
        return _DECLARED.get(text(node.child_by_field_name("declaration_kind")), "class")
    if node.type == "property_declaration":
        words = [text(child) for child in node.named_children]
        modifiers = next(
            (w.split() for c, w in zip(node.named_children, words, strict=True) if c.type == "modifiers"), []
        )
        is_let = any(
            child.type == "value_binding_pattern" and text(child).startswith("let") for child in node.named_children
        )
        return "constant" if is_let and "static" in modifiers else "variable"
    return ""


def _imports(node: "Node") -> Iterable[Import]:
    path = next((child for child in node.named_children if child.type == "identifier"), None)
    if path is not None:
        yield Import("".join(text(path).split()), (), line_of(node))


def _is_blank(source: bytes, place: int) -> bool:
    return source[place : place + 1].isspace()


def _spans(source: bytes, captured: "dict[str, list[Node]]") -> Iterable[Span]:
    """What a `+` or `-` with a blank before it and none behind it ends: it is the sign of what follows."""
    found = [
        sign
        for sign in captured.get("sign", ())
        if _is_blank(source, sign.start_byte - 1) and not _is_blank(source, sign.end_byte)
    ]
    for sign in found[:_MOST_SIGNS]:
        left = sign.prev_named_sibling
        if left is not None:
            yield Span(left.start_byte, left.end_byte, "item")


GRAMMAR = Grammar(
    package="tree_sitter_swift",
    function="language",
    symbols={
        "class_declaration": "class",
        "protocol_declaration": "interface",
        "function_declaration": "function",
        "protocol_function_declaration": "method",
        "init_declaration": "method",
        "deinit_declaration": "method",
        "subscript_declaration": "method",
        "typealias_declaration": "type",
        "associatedtype_declaration": "type",
        "macro_declaration": "macro",
        "property_declaration": "variable",
    },
    query=_QUERY,
    keywords=words("""
        actor Any as associatedtype async await break case catch class continue default defer deinit do else enum
        extension fallthrough false fileprivate final for func get guard if import in init inout internal is lazy
        let mutating nil nonisolated open operator override private protocol public repeat rethrows return self Self
        set some static struct subscript super switch throw throws true try typealias var weak where while
    """),
    name=_name,
    kind=_kind,
    imports=_imports,
    nests=True,
    spans=_spans,
)
