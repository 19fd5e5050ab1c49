"""SQL."""

from typing import TYPE_CHECKING

from oldhand.code.grammars.grammar import Grammar, text, words
from oldhand.code.tokens import Rules

if TYPE_CHECKING:
    from tree_sitter import Node

_CREATED = {
    "create_table": "table",
    "create_view": "view",
    "create_materialized_view": "view",
    "create_function": "function",
    "create_procedure": "function",
    "create_trigger": "function",
    "create_type": "type",
    "create_index": "index",
    "create_sequence": "variable",
    "create_schema": "module",
}
_QUERY = f"""
[(comment) (marginalia)] @comment
(literal) @atom
[{" ".join(f"({kind})" for kind in _CREATED)}] @symbol
"""


def _name(node: "Node") -> str:
    """The name of what is created, without quotes, its schema before it."""
    for child in node.named_children:
        if child.type in ("object_reference", "identifier"):
            return ".".join(part.strip('"`[] ') for part in text(child).split("."))
    return ""


GRAMMAR = Grammar(
    package="tree_sitter_sql",
    function="language",
    symbols=_CREATED,
    query=_QUERY,
    keywords=words("""
        add all alter and as asc begin between bigint boolean by cascade case char check column commit constraint
        create cross date default delete desc distinct drop else end exists false foreign from full function grant
        group having if in index inner insert int integer into is join key language left like limit not null numeric
        on or order outer primary procedure references replace return returns right rollback select set table text
        then timestamp to trigger true union unique update using values varchar view when where with
    """),
    name=_name,
    rules=Rules(folded=True),
)
