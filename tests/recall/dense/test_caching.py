"""The cache of vectors: never a false answer from it, whatever became of it, and nothing in it that was removed."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from oldhand.recall.dense import caching
from oldhand.recall.dense.nearest import Nearest
from oldhand.recall.dense.packing import pack, unpacked
from oldhand.store import vector_cache
from oldhand.store.vectors import Vectors
from tests.recall.dense.made_vectors import MODEL, D, address, brute, found_by, keep, made, name


@pytest.fixture
def vectors(tmp_path: Path) -> Vectors:
    return Vectors(tmp_path)


def _header(raw: bytearray) -> None:
    raw[200] ^= 1


def _cut(raw: bytearray) -> None:
    del raw[-1000:]


def _zeroed(raw: bytearray) -> None:
    raw[:] = bytes(len(raw))


def _emptied(raw: bytearray) -> None:
    raw.clear()


def _other_layout(raw: bytearray) -> None:
    raw[:24] = b"oldhand vectors cache 9\n"


@pytest.mark.parametrize("damage", [_header, _cut, _zeroed, _emptied, _other_layout], ids=lambda one: one.__name__)
def test_a_damaged_cache_is_not_used_and_made_anew(vectors: Vectors, damage: Callable[[bytearray], None]) -> None:
    rows = made(3000)
    keep(vectors, rows)
    caching.make(vectors, MODEL)
    path = vector_cache.path_of(vectors.folder, 1)
    raw = bytearray(path.read_bytes())
    damage(raw)
    path.write_bytes(raw)
    model = vectors.model(MODEL)
    assert model and caching.loaded(vectors, model) is None and caching.index_of(vectors, model).due
    query = made(1, seed=2)[0]
    assert found_by(Nearest(vectors, MODEL), query) == brute(rows, query, 10)
    assert caching.make(vectors, MODEL) and caching.whole(vectors, model)


def test_flipped_bits_inside_a_cache_never_make_a_false_answer(vectors: Vectors) -> None:
    rows = made(3000)
    keep(vectors, rows)
    caching.make(vectors, MODEL)
    path = vector_cache.path_of(vectors.folder, 1)
    raw = bytearray(path.read_bytes())
    chance = np.random.default_rng(1)
    for place in chance.integers(vector_cache.HEADER, len(raw), len(raw) // 10):
        raw[place] = chance.integers(0, 256)
    path.write_bytes(raw)
    model = vectors.model(MODEL)
    assert model and not caching.whole(vectors, model), "`reindex` reads all of it and sees"
    search = Nearest(vectors, MODEL)
    for query in made(10, seed=2):
        for one in search.search(query, 10):
            number = next(n for n in range(3000) if name(n) == one.revision)
            assert one.cosine == pytest.approx(float(rows[number] @ query), abs=0.02)


def test_the_cache_of_another_file_is_not_used(vectors: Vectors, tmp_path: Path) -> None:
    keep(vectors, made(200))
    caching.make(vectors, MODEL)
    path = vector_cache.path_of(vectors.folder, 1)
    kept = path.read_bytes()
    vectors.remove()
    rows = made(200, seed=77)
    keep(vectors, rows)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(kept)
    query = rows[4]
    assert found_by(Nearest(vectors, MODEL), query) == brute(rows, query, 10)


def test_removed_vectors_are_overwritten_in_the_cache(vectors: Vectors) -> None:
    rows = made(500)
    keep(vectors, rows)
    caching.make(vectors, MODEL)
    path = vector_cache.path_of(vectors.folder, 1)
    secret = unpacked(pack(rows[7:8]), D)[1].tobytes()
    assert secret in path.read_bytes(), "the control: it was there"
    vectors.forget([address(7)])
    assert secret not in path.read_bytes()
    assert name(7) not in found_by(Nearest(vectors, MODEL), rows[7], 499)


def test_what_is_removed_while_a_cache_is_made_is_not_in_it(vectors: Vectors) -> None:
    rows = made(500)
    keep(vectors, rows)
    other = Vectors(vectors.folder)
    removed = []

    def remove(done: int, total: int, what: str) -> None:
        if not removed:
            removed.append(other.forget([address(7)]))

    assert caching.make(vectors, MODEL, remove) and removed == [1]
    secret = unpacked(pack(rows[7:8]), D)[1].tobytes()
    assert secret not in vector_cache.path_of(vectors.folder, 1).read_bytes()
    other.close()


def test_a_cache_is_due_when_much_came_or_much_went(vectors: Vectors) -> None:
    rows = made(9000)

    def due() -> bool:
        model = vectors.model(MODEL)
        return model is not None and caching.index_of(vectors, model).due

    keep(vectors, rows[:1500])
    assert not due(), "so few need none"
    keep(vectors, rows[1500:5000], first=1500)
    assert due()
    caching.make(vectors, MODEL)
    keep(vectors, rows[5000:6500], first=5000)
    assert not due()
    keep(vectors, rows[6500:9000], first=6500)
    assert due()
    caching.make(vectors, MODEL)
    vectors.forget(address(number) for number in range(1500))
    assert not due()
    vectors.forget(address(number) for number in range(1500, 2500))
    assert due()


def test_damaged_clusters_are_not_kept(vectors: Vectors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caching, "EXACT_LIMIT", 3000)
    rows = made(4000, centres=200)
    keep(vectors, rows)
    caching.make(vectors, MODEL)
    path = vector_cache.path_of(vectors.folder, 1)
    raw = bytearray(path.read_bytes())
    model = vectors.model(MODEL)
    assert model
    before = caching.loaded(vectors, model)
    assert before and before.clusters
    start, size = before.cache.header["sections"]["centres"]
    raw[start : start + size] = np.full(size // 4, np.nan, np.float32).tobytes()
    path.write_bytes(raw)
    assert caching.make(vectors, MODEL)
    after = caching.loaded(vectors, model)
    assert after and after.clusters and np.isfinite(after.clusters.centres).all()
    search = Nearest(vectors, MODEL)
    assert sum(found_by(search, row, 1) == brute(rows, row, 1) for row in rows[:100]) >= 97


def test_an_interrupted_making_leaves_the_old_cache_and_nothing_else(vectors: Vectors) -> None:
    keep(vectors, made(3000))
    caching.make(vectors, MODEL)
    path = vector_cache.path_of(vectors.folder, 1)
    before = path.read_bytes()
    keep(vectors, made(3000, seed=5), first=3000)

    def interrupt(done: int, total: int, what: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        caching.make(vectors, MODEL, interrupt)
    assert path.read_bytes() == before and [file.name for file in path.parent.iterdir()] == [path.name]
    script = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom oldhand.recall.dense import caching\n"
        "from oldhand.store.vectors import Vectors\n"
        "kill = lambda done, total, what: os.kill(os.getpid(), signal.SIGKILL)\n"
        "caching.make(Vectors(Path(sys.argv[1])), 'm/int8', kill)\n"
    )
    assert subprocess.run([sys.executable, "-c", script, str(vectors.folder)], check=False).returncode < 0
    assert path.read_bytes() == before and len(list(path.parent.iterdir())) == 2, "a killed one leaves its file"
    assert caching.make(vectors, MODEL)
    assert [file.name for file in path.parent.iterdir()] == [path.name], "and the next one clears it away"


def test_two_that_make_a_cache_at_once_leave_a_whole_one(vectors: Vectors) -> None:
    keep(vectors, made(3000))
    script = (
        "import sys\nfrom pathlib import Path\nfrom oldhand.recall.dense import caching\n"
        "from oldhand.store.vectors import Vectors\n"
        "for _ in range(10): caching.make(Vectors(Path(sys.argv[1])), 'm/int8')\n"
    )
    both = [subprocess.Popen([sys.executable, "-c", script, str(vectors.folder)]) for _ in range(2)]
    assert [one.wait(60) for one in both] == [0, 0]
    model = vectors.model(MODEL)
    assert model and caching.whole(vectors, model)


def test_more_vectors_than_a_search_may_read_are_told_of(vectors: Vectors, monkeypatch: pytest.MonkeyPatch) -> None:
    from oldhand.recall.dense import nearest as searching

    monkeypatch.setattr(searching, "TAIL_MOST", 4096)
    monkeypatch.setattr(caching, "TAIL_MOST", 4096)
    rows = made(12_000)
    keep(vectors, rows)
    search = Nearest(vectors, MODEL)
    assert search.search(rows[0], 3) and search.unsearched == 12_000 - 4096
    caching.make(vectors, MODEL)
    keep(vectors, made(10, seed=9), first=12_000)
    assert found_by(search, rows[9000]) == brute(rows, rows[9000], 10) and search.unsearched == 0


def test_a_search_needs_no_right_to_write(vectors: Vectors, tmp_path: Path) -> None:
    rows = made(3000)
    keep(vectors, rows)
    caching.make(vectors, MODEL)
    before = {file: os.stat(file).st_mtime_ns for file in tmp_path.rglob("*") if file.is_file()}
    reader = Vectors(vectors.folder)
    Nearest(reader, MODEL).search(rows[0], 5)
    reader.close()
    assert {file: os.stat(file).st_mtime_ns for file in before} == before
