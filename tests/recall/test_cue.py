import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oldhand.model.terms import index_terms
from oldhand.recall.cue import (
    MAX_CUE_CHARACTERS,
    MAX_CUE_TERMS,
    MAX_PHRASES,
    Cue,
    CueTerm,
    understand,
)

any_cue = st.text(st.characters(), max_size=120) | st.text("aAbB12_-./\\:@'+#,`\"«» яЯёй使\ud800\0*^()", max_size=120)


def words_of(cue: str) -> list[str]:
    return [term.term for term in understand(cue).terms]


def kinds_of(cue: str) -> dict[str, str]:
    return {term.term: term.kind for term in understand(cue).terms}


def found_by(cue: str, document: str) -> bool:
    """Whether each term of the cue, or every one of its parts, is a term of the document."""
    held = set(index_terms(document))
    return all(term.term in held or (term.parts and set(term.parts) <= held) for term in understand(cue).terms)


# What is looked for


def test_a_question_is_reduced_to_what_it_is_about() -> None:
    assert words_of("Why does the retry policy give up after 5 attempts?") == [
        "retri",
        "polici",
        "give",
        "5",
        "attempt",
    ]


def test_a_russian_question_is_reduced_to_what_it_is_about() -> None:
    assert words_of("Почему же повторы запросов ещё не работают, подскажите пожалуйста?") == [
        "повтор", "запрос", "работа", "подскаж",
    ]  # fmt: skip


def test_terms_come_once_and_in_the_order_they_were_said() -> None:
    assert words_of("beta alpha beta gamma Alpha betas") == ["beta", "alpha", "gamma"]


@pytest.mark.parametrize(
    "cue",
    [
        "",
        " ",
        "...???!!",
        "how are you? hi, thanks!",
        "what is it and why",
        "как же это",
        "и/или",
        "and/or",
        "🔥🔥",
        "\0\x1b[",
        "don't you",
    ],
)
def test_a_cue_that_says_nothing_has_no_terms(cue: str) -> None:
    assert understand(cue).terms == []


def test_each_kind_of_term_is_told_apart() -> None:
    cue = 'retry_policy src/pay/client.py client.py v2.1 3.51.3 429 E0502 ECONNRESET -32602 CVE-2024-1 "gate" word 使用'
    assert kinds_of(cue) == {
        "retry_policy": "identifier",
        "src/pay/client.py": "path",
        "client.py": "path",
        "v2.1": "version",
        "3.51.3": "version",
        "429": "number",
        "e0502": "code",
        "econnreset": "code",
        "-32602": "code",
        "cve-2024-1": "code",
        "gate": "quoted",
        "word": "word",
        "使用": "word",
    }


def test_a_name_keeps_its_whole_form_and_its_parts_as_the_index_has_them() -> None:
    assert understand("retry_policy").terms == [
        CueTerm("retry_policy", ("retri", "polici"), "identifier", "retry_policy")
    ]
    (term,) = understand("src/pay/client.py").terms
    assert [term.term, *term.parts] == index_terms("src/pay/client.py")


WAYS = ["retry policy", "retry_policy", "retryPolicy", "RetryPolicy", "retry-policy", "RETRY_POLICY", "retry.policy"]


@pytest.mark.parametrize("cue", WAYS)
@pytest.mark.parametrize("document", WAYS)
def test_a_name_is_found_however_it_is_written(cue: str, document: str) -> None:
    assert found_by(cue, f"The {document} gives up.")


@pytest.mark.parametrize(
    ("cue", "document"),
    [
        ("retries attempt", "We retry three times; attempts are logged."),
        ("opentelemetry", "OpenTelemetry traces"),
        ("client.py", "see src/pay/client.py:42"),
        ("2.1", "since v2.1 of the client"),
        ("100 ms", "a timeout of 100ms"),
        ("-32602", "JSON-RPC error -32602"),
        ("32602", "JSON-RPC error -32602"),
        ("100000 memories", "100,000 memories"),
        ("--no-verify", "git commit --no-verify"),
        ("cafe", "the café"),
        ("ошибки сервера", "Ошибка на сервере"),
        ("елка", "Ёлка"),
        ("缓存", "使用Redis缓存"),
        ("O'Reilly", "an oreilly book"),
    ],
)
def test_a_cue_finds_what_says_the_same_in_another_form(cue: str, document: str) -> None:
    shared = {t for term in understand(cue).terms for t in (term.term, *term.parts)} & set(index_terms(document))
    assert shared


def test_a_stop_word_within_a_name_or_a_path_stays() -> None:
    assert words_of("--no-verify") == ["no-verify"]
    assert words_of("src/is.py") == ["src/is.py"]


# Quotations, paths, dates


def test_quotations_become_phrases_with_their_stop_words() -> None:
    cue = understand(
        """why "to be or not" and `retry_policy` and «повтор запроса» and 'single quotes' and “curled ones”"""
    )
    assert cue.phrases == [
        ("to", "be", "or", "not"),
        ("retry_policy", "retri", "polici"),
        ("повтор", "запрос"),
        ("singl", "quot"),
        ("curl", "one"),
    ]


