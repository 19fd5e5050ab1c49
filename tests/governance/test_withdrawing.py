"""Withdrawing a source: all that came from it loses its weight, nothing else does, and it can be given back."""

from collections.abc import Callable
from typing import Any

import pytest

from oldhand.errors import BadArgument, Refused
from oldhand.knowledge import withdrawing
from oldhand.knowledge.trusting import counted, may_open
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.store.shelf import EVERYTHING
from tests.conftest import Project
from tests.governance.test_lineage import made, said

PAGE = "https://docs.example/page"


def voice(project: Project, trust: str = "user", actor: str = "user", origin: str = "cli") -> Memory:
    """A memory spoken to by somebody."""
    return Memory(project.root, project.home, actor=actor, trust=trust, origin=origin, surface="cli")


def stands(project: Project, name: str) -> tuple[str, str]:
    """(standing, text) of a memory."""
    told = call(project.reopened(), "show", {"name": name}).memory
    return told.standing, told.text


def state(project: Project) -> dict[str, tuple[str, str, dict[str, int]]]:
    """How every memory stands, what it says and who counts for it."""
    with project.reopened().reading() as reader:
        held = list(reader.memories(EVERYTHING))
    return {one.id: (one.standing, one.text, counted(one.record)) for one in held if one.standing != "awaited"}


def revoke(project: Project, origin: str, **more: Any) -> Any:
    """Run `revoke` as a person."""
    with voice(project) as memory:
        return call(memory, "revoke", {"origin": origin, **more})


@pytest.fixture
def mixed(project: Project) -> tuple[Project, dict[str, str]]:
    """Memories of several sources; bob's are the ones to be withdrawn."""
    names = {"person": said(project, "Postgres listens on 5432.", key="db/port")}
    with voice(project, actor="bob") as bob:
        names["alone"] = call(bob, "remember", {"text": "Redis holds the carts of the shop."}).memories[0].id
        call(bob, "remember", {"text": "Postgres listens on 5433.", "key": "db/port"})
    names["both"] = said(project, "Deploys go out on Mondays.")
    with voice(project, actor="bob") as bob:
        call(bob, "confirm", {"name": names["both"]})
        call(bob, "confirm", {"name": names["both"]})
    names["page"] = said(project, "The gateway times out after 30 s.", source=PAGE)
    with voice(project, actor="bob") as bob:
        call(bob, "confirm", {"name": names["page"]})
    names["made"] = made(project, "Carts: kept in Redis, it is said.", [names["alone"]])
    names["above"] = made(project, "All about carts, in one line.", [names["made"], names["both"]])
    names["apart"] = made(project, "Deploys and the gateway, in one line.", [names["both"]])
    return project, names


def test_what_came_from_it_waits_or_gives_way_and_nothing_else_changes(mixed: tuple[Project, dict[str, str]]) -> None:
    project, names = mixed
    before = state(project)
    done = revoke(project, "bob")
    assert (done.quarantined, done.put_back, done.derived) == (1, 1, 2)
    assert stands(project, names["alone"])[0] == "quarantined"
    assert stands(project, names["person"]) == ("active", "Postgres listens on 5432.")
    assert stands(project, names["made"])[0] == stands(project, names["above"])[0] == "quarantined"
    after = state(project)
    assert after[names["both"]] == ("active", "Deploys go out on Mondays.", {"user": 1})
    assert after[names["apart"]] == before[names["apart"]]
    assert {one.id for one in done.memories} == {
        names[key] for key in ("alone", "person", "made", "above", "both", "page")
    }


def test_its_confirmations_open_no_session_any_more(mixed: tuple[Project, dict[str, str]]) -> None:
    project, names = mixed
    with project.reopened().reading() as reader:
        assert may_open(reader.get(names["page"]))
    revoke(project, "bob")
    with project.reopened().reading() as reader:
        assert not may_open(reader.get(names["page"]))
        assert reader.get(names["both"]).confirmations == 1


def test_twice_is_once_and_a_rehearsal_changes_nothing(mixed: tuple[Project, dict[str, str]]) -> None:
    project, _ = mixed
    root = call(project.reopened(), "root", {}).root
    rehearsed = revoke(project, "bob", dry_run=True)
    assert call(project.reopened(), "root", {}).root == root
    done = revoke(project, "bob")
    assert rehearsed[3:9] == done[3:9] and done.outcome == "withdrawn"
    again = revoke(project, "bob")
    assert again.outcome == "already" and again.root == done.root and not again.memories


