"""The command line: `oldhand COMMAND …`, generated from the registry."""

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from oldhand.errors import OldhandError, UnknownOperation
from oldhand.knowledge import screened
from oldhand.operation import Operation, find, named, places
from oldhand.operations import GROUPS, WITHIN

INTERRUPTED = 130  # the shells' code for a command ended by Ctrl-C
BROKEN_PIPE = 141  # the shells' code for a reader that went away (128 + SIGPIPE)
ENTRIES = ("oldhand", "__main__.py")  # how a process is begun that is ours alone: the command, or `python -m oldhand`
SERVERS = {
    "mcp": "oldhand.surfaces.mcp.server", "serve": "oldhand.surfaces.http.server",
    "hook": "oldhand.surfaces.hooks.trying", "git-hook": "oldhand.surfaces.git_hook",
}  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, or the code of its error's class (docs/reference/errors.md).

    Without `arguments` the process is ours and lives for this command: the garbage collector stays off
    while modules load, which make no garbage, and what is left is not looked through at the end.
    """
    if arguments is None:
        _in_utf8()
        gc.disable()
    try:
        return _finished(arguments)
    finally:
        if arguments is None:
            gc.freeze()


def _in_utf8() -> None:
    """Begin anew in Python's UTF-8 mode where the locale is of another encoding; most processes go on at once.

    Names of files are bytes, and nearly all of them UTF-8; git tells them so. Python names them in the locale's
    encoding, which may lack their letters, and that is settled when it starts. What is printed stays in the terminal's
    encoding. A program of somebody else's that calls `main` goes on as it is: nobody asked for it to begin twice.
    """
    if sys.getfilesystemencoding() == "utf-8" or sys.flags.utf8_mode or not sys.executable:
        return
    if os.path.basename(sys.argv[0]) not in ENTRIES or not (words := _words_as_bytes()):
        return
    of_terminal = sys.stdout.encoding if sys.stdout is not None else "utf-8"
    os.environ.setdefault("PYTHONIOENCODING", f"{of_terminal}:surrogateescape")
    with suppress(OSError):  # then it goes on as it is
        os.execv(sys.executable, [words[0], b"-X", b"utf8", *words[1:]])


def _words_as_bytes() -> list[bytes]:
    """The words of this process as they were given: some encodings do not give the bytes of a word back."""
    try:
        with open("/proc/self/cmdline", "rb") as file:
            return file.read().split(b"\0")[:-1]
    except OSError:  # not Linux
        pass
    try:
        return [os.fsencode(word) for word in sys.orig_argv]
    except UnicodeError:
        return []


def _finished(arguments: Sequence[str] | None) -> int:
    """Run one command, whatever becomes of it and of whoever reads its output."""
    _ready_streams()
    words = [_as_utf8(word) for word in sys.argv[1:]] if arguments is None else list(arguments)
    try:
        code = _answered(words)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt as interruption:
        _say(" ".join(("Interrupted.", *map(str, interruption.args))))  # what an operation says of where it was
        return INTERRUPTED
    except BrokenPipeError:
        _silence_output()
        return BROKEN_PIPE
    except OSError as error:
        _silence_output()
        place = f" ({error.filename})" if error.filename else ""
        return _failed(OldhandError(f"{error.strerror or error}{place}. Mend that and run it again."), False)


def _answered(words: list[str]) -> int:
    """Run one command and tell its error, if it ends in one."""
    try:
        return _run(words)
    except OldhandError as error:
        return _failed(error, "--json" in words)
    except SystemExit as ended:  # the argument parsers' way of having shown help
        return ended.code if isinstance(ended.code, int) else 0


def _ready_streams() -> None:
    """Have three open streams that take any text.

    A standard stream that the caller closed is opened on nothing: the next file opened would take its
    number and be written to. What an encoding cannot carry is written as its escape.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115  open as long as we are
        elif mode == "w" and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _silence_output() -> None:
    """Send what is still buffered nowhere, so that Python's own flush at exit stays quiet."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _as_utf8(word: str) -> str:
    """An argument of the command line read as UTF-8, whatever the locale made of its bytes."""
    return os.fsencode(word).decode("utf-8", "surrogateescape")


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

        server = import_module(SERVERS[words[0]])
        _collect_from_here()
        return int(server.main(words[1:]))
    if words[0] == "completion":
        from oldhand.surfaces.cli.completion import main as completion

        return completion(words[1:])
    operation, rest = _operation(words)
    if operation is None:
        from oldhand.surfaces.cli.help import group_overview

        sys.stdout.write(group_overview(words[1] if _within(words) else words[0]))
        return 0
    from oldhand.surfaces.cli.arguments import parse

    given, options = parse(operation, rest)
    from oldhand.surfaces.cli.follow import run
    from oldhand.surfaces.environment import open_memory, working_folder

    _collect_from_here()
    with open_memory("cli", folder=options.project_folder) as memory:
        here = working_folder(options.project_folder)
        if here != memory.project.tree and given:
            from oldhand.surfaces.cli.from_here import meant_from

            given = meant_from(here, memory.project.tree, operation, given)
        return run(memory, operation, given, options)


def _collect_from_here() -> None:
    """Let the garbage collector begin: a command may run long. It never looks through what was imported."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _operation(words: list[str]) -> tuple[Operation | None, list[str]]:
    """The operation that the first words name and the words left; None for a group by itself."""
    if inner := _within(words):
        words = words[1:]
    group = words[0]
    if group in GROUPS and (inner or group not in places()):
        if len(words) == 1 or words[1].startswith("-"):
            return None, []
        if words[1].lower().replace("-", "_") not in _stems(group):
            from oldhand.surfaces.cli.help import unknown_in

            raise unknown_in(group, words[1])
        return find(named(f"{group}_{words[1]}")), words[2:]
    if len(words) > 1 and group in GROUPS and (words[1].replace("-", "_") in _stems(group)):
        return find(named(f"{group}_{words[1]}")), words[2:]
    try:
        operation = find(named(group))
    except UnknownOperation:
        from oldhand.surfaces.cli.help import unknown_at_top

        raise unknown_at_top(group) from None
    if group in GROUPS:
        _not_its_group(operation, words[1:])
    return operation, words[1:]


def _not_its_group(operation: Operation, words: list[str]) -> None:
    """Raise what helps where an operation is named that is a group too, and rather the group was meant."""
    required = any(parameter.required for parameter in operation.parameters)
    if not words and required:
        from oldhand.surfaces.cli.help import needs_more

        raise needs_more(operation)
    if words and any(parameter.name == "name" and parameter.positional for parameter in operation.parameters):
        from oldhand.surfaces.cli.help import mistaken_for_a_name

        if mistaken := mistaken_for_a_name(operation.name, words[0]):
            raise mistaken


def _within(words: list[str]) -> bool:
    """Whether the first words name a group by way of another: `oldhand decision outcomes`."""
    return len(words) > 1 and WITHIN.get(words[1]) == words[0]


def _stems(group: str) -> set[str]:
    return {stem.rstrip("_") for place, stem in places().values() if place == group}


def _failed(error: OldhandError, as_json: bool) -> int:
    """Tell an error in one line (or as JSON) and return its exit code."""
    screened.error(error)  # what the words of the command line were refused for is quoted there
    if as_json:
        import json

        said = {"error": {"code": error.code, "message": str(error), "exit_code": error.exit_code}}
        sys.stdout.write(json.dumps(said, ensure_ascii=True) + "\n")
    else:
        _say(str(error))
    return error.exit_code


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
