"""Asking a graph in FalkorDB: questions in Cypher, what they may not do, and a server that is away."""

import io
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oldhand.errors import (
    AlreadyThere,
    BadCypher,
    BadGraphAddress,
    GraphAway,
    NotAttached,
    QueryStopped,
    Refused,
    WritingQuery,
)
from oldhand.graph.falkordb import attachment as attachments
from oldhand.graph.falkordb.literals import literal
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.surfaces import agent_text
from oldhand.surfaces.cli.render import render
from oldhand.surfaces.cli.screen import Screen
from tests.conftest import Project
from tests.falkordb.graphs import NASTY, graph_of, grown, same
from tests.falkordb.servers import Server, needs_falkordb
from tests.hostile.corpus import COMMON, corpus
from tests.hostile.looks import controls

ENDLESS = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(a * b)"


def test_nothing_is_asked_where_nothing_is_attached(project: Project) -> None:
    for name, arguments in (("graph_sync", {}), ("graph_query", {"query": "RETURN 1"})):
        with pytest.raises(NotAttached, match="graph attach"):
            project.call(name, **arguments)
    assert project.call("graph_detach").place == ""
    assert attachments.state_of(project.memory) == attachments.NONE


def test_only_a_person_sends_texts_to_a_server(project: Project) -> None:
    with pytest.raises(Refused, match="a person does that"):
        project.call("graph_attach", target="falkordb://127.0.0.1:1/x")
    with pytest.raises(BadGraphAddress, match="--plain"):
        project.by_person("graph_attach", target="falkordb://graph.example.com/x", dry_run=True)
    for target in ("falkordb://graph.example.com/x", "falkordbs://graph.example.com/x"):
        assert project.by_person("graph_attach", target=target, plain=True, dry_run=True).graph == "x"


def test_a_projects_own_folder_attaches_nothing(project: Project) -> None:
    """A folder that somebody sends decides nothing: the note is the person's."""
    project.call("remember", text="One")
    assert attachments.file_of(project.home, project.folder).parent == project.home / "graphs"
    (project.folder / "graphs").mkdir()
    note = attachments.file_of(project.home, project.folder).name
    (project.folder / "graphs" / note).write_text(json.dumps({"store": str(project.folder)}), "utf-8")
    with pytest.raises(NotAttached):
        project.call("graph_sync")


@needs_falkordb
def test_a_question_brings_the_graph_up_to_date(attached: Project) -> None:
    assert attached.call("graph_query", query="MATCH (n:Memory) RETURN count(n)").rows == [[0]]
    attached.call("remember", text="One more", kind="gotcha")
    found = attached.call("graph_query", query="MATCH (n:Gotcha) RETURN n.text AS said, n")
    assert found.columns == ["said", "n"] and found.rows[0][0] == "One more" and found.behind == 0
    assert found.rows[0][1]["labels"] == ["Memory", "Gotcha"]
    assert found.rows[0][1]["properties"]["kind"] == "gotcha"


@needs_falkordb
def test_parameters_reach_the_query_as_they_are(attached: Project) -> None:
    for number, said in enumerate((*NASTY, *corpus(COMMON))):
        if "\0" in said or any("\ud800" <= one <= "\udfff" for one in said) or len(said) > 4000:
            continue
        found = attached.call("graph_query", query="RETURN $said AS said", param=[f"said={json.dumps(said)}"])
        assert found.rows == [[said]], number
    found = attached.call("graph_query", query="RETURN $a, $b, $c", param=['a=[1,{"k":null}]', "b=true", "c=x=y"])
    assert found.rows == [[[1, {"k": None}], True, "x=y"]]


@needs_falkordb
@pytest.mark.parametrize(
    "query",
    [
        "CREATE (:X)", "MATCH (n) DETACH DELETE n", "MATCH (n) SET n.text = ''", "MERGE (:X)",
        "CREATE INDEX FOR (n:X) ON (n.a)", "CALL db.idx.fulltext.createNodeIndex('X', 'a')", "MATCH (n) REMOVE n.text",
    ],
)  # fmt: skip
def test_a_query_that_writes_is_refused(attached: Project, server: Server, query: str) -> None:
    grown(attached, 3)
    with pytest.raises(WritingQuery, match="--write"):
        attached.call("graph_query", query=query)
    assert same(attached, server)


