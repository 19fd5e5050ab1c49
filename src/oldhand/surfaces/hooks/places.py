"""Where a hook is: the store of its folder, found as `oldhand.code.project` finds it, without importing that."""

import posix

from oldhand.store.own_folders import belongs

STORE_FOLDER = ".oldhand"
GIT = ".git"
LONGEST_NOTE = 1 << 16  # bytes of what git notes in a `.git` file: one path
LONGEST_PATH = 4096  # characters: PATH_MAX of Linux
KIND, FOLDER, REGULAR = 0o170000, 0o040000, 0o100000  # of a mode: its kind, and the two kinds that count here
POINTER, DATABASE = "current", "memory.db"


class Place:
    """Where a hook works. store: the store's folder; tree: the top of the worktree; cwd: its own folder, resolved;
    named: whether OLDHAND_STORE names a store elsewhere, which needs no mark (`oldhand.store.acceptance`)."""

    def __init__(self, store: str, tree: str, cwd: str, named: bool = False) -> None:
        self.store, self.tree, self.cwd, self.named = store, tree, cwd, named

    def relative(self, path: str) -> str:
        """A path as memories name it: relative to the worktree; empty for one outside it, or for no path at all.

        Links in the folders of the path are followed, as they are in the tree's own.
        """
        if not path or len(path) > LONGEST_PATH or "\0" in path:
            return ""
        whole = path if path.startswith("/") else f"{self.cwd}/{path}"
        folder, _, name = whole.rstrip("/").rpartition("/")
        if name in ("", ".", ".."):
            return ""
        rest: list[str] = []
        real = entered(folder or "/")
        while not real and folder:  # a folder that is not there yet
            folder, _, above = folder.rpartition("/")
            if above in (".", ".."):
                return ""
            rest = [above, *rest] if above else rest
            real = entered(folder or "/")
        found = "/".join([real.rstrip("/"), *rest, name])
        return found[len(self.tree) + 1 :] if found.startswith(self.tree + "/") else ""


def variable(name: str) -> str:
    """A variable of the environment; empty when it is not set."""
    return posix.environ.get(name.encode(), b"").decode("utf-8", "surrogateescape")


def entered(folder: str) -> str:
    """A folder with all links resolved, by going there; empty when that cannot be."""
    try:
        posix.chdir(folder)
        return posix.getcwd()
    except (OSError, ValueError):
        return ""


def kind_of(path: str) -> int:
    """The kind of what a path leads to, links followed; 0 when there is nothing."""
    try:
        return posix.stat(path).st_mode & KIND
    except (OSError, ValueError):
        return 0


def find(folder: str) -> Place | None:
    """The place of a folder; None when no memory is there. Whether it counts is asked of `store.acceptance`."""
    cwd = entered(folder)
    if not cwd:
        return None
    named = variable("OLDHAND_STORE")
    top = cwd
    while True:
        base = top.rstrip("/")
        if common := _common_directory(f"{base}/{GIT}"):
            above, _, name = common.rpartition("/")
            root = above if name == GIT and (above == base or _refers_back(f"{base}/{GIT}", common)) else base
            entered(cwd)
            return _at(named, f"{root}/{STORE_FOLDER}", top, cwd)
        if belongs(f"{base}/{STORE_FOLDER}") and _remembers(f"{base}/{STORE_FOLDER}"):
            return _at(named, f"{base}/{STORE_FOLDER}", top, cwd)
        if top == "/":
            return _at(named, "", cwd, cwd)
        top = top.rpartition("/")[0] or "/"


def _at(named: str, store: str, tree: str, cwd: str) -> Place | None:
    """The place with the store that OLDHAND_STORE names, or else with its own, if anything is remembered there.

    One that is named needs no mark under the conditions of `oldhand.code.project.named_store`.
    """
    free = False
    if named:
        from os.path import abspath, expanduser, realpath

        whole = expanduser(named)
        free, root = whole.startswith("/"), store.rpartition("/")[0] or tree
        store = abspath(whole) if entered(cwd) else ""
        for place in (store, realpath(store)):
            for above in (tree, root):
                free = free and (above == "/" or not f"{place}/".startswith(f"{above}/"))
    return Place(store, tree, cwd, free) if store and _remembers(store) else None


def _refers_back(dot_git: str, common: str) -> bool:
    """Whether git made a `.git` file for a worktree of a repository, as `oldhand.code.project` asks it."""
    base = dot_git.rpartition("/")[0]
    directory = entered(_joined(base, _small_text(dot_git)[len("gitdir:") :].strip()))
    folder, _, name = _joined(directory, _small_text(f"{directory}/gitdir")).rpartition("/")
    return directory.rpartition("/")[0] == f"{common}/worktrees" and name == GIT and entered(folder) == (base or "/")


def _common_directory(dot_git: str) -> str:
    """Git's common directory for a `.git` folder or file; empty when it is neither."""
    kind = kind_of(dot_git)
    if kind == FOLDER:
        return dot_git if kind_of(f"{dot_git}/HEAD") else ""
    if kind != REGULAR:
        return ""
    said = _small_text(dot_git)
    if not said.startswith("gitdir:"):
        return ""
    base = dot_git.rpartition("/")[0]
    directory = entered(_joined(base, said[len("gitdir:") :].strip()))
    if not directory:
        return ""
    common = _small_text(f"{directory}/commondir")
    return entered(_joined(directory, common)) if common else directory


def branch(tree: str) -> str:
    """The branch that is checked out in a worktree; empty when none is, or none can be told."""
    git = f"{tree.rstrip('/')}/{GIT}"
    if kind_of(git) == REGULAR:
        said = _small_text(git)
        git = _joined(tree, said[len("gitdir:") :].strip()) if said.startswith("gitdir:") else git
    said = _small_text(f"{git}/HEAD")
    return said[len("ref: refs/heads/") :] if said.startswith("ref: refs/heads/") else ""


def _joined(folder: str, path: str) -> str:
    return path if path.startswith("/") else f"{folder}/{path}"


def _small_text(path: str) -> str:
    """What a small file says; empty when it cannot be read."""
    return small_file(path, LONGEST_NOTE).decode("utf-8", "surrogateescape").strip()


def small_file(path: str, most: int) -> bytes:
    """The first bytes of a regular file; empty when it cannot be read. A named pipe is not waited for."""
    try:
        descriptor = posix.open(path, posix.O_RDONLY | posix.O_CLOEXEC | posix.O_NONBLOCK | posix.O_NOCTTY)
    except (OSError, ValueError):
        return b""
    try:
        return posix.read(descriptor, most) if posix.fstat(descriptor).st_mode & KIND == REGULAR else b""
    except OSError:
        return b""
    finally:
        posix.close(descriptor)


def _remembers(store: str) -> bool:
    """Whether a store's folder has a database in it."""
    if kind_of(f"{store}/{DATABASE}"):
        return True
    try:
        return any(name.startswith("memory") and name.endswith(".db") for name in posix.listdir(store))
    except (OSError, ValueError):
        return False


def database(store: str) -> str:
    """The database file of a store: `memory.db`, or the one that `current` names; empty for what is no regular file."""
    name = _small_text(f"{store}/{POINTER}") or DATABASE
    if not (name.startswith("memory") and name.endswith(".db") and "/" not in name):
        return ""
    path = f"{store}/{name}"
    return path if kind_of(path) == REGULAR else ""
