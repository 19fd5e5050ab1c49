"""Models behind an endpoint: the protocol of OpenAI, which many servers speak, and that of Voyage.

A text leaves this machine only through `Endpoint.encode`, and an `Endpoint` is only made when the
person's own settings name one (`choosing.py`).
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.errors import EncoderFailed, MissingExtra
from oldhand.model.address import KEY_VARIABLE, Address, parsed
from oldhand.model.secrets import masked
from oldhand.recall.dense.answers import code_in, largest, vectors
from oldhand.recall.dense.backoff import FIRST_WAIT, BackOff, Failing, Setback
from oldhand.recall.dense.posting import Answer, Deadline, Unanswered, post

if TYPE_CHECKING:
    import numpy as np

EXTRA = "oldhand[dense]"  # the optional packages; of them an endpoint needs numpy
SHORTEST_SECRET = 8  # characters: from here on a key is cut out of any words, whoever put it there
MOST_TEXTS = 32  # in one request: the least that a common server takes by default (text-embeddings-inference)
MOST_CHARACTERS = 40_000  # in one request: 120,000 tokens, the least limit of a provider, at 3 tokens a character
LONGEST_TEXT = (
    4_000  # characters of one text; the limit of 8,192 tokens is kept at 2 a character, and windows are shorter
)
PROBE = "length"  # what an endpoint is asked with when only the length of its vectors is wanted
BLANK = "."  # sent for a text without a character, which both protocols refuse
KEY_WAIT = 3600.0  # seconds after a key was refused: it does not mend itself, and a new key is tried at once
REQUEST_WAIT = 600.0  # seconds after a request was refused as wrong: changed settings are tried at once


class Patience(NamedTuple):
    """How long a call may take, in seconds.

    connecting: for each address of the host; request: for one request; whole: for all of it; tries:
    how often a request is made that a wait can mend; waiting: how long a back-off is waited out.
    """

    connecting: float
    request: float
    whole: float
    tries: int
    waiting: float


ASKING = Patience(1.0, 2.0, 2.0, 1, 0.0)  # a person waits for an answer that also comes without vectors
INDEXING = Patience(5.0, 30.0, 120.0, 4, 30.0)  # `whole` for each request: stopping half-way would cost more


class Place(NamedTuple):
    """A configured endpoint. url: empty for the provider's public address; dimensions: 0 for the model's own."""

    provider: str
    url: str
    model: str
    dimensions: int

    @property
    def address(self) -> Address:
        """Where it is."""
        return parsed(self.url or PROTOCOLS[self.provider].public)

    @property
    def known_model(self) -> str:
        """The model asked for; empty when an address of one's own has none that would be usual."""
        return self.model or ("" if self.url else PROTOCOLS[self.provider].usual)

    @property
    def name(self) -> str:
        """What its vectors are kept under: no two endpoints, models or lengths share one."""
        tail = f"/{self.dimensions}" if self.dimensions else ""
        return f"{self.provider}:{self.address.shown}/{self.known_model}{tail}"

    @property
    def shown(self) -> str:
        """It in words, for people."""
        return f"{self.known_model or 'a model'} at {self.address.shown}"


class Protocol(NamedTuple):
    """How a provider is asked. public: its address; usual: its usual model; body: a request without model and input."""

    public: str
    usual: str
    body: Callable[[Place, bool], dict[str, Any]]


def _openai(place: Place, asking: bool) -> dict[str, Any]:
    """It makes no difference between questions and documents. Servers of one's own know `float`, not all base64."""
    body: dict[str, Any] = {"encoding_format": "float" if place.url else "base64"}
    return body | ({"dimensions": place.dimensions} if place.dimensions else {})


def _voyage(place: Place, asking: bool) -> dict[str, Any]:
    body: dict[str, Any] = {"input_type": "query" if asking else "document", "truncation": True}
    if not place.url:
        body["encoding_format"] = "base64"
    return body | ({"output_dimension": place.dimensions} if place.dimensions else {})


PROTOCOLS = {
    "openai": Protocol("https://api.openai.com/v1", "text-embedding-3-small", _openai),
    "voyage": Protocol("https://api.voyageai.com/v1", "voyage-3.5", _voyage),
}


def lacking(place: Place, key: str) -> str:
    """What an endpoint lacks before it can be asked, in words that name the next step; empty when nothing."""
    if not place.known_model:
        return "embeddings.model names no model, which an address of your own needs; set it with --scope person"
    if not key and not place.url:
        return f"there is no key; set {KEY_VARIABLE} in the environment"
    if not (key.isascii() and key.isprintable()) or " " in key:
        return f"{KEY_VARIABLE} holds a character that no key has; set it anew"
    return ""


