"""What answers to the survey change, in one small file that recall and hooks read: `spool/survey.json` of a store.

It is made from the answers alone and can be made anew at any time. Without it nothing is changed. Hooks import this,
so it imports nothing that is slow.
"""

import posix

from oldhand.model.plain_json import parsed, written

TYPE_CHECKING = False  # as checkers know it: importing `typing` takes longer than a hook may take
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FOLDER, NAME = "spool", "survey.json"
VERSION = 2
LARGEST = 262_144  # bytes that are read: three times what MOST memories take in each part
MOST = 500  # memories in each part of the file: the clearest
UNIT = 10_000  # a value of 1, in the whole numbers that are kept
ID_DIGITS = 32
PERSON, AGENT = "user", "agent"
REPO = "repo"  # what the repository itself says
KIND, REGULAR = 0o170000, 0o100000  # of a mode
FILE_MODE = 0o600


class Tuning:
    """What answers change. values: by memory, what ranking adds for it by people's answers, from -UNIT to UNIT; agents:
    the same by agents' answers, of memories that no person spoke of, as far as `agents_may` lets it; quiet: the
    memories that were called noise often enough for hooks not to tell them unasked, with whose answers did it, how
    often people had confirmed each by then, and when (ms) the last of these answers was given. Which of them are
    really kept silent, `knowledge.silencing` says."""

    def __init__(
        self, values: "dict[str, int]", quiet: "dict[str, tuple[str, int, int]]", agents: "dict[str, int] | None" = None
    ) -> None:
        self.values, self.quiet, self.agents = values, quiet, agents or {}


def agents_may(value: int, counts: "Mapping[str, int]") -> int:
    """How far agents' answers move a memory in ranking. counts: how often it was said or confirmed, by trust.

    They never lower what a person said or confirmed. They raise only what a person or the repository stands for: what
    agents said, or passed on from tools and the web, no agent makes more of by calling it useful.
    """
    if value < 0:
        return 0 if counts.get(PERSON, 0) else value
    return value if counts.get(PERSON, 0) or counts.get(REPO, 0) else 0


def read(store: "str | Path") -> Tuning:
    """What is changed in a store's folder; nothing where the file is missing, is none of ours or is broken."""
    try:
        flags = posix.O_RDONLY | posix.O_CLOEXEC | posix.O_NONBLOCK | posix.O_NOCTTY | posix.O_NOFOLLOW
        descriptor = posix.open(f"{store}/{FOLDER}/{NAME}", flags)
    except (OSError, ValueError):
        return Tuning({}, {})
    try:
        found = posix.fstat(descriptor)
        ours = found.st_mode & KIND == REGULAR and found.st_uid == posix.geteuid()
        raw = posix.read(descriptor, LARGEST) if ours else b""
        said = parsed(raw.decode("ascii"))
    except (OSError, ValueError, RecursionError):
        return Tuning({}, {})  # it is made anew with the next answer
    finally:
        posix.close(descriptor)
    if not isinstance(said, dict) or said.get("v") != VERSION:
        return Tuning({}, {})
    return Tuning(
        _whole(said.get("values")),
        {
            name: (one[0], one[1], one[2]) for name, one in _pairs(said.get("quiet"))
            if isinstance(one, list) and len(one) == 3 and one[0] in (PERSON, AGENT)
            and type(one[1]) is int and type(one[2]) is int
        },
        _whole(said.get("agents")),
    )  # fmt: skip


def _whole(said: object) -> "dict[str, int]":
    """The entries that are values of memories."""
    return {name: one for name, one in _pairs(said) if type(one) is int and -UNIT <= one <= UNIT}


def _pairs(said: object) -> "list[tuple[str, object]]":
    """The entries of an object that are named by ids."""
    if not isinstance(said, dict):
        return []
    return [(name, one) for name, one in said.items() if len(name) == ID_DIGITS and not name.strip("0123456789abcdef")]


def write(store: "str | Path", tuning: Tuning) -> bool:
    """Put what is changed where it is read, or take the file away where nothing is; whether that could be done."""
    folder = f"{store}/{FOLDER}"
    unfinished = f"{folder}/{NAME}.{posix.getpid()}"
    try:
        if not tuning.values and not tuning.quiet and not tuning.agents:
            try:
                posix.unlink(f"{folder}/{NAME}")
            except FileNotFoundError:
                pass
            return True
        from oldhand.store.own_folders import own

        try:
            posix.mkdir(folder, 0o700)
        except FileExistsError:
            if not own(folder):
                return False  # a link, or another user's: left alone, and `doctor` names it
        quiet = {name: list(one) for name, one in tuning.quiet.items()}
        text = written({"v": VERSION, "values": tuning.values, "agents": tuning.agents, "quiet": quiet})
        flags = posix.O_WRONLY | posix.O_CREAT | posix.O_TRUNC | posix.O_CLOEXEC | posix.O_NOFOLLOW
        descriptor = posix.open(unfinished, flags, FILE_MODE)
        try:
            left = text.encode("ascii")
            while left:
                left = left[posix.write(descriptor, left) :]
        finally:
            posix.close(descriptor)
        posix.replace(unfinished, f"{folder}/{NAME}")  # not synced: it can be made anew
    except OSError:
        try:
            posix.unlink(unfinished)
        except OSError:
            pass
        return False
    return True


def without(store: "str | Path", memories: "tuple[str, ...]") -> bool:
    """Take memories out of the file, by their whole ids; whether that could be done."""
    known, gone = read(store), set(memories)
    values = {name: one for name, one in known.values.items() if name not in gone}
    quiet = {name: one for name, one in known.quiet.items() if name not in gone}
    agents = {name: one for name, one in known.agents.items() if name not in gone}
    if len(values) + len(quiet) + len(agents) == len(known.values) + len(known.quiet) + len(known.agents):
        return True
    return write(store, Tuning(values, quiet, agents))
