"""What the manifests and lock files of a project declare about a package: a version or a constraint, as text.

Read as text with bounds; nothing is resolved, run or fetched. A manifest that cannot be read counts as silent.
"""

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from oldhand.code.paths import read_bytes
from oldhand.errors import BadPath
from oldhand.model.observed import LONGEST_WORDS

LARGEST_MANIFEST = 16 << 20  # bytes: lock files of large projects reach 5 MB
DEEPEST = 3  # folders below the root in which manifests are looked for: packages/NAME/package.json
MOST_FOLDERS = 400  # looked into; a workspace of more packages pins them in one lock file at its root
LONGEST_VERSION = 60  # characters told of one constraint
SAID_NOTHING = "any version"
_SKIPPED = frozenset({"node_modules", "vendor", "target", "build", "dist", "venv", "__pycache__", "site-packages"})

_OPERATOR = re.compile(r" ?(===?|[<>!~]=|=>|~>|[<>=~^,]) ?")  # white space beside it says nothing
_BETWEEN = re.compile(r"[\s;]")  # what stands between manifests and versions when they are told

Reader = Callable[[str, str], Iterable[str]]


def declared(root: Path, name: str, manifests: Iterable[str] | None = None) -> dict[str, str]:
    """Manifest -> what it says of the package `name`, in the order of the paths; empty when nothing names it.

    manifests: those to read, None to look for all of them.
    """
    found: dict[str, str] = {}
    for path in sorted(found_manifests(root) if manifests is None else manifests):
        reader = reader_of(path)
        try:
            text = read_bytes(root, path, LARGEST_MANIFEST).decode("utf-8", "replace") if reader else ""
        except (BadPath, OSError):
            continue
        if reader is None or not _may_name(text, name):
            continue
        try:
            versions = list(dict.fromkeys(map(_bare, reader(text, name))))
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
            continue  # no manifest in the form its name says: it declares nothing
        if versions:
            found[path] = ", ".join(one or SAID_NOTHING for one in versions[:3])
    return found


def squeezed(said: str) -> str:
    """What manifests say without the white space beside operators and commas: `>= 1.26, < 3` as `>=1.26,<3`."""
    return _OPERATOR.sub(r"\1", said)


def _bare(version: str) -> str:
    """A version or constraint as it is told: one line, bounded, without what stands between manifests."""
    return " ".join(version.replace(";", " ").split())[:LONGEST_VERSION]


