"""The names that manifests declare: of every format, and nothing of what is broken, foreign or hostile."""

import time

import pytest

from oldhand.code.declared_names import LARGEST_MANIFEST, is_manifest, names

PYPROJECT = """
[project]
dependencies = ["Requests>=2", "typing_extensions; python_version < '3.11'"]
optional-dependencies = { fast = ["orjson"] }
[dependency-groups]
dev = ["pytest", {include-group = "docs"}]
[tool.poetry.dependencies]
python = "^3.11"
Flask = "*"
"""
SETUP = """
from setuptools import setup
install_requires = ['six']
setup(install_requires=['lxml>=3', name], extras_require={'a': ['zope.x']})
"""
GO = """module x

require github.com/a/one v1.0.0

require (
\tgithub.com/b/two/v3 v3.1.0
\tgithub.com/c/three v0.1.0 // indirect
)
replace (
\tgithub.com/d/four => ../four
)
"""
REQUIREMENTS = "# all\n-r base.txt\nDjango==4.2  # web\nhttps://x.example/y.whl\n\nzope.interface\n"
CARGO = """
[dependencies]
serde = { version = "1", features = ["derive"] }
own = { path = "../own" }
alias = { package = "real-name", version = "1" }
[workspace.dependencies]
tokio = "1"
[target.'cfg(unix)'.dependencies]
nix = "0.29"
"""


@pytest.mark.parametrize(
    ("path", "content", "declared"),
    [
        ("package.json", '{"dependencies": {"koa": "2", "@a/b": "link:x"}, "devDependencies": {"@types/koa": "1"}}',
         {"koa", "@types/koa"}),
        ("packages/app/package.json", '{"name": "app", "dependencies": null}', set()),
        ("pyproject.toml", PYPROJECT, {"requests", "typing-extensions", "orjson", "pytest", "flask"}),
        ("requirements/dev-requirements.txt", REQUIREMENTS, {"django", "zope-interface"}),
        ("setup.py", SETUP, {"six", "lxml", "zope-x"}),
        ("setup.cfg", "[options]\ninstall_requires =\n    attrs\n    six>=1\n[options.extras_require]\nx = orjson\n",
         {"attrs", "six", "orjson"}),
        ("go.mod", GO, {"github.com/a/one", "github.com/b/two"}),
        ("Cargo.toml", CARGO, {"serde", "real-name", "tokio", "nix"}),
    ],
)  # fmt: skip
def test_every_format_gives_the_names_it_declares(path: str, content: str, declared: set[str]) -> None:
    assert is_manifest(path)
    assert names(path, content.encode()) == declared


@pytest.mark.parametrize(
    "path",
    ["README.md", "node_modules/x/package.json", "examples/a/package.json", "tests/data/go.mod", "package-lock.json"],
)
def test_other_files_declare_nothing_of_ours(path: str) -> None:
    assert not is_manifest(path)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("package.json", b"{"), ("package.json", b"[1]"), ("package.json", b'{"dependencies": [1]}'),
        ("package.json", b"\xff\xfe"), ("package.json", b"[" * 100_000), ("pyproject.toml", b"a = [" * 20_000),
        ("pyproject.toml", b"[project]\ndependencies = 5"), ("setup.py", b"print 'python 2'"),
        ("setup.py", b"(" * 100_000), ("setup.cfg", b"no section"), ("Cargo.toml", b"[[dependencies]]\nx = 1"),
        ("package.json", b" " * (LARGEST_MANIFEST + 1)),
    ],
)  # fmt: skip
def test_what_is_broken_or_hostile_says_nothing(path: str, content: bytes) -> None:
    began = time.perf_counter()
    assert names(path, content) is None
    assert time.perf_counter() - began < 2
