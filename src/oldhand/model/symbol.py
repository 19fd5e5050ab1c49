"""Symbols of source files and what files import: the nouns shared by the parser, the index and the anchors."""

from typing import NamedTuple

# Every kind a symbol may have. `table`, `view` and `index` are SQL's; a trigger is a function there.
SYMBOL_KINDS = (
    "function", "method", "class", "interface", "enum", "struct", "trait", "type", "constant", "variable", "module",
    "macro", "table", "view", "index",
)  # fmt: skip


class Symbol(NamedTuple):
    """A named piece of a source file.

    name: qualified (`Class.method`, `outer.inner`), unique within its file: a second one of the
        same name is `name#2`.
    kind: one of SYMBOL_KINDS.
    first, last: 1-based lines, with decorators, attributes and the doc comment directly above.
    signature: one line, white space normalised, at most 300 characters.
    doc: doc comment or docstring as plain text, at most 2,000 characters.
    digest: 16 hex digits over the normalised tokens; formatting, comments and docstrings do not count.
    parent: qualified name of what encloses it, "" at the top of the file.
    """

    name: str
    kind: str
    first: int
    last: int
    signature: str
    doc: str
    digest: str
    parent: str


class Import(NamedTuple):
    """What a file takes from elsewhere.

    target: as written, without quotes: a module path, a specifier, an include path. A relative import
        of Python keeps its dots (`..pkg.mod`), a C include of the project's own keeps no brackets while
        a system one does (`<stdio.h>`).
    names: the names taken from the target, "*" for all of them; empty when the target itself is taken.
    line: 1-based.
    """

    target: str
    names: tuple[str, ...]
    line: int
