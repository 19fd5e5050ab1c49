"""Help on the command line: what there is, by group."""

from oldhand.errors import MissingArgument, UnknownOperation
from oldhand.operation import Operation, every, places
from oldhand.operations import GROUPS, WITHIN
from oldhand.surfaces.cli.nearest import COMMANDS, nearest

FIRST = ("init", "remember", "recall", "brief", "look", "revise", "confirm", "dispute", "search", "show", "status")
LIKE = 0.8  # of difflib's ratio: `neighbors` and `neighbours` have .95, `path` and `paths` .89
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
7 disk full, 8 not writable, 9 damage, 10 refused, 11 missing part, 12 no vectors, 13 no graph,
1 anything else.
"""


def overview() -> str:
    """All commands by group."""
    return HEAD + "\n".join(_group(group) for group in GROUPS) + TAIL


def group_overview(group: str) -> str:
    """The commands of one group."""
    if group not in GROUPS:
        raise UnknownOperation(group, "")
    inner = [name for name, around in WITHIN.items() if around == group]
    said = f"usage: oldhand {group} COMMAND [ARGUMENTS]\n\n" + _group(group)
    if inner:
        said += f"\nGroups within it (`oldhand {group} {inner[0]}` lists its commands; `{group}` may be left out)\n"
        said += "".join(f"  {name:<18} {GROUPS[name][0][:1].lower()}{GROUPS[name][0][1:]}\n" for name in inner)
    return said


def unknown_at_top(word: str) -> UnknownOperation:
    """The error for a first word that is neither a command nor a group, with the nearest one that is."""
    commands = [name for name, (group, stem) in places().items() if GROUPS[group][1] and name == stem.rstrip("_")]
    near = nearest("_".join(word.lower().replace("-", "_").split()), [*commands, *GROUPS], {})
    return UnknownOperation(word, f" Did you mean '{near.replace('_', '-')}'?" if near else "")


def commands_of(group: str) -> list[str]:
    """The commands of one group, as they are written."""
    return [stem.rstrip("_").replace("_", "-") for place, stem in places().values() if place == group]


def needs_more(operation: Operation) -> MissingArgument:
    """The error for the name of an operation alone that is a group too: what it needs, and the group's commands."""
    first = next(parameter for parameter in operation.parameters if parameter.required)
    others = ", ".join(commands_of(operation.name))
    return MissingArgument(operation.name, first.name, f"{first.help}. Or give one of its commands: {others}")


def mistaken_for_a_name(group: str, word: str) -> UnknownOperation | None:
    """The error for a word after `oldhand graph` that is like one of the group's commands and no beginning of an id."""
    import difflib

    near = difflib.get_close_matches(word.lower().replace("_", "-"), commands_of(group), 1, LIKE)
    return unknown_in(group, word) if near and set(word.lower()) - set("0123456789abcdef") else None


def unknown_in(group: str, word: str) -> UnknownOperation:
    """The error for a word that is no command of a group, with the nearest one that is."""
    commands = commands_of(group)
    commands += [name for name, around in WITHIN.items() if around == group]
    near = nearest(word.replace("_", "-"), commands, COMMANDS)
    said = f" Did you mean `oldhand {group} {near}`?" if near else f" `oldhand {group}` lists what there is."
    return UnknownOperation(f"{group} {word}", said)


def _group(group: str) -> str:
    title, stands_alone = GROUPS[group]
    lines = [title]
    for operation in sorted(every(), key=lambda one: FIRST.index(one.name) if one.name in FIRST else len(FIRST)):
        if places()[operation.name][0] == group:
            alone = stands_alone and operation.name == operation.command[-1]
            name = operation.name if alone else " ".join(operation.command)
            lines.append(f"  {name:<18} {operation.summary[:1].lower()}{operation.summary[1:]}")
    return "\n".join(lines) + "\n"
