"""The size and manners of the code: short files and functions, no swallowed errors, nothing left lying about."""

import ast
import io
import re
import statistics
import tokenize
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from oldhand.surfaces import line_texts
from tests.tidy.house import (
    OPERATIONS,
    REPOSITORY,
    Module,
    docstrings_of,
    functions_of,
    imports_of,
    modules,
    modules_of_tests,
    snippet,
    text_of,
    tracked_files,
)

LONGEST_FILE = 400  # lines
CATALOGUES = {"oldhand.errors": 700}  # lines of files that are one list by design: every error, its message and code
LONGEST_OPERATION_FILE = 300  # lines
MEDIAN_OPERATION_FILE = 120  # lines; the median must stay below
LONGEST_FUNCTION = 70  # lines, from `def` to the last line, docstring included
BROAD_HANDLERS = 12  # `except Exception` in the whole of src

# Folders whose modules are found by listing, not by an import.
FOUND_BY_FOLDER = (OPERATIONS, "oldhand.model.kinds", "oldhand.store.migrations")
VAGUE_NAME = re.compile(r"(utils?|helpers?|managers?|common|misc|.*_?v\d+|.*_(utils?|helpers?|manager))\Z")
ROOT_DOCUMENTS = {"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "AGENTS.md", "CLAUDE.md"}
SENTENCE = 4  # words in the name of a test, `test` among them

PLACEHOLDERS = "you|ann|user|dev|someone|runner"  # people in examples, who have no machine
MACHINE_PATH = re.compile(
    rf"(?<![\w.~*-])/(?:work|root|opt|Users(?!/(?:{PLACEHOLDERS})\b)|home(?!/(?:{PLACEHOLDERS})\b))/[\w.]"
)
REGISTRY_HOST = re.compile(
    "|".join(
        re.escape(".".join(parts))
        for parts in (
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("npmjs", "org"),
            ("npmjs", "com"),
            ("yarnpkg", "com"),
            ("deb", "debian", "org"),
            ("proxy", "golang", "org"),
            ("crates", "io"),
        )
    )
)
UNFINISHED = re.compile(r"(TODO|FIXME|XXX|HACK)\b")


def too_long(module: Module) -> list[str]:
    """A file longer than its limit."""
    limit = LONGEST_OPERATION_FILE if module.name.startswith(OPERATIONS + ".") else LONGEST_FILE
    limit = CATALOGUES.get(module.name, limit)
    return [f"{module.name} has {len(module.lines)} lines of {limit}"] if len(module.lines) > limit else []


def long_functions(module: Module) -> list[str]:
    """The functions of a module that are too long."""
    return [
        f"{module.name}:{f.lineno} {f.name} has {(f.end_lineno or f.lineno) - f.lineno + 1} lines of {LONGEST_FUNCTION}"
        for f in functions_of(module.tree)
        if (f.end_lineno or f.lineno) - f.lineno + 1 > LONGEST_FUNCTION
    ]


def broad_handlers(module: Module) -> list[ast.ExceptHandler]:
    """The handlers of a module that catch everything and do not end by raising it again."""
    handlers = (n for n in ast.walk(module.tree) if isinstance(n, ast.ExceptHandler))
    broad = [h for h in handlers if h.type is None or _names(h.type) & {"Exception", "BaseException"}]
    return [h for h in broad if not (isinstance(h.body[-1], ast.Raise) and h.body[-1].exc is None)]


def _names(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def unexplained_handlers(module: Module) -> list[str]:
    """Handlers that catch everything and have no comment on their line or the line above."""
    lines = module.lines
    return [
        f"{module.name}:{h.lineno} catches everything and does not say why"
        for h in broad_handlers(module)
        if not any("#" in line for line in lines[max(0, h.lineno - 2) : h.lineno])
    ]


def undeclared_encodings(module: Module) -> list[str]:
    """Text read or written in whatever encoding the machine happens to prefer."""
    calls = (n for n in ast.walk(module.tree) if isinstance(n, ast.Call))
    return [f"{module.name}:{c.lineno} {ast.unparse(c.func)}() without encoding=" for c in calls if _lacks_encoding(c)]


def _lacks_encoding(call: ast.Call) -> bool:
    keywords = {k.arg: k.value for k in call.keywords}
    if "encoding" in keywords or None in keywords:
        return False
    name = ast.unparse(call.func)
    if name in ("open", "io.open", "os.fdopen"):
        mode = keywords.get("mode") or (call.args[1] if len(call.args) > 1 else None)
        return not (isinstance(mode, ast.Constant) and "b" in str(mode.value))
    if name.endswith(".read_text"):
        return not call.args
    if name.endswith(".write_text"):
        return len(call.args) < 2
    if name.startswith("subprocess."):
        text = keywords.get("text") or keywords.get("universal_newlines")
        return isinstance(text, ast.Constant) and bool(text.value)
    return False


def undocumented(module: Module) -> list[str]:
    """The public modules, classes, functions and methods that say nothing of themselves."""
    found = [] if ast.get_docstring(module.tree) else [f"{module.name} has no docstring"]

    def visit(node: ast.Module | ast.ClassDef, path: str) -> None:
        for child in node.body:
            if not isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if child.name.startswith("_"):
                continue
            if not ast.get_docstring(child) and not _overloads(child):
                found.append(f"{path}.{child.name} has no docstring")
            if isinstance(child, ast.ClassDef):
                visit(child, f"{path}.{child.name}")

    visit(module.tree, module.name)
    return found


def _overloads(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(ast.unparse(d) in ("overload", "override", "typing.overload") for d in node.decorator_list)


def unfinished(module: Module) -> list[str]:
    """Comments that put work off."""
    tokens = tokenize.generate_tokens(io.StringIO(module.text).readline)
    return [
        f"{module.name}:{t.start[0]} {t.string}"
        for t in tokens
        if t.type == tokenize.COMMENT and UNFINISHED.match(t.string.lstrip("# "))
    ]


def vaguely_named(module: Module) -> list[str]:
    """A module whose name does not say what is in it."""
    return [module.name] if VAGUE_NAME.match(module.name.rsplit(".", 1)[-1]) else []


def short_names(module: Module) -> list[str]:
    """Tests whose names do not read as sentences."""
    return [
        f"{module.name}:{f.lineno} {f.name}"
        for f in functions_of(module.tree)
        if f.name.startswith("test_") and len([w for w in f.name.split("_") if w]) < SENTENCE
    ]


def sleeps(module: Module) -> list[str]:
    """Where a test waits for time to pass instead of for what it waits for."""
    calls = (n for n in ast.walk(module.tree) if isinstance(n, ast.Call))
    found = [f"{module.name}:{c.lineno}" for c in calls if ast.unparse(c.func) == "time.sleep"]
    return found + [f"{module.name}:{i.line}" for i in imports_of(module) if i.target == "time.sleep"]


def imported_by_nobody(all_modules: Iterable[Module], entry_points: Iterable[str]) -> list[str]:
    """The modules that no other module imports or names in full, and that nothing finds by folder."""
    used = set(entry_points) | {f"oldhand.surfaces.{name}" for name in line_texts.MODULES}
    every = list(all_modules)
    for module in every:
        used |= {target for i in imports_of(module) for target in (i.target, i.target.rpartition(".")[0])}
        used |= {
            node.value
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("oldhand.")
        }
    return [
        module.name
        for module in every
        if not module.is_package
        and module.name not in used
        and not module.name.startswith(tuple(f + "." for f in FOUND_BY_FOLDER))
        and not module.name.endswith(".__main__")
    ]


def entry_points() -> list[str]:
    """The modules that pyproject.toml names as commands, and the one that the launcher of hooks starts by its path."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*(target.partition(":")[0] for target in project["scripts"].values()), "oldhand.surfaces.hooks.entry"]


def lines_matching(pattern: re.Pattern[str], text: str) -> list[int]:
    """The numbers of the lines in which a pattern is found."""
    return [number for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)]


def tracked_lines(pattern: re.Pattern[str]) -> list[str]:
    """Every line of a tracked text file in which a pattern is found."""
    return [f"{path}:{n}" for path in tracked_files() for n in lines_matching(pattern, text_of(path) or "")]


EVERYWHERE = [too_long, long_functions, unfinished, vaguely_named]
IN_SOURCE = [unexplained_handlers, undeclared_encodings, undocumented]
IN_TESTS = [short_names, sleeps]
ALL_CHECKS = [
    *((check, (*modules(), *modules_of_tests())) for check in EVERYWHERE),
    *((check, modules()) for check in IN_SOURCE),
    *((check, modules_of_tests()) for check in IN_TESTS),
]


@pytest.mark.parametrize(("check", "where"), ALL_CHECKS, ids=lambda v: getattr(v, "__name__", ""))
def test_the_code_keeps_its_manners(check: Callable[[Module], list[str]], where: tuple[Module, ...]) -> None:
    assert not [line for module in where for line in check(module)]


def test_operation_files_are_short_in_the_middle() -> None:
    lengths = [len(m.lines) for m in modules() if m.name.startswith(OPERATIONS + ".") and not m.is_package]
    assert not lengths or statistics.median(lengths) < MEDIAN_OPERATION_FILE


def test_few_handlers_catch_everything() -> None:
    handlers = [f"{m.name}:{h.lineno}" for m in modules() for h in broad_handlers(m)]
    assert len(handlers) <= BROAD_HANDLERS, handlers


def test_no_module_is_imported_by_nobody() -> None:
    assert not imported_by_nobody(modules(), entry_points())


def test_no_tracked_file_names_a_machine() -> None:
    assert not tracked_lines(MACHINE_PATH)


def test_no_tracked_file_names_a_package_registry() -> None:
    assert not tracked_lines(REGISTRY_HOST)


def test_the_root_holds_no_progress_diaries() -> None:
    at_root = {path.name for path in tracked_files() if path.parent == Path(".") and path.suffix == ".md"}
    assert at_root <= ROOT_DOCUMENTS


@pytest.mark.parametrize("folder", ["conformance", "hosts"])
def test_the_lock_file_of_the_node_tools_names_no_host(folder: str) -> None:
    lock = REPOSITORY / "tests" / folder / "package-lock.json"
    assert '"resolved"' not in lock.read_text(encoding="utf-8")


BROKEN: list[tuple[Callable[[Module], list[str]], str]] = [
    (too_long, "x = 1\n" * (LONGEST_FILE + 1)),
    (long_functions, "def f():\n" + "    x = 1\n" * LONGEST_FUNCTION),
    (unexplained_handlers, "try:\n    f()\nexcept Exception:\n    g()"),
    (unexplained_handlers, "try:\n    f()\nexcept (ValueError, BaseException):\n    g()"),
    (unexplained_handlers, "try:\n    f()\nexcept:\n    g()"),
    (undeclared_encodings, "open('a')"),
    (undeclared_encodings, "open('a', 'w')"),
    (undeclared_encodings, "path.read_text()"),
    (undeclared_encodings, "path.write_text('a')"),
    (undeclared_encodings, "subprocess.run(['git'], text=True)"),
    (undocumented, "x = 1"),
    (undocumented, '"""M."""\n\ndef f(): ...'),
    (undocumented, '"""M."""\n\nclass C:\n    """C."""\n\n    def f(self): ...'),
    (unfinished, "x = 1  # TODO: later"),
    (short_names, "def test_it_works(): ..."),
    (sleeps, "import time\ntime.sleep(1)"),
    (sleeps, "from time import sleep"),
]


@pytest.mark.parametrize(("check", "text"), BROKEN)
def test_each_check_sees_bad_manners(check: Callable[[Module], list[str]], text: str) -> None:
    assert check(snippet(text))


SOUND: list[tuple[Callable[[Module], list[str]], str]] = [
    (unexplained_handlers, "try:\n    f()\n# A broken plug-in must not stop the others.\nexcept Exception:\n    g()"),
    (unexplained_handlers, "try:\n    f()\nexcept ValueError:\n    g()"),
    (unexplained_handlers, "try:\n    f()\nexcept BaseException:\n    g()\n    raise"),
    (undeclared_encodings, "open('a', 'rb')\nopen('a', encoding='utf-8')\nos.open('a', 0)"),
    (undocumented, '"""M."""\n\ndef _f(): ...\n\ndef f():\n    """F."""\n    def inner(): ...'),
    (unfinished, 'text = "# TODO: later"'),
    (short_names, "def test_a_sentence_reads_well(): ..."),
]


@pytest.mark.parametrize(("check", "text"), SOUND)
def test_no_check_cries_at_good_manners(check: Callable[[Module], list[str]], text: str) -> None:
    assert not check(snippet(text))


@pytest.mark.parametrize("name", ["utils", "string_helpers", "manager", "recall_v2"])
def test_vague_names_are_seen(name: str) -> None:
    assert vaguely_named(snippet("", f"oldhand.store.{name}"))


def test_an_unused_module_is_seen() -> None:
    user = snippet("from oldhand.store import used\nimport_module('oldhand.store.named')", "oldhand.memory")
    rest = [snippet("", f"oldhand.store.{name}") for name in ("used", "named", "forgotten")]
    found = snippet("", "oldhand.operations.everyday.recall")
    assert imported_by_nobody([user, *rest, found], ["oldhand.memory"]) == ["oldhand.store.forgotten"]


@pytest.mark.parametrize("parts", [("root", ".config"), ("work", "main"), ("home", "alice"), ("Users", "alice")])
def test_a_machine_path_is_seen(parts: tuple[str, str]) -> None:
    path = "/" + "/".join(parts)
    assert all(MACHINE_PATH.search(text) for text in (path, f"'{path}/x'", f"({path})", f"file://{path}"))


@pytest.mark.parametrize("path", ["/home/you/project", "docs/work/plan.md", "~/opt/x", "a/root/b", "/rootless"])
def test_a_path_of_no_machine_is_left_alone(path: str) -> None:
    assert not MACHINE_PATH.search(path)


@pytest.mark.parametrize("host", [("pypi", "org"), ("registry", "npmjs", "org"), ("files", "pythonhosted", "org")])
def test_a_registry_host_is_seen(host: tuple[str, ...]) -> None:
    assert REGISTRY_HOST.search(f"https://{'.'.join(host)}/simple")


def test_docstrings_are_told_from_other_text() -> None:
    tree = snippet('"""One."""\nx = "two"\n\ndef f():\n    """Three."""').tree
    texts = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and id(n) in docstrings_of(tree)}
    assert texts == {"One.", "Three."}
