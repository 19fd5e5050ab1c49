"""The back-off of endpoints: when one that failed is asked again, and that nobody asks it before."""

import os
import stat
import threading
from contextlib import suppress
from email.utils import formatdate
from pathlib import Path

import pytest

from oldhand.errors import EncoderFailed
from oldhand.recall.dense import backoff, endpoint
from oldhand.recall.dense.endpoint import Endpoint, retry_after
from tests.recall.dense import endpoint_server as scripted
from tests.recall.dense.asking import Clock, made
from tests.recall.dense.endpoint_server import Server, status


def test_while_it_waits_no_request_is_made_by_any_process(server: Server, home: Path, clock: Clock) -> None:
    server.script = [status(500)]
    with pytest.raises(EncoderFailed):
        made(server, home, clock).encode(["a"], asking=True)
    for _ in range(3):
        with pytest.raises(EncoderFailed, match=r"failed once .*500.*asked again in 5 s"):
            made(server, home, clock).encode(["a"], asking=True)
    assert len(server.received) == 1
    clock.now += 5_000
    assert made(server, home, clock).encode(["a"], asking=True).shape == (1, 8)
    assert len(server.received) == 2


def test_waits_double_up_to_a_ceiling_and_success_resets_them(server: Server, home: Path, clock: Clock) -> None:
    waits = []
    for _ in range(12):
        server.script = [status(503)]
        one = made(server, home, clock)
        with pytest.raises(EncoderFailed):
            one.encode(["a"], asking=True)
        failing = one.failing()
        assert failing is not None
        waits.append((failing.until - clock()) / 1000)
        clock.now = failing.until
    assert waits[:5] == [5, 10, 20, 40, 80] and waits[-3:] == [backoff.LONGEST_WAIT] * 3
    one.encode(["a"], asking=True)
    assert one.failing() is None and not list(home.iterdir())


def test_chance_adds_to_a_wait_and_never_takes_from_it(server: Server, home: Path, clock: Clock) -> None:
    server.script = [status(500)]
    one = made(server, home, clock, chance=1.0)
    with pytest.raises(EncoderFailed):
        one.encode(["a"], asking=True)
    failing = one.failing()
    assert failing is not None and failing.until - clock() == 5_000 * (1 + backoff.JITTER)


@pytest.mark.parametrize(("said", "seconds"), [("120", 120), ("1", 5), ("0", 5), ("999999999", 3600), ("soon", 5)])
def test_retry_after_is_honoured_within_bounds(
    server: Server, home: Path, clock: Clock, said: str, seconds: int
) -> None:
    server.script = [status(429, Retry_After=said)]
    one = made(server, home, clock)
    with pytest.raises(EncoderFailed, match="too many requests"):
        one.encode(["a"], asking=True)
    failing = one.failing()
    assert failing is not None and failing.until - clock() == seconds * 1000


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("7", 7), (formatdate(1_000_060, usegmt=True), 60), (formatdate(999_000, usegmt=True), 0), ("", 0), ("-5", 0),
     ("1e9", 0), ("Mon, 99 Foo", 0), ("٧", 0), ("9" * 500, 999_999_999)],
)  # fmt: skip
def test_retry_after_is_a_number_or_a_date(said: str, seconds: float) -> None:
    assert retry_after(said, 1_000_000) == seconds


def test_indexing_repeats_a_request_that_a_wait_can_mend(server: Server, home: Path, clock: Clock) -> None:
    server.script = [status(429, Retry_After="9"), status(500), scripted.hung_up]
    assert made(server, home, clock).encode(["a"]).shape == (1, 8)
    assert clock.waits == [9, 2, 4] and len(server.received) == 4 and not list(home.iterdir())


def test_indexing_gives_up_after_some_tries_and_notes_one_failure(server: Server, home: Path, clock: Clock) -> None:
    server.script = [status(500)] * 10
    one = made(server, home, clock)
    with pytest.raises(EncoderFailed, match="500"):
        one.encode(["a"])
    failing = one.failing()
    assert len(server.received) == endpoint.INDEXING.tries and failing is not None and failing.failures == 1