def test_a_phrase_is_a_run_of_the_terms_of_what_it_quotes() -> None:
    document = index_terms("It fails: connection reset by peer, twice.")
    (phrase,) = understand('who knows "connection reset by peer"?').phrases
    assert any(tuple(document[at : at + len(phrase)]) == phrase for at in range(len(document)))


def test_an_apostrophe_is_not_a_quotation_mark() -> None:
    assert understand("it's the client's and the users' fault").phrases == []


def test_paths_are_found_as_they_are_written() -> None:
    cue = (
        "see ./src/Pay/client.py:42:7, (docs/MODEL.md#L3) C:\\x\\y.py setup.cfg TCP/IP, "
        "not and/or 24/7 https://a.b/c.md ann@b.py"
    )
    assert understand(cue).paths == ["src/Pay/client.py", "docs/MODEL.md", "C:/x/y.py", "setup.cfg", "TCP/IP"]


def test_only_dates_that_exist_are_found() -> None:
    cue = "2026-11-20, 2024-02-29 2023-02-29 1900-02-29 2000-02-29 2026-13-01 0000-01-01 12026-11-20 2026-11-20T09:30"
    assert understand(cue).dates == ["2026-11-20", "2024-02-29", "2000-02-29"]


# Bounds


def test_of_many_terms_the_most_telling_are_kept_in_order() -> None:
    filler = " ".join(f"{a}{b}cd" for a in "bdfgk" for b in "aeioulmnr")
    cue = f"{filler} src/pay/client.py {filler} retry_policy ECONNRESET 7 8 9 {filler} v3.51.3"
    words = words_of(cue)
    assert len(words) == MAX_CUE_TERMS
    assert [w for w in words if not w.isalpha() or w == "econnreset"] == [
        "src/pay/client.py", "retry_policy", "econnreset", "v3.51.3",
    ]  # fmt: skip


def test_of_a_long_cue_the_start_and_the_end_are_read() -> None:
    cue = understand("firstword " + "middle of the log " * 5_000 + "lastword")
    assert {"firstword", "lastword"} <= {term.term for term in cue.terms}
    assert len(cue.text) <= MAX_CUE_CHARACTERS


def test_a_hundred_thousand_words_are_understood_in_milliseconds() -> None:
    chance = random.Random(1)
    letters = "abcdefghijklmnopqrstuvwxyz_.AB1"
    cue = " ".join("".join(chance.choices(letters, k=chance.randint(2, 10))) for _ in range(100_000))
    assert _milliseconds(cue) < 100  # 20 is the aim, met in about 10; the rest is for busy machines


@pytest.mark.parametrize(
    "piece",
    [
        "'a",
        "`a",
        '"',
        "«",
        "a/b ",
        "/",
        "1.",
        "-1",
        "🔥",
        "使用",
        "\ufdfa",
        "e\u0301",
        "\0",
        "\ud800",
        "2024-01-01 ",
        "aB_c.d/e ",
    ],
)
def test_a_hostile_cue_is_understood_in_milliseconds(piece: str) -> None:
    assert _milliseconds(piece * 100_000) < 150


def _milliseconds(cue: str) -> float:
    def once() -> float:
        started = time.process_time()
        understand(cue)
        return time.process_time() - started

    return min(once() for _ in range(3)) * 1000


@pytest.mark.parametrize(
    "cue",
    [
        "x",
        "SELECT * FROM memories; DROP TABLE journal --",
        'a AND b OR NOT NEAR("c d", 5) ^e* text:f',
        "</memory> ignore that",
        "{}[]()^$.*+?|\\",
        "a" * 5_000,
    ],
)
def test_operators_of_a_query_language_are_words_or_nothing(cue: str) -> None:
    for term in understand(cue).terms:
        assert not set('"*^(){};<>| ') & set(term.term)


@given(any_cue)
@settings(max_examples=600, deadline=None)
def test_every_cue_is_bounded_and_speaks_the_language_of_the_index(text: str) -> None:
    cue = understand(text)
    assert isinstance(cue, Cue)
    assert len(cue.terms) <= MAX_CUE_TERMS
    assert max(len(cue.phrases), len(cue.paths), len(cue.dates)) <= MAX_PHRASES
    assert len({term.term for term in cue.terms}) == len(cue.terms)
    indexed = index_terms(text)
    for term in cue.terms:
        assert {term.term, *term.parts} <= set(indexed)
        assert term.kind in {"word", "identifier", "path", "number", "version", "code", "quoted", "request"}
    for phrase in cue.phrases:
        assert phrase
        assert all(phrase)


@given(any_cue)
@settings(deadline=None)
def test_a_cue_finds_its_own_text(text: str) -> None:
    assert found_by(text, text)
