"""The operation `show`."""

from contextlib import ExitStack
from typing import Literal, NamedTuple

from oldhand.errors import BadArgument
from oldhand.knowledge.anchoring import checker
from oldhand.knowledge.events import Happened, happened
from oldhand.knowledge.naming import moment_asked
from oldhand.knowledge.telling import Told, told
from oldhand.memory import Memory
from oldhand.model.identity import short
from oldhand.operation import READ, operation
from oldhand.store.reader import Edge

SHARES = {"decision": ("confidence",), "outcome": ("value", "weight")}
"""Fields of a kind that are kept in ten-thousandths, and are told as people read them."""


class Shown(NamedTuple):
    """A memory whole: what it says, the fields of its kind, its ties, its wordings' addresses and its history.

    Of a decision also `ended`: how it ended, as far as is known; `decision show` tells all of it.
    """

    memory: Told
    fields: dict[str, str]
    links: list[Edge]
    revisions: list[str]
    inputs: list[str]
    history: list[Happened]
    root: str


@operation(READ)
def show(
    memory: Memory, name: str, *, as_of: str = "", scope: Literal["project", "global"] = "project", project: str = "",
    history: bool = False,
) -> Shown:  # fmt: skip
    """Show one memory whole

    Parameters
    name: at least 6 characters of its id or of the address of one of its wordings
    as_of: as known at a root, a date or a time
    scope: project, or global for your own memory of all projects
    project: in another known project, by name
    history: with everything that happened to it
    """
    if project and scope == "global":
        raise BadArgument("scope", scope, "a project is named too; give one of the two")
    with ExitStack() as stack:
        place = stack.enter_context(memory.other(project)) if project else memory
        reader = stack.enter_context(place.reading(as_of, scope))
        held = reader.get(reader.resolve(name))
        memory.trace_detail = {"memory": short(held.id)} if scope == "project" and not project else {}  # for `utility`
        moment = moment_asked(reader, as_of, memory.now())
        files = checker(place, as_of) if scope == "project" else None
        content = held.wordings[-1].content if held.wordings else {}
        fields = {
            name: value if isinstance(value, str) else "; ".join(value)
            for name, value in content.items()
            if name not in ("text", "title")
        }
        for share in SHARES.get(held.kind, ()):
            if fields.get(share, "").isdecimal():
                fields[share] = f"{int(fields[share]) / 100:g}%"
        if held.kind == "decision" and content:
            from oldhand.reasoning.decision_telling import ending
            from oldhand.reasoning.decisions import decision_of
            from oldhand.reasoning.outcomes import ended

            end = ended(reader, held.id)
            if end.weight or end.word:  # else nothing is known, and nothing is said
                fields["ended"] = ending(decision_of(held), end)
        return Shown(
            told(reader, held, files, moment, scope=scope, project=project), fields,
            reader.edges(held.id), [wording.revision for wording in held.wordings],
            list(held.wordings[-1].inputs) if held.wordings else [],
            [happened(reader, position, event) for position, event in reader.history(held.id)] if history else [],
            reader.root().root.hex(),
        )  # fmt: skip
