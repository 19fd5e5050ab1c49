"""The transcript of an engram: the events of its session, without secrets, compressed, in a file that stays here.

One file for each engram, `transcripts/NAME.jsonl.gz` in the store's folder: a line of JSON for the session, then one
for each event. They are made from the local log of sessions, which has replaced the secrets already. The settings
engrams.keep_days and engrams.keep_mib say how long they stay; an engram stays without its transcript.
"""

import errno
import gzip
import json
import os
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from oldhand.model.identity import memory_of_slot
from oldhand.model.session import Event, Session
from oldhand.store.own_folders import own
from oldhand.store.regular_files import open_regular
from oldhand.store.session_blanking import BLANKED, left_out

FOLDER, ENDING = "transcripts", ".jsonl.gz"
DOMAIN, KIND = "history", "engram"  # whose slots name the memories of engrams
LEVEL = 6  # of compression: zlib's own middle
LARGEST = 64 << 20  # bytes of a transcript unpacked: eight of the largest that is read by itself
DAY_MS, MEBIBYTE = 86_400_000, 1 << 20
PRIVATE = 0o600
_EVENT = Event("")
_NAME = re.compile(r"[0-9a-f]{12}\Z")
_FILE = re.compile(r"(?:[0-9a-f]{12}|none)\.jsonl\.gz(?:\.[0-9]{1,10})?\Z")  # the last: one half written


def place(store: Path, name: str) -> Path:
    """Where the transcript of an engram is kept. A name that is none of ours, as an import may bring, leads nowhere."""
    return store / FOLDER / f"{name if _NAME.match(name) else 'none'}{ENDING}"


def keep(store: Path, name: str, session: Session, events: Iterable[Event]) -> int:
    """Keep a transcript in the place of the one before; its size in bytes. Raises OSError."""
    lines = [json.dumps({"session": session._asdict()}, ensure_ascii=False)]
    total = 0
    for event in events:
        said = {field: value for field, value in event._asdict().items() if value != getattr(_EVENT, field)}
        line = json.dumps(said, ensure_ascii=False)
        total += len(line)
        if total > LARGEST // 2:
            break
        lines.append(line)
    packed = gzip.compress("\n".join(lines).encode("utf-8", "replace"), LEVEL, mtime=0)
    _put(place(store, name), packed)
    return len(packed)


def _put(path: Path, packed: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if not own(path.parent):
        raise OSError(errno.EPERM, "it is a link or belongs to another user, and is left alone", str(path.parent))
    whole = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, PRIVATE)
        with open(descriptor, "wb") as file:
            file.write(packed)
        os.replace(whole, path)
    except OSError:
        whole.unlink(missing_ok=True)
        raise


def read(store: Path, name: str) -> Iterator[Event]:
    """The events of an engram's transcript; none where there is no transcript here, or it is damaged."""
    for line in _lines(place(store, name))[1:]:
        try:
            said = json.loads(line)
            yield Event(**{field: said[field] for field in Event._fields if field in said})
        except (ValueError, TypeError, RecursionError):
            continue  # cut off, or from a later version


def there(store: Path, name: str) -> int:
    """How large a kept transcript is, in bytes; 0 where there is none."""
    try:
        return place(store, name).stat().st_size
    except OSError:
        return 0


def _lines(path: Path) -> list[str]:
    """The lines of a transcript, without those beyond LARGEST."""
    try:
        with open_regular(path) as file:
            unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
            text = unpacker.decompress(file.read(LARGEST), LARGEST)
    except (OSError, zlib.error):
        return []
    return text.decode("utf-8", "replace").split("\n")


def trim(store: Path, days: int, mib: int, now: int) -> int:
    """Remove the transcripts that are older than so many days, and the oldest until the rest fits; how many went."""
    found = sorted(_files(store))
    total, gone = sum(size for _, size, _ in found), 0
    for changed, size, path in found:
        if not ((days and changed < now - days * DAY_MS) or (mib and total > mib * MEBIBYTE)):
            break
        path.unlink(missing_ok=True)
        total, gone = total - size, gone + 1
    return gone


def _files(store: Path) -> Iterator[tuple[int, int, Path]]:
    """(time of its last change in ms, size, path) of every transcript; other files are left alone, and so is a link."""
    if not own(store / FOLDER):
        return
    try:
        entries = list(os.scandir(store / FOLDER))
    except OSError:
        return
    for entry in entries:
        if _FILE.match(entry.name) and entry.is_file(follow_symlinks=False):
            found = entry.stat(follow_symlinks=False)
            yield found.st_mtime_ns // 1_000_000, found.st_size, Path(entry.path)


def blank(store: Path, tells: Callable[[str], bool], names: Iterable[str] = ()) -> int:
    """Take out what is forgotten: the transcripts of these engrams, and of others the words that tell it.

    tells: whether a text tells what is forgotten; names: of engrams, or the ids of their memories. How many files were
    changed or removed. Raises OSError.
    """
    going, changed = frozenset(names), 0
    for _, _, path in list(_files(store)):
        name = path.name.removesuffix(ENDING)
        if name in going or memory_of_slot(DOMAIN, f"{KIND}/{name}") in going or name == path.name:
            path.unlink(missing_ok=True)
            changed += 1
            continue
        lines = _lines(path)
        if not lines:
            path.unlink(missing_ok=True)  # it cannot be read, so nobody can tell what it says
            changed += 1
            continue
        kept = [lines[0], *(_blanked(line, tells) for line in lines[1:])]
        if kept != lines:
            _put(path, gzip.compress("\n".join(kept).encode("utf-8", "replace"), LEVEL, mtime=0))
            changed += 1
    return changed


def _blanked(line: str, tells: Callable[[str], bool]) -> str:
    """A line without its words when they tell what is forgotten."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return ""
    kept = dict(said)
    for name in ("text", "target", "detail"):
        value = said.get(name, "")
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if not text or not tells(text):
            continue
        del kept[name]
        if name == "text" and (rest := left_out(tells, text)) != BLANKED:
            kept[name] = rest
    return line if kept == said else json.dumps(kept, ensure_ascii=False)
