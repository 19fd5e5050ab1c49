"""Where texts are sent is the person's choice: by no project's file, by no agent, and nowhere by default."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from oldhand.errors import BadArgument, OldhandError, Refused
from oldhand.memory import Memory
from oldhand.model.address import KEY_VARIABLE
from oldhand.operation import call
from oldhand.recall.dense.choosing import encoder_for
from tests.recall.dense.endpoint_server import Server, serving, status

KEY = "sk-secret-1234567890abcdef"
ENDPOINT = {"embeddings.provider": "openai", "embeddings.model": "small"}


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as one:
        yield one


@pytest.fixture
def person(project: Any) -> Iterator[Memory]:
    """The memory as the person uses it on the command line, with a key in the environment."""
    with Memory(project.root, project.home, trust="user", environment={KEY_VARIABLE: KEY}) as memory:
        yield memory


def write(folder: Path, values: dict[str, Any]) -> None:
    (folder / "settings.json").write_text(json.dumps(values), encoding="utf-8")


def in_force(memory: Memory) -> dict[str, tuple[Any, str]]:
    memory.forget_settings()
    return {name: said for name, said in memory.settings().items() if name.startswith("embeddings.")}


def encoded(memory: Memory, text: str) -> str:
    """Encode a text by the settings; the name of the encoder, or of the error."""
    memory.forget_settings()
    try:
        one = encoder_for(memory.setting, memory.home, memory.environment.get(KEY_VARIABLE, ""))
        one.encode([text])
    except OldhandError as error:
        return error.code
    return one.name


# -- what leaves the machine -----------------------------------------------------------------------


def test_no_text_leaves_unless_the_person_has_named_an_endpoint(project: Any, person: Memory, server: Server) -> None:
    url = {"embeddings.url": server.url}
    unasked: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({}, {}), (url, {}), (url | {"embeddings.provider": "local"}, {}), (url | {"embeddings.provider": "off"}, {}),
        ({}, ENDPOINT | url), (url, ENDPOINT), ({"embeddings.provider": "local"}, ENDPOINT | url),
        ({"embeddings.provider": "off"}, ENDPOINT | url), (ENDPOINT | url, {"embeddings.provider": "off"}),
        (ENDPOINT | url, {"embeddings.provider": "local"}),
    ]  # fmt: skip
    for number, (home, folder) in enumerate(unasked):
        write(project.home, home)
        write(project.folder, folder)
        assert encoded(person, "a secret plan") in ("MissingModel", "SwitchedOff"), number
        call(person, "remember", {"text": f"The secret plan number {number} is not to be sent."})
        for name, given in (("recall", {"cue": "which secret plan"}), ("health", {}), ("doctor", {}), ("status", {})):
            call(person, name, given)
    assert not server.received
    write(project.home, ENDPOINT | url)
    write(project.folder, {})
    assert encoded(person, "a plan that may be sent") == f"openai:{server.url.removeprefix('http://')}/small"
    assert server.texts == ["a plan that may be sent"]
    assert server.received[0].headers["authorization"] == f"Bearer {KEY}"


def test_a_project_cannot_turn_the_persons_endpoint_to_another_place_or_model(
    project: Any, person: Memory, server: Server
) -> None:
    write(project.home, ENDPOINT | {"embeddings.url": server.url})
    with serving() as other:
        write(
            project.folder,
            {"embeddings.url": other.url, "embeddings.model": "dear/model", "embeddings.dimensions": 4000},
        )
        assert encoded(person, "text").endswith("/small")
        assert not other.received and len(server.received) == 1
    assert {source for _, source in in_force(person).values()} == {"person", "default"}


def test_what_a_project_says_in_vain_is_said_by_validate_and_doctor(project: Any, person: Memory) -> None:
    write(project.folder, {"embeddings.url": "http://no good", "embeddings.provider": ["voyage"], "recall.limit": 4})
    assert in_force(person)["embeddings.provider"] == ("local", "default") and person.setting("recall.limit") == 4
    report = call(person, "config_validate", {})
    assert report.overall == "warn" and len(report.faults) == 2
    assert all("only your own settings decide where texts are sent" in fault.fault for fault in report.faults)
    assert all(fault.next_step.startswith("`oldhand config reset embeddings.") for fault in report.faults)
    lines = [one for one in call(person, "doctor", {}).findings if one.component == "settings"]
    assert [one.state for one in lines] == ["warn", "warn"]
    write(project.folder, {"embeddings.provider": "off"})
    assert call(person, "config_validate", {}).overall == "ok"


# -- who may set them ------------------------------------------------------------------------------


def test_a_person_sets_an_endpoint_for_all_projects_and_takes_it_back(person: Memory) -> None:
    for name, value in (
        ("embeddings.provider", "voyage"), ("embeddings.url", "https://Gateway.example:8443/v1/embeddings/"),
        ("embeddings.model", "voyage-code-3"), ("embeddings.dimensions", "512"),
    ):  # fmt: skip
        assert call(person, "config_set", {"name": name, "value": value, "scope": "person"}).source == "person"
    shown = {one.name: one for one in call(person, "config_show", {}).settings}
    assert shown["embeddings.url"].value == "https://gateway.example:8443/v1"
    assert shown["embeddings.dimensions"].value == 512 and shown["embeddings.model"].value == "voyage-code-3"
    assert "https://api.example.com/v1" in shown["embeddings.url"].accepts
    assert call(person, "config_validate", {}).overall == "ok"
    call(person, "config_set", {"name": "embeddings.url", "value": "", "scope": "person"})
    call(person, "config_reset", {"name": "embeddings.provider", "scope": "person"})
    assert in_force(person)["embeddings.provider"] == ("local", "default") and person.setting("embeddings.url") == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [("provider", "voyage"), ("provider", "openai"), ("url", "https://api.example.com/v1"), ("url", ""),
     ("model", "m"), ("dimensions", "8")],
)  # fmt: skip
def test_a_project_cannot_be_given_an_endpoint_and_the_way_to_set_one_is_said(
    project: Any, person: Memory, name: str, value: str
) -> None:
    with pytest.raises(BadArgument, match=r"only your own settings decide where texts are sent.*--scope person"):
        call(person, "config_set", {"name": f"embeddings.{name}", "value": value})
    assert not (project.folder / "settings.json").exists()


def test_whoever_sets_an_endpoint_is_told_what_is_sent_where(person: Memory) -> None:
    def note(name: str, value: str, scope: str = "person") -> str:
        return str(call(person, "config_set", {"name": name, "value": value, "scope": scope}).note)

    assert note("recall.limit", "4") == note("embeddings.model", "m") == ""
    assert "what you remember and ask in your projects is sent to api.openai.com/v1" in note(
        "embeddings.provider", "openai"
    )
    assert "is sent to gateway.example/v1" in note("embeddings.url", "https://gateway.example/v1")
    assert note("embeddings.provider", "off", "project") == "" and note("embeddings.dimensions", "8") == ""


@pytest.mark.parametrize("value", ["local", "off"])
def test_a_project_may_keep_its_texts_here(project: Any, person: Memory, value: str) -> None:
    write(project.home, {"embeddings.provider": "voyage"})
    changed = call(person, "config_set", {"name": "embeddings.provider", "value": value})
    assert (changed.before, changed.in_force, changed.source) == ("voyage", value, "project")


@pytest.mark.parametrize(
    ("name", "value"), [("provider", "voyage"), ("url", "https://evil.example/v1"), ("model", "m"), ("dimensions", "8")]
)
def test_an_agent_cannot_decide_where_texts_are_sent(project: Any, name: str, value: str) -> None:
    with pytest.raises(Refused, match="a person sets it"):
        project.call("config_set", name=f"embeddings.{name}", value=value, scope="person")
    assert not (project.home / "settings.json").exists()


def test_an_agent_cannot_take_back_what_keeps_texts_here(project: Any, person: Memory) -> None:
    own = {"embeddings.provider": "voyage", "embeddings.url": "https://mine.example/v1"}
    write(project.home, own)
    write(project.folder, {"embeddings.provider": "off", "recall.limit": 3})
    for given in ({"name": "embeddings.url", "scope": "person"}, {"name": "embeddings.provider"}, {"yes": True}):
        with pytest.raises(Refused, match="a person sets it"):
            project.call("config_reset", **given)
    assert json.loads((project.home / "settings.json").read_text(encoding="utf-8")) == own
    assert in_force(person)["embeddings.provider"] == ("off", "project")
    project.call("config_reset", name="recall.limit")
    project.call("config_set", name="embeddings.provider", value="off", scope="person")
    project.call("config_reset", name="embeddings.provider")
    assert in_force(person)["embeddings.provider"] == ("off", "person")


# -- what they accept ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept"),
    [("https://api.example.com/v1", "https://api.example.com/v1"), ("HTTPS://API.Example.COM", "https://api.example.com"),
     ("https://api.example.com:443/v1/", "https://api.example.com/v1"), ("http://localhost:11434/v1", "http://localhost:11434/v1"),
     ("http://127.0.0.1:8080", "http://127.0.0.1:8080"), ("http://[::1]:8080/v1", "http://[::1]:8080/v1"),
     ("http://127.8.9.10/embeddings", "http://127.8.9.10"), ("https://[2001:db8::1]/v1", "https://[2001:db8::1]/v1"),
     ("https://10.0.0.7:8443/a/b/embeddings", "https://10.0.0.7:8443/a/b")],
)  # fmt: skip
def test_an_address_is_kept_in_one_form(person: Memory, given: str, kept: str) -> None:
    said = {"name": "embeddings.url", "value": given, "scope": "person"}
    assert call(person, "config_set", said).in_force == kept
    assert call(person, "config_set", said | {"value": kept}).in_force == kept


@pytest.mark.parametrize(
    "given",
    ["http://api.example.com/v1", "http://10.0.0.7/v1", "http://localhost.example.com", "http://127.0.0.1.example.com",
     "http://127.0.0.256", "http://2130706433", "http://127.1", "http://0.0.0.0:80", "http://[::]/v1",
     "http://localhost@example.com/", "http://[::ffff:10.0.0.7]/"],
)  # fmt: skip
def test_plain_http_is_for_this_machine_alone(person: Memory, given: str) -> None:
    with pytest.raises(BadArgument):
        call(person, "config_set", {"name": "embeddings.url", "value": given, "scope": "person"})


@pytest.mark.parametrize(
    "given",
    ["api.example.com", "ftp://api.example.com", "https://", "https:///v1", "https://a b.example",
     "https://x/\nHost: y", "https://x/\r\n", "file:///etc/passwd", "https://пример.рф/v1", "https://x:0/", "https://x:99999/",
     "https://x:/v1",
     "javascript:alert(1)", "https://x/\x1b[31m", "//api.example.com", "https://x\\y", "https://-x/", "unix:///run/x",
     "https://" + "a" * 300, " https://x/", "https://x/v1?api-version=3", "https://x/v1#part", "None"],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused(project: Any, person: Memory, given: str) -> None:
    with pytest.raises(BadArgument) as caught:
        call(person, "config_set", {"name": "embeddings.url", "value": given, "scope": "person"})
    assert str(caught.value).isprintable() and not (project.home / "settings.json").exists()


@pytest.mark.parametrize(
    "given", [f"https://me:{KEY}@x/v1", f"https://{KEY}@x/v1", f"https://x/v1?key={KEY}", f"https://x/#{KEY}"]
)
def test_a_key_in_an_address_is_refused_and_not_repeated(project: Any, person: Memory, given: str) -> None:
    with pytest.raises(BadArgument, match=KEY_VARIABLE) as caught:
        call(person, "config_set", {"name": "embeddings.url", "value": given, "scope": "person"})
    assert KEY not in str(caught.value)
    write(project.home, {"embeddings.url": given})
    [fault] = call(person, "config_validate", {}).faults
    assert KEY_VARIABLE in fault.fault and KEY not in str(fault)


@pytest.mark.parametrize(
    "given", ["two words", " padded", "tab\tbed", "line\nbreak", "\x1b[31m", "m" * 151, "a\u2028b"]
)
def test_a_models_name_is_one_printable_word(person: Memory, given: str) -> None:
    with pytest.raises(BadArgument):
        call(person, "config_set", {"name": "embeddings.model", "value": given, "scope": "person"})
    for fine in ("hf.co/org/модель-GGUF:Q8_0", "nomic-ai/nomic-embed-text-v1.5", "m" * 150):
        assert call(person, "config_set", {"name": "embeddings.model", "value": fine, "scope": "person"}).value == fine


@pytest.mark.parametrize("value", [None, 5, True, ["https://x"], {"a": 1}])
def test_a_text_setting_in_a_file_is_a_text(project: Any, person: Memory, value: Any) -> None:
    write(project.home, {"embeddings.model": value})
    [fault] = call(person, "config_validate", {}).faults
    assert "it is a text" in fault.fault and fault.next_step == "`oldhand config reset embeddings.model --scope person`"


def test_the_wizard_leaves_endpoints_alone(project: Any, person: Memory) -> None:
    write(project.home, ENDPOINT)
    suggested = call(person, "config_wizard", {"context_tokens": 100_000, "apply": True})
    assert not [one for one in suggested.suggestions if one.name.startswith("embeddings.")]
    assert in_force(person)["embeddings.provider"] == ("openai", "person")


# -- health and doctor -----------------------------------------------------------------------------


def test_health_has_a_line_for_an_endpoint_only_where_one_is_set(project: Any, person: Memory, server: Server) -> None:
    def line() -> Any:
        person.forget_settings()
        found = call(person, "health", {})
        lines = [one for one in found.components if one.component == "endpoint"]
        assert found.overall == ("ok" if not lines else lines[0].state)
        return lines[0] if lines else None

    assert line() is None
    write(project.home, ENDPOINT | {"embeddings.url": server.url})
    assert line().state == "ok" and "texts are sent to small at 127.0.0.1" in line().detail
    assert not server.received
    server.script = [status(401)]
    assert encoded(person, "a secret plan") == "EncoderFailed"
    found = line()
    assert found.state == "degraded" and KEY_VARIABLE in found.detail and "asked again in" in found.next_step
    assert KEY not in str(found) and "secret plan" not in str(found)
    write(project.home, {"embeddings.provider": "local"})
    assert line() is None


def test_doctor_tells_what_makes_vectors_or_what_would(project: Any, person: Memory, server: Server) -> None:
    def line() -> Any:
        person.forget_settings()
        return next(one for one in call(person, "doctor", {}).findings if one.component == "model")

    assert line() == (
        "model", "absent", "recall is lexical",
        "`oldhand model install` adds meaning (83 MB, offline afterwards)",
    )  # fmt: skip
    assert call(person, "doctor", {}).overall == "ok"
    write(project.home, {"embeddings.provider": "off"})
    assert (line().state, line().detail) == ("absent", "recall is lexical: recall by meaning is switched off")
    write(project.home, ENDPOINT)
    assert line().state == "ok" and "texts are sent to small at api.openai.com/v1" in line().detail
    write(project.home, ENDPOINT | {"embeddings.url": server.url})
    server.script = [status(404)]
    encoded(person, "text")
    assert line().state == "warn" and "failed once" in line().detail and line().next_step


def test_the_key_is_kept_in_no_file_and_shown_by_no_operation(project: Any, person: Memory, server: Server) -> None:
    write(project.home, ENDPOINT | {"embeddings.url": server.url})
    call(person, "remember", {"text": "The gateway is not idempotent."})
    server.script = [status(401, KEY.encode())]
    said = [encoded(person, "text")]
    names = ("config_show", "config_validate", "health", "doctor", "logs", "metrics", "status")
    said += [str(call(person, name, {})) for name in names]
    person.close()
    assert not [one for one in said if KEY in one]
    files = [path for folder in (project.root, project.home) for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 3 and not [path for path in files if KEY.encode() in path.read_bytes()]
