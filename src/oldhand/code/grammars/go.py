"""Go."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from oldhand.code.grammars.grammar import Grammar, line_of, text, words
from oldhand.code.tokens import Span
from oldhand.model.symbol import Import

if TYPE_CHECKING:
    from tree_sitter import Node

_QUERY = """
(comment) @comment
[(interpreted_string_literal) (raw_string_literal) (rune_literal)] @atom
(source_file (_) @item)
(statement_list (_) @item)
(statement_list ";" @skip)
(field_declaration_list (_) @item)
(interface_type (_) @item)
(import_spec_list (_) @item)
(const_declaration (const_spec) @item)
(var_spec_list (_) @item)
(type_declaration (_) @item)
[(function_declaration) (method_declaration) (type_spec) (type_alias)] @symbol
(source_file (const_declaration (const_spec) @symbol))
(source_file (var_declaration (var_spec) @symbol))
(source_file (var_declaration (var_spec_list (var_spec) @symbol)))
(import_spec) @import
"""
_MOST_PREAMBLES = 4  # imports of "C" whose comments are read: Go files have one
_MOST_ABOVE = 500  # comments above them: each takes the parser a way from the first of its siblings
_TYPES = {"struct_type": "struct", "interface_type": "interface"}


def _name(node: "Node") -> str:
    written = text(node.child_by_field_name("name"))
    receiver = node.child_by_field_name("receiver")
    if node.type == "method_declaration" and receiver is not None:
        return f"{_receiver_type(receiver)}.{written}"
    return "" if written == "_" else written


def _receiver_type(receiver: "Node") -> str:
    """The bare type of a receiver: `Cache` for `(c *Cache[K, V])`."""
    declared = next((child for child in receiver.named_children if child.type == "parameter_declaration"), receiver)
    return text(declared.child_by_field_name("type")).lstrip("*( ").partition("[")[0].rstrip(") ")


def _kind(node: "Node") -> str:
    if node.type == "type_spec":
        kind = node.child_by_field_name("type")
        return _TYPES.get(kind.type if kind is not None else "", "type")
    return ""


def _imports(node: "Node") -> Iterable[Import]:
    alias = text(node.child_by_field_name("name"))
    yield Import(text(node.child_by_field_name("path"))[1:-1], ("*",) if alias == "." else (), line_of(node))


def _spans(source: bytes, captured: "dict[str, list[Node]]") -> Iterable[Span]:
    """The comments right above `import "C"`, which are C and settings for its compiler."""
    found = [node for node in captured.get("import", ()) if text(node.child_by_field_name("path")) == '"C"']
    left = _MOST_ABOVE
    for node in found[:_MOST_PREAMBLES]:
        below = node
        while below.type != "comment" and below.parent is not None and below.parent.type.startswith("import_"):
            if below.prev_named_sibling is not None:
                break
            below = below.parent
        above = below.prev_named_sibling
        while (
            left > 0
            and above is not None
            and above.type == "comment"
            and above.end_point[0] + 1 >= below.start_point[0]
        ):
            left -= 1
            yield Span(above.start_byte, above.end_byte, "atom")
            below, above = above, above.prev_named_sibling


GRAMMAR = Grammar(
    package="tree_sitter_go",
    function="language",
    symbols={
        "function_declaration": "function",
        "method_declaration": "method",
        "type_spec": "type",
        "type_alias": "type",
        "const_spec": "constant",
        "var_spec": "variable",
    },
    query=_QUERY,
    keywords=words("""
        any bool break byte case chan const continue default defer else error fallthrough false float64 for func go
        goto if import int int64 interface iota map nil package range return rune select string struct switch true
        type uint var
    """),
    name=_name,
    kind=_kind,
    imports=_imports,
    wrappers=frozenset(("type_declaration", "const_declaration", "var_declaration")),
    spans=_spans,
    directives=(b"//go:", b"// +build", b"//export "),
)
