"""An embedded FalkorDB: it lives as long as a command does, on files of its own, one at a time, whatever happens."""

import math
import os
import signal
import stat
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from oldhand.errors import GraphUnusable, NoEmbeddedGraph
from oldhand.graph.falkordb import attachment as attachments
from oldhand.graph.falkordb import embedded
from oldhand.graph.falkordb.literals import literal
from oldhand.graph.falkordb.using import brought, locked, used
from oldhand.knowledge import erasing_graph
from oldhand.store.graph_reading import nodes
from tests.conftest import Project
from tests.falkordb.graphs import grown
from tests.falkordb.servers import LACKING, gone, living, needs_falkordb

COUNT = "MATCH (n:Memory) RETURN count(n)"
# A process that has the embedded graph open, says so, and waits.
HOLDING = """
import sys, time
from pathlib import Path
from oldhand.memory import Memory
from oldhand.graph.falkordb.using import used
with Memory(Path(sys.argv[1]), Path(sys.argv[2])) as memory, used(memory, "project") as use:
    print("open", flush=True)
    time.sleep(600)
"""
SYNCING = """
import sys
from pathlib import Path
from oldhand.memory import Memory
from oldhand.operation import call
with Memory(Path(sys.argv[1]), Path(sys.argv[2])) as memory:
    call(memory, "graph_sync", {"rebuild": True})
"""


@pytest.fixture
def own(make_project: Callable[[str], Project]) -> Project:
    """A project with a few memories and an embedded graph that is filled."""
    project = make_project("project")
    grown(project, 20)
    project.call("graph_attach", target="embedded")
    assert project.call("graph_sync", check=True).differences == 0
    return project


def files(project: Project) -> Path:
    """The files of the embedded graph."""
    return project.folder / embedded.FOLDER


def holding(project: Project) -> "subprocess.Popen[str]":
    """Another process that has the graph open."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(project.root), str(project.home)], stdout=subprocess.PIPE, text=True,
        encoding="utf-8",
    )  # fmt: skip
    with process.stdout or pytest.fail("it has no output") as said:
        assert said.readline() == "open\n"
    return process


@needs_falkordb
def test_nothing_runs_when_a_command_has_ended(own: Project) -> None:
    assert own.call("graph_query", query=COUNT).rows == [[20]]
    assert not living(files(own))


@needs_falkordb
def test_nothing_runs_after_an_error(own: Project) -> None:
    with pytest.raises(Exception, match="FalkorDB cannot run this"):
        own.call("graph_query", query="MATCH (")
    assert not living(files(own))


@needs_falkordb
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_the_server_ends_with_its_client_however_that_ends(own: Project, number: signal.Signals) -> None:
    process = holding(own)
    assert living(files(own))  # the control: it runs while it is used
    process.send_signal(number)
    process.wait()
    assert gone(files(own))
    assert own.call("graph_query", query=COUNT).rows == [[20]]


@needs_falkordb
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent was killed")
def test_the_server_ends_when_what_watches_it_is_killed(own: Project) -> None:
    process = holding(own)
    watching = [one for one in children(process.pid) if "watching.py" in command(one)]
    assert len(watching) == 1
    os.kill(watching[0], signal.SIGKILL)
    assert gone(files(own))
    process.kill()
    process.wait()


def children(parent: int) -> list[int]:
    """The processes that a process has started."""
    said = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
    return [int(one) for one in said.split()]


def command(process: int) -> str:
    """The command line of a process."""
    return Path(f"/proc/{process}/cmdline").read_text(encoding="utf-8")


@needs_falkordb
def test_there_is_one_server_at_a_time(own: Project) -> None:
    """Several processes at once wait for each other, and none loses what another wrote."""
    arguments = [sys.executable, "-c", SYNCING, str(own.root), str(own.home)]
    started = [subprocess.Popen(arguments) for _ in range(4)]
    most = 0
    for one in started:
        while not _ends(one, 0.005):
            most = max(most, sum("redis-server" in _quietly(one) for one in living(files(own))))
    assert [one.wait() for one in started] == [0] * 4 and most == 1
    assert own.call("graph_sync", check=True).differences == 0


def _ends(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    """Whether a process of ours ends within some seconds."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _quietly(process: int) -> str:
    try:
        return command(process).split("\0")[0]
    except OSError:
        return ""


@needs_falkordb
def test_the_lock_is_held_until_the_server_itself_has_ended(own: Project) -> None:
    """A client that is killed gives its lock back before its server has ended; the server holds it for the rest."""
    process = holding(own)
    servers = [one for one in living(files(own)) if "redis-server" in _quietly(one)]
    os.kill(servers[0], signal.SIGSTOP)
    process.kill()
    process.wait()
    with pytest.raises(Exception, match="Another process has used the graph"), locked(own.home, own.folder, 0.3):
        pass
    os.kill(servers[0], signal.SIGCONT)
    assert gone(files(own))
    with locked(own.home, own.folder, 5):
        pass


@needs_falkordb
def test_what_was_written_outlives_a_kill_of_the_server(own: Project) -> None:
    grown(own, 10, seed=1)
    own.call("graph_sync")
    process = holding(own)
    for one in living(files(own)):
        if "redis-server" in _quietly(one):
            os.kill(one, signal.SIGKILL)
    process.kill()
    process.wait()
    assert gone(files(own))
    done = own.call("graph_sync", check=True)
    assert not done.filled and not done.nodes and not done.differences


