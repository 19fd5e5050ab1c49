"""Help: every operation explains itself, and the topics tell what is really there."""

from typing import Any

import pytest

from oldhand import errors
from oldhand.errors import UnknownOperation
from oldhand.model import kinds
from oldhand.operation import every, places


def test_every_operation_is_listed_once_with_its_summary(project: Any) -> None:
    listed = [line for part in project.call("help").parts[:-1] for line in part.lines]
    assert sorted((line.name, line.meaning) for line in listed) == sorted(
        (" ".join(one.command), one.summary) for one in every()
    )


@pytest.mark.parametrize("name", sorted(places()))
def test_every_operation_explains_its_parameters(project: Any, name: str) -> None:
    one = next(operation for operation in every() if operation.name == name)
    told = project.call("help", topic=list(one.command))
    lines = [line for part in told.parts for line in part.lines]
    assert told.usage.startswith(f"oldhand {' '.join(one.command)}") and one.summary in told.about
    assert len(lines) == len(one.parameters) and all(line.meaning for line in lines)
    assert told.example.startswith("oldhand ")


def test_the_kinds_are_told_with_all_their_fields(project: Any) -> None:
    parts = project.call("help", topic=["kinds"]).parts
    told = {part.title.partition(":")[0]: {line.name for line in part.lines} for part in parts}
    assert told == {kind: {"text", *kinds.defaults_of(kind)} for kind in kinds.names()}


def test_the_errors_are_told_by_exit_code(project: Any) -> None:
    parts = project.call("help", topic=["errors"]).parts
    told = {line.name: part.title for part in parts for line in part.lines}
    public = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.OldhandError)]
    assert told == {one.__name__: f"exit code {one.exit_code}" for one in public}


def test_the_ways_to_write_a_date_are_told(project: Any) -> None:
    assert project.call("help", topic=["dates"]).parts[0].lines[0].name == "2026-11-20"


def test_an_unknown_topic_is_refused_with_a_close_one(project: Any) -> None:
    with pytest.raises(UnknownOperation, match="recall"):
        project.call("help", topic=["recal"])
