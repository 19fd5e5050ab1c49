"""The walls of the house: imports run downward, only surfaces touch the process, only the store knows SQL."""

import ast
import re
from collections.abc import Callable, Iterable
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.tidy.house import Import, Module, docstrings_of, imports_of, modules, snippet

# From the ground up. A room may import the rooms of lower floors and its neighbours on its own floor
# as long as the neighbours form no circle. What only type checkers import (`if TYPE_CHECKING:`) is free.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("errors",),
    ("model",),
    ("store",),
    ("recall",),
    (
        "knowledge",
        "code",
        "reasoning",
        "graph",
        "experience",
        "sessions",
        "programs",
        "crew",
        "sync",
        "exchange",
        "clients",
    ),
    ("memory",),  # one project's memory and its settings: what every operation is given
    ("operations",),
    ("surfaces",),
    ("__main__",),
)
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
# One room in several places: the registry (operation.py) finds the operations by their folders, each
# operation declares itself with the registry's decorator, and schema.py describes them.
ANNEXES = {"operation": "operations", "schema": "operations"}
FRONT_DOOR = "oldhand"  # the package itself re-exports the Python API, so nothing inside may import from it
CONSTANTS = ("oldhand.__version__",)  # but these, which are literals
FREE_OF_THE_PROCESS = ("surfaces", "__main__")

OF_THE_PROCESS = frozenset(
    f"{module}.{name}"
    for module, names in {
        "os": ("environ", "environb", "getenv", "getenvb", "putenv", "unsetenv", "path.expanduser"),
        "sys": ("argv", "stdin", "stdout", "stderr", "__stdout__", "__stderr__"),
        "Path": ("home",),
        "pathlib": ("Path.home",),
    }.items()
    for name in names
)
PROCESS_CALLS = ("print", "input", "breakpoint")

# Not `CREATE INDEX FOR`, which is Cypher: indexes of SQL have a name.
SQL = re.compile(
    r"\b(SELECT\s.+\sFROM|SELECT\s+\w+\(|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM"
    r"|(CREATE|DROP|ALTER)\s+(VIRTUAL\s+)?(TABLE|INDEX(?!\s+FOR\b)|TRIGGER|VIEW)|PRAGMA\s+\w|BEGIN\s+IMMEDIATE|SAVEPOINT\s)",
    re.DOTALL,
)
DATABASES = ("apsw", "sqlite3")


def room_of(name: str) -> str:
    """The room a dotted name lies in: `store` for `oldhand.store.fold`; the front door for `oldhand`."""
    parts = name.split(".")
    room = parts[1] if len(parts) > 1 else FRONT_DOOR
    return ANNEXES.get(room, room)


def ours(module: Module) -> list[Import]:
    """The imports of a module that reach our own modules at run time."""
    return [
        i
        for i in imports_of(module)
        if i.target.split(".")[0] == "oldhand" and i.target not in CONSTANTS and not i.for_types
    ]


def rooms_without_a_floor(all_modules: Iterable[Module]) -> list[str]:
    """The rooms that the table above does not know."""
    rooms = {room_of(module.name) for module in all_modules} - {FRONT_DOOR}
    return sorted(rooms - FLOOR_OF.keys())


def upward_imports(module: Module) -> list[str]:
    """The imports of a module that reach a higher floor than its own."""
    if module.name == FRONT_DOOR:
        return []
    floor = FLOOR_OF.get(room_of(module.name), 0)
    return [
        f"{module.name}:{i.line} imports {i.target}"
        for i in ours(module)
        if FLOOR_OF.get(room_of(i.target), len(FLOORS)) > floor
    ]


def circles(all_modules: Iterable[Module]) -> list[str]:
    """The first circle of rooms that import one another, if there is one."""
    graph: dict[str, set[str]] = {}
    for module in all_modules:
        room = room_of(module.name)
        if room != FRONT_DOOR:
            graph.setdefault(room, set()).update(room_of(i.target) for i in ours(module))
            graph[room].discard(room)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [" → ".join(error.args[1])]
    return []


def reaches_for_the_process(module: Module) -> list[str]:
    """Where a module reads the environment or the arguments, finds the person's home, or prints."""
    if room_of(module.name) in FREE_OF_THE_PROCESS:
        return []
    found: list[tuple[int, str]] = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in OF_THE_PROCESS:
            found.append((node.lineno, ast.unparse(node)))
        elif isinstance(node, ast.Attribute) and node.attr == "expanduser":
            found.append((node.lineno, "expanduser"))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in PROCESS_CALLS:
            found.append((node.lineno, f"{node.func.id}()"))
    found += [(i.line, i.target) for i in imports_of(module) if i.target in OF_THE_PROCESS]
    return [f"{module.name}:{line} uses {what}" for line, what in sorted(set(found))]