def test_giving_back_brings_everything_back(mixed: tuple[Project, dict[str, str]]) -> None:
    project, names = mixed
    before = state(project)
    revoke(project, "bob")
    assert state(project) != before
    with voice(project, actor="bob") as bob:
        later = call(bob, "remember", {"text": "Said while withdrawn."}).memories[0]
    assert later.outcome == "quarantined"
    done = revoke(project, "bob", undo=True)
    assert done.outcome == "given_back"
    after = state(project)
    assert after.pop(later.id)[0] == "active"
    assert after == before
    assert stands(project, names["person"])[1] == "Postgres listens on 5433."
    with pytest.raises(Refused):
        revoke(project, "bob", undo=True)
    assert revoke(project, "bob").put_back == 1  # and it can be withdrawn anew


def test_what_it_says_or_confirms_later_counts_for_nothing(mixed: tuple[Project, dict[str, str]]) -> None:
    project, names = mixed
    revoke(project, "bob")
    with voice(project, actor="bob") as bob:
        call(bob, "confirm", {"name": names["page"]})
        reply = call(bob, "remember", {"text": "Postgres listens on 9999.", "key": "db/port"}).memories[0]
    assert reply.outcome == "quarantined" and stands(project, names["person"])[1] == "Postgres listens on 5432."
    with project.reopened().reading() as reader:
        assert not may_open(reader.get(names["page"]))


def test_what_gave_way_is_not_told_as_what_was_there_before(mixed: tuple[Project, dict[str, str]]) -> None:
    project, _ = mixed
    revoke(project, "bob")
    told = str(call(project.reopened(), "recall", {"cue": "which port does Postgres listen on", "limit": 9}))
    assert "5432" in told and "5433" not in told
    revoke(project, "bob", undo=True)
    told = str(call(project.reopened(), "recall", {"cue": "which port does Postgres listen on", "limit": 9}))
    assert "5433" in told and "5432" in told  # the control: what was replaced by saying so is told


def test_words_that_others_said_too_stay(project: Project) -> None:
    name = said(project, "Deploys go out on Mondays.", source=PAGE)
    said(project, "Deploys go out on Mondays.")
    with voice(project, actor="eve", trust="agent") as eve:
        call(eve, "revise", {"name": name, "text": "Deploys go out on Fridays."})
    revoke(project, PAGE)
    assert "Deploys go out on Mondays." in {
        stands(project, name)[1],
        *call(project.reopened(), "show", {"name": name}).memory.contested,
    }
    assert stands(project, name)[0] != "quarantined"


@pytest.mark.parametrize(("name", "source", "is_one"), [
    ("https://a.example/x", "https://a.example", True), ("https://a.example.org/x", "https://a.example", False),
    ("https://a.example", "https://a.example", True), ("https://a.examples", "https://a.example", False),
    ("import:mem0:x.json:3", "import:mem0", True), ("import:mem0:x.json#t:3", "import:mem0:x.json", True),
    ("import:mem01", "import:mem0", False), ("tool:lint", "tool:", True), ("mcp", "m", False),
    ("repo:docs/a.md", "repo:docs/", True),
    ("agent:claude", "agent", True), ("cli", "clip", False),
])  # fmt: skip
def test_a_source_is_a_whole_part_of_a_name(name: str, source: str, is_one: bool) -> None:
    assert withdrawing.is_from(name, source) is is_one


def test_nobody_withdraws_what_is_believed_more_than_they_are(project: Project) -> None:
    person, agent = said(project, "Deploys go out on Mondays."), said(project, "Redis holds the carts.", "agent")
    with voice(project, trust="agent", actor="agent") as eve, pytest.raises(Refused, match="how you speak yourself"):
        call(eve, "revoke", {"origin": "cli"})
    mcp = voice(project, trust="agent", actor="agent", origin="mcp")
    with mcp as eve, pytest.raises(Refused, match="trusted more than they are"):
        call(eve, "revoke", {"origin": "cli"})  # a person speaks from there too
    assert stands(project, person)[0] == stands(project, agent)[0] == "active"
    with voice(project, trust="agent", actor="bot") as bot:
        agent = call(bot, "remember", {"text": "Kafka carries the events."}).memories[0].id
    with voice(project, trust="agent", actor="eve", origin="mcp") as eve:
        assert call(eve, "revoke", {"origin": "bot"}).quarantined == 1
        assert call(eve, "remember", {"text": "Said by another agent."}).memories[0].outcome == "remembered"
    assert stands(project, person)[0] == "active" and stands(project, agent)[0] == "quarantined"
    assert stands(project, said(project, "The person goes on speaking."))[0] == "active"
    with voice(project, actor="carol", origin="http") as carol:
        call(carol, "revoke", {"origin": "user"})
    with voice(project, trust="agent", actor="agent") as eve, pytest.raises(Refused):
        call(eve, "revoke", {"origin": "user", "undo": True})
    assert stands(project, person)[0] == "quarantined"


