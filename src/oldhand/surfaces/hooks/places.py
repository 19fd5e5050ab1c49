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
    """Where a hook works. store: the store's folder; tree: the top of the worktree; cwd: its own folder, resolved."""

    def __init__(self, store: str, tree: str, cwd: str) -> None:
        self.store, self.tree, self.cwd = store, tree, cwd

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
    """The place of a folder; None when no memory is there."""
    cwd = entered(folder)
    if not cwd:
        return None
    named = variable("OLDHAND_STORE")
    top = cwd
    while True:
        base = top.rstrip("/")
        if common := _common_directory(f"{base}/{GIT}"):
            above, _, name = common.rpartition("/")
            store = f"{(above if name == GIT else base)}/{STORE_FOLDER}"
            return _at(named, store, top, cwd)
        if not named and _remembers(f"{base}/{STORE_FOLDER}"):
            return _at("", f"{base}/{STORE_FOLDER}", top, cwd)
        if top == "/":
            return _at(named, "", cwd, cwd)
        top = top.rpartition("/")[0] or "/"


def _at(named: str, store: str, tree: str, cwd: str) -> Place | None:
    """The place with the store that OLDHAND_STORE names, or else with its own, if anything is remembered there."""
    if named:
        from os.path import abspath, expanduser

        store = abspath(expanduser(named)) if entered(cwd) else ""
    if not store or not _remembers(store):
        return None
    return Place(store, tree, cwd) if named or _is_own(store) else None


def _is_own(store: str) -> bool:
    """Whether a store's folder and database belong to this user; another's is used only where it is named."""
    path = database(store)
    return belongs(store) and (not path or belongs(path))


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
