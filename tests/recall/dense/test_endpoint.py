"""Encoders behind an endpoint, against a real server on the loopback address that speaks both protocols and fails."""

import json
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oldhand.errors import EncoderFailed
from oldhand.model.address import parsed
from oldhand.recall.dense import endpoint, posting
from oldhand.recall.dense.endpoint import Endpoint, Patience, Place
from tests.recall.dense import endpoint_server as scripted
from tests.recall.dense.asking import KEY, ROOMY, Clock, made
from tests.recall.dense.endpoint_server import Fault, Server, rows, saying, serving, status

TEXTS = ["the gateway is not idempotent", "шлюз не идемпотентен", "def charge(cart): ...", "ошибка E0425 in src/pay.rs"]
QUICK = Patience(1.0, 0.3, 0.3, 1, 0.0)  # for servers that never answer


def unit(values: list[float]) -> list[float]:
    length = math.sqrt(sum(value * value for value in values))
    return [value / length for value in values]


# -- the protocols ---------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", ["openai", "voyage"])
def test_texts_become_unit_rows_in_their_order(server: Server, home: Path, clock: Clock, provider: str) -> None:
    one = made(server, home, clock, provider)
    found = one.encode(TEXTS)
    kind = "document" if provider == "voyage" else ""
    assert found.dtype == np.float32 and found.shape == (4, 8) and one.dimensions == 8 and not one.local
    np.testing.assert_allclose(found, [unit(scripted.vector(text, 8, kind)) for text in TEXTS], atol=1e-6)
    assert server.texts == TEXTS


def test_the_request_is_what_openai_documents(server: Server, home: Path, clock: Clock) -> None:
    made(server, home, clock, dimensions=4).encode(["one"])
    [request] = server.received
    assert request.path == "/v1/embeddings" and request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["content-type"] == "application/json"
    assert request.body == {"model": "small", "input": ["one"], "encoding_format": "float", "dimensions": 4}


def test_the_request_is_what_voyage_documents_and_tells_cues_from_documents(
    server: Server, home: Path, clock: Clock
) -> None:
    one = made(server, home, clock, "voyage", dimensions=4)
    document, cue = one.encode(["one"]), one.encode(["one"], asking=True)
    assert [request.body for request in server.received] == [
        {"model": "small", "input": ["one"], "input_type": kind, "truncation": True, "output_dimension": 4}
        for kind in ("document", "query")
    ]
    assert not np.allclose(document, cue)


def test_public_addresses_are_asked_for_base64_which_is_read_exactly(server: Server, home: Path, clock: Clock) -> None:
    for provider in ("openai", "voyage"):
        place = Place(provider, "", "", 0)
        assert endpoint.PROTOCOLS[provider].body(place, False)["encoding_format"] == "base64"

    def in_base64(handler: Any, request: Any) -> None:
        scripted.sound(handler, request._replace(body=request.body | {"encoding_format": "base64"}))

    server.script = [in_base64]
    found = made(server, home, clock).encode(TEXTS)
    np.testing.assert_allclose(found, [unit(scripted.vector(text, 8)) for text in TEXTS], atol=1e-7)


def test_an_endpoint_of_ones_own_needs_no_key_and_is_sent_none(server: Server, home: Path, clock: Clock) -> None:
    made(server, home, clock, key="").encode(["one"])
    assert "authorization" not in server.received[0].headers


def test_many_texts_go_in_bounded_requests(server: Server, home: Path, clock: Clock) -> None:
    texts = [f"text {number}" for number in range(70)] + ["x" * 3_900] * 15 + ["я" * 100_000]
    assert made(server, home, clock).encode(texts).shape == (86, 8)
    counts = [len(request.body["input"]) for request in server.received]
    sizes = [sum(map(len, request.body["input"])) for request in server.received]
    assert sum(counts) == 86 and max(counts) == endpoint.MOST_TEXTS and max(sizes) <= endpoint.MOST_CHARACTERS
    assert server.texts[-1] == "я" * endpoint.LONGEST_TEXT


@pytest.mark.parametrize("text", ["", "   ", "\n", "\x00", "\ud800 half a pair", "!?…", "а", "👩‍👩‍👧", "‮abc"])
def test_odd_texts_are_sent_in_a_form_that_servers_take(server: Server, home: Path, clock: Clock, text: str) -> None:
    assert made(server, home, clock).encode([text, "other"]).shape == (2, 8)
    assert all(sent.strip() and sent.encode() for sent in server.texts)


