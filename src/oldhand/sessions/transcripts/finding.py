"""Where hosts keep the transcripts of a project on this machine.

Claude Code names a folder after the project's; the others put the sessions of all projects together, so that the
beginning of each is looked at. Nothing outside the hosts' own folders is looked for.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from oldhand.code.project import Project
from oldhand.errors import MissingExtra
from oldhand.sessions.transcripts.gemini import ROOT_FILE
from oldhand.sessions.transcripts.neutral import mapping
from oldhand.sessions.transcripts.reading import HEAD, head_of
from oldhand.store.regular_files import open_regular

MOST_FILES = 50_000  # of one host; a person who works all day makes some 5,000 a year
MOST_ENTRIES = 500_000  # names that are looked at in one folder given by a person
MOST_WORKTREES = 200  # of one repository
DEEPEST = 12  # folders below a folder that a person names
LONGEST_SLUG = 200  # characters of a folder's name at Claude Code; what goes beyond is a digest
SUFFIXES = (".jsonl", ".jsonl.gz", ".jsonl.zst", ".json", ".md", ".traj", ".sqlite")
FIRST = 64 << 10  # bytes in which the first record of a rollout ends: it holds the host's own instructions, some 25 KB
_NOT_ENTERED = frozenset({".git", ".oldhand", "node_modules", "tool-results"})
HOSTS = ("claude", "codex", "gemini", "copilot", "specstory")


class Places(NamedTuple):
    """Where to look. folders: those of the project's work, the root and its worktrees, links resolved; home: the
    person's home folder; environment: the variables by which hosts are told to keep their files elsewhere."""

    folders: tuple[Path, ...]
    home: Path | None
    environment: Mapping[str, str]

    def at(self, variable: str, usual: str) -> Path | None:
        """The folder that a variable names, else the usual one in the person's home."""
        said = self.environment.get(variable, "")
        if said:
            return Path(said) if os.path.isabs(said) else None
        return self.home / usual if self.home else None

    def holds(self, folder: str) -> bool:
        """Whether a session in this folder was about the project."""
        if not folder:
            return False
        path = Path(os.path.realpath(folder))
        return any(path.is_relative_to(one) for one in self.folders)


def places_of(project: Project, environment: Mapping[str, str]) -> Places:
    """Where the transcripts of a project may be."""
    folders = [project.root, project.tree, *_worktrees(project.git)]
    home = environment.get("HOME", "")
    resolved = dict.fromkeys(Path(os.path.realpath(folder)) for folder in folders)
    return Places(tuple(resolved), Path(home) if os.path.isabs(home) else None, environment)


def _worktrees(git: Path | None) -> Iterator[Path]:
    """The linked worktrees of a repository, as git notes them."""
    for name in _names(git / "worktrees")[:MOST_WORKTREES] if git else ():
        try:
            with open_regular(git / "worktrees" / name / "gitdir") as file:  # type: ignore[operator]
                said = file.read(4096).decode("utf-8", "surrogateescape").strip()
        except OSError:
            continue
        if os.path.isabs(said):
            yield Path(said).parent


def transcripts(places: Places, hosts: Iterable[str] = HOSTS) -> Iterator[tuple[str, Path]]:
    """(host, file) of what hosts have kept of the project; of databases also those that hold other projects' threads.

    Hosts come in the order of HOSTS, so that a session is known by its host before a copy of it comes.
    """
    wanted = set(hosts)
    for host in HOSTS:
        if host in wanted:
            for count, path in enumerate(_LOOKING[host](places)):
                if count >= MOST_FILES:
                    break
                yield host, path


def below(folder: Path) -> Iterator[Path]:
    """The files of a folder that may be transcripts, in order; links to folders are not entered."""
    entries = 0
    for here, folders, files in os.walk(folder):
        inside = Path(here)
        deep = len(inside.parts) - len(folder.parts) >= DEEPEST
        folders[:] = [] if deep else sorted(name for name in folders if name not in _NOT_ENTERED)
        entries += len(files) + len(folders)
        if entries > MOST_ENTRIES:
            return
        for name in sorted(files):
            if name.endswith(SUFFIXES):
                yield inside / name


