"""One operation, one definition: Python, command line, MCP and HTTP give the same reply to the same call."""

from typing import Any

import pytest

from oldhand.errors import UnknownOperation
from oldhand.operation import every, find, places
from oldhand.operations import AT_THE_TOP
from tests.contract.examples import SCRIPT, Call, Person, make_person
from tests.contract.transcripts import SURFACES, normalised, shape, transcript
from tests.contract.validation import UnfitReply, faults, unfit, validator

FIRST_WRITE = next(number for number, one in enumerate(SCRIPT) if one.operation == "remember")


@pytest.fixture(scope="module")
def transcripts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """What every surface replied to the whole script, by surface."""
    person: Person = make_person(tmp_path_factory.mktemp("person") / "made")
    # What the command line and the server do by themselves is done at other times than where nobody does it.
    (person.home / "settings.json").write_text('{"outcomes.automatic": "no"}\n', "utf-8")
    return {name: transcript(name, person, tmp_path_factory.mktemp(name) / "copy") for name in SURFACES}


def test_every_operation_has_an_example() -> None:
    """A new operation needs a call in tests/contract/examples.py, which every surface then makes."""
    assert {one.operation for one in SCRIPT} == {one.name for one in every()}


def test_a_command_that_answers_at_the_top_level_as_well_is_the_same_one() -> None:
    for short, name in AT_THE_TOP.items():
        assert find(short) is find(name) and short not in places()
    with pytest.raises(UnknownOperation):
        find("resume")  # the control: of the same group, and not named at the top


STEPS = [pytest.param(number, one, id=f"{number} {one.operation}") for number, one in enumerate(SCRIPT)]


@pytest.mark.parametrize("name", SURFACES)
@pytest.mark.parametrize(("number", "one"), STEPS)
def test_a_reply_fits_its_schema(transcripts: dict[str, list[Any]], number: int, one: Call, name: str) -> None:
    reply = transcripts[name][number]
    assert "error" not in reply, reply
    assert not faults(one.operation, reply)


@pytest.mark.parametrize(("number", "one"), STEPS)
def test_every_surface_gives_the_same_reply(transcripts: dict[str, list[Any]], number: int, one: Call) -> None:
    parted = number >= FIRST_WRITE
    replies = {name: normalised(transcripts[name][number], parted=parted) for name in SURFACES}
    for name in SURFACES[1:]:
        if one.varies:
            assert shape(replies[name]).keys() == shape(replies["python"]).keys()
        else:
            assert replies[name] == replies["python"], name


# Calls that must fail, and whether they can be typed on a command line, where everything is text.
WRONG: tuple[tuple[Call, bool], ...] = (
    (Call("recall", {"cue": 5}), False),
    (Call("recall", {"cue": ["a", "b"]}), False),
    (Call("recall", {"cue": "x", "limit": "many"}), True),
    (Call("recall", {"cue": "x", "limit": -1}), True),
    (Call("recall", {"cue": "x", "limit": 2.5}), False),
    (Call("recall", {"cue": "x", "loose": "perhaps"}), False),
    (Call("recall", {"cue": "x", "colour": "red"}), False),
    (Call("recall", {}), True),
    (Call("recall", {"cue": "x", "kind": "rumour"}), True),
    (Call("recall", {"cue": "x", "project": "nobody"}), True),
    (Call("remember", {"text": "x", "confidence": 10**400}), False),
    (Call("remember", {"text": "x", "confidence": 1.5}), True),
    (Call("remember", {"text": "x", "tags": {"a": 1}}), False),
    (Call("remember", {"text": "half \ud800 a pair"}), True),
    (Call("remember", {"text": ""}), True),
    (Call("remember", {"jsonl": "{}\n"}), True),
    (Call("show", {"name": "d4"}), True),
    (Call("show", {"name": "abcdef123456"}), True),
    (Call("search", {"words": "x", "as_of": "2026-13-01"}), True),
    (Call("link", {"source": "$new", "relation": "adores", "target": "$old"}), True),
    (Call("retire", {"name": "$gone"}), True),
    (Call("config_reset", {}), True),
)


@pytest.fixture(scope="module")
def failures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """What every surface replied to the calls that must fail, by surface."""
    person = make_person(tmp_path_factory.mktemp("person") / "made")
    calls = {name: [one for one, typed in WRONG if typed or name != "cli"] for name in SURFACES}
    return {
        name: transcript(name, person, tmp_path_factory.mktemp(f"wrong-{name}") / "copy", calls[name])
        for name in SURFACES
    }


def test_every_surface_tells_the_same_error(failures: dict[str, list[Any]]) -> None:
    for number, (one, _) in enumerate(WRONG):
        error = failures["python"][number]["error"]
        assert set(error) == {"code", "message", "exit_code"} and 2 <= error["exit_code"] <= 10, one
        assert failures["mcp"][number] == failures["http"][number] == {"error": error}, one
    typed = [failures["python"][number] for number, (_, typed) in enumerate(WRONG) if typed]
    assert failures["cli"] == typed


# -- controls ----------------------------------------------------------------------------------------


def test_a_reply_that_lacks_a_field_has_another_or_a_wrong_type_is_seen(transcripts: dict[str, list[Any]]) -> None:
    reply = transcripts["python"][0]
    lacking = {name: value for name, value in reply.items() if name != "verdict"}
    for wrong in (lacking, reply | {"more": 1}, reply | {"items": {}}, reply | {"memories": "4"}, [reply]):
        assert faults("recall", wrong)


def test_a_schema_that_was_broken_fails_a_reply_that_fits(transcripts: dict[str, list[Any]]) -> None:
    reply = transcripts["python"][0]
    whole = validator("recall")
    assert not faults("recall", reply, whole)
    schema: dict[str, Any] = dict(whole.schema)
    broken = schema | {"properties": schema["properties"] | {"verdict": {"type": "integer"}}}
    assert faults("recall", reply, whole.evolve(schema=broken))


def test_the_plugin_fails_the_test_in_which_a_reply_did_not_fit(project: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An operation that replies with a number where its record promises a text."""
    original = find("rooms")
    broken = original._replace(run=lambda memory, **_: original.run(memory)._replace(root=7))
    monkeypatch.setattr("oldhand.operation.find", lambda name: broken)
    with pytest.raises(UnfitReply, match="rooms replies root"):
        project.call("rooms")
    unfit.clear()


def test_a_difference_between_two_surfaces_is_seen(transcripts: dict[str, list[Any]]) -> None:
    reply = transcripts["python"][0]
    other = reply | {"verdict": "weak"}
    assert normalised(other, parted=True) != normalised(reply, parted=True)
    root = "0" * 64
    assert normalised(reply | {"root": root}, parted=False) != normalised(reply, parted=False)
    assert normalised(reply | {"root": root}, parted=True) == normalised(reply, parted=True)
