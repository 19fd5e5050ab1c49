"""SQL."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from oldhand.code.grammars.grammar import Grammar, text, words
from oldhand.code.tokens import Rules, Span

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
(ERROR) @broken
((identifier) @exact (#match? @exact "^`"))
[{" ".join(f"({kind})" for kind in _CREATED)}] @symbol
"""

# What quotes and comments hold, for where the parser fails.
_QUOTED = re.compile(rb"--[^\n]*|/\*.*?(?:\*/|\Z)|'(?:[^']|'')*+'|\"[^\"]*\"|`[^`]*`|'", re.DOTALL)
_PROTECTED = b"\\'"  # a quote within a string in some dialects, a backslash and the end of it in others


def _name(node: "Node") -> str:
    """The name of what is created, without quotes, its schema before it."""
    for child in node.named_children:
        if child.type in ("object_reference", "identifier"):
            return ".".join(part.strip('"`[] ') for part in text(child).split("."))
    return ""


def _spans(source: bytes, captured: "dict[str, list[Node]]") -> Iterable[Span]:
    """The strings where the parser fails; where they cannot be told either, case counts everywhere."""
    done = 0
    for node in sorted(captured.get("broken", ()), key=lambda node: (node.start_byte, -node.end_byte)):
        start, end = node.start_byte, node.end_byte
        if start < done:
            continue
        done = end
        found = [match for match in _QUOTED.finditer(source, start, end) if match[0][:1] in (b"'", b"`")]
        if any(match[0] == b"'" for match in found) or source.find(_PROTECTED, start, end) >= 0:
            yield Span(start, end, "exact")
        else:
            for match in found:
                yield Span(match.start(), match.end(), "atom" if match[0].startswith(b"'") else "exact")


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
    spans=_spans,
)
