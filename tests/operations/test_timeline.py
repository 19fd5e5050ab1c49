"""The operation `timeline`: every version of a question, a memory or a room."""

from typing import Any

import pytest

from oldhand.errors import BadArgument, MissingArgument, UnknownId
from oldhand.operation import call
from oldhand.surfaces.agent_text import rendered
from tests.conftest import Project


def says(project: Project, text: str, trust: str = "user", **more: Any) -> str:
    """The id of what somebody of this trust remembers."""
    before, project.memory.trust = project.memory.trust, trust
    try:
        return str(call(project.memory, "remember", {"text": text, **more}).memories[0].id)
    finally:
        project.memory.trust = before


def told(project: Project, **asked: Any) -> list[tuple[str, str]]:
    """(text, how it ended) of each version."""
    return [(version.text, version.ended) for version in project.call("timeline", **asked).versions]


def test_all_versions_of_a_question_with_their_dates_and_who_said_them(project: Project) -> None:
    says(project, "The office is in Berlin.", key="office", valid_from="2024-01-01")
    says(project, "The office is in Berlin.", key="office")
    says(project, "The office is in Paris.", key="office", valid_from="2025-06-01")
    reply = project.call("timeline", key="office")
    first, second = reply.versions
    assert (first.text, first.ended, first.confirmations) == ("The office is in Berlin.", "replaced", 2)
    assert (first.since[:10], first.place, first.by) == ("2024-01-01", "context/office", second.revision)
    assert (second.text, second.ended, second.until, second.trust) == ("The office is in Paris.", "current", "", "user")
    assert reply.about == "context/office" and not reply.backwards
    text = rendered("timeline", reply)
    assert "2024-01-01 to " in text and "2025-06-01 to now" in text and "said or confirmed 2x" in text


def test_a_memory_is_followed_through_what_superseded_it(project: Project) -> None:
    texts = [f"The billing gateway listens on port {port}." for port in (8080, 8081, 8082)]
    names = [says(project, text) for text in texts]
    for name in names:
        assert told(project, name=name) == [(texts[0], "superseded"), (texts[1], "superseded"), (texts[2], "current")]
    assert project.call("timeline", name=names[0]).versions[0].by == names[1]


def test_how_each_ended_is_told_also_of_what_was_put_away(project: Project) -> None:
    retired = says(project, "Deploys go out on Mondays.", key="deploys")
    project.memory.trust = "user"
    project.call("retire", name=retired, reason="we deploy all week")
    rejected = says(project, "The moon is made of cheese and of milk.", key="moon")
    project.call("reject", name=rejected, reason="it is rock")
    says(project, "The freeze is on in the whole company.", key="freeze", valid_until="2020-01-01")
    says(project, "Tabs are used in the old makefiles.", key="tabs")
    found = {version.place: version for version in project.call("timeline", domain="context").versions}
    assert {place: version.ended for place, version in found.items()} == {
        "context/deploys": "retired", "context/moon": "rejected", "context/freeze": "expired",
        "context/tabs": "current",
    }  # fmt: skip
    assert found["context/deploys"].reason == "we deploy all week" and found["context/moon"].reason == "it is rock"
    project.call("restore", name=retired)
    assert told(project, key="deploys") == [("Deploys go out on Mondays.", "current")]


def test_two_wordings_that_stand_are_both_open(project: Project) -> None:
    says(project, "The cache listens on port 6379.", key="cache")
    says(project, "The cache listens on port 6380.", "agent", key="cache")
    assert [ended for _, ended in told(project, key="cache")] == ["contested", "contested"]


def test_dates_that_run_backwards_are_told_and_named(project: Project) -> None:
    says(project, "The office is in Berlin.", key="office", valid_from="2025-01-01")
    says(project, "The office is in Paris.", key="office", valid_from="2024-01-01")
    says(project, "The canteen is open.", key="canteen", valid_from="2025-05-01", valid_until="2025-01-01")
    reply = project.call("timeline", key="office")
    assert [version.text for version in reply.versions] == ["The office is in Berlin.", "The office is in Paris."]
    assert reply.backwards == 1 and "before the wording it followed" in reply.versions[1].backwards
    assert "Dates run backwards" in rendered("timeline", reply)
    canteen = project.call("timeline", key="canteen").versions[0]
    assert (
        canteen.since[:10] == "2025-05-01"
        and canteen.until[:10] == "2025-01-01"
        and "after its end" in canteen.backwards
    )
    says(project, "The lift works.", key="lift", valid_from="2024-01-01", valid_until="2024-02-01")
    assert not project.call("timeline", key="lift").backwards  # the control


def test_a_moment_in_the_past_knows_no_more_than_was_known(project: Project) -> None:
    says(project, "Порт кэша 6379.", key="порт")
    root = project.call("root").root
    says(project, "Порт кэша 6380.", key="порт")
    assert told(project, key="порт", as_of=root) == [("Порт кэша 6379.", "current")]
    assert len(told(project, key="порт")) == 2


def test_the_limit_keeps_the_latest_and_counts_the_rest(project: Project) -> None:
    for number in range(5):
        says(project, f"The build number is {number} as of the last tag.", key="build")
    reply = project.call("timeline", key="build", limit=2)
    assert [version.text[20:21] for version in reply.versions] == ["3", "4"] and reply.left_out == 3


def test_what_cannot_be_asked_is_refused(project: Project) -> None:
    name = says(project, "A thing is known.")
    for asked in ({}, {"name": name, "key": "x"}, {"name": name, "domain": "context"}):
        with pytest.raises(MissingArgument):
            project.call("timeline", **asked)
    with pytest.raises(BadArgument):
        project.call("timeline", name=name, limit=0)
    with pytest.raises(UnknownId):
        project.call("timeline", key="nothing")
    assert project.call("timeline", domain="decisions").versions == []


def test_circles_of_supersession_end(project: Project) -> None:
    one, other = says(project, "One thing is known."), says(project, "Quite another matter.")
    project.memory.trust = "user"
    project.call("link", source=one, relation="supersedes", target=other)
    project.call("link", source=other, relation="supersedes", target=one)
    assert len(project.call("timeline", name=one).versions) == 2
