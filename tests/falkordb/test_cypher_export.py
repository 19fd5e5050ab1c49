"""What `graph export` writes as Cypher is what FalkorDB takes: loaded line by line it is the projection."""

from oldhand.exchange.graph_cypher import lines
from oldhand.graph.falkordb.comparing import differences
from tests.conftest import Project
from tests.falkordb.graphs import grown
from tests.falkordb.servers import Server, needs_falkordb

pytestmark = needs_falkordb


def test_an_export_loaded_twice_is_the_graph(project: Project, server: Server) -> None:
    grown(project, 60, links=3)
    project.by_person("remember", text="Two lines\nand a \\n that is none\r\n", kind="decision", fields=["estimate=5"])
    graph = server.connected().graph("exported")
    with project.memory.reading() as reader:
        statements = [said.decode().rstrip("\n") for sort, said in lines(reader) if sort]
        for _ in range(2):
            for statement in statements:
                graph.write(statement.removesuffix(";"))
        assert len(statements) > 200 and differences(graph, reader).told == []
        graph.write(statements[0].removesuffix(";") + " SET n.text = 'other'")
        assert differences(graph, reader).many == 1  # the control
