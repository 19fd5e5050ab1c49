"""Python."""

import keyword
from collections.abc import Iterable
from typing import TYPE_CHECKING

from oldhand.code.grammars.grammar import Grammar, line_of, text, words
from oldhand.code.tokens import Rules
from oldhand.model.symbol import Import

if TYPE_CHECKING:
    from tree_sitter import Node

# What surrounds parentheses that a formatter adds and removes: nothing binds tighter there.
_AROUND = words("""
        return_statement expression_statement if_statement elif_clause while_statement for_statement
        assert_statement argument_list keyword_argument default_parameter typed_default_parameter list set pair
        assignment augmented_assignment parenthesized_expression with_item as_pattern for_in_clause if_clause slice
        delete_statement raise_statement named_expression lambda type except_clause yield
    """)
_QUERY = """
(comment) @comment
(string) @atom
(concatenated_string (string) @atom)
(expression_statement . [(string) (concatenated_string)] @doc .)
(module (_) @item)
(block (_) @item)
(module ";" @skip)
(block ";" @skip)
(block) @block
[(tuple) (expression_list) (pattern_list)] @group
(tuple_pattern ",") @group
(tuple "(" @skip ")" @skip)
(tuple_pattern "(" @skip ")" @skip)
(case_pattern (tuple_pattern "(" . (comment)* . (_) . (comment)* . "," @atom . (comment)* . ")"))
(class_definition superclasses: (argument_list . "(" @skip . ")" @skip .))
(import_from_statement "(" @skip)
(import_from_statement ")" @skip)
(import_from_statement "," @skip . ")")
(future_import_statement "(" @skip)
(future_import_statement ")" @skip)
(future_import_statement "," @skip . ")")
(with_statement (with_clause "(" @skip))
(with_statement (with_clause ")" @skip))
(with_statement (with_clause "," @skip . ")"))
(subscript "[" . subscript: (_) . "," @atom . "]")
(function_definition) @symbol
(class_definition) @symbol
(type_alias_statement) @symbol
(module (expression_statement (assignment left: (identifier))) @symbol)
(class_definition body: (block (expression_statement (assignment left: (identifier))) @symbol))
(import_statement) @import
(import_from_statement) @import
(future_import_statement) @import
""" + "".join(f'({around} (parenthesized_expression "(" @skip ")" @skip))\n' for around in sorted(_AROUND))


def _name(node: "Node") -> str:
    if node.type == "expression_statement":
        return text(node.named_children[0].child_by_field_name("left"))
    if node.type == "type_alias_statement":
        return text(node.child_by_field_name("left")).partition("[")[0].strip()
    return text(node.child_by_field_name("name"))


def _kind(node: "Node") -> str:
    if node.type == "expression_statement":
        return "constant" if _name(node).isupper() else "variable"
    return ""


def _doc(node: "Node") -> str:
    body = node.child_by_field_name("body")
    for child in body.named_children if body is not None else ():
        if child.type == "comment":
            continue
        strings = child.named_children if child.type == "expression_statement" else []
        if len(strings) == 1 and strings[0].type == "string":
            return "".join(text(part) for part in strings[0].named_children if part.type == "string_content")
        return ""
    return ""


def _imports(node: "Node") -> Iterable[Import]:
    line = line_of(node)
    if node.type == "import_statement":
        for name in node.children_by_field_name("name"):
            yield Import(_plain(name), (), line)
        return
    module = node.child_by_field_name("module_name")
    target = "__future__" if node.type == "future_import_statement" else "".join(text(module).split())
    names = tuple(_plain(name) for name in node.children_by_field_name("name"))
    starred = any(child.type == "wildcard_import" for child in node.children)
    yield Import(target, names or (("*",) if starred else ()), line)


def _plain(node: "Node") -> str:
    """A dotted name without what it is called here."""
    return "".join(text(node.child_by_field_name("name") if node.type == "aliased_import" else node).split())


GRAMMAR = Grammar(
    package="tree_sitter_python",
    function="language",
    symbols={"function_definition": "function", "class_definition": "class", "type_alias_statement": "type"},
    query=_QUERY,
    keywords=frozenset((*keyword.kwlist, "self", "cls")),
    name=_name,
    kind=_kind,
    doc=_doc,
    imports=_imports,
    wrappers=frozenset(("decorated_definition",)),
    rules=Rules(quotes="escaped", joins=True),
)
