"""Ruby."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from oldhand.code.grammars.grammar import Grammar, line_of, text, words
from oldhand.code.tokens import Rules
from oldhand.model.symbol import Import

if TYPE_CHECKING:
    from tree_sitter import Node

_SEQUENCES = words("""
        program body_statement then else ensure do begin block_body begin_block end_block parenthesized_statements
        rescue
    """)
_QUERY = """
(comment) @comment
[(string) (regex) (subshell) (character) (delimited_symbol) (string_array) (symbol_array)] @atom
[(heredoc_beginning) (heredoc_body)] @atom
(argument_list) @group
(argument_list "(" @skip ")" @skip)
(method_parameters) @group
(method_parameters "(" @skip ")" @skip)
[(method) (singleton_method) (class) (module)] @symbol
(program (assignment left: (constant)) @symbol)
(body_statement (assignment left: (constant)) @symbol)
(singleton_class) @scope
(call method: (identifier) arguments: (argument_list . (string) .)) @import
""" + "".join(f'({sequence} (_) @item)\n({sequence} ";" @skip)\n' for sequence in sorted(_SEQUENCES))
_LOADING = frozenset(("require", "require_relative", "load"))


def _name(node: "Node") -> str:
    if node.type == "singleton_class":
        return ""  # its methods are those of the class around it
    if node.type == "assignment":
        return text(node.child_by_field_name("left"))
    written = text(node.child_by_field_name("name")).replace("::", ".")
    if node.type == "singleton_method" and text(node.child_by_field_name("object")) != "self":
        return f"{text(node.child_by_field_name('object'))}.{written}"
    return written


def _imports(node: "Node") -> Iterable[Import]:
    """What is required; a path relative to the file begins with `./` or `../`."""
    how = text(node.child_by_field_name("method"))
    arguments = node.child_by_field_name("arguments")
    if how not in _LOADING or node.child_by_field_name("receiver") is not None or arguments is None:
        return
    path = text(arguments.named_children[0]).strip("'\"")
    if how == "require_relative" and not path.startswith("."):
        path = f"./{path}"
    yield Import(path, (), line_of(node))


GRAMMAR = Grammar(
    package="tree_sitter_ruby",
    function="language",
    symbols={
        "method": "function",
        "singleton_method": "method",
        "class": "class",
        "module": "class",
        "assignment": "constant",
    },
    query=_QUERY,
    keywords=words("""
        alias and begin BEGIN break case class def defined do else elsif end END ensure extend false for if in
        include module next nil not or private protected public redo require require_relative rescue retry return
        self super then true undef unless until when while yield attr_reader attr_accessor attr_writer
    """),
    name=_name,
    kind=lambda node: "module" if node.type == "module" else "",
    imports=_imports,
    rules=Rules(quotes="plain"),
)
