"""The Python surface: every operation is a method, replies are records, errors are ours."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import oldhand
from oldhand.errors import BadArgument, BadInput, NoStore, OldhandError, UnknownArgument, UnknownId
from oldhand.operation import every
from tests.conftest import Project


@pytest.fixture
def opened(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The project opened as a program opens it."""
    project.memory.close()
    monkeypatch.setenv("OLDHAND_HOME", str(project.home))
    for variable in ("OLDHAND_STORE", "OLDHAND_ACTOR"):
        monkeypatch.delenv(variable, raising=False)
    with oldhand.open(project.root) as memory:
        yield memory


def test_every_operation_is_a_method_with_its_own_help(opened: Any) -> None:
    for operation in every():
        method = getattr(opened, operation.name)
        assert method.__name__ == operation.name
        assert method.__doc__.startswith(operation.summary)
        assert operation.name in dir(opened)


def test_what_is_remembered_is_recalled(opened: Any) -> None:
    (one,) = opened.remember("Payments are never retried.", kind="decision", tags=["pay"]).memories
    (item,) = opened.recall("payments retried").items
    assert (item.id, item.text, item.trust, item.actor, item.origin) == (
        one.id, "Payments are never retried.", "agent", "agent", "python",
    )  # fmt: skip
    assert opened.call("show", name=one.id).memory.tags == ["pay"]
    assert opened.revise(one.id, "Payments are retried once.").before == ["Payments are never retried."]


def test_names_may_be_given_with_an_underscore_where_python_has_the_word(opened: Any) -> None:
    assert opened.import_.__name__ == "import"
    assert opened.help_(topic=["recall"]).topic == "recall"
    assert opened.config_set("recall.limit", "9").value == 9


def test_arguments_follow_the_operations_own_order(opened: Any) -> None:
    first = opened.remember("One thing.").memories[0].id
    second = opened.remember("Another thing.").memories[0].id
    assert opened.link(first, "depends_on", second).stands
    with pytest.raises(TypeError, match="at most 1 positional"):
        opened.recall("cue", 5)
    with pytest.raises(UnknownArgument, match="takes no argument 'colour'"):
        opened.recall("cue", colour="red")


def test_what_is_no_operation_is_no_attribute(opened: Any) -> None:
    for name in ("frobnicate", "_repr_html_", "__deepcopy__"):
        with pytest.raises(AttributeError):
            getattr(opened, name)
    assert not hasattr(opened, "frobnicate")


def test_errors_are_of_one_tree(opened: Any) -> None:
    with pytest.raises(UnknownId) as caught:
        opened.show("abcdef123456")
    assert isinstance(caught.value, OldhandError) and caught.value.exit_code == 3
    with pytest.raises(OldhandError):
        opened.remember("")


def test_a_program_says_who_speaks_and_how_far_it_is_believed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLDHAND_HOME", str(project.home))
    monkeypatch.delenv("OLDHAND_ACTOR", raising=False)
    project.memory.close()
    with oldhand.open(project.root, actor="importer", trust="web") as memory:
        name = memory.remember("Found on a page.").memories[0].id
        told = memory.show(name).memory
        assert (told.actor, told.trust) == ("importer", "web")
    monkeypatch.setenv("OLDHAND_ACTOR", "nightly job")
    with oldhand.open(str(project.root)) as memory:
        assert memory.show(memory.remember("Found at night.").memories[0].id).memory.actor == "nightly job"


@pytest.mark.parametrize("trust", ["god", "USER", "user\n"])
def test_a_trust_that_there_is_not_is_refused(project: Project, trust: str) -> None:
    with pytest.raises(BadArgument, match="it is one of web, tool, agent, repo, user"):
        oldhand.open(project.root, trust=trust)


@pytest.mark.parametrize("actor", ["a\nb", "half \ud800", "x" * 201])
def test_a_speaker_that_cannot_be_written_down_is_refused(project: Project, actor: str) -> None:
    with pytest.raises(BadInput):
        oldhand.open(project.root, actor=actor)


def test_a_folder_that_is_not_there_or_has_no_memory_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLDHAND_HOME", str(tmp_path / "home"))
    for folder in (tmp_path / "nowhere", "\x00", "half \udcff"):
        with pytest.raises(BadInput, match="There is no folder"):
            oldhand.open(folder)
    with oldhand.open(tmp_path) as memory, pytest.raises(NoStore):
        memory.recall("anything")
    assert os.listdir(tmp_path) == []


def test_a_closed_memory_opens_again_when_it_is_used(opened: Any) -> None:
    opened.remember("One thing.")
    opened.close()
    assert opened.status().memories == 1
    opened.close()
    opened.close()


def test_two_openings_see_each_other(opened: Any, project: Project) -> None:
    with oldhand.open(project.root) as other:
        name = opened.remember("Said here.").memories[0].id
        assert other.show(name).memory.text == "Said here."
        other.retire(name)
        assert opened.show(name).memory.standing == "retired"
