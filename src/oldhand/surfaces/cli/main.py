"""The command line: `oldhand COMMAND …`, generated from the registry."""

import os
import sys
from collections.abc import Sequence

from oldhand.errors import OldhandError
from oldhand.operation import Operation, find, named, places
from oldhand.operations import GROUPS
from oldhand.surfaces.environment import open_memory

INTERRUPTED = 130  # the shells' code for a command ended by Ctrl-C
BROKEN_PIPE = 141  # the shells' code for a reader that went away (128 + SIGPIPE)
SERVERS = {"mcp": "oldhand.surfaces.mcp.server", "serve": "oldhand.surfaces.http.server"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, or the code of its error's class (docs/reference/errors.md)."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(words)
    except OldhandError as error:
        return _failed(error, "--json" in words)
    except KeyboardInterrupt:
        _say("Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # so that Python's own flush at exit stays quiet
        return BROKEN_PIPE


def _run(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help"):
        from oldhand.surfaces.cli.help import overview

        sys.stdout.write(overview())
        return 0
    if words[0] in ("-V", "--version"):
        from oldhand import __version__

        sys.stdout.write(f"oldhand {__version__}\n")
        return 0
    if words[0] in SERVERS:
        from importlib import import_module

        return int(import_module(SERVERS[words[0]]).main(words[1:]))
    if words[0] == "completion":
        from oldhand.surfaces.cli.completion import main as completion

        return completion(words[1:])
    operation, rest = _operation(words)
    if operation is None:
        from oldhand.surfaces.cli.help import group_overview

        sys.stdout.write(group_overview(words[0]))
        return 0
    from oldhand.surfaces.cli.arguments import parse

    given, options = parse(operation, rest)
    from oldhand.surfaces.cli.follow import run

    with open_memory("cli", folder=options.project_folder) as memory:
        return run(memory, operation, given, options)


def _operation(words: list[str]) -> tuple[Operation | None, list[str]]:
    """The operation that the first words name and the words left; None for a group by itself."""
    group = words[0]
    if group in GROUPS and group not in places():
        if len(words) == 1 or words[1].startswith("-"):
            return None, []
        return find(named(f"{group}_{words[1]}")), words[2:]
    if len(words) > 1 and group in GROUPS and (words[1].replace("-", "_") in _stems(group)):
        return find(named(f"{group}_{words[1]}")), words[2:]
    return find(named(group)), words[1:]


def _stems(group: str) -> set[str]:
    return {stem.rstrip("_") for place, stem in places().values() if place == group}


def _failed(error: OldhandError, as_json: bool) -> int:
    """Tell an error in one line (or as JSON) and return its exit code."""
    if as_json:
        import json

        said = {"error": {"code": error.code, "message": str(error), "exit_code": error.exit_code}}
        sys.stdout.write(json.dumps(said, ensure_ascii=True) + "\n")
    else:
        _say(str(error))
    return error.exit_code


def _say(text: str) -> None:
    stream = sys.stderr
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
