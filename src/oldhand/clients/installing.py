"""Connecting hosts and disconnecting them: receipts first, then the files, one process at a time."""

import difflib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from oldhand.clients import codex, entries, receipts
from oldhand.clients.changing import TOML, WHOLE, Change, Part, connecting, disconnecting, noted_parts, parts_of
from oldhand.clients.files import (
    PRIVATE,
    SHARED,
    clear_leftovers,
    digest,
    outside,
    put,
    read,
    real,
    remove_empty,
    take_away,
)
from oldhand.clients.hosts import HOSTS, PROJECT, SERVER, USER, Host, Surroundings, is_here, places_of, program_of
from oldhand.clients.json_tree import parsed
from oldhand.clients.receipts import File, Receipt
from oldhand.errors import FileChanged, OldhandError, UnfitHostFile
from oldhand.sessions import launcher
from oldhand.store.lock import WriteLock
from oldhand.store.store import make_private

REFUSED = "refused"  # the outcome of a host that was left alone because of an error
TRIES = 5  # how often a file that another program writes in the same moment is looked at again
SECONDS = 30.0  # for a host's own program to add a server: Claude Code takes less than one
CONTEXT = 1  # lines around each change that are shown
LONGEST_LINE, MOST_LINES = 300, 400  # characters and lines of a shown difference: settings in one line are long
# What keeps a host's program from asking the network while it adds an entry.
QUIET = {"DISABLE_AUTOUPDATER": "1", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_TELEMETRY": "1"}


class FileDone(NamedTuple):
    """What became of a file: created, changed, restored (its former bytes), removed or unchanged; the difference."""

    file: str
    outcome: str
    difference: str


class Done(NamedTuple):
    """What became of a host in one scope, `user` or `project`.

    outcome: connected, already connected, disconnected, not connected or refused.
    """

    client: str
    title: str
    outcome: str
    files: list[FileDone]
    notes: list[str]
    next_step: str
    scope: str


def chosen(client: str, scope: str, around: Surroundings) -> list[Host]:
    """The hosts that a name means: that one, or for `auto` those that are on this machine and have such a scope."""
    if client != "auto":
        return [HOSTS[client]]
    return [one for one in HOSTS.values() if is_here(one, around) and has_scope(one, scope, around)]


def connected_ones(client: str, scope: str, around: Surroundings) -> list[Host]:
    """The hosts that a name means when they are to be disconnected: also those that are gone but have a receipt."""
    if client != "auto":
        return [HOSTS[client]]
    noted = {one.client for one in receipts.every(around.memory_home) if one.scope == scope}
    return [
        one for one in HOSTS.values() if one.name in noted or (is_here(one, around) and has_scope(one, scope, around))
    ]


def elsewhere(client: str, around: Surroundings) -> list[str]:
    """The connections in other projects that receipts tell of, each in words; those in folders that are gone left out.

    client: a host's name, or `auto` for all.
    """
    noted = (
        one for one in receipts.every(around.memory_home) if one.scope == PROJECT and client in ("auto", one.client)
    )
    others = ((one.client, one.root) for one in noted if one.root != str(around.root) and Path(one.root).is_dir())
    return [f"{HOSTS[client].title} in {root}" for client, root in others if client in HOSTS]


def has_scope(host: Host, scope: str, around: Surroundings) -> bool:
    """Whether a host keeps settings in that scope."""
    try:
        places_of(host, scope, around)
    except OldhandError:
        return False
    return True


@contextmanager
def alone(around: Surroundings) -> Iterator[None]:
    """Let one process at a time connect or disconnect for this person. Raises StoreBusy after some seconds."""
    make_private(around.memory_home / receipts.FOLDER)
    lock = WriteLock(around.memory_home / receipts.FOLDER / "lock")
    try:
        lock.acquire()
        yield
    finally:
        lock.close()


def connect(host: Host, scope: str, around: Surroundings, *, replace: bool = False, dry_run: bool = False) -> Done:
    """Write our MCP server and hooks into a host's settings. All files are read and judged before one is written.

    Raises BrokenHostFile, UnfitHostFile, AlreadyThere and what writing raises.
    """
    if (by := _plugin(host, around)) and not replace:
        return Done(host.name, host.title, "already connected", [], [f"by its plugin {by}"], "", scope)
    for left in range(TRIES, 0, -1):
        receipt = receipts.load(around.memory_home, host.name, scope, around.root)
        parts = parts_of(host, places_of(host, scope, around), around)
        if scope == PROJECT:
            _check_links([part.path for part in parts], around.root)
        changes = [connecting(part, receipt, around, replace=replace) for part in parts]
        if dry_run:
            return _told(host, scope, changes, "would be connected", show=True)._replace(next_step="")
        try:
            _carry_out(host, scope, around, changes)
            break
        except FileChanged:
            if left == 1:
                raise
    done = _told(host, scope, changes, "connected", show=False)
    return done._replace(notes=_notes(scope, changes))


def _check_links(paths: list[Path], root: Path) -> None:
    """Refuse files of a project that links lead out of it. Raises UnfitHostFile, which names the file they lead to."""
    for path in paths:
        if target := outside(path, root):
            why = f"a link leads it to {target}, no file of this project; --scope user connects all projects"
            raise UnfitHostFile(path, why)


def _told(host: Host, scope: str, changes: list[Change], outcome: str, *, show: bool) -> Done:
    any_change = any(one.changes for one in changes)
    files = [FileDone(str(one.part.path), _outcome(one), difference(one) if show else "") for one in changes]
    step = host.restart if any_change else ""
    return Done(host.name, host.title, outcome if any_change else "already connected", files, [], step, scope)


def _outcome(change: Change) -> str:
    if not change.changes:
        return "unchanged"
    if change.after is None:
        return "removed"
    return "created" if change.before is None else "changed"


def _notes(scope: str, changes: list[Change]) -> list[str]:
    """What a person should know of what was written."""
    if scope == PROJECT and any(one.changes for one in changes):
        return ["these files name programs by their place on this machine: do not commit them"]
    return []


def _carry_out(host: Host, scope: str, around: Surroundings, changes: list[Change]) -> None:
    """Write the launcher, the receipt and then the files; when a file cannot be written, those before it go back."""
    launcher.write(around.memory_home)
    for one in changes:
        clear_leftovers(one.part.path)
    originals = {one.file.before: one.original for one in changes if one.original is not None and one.file.before}
    _note(host, scope, around, [one.file for one in changes], originals)
    made: list[File] = []
    made_folders: list[str] = []
    undo: list[tuple[Change, list[str]]] = []
    try:
        for one in changes:
            file = one.file
            if one.changes:
                assert one.after is not None  # connecting removes no file
                after, folders = _write(host, scope, around, one)
                undo.append((one._replace(after=after), folders))
                made_folders += folders
                around_it = [folder for folder in made_folders if Path(folder) in real(one.part.path).parents]
                file = file._replace(after=digest(after), folders=file.folders or around_it)
            made.append(file)
    except BaseException:  # an interruption too: it is raised on, with every file as it was
        for one, folders in reversed(undo):
            _undo(one, folders)
        raise
    _note(host, scope, around, made, originals)


def _undo(change: Change, folders: list[str]) -> None:
    """Give a file back what it held a moment ago, unless somebody has changed it since."""
    try:
        if change.before is None and change.after is not None:
            take_away(change.part.path, change.after)
            remove_empty(set(folders))
        elif change.before is not None:
            put(change.part.path, change.after, change.before, PRIVATE)
    except OldhandError:
        pass  # the error that led here is told; the receipt knows this file, so that `uninstall` can undo it


def _note(host: Host, scope: str, around: Surroundings, files: list[File], originals: dict[str, bytes]) -> None:
    """Write the receipt of a host: what is known of these files, nothing of others."""
    root = str(around.root) if scope == PROJECT else ""
    known = [one for one in files if one.before or one.created]
    receipts.save(around.memory_home, Receipt(host.name, scope, root, known), originals)


def _write(host: Host, scope: str, around: Surroundings, change: Change) -> tuple[bytes, list[str]]:
    """Write one file, by the host's own program where that is the safe way. Returns its bytes and the folders made."""
    assert change.after is not None
    if host.name == "claude" and scope == USER and change.part.servers and change.before == change.original:
        said = _by_claude(host, around, change.part)
        if said is not None:
            return said, []
        now = read(change.part.path)
        if now != change.before:
            raise FileChanged(change.part.path, "Claude Code wrote it in this moment; run this again")
    mode = SHARED if scope == PROJECT else PRIVATE
    return change.after, put(change.part.path, change.before, change.after, mode)


def _by_claude(host: Host, around: Surroundings, part: Part) -> bytes | None:
    """Let Claude Code add the server to its own state file, which it writes in every session and guards by a lock.

    Returns what the file holds then; None when there is no such program, or when it did not do it.
    """
    program = program_of(host, around)
    entry = entries.server_of(host, around)
    if program is None:
        return None
    given = [word for name, value in entry["env"].items() for word in ("-e", f"{name}={value}")]
    command = [program, "mcp", "add", "-s", "user", SERVER, *given, "--", entry["command"], *entry["args"]]
    try:
        subprocess.run(
            command, env={**around.environment, **QUIET}, cwd=around.root, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    raw = read(part.path)
    root = parsed(raw.decode("utf-8", "replace"), part.path) if raw is not None else None
    found, _ = entries.found_in(root.plain() if root else {}, part.servers)
    return raw if found == entry else None


def _plugin(host: Host, around: Surroundings) -> str:
    """The plugin of ours that Claude Code has switched on; empty when there is none: both would do everything twice."""
    if host.name != "claude":
        return ""
    path = places_of(host, USER, around).hooks
    raw = read(path) if path else None
    try:
        root = parsed(raw.decode("utf-8"), path) if raw is not None else None
    except (OldhandError, UnicodeDecodeError):
        return ""  # connecting will say what is wrong with it
    said = root.plain() if root else None
    plugins = said.get("enabledPlugins") if isinstance(said, dict) else None
    names = plugins.items() if isinstance(plugins, dict) else ()
    return next((name for name, on in names if on is True and name.startswith(f"{SERVER}@")), "")


def disconnect(host: Host, scope: str, around: Surroundings, *, dry_run: bool = False) -> Done:
    """Take everything of ours out of a host's settings.

    A file that is as we left it gets back its former bytes; in one that was changed since, all but ours stays. What
    another host's receipt names too stays until that one is disconnected.
    """
    for left in range(TRIES, 0, -1):
        receipt = receipts.load(around.memory_home, host.name, scope, around.root)
        changes, kept = _to_take_out(host, scope, around, receipt)
        if dry_run:
            return _taken_out(host, scope, changes, kept, "would be disconnected", show=True)
        try:
            for one in changes:
                clear_leftovers(one.part.path)
                _give_back(one)
            remove_empty({folder for one in changes for folder in one.file.folders})
            break
        except FileChanged:
            if left == 1:
                raise
    _note(host, scope, around, [], {})
    return _taken_out(host, scope, changes, kept, "disconnected", show=False)


def _to_take_out(host: Host, scope: str, around: Surroundings, receipt: Receipt) -> tuple[list[Change], list[str]]:
    """What disconnecting changes, and in words which files stay and why."""
    places = places_of(host, scope, around)
    claimed = {
        file.path
        for other in receipts.every(around.memory_home)
        if (other.client, other.scope, other.root) != (receipt.client, receipt.scope, receipt.root)
        for file in other.files
    }
    parts = parts_of(host, places, around)
    parts += noted_parts(host, receipt, parts, around)
    led_out = {part.path: outside(part.path, around.root) for part in parts if scope == PROJECT}
    parts = [part for part in parts if not led_out.get(part.path)]
    found = [disconnecting(part, receipt, around) for part in parts if str(part.path) not in claimed]
    changes = [one for one in found if one]
    if host.name == "codex" and places.hooks and not led_out.get(places.servers):
        changes = _without_approvals(changes, places.servers, codex.keys(places.hooks))
    paths = [path for path in (places.servers, places.hooks) if path]
    kept = [f"{path} stays: another client reads it too" for path in paths if str(path) in claimed]
    kept += [
        f"{path} stays: a link leads it to {target}, outside of this project"
        for path, target in led_out.items()
        if target and receipt.of(path)
    ]
    going = {one.part.path for one in changes}
    kept += [
        f"{part.path} was changed since and stays: remove it by hand"
        for part in parts
        if part.form == WHOLE and part.path not in going and launcher.NAME.encode() in (read(part.path) or b"")
    ]
    return changes, kept


def _without_approvals(changes: list[Change], settings: Path, ours: list[str]) -> list[Change]:
    """The same changes, with Codex's settings freed of what it noted about our hooks."""
    of_settings = next((one for one in changes if one.part.path == settings), None)
    raw = of_settings.after if of_settings else read(settings)
    if raw is None or not ours:
        return changes
    after = codex.without_approvals(raw, settings, ours)
    if after == raw:
        return changes
    part = Part(settings, TOML, (), {}, "")
    whole = of_settings or Change(part, raw, raw, raw, File(str(settings), False, [], "", "", [], None))
    return [*(one for one in changes if one is not of_settings), whole._replace(after=after)]


def _give_back(change: Change) -> None:
    assert change.before is not None
    if change.after is None:
        take_away(change.part.path, change.before)
    elif change.changes:
        put(change.part.path, change.before, change.after, PRIVATE)


def _taken_out(
    host: Host, scope: str, changes: list[Change], kept: list[str], outcome: str, *, show: bool
) -> Done:  # fmt: skip
    files = []
    for one in changes:
        back = one.after is not None and digest(one.after) == one.file.before
        files.append(
            FileDone(str(one.part.path), "restored" if back else _outcome(one), difference(one) if show else "")
        )
    changed = any(one.changes for one in changes)
    return Done(host.name, host.title, outcome if changed or kept else "not connected", files, kept, "", scope)


def difference(change: Change) -> str:
    """What changes in a file, as lines of a unified difference, bounded."""
    if not change.changes:
        return ""
    old, new = [(raw or b"").decode("utf-8", "replace").splitlines() for raw in (change.before, change.after)]
    was, now = ["nothing" if raw is None else change.part.path.name for raw in (change.before, change.after)]
    lines = []
    for line in difflib.unified_diff(old, new, was, now, n=CONTEXT, lineterm=""):
        lines.append(line if len(line) <= LONGEST_LINE else line[:LONGEST_LINE] + " …")
        if len(lines) == MOST_LINES:
            lines.append("…")
            break
    return "\n".join(lines)
