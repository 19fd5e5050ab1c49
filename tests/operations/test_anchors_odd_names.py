"""Anchors beside files whose names no anchor can hold: everything else goes on being told."""

import os
import sys
from typing import Any

import pytest

from oldhand.code import syntax
from oldhand.code.anchors import check
from oldhand.errors import BadAnchor
from oldhand.knowledge import anchor_memory
from oldhand.surfaces.agent_text import rendered
from tests.code.tree import PAY
from tests.conftest import Project
from tests.operations.repository import Repository

CHARGE = "src/pay.py::charge"
OTHER = "src/other.py::other"
NAMELESS = "it is now in a file whose name no anchor can hold"
NAMES = (
    b"rtl\xe2\x80\xae.py", b"line\nfeed.py", b"bell\x07.py", b"caf\xe9.py", b"x::y.py", b"a:12", b"back\\slash.py",
    b"~home.py", "cafe\u0301.py".encode(),
)  # fmt: skip


@pytest.fixture
def repository(project: Project) -> Repository:
    """Two files, a memory tied to each."""
    made = Repository(project)
    made.commit("Start", {"src/pay.py": PAY, "src/other.py": "def other():\n    return 1\n"})
    said(project, "Payments are never retried by the gateway.", CHARGE)
    said(project, "Payments of the other kind are retried by the gateway.", OTHER)
    return made


def said(project: Project, text: str, *anchors: str) -> Any:
    return project.call("remember", text=text, anchors=list(anchors)).memories[0]


def renamed(repository: Repository, old: str, new: bytes) -> None:
    """Rename a file and commit that."""
    os.rename(os.fsencode(repository.root / old), os.fsencode(repository.root) + b"/" + new)
    repository.commit("Rename")


def recalled(project: Project) -> dict[str, tuple[str, str, str]]:
    """What a recall says of the anchors."""
    items = project.call("recall", cue="payments retried gateway").items
    return {one.anchor: tuple(one)[1:] for item in items for one in item.anchors}


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_a_file_renamed_to_what_no_anchor_can_name_is_nowhere(
    project: Project, repository: Repository, name: bytes
) -> None:
    renamed(repository, "src/pay.py", name)
    assert recalled(project) == {CHARGE: ("cannot tell", "", NAMELESS), OTHER: ("holds", "", "")}
    reply = project.call("anchors_verify", follow=True)
    assert (reply.anchors, reply.holds, reply.cannot_tell, reply.followed) == (2, 1, 1, 0)
    assert rendered("anchors_verify", reply)
    assert {one.anchor for one in project.call("anchors_list").anchors} == {CHARGE, OTHER}
    assert project.call("overview", task="payments").files
    assert recalled(project)[CHARGE][0] == "cannot tell"


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_impact_tells_what_went_where_nothing_can_follow(project: Project, repository: Repository, name: bytes) -> None:
    renamed(repository, "src/pay.py", name)
    repository.commit("Change the other", {"src/other.py": "def other():\n    return 2\n"})
    reply = project.call("impact", since="HEAD~2")
    found = {one.anchor: one.state for memory in reply.memories for one in memory.memory.anchors}
    assert found == {CHARGE: "cannot tell", OTHER: "changed"}
    assert "3 files changed" in reply.notes[0]


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_a_rename_to_a_plain_name_is_followed(project: Project, repository: Repository, name: bytes) -> None:
    """The control of the two above, with a file of an odd name beside it."""
    (repository.root / "src" / "pay.py").rename(repository.root / "paid.py")
    repository.write("x", "")
    with open(os.fsencode(repository.root) + b"/" + name, "wb") as file:
        file.write(b"def charge(cart):\n    return 1\n")
    repository.commit("Rename")
    assert recalled(project) == {CHARGE: ("moved", "paid.py::charge", ""), OTHER: ("holds", "", "")}
    assert project.call("anchors_verify", follow=True).followed == 1
    assert recalled(project)["paid.py::charge"][0] == "holds"


def test_scan_leaves_out_files_that_no_anchor_can_name(project: Project, repository: Repository) -> None:
    for name in ("x::y.py", "plain.py"):
        repository.write(name, f'def from_{len(name)}():\n    """Says something."""\n    return {len(name)}\n')
    repository.commit("Odd")
    reply = project.call("scan")
    assert [("x::y.py" in one, "no memory can be tied" in one) for one in reply.left_out] == [(True, True)]
    listed = {one.anchor for one in project.call("anchors_list").anchors}
    assert "plain.py::from_8" in listed
    assert not any("x::" in anchor for anchor in listed)


@pytest.mark.parametrize(
    ("anchor", "reason"),
    [
        (".git/config:1", "git's files"), (".oldhand/memory.db", "the memory's own"), ("src/.git/x::y", "git's files"),
        ("src/pay.py:99999999", "at most 7 digits"), ("src/pay.py:1-99999999", "at most 7 digits"),
        ("src/pay.py:99999999-", "at most 7 digits"),
    ],
)  # fmt: skip
def test_places_that_no_memory_may_speak_of_are_refused(
    project: Project, repository: Repository, anchor: str, reason: str
) -> None:
    with pytest.raises(BadAnchor, match=reason):
        said(project, "Something about it.", anchor)
    assert project.call("status").memories == 2


def test_a_file_whose_name_ends_in_many_digits_may_be_tied_to(project: Project, repository: Repository) -> None:
    repository.write("log:20240101", "one\n")
    said(project, "The log of a day.", "log:20240101")
    assert "log:20240101" in {one.anchor for one in project.call("anchors_list").anchors}


@pytest.mark.parametrize("anchor", ["/etc/passwd", "../up.py", "src/pay.py::", "caf\udce9.py"], ids=ascii)
def test_an_anchor_that_cannot_be_read_is_told_as_such(project: Project, repository: Repository, anchor: str) -> None:
    """A store of another version or another system may hold one."""
    found = check(repository.root, anchor, "2 d=0123456789abcdef n=1-1")
    assert (found.anchor, found.state) == (anchor, "cannot tell")
    assert found.detail


def test_what_could_not_be_read_for_want_of_an_extra_is_read_when_it_is_there(
    project: Project, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The outcome of a check is kept; not beyond the day that the parsers are installed."""
    monkeypatch.setattr(anchor_memory, "RACY_NS", 0)  # outcomes are kept at once
    repository.write("src/pay.py", PAY.replace("total > 0", "total >= 0"))
    syntax._table.cache_clear()
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "tree_sitter", None)
        assert recalled(project)[CHARGE][0] == "cannot tell"
        assert "oldhand[code]" in recalled(project)[CHARGE][2]
    assert recalled(project)[CHARGE] == ("changed", "", "+1 −1 lines")
