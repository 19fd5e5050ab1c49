"""Git's hooks for engrams: put beside whatever hooks there are, and taken out again byte for byte.

From git 2.54 on hooks stand in git's own settings, next to those of others. For older versions a marked section is put
into the files of the hooks folder, at their beginning, so that what stands there runs on as before. Nothing is put into
a file that is no shell script, is a link, or does not run: that is told instead. The hooks call one small script in the
person's own folder, whose place stays the same whatever becomes of this program.
"""

import os
import re
import shlex
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from oldhand.code.git import ask
from oldhand.errors import NoGit
from oldhand.sessions.engram_git import common_folder
from oldhand.store.regular_files import open_regular

EVENTS = ("prepare-commit-msg", "post-commit", "post-rewrite")
SCRIPT = "oldhand-git"  # in the folder `bin` of the person's own
CONFIGURED = (2, 54)  # the first version of git that runs hooks from its settings
BEGIN, END = b"# >>> oldhand engram >>>", b"# <<< oldhand engram <<<"
SECTION = re.compile(rb"\n?" + re.escape(BEGIN) + rb"[^\n]{0,200}\n(?:[^\n]{0,4000}\n){1,3}" + re.escape(END) + rb"\n?")
_PYTHON = re.compile(rb"^\[ -x ([^\n]{1,4096}) \] \|\| exit 0$", re.MULTILINE)  # in the script that hooks call
LARGEST_HOOK = 1 << 20  # bytes of a hook's file that we put something into
SHELLS = frozenset({b"sh", b"bash", b"dash", b"zsh", b"ksh", b"ash"})
SHEBANG = b"#!/bin/sh\n"
NOTE = b" written by `oldhand engram enable`; `oldhand engram disable` takes it out\n"
WITH_FILE = b" written by `oldhand engram enable` with this file; `oldhand engram disable` takes it out\n"
FILE, CONFIG = "file", "config"
CALLS_ELSE = "our section in it calls something else"  # another installation's script, or it was changed by hand
CHANGED = "our section in it was changed by hand and is not known again"
ELSEWHERE = "oldhand-hooks"  # in git's own folder: which other folders hold our sections, whatever settings say later
MOST_ELSEWHERE = 65_536  # bytes of it: a person changes such a setting a few times
# Variables by which an agent's shell is known; those in the first line name the session.
SESSIONS = {"CLAUDE_CODE_SESSION_ID": "claude", "CODEX_THREAD_ID": "codex"}
HOSTS = {
    "CLAUDECODE": "claude", "CODEX_SANDBOX": "codex", "GEMINI_CLI": "gemini", "CURSOR_AGENT": "cursor",
    "OPENCODE": "opencode", "COPILOT_CLI": "copilot",
}  # fmt: skip


class Hook(NamedTuple):
    """A hook of git. way: config or file; place: the file, or the name of the setting; state: ours is there (on), is
    not there (off), cannot be put there (left), or was changed there by somebody (broken); why: what is in the way."""

    event: str
    way: str
    place: str
    state: str
    why: str


class Where(NamedTuple):
    """Where hooks of a repository are. tracked: whether their folder lies, by a setting or a link, outside of git's own
    folder: in the project's own files or where it serves other projects too, so that a person must agree."""

    way: str
    folder: Path
    tracked: bool


def version(said: str) -> tuple[int, int]:
    """The version that `git version` names; (0, 0) for none."""
    match = re.search(r"\b(\d{1,4})\.(\d{1,4})", said)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def where(tree: Path, environment: Mapping[str, str]) -> Where:
    """Where hooks belong here. Raises NoGit."""
    common = common_folder(tree, environment)
    if common is None:
        raise NoGit(tree)
    told = (ask(tree, environment, "version") or b"").decode("ascii", "replace")
    if version(told) >= CONFIGURED:
        return Where(CONFIG, common / "config", False)
    # The last value is our own: git is asked with hooks switched off.
    said = (ask(tree, environment, "config", "--null", "--type=path", "--get-all", "core.hooksPath") or b"").split(
        b"\0"
    )[:-2]
    path = os.fsdecode(said[-1]) if said and said[-1] else ""
    folder = tree / path if path else common / "hooks"
    own, real = Path(os.path.realpath(common)), Path(os.path.realpath(folder))
    outside = own not in (real, *real.parents)
    # A link out of git's own folder serves others, as a setting does; what is asked then names where it leads.
    return Where(FILE, real if outside and not path else folder, outside)


def hooks(tree: Path, environment: Mapping[str, str], script: Path) -> list[Hook]:
    """The state of each of our hooks. Raises NoGit."""
    place = where(tree, environment)
    return [
        _configured(tree, environment, event, script) if place.way == CONFIG else in_file(place.folder / event, script)
        for event in EVENTS
    ]


def setting(event: str) -> str:
    """The name of the section of git's settings that holds our hook for an event."""
    return f"hook.oldhand-{event}"


def command(script: Path, event: str) -> str:
    """The command of a hook."""
    return f"{shlex.quote(str(script))} {event}"


