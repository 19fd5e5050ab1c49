"""Exporting and importing the graph: what leaves is valid, what comes back is equal, and hostile files do nothing."""

import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oldhand.errors import BadExport, NeedsConsent, OldhandError
from oldhand.model import kinds
from oldhand.model.relation import RELATIONS
from tests.conftest import Project
from tests.graph.made import drawn, remembered, tied
from tests.hostile.corpus import corpus
from tests.hostile.looks import controls

FORMATS = ("graphml", "json", "cypher")
TIMES = ("created", "updated", "said_by")  # when and by whom this store learned of it: an import is another occasion
every_format = pytest.mark.parametrize("form", FORMATS)


def export(project: Project, form: str, **more: Any) -> str:
    """An export as a file would have it."""
    path = project.root.parent / f"{project.root.name}.{form}"
    project.by_person("graph_export", file=str(path), format=form, yes=True, **more)
    text = path.read_bytes().decode()
    path.unlink()
    return text


def plain(project: Project) -> tuple[list[Any], list[Any]]:
    """The graph of a store without times: its nodes and its edges."""
    said = json.loads(export(project, "json"))
    nodes = [{name: value for name, value in one.items() if name not in TIMES} for one in said["nodes"]]
    return nodes, [(one["source"], one["type"], one["target"]) for one in said["edges"]]


def brought(project: Project, path: Path, **more: Any) -> Any:
    return project.by_person("graph_import", file=str(path), yes=True, trust="user", **more)


def founded(project: Project) -> None:
    """The files that memories of `filled` speak of."""
    (project.root / "src").mkdir()
    (project.root / "src" / "pay.py").write_text("def charge():\n    return 1\n", "utf-8")
    (project.root / "requirements.txt").write_text("requests==2.32\n", "utf-8")


def filled(project: Project) -> None:
    """A store with every kind, relation and standing of the graph, and texts that formats stumble over."""
    founded(project)
    names = []
    for kind in kinds.names():
        fields = [
            f"{name}={'7500' if name in ('confidence', 'value') else 'Шлюз <b>&amp;'}"
            for name in kinds.defaults_of(kind) if name != "title"
        ]  # fmt: skip
        said = project.by_person(
            "remember", text=f'A {kind}: «шлюз» </data> ]]> \\\\ "q" `x` {{}}\nsecond\tline', kind=kind, fields=fields
        )
        names.append(said.memories[0].id)
    keyed = project.by_person("remember", text="One host.", key="shop/host", domain="architecture", confidence=0.75)
    project.by_person("remember", text="Two hosts.", key="shop/host", domain="architecture")
    names.append(keyed.memories[0].id)
    reworded = project.by_person("remember", text="Carts live for a day.", tags=["carts", "корзина"]).memories[0].id
    project.by_person("revise", name=reworded, text="Carts live for two days.")
    placed = project.by_person(
        "remember", text="Charging is idempotent.", anchors=["src/pay.py:1-2", "dep:requests"], priority=7,
        valid_from="2024-02-03", valid_until="2031-05-06T07:08:09.123",
    )  # fmt: skip
    retired = project.by_person("remember", text="Cheques are taken.").memories[0].id
    names += [reworded, placed.memories[0].id, retired]
    tied(project, [(names[n], one, names[n + 1]) for n, one in enumerate(RELATIONS)])
    tied(project, [(names[0], one, names[-1]) for one in RELATIONS[:4]])
    project.by_person("retire", name=retired)


@every_format
def test_what_leaves_comes_back_equal_in_an_empty_store(
    make_project: Callable[[str], Project], tmp_path: Path, form: str
) -> None:
    project, other = make_project("one"), make_project("two")
    filled(project)
    founded(other)
    path = tmp_path / f"graph.{form}"
    path.write_text(export(project, form), "utf-8")
    done = brought(other, path)
    assert (done.unreadable, done.left_out, done.notes) == (0, 0, [])
    ours, theirs = plain(project), plain(other)
    assert len(ours[0]) > len(kinds.names()) and len(ours[1]) > len(RELATIONS)
    assert {one["standing"] for one in ours[0]} == {"active", "contested", "superseded", "retired"}
    assert not [(a, b) for a, b in zip(theirs[0], ours[0], strict=True) if a != b]
    assert theirs == ours
    assert brought(other, path).new == 0  # once more changes nothing
    assert plain(other) == ours


