"""TypeScript; its dialect with markup (TSX) has a parser of its own and the same declaration."""

from typing import TYPE_CHECKING

from oldhand.code.grammars import ecmascript
from oldhand.code.grammars.ecmascript import KEYWORDS, QUERY, SYMBOLS, WRAPPERS
from oldhand.code.grammars.grammar import Grammar, text, words
from oldhand.code.tokens import Rules

if TYPE_CHECKING:
    from tree_sitter import Node

MARKUP = "\n".join(line for line in QUERY.split("\n") if "(jsx_" in line)  # not in the parser of TypeScript alone
_QUERY = (
    QUERY
    + """
(property_signature name: (string) @key)
(interface_body (_) @item)
(interface_body [";" ","] @skip)
(object_type (_) @item)
(object_type [";" ","] @skip)
[(type_alias_declaration) (function_signature) (ambient_declaration)] @item
[(interface_declaration) (enum_declaration) (type_alias_declaration) (abstract_class_declaration)] @symbol
[(function_signature) (internal_module) (module) (abstract_method_signature)] @symbol
(class_body (method_signature) @symbol)
(public_field_definition name: (_)) @symbol
(class_body (decorator) @attribute)
"""
)


def _name(node: "Node") -> str:
    if node.type in ("internal_module", "module"):
        return text(node.child_by_field_name("name")).strip("'\"")
    return ecmascript.name(node)


GRAMMAR = Grammar(
    package="tree_sitter_typescript",
    function="language_typescript",
    symbols=SYMBOLS
    | {
        "interface_declaration": "interface",
        "enum_declaration": "enum",
        "type_alias_declaration": "type",
        "abstract_class_declaration": "class",
        "function_signature": "function",
        "internal_module": "module",
        "module": "module",
        "abstract_method_signature": "method",
        "method_signature": "method",
        "public_field_definition": "variable",
    },
    query="\n".join(line for line in _QUERY.split("\n") if "(jsx_" not in line),
    keywords=KEYWORDS
    | words("""
        abstract any as asserts boolean declare infer is keyof namespace never number object override readonly
        satisfies string symbol type unique unknown
    """),
    name=_name,
    kind=ecmascript.kind,
    imports=ecmascript.imports,
    wrappers=WRAPPERS,
    rules=Rules(quotes="escaped"),
)
