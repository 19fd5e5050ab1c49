"""Where files of the past are now: renames across any number of commits and in the working tree, and old contents.

git is asked first: what it renamed between the noted commit and the working tree, then commit by commit.
A file that nobody has told git of is known by its bytes. Everything here costs processes or reads many
files, so it is done within a limit of time, and every answer is kept while one `Relocation` lives.
"""

import time
from collections.abc import Mapping
from pathlib import Path

from oldhand.code.git import ask
from oldhand.code.languages import language_of
from oldhand.code.paths import walk
from oldhand.code.sources import LARGEST_FILE, Sources, blob_of
from oldhand.model.anchor import can_name

MOST_CANDIDATES = 400  # files looked into for something that left its own; a large commit touches about as many
MOST_COMMITS = 3_000  # read back for a rename that the difference alone does not show: some months of a busy project
RENAME_PAIRS = 1_000  # files compared by git for likeness, its own limit
LOOK_FURTHER = "`oldhand anchors verify` looks further"
LEAST_SECONDS = 0.004  # left: git does not answer in less


class Relocation:
    """Answers about one working tree, until `until` (time.monotonic, 0: however long it takes).

    root: the top of the working tree; environment: variables for git; files: what was read of it already.
    """

    def __init__(
        self, root: Path, environment: Mapping[str, str], until: float = 0.0, files: Sources | None = None
    ) -> None:
        self.root, self.environment, self.until = root, environment, until
        self.files = files or Sources(root)
        self.short_of_time = False  # whether an answer was given up because of the limit
        self._renames: dict[str, dict[str, str]] = {}
        self._touched: dict[str, list[str]] = {}
        self._cut: set[str] = set()  # commits since which not every file that was touched is known
        self._chains: dict[str, list[tuple[str, str]]] = {}
        self._objects: dict[str, bytes | None] = {}
        self._untracked: list[str] | None = None
        self._every: list[str] | None = None

    # -- files as they were --------------------------------------------------------------------------

    def object(self, name: str) -> bytes | None:
        """The content of a git object named by its id or by `commit:path`, None when it is not there."""
        if name not in self._objects:
            said = self._ask("cat-file", "blob", "--end-of-options", name) if "\n" not in name else None
            self._objects[name] = said if said is not None and len(said) <= LARGEST_FILE else None
        return self._objects[name]

    def old_content(self, path: str, blob: str, commit: str) -> bytes | None:
        """The bytes of a file as it was observed, if git has them; of a commit when the very bytes are not there."""
        held = self.object(blob) if blob else None
        if held is None and commit:
            held = self.object(f"{commit}:{path}")
        return held

    # -- where files went ----------------------------------------------------------------------------

    def renamed(self, path: str, blob: str, commit: str) -> str:
        """Where a file that is no longer at `path` is now, empty when nobody can tell."""
        now = self._difference(commit)[0].get(path, "") if commit else ""
        if not now and blob:
            now = self._same_bytes(path, blob, commit)
        if not now and not self.until:
            now = self._followed(path, commit)
        return now if now and can_name(now) and self.files.content(now) is not None else ""

    def nameless(self, path: str, commit: str) -> bool:
        """Whether git was asked and says that a file is now where no anchor can name it."""
        now = self._renames.get(commit, {}).get(path, "")
        return bool(now) and not can_name(now)

    def renamed_folder(self, path: str, commit: str) -> str:
        """Where all the files of a folder went that git saw renamed, empty when they went to several places."""
        renames = self._difference(commit)[0] if commit else {}
        below = path + "/"
        found = {
            new.removesuffix(old[len(path) :]) if new.endswith(old[len(path) :]) else ""
            for old, new in renames.items() if old.startswith(below)
        }  # fmt: skip
        now = found.pop() if len(found) == 1 else ""
        return now if now and can_name(now) and self.files.is_folder(now) else ""

    def candidates(self, path: str, commit: str) -> list[str]:
        """Files that may hold what left `path`, likely ones first: touched since then, in the same language."""
        touched = self._difference(commit)[1] if commit else []
        found = [*touched, *self._not_told()]
        if not commit and not self.until:
            found += self._all()
        language = language_of(path)
        ending = path.rpartition(".")[2]
        alike = [
            one for one in dict.fromkeys(found)
            if one != path and (language_of(one) == language if language else one.rpartition(".")[2] == ending)
        ]  # fmt: skip
        if len(alike) > MOST_CANDIDATES:
            self._cut.add(commit)
        return sorted(alike, key=lambda one: -_common(one, path))[:MOST_CANDIDATES]

    def covers(self, commit: str) -> bool:
        """Whether `candidates` since a commit were all there are: what is in none of them left the project."""
        return bool(commit) and commit not in self._cut

    def _difference(self, commit: str) -> tuple[dict[str, str], list[str]]:
        """(old path -> path, files added or changed) between a commit and the working tree."""
        if commit not in self._renames:
            said = self._ask(
                "diff", "--name-status", "-z", "--no-ext-diff", "--no-textconv", "-M", f"-l{RENAME_PAIRS}",
                "--ignore-submodules=dirty", "--end-of-options", commit, "--",
            )  # fmt: skip
            if said is None:
                self._cut.add(commit)
            words = iter((said or b"").decode("utf-8", "surrogateescape").split("\0"))
            renames: dict[str, str] = {}
            touched: list[str] = []
            for status in words:
                if status[:1] in ("R", "C"):
                    old, new = next(words, ""), next(words, "")
                    touched.append(new)
                    if status[0] == "R":
                        renames[old] = new
                elif status:
                    name = next(words, "")
                    if status[0] != "D":
                        touched.append(name)
            self._renames[commit], self._touched[commit] = renames, [name for name in touched if can_name(name)]
        return self._renames[commit], self._touched[commit]

    def _same_bytes(self, path: str, blob: str, commit: str) -> str:
        """A file with the bytes that `path` had, among those that git was not told of or that are new."""
        name = path.rpartition("/")[2]
        places = [*self._not_told(), *self._touched.get(commit, [])]
        if not commit and not self.until:
            places += self._all()
        ending = name.rpartition(".")[2]
        for one in [place for place in dict.fromkeys(places) if place.endswith(ending)][:MOST_CANDIDATES]:
            if one != path and (held := self.files.content(one)) is not None and blob_of(held) == blob:
                return one
        return ""

    def _followed(self, path: str, commit: str) -> str:
        """Where a chain of renames in the history leads, oldest first; it ends at a file that is there."""
        if commit not in self._chains:
            from oldhand.code.history import commits

            steps: list[tuple[str, str]] = []
            for one in commits(self.root, self.environment, since=self._whole(commit), limit=MOST_COMMITS, lines=False):
                steps += [(change.old_path, change.path) for change in one.changes if change.status == "R"]
            self._chains[commit] = steps[::-1]
        here = path
        for old, new in self._chains[commit]:
            if old == here:
                here = new
        return here if here != path and can_name(here) else ""

    def _whole(self, commit: str) -> str:
        """The whole id of a commit that was noted by its first digits, empty when it is not there."""
        if not commit:
            return ""
        said = self._ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}^{{commit}}")
        return (said or b"").decode("ascii", "replace").strip()

    def _not_told(self) -> list[str]:
        """Files that git was not told of."""
        if self._untracked is None:
            said = self._ask("ls-files", "-z", "--others", "--exclude-standard")
            names = (said or b"").decode("utf-8", "surrogateescape").split("\0")
            self._untracked = [name for name in names if name and can_name(name)]
        return self._untracked

    def _all(self) -> list[str]:
        if self._every is None:
            self._every = [name for name in walk(self.root, self.environment) if can_name(name)]
        return self._every

    def _ask(self, *words: str) -> bytes | None:
        if not self.until:
            return ask(self.root, self.environment, *words)
        left = self.until - time.monotonic()
        if left < LEAST_SECONDS:
            self.short_of_time = True
            return None
        said = ask(self.root, self.environment, *words, seconds=left)
        self.short_of_time = self.short_of_time or (said is None and time.monotonic() >= self.until)
        return said

    def late(self) -> bool:
        """Whether the limit is reached; what is not known by then is not looked for."""
        if self.until and time.monotonic() >= self.until:
            self.short_of_time = True
        return self.short_of_time

    def note(self) -> str:
        """What to say beside an outcome for which there was not the time to look further; else nothing."""
        return LOOK_FURTHER if self.short_of_time else ""


def _common(one: str, other: str) -> int:
    """How much two paths have in common: folders from the top, and the name."""
    first, second = one.split("/"), other.split("/")
    shared = sum(a == b for a, b in zip(first[:-1], second[:-1], strict=False))
    return shared + 3 * (first[-1] == second[-1])
