"""Windows: whole sentences, nothing lost from a text that fits, the same every time, bounded whatever comes."""

import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oldhand.recall.dense.catalog import MINILM
from oldhand.recall.dense.windows import LONGEST, MAX_WINDOWS, WINDOW_WORDS, windows
from oldhand.recall.dense.wordpiece import WordPiece

SECONDS = 10  # for the largest text on a busy machine; it takes about one
TEXTS = st.text(st.characters(codec="utf-8"), max_size=3000) | st.text("ab. \n。中Я", max_size=3000)


def test_a_short_text_is_one_window() -> None:
    said = "Payments are never retried. The gateway is not idempotent! Why? Nobody knows."
    assert windows(said) == [said]


@pytest.mark.parametrize("text", ["", " ", "\n\t\n", "\u2003"])
def test_a_text_without_a_sign_has_no_window(text: str) -> None:
    assert windows(text) == []


def test_sentences_stay_whole() -> None:
    sentences = [f"Sentence number {number} has exactly seven words." for number in range(60)]
    found = windows(" ".join(sentences))
    assert len(found) > 1
    assert [one for window in found for one in window.replace("words. ", "words.|").split("|")] == sentences
    assert all(len(window.split()) <= WINDOW_WORDS for window in found)


def test_lines_stay_whole_without_full_stops() -> None:
    lines = [f"def charge_{number}(cart): return gateway.pay(cart)" for number in range(80)]
    found = windows("\n".join(lines))
    assert all(window.startswith("def ") and window.endswith("pay(cart)") for window in found)


def test_a_dot_inside_a_number_or_a_name_ends_no_sentence() -> None:
    before = "word " * (WINDOW_WORDS - 4) + "ends. "
    assert windows(before + "Python 3.11 in src/pay.py fails.")[-1] == "Python 3.11 in src/pay.py fails."


def test_a_sentence_longer_than_a_window_is_cut() -> None:
    words = [f"w{number}" for number in range(WINDOW_WORDS * 2 + 10)]
    assert [len(window.split()) for window in windows(" ".join(words))] == [WINDOW_WORDS, WINDOW_WORDS, 10]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Russian", "Сессии живут в Redis, а не в памяти процесса. " * 60),
        ("Chinese", "数据库连接在高峰期间失败，因为连接池太小。" * 60),
        ("Chinese without a stop", "数据库连接池" * 200),
        ("code", "self.gateway.charge(cart.total_in_cents(), idempotency_key=None);" * 60),
        ("base64", "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=" * 200),
    ],
)
def test_every_script_is_cut_to_what_a_model_reads(name: str, text: str) -> None:
    found = windows(text)
    assert len(found) > 2, name
    characters = 7 if text.isascii() else 5  # for each word, spaces among them: what fills 256 pieces at most
    assert max(map(len, found)) <= characters * WINDOW_WORDS, name


def test_a_long_text_is_covered_from_its_start_to_its_end() -> None:
    lines = [f"line {number} " + "word " * (WINDOW_WORDS - 12) for number in range(1000)]
    found = windows("\n".join(lines))
    numbers = [int(window.split()[1]) for window in found]
    assert len(found) == MAX_WINDOWS
    assert numbers[:20] == list(range(20)) and numbers[-1] == 999
    assert numbers == sorted(set(numbers))
    assert max(after - before for before, after in pairwise(numbers)) < 40


@pytest.mark.parametrize(
    "text",
    ["x" * 10_000_000, "word " * 2_000_000, "数据库连接失败。" * 1_250_000, "a\n" * 5_000_000, " " * 10_000_000],
    ids=["one line", "words", "Chinese", "lines of one letter", "nothing"],
)
def test_ten_million_characters_are_cut_in_bounded_time(text: str) -> None:
    started = time.perf_counter()
    found = windows(text)
    assert time.perf_counter() - started < SECONDS
    assert len(found) <= MAX_WINDOWS and sum(map(len, found)) < 120_000


def test_of_a_huge_text_the_end_is_read_too() -> None:
    text = "beginning " + "middle " * (LONGEST // 6) + "ending"
    found = windows(text)
    assert found[0].startswith("beginning") and found[-1].endswith("ending")


@given(TEXTS)
def test_windows_hold_the_words_of_a_text_in_their_order(text: str) -> None:
    found = windows(text)
    assert found == windows(text)
    if len(found) < MAX_WINDOWS:
        assert "".join("".join(found).split()) == "".join(text.split())
    assert all(window and window == " ".join(window.split()) for window in found)


@pytest.mark.parametrize(
    "text",
    [
        "The gateway is not idempotent, so payments are never retried automatically. " * 40,
        "Для запуска сервера необходимо предварительно настроить переменные окружения. " * 40,
        "数据库连接在高峰期间失败，因为连接池太小。" * 60,
        "self.gateway.charge(cart.total_in_cents(), idempotency_key=None)\n" * 40,
        "src/oldhand/recall/dense/windows.py:41 0x7f3a9c 1.27.3-rc1\n" * 40,
    ],
    ids=["English", "Russian", "Chinese", "code", "paths and numbers"],
)
def test_the_local_model_reads_its_windows_whole(text: str, model_home: Path) -> None:
    (file,) = model_home.glob("models/*/tokenizer.json")
    tokenizer = WordPiece.read(file.read_bytes(), 10_000, MINILM.name)
    counts = [len(tokenizer.pieces(window)) for window in windows(text)]
    assert max(counts) <= MINILM.max_tokens
    assert len(tokenizer.pieces(text)) > MINILM.max_tokens, "the control: of the whole text it would read the beginning"
