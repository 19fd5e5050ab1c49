"""What the surroundings say: folders, and who is speaking. Only surfaces read the environment.

OLDHAND_HOME moves everything of the person's; OLDHAND_STORE names a store folder that takes the
place of the project's; OLDHAND_ACTOR names who speaks.
"""

import os
import sys
from pathlib import Path

from oldhand.memory import Memory

AGENT_MARKS = ("CLAUDECODE", "AI_AGENT", "CODEX_THREAD_ID", "CODEX_SANDBOX", "GEMINI_CLI", "CURSOR_AGENT", "OPENCODE")


def home_folder() -> Path:
    """The person's own folder: OLDHAND_HOME, else the platform's place for a program's data."""
    if said := os.environ.get("OLDHAND_HOME"):
        return Path(said).expanduser().absolute()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "oldhand"
    base = os.environ.get("XDG_DATA_HOME", "")
    return (Path(base) if os.path.isabs(base) else Path.home() / ".local" / "share") / "oldhand"


def run_by_agent() -> bool:
    """Whether this process was started by a coding agent, as the agents' own variables tell."""
    return any(os.environ.get(mark) for mark in AGENT_MARKS)


def open_memory(surface: str, *, folder: str = "", actor: str = "", trust: str = "", origin: str = "") -> Memory:
    """The memory for a folder (empty: the working folder), spoken to through `surface`.

    On the command line a person is believed as `user`; a command that an agent runs counts as the
    agent's. Every other surface is an agent's unless it says otherwise.
    """
    person = surface == "cli" and not run_by_agent()
    store = os.environ.get("OLDHAND_STORE", "")
    return Memory(
        Path(folder) if folder else Path.cwd(),
        home_folder(),
        store=Path(store).expanduser().absolute() if store else None,
        actor=actor or os.environ.get("OLDHAND_ACTOR", "") or ("user" if person else "agent"),
        trust=trust or ("user" if person else "agent"),
        origin=origin or surface,
        surface=surface,
        environment=dict(os.environ),
    )
