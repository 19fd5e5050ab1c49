"""link, unlink, graph, provenance, history, log, diff, root, init: how things hang together and came about."""

from itertools import pairwise

import pytest

from oldhand.errors import Refused, UnknownId
from oldhand.knowledge.assertion import assert_, statement
from oldhand.knowledge.redaction import Screening
from oldhand.model.relation import RELATIONS
from oldhand.model.trust import Voice
from tests.conftest import Project
from tests.operations.test_saying import said, told

# -- link, unlink, graph -----------------------------------------------------------------------------


@pytest.mark.parametrize("relation", RELATIONS)
def test_a_tie_of_every_relation_stands_until_it_is_undone(project: Project, relation: str) -> None:
    one, two = said(project, "One.").id, said(project, "Two.").id
    ends = {"source": one, "relation": relation.replace("_", "-").upper(), "target": two}
    assert (project.call("link", **ends).stands, project.call("link", **ends).changed) == (True, False)
    assert [edge.rel for edge in project.call("show", name=two).links] == [relation]
    assert (told(project, two).standing == "superseded") == (relation == "supersedes")
    undone = project.call("unlink", **ends)
    assert (undone.stands, undone.changed, undone.target_standing) == (False, True, "active")
    assert project.call("show", name=one).links == []
    assert project.call("unlink", **ends).changed is False


def test_a_tie_to_itself_or_to_nothing_is_refused(project: Project) -> None:
    one = said(project, "One.").id
    with pytest.raises(Refused, match="tied to itself"):
        project.call("link", source=one, relation="blocks", target=one)
    with pytest.raises(UnknownId):
        project.call("link", source=one, relation="blocks", target="abcdef123456")


def test_a_graph_goes_as_deep_as_asked_and_says_when_there_was_more(project: Project) -> None:
    names = [said(project, f"Step {number}.").id for number in range(6)]
    for before, after in pairwise(names):
        project.call("link", source=after, relation="depends_on", target=before)
    graph = project.call("graph", name=names[0], depth=2)
    assert [(node.id, node.distance) for node in graph.nodes] == [(name, at) for at, name in enumerate(names[:3])]
    assert len(graph.edges) == 2 or len(graph.edges) == 3
    assert len(project.call("graph", name=names[0], depth=8).nodes) == 6
    assert len(project.call("graph", name=names[3], depth=1, relation="depends-on").nodes) == 3
    assert len(project.call("graph", name=names[3], depth=1, relation="blocks").nodes) == 1


def test_a_graph_with_a_circle_ends(project: Project) -> None:
    names = [said(project, f"Step {number}.").id for number in range(3)]
    for number, name in enumerate(names):
        project.call("link", source=name, relation="relates_to", target=names[(number + 1) % 3])
    graph = project.call("graph", name=names[0], depth=8)
    assert (len(graph.nodes), len(graph.edges), graph.cut) == (3, 3, False)


# -- provenance --------------------------------------------------------------------------------------


def test_provenance_goes_down_to_the_leaves_and_trusts_no_more_than_the_least(project: Project) -> None:
    with project.memory.writing() as transaction:
        page = statement(project.root, "claim", {"text": "Seen on a page."}, screening=Screening())
        leaf = assert_(transaction, page, Voice("crawler", "web", "web")).memory
    middle, top = (said(project, text).id for text in ("Concluded from it.", "Decided."))
    project.call("link", source=top, relation="derived_from", target=middle)
    project.call("link", source=middle, relation="derived_from", target=leaf)
    found = project.call("provenance", name=top)
    assert [(source.memory, source.depth, source.leaf) for source in found.sources] == [
        (top, 0, False), (middle, 1, False), (leaf, 2, True),
    ]  # fmt: skip
    assert (found.trust, [source.trust for source in found.sources]) == ("web", ["agent", "agent", "web"])
    assert (found.sources[2].actor, found.sources[2].origin) == ("crawler", "web")


def test_provenance_of_a_circle_names_each_memory_once(project: Project) -> None:
    one, two = said(project, "One.").id, said(project, "Two.").id
    project.call("link", source=one, relation="derived_from", target=two)
    project.call("link", source=two, relation="derived_from", target=one)
    assert [source.memory for source in project.call("provenance", name=one).sources] == [one, two]


