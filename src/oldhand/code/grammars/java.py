"""Java."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from oldhand.code.grammars.grammar import Grammar, line_of, text, words
from oldhand.model.symbol import Import

if TYPE_CHECKING:
    from tree_sitter import Node

_QUERY = """
[(line_comment) (block_comment)] @comment
[(string_literal) (character_literal)] @atom
[(class_declaration) (interface_declaration) (enum_declaration) (record_declaration)] @symbol
[(annotation_type_declaration) (method_declaration) (constructor_declaration)] @symbol
[(compact_constructor_declaration) (module_declaration)] @symbol
(class_body (field_declaration) @symbol)
(enum_body_declarations (field_declaration) @symbol)
(interface_body (constant_declaration) @symbol)
[(import_declaration) (package_declaration)] @import
"""


def _name(node: "Node") -> str:
    if node.type in ("field_declaration", "constant_declaration"):
        return text((node.child_by_field_name("declarator") or node).child_by_field_name("name"))
    return text(node.child_by_field_name("name"))


def _kind(node: "Node") -> str:
    if node.type != "field_declaration":
        return ""
    modifiers = next((child for child in node.named_children if child.type == "modifiers"), None)
    words = text(modifiers).split()
    return "constant" if "static" in words and "final" in words else "variable"


def _imports(node: "Node") -> Iterable[Import]:
    """What is imported; the package a file is in is given as `package NAME`."""
    path = next((child for child in node.named_children if child.type in ("scoped_identifier", "identifier")), None)
    written = "".join(text(path).split())
    if node.type == "package_declaration":
        yield Import(f"package {written}", (), line_of(node))
    elif any(child.type == "asterisk" for child in node.named_children):
        yield Import(written, ("*",), line_of(node))
    else:
        package, _, last = written.rpartition(".")
        yield Import(package or last, (last,), line_of(node))


GRAMMAR = Grammar(
    package="tree_sitter_java",
    function="language",
    symbols={
        "class_declaration": "class",
        "interface_declaration": "interface",
        "enum_declaration": "enum",
        "record_declaration": "class",
        "annotation_type_declaration": "interface",
        "method_declaration": "method",
        "constructor_declaration": "method",
        "compact_constructor_declaration": "method",
        "module_declaration": "module",
        "field_declaration": "variable",
        "constant_declaration": "constant",
    },
    query=_QUERY,
    keywords=words("""
        abstract assert boolean break byte case catch char class const continue default do double else enum extends
        false final finally float for goto if implements import instanceof int interface long native new null
        package permits private protected public record return sealed short static strictfp super switch
        synchronized this throw throws transient true try var void volatile while yield
    """),
    name=_name,
    kind=_kind,
    imports=_imports,
)
