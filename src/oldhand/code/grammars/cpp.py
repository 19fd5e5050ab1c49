"""C++."""

from typing import TYPE_CHECKING

from oldhand.code.grammars import c
from oldhand.code.grammars.grammar import Grammar, text, words
from oldhand.code.tokens import Rules

if TYPE_CHECKING:
    from tree_sitter import Node

_QUERY = (
    c.QUERY
    + """
(raw_string_literal) @atom
(class_specifier body: (_)) @symbol
[(alias_declaration) (concept_definition)] @symbol
(namespace_definition body: (declaration_list (declaration) @symbol))
(field_declaration_list (declaration) @symbol)
(field_declaration_list (field_declaration declarator: (_)) @symbol)
(namespace_definition) @scope
"""
)


def _name(node: "Node") -> str:
    if node.type in (
        "class_specifier",
        "struct_specifier",
        "union_specifier",
        "enum_specifier",
        "namespace_definition",
    ):
        return _dotted(text(node.child_by_field_name("name")))
    if node.type == "field_declaration" and not (c.is_function(node) or "static" in text(node).split()):
        return ""  # a field of each object is part of its class
    return _dotted(c.name(node))


def _dotted(written: str) -> str:
    """A qualified name with dots and without template arguments: `Basket<int>::add` is `Basket.add`."""
    plain: list[str] = []
    depth = 0
    if written.startswith("operator") or "::operator" in written:
        return " ".join(written.split()).replace("::", ".")
    for character in written:
        depth += (character == "<") - (character == ">")
        if depth == 0 and character != ">":
            plain.append(character)
    return "".join("".join(plain).split()).replace("::", ".").strip(".")


def _kind(node: "Node") -> str:
    if node.type == "namespace_definition":
        return "module"
    if node.type == "function_definition":
        declared = c.declarator_of(node)
        return "method" if declared is not None and declared.type == "qualified_identifier" else ""
    if node.type == "field_declaration":
        if c.is_function(node):
            return "method"
        return "constant" if {"const", "constexpr"} & set(text(node).split("=")[0].split()) else "variable"
    return c.kind(node)


GRAMMAR = Grammar(
    package="tree_sitter_cpp",
    function="language",
    symbols=c.SYMBOLS
    | {
        "class_specifier": "class",
        "alias_declaration": "type",
        "concept_definition": "type",
        "field_declaration": "variable",
    },
    query=_QUERY,
    keywords=c.KEYWORDS
    | words("""
        class concept constexpr consteval constinit const_cast co_await co_return co_yield decltype delete
        dynamic_cast explicit final friend mutable namespace new noexcept nullptr operator override private
        protected public reinterpret_cast requires static_cast std template this throw try catch typeid typename
        using virtual
    """),
    name=_name,
    kind=_kind,
    imports=c.imports,
    rules=Rules(joins=True),
    spans=c.spans,
    wrappers=frozenset(("template_declaration",)),
)
