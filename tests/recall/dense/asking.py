"""An encoder on the scripted server, with a clock that only moves when somebody waits."""

from pathlib import Path

from oldhand.recall.dense import endpoint
from oldhand.recall.dense.backoff import BackOff
from oldhand.recall.dense.endpoint import Endpoint, Patience, Place
from tests.recall.dense.endpoint_server import Server

KEY = "sk-secret-1234567890abcdef"
LONG_AGO = 1_767_225_600_000
ROOMY = endpoint.ASKING._replace(connecting=30.0, request=30.0, whole=30.0)  # for a machine that is busy with tests


class Clock:
    """A clock that only moves when somebody waits."""

    def __init__(self) -> None:
        self.now, self.waits = LONG_AGO, list[float]()

    def __call__(self) -> int:
        return self.now

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += int(seconds * 1000)


def made(
    server: Server, home: Path, clock: Clock, provider: str = "openai", *, key: str = KEY, model: str = "small",
    dimensions: int = 0, asking: Patience = ROOMY, chance: float = 0.0,
) -> Endpoint:  # fmt: skip
    """An encoder on the server, with a clock of its own."""
    place = Place(provider, server.url, model, dimensions)
    waiting = BackOff(home, place.name, key, now=clock, chance=lambda: chance)
    return Endpoint(place, key, home, pause=clock.wait, back_off=waiting, asking=asking)
