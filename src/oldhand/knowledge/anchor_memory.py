"""What became of anchors when they were last verified: it counts for as long as their files are the same."""

import os
import time
from contextlib import suppress
from functools import cached_property
from hashlib import sha256
from importlib.util import find_spec
from typing import TYPE_CHECKING

from oldhand.code.anchors import CANNOT_TELL, GONE, HOLDS, Checked
from oldhand.code.checkout import checkout
from oldhand.errors import BadInput, OldhandError
from oldhand.model.anchor import Anchor, parse
from oldhand.model.observed import DIGITS
from oldhand.store.anchor_checks import AnchorChecks, Check, key_of, name_for

if TYPE_CHECKING:
    from pathlib import Path

    from oldhand.memory import Memory

RACY_NS = 2_000_000_000  # a file changed so shortly ago may change again without a new time on old file systems
RACY = "changing"  # stands for the times of such a file: never equal to what is found later
ABSENT = "-"
READERS = ("tree_sitter", "re2")  # of `oldhand[code]`: what is found out without them is found out anew with them


class AnchorMemory:
    """The outcomes that are kept for the working tree of a memory.

    bulk: whether all of them are read at once, as verifying needs them; else one at a time.
    """

    def __init__(self, memory: "Memory", *, bulk: bool = False) -> None:
        project = memory.project
        self.tree = project.tree
        self.head = checkout(project.tree).commit
        self._file = AnchorChecks(project.store, name_for(project.root, project.tree))
        self._held: dict[bytes, Check] | None = self._file.all() if bulk else None
        self._used: set[bytes] = set()
        self._fresh: dict[bytes, Check] = {}
        self._stamps: dict[str, str] = {}
        self._status: str | None = None
        self._environment = memory.environment
        self._now = memory.now

    def known(self, anchor: str, value: str) -> Checked | None:
        """What became of an anchor, if the files it was found in are as they were; else None."""
        key = key_of(anchor, value)
        check = self._held.get(key) if self._held is not None else self._file.one(key)
        if check is None or self._takes_git(check.state) or not self._counts(check, anchor):
            return None
        self._used.add(key)
        return Checked(anchor, check.state, check.now, check.detail)

    def _counts(self, check: Check, anchor: str) -> bool:
        if RACY in check.file or check.file != self._own(anchor):
            return False
        if check.state in (HOLDS, CANNOT_TELL):
            return True
        return check.head == self.head and check.moved == self._beside(check.state, check.now)

    def _takes_git(self, state: str) -> bool:
        """Whether telling if an outcome still counts takes longer than a single answer should."""
        return state == GONE and self._held is None

    def _beside(self, state: str, now: str) -> str:
        """What else an outcome depends on: the file where it is now; of what is gone, all that differs."""
        if state == GONE:
            return self._touched()
        return self._stamp(_path(now)) if now else ""

    def _touched(self) -> str:
        """The times of every file that git sees differ from the commit; RACY without git, where nothing tells."""
        if self._status is None:
            from oldhand.code.git import ask  # starts processes: not for every answer

            # Submodules have settings of their own, which git would go by inside them.
            words = ("--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=dirty")
            said = ask(self.tree, self._environment, "status", *words)
            names = [part[3:].decode("utf-8", "surrogateescape") for part in (said or b"").split(b"\0") if part]
            stamps = [self._stamp(name) for name in names]
            told = "\n".join(f"{name} {when}" for name, when in zip(names, stamps, strict=True))
            known = said is not None and self.head and RACY not in stamps
            self._status = sha256(told.encode("utf-8", "surrogateescape")).hexdigest()[:DIGITS] if known else RACY
        return self._status

    def keep(self, checked: Checked, value: str) -> None:
        """Keep an outcome, unless seeing later whether it still counts would cost as much as finding it out."""
        path = _path(checked.anchor)
        if self._takes_git(checked.state) or not path or Anchor(path).dependency:
            return
        own, moved = self._own(checked.anchor), self._beside(checked.state, checked.now)
        if RACY not in own and moved != RACY:
            self._fresh[key_of(checked.anchor, value)] = Check(
                own, moved, self.head, checked.state, checked.now, checked.detail, path
            )

    def write(self, *, everything: bool) -> None:
        """Write what is to be kept; everything: whether what was not asked for can be forgotten."""
        kept = self._used | set(self._fresh)
        stale = [key for key in self._held or () if key not in kept] if everything else []
        if self._fresh or stale:
            with suppress(OldhandError):  # in a folder that cannot be written, all is checked again the next time
                self._file.replace(stale, self._fresh, self._now())
        self._fresh = {}

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _own(self, anchor: str) -> str:
        """The stamp of an anchor's own file, and what there was to read it with."""
        return f"{self._stamp(_path(anchor))} {self._readers}".rstrip()

    @cached_property
    def _readers(self) -> str:
        return " ".join(name for name in READERS if find_spec(name))

    def _stamp(self, path: str) -> str:
        """The size and times of a file, ABSENT without one, RACY while its times do not tell."""
        if path not in self._stamps:
            self._stamps[path] = stamp(self.tree, path)
        return self._stamps[path]


def stamp(tree: "Path", path: str) -> str:
    """What a folder says of a file, by which a later look tells whether it was written since."""
    try:
        status = os.stat(os.path.join(tree, path))
    except (OSError, ValueError):
        return ABSENT
    if abs(time.time_ns() - max(status.st_mtime_ns, status.st_ctime_ns)) < RACY_NS:
        return RACY
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}"


def _path(anchor: str) -> str:
    """The path of an anchor, empty when it cannot be read."""
    try:
        return parse(anchor).path
    except BadInput:
        return ""
