"""How each host stands: connected, approved, and whether its hooks really arrive. Nothing is written or started."""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from oldhand.clients import codex, entries, receipts, toml_edit
from oldhand.clients.changing import JSON, TOML, WHOLE, Part, parts_of
from oldhand.clients.files import read, text_of
from oldhand.clients.hosts import HOSTS, PROJECT, USER, Host, Surroundings, is_here, places_of
from oldhand.clients.json_tree import parsed
from oldhand.errors import OldhandError
from oldhand.sessions import hook_trouble, launcher

OK, WARN, BAD, ABSENT = "ok", "warn", "bad", "absent"
SECOND, DAY = 1000, 86_400_000  # milliseconds
MOST_TROUBLES = 50  # of hooks that are counted: whether it is fifty or a thousand, the same is to be done
UNITS = ((DAY, "days"), (3_600_000, "h"), (60_000, "min"), (SECOND, "s"))


class Standing(NamedTuple):
    """How a host stands. state: ok, warn, bad or absent; next_step: what to do, empty when nothing."""

    component: str
    state: str
    detail: str
    next_step: str


class _Held(NamedTuple):
    """What of ours is in a host's files of one scope."""

    scope: str
    server: Any
    lines: list[str]
    wanted: int


def standings(around: Surroundings, store: Path, now: int) -> Iterator[Standing]:
    """How each host stands that is on this machine or was connected. store: the project's; now: in milliseconds."""
    noted = {one.client for one in receipts.every(around.memory_home)}
    for host in HOSTS.values():
        if is_here(host, around) or host.name in noted:
            yield _standing(host, around, store, now)
    yield from _troubles(around, store, now)


def _standing(host: Host, around: Surroundings, store: Path, now: int) -> Standing:
    """How one host stands: the first fault of what is connected for the person and in this project, else that it is."""
    install = f"`oldhand install --client {host.name}`"
    try:
        found = [one for one in (_held(host, scope, around) for scope in (USER, PROJECT)) if one]
    except OldhandError as error:
        said, _, step = str(error).partition(". ")
        return Standing(host.name, BAD, said, step.rstrip(".") or f"mend it, then {install}")
    if not found:
        return Standing(host.name, ABSENT, f"{host.title} is here and not connected", install)
    at = hook_trouble.last_seen(store, host.name)
    seen = f"hooks seen {ago(now - at)} ago" if at else "no hook seen in this project yet"
    for one in found:
        again = f"`oldhand install --client {host.name}{' --scope project' if one.scope == PROJECT else ''}`"
        if fault := _fault(host, one, around, again) or _held_back(host, one.scope, around, seen if at else ""):
            return fault
    scopes = [one.scope for one in found]
    where = "" if scopes == [USER] else " in this project" if scopes == [PROJECT] else " for you and in this project"
    if not any(one.wanted for one in found):
        why = "it has no hooks" if not host.hooks else "`install` writes no hooks for it"
        return Standing(host.name, OK, f"MCP connected{where}; {why}", "")
    step = "" if at else f"start a session of {host.title} in this project, then run this again"
    return Standing(host.name, OK, f"{seen}, MCP connected{where}", step)


def _fault(host: Host, one: _Held, around: Surroundings, again: str) -> Standing | None:
    """What is wrong with what of ours is in a host's files of one scope. again: the command that mends it."""
    if isinstance(one.server, dict) and (gone := entries.starts_what_is_there(one.server)):
        return Standing(host.name, BAD, f"its MCP server {gone} is gone", again)
    if one.lines and (fault := next(filter(None, map(entries.starts_what_is_there, one.lines)), "")):
        return Standing(host.name, BAD, f"its hooks start {fault}, which is gone", again)
    if one.lines and (fault := launcher.trouble(around.memory_home)):
        return Standing(host.name, BAD, f"its hooks do nothing: {fault}", again)
    if one.server is None or len(one.lines) < one.wanted:
        what = "the MCP server" if one.server is None else f"{one.wanted - len(one.lines)} of {one.wanted} hooks"
        where = " in this project" if one.scope == PROJECT else ""
        return Standing(host.name, WARN, f"half connected{where}: {what} missing", again)
    return None


