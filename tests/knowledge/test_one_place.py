"""Statements that are tied to one place: it brings together what disagrees, and contests nothing by itself."""

from tests.conftest import Project
from tests.knowledge.test_contradiction import says

ABOUT_ONE_FILE = (
    "Carts are never stored in cookies.", "Carts use integer cents", "Carts expire after 30 days",
    "Корзины живут 30 дней.", "Корзины хранятся в Redis.", "Carts must not call the ledger.",
)  # fmt: skip


def test_a_place_in_common_brings_rivals_together(project: Project) -> None:
    (project.root / "pay.py").write_text("RETRIES = 3\n")
    says(project, "user", "Payments are retried 3 times by the client.", anchors=["pay.py:1"])
    reply = says(project, "user", "Payments are retried 5 times by the client.", anchors=["pay.py:1"])
    assert reply.outcome == "changed"


def test_different_things_that_are_said_of_one_file_do_not_contest_each_other(project: Project) -> None:
    (project.root / "cart.py").write_text("x = 1\n")
    for text in ABOUT_ONE_FILE:
        reply = says(project, "user", text, anchors=["cart.py"])
        assert reply.outcome == "remembered", text
    assert not project.call("review").items


def test_what_denies_another_word_for_word_is_contested_at_one_place_too(project: Project) -> None:
    """The control of the test above: the place alone contests nothing, and hides nothing."""
    (project.root / "cart.py").write_text("x = 1\n")
    says(project, "user", "Carts are stored in cookies.", anchors=["cart.py"])
    reply = says(project, "agent", "Carts are never stored in cookies.", anchors=["cart.py"])
    assert reply.outcome == "contested"
