"""Bash and the shells that are written alike."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from oldhand.code.grammars.grammar import Grammar, line_of, text, words
from oldhand.code.tokens import Span
from oldhand.model.symbol import Import

if TYPE_CHECKING:
    from tree_sitter import Node

_SEQUENCES = [
    "program",
    "compound_statement",
    "do_group",
    "if_statement",
    "elif_clause",
    "else_clause",
    "case_item",
    "subshell",
    "command_substitution",
]
_QUERY = """
(comment) @comment
[(word) (string) (raw_string) (ansi_c_string) (translated_string) (regex) (extglob_pattern)] @atom
[(concatenation) (simple_expansion) (expansion) (number)] @atom
(heredoc_start) @atom
(heredoc_body) @document
(redirected_statement body: (command (number) @group .) . redirect: (file_redirect !descriptor))
(file_redirect destination: (_) destination: (number) @group)
(variable_assignment) @group
(function_definition) @symbol
(program (variable_assignment) @symbol)
(program (declaration_command (variable_assignment)) @symbol)
(command name: (command_name (word)) . argument: (_)) @import
(program [";" ";;"] @skip)
""" + "".join(f"({sequence} (_) @item)\n" for sequence in _SEQUENCES)


def _name(node: "Node") -> str:
    if node.type == "declaration_command":
        node = next(child for child in node.named_children if child.type == "variable_assignment")
    return text(node.child_by_field_name("name"))


def _kind(node: "Node") -> str:
    if node.type == "function_definition":
        return ""
    declared = node.children[0].type if node.type == "declaration_command" else ""
    return "constant" if declared == "readonly" else "variable"


def _imports(node: "Node") -> Iterable[Import]:
    if text(node.child_by_field_name("name")) in ("source", "."):
        argument = node.child_by_field_name("argument")
        yield Import(text(argument).strip("'\""), (), line_of(node))


def _spans(source: bytes, captured: "dict[str, list[Node]]") -> Iterable[Span]:
    """Here-documents from the start of their first line: the parser leaves out the blanks it begins with."""
    for node in captured.get("document", ()):
        start = source.rfind(b"\n", 0, node.start_byte) + 1
        indented = not source[start : node.start_byte].strip()
        yield Span(start if indented else node.start_byte, node.end_byte, "atom")


GRAMMAR = Grammar(
    package="tree_sitter_bash",
    function="language",
    symbols={
        "function_definition": "function",
        "variable_assignment": "variable",
        "declaration_command": "variable",
    },
    query=_QUERY,
    keywords=words("""
        if then else elif fi case esac for while until do done in function select time local export readonly declare
        return exit echo set unset shift true false cd eval exec source test read printf
    """),
    name=_name,
    kind=_kind,
    imports=_imports,
    spans=_spans,
)
