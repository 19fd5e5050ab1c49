"""Nearest: an exact search is exact, an index finds nearly all, and neither ever tells what is not there."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oldhand.errors import EncoderFailed
from oldhand.recall.dense import caching
from oldhand.recall.dense.nearest import Nearest, nearest
from oldhand.recall.dense.packing import pack, unpacked
from oldhand.store.vectors import Vectors
from tests.recall.dense.made_vectors import MODEL, D, address, brute, found_by, keep, made, name

CLUSTERED = 3000  # vectors from which on these tests search by cluster, where the program has 100,000


@pytest.fixture
def vectors(tmp_path: Path) -> Vectors:
    return Vectors(tmp_path)


@pytest.fixture
def clustered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Searching by cluster begins with fewer vectors, so that a test need not make 100,000."""
    monkeypatch.setattr(caching, "EXACT_LIMIT", CLUSTERED)


# -- packing -----------------------------------------------------------------------------------------


def test_a_packed_vector_points_where_it_pointed() -> None:
    rows = np.random.default_rng(5).standard_normal((2000, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    scales, codes = unpacked(pack(rows), 384)
    read = codes * scales[:, None]
    assert len(pack(rows)) == 2000 * (384 + 4)
    assert np.abs(np.linalg.norm(read, axis=1) - 1).max() < 1e-5
    assert ((read * rows).sum(axis=1)).min() > 0.9999


def test_a_vector_of_zeros_is_like_nothing_and_one_that_is_no_number_is_refused() -> None:
    scales, codes = unpacked(pack(np.zeros((1, D), np.float32)), D)
    assert not scales.any() and not codes.any()
    with pytest.raises(EncoderFailed):
        pack(np.full((1, D), np.nan, np.float32))


# -- searching ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("cached", [False, True], ids=["row by row", "cached"])
@pytest.mark.parametrize("windows", [1, 3])
def test_an_exact_search_finds_what_comparing_all_finds(vectors: Vectors, cached: bool, windows: int) -> None:
    rows = made(1500)
    keep(vectors, rows, windows=windows)
    assert caching.make(vectors, MODEL) if cached else True
    search = Nearest(vectors, MODEL)
    for query in made(20, seed=3):
        assert found_by(search, query) == brute(rows, query, 10, windows)
    assert len(search.search(made(1)[0], 5000)) == 1500 // windows


def test_a_neighbour_names_its_best_window_and_true_cosine(vectors: Vectors) -> None:
    rows = made(12)
    keep(vectors, rows, windows=4)
    best = Nearest(vectors, MODEL).search(rows[6], 1)[0]
    assert (best.revision, best.window) == (name(1), 2)
    assert best.cosine == pytest.approx(1, abs=0.001)


def test_given_wordings_get_the_cosines_that_a_search_tells(vectors: Vectors) -> None:
    keep(vectors, made(300), windows=3)
    query = made(1, seed=8)[0]
    search = Nearest(vectors, MODEL)
    told = {one.revision: one.cosine for one in search.search(query, 100)}
    given_ones = search.cosines(query, [name(number) for number in range(50)] + ["ff" * 32])
    assert given_ones == {name(number): pytest.approx(told[name(number)]) for number in range(50)}


def test_only_allowed_wordings_are_told(vectors: Vectors) -> None:
    rows = made(800)
    keep(vectors, rows)
    query = rows[0]
    allowed = {name(number) for number in range(0, 800, 97)}
    told = [one.revision for one in Nearest(vectors, MODEL).search(query, 5, allowed.__contains__)]
    assert told == [one for one in brute(rows, query, 800) if one in allowed][:5]


def test_vectors_of_another_model_are_never_searched(vectors: Vectors) -> None:
    rows = made(40)
    keep(vectors, rows)
    keep(vectors, rows[::-1].copy(), model="other")
    query = rows[3]
    assert found_by(Nearest(vectors, MODEL), query, 1) == [name(3)]
    assert found_by(Nearest(vectors, "other"), query, 1) == [name(36)], "the control: the same vector, another wording"
    assert found_by(Nearest(vectors, "third"), query) == []


def test_a_cue_of_another_length_is_refused(vectors: Vectors) -> None:
    keep(vectors, made(4))
    for query in (np.ones(D + 1, np.float32), np.full(D, np.nan, np.float32)):
        with pytest.raises(EncoderFailed, match="none of m/int8"):
            Nearest(vectors, MODEL).search(query, 1)
    assert Nearest(vectors, MODEL).search(np.zeros(D, np.float32), 1)[0].cosine == 0


def test_a_store_without_vectors_has_no_neighbours_and_gets_no_file(vectors: Vectors, tmp_path: Path) -> None:
    search = Nearest(vectors, MODEL)
    assert search.search(made(1)[0], 5) == [] and search.cosines(made(1)[0], [name(1)]) == {}
    assert not caching.make(vectors, MODEL)
    assert not list(tmp_path.iterdir())


def test_what_comes_and_goes_is_seen_at_the_next_search(vectors: Vectors) -> None:
    rows = made(900)
    keep(vectors, rows[:600])
    caching.make(vectors, MODEL)
    search = nearest(vectors, MODEL)
    assert search is nearest(vectors, MODEL)
    other = Vectors(vectors.folder)
    query = rows[700]
    assert name(700) not in found_by(search, query)
    keep(other, rows[600:], first=600)
    assert found_by(search, query) == brute(rows, query, 10)
    gone = found_by(search, query)[:4]
    other.forget(bytes.fromhex(one) for one in gone)
    assert found_by(search, query) == [one for one in brute(rows, query, 14) if one not in gone]
    other.forget_model(MODEL)
    assert found_by(search, query) == []
    keep(other, rows[:50])
    assert found_by(search, query) == brute(rows[:50], query, 10)
    other.close()


# -- by cluster --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("clustered")
def test_searching_by_cluster_finds_nearly_all(vectors: Vectors) -> None:
    rows = made(9000, centres=300)
    keep(vectors, rows)
    assert caching.make(vectors, MODEL)
    model = vectors.model(MODEL)
    assert model and caching.index_of(vectors, model).clusters == 190
    search = Nearest(vectors, MODEL)
    queries = made(100, seed=4, centres=300)
    hits = sum(len(set(found_by(search, query)) & set(brute(rows, query, 10))) for query in queries)
    assert hits >= 0.97 * 10 * len(queries)


@pytest.mark.usefixtures("clustered")
def test_clusters_are_kept_while_the_store_has_not_doubled(vectors: Vectors) -> None:
    rows = made(9000, centres=300)
    counts = []
    for first, end in ((0, 4000), (4000, 4500), (4500, 9000)):
        keep(vectors, rows[first:end], first=first)
        assert caching.make(vectors, MODEL)
        model = vectors.model(MODEL)
        assert model
        index = caching.index_of(vectors, model)
        counts.append(index.clusters)
        assert (index.vectors, index.beside) == (end, 0)
        queries = made(30, seed=end, centres=300)
        search = Nearest(vectors, MODEL)
        hits = sum(len(set(found_by(search, one)) & set(brute(rows[:end], one, 10))) for one in queries)
        assert hits >= 0.97 * 10 * len(queries)
    assert counts[0] == counts[1] < counts[2]


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(("keep", "forget", "make", "search")), st.integers(0, 9)), max_size=12))
def test_whatever_happens_nothing_that_was_removed_is_found(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    vectors = Vectors(tmp_path_factory.mktemp("steps"))
    limit, caching.EXACT_LIMIT = caching.EXACT_LIMIT, 150
    try:
        rows = made(600)
        search = Nearest(vectors, MODEL)
        there: set[int] = set()
        for what, number in [("keep", 0), ("keep", 1), ("keep", 2), ("make", 0), *steps, ("search", 0)]:
            part = range(number * 60, number * 60 + 60)
            if what == "keep":
                keep(vectors, rows[part.start : part.stop], first=part.start)
                there.update(part)
            elif what == "forget":
                vectors.forget(address(one) for one in part)
                there.difference_update(part)
            elif what == "make":
                caching.make(vectors, MODEL)
            for query in (rows[number * 60], rows[number * 60 + 7]):
                told = search.search(query, 8)
                assert {one.revision for one in told} <= {name(one) for one in there}
                assert len(told) == min(8, len(there)) or len(there) > 8
                assert {one.revision: one.cosine for one in told} == pytest.approx(
                    search.cosines(query, [one.revision for one in told])
                )
    finally:
        caching.EXACT_LIMIT = limit
        vectors.close()
