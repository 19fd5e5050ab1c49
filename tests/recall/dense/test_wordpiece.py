"""Our WordPiece against the reference tokenizer: the same pieces for the same text, whatever the text."""

import json
import threading
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from oldhand.errors import DamagedModel
from oldhand.recall.dense import wordpiece
from oldhand.recall.dense.catalog import MINILM
from oldhand.recall.dense.model_folder import ModelFolder
from oldhand.recall.dense.wordpiece import WordPiece
from tests.hostile.corpus import corpus

Pieces = Callable[[str], list[int]]

SCRIPTS = (0x20, 0x3400)  # code points of the scripts in use, of punctuation, arrows, signs and kana
LATER = 200  # characters there that Unicode has classified since the reference tokenizer took its tables
SECONDS = 5  # for a text of a million characters on a busy machine; it takes a few milliseconds

TEXTS = (
    "", " ", "\n\t\r", "a", "Why?", "The gateway is not idempotent; it charges twice.", "C++ isn't C#",
    "__init__.py:42", "def pay(cart: Cart) -> None:\n    return gateway.pay(cart)  # 3.14 €",
    "HTTPServerError E0502 v1.2.3-rc.1 0x1F", "it's 50% off!", "Сессии живут в Redis, а не в Memcached.", "Ёлка и ёж",
    "naïve café ÀÉÎÕÜ ßẞ İıſ", "e\u0301 a\u0308 o\u0302\u0323", "日本語のテキスト", "漢字kanji漢字", "한국어 텍스트",
    "עברית", "العَرَبِيَّة", "हिन्दी भाषा", "ไทย", "👍🏽 👨\u200d👩\u200d👧 🇩🇪", "ﬁﬂﬀ ½ ² Ⅷ ℌ ﷺ",
    "\u2260 \u226e \u037e \u1fef",
    "a\u00a0b\u2003c\u3000d\u2028e", "a\x00b\ufffdc\x07d\x85e\x1ff\u200bg\u200dh\ufeffi\u00adj",
    "[CLS] [SEP][MASK]x[PAD] [UNK] [cls] [CLS", "##ing ## #", "x" * 100, "x" * 101, "an " + "extra" * 40 + " long",
    "𝕳𝖊𝖑𝖑𝖔 𝟘𝟙", "\U0002a700 \U000e0041 \ue000", "Ǆ ǅ Σίσυφος ΣΑΣ", "e" + "\u0301" * 500, "-" * 300, "😀" * 300,
)  # fmt: skip
ADDED = [{"id": 1, "content": "[CLS]"}]
MARKS = {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2}


def described(kind: str, vocabulary: object) -> bytes:
    """A `tokenizer.json` with little in it."""
    return json.dumps({"model": {"type": kind, "vocab": vocabulary}, "added_tokens": ADDED}).encode()


@pytest.fixture(scope="module")
def content(model_home: Path) -> bytes:
    """The model's `tokenizer.json`."""
    return (ModelFolder(model_home, MINILM).path / MINILM.tokenizer.name).read_bytes()


@pytest.fixture(scope="module")
def ours(content: bytes) -> Pieces:
    """Our tokenizer."""
    return WordPiece.read(content, MINILM.max_tokens, MINILM.name).pieces


@pytest.fixture(scope="module")
def reference(content: bytes) -> Pieces:
    """The reference tokenizer, without the padding and the truncation that come with the file."""
    tokenizer = Tokenizer.from_str(content.decode())
    tokenizer.no_padding()
    tokenizer.enable_truncation(MINILM.max_tokens)
    return lambda text: list(tokenizer.encode(text).ids)


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_a_text_has_the_pieces_of_the_reference(text: str, ours: Pieces, reference: Pieces) -> None:
    assert ours(text) == reference(text)


def test_hostile_texts_have_the_pieces_of_the_reference(ours: Pieces, reference: Pieces) -> None:
    texts = [text for text in corpus(2_000) if not any(unicodedata.category(c) == "Cs" for c in text)]
    assert len(texts) > 1_000
    assert not [text for text in texts if ours(text) != reference(text)]


usual_text = st.lists(
    st.one_of(
        st.characters(max_codepoint=0x24F, exclude_categories=["Cs", "Cn"]),
        st.sampled_from("  \n\t.,-_'\"()[]/:яёЙщ漢字かな한글\u0301\u200d👍éßİ\u037e≠"),
        st.sampled_from(["[CLS]", "[SEP]", "ing", "retry", "##s"]),
    ),
    max_size=120,
).map("".join)


@given(usual_text)
@example("[[CLS]]")
@example("[CLS\u200b]")
def test_any_usual_text_has_the_pieces_of_the_reference(ours: Pieces, reference: Pieces, text: str) -> None:
    assert ours(text) == reference(text)


