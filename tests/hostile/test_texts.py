"""Nasty strings into every text argument of every operation: stored as they are or refused, never an accident."""

import json
import typing
from collections.abc import Iterator
from typing import Any

import pytest

from oldhand.errors import OldhandError
from oldhand.memory import Memory
from oldhand.model.visible import line
from oldhand.operation import Operation, call, every, plain
from oldhand.recall.render import agent_block
from oldhand.surfaces.agent_text import failure_text, rendered
from tests.conftest import Project
from tests.contract.examples import SCRIPT, Person, copied, make_person
from tests.hostile.corpus import ALL, COMMON, LONG, corpus, stored
from tests.hostile.looks import fences

PARTS = 10  # of the whole corpus, so that a failure names a part
# Arguments that name files: what they may reach is tested with the operations that take them.
FILES = frozenset({"file", "to", "folder"})
LOUD = ("repair", "store_restore", "rebuild", "verify", "backup", "doctor", "health", "init")  # take no text worth it


def text_arguments(operation: Operation) -> Iterator[tuple[str, bool]]:
    """The arguments of an operation that take any text, and whether they take a list of texts."""
    for parameter in operation.parameters:
        if parameter.name not in FILES and parameter.type is str:
            yield parameter.name, False
        elif typing.get_origin(parameter.type) is list:
            yield parameter.name, True


PLACES = [
    (one, name, several)
    for one in every() if one.name not in LOUD
    for name, several in text_arguments(one)
]  # fmt: skip
# The calls of these are cheap enough for every string; the others get one in ten.
OFTEN = {
    ("recall", "cue"),
    ("search", "words"),
    ("remember", "text"),
    ("show", "name"),
    ("look", "place"),
    ("brief", "domain"),
}


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Person:
    """A person whose folders are copied before they are written to."""
    return make_person(tmp_path_factory.mktemp("person") / "made")


@pytest.fixture
def memory(person: Person, tmp_path: Any) -> Iterator[Memory]:
    """The memory of a copy of that person's project."""
    made = copied(person, tmp_path / "copy")
    with Memory(made.project, made.home) as opened:
        yield opened


def arguments_of(person: Person, operation: Operation) -> dict[str, Any]:
    """An example's arguments, into which a nasty string is put."""
    example = next(one for one in SCRIPT if one.operation == operation.name)
    return person.filled(example.arguments)


def thrown(memory: Memory, operation: Operation, arguments: dict[str, Any]) -> str:
    """Make a call; what an agent reads of its reply or of its error. Anything but an error of ours escapes."""
    try:
        reply = call(memory, operation.name, arguments)
    except OldhandError as error:
        said = str(error)
        assert "\n" not in said and said.isprintable(), ascii(said)
        assert 2 <= error.exit_code <= 11
        assert not any(word in said for word in ("fts5:", "SQLError", "apsw", "Traceback")), said
        return failure_text(error)
    json.dumps(plain(reply), allow_nan=False).encode("ascii")
    return rendered(operation.name, reply)


def throw(
    memory: Memory, person: Person, operation: Operation, name: str, several: bool, strings: tuple[str, ...]
) -> None:
    """Put strings into one argument of an operation, one call each."""
    example = arguments_of(person, operation)
    for string in strings:
        text = thrown(memory, operation, example | {name: [string] if several else string})
        assert fences(text) in (0, 2), ascii(text)


@pytest.mark.parametrize(
    ("operation", "name", "several"), PLACES, ids=lambda v: getattr(v, "name", v) if not isinstance(v, bool) else ""
)
def test_a_nasty_string_is_taken_or_refused_and_never_an_accident(
    memory: Memory, person: Person, operation: Operation, name: str, several: bool
) -> None:
    strings = corpus(COMMON)
    throw(memory, person, operation, name, several, strings if (operation.name, name) in OFTEN else strings[::5])


