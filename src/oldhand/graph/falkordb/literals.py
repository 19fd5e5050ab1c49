"""Values as literals of Cypher, for the parameters of a query: no text can end its literal, whatever is in it.

The client has such a function too; it calls itself for each number of a vector, which takes longer than all the rest
of a projection, and passes on the one character that FalkorDB cannot read in a text (NUL).
"""

import json
import re
from collections.abc import Mapping, Sequence

from oldhand.errors import BadArgument

NUL_SIGN = "\ufffd"  # takes the place of NUL, with which FalkorDB ends a text
LONGEST_PARAMETERS = 1_000_000  # characters of the values of --param together
MOST_PARAMETERS = 100
DEEPEST = 20  # lists within lists of a value: a person writes three
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")

Value = None | bool | int | float | str | Sequence["Value"] | Mapping[str, "Value"]


def text(value: str) -> str:
    """A text as a literal."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\0", NUL_SIGN) + '"'


def literal(value: Value) -> str:
    """A value as a literal of Cypher. Names in maps are our own and hold no backtick. Raises ValueError."""
    if isinstance(value, str):
        return text(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{name_of_property(name)}:{literal(item)}" for name, item in value.items()) + "}"
    return "[" + ",".join(map(literal, value)) + "]"


def name_of_property(name: str) -> str:
    """The name of a property or a key in backticks, which no text in it can close. Raises ValueError."""
    if not name or "`" in name or "\0" in name:
        raise ValueError(f"'{name}' cannot be the name of a property")
    return f"`{name}`"


def header(parameters: Mapping[str, str]) -> str:
    """The part before a query that names its parameters; their values are literals already."""
    return "".join(("CYPHER ", *(f"{name}={said} " for name, said in parameters.items()))) if parameters else ""


def given(parameters: Sequence[str]) -> dict[str, str]:
    """What --param gave, NAME=VALUE each, as literals by name. Raises BadArgument.

    A value that is JSON (a number, true, null, "a text", a list, an object) is that; anything else is a text.
    """
    if len(parameters) > MOST_PARAMETERS or sum(map(len, parameters)) > LONGEST_PARAMETERS:
        raise BadArgument("param", f"{len(parameters)} values", "that is more than one query may take")
    found: dict[str, str] = {}
    for one in parameters:
        name, equals, said = one.partition("=")
        if not equals or not _NAME.fullmatch(name):
            raise BadArgument("param", one, "it is NAME=VALUE; a name has letters, digits and '_'")
        if name in found:
            raise BadArgument("param", one, f"'{name}' is given twice")
        try:
            value = json.loads(said, parse_constant=_no_number)
            _shallow(value)
            found[name] = literal(value)
        except (ValueError, RecursionError):
            found[name] = text(said)
    return found


def _no_number(said: str) -> float:
    raise ValueError(said)  # NaN and infinities are no JSON; they are taken as texts


def _shallow(value: object, depth: int = 0) -> None:
    """Raise ValueError for what lies deeper than FalkorDB's parser should be asked to go."""
    if depth > DEEPEST:
        raise ValueError("too deep")
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            _shallow(part, depth + 1)
    elif isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**63:
        raise ValueError("it has more than 64 bits")
