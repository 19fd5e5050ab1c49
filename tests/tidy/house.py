"""The source of this repository as the tidy tests see it: modules with their syntax trees, tracked files."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).resolve().parents[2]
SOURCE = REPOSITORY / "src"
OPERATIONS = "oldhand.operations"


class Module(NamedTuple):
    """One Python file: its dotted name (`oldhand.store.fold`), whether it is a package, and its text."""

    name: str
    is_package: bool
    text: str

    @property
    def tree(self) -> ast.Module:
        """The syntax tree of the file."""
        return _parsed(self.text)

    @property
    def lines(self) -> list[str]:
        """The lines of the file."""
        return self.text.splitlines()


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


def snippet(text: str, name: str = "oldhand.store.example") -> Module:
    """A module made of `text` alone, for the controls that show a check can fail."""
    return Module(name, False, text)


@cache
def modules() -> tuple[Module, ...]:
    """Every module under src, in order of name."""
    return tuple(_read(SOURCE))


@cache
def modules_of_tests() -> tuple[Module, ...]:
    """Every module under tests and benchmarks."""
    return tuple(m for folder in ("tests", "benchmarks") for m in _read(REPOSITORY, REPOSITORY / folder))


def _read(root: Path, folder: Path | None = None) -> Iterator[Module]:
    for path in sorted((folder or root).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        if "node_modules" in parts or "__pycache__" in parts:
            continue
        is_package = parts[-1] == "__init__"
        yield Module(".".join(parts[:-1] if is_package else parts), is_package, path.read_text(encoding="utf-8"))


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file that is in git or would be added to it, relative to the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return tuple(Path(name) for name in sorted(set(listed.split("\0"))) if name and (REPOSITORY / name).is_file())


def text_of(path: Path) -> str | None:
    """The text of a tracked file, or None when it is not text."""
    raw = (REPOSITORY / path).read_bytes()
    try:
        return None if b"\0" in raw else raw.decode()
    except UnicodeDecodeError:
        return None


class Import(NamedTuple):
    """One import of a module of ours: what is named, where, and whether only type checkers see it."""

    target: str
    line: int
    for_types: bool


def imports_of(module: Module) -> list[Import]:
    """Everything a module imports, at any depth, as dotted names; `from a import b` names `a.b`."""
    for_types = {id(n) for guard in _type_guards(module.tree) for n in ast.walk(guard)}
    found: list[Import] = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            found += [Import(alias.name, node.lineno, id(node) in for_types) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = _base(module, node)
            found += [Import(f"{base}.{alias.name}", node.lineno, id(node) in for_types) for alias in node.names]
    return found


def _type_guards(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            yield from node.body


def _base(module: Module, node: ast.ImportFrom) -> str:
    """The package that a `from` import starts at, with leading dots resolved."""
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    kept = parts[: len(parts) - node.level + module.is_package]
    return ".".join([*kept, *([node.module] if node.module else [])])


def functions_of(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method in a tree, at any depth."""
    return (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def docstrings_of(tree: ast.AST) -> set[int]:
    """The identities of the nodes that are docstrings."""
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    bodies = (node.body for node in ast.walk(tree) if isinstance(node, holders))
    return {id(body[0].value) for body in bodies if body and isinstance(body[0], ast.Expr)}
