"""No raw byte of a secret, by no way in: 200 made-up secrets by every argument of every operation, files and git."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from oldhand.knowledge.screened import PROSE, QUESTIONS, UNSCREENED
from oldhand.memory import Memory
from oldhand.model.secrets import Secret
from oldhand.operation import READ, every, find
from tests.conftest import Project
from tests.contract.examples import SCRIPT, Person, copied, make_person
from tests.secrets import ways
from tests.secrets.samples import Sample, samples

SAMPLES = samples()
LEAST_FORMATS = 120
# Arguments that name, choose or date something; a secret in one is refused, whatever else is asked for.
NAMING = frozenset(
    {
        "action",
        "took",
        "decisions",
        "junit",
        "actor",
        "subject",
        "after",
        "anchors",
        "area",
        "arc",
        "branch",
        "commit",
        "worktree",
        "without",
        "useful",
        "noise",
        "wrong",
        "as_of",
        "asked_of",
        "before",
        "by",
        "cause",
        "check",
        "command",
        "cue",
        "domain",
        "every",
        "expect",
        "file",
        "folder",
        "from",
        "glob",
        "holds",
        "key",
        "kind",
        "model",
        "name",
        "names",
        "note",
        "op",
        "operation",
        "origin",
        "outcome",
        "part",
        "path",
        "paths",
        "pattern",
        "place",
        "project",
        "query",
        "relation",
        "root",
        "session",
        "since",
        "source",
        "standing",
        "surface",
        "tag",
        "tags",
        "target",
        "task",
        "to",
        "topic",
        "trace",
        "trust",
        "unanchor",
        "until",
        "untag",
        "valid_from",
        "valid_until",
        "value",
        "way",
        "when",
        "words",
        "mark",
        "types",
        "scope",
        "undo",
        "answers",
        "output",
        "said_by",
        "format",
        "severity",
        "state",
        "confidence",
        "estimate",
        "read",
        "supersedes",
        "made",
        "agent",
        "of",
        "commits",
        "prs",
        "incidents",
        "unlink",
        "reopens",
        "module",
    }
)


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Person:
    """A person with projects that have memories."""
    return make_person(tmp_path_factory.mktemp("person"))


def leaks(folders: list[Path], found: list[Sample], told: list[str]) -> list[str]:
    """Where a secret's bytes stand, in whatever case: files below the folders, and what was replied."""
    said = "\n".join(told).lower().encode("utf-8", "replace")
    places = {"the reply": said}
    for folder in folders:
        places |= {str(file): file.read_bytes().lower() for file in folder.rglob("*") if file.is_file()}
    values = {one.name: one.value.lower().encode() for one in found}
    return [f"{name} in {place}" for place, data in places.items() for name, value in values.items() if value in data]


def test_there_are_enough_formats() -> None:
    assert len({one.name for one in SAMPLES}) == len(SAMPLES) >= LEAST_FORMATS


def test_every_text_argument_is_a_sentence_or_a_name() -> None:
    """A new argument must be put among those whose secrets can be replaced, or among those that name something."""
    writing = {one.name for one in every() if one.effect != READ}
    unsorted = {
        f"{operation} {argument}"
        for operation, argument in ways.arguments_of()
        if operation in writing and argument not in PROSE | UNSCREENED | NAMING
    }
    assert not unsorted


def test_every_operation_has_an_example_to_be_tried_with() -> None:
    assert {operation for operation, _ in ways.arguments_of()} <= {one.operation for one in SCRIPT}


@pytest.mark.timeout(300)
def test_no_argument_of_any_operation_lets_a_secret_in(person: Person, tmp_path: Path) -> None:
    mine = copied(person, tmp_path / "mine")
    told: list[str] = []
    with Memory(mine.project, mine.home) as memory:
        for operation, argument in ways.arguments_of():
            some = SAMPLES if argument in PROSE else SAMPLES[hash_of(argument) % 5 :: 5]
            if argument not in ("content", "old", "new"):
                replies = ways.by_argument(mine, memory, some, operation, argument)
                told += replies if argument in QUESTIONS or find(operation).effect != READ else []
    assert not leaks([mine.project / ".oldhand", mine.home], SAMPLES, told)


def hash_of(text: str) -> int:
    """A number that is the same in every run."""
    return sum(text.encode())


@pytest.mark.timeout(300)
def test_what_is_replaced_on_request_leaves_no_byte(person: Person, tmp_path: Path) -> None:
    mine = copied(person, tmp_path / "mine")
    told: list[str] = []
    with Memory(mine.project, mine.home) as memory:
        for one in every():
            for parameter in one.parameters:
                if one.effect != READ and parameter.name in PROSE and one.name != "write":
                    usual = mine.filled(next((call.arguments for call in SCRIPT if call.operation == one.name), {}))
                    as_list = parameter.type is not str
                    told += ways.by_argument_redacted(memory, SAMPLES, one.name, usual, parameter.name, as_list)
        told.append(ways.said_in(memory, "backup", {"to": str(mine.project / "copy.db")}))
        told.append(ways.said_in(memory, "export", {"file": "memory.jsonl"}))
    assert (mine.project / "memory.jsonl").stat().st_size > 10_000 and "…" in "".join(told)
    assert not leaks([mine.project, mine.home], SAMPLES, told)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("way", ways.FILES)
def test_files_and_git_let_no_secret_in(way: str, project: Project) -> None:
    told = ways.FILES[way](project.root, project.home, SAMPLES)
    assert not leaks([project.folder, project.home], SAMPLES, told)


class Unscreened(Memory):
    """A memory that finds no secret: for the control alone. No setting makes one."""

    def finder(self) -> Callable[[str], list[Secret]]:
        """What finds nothing."""
        return lambda text: []


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing finds secrets while a control runs."""
    for name in (
        "oldhand.code.blame",
        "oldhand.code.history",
        "oldhand.code.file_reading",
        "oldhand.knowledge.screened",
        "oldhand.model.observed",
    ):
        monkeypatch.setattr(f"{name}.masked", lambda text, finder=None: text)
    monkeypatch.setattr("oldhand.code.file_reading.find", lambda text: [])
    monkeypatch.setattr(ways, "Memory", Unscreened)
    yield


@pytest.mark.timeout(300)
@pytest.mark.parametrize("way", ["documents", "history", "code", "facts", "names"])
def test_without_finding_the_bytes_are_there(way: str, project: Project, blind: None) -> None:
    """The control of the test above."""
    told = ways.FILES[way](project.root, project.home, SAMPLES)
    assert len(leaks([project.folder, project.home], SAMPLES, told)) > len(SAMPLES) / 4


def test_without_finding_names_of_people_and_branches_are_kept(project: Project, blind: None) -> None:
    """The same control, of the few tokens that are given as names."""
    told = ways.FILES["people and branches"](project.root, project.home, SAMPLES)
    assert len(leaks([project.folder, project.home], SAMPLES, told)) > ways.MOST_PEOPLE


@pytest.mark.timeout(300)
def test_without_finding_arguments_are_kept(person: Person, tmp_path: Path, blind: None) -> None:
    """The control of the tests of arguments."""
    mine = copied(person, tmp_path / "mine")
    with Unscreened(mine.project, mine.home) as memory:
        for operation, argument in (("remember", "text"), ("dispute", "reason"), ("recall", "cue")):
            ways.by_argument(mine, memory, SAMPLES, operation, argument)
    found = leaks([mine.project / ".oldhand"], SAMPLES, [])
    assert len([one for one in found if "memory" in one]) > len(SAMPLES) / 2
    assert len([one for one in found if "traces" in one]) > len(SAMPLES) / 4
