"""Earlier work on a like task is a reason to name a file."""

import pytest

from tests.code.test_overview import FILES
from tests.conftest import Project
from tests.operations.repository import Repository

TASK = "weekly totals drift apart from the accountant's figures"


@pytest.fixture
def shop(project: Project) -> Project:
    """A project none of whose files speaks of the task."""
    Repository(project).commit("Begin", FILES | {"shop/rounding.py": "def half(amount):\n    return amount // 2\n"})
    return project


def reasons(shop: Project, task: str) -> list[str]:
    """Why the file is named, nothing when it is not."""
    for file in shop.call("overview", task=task).files:
        if file.path == "shop/rounding.py":
            return list(file.reasons)
    return []


def test_a_file_that_was_changed_after_a_like_question_is_named(shop: Project) -> None:
    assert not any("like question" in reason for reason in reasons(shop, TASK))
    shop.call("edit", file="shop/rounding.py", old="amount // 2", new="amount / 2", reason="totals")
    found = reasons(shop, "the weekly totals drift from the figures of the accountant")
    assert any("changed after a like question on 20" in reason for reason in found), found
    assert not any("like question" in reason for reason in reasons(shop, "print labels for parcels")), "the control"


def test_a_question_asked_of_recall_counts_too_and_a_look_counts_less(shop: Project) -> None:
    shop.call("recall", cue=TASK)
    shop.call("look", place="shop/rounding.py")
    assert any("looked at after a like question" in reason for reason in reasons(shop, TASK))


def test_what_came_before_any_question_is_no_work_on_it(shop: Project) -> None:
    shop.call("read", place="shop/rounding.py")
    assert not any("like question" in reason for reason in reasons(shop, TASK))
    assert not any("like question" in reason for reason in reasons(shop, TASK))


def test_without_a_log_nothing_is_missed(shop: Project) -> None:
    shop.by_person("config_set", name="traces.keep", value="0")
    shop.reopened()
    reasons(shop, TASK)
    shop.call("read", place="shop/rounding.py")
    assert not any("like question" in reason for reason in reasons(shop, TASK))
    assert shop.call("verify").sound