@needs_falkordb
def test_a_person_may_write_and_is_told_what_becomes_of_it(attached: Project, server: Server) -> None:
    grown(attached, 3)
    with pytest.raises(Refused, match="Only a person"):
        attached.call("graph_query", query="CREATE (:X)", write=True)
    found = attached.by_person("graph_query", query="CREATE (x:X {a: 1}) RETURN x.a", write=True)
    assert found.rows == [[1]] and found.wrote and "rebuild" in found.notes[-1]
    attached.call("graph_sync", rebuild=True)
    assert same(attached, server)


@needs_falkordb
def test_a_query_that_runs_forever_is_stopped(attached: Project) -> None:
    began = time.monotonic()
    with pytest.raises(QueryStopped, match="1 seconds"):
        attached.call("graph_query", query=ENDLESS, seconds=1)
    assert time.monotonic() - began < 10
    assert attached.call("graph_query", query="RETURN 1").rows == [[1]]  # the next one meets no late answer


@needs_falkordb
@pytest.mark.parametrize("query", ["MATCH (", "RETURN", "RETURN 1; RETURN 2", "RETURN nothing", "CALL no.such()"])
def test_what_is_no_query_is_told(attached: Project, query: str) -> None:
    with pytest.raises(BadCypher):
        attached.call("graph_query", query=query)


@needs_falkordb
def test_an_answer_is_bounded(attached: Project) -> None:
    found = attached.call("graph_query", query="UNWIND range(1, 5000) AS i RETURN i", limit=3)
    assert found.rows == [[1], [2], [3]] and found.left_out == 4997
    found = attached.call("graph_query", query="RETURN $t, range(1, 5000)", param=[f"t={'x' * 9000}"])
    assert len(found.rows[0][0]) == 4001 and len(found.rows[0][1]) == 1001


@needs_falkordb
def test_answers_read_well_and_show_no_control_characters(attached: Project) -> None:
    ids = grown(attached, len(NASTY))
    attached.by_person("link", source=ids[0], relation="blocks", target=ids[1])
    asked = "MATCH p = (a)-[r:BLOCKS]->(b) RETURN a, r, p, b.text, [1, 'x'], {k: null}, 0.5, true, null"
    found = attached.call("graph_query", query=asked)
    lines = on_terminal(found, 60)
    agents = agent_text.rendered("graph_query", found)
    for said in (lines, agents):
        assert ids[0][:12] in said and "BLOCKS" in said and not controls(said)
    everything = attached.call("graph_query", query="MATCH (n) RETURN n.text, n")
    assert not controls(on_terminal(everything, 40))


def on_terminal(reply: Any, width: int) -> str:
    """A reply as a terminal of so many columns shows it."""
    screen = Screen(io.StringIO(), io.StringIO())
    screen.width, screen.terminal = width, True
    return render(screen, "graph_query", reply)


def test_a_server_that_is_away_is_told_at_once_and_nothing_else_suffers(project: Project) -> None:
    pytest.importorskip("falkordb")
    began = time.monotonic()
    with pytest.raises(GraphAway, match="Connection refused"):
        project.by_person("graph_attach", target="falkordb://127.0.0.1:1/shop")
    assert time.monotonic() - began < 3
    assert not attachments.state_of(project.memory).attached


