"""Command-line arguments of one operation, from its definition."""

import argparse
import sys
import typing
from typing import Any, Literal, NamedTuple, NoReturn

from oldhand.errors import BadInput, MissingArgument
from oldhand.operation import VERBATIM, Operation, Parameter

SHORT = {"limit": "n", "domain": "d", "kind": "k", "yes": "y"}  # one-letter forms; they mean the same everywhere
PLAIN_COLUMNS = 100  # the width of what nobody asked to see
MISSING = "the following arguments are required: "  # argparse's own words, before the names
NO_VALUE = ": expected one argument"  # likewise, after the flag
UNKNOWN = "unrecognized arguments: "  # likewise, before everything that nothing takes
FILES = frozenset({"file", "to"})  # arguments that name a file
LONGEST_COMPLAINT = 200  # characters of what argparse says, which quotes what was typed: the next step must be seen


class Options(NamedTuple):
    """The options every command has."""

    json: bool
    project_folder: str
    follow: bool
    dry_run: bool


class _Parser(argparse.ArgumentParser):
    """A parser whose mistakes are ours: one line that names the next step, exit code 2."""

    operation: Operation

    def error(self, message: str) -> NoReturn:
        if message.startswith(MISSING):
            first = message.removeprefix(MISSING).split(",")[0].strip()
            parameter = self.operation.parameter(first)
            raise MissingArgument(self.operation.name.replace("_", " "), first, parameter.help)
        said = message if len(message) <= LONGEST_COMPLAINT else message[:LONGEST_COMPLAINT] + "…"
        if said.endswith(NO_VALUE):
            flag = said.removeprefix("argument ").removesuffix(NO_VALUE).split("/")[-1]
            said = f"{flag} needs a value after it; one that begins with a dash is written {flag}=-VALUE"
        near = self._near(message.removeprefix(UNKNOWN)) if message.startswith(UNKNOWN) else ""
        raise BadInput(f"{said[:1].upper()}{said[1:]}.{near} `{self.prog} --help` shows how it is used.")

    def _near(self, typed: str) -> str:
        """The option that was meant by the first that nothing takes: one like it, or one that takes its word."""
        from oldhand.surfaces.cli.nearest import OPTIONS, nearest

        typed_flag = next((word.partition("=")[0] for word in typed.split() if word.startswith("--")), "")
        said = {
            str(value): f"{flags[-1]} {value}"
            for action in self._actions
            if (flags := action.option_strings)
            for value in action.choices or ()
        }
        said |= {flag.lstrip("-"): flag for flag in self._option_string_actions}
        near = nearest(typed_flag.lstrip("-"), said, OPTIONS) if typed_flag else ""
        return f" Did you mean {said[near]}?" if near else ""


def parser(operation: Operation, *, helping: bool = True) -> argparse.ArgumentParser:
    """The argument parser of one operation.

    helping: False when no help will be shown. argparse makes a formatter for each argument all the
    same, and looking up the terminal's width for it imports half the standard library.
    """
    width = None if helping else PLAIN_COLUMNS
    built = _Parser(
        prog=f"oldhand {' '.join(operation.command)}", description=operation.description, allow_abbrev=False,
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(prog, width=width),
    )  # fmt: skip
    built.operation = operation
    for parameter in operation.parameters:
        _add(built, parameter)
    built.add_argument("--json", action="store_true", dest=":json", help="print the documented record as JSON")
    built.add_argument(
        "--folder", default="", dest=":folder", metavar="FOLDER", help="work in this folder instead of the present one"
    )
    if operation.name == "logs":
        following = "keep printing what is added, until interrupted"
        built.add_argument("--follow", action="store_true", dest=":follow", help=following)
    return built


def _add(built: argparse.ArgumentParser, parameter: Parameter) -> None:
    kind, flag = parameter.type, "--" + parameter.name.replace("_", "-")
    help_text = parameter.help.replace("%", "%%")
    if parameter.positional and typing.get_origin(kind) is list:
        built.add_argument(parameter.name, nargs="+" if parameter.required else "*", help=help_text)
    elif parameter.positional:
        choices = typing.get_args(kind) if typing.get_origin(kind) is Literal else None
        built.add_argument(parameter.name, nargs=None if parameter.required else "?", help=help_text, choices=choices)
    elif kind is bool:
        built.add_argument(*_flags(parameter, flag), action="store_true", default=None, help=help_text)
    elif typing.get_origin(kind) is list:
        single = flag.removesuffix("s") if flag.endswith("s") else flag
        built.add_argument(
            *dict.fromkeys((flag, single)), action="append", dest=parameter.name, metavar=single[2:].upper(),
            help=help_text + " (may be given several times)",
        )  # fmt: skip
    elif typing.get_origin(kind) is Literal:
        built.add_argument(flag, choices=typing.get_args(kind), dest=parameter.name, help=help_text)
    else:
        metavar = {int: "N", float: "X"}.get(kind, parameter.name.upper().split("_")[-1])
        built.add_argument(*_flags(parameter, flag), dest=parameter.name, metavar=metavar, help=help_text)


def _flags(parameter: Parameter, flag: str) -> list[str]:
    return [f"-{SHORT[parameter.name]}", flag] if parameter.name in SHORT else [flag]


def parse(operation: Operation, words: list[str]) -> tuple[dict[str, Any], Options]:
    """The arguments and options in the words after a command.

    `-` as a text reads standard input; one line break at its end is the shell's and is left out, unless
    the text is a file's.
    Raises BadInput for words that cannot be understood and MissingArgument for what is missing.
    """
    helping = "-h" in words or "--help" in words
    built = parser(operation, helping=helping)
    read = vars(built.parse_args(_joined(built, words)))
    options = Options(
        bool(read.pop(":json")), read.pop(":folder"), bool(read.pop(":follow", False)), bool(read.get("dry_run"))
    )
    given = {name: value for name, value in read.items() if value is not None and value != []}
    for name, value in given.items():
        if value == "-" and name not in FILES:  # the operation itself knows what `-` means for a file
            said = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
            given[name] = said if name in VERBATIM else said.removesuffix("\n").removesuffix("\r")
    return given, options


def _joined(built: argparse.ArgumentParser, words: list[str]) -> list[str]:
    """The words, where a flag and a value such as `-5%` are one: argparse takes all that begins with a dash for a flag.

    A dash and a letter, or two dashes, are left to it: they are more likely a flag that was mistyped.
    """
    taking = {flag for action in built._actions if action.nargs is None for flag in action.option_strings}
    joined: list[str] = []
    for number, word in enumerate(words):
        if word == "--":
            return joined + words[number:]
        dashed = len(word) > 1 and word[0] == "-" and word[1] != "-" and not word[1].isalpha()
        if dashed and joined and joined[-1] in taking:
            joined[-1] += f"={word}" if joined[-1].startswith("--") else word
        else:
            joined.append(word)
    return joined
