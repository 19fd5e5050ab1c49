"""What operations on the graph say: to people on a narrow terminal and to agents, with hostile and Russian texts."""

import json
import re
from itertools import pairwise
from typing import Any

import pytest

from oldhand.errors import OldhandError
from oldhand.model import kinds
from oldhand.surfaces import line_texts
from oldhand.surfaces.agent_text import rendered
from tests.conftest import Project
from tests.contract.command import inside
from tests.contract.terminal import on_terminal
from tests.graph.made import drawn, remembered, tied
from tests.hostile.corpus import COMMON, corpus
from tests.hostile.looks import controls


def words(project: Project, operation: str, **said: Any) -> str:
    """A reply as lines, before a surface makes them safe."""
    return "\n".join(one.text for one in line_texts.lines(operation, project.call(operation, **said)))


def story(project: Project) -> dict[str, str]:
    """A decision, what it takes for granted, how it ended, and what was learned of it."""
    said = {
        "decision": "Use Redis for sessions.", "assumption": "Sessions stay small.", "outcome": "Redis went well.",
        "negative": "Откатили повторы платежей.", "claim": "The gateway is not idempotent.",
    }  # fmt: skip
    names = {kind: project.by_person("remember", text=text, kind=kind).memories[0].id for kind, text in said.items()}
    tied(
        project,
        [
            (names["decision"], "depends_on", names["assumption"]), (names["outcome"], "outcome_of", names["decision"]),
            (names["negative"], "derived_from", names["decision"]), (names["negative"], "caused_by", names["claim"]),
        ],
    )  # fmt: skip
    return names


def test_neighbours_hang_below_what_leads_to_them_and_say_which_way(project: Project) -> None:
    names = story(project)
    told = words(project, "graph_neighbours", name=names["outcome"])
    lines = told.splitlines()
    assert lines[0] == f"[outcome {names['outcome'][:12]}] Redis went well."
    assert lines[1] == f"  outcome_of -> [decision {names['decision'][:12]}] Use Redis for sessions."
    assert f"    <- derived_from [negative {names['negative'][:12]}] Откатили повторы платежей." in lines
    assert "gateway" not in told  # three links away
    assert words(project, "graph", name=names["outcome"]).splitlines() == lines
    alone = remembered(project, 1)[0]
    assert "Nothing else is tied to it" in words(project, "graph_neighbours", name=alone)


def test_a_path_is_read_from_one_end_to_the_other(project: Project) -> None:
    names = story(project)
    told = words(project, "graph_paths", source=names["assumption"], target=names["claim"]).splitlines()
    assert told[0] == "3 links, 1 way of that length"
    assert [re.sub(r" \[.*", "", one.strip()) for one in told[2:]] == [
        "<- depends_on",
        "<- derived_from",
        "caused_by ->",
    ]
    told = words(project, "graph_paths", source=names["claim"], target=names["assumption"], direction="out")
    assert told.startswith("No links lead from the one to the other.")
    told = words(project, "graph_paths", source=names["claim"], target=names["assumption"], depth=2)
    assert "--depth" in told


def test_causes_end_with_what_goes_back_no_further(project: Project) -> None:
    names = story(project)
    told = words(project, "graph_causes", name=names["negative"])
    ends = told.splitlines()[-1]
    assert ends.startswith("In the end: ") and names["assumption"][:12] in ends and names["claim"][:12] in ends
    assert "goes back to nothing" in words(project, "graph_causes", name=names["claim"])


def test_a_subgraph_tells_the_files_where_asked_for(project: Project) -> None:
    names = story(project)
    (project.root / "pay.py").write_text("x = 1\n", "utf-8")
    placed = project.by_person("remember", text="Payments are here.", anchors=["pay.py:1"], tags=["commit:abc123"])
    name = placed.memories[0].id
    told = words(project, "graph_subgraph", names=[names["decision"], name], derived=True)
    assert f"File pay.py: {name[:12]} anchored_to" in told
    assert f"Commit abc123: {name[:12]} implemented_in" in told
    assert "File" not in words(project, "graph_subgraph", names=[names["decision"], name])


def test_health_names_each_thing_that_is_wrong_and_what_to_do(project: Project) -> None:
    names = story(project)
    other = remembered(project, 8, said="Part")
    tied(
        project,
        [
            (other[0], "depends_on", other[1]), (other[1], "depends_on", other[0]),
            (other[2], "contradicts", other[3]), (other[4], "supersedes", other[5]),
            (other[6], "depends_on", other[5]), (other[6], "relates_to", other[7]), (other[0], "blocks", "f" * 32),
        ],
    )  # fmt: skip
    project.by_person("remember", text="Backoff was reverted.", kind="negative")
    project.by_person("remember", text="Everything is small.", kind="assumption")
    project.by_person("reject", name=other[7], reason="no")
    found = {one.what: one for one in project.call("graph_health").findings}
    assert {name: one.number for name, one in found.items()} == {
        "cycles": 1, "needed but aside": 1, "contradictions": 1, "dangling": 2, "awaited": 1, "orphans": 2,
        "decisions without outcome": sum(
            one.kind == "decision" for one in project.call("active", kind="decision", limit=500).items
        ) - 1,
        "negative without evidence": 1,
    }  # fmt: skip
    assert [edge.source for edge in found["needed but aside"].edges] == [other[6]]
    assert {edge.rel for edge in found["dangling"].edges} == {"relates_to", "blocks"}
    told = words(project, "graph_health", limit=1)
    assert told.count("`oldhand ") >= 5 and "Cycles (1)" in told
    assert [one.weight for one in project.call("graph_health").findings][:3] == ["problem"] * 3
    sound = words(project, "graph_health", limit=1)
    assert names["negative"][:12] not in sound  # derived from a decision: that is its evidence