@pytest.mark.campaign
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(
    ("operation", "name", "several"), PLACES, ids=lambda v: getattr(v, "name", v) if not isinstance(v, bool) else ""
)
def test_every_nasty_string_is_taken_or_refused(
    memory: Memory, person: Person, operation: Operation, name: str, several: bool, part: int
) -> None:
    throw(memory, person, operation, name, several, corpus(ALL)[part::PARTS])


def keeps(project: Project, string: str) -> bool:
    """Whether a string is stored; it must then be told as it is."""
    try:
        (one,) = project.call(
            "remember", text=string, title=string[:1000], fields=[f"trigger={string}"], kind="gotcha"
        ).memories
    except OldhandError:
        return False
    shown = project.call("show", name=one.id)
    assert shown.memory.text == stored(string)
    assert shown.memory.title == stored(string[:1000])
    assert shown.fields.get("trigger", "") == stored(string)
    return True


def test_texts_are_stored_byte_for_byte_or_refused(project: Project) -> None:
    strings = corpus(COMMON)
    refused = [string for string in strings if not keeps(project, string)]
    expected = [s for s in strings if not s.strip() or any("\ud800" <= c <= "\udfff" for c in s)]
    assert refused == expected


@pytest.mark.campaign
def test_all_texts_are_stored_byte_for_byte_or_refused(project: Project) -> None:
    strings = corpus(ALL)
    refused = [string for string in strings if not keeps(project, string)]
    assert refused == [s for s in strings if not s.strip() or any("\ud800" <= c <= "\udfff" for c in s)]


def test_a_bulk_of_nasty_lines_is_stored_byte_for_byte(project: Project) -> None:
    strings = [s for s in corpus(COMMON) if s.strip() and not any("\ud800" <= c <= "\udfff" for c in s)]
    bulk = "\n".join(json.dumps({"text": string}) for string in strings)
    done = project.call("remember", jsonl=bulk)
    assert [one.text for one in done.memories] == [stored(string) for string in strings]


@pytest.mark.parametrize("string", LONG, ids=lambda s: f"{len(s)} of {s[:4]}")
def test_long_lines_are_stored_whole_or_refused_with_the_limit(project: Project, string: str) -> None:
    fits = len(string.encode()) <= 1_048_576
    assert keeps(project, string) == fits
    if not fits:
        with pytest.raises(OldhandError, match="at most 1048576"):
            project.call("remember", text=string)
    text = thrown(project.memory, next(one for one in every() if one.name == "recall"), {"cue": string})
    assert fences(text) in (0, 2)


# -- the fence ---------------------------------------------------------------------------------------


def test_an_answer_has_one_opening_and_one_closing_fence_whatever_it_holds(project: Project) -> None:
    for number, string in enumerate(corpus(COMMON)):
        try:
            text = f"payments {number} {string}"  # said by a person: an agent's that imitates the fence is not told
            project.by_person("remember", text=text, title=string[:200], tags=[], anchors=[], key=f"slot/{number}")
        except OldhandError:
            continue
    for number in range(0, COMMON, 7):
        reply = project.call(
            "recall", cue=f"payments {number}", limit=20, budget_tokens=20_000, explain=True, loose=True
        )
        block = rendered("recall", reply)
        assert reply.items and fences(block) == 2, ascii(block)
        assert block.startswith("<memory root=") and block.endswith("\n</memory>")
        assert block.count("\n") >= len(reply.items) + 1
    for operation, arguments in (
        ("brief", {"budget_tokens": 5000}),
        ("active", {"limit": 500}),
        ("log", {"limit": 500}),
    ):
        assert fences(rendered(operation, project.call(operation, **arguments))) == 2


def test_a_block_that_was_not_fenced_would_be_seen() -> None:
    """The control: the same texts in a block, sealed only against control characters."""
    leaking = [s for s in corpus(COMMON) if fences(agent_block([line(s)], "0" * 64, "strong")) != 2]
    assert len(leaking) > 15