# -- history, log, diff, root ------------------------------------------------------------------------


def test_history_tells_everything_in_order(project: Project) -> None:
    name = said(project, "One.").id
    project.call("revise", name=name, text="Uno.")
    for operation in ("confirm", "dispute", "retire", "restore"):
        project.call(operation, name=name)
    found = project.call("history", name=name)
    assert [event.op for event in found.events] == ["assert", "revise", "confirm", "dispute", "retire", "restore"]
    assert [event.position for event in found.events] == sorted(event.position for event in found.events)
    assert found.standing == "contested"


def test_the_log_tells_the_latest_first_and_can_be_narrowed(project: Project) -> None:
    names = [said(project, f"{number}.").id for number in range(5)]
    project.call("retire", name=names[0])
    log = project.call("log", limit=3)
    assert [event.op for event in log.events] == ["retire", "assert", "assert"]
    assert log.total == 6
    assert [event.memory for event in project.call("log", op="retire").events] == [names[0]]
    assert project.call("log", actor="nobody").events == []
    assert len(project.call("log", actor="agent", limit=99).events) == 6


def test_a_difference_tells_what_changed_between_two_roots(project: Project) -> None:
    kept, changed, gone = (said(project, text).id for text in ("Kept.", "Changed.", "Gone."))
    first = project.call("root").root
    project.call("revise", name=changed, text="Changed again.")
    project.call("retire", name=gone)
    second = project.call("root").root
    new = said(project, "New.").id
    found = project.call("diff", since=first[:12], until=second[:12])
    assert {(one.id, one.before, one.after, one.after_standing) for one in found.memories} == {
        (changed[:12], "Changed.", "Changed again.", "active"), (gone[:12], "Gone.", "Gone.", "retired"),
    }  # fmt: skip
    assert {one.id for one in project.call("diff", since=first).memories} == {changed[:12], gone[:12], new[:12]}
    assert project.call("diff", since=project.call("root").root).memories == []
    assert kept[:12] not in {one.id for one in project.call("diff", since=first).memories}
    with pytest.raises(UnknownId):
        project.call("diff", since=second, until=first)


def test_roots_are_chained_and_a_mark_is_kept(project: Project) -> None:
    said(project, "One.")
    marked = project.call("root", mark="before the release")
    said(project, "Two.")
    found = project.call("root", limit=10)
    assert [root.number for root in found.roots] == sorted((root.number for root in found.roots), reverse=True)
    assert len({root.chain for root in found.roots}) == len(found.roots)
    assert found.roots[0].root == found.root
    assert [event.reason for event in project.call("log", op="root").events] == ["before the release"]
    assert project.call("recall", cue="two", as_of=marked.roots[0].root).items == []


# -- init --------------------------------------------------------------------------------------------


def test_init_reads_the_projects_own_words(project: Project) -> None:
    (project.root / "README.md").write_text(
        "# Shop\n\nThe shop keeps its prices in whole cents, never as floats.\n", "utf-8"
    )
    (project.root / "notes.bin").write_bytes(b"\x00\x01")
    done = project.call("init")
    assert (done.created, done.added, done.by_file) == (False, 1, {"README.md": 1})
    (item,) = project.call("recall", cue="prices in cents").items
    assert (item.trust, item.origin, item.anchors[0].state) == ("repo", "repo:README.md", "holds")


def test_documents_that_cannot_be_read_are_named_and_cost_nothing_else(project: Project) -> None:
    (project.root / "AGENTS.md").write_bytes(b"\xff\xfe not text")
    (project.root / "README.md").write_text(
        "# Shop\n\nThe shop keeps its prices in whole cents, never as floats.\n", "utf-8"
    )
    (project.root / "docs").mkdir()
    (project.root / "docs" / "big.md").write_text("# Big\n\n" + "word " * 200_000, "utf-8")
    (project.root / "docs" / "out.md").symlink_to("/etc/hostname")
    done = project.call("init")
    assert done.added == 1
    assert {path for path, _ in done.left_out} == {"AGENTS.md", "docs/big.md", "docs/out.md"}
