"""The operation `map`."""

from typing import NamedTuple

from oldhand.code.importance import central
from oldhand.code.indexing import indexed
from oldhand.code.indexing_scope import below
from oldhand.code.mapping import mapped, outline
from oldhand.memory import Memory
from oldhand.model.tokens import estimate
from oldhand.operation import READ, operation

LEAST_BUDGET = 100  # tokens: less shows no tree


class MapShown(NamedTuple):
    """A map of the code as lines, folders indented. shown: files in it, of all `files`; tokens: estimated.

    A file's line has its number of lines and its symbols, a symbol the number of symbols in it; of a single file
    each symbol has a line, with its lines and its signature.
    """

    path: str
    lines: list[str]
    shown: int
    files: int
    tokens: int
    notes: list[str]


@operation(READ)
def map(memory: Memory, path: str = "", *, budget_tokens: int = 2000, tests: bool = False) -> MapShown:
    """Show the project as a map: the files and symbols that matter most, in their tree

    What matters is told by imports: a file counts as much as the files that import it.

    Parameters
    path: only what is below this folder, or this file
    budget_tokens: at most about so many tokens (fewer than 100 count as 100)
    tests: tests count as much as other code
    """
    with indexed(memory) as index:
        within = below(memory, index, path)
        every = index.files()
        importance = central((file.path for file in every), index.imports())
        files = [file for file in every if within is None or file.path in within]
        if tests:
            files = [file._replace(role="code") if file.role == "test" else file for file in files]
        top = _top(within)
        budget = max(budget_tokens, LEAST_BUDGET)
        if len(files) == 1 and (symbols := index.symbols(files[0].path)):
            lines = [f"{files[0].path} ({files[0].lines:,})", *outline(symbols, budget)]
            return MapShown(files[0].path, lines, 1, 1, sum(estimate(text) for text in lines), index.notes)
        found = mapped(files, importance, index.symbols, budget, top)
        return MapShown(top, found.lines, found.shown, found.files, found.tokens, index.notes)


def _top(within: set[str] | None) -> str:
    """The folder that all files lie below; empty for the project's own."""
    if not within:
        return ""
    first, last = min(within).split("/")[:-1], max(within).split("/")[:-1]
    shared = [a for a, b in zip(first, last, strict=False) if a == b]
    for at, (a, b) in enumerate(zip(first, last, strict=False)):
        if a != b:
            shared = first[:at]
            break
    return "/".join(shared)
