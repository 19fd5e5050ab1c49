"""Which project a folder belongs to, and where that project's memory lives.

All worktrees of a repository share one memory: it lies at the root of the main worktree, found
through git's common directory by reading git's own files (no process is started).
"""

from pathlib import Path
from typing import NamedTuple

from oldhand.store.regular_files import open_regular

STORE_FOLDER = ".oldhand"
LONGEST_NOTE = 1 << 16  # bytes of what git notes in a `.git` file: one path
_EXCLUDE_LINE = f"/{STORE_FOLDER}/"


class Project(NamedTuple):
    """A project: its root, its store folder, git's common directory (None without git), and the tree of its files.

    tree: the top of the worktree one works in. It is the root except in a linked worktree, which shares
    the memory at the root and has files of its own.
    """

    root: Path
    store: Path
    git: Path | None
    tree: Path

    @property
    def name(self) -> str:
        """The name of the project's folder."""
        return self.root.name or str(self.root)

    @property
    def remembered(self) -> bool:
        """Whether the project has a memory."""
        return self.store.is_dir() and any(self.store.glob("memory*.db"))


def find_project(start: Path) -> Project:
    """The project of a folder: its git repository, else the nearest ancestor with a memory, else the folder."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if git := _common_directory(folder / ".git"):
            root = git.parent if git.name == ".git" else folder
            return Project(root, root / STORE_FOLDER, git, folder)
        if (folder / STORE_FOLDER).is_dir() and any((folder / STORE_FOLDER).glob("memory*.db")):
            return Project(folder, folder / STORE_FOLDER, None, folder)
    return Project(start, start / STORE_FOLDER, None, start)


def _common_directory(dot_git: Path) -> Path | None:
    """Git's common directory for a `.git` folder or file, or None when it is neither."""
    if dot_git.is_dir():
        return dot_git if (dot_git / "HEAD").exists() else None
    try:
        said = _small_text(dot_git)
    except OSError:
        return None
    if not said.startswith("gitdir:"):
        return None
    directory = (dot_git.parent / said.removeprefix("gitdir:").strip()).resolve()
    try:
        common = _small_text(directory / "commondir")
    except OSError:
        return directory if directory.is_dir() else None
    return (directory / common).resolve()


def _small_text(path: Path) -> str:
    """What one of git's small files says. Raises OSError, also for what is no regular file."""
    with open_regular(path) as file:
        return file.read(LONGEST_NOTE).decode("utf-8", "surrogateescape").strip()


def keep_out_of_git(project: Project) -> None:
    """Have git overlook the store, in the repository's own exclude file; tracked files are never edited."""
    if project.git is None:
        return
    exclude = project.git / "info" / "exclude"
    try:
        present = exclude.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        present = ""
    if _EXCLUDE_LINE in present.splitlines():
        return
    exclude.parent.mkdir(parents=True, exist_ok=True)
    with exclude.open("a", encoding="utf-8", errors="surrogateescape") as file:
        file.write(("" if present.endswith("\n") or not present else "\n") + _EXCLUDE_LINE + "\n")
