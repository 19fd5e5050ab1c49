"""Who changed lines last: spans of neighbouring lines, read from git."""

import os
import subprocess
from pathlib import Path

import pytest

from oldhand.code.blame import blame, innermost, touched
from oldhand.errors import CannotBlame

ENVIRONMENT = {"PATH": os.environ["PATH"]}
SECOND = 1_700_000_000  # of the first commit


def git(root: Path, *words: str, at: int = 0) -> None:
    """Run git as one and the same person, at a moment so many hours after the first."""
    when = f"{SECOND + 3600 * at} +0000"
    person = {f"GIT_{role}_{part}": "ann@example.com" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when, "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", "-C", str(root), *words], env={**ENVIRONMENT, **person, **dates}, check=True)


def committed(root: Path, path: str, content: bytes, at: int = 0) -> bytes:
    """Commit a file with this content; gives the content back."""
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(content)
    git(root, "add", "-A", at=at)
    git(root, "commit", "-q", "-m", f"Commit {at}", at=at)
    return content


@pytest.fixture(params=["sha1", "sha256"])
def root(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """An empty repository, by either way of naming objects."""
    git(tmp_path, "init", "-q", "-b", "main", f"--object-format={request.param}")
    return tmp_path


def test_neighbouring_lines_of_one_commit_are_one_span(root: Path) -> None:
    committed(root, "a.py", b"one\ntwo\nthree\n")
    content = committed(root, "a.py", b"one\nTWO\nthree\n", at=1) + b"four\nfive\n"
    (root / "a.py").write_bytes(content)
    spans = blame(root, ENVIRONMENT, "a.py", content)
    assert [(one.first, one.last, one.subject) for one in spans] == [
        (1, 1, "Commit 0"), (2, 2, "Commit 1"), (3, 3, "Commit 0"), (4, 5, ""),
    ]  # fmt: skip
    assert [len(one.commit) in (40, 64) for one in spans] == [True, True, True, False]
    assert [one.time for one in spans] == [SECOND * 1000, (SECOND + 3600) * 1000, SECOND * 1000, 0]
    assert len(blame(root, ENVIRONMENT, "a.py", content, 2, 2)) == 1


def test_a_message_that_looks_like_an_answer_of_git_is_only_a_message(root: Path) -> None:
    (root / "a.py").write_bytes(b"\tone\n" + b"0" * 40 + b" 1 2 3\nsummary x\n")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "author Eve", "-m", "0" * 40 + " 9 9 9")
    spans = blame(root, ENVIRONMENT, "a.py", (root / "a.py").read_bytes())
    assert [(one.first, one.last, one.subject, one.author) for one in spans] == [
        (1, 3, "author Eve", "ann@example.com"),
    ]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), [(b"a\n", b"a"), (b"a\r\nb\r\n", b"a\r\nb\r\nc\r\n"), (b"", b"a\n")])
def test_odd_ends_of_lines_and_files_are_read(root: Path, before: bytes, after: bytes) -> None:
    committed(root, "a.txt", before)
    content = committed(root, "a.txt", after, at=1)
    spans = blame(root, ENVIRONMENT, "a.txt", content)
    assert spans[-1].last == content.count(b"\n") + (not content.endswith(b"\n"))
    committed(root, "empty.txt", b"", at=2)
    assert blame(root, ENVIRONMENT, "empty.txt", b"") == []


def test_a_name_in_quotes_is_told_as_it_is(root: Path) -> None:
    name = 'da"ta\tfür\\x.txt'
    content = committed(root, name, b"one\n")
    git(root, "mv", name, "plain.txt")
    git(root, "commit", "-q", "-m", "Move", at=1)
    assert [one.path for one in blame(root, ENVIRONMENT, "plain.txt", content)] == [name]


def test_lines_that_were_deleted_count_as_touched(root: Path) -> None:
    committed(root, "a.py", b"one\ntwo\nthree\nfour\nfive\nsix\n")
    committed(root, "a.py", b"one\nthree\nfour\nfive\nsix\n", at=1)
    committed(root, "a.py", b"one\nthree\nfour\nfive\nSIX\n", at=2)

    def subjects(first: int, last: int, since: int) -> list[str]:
        return [one.subject for one in touched(root, ENVIRONMENT, "a.py", first, last, (SECOND + since) * 1000, 9)]

    assert subjects(1, 2, 60) == ["Commit 1"]
    assert subjects(5, 5, 60) == ["Commit 2"]
    assert subjects(0, 0, 60) == ["Commit 2", "Commit 1"]
    assert subjects(1, 2, 9999) == []
    assert subjects(700, 900, 60) == ["Commit 2", "Commit 1"]  # lines that it does not have: all of the file


def test_an_ignored_file_and_one_with_a_magic_name_are_not_tracked(root: Path) -> None:
    committed(root, "a.py", b"one\n")
    (root / ":(top)a.py").write_bytes(b"one\n")
    for name in (":(top)a.py", "*.py", "nothing"):
        with pytest.raises(CannotBlame):
            blame(root, ENVIRONMENT, name, b"one\n")


def test_a_nested_repository_is_used_only_if_it_lies_inside(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    nested = root / "sub" / "deep"
    nested.mkdir(parents=True)
    git(nested, "init", "-q")
    assert innermost(root, "sub/deep/x/y.py") == (nested, "x/y.py", "sub/deep/")
    assert innermost(root, "sub/x.py") == (root, "sub/x.py", "")
    outside = tmp_path_factory.mktemp("outside")
    git(outside, "init", "-q")
    for at, made in enumerate(("file", "link")):
        folder = root / f"other{at}"
        folder.mkdir()
        if made == "file":
            (folder / ".git").write_text(f"gitdir: {outside / '.git'}\n", "utf-8")
        else:
            (folder / ".git").symlink_to(outside / ".git")
        assert innermost(root, f"other{at}/x.py").top == root