def found_manifests(root: Path) -> list[str]:
    """The manifests and lock files at the root and a few folders below, links and hidden folders left out."""
    found: list[str] = []
    waiting = [("", 0)]
    for place, depth in waiting:
        try:
            entries = sorted(os.scandir(root / place), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            path = f"{place}/{entry.name}" if place else entry.name
            if entry.is_symlink():
                continue
            if entry.is_dir():
                wanted = depth < DEEPEST and entry.name[0] != "." and entry.name.lower() not in _SKIPPED
                if wanted and len(waiting) < MOST_FOLDERS:
                    waiting.append((path, depth + 1))
            elif reader_of(path) and path.isprintable() and not _BETWEEN.search(path):
                found.append(path)
    return found


def reader_of(path: str) -> Reader | None:
    """What reads a manifest of this name, None when it is none."""
    name = path.rpartition("/")[2]
    if name in _READERS:
        return _READERS[name]
    if name.endswith((".csproj", ".fsproj", ".vbproj")):
        return _nuget
    return _requirements if _REQUIREMENTS.match(name) else None


def told(versions: dict[str, str]) -> str:
    """What manifests say in one line, as many as fit it: `package.json ^4.17.0; package-lock.json 4.17.21`."""
    said = ""
    for path, version in versions.items():
        more = f"{said}; {path} {version}" if said else f"{path} {version}"
        if len(more) <= LONGEST_WORDS:
            said = more
    return said


def difference(before: str, now: dict[str, str]) -> str:
    """What changed between two tellings, in one line."""
    was = {}
    for part in before.split("; "):
        path, _, version = part.partition(" ")
        was[path] = version
    changed = [
        f"{path}: {was.get(path) or 'nothing'} -> {now.get(path) or 'nothing'}"
        for path in dict.fromkeys((*was, *now)) if squeezed(was.get(path, "")) != squeezed(now.get(path, ""))
    ]  # fmt: skip
    return "; ".join(changed[:2]) + (f" and {len(changed) - 2} more" if len(changed) > 2 else "")


def _may_name(text: str, name: str) -> bool:
    """Whether a text can hold the name, in any of the ways it is written; saves parsing large lock files."""
    folded = re.sub(r"[-_.]+", "-", text.casefold())
    return re.sub(r"[-_.]+", "-", name.casefold().rpartition(":")[2]) in folded


# -- Python ------------------------------------------------------------------------------------------

_REQUIREMENTS = re.compile(r"(?:requirements|constraints)[\w.-]{0,60}\.(?:txt|in)\Z", re.ASCII)
_SPECIFIER = re.compile(r"\s*([A-Za-z0-9][\w.-]{0,99})\s*(?:\[[^\]]{0,200}\])?\s*\(?([^;#)]{0,200})", re.ASCII)


def _plain(name: str) -> str:
    """A name as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).casefold()


def _of_specifiers(lines: Iterable[object], name: str) -> Iterator[str]:
    for line in lines:
        match = _SPECIFIER.match(str(line))
        if match and _plain(match[1]) == _plain(name):
            yield match[2].strip().rstrip("\\").strip()


def _requirements(text: str, name: str) -> Iterator[str]:
    return _of_specifiers((line for line in text.splitlines() if not line.lstrip().startswith(("#", "-"))), name)


def _pyproject(text: str, name: str) -> Iterator[str]:
    import tomllib  # only manifests are TOML, and only they pay for it

    said = tomllib.loads(text)
    project = said.get("project", {})
    lists = [project.get("dependencies", []), said.get("build-system", {}).get("requires", [])]
    lists += [*project.get("optional-dependencies", {}).values(), *said.get("dependency-groups", {}).values()]
    for lines in lists:
        yield from _of_specifiers(lines, name)
    tool = said.get("tool", {}).get("poetry", {})
    groups = [tool, *tool.get("group", {}).values()]
    for group in groups:
        for key in ("dependencies", "dev-dependencies"):
            yield from _of_table(group.get(key, {}), name, _plain)


def _of_table(table: dict[str, object], name: str, folded: Callable[[str], str] = str) -> Iterator[str]:
    """What a table of names says of one: a version, or a table with one."""
    for key, value in table.items():
        if folded(key) == folded(name):
            for one in value if isinstance(value, list) else [value]:
                said = (
                    [one[key] for key in ("version", "git", "path") if key in one] if isinstance(one, dict) else [one]
                )
                yield str(said[0]) if said else ""


def _toml_lock(text: str, name: str) -> Iterator[str]:
    """Cargo.lock, poetry.lock, uv.lock: `name` and `version` of each package stand on lines of their own."""
    here = ""
    for line in text.splitlines():
        key, equals, value = line.partition(" = ")
        if line.startswith("[["):
            here = ""
        elif equals and key == "name":
            here = value.strip('" ')
        elif equals and key == "version" and here and _plain(here) == _plain(name):
            yield value.strip('" ')


# -- JavaScript, PHP ---------------------------------------------------------------------------------


def _package_json(text: str, name: str) -> Iterator[str]:
    said = json.loads(text)
    for key in ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies", "overrides"):
        yield from _of_table(said.get(key) or {}, name)


def _package_lock(text: str, name: str) -> Iterator[str]:
    said = json.loads(text)
    packages = said.get("packages") or {}
    if f"node_modules/{name}" in packages:
        yield str(packages[f"node_modules/{name}"].get("version", ""))
    else:
        yield from _of_table(said.get("dependencies") or {}, name)


def _yarn_lock(text: str, name: str) -> Iterator[str]:
    here = False
    for line in text.splitlines():
        if line and not line[0].isspace() and line[0] != "#":
            wanted = line.rstrip(":").replace('"', "").split(", ")
            here = any(one.rpartition("@")[0] == name for one in wanted)
        elif here and line.strip().startswith("version"):
            yield line.strip()[len("version") :].lstrip(": ").strip('"')


_PNPM = re.compile(
    r" {2}'?/?((?:@[\w.-]{1,100}/)?[\w.-]{1,100})[@/](\d[^:'(\s]{0,60})(?:\([^:]{0,400})?'?:\s*\Z", re.ASCII
)


def _pnpm_lock(text: str, name: str) -> Iterator[str]:
    for line in text.splitlines():
        if len(line) < 600 and (match := _PNPM.match(line)) and match[1] == name:
            yield match[2]


def _composer(text: str, name: str) -> Iterator[str]:
    said = json.loads(text)
    for key in ("require", "require-dev"):
        yield from _of_table(said.get(key) or {}, name, str.casefold)


def _composer_lock(text: str, name: str) -> Iterator[str]:
    said = json.loads(text)
    for one in [*(said.get("packages") or []), *(said.get("packages-dev") or [])]:
        if str(one.get("name", "")).casefold() == name.casefold():
            yield str(one.get("version", ""))


# -- Go, Rust, Java, Ruby, .NET ----------------------------------------------------------------------


def _go_mod(text: str, name: str) -> Iterator[str]:
    for line in text.splitlines():
        words = line.partition("//")[0].removeprefix("require ").split()
        if len(words) == 2 and words[0] == name:
            yield words[1]


def _cargo(text: str, name: str) -> Iterator[str]:
    import tomllib

    said = tomllib.loads(text)
    tables = [said, said.get("workspace", {}), *said.get("target", {}).values()]
    for table in tables:
        for key in ("dependencies", "dev-dependencies", "build-dependencies"):
            yield from _of_table(table.get(key, {}), name, _plain)


_XML_PART = re.compile(r"<(groupId|artifactId|version)>([^<]{1,300})</")


def _pom(text: str, name: str) -> Iterator[str]:
    group, _, artifact = name.rpartition(":")
    for block in text.split("<dependency>")[1:]:
        parts = {key: said.strip() for key, said in _XML_PART.findall(block.partition("</dependency>")[0])}
        if parts.get("artifactId") == artifact and (not group or parts.get("groupId") == group):
            yield parts.get("version", "")


_GRADLE = re.compile(r"""['"]([\w.-]{1,200}):([\w.-]{1,200})(?::([\w.+\-\[\](), ${}]{1,100}))?['"]""", re.ASCII)


def _gradle(text: str, name: str) -> Iterator[str]:
    group, _, artifact = name.rpartition(":")
    for match in _GRADLE.finditer(text):
        if match[2] == artifact and (not group or match[1] == group):
            yield match[3] or ""


_GEM = re.compile(r"""\s*gem[ (]+['"]([\w.-]{1,100})['"]\)?\s*(?:,\s*(['"][^#]{0,200}))?""", re.ASCII)
_GEM_LOCK = re.compile(r" {4}([\w.-]{1,100}) \(([^)]{1,100})\)\s*\Z", re.ASCII)


def _gemfile(text: str, name: str) -> Iterator[str]:
    for line in text.splitlines():
        if (match := _GEM.match(line)) and match[1] == name:
            quoted = re.findall(r"""['"]([^'"]{1,60})['"]""", (match[2] or "").partition(":")[0])
            yield ", ".join(quoted)


def _gemfile_lock(text: str, name: str) -> Iterator[str]:
    for line in text.splitlines():
        if (match := _GEM_LOCK.match(line)) and match[1] == name:
            yield match[2]


_NET = re.compile(r"<Package(?:Version|Reference)\s[^<>]{1,400}>", re.IGNORECASE)
_NET_PART = re.compile(r"""\b(Include|Update|Version)\s{0,9}=\s{0,9}["']([^"'<>]{1,200})["']""", re.IGNORECASE)


def _nuget(text: str, name: str) -> Iterator[str]:
    for element in _NET.findall(text):
        parts = {key.casefold(): said.strip() for key, said in _NET_PART.findall(element)}
        if (parts.get("include") or parts.get("update") or "").casefold() == name.casefold() and parts.get("version"):
            yield parts["version"]


_READERS: dict[str, Reader] = {
    "pyproject.toml": _pyproject, "poetry.lock": _toml_lock, "uv.lock": _toml_lock, "Cargo.lock": _toml_lock,
    "Cargo.toml": _cargo, "package.json": _package_json, "package-lock.json": _package_lock,
    "npm-shrinkwrap.json": _package_lock, "yarn.lock": _yarn_lock, "pnpm-lock.yaml": _pnpm_lock, "go.mod": _go_mod,
    "pom.xml": _pom, "build.gradle": _gradle, "build.gradle.kts": _gradle, "Gemfile": _gemfile,
    "Gemfile.lock": _gemfile_lock, "composer.json": _composer, "composer.lock": _composer_lock,
    "Directory.Packages.props": _nuget, "Directory.Build.props": _nuget,
}  # fmt: skip
