"""The operation `config wizard`."""

import os
import shutil
from typing import Literal, NamedTuple

from oldhand.memory import Memory, read_settings
from oldhand.model.settings import BY_NAME
from oldhand.operation import WRITE, operation
from oldhand.operations.config.set_ import persons_alone, settings_file, write_settings

GIB = 1 << 30
BYTES_PER_TRACE = 700  # in memory while `metrics` and `logs` read it (measured, rounded up)
TRACE_SHARE = 200  # the log may take one part in so many of the machine's memory when it is read
BACKUP_SHARE = 20  # all backups together may take one part in so many of the free disk
FEWEST_BACKUPS, MOST_BACKUPS = 2, 20
SMALL_STORE = 1 << 20  # bytes: a young store is reckoned as large as this
ANSWER_SHARE, BRIEF_SHARE = 100, 250  # an answer or a briefing takes one part in so many of an agent's context


class Suggestion(NamedTuple):
    """A suggested value, the one in force now, and why."""

    name: str
    value: int | str
    present: int | str
    reason: str


class Suggested(NamedTuple):
    """What the machine has, what follows from it, and the file it was written to (empty: nothing was written)."""

    memory_bytes: int
    cores: int
    disk_free_bytes: int
    suggestions: list[Suggestion]
    file: str


@operation(WRITE)
def wizard(
    memory: Memory, *, context_tokens: int = 0, use_global: Literal["", "yes", "no"] = "", keep_log: int = -1,
    scope: Literal["project", "person"] = "person", apply: bool = False,
) -> Suggested:  # fmt: skip
    """Suggest settings that suit this machine and your agent, and write them if told to

    Computed from the machine's memory, its free disk and the size of the store; your answers take
    precedence. Settings that depend on neither are left alone.

    Parameters
    context_tokens: how many tokens your agent's context holds (0: not said)
    use_global: whether recall in a project also looks into the global memory: yes or no
    keep_log: how many entries the local log keeps (-1: as many as suit this machine)
    scope: for whom they are written: person, or project
    apply: write the suggestions
    """
    physical = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    place = memory.project.store if memory.project.remembered else memory.project.root
    free = shutil.disk_usage(place).free
    size = memory.store().path.stat().st_size if memory.project.remembered else 0
    values: dict[str, tuple[int | str, str]] = {
        "traces.keep": (keep_log, "as you said") if keep_log >= 0 else _log_for(physical),
        "backup.keep": _backups_for(free, size),
    }
    if context_tokens:
        why = f"of a context of {context_tokens} tokens"
        values["recall.budget_tokens"] = (context_tokens // ANSWER_SHARE, f"one part in {ANSWER_SHARE} {why}")
        values["brief.budget_tokens"] = (context_tokens // BRIEF_SHARE, f"one part in {BRIEF_SHARE} {why}")
    if use_global:
        values["recall.global"] = (use_global, "as you said")
    suggestions = [_suggestion(memory, name, *said) for name, said in values.items()]
    file = ""
    if apply:
        for one in suggestions:
            if one.value != memory.setting(one.name):
                persons_alone(memory, BY_NAME[one.name], one.value)
        target = settings_file(memory, scope)
        write_settings(target, read_settings(target) | {one.name: one.value for one in suggestions})
        memory.forget_settings()
        file = str(target)
    return Suggested(physical, os.cpu_count() or 1, free, suggestions, file)


def _suggestion(memory: Memory, name: str, value: int | str, reason: str) -> Suggestion:
    """A suggestion within the setting's limits."""
    setting = BY_NAME[name]
    if isinstance(value, int) and not setting.low <= value <= setting.high:
        value = max(setting.low, min(setting.high, value))
        reason += f", within {setting.low} to {setting.high}"
    return Suggestion(name, value, memory.setting(name), reason)


def _log_for(physical: int) -> tuple[int, str]:
    """How many log entries suit the machine's memory: the log is read whole, never more than twice the default."""
    default = int(BY_NAME["traces.keep"].default)
    fitting = physical // TRACE_SHARE // BYTES_PER_TRACE
    rounded = max(1000, fitting // 1000 * 1000)
    return min(rounded, 2 * default), f"reading it takes at most 1/{TRACE_SHARE} of {physical / GIB:.1f} GiB of memory"


def _backups_for(free: int, size: int) -> tuple[int, str]:
    """How many backups suit the free disk."""
    fitting = free // BACKUP_SHARE // max(size, SMALL_STORE)
    kept = max(FEWEST_BACKUPS, min(MOST_BACKUPS, fitting))
    why = f"together at most 1/{BACKUP_SHARE} of {free / GIB:.1f} GiB of free disk"
    return kept, f"{why}, from {FEWEST_BACKUPS} to {MOST_BACKUPS}"
