"""Where memory lives: worktrees share it, submodules and nested folders have their own, variables move it."""

import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from oldhand.code.project import find_project
from tests.contract.command import inside, outside
from tests.contract.traces_left import files_below

EVERYBODY = 0o077  # the bits that nobody but the owner may have


def git(folder: Path, *words: str) -> str:
    """Run git as somebody without any settings of their own."""
    variables = {
        "PATH": os.environ["PATH"], "HOME": str(folder.parent), "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.org",
    }  # fmt: skip
    words = ("-c", "protocol.file.allow=always", *words)
    return subprocess.run(
        ["git", *words], cwd=folder, env=variables, check=True, capture_output=True, text=True, encoding="utf-8"
    ).stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository with one commit."""
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    (root / "README.md").write_text("# Shop\n\nPrices are kept in whole cents, never as floats.\n", "utf-8")
    (root / "src").mkdir()
    (root / "src" / "a.py").write_text("x = 1\n", "utf-8")
    git(root, "add", ".")
    git(root, "commit", "-qm", "first")
    return root


def test_all_worktrees_of_a_repository_share_one_memory(repository: Path, tmp_path: Path, home: Path) -> None:
    linked = tmp_path / "elsewhere" / "linked"
    git(repository, "worktree", "add", "-q", str(linked), "-b", "side")
    assert inside(linked, home, "init", "--empty").code == 0
    assert (repository / ".oldhand" / "memory.db").is_file()
    assert not (linked / ".oldhand").exists()
    assert inside(linked / "src", home, "remember", "Said in the linked worktree.").code == 0
    assert "Said in the linked worktree." in inside(repository, home, "recall", "linked worktree").out
    assert "Said in the linked worktree." in inside(repository / "src", home, "recall", "linked worktree").out
    assert git(linked, "status", "--porcelain") == git(repository, "status", "--porcelain") == ""


def test_a_worktree_of_a_repository_kept_apart_from_its_files_finds_the_memory_beside_it(
    repository: Path, tmp_path: Path, home: Path
) -> None:
    """`git init --separate-git-dir`: the folder with `.git` as a file is a root of its own."""
    apart, linked = tmp_path / "apart", tmp_path / "work"
    git(tmp_path, "clone", "-q", "--separate-git-dir", str(apart), str(repository), str(linked))
    assert inside(linked, home, "init", "--empty").code == 0
    assert (linked / ".oldhand" / "memory.db").is_file()
    assert git(linked, "status", "--porcelain") == ""


def test_a_submodule_has_a_memory_of_its_own(repository: Path, tmp_path: Path, home: Path) -> None:
    outer = tmp_path / "outer"
    outer.mkdir()
    git(outer, "init", "-q", "-b", "main")
    git(outer, "submodule", "--quiet", "add", str(repository), "inner")
    git(outer, "commit", "-qm", "with a submodule")
    for folder, text in ((outer, "Said outside of it."), (outer / "inner", "Said inside of it.")):
        assert inside(folder, home, "init", "--empty").code == 0
        assert inside(folder, home, "remember", text).code == 0
    assert (outer / "inner" / ".oldhand" / "memory.db").is_file()
    assert "Said inside" not in inside(outer, home, "active").out
    assert "Said outside" not in inside(outer / "inner" / "src", home, "active").out
    assert git(outer, "status", "--porcelain") == git(outer / "inner", "status", "--porcelain") == ""


def test_a_repository_inside_another_is_its_own_project(repository: Path, home: Path) -> None:
    inner = repository / "vendor" / "tool"
    inner.mkdir(parents=True)
    git(inner, "init", "-q")
    assert inside(repository, home, "init", "--empty").code == 0
    ran = inside(inner, home, "status")
    assert ran.code == 4


def test_without_git_a_folder_belongs_to_the_nearest_memory_above_it(tmp_path: Path, home: Path) -> None:
    deep = tmp_path / "plain" / "a" / "b"
    deep.mkdir(parents=True)
    assert inside(tmp_path / "plain", home, "init", "--empty").code == 0
    assert inside(deep, home, "remember", "Said far below.").code == 0
    assert not (deep / ".oldhand").exists()
    assert inside(deep.parent, home, "init", "--empty").code == 10, "the memory above is this folder's too"
    assert find_project(deep).root == tmp_path / "plain"


def test_a_folder_that_only_looks_like_git_or_like_a_memory_is_neither(tmp_path: Path, home: Path) -> None:
    folder = tmp_path / "odd"
    (folder / ".git").mkdir(parents=True)
    (folder / ".oldhand").mkdir()
    (folder / "sub").mkdir()
    (folder / "sub" / ".git").write_text("not a pointer\n", "utf-8")
    assert find_project(folder / "sub").git is None
    assert inside(folder / "sub", home, "status").code == 4


@pytest.fixture
def umask_of_nobody() -> Iterator[None]:
    """A umask that takes nothing away."""
    kept = os.umask(0)
    yield
    os.umask(kept)


def test_files_are_the_persons_alone_whatever_the_umask(repository: Path, home: Path, umask_of_nobody: None) -> None:
    home = home / "new"
    for words in (
        ("init",), ("remember", "One thing."), ("remember", "For me.", "--scope", "global"),
        ("config", "set", "recall.limit", "7"), ("config", "set", "recall.limit", "8", "--scope", "person"),
        ("projects", "register"), ("projects", "switch", "repository"), ("backup",), ("rebuild",),
        ("export", "out.jsonl"), ("verify",), ("recall", "thing"),
    ):  # fmt: skip
        ran = outside(repository, home, *words)
        assert ran.code == 0, (words, ran)
    made = [repository / ".oldhand", repository / "out.jsonl", home]
    made += [*(repository / ".oldhand").rglob("*"), *home.rglob("*")]
    open_to_others = {str(path): oct(path.stat().st_mode) for path in made if path.stat().st_mode & EVERYBODY}
    assert not open_to_others
    assert stat.S_IMODE((repository / ".oldhand").stat().st_mode) == 0o700
    assert stat.S_IMODE((repository / ".oldhand" / "memory.db").stat().st_mode) == 0o600
    assert len(made) > 8


def test_init_adds_one_line_to_the_local_exclude_file_and_touches_no_tracked_file(repository: Path, home: Path) -> None:
    exclude = repository / ".git" / "info" / "exclude"
    exclude.write_text("# mine\n*.log", "utf-8")
    before = files_below(repository)
    for _ in range(2):
        assert inside(repository, home, "init").code == 0
    assert exclude.read_text("utf-8") == "# mine\n*.log\n/.oldhand/\n"
    assert git(repository, "status", "--porcelain") == ""
    after = {path: digest for path, digest in files_below(repository).items() if "/.oldhand/" not in path}
    changed = {path for path in before if before[path] != after.get(path)} | set(after) - set(before)
    assert changed == {str(exclude)}


def test_a_variable_names_the_store_that_takes_the_projects_place(repository: Path, tmp_path: Path, home: Path) -> None:
    store = tmp_path / "other place" / "store"
    ran = outside(repository, home, "init", OLDHAND_STORE=str(store))
    assert ran.code == 0, ran
    assert (store / "memory.db").is_file()
    assert not (repository / ".oldhand").exists()
    assert "whole cents" in outside(repository, home, "recall", "prices cents", OLDHAND_STORE=str(store)).out
    assert outside(repository, home, "status").code == 4, "without the variable there is no memory"
    assert "whole cents" in outside(tmp_path, home, "recall", "prices cents", OLDHAND_STORE=str(store)).out


def test_a_variable_moves_everything_of_the_persons(repository: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    assert inside(repository, one, "init", "--empty").code == 0
    assert inside(repository, one, "remember", "A marzipan thing.", "--scope", "global").code == 0
    assert inside(repository, one, "projects", "register").code == 0
    assert "marzipan" in inside(repository, one, "recall", "marzipan").out
    assert inside(repository, two, "recall", "marzipan").code == 10, "another person's memory is not used"
    named = {"OLDHAND_STORE": str(repository / ".oldhand")}
    assert outside(repository, two, "recall", "marzipan", **named).code == 10, "the project may have named it itself"
    away = tmp_path / "away"
    away.mkdir()
    assert "Nothing known" in outside(away, two, "recall", "marzipan", **named).out
    assert outside(away, two, "recall", "x", "--project", "repository", **named).code == 4
    assert not two.exists(), "reading makes nothing"


def test_the_check_for_open_files_sees_one(tmp_path: Path, umask_of_nobody: None) -> None:
    file = tmp_path / "open"
    file.write_text("x", "utf-8")
    assert file.stat().st_mode & EVERYBODY
