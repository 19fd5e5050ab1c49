"""A graph in FalkorDB follows the store: every change, in any order of arrival, as often as one likes."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from oldhand.errors import ForeignGraph, GraphUnusable, Refused
from oldhand.graph.falkordb import attachment as attachments
from oldhand.graph.falkordb import cursor as cursors
from oldhand.graph.falkordb.literals import literal
from oldhand.graph.falkordb.projection import Projection, Synced
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.store.pending import NOWHERE
from tests.conftest import Project
from tests.falkordb.graphs import differing, graph_of, grown, same, shown
from tests.falkordb.servers import Server, needs_falkordb

pytestmark = needs_falkordb


def projected(project: Project, server: Server, seconds: float = 600.0, model: str = "") -> Synced:
    """Bring the graph up to date without the operation around it."""
    found = attachments.needed(project.home, project.folder)
    return Projection(project.store, graph_of(project, server), found, model).brought(seconds)


def test_a_graph_shows_what_the_store_says(attached: Project, server: Server) -> None:
    grown(attached, 80)
    done = attached.call("graph_sync", check=True)
    assert done.complete and done.filled and done.checked and not done.differences and done.nodes == 80
    assert same(attached, server)


def test_a_missing_node_edge_or_property_would_be_seen(attached: Project, server: Server) -> None:
    grown(attached, 20)
    attached.call("graph_sync")
    graph = graph_of(attached, server)
    graph.write("MATCH (n:Memory) WITH n LIMIT 1 SET n.text = 'other'")
    assert len(differing(attached, server)) == 1
    graph.write("MATCH ()-[r]->() WITH r LIMIT 1 DELETE r")
    assert len(differing(attached, server)) == 2
    graph.write("CREATE (:Memory {id: 'x'}), (:Stray)")
    assert len(differing(attached, server)) == 4
    assert attached.call("graph_sync", check=True).differences == 4  # what it did not write itself it does not see ...
    assert attached.call("graph_sync", rebuild=True, check=True).differences == 0  # ... until it is filled anew


def test_every_change_is_followed(attached: Project, server: Server) -> None:
    ids = grown(attached, 12)
    attached.call("graph_sync")
    steps: list[Callable[[], object]] = [
        lambda: attached.call("remember", text="A new one", kind="gotcha"),
        lambda: attached.by_person("revise", name=ids[0], text="Said otherwise"),
        lambda: attached.by_person("retire", name=ids[1], reason="old"),
        lambda: attached.by_person("restore", name=ids[1]),
        lambda: attached.by_person("reject", name=ids[2], reason="wrong"),
        lambda: attached.by_person("restore", name=ids[2]),  # its edges, those that lead to it too, come back
        lambda: attached.by_person("link", source=ids[3], relation="supersedes", target=ids[4]),
        lambda: attached.by_person("unlink", source=ids[3], relation="supersedes", target=ids[4]),
        lambda: attached.by_person("link", source=ids[5], relation="contradicts", target=ids[6]),
        lambda: attached.by_person("confirm", name=ids[7]),
        lambda: attached.by_person("forget", names=[ids[8]], yes=True),
        lambda: grown(attached, 5, seed=1),
    ]
    for step in steps:
        step()
        ours, theirs = shown(attached, server)
        unlike = ours != theirs or differing(attached, server) != []
        done = attached.call("graph_sync")
        assert done.complete and not done.filled and done.events > 0 and same(attached, server)
        assert unlike or step in (
            steps[9],
            steps[10],
        )  # the control: a confirmation is no change; forgetting came there


def test_what_is_forgotten_is_in_the_graph_no_more(attached: Project, server: Server) -> None:
    name = attached.by_person("remember", text="The tortoise wears a velvet hat").memories[0].id
    attached.call("graph_sync")
    graph = graph_of(attached, server)
    asked = "MATCH (n) WHERE n.text CONTAINS 'velvet' RETURN count(n)"
    assert graph.read(asked).rows == [[1]]
    attached.by_person("forget", names=[name], yes=True)
    assert graph.read(asked).rows == [[0]]  # at once, before any sync
    attached.call("graph_sync")
    assert graph.read(asked).rows == [[0]] and same(attached, server)


def test_a_batch_that_is_applied_twice_changes_nothing(attached: Project, server: Server) -> None:
    grown(attached, 30)
    attached.call("graph_sync")
    grown(attached, 10, seed=1)
    graph = graph_of(attached, server)
    before = cursors.read(graph)
    assert before is not None
    attached.call("graph_sync")
    first = shown(attached, server)[1]
    graph.write("MATCH (c:OldhandCursor) SET c = $now", {"now": literal(before._asdict())})
    done = attached.call("graph_sync", check=True)
    assert done.events > 0 and done.edges == 0 and not done.differences
    assert shown(attached, server)[1] == first


def test_a_filling_that_is_interrupted_goes_on(attached: Project, server: Server) -> None:
    grown(attached, 2500, links=4)
    attempts = 0
    while not projected(attached, server, seconds=0.0).complete:
        attempts += 1
        assert attempts < 50
        attached.call("remember", text=f"Said while it is filled {attempts}")
    assert attempts >= 3 and same(attached, server)


def test_a_store_from_a_backup_fills_the_graph_anew(attached: Project, server: Server, tmp_path: Path) -> None:
    grown(attached, 10)
    attached.by_person("backup", to=str(tmp_path / "copy.db"))
    grown(attached, 10, seed=1)
    attached.call("graph_sync")
    attached.by_person("store_restore", file=str(tmp_path / "copy.db"), yes=True)
    attached.reopened()
    assert attachments.state_of(attached.memory).state == "lost"
    assert not attached.call("graph_sync", dry_run=True).complete
    done = attached.call("graph_sync")
    assert "another" in done.filled and same(attached, server)
    assert not attached.call("graph_sync").filled


def test_events_that_arrive_late_are_followed_as_they_arrive(
    make_project: Callable[[str], Project], server: Server, tmp_path: Path
) -> None:
    here, there = make_project("here"), make_project("there")
    grown(there, 10, seed=5)  # said before anything that is said here, and brought afterwards
    here.by_person("graph_attach", target=f"{server.url}/merged")
    grown(here, 10)
    here.call("graph_sync")
    there.by_person("export", file=str(tmp_path / "there.jsonl"))
    here.by_person("import", file=str(tmp_path / "there.jsonl"))
    done = here.call("graph_sync")
    assert done.events > 0 and not done.filled and same(here, server)


def test_a_kind_that_changes_leaves_no_label_behind(attached: Project, server: Server) -> None:
    ids = grown(attached, 6)
    attached.call("graph_sync")
    with attached.memory.writing() as transaction:
        transaction.emit("set", ids[0], "test", "test", {"kind": "convention"})
    attached.call("graph_sync")
    assert same(attached, server)
    rows = graph_of(attached, server).read("MATCH (n:Memory {id: $id}) RETURN labels(n)", {"id": literal(ids[0])}).rows
    assert rows == [[["Memory", "Convention"]]]


def test_two_at_once_come_to_the_same(attached: Project, server: Server) -> None:
    grown(attached, 60)
    said = (
        "import sys; from pathlib import Path; from oldhand.memory import Memory; from oldhand.operation import call\n"
    )
    said += (
        "with Memory(Path(sys.argv[1]), Path(sys.argv[2])) as memory: assert call(memory, 'graph_sync', {}).complete"
    )
    command = [sys.executable, "-c", said, str(attached.root), str(attached.home)]
    started = [subprocess.Popen(command) for _ in range(3)]
    grown(attached, 20, seed=1)
    assert [one.wait(120) for one in started] == [0, 0, 0]
    attached.call("graph_sync")
    assert same(attached, server)


def test_one_who_stands_elsewhere_by_now_writes_nothing(attached: Project, server: Server) -> None:
    """As when the server lost its last second: the cursor is read again, and what is lacking is written again."""
    grown(attached, 10)
    attached.call("graph_sync")
    graph = graph_of(attached, server)
    early = cursors.read(graph)
    grown(attached, 10, seed=1)
    attached.call("graph_sync")
    late = cursors.read(graph)
    assert early is not None and late is not None and early != late
    from oldhand.graph.falkordb.batches import Batch, applied

    assert not applied(graph, Batch(gone=["x"]), early, early) and cursors.read(graph) == late
    assert applied(graph, Batch(), late, late)  # the control


def test_a_graph_of_others_is_left_alone(
    attached: Project, make_project: Callable[[str], Project], server: Server
) -> None:
    grown(attached, 5)
    attached.call("graph_sync")
    connection = server.connected()
    connection.graph("theirs").write("CREATE (:Person {name: 'Ann'})")
    other = make_project("other")
    grown(other, 5, seed=9)
    with pytest.raises(ForeignGraph, match="another store"):
        other.by_person("graph_attach", target=f"{server.url}/shop")
    with pytest.raises(ForeignGraph, match="no sign of ours"):
        other.by_person("graph_attach", target=f"{server.url}/theirs")
    other.by_person("graph_attach", target=f"{server.url}/fresh")
    connection.graph("fresh").write("CREATE (:Person {name: 'Ben'})")  # it came to be meanwhile
    with pytest.raises(ForeignGraph):
        other.call("graph_sync")
    assert connection.graph("fresh").read("MATCH (n) RETURN n.name").rows == [["Ben"]]
    assert same(attached, server)


def test_two_stores_that_fill_one_name_leave_each_other_alone(
    make_project: Callable[[str], Project], server: Server
) -> None:
    first, second = make_project("first"), make_project("second")
    for number, one in enumerate((first, second)):
        grown(one, 1200, seed=number, links=0)
        one.by_person("graph_attach", target=f"{server.url}/shop")
    assert not projected(first, server, seconds=0.0).complete  # it is being filled, and not there yet
    with pytest.raises(ForeignGraph, match="somebody else"):
        second.call("graph_sync")
    assert first.call("graph_sync").complete and same(first, server)
    with pytest.raises(ForeignGraph, match="another store"):
        second.call("graph_sync")


def test_a_graph_that_was_removed_is_filled_anew(attached: Project, server: Server) -> None:
    grown(attached, 10)
    attached.call("graph_sync")
    graph_of(attached, server).delete()
    assert attached.call("graph_sync").filled == "there was none" and same(attached, server)


def test_nodes_have_the_vectors_of_their_wordings(attached: Project, server: Server) -> None:
    ids = grown(attached, 6)
    revisions = {
        one: bytes.fromhex(attached.memory.store().read().__enter__().get(one).wordings[-1].revision) for one in ids
    }
    import struct

    def packed(*codes: int) -> bytes:
        return struct.pack("<f4b", 1 / sum(code * code for code in codes) ** 0.5, *codes)

    vectors = attached.store.vectors
    rows = [(revisions[ids[0]], packed(127, 0, 0, 0)), (revisions[ids[1]], packed(0, 127, 0, 0) + packed(0, 0, 127, 0))]
    vectors.keep("tiny", 4, rows, set)
    assert projected(attached, server, model="tiny").vectors
    asked = (
        "CALL db.idx.vector.queryNodes('Memory', 'embedding', 3, vecf32([0, 1, 1, 0])) YIELD node, score"
        " RETURN node.id, score ORDER BY score"
    )
    graph = graph_of(attached, server)
    found = graph.read(asked).rows
    assert [row[0] for row in found] == [ids[1], ids[0]] and found[0][1] < 0.001  # the mean of its two windows
    vectors.keep("tiny", 4, [(revisions[ids[2]], packed(0, 100, 100, 0))], set)
    assert not projected(attached, server, model="tiny").filled
    assert {row[0] for row in graph.read(asked).rows} == set(ids[:3])
    attached.by_person("revise", name=ids[1], text="It says something else")  # whose wording has no vector yet
    projected(attached, server, model="tiny")
    assert {row[0] for row in graph.read(asked).rows} == {ids[0], ids[2]}
    vectors.forget_model("tiny")
    assert projected(attached, server, model="tiny").filled == "the vectors are gone" and same(attached, server)


def test_a_broken_state_is_not_shown(attached: Project, server: Server) -> None:
    grown(attached, 3)
    attached.call("graph_sync")
    with attached.memory.writing() as transaction:
        transaction.connection.execute("INSERT INTO health VALUES('state', 'broken by a test', 0)")
    with pytest.raises(Refused, match="oldhand rebuild"):
        attached.call("graph_sync")
    attached.by_person("rebuild")
    assert attached.call("graph_sync").complete


@pytest.mark.parametrize("seed", range(4))
def test_a_server_that_is_killed_while_it_is_filled_loses_nothing(
    make_project: Callable[[str], Project], own_server: Server, seed: int
) -> None:
    import random
    import threading

    project = make_project("project")
    project.by_person("graph_attach", target=f"{own_server.url}/shop")
    chance = random.Random(seed)
    grown(project, 300, seed=seed)
    killer = threading.Timer(chance.uniform(0.02, 0.4), own_server.kill)
    killer.start()
    try:
        while not call(project.memory, "graph_sync", {"rebuild": chance.random() < 0.5})._replace().events:
            project.call("remember", text=f"More {time.monotonic_ns()}")
    except GraphUnusable:
        pass
    killer.join()
    own_server.start()
    assert project.call("graph_sync").complete and same(project, own_server)


def test_a_memory_in_use_elsewhere_is_not_held_up(attached: Project, server: Server) -> None:
    """Filling reads in short views: nobody's write waits for it."""
    grown(attached, 5)
    attached.call("graph_sync")
    assert attachments.needed(attached.home, attached.folder).mark != NOWHERE
    with Memory(attached.root, attached.home) as other:
        call(other, "remember", {"text": "Said by another process"})
    assert attached.call("graph_sync").nodes == 1
