"""When an endpoint that failed may be asked again, remembered for every process of the person.

One small file in the person's folder is there while the endpoint fails and gone once it answers.
It holds no text and no key. Two processes that fail at once may count as one; nothing depends on it.
"""

import json
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from oldhand.store.store import FILE_MODE, make_private

FILE = "embeddings-endpoint.json"
FIRST_WAIT = 5.0  # seconds after one failure: a restart of a small server takes about that; doubled by each further one
LONGEST_WAIT = 900.0  # seconds: a recall is never without meaning for more than a quarter of an hour after the end
LONGEST_SAID = 3600.0  # seconds that a server may ask for itself (Retry-After), so that a wrong header does not last
JITTER = 0.2  # the share of a wait that chance may add, so that several processes do not come back at once
LONGEST_WORDS = 300  # characters of the last error that are kept


class Setback(NamedTuple):
    """A failure. words: what happened; passing: whether waiting mends it; wait: seconds it asks for (0: not said)."""

    words: str
    passing: bool = True
    wait: float = 0.0


class Failing(NamedTuple):
    """An endpoint that fails. failures: how many in a row; until: when it may be asked again (ms since 1970)."""

    failures: int
    until: int
    last: str


class BackOff:
    """The waiting of one endpoint.

    home: the person's folder; name: the encoder's; key: what it is asked with, of which 16 bits of a
    salted digest are kept, so that a new key is tried at once and the old one cannot be found from
    them; now: milliseconds since 1970; chance: a number from 0 to 1.
    """

    def __init__(
        self, home: Path, name: str, key: str, *, now: Callable[[], int] | None = None,
        chance: Callable[[], float] | None = None,
    ) -> None:  # fmt: skip
        self._file = home / FILE
        self._name, self._key = name, key
        self._now, self._chance = now or _now, chance or _chance
        self._unwritten: Failing | None = None  # kept by this process alone when the folder cannot be written

    def failing(self) -> Failing | None:
        """How the endpoint fails, when it last did, with these settings and this key; the wait may be over."""
        said = self._said()
        try:
            if said["name"] != self._name or said["key"] != self._mark(bytes.fromhex(said["salt"])):
                return self._unwritten
            found = Failing(int(said["failures"]), int(said["until"]), str(said["last"]))
        except (KeyError, TypeError, ValueError, OverflowError):
            return self._unwritten
        # Nobody waits longer than the longest wait, also when the clock was set back meanwhile.
        latest = self._now() + int(max(LONGEST_WAIT, LONGEST_SAID) * (1 + JITTER) * 1000)
        return found._replace(until=min(found.until, latest))

    def waiting(self) -> Failing | None:
        """How the endpoint fails, while it must not be asked."""
        found = self.failing()
        return found if found and found.until > self._now() else None

    def failed(self, setback: Setback) -> Failing:
        """Note a failure, and from when on it may be asked again."""
        before = self.failing()
        failures = before.failures + 1 if before else 1
        doubled = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures - 1, 20))
        wait = max(FIRST_WAIT, min(LONGEST_SAID, setback.wait)) if setback.wait else doubled
        until = self._now() + int(wait * (1 + JITTER * self._chance()) * 1000)
        noted = Failing(failures, until, setback.words[:LONGEST_WORDS])
        salt = os.urandom(8)
        try:
            self._write({"name": self._name, "salt": salt.hex(), "key": self._mark(salt), **noted._asdict()})
            self._unwritten = None
        except OSError:
            self._unwritten = noted  # a folder that cannot be written has its own line in `doctor`
        return noted

    def succeeded(self) -> None:
        """Forget the failures."""
        self._unwritten = None
        with suppress(OSError):  # not there, as it should be; or unwritable, which `doctor` says
            self._file.unlink()

    def seconds(self, failing: Failing) -> int:
        """How many seconds are left until it may be asked again, rounded up."""
        return max(0, -((self._now() - failing.until) // 1000))

    def _said(self) -> dict[str, Any]:
        """What the file holds; nothing when it is missing or damaged, which costs one request at most."""
        try:
            said = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return said if isinstance(said, dict) else {}

    def _mark(self, salt: bytes) -> str:
        from hashlib import sha256

        return sha256(salt + self._key.encode()).digest()[:2].hex()

    def _write(self, values: dict[str, Any]) -> None:
        """Replace the file whole. It is not synced: after a loss of power an endpoint is asked once too often."""
        make_private(self._file.parent)
        beside = self._file.with_name(f".{FILE}.{os.getpid()}-{threading.get_ident()}.writing")
        try:
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, FILE_MODE)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(values, file)
            os.replace(beside, self._file)
        finally:
            beside.unlink(missing_ok=True)


def _now() -> int:
    import time

    return time.time_ns() // 1_000_000


def _chance() -> float:
    import random

    return random.random()
