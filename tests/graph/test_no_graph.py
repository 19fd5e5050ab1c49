"""What `graph import` says of a file that is no graph."""

from typing import Any

import pytest

from oldhand.errors import BadExport
from tests.conftest import Project

NO_GRAPHS = {
    "doc.md": "# Carts\n\nWe keep carts in Redis, because it is fast.\n", "a.json": '{"a": 1}', "empty.graphml": "",
    "facts.jsonl": '{"text": "Carts are small."}\n', "page.xml": "<page>no graph</page>",
}  # fmt: skip


@pytest.mark.parametrize("name", NO_GRAPHS)
@pytest.mark.parametrize("more", [{}, {"yes": True}, {"dry_run": True}], ids=str)
def test_what_is_no_graph_is_refused_and_told_where_it_may_go(
    project: Project, name: str, more: dict[str, Any]
) -> None:  # fmt: skip
    (project.root / name).write_text(NO_GRAPHS[name], "utf-8")
    with pytest.raises(BadExport, match=r"it holds no graph.*`oldhand import` reads other memories") as caught:
        project.by_person("graph_import", file=name, **more)
    assert caught.value.exit_code == 2 and project.call("status").memories == 0


def test_a_format_that_is_named_is_tried_and_its_faults_told(project: Project) -> None:
    """The control of the one above: what was drawn is read all the same, and of other files the fault is told."""
    (project.root / "doc.md").write_text(NO_GRAPHS["doc.md"], "utf-8")
    for form in ("graphml", "json", "cypher"):
        with pytest.raises(BadExport, match="nothing in it can be read"):
            project.by_person("graph_import", file="doc.md", yes=True, **{"from": form})
    project.by_person("remember", text="Carts are kept in Redis.")
    (project.root / "graph.txt").write_text(project.by_person("graph_export", format="cypher").text, "utf-8")
    assert project.by_person("graph_import", file="graph.txt", yes=True).format == "cypher"
