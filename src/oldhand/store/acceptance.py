"""Whether a store counts: one that this person made or accepted, and none that a clone or another user brought.

A store bears a mark, a random name in a small file; the person's own folder lists the marks of the stores that they
made or accepted. So a store may be moved and mended, and a copy that comes from elsewhere is not known, whatever is in
it. The database bears the beginning of the mark in its header, so that one which git or an archive puts in the place of
the person's own, beside their mark, is told too. Hooks ask this at every event, so it imports nothing that is slow.
"""

import posix

from oldhand.store.own_folders import belongs, own

TYPE_CHECKING = False  # as checkers know it: importing `typing` takes longer than a hook may take
if TYPE_CHECKING:
    from os import PathLike

    Place = str | PathLike[str]

MARK = "mark"  # the file in a store that bears its mark
LIST = "stores"  # the folder in the person's that lists marks: a file of that name for each, with the store's place
DIGITS = 32  # hexadecimal ones in a mark: 128 random bits, which nobody guesses
FILE_MODE, FOLDER_MODE = 0o600, 0o700  # the person's alone
KIND, REGULAR, LINK = 0o170000, 0o100000, 0o120000  # of a mode: its kind, and those of a regular file and a link
BEGUN, UNFINISHED = "write.lock", ".writing"  # what an interrupted `init` may leave before the mark is there
DATABASE, POINTER = "memory.db", "current"  # as in store.connection, which takes long to import
FORMAT_BITS = 8  # of user_version, the lowest: the format; the bits above are the beginning of the mark
HEAD_DIGITS = 6  # hexadecimal ones of the mark that are in the header: 24 bits, of which each new file is one guess
HEAD = 100  # bytes of a database's header (sqlite.org/fileformat.html#the_database_header)
OURS, OURS_AT = b"OLDH", 68  # application_id, and where it stands
SEAL_AT, FORMAT_AT = 60, 63  # where the bits of the mark and the format stand: user_version, the highest byte first
NEWEST = 2  # the newest format, as in store.connection: a newer one is not opened
LONGEST_NAME = 256  # bytes of the name that `current` holds
LINKED, THEIRS, CLOSED, UNMARKED, UNLISTED = "linked", "theirs", "closed", "unmarked", "unlisted"
BROUGHT, HIDDEN = "brought", "hidden"
WORDS = {
    LINKED: "its folder or its database is a link, or something else",
    THEIRS: "it belongs to another user",
    CLOSED: "its folder, or the mark in it, may not be read",
    UNMARKED: "it bears no mark of yours; a repository or an archive may have brought it",
    UNLISTED: "its mark is not in your list of stores; a repository or an archive may have brought it, or the list is"
    " another one",
    BROUGHT: "the database in it, or its log, is not the one that was made here; git or an archive put it there",
    HIDDEN: "your list of stores cannot be read, so nothing tells whether it is yours",
}
_READ = posix.O_RDONLY | posix.O_CLOEXEC | posix.O_NONBLOCK | posix.O_NOCTTY | posix.O_NOFOLLOW
_WRITE = posix.O_WRONLY | posix.O_CREAT | posix.O_CLOEXEC | posix.O_NOFOLLOW | posix.O_NONBLOCK


def why_not(store: "Place", home: "Place | None") -> str:
    """Why a store does not count: a key of WORDS; empty when it counts, and when nothing is there.

    home: the person's folder, which lists the marks; None for a store that a person named, which must be theirs and
    needs no mark.
    """
    base = posix.fspath(store)
    if home is None:
        return "" if not _there(base) or (belongs(base) and not _strange(base, linked=True)) else THEIRS
    if not own(base):
        try:
            return LINKED if posix.lstat(base).st_uid == posix.geteuid() else THEIRS
        except (OSError, ValueError):
            return ""
    if why := _strange(base, linked=False):
        return why
    if mark := mark_of(base):
        return _unlisted(mark, home) or ("" if _made_here(base, mark) else BROUGHT)
    try:
        if _there(f"{base}/{MARK}") and not posix.access(f"{base}/{MARK}", posix.R_OK):
            return CLOSED
        return UNMARKED if _holds_anything(base) else ""
    except OSError:
        return CLOSED


def mark_of(store: "Place") -> str:
    """The mark that a store bears; empty when it bears none that can be one."""
    try:
        descriptor = posix.open(f"{posix.fspath(store)}/{MARK}", _READ)
    except (OSError, ValueError):
        return ""
    try:
        found = posix.fstat(descriptor)
        if found.st_mode & KIND != REGULAR or found.st_uid != posix.geteuid():
            return ""
        said = posix.read(descriptor, DIGITS + 1)
    except OSError:
        return ""
    finally:
        posix.close(descriptor)
    return said.decode("ascii") if len(said) == DIGITS and not said.strip(b"0123456789abcdef") else ""


def listed(mark: str, home: "Place") -> bool:
    """Whether a mark is in the list of a person's folder."""
    return not _unlisted(mark, home)


def sealed(number: int, mark: str) -> int:
    """The user_version of a database of a format, with the beginning of a mark; the format alone without a mark."""
    value = number | int(mark[:HEAD_DIGITS] or "0", 16) << FORMAT_BITS
    return value - (1 << 32) if value >= 1 << 31 else value  # SQLite has it signed


def format_in(user_version: int) -> int:
    """The format that a user_version names."""
    return user_version & ((1 << FORMAT_BITS) - 1)


def seal_of(database: "Place") -> str:
    """The beginning of the mark that a database bears; empty when it bears none, or is none of ours."""
    head = _beginning(posix.fspath(database), HEAD)
    return head[SEAL_AT:FORMAT_AT].hex() if _openable(head) and any(head[SEAL_AT:FORMAT_AT]) else ""