def speaks_sql(module: Module) -> list[str]:
    """Where a module outside the store holds SQL or imports a database."""
    if room_of(module.name) == "store":
        return []
    docstrings = docstrings_of(module.tree)
    found = [
        f"{module.name}:{i.line} imports {i.target}"
        for i in imports_of(module)
        if i.target.split(".")[0] in DATABASES and not i.for_types
    ]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            match = SQL.search(node.value)
            if match:
                found.append(f"{module.name}:{node.lineno} says {match[0][:40]!r}")
    return found


def test_every_room_has_a_floor() -> None:
    assert not rooms_without_a_floor(modules()), "give each new room its floor in FLOORS"


def test_imports_run_downward_only() -> None:
    assert not [line for module in modules() for line in upward_imports(module)]


def test_rooms_form_no_circle() -> None:
    assert not circles(modules())


def test_only_surfaces_touch_the_process() -> None:
    assert not [line for module in modules() for line in reaches_for_the_process(module)]


def test_only_the_store_knows_sql() -> None:
    assert not [line for module in modules() for line in speaks_sql(module)]


BROKEN: list[tuple[Callable[[Module], list[str]], str, str]] = [
    (upward_imports, "oldhand.model.event", "from oldhand.store import fold"),
    (upward_imports, "oldhand.model.event", "from ..store.fold import Record"),
    (upward_imports, "oldhand.store.fold", "def late():\n    import oldhand.recall.rank"),
    (upward_imports, "oldhand.knowledge.slots", "from oldhand.surfaces import cli"),
    (upward_imports, "oldhand.operations.everyday.recall", "from oldhand import open"),
    (reaches_for_the_process, "oldhand.store.fold", "import os\nhome = os.environ['HOME']"),
    (reaches_for_the_process, "oldhand.store.fold", "from os import getenv"),
    (reaches_for_the_process, "oldhand.operations.everyday.recall", "print('hello')"),
    (reaches_for_the_process, "oldhand.recall.render", "import sys\nsys.stdout.write('hello')"),
    (reaches_for_the_process, "oldhand.code.project", "from pathlib import Path\nPath('~').expanduser()"),
    (reaches_for_the_process, "oldhand.code.project", "from pathlib import Path\nPath.home()"),
    (speaks_sql, "oldhand.recall.lexical", "import apsw"),
    (speaks_sql, "oldhand.operations.everyday.recall", "query = 'SELECT id FROM memory'"),
    (speaks_sql, "oldhand.operations.everyday.recall", "query = f'UPDATE state SET standing = {1}'"),
]


@pytest.mark.parametrize(("check", "name", "text"), BROKEN)
def test_each_check_sees_a_broken_wall(check: Callable[[Module], list[str]], name: str, text: str) -> None:
    assert check(snippet(text, name))


SOUND: list[tuple[Callable[[Module], list[str]], str, str]] = [
    (upward_imports, "oldhand.store.fold", "from oldhand.model.event import Event\nfrom .rows import row"),
    (
        upward_imports,
        "oldhand.model.event",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import oldhand.store",
    ),
    (reaches_for_the_process, "oldhand.surfaces.cli.main", "import sys\nprint(sys.argv)"),
    (speaks_sql, "oldhand.store.fold", "query = 'SELECT id FROM memory'"),
    (speaks_sql, "oldhand.recall.cue", "words = 'select one from these; update your settings'"),
]


@pytest.mark.parametrize(("check", "name", "text"), SOUND)
def test_no_check_cries_at_a_sound_wall(check: Callable[[Module], list[str]], name: str, text: str) -> None:
    assert not check(snippet(text, name))


def test_a_circle_of_rooms_is_seen() -> None:
    one = snippet("from oldhand.code import anchors", "oldhand.knowledge.slots")
    other = snippet("from oldhand.knowledge import slots", "oldhand.code.anchors")
    assert circles([one, other]) and not circles([one])


def test_a_room_without_a_floor_is_seen() -> None:
    assert rooms_without_a_floor([snippet("", "oldhand.attic.box")]) == ["attic"]