def slug(folder: Path) -> str:
    """How Claude Code calls the folder of a project: every character but letters and digits is a dash."""
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in str(folder))


def _claude(places: Places) -> Iterator[Path]:
    base = places.at("CLAUDE_CONFIG_DIR", ".claude")
    if base is None:
        return
    slugs = tuple(slug(folder)[:LONGEST_SLUG] for folder in places.folders)
    for name in _names(base / "projects"):
        if name.startswith(slugs):  # the folder itself, or one that may be inside it
            own = base / "projects" / name
            found = [path for path in below(own) if path.suffix == ".jsonl" and _of_a_session(path, own)]
            yield from (path for path in found if _began_in(path, places, lambda said: said.get("cwd")))


def _of_a_session(path: Path, own: Path) -> bool:
    """Whether a file is a session's or one of its subagents'; beside them are outputs and the host's own memory."""
    parts = path.relative_to(own).parts
    return len(parts) == 1 or (len(parts) > 2 and parts[1] == "subagents")


def _began_in(path: Path, places: Places, folder_of: Callable[[dict[str, Any]], Any]) -> bool:
    """Whether the first record of a transcript that names a folder names one of the project's."""
    for most in (FIRST, HEAD):
        for said in head_of(path, most):
            folder = folder_of(said)
            if isinstance(folder, str):
                return places.holds(folder)
    return False


def _codex(places: Places) -> Iterator[Path]:
    base = places.at("CODEX_HOME", ".codex")
    if base is None:
        return
    for folder in ("sessions", "archived_sessions"):
        for path in below(base / folder):
            if not path.name.startswith("rollout-"):
                continue
            try:
                of_project = _began_in(path, places, _folder_of_a_rollout)
            except MissingExtra:
                of_project = True  # nobody can tell; reading it tells what is missing
            if of_project:
                yield path
    for where in dict.fromkeys(filter(None, (places.at("CODEX_SQLITE_HOME", ".codex"), base, base / "sqlite"))):
        for name in _names(where):
            if name.startswith("thread_history_") and name.endswith(".sqlite"):
                yield where / name


def _folder_of_a_rollout(said: dict[str, Any]) -> Any:
    return mapping(said.get("payload")).get("cwd", said.get("cwd"))


def _gemini(places: Places) -> Iterator[Path]:
    base = places.at("GEMINI_CLI_HOME", ".gemini")
    if base is None:
        return
    if places.environment.get("GEMINI_CLI_HOME"):
        base = base / ".gemini"
    digests = {sha256(str(folder).encode()).hexdigest() for folder in places.folders}
    for name in _names(base / "tmp"):
        own = base / "tmp" / name
        if name in digests or places.holds(_noted(own / ROOT_FILE)):
            yield from (path for path in below(own / "chats") if path.suffix in (".json", ".jsonl"))


def _copilot(places: Places) -> Iterator[Path]:
    base = places.at("COPILOT_HOME", ".copilot")
    for name in _names(base / "session-state") if base else ():
        path = base / "session-state" / name  # type: ignore[operator]
        path = path if name.endswith(".jsonl") else path / "events.jsonl"
        if _began_in(path, places, lambda said: mapping(mapping(said.get("data")).get("context")).get("cwd")):
            yield path


def _specstory(places: Places) -> Iterator[Path]:
    for folder in places.folders:
        history = folder / ".specstory" / "history"
        for name in _names(history):
            path = history / name
            if name.endswith(".md") and Path(os.path.realpath(path)) == path:  # a link may lead out of the project
                yield path


def _names(folder: Path) -> list[str]:
    """The names in a folder, in order; none when it is not there or may not be read."""
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _noted(path: Path) -> str:
    try:
        with open_regular(path) as file:
            return file.read(4096).decode("utf-8", "replace").strip()
    except OSError:
        return ""


_LOOKING = {"claude": _claude, "codex": _codex, "gemini": _gemini, "copilot": _copilot, "specstory": _specstory}
