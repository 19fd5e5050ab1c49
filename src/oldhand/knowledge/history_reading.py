"""Reading a project's history: from git into `Mining`, resumable, each commit read once.

What was gathered is kept in `history.json` in the store's folder, after a checksum. It holds nothing that git does not
have: it may be deleted at any time, and a damaged or foreign one is read past; the history is then read
anew, which changes no memory. While a long reading runs, its part is saved every few thousand commits
and when it is interrupted, so that the next one goes on there.
"""

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from oldhand.code import history
from oldhand.code.declared_names import LARGEST_MANIFEST, is_manifest
from oldhand.code.paths import read_bytes
from oldhand.errors import BadPath
from oldhand.knowledge.history_dependencies import declared_in
from oldhand.knowledge.history_mining import Mined, Mining

STATE_FILE = "history.json"
FORMAT = 1  # of that file; another one is read past
LARGEST_STATE = 256 * 1024 * 1024  # bytes; 60,000 commits need about ten million
MOST_COMMITS = 200_000  # the latest, in one reading: older ones tell little of today, and the reading ends in minutes
SAVE_EVERY = 20_000  # commits, read in ten seconds: what an interruption can cost
MOST_SOUGHT = 30_000  # earlier commits looked through for what a new revert took back


class Read(NamedTuple):
    """A history that was read. commits: all that were read so far; fresh: in this reading; cut_off: a shallow clone."""

    mined: Mined
    commits: int
    fresh: int
    cut_off: bool


def read_history(
    root: Path, environment: Mapping[str, str], folder: Path, files: list[str], now_ms: int,
    progress: Callable[[int, int], None],
) -> Read | None:  # fmt: skip
    """Read what is new in the history and tell what all of it says; None without git or without commits.

    folder: the store's; files: those the project has now; progress: is told (read, of all) as it goes.
    """
    last = history.head(root, environment)
    if not last:
        return None
    state = _State(folder / STATE_FILE, root, environment, now_ms)
    fresh = 0
    for until in dict.fromkeys((state.unfinished(last), last)):
        if until and until != state.head:
            fresh += state.read(until, progress)
    mining = state.whole or Mining(now_ms)
    mined = mining.mined(set(files), declared_in(_manifests(root, files)))
    return Read(mined, mining.commits, fresh, history.cut_off(root, environment))


class _State:
    """How far the history was read: all up to `head` in `whole`, and a part of a reading that was interrupted."""

    def __init__(self, path: Path, root: Path, environment: Mapping[str, str], now_ms: int) -> None:
        self.path, self.root, self.environment, self.now_ms = path, root, environment, now_ms
        self.head = ""
        self.whole: Mining | None = None
        self.part: dict[str, Any] = {}  # since, until, done, mining
        with suppress(OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
            if path.stat().st_size <= LARGEST_STATE:
                check, _, text = path.read_text("utf-8").partition("\n")
                saved: dict[str, Any] = json.loads(text) if check == _check(text) else {"format": 0}
                if saved["format"] == FORMAT:
                    self.whole = Mining(now_ms, saved["whole"]) if saved["head"] else None
                    self.head, self.part = saved["head"], saved["part"]

    def unfinished(self, last: str) -> str:
        """The commit up to which an interrupted reading goes, where it still fits; what no longer fits is forgotten."""
        if self.head and self.head != last and not history.follows(self.root, self.environment, self.head, last):
            self.head, self.whole = "", None  # rebased, or another branch: read anew
        until = str(self.part.get("until", ""))
        fits = until == last or (until and history.follows(self.root, self.environment, until, last))
        if not fits or self.part.get("since") != self.head:
            self.part = {}
            return ""
        return until

    def read(self, until: str, progress: Callable[[int, int], None]) -> int:
        """Read the commits from `head` to `until`, or the rest of them. Returns how many were read now."""
        done, mining = 0, Mining(self.now_ms)
        if self.part.get("until") == until:
            done, mining = int(self.part["done"]), Mining(self.now_ms, self.part["mining"])
        span: Any = {"since": self.head, "until": until}
        total = min(history.count(self.root, self.environment, **span), MOST_COMMITS)
        before = done
        if done < total:
            stream = history.commits(self.root, self.environment, **span, skip=done, limit=total - done)
            try:
                for commit in stream:
                    mining.add(commit)
                    done += 1
                    if done % SAVE_EVERY == 0:
                        self._save({**span, "done": done, "mining": mining.saved()})
                    progress(done, total)
            except BaseException:  # an interruption too: it is raised on, with what was read kept
                self._save({**span, "done": done, "mining": mining.saved()})
                raise
        self._finish(mining, until)
        return done - before

    def _finish(self, mining: Mining, until: str) -> None:
        mining.settle(lambda blobs: history.contents(self.root, self.environment, blobs, LARGEST_MANIFEST))
        if self.whole is not None:
            if mining.reverts.waiting():
                earlier = history.commits(self.root, self.environment, until=self.head, limit=MOST_SOUGHT, lines=False)
                for commit in earlier:
                    if not mining.seek(commit):
                        break
            mining.merge(self.whole)
        mining.close()
        self.head, self.whole, self.part = until, mining, {}
        self._save({})

    def _save(self, part: dict[str, Any]) -> None:
        """Keep the state; where the folder cannot be written the history is read again the next time."""
        said = {"format": FORMAT, "head": self.head, "whole": self.whole.saved() if self.whole else {}, "part": part}
        unfinished = self.path.with_name(f"{self.path.name}.{os.getpid()}.part")
        with suppress(OSError):
            text = json.dumps(said, separators=(",", ":"))
            unfinished.write_text(f"{_check(text)}\n{text}", "utf-8")
            unfinished.chmod(0o600)
            os.replace(unfinished, self.path)


def _check(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _manifests(root: Path, files: list[str]) -> list[tuple[str, bytes]]:
    found = []
    for path in files:
        if is_manifest(path):
            with suppress(BadPath, OSError):
                found.append((path, read_bytes(root, path, LARGEST_MANIFEST)))
    return found