def _held(host: Host, scope: str, around: Surroundings) -> _Held | None:
    """What of ours is in a host's files of a scope; None when there is nothing."""
    try:
        places = places_of(host, scope, around)
    except OldhandError:
        return None  # it has no files in that scope
    server, lines, wanted = None, list[str](), 0
    for part in parts_of(host, places, around):
        there, told, count = _in_part(part, around)
        server, lines, wanted = there or server, lines + told, wanted + count
    return _Held(scope, server, lines, wanted) if server is not None or lines else None


def _in_part(part: Part, around: Surroundings) -> tuple[Any, list[str], int]:
    """Our server in a file, the lines of our hooks in it, and how many there should be."""
    raw = read(part.path)
    wanted = sum(len(ones.values) for ones in part.additions.get("hooks", {}).values()) if part.form == JSON else 0
    if part.form == WHOLE:  # a plugin, which starts the launcher at every event: it counts as one hook
        line = shlex.quote(str(launcher.path(around.memory_home)))
        return None, [line] if raw is not None and text_of(raw, part.path) == part.text else [], 1
    if raw is None:
        return None, [], wanted
    text = text_of(raw, part.path)
    if part.form == TOML:
        said: Any = toml_edit.read(text, part.path)
    else:
        root = parsed(text, part.path)
        said = root.plain() if root else {}
    entry, lines = entries.found_in(said, part.servers)
    return (entry if part.servers and entries.is_our_server(entry) else None), lines, wanted


def _held_back(host: Host, scope: str, around: Surroundings, seen: str) -> Standing | None:
    """Why a host would not run our hooks although they are installed."""
    places = places_of(host, scope, around)
    if host.name == "codex" and places.hooks:
        approved, there = codex.approved(places_of(host, USER, around).servers, places.hooks)
        if approved < there:
            said = f"{there - approved} of {there} hooks are installed but not approved"
            return Standing(host.name, WARN, said, "open /hooks in Codex and approve them")
    if host.name == "claude" and places.hooks:
        if _member(places.hooks, "disableAllHooks") is True:
            said = f"hooks are switched off: disableAllHooks in {places.hooks}"
            return Standing(host.name, WARN, said, "take that line out to hear of what is known in time")
        projects = _member(places_of(host, USER, around).servers, "projects")
        known = projects.get(str(around.root)) if isinstance(projects, dict) else None
        if not seen and isinstance(known, dict) and known.get("hasTrustDialogAccepted") is False:
            said = "connected; Claude Code does not trust this folder yet and runs no hook in it"
            return Standing(host.name, WARN, said, "start `claude` in it once and say that you trust it")
    return None


def _member(path: Path, name: str) -> Any:
    """A member of a JSON file; None when the file or the member is not there."""
    raw = read(path)
    root = parsed(text_of(raw, path), path) if raw is not None else None
    said = root.plain() if root else None
    return said.get(name) if isinstance(said, dict) else None


def _troubles(around: Surroundings, store: Path, now: int) -> Iterator[Standing]:
    """What hooks had trouble with in the last day: they themselves say nothing of it."""
    found = [one for one in hook_trouble.recent(store, MOST_TROUBLES, around.memory_home) if now - one.at < DAY]
    if found:
        last = found[0]
        count = f"at least {len(found)}" if len(found) == MOST_TROUBLES else f"{len(found)}"
        times = f"{count} times in the last day, last" if len(found) > 1 else "once,"
        said = f"had trouble {times} {ago(now - last.at)} ago: {last.host} {last.event}: {last.fault}"
        yield Standing("hooks", WARN, said, "mend what it names; the lines above say more of the store")


def ago(span: int) -> str:
    """A span of milliseconds in words: 14 s, 5 min, 3 h, 2 days."""
    unit, name = next(((unit, name) for unit, name in UNITS if span >= 2 * unit), UNITS[-1])
    return f"{max(0, span) // unit} {name}"
