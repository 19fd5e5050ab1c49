"""The operation `graph import`."""

from typing import Literal

from oldhand.errors import BadExport
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.operations.store import named_file
from oldhand.operations.store.import_ import Imported
from oldhand.operations.store.import_ import import_ as import_memory

_FORMATS = {"graphml": "graphml", "json": "graph-json", "cypher": "cypher"}
_NONE_THERE = (
    "it holds no graph that is GraphML, node-link JSON or Cypher as `oldhand graph export` writes it; if it does, say"
    " which with --from, and `oldhand import` reads other memories"
)


@operation(WRITE)
def import_(
    memory: Memory, file: str, *, from_: Literal["auto", "graphml", "json", "cypher"] = "auto",
    strategy: Literal["append", "skip-existing"] = "append", dry_run: bool = False,
    trust: Literal["web", "tool", "agent", "repo", "user"] = "web", yes: bool = False,
    scope: Literal["project", "global"] = "project",
) -> Imported:  # fmt: skip
    """Import a graph: its nodes as memories, its edges as links

    What `graph export` wrote keeps its ids, kinds and trust as far as you are believed; graphs of other programs
    become claims. It is rehearsed first and brought in with consent; files, commits and agents follow from memories
    and are not taken. `oldhand import` does the same and knows more formats.

    Parameters
    file: the file; a relative name starts at the project's root
    from: graphml, json or cypher, where that cannot be told (auto: told by what is in it)
    strategy: append, or skip-existing (only what is not here)
    dry_run: tell what would happen and change nothing
    trust: how far it is believed, at most as far as you are
    yes: bring it in without asking
    scope: into the project's memory, or the global one
    """
    done: Imported = import_memory(
        memory, file, from_=_FORMATS.get(from_) or _told_by_content(memory, file), strategy=strategy, dry_run=dry_run,
        trust=trust, yes=yes, scope=scope,
    )  # fmt: skip
    return done


def _told_by_content(memory: Memory, file: str) -> str:
    """The graph's format by what is in the file. Raises BadExport when that is no graph."""
    from oldhand.knowledge.moving_sources import found_at

    path = named_file(memory, "file", file)
    if not path.exists():
        return "auto"  # the import says so
    for found in found_at(path):
        if found.format in _FORMATS.values():
            return found.format
    raise BadExport(path, _NONE_THERE)