@needs_falkordb
def test_its_files_are_for_the_person_alone_and_it_listens_nowhere(own: Project) -> None:
    process = holding(own)
    assert stat.S_IMODE(files(own).stat().st_mode) == 0o700
    assert stat.S_IMODE((files(own) / embedded.SOCKET).stat().st_mode) == 0o700
    said = Path("/proc/net/tcp").read_text(encoding="ascii") if sys.platform == "linux" else ""
    for one in living(files(own)):
        sockets = _sockets(one)
        assert not [line for line in said.splitlines()[1:] if line.split()[9] in sockets]
    process.kill()
    process.wait()
    assert gone(files(own))


def _sockets(process: int) -> set[str]:
    """The numbers of the sockets that a process has open."""
    found = set()
    for one in Path(f"/proc/{process}/fd").glob("*") if sys.platform == "linux" else ():
        try:
            target = os.readlink(one)
        except OSError:
            continue
        if target.startswith("socket:["):
            found.add(target[8:-1])
    return found


@needs_falkordb
def test_files_that_cannot_be_read_are_filled_anew(own: Project) -> None:
    for one in (files(own) / "appendonlydir").iterdir():
        one.write_bytes(b"\xff" * 4096)
    done = own.call("graph_sync", check=True)
    assert done.filled == "there was none" and not done.differences
    assert any("could not be read" in note for note in done.notes)


@needs_falkordb
def test_files_that_somebody_else_put_there_are_never_read(own: Project, tmp_path: Path) -> None:
    (files(own) / embedded.OWNER).write_text("somebody", encoding="ascii")
    assert own.call("graph_sync").filled == "there was none"
    embedded.dropped(files(own))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").touch()
    files(own).symlink_to(elsewhere)
    assert own.call("graph_sync").filled == "there was none"
    assert not files(own).is_symlink() and (elsewhere / "precious").exists()


@needs_falkordb
def test_a_deep_project_has_a_graph_too(make_project: Callable[[str], Project]) -> None:
    project = make_project("/".join(["a folder with a long name"] * 6))
    grown(project, 3)
    project.call("graph_attach", target="embedded")
    assert project.call("graph_query", query=COUNT).rows == [[3]]
    assert not living(files(project))


@needs_falkordb
def test_what_is_forgotten_leaves_the_files(own: Project) -> None:
    name = own.by_person("remember", text="The tortoise wears a velvet hat").memories[0].id
    own.call("graph_sync")
    held = [one for one in files(own).rglob("*") if one.is_file() and b"velvet" in one.read_bytes()]
    assert held  # the control: the log of changes holds it
    assert not own.by_person("forget", names=[name], yes=True).left
    assert not [one for one in own.folder.rglob("*") if one.is_file() and b"velvet" in one.read_bytes()]
    assert attachments.state_of(own.memory).state == "new"
    assert own.call("graph_sync", check=True).differences == 0


@needs_falkordb
def test_forgetting_tells_of_a_graph_that_is_in_use(own: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing_graph, "WAIT_SECONDS", 0.2)
    name = own.by_person("remember", text="The tortoise wears a velvet hat").memories[0].id
    process = holding(own)
    left = own.by_person("forget", names=[name], yes=True).left
    assert any("another process uses it" in one for one in left)
    process.kill()
    process.wait()
    assert gone(files(own))
    assert not own.by_person("forget", names=[name], yes=True).left and not files(own).exists()


@needs_falkordb
def test_its_nodes_have_vectors_that_are_compared_one_by_one(own: Project) -> None:
    with own.memory.reading() as reader:
        heads = {one.id: bytes.fromhex(one.revision) for one in nodes(reader)}
    first, second, third = sorted(heads)[:3]
    codes = {first: (127, 0), second: (90, 90), third: (0, 127)}
    rows = [(heads[one], struct.pack("<f2b", 1 / math.hypot(*said), *said)) for one, said in codes.items()]
    own.store.vectors.keep("tiny", 2, rows, set)
    with used(own.memory, "project") as use:
        done = brought(own.memory, "project", use, "tiny")
        assert done.vectors and done.filled == "the vectors are there now"
        asked = (
            "MATCH (a:Memory {id: $id}), (n:Memory) WHERE n.embedding IS NOT NULL"
            " RETURN n.id ORDER BY vec.cosineDistance(a.embedding, n.embedding)"
        )
        found = use.graph.read(asked, {"id": literal(first)}).rows
    assert found == [[first], [second], [third]]


@needs_falkordb
def test_detaching_removes_the_files(own: Project) -> None:
    assert own.call("graph_detach").dropped and not files(own).exists()
    assert attachments.state_of(own.memory).state == "none"
    assert own.call("graph_detach").place == ""


@needs_falkordb
def test_a_server_that_cannot_start_is_told(own: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "empty.so").touch()
    found = embedded.binaries()._replace(module=tmp_path / "empty.so")
    monkeypatch.setattr(embedded, "binaries", lambda: found)
    with pytest.raises(GraphUnusable, match="ended at once"):
        own.call("graph_sync")
    assert not living(files(own))
    assert attachments.state_of(own.memory).state == "away"


@pytest.mark.skipif(not LACKING, reason="FalkorDB is installed here")
def test_without_the_package_it_is_told_how_to_get_it(project: Project) -> None:
    with pytest.raises(Exception, match=r"oldhand\[falkordb\]") as caught:
        project.call("graph_attach", target="embedded")
    assert getattr(caught.value, "exit_code", 0) == 11
    with pytest.raises(NoEmbeddedGraph):
        embedded.binaries()
    assert "oldhand[falkordb]" in project.call("graph_attach", target="embedded", dry_run=True).needs
