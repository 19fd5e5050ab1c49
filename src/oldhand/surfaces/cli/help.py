"""Help on the command line: what there is, by group."""

from oldhand.errors import UnknownOperation
from oldhand.operation import every, places
from oldhand.operations import GROUPS

FIRST = ("init", "remember", "recall", "brief", "look", "revise", "confirm", "dispute", "search", "show", "status")
HEAD = """Oldhand: the memory that coding agents deserve.

usage: oldhand COMMAND [ARGUMENTS]

"""
TAIL = """
Serving agents
  mcp          serve agents over standard input and output (MCP)
  serve        serve over HTTP on this machine (MCP and one route an operation)
  completion   print the completion script for bash, zsh or fish

Every command: --json (the documented record), --folder FOLDER, --help.
Exit codes: 0 done, 2 bad input, 3 unknown name, 4 no memory here, 5 unusable store, 6 busy,
7 disk full, 8 not writable, 9 damage, 10 refused, 11 missing part, 12 no vectors, 1 anything else.
"""


def overview() -> str:
    """All commands by group."""
    return HEAD + "\n".join(_group(group) for group in GROUPS) + TAIL


def group_overview(group: str) -> str:
    """The commands of one group."""
    if group not in GROUPS:
        raise UnknownOperation(group, "")
    return f"usage: oldhand {group} COMMAND [ARGUMENTS]\n\n" + _group(group)


def _group(group: str) -> str:
    title, stands_alone = GROUPS[group]
    lines = [title]
    for operation in sorted(every(), key=lambda one: FIRST.index(one.name) if one.name in FIRST else len(FIRST)):
        if places()[operation.name][0] == group:
            alone = stands_alone and operation.name == operation.command[-1]
            name = operation.name if alone else " ".join(operation.command)
            lines.append(f"  {name:<18} {operation.summary[:1].lower()}{operation.summary[1:]}")
    return "\n".join(lines) + "\n"