def test_no_text_makes_no_request(server: Server, home: Path, clock: Clock) -> None:
    assert made(server, home, clock).encode([]).shape == (0, 0) and not server.received


def test_the_length_of_vectors_is_asked_for_with_a_word_of_ours_and_once(
    server: Server, home: Path, clock: Clock
) -> None:
    one = made(server, home, clock)
    assert one.dimensions == one.dimensions == 8 and server.texts == [endpoint.PROBE]
    assert made(server, home, clock, dimensions=4).dimensions == 4 and len(server.received) == 1
    server.script = [status(500)]
    with pytest.raises(EncoderFailed):
        _ = made(server, home, clock).dimensions


def test_vectors_of_other_endpoints_models_and_lengths_have_other_names() -> None:
    places = [
        Place("openai", "", "", 0), Place("voyage", "", "", 0), Place("openai", "", "text-embedding-3-large", 0),
        Place("openai", "", "", 256), Place("openai", "http://localhost:1/v1", "text-embedding-3-small", 0),
        Place("openai", "http://localhost:2/v1", "text-embedding-3-small", 0),
        Place("openai", "http://localhost:2/v2", "text-embedding-3-small", 0),
    ]  # fmt: skip
    assert len({place.name for place in places}) == len(places)
    assert places[0].name == "openai:api.openai.com/v1/text-embedding-3-small"
    assert Place("openai", "", "text-embedding-3-small", 0).name == places[0].name


# -- answers that cannot be used -------------------------------------------------------------------

SPOILT: list[tuple[str, Fault, str]] = [
    ("html", saying("<!DOCTYPE html><p>Sign in"), "HTML"),
    ("truncated", saying('{"data": [{"index": 0, "embedding": [0.1, 0.2'), "no JSON"),
    ("empty", saying(""), "no JSON"),
    ("deep", saying("[" * 60_000), "no JSON"),
    ("not_utf8", saying(b'{"data": "\xff\xfe"}'), "no JSON"),
    ("a_list", saying("[]"), "no list of vectors"),
    ("no_data", saying('{"error": {"message": "no"}}'), "no list of vectors"),
    ("odd_entries", saying('{"data": [1, 2]}'), "no list of vectors"),
    ("too_few", rows([1.0, 0.0]), "1 vectors for 2 texts"),
    ("too_many", rows([1.0], [1.0], [1.0]), "3 vectors for 2 texts"),
    ("twice_the_same_index", saying('{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}'), "belongs"),
    ("index_astray", saying('{"data":[{"index":0,"embedding":[1]},{"index":7,"embedding":[1]}]}'), "belongs"),
    ("index_true", saying('{"data":[{"index":0,"embedding":[1]},{"index":true,"embedding":[1]}]}'), "belongs"),
    ("one_index", saying('{"data":[{"index":0,"embedding":[1]},{"embedding":[1]}]}'), "belongs"),
    ("nan", saying('{"data":[{"index":0,"embedding":[NaN, 1]},{"index":1,"embedding":[1, 2]}]}'), "no JSON"),
    ("infinite", saying('{"data":[{"index":0,"embedding":[1e999, 1]},{"index":1,"embedding":[1, 2]}]}'), "finite"),
    ("nan_in_base64", rows("AADAfwAAgD8=", "AACAPwAAgD8="), "finite"),
    ("bad_base64", rows("???", "AACAPwAAgD8="), "no list of numbers"),
    ("half_a_float", rows("AACAPwA=", "AACAPwAAgD8="), "no list of numbers"),
    ("zeros", rows([0.0, 0.0], [1.0, 0.0]), "zero"),
    ("ragged", rows([1.0, 2.0], [1.0]), "differ in length"),
    ("no_numbers", rows([], []), "0 numbers"),
    ("too_long", rows([1.0] * 20_000, [1.0] * 20_000), "20000 numbers"),
    ("words", rows(["a", "b"], ["c", "d"]), "no list of numbers"),
    ("digits_as_words", rows(["1", "2"], ["3", "4"]), "no list of numbers"),
    ("truths", rows([True, False], [True, True]), "no list of numbers"),
    ("nested", rows([[1.0]], [[1.0]]), "no list of numbers"),
    ("nothing", rows(None, None), "no list of numbers"),
    ("huge_numbers", rows([10**400, 1], [1, 2]), "no list of numbers"),
    ("broken_off", scripted.broken_off, "broke off"),
    ("hung_up", scripted.hung_up, "closed the connection"),
    ("compressed", scripted.compressed, "compressed"),
    ("server_error", status(500, b"Traceback: gateway"), "500"),
    ("teapot", status(418), "418"),
    ("not_found", status(404), "embeddings.model"),
    ("no_content", status(204), "204"),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "words"), [case[1:] for case in SPOILT], ids=[case[0] for case in SPOILT])
