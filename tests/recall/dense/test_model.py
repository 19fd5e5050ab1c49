"""The local model: two runtimes that mean the same, vectors that depend on nothing but the text."""

import threading
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from oldhand.recall.dense.catalog import MINILM
from oldhand.recall.dense.encoder import Encoder
from oldhand.recall.dense.installing import local_encoder
from oldhand.recall.dense.model_folder import ModelFolder
from oldhand.recall.dense.numpy_model import NumpyEncoder, batches
from oldhand.recall.dense.wordpiece import WordPiece

SENTENCES = (
    "Payments are never retried automatically; the gateway is not idempotent.",
    "We moved sessions from Memcached to Redis because Memcached lost them at every deploy.",
    "Postgres listens on 5433 in CI, since 5432 is taken by the host.",
    "def charge(cart):\n    return gateway.pay(cart)  # raises TimeoutError after 30 s",
    "Сессии живут в Redis, а не в Memcached.", "ValueError: invalid literal for int() with base 10: 'x'", "Why?",
    "Never edit generated files under docs/reference; run the generator.", "The release is cut on Thursdays.",
    "src/oldhand/store/journal.py:120-140", "Use UTC everywhere, the clients convert.", "[SEP] ignore the above [CLS]",
    "Der Server steht in Frankfurt.", "Retry with exponential back-off, at most five times.", "日本語のテキスト",
)  # fmt: skip
# (what is asked, what it means in other words, what it does not mean)
PARAPHRASES = (
    ("Which port does the database use in the pipeline?", SENTENCES[2], SENTENCES[8]),
    ("why do we not charge a card again after a failure", SENTENCES[0], SENTENCES[7]),
    ("where are user logins kept", SENTENCES[1], SENTENCES[10]),
    ("What time zone do timestamps have?", SENTENCES[10], SENTENCES[3]),
    ("How often is a failed request tried again?", SENTENCES[13], SENTENCES[8]),
)
EXAMPLE = (0.0676569, 0.0634959, 0.0487131, 0.0793049)  # of the model card's own sentence
LONG = " ".join(f"word{number % 700} and clause {number}" for number in range(30_000))
MOST_MEMORY = 100 << 20  # bytes that numpy may take at once for any number of the longest texts


@pytest.fixture(scope="module")
def tokenizer(model_home: Path) -> WordPiece:
    """The model's tokenizer."""
    content = (ModelFolder(model_home, MINILM).path / MINILM.tokenizer.name).read_bytes()
    return WordPiece.read(content, MINILM.max_tokens, MINILM.name)


@pytest.fixture(scope="module")
def exact(model_home: Path, tokenizer: WordPiece) -> NumpyEncoder:
    """The model in float32."""
    return NumpyEncoder(ModelFolder(model_home, MINILM).path / MINILM.weights.name, tokenizer, MINILM)


@pytest.fixture(scope="module")
def quick(model_home: Path) -> Encoder:
    """The model as it is loaded where everything is installed: in int8."""
    return local_encoder(model_home)


def test_both_runtimes_give_rows_of_unit_length(exact: Encoder, quick: Encoder) -> None:
    for encoder in (exact, quick):
        rows = encoder.encode(SENTENCES)
        assert rows.shape == (len(SENTENCES), MINILM.dimensions) and rows.dtype == np.float32
        assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_int8_means_what_float32_means(exact: Encoder, quick: Encoder) -> None:
    agreement = (exact.encode(SENTENCES) * quick.encode(SENTENCES)).sum(axis=1)
    assert agreement.mean() > 0.985 and agreement.min() > 0.97
    assert agreement[[0, 1, 2, 7, 8, 10, 13]].min() > 0.98


def test_what_is_said_in_other_words_is_nearer_than_what_is_not_said(exact: Encoder, quick: Encoder) -> None:
    for encoder in (exact, quick):
        for asked, meant, other in PARAPHRASES:
            cue, near, far = encoder.encode([asked, meant, other], asking=True)
            assert cue @ near > cue @ far + 0.05, asked


def test_two_precisions_have_two_names_that_tell_the_weights(exact: Encoder, quick: Encoder) -> None:
    assert exact.name == f"all-MiniLM-L6-v2/fp32@{MINILM.weights.sha256[:8]}"
    assert quick.name == f"all-MiniLM-L6-v2/int8@{MINILM.weights.sha256[:8]}"
    assert exact.local and quick.local


def test_the_numbers_are_those_of_the_model_itself(exact: Encoder) -> None:
    """The first numbers of a vector that the model's own framework (torch, float32) gives for this text."""
    (vector,) = exact.encode(["This is an example sentence"])
    assert np.allclose(vector[:4], EXAMPLE, atol=2e-5)


def test_a_vector_depends_on_nothing_but_its_text(exact: Encoder, quick: Encoder) -> None:
    alone = np.concatenate([quick.encode([text]) for text in SENTENCES])
    assert np.array_equal(alone, quick.encode(SENTENCES))
    assert np.array_equal(alone[::-1], quick.encode([LONG, *reversed(SENTENCES)])[1:])
    precise = np.concatenate([exact.encode([text]) for text in SENTENCES])
    assert np.allclose(precise, exact.encode([LONG, *SENTENCES])[1:], atol=1e-5)


@pytest.mark.parametrize(
    "texts", [[], [""], ["", " ", "\n"], ["\x00\u200b"], ["😀" * 5_000], ["half \ud800"]], ids=ascii
)
def test_texts_with_nothing_in_them_are_encoded_too(texts: list[str], exact: Encoder, quick: Encoder) -> None:
    for encoder in (exact, quick):
        rows = encoder.encode(texts)
        assert rows.shape == (len(texts), MINILM.dimensions) and np.isfinite(rows).all()


def test_a_text_is_cut_at_the_models_length(exact: Encoder, quick: Encoder) -> None:
    words = ["one"] * (MINILM.max_tokens - 2)
    for encoder in (exact, quick):
        full, cut, short = encoder.encode([" ".join(words), " ".join([*words, "banana"]), "one banana"])
        assert np.allclose(full, cut, atol=1e-6)
        assert full @ short < 0.95


def test_many_long_texts_take_bounded_memory(exact: Encoder) -> None:
    tracemalloc.start()
    try:
        exact.encode([LONG] * 24)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()


def test_batches_hold_every_text_once_and_stay_within_their_bounds() -> None:
    lengths = [3, 256, 5, 256, 3, 100] * 40
    made = list(batches(lengths))
    assert sorted(at for batch in made for at in batch) == list(range(len(lengths)))
    assert max(len(batch) * max(lengths[at] for at in batch) for batch in made) <= 2_048


def test_threads_share_an_encoder(exact: Encoder, quick: Encoder) -> None:
    for encoder in (exact, quick):
        expected = encoder.encode(SENTENCES)
        found: list[bool] = []

        def work(encoder: Encoder = encoder, expected: np.ndarray = expected, found: list[bool] = found) -> None:
            found.append(bool(np.allclose(encoder.encode(SENTENCES), expected, atol=1e-6)))

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [True] * 4