class Endpoint:
    """An encoder behind an endpoint. Raises EncoderFailed at once while the endpoint must not be asked.

    place: what is asked; key: the bearer token (empty: none); home: the person's folder, where
    failures are noted; pause: waits between repetitions; back_off: when it may be asked again.
    """

    local = False

    def __init__(
        self, place: Place, key: str, home: Path, *, pause: Callable[[float], None] = time.sleep,
        back_off: BackOff | None = None, asking: Patience = ASKING, indexing: Patience = INDEXING,
    ) -> None:  # fmt: skip
        self.place, self.name, self._length = place, place.name, place.dimensions
        self._key, self._pause = key, pause
        self._back_off = back_off or BackOff(home, place.name, key)
        self._asking, self._indexing = asking, indexing

    @property
    def dimensions(self) -> int:
        """The length of a vector. An endpoint that decides it and was not asked yet is asked with a word of ours.

        Raises EncoderFailed when it fails.
        """
        if not self._length:
            self.encode([PROBE], asking=True)
        return self._length

    def failing(self) -> Failing | None:
        """How the endpoint fails, if it does, by what this and other processes noted."""
        return self._back_off.failing()

    def encode(self, texts: Sequence[str], *, asking: bool = False) -> "np.ndarray":
        """One row of unit length and type float32 for each text. Raises EncoderFailed.

        asking: whether the texts are cues that a person waits with: two seconds for all of it and no
        repetition; else as long as INDEXING says for each request. Of a text that is longer than
        LONGEST_TEXT its beginning is sent.
        """
        try:
            import numpy as np
        except ImportError:
            raise MissingExtra("Recall by meaning", EXTRA) from None
        if said := lacking(self.place, self._key):
            raise EncoderFailed(said)
        patience = self._asking if asking else self._indexing
        deadline = Deadline(patience.whole)
        rows = [
            self._rows(batch, asking, patience, deadline if asking else Deadline(patience.whole))
            for batch in _batches([masked(text) for text in texts])  # a cue may hold a secret; so may old memories
        ]
        return np.concatenate(rows) if rows else np.zeros((0, self._length), np.float32)

    def _rows(self, batch: list[str], asking: bool, patience: Patience, deadline: Deadline) -> "np.ndarray":
        """The vectors of one request, repeated as far as patience goes; failure and success are noted."""
        if found := self._back_off.waiting():
            if (seconds := self._back_off.seconds(found)) > patience.waiting:
                raise EncoderFailed(self._still(found))
            self._pause(seconds)
        for attempt in range(1, patience.tries + 1):
            try:
                made = self._asked(batch, asking, patience, deadline)
                break
            except _Failed as error:
                setback = error.setback
                wait = max(setback.wait, FIRST_WAIT / 5 * 2 ** (attempt - 1))  # 1, 2, 4 seconds
                if not setback.passing or attempt == patience.tries or not deadline.allows(wait):
                    self._back_off.failed(setback)
                    raise EncoderFailed(f"{self.place.shown}: {setback.words}") from None
                self._pause(wait)
        if self._back_off.failing():
            self._back_off.succeeded()
        self._length = made.shape[1]
        return made

    def _still(self, failing: Failing) -> str:
        again = self._back_off.seconds(failing)
        return f"{self.place.shown} failed {times(failing.failures)} ({failing.last}); asked again in {again} s"

    def _asked(self, batch: list[str], asking: bool, patience: Patience, deadline: Deadline) -> "np.ndarray":
        """The vectors of one request. Raises _Failed."""
        place = self.place
        said = {"model": place.known_model, "input": batch, **PROTOCOLS[place.provider].body(place, asking)}
        body = json.dumps(said).encode()
        limit = largest(len(batch), self._length)
        try:
            until = Deadline(min(patience.request, deadline.left()))
            answer = post(place.address, body, self._key, limit=limit, connecting=patience.connecting, deadline=until)
            if answer.status == 200:
                return vectors(answer.body, len(batch), self._length)
            setback = refusal(answer, bool(self._key))
        except TimeoutError:
            setback = Setback(f"no answer within {patience.whole:g} seconds")
        except Unanswered as error:
            setback = Setback(error.words, error.passing)
        words = setback.words
        if len(self._key) >= SHORTEST_SECRET:
            words = words.replace(self._key, "…")
        raise _Failed(setback._replace(words=words))


class _Failed(Exception):
    """A request that brought no vectors."""

    def __init__(self, setback: Setback) -> None:
        super().__init__(setback.words)
        self.setback = setback


def refusal(answer: Answer, keyed: bool, now: Callable[[], float] = time.time) -> Setback:
    """What an answer other than 200 means. keyed: whether a key was sent; now: seconds since 1970."""
    status = answer.status
    code = code_in(answer.body)
    if status in (401, 403):
        said = f"it does not accept the key ({status}); set {KEY_VARIABLE} to one that it does"
        return Setback(said if keyed else f"it wants a key ({status}); set {KEY_VARIABLE}", False, KEY_WAIT)
    if 300 <= status < 400:
        try:
            target = parsed(answer.location).host
        except ValueError:
            target = "elsewhere"
        return Setback(f"it redirects to {target}, which is not followed; embeddings.url is the address to set", False)
    if status == 429 or status == 408 or status >= 500:
        usual = "too many requests" if status == 429 else "it is not able to answer"
        return Setback(f"{code or usual} ({status})", True, retry_after(answer.retry_after, now()))
    if status == 404:
        said = code or "there is no such address or model (embeddings.url, embeddings.model)"
        return Setback(f"{said} ({status})", False, REQUEST_WAIT)
    said = code or "it does not accept the request (embeddings.model, embeddings.dimensions)"
    return Setback(f"{said} ({status})", False, REQUEST_WAIT)


def retry_after(said: str, now: float) -> float:
    """The seconds that a header Retry-After asks for, as a number or as a date; 0 when it says nothing usable."""
    if said.isascii() and said.isdigit():
        return float(said[:9])
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - now)
    except (TypeError, ValueError, OverflowError):
        return 0.0


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    """The texts in requests that keep to MOST_TEXTS and MOST_CHARACTERS."""
    batch: list[str] = []
    size = 0
    for text in texts:
        sendable = text[:LONGEST_TEXT].encode("utf-8", "replace").decode()  # no lone surrogates, which break JSON
        if not sendable.strip():
            sendable = BLANK
        if batch and (len(batch) == MOST_TEXTS or size + len(sendable) > MOST_CHARACTERS):
            yield batch
            batch, size = [], 0
        batch.append(sendable)
        size += len(sendable)
    if batch:
        yield batch


def times(count: int) -> str:
    """How often in a row, in words."""
    return "once" if count == 1 else f"{count} times in a row"