def test_a_replica_is_a_source_and_the_record_travels(project: Project, make_project: Callable[[str], Project]) -> None:
    theirs = make_project("theirs")
    name = said(theirs, "Kafka carries the events of the shop.")
    with theirs.reopened().reading() as reader:
        replica = next(name for name, own, _ in reader.replicas() if own)
    with voice(theirs) as memory:
        call(memory, "export", {"file": "export.jsonl"})
    (project.root / "export.jsonl").write_bytes((theirs.root / "export.jsonl").read_bytes())
    said(project, "Something of our own.")
    with voice(project) as memory:
        call(memory, "import", {"file": "export.jsonl"})
    assert revoke(project, replica).quarantined == 1 and stands(project, name)[0] == "quarantined"
    with voice(project) as memory:
        call(memory, "export", {"file": "back.jsonl"})
    (theirs.root / "back.jsonl").write_bytes((project.root / "back.jsonl").read_bytes())
    with voice(theirs) as memory:
        call(memory, "import", {"file": "back.jsonl"})
        assert [one.origin for one in call(memory, "revoke", {}).withdrawn] == [replica]
        reply = call(memory, "remember", {"text": "Said on the withdrawn replica."}).memories[0]
    assert reply.outcome == "quarantined"


def test_what_an_import_brings_of_a_withdrawn_source_waits_too(
    project: Project, make_project: Callable[[str], Project]
) -> None:
    theirs = make_project("theirs")
    with voice(theirs, actor="bob") as bob:
        name = call(bob, "remember", {"text": "Kafka carries the events of the shop."}).memories[0].id
        call(bob, "export", {"file": "export.jsonl"})
    (project.root / "export.jsonl").write_bytes((theirs.root / "export.jsonl").read_bytes())
    said(project, "Something of our own.")
    revoke(project, "bob")
    with voice(project) as memory:
        done = call(memory, "import", {"file": "export.jsonl"})
    assert stands(project, name)[0] == "quarantined"
    assert call(project.reopened(), "root", {}).root == done.root


def test_rebuilding_gives_the_same_root(mixed: tuple[Project, dict[str, str]]) -> None:
    project, _ = mixed
    root = revoke(project, "bob").root
    assert call(project.reopened(), "rebuild", {}).root == root
    assert call(project.reopened(), "verify", {}).sound


@pytest.mark.parametrize("bad", ["\x1b[2J", "a\nb", "x" * 501])
def test_what_is_no_source_is_refused(project: Project, bad: str) -> None:
    with pytest.raises(BadArgument):
        revoke(project, bad)


def test_control_without_following_descent_what_was_made_from_it_would_stay(
    mixed: tuple[Project, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, names = mixed
    monkeypatch.setattr(withdrawing, "made_from", lambda *_: [])
    revoke(project, "bob")
    assert stands(project, names["made"])[0] == "active"


@pytest.mark.parametrize("own", ["cli", "user"])
def test_nobody_silences_themselves_by_naming_their_own_way_in(project: Project, own: str) -> None:
    name = said(project, "Deploys go out on Mondays.")
    with pytest.raises(Refused, match="oldhand provenance"):
        revoke(project, own)
    assert stands(project, name)[0] == "active"
    assert stands(project, said(project, "The person goes on speaking."))[0] == "active"


def test_a_closer_origin_of_ones_own_and_the_way_back_are_open(project: Project) -> None:
    with voice(project, actor="agent:claude", trust="agent", origin="mcp:notes") as memory:
        name = call(memory, "remember", {"text": "Kafka carries the events."}).memories[0].id
        assert call(memory, "revoke", {"origin": "mcp:notes"}).quarantined == 1
        assert call(memory, "revoke", {"origin": "mcp:notes", "undo": True}).lifted == 1
    with voice(project, actor="carol", origin="http") as carol:
        call(carol, "revoke", {"origin": "cli"})
    with voice(project) as memory:
        assert call(memory, "revoke", {"origin": "cli", "undo": True}).outcome == "given_back"
    assert stands(project, name)[0] == "active"
