"""What a session of an agent is made of: the records of `oldhand.model.session`, under the name that readers use."""

from oldhand.model.session import (
    CALL,
    COMMAND,
    COMPACTED,
    EDIT,
    HOSTS,
    INJECTED,
    KINDS,
    MCP,
    NOTE,
    OTHER,
    PROMPT,
    READ,
    REPLY,
    RESULT,
    SEARCH,
    TASK,
    THOUGHT,
    TOOLS,
    USAGE,
    WEB,
    WRITE,
    Event,
    Session,
)

__all__ = [
    "CALL", "COMMAND", "COMPACTED", "EDIT", "HOSTS", "INJECTED", "KINDS", "MCP", "NOTE", "OTHER", "PROMPT", "READ",
    "REPLY", "RESULT", "SEARCH", "TASK", "THOUGHT", "TOOLS", "USAGE", "WEB", "WRITE", "Event", "Session",
]  # fmt: skip
