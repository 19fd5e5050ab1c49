"""The launcher of hooks: the small program that hosts store in their settings and start at every event.

Its path and its arguments stay the same whatever is released and wherever Python moves: hosts forget that they trust
a line which changed. What it starts is written inside it, and is written anew by `oldhand install` and by the servers
at their start. When that is gone, the launcher ends at once without a word.
"""

import importlib.util
import os
import re
import shlex
import sys
from pathlib import Path

NAME = "oldhand-hook"  # of the program, in the folder `bin` of the person's own folder
FOLDER = "bin"
MARK = "# Oldhand's launcher of hooks"  # by which a file is known as ours
LONGEST = 16_384  # bytes of a launcher that are read: it has some paths in it
ENTRY = "surfaces/hooks/entry.py"  # inside the package: what is started
_PLAIN = re.compile(r"[A-Za-z0-9_.:-]{1,64}\Z")  # names of hosts and events: they stand in a command line as they are
_NAMED = re.compile(r"^(?:python|entry)='((?:[^'\\]|'\\'')*)'$", re.MULTILINE)

# `exec`, so that a host which stops the hook stops Python and no shell before it. Nothing is said on stderr: some
# hosts show it to the person. -I and -S: nothing of the surroundings is imported, and it starts in half the time.
# -X utf8: names of files are UTF-8, whatever the locale says.
_TEXT = """#!/bin/sh
{mark}. `oldhand install` writes it, and hosts start it.
python={python}
entry={entry}
[ -x "$python" ] && [ -f "$entry" ] || exit 0
exec "$python" -I -S -X utf8 "$entry" {home} {database} {package} "$@" 2>/dev/null
"""


def path(home: Path) -> Path:
    """Where the launcher of a person's folder lies."""
    return home / FOLDER / NAME


def write(home: Path) -> Path:
    """Write the launcher into a person's folder, whole or not at all, and tell where it is.

    Nothing is written when it is there just so. Raises OSError when it cannot be written.
    """
    place, text = path(home.absolute()), text_for(home.absolute())
    if _kept(place) == text and os.access(place, os.X_OK):
        return place
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = place.with_name(f".{NAME}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o700)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        own.replace(place)
    finally:
        own.unlink(missing_ok=True)
    return place


def text_for(home: Path) -> str:
    """What the launcher says for this Python and this package."""
    package = Path(__file__).resolve().parent.parent
    found = importlib.util.find_spec("apsw")
    database = Path(found.origin).parent.parent if found and found.origin else package.parent
    quoted = {
        "python": sys.executable, "entry": package / ENTRY, "home": home, "database": database,
        "package": package.parent,
    }  # fmt: skip
    return _TEXT.format(mark=MARK, **{name: _quoted(str(value)) for name, value in quoted.items()})


def _quoted(text: str) -> str:
    """A text in single quotes for the shell, also when it has no need of them."""
    return "'" + text.replace("'", "'\\''") + "'"


def command(home: Path, host: str, event: str) -> str:
    """The line that a host stores: the same for every release. Raises ValueError for names no shell takes as they are.

    host: claude, codex …; event: the host's own name of the event, or a neutral one.
    """
    for name in (host, event):
        if not _PLAIN.match(name):
            raise ValueError(f"{name!r} is no name of a host or an event")
    return f"{shlex.quote(str(path(home.absolute())))} {host} {event}"


def ours(line: str) -> bool:
    """Whether a command line that a host stores starts a launcher of ours, whichever home it is in."""
    try:
        words = shlex.split(line[:LONGEST])
    except ValueError:
        return False
    return bool(words) and Path(words[0]).name == NAME


def trouble(home: Path) -> str:
    """Why the launcher of a person's folder would start nothing; empty when it would."""
    place = path(home.absolute())
    said = _kept(place)
    if said is None:
        return f"{place} is missing" if not os.path.lexists(place) else f"{place} cannot be read"
    if MARK not in said:
        return f"{place} is none of ours"
    if not os.access(place, os.X_OK):
        return f"{place} may not be run"
    gone = [
        name for name in (found.replace("'\\''", "'") for found in _NAMED.findall(said)) if not os.path.exists(name)
    ]
    return f"{gone[0]}, which it starts, is gone" if gone else ""


def refresh(home: Path) -> bool:
    """Write the launcher anew when there is one and what it starts is gone; whether that was done. Never raises."""
    said = _kept(path(home.absolute()))
    if said is None or MARK not in said or not trouble(home):
        return False
    try:
        write(home)
    except OSError:
        return False  # `doctor` says what is wrong with it
    return True


def remove(home: Path) -> bool:
    """Take the launcher away, when it is ours, and its folder when nothing else is in it; whether it was there."""
    place = path(home.absolute())
    said = _kept(place)
    if said is None or MARK not in said:
        return False
    place.unlink(missing_ok=True)
    try:
        place.parent.rmdir()
    except OSError:
        pass  # something else of the person's is in it
    return True


def _kept(place: Path) -> str | None:
    """What a launcher says; None when there is no file that can be read."""
    from oldhand.store.regular_files import open_regular

    try:
        with open_regular(place) as file:
            return file.read(LONGEST).decode("utf-8", "surrogateescape")
    except OSError:
        return None
