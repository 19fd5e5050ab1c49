"""Anchors of memories: tied, told, verified, listed and followed, through the operations."""

import json
import os
from typing import Any

import pytest

from oldhand.errors import BadAnchor, BadLine
from oldhand.knowledge import anchor_memory
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.store.anchor_checks import NAME
from oldhand.surfaces.agent_text import rendered
from tests.code.tree import PAY
from tests.conftest import Project
from tests.operations.repository import Repository

CHARGE = "src/pay.py::charge"


@pytest.fixture
def repository(project: Project) -> Repository:
    """The project in a repository with a file src/pay.py and a manifest."""
    made = Repository(project)
    made.commit("pay", {"src/pay.py": PAY, "package.json": '{"dependencies": {"left-pad": "^1.0.0"}}\n'})
    return made


def said(project: Project, text: str, *anchors: str, **more: Any) -> str:
    """Remember something; its id."""
    return str(project.call("remember", text=text, anchors=list(anchors), **more).memories[0].id)


def told(project: Project, name: str) -> list[tuple[str, str, str, str]]:
    """The anchors of a memory as `show` tells them."""
    return [tuple(one) for one in project.call("show", name=name).memory.anchors]


def test_a_memory_is_tied_to_a_symbol_by_the_last_part_of_its_name(project: Project, repository: Repository) -> None:
    name = said(project, "Shops turn the lights off.", "src/pay.py::close", "dep:left-pad")
    assert told(project, name) == [("dep:left-pad", "holds", "", ""), ("src/pay.py::Shop.close", "holds", "", "")]


@pytest.mark.parametrize(
    ("anchor", "reason"),
    [
        ("src/pay.py::Shop.clsoe", r"did you mean 'Shop.close'"), ("src/pay.py:90", "has 24 lines"),
        ('src/pay.py::"RETRIES"', "nothing in 'src/pay.py' matches it"), ("dep:rightpad", "declares 'rightpad'"),
        ("src/pay.py::/(a/", "RE2 refuses"), ("src/pay.py::/a", "between two /"),
    ],
)  # fmt: skip
def test_a_place_that_is_not_there_is_refused_and_nothing_is_written(
    project: Project, repository: Repository, anchor: str, reason: str
) -> None:
    with pytest.raises(BadAnchor, match=reason):
        said(project, "Something about it.", anchor)
    with pytest.raises(BadLine, match=reason):
        project.call("remember", jsonl=json.dumps({"text": "Something else.", "anchors": [anchor]}))
    name = said(project, "Something about the file.")
    with pytest.raises(BadAnchor, match=reason):
        project.call("revise", name=name, anchors=[anchor])
    assert project.call("status").memories == 1


def test_a_file_that_is_not_there_yet_may_be_tied_to(project: Project, repository: Repository) -> None:
    name = said(project, "The plan for refunds.", "src/refund.py")
    assert told(project, name) == [("src/refund.py", "cannot tell", "", "")]


def test_an_answer_says_what_changed_since(project: Project, repository: Repository) -> None:
    said(project, "Payments are never retried by the gateway.", CHARGE)
    repository.write("src/pay.py", PAY.replace("total > 0", "total >= 0"))
    reply = project.call("recall", cue="payments retried gateway")
    assert [tuple(one) for one in reply.items[0].anchors] == [(CHARGE, "changed", "", "+1 −1 lines")]
    assert f"{CHARGE} changed (+1 −1 lines)" in rendered("recall", reply)
    repository.write("src/pay.py", PAY)
    reply = project.call("recall", cue="payments retried gateway")
    assert [one.state for one in reply.items[0].anchors] == ["holds"]


def test_a_replay_tells_the_states_of_then(project: Project, repository: Repository) -> None:
    said(project, "Payments are never retried by the gateway.", CHARGE)
    repository.write("src/pay.py", PAY.replace("(cart, gateway)", "(cart, gateway, retry)"))
    trace = project.call("recall", cue="payments retried gateway").trace
    repository.write("src/pay.py", PAY)
    again = project.call("replay", trace=trace)
    assert again.same
    detail = "signature: def charge(cart, gateway) -> def charge(cart, gateway, retry)"
    assert [tuple(one) for one in again.items[0].anchors] == [(CHARGE, "changed", "", detail)]


