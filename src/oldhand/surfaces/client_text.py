"""The replies of `install` and `uninstall` as lines, for people and agents alike.

Nothing is made safe here but line breaks: each surface escapes, colours or seals the lines as its readers need.
"""

from collections.abc import Iterator
from typing import Any

from oldhand.model.visible import line
from oldhand.surfaces.file_text import ADDED, CODE, HEAD, NOTE, REMOVED, TAIL, WARNING, Line

WIDTH = 13  # of the longest title
PROJECT = "project"  # a scope


def lines(operation: str, reply: Any) -> Iterator[Line]:
    """The reply of `install` or `uninstall` as lines."""
    if not reply.clients:
        yield from _nobody(operation, reply)
        return
    for one in reply.clients:
        refused = one.outcome == "refused"
        where = " in this project" if one.scope == PROJECT and not refused else ""
        yield Line(WARNING if refused else HEAD, f"{one.title:<{WIDTH}}  {one.outcome}{where}")
        for file in one.files:
            if file.outcome != "unchanged":
                yield Line(CODE, f"  {file.outcome:<8}  {line(file.file)}")
            for said in file.difference.split("\n") if file.difference else ():
                yield Line(_kind(said), f"    {line(said)}")
        yield from (Line(WARNING if refused else NOTE, f"  {line(note)}") for note in one.notes)
        if one.next_step:
            yield Line(TAIL, f"  Next: {line(one.next_step)}.")
    if reply.dry_run:
        yield Line(TAIL, "Nothing was written: this is what would change.")
    elif operation == "install" and any(one.outcome == "connected" for one in reply.clients):
        where = " in this project" if reply.scope == PROJECT else ""
        yield Line(
            TAIL, f"`oldhand doctor` tells whether hooks arrive; `oldhand uninstall`{where} takes all of it back."
        )
    yield from _elsewhere(reply)


def _elsewhere(reply: Any) -> Iterator[Line]:
    """What is connected in other projects still."""
    if reply.elsewhere:
        yield Line(NOTE, f"Connected in other projects still: {line('; '.join(reply.elsewhere))}.")
        yield Line(TAIL, "`oldhand uninstall` in such a folder disconnects it.")


def _kind(said: str) -> str:
    if said.startswith("+") and not said.startswith("+++"):
        return ADDED
    return REMOVED if said.startswith("-") and not said.startswith("---") else CODE


def _nobody(operation: str, reply: Any) -> Iterator[Line]:
    """Nothing was found to connect or to disconnect."""
    if operation == "uninstall":
        yield Line(HEAD, "Nothing is connected here." if reply.elsewhere else "Nothing is connected.")
        yield from _elsewhere(reply)
        return
    yield Line(HEAD, "No coding agent was found on this machine.")
    yield Line(NOTE, f"Looked for {', '.join(reply.looked_for)}.")
    yield Line(TAIL, "`oldhand install --client NAME` connects one that is not found; others read MCP: `oldhand mcp`.")
