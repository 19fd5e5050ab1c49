"""Asking git runs nothing that a repository names, and leaves nothing running."""

import os
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from oldhand.code import git
from oldhand.code.blame import blame
from tests.code.tree import PAY, Tree

READERS = (
    ("diff", "--name-status", "-z", "HEAD", "--"), ("diff-index", "-p", "HEAD", "--"),
    ("status", "--porcelain=v1", "-z"), ("-c", "core.abbrev=9", "--literal-pathspecs", "diff", "--stat", "HEAD", "--"),
)  # fmt: skip
DRIVERS = ("f", "dots.in.it", "a=b")


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A repository with one file, committed."""
    made = Tree(tmp_path / "work")
    made.write("src/pay.py", PAY)
    made.commit("Start")
    return made


def filtered(tree: Tree, driver: str, program: str) -> None:
    """Have git run a program over every Python file whose time of change is another one."""
    tree.write(".git/info/attributes", f"*.py filter={driver}\n")
    tree.git("config", f"filter.{driver}.clean", program)
    tree.git("config", f"filter.{driver}.required", "true")
    dirtied(tree)


def dirtied(tree: Tree, number: int = 0) -> None:
    """The bytes stay; only the time of the file is another one."""
    os.utime(tree.root / "src/pay.py", (1_000_000_000 + number, 1_000_000_000 + number))


@pytest.mark.parametrize("words", READERS, ids=lambda words: " ".join(words))
@pytest.mark.parametrize("driver", DRIVERS)
def test_no_filter_of_the_repository_is_run(tree: Tree, tmp_path: Path, driver: str, words: tuple[str, ...]) -> None:
    """The control asks git itself, which runs it."""
    ran = tmp_path / "ran"
    filtered(tree, driver, f"touch '{ran}'; cat")
    assert git.ask(tree.root, tree.environment, *words) is not None
    dirtied(tree, 1)  # git notes the time of a file it found unchanged
    assert list(git.stream(tree.root, tree.environment, *words)) is not None
    assert not ran.exists()
    dirtied(tree, 2)
    tree.git(*words)
    assert ran.exists()


def test_a_long_running_filter_is_not_run_either(tree: Tree, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    filtered(tree, "f", "cat")
    tree.git("config", "filter.f.process", f"touch '{ran}'; false")
    assert git.ask(tree.root, tree.environment, "diff", "--name-status", "HEAD", "--") == b""
    assert not ran.exists()


def test_blame_runs_no_filter(tree: Tree, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    filtered(tree, "f", f"touch '{ran}'; cat")
    assert blame(tree.root, tree.environment, "src/pay.py", PAY.encode())
    assert not ran.exists()
    tree.git("blame", "--", "src/pay.py")
    assert ran.exists()


def test_a_submodule_has_no_say_either(tree: Tree, tmp_path: Path) -> None:
    """Git goes by a submodule's own settings inside it, which nobody can override from outside."""
    inner, ran = Tree(tmp_path / "inner"), tmp_path / "ran"
    inner.write("src/pay.py", PAY)
    inner.commit("Start")
    tree.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.root), "inner")
    tree.commit("With a submodule")
    value = tree.noted("src/pay.py")
    there = Tree(tree.root / "inner", git=False)
    modules = tree.root / ".git" / "modules" / "inner" / "info"
    modules.mkdir(exist_ok=True)
    (modules / "attributes").write_text("*.py filter=f\n", "utf-8")
    there.git("config", "filter.f.clean", f"touch '{ran}'; cat")
    dirtied(there)
    (tree.root / "src/pay.py").unlink()
    assert tree.checked("src/pay.py", value).state == "gone"
    assert not ran.exists()
    tree.git("status", "--porcelain")
    assert ran.exists()


def test_nothing_is_fetched_by_a_program_of_the_repository(tree: Tree, tmp_path: Path) -> None:
    """The control leaves out what forbids it."""
    ran = tmp_path / "ran"
    for name, said in (
        ("core.repositoryformatversion", "1"), ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"), ("remote.origin.url", f"ext::touch {ran}"),
        ("protocol.ext.allow", "always"),
    ):  # fmt: skip
        tree.git("config", name, said)
    words = ("cat-file", "blob", "1" * 40)
    assert git.ask(tree.root, tree.environment, *words) is None
    assert not ran.exists()
    with pytest.raises(Exception, match="cat-file"):
        tree.git(*words)
    assert ran.exists()


def processes_with(word: str) -> list[int]:
    """The processes whose command line holds a word."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                said = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if word.encode() in said:
                found.append(int(folder.name))
    return found


def gone_soon(word: str) -> bool:
    """Whether no process is left of a word's, a moment after it was killed."""
    until = time.monotonic() + 5
    while processes_with(word) and time.monotonic() < until:
        os.sched_yield()
    return not processes_with(word)


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="processes are read from /proc")
def test_what_git_started_ends_with_it(tree: Tree, tmp_path: Path) -> None:
    """An alias stands for whatever git may start; it is given here by the caller, which no repository can."""
    for number, asked in enumerate((once, given_up)):
        word = f"{tmp_path.name}-{os.getpid()}-{number}"
        alias = ("-c", f"alias.wait=!yes said | head -n 50000; : {word}; sleep 60; : {word}", "wait")
        started = time.monotonic()
        asked(tree, alias)
        assert time.monotonic() - started < 30
        assert gone_soon(word), asked.__name__


def once(tree: Tree, alias: tuple[str, ...]) -> None:
    """Ask, and be refused by the limit of time."""
    assert git.ask(tree.root, tree.environment, *alias, seconds=0.5) is None


def given_up(tree: Tree, alias: tuple[str, ...]) -> None:
    """Read the first part of a stream and no more."""
    parts: Iterator[bytes] = git.stream(tree.root, tree.environment, *alias, separator=b"\n")
    with closing(parts):  # type: ignore[type-var]
        assert next(parts) == b"said"


def test_outside_of_a_repository_git_says_nothing(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    assert git.ask(tmp_path, environment, "diff", "--name-status", "HEAD", "--") is None
    assert list(git.stream(tmp_path, environment, "status")) == []
    assert git.ask(tmp_path, {"PATH": "/nowhere"}, "status") is None
