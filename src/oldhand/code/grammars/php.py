"""PHP."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from oldhand.code.grammars.grammar import Grammar, line_of, text, words
from oldhand.code.tokens import Rules
from oldhand.model.symbol import Import

if TYPE_CHECKING:
    from tree_sitter import Node

_QUERY = """
(comment) @comment
[(string) (encapsed_string) (heredoc) (nowdoc) (text) (shell_command_expression)] @atom
[(class_declaration) (interface_declaration) (trait_declaration) (enum_declaration)] @symbol
[(function_definition) (method_declaration) (const_declaration) (property_declaration)] @symbol
[(namespace_use_declaration) (namespace_definition)] @import
[(require_expression) (require_once_expression) (include_expression) (include_once_expression)] @import
"""


def _name(node: "Node") -> str:
    if node.type == "const_declaration":
        element = next((child for child in node.named_children if child.type == "const_element"), None)
        return text(element.named_children[0]) if element is not None and element.named_children else ""
    if node.type == "property_declaration":
        element = next((child for child in node.named_children if child.type == "property_element"), None)
        return text(element.child_by_field_name("name")).lstrip("$") if element is not None else ""
    return text(node.child_by_field_name("name"))


def _imports(node: "Node") -> Iterable[Import]:
    r"""What is used, as `Name\Space` with the class; files required; the namespace as `package NAME`."""
    line = line_of(node)
    if node.type == "namespace_definition":
        yield Import(f"package {text(node.child_by_field_name('name'))}", (), line)
        return
    if node.type != "namespace_use_declaration":
        path = _last_string(node)
        if path:
            yield Import(path if path.endswith(".php") or "/" in path else f"./{path}", (), line)
        return
    prefix = next((text(child) for child in node.named_children if child.type == "namespace_name"), "")
    group = node.child_by_field_name("body")
    for clause in (group or node).named_children:
        if clause.type == "namespace_use_clause" and clause.named_children:
            written = f"{prefix}\\{text(clause.named_children[0])}".strip("\\")
            space, _, last = written.rpartition("\\")
            yield Import(space or last, (last,), line)


def _last_string(node: "Node") -> str:
    """The text that a required path ends with: `__DIR__ . '/boot.php'` is `./boot.php`."""
    value = node.named_children[0] if node.named_children else None
    relative = False
    while value is not None and value.type in ("parenthesized_expression", "binary_expression"):
        left = value.child_by_field_name("left")
        relative = relative or text(left).startswith(("__DIR__", "dirname"))
        value = value.child_by_field_name("right") or (value.named_children[0] if value.named_children else None)
    if value is None or value.type not in ("string", "encapsed_string"):
        return ""
    path = text(value)[1:-1]
    return f".{path}" if relative and path.startswith("/") else path


GRAMMAR = Grammar(
    package="tree_sitter_php",
    function="language_php",
    symbols={
        "class_declaration": "class",
        "interface_declaration": "interface",
        "trait_declaration": "trait",
        "enum_declaration": "enum",
        "function_definition": "function",
        "method_declaration": "method",
        "const_declaration": "constant",
        "property_declaration": "variable",
    },
    query=_QUERY,
    keywords=words("""
        abstract and array as bool break callable case catch class clone const continue declare default do echo else
        elseif empty enddeclare endfor endforeach endif endswitch endwhile enum extends false final finally float fn
        for foreach function global goto if implements include include_once instanceof insteadof int interface isset
        list match namespace new null or parent php print private protected public readonly require require_once
        return self static string switch this throw trait true try unset use var void while xor yield
    """)
    | {"$this"},
    name=_name,
    imports=_imports,
    rules=Rules(quotes="plain"),
)
