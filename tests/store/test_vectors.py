"""The file of the vectors: it holds what it was given, goes when the memory goes, and memory does not need it."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from oldhand.errors import EncoderFailed, NotWritable, OldhandError, UnusableVectors
from oldhand.store import vector_cache
from oldhand.store.pending import count_of_wordings
from oldhand.store.vector_file import VECTORS
from oldhand.store.vectors import Vectors, width
from tests.conftest import Project
from tests.store.vectors_kept import DIMENSIONS, MODEL, bytes_for, erase, followed, kept, told


def test_asking_for_vectors_makes_no_file(project: Project) -> None:
    told(project, "The gateway is not idempotent")
    vectors = project.store.vectors
    assert vectors.models() == [] and vectors.model(MODEL) is None and vectors.size() == 0
    with project.memory.reading() as reader:
        assert vectors.follow_erasures(reader) == 0
    assert vectors.forget([b"x" * 32]) == vectors.forget_model(MODEL) == 0
    assert not list(project.folder.glob("vectors*"))
    vectors.keep(MODEL, DIMENSIONS, [(b"x" * 32, bytes_for("x"))], set)
    assert (project.folder / VECTORS).exists()


def test_what_is_kept_is_there_for_another_process_and_for_nobody_else(project: Project) -> None:
    _, one = told(project, "Payments are never retried")
    vectors = project.store.vectors
    assert vectors.keep(MODEL, DIMENSIONS, [(one, bytes_for("a", 3))], set) == (1, 3)
    assert vectors.keep(MODEL, DIMENSIONS, [(one, bytes_for("b"))], set) == (0, 0), "kept once, whoever was first"
    other = Vectors(project.folder)
    model = other.model(MODEL)
    assert model and (model.wordings, model.windows, model.dimensions) == (1, 3, DIMENSIONS)
    assert other.of(model, [one, b"y" * 32]) == {one: bytes_for("a", 3)}
    assert {stat.S_IMODE(file.stat().st_mode) for file in project.folder.glob("vectors*")} == {0o600}
    other.close()


def test_vectors_of_two_models_are_kept_apart(project: Project) -> None:
    _, one = told(project, "Payments are never retried")
    vectors = project.store.vectors
    vectors.keep(MODEL, DIMENSIONS, [(one, bytes_for("a"))], set)
    vectors.keep("other", 9, [(one, bytes(width(9)))], set)
    first, second = vectors.model(MODEL), vectors.model("other")
    assert first and second and first.token != second.token
    assert vectors.of(first, [one]) == {one: bytes_for("a")} and vectors.of(second, [one]) == {one: bytes(width(9))}
    assert vectors.forget_model("other") == 1
    assert [model.name for model in vectors.models()] == [MODEL] and vectors.present(first, [one]) == {one}


def test_a_model_whose_vectors_change_their_length_is_refused(project: Project) -> None:
    vectors = project.store.vectors
    vectors.keep(MODEL, DIMENSIONS, [(b"x" * 32, bytes_for("a"))], set)
    with pytest.raises(EncoderFailed, match="embeddings reset --model m/int8"):
        vectors.keep(MODEL, DIMENSIONS + 1, [(b"y" * 32, bytes(width(DIMENSIONS + 1)))], set)
    assert kept(project) == {b"x" * 32}


def test_the_numbers_of_removed_rows_are_never_used_again(project: Project) -> None:
    vectors = project.store.vectors
    vectors.keep(MODEL, DIMENSIONS, [(bytes([n]) * 32, bytes_for("a")) for n in range(5)], set)
    model = vectors.model(MODEL)
    assert model
    last = [number for number, _ in vectors.stream(model)][-1]
    vectors.forget([bytes([n]) * 32 for n in range(5)])
    vectors.keep(MODEL, DIMENSIONS, [(b"n" * 32, bytes_for("n"))], set)
    assert [number for number, _ in vectors.stream(model)] == [last + 1]


# -- memory does not depend on them ------------------------------------------------------------------


def test_nothing_about_vectors_changes_the_root(project: Project) -> None:
    _, address = told(project, "Payments are never retried")
    before = project.call("root").roots[0].root
    vectors = project.store.vectors
    vectors.keep(MODEL, DIMENSIONS, [(address, bytes_for("v"))], set)
    vectors.forget([address])
    vectors.forget_model(MODEL)
    vectors.remove()
    assert project.call("root").roots[0].root == before
    told(project, "The control: remembering changes it")
    assert project.call("root").roots[0].root != before


def test_vectors_stay_right_over_rebuild_backup_and_restore(project: Project) -> None:
    _, address = told(project, "Payments are never retried")
    project.store.vectors.keep(MODEL, DIMENSIONS, [(address, bytes_for("v"))], set)
    project.call("rebuild")
    assert followed(project) == {address}
    project.call("backup")
    _, later = told(project, "Said after the backup")
    project.store.vectors.keep(MODEL, DIMENSIONS, [(later, bytes_for("w"))], set)
    project.call("store_restore", yes=True)
    assert followed(project) == {address, later}, "the text of one is gone; `reindex` drops its vectors"


def _zeros(path: Path) -> None:
    path.write_bytes(bytes(8192))


def _text(path: Path) -> None:
    path.write_text("no database at all " * 400, encoding="utf-8")


def _short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def _torn(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[4096:] = os.urandom(len(raw) - 4096)
    path.write_bytes(raw)


def _foreign(path: Path) -> None:
    path.unlink()
    with apsw.Connection(str(path)) as connection:
        connection.execute("CREATE TABLE vectors (x)")


def _newer(path: Path) -> None:
    with apsw.Connection(str(path)) as connection:
        connection.execute("PRAGMA user_version = 99")


@pytest.mark.parametrize("damage", [_zeros, _text, _short, _torn, _foreign, _newer], ids=lambda one: one.__name__)
def test_a_damaged_file_is_named_and_memory_goes_on(damage: Callable[[Path], None], project: Project) -> None:
    memory, address = told(project, "Payments are never retried")
    rows = [(bytes([n]) * 32, bytes_for("x")) for n in range(200)]
    project.store.vectors.keep(MODEL, DIMENSIONS, [(address, bytes_for("v")), *rows], set)
    project.memory.close()
    for log in project.folder.glob("vectors.db-*"):
        log.unlink()
    damage(project.folder / VECTORS)
    with pytest.raises(UnusableVectors, match="oldhand embeddings reset"):
        vectors = Vectors(project.folder)
        model = vectors.model(MODEL)
        assert model and len(list(vectors.stream(model))) == 201
    assert project.call("recall", cue="are payments retried").items
    assert project.call("remember", text="Writing goes on").memories
    erase(project, memory)
    assert not project.call("recall", cue="are payments retried").items
    assert project.call("embeddings_reset", yes=True).unusable or damage is _torn
    project.store.vectors.keep(MODEL, DIMENSIONS, rows, set)
    assert len(kept(project)) == 200


def test_a_file_removed_in_use_is_no_trouble(project: Project) -> None:
    rows = [(bytes([n]) * 32, bytes_for("x")) for n in range(5)]
    vectors = project.store.vectors
    vectors.keep(MODEL, DIMENSIONS, rows, set)
    other = Vectors(project.folder)
    assert other.model(MODEL)
    vectors.remove()
    assert other.model(MODEL) is None
    vectors.keep(MODEL, DIMENSIONS, rows[:2], set)
    found = other.model(MODEL)
    assert found and found.wordings == 2
    other.close()


def test_caches_are_for_their_person_alone_and_go_with_the_file(project: Project) -> None:
    vectors = project.store.vectors
    vectors.keep(MODEL, DIMENSIONS, [(b"x" * 32, bytes_for("x"))], set)
    made = vector_cache.Unfinished(project.folder, 1, {"numbers": 8, "scales": 4, "codes": 4})
    assert made.place({})
    made.close()
    path = vector_cache.path_of(project.folder, 1)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    vectors.remove()
    assert not path.exists()


def test_counting_wordings_leaves_out_what_was_erased(project: Project) -> None:
    memory, _ = told(project, "Host is one", key="deploy/host")
    told(project, "Host is two", key="deploy/host")
    told(project, "Хост называется иначе")
    with project.memory.reading() as reader:
        assert count_of_wordings(reader) == 3
    erase(project, memory)
    with project.memory.reading() as reader:
        assert count_of_wordings(reader) == 1


def test_two_that_make_the_file_at_once_make_one(project: Project) -> None:
    script = (
        "import sys\nfrom pathlib import Path\nfrom oldhand.store.vectors import Vectors\n"
        "vectors = Vectors(Path(sys.argv[1]))\n"
        "for n in range(50):\n"
        "    vectors.keep('m', 4, [(bytes([n, int(sys.argv[2])]) * 16, bytes(8))], set)\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", script, str(project.folder), str(number)]) for number in range(4)
    ]
    assert [one.wait(60) for one in running] == [0, 0, 0, 0]
    assert len(kept(project, "m")) == 200


def test_the_errors_of_the_file_are_ours(project: Project) -> None:
    assert issubclass(UnusableVectors, OldhandError)
    assert "makes room" in str(UnusableVectors(project.folder / VECTORS, "it is damaged"))


def test_in_a_folder_that_cannot_be_written_vectors_are_read(project: Project) -> None:
    memory, address = told(project, "Payments are never retried")
    project.store.vectors.keep(MODEL, DIMENSIONS, [(address, bytes_for("v"))], set)
    project.memory.close()
    mounted = subprocess.run(
        ["mount", "--bind", "-o", "ro", str(project.folder), str(project.folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this machine does not allow mounting")
    try:
        vectors = Vectors(project.folder)
        model = vectors.model(MODEL)
        assert model and vectors.of(model, [address]) == {address: bytes_for("v")}
        with pytest.raises(NotWritable):
            vectors.keep(MODEL, DIMENSIONS, [(b"x" * 32, bytes_for("x"))], set)
        with project.memory.reading() as reader:
            assert vectors.follow_erasures(reader) == 0 and reader.standing(memory) == "active"
        vectors.close()
        project.memory.close()
    finally:
        subprocess.run(["umount", str(project.folder)], check=True)