def _configured(tree: Path, environment: Mapping[str, str], event: str, script: Path) -> Hook:
    said = ask(tree, environment, "config", "--local", "--get", f"{setting(event)}.command")
    called = (said or b"").decode("utf-8", "surrogateescape").strip()
    if called and called != command(script, event):
        return Hook(event, CONFIG, setting(event), "broken", CALLS_ELSE)
    return Hook(event, CONFIG, setting(event), "on" if called else "off", "")


def in_file(path: Path, script: Path) -> Hook:
    """The state of our hook in a file of its name. script: what our section calls."""
    try:
        found = os.lstat(path)
    except OSError:
        return Hook(path.name, FILE, str(path), "off", "")
    if stat.S_ISLNK(found.st_mode) or not stat.S_ISREG(found.st_mode):
        return Hook(path.name, FILE, str(path), "left", "it is a link or no regular file")
    try:
        with open_regular(path) as file:
            text = file.read(LARGEST_HOOK + 1)
    except OSError as error:
        return Hook(path.name, FILE, str(path), "left", f"it cannot be read ({error.strerror})")
    if match := SECTION.search(text):
        whole = _line(script, path.name) in match[0]
        return Hook(path.name, FILE, str(path), "on" if whole else "broken", "" if whole else CALLS_ELSE)
    if BEGIN in text or END in text:
        return Hook(path.name, FILE, str(path), "broken", CHANGED)
    if len(text) > LARGEST_HOOK or not _is_shell(text):
        return Hook(path.name, FILE, str(path), "left", "it is no shell script")
    if not found.st_mode & stat.S_IXUSR:
        return Hook(path.name, FILE, str(path), "left", "git does not run it: it may not be executed")
    return Hook(path.name, FILE, str(path), "off", "")


def _is_shell(text: bytes) -> bool:
    """Whether a script is run by a shell that knows `||`; one without a first line that says so is."""
    if b"\0" in text[:8000]:
        return False
    first = text.split(b"\n", 1)[0]
    if not first.startswith(b"#!"):
        return True
    if first.endswith(b"\r"):
        return False  # the system looks for a program whose name ends so, and runs nothing
    words = first[2:].replace(b"/", b" ").split()
    return bool(words) and any(word in SHELLS for word in words)


# -- putting them there -------------------------------------------------------------------------------


def section(script: Path, event: str, note: bytes = NOTE) -> bytes:
    """Our section in a hook's file. It reads nothing, prints nothing and never fails.

    note: NOTE, or WITH_FILE in a file that is made for it and goes with it.
    """
    return BEGIN + note + _line(script, event) + END + b"\n"


def _line(script: Path, event: str) -> bytes:
    """The line of our section that calls the script."""
    quoted = shlex.quote(str(script))
    return os.fsencode(f'[ -x {quoted} ] && {quoted} {event} "$@" </dev/null >/dev/null 2>&1 || :\n')


def put(tree: Path, environment: Mapping[str, str], script: Path) -> list[Hook]:
    """Put our hooks where they are not yet, or call something else; the state of each afterwards.

    Raises NoGit and OSError.
    """
    place, common = where(tree, environment), common_folder(tree, environment)
    left = [hook for hook in hooks(tree, environment, script) if to_be_put(hook)]
    if left and place.way == FILE and common is not None and place.folder != common / "hooks":
        _note_elsewhere(common, {*_elsewhere(common), place.folder})  # first, so that none is forgotten
    for hook in left:
        if hook.way == CONFIG:
            ask(tree, environment, "config", "--local", f"{setting(hook.event)}.command", command(script, hook.event))
            ask(tree, environment, "config", "--local", f"{setting(hook.event)}.event", hook.event)
        else:
            if hook.state == "broken":
                _take_section(Path(hook.place))
            _put_section(Path(hook.place), script)
    return hooks(tree, environment, script)


def to_be_put(hook: Hook) -> bool:
    """Whether `put` puts a hook in: it is not there, or what is there calls something else."""
    return hook.state == "off" or hook.why == CALLS_ELSE


def noted_folders(tree: Path, environment: Mapping[str, str]) -> list[Path]:
    """The folders that our sections may stand in, by what was noted: git's own, and others. Raises NoGit."""
    common = common_folder(tree, environment)
    if common is None:
        raise NoGit(tree)
    return [common / "hooks", *sorted(_elsewhere(common))]


def _elsewhere(common: Path) -> set[Path]:
    """The folders outside of git's own that our sections were put into."""
    try:
        with open_regular(common / ELSEWHERE) as file:
            return {Path(os.fsdecode(name)) for name in file.read(MOST_ELSEWHERE).split(b"\0") if name}
    except OSError:
        return set()


def _note_elsewhere(common: Path, folders: set[Path]) -> None:
    _replace(common / ELSEWHERE, b"\0".join(sorted(map(os.fsencode, folders))), 0o600)


