"""The language and the part of a file are told by its path, or by its first line."""

import subprocess
import sys

import pytest

from oldhand.code.languages import language_of, role_of

LANGUAGE = {
    "src/a.py": "python", "a.pyi": "python", "SConstruct": "python", "a.ts": "typescript", "a.d.ts": "typescript",
    "a.mts": "typescript", "ui/App.tsx": "tsx", "a.js": "javascript", "a.jsx": "javascript", "a.mjs": "javascript",
    "main.go": "go", "lib.rs": "rust", "A.java": "java", "a.c": "c", "a.h": "cpp", "a.hpp": "cpp", "a.cc": "cpp",
    "A.cs": "csharp", "a.rb": "ruby", "Gemfile": "ruby", "Rakefile": "ruby", "a.php": "php", "A.kt": "kotlin",
    "build.gradle.kts": "kotlin", "A.swift": "swift", "a.sh": "bash", ".bashrc": "bash",
    "a.sql": "sql", "A.PY": "python",
    "README.md": "", "a.json": "", "py": "", "": "", ".py": "python", "код.py": "python", "a.py.orig": "",
}  # fmt: skip
FIRST_LINE = {
    b"#!/usr/bin/python3\n": "python",
    b"#!/usr/bin/env python3.12\nimport os": "python",
    b"#!/usr/bin/env -S python -u\n": "python",
    b"#! /bin/sh -e\r\n": "bash",
    b"#!/usr/bin/env node": "javascript",
    b"#!/usr/bin/env FOO=1 ruby\n": "ruby",
    b"#!/usr/bin/perl\n": "",
    b"#!": "",
    b"#!/usr/bin/env": "",
    b"\xff\xfe\x00#!": "",
    b"no shebang": "",
}
ROLE = {
    "src/shop/order.py": "code", "main.go": "code", "src/bin/tool.rs": "code",
    "bin/run.sh": "code", "docs/conf.py": "code",
    "tests/order.py": "test", "src/test_order.py": "test", "order_test.go": "test", "a/order.spec.ts": "test",
    "src/test/java/OrderTest.java": "test", "lib/OrderTests.cs": "test", "src/__tests__/a.tsx": "test",
    "conftest.py": "test", "spec/order_spec.rb": "test", "contest.py": "code", "src/latest.py": "code",
    "docs/guide.md": "docs", "README": "docs", "README.rst": "docs", "CHANGELOG.md": "docs", "LICENSE": "docs",
    "package.json": "config", "pyproject.toml": "config", "Dockerfile": "config", ".github/workflows/ci.yml": "config",
    "vite.config.ts": "config", ".eslintrc.js": "config", ".gitignore": "config", "go.mod": "config",
    "yarn.lock": "generated", "package-lock.json": "generated", "go.sum": "generated", "dist/app.js": "generated",
    "a/jquery.min.js": "generated", "api/order.pb.go": "generated", "api/order_pb2.py": "generated",
    "src/__generated__/a.ts": "generated", "node_modules/a/index.js": "vendored",
    "vendor/github.com/a/b.go": "vendored",
    "third_party/zlib/inflate.c": "vendored", "logo.png": "data", "prices.csv": "data", "fonts/a.woff2": "data",
}  # fmt: skip


@pytest.mark.parametrize(("path", "language"), LANGUAGE.items())
def test_the_name_of_a_file_tells_its_language(path: str, language: str) -> None:
    assert language_of(path) == language


@pytest.mark.parametrize(("head", "language"), FIRST_LINE.items())
def test_the_first_line_tells_the_language_of_a_bare_name(head: bytes, language: str) -> None:
    assert language_of("tools/run", head) == language


def test_the_first_line_does_not_overrule_a_known_ending() -> None:
    assert language_of("a.rb", b"#!/usr/bin/python\n") == "ruby"
    assert language_of("a.txt", b"#!/usr/bin/python\n") == ""


@pytest.mark.parametrize(("path", "role"), ROLE.items())
def test_the_path_of_a_file_tells_its_part(path: str, role: str) -> None:
    assert role_of(path) == role


def test_telling_languages_loads_no_parser() -> None:
    code = "import sys; import oldhand.code.languages, oldhand.code.syntax; print('tree_sitter' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    assert said.strip() == b"False"