@needs_falkordb
def test_what_is_remembered_goes_on_while_the_server_is_away(
    make_project: Callable[[str], Project], own_server: Server
) -> None:
    project = make_project("project")
    project.by_person("graph_attach", target=f"{own_server.url}/shop")
    name = grown(project, 5)[0]
    project.call("graph_sync")
    assert project.call("graph_health").projection == "ok"
    project.call("remember", text="One more")
    assert project.call("graph_health").projection == "behind"
    own_server.kill()
    for operation, arguments in (("graph_sync", {}), ("graph_query", {"query": "RETURN 1"})):
        began = time.monotonic()
        with pytest.raises(GraphAway) as caught:
            project.call(operation, **arguments)
        assert caught.value.exit_code == 13 and time.monotonic() - began < 3
    health = project.call("graph_health")
    assert health.projection == "away" and "refused" in health.projection_detail and "sync" in health.projection_next
    part = next(one for one in project.call("health").components if one.component == "graph in FalkorDB")
    assert part.state == "degraded" and part.next_step
    assert project.call("recall", cue="Memory 0.3").items and project.call("remember", text="Two more").memories
    left = project.by_person("forget", names=[name], yes=True).left
    assert any("graph sync" in one for one in left)  # told that the server holds it still
    own_server.start()
    assert project.call("graph_sync").complete and same(project, own_server)
    assert graph_of(project, own_server).read("MATCH (n {id: $id}) RETURN n", {"id": literal(name)}).rows == []
    assert project.call("graph_health").projection == "ok"
    assert not project.by_person("forget", names=[name], yes=True).left


@needs_falkordb
def test_a_password_comes_from_the_environment_and_stands_nowhere(
    make_project: Callable[[str], Project], tmp_path: Path
) -> None:
    secret = "correct-horse" + "-" + "battery-99"
    server = Server(tmp_path / "falkordb", secret)
    server.start()
    try:
        project = make_project("project")
        grown(project, 3)
        for environment in ({}, {"OLDHAND_GRAPH_PASSWORD": "wrong" + "-one"}):
            with (
                _person(project, environment) as memory,
                pytest.raises(GraphAway, match="OLDHAND_GRAPH_PASSWORD") as caught,
            ):
                call(memory, "graph_attach", {"target": f"{server.url}/shop"})
            assert secret not in str(caught.value)
        with _person(project, {"OLDHAND_GRAPH_PASSWORD": secret}) as memory:
            replies = [
                call(memory, "graph_attach", {"target": f"{server.url}/shop"}),
                call(memory, "graph_sync", {}),
                call(memory, "graph_query", {"query": "MATCH (n:Memory) RETURN count(n)"}),
                call(memory, "graph_health", {}),
            ]
        assert replies[2].rows == [[3]] and secret not in str(replies)
        held = [one for one in (*project.folder.rglob("*"), *project.home.rglob("*")) if one.is_file()]
        assert held and not [one for one in held if secret.encode() in one.read_bytes()]
    finally:
        server.kill()


def _person(project: Project, environment: dict[str, str]) -> Memory:
    return Memory(project.root, project.home, actor="user", trust="user", origin="cli", environment=environment)


@needs_falkordb
def test_another_attachment_needs_the_first_to_end(attached: Project, server: Server) -> None:
    assert attached.by_person("graph_attach", target=f"{server.url}/shop").found
    with pytest.raises(AlreadyThere, match="graph detach"):
        attached.by_person("graph_attach", target=f"{server.url}/other")
    grown(attached, 3)
    attached.call("graph_sync")
    assert "stay in" in attached.call("graph_detach").left
    assert server.connected().names() == ["shop"]
    assert attached.by_person("graph_attach", target=f"{server.url}/shop").found  # it is known as this memory's
    assert not attached.call("graph_sync").filled
    assert attached.call("graph_detach", drop=True).dropped and server.connected().names() == []


@needs_falkordb
def test_a_global_memory_has_a_graph_of_its_own(project: Project, server: Server) -> None:
    project.by_person("remember", text="Tabs, not spaces", scope="global")
    project.by_person("graph_attach", target=f"{server.url}/mine", scope="global")
    asked = {"query": "MATCH (n:Memory) RETURN n.text"}
    assert project.call("graph_query", scope="global", **asked).rows == [["Tabs, not spaces"]]
    with pytest.raises(NotAttached):
        project.call("graph_query", **asked)
