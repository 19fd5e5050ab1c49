"""A decision that failed is not put before anybody as what holds."""

from oldhand.recall.render import agent_line
from tests.conftest import Project

REDIS = "Use Redis for sessions of the shop"


def decided(project: Project, outcome: str = "") -> str:
    """A decision of a person, and how they say it ended; its id."""
    name = str(project.by_person("decision_record", text=REDIS).decision.id)
    if outcome:
        project.by_person("decision_resolve", name=name, outcome=outcome, reason="sessions were lost")
    return name


def test_recall_marks_it_and_the_briefing_leaves_it_out(project: Project) -> None:
    name = decided(project, "failed")
    (one,) = project.call("recall", cue="redis sessions of the shop").items
    assert (one.id, one.ended) == (name, "failed")
    assert "[FAILED | " in agent_line(one)
    assert REDIS not in "".join(project.call("brief").lines)


def test_one_that_went_well_or_is_open_is_told_as_ever(project: Project) -> None:
    decided(project, "confirmed")
    (one,) = project.call("recall", cue="redis sessions of the shop").items
    assert one.ended == ""
    assert REDIS in "".join(project.call("brief").lines)


def test_a_person_who_says_otherwise_later_brings_it_back(project: Project) -> None:
    name = decided(project, "failed")
    project.by_person("decision_resolve", name=name, outcome="confirmed", reason="it was the proxy", again=True)
    assert project.call("recall", cue="redis sessions of the shop").items[0].ended == ""
    assert REDIS in "".join(project.call("brief").lines)
