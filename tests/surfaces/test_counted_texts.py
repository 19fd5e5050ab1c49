"""What replies about decisions say of numbers: one is no plural, and a page of nothing says how many there are."""

import re

import pytest

from oldhand.surfaces.agent_text import rendered
from oldhand.surfaces.counting import agreeing, many
from tests.conftest import Project
from tests.contract.command import inside

# `1 outcomes`, `1 of them are`; a share such as `1 of 1 decisions` is none of them.
_WRONG = re.compile(
    r"(?<![\w.,:#/-])1 (?:(?:more )?(?!(?:is|was|has|waits)\b|times the\b)\w+s"
    r"|(?:of them|more) (?:are|were|have|hold))\b"
)
LISTS = ("decision_list", "negative_list", "causal_assumptions", "plan_list", "chain_list")
OTHERS = (
    "calibration_show", "calibration_plot", "calibration_drift", "calibration_hints", "safety_checks", "safety_log",
    "skill_list", "causal_rituals", "causal_calibrate", "plan_accuracy", "review", "outcomes_list",
)  # fmt: skip
NOTHING = re.compile(r"^(?:No |None |Nothing )", re.MULTILINE)


@pytest.fixture
def one_of_each(project: Project) -> Project:
    """A project with one decision of each sort of reply: sure, ended, resting on something, tried, planned."""
    said = {"confidence": "80%", "assumptions": ["Nodes restart once a year"], "predicted": "half the requests"}
    name = project.by_person("decision_record", text="Keep sessions in Memcached", **said).decision.id
    project.by_person("decision_resolve", name=name, outcome="failed", reason="users were logged out")
    project.by_person("negative_record", text="Poll the feed hourly", conclusion="it was late")
    project.by_person("plan_record", text="Move sessions to Redis", steps=["Write the client"])
    project.by_person("chain_create", name="sessions", names=[name])
    return project


def replies(project: Project, names: tuple[str, ...], **more: object) -> dict[str, str]:
    """What an agent reads of each."""
    return {name: rendered(name, project.call(name, **more)) for name in names}


def test_one_is_no_plural(one_of_each: Project) -> None:
    told = replies(one_of_each, (*LISTS, *OTHERS))
    told["decision_export"] = rendered("decision_export", one_of_each.call("decision_export", to="adr"))
    assert {name: found[0] for name, text in told.items() if (found := _WRONG.search(text))} == {}
    assert "1 outcome of stated confidence" in told["calibration_show"]
    assert "1 decision: 1 failed" in told["decision_list"]


@pytest.mark.parametrize("name", LISTS)
def test_a_page_of_nothing_tells_how_many_there_are(one_of_each: Project, name: str) -> None:
    reply = one_of_each.call(name, limit=0)
    text = rendered(name, reply)
    assert reply.left_out == 1 and not reply.items
    assert not NOTHING.search(text) and re.search(r"\b1\b", text), text


@pytest.mark.parametrize("name", LISTS)
def test_where_there_is_nothing_that_is_said(project: Project, name: str) -> None:
    assert NOTHING.search(rendered(name, project.call(name)))


def test_a_terminal_is_told_the_same(one_of_each: Project) -> None:
    ran = inside(one_of_each.root, one_of_each.home, "decision", "list", "--limit", "0")
    assert ran.code == 0 and ran.out.startswith("1 decision: 1 failed; 1 more (--limit).")


@pytest.mark.parametrize(("count", "said"), [(0, "0 outcomes"), (1, "1 outcome"), (1_200, "1,200 outcomes")])
def test_a_count_has_its_noun(count: int, said: str) -> None:
    assert many(count, "outcome") == said


def test_a_count_has_the_word_that_agrees() -> None:
    assert [agreeing(count, "was", "were") for count in (0, 1, 2)] == ["0 were", "1 was", "2 were"]
