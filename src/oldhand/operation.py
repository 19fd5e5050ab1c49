"""The registry: an operation is one typed function in one file, and every surface follows from it.

The file's place gives the command (`operations/config/show.py` is `oldhand config show`), the
signature gives the arguments, the docstring gives the help, the return type gives the reply.
`call` is the one door through which every surface goes.
"""

import os
import sys
import time
import types
import typing
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from oldhand.errors import BadArgument, MissingArgument, OldhandError, TooLong, UnknownArgument, UnknownOperation
from oldhand.knowledge import screened
from oldhand.knowledge.screened import PROSE
from oldhand.model.canonical import LARGEST_INTEGER, normal
from oldhand.operations import AT_THE_TOP, GROUPS

if TYPE_CHECKING:
    from oldhand.memory import Memory

READ, WRITE, DESTRUCTIVE = "read", "write", "destructive"
EFFECTS = (READ, WRITE, DESTRUCTIVE)
REQUIRED: Any = object()
LONGEST_ARGUMENT = 64 * 1_048_576  # bytes in one argument: 60 texts of the largest size, or a bulk of JSONL
COUNTS = frozenset({"limit", "offset", "depth", "budget_tokens", "context_tokens", "ttl_days", "after"})  # not below 0
RESERVED = frozenset({"for", "from"})  # parameters whose names are Python's own words: the function calls them `from_`
REDACT_HELP = "replace what is secret in it by a mark and keep the rest, instead of being refused"
AMOUNTS = frozenset({"confidence", "estimate", "took", "prs", "incidents", "value"})  # texts that a JSON number may be
VERBATIM = frozenset({"content", "old", "new"})  # texts of files: no other normal form may take the place of theirs


class Parameter(NamedTuple):
    """One argument of an operation. `default` is REQUIRED when there is none; `positional` ones need no flag."""

    name: str
    type: Any
    default: Any
    help: str
    positional: bool

    @property
    def required(self) -> bool:
        """Whether the argument must be given."""
        return self.default is REQUIRED

    @property
    def takes_numbers(self) -> bool:
        """Whether a number may be given for its text, or for one of its texts: 0.8 is `0.8`, as on a command line."""
        return self.name in AMOUNTS and (self.type is str or typing.get_origin(self.type) is list)


class Operation(NamedTuple):
    """One operation, as every surface sees it. `command` is its path on the command line."""

    name: str
    command: tuple[str, ...]
    run: Callable[..., Any]
    effect: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    returns: Any

    def parameter(self, name: str) -> Parameter:
        """The parameter called `name`. Raises UnknownArgument."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        takes = ", ".join(parameter.name for parameter in self.parameters) or "none"
        raise UnknownArgument(self.name, name, takes)


def operation(effect: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a function to be an operation with this effect (READ, WRITE or DESTRUCTIVE)."""
    if effect not in EFFECTS:
        raise TypeError(f"'{effect}' is no effect: {', '.join(EFFECTS)}")

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        function.__oldhand_effect__ = effect  # type: ignore[attr-defined]
        return function

    return declare


@cache
def places() -> dict[str, tuple[str, str]]:
    """Every operation's name with its group and file, found by listing folders; nothing is imported.

    A group that stands alone lends its commands to the top level: its operations are named by
    their file. In the other groups, and where an earlier group has the name, it is `group_file`.
    """
    folder = os.path.join(os.path.dirname(__file__), "operations")
    found: dict[str, tuple[str, str]] = {}
    for group, (_, stands_alone) in GROUPS.items():
        files = sorted(entry[:-3] for entry in os.listdir(os.path.join(folder, group)) if entry.endswith(".py"))
        for stem in files:
            if stem == "__init__":
                continue
            plain = stem.rstrip("_")
            name = plain if stands_alone and plain not in found else f"{group}_{plain}"
            found[name] = (group, stem)
    return found


def named(name: str) -> str:
    """The canonical name of an operation written with dashes, dots, slashes or spaces. Raises UnknownOperation."""
    wanted = "_".join(name.strip().lower().replace("-", " ").replace("_", " ").replace(".", " ").split())
    if wanted in places():
        return wanted
    if wanted in AT_THE_TOP:
        return AT_THE_TOP[wanted]
    for candidate, (group, stem) in places().items():
        if wanted == f"{group}_{stem.rstrip('_')}":
            return candidate
    import difflib

    close = difflib.get_close_matches(wanted, places(), 1)
    raise UnknownOperation(name, f" Did you mean '{close[0]}'?" if close else "")


