"""Listing decisions: the page alone is read, and it is the one that reading all of them gives."""

import pytest

from oldhand.reasoning.decision_listing import Wanted, listed
from oldhand.reasoning.decisions import CURRENT, EVER, every
from tests.conftest import Project

DATES = ("2024-05-01", "", "2025-01-01T10:00:00", "2023-12-31", "", "2025-01-01T10:00:00", "1999-01-01")


def some(project: Project) -> list[str]:
    """Decisions of several days, some with a known end, one retired; their ids."""
    names = []
    for number, made in enumerate(DATES):
        more = {"made": made} if made else {}
        one = project.by_person("decision_record", text=f"Решение {number}: use way {number}.", **more)
        names.append(str(one.decision.id))
    project.by_person("decision_resolve", name=names[0], outcome="failed", reason="it was slow")
    project.by_person("decision_resolve", name=names[4], outcome="confirmed", reason="it holds")
    project.by_person("retire", name=names[3])
    return names


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("state", ["", "open", "failed"])
def test_a_page_is_the_one_that_reading_all_of_them_gives(project: Project, whole: bool, state: str) -> None:
    some(project)
    with project.memory.reading() as reader:
        all_of_them = sorted(every(reader, EVER if whole else CURRENT), key=lambda one: (-one.at, one.id))
        lines, states = listed(reader, Wanted(state, every=whole), 100)
        by_words, counted = listed(reader, Wanted(state, agent="person", every=whole), 100)
        assert (lines, states) == (by_words, counted)
        if not state:
            assert [one.id for one in lines] == [one.id for one in all_of_them]
        for most in (0, 1, 3):
            assert listed(reader, Wanted(state, every=whole), most) == (lines[:most], states)
    assert {line.state for line in lines} <= ({state} if state else {"open", "failed", "confirmed"})
    assert len(lines) == sum(states.values()) > 0


def test_how_many_ended_how_counts_those_behind_the_page_too(project: Project) -> None:
    some(project)
    reply = project.call("decision_list", limit=2)
    assert (len(reply.items), reply.total, reply.left_out) == (2, 6, 4)
    assert reply.states == {"open": 4, "confirmed": 1, "failed": 1}
    assert project.call("decision_list", every=True).total == 7