def _put_section(path: Path, script: Path) -> None:
    """Put a section behind the first line of a hook, or make one that holds nothing else."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not os.path.lexists(path):
        _replace(path, SHEBANG + section(script, path.name, WITH_FILE), 0o755)
        return
    ours = section(script, path.name)
    text, mode = path.read_bytes(), stat.S_IMODE(path.stat().st_mode)
    if not text.startswith(b"#!"):
        _replace(path, ours + text, mode)
        return
    first, end, rest = text.partition(b"\n")
    # A first line without an end: the section brings the line's end, and goes with it.
    _replace(path, first + end + ours + rest if end else first + b"\n" + ours[:-1], mode)


def _replace(path: Path, text: bytes, mode: int) -> None:
    whole = path.with_name(f".{path.name}.oldhand-{os.getpid()}")
    try:
        descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with open(descriptor, "wb") as file:
            file.write(text)
        os.chmod(whole, mode)  # whatever the umask takes away
        os.replace(whole, path)
    except OSError:
        whole.unlink(missing_ok=True)
        raise


def take_out(tree: Path, environment: Mapping[str, str], script: Path) -> list[Hook]:
    """Take our hooks out, wherever they are; the state of each afterwards. Raises NoGit and OSError."""
    place = where(tree, environment)
    folders = {place.folder} if place.way == FILE else set()
    if (common := common_folder(tree, environment)) is not None:
        folders |= {common / "hooks", *_elsewhere(common)}
    for folder in folders:
        for event in EVENTS:
            if in_file(folder / event, script).state in ("on", "broken"):
                _take_section(folder / event)
    if common is not None:
        (common / ELSEWHERE).unlink(missing_ok=True)
    for event in EVENTS:
        if _configured(tree, environment, event, script).state != "off":
            ask(tree, environment, "config", "--local", "--remove-section", setting(event))
    return hooks(tree, environment, script)


def _take_section(path: Path) -> None:
    """Take our section out of a script; a file that we made, and that nobody added to, goes."""
    text, mode = path.read_bytes(), stat.S_IMODE(path.stat().st_mode)
    match = SECTION.search(text)
    if match is None:
        return
    start, end = match.start(), match.end()
    ours = text[start:end]
    if ours.startswith(b"\n") and ours.endswith(b"\n"):
        start += 1  # the line before it ends with it: it was there before
    rest = text[:start] + text[end:]
    if rest == SHEBANG and WITH_FILE in ours:
        path.unlink()
    else:
        _replace(path, rest, mode)


# -- the script that hooks call -----------------------------------------------------------------------


def script_of(home: Path) -> Path:
    """Where the script is that git's hooks call."""
    return home / "bin" / SCRIPT


def write_script(home: Path) -> Path:
    """Write the script that git's hooks call, for the Python that runs now; its place. Raises OSError.

    Commits of people cost them the start of a shell: without an agent's variables it ends at once. So it does before
    a message that is not ready: only one given with -m or -F is, and git says with `GIT_EDITOR=:` that no editor
    follows. In an empty one, a template or the scissors of --verbose, a trailer would stand for words.
    """
    path = script_of(home)
    packed = _script(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or path.read_bytes() != packed or not os.access(path, os.X_OK):
        _replace(path, packed, 0o755)
    return path


def _script(home: Path) -> bytes:
    """The script that git's hooks call, as this program writes it."""
    marks = "".join(f"${{{name}:-}}" for name in (*SESSIONS, *HOSTS))
    python = shlex.quote(sys.executable)
    text = (
        "#!/bin/sh\n"
        "# Called by git's hooks that `oldhand engram enable` wrote. It never fails a commit, and never asks.\n"
        "exec </dev/null >/dev/null 2>&1\n"
        f'case "$1" in prepare-commit-msg|post-commit) [ -n "{marks}" ] || exit 0 ;; esac\n'
        'case "$1:${3:-}:${GIT_EDITOR:-}" in prepare-commit-msg:message::) ;; prepare-commit-msg:*) exit 0 ;; esac\n'
        f"[ -x {python} ] || exit 0\n"
        f"OLDHAND_HOME=${{OLDHAND_HOME:-{shlex.quote(str(home))}}}; export OLDHAND_HOME\n"
        f'{python} -I -X utf8 -m oldhand.surfaces.git_hook "$@"\n'
        "exit 0\n"
    )
    return os.fsencode(text)


def stale(home: Path) -> str:
    """What is wrong with the script that git's hooks call, in words; empty when it is as this program writes it."""
    path = script_of(home)
    try:
        with open_regular(path) as file:
            text = file.read(LARGEST_HOOK)
    except OSError as error:
        return f"the script they call, {path}, cannot be read ({error.strerror}), so that they do nothing"
    if not os.access(path, os.X_OK):
        return f"the script they call, {path}, may not be executed, so that they do nothing"
    if text == _script(home):
        return ""
    named = _PYTHON.search(text)
    python = "".join(shlex.split(os.fsdecode(named[1]))) if named else ""
    if python and not os.access(python, os.X_OK):
        return f"the Python that their script starts, {python}, is gone, so that they do nothing"
    return f"the script they call, {path}, is of another version or installation"