@cache
def find(name: str) -> Operation:
    """The operation called `name`. Raises UnknownOperation, and TypeError when its file breaks the rules."""
    canonical = named(name)
    if name != canonical:
        return find(canonical)
    group, stem = places()[canonical]
    module = import_module(f"oldhand.operations.{group}.{stem}")
    function = getattr(module, stem.rstrip("_") + ("_" if stem.endswith("_") else ""))
    return _described(canonical, (group, stem.rstrip("_").replace("_", "-")), function)


def every() -> list[Operation]:
    """All operations, in the order of the groups and then of their names."""
    return [find(name) for name in places()]


def _described(name: str, command: tuple[str, str], function: Callable[..., Any]) -> Operation:
    """Read an operation from its function; TypeError tells its author what is missing."""
    effect = getattr(function, "__oldhand_effect__", None)
    prose, told = _documentation(name, function.__doc__ or "")
    code = function.__code__
    defaults = function.__defaults__ or ()
    positional = code.co_varnames[: code.co_argcount]
    given = dict(zip(positional[len(positional) - len(defaults) :], defaults, strict=True))
    given |= function.__kwdefaults__ or {}
    annotations = function.__annotations__
    parameters = []
    for own in code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]:
        argument = own.removesuffix("_")
        if argument not in told:
            raise TypeError(f"operation {name}: parameter '{argument}' is not documented")
        kind = annotations[own]
        if not _plain_type(kind):
            raise TypeError(f"operation {name}: parameter '{argument}' has type {kind}, which no surface can carry")
        parameters.append(Parameter(argument, kind, given.get(own, REQUIRED), told.pop(argument), own in positional))
    if effect in (WRITE, DESTRUCTIVE) and any(parameter.name in PROSE for parameter in parameters):
        parameters.append(Parameter("redact", bool, False, REDACT_HELP, False))
    if effect is None or told or not hasattr(annotations.get("return"), "_fields"):
        raise TypeError(f"operation {name}: it needs an effect, a record as its reply, and no help for {sorted(told)}")
    path = command if GROUPS[command[0]][0] and command[0] != "everyday" else command[1:]
    return Operation(
        name, path, function, effect, prose.split("\n")[0], prose, tuple(parameters), annotations["return"]
    )


def _documentation(name: str, docstring: str) -> tuple[str, dict[str, str]]:
    """A docstring's prose and its help for each parameter."""
    lines = [line.strip() for line in docstring.strip().split("\n")]
    if not lines[0] or lines[0].endswith("."):
        raise TypeError(f"operation {name}: the first line of its docstring is its help, without a full stop")
    split = lines.index("Parameters") if "Parameters" in lines else len(lines)
    told: dict[str, str] = {}
    last = ""
    for line in lines[split + 1 :]:
        head, colon, rest = line.partition(": ")
        if colon and head.isidentifier():
            last = head
            told[head] = rest
        elif line and last:
            told[last] += " " + line
    return "\n".join(lines[:split]).strip(), told


def _plain_type(kind: Any) -> bool:
    origin = typing.get_origin(kind)
    return kind in (str, int, float, bool) or origin is Literal or (origin is list and typing.get_args(kind) == (str,))


