"""JavaScript and what it shares with TypeScript."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from oldhand.code.grammars.grammar import Grammar, line_of, text, words
from oldhand.code.tokens import Rules
from oldhand.model.symbol import Import

if TYPE_CHECKING:
    from tree_sitter import Node

# What surrounds parentheses that a formatter adds and removes: nothing binds tighter there.
_AROUND = words("""
        return_statement throw_statement arguments array variable_declarator assignment_expression arrow_function
        parenthesized_expression if_statement while_statement do_statement switch_statement jsx_expression pair
    """)
QUERY = """
[(comment) (html_comment) (hash_bang_line)] @comment
[(string) (regex)] @atom
(template_string [(string_fragment) (escape_sequence)] @atom)
(jsx_text) @text
((jsx_expression . (string) .) @blank (#match? @blank "^[{]. +.[}]$"))
(pair key: (string) @key)
(parenthesized_expression "(" @skip . (comment)* . [(jsx_element) (jsx_self_closing_element)] . (comment)* . ")" @skip)
(method_definition name: (string) @key)
(program (_) @item)
(statement_block (_) @item)
(switch_case body: (_) @item)
(switch_default body: (_) @item)
(class_body (_) @item)
[(expression_statement) (return_statement) (throw_statement) (break_statement) (continue_statement)] @item
[(lexical_declaration) (variable_declaration) (import_statement) (export_statement)] @item
(program (empty_statement) @skip)
(statement_block (empty_statement) @skip)
(class_body ";" @skip)
(arrow_function parameter: (identifier) @group)
(arrow_function body: (object) @item)
(arrow_function body: (parenthesized_expression (object . "{" . "}" .) @item))
(arrow_function body: (parenthesized_expression (sequence_expression) @group))
(arguments (parenthesized_expression (sequence_expression) @group))
(array (parenthesized_expression (sequence_expression) @group))
(variable_declarator (parenthesized_expression (sequence_expression) @group))
(assignment_expression (parenthesized_expression (sequence_expression) @group))
(arrow_function parameters: (formal_parameters . "(" @skip . (_) . ")" @skip .) @group)
[(function_declaration) (generator_function_declaration) (class_declaration) (method_definition)] @symbol
(program (lexical_declaration (variable_declarator name: (identifier)) @symbol))
(program (variable_declaration (variable_declarator name: (identifier)) @symbol))
(export_statement (lexical_declaration (variable_declarator name: (identifier)) @symbol))
(export_statement (variable_declaration (variable_declarator name: (identifier)) @symbol))
(program (expression_statement (assignment_expression
  left: (member_expression) right: [(function_expression) (arrow_function) (class)]) @symbol))
(export_statement value: [(arrow_function) (function_expression) (class)] @symbol)
(pair value: [(arrow_function) (function_expression)]) @symbol
[(import_statement) (export_statement source: (string))] @import
(call_expression function: [(identifier) (import)] arguments: (arguments . (string) .)) @import
""" + "".join(f'({around} (parenthesized_expression "(" @skip ")" @skip))\n' for around in sorted(_AROUND))
_QUERY = (
    QUERY
    + """
(field_definition property: (_)) @symbol
(method_definition (decorator) @attribute)
"""
)
SYMBOLS = {
    "function_declaration": "function",
    "generator_function_declaration": "function",
    "class_declaration": "class",
    "method_definition": "method",
    "field_definition": "variable",
    "variable_declarator": "variable",
    "assignment_expression": "function",
    "arrow_function": "function",
    "function_expression": "function",
    "class": "class",
    "pair": "method",
}
_FUNCTIONS = frozenset(("arrow_function", "function_expression", "generator_function"))
# Functions called with a function to give it back changed: what is named is still a function.
_WRAPPING = re.compile(r"(?:React\.)?(?:memo|forwardRef|useCallback|observer|connect|withRouter|styled)\b|lazy\b")
KEYWORDS = words("""
        async await break case catch class const continue debugger default delete do else enum export extends false
        finally for from function get if implements import in instanceof interface let new null of package private
        protected public return set static super switch this throw true try typeof undefined var void while with
        yield
    """)
_OBJECT_MEMBER_DEPTH = 4  # a method of an object within objects within a declaration; deeper ones are arguments


def name(node: "Node") -> str:
    """The name of a declaration; that of an anonymous default export is `default`."""
    if node.type == "assignment_expression":
        return _assigned(text(node.child_by_field_name("left")))
    if node.type in ("arrow_function", "function_expression", "class"):
        return text(node.child_by_field_name("name")) or "default"
    if node.type in ("field_definition", "pair"):
        if node.type == "pair" and not _is_member(node):
            return ""
        key = node.child_by_field_name("property") or node.child_by_field_name("key")
        return _key(key)
    return _key(node.child_by_field_name("name"))


def _assigned(target: str) -> str:
    """The name of what is assigned to a member: `exports.run` is `run`, `Stack.prototype.push` is `Stack.push`."""
    parts = [part for part in target.split(".") if part not in ("module", "exports", "prototype", "this", "window")]
    return ".".join(parts) if all(part.isidentifier() for part in parts) else ""


def _key(node: "Node | None") -> str:
    if node is None or node.type == "computed_property_name":
        return ""
    return text(node).strip("'\"")


def _is_member(node: "Node") -> bool:
    """Whether a function in an object is a member of something named, and not part of an argument."""
    above, depth = node.parent, 0
    while above is not None and depth < _OBJECT_MEMBER_DEPTH:
        if above.type in ("variable_declarator", "export_statement"):
            return True
        if above.type not in ("object", "pair", "as_expression", "satisfies_expression", "parenthesized_expression"):
            return False
        above, depth = above.parent, depth + 1
    return False


def kind(node: "Node") -> str:
    """The kind of a variable: a function where it holds one, a constant where its name says so."""
    if node.type not in ("variable_declarator", "field_definition", "public_field_definition"):
        return ""
    value = node.child_by_field_name("value")
    if value is not None:
        if value.type in _FUNCTIONS:
            return "function" if node.type == "variable_declarator" else "method"
        if value.type == "class":
            return "class"
        if value.type == "call_expression" and _WRAPPING.match(text(value.child_by_field_name("function"))):
            return "function"
    written = name(node)
    return "constant" if written.isupper() and len(written) > 1 else "variable"


def imports(node: "Node") -> Iterable[Import]:
    """What an import, a re-export, `require` or `import()` takes."""
    line = line_of(node)
    if node.type == "call_expression":
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if text(function) in ("require", "import") and arguments is not None:
            yield Import(_unquoted(arguments.named_children[0]), ("*",), line)
        return
    source = node.child_by_field_name("source")
    for child in node.named_children:
        if child.type == "import_require_clause":
            source = child.child_by_field_name("source")
    if source is not None:
        yield Import(_unquoted(source), tuple(_names(node)), line)


def _names(node: "Node") -> Iterable[str]:
    for clause in node.named_children:
        parts = clause.named_children if clause.type == "import_clause" else [clause]
        for part in parts:
            if part.type in ("named_imports", "export_clause"):
                yield from (
                    text(one.child_by_field_name("name")) for one in part.named_children if one.type != "comment"
                )
            elif part.type == "identifier":
                yield "default"
            elif part.type in ("namespace_import", "namespace_export"):
                yield "*"
    if node.type == "export_statement" and any(child.type == "*" for child in node.children):
        yield "*"


def _unquoted(node: "Node") -> str:
    return text(node)[1:-1]


WRAPPERS = frozenset(("export_statement", "lexical_declaration", "variable_declaration", "ambient_declaration"))
GRAMMAR = Grammar(
    package="tree_sitter_javascript",
    function="language",
    symbols=SYMBOLS,
    query=_QUERY,
    keywords=KEYWORDS,
    name=name,
    kind=kind,
    imports=imports,
    wrappers=WRAPPERS,
    rules=Rules(quotes="escaped"),
)
