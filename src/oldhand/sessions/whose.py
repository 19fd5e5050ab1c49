"""Which session speaks: what a host tells the programs it starts, else the only session at work in this folder."""

from typing import TYPE_CHECKING, NamedTuple

from oldhand.errors import AmbiguousSession, BadArgument, OldhandError

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.session_rows import Row

# What hosts set for the commands and servers they start (docs/SESSIONS.md).
VARIABLES = {
    "CLAUDE_CODE_SESSION_ID": "claude", "CODEX_THREAD_ID": "codex", "CODEX_SESSION_ID": "codex",
    "GEMINI_SESSION_ID": "gemini", "COPILOT_AGENT_SESSION_ID": "copilot",
}  # fmt: skip
AT_WORK_MS = 30 * 60_000  # since its last event: a session that is silent for longer waits, or was left
LONGEST_NAME = 200  # characters of a session's name; hosts use 36
SHORTEST_NAME = 4  # as the log accepts it
MOST_ASKED = 10  # latest sessions looked at


class Whose(NamedTuple):
    """A session. id: empty when it is not known; host: empty when it is not known; row: what the log has of it."""

    id: str = ""
    host: str = ""
    row: "Row | None" = None


def whose(memory: "Memory", named: str = "") -> Whose:
    """The session that is meant, or that speaks. A person at a terminal is none.

    named: a session, by its name or the beginning of it; one that the log does not know is taken at its word.
    Raises AmbiguousSession and BadArgument.
    """
    if named:
        name = named.strip()
        if not SHORTEST_NAME <= len(name) <= LONGEST_NAME or not name.isprintable():
            said = f"it is one printable line of {SHORTEST_NAME} to {LONGEST_NAME} characters"
            raise BadArgument("session", named, said)
        name = memory.screening().clean(name)  # as the log knows it
        row = _row(memory, name)
        return Whose(row.session.id, row.session.host, row) if row else Whose(name)
    if (own := named_by_host(memory)).id or memory.trust == "user":
        return own
    at_work = working(memory)
    return Whose(at_work[0].session.id, at_work[0].session.host, at_work[0]) if len(at_work) == 1 else Whose()


def named_by_host(memory: "Memory") -> Whose:
    """The session that speaks, as its host names it to the programs it starts; nothing is guessed."""
    for variable, host in VARIABLES.items():
        said = memory.environment.get(variable, "").strip()
        if SHORTEST_NAME <= len(said) <= LONGEST_NAME and said.isprintable():
            said = memory.screening().clean(said)
            row = _row(memory, said)
            return Whose(row.session.id if row else said, row.session.host if row else host, row)
    return Whose()


def working(memory: "Memory") -> "list[Row]":
    """The sessions at work in this working tree, the latest first; subagents belong to theirs."""
    since = memory.now() - AT_WORK_MS
    tree = str(memory.project.tree)
    try:
        rows = memory.session_log().sessions(MOST_ASKED, since=since)
    except OldhandError:
        return []  # a log that cannot be used is told by `doctor`; memory works without it
    return [row for row in rows if not row.session.parent and _in(row.session.folder, tree)]


def _in(folder: str, tree: str) -> bool:
    return folder == tree or folder.startswith(tree.rstrip("/") + "/")


def _row(memory: "Memory", name: str) -> "Row | None":
    try:
        return memory.session_log().session(name)
    except AmbiguousSession:
        raise
    except OldhandError:
        return None  # no hooks are connected, or nothing was drained yet; a damaged log is told by `doctor`
