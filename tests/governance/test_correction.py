"""Correction: by replacement, by turning a statement round, without a replacement, in part, and for a bounded time."""

from typing import Any

import pytest

from oldhand.memory import Memory
from oldhand.operation import call
from tests.conftest import Project


def voice(project: Project, trust: str = "user") -> Memory:
    """A memory spoken to with a trust."""
    return Memory(project.root, project.home, actor="user" if trust == "user" else "agent", trust=trust, origin="cli")


def say(project: Project, text: str, trust: str = "user", **more: Any) -> Any:
    """Remember one statement; what became of it."""
    with voice(project, trust) as memory:
        return call(memory, "remember", {"text": text, **more}).memories[0]


def current(project: Project, cue: str) -> list[str]:
    """What a recall tells as current, best first."""
    items = call(project.reopened(), "recall", {"cue": cue, "limit": 20, "loose": True}).items
    return [item.text for item in items if not item.expired and item.standing in ("active", "contested")]


@pytest.mark.parametrize(("old", "new", "key"), [
    ("Postgres listens on port 5432.", "Postgres listens on port 5433.", "db/port"),
    ("Postgres listens on port 5432.", "Postgres listens on port 5433.", ""),
    ("Тайм-аут шлюза равен 30 секундам.", "Тайм-аут шлюза равен 45 секундам.", "gateway/timeout"),
    ("The client needs Node version 18.", "The client needs Node version 20.", ""),
])  # fmt: skip
def test_a_replacement_takes_the_place_of_what_was_said(project: Project, old: str, new: str, key: str) -> None:
    say(project, old, key=key)
    say(project, new, key=key)
    assert current(project, new)[0] == new and old not in current(project, new)
    for text in call(project.reopened(), "brief", {"budget_tokens": 2000}).lines:
        assert old.rstrip(".") not in text


@pytest.mark.parametrize(("old", "new"), [
    ("Never run the migrations on Fridays.", "Run the migrations on Fridays."),
    ("The client needs Node 18.", "The client needs Node 20."),  # not sure enough to replace it: both are marked
    ("The cache is enabled in CI.", "The cache is not enabled in CI."),
    ("Никогда не запускай миграции в пятницу.", "Запускай миграции в пятницу."),
])  # fmt: skip
def test_a_statement_turned_round_does_not_stand_beside_the_old_one_unmarked(
    project: Project, old: str, new: str
) -> None:
    say(project, old)
    say(project, new)
    items = call(project.reopened(), "recall", {"cue": new, "limit": 20, "loose": True}).items
    standing = {item.text: item.standing for item in items}
    assert standing[new] in ("active", "contested")
    assert old not in standing or standing[old] != "active"


def test_a_statement_is_taken_back_without_another_in_its_place(project: Project) -> None:
    name = say(project, "Deploys go to Frankfurt.", key="deploy/place").id
    with voice(project) as memory:
        call(memory, "reject", {"name": name, "reason": "they never did"})
    assert current(project, "Where do deploys go") == []
    say(project, "Deploys go to Paris.", key="deploy/place")  # its slot can be answered otherwise
    assert current(project, "Where do deploys go") == ["Deploys go to Paris."]


def test_a_part_is_superseded_and_the_rest_stays(project: Project) -> None:
    old = say(project, "The gateway takes EUR and USD, and settles at 18:00.")
    rest = say(project, "The gateway refunds within five days.")
    new = say(project, "The gateway settles at 22:00.")
    with voice(project) as memory:
        call(memory, "link", {"source": new.id, "relation": "supersedes", "target": old.id})
    told = current(project, "gateway settles refunds")
    assert new.text in told and rest.text in told and old.text not in told
    assert call(project.reopened(), "show", {"name": old.id}).memory.standing == "superseded"


def test_what_holds_for_a_time_is_not_told_as_current_afterwards(project: Project) -> None:
    say(project, "The release branch is frozen.", valid_until="2020-01-01")
    say(project, "The release branch is protected.", valid_until="2099-01-01")
    assert current(project, "release branch") == ["The release branch is protected."]
    items = call(project.reopened(), "recall", {"cue": "release branch frozen", "limit": 5, "loose": True}).items
    assert all(item.expired for item in items if "frozen" in item.text)


def test_one_who_is_believed_less_corrects_nothing_by_himself(project: Project) -> None:
    say(project, "Deploys need two approvals.", key="deploy/approvals")
    assert say(project, "Deploys need no approval.", "agent", key="deploy/approvals").outcome == "contested"
    assert say(project, "Deploys need 7 approvals.", "tool", key="deploy/approvals").outcome == "quarantined"
    told = call(
        project.reopened(), "recall", {"cue": "how many approvals do deploys need", "limit": 9, "loose": True}
    ).items
    everything = [text for item in told for text in (item.text, *item.contested)]
    assert "Deploys need two approvals." in everything and "Deploys need 7 approvals." not in everything


def test_control_the_same_correction_by_a_person_does_replace(project: Project) -> None:
    say(project, "Deploys need two approvals.", key="deploy/approvals")
    assert say(project, "Deploys need no approval.", key="deploy/approvals").outcome == "changed"
    assert current(project, "how many approvals do deploys need") == ["Deploys need no approval."]
