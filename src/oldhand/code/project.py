"""Which project a folder belongs to, and where that project's memory lives.

All worktrees of a repository share one memory: it lies at the root of the main worktree, found
through git's common directory by reading git's own files (no process is started).
"""

import os
from pathlib import Path
from typing import NamedTuple

from oldhand.store.acceptance import why_not
from oldhand.store.own_folders import belongs
from oldhand.store.regular_files import open_regular

STORE_FOLDER = ".oldhand"
LONGEST_NOTE = 1 << 16  # bytes of what git notes in a `.git` file: one path
_EXCLUDE_LINE = f"/{STORE_FOLDER}/"


class Project(NamedTuple):
    """A project: its root, its store folder, git's common directory (None without git), and the tree of its files.

    tree: the top of the worktree one works in. It is the root except in a linked worktree, which shares
    the memory at the root and has files of its own. home: the person's folder, whose list tells whether the
    store counts (`oldhand.store.acceptance`); None where a person named a store elsewhere.
    """

    root: Path
    store: Path
    git: Path | None
    tree: Path
    home: Path | None = None

    @property
    def name(self) -> str:
        """The name of the project's folder."""
        return self.root.name or str(self.root)

    @property
    def remembered(self) -> bool:
        """Whether the project has a memory that counts."""
        return has_database(self.store) and not self.refusal

    @property
    def refusal(self) -> str:
        """Why the store that lies there does not count, as `acceptance.why_not` tells; empty when it does."""
        return why_not(self.store, self.home)


def has_database(store: Path) -> bool:
    """Whether a store's folder has a database in it, whoever made it."""
    return store.is_dir() and any(store.glob("memory*.db"))


def find_project(start: Path, home: Path | None = None) -> Project:
    """The project of a folder: its git repository, else the nearest ancestor with a memory, else the folder.

    A `.git` file that leads to a repository which knows nothing of it makes the folder a project of its own.
    home: the person's folder (see Project). Above a folder without git, memories of other users are passed over.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        if git := _common_directory(folder / ".git"):
            root = git.parent if git.name == ".git" else folder
            if root != folder and not _refers_back(folder / ".git", git):
                return Project(folder, folder / STORE_FOLDER, None, folder, home)
            return Project(root, root / STORE_FOLDER, git, folder, home)
        if has_database(folder / STORE_FOLDER) and belongs(folder / STORE_FOLDER):
            return Project(folder, folder / STORE_FOLDER, None, folder, home)
    return Project(start, start / STORE_FOLDER, None, start, home)


def named_store(project: Project, store: Path) -> tuple[Path, bool]:
    """The place of a store that a variable names, and whether it needs no mark: elsewhere, naming it is the consent.

    One in the project's own tree, or named by a relative path, must be in the person's list: a repository can set
    variables of a session too, in the settings of hosts and editors that it brings.
    """
    lexical, place = Path(os.path.abspath(store)), store.resolve()
    trees = [tree for tree in (project.tree, project.root) if tree != tree.parent]  # all lies below `/`
    if any(lexical.is_relative_to(tree) for tree in trees):
        return (lexical if lexical.is_symlink() else place), False
    return place, store.is_absolute() and not any(place.is_relative_to(tree) for tree in trees)


def _refers_back(dot_git: Path, common: Path) -> bool:
    """Whether git made a `.git` file for a worktree of a repository: it notes the file's place in its own folder.

    An archive can bring a `.git` file that points at any repository, and its memory would be told there.
    """
    try:
        directory = (dot_git.parent / _small_text(dot_git).removeprefix("gitdir:").strip()).resolve()
        noted = (directory / _small_text(directory / "gitdir")).resolve()
    except (OSError, ValueError, RuntimeError):
        return False
    return directory.parent == common / "worktrees" and noted == dot_git.resolve()


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