def test_a_graph_without_faults_says_so(project: Project) -> None:
    assert words(project, "graph_health").splitlines()[0] == "0 memories, 0 links. Nothing is loose or missing."


def test_hubs_are_told_where_one_memory_has_most_of_the_links(project: Project) -> None:
    names = remembered(project, 120)
    tied(project, [(name, "relates_to", names[0]) for name in names[1:61]])
    found = {one.what: one for one in project.call("graph_health").findings}
    assert [node.id for node in found["hubs"].nodes] == [names[0]]
    tied(project, [(a, "enables", b) for a, b in pairwise(names)])
    tied(project, drawn(names[::-1], 600, 2))
    assert "hubs" not in {one.what for one in project.call("graph_health").findings}  # control: all have many


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, list[str]]:
    """Memories of hostile texts, tied to one another."""
    folder = tmp_path_factory.mktemp("nasty")
    (folder / "home").mkdir()
    project, names = Project(folder / "project", folder / "home"), []
    for number, string in enumerate(corpus(COMMON)[::3]):
        try:
            said = project.by_person("remember", text=f"{number} {string}", title=string[:300], tags=[f"pr:{number}"])
        except OldhandError:
            continue
        names.append(said.memories[0].id)
    tied(project, [(a, "depends_on", b) for a, b in pairwise(names)])
    tied(project, [(names[-1], "blocks", names[0])])
    return project, names


def test_hostile_texts_are_told_without_anything_a_terminal_obeys(nasty: tuple[Project, list[str]]) -> None:
    project, names = nasty
    assert len(names) > 20 and any(controls(text) for text in corpus(COMMON)[::3])
    project.memory.close()
    for said in (
        ("neighbours", names[3], "--depth", "8", "-n", "500"), ("causes", names[0], "--depth", "8", "-n", "500"),
        ("paths", names[0], names[7]), ("subgraph", *names[:40], "--derived", "-n", "500"), ("health", "-n", "20"),
        ("cycles", "-n", "50"), ("central", "-n", "500"), ("communities", "-n", "500"),
    ):  # fmt: skip
        ran = inside(project.root, project.home, "graph", *said)
        assert ran.code == 0 and ran.out and not controls(ran.out + ran.err), (said, ascii(ran.out)[:300])


def test_agents_read_hostile_texts_inside_a_fence_they_cannot_close(nasty: tuple[Project, list[str]]) -> None:
    project, names = nasty
    for operation, said in (
        ("graph_neighbours", {"name": names[3], "depth": 8, "limit": 500}), ("graph_causes", {"name": names[0]}),
        ("graph_subgraph", {"names": names[:40], "derived": True, "limit": 500}), ("graph_cycles", {}),
        ("graph_paths", {"source": names[0], "target": names[7]}), ("graph_central", {"limit": 500}),
        ("graph_health", {}), ("graph_communities", {}), ("graph_export", {"format": "cypher"}),
    ):  # fmt: skip
        text = rendered(operation, project.call(operation, **said))
        assert text.startswith("<memory") and text.endswith("</memory>") and text.count("</memory>") == 1
        assert not controls(text), operation


def test_a_narrow_terminal_shows_all_of_it_in_its_width(project: Project) -> None:
    names = story(project)
    project.memory.close()
    for said in (("neighbours", names["outcome"]), ("causes", names["negative"]), ("health",), ("central",)):
        shown = on_terminal(project.root, project.home, "graph", *said, columns=40).out
        plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
        assert max(map(len, plain.splitlines())) <= 40, plain
        assert "Redis" in plain or said[0] == "health"


def test_what_is_damaged_is_named_where_a_way_leads_through_it(project: Project) -> None:
    names = story(project)
    tied(project, [(names["claim"], "depends_on", names["negative"])])
    project.memory.close()
    project.damaged = True
    import apsw

    connection = apsw.Connection(str(project.folder / "memory.db"))
    connection.execute("UPDATE objects SET body=CAST(replace(CAST(body AS TEXT), 'Redis', 'Ridis') AS BLOB)").fetchall()
    connection.close()
    project.reopened()
    broken = names["decision"][:12]
    for operation, said in (
        ("graph_neighbours", {"name": names["negative"]}), ("graph_causes", {"name": names["negative"]}),
        ("graph_paths", {"source": names["claim"], "target": names["assumption"]}), ("graph_central", {}),
        ("graph_subgraph", {"names": [names["claim"]], "depth": 8}), ("graph_communities", {}),
    ):  # fmt: skip
        reply = project.call(operation, **said)
        assert broken in reply.degraded, operation
        told = "\n".join(one.text for one in line_texts.lines(operation, reply))
        assert f"[{broken}] DAMAGED Its words cannot be read." in told and "Ridis" not in told
    assert project.call("graph_cycles").degraded == ""  # nothing of it is shown there
    exported = project.by_person("graph_export", format="json")
    assert broken in exported.degraded and "Ridis" not in exported.text
    said = json.loads(exported.text)
    ids = {one["id"] for one in said["nodes"]}
    assert said["edges"] and {end for one in said["edges"] for end in (one["source"], one["target"])} <= ids


def test_no_field_of_a_kind_takes_the_place_of_what_every_node_has() -> None:
    base = {
        "id", "labels", "label", "kind", "standing", "trust", "domain", "key", "text", "said_by", "revision", "tags",
        "anchors", "inputs", "created", "updated", "priority", "memory_confidence", "valid_from", "valid_until",
        "first_wording",
    }  # fmt: skip
    assert not [(kind, field) for kind in kinds.names() for field in kinds.defaults_of(kind) if field in base]
    assert {"title", "reason", "confidence"} <= set(kinds.defaults_of("decision"))  # control: fields are looked at