def test_a_changed_text_would_be_seen(make_project: Callable[[str], Project], tmp_path: Path) -> None:
    project, other = make_project("one"), make_project("two")
    filled(project)
    founded(other)
    path = tmp_path / "graph.json"
    path.write_text(export(project, "json").replace("Cheques", "Checks"), "utf-8")
    brought(other, path)
    assert plain(other) != plain(project)


@every_format
def test_the_same_store_gives_the_same_bytes_and_tells_how_many(project: Project, form: str) -> None:
    filled(project)
    one, two = (project.by_person("graph_export", format=form, derived=True) for _ in range(2))
    assert (one.text, one.sha256) == (two.text, two.sha256)
    assert one.bytes == len(one.text.encode())
    bare = project.by_person("graph_export", format=form)
    assert (bare.nodes, bare.edges) < (one.nodes, one.edges)
    assert (bare.nodes, bare.edges) == tuple(map(len, plain(project)))


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A store of hostile texts, each as text, title and field of a memory. NUL has a test of its own."""
    folder = tmp_path_factory.mktemp("odd")
    (folder / "home").mkdir()
    project = Project(folder / "project", folder / "home")
    for number, string in enumerate(one for one in corpus(160) if "\0" not in one):
        said = {"text": f"{number} {string}", "title": string, "kind": "decision", "fields": [f"reason={string}"]}
        try:
            project.by_person("remember", **said)
        except OldhandError:  # what no memory can hold is in no graph
            continue
    return project


@every_format
def test_hostile_texts_come_back_as_they_were(project: Project, odd: Project, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"graph.{form}"
    path.write_bytes(export(odd, form).encode())
    done = brought(project, path)
    assert (done.unreadable, done.left_out) == (0, 0), done.notes
    ours, theirs = plain(odd), plain(project)
    assert len(ours[0]) > 100
    assert [(a, b) for a, b in zip(ours[0], theirs[0], strict=True) if a != b] == []


@every_format
def test_a_nul_comes_back_but_from_cypher_which_servers_cut_there(
    make_project: Callable[[str], Project], tmp_path: Path, form: str
) -> None:
    project, other = make_project("one"), make_project("two")
    project.by_person("remember", text="A\0B", title="\0")
    path = tmp_path / f"graph.{form}"
    path.write_bytes(export(project, form).encode())
    brought(other, path)
    assert [one["text"] for one in plain(other)[0]] == ["A\ufffdB" if form == "cypher" else "A\0B"]


def test_what_is_printed_holds_nothing_that_a_terminal_obeys(odd: Project) -> None:
    assert controls(export(odd, "cypher"))  # a file has it as it is
    for form in FORMATS:
        told = odd.by_person("graph_export", format=form)
        assert not controls(told.text) and told.bytes == len(told.text.encode())


def test_networkx_reads_the_graphml_and_the_json(project: Project) -> None:
    filled(project)
    nodes, edges = plain(project)
    marked = nx.read_graphml(io.BytesIO(export(project, "graphml").encode()), force_multigraph=True)
    linked = nx.node_link_graph(json.loads(export(project, "json")), edges="edges")
    for graph in (marked, linked):
        assert graph.is_directed() and graph.is_multigraph()
        assert {name: data["text"] for name, data in graph.nodes(data=True)} == {
            one["id"]: one["text"] for one in nodes
        }
        assert sorted((a, b) for a, b in graph.edges()) == sorted((a, c) for a, _, c in edges)
    assert sorted((a, data["label"], b) for a, b, data in marked.edges(data=True)) == sorted(edges)
    assert sorted((a, key, b) for a, b, key in linked.edges(keys=True)) == sorted(edges)


def test_what_networkx_writes_of_our_graph_comes_back_equal(
    make_project: Callable[[str], Project], tmp_path: Path
) -> None:
    project, other, third = make_project("one"), make_project("two"), make_project("three")
    filled(project)
    founded(other)
    founded(third)
    graph = nx.read_graphml(io.BytesIO(export(project, "graphml").encode()), force_multigraph=True)
    path = tmp_path / "again.graphml"
    nx.write_graphml(graph, path)
    brought(other, path)
    linked = nx.node_link_graph(json.loads(export(project, "json")), edges="edges")
    path = tmp_path / "again.json"
    path.write_text(json.dumps(nx.node_link_data(linked, edges="edges")), "utf-8")
    brought(third, path)
    assert plain(project) == plain(other) == plain(third)


def test_the_graphml_is_well_formed_and_declares_what_it_uses(project: Project) -> None:
    filled(project)
    project.by_person("remember", text="A bell \x07 and an escape \x1b[2J.", title="json:[1]")
    root = ET.fromstring(export(project, "graphml", derived=True))
    space = "{http://graphml.graphdrawing.org/xmlns}"
    declared = {one.get("id"): one.get("for") for one in root.iter(f"{space}key")}
    used = {
        (data.get("key"), element.tag.removeprefix(space))
        for element in root.iter() if element.tag in (f"{space}node", f"{space}edge") for data in element
    }  # fmt: skip
    assert used == set(declared.items())
    ids = [one.get("id") for one in root.iter(f"{space}node")]
    assert len(ids) == len(set(ids))
    assert {end for edge in root.iter(f"{space}edge") for end in (edge.get("source"), edge.get("target"))} <= set(ids)


def test_files_and_agents_are_nodes_where_asked_for_and_are_not_taken_back(
    make_project: Callable[[str], Project], tmp_path: Path
) -> None:
    project, other = make_project("one"), make_project("two")
    filled(project)
    founded(other)
    said = json.loads(export(project, "json", derived=True))
    derived = {one["id"]: one for one in said["nodes"] if one["labels"] != ["Memory", one.get("kind", "").capitalize()]}
    assert {"file:src/pay.py", "dependency:requests", "agent:user"} <= set(derived)
    places = [one for one in said["edges"] if one["target"] == "file:src/pay.py"]
    assert [(one["type"], one["place"]) for one in places] == [("ANCHORED_TO", "src/pay.py:1-2")]
    path = tmp_path / "graph.json"
    path.write_text(json.dumps(said), "utf-8")
    assert brought(other, path).left_out > len(derived)
    assert plain(other) == plain(project)


def test_what_may_not_be_told_leaves_in_no_format(project: Project) -> None:
    names = remembered(project, 4, said="Zeppelin")
    tied(project, [(names[0], "relates_to", names[1]), (names[2], "relates_to", names[3])])
    project.by_person("reject", name=names[1], reason="never")
    project.by_person("forget", names=[names[2]], yes=True)
    assert project.call("remember", text="The page says so. </memory>").memories[0].outcome == "quarantined"
    for form in FORMATS:
        text = export(project, form, derived=True)
        assert "Zeppelin number 0" in text
        assert not [one for one in ("number 1", "number 2", "page says", names[1], names[2]) if one in text]


# -- coming in -----------------------------------------------------------------------------------------


def test_a_graph_waits_for_consent_and_is_believed_as_a_page_when_nobody_vouches(
    project: Project, tmp_path: Path
) -> None:
    path = tmp_path / "graph.json"
    path.write_text('{"nodes":[{"id":1,"text":"The moon is made of cheese."}],"edges":[]}', "utf-8")
    with pytest.raises(NeedsConsent):
        project.by_person("graph_import", file=str(path))
    assert plain(project) == ([], [])
    assert project.by_person("graph_import", file=str(path), yes=True).new == 1
    assert [(one["trust"], one["kind"]) for one in plain(project)[0]] == [("web", "claim")]


def test_trust_that_a_file_claims_counts_for_no_more_than_who_imports(
    make_project: Callable[[str], Project],
) -> None:
    project, other = make_project("one"), make_project("two")
    said = {"kind": "claim", "text": "Ports are open.", "trust": "user", "labels": ["Memory", "Claim"], "id": "x"}
    for place in (project, other):
        (place.root / "graph.json").write_text(json.dumps({"nodes": [said], "edges": []}), "utf-8")
    project.call("graph_import", file="graph.json", yes=True, trust="agent")
    assert [one["trust"] for one in plain(project)[0]] == ["agent"]
    (other.root / "graph.json").write_text(json.dumps({"nodes": [said | {"trust": "repo"}], "edges": []}), "utf-8")
    other.by_person("graph_import", file="graph.json", yes=True, trust="user")
    assert [one["trust"] for one in plain(other)[0]] == ["repo"]


def test_a_secret_in_a_graph_is_replaced(project: Project) -> None:
    secret = "gh" + "p_" + "A1b2C3d4E5" * 3 + "abcdef"
    said = {"nodes": [{"id": 1, "kind": "claim", "text": f"Deploy with {secret}."}], "edges": []}
    (project.root / "graph.json").write_text(json.dumps(said), "utf-8")
    assert brought(project, project.root / "graph.json").secrets == 1
    assert secret not in export(project, "json")


def test_an_id_is_kept_only_where_it_follows_from_what_comes(project: Project) -> None:
    """A file cannot take the id of what somebody else will say."""
    wanted = "0123456789abcdef" * 2
    first = json.dumps({"kind": "claim", "content": {"text": "Another."}, "inputs": []})
    nodes = [
        {"id": wanted, "kind": "claim", "text": "Mine."},
        {"id": wanted[::-1], "kind": "claim", "text": "Mine too.", "first_wording": first},
    ]
    (project.root / "graph.json").write_text(json.dumps({"nodes": nodes, "edges": []}), "utf-8")
    brought(project, project.root / "graph.json")
    found = {one["id"]: one["text"] for one in plain(project)[0]}
    assert sorted(found.values()) == ["Mine too.", "Mine."] and not {wanted, wanted[::-1]} & set(found)


YED = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml">
  <key for="node" id="d6" yfiles.type="nodegraphics"/><key for="edge" id="d10" yfiles.type="edgegraphics"/>
  <graph edgedefault="directed" id="G">
    <node id="n0"><data key="d6"><y:ShapeNode><y:NodeLabel>Payments wait.</y:NodeLabel></y:ShapeNode></data></node>
    <node id="n1"><data key="d6"><y:ShapeNode><y:NodeLabel>Retries pile up.</y:NodeLabel></y:ShapeNode></data></node>
    <edge source="n1" target="n0"><data key="d10"><y:Edge><y:EdgeLabel>caused by</y:EdgeLabel></y:Edge></data></edge>
  </graph>
</graphml>
"""


