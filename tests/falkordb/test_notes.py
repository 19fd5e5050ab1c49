"""What is noted of an attached graph, and how it stands by that; no FalkorDB is needed for this."""

import math
import stat
import struct
from array import array
from pathlib import Path

import pytest

from oldhand.errors import NotAttached
from oldhand.graph.falkordb import attachment as attachments
from oldhand.graph.falkordb.address import parsed
from oldhand.graph.falkordb.attachment import Attachment
from oldhand.graph.falkordb.embeddings import mean
from oldhand.graph.falkordb.values import plain
from oldhand.store.pending import Mark, latest_mark
from tests.conftest import Project


def noted(project: Project, **more: object) -> Attachment:
    """A note of an attachment to a server."""
    store = str(project.folder.resolve())
    found = Attachment(store, parsed("falkordb://127.0.0.1:7000"), "shop", "token")._replace(**more)
    attachments.note(project.home, found)
    return found


def test_a_note_is_read_as_it_was_written_and_is_for_the_person_alone(project: Project) -> None:
    assert attachments.find(project.home, project.folder) is None
    with pytest.raises(NotAttached):
        attachments.needed(project.home, project.folder)
    found = noted(project, mark=Mark(3, b"\x01\x02"), at=5, nodes=6, links=7, failed="away", failed_at=8)
    assert attachments.find(project.home, project.folder) == found
    file = attachments.file_of(project.home, project.folder)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(file.parent.stat().st_mode) & 0o077 == 0
    assert not list(file.parent.glob("*.json.*"))
    attachments.removed(project.home, project.folder)
    assert attachments.find(project.home, project.folder) is None
    attachments.removed(project.home, project.folder)


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", '{"store": 5}', "\xff", "{" * 100_000, '{"store": "x"}'])
def test_a_note_that_cannot_be_read_attaches_nothing(project: Project, content: str) -> None:
    noted(project)
    attachments.file_of(project.home, project.folder).write_text(content, "latin-1")
    assert attachments.find(project.home, project.folder) is None
    assert attachments.state_of(project.memory) == attachments.NONE


def test_a_note_of_another_store_attaches_nothing(project: Project, tmp_path: Path) -> None:
    noted(project, store=str(tmp_path / "elsewhere"))
    here = attachments.file_of(project.home, project.folder)
    attachments.file_of(project.home, tmp_path / "elsewhere").rename(here)
    assert attachments.find(project.home, project.folder) is None


def test_health_tells_how_the_graph_was_left(project: Project) -> None:
    project.call("remember", text="One")
    with project.memory.reading() as reader:
        mark = latest_mark(reader)
    noted(project)
    assert attachments.state_of(project.memory).state == "new"
    noted(project, mark=mark, at=1, nodes=1)
    assert attachments.state_of(project.memory).state == "ok"
    project.call("remember", text="Two")
    stands = attachments.state_of(project.memory)
    assert (stands.state, stands.behind) == ("behind", 1) and "1 event behind" in stands.detail
    noted(project, mark=Mark(mark.position, b"another"), at=1)
    assert attachments.state_of(project.memory).state == "lost"
    noted(project, mark=mark, at=1, failed="Connection refused", failed_at=2)
    stands = attachments.state_of(project.memory)
    assert stands.state == "away" and "refused" in stands.detail and "sync" in stands.next_step
    parts = {one.component: one for one in project.call("health").components}
    assert parts["graph in FalkorDB"].state == "degraded"
    attachments.removed(project.home, project.folder)
    assert "graph in FalkorDB" not in {one.component for one in project.call("health").components}


def packed(*rows: tuple[float, tuple[int, ...]]) -> bytes:
    """Vectors as they are kept."""
    return b"".join(struct.pack("<f", scale) + array("b", codes).tobytes() for scale, codes in rows)


def test_a_vector_keeps_its_direction() -> None:
    assert mean(packed((0.5, (1, -2, 127))), 3) == [1, -2, 127]
    both = mean(packed((0.01, (100, 0, 0)), (0.02, (0, 50, 0))), 3)
    assert both == [127, 127, 0]  # both are of unit length, so their mean lies between them
    assert math.isclose(both[0], both[1])


def test_a_vector_without_a_direction_is_none() -> None:
    for one in (b"", packed((0.0, (1, 2, 3))), packed((float("nan"), (1, 2, 3))), packed((0.5, (0, 0, 0))), b"\0" * 6):
        assert mean(one, 3) == []
    assert mean(packed((0.01, (100, 0, 0)), (0.01, (-100, 0, 0))), 3) == []


def test_values_are_what_json_carries_and_bounded() -> None:
    deep: object = "end"
    for _ in range(50):
        deep = [deep]
    assert "…" in str(plain(deep)) and plain(float("inf")) == "inf" and plain(float("nan")) == "nan"
    assert plain({"a": (1, None, True, 0.5)}) == {"a": [1, None, True, 0.5]}
    assert len(plain("x" * 10_000)) == 4001 and len(plain(list(range(5000)))) == 1001
    assert plain(parsed) == str(parsed)  # whatever else comes is told as a text