def test_an_answer_that_cannot_be_used_fails_in_words_and_is_noted(
    server: Server, home: Path, clock: Clock, fault: Fault, words: str
) -> None:
    server.script = [fault]
    one = made(server, home, clock)
    with pytest.raises(EncoderFailed) as caught:
        one.encode(["first text", "second text"], asking=True)
    assert words in str(caught.value) and "127.0.0.1" in str(caught.value)
    assert "first text" not in str(caught.value) and KEY not in str(caught.value)
    failing = one.failing()
    assert failing is not None and failing.failures == 1 and words in failing.last


def test_numbers_that_need_care_are_sound(server: Server, home: Path, clock: Clock) -> None:
    server.script = [rows([1e300, 1e300], [3, 4]), rows([1e-9, 0.0], [1e38, -1e38], index=False)]
    one = made(server, home, clock)
    half = math.sqrt(0.5)
    np.testing.assert_allclose(one.encode(["a", "b"]), [[half, half], [0.6, 0.8]], atol=1e-6)
    np.testing.assert_allclose(one.encode(["a", "b"]), [[1, 0], [half, -half]], atol=1e-6)


def test_vectors_of_another_length_than_before_or_than_asked_are_refused(
    server: Server, home: Path, clock: Clock
) -> None:
    one = made(server, home, clock)
    one.encode(["a"])
    server.dimensions = 16
    with pytest.raises(EncoderFailed, match="16 numbers, 8 were expected"):
        one.encode(["a"], asking=True)
    server.script = [rows([1.0, 2.0, 3.0])]
    with pytest.raises(EncoderFailed, match="3 numbers, 4 were expected"):
        made(server, home, clock, dimensions=4).encode(["a"], asking=True)


@pytest.mark.parametrize("fault", [scripted.silent, scripted.dripping], ids=["silent", "dripping"])
def test_a_slow_endpoint_is_left_in_time(server: Server, home: Path, clock: Clock, fault: Fault) -> None:
    server.script = [fault]
    started = time.monotonic()
    with pytest.raises(EncoderFailed, match=r"no answer within 0\.3 seconds"):
        made(server, home, clock, asking=QUICK).encode(["a"], asking=True)
    assert time.monotonic() - started < 5


def test_an_endless_answer_is_read_up_to_a_limit(server: Server, home: Path, clock: Clock) -> None:
    server.script = [scripted.endless]
    with pytest.raises(EncoderFailed, match="more than the 491520 bytes"):
        made(server, home, clock).encode(["a"], asking=True)


def test_a_person_waits_two_seconds_at_most_and_for_one_try() -> None:
    assert endpoint.ASKING.whole <= 2 and endpoint.ASKING.tries == 1 and endpoint.ASKING.waiting == 0


def test_an_endpoint_that_is_not_there_fails_at_once(home: Path, clock: Clock) -> None:
    with serving() as gone:
        pass
    with pytest.raises(EncoderFailed, match="nothing listens"):
        made(gone, home, clock).encode(["a"], asking=True)


def test_a_name_that_nobody_knows_fails_in_words(home: Path) -> None:
    place = Place("openai", "https://no-such-host.invalid/v1", "m", 0)
    with pytest.raises(EncoderFailed, match=r"no-such-host\.invalid.*(cannot be found|no answer|no connection)"):
        Endpoint(place, KEY, home).encode(["a"], asking=True)


def test_a_server_without_tls_is_no_secure_endpoint(server: Server, home: Path) -> None:
    port = parsed(server.url).port
    place = Place("openai", f"https://127.0.0.1:{port}/v1", "m", 0)
    with pytest.raises(EncoderFailed, match=r"no secure connection|closed the connection"):
        Endpoint(place, KEY, home, asking=ROOMY).encode(["a"], asking=True)
    assert not server.received


