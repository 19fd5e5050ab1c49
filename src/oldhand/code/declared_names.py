"""The dependencies that a manifest declares, by name alone: for comparing two states of one manifest."""

import ast
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from configparser import ConfigParser, Error

LARGEST_MANIFEST = 262_144  # bytes: what people declare is far smaller; larger ones are generated
MOST_NAMES = 2_000  # of one manifest
_NAME = re.compile(r"\s*([A-Za-z0-9@][\w.@/-]{0,213})")  # npm's longest name is 214 characters
_NOT_OURS = re.compile(
    r"(?:^|/)(?:node_modules|vendor|third_party|examples?|samples?|fixtures?|tests?|__tests__|testdata|test-data|docs?"
    r"|benchmarks?|templates?|demos?|e2e|website)/"
)


def is_manifest(path: str) -> bool:
    """Whether a file declares what the project itself depends on."""
    return _reader(path) is not None and not _NOT_OURS.search(path)


def names(path: str, content: bytes) -> frozenset[str] | None:
    """The names that a manifest declares; None when it cannot be read as what its name says.

    path: decides the format (package.json, pyproject.toml, requirements*.txt, setup.cfg, setup.py, go.mod,
    Cargo.toml).
    """
    reader = _reader(path)
    if reader is None or len(content) > LARGEST_MANIFEST:
        return None
    try:
        found = frozenset(reader(content.decode("utf-8")))
    except (ValueError, SyntaxError, RecursionError, MemoryError, AttributeError, TypeError, Error):
        return None  # a broken or hostile state of a file says nothing; the states around it do
    return found if len(found) <= MOST_NAMES else None


def _reader(path: str) -> Callable[[str], Iterator[str]] | None:
    name = path.rpartition("/")[2].lower()
    if re.fullmatch(r"[\w.-]{0,40}requirements[\w.-]{0,40}\.(?:txt|in)", name):
        return _requirements
    return {
        "package.json": _package_json, "pyproject.toml": _pyproject, "setup.cfg": _setup_cfg, "setup.py": _setup_py,
        "go.mod": _go_mod, "cargo.toml": _cargo,
    }.get(name)  # fmt: skip


def _requirement(line: object) -> Iterator[str]:
    if isinstance(line, str) and (match := _NAME.match(line)):
        yield re.sub(r"[-_.]+", "-", match[1]).lower()


def _requirements(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith(("#", "-", "http", "git+", ".")):
            yield from _requirement(line)


def _package_json(text: str) -> Iterator[str]:
    parsed = json.loads(text)
    for part in ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies"):
        for name, version in (parsed.get(part) or {}).items():
            if not str(version).startswith(("workspace:", "file:", "link:")):
                yield name


def _pyproject(text: str) -> Iterator[str]:
    parsed = tomllib.loads(text)
    project = parsed.get("project") or {}
    groups = [project.get("dependencies") or [], *(project.get("optional-dependencies") or {}).values()]
    for line in (one for group in [*groups, *(parsed.get("dependency-groups") or {}).values()] for one in group):
        yield from _requirement(line)
    poetry = (parsed.get("tool") or {}).get("poetry") or {}
    tables = [poetry.get("dependencies") or {}, poetry.get("dev-dependencies") or {}]
    tables += [group.get("dependencies") or {} for group in (poetry.get("group") or {}).values()]
    for name in (one for table in tables for one in table):
        if name.lower() != "python":
            yield from _requirement(name)


def _setup_cfg(text: str) -> Iterator[str]:
    parser = ConfigParser(strict=False, interpolation=None)
    parser.read_string(text)
    yield from _requirements(parser.get("options", "install_requires", fallback=""))
    if parser.has_section("options.extras_require"):
        for _, value in parser.items("options.extras_require"):
            yield from _requirements(value)


def _setup_py(text: str) -> Iterator[str]:
    """Lists of requirements that are written out, as argument or as a variable of that name."""
    wanted = ("install_requires", "extras_require", "requires", "tests_require")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.keyword) and node.arg in wanted:
            value: ast.expr = node.value
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in wanted:
            value = node.value
        else:
            continue
        groups = value.values if isinstance(value, ast.Dict) else [value]
        for group in groups:
            for item in group.elts if isinstance(group, (ast.List, ast.Tuple)) else ():
                if isinstance(item, ast.Constant):
                    yield from _requirement(item.value)


def _go_mod(text: str) -> Iterator[str]:
    block = ""
    for line in text.splitlines():
        words = line.split("//")[0].split()
        if not words:
            continue
        if words[-1] == "(":
            block = words[0]
        elif words[0] == ")":
            block = ""
        elif (block == "require" or words[0] == "require") and "// indirect" not in line:
            name = words[0] if block else words[1]
            yield re.sub(r"/v\d+$", "", name)


def _cargo(text: str) -> Iterator[str]:
    parsed = tomllib.loads(text)
    roots = [parsed, parsed.get("workspace") or {}, *(parsed.get("target") or {}).values()]
    for root in roots:
        for part in ("dependencies", "dev-dependencies", "build-dependencies"):
            for name, said in (root.get(part) or {}).items():
                if not (isinstance(said, dict) and "path" in said):
                    yield str(said.get("package", name) if isinstance(said, dict) else name).lower()
