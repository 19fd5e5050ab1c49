"""What a session of an agent is made of, whatever host it ran in: the form that every reader of transcripts gives.

Texts in these records are as the host has them: whoever stores them passes them through the screening for secrets
first (`oldhand.knowledge.redaction`). Times are milliseconds since 1970, 0 where the host does not say.
"""

from typing import Any, NamedTuple

HOSTS = (
    "claude",
    "codex",
    "gemini",
    "cursor",
    "vscode",
    "copilot",
    "opencode",
    "amp",
    "cline",
    "specstory",
    "sweagent",
)

PROMPT = "prompt"  # what the person typed; detail: source (typed, sdk …)
REPLY = "reply"  # what the agent said to the person
THOUGHT = "thought"  # what the agent thought aloud for itself
CALL = "call"  # a tool is called; tool, name, call, target, text (the command, the pattern, what is written)
RESULT = "result"  # what came of a call; call, ok, text (the output), detail: exit, changed (paths)
INJECTED = "injected"  # what a hook or the host put before the agent: never learned from
COMPACTED = "compacted"  # the context was summarised; text: the summary; detail: trigger, tokens before
USAGE = "usage"  # tokens of one answer of the model; detail: input, output, cache_read, cache_written, reasoning
NOTE = "note"  # something else worth keeping: a change of model, an interruption, an error of the host
KINDS = (PROMPT, REPLY, THOUGHT, CALL, RESULT, INJECTED, COMPACTED, USAGE, NOTE)

# What a tool does, by whatever name the host calls it.
COMMAND, READ, EDIT, WRITE, SEARCH, WEB, TASK, MCP, OTHER = (
    "command", "read", "edit", "write", "search", "web", "task", "mcp", "other",
)  # fmt: skip
TOOLS = (COMMAND, READ, EDIT, WRITE, SEARCH, WEB, TASK, MCP, OTHER)


class Session(NamedTuple):
    """One session. id: the host's own; parent: the id of the session whose subagent this is, else empty; source: the
    file it was read from; part: names a subagent within its session, else empty."""

    host: str
    id: str
    folder: str = ""
    started: int = 0
    ended: int = 0
    title: str = ""
    branch: str = ""
    model: str = ""
    version: str = ""
    parent: str = ""
    source: str = ""


class Event(NamedTuple):
    """One thing that happened in a session.

    key: the host's own name of it (uuid, tool_use_id …), by which a second reading knows it; agent: the subagent that
    did it, empty for the session itself; tool: one of TOOLS and name: the host's name, for calls and results; call:
    ties a result to its call; target: the path or address a call concerns, as the host gives it; ok: whether a result
    is a success (None: not known).
    """

    kind: str
    at: int = 0
    key: str = ""
    text: str = ""
    agent: str = ""
    tool: str = ""
    name: str = ""
    call: str = ""
    target: str = ""
    ok: bool | None = None
    detail: dict[str, Any] = {}  # noqa: RUF012 - never changed; a reader gives its own
