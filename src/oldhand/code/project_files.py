"""The files of a project as imports are resolved among them: by path, by folder, by the end of their path."""

import json
import posixpath
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

MOST_FILES = 64  # files one import leads to: a package of more is no sign of any one of them
_JSON_NOISE = re.compile(r'("(?:[^"\\\n]|\\.)*")|//[^\n]*|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/|,(?=\s*[}\]])')


class ProjectFiles:
    """The paths of a project and, read when they are asked for, its manifests."""

    def __init__(self, paths: Iterable[str], manifests: Callable[[str], bytes | None]) -> None:
        """paths: POSIX paths relative to the project's root. manifests: the bytes of a file, None when unreadable."""
        self.paths = frozenset(paths)
        self._read = manifests
        self._parsed: dict[str, dict[str, Any]] = {}

    @cached_property
    def by_name(self) -> dict[str, list[str]]:
        """The paths of the files of each name."""
        named: dict[str, list[str]] = defaultdict(list)
        for path in sorted(self.paths):
            named[path.rpartition("/")[2]].append(path)
        return named

    @cached_property
    def by_folder(self) -> dict[str, list[str]]:
        """The paths of the files right in each folder ("" is the root)."""
        inside: dict[str, list[str]] = defaultdict(list)
        for path in sorted(self.paths):
            inside[path.rpartition("/")[0]].append(path)
        return inside

    @cached_property
    def folders_by_name(self) -> dict[str, list[str]]:
        """The folders of each name that hold files."""
        named: dict[str, list[str]] = defaultdict(list)
        for folder in self.by_folder:
            named[folder.rpartition("/")[2]].append(folder)
        return named

    def first(self, candidates: Iterable[str]) -> list[str]:
        """The first of the candidates that is a file of the project, in a list; [] when none is."""
        for candidate in candidates:
            if candidate in self.paths:
                return [candidate]
        return []

    def ending(self, suffix: str) -> list[str]:
        """The files whose path is `suffix` or ends with it at a folder's boundary."""
        end = f"/{suffix}"
        return [p for p in self.by_name.get(suffix.rpartition("/")[2], ()) if p == suffix or p.endswith(end)]

    def folders_ending(self, suffix: str) -> list[str]:
        """The folders whose path is `suffix` or ends with it at a folder's boundary."""
        end = f"/{suffix}"
        return [f for f in self.folders_by_name.get(suffix.rpartition("/")[2], ()) if f == suffix or f.endswith(end)]

    def manifest(self, path: str) -> dict[str, Any]:
        """A JSON or TOML file of the project as a mapping; {} when there is none or it cannot be read."""
        if path not in self._parsed:
            self._parsed[path] = _parsed(path, self._read(path)) if path in self.paths else {}
        return self._parsed[path]

    def text(self, path: str) -> str:
        """A text file of the project; "" when there is none."""
        data = self._read(path) if path in self.paths else None
        return data.decode("utf-8", "replace") if data else ""


def _parsed(path: str, data: bytes | None) -> dict[str, Any]:
    if not data:
        return {}
    written = data.decode("utf-8", "replace").removeprefix("\ufeff")
    try:
        if path.endswith(".toml"):
            return tomllib.loads(written)
        found = json.loads(_JSON_NOISE.sub(lambda match: match[1] or "", written))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def joined(folder: str, path: str) -> str:
    """A path beside a folder, put straight; "" when it leads out of the project."""
    straight = posixpath.normpath(posixpath.join(folder, path))
    return "" if straight.startswith(("..", "/")) else "" if straight == "." else straight


def folders_up(path: str) -> Iterable[str]:
    """The folder of a file and those above it, up to the root ("")."""
    folder = path.rpartition("/")[0]
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""


def nearest(paths: Iterable[str], to: str) -> list[str]:
    """Of several files the ones that share the most folders with `to`; the shortest of them, in a list."""
    wanted = to.split("/")[:-1]

    def shared(path: str) -> int:
        count = 0
        for mine, theirs in zip(path.split("/")[:-1], wanted, strict=False):
            if mine != theirs:
                break
            count += 1
        return count

    ranked = sorted(paths, key=lambda path: (-shared(path), len(path), path))
    return ranked[:1]