def coerced(operation: Operation, parameter: Parameter, value: Any) -> Any:
    """`value` as the parameter's type; strings are read, as a command line gives them. Raises BadArgument."""
    kind = parameter.type
    try:
        if parameter.takes_numbers:
            value = [_written(one) for one in value] if isinstance(value, (list, tuple)) else _written(value)
        if kind is str and isinstance(value, str):
            said = normal(_bounded(parameter.name, value), parameter.name)
            return value if parameter.name in VERBATIM else said
        if typing.get_origin(kind) is list:
            items = [value] if isinstance(value, str) else value
            if isinstance(items, (list, tuple)) and all(isinstance(item, str) for item in items):
                return [normal(_bounded(parameter.name, item), parameter.name) for item in items]
        elif typing.get_origin(kind) is Literal:
            choices = typing.get_args(kind)
            if value in choices:
                return value
            raise BadArgument(parameter.name, _said(value), f"it is one of {', '.join(map(str, choices))}")
        elif kind is bool:
            if isinstance(value, bool) or str(value).lower() in ("true", "false"):
                return str(value).lower() == "true"
        elif kind is int and not isinstance(value, bool) and isinstance(value, (int, str)):
            return _whole(parameter.name, int(value))
        elif kind is float and not isinstance(value, bool):
            number = float(value)
            if number == number and abs(number) != float("inf"):
                return number
    except (TypeError, ValueError, OverflowError):
        pass  # said below, as BadArgument
    wanted = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}.get(kind, "a list of texts")
    wanted += " or a number" if parameter.takes_numbers and kind is str else ""
    raise BadArgument(parameter.name, _said(value), f"it must be {wanted}")


def _written(value: Any) -> Any:
    """A finite number as the text that means it; anything else as it is. Raises ValueError for one of 4,300 digits."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return str(value) if number and abs(value) < float("inf") else value  # NaN is not below it either


def _whole(name: str, number: int) -> int:
    if abs(number) > LARGEST_INTEGER:
        raise BadArgument(name, _said(number), "whole numbers lie below 2^53, where they stop being exact")
    if number < 0 and name in COUNTS:
        raise BadArgument(name, number, "it counts something: give 0 or more")
    return number


def _said(value: Any) -> Any:
    """A refused value as its error may quote it: what is nested deep or has thousands of digits is only named."""
    if isinstance(value, (str, float)) or (isinstance(value, int) and abs(value) < 10**30):
        return value
    return f"a value of the type {type(value).__name__}"


def _bounded(name: str, value: str) -> str:
    if len(value) > LONGEST_ARGUMENT:
        raise TooLong(name, len(value), LONGEST_ARGUMENT)
    return value


def checked(operation: Operation, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments an operation will be run with: known, complete and of the right types."""
    ready = {
        name: coerced(operation, operation.parameter(name), value)
        for name, value in arguments.items()
        if value is not None
    }
    for parameter in operation.parameters:
        if parameter.required and parameter.name not in ready:
            raise MissingArgument(operation.name.replace("_", " "), parameter.name, parameter.help)
    return ready


def call(memory: "Memory", name: str, arguments: Mapping[str, Any]) -> Any:
    """Run an operation and return its reply record: the one door for every surface.

    Arguments are checked before anything is done. What happened is traced (times, counts and the
    kind of error; never texts of memories). A secret in what would be kept is refused, or replaced
    when `redact` is among the arguments; no error repeats one. Raises the errors of oldhand.errors.
    """
    operation = find(name)
    started = time.perf_counter()
    failure: BaseException | None = None
    reply = None
    redact_before = memory.redact_asked
    try:
        ready = checked(operation, arguments)
        memory.admit(operation.name)
        if operation.effect != READ:
            redact = ready.pop("redact", False)
            automatic = operation.name in screened.AUTOMATIC
            ready = screened.arguments(memory, ready, redact=redact, automatic=automatic)
            memory.redact_asked = redact
        else:
            ready = screened.questions(memory, ready)
        reply = operation.run(memory, **{f"{name}_" if name in RESERVED else name: ready[name] for name in ready})
        return reply
    except OldhandError as error:
        screened.error(error)
        failure = error
        raise
    except KeyboardInterrupt as error:
        failure = error
        raise
    finally:
        memory.redact_asked = redact_before
        failure = failure or sys.exc_info()[1]
        memory.traced(operation.name, operation.effect, time.perf_counter() - started, failure, reply)


def plain(value: Any) -> Any:
    """A reply as JSON values: records become objects, tuples become lists."""
    if hasattr(value, "_fields"):
        return {name: plain(item) for name, item in zip(value._fields, value, strict=True)}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return value


def is_record(kind: Any) -> bool:
    """Whether a type is a reply record or a part of one."""
    return isinstance(kind, type) and hasattr(kind, "_fields") and not isinstance(kind, types.GenericAlias)
