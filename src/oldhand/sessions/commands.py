"""The commands that a session ran, in order, with what came of them and which files changed between them."""

import os
from collections.abc import Iterable

from oldhand.knowledge.gotchas import Run
from oldhand.model.session import CALL, COMMAND, EDIT, RESULT, WRITE, Event

MOST_FILES = 50  # files named as changed between two commands
CHANGING = (EDIT, WRITE)
UNTOLD = ("refused", "interrupted", "background")  # of a detail: nobody saw how the command ended
LATER = "background"  # of a detail: the command runs on, and a later result of the same call tells how it ended
FAILED = 1  # the exit of a command that failed without telling a number


def runs(events: Iterable[Event], folder: str = "") -> list[Run]:
    """The commands of a session that came to an end, with the files that tools changed before each.

    folder: the project's: paths in it are told relative to it, of files elsewhere only the name.
    """
    found: list[Run] = []
    calls: dict[str, Event] = {}
    changed: dict[str, None] = {}
    for event in events:
        if event.kind == CALL and event.tool in (COMMAND, *CHANGING):
            calls[event.call or event.key] = event
        if event.kind != RESULT or (call := calls.get(event.call or event.key)) is None:
            continue
        if not event.detail.get(LATER):
            del calls[call.call or call.key]
        if call.tool in CHANGING:
            if event.ok is not False:
                changed |= dict.fromkeys(_inside(name, folder) for name in _files(call, event))
        elif (code := _exit(event)) is not None and call.text.strip():
            files = tuple(name for name in changed if name)[:MOST_FILES]
            found.append(Run(call.text, code, event.text, files, event.at))
            changed = {}
    return found


def _exit(result: Event) -> int | None:
    """What a command ended with; None where that is not known."""
    if any(result.detail.get(name) for name in UNTOLD):
        return None
    code = result.detail.get("exit")
    if isinstance(code, int) and not isinstance(code, bool):
        return code
    return None if result.ok is None else 0 if result.ok else FAILED


def _files(call: Event, result: Event) -> list[str]:
    """The files that a call changed."""
    named = [one for said in (call, result) for one in said.detail.get("changed") or () if isinstance(one, str)]
    return named or ([call.target] if call.target else [])


def _inside(name: str, folder: str) -> str:
    """A path relative to the project's folder; of what lies elsewhere only its name."""
    path = os.path.normpath(name)
    relative = os.path.relpath(path, folder) if os.path.isabs(path) and folder else path
    outside = os.path.isabs(relative) or relative.startswith("..")
    return os.path.basename(relative) if outside else relative