def test_every_character_in_use_counts_as_the_reference_counts_it(ours: Pieces, reference: Pieces) -> None:
    """The few that differ are younger than the reference's tables, and the vocabulary has none of them."""
    different = [c for c in map(chr, range(*SCRIPTS)) if ours(f"ab{c}cd {c} 9{c}") != reference(f"ab{c}cd {c} 9{c}")]
    assert len(different) < LATER
    assert not [c for c in different if c.isascii() or unicodedata.category(c) in ("Lu", "Ll", "Lo", "Nd", "Sm", "Zs")]


@pytest.mark.parametrize("seed", ["word ", "слово ", "漢", "x", "retry-later\n", "[SEP]", "a\u0301 "])
def test_a_long_text_is_cut_where_the_reference_cuts_it(seed: str, ours: Pieces, reference: Pieces) -> None:
    for length in (250, 254, 255, 300, wordpiece.FIRST_LOOK, 3 * wordpiece.FIRST_LOOK + 1):
        text = (seed * length)[:60_000]
        assert ours(text) == reference(text)
        assert len(ours(text)) <= MINILM.max_tokens


def test_white_space_and_one_word_over_many_looks_are_gone_through(ours: Pieces, reference: Pieces) -> None:
    for text in (" " * 20_000 + "end", "\u200b" * 20_000 + " end", "x" * 20_000 + " end", "\u3000" * 9_000 + "end"):
        assert ours(text) == reference(text)


def test_a_text_of_a_million_words_is_not_read_to_its_end(ours: Pieces) -> None:
    started = time.monotonic()
    assert len(ours("retry " * 1_000_000)) == MINILM.max_tokens
    ours("x" * 1_000_000)
    assert time.monotonic() - started < SECONDS


def test_half_a_pair_of_surrogates_is_left_out(ours: Pieces) -> None:
    assert ours("half \ud800 a pair") == ours("half  a pair")


def test_the_caches_stay_bounded(content: bytes) -> None:
    tokenizer = WordPiece.read(content, MINILM.max_tokens, MINILM.name)
    for first in range(0x20, 0x20 + 3 * wordpiece.CACHED_CHARACTERS, 80):
        tokenizer.pieces(" ".join(chr(c) for c in range(first, first + 80)))
    assert len(tokenizer._characters) <= wordpiece.CACHED_CHARACTERS
    for first in range(0, 2 * wordpiece.CACHED_WORDS, 100):
        tokenizer.pieces(" ".join(f"w{number}" for number in range(first, first + 100)))
    assert 0 < len(tokenizer._words) <= wordpiece.CACHED_WORDS
    assert tokenizer.pieces("The same as ever") == WordPiece.read(content, 256, "").pieces("The same as ever")


def test_many_threads_get_the_pieces_that_one_gets(ours: Pieces, content: bytes) -> None:
    shared = WordPiece.read(content, MINILM.max_tokens, MINILM.name)
    expected = [ours(text) for text in TEXTS]
    found: list[list[list[int]]] = []
    threads = [threading.Thread(target=lambda: found.append([shared.pieces(t) for t in TEXTS])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8


@pytest.mark.parametrize(
    "said",
    [
        b"", b"{", b"[]", b"null", b"{}", b'{"model": 5}', b"[" * 100_000, b"\xff\xfe", described("BPE", MARKS),
        described("WordPiece", []), described("WordPiece", {"a": 0}), described("WordPiece", MARKS | {"a": "3"}),
    ],
    ids=lambda said: ascii(said[:50].decode("latin-1")),
)  # fmt: skip
def test_a_file_that_is_no_tokenizer_is_refused(said: bytes) -> None:
    WordPiece.read(described("WordPiece", MARKS), 256, "a model")
    with pytest.raises(DamagedModel, match=r"tokenizer\.json"):
        WordPiece.read(said, 256, "a model")


# -- controls ----------------------------------------------------------------------------------------


def test_a_tokenizer_that_keeps_accents_would_be_seen(
    content: bytes, reference: Pieces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wordpiece, "_plain", str.lower)
    careless = WordPiece.read(content, MINILM.max_tokens, MINILM.name).pieces
    assert [text for text in TEXTS if careless(text) != reference(text)]


def test_the_padding_and_truncation_of_the_file_itself_would_be_seen(content: bytes, ours: Pieces) -> None:
    careless = Tokenizer.from_str(content.decode())
    assert len(careless.encode("Why?").ids) == len(careless.encode("why " * 200).ids) == 128
    assert len(ours("Why?")) == 4 and len(ours("why " * 200)) == 202
