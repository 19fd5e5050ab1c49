"""The door to the files of a project: what a path means, what it may open, and what a race cannot reach."""

import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oldhand.code import paths
from oldhand.code.paths import LARGEST_FILE, opened, read_bytes, real, relative, walk
from oldhand.errors import BadPath, FileTooLarge, NoSuchFile, NotAFile, OutsideProject

ENVIRONMENT = {"PATH": os.defpath, "GIT_CONFIG_GLOBAL": os.devnull}
SECRET = b"the secret that lies outside\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with a file, beside a file that is none of its business."""
    folder = tmp_path / "project"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "a.py").write_bytes(b"x = 1\n")
    (tmp_path / "outside.txt").write_bytes(SECRET)
    return folder


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("src/a.py", "src/a.py"), ("./src//a.py", "src/a.py"), ("src\\a.py", "src/a.py"), ("src/./a.py", "src/a.py"),
        ("src/", "src"), ("%2e%2e/x", "%2e%2e/x"), ("./~name", "~name"), ("./C:x", "C:x"), ("....//x", "..../x"),
        ("тест/é", "тест/é"), ("a b", "a b"), (".github/x", ".github/x"), (".gitignore", ".gitignore"),
    ],
)  # fmt: skip
def test_a_path_inside_is_taken_as_it_stands(root: Path, said: str, meant: str) -> None:
    assert relative(root, said) == meant


def test_an_absolute_path_inside_is_made_relative_by_any_name_of_the_folder(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root)
    assert relative(root, f"{root}/src/a.py") == "src/a.py"
    assert relative(root, f"{tmp_path}/link/src/a.py") == "src/a.py"
    assert relative(tmp_path / "link", f"{root}/src/a.py") == "src/a.py"
    with pytest.raises(OutsideProject):
        relative(root, f"{root}_evil/a.py")
    with pytest.raises(OutsideProject):
        relative(root, f"{root}/../outside.txt")


@pytest.mark.parametrize(
    "said",
    [
        "../outside.txt", "src/../../outside.txt", "..\\outside.txt", "/etc/passwd", "~", "~/x", "~root/x",
        "file:///etc/passwd", "https://example.org/x", "C:x", "c:\\x", "\\\\server\\share", "\\\\?\\C:\\x",
        ".git/config", "src/.git/hooks/x", ".GIT/config", ".git./config", ".git /config", ".g\u200cit/config",
        "GIT~1/x", ".git::$INDEX_ALLOCATION/config", ".oldhand/memory.db", ".OldHand/serve.json",
    ],
)  # fmt: skip
def test_a_path_that_leads_out_or_into_a_closed_folder_is_refused(root: Path, said: str) -> None:
    with pytest.raises(OutsideProject):
        relative(root, said)


@pytest.mark.parametrize("said", ["", "  ", "a\0b", "x" * 5000, "/" * 5000, "a/" * 600])
def test_what_cannot_be_a_path_is_refused(root: Path, said: str) -> None:
    with pytest.raises(BadPath):
        relative(root, said)


@pytest.mark.parametrize("path", ["..", "../outside.txt", "/etc/passwd", "a//b", "./a", ".git/x", "", "a\0b"])
def test_reading_checks_its_path_itself(root: Path, path: str) -> None:
    """Callers that forget `relative` reach nothing either."""
    with pytest.raises(BadPath):
        read_bytes(root, path)


def test_links_are_followed_inside_only(root: Path, tmp_path: Path) -> None:
    (root / "inside").symlink_to("src/a.py")
    (root / "folder").symlink_to("src")
    (root / "out").symlink_to(tmp_path / "outside.txt")
    (root / "up").symlink_to("..")
    (root / "loop").symlink_to("loop")
    (root / "closed").symlink_to(".git")
    (root / ".git").mkdir()
    (root / ".git" / "config").write_bytes(SECRET)
    assert read_bytes(root, "inside") == read_bytes(root, "folder/a.py") == b"x = 1\n"
    assert real(root, "folder/new.py") == (root / "src" / "new.py").resolve()
    for path in ("out", "up/outside.txt", "closed/config"):
        with pytest.raises(OutsideProject):
            read_bytes(root, path)
        with pytest.raises(OutsideProject):
            real(root, path)
    with pytest.raises(NotAFile):
        read_bytes(root, "loop")
    (root / "dangling").symlink_to("nowhere")
    with pytest.raises(NoSuchFile):
        read_bytes(root, "dangling")


def test_only_regular_files_are_opened_and_nothing_waits(root: Path) -> None:
    os.mkfifo(root / "fifo")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(root / "socket"))
        for path in ("src", "fifo", "socket"):
            with pytest.raises(NotAFile):
                read_bytes(root, path)
    for path in ("nothing", "src/a.py/x", "src/nothing/x"):
        with pytest.raises(NoSuchFile):
            read_bytes(root, path)