def accept(store: "Place", home: "Place", *, locked: bool = False) -> None:
    """Have a store count from now on: it bears a new mark, which is listed. The store's folder must be there.

    locked: whether the caller holds the store's write lock.

    The mark is new because others may know the one that came with a store. The list keeps the store's folder beside
    it, as a hint for who looks for all stores; whether one counts does not depend on it. The mark is listed before the
    store bears it: two processes that do this at once, and one that is interrupted, leave a store that counts or that
    is asked about again. Raises OSError, StoreBusy, NotWritable.
    """
    import os
    from pathlib import Path

    from oldhand.store.lock import WriteLock
    from oldhand.store.own_folders import opened
    from oldhand.store.sealing import seal
    from oldhand.store.store import make_private

    base, person = os.fspath(store), os.fspath(home)
    mark = os.urandom(DIGITS // 2).hex()
    while not int(mark[:HEAD_DIGITS], 16):
        mark = os.urandom(DIGITS // 2).hex()  # a database with these bits would look like one without a mark
    make_private(Path(person, LIST))
    os.close(opened(base))  # raises for a link and another user's folder
    place = os.fsencode(os.path.realpath(base)).replace(b"\n", b"") + b"\n"
    lock = WriteLock(Path(base, BEGUN))
    if not locked:
        lock.acquire()
    try:
        _put(f"{person}/{LIST}", mark, mark, place)
        seal(Path(base), mark)
        _put(base, MARK, mark, mark.encode("ascii"))
    finally:
        lock.close()


def _put(folder: str, name: str, mark: str, said: bytes) -> None:
    """Write a small file of its own into a folder, whole or not at all. Raises OSError."""
    import os

    from oldhand.store.own_folders import opened

    within = opened(folder)
    try:
        made = f"{folder}/.{mark}{UNFINISHED}"
        descriptor = os.open(made, _WRITE | os.O_EXCL, FILE_MODE)
        try:
            os.write(descriptor, said)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.rename(made, f"{folder}/{name}")
        os.fsync(within)
    finally:
        os.close(within)


def _unlisted(mark: str, home: "Place") -> str:
    """Why a mark is not in the list of a person's folder: UNLISTED or HIDDEN; empty when it is."""
    try:
        found = posix.lstat(f"{posix.fspath(home)}/{LIST}/{mark}")
    except FileNotFoundError:
        return UNLISTED
    except OSError:
        return HIDDEN
    except ValueError:
        return UNLISTED
    return "" if found.st_mode & KIND == REGULAR and found.st_uid == posix.geteuid() else UNLISTED


def _made_here(base: str, mark: str) -> bool:
    """Whether the database of a store bears its mark, and nothing beside it would be written into it.

    What cannot be opened as a store, or is not there, is left to whoever opens it: they refuse it.
    """
    name = _beginning(f"{base}/{POINTER}", LONGEST_NAME).decode("utf-8", "replace").strip() or DATABASE
    if "/" in name or "\0" in name:
        return True
    head = _beginning(f"{base}/{name}", HEAD)
    if not _openable(head):
        return True
    seal = bytes.fromhex(mark[:HEAD_DIGITS])
    return any(seal) and head[SEAL_AT:FORMAT_AT] == seal and not _log_brought(f"{base}/{name}")


def _openable(head: bytes) -> bool:
    """Whether a header is one of a store that this program opens."""
    return (
        head.startswith(b"SQLite format 3\0")
        and head[OURS_AT : OURS_AT + len(OURS)] == OURS
        and head[FORMAT_AT] <= NEWEST
    )


def _log_brought(database: str) -> bool:
    """Whether a log lies beside a database that SQLite did not make for it, and would copy into it.

    SQLite gives a log the permissions of its database; git and archives give it others. A store has a write-ahead log
    alone: a rollback journal beside it is none of ours.
    """
    if _there(f"{database}-journal"):
        return True
    try:
        log = posix.lstat(f"{database}-wal")
        own_mode = posix.stat(database).st_mode
    except OSError:
        return False
    return log.st_mode & KIND != REGULAR or bool(log.st_mode & 0o777 & ~own_mode)


def _beginning(path: str, most: int) -> bytes:
    """The first bytes of a regular file; empty when it cannot be read."""
    try:
        descriptor = posix.open(path, _READ & ~posix.O_NOFOLLOW)
    except (OSError, ValueError):
        return b""
    try:
        return posix.read(descriptor, most) if posix.fstat(descriptor).st_mode & KIND == REGULAR else b""
    except OSError:
        return b""
    finally:
        posix.close(descriptor)


def _strange(base: str, *, linked: bool) -> str:
    """What is wrong with the databases of a store: THEIRS, LINKED, or nothing. linked: links to one's own are right."""
    try:
        names = [name for name in posix.listdir(base) if name.startswith("memory") and name.endswith(".db")]
    except OSError:
        return ""  # it may not be read: whoever opens it is told so
    for name in names:
        try:
            found = posix.lstat(f"{base}/{name}")
            if found.st_mode & KIND == LINK:
                if not linked:
                    return LINKED
                found = posix.stat(f"{base}/{name}")
        except OSError:
            continue  # it went away just now, or leads nowhere
        if found.st_uid != posix.geteuid():
            return THEIRS
    return ""


def _holds_anything(base: str) -> bool:
    """Whether more is in a folder than an interrupted `init` leaves, which nothing reads. Raises OSError."""
    names = posix.listdir(base)
    return any(name != BEGUN and not (name.startswith(".") and name.endswith(UNFINISHED)) for name in names)


def _there(base: str) -> bool:
    try:
        posix.lstat(base)
    except (OSError, ValueError):
        return False
    return True
