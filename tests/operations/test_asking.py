"""search, show, active, rooms, brief, look, status: what the memory holds, listed and counted."""

from typing import Any

import pytest

from oldhand.errors import BadArgument, UnknownId
from tests.conftest import Project
from tests.operations.test_saying import said, told

# -- search ------------------------------------------------------------------------------------------


def words(project: Project, cue: str, **more: Any) -> list[str]:
    """The texts of a search, best first."""
    return [hit.memory.text for hit in project.call("search", words=cue, **more).hits]


def test_search_finds_any_of_the_words_and_what_was_put_away(project: Project) -> None:
    said(project, "Payments are never retried.")
    gone = said(project, "Payments are retried by the gateway.").id
    old = said(project, "The gateway is Stripe.").id
    new = said(project, "The provider is Adyen.").id
    project.call("retire", name=gone)
    project.call("link", source=new, relation="supersedes", target=old)
    assert set(words(project, "payments gateway")) == {
        "Payments are never retried.", "Payments are retried by the gateway.", "The gateway is Stripe.",
    }  # fmt: skip
    assert words(project, "payments gateway", standing="retired") == ["Payments are retried by the gateway."]
    assert words(project, "gateway", standing="superseded") == ["The gateway is Stripe."]
    assert words(project, "zebra") == []


@pytest.mark.parametrize("limit", [0, 1, 5, 100])
def test_search_shows_so_many_and_counts_the_rest(project: Project, limit: int) -> None:
    for number in range(12):
        said(project, f"Payment fact {number}.")
    found = project.call("search", words="payment", limit=limit)
    assert len(found.hits) == min(limit, 12)
    assert len(found.hits) + found.left_out == 12


def test_search_keeps_to_a_room_and_a_kind(project: Project) -> None:
    said(project, "Payments in a room.", domain="tasks")
    said(project, "Payments as a trap.", kind="gotcha")
    assert words(project, "payments", domain="tasks") == ["Payments in a room."]
    assert words(project, "payments", kind="gotcha") == ["Payments as a trap."]


# -- show, active, rooms -----------------------------------------------------------------------------


def test_a_memory_is_shown_with_its_ties_its_wordings_and_on_request_its_history(project: Project) -> None:
    name, other = said(project, "One.").id, said(project, "Two.").id
    project.call("link", source=name, relation="blocks", target=other)
    shown = project.call("show", name=name[:8])
    assert shown.history == [] and len(shown.revisions) == 1
    assert [(edge.source, edge.rel, edge.target) for edge in shown.links] == [(name, "blocks", other)]
    assert [event.op for event in project.call("show", name=name, history=True).history] == ["assert", "link"]
    assert [edge.source for edge in project.call("show", name=other).links] == [name]


def test_a_memory_is_shown_as_it_was_at_a_root(project: Project) -> None:
    name = said(project, "One.").id
    root = project.call("root").root
    project.call("revise", name=name, text="Another.")
    assert project.call("show", name=name, as_of=root[:10]).memory.text == "One."
    assert told(project, name).text == "Another."
    with pytest.raises(UnknownId):
        project.call("show", name=said(project, "Later.").id, as_of=root)


def test_what_is_current_is_listed_most_important_first(project: Project) -> None:
    low, high, middle = (said(project, f"{n}.", priority=p).id for n, p in (("Low", -5), ("High", 50), ("Middle", 0)))
    listed = project.call("active")
    assert [item.id for item in listed.items] == [high, middle, low]
    pages = [project.call("active", limit=1, offset=number).items for number in range(4)]
    assert [item.id for page in pages for item in page] == [high, middle, low]
    assert listed.total == 3


def test_what_is_listed_can_be_narrowed_to_room_kind_tag_and_standing(project: Project) -> None:
    one = said(project, "One.", domain="tasks", kind="gotcha", tags=["Ünïcode"]).id
    said(project, "Two.")
    for narrow in ({"domain": "TASKS"}, {"kind": "gotcha"}, {"tag": "ÜNÏCODE"}):
        assert [item.id for item in project.call("active", **narrow).items] == [one]
        assert project.call("active", **narrow).total == 1
    project.call("retire", name=one)
    assert [item.id for item in project.call("active", standing="retired").items] == [one]
    assert project.call("active").total == 1
    with pytest.raises(BadArgument, match="it is one of"):
        project.call("active", standing="rejected")


def test_rooms_count_what_they_hold(project: Project) -> None:
    said(project, "One.", domain="tasks")
    gone = said(project, "Two.", domain="tasks").id
    said(project, "Three.", domain="Keller")
    project.call("retire", name=gone)
    assert {room.domain: (room.current, room.standings) for room in project.call("rooms").rooms} == {
        "tasks": (1, {"active": 1, "retired": 1}), "keller": (1, {"active": 1}),
    }  # fmt: skip


# -- brief, look, status -----------------------------------------------------------------------------


def test_a_briefing_begins_with_what_matters_and_stays_the_same(project: Project) -> None:
    said(project, "A plain claim.")
    said(project, "We chose Postgres.", kind="decision", priority=10)
    said(project, "Deploys fail on Fridays.", kind="gotcha")
    first = project.call("brief")
    assert first.lines[0].startswith("DECISIONS:") and "We chose Postgres." in first.lines[0]
    assert (first.shown, first.memories) == (3, 3)
    assert project.reopened() and project.call("brief") == first
    assert project.call("brief", budget_tokens=50).shown < 3
    assert project.call("brief", domain="tasks").lines == []


def test_a_place_tells_what_is_tied_to_it(project: Project) -> None:
    (project.root / "src").mkdir()
    (project.root / "src" / "a.py").write_text("one\ntwo\nthree\n", "utf-8")
    whole = said(project, "About the file.", anchors=["src/a.py"]).id
    lines = said(project, "About two lines.", anchors=["src/a.py:2-3"]).id
    said(project, "About another file.", anchors=["src/b.py"])

    def at(place: str) -> set[str]:
        return {item.id for item in project.call("look", place=place).items}

    assert at("src/a.py") == {whole, lines} == at("./src/a.py") == at(str(project.root / "src" / "a.py"))
    assert at("src/a.py:1") == {whole}
    assert at("src/a.py:3-9") == {whole, lines}
    assert len(at("src")) == 3 and at("src/c.py") == set()
    assert project.call("look", place="src/a.py", limit=1).left_out == 1
    project.call("retire", name=whole)
    assert at("src/a.py") == {lines}


def test_status_counts_and_says_what_deserves_attention(project: Project) -> None:
    assert any("nothing is remembered yet" in signal for signal in project.call("status").signals)
    name = said(project, "One.", kind="gotcha").id
    said(project, "Two.")
    project.call("dispute", name=name)
    status = project.call("status")
    assert (status.memories, status.standings, status.kinds) == (
        2,
        {"active": 1, "contested": 1},
        {"claim": 1, "gotcha": 1},
    )
    assert (status.project, status.folder, status.events, status.replicas) == ("project", str(project.root), 3, 1)
    assert any("1 contested" in signal for signal in status.signals)
    assert status.root == project.call("root").root
