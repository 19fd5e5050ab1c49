"""What Codex keeps about hooks that the person approved: tables in its settings, by the place of each hook."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from oldhand.clients import entries, toml_edit
from oldhand.clients.files import read, text_of
from oldhand.clients.json_tree import parsed
from oldhand.errors import OldhandError

STATE = ("hooks", "state")


def keys(hooks: Path) -> list[str]:
    """The names under which Codex keeps the approval of each of our hooks in a file of hooks.

    The file, the event in lower case, the number of the group and that of the hook in it.
    """
    raw = read(hooks)
    if raw is None:
        return []
    try:
        root = parsed(text_of(raw, hooks), hooks)
    except OldhandError:
        return []
    said = root.plain() if root else {}
    return list(_keys(hooks, said.get("hooks", {}) if isinstance(said, dict) else {}))


def _keys(hooks: Path, said: Any) -> Iterator[str]:
    for event, groups in said.items() if isinstance(said, dict) else ():
        for number, group in enumerate(groups if isinstance(groups, list) else ()):
            handlers = group.get("hooks") if isinstance(group, dict) else None
            for place, handler in enumerate(handlers if isinstance(handlers, list) else ()):
                if entries.is_our_hook(handler):
                    yield f"{hooks}:{_lower(event)}:{number}:{place}"


def _lower(event: str) -> str:
    """`PreToolUse` as `pre_tool_use`."""
    return "".join(f"_{one.lower()}" if one.isupper() and at else one.lower() for at, one in enumerate(event))


def approved(settings: Path, hooks: Path) -> tuple[int, int]:
    """How many of our hooks the person approved in Codex, and how many there are. A hash is not compared."""
    ours = keys(hooks)
    raw = read(settings)
    said: Any = toml_edit.read(text_of(raw, settings), settings) if raw is not None else {}
    for name in STATE:
        said = said.get(name, {}) if isinstance(said, dict) else {}
    return sum(isinstance(said.get(key), dict) and bool(said[key].get("trusted_hash")) for key in ours), len(ours)


def without_approvals(raw: bytes, settings: Path, ours: list[str]) -> bytes:
    """The settings without the tables about these hooks."""
    text = text_of(raw, settings)
    gone = {(*STATE, key) for key in ours}
    if not any(key in text for key in ours):
        return raw
    return toml_edit.without_tables(text, lambda names: names in gone, settings).encode()