def test_indexing_waits_out_a_short_back_off_and_leaves_a_long_one(server: Server, home: Path, clock: Clock) -> None:
    server.script = [status(500), status(429, Retry_After="600")]
    for _ in range(2):
        with pytest.raises(EncoderFailed):
            made(server, home, clock).encode(["a"], asking=True)
        if len(server.received) == 1:
            clock.now += 5_000
    with pytest.raises(EncoderFailed, match="asked again in 600 s"):
        made(server, home, clock).encode(["a"])
    assert not clock.waits
    clock.now += 580_000
    made(server, home, clock).encode(["a"])
    assert clock.waits == [20] and len(server.received) == 3


def test_other_settings_are_tried_at_once(server: Server, home: Path, clock: Clock) -> None:
    server.script = [status(404, b'{"error": {"code": "model_not_found"}}')]
    with pytest.raises(EncoderFailed, match=r"no such model \(embeddings\.model\)"):
        made(server, home, clock, model="misspelt").encode(["a"])
    with pytest.raises(EncoderFailed, match="asked again"):
        made(server, home, clock, model="misspelt").encode(["a"])
    assert made(server, home, clock, model="spelt").encode(["a"]).shape == (1, 8)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", "[" * 60_000, '{"name": 1}', '{"salt": "xyz", "name": "NAME"}', "\ud800"]
)
def test_a_damaged_note_costs_one_request_and_is_mended(server: Server, home: Path, clock: Clock, content: str) -> None:
    one = made(server, home, clock)
    (home / backoff.FILE).write_bytes(content.replace("NAME", one.name).encode("utf-8", "surrogatepass"))
    server.script = [status(500)]
    with pytest.raises(EncoderFailed):
        one.encode(["a"], asking=True)
    failing = one.failing()
    assert failing is not None and failing.failures == 1


def test_a_clock_that_was_set_back_makes_nobody_wait_for_years(server: Server, home: Path, clock: Clock) -> None:
    server.script = [status(500)]
    one = made(server, home, clock)
    with pytest.raises(EncoderFailed):
        one.encode(["a"], asking=True)
    clock.now -= 10 * 365 * 86_400_000
    failing = one.failing()
    assert failing is not None and failing.until - clock() <= 3600 * 1000 * (1 + backoff.JITTER)


def test_the_note_is_for_the_person_alone_and_nothing_is_left_beside_it(
    server: Server, home: Path, clock: Clock
) -> None:
    server.script = [status(500)]
    with pytest.raises(EncoderFailed):
        made(server, home / "new", clock).encode(["a"], asking=True)
    [note] = (home / "new").iterdir()
    assert stat.S_IMODE(note.stat().st_mode) == 0o600 and stat.S_IMODE(note.parent.stat().st_mode) == 0o700


def test_without_a_folder_to_note_it_the_process_remembers_itself(server: Server, home: Path, clock: Clock) -> None:
    (home / "file").write_text("", encoding="utf-8")
    server.script = [status(500)]
    one = made(server, home / "file" / "home", clock)
    for words in ("500", "failed once"):
        with pytest.raises(EncoderFailed, match=words):
            one.encode(["a"], asking=True)
    assert len(server.received) == 1
    clock.now += 5_000
    assert one.encode(["a"], asking=True).shape == (1, 8)


def test_many_that_fail_at_once_leave_one_sound_note(server: Server, home: Path, clock: Clock) -> None:
    server.script = [status(500)] * 16
    crowd = [made(server, home, clock) for _ in range(16)]

    def fail(one: Endpoint) -> None:
        with suppress(EncoderFailed):
            one.encode(["a"], asking=True)

    threads = [threading.Thread(target=fail, args=(one,)) for one in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    failing = crowd[0].failing()
    assert failing is not None and 1 <= failing.failures <= 16
    assert os.listdir(home) == [backoff.FILE]
