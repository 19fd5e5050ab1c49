"""What the surroundings say: folders, and who is speaking. Only surfaces read the environment.

OLDHAND_HOME moves everything of the person's; OLDHAND_STORE names a store folder that takes the
place of the project's; OLDHAND_ACTOR names who speaks.
"""

import os
import sys
from pathlib import Path

from oldhand.code.project import find_project, named_store
from oldhand.errors import BadArgument, BadInput
from oldhand.memory import Memory
from oldhand.model.canonical import normal
from oldhand.model.trust import LEVELS, least

LONGEST_ACTOR = 200  # characters: a name of a person or an agent, kept with every event
PYTHON = "python"  # the surface whose process belongs to another program: its environment is left alone
# What the libraries that make vectors read when they are imported. One thread: a cue is too short to be shared, and
# with two its slowest tenth took three times as long on a busy machine.
FOR_LIBRARIES = {"OPENBLAS_NUM_THREADS": "1", "ORT_DISABLE_TELEMETRY": "1"}
# Names under which a person and the readings of the project speak: an agent that takes one is shown as an agent.
RESERVED = frozenset({"user", "repo", "history", "scan", "negative", "skills"})
AGENT_MARKS = ("CLAUDECODE", "AI_AGENT", "CODEX_THREAD_ID", "CODEX_SANDBOX", "GEMINI_CLI", "CURSOR_AGENT", "OPENCODE")


def home_folder() -> Path:
    """The person's own folder: OLDHAND_HOME, else the platform's place for a program's data."""
    if said := os.environ.get("OLDHAND_HOME"):
        return _expanded("OLDHAND_HOME", said)
    base = os.environ.get("XDG_DATA_HOME", "")
    if os.path.isabs(base) and sys.platform != "darwin":
        return Path(base) / "oldhand"
    try:
        home = Path.home() if os.environ.get("HOME") != "" else Path()
    except RuntimeError:
        home = Path()
    if not home.is_absolute():
        raise BadInput("Your home folder cannot be found. Set OLDHAND_HOME to a folder of yours.")
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "oldhand"
    return home / ".local" / "share" / "oldhand"


def _expanded(variable: str, said: str, *, whole: bool = True) -> Path:
    """The folder that a variable names, `~` filled in. Raises BadInput when there is no such person.

    whole: make a relative path an absolute one. A relative store stays one: it must be in the person's list.
    """
    try:
        folder = Path(said).expanduser()
        return folder.absolute() if whole else folder
    except (RuntimeError, OSError):
        raise BadInput(f"{variable} is '{said}', which is no folder. Set it to an absolute path.") from None


def working_folder(said: str) -> Path:
    """The folder to work in (empty: the present one). Raises BadInput when there is none."""
    try:
        folder = Path(said).absolute() if said else Path.cwd()
    except OSError:
        raise BadInput("The working folder is gone. Go to another one, or name one with --folder.") from None
    if not folder.is_dir():
        raise BadInput(f"There is no folder '{said}'. Name one that exists.")
    return folder


def _speaker(actor: str, trust: str) -> tuple[str, str]:
    """Who speaks and how far they are believed. Raises BadArgument for what no journal could carry."""
    name = normal(actor.strip(), "actor")
    if not name or len(name) > LONGEST_ACTOR or not name.isprintable():
        raise BadArgument("actor", actor, f"it is one printable line of at most {LONGEST_ACTOR} characters")
    if trust not in LEVELS:
        raise BadArgument("trust", trust, f"it is one of {', '.join(LEVELS)}")
    if run_by_agent():
        trust = least(trust, "agent")  # whatever a program asks for: an agent may have written it
    return (f"agent:{name}" if trust != "user" and name.casefold() in RESERVED else name), trust


def run_by_agent() -> bool:
    """Whether this process was started by a coding agent, as the agents' own variables tell."""
    return any(os.environ.get(mark) for mark in AGENT_MARKS)


def open_memory(surface: str, *, folder: str = "", actor: str = "", trust: str = "", origin: str = "") -> Memory:
    """The memory for a folder (empty: the working folder), spoken to through `surface`.

    On the command line a person is believed as `user`; a command that an agent runs counts as the
    agent's. Every other surface is an agent's unless it says otherwise, and no program that an agent runs
    is believed more than the agent.
    """
    if surface != PYTHON:
        for name, value in FOR_LIBRARIES.items():
            os.environ.setdefault(name, value)
    person = surface == "cli" and not run_by_agent()
    store = os.environ.get("OLDHAND_STORE", "")
    usual = "user" if person else "agent"
    name, believed = _speaker(actor or os.environ.get("OLDHAND_ACTOR", "").strip() or usual, trust or usual)
    work, home = working_folder(folder), home_folder()
    place, named = None, True
    if store:
        place, named = named_store(find_project(work, home), _expanded("OLDHAND_STORE", store, whole=False))
    return Memory(
        work,
        home,
        store=place,
        named=named,
        actor=name,
        trust=believed,
        origin=origin or surface,
        surface=surface,
        environment=dict(os.environ),
    )
