"""C, and what it shares with C++."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from oldhand.code.grammars.grammar import Grammar, line_of, text, words
from oldhand.code.tokens import Rules, Span
from oldhand.model.symbol import Import

if TYPE_CHECKING:
    from tree_sitter import Node

# A line of the preprocessor ends where its line ends; its condition too.
QUERY = """
(comment) @comment
[(string_literal) (char_literal) (system_lib_string)] @atom
[(preproc_include) (preproc_def) (preproc_function_def) (preproc_call)] @item
(preproc_if condition: (_) @item)
(preproc_elif condition: (_) @item)
(preproc_ifdef name: (_) @item)
(preproc_def name: (_) @item)
[(function_definition) (preproc_def) (preproc_function_def) (type_definition)] @symbol
(struct_specifier body: (_)) @symbol
(union_specifier body: (_)) @symbol
(enum_specifier body: (_)) @symbol
(translation_unit (declaration) @symbol)
(preproc_ifdef (declaration) @symbol)
(preproc_if (declaration) @symbol)
(preproc_else (declaration) @symbol)
(linkage_specification body: (declaration_list (declaration) @symbol))
(preproc_include) @import
(preproc_arg) @body
"""
# What stands in a macro, which the parser leaves alone: comments, strings, numbers (which quotes may part)
# and characters.
_IN_MACRO = re.compile(rb"/\*.*?(?:\*/|\Z)|//[^\n]*|\"(?:[^\"\\\n]|\\.)*\"|\d[\w']*|'(?:[^'\\\n]|\\.)+'", re.DOTALL)
KEYWORDS = words("""
        auto bool break case char const continue default define defined do double else enum extern false float for
        goto if ifdef ifndef endif include inline int long NULL register restrict return short signed sizeof static
        struct switch true typedef undef union unsigned void volatile while size_t
    """)
_DEEPEST_DECLARATOR = 32  # pointers to functions returning pointers: more is no code that people wrote


def declarator_of(node: "Node") -> "Node | None":
    """The innermost declarator of a declaration: the node of the name, whatever points to it or calls it."""
    declared = node.child_by_field_name("declarator")
    for _ in range(_DEEPEST_DECLARATOR):
        if declared is None:
            return None
        inner = declared.child_by_field_name("declarator")
        if inner is None and declared.type in (
            "reference_declarator",
            "parenthesized_declarator",
            "attributed_declarator",
        ):
            inner = next(
                (
                    child
                    for child in declared.named_children
                    if "declarator" in child.type or "identifier" in child.type
                ),
                None,
            )
        if inner is None:
            return declared
        declared = inner
    return None


def spans(source: bytes, captured: "dict[str, list[Node]]") -> Iterable[Span]:
    """Characters with a blank in them that stand in macros."""
    for node in captured.get("body", ()):
        for match in _IN_MACRO.finditer(source, node.start_byte, node.end_byte):
            if match[0].startswith(b"'") and (b" " in match[0] or b"\t" in match[0]):
                yield Span(match.start(), match.end(), "atom")


def is_function(node: "Node") -> bool:
    """Whether a declaration declares a function and not a variable that points to one."""
    declared = node.child_by_field_name("declarator")
    for _ in range(_DEEPEST_DECLARATOR):
        if declared is None or declared.type == "function_declarator":
            break
        declared = declared.child_by_field_name("declarator") or next(
            (child for child in declared.named_children if child.type.endswith("_declarator")), None
        )
    inner = declared.child_by_field_name("declarator") if declared is not None else None
    return inner is not None and inner.type != "parenthesized_declarator"


def name(node: "Node") -> str:
    """The name of a definition or declaration."""
    if node.type in ("function_definition", "declaration", "type_definition", "field_declaration"):
        return text(declarator_of(node))
    return text(node.child_by_field_name("name"))


def kind(node: "Node") -> str:
    """A declaration is one of a function, a constant or a variable."""
    if node.type == "declaration":
        if is_function(node):
            return "function"
        return "constant" if "const" in text(node).split("=")[0].split() else "variable"
    if node.type == "preproc_def":
        return "constant"
    return ""


def imports(node: "Node") -> Iterable[Import]:
    """The header that is included; one of the system keeps its angle brackets."""
    path = node.child_by_field_name("path")
    if path is not None:
        yield Import(text(path).strip('"'), (), line_of(node))


SYMBOLS = {
    "function_definition": "function",
    "declaration": "variable",
    "type_definition": "type",
    "struct_specifier": "struct",
    "union_specifier": "struct",
    "enum_specifier": "enum",
    "preproc_def": "constant",
    "preproc_function_def": "macro",
}
GRAMMAR = Grammar(
    package="tree_sitter_c",
    function="language",
    symbols=SYMBOLS,
    query=QUERY,
    keywords=KEYWORDS,
    name=name,
    kind=kind,
    imports=imports,
    rules=Rules(joins=True),
    spans=spans,
)
