"""Patterns of file names: what they match, as git reads .gitignore, and in time that does not explode."""

import os
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oldhand.code.globbing import MOST_ALTERNATIVES, Glob, alternatives, matching
from oldhand.code.ignoring import ignored, rules, walked
from oldhand.errors import BadPattern

SOON = 0.5  # seconds
FITS = [
    ("*.py", "a/b.py"), ("*.py", "b.py"), ("src/*.py", "src/a.py"), ("src/**/*.py", "src/a.py"),
    ("src/**/*.py", "src/x/y/a.py"), ("src", "src/x/a.py"), ("src/", "src/x/a.py"), ("src/**", "src/x/a.py"),
    ("**", "a"), ("**/a", "a"), ("**/a", "x/y/a"), ("a/**/b/**/c", "a/b/c"), ("a/**/b/**/c", "a/x/b/y/b/c"),
    ("*.{py,ts}", "x/y.ts"), ("[a-c]?.t[!x]t", "bz.tyt"), ("a*b*c", "aXbYbZc"), ("{a,{b,c}d}", "cd"), ("a[", "a["),
    ("\\*", "*"), ("тест*", "каталог/тест.md"), ("*", "a/b"), ("/src/a.py", "src/a.py"), ("./src/a.py", "src/a.py"),
    ("README", "README"), ("a[]]b", "a]b"), ("[^a]", "b"), ("*a*a*", "xaxax"), ("a{b}c", "a{b}c"), ("?", "é"),
]  # fmt: skip
FITS_NOT = [
    ("/*.py", "a/b.py"), ("src/*.py", "src/x/a.py"), ("src/", "src"), ("src/**", "src"), ("*.{py,ts}", "x/y.rs"),
    ("[a-c]?.t[!x]t", "bz.txt"), ("a*b*c", "aXbYbZ"), ("\\*", "a"), ("a", "ab"), ("src", "srcs/a"), ("a?", "a"),
    ("a/b", "x/a/b"), ("*ab", "ab/c"), ("ab*ba", "aba"), ("[z-a]x", "mx"), ("*.py", "a.py/b.txt"),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "path"), FITS)
def test_a_pattern_fits_a_path(pattern: str, path: str) -> None:
    assert Glob(pattern).matches(path)


@pytest.mark.parametrize(("pattern", "path"), FITS_NOT)
def test_a_pattern_does_not_fit_another_path(pattern: str, path: str) -> None:
    assert not Glob(pattern).matches(path)


def test_patterns_with_a_mark_leave_out_what_fits_them() -> None:
    assert matching(["*.py", "!tests/**"], ["a.py", "tests/b.py", "c.md"]) == ["a.py"]
    assert matching(["!*.md"], ["a.py", "c.md"]) == ["a.py"]


@pytest.mark.parametrize("pattern", ["", "/", "  ", "x" * 2000, "a\0b", "{a,b}" * 12])
def test_a_pattern_that_cannot_be_used_is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern):
        Glob(pattern)


EXPLODING = [
    ("a*" * 500 + "b", "a" * 255), ("**/a/" * 200 + "b", "a/" * 500 + "c"), ("*?" * 500 + "b", "a" * 1000),
    ("*" * 1000 + "b", "a" * 1000), ("[a-z]*" * 160 + "1", "a" * 1000), ("**/*a*/" * 140 + "x", "aa/" * 340 + "b"),
    ("{" * 1000, "a"), ("{a," * 300, "a"), ("[" * 1000, "["), ("{,a}" * 8, "aaaa"),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "path"), EXPLODING, ids=range(len(EXPLODING)))
def test_no_pattern_takes_long(pattern: str, path: str) -> None:
    started = time.perf_counter()
    Glob(pattern).matches(path)
    assert time.perf_counter() - started < SOON


def test_too_many_patterns_and_too_long_a_match_are_refused() -> None:
    with pytest.raises(BadPattern, match="at most 64"):
        matching(["a"] * 65, ["a"])
    paths = [f"src/{number}/a.py" for number in range(20_000)]
    with pytest.raises(BadPattern, match="too long"):
        matching(["**/{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}/x"] * 8, paths, seconds=0.2)
    assert len(matching(["*.py", "!src/1*/**"], paths)) == 8_889


def test_braces_stand_for_a_bounded_number_of_texts() -> None:
    assert alternatives("{a,b}{c,d}") == ["ac", "ad", "bc", "bd"]
    assert len(alternatives("{a,b}" * 8)) == MOST_ALTERNATIVES


# -- .gitignore -------------------------------------------------------------------------------------

NAMES = st.sampled_from(["a", "b", "ab", "a.py", "x", "build"])
PATTERNS = st.sampled_from(
    ["a", "*.py", "/a", "b/", "a/b", "**/b", "a/**", "!a", "!*.py", "*", "[ab]", "a*", "?", "/*", "!b/", "b/*", "#x",
     "a/**/x", "!/a/b", "**", "\\a", "x  ", "a/*/b", "build/", "!build/a"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(PATTERNS, min_size=1, max_size=4), st.lists(PATTERNS, max_size=2))
def test_ignore_files_are_read_as_git_reads_them(
    tmp_path_factory: pytest.TempPathFactory, top: list[str], inner: list[str]
) -> None:
    root = tmp_path_factory.mktemp("tree")
    for path in ("a/b/x", "a/b/a.py", "a/x", "b/a/b", "b/ab", "ab/x/b", "x", "a.py", "build/a", "build/b/x"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(b"")
    (root / ".gitignore").write_text("\n".join(top) + "\n", "utf-8")
    (root / "a" / ".gitignore").write_text("\n".join(inner) + "\n", "utf-8")
    ours = walked(root)
    environment = {"PATH": os.defpath, "GIT_CONFIG_GLOBAL": os.devnull, "HOME": str(root)}
    subprocess.run(["git", "init", "-q", "."], cwd=root, env=environment, check=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--others", "--exclude-standard"], cwd=root, env=environment, check=True,
        capture_output=True,
    ).stdout  # fmt: skip
    assert ours == sorted(name for name in listed.decode().split("\0") if name)


def test_the_last_rule_that_fits_decides_and_the_nearer_file_comes_last() -> None:
    known = [rules("", "*.log\n!keep.log\n"), rules("a/", "keep.log\n")]
    assert ignored("x.log", False, known) and not ignored("keep.log", False, known)
    assert ignored("a/keep.log", False, known)


def test_a_tree_deeper_than_any_source_ends_the_walk(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(300):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    (tmp_path / "a").write_bytes(b"")
    assert walked(tmp_path) == ["a"]
