"""What a command's start may import: a hook or a recall must not pay for an MCP SDK or an HTTP stack."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

# Each costs more than the whole of a recall from a cold shell, or pulls something in that does.
FORBIDDEN = frozenset(
    {
        "mcp",
        "mcp_types",
        "pydantic",
        "httpx",
        "httpx2",
        "starlette",
        "uvicorn",
        "numpy",
        "anyio",
        "asyncio",
        "dataclasses",
        "inspect",
        "urllib.request",
        "http.client",
        "ssl",
        "rich",
        "click",
        "sqlite3",
    }
)
LIST_MODULES = "\nimport sys as _sys, json as _json\n_sys.stdout.write('\\n' + _json.dumps(sorted(_sys.modules)))"
COMMAND = """
import sys
sys.argv = ["oldhand", *{arguments!r}]
from oldhand.surfaces.cli.main import main
try:
    main()
except SystemExit:
    pass
"""
SECONDS = 60  # for one process on a busy machine


def loaded_by(code: str, folder: Path) -> set[str]:
    """The modules that a fresh interpreter holds after running `code` in `folder`, less those it starts with."""
    return _modules_after(code, folder) - _modules_after("", folder)


def _modules_after(code: str, folder: Path) -> set[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("OLDHAND_", "COVERAGE", "PYTEST"))}
    done = subprocess.run(
        [sys.executable, "-c", code + LIST_MODULES],
        cwd=folder,
        env={**kept, "OLDHAND_HOME": str(folder / "person")},
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return set(json.loads(done.stdout.decode().rpartition("\n")[2]))


def heavy(loaded: set[str]) -> set[str]:
    """Those of the loaded modules that are forbidden, themselves or by their package."""
    return {name for name in loaded if name in FORBIDDEN or name.partition(".")[0] in FORBIDDEN}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with an empty store."""
    folder = tmp_path_factory.mktemp("project")
    loaded_by(COMMAND.format(arguments=["init", "--empty"]), folder)
    return folder


@pytest.mark.parametrize(
    "arguments",
    [
        ["recall", "anything at all"],
        ["recall", "anything", "--json"],
        ["remember", "one thing"],
        ["status"],
        ["--help"],
    ],
    ids=" ".join,
)
def test_a_command_starts_without_heavy_imports(arguments: list[str], project: Path) -> None:
    loaded = loaded_by(COMMAND.format(arguments=arguments), project)
    assert "oldhand.surfaces.cli.main" in loaded
    assert not heavy(loaded)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with things remembered, of a person who has no model: the folder of models is not there."""
    folder = tmp_path_factory.mktemp("known")
    loaded_by(COMMAND.format(arguments=["init", "--empty"]), folder)
    for text in ("Passwords are hashed with argon2.", "Sessions live in Redis.", "user: my desk arrived on Monday"):
        loaded_by(COMMAND.format(arguments=["remember", text]), folder)
    assert not (folder / "person" / "models").exists()
    return folder


@pytest.mark.parametrize(
    "cue",
    ["Sessions live in Redis", "How are credentials protected?", "sesions", "my desk", "", "what sessions of zebras"],
)
def test_without_a_model_recall_loads_nothing_that_compares_meanings(cue: str, known: Path) -> None:
    loaded = loaded_by(COMMAND.format(arguments=["recall", cue, "--explain"]), known)
    assert not heavy(loaded) and "onnxruntime" not in loaded
    assert "oldhand.recall.dense.meaning" not in loaded


def test_with_a_model_a_weak_recall_loads_what_compares_meanings_and_a_key_does_not(
    known: Path, model_home: Path, tmp_path: Path
) -> None:
    """The control of the one above."""
    loaded_by(COMMAND.format(arguments=["init", "--empty"]), tmp_path)
    loaded_by(COMMAND.format(arguments=["remember", "Sessions live in Redis.", "--key", "sessions/place"]), tmp_path)
    (tmp_path / "person").mkdir(exist_ok=True)
    (tmp_path / "person" / "models").symlink_to(model_home / "models")
    weak = loaded_by(COMMAND.format(arguments=["recall", "How are credentials protected?"]), tmp_path)
    assert "numpy" in heavy(weak) and "oldhand.recall.dense.meaning" in weak
    sure = loaded_by(COMMAND.format(arguments=["recall", "sessions/place"]), tmp_path)
    assert not heavy(sure)


@pytest.mark.parametrize("module", ["oldhand", "oldhand.operations.everyday.recall", "oldhand.memory"])
def test_a_module_loads_without_heavy_imports(module: str, tmp_path: Path) -> None:
    assert not heavy(loaded_by(f"import {module}", tmp_path))


@pytest.mark.parametrize("name", sorted(FORBIDDEN - {"numpy", "httpx", "rich"}))
def test_a_heavy_import_is_seen(name: str, tmp_path: Path) -> None:
    assert name in heavy(loaded_by(f"import {name}", tmp_path))


def test_an_import_inside_a_package_is_seen(tmp_path: Path) -> None:
    assert "mcp.server" in heavy(loaded_by("import mcp.server", tmp_path))
