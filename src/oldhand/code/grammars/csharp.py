"""C#."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from oldhand.code.grammars.grammar import Grammar, line_of, text, words
from oldhand.model.symbol import Import

if TYPE_CHECKING:
    from tree_sitter import Node

_QUERY = """
[(comment) (shebang_directive)] @comment
[(string_literal) (verbatim_string_literal) (raw_string_literal) (character_literal)] @atom
(interpolated_string_expression) @atom
[(preproc_define) (preproc_region) (preproc_endregion) (preproc_pragma) (preproc_undef)] @item
(preproc_if condition: (_) @item)
(preproc_elif condition: (_) @item)
[(class_declaration) (interface_declaration) (enum_declaration) (struct_declaration) (record_declaration)] @symbol
[(delegate_declaration) (method_declaration) (constructor_declaration) (destructor_declaration)] @symbol
[(property_declaration) (field_declaration) (event_field_declaration) (event_declaration)] @symbol
[(operator_declaration) (indexer_declaration) (local_function_statement)] @symbol
[(namespace_declaration) (file_scoped_namespace_declaration)] @scope
[(using_directive) (namespace_declaration) (file_scoped_namespace_declaration)] @import
"""


def _name(node: "Node") -> str:
    if node.type in ("namespace_declaration", "file_scoped_namespace_declaration"):
        return ""  # files of C# name their namespace once, and nobody says it before a class
    if node.type in ("field_declaration", "event_field_declaration"):
        declared = next((child for child in node.named_children if child.type == "variable_declaration"), None)
        variables = declared.named_children if declared is not None else []
        return next((text(v.child_by_field_name("name")) for v in variables if v.type == "variable_declarator"), "")
    if node.type == "operator_declaration":
        return f"operator {text(node.child_by_field_name('operator'))}".strip()
    if node.type == "indexer_declaration":
        return "this[]"
    written = text(node.child_by_field_name("name"))
    return f"~{written}" if node.type == "destructor_declaration" else written


def _kind(node: "Node") -> str:
    if node.type == "field_declaration":
        modifiers = {text(child) for child in node.named_children if child.type == "modifier"}
        return "constant" if "const" in modifiers or {"static", "readonly"} <= modifiers else "variable"
    return ""


def _imports(node: "Node") -> Iterable[Import]:
    """What is used; the namespace a file is in is given as `package NAME`."""
    line = line_of(node)
    if node.type != "using_directive":
        yield Import(f"package {text(node.child_by_field_name('name'))}", (), line)
        return
    paths = [
        child for child in node.named_children if child.type in ("identifier", "qualified_name", "alias_qualified_name")
    ]
    if paths:
        yield Import("".join(text(paths[-1]).split()).removeprefix("global::"), (), line)


GRAMMAR = Grammar(
    package="tree_sitter_c_sharp",
    function="language",
    symbols={
        "class_declaration": "class",
        "interface_declaration": "interface",
        "enum_declaration": "enum",
        "struct_declaration": "struct",
        "record_declaration": "class",
        "delegate_declaration": "type",
        "method_declaration": "method",
        "constructor_declaration": "method",
        "destructor_declaration": "method",
        "operator_declaration": "method",
        "indexer_declaration": "method",
        "local_function_statement": "function",
        "property_declaration": "variable",
        "field_declaration": "variable",
        "event_field_declaration": "variable",
        "event_declaration": "variable",
    },
    query=_QUERY,
    keywords=words("""
        abstract as async await base bool break byte case catch char checked class const continue decimal default
        delegate do double dynamic else enum event explicit extern false finally fixed float for foreach get global
        goto if implicit in init int interface internal is lock long namespace new null object operator out override
        params partial private protected public readonly record ref return sbyte sealed set short sizeof static
        string struct switch this throw true try typeof uint ulong unchecked unsafe ushort using value var virtual
        void volatile when where while yield
    """),
    name=_name,
    kind=_kind,
    imports=_imports,
)