def test_a_large_file_is_refused_before_it_is_read(root: Path) -> None:
    with (root / "large").open("wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(FileTooLarge):
        read_bytes(root, "large")
    (root / "exact").write_bytes(b"x" * 10)
    assert read_bytes(root, "exact", 10) == b"x" * 10
    with pytest.raises(FileTooLarge):
        read_bytes(root, "exact", 9)
    assert LARGEST_FILE < 1 << 30


@pytest.fixture
def swapping(root: Path, tmp_path: Path) -> Iterator[Path]:
    """A project in which a folder is exchanged for a link out of it, and back, all the time."""
    inside, outside, place = root / "real", tmp_path / "evil", root / "swapped"
    inside.mkdir()
    outside.mkdir()
    (inside / "x").write_bytes(b"inside")
    (outside / "x").write_bytes(SECRET)
    done = threading.Event()

    def swap() -> None:
        while not done.is_set():
            for target in (inside, outside):
                beside = root / "beside"
                beside.symlink_to(target)
                os.replace(beside, place)

    place.symlink_to(inside)
    thread = threading.Thread(target=swap)
    thread.start()
    yield root
    done.set()
    thread.join()


def test_a_folder_exchanged_for_a_link_meanwhile_leads_nowhere(swapping: Path) -> None:
    seen: set[bytes] = set()
    refused = 0
    for _ in range(3000):
        try:
            seen.add(read_bytes(swapping, "swapped/x"))
        except (OutsideProject, NotAFile, NoSuchFile):
            refused += 1
    assert seen <= {b"inside"} and seen and refused


def test_the_descriptor_is_the_one_whose_status_is_told(root: Path) -> None:
    with opened(root, "src/a.py") as (descriptor, status):
        assert os.fstat(descriptor).st_ino == status.st_ino == (root / "src" / "a.py").stat().st_ino
    with pytest.raises(OSError):
        os.fstat(descriptor)


def test_no_descriptor_is_left_open_by_what_is_refused(root: Path, tmp_path: Path) -> None:
    (root / "out").symlink_to(tmp_path / "outside.txt")
    os.mkfifo(root / "fifo")
    before = len(os.listdir("/proc/self/fd"))
    for path in ("out", "fifo", "src", "nothing", "src/a.py/x", "a" * 300) * 20:
        with pytest.raises(BadPath):
            read_bytes(root, path)
    assert len(os.listdir("/proc/self/fd")) == before


def git(folder: Path, *words: str) -> None:
    """Run git as somebody without settings."""
    author = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always")
    subprocess.run(["git", *author, *words], cwd=folder, env=ENVIRONMENT, check=True, capture_output=True)


def test_the_files_of_a_repository_are_those_git_would_track(root: Path) -> None:
    git(root, "init", "-q")
    (root / ".gitignore").write_text("*.log\nbuild/\n", "utf-8")
    for name in ("x.log", "build/y", "src/b.py", ".oldhand/memory.db", "тест.md", "a\nb"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(b"")
    (root / os.fsdecode(b"not-utf8-\xff")).write_bytes(b"")
    assert walk(root, ENVIRONMENT) == sorted([".gitignore", "a\nb", "src/a.py", "src/b.py", "тест.md"])


def test_without_git_the_same_files_are_found(root: Path) -> None:
    (root / ".gitignore").write_text("*.log\nbuild/\n!keep.log\n", "utf-8")
    for name in ("x.log", "keep.log", "build/y", "src/b.py", ".oldhand/memory.db", "node_modules/z/i.js"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"")
    assert walk(root, ENVIRONMENT) == [".gitignore", "keep.log", "src/a.py", "src/b.py"]


def test_the_check_of_closed_folders_is_what_keeps_them_closed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without it git's own files would be read."""
    (root / ".git").mkdir()
    (root / ".git" / "config").write_bytes(SECRET)
    with pytest.raises(OutsideProject):
        read_bytes(root, ".git/config")
    monkeypatch.setattr(paths, "CLOSED", frozenset())
    assert read_bytes(root, ".git/config") == SECRET


PARTS = st.sampled_from(
    ["..", ".", "", "src", "a.py", "~", "C:", "\\", "\\..", "out", "up", "loop", ".git", ".Git", "%2e%2e",
     "outside.txt", "/", "file:", "\0", "é", "e\u0301", "\u202e", "x" * 300, "swapped", " ", "..\\..",
     "etc", "proc", "self", "root"]
)  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(PARTS, min_size=1, max_size=7), absolute=st.booleans())
def test_whatever_is_put_together_opens_nothing_outside(root: Path, parts: list[str], absolute: bool) -> None:
    if not (root / "out").is_symlink():
        (root / "out").symlink_to(root.parent / "outside.txt")
        (root / "up").symlink_to("..")
        (root / "loop").symlink_to("loop")
    said = ("/" if absolute else "") + "/".join(parts)
    for path in (said, "src/" + said):
        try:
            assert SECRET not in read_bytes(root, path)
        except BadPath:
            pass
        try:
            meant = relative(root, path)
            assert real(root, meant).is_relative_to(root.resolve())
            assert read_bytes(root, meant) == b"x = 1\n"
        except BadPath:
            pass
