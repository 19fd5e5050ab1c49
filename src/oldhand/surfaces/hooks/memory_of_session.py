"""What a session has been told already: markers in the spool's folder, made by whoever tells it first.

One folder a session, and one for each subagent of it, which has a conversation of its own. A marker is made with
O_EXCL, so that of two copies of a hook, and of two tools that are called at once, one tells a memory.
"""

import posix
from zlib import crc32

from oldhand.store.own_folders import opened
from oldhand.surfaces.hooks.spooling import ONCE, SPOOL, TOLD, claim, markers, real

PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
LONGEST_NAME = 80  # characters of a session's name that names a folder as it is
OLD_S = 14 * 86_400  # age of a folder at which its session is over for good
MOST_FOLDERS = 500  # looked at when old ones are taken away
MOST_MARKERS = 2_000  # removed of one folder at once
SECONDS = 5  # in which a second telling of the same opening is a copy


class Told:
    """What one session, or one subagent of it, was told. `known`: names of markers that are there."""

    def __init__(self, store: str, session: str, agent: str) -> None:
        self._base = f"{store}/{SPOOL}"
        self._folder = f"{self._base}/{TOLD}/{_name(session)}" + (f".{_name(agent)}" if agent else "")
        self.known = markers(self._folder)

    def first(self, name: str) -> bool:
        """Whether nobody told this before. name: a memory's id, or the name of a judgement.

        Raises OSError where that cannot be marked.
        """
        return name not in self.known and claim(self._folder, name)

    def forget(self) -> None:
        """Take all markers away: the conversation that they stand for is gone."""
        if self.known and real(self._folder):
            try:
                _emptied(self._folder, None)
            except OSError:
                pass
        self.known = set()

    def first_in_seconds(self, name: str, now_s: int) -> bool:
        """Whether nobody did this in the last seconds: hosts may start one hook twice, or two for one moment.

        Raises OSError where that cannot be marked.
        """
        folder = f"{self._base}/{ONCE}"
        if claim(folder, name):
            return True
        try:
            path = f"{folder}/{name}"
            if not real(folder):
                return True
            if now_s - posix.stat(path).st_mtime <= SECONDS:
                return False
            posix.utime(path)
        except OSError:
            pass
        return True

    def tidy(self, now_s: int) -> None:
        """Take away what was kept for sessions that are over for good."""
        base = f"{self._base}/{TOLD}"
        if not real(base):
            return
        try:
            within = opened(base)
        except OSError:
            return
        try:
            for name in posix.listdir(within)[:MOST_FOLDERS]:
                try:
                    if now_s - posix.stat(name, dir_fd=within, follow_symlinks=False).st_mtime >= OLD_S:
                        _emptied(name, within)
                        posix.rmdir(name, dir_fd=within)
                except OSError:
                    continue  # a link, another user's, or not empty: left alone, and `doctor` names it
        finally:
            posix.close(within)


def _emptied(folder: str, within: "int | None") -> None:
    """Remove the markers in a folder. Raises OSError, also for a link and another user's folder."""
    descriptor = opened(folder, within)
    try:
        for marker in posix.listdir(descriptor)[:MOST_MARKERS]:
            posix.unlink(marker, dir_fd=descriptor)
    finally:
        posix.close(descriptor)


def judgement(root: str, kind: str, what: str) -> str:
    """The name of the judgement that nothing more is to be told at an action while the memory has this root."""
    return f"={root[:8]}-{digest(f'{kind} {what}')}"


def digest(text: str) -> str:
    """A short name for a text. Two of a session's actions share one with a chance of one in some billions."""
    raw = text.encode("utf-8", "replace")
    return f"{crc32(raw):08x}{crc32(raw[::-1], len(raw)):08x}"


def _name(said: str) -> str:
    plain = len(said) <= LONGEST_NAME and said and set(said) <= PLAIN
    return said if plain else f"{digest(said)}_"
