"""The MCP server reads by itself what hooks leave: at its start, while nobody asks it anything, and at its end."""

import threading
from collections.abc import Callable

from oldhand.store.store import Store
from tests.conftest import Project
from tests.sessions.made import AT, edited, prompted, ran, spooled
from tests.surfaces.peers import mcp

PATIENCE = 60.0  # seconds until the server has had time, on a busy machine
LOOK = 0.1  # seconds between looks
ERROR = "error: could not connect to the registry at 127.0.0.1:5000"


def comes(there: Callable[[], bool]) -> bool:
    """Whether something is so before patience ends."""
    pause = threading.Event()
    for _ in range(int(PATIENCE / LOOK)):
        if there():
            return True
        pause.wait(LOOK)
    return False


def said(project: Project) -> list[str]:
    """The prompts in the log."""
    return [event.text for event in project.memory.session_log().events("5f1c-session", ("prompt",))]


def test_what_waits_at_the_start_is_read_and_learned_from_without_a_call(project: Project) -> None:
    spooled(
        project.memory, prompted(1, "begun"), ran(2, "make push", 2, ERROR), edited(3, "a.yml"), ran(4, "make push")
    )
    with mcp(project.root, project.home):
        assert comes(lambda: bool(project.call("gotcha").items))
    assert said(project) == ["begun"]


def test_what_comes_while_it_waits_is_read(project: Project) -> None:
    with mcp(project.root, project.home) as peer:
        peer.tool("recall", cue="anything")
        spooled(project.memory, prompted(1, "meanwhile"))
        assert comes(lambda: said(project) == ["meanwhile"])


def test_what_comes_last_is_read_at_its_end(project: Project) -> None:
    with mcp(project.root, project.home) as peer:
        peer.tool("recall", cue="anything")
        spooled(project.memory, prompted(1, "the end"))
    assert said(project) == ["the end"]


def test_a_project_without_a_memory_is_left_alone(project: Project) -> None:
    bare = project.root.parent / "bare"
    bare.mkdir()
    with mcp(bare, project.home) as peer:
        text, failed = peer.tool("recall", cue="anything")
        assert failed and "init" in text
    assert list(bare.iterdir()) == []


def test_a_memory_that_is_made_while_the_server_waits_is_found_by_the_first_call(project: Project) -> None:
    bare = project.root.parent / "bare"
    bare.mkdir()
    with mcp(bare, project.home) as peer:
        threading.Event().wait(2.5)  # longer than the server waits before it uses the time
        Store.create(bare / ".oldhand", AT, project.home).close()
        text, failed = peer.tool("recall", cue="anything")
        assert not failed, text
