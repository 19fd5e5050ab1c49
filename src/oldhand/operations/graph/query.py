"""The operation `graph query`."""

from typing import Any, Literal, NamedTuple

from oldhand.errors import GraphNotReady, Refused
from oldhand.graph.falkordb.guard import checked
from oldhand.graph.falkordb.literals import given
from oldhand.graph.falkordb.using import Used, brought, used
from oldhand.graph.falkordb.values import plain
from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.operations.graph.sync import model_of

BY_PERSON = "user"
LONGEST_SECONDS = 600  # what runs longer is no question
UPDATE_SECONDS = 20.0  # for bringing the graph up to date before a question: 10,000 new memories take less
MOST_ROWS = 10_000  # in one answer


class GraphAnswer(NamedTuple):
    """What a query found.

    place: which graph was asked, empty in a dry run; columns: their names; rows: a value for each column
    (nodes and edges as objects); left_out: rows beyond the limit; ms: how long FalkorDB worked; behind: events of the
    journal that the graph lacked; wrote: whether the query changed the graph; notes: what else there is to know.
    """

    place: str
    columns: list[str]
    rows: list[list[Any]]
    left_out: int
    ms: float
    behind: int
    wrote: bool
    notes: list[str]


@operation(READ)
def query(
    memory: Memory, query: str, *, param: list[str] = [], limit: int = 100, seconds: int = 10, write: bool = False,
    dry_run: bool = False, scope: Literal["project", "global"] = "project",
) -> GraphAnswer:  # fmt: skip
    """Ask the attached graph in Cypher

    Memories are nodes with the label Memory and that of their kind (Decision, Outcome, Negative, …), links are edges
    named after their relation (CAUSED_BY, DEPENDS_ON, OUTCOME_OF, …). Every node has id, kind, standing, trust, domain
    and text, and the fields of its kind; `embedding` where texts are embedded. The graph is brought up to date first.
    What would change it is refused.

    Parameters
    query: what to ask, such as "MATCH (d:Decision)<-[:OUTCOME_OF]-(o) RETURN d.title, o.value LIMIT 5"
    param: NAME=VALUE for $NAME in the query, as often as needed; a VALUE that is JSON is that, any other is a text
    limit: how many rows to show
    seconds: stop the query after so many
    write: let the query change the graph, on the command line only; the next rebuild takes that away
    dry_run: look at the query and its parameters only, and ask nothing
    scope: project, or global for your own memory of all projects
    """
    asked, parameters = checked(query), given(param)
    if write and memory.trust != BY_PERSON:
        raise Refused(
            "Only a person writes into the graph, on the command line. It shows what is remembered: remember that."
        )
    if dry_run:
        names = ", ".join(f"${name}" for name in parameters)
        return GraphAnswer("", [], [], 0, 0.0, 0, False, [f"it can be asked{f', with {names}' if names else ''}"])
    longest = min(max(seconds, 1), LONGEST_SECONDS)
    with used(memory, scope, must=write) as use:
        behind = _brought(memory, scope, use)
        use.shared()
        run = use.graph.write if write else use.graph.read
        found = run(asked, parameters, seconds=longest, asked=True)
        rows = found.rows or []
    if found.changed:
        use.notes.append("what it wrote is no memory; the next rebuild takes it away")
    most = min(max(limit, 0), MOST_ROWS)
    shown = [[plain(value) for value in row] for row in rows[:most]]
    memory.trace_detail = {"rows": len(rows)}
    return GraphAnswer(
        use.attachment.place, found.columns, shown, len(rows) - len(shown), round(found.ms, 3), behind,
        found.changed, use.notes,
    )  # fmt: skip


def _brought(memory: Memory, scope: str, use: Used) -> int:
    """Bring the graph up to date, as far as time allows; how many events it lacks still. Raises GraphNotReady."""
    if use.lock is None:
        use.notes.append("another process brings it up to date just now")
        if not use.graph.exists():
            raise GraphNotReady(use.attachment.place, "another process fills it")
        return 0
    done = brought(memory, scope, use, model_of(memory), seconds=UPDATE_SECONDS)
    if not done.complete and done.filled:
        raise GraphNotReady(use.attachment.place, f"{done.nodes} nodes and {done.edges} edges were written just now")
    return done.behind