def test_plain_http_is_given_nothing_when_its_name_leads_elsewhere(
    server: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Endpoint(Place("openai", server.url, "m", 0), KEY, home, asking=ROOMY)
    monkeypatch.setattr(posting, "HERE", ("192.0.2.",))  # as if this machine were another one
    with pytest.raises(EncoderFailed, match="plain http goes nowhere else"):
        one.encode(["a"], asking=True)
    assert not server.received


# -- the key ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed(server: Server, home: Path, clock: Clock, code: int) -> None:
    with serving() as other:
        server.script = [status(code, Location=other.url + "/embeddings")]
        with pytest.raises(EncoderFailed, match=r"redirects to 127\.0\.0\.1, which is not followed"):
            made(server, home, clock).encode(["a"], asking=True)
        assert not other.received


@pytest.mark.parametrize("place", ["", "//\x1b[31m", "https://evil\r\nX: y", "javascript:alert(1)", f"https://x/{KEY}"])
def test_where_a_redirect_leads_is_told_only_when_it_is_plain(
    server: Server, home: Path, clock: Clock, place: str
) -> None:
    server.script = [lambda handler, _: handler.wfile.write(f"HTTP/1.1 302 Go\r\nLocation: {place}\r\n\r\n".encode())]
    with pytest.raises(EncoderFailed) as caught:
        made(server, home, clock).encode(["a"], asking=True)
    assert "not followed" in str(caught.value) and KEY not in str(caught.value) and str(caught.value).isprintable()


@pytest.mark.parametrize("code", [401, 403])
def test_a_refused_key_is_named_by_its_variable_and_waits_long(
    server: Server, home: Path, clock: Clock, code: int
) -> None:
    server.script = [
        status(code, json.dumps({"error": {"message": f"Incorrect API key: {KEY}", "code": KEY}}).encode())
    ]
    one = made(server, home, clock)
    with pytest.raises(EncoderFailed, match="OLDHAND_EMBEDDINGS_KEY"):
        one.encode(["a"])
    assert len(server.received) == 1, "a refused key is not tried again"
    failing = one.failing()
    assert failing is not None and failing.until - clock() == 3_600_000
    with pytest.raises(EncoderFailed, match="OLDHAND_EMBEDDINGS_KEY"):
        one.encode(["a"])
    made(server, home, clock, key="sk-another-one").encode(["a"])
    assert len(server.received) == 2, "a new key is tried at once"


def test_the_key_is_in_no_file_and_no_error(server: Server, home: Path, clock: Clock) -> None:
    echo = json.dumps({"error": {"message": f"{KEY} said", "code": KEY, "type": "insufficient_quota"}}).encode()
    server.script = [status(code, echo, Retry_After=KEY) for code in (400, 401, 404, 429, 500)]
    said = []
    for _ in range(5):
        one = made(server, home, clock)
        with pytest.raises(EncoderFailed) as caught:
            one.encode(["a secret plan"], asking=True)
        said.append(str(caught.value))
        clock.now += 10_000_000
    kept = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    assert len(kept) == 1 and "quota" in said[3] and len(server.received) == 5
    assert not [one for one in said if KEY in one or "secret plan" in one]
    assert not [one for one in kept if KEY.encode() in one or b"secret plan" in one]


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "ключ", "tab\t", "\x00"])
def test_a_key_that_cannot_be_one_is_refused_without_being_shown(
    server: Server, home: Path, clock: Clock, key: str
) -> None:
    with pytest.raises(EncoderFailed) as caught:
        made(server, home, clock, key=key).encode(["a"])
    assert "OLDHAND_EMBEDDINGS_KEY holds a character" in str(caught.value) and key not in str(caught.value)
    assert not server.received


def test_a_public_address_without_a_key_is_not_asked(home: Path) -> None:
    with pytest.raises(EncoderFailed, match="there is no key; set OLDHAND_EMBEDDINGS_KEY"):
        Endpoint(Place("voyage", "", "", 0), "", home).encode(["a"])
    with pytest.raises(EncoderFailed, match=r"embeddings\.model"):
        Endpoint(Place("openai", "http://localhost:1/v1", "", 0), "", home).encode(["a"])
    assert not list(home.iterdir())