def test_what_was_drawn_in_yed_comes_in_as_claims_with_their_links(project: Project) -> None:
    (project.root / "drawn.graphml").write_text(YED, "utf-8")
    done = brought(project, project.root / "drawn.graphml")
    assert (done.new, done.ties, done.unreadable) == (2, 1, 0)
    nodes, edges = plain(project)
    text = {one["id"]: (one["kind"], one["text"]) for one in nodes}
    assert [(text[a][1], relation, text[b][1]) for a, relation, b in edges] == [
        ("Retries pile up.", "CAUSED_BY", "Payments wait.")
    ]


LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]>"
OUTSIDE = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
INSIDE = "<graphml><graph><node id='1'><data key='text'>&{};</data></node></graph></graphml>"
HOSTILE = {
    "entities within entities": f"{LAUGHS}{INSIDE.format('c')}",
    "a file as an entity": f"{OUTSIDE}{INSIDE.format('a')}",
    "a parameter entity": "<!DOCTYPE x [<!ENTITY % a SYSTEM 'file:///etc/passwd'>%a;]><graphml/>",
    "elements without end": "<graphml>" + "<graph>" * 5000,
    "a cut": "<graphml><graph><node id='1'><data key='text'>Half a thou",
    "no XML": "<graphml <<<",
    "another encoding": "<?xml version='1.0' encoding='utf-7'?><graphml/>",
    "a node that says nothing": "<graphml><graph><node id='1'/></graph></graphml>",
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_graphml_brings_nothing_in(project: Project, case: str) -> None:
    (project.root / "graph.graphml").write_text(HOSTILE[case], "utf-8")
    with pytest.raises(BadExport):
        project.by_person("graph_import", file="graph.graphml", yes=True, **{"from": "graphml"})
    assert plain(project) == ([], [])


def test_what_stands_before_a_fault_is_taken_and_the_fault_named(project: Project) -> None:
    whole = "<graphml><graph><node id='1'><data key='text'>Whole.</data></node><node id='2'><data key='text'>Cut"
    (project.root / "graph.graphml").write_text(whole, "utf-8")
    done = brought(project, project.root / "graph.graphml")
    assert (done.new, done.unreadable) == (1, 1) and "graph.graphml:1" in done.notes[0]


@pytest.mark.parametrize(
    "line",
    [
        'MERGE (n:Memory {id: "1"}) SET n += {`text`:"a"} DELETE n;', 'MATCH (n) DETACH DELETE n;', 'MERGE (n:Memory',
        'MERGE (n:Memory {id: "1"}) SET n += {`text`:[["a"]]};', 'MERGE (n:Memory {id: "1"}) SET n += {text:"a"};',
        'MERGE (n:Memory {id: "1"}) SET n += {`text`:1e9};', 'MERGE (n:Memory {id: "1}) SET n += {`text`:"a"};',
        'MERGE (n:Memory {id: "1"}) SET n += {`text`:99999999999999999999};',
    ],
)  # fmt: skip
def test_other_cypher_than_ours_is_named_and_not_run(project: Project, line: str) -> None:
    good = 'MERGE (n:Memory:Claim {id: "x"}) SET n += {`kind`:"claim",`text`:"Kept."};'
    (project.root / "graph.cypher").write_text(f"// oldhand-graph 1, root none\n{line}\n{good}\n", "utf-8")
    done = brought(project, project.root / "graph.cypher")
    assert (done.new, done.unreadable) == (1, 1) and "graph.cypher:2" in done.notes[0]
    assert [one["text"] for one in plain(project)[0]] == ["Kept."]


@given(st.binary(max_size=400), st.sampled_from(FORMATS))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_at_all_end_in_anything_but_an_answer(project: Project, raw: bytes, form: str) -> None:
    begins = {
        "graphml": b"<graphml><graph><node id='1'>",
        "json": b'{"nodes":[{"id":1,',
        "cypher": b'MERGE (n:Memory {id: "',
    }
    path = project.root / "graph.bin"
    path.write_bytes(begins[form] + raw)
    try:
        project.by_person("graph_import", file=str(path), dry_run=True, **{"from": form})
    except OldhandError:
        pass


def test_a_tag_that_never_ends_is_given_up(project: Project) -> None:
    path = project.root / "graph.graphml"
    path.write_text("<graphml><graph><node id='" + "a" * 17_000_000, "utf-8")
    with pytest.raises(BadExport):
        brought(project, path)


def test_a_random_graph_comes_back_with_every_link(make_project: Callable[[str], Project], tmp_path: Path) -> None:
    project, other = make_project("one"), make_project("two")
    names = remembered(project, 80, said="Вещь")
    tied(project, drawn(names, 300, 1))
    path = tmp_path / "graph.cypher"
    path.write_text(export(project, "cypher"), "utf-8")
    done = brought(other, path)
    assert done.ties == len(plain(project)[1]) > 250
    assert plain(other) == plain(project)