def test_as_of_the_past_nothing_can_be_told_of_files(project: Project, repository: Repository) -> None:
    name = said(project, "Payments are never retried by the gateway.", CHARGE)
    root = project.call("root").root
    assert [one.state for one in project.call("show", name=name, as_of=root).memory.anchors] == ["cannot tell"]


def test_revising_notes_the_place_as_it_is_now(project: Project, repository: Repository) -> None:
    name = said(project, "Payments are never retried by the gateway.", CHARGE)
    repository.write("src/pay.py", PAY.replace("total > 0", "total >= 0"))
    assert told(project, name)[0][1] == "changed"
    project.call("revise", name=name, anchors=[CHARGE])
    assert told(project, name) == [(CHARGE, "holds", "", "")]


def test_a_symbol_is_found_by_its_file_and_by_its_lines(project: Project, repository: Repository) -> None:
    name = said(project, "Payments are never retried by the gateway.", CHARGE)
    for place, found in (("src/pay.py", [name]), ("src/pay.py:8", [name]), (CHARGE, [name]), ("src/pay.py:20", [])):
        assert [item.id for item in project.call("look", place=place).items] == found, place


def test_a_symbol_is_found_by_its_name(project: Project, repository: Repository) -> None:
    name = said(project, "It is never done twice.", "src/pay.py::Shop.close")
    assert [item.id for item in project.call("search", words="Shop.close").hits and [
        hit.memory for hit in project.call("search", words="Shop.close").hits
    ]] == [name]  # fmt: skip


def test_a_linked_worktree_is_checked_against_its_own_files(project: Project, repository: Repository) -> None:
    name = said(project, "Payments are never retried by the gateway.", CHARGE)
    other = project.root.parent / "worktree"
    repository.git("worktree", "add", "-q", str(other), "-b", "other")
    (other / "src/pay.py").write_text(PAY.replace("total > 0", "total >= 0"), "utf-8")
    with Memory(other, project.home) as memory:
        assert [one.state for one in call(memory, "show", {"name": name}).memory.anchors] == ["changed"]
        assert call(memory, "anchors_verify", {}).changed == 1
    assert told(project, name)[0][1] == "holds"
    assert project.call("anchors_verify").holds == 1


# -- verify and list ---------------------------------------------------------------------------------


def moved_about(project: Project, repository: Repository) -> list[str]:
    """Four memories of which one holds, one moved, one changed and one lost its place."""
    names = [
        said(project, "Pads come from the left.", "dep:left-pad"),
        said(project, "Shops turn the lights off.", "src/pay.py::Shop.close"),
        said(project, "Payments are never retried by the gateway.", CHARGE),
        said(project, "Nobody waits longer.", 'src/pay.py::"TIMEOUT = 30"'),
    ]
    repository.git("mv", "src/pay.py", "src/money.py")
    repository.write("src/money.py", PAY.replace("total > 0", "total >= 0").replace("30", "60"))
    return names


def test_verifying_counts_the_states_and_lists_what_does_not_hold(project: Project, repository: Repository) -> None:
    _, moved, changed, gone = moved_about(project, repository)
    reply = project.call("anchors_verify")
    counts = (reply.anchors, reply.holds, reply.moved, reply.changed, reply.gone, reply.cannot_tell)
    assert counts == (4, 1, 1, 1, 1, 0)
    assert [tuple(one) for one in reply.findings] == [
        (gone, "Nobody waits longer.", 'src/pay.py::"TIMEOUT = 30"', "gone", "", "nothing in src/money.py matches it"),
        (
            changed,
            "Payments are never retried by the gateway.",
            CHARGE,
            "changed",
            "src/money.py::charge",
            "+1 −1 lines",
        ),
        (moved, "Shops turn the lights off.", "src/pay.py::Shop.close", "moved", "src/money.py::Shop.close", ""),
    ]
    assert (reply.followed, reply.left_out) == (0, 0)
    assert project.call("anchors_verify", limit=1).left_out == 2


def test_verifying_writes_nothing_to_memory_unless_it_follows(project: Project, repository: Repository) -> None:
    moved_about(project, repository)
    root = project.call("root").root
    project.call("anchors_verify")
    assert project.call("anchors_verify", follow=True, dry_run=True).followed == 2
    assert project.call("root").root == root
    assert project.call("anchors_verify", follow=True).followed == 2
    assert project.call("root").root != root


