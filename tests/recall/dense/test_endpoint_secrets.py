"""No secret is sent to an endpoint, wherever the text comes from."""

from pathlib import Path

import pytest

from oldhand.recall.dense import endpoint
from tests.recall.dense.asking import Clock, made
from tests.recall.dense.endpoint_server import Server
from tests.secrets.samples import samples


@pytest.mark.parametrize("asking", [True, False])
def test_texts_are_sent_without_their_secrets(server: Server, home: Path, clock: Clock, asking: bool) -> None:
    made(server, home, clock).encode([one.text for one in samples()], asking=asking)
    sent = "\n".join(server.texts)
    assert len(server.texts) == len(samples()) and "…]" in sent
    assert not [one.name for one in samples() if one.value in sent]


def test_without_finding_they_would_be_sent(
    server: Server, home: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above."""
    monkeypatch.setattr(endpoint, "masked", lambda text: text)
    made(server, home, clock).encode([one.text for one in samples()])
    assert all(one.value in "\n".join(server.texts) for one in samples())
