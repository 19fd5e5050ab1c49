"""The operation `engram strategy`."""

from typing import Literal, NamedTuple

from oldhand.errors import NoGit
from oldhand.memory import Memory
from oldhand.model.settings import BY_NAME
from oldhand.operation import WRITE, call, operation
from oldhand.sessions import engram_hooks

NAME = "engrams.strategy"


class Strategy(NamedTuple):
    """When engrams are made. source: who says so (project, person or default); trailer: whether commits are given one;
    hooks: whether git's hooks are there (on, partly, off, or no git)."""

    strategy: str
    source: str
    meaning: str
    trailer: str
    hooks: str


MEANINGS = {
    "per-commit": "one engram for each commit that an agent makes",
    "per-session": "one engram for each session, which its commits share",
    "manual": "only by `oldhand engram save`",
    "off": "none",
}


@operation(WRITE)
def strategy(
    memory: Memory, strategy: Literal["show", "per-commit", "per-session", "manual", "off"] = "show"
) -> Strategy:  # fmt: skip
    """Say when engrams are made, or show it

    It is the setting engrams.strategy, which only a person changes: manual and off for this project, the others for
    all of your projects, since a project's folder may not have more kept of you.

    Parameters
    strategy: per-commit, per-session, manual (only by `engram save`) or off; show tells which holds
    """
    if strategy != "show":
        here = BY_NAME[NAME].counts(strategy, "project")
        if not here:  # a project's folder may come from anybody: it may only say less
            call(memory, "config_reset", {"name": NAME, "scope": "project"})
        call(memory, "config_set", {"name": NAME, "value": strategy, "scope": "project" if here else "person"})
        memory.forget_settings()
    value, source = memory.settings()[NAME]
    return Strategy(value, source, MEANINGS[value], memory.setting("engrams.trailer"), _hooks(memory))


def _hooks(memory: Memory) -> str:
    try:
        found = engram_hooks.hooks(memory.project.tree, memory.environment, engram_hooks.script_of(memory.home))
    except NoGit:
        return "no git"
    on = sum(hook.state == "on" for hook in found)
    return "on" if on == len(found) else "partly" if on else "off"
