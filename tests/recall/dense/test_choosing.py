"""Which encoder the settings ask for, what is said where there is none, and that nothing is sent unasked."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oldhand.errors import EncoderFailed, MissingModel, SwitchedOff
from oldhand.model.address import KEY_VARIABLE
from oldhand.model.settings import BY_NAME
from oldhand.recall.dense.choosing import encoder_for, presence
from tests.recall.dense.endpoint_server import Server, status


def settings(**given: Any) -> Callable[[str], Any]:
    """Settings with their defaults but for the given ones of embeddings."""
    said = {f"embeddings.{name}": value for name, value in given.items()}
    return lambda name: said.get(name, BY_NAME[name].default)


def test_by_default_it_is_the_model_on_this_machine(home: Path) -> None:
    with pytest.raises(MissingModel, match="oldhand model install"):
        encoder_for(settings(), home, "")
    found = presence(settings(), home, "")
    assert (found.state, found.detail) == ("absent", "recall is lexical")
    assert found.said == ("recall is lexical; `oldhand model install` adds meaning (83 MB, offline afterwards)")


def test_switched_off_is_an_error_of_its_own_that_says_how_to_switch_it_on(home: Path) -> None:
    with pytest.raises(SwitchedOff, match=r"`oldhand config set embeddings\.provider local`"):
        encoder_for(settings(provider="off"), home, "key")
    found = presence(settings(provider="off"), home, "key")
    assert found.state == "off" and "switched off" in found.said and "`oldhand config set" in found.next_step


def test_a_damaged_model_is_said_to_be_damaged(home: Path) -> None:
    from oldhand.recall.dense.catalog import MINILM
    from oldhand.recall.dense.model_folder import ModelFolder

    folder = ModelFolder(home, MINILM).path
    folder.mkdir(parents=True)
    (folder / MINILM.weights.name).write_bytes(b"no weights")
    found = presence(settings(), home, "")
    assert found.state == "damaged" and "not the right ones" in found.detail and "`oldhand model install`" in found.said


@pytest.mark.parametrize(("provider", "name"), [("openai", "openai:api.openai.com/v1/text-embedding-3-small"),
                                                ("voyage", "voyage:api.voyageai.com/v1/voyage-3.5")])  # fmt: skip
def test_a_provider_alone_means_its_public_address_and_usual_model(home: Path, provider: str, name: str) -> None:
    one = encoder_for(settings(provider=provider), home, "sk-test")
    assert one.name == name and not one.local
    assert presence(settings(provider=provider), home, "sk-test").state == "endpoint"


def test_what_an_endpoint_lacks_is_said_before_it_is_asked(home: Path) -> None:
    lacking_key = settings(provider="voyage")
    with pytest.raises(EncoderFailed, match=KEY_VARIABLE):
        encoder_for(lacking_key, home, " \n")
    found = presence(lacking_key, home, "")
    assert (found.state, found.next_step) == ("failing", f"set {KEY_VARIABLE} in the environment")
    lacking_model = settings(provider="openai", url="http://localhost:1/v1")
    with pytest.raises(EncoderFailed, match=r"embeddings\.model"):
        encoder_for(lacking_model, home, "")
    assert "embeddings.model" in presence(lacking_model, home, "").said


def test_a_process_keeps_its_encoder_until_the_settings_change(home: Path, server: Server) -> None:
    first = settings(provider="openai", url=server.url, model="small")
    one = encoder_for(first, home, "key")
    one.encode(["a"])
    assert encoder_for(first, home, "key\n") is one and one.dimensions == 8
    assert encoder_for(first, home, "other-key") is not one
    assert encoder_for(settings(provider="openai", url=server.url, model="large"), home, "key") is not one


def test_how_an_endpoint_fails_is_told_until_it_answers(home: Path, server: Server) -> None:
    said = settings(provider="openai", url=server.url, model="small")
    assert presence(said, home, "key").detail.startswith("texts are sent to small at 127.0.0.1:")
    server.script = [status(404)]
    with pytest.raises(EncoderFailed):
        encoder_for(said, home, "key").encode(["a"])
    found = presence(said, home, "key")
    assert found.state == "failing" and "failed once: there is no such address or model" in found.detail
    assert "it is asked again in" in found.next_step
    assert presence(said, home, "another-key").state == "endpoint"
    assert presence(settings(), home, "key").state == "absent"


def test_nothing_is_sent_before_there_is_something_to_encode(home: Path, server: Server) -> None:
    said = settings(provider="openai", url=server.url, model="small")
    one = encoder_for(said, home, "key")
    presence(said, home, "key")
    assert not server.received
    one.encode(["now"])
    assert server.texts == ["now"]


def test_choosing_an_endpoint_imports_no_http_stack() -> None:
    code = (
        "import sys, pathlib; from oldhand.recall.dense import choosing, endpoint;"
        "from oldhand.recall.dense.endpoint import Place, Endpoint;"
        "place = Place('openai', '', '', 0); Endpoint(place, 'key', pathlib.Path('.'));"
        "print(sorted({'http.client', 'ssl', 'urllib.request', 'numpy', 'socket'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "[]"