def test_following_rewrites_what_moved_and_keeps_what_changed_changed(project: Project, repository: Repository) -> None:
    _, moved, changed, gone = moved_about(project, repository)
    project.call("anchors_verify", follow=True)
    assert told(project, moved) == [("src/money.py::Shop.close", "holds", "", "")]
    assert told(project, changed) == [("src/money.py::charge", "changed", "", "+1 −1 lines")]
    assert told(project, gone)[0][:2] == ('src/pay.py::"TIMEOUT = 30"', "gone")
    assert project.call("anchors_verify", follow=True).followed == 0
    assert [event.op for event in project.call("history", name=moved).events] == ["assert", "set"]


def test_one_file_or_folder_may_be_verified(project: Project, repository: Repository) -> None:
    moved_about(project, repository)
    assert project.call("anchors_verify", path="src").anchors == 3
    assert project.call("anchors_verify", path="src/pay.py").anchors == 3
    assert project.call("anchors_verify", path="dep:left-pad").anchors == 1
    assert project.call("anchors_verify", path="docs").anchors == 0


def test_what_did_not_change_is_not_looked_at_again(
    project: Project, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    said(project, "Payments are never retried by the gateway.", CHARGE)
    said(project, "Shops turn the lights off.", "src/pay.py::Shop.close")
    repository.write("src/other.py", "x = 1\n")
    said(project, "Another file.", "src/other.py")
    assert [project.call("anchors_verify").looked for _ in range(2)] == [
        3,
        3,
    ]  # written a moment ago: times cannot tell
    monkeypatch.setattr(anchor_memory, "RACY_NS", 0)
    assert [project.call("anchors_verify").looked for _ in range(3)] == [3, 0, 0]
    repository.write("src/other.py", "x = 2\n")
    reply = project.call("anchors_verify")
    assert (reply.looked, reply.holds, reply.changed) == (1, 2, 1)
    repository.git("mv", "src/pay.py", "src/money.py")
    assert project.call("anchors_verify").moved == 2
    assert project.call("anchors_verify").looked == 0
    os.remove(project.root / "src/money.py")
    reply = project.call("anchors_verify")
    assert (reply.moved, reply.gone) == (0, 2)
    repository.write("src/third.py", PAY)
    assert project.call("anchors_verify").moved == 2


def test_what_was_found_out_may_be_removed_or_damaged(
    project: Project, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anchor_memory, "RACY_NS", 0)
    moved_about(project, repository)
    first = project.call("anchors_verify").findings
    file = project.folder / NAME
    assert file.exists()
    project.memory.close()
    file.write_bytes(b"no database" * 500)
    assert project.call("anchors_verify").findings == first
    assert project.call("anchors_verify").looked < 4
    file.unlink()
    assert project.call("anchors_verify").findings == first


def test_what_was_read_from_a_document_is_left_to_reading_it_again(project: Project, repository: Repository) -> None:
    repository.write(
        "AGENTS.md", "# Rules\n\n- Prices are whole cents, never floats.\n- Never retry a payment by hand.\n"
    )
    project.call("init")
    repository.write("AGENTS.md", "# Rules\n\nRead them.\n\n" + "\n".join(
        ["- Prices are whole cents, never floats.", "- Never retry a payment by hand.", ""]
    ))  # fmt: skip
    before = project.call("anchors_verify", path="AGENTS.md")
    reply = project.call("anchors_verify", path="AGENTS.md", follow=True)
    assert before.moved > 0 and (reply.followed, reply.of_documents) == (0, before.moved)
    project.call("init")
    assert project.call("anchors_verify", path="AGENTS.md").moved == 0


def test_the_list_tells_what_was_noted_and_when(project: Project, repository: Repository) -> None:
    moved_about(project, repository)
    reply = project.call("anchors_list")
    assert (reply.total, reply.left_out, len(reply.anchors)) == (4, 0, 4)
    commit = repository.git("rev-parse", "HEAD")[:16]
    rows = {one.anchor: (one.kind, one.state, one.commit, one.branch, one.noted) for one in reply.anchors}
    assert rows[CHARGE] == ("symbol", "changed", commit, "main", "def charge(cart, gateway)")
    assert rows["dep:left-pad"] == ("dependency", "holds", commit, "main", "package.json ^1.0.0")
    assert [one.anchor for one in project.call("anchors_list", limit=1, offset=1).anchors] == [reply.anchors[1].anchor]
    assert project.call("anchors_list", limit=1, offset=1).left_out == 2


def test_both_read_well_for_agents(project: Project, repository: Repository) -> None:
    names = moved_about(project, repository)
    text = rendered("anchors_verify", project.call("anchors_verify"))
    assert "4 anchors: 1 as noted, 1 moved, 1 changed, 1 gone." in text
    assert "changed src/pay.py::charge: +1 −1 lines, now src/money.py::charge" in text
    assert "moved   src/pay.py::Shop.close -> src/money.py::Shop.close" in text
    assert "`oldhand anchors verify --follow`" in text
    listed = rendered("anchors_list", project.call("anchors_list", path="src"))
    assert names[2][:6] in listed and "3 of 3." in listed


def test_a_project_without_anchors_is_told_how_to_tie_one(project: Project) -> None:
    said(project, "Nothing in the code.")
    for name in ("anchors_verify", "anchors_list"):
        assert "--anchor FILE::SYMBOL" in rendered(name, project.call(name))


def test_what_left_the_memory_is_not_verified(project: Project, repository: Repository) -> None:
    name = said(project, "Payments are never retried by the gateway.", CHARGE)
    project.call("retire", name=name)
    assert project.call("anchors_verify").anchors == 0


def test_what_an_answer_found_out_is_not_found_out_again(
    project: Project, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anchor_memory, "RACY_NS", 0)
    name = said(project, "Payments are never retried by the gateway.", CHARGE)
    repository.write("src/pay.py", "# a comment\n" + PAY)
    assert told(project, name)[0][1] == "holds"
    assert project.call("anchors_verify").looked == 0
    repository.write("src/pay.py", PAY.replace("total > 0", "total >= 0"))
    assert told(project, name)[0][1] == "changed"
    assert project.call("anchors_verify").looked == 0


def test_saying_the_same_again_after_another_commit_writes_no_new_note(
    project: Project, repository: Repository
) -> None:
    name = said(project, "Payments are never retried by the gateway.", CHARGE)
    repository.commit("another", {"src/pay.py": PAY + "\n\nRETRIES = 0\n"})
    said(project, "Payments are never retried by the gateway.", CHARGE)
    assert [event.op for event in project.call("history", name=name).events] == ["assert", "confirm"]
    repository.commit("changed", {"src/pay.py": PAY.replace("total > 0", "total >= 0")})
    said(project, "Payments are never retried by the gateway.", CHARGE)
    assert [event.op for event in project.call("history", name=name).events] == ["assert", "confirm", "confirm", "set"]
    assert told(project, name)[0][1] == "holds"


def test_reading_the_same_documents_after_another_commit_changes_nothing(
    project: Project, repository: Repository
) -> None:
    repository.commit("rules", {"AGENTS.md": "# Rules\n\n- Prices are whole cents, never floats.\n"})
    project.call("init", no_history=True)
    root = project.call("root").root
    repository.commit("other", {"src/other.py": "x = 1\n"})
    project.call("init", no_history=True)
    assert project.call("root").root == root


def test_confirming_a_memory_notes_its_places_as_they_are(project: Project, repository: Repository) -> None:
    name = said(project, "Payments are never retried by the gateway.", CHARGE, "src/pay.py:21-22", "src/pay.py")
    gone = said(project, "Nobody waits longer.", 'src/pay.py::"TIMEOUT = 30"')
    assert project.call("confirm", name=name).noted == []
    repository.write("src/pay.py", "# a comment\n" + PAY.replace("total > 0", "total >= 0").replace("30", "60"))
    reply = project.call("confirm", name=name)
    assert reply.noted == ["src/pay.py", "src/pay.py:22-23", CHARGE]
    assert {one[1] for one in told(project, name)} == {"holds"}
    assert project.call("confirm", name=gone).noted == []
    assert told(project, gone)[0][1] == "gone"
    assert [event.op for event in project.call("history", name=name).events] == ["assert", "confirm", "confirm", "set"]


def test_confirming_in_another_worktree_follows_its_files(project: Project, repository: Repository) -> None:
    name = said(project, "Payments are never retried by the gateway.", CHARGE)
    other = project.root.parent / "worktree"
    repository.git("worktree", "add", "-q", str(other), "-b", "other")
    (other / "src/pay.py").write_text(PAY.replace("total > 0", "total >= 0"), "utf-8")
    with Memory(other, project.home) as memory:
        assert call(memory, "confirm", {"name": name}).noted == [CHARGE]
    assert told(project, name)[0][1] == "changed"
