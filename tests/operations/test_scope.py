"""`--scope`: a memory is named in the project's memory or in one's own, and never found in the other by chance."""

from typing import Any

import pytest

from oldhand.errors import AmbiguousId, InOtherScope, NoGlobalMemory, OldhandError, TooShortId, UnknownId
from oldhand.memory import Memory
from oldhand.operation import call, every
from tests.conftest import Project
from tests.contract.command import outside

# Every operation that takes the name of a memory, with what else it needs. `ID` stands for the memory, `OTHER` for
# another one of the same scope.
NAMING: tuple[tuple[str, dict[str, Any]], ...] = (
    ("show", {"name": "ID"}), ("history", {"name": "ID"}), ("provenance", {"name": "ID"}), ("graph", {"name": "ID"}),
    ("graph_neighbours", {"name": "ID"}), ("graph_paths", {"source": "ID", "target": "OTHER"}),
    ("graph_subgraph", {"names": ["ID"]}), ("graph_causes", {"name": "ID"}), ("review", {"name": "ID"}),
    ("revise", {"name": "ID", "text": "Я люблю пробелы."}), ("confirm", {"name": "ID"}),
    ("dispute", {"name": "ID", "reason": "not any more"}), ("retire", {"name": "ID"}), ("restore", {"name": "ID"}),
    ("link", {"source": "ID", "relation": "relates_to", "target": "OTHER"}),
    ("unlink", {"source": "ID", "relation": "relates_to", "target": "OTHER"}),
    ("review_accept", {"names": ["ID"]}), ("review_edit", {"name": "ID", "text": "Я люблю табы."}),
    ("review_link", {"name": "ID", "relation": "answers", "target": "OTHER"}),
    ("reject", {"name": "ID"}), ("restore", {"name": "ID"}), ("review_reject", {"names": ["ID"]}),
    ("forget", {"names": ["ID"], "yes": True}),
)  # fmt: skip
READING = (
    "show", "history", "provenance", "graph", "graph_neighbours", "graph_paths", "graph_subgraph", "graph_causes",
)  # fmt: skip
NAMES = frozenset({"name", "names", "source"})  # parameters that name memories


@pytest.fixture
def person(project: Project) -> Memory:
    """A person who has a memory of their own beside the project's."""
    project.memory.close()
    project.memory = Memory(project.root, project.home, actor="user", trust="user", origin="cli")
    return project.memory


def said(memory: Memory, text: str, **more: Any) -> str:
    return str(call(memory, "remember", {"text": text, **more}).memories[0].id)


def filled(arguments: dict[str, Any], one: str, other: str) -> dict[str, Any]:
    """Arguments with the two ids in their places."""
    meant = {"ID": one, "OTHER": other}
    return {
        name: [meant[item] for item in value] if isinstance(value, list) else meant.get(value, value) if value != True  # noqa: E712  other values are compared as they are
        else value
        for name, value in arguments.items()
    }  # fmt: skip


def wanted() -> list[tuple[str, dict[str, Any]]]:
    """Those of NAMING that there are."""
    known = {one.name for one in every()}
    return [(name, arguments) for name, arguments in NAMING if name in known]


def test_every_operation_that_names_a_memory_reaches_ones_own_with_scope_global(person: Memory) -> None:
    one, other = said(person, "I like tabs.", scope="global"), said(person, "I like tea.", scope="global")
    for name, arguments in wanted():
        reply = call(person, name, {**filled(arguments, one, other), "scope": "global"})
        if name != "forget":  # which tells of both scopes: copies go too
            assert (reply.memory.scope if name == "show" else reply.scope) == "global", name


def test_without_it_ones_own_memory_is_not_touched_and_the_error_says_where_it_is(person: Memory) -> None:
    one, other = said(person, "I like tabs.", scope="global"), said(person, "I like tea.", scope="global")
    said(person, "The shop has a door.")
    before = call(person, "active", {"scope": "global"})
    for name, arguments in wanted():
        with pytest.raises(InOtherScope, match="your global memory is: add --scope global") as caught:
            call(person, name, filled(arguments, one, other))
        assert caught.value.exit_code == UnknownId.exit_code == 3, name
    assert call(person, "active", {"scope": "global"}) == before


def test_in_ones_own_memory_what_is_the_projects_is_not_found_either(person: Memory) -> None:
    said(person, "I like tabs.", scope="global")
    name = said(person, "The shop has a door.")
    with pytest.raises(InOtherScope, match=r"this project's is: leave out --scope"):
        call(person, "confirm", {"name": name, "scope": "global"})
    assert call(person, "confirm", {"name": name}).scope == "project", "control"


def test_a_name_that_both_know_means_the_one_that_is_asked(person: Memory) -> None:
    here, mine = said(person, "The shop has a door."), said(person, "The shop has a door.", scope="global")
    assert here == mine
    call(person, "dispute", {"name": here, "scope": "global"})
    assert call(person, "show", {"name": here}).memory.standing == "active"
    assert call(person, "show", {"name": here, "scope": "global"}).memory.standing == "contested"


def test_what_nobody_knows_is_unknown_and_short_or_ambiguous_names_are_what_they_were(person: Memory) -> None:
    said(person, "I like tabs.", scope="global")
    for name, kind in (("abcdef123456", UnknownId), ("ab", TooShortId), ("no name", UnknownId)):
        for scope in ("project", "global"):
            with pytest.raises(kind) as caught:
                call(person, "show", {"name": name, "scope": scope})
            assert type(caught.value) is kind
    assert not issubclass(AmbiguousId, InOtherScope)


def test_two_scopes_are_never_tied_together(person: Memory) -> None:
    here, mine = said(person, "The shop has a door."), said(person, "I like tabs.", scope="global")
    for scope in ("project", "global"):
        with pytest.raises(InOtherScope):
            call(person, "link", {"source": here, "relation": "relates_to", "target": mine, "scope": scope})


def test_naming_something_begins_no_global_memory(person: Memory, project: Project) -> None:
    for name, arguments in wanted():
        with pytest.raises(NoGlobalMemory, match=r"--scope global. begins it"):
            call(person, name, {**filled(arguments, "abcdef123456", "abcdef654321"), "scope": "global"})
    assert not (project.home / "global").exists()


def test_the_same_trust_counts_in_ones_own_memory(project: Project, person: Memory) -> None:
    name = said(person, "I like tabs.", scope="global")
    with Memory(project.root, project.home, actor="agent", trust="agent") as agent:
        stood = call(agent, "confirm", {"name": name, "scope": "global"})
        assert stood.confirmations == 2
        shown = call(person, "show", {"name": name, "scope": "global", "history": True})
        assert shown.history[-1].actor == "agent" and shown.memory.trust == "user"


def test_a_scope_is_no_other_project_and_no_list_of_them(person: Memory) -> None:
    name = said(person, "The shop has a door.")
    for scope in ("all", "both", "../other", "GLOBAL", ""):
        with pytest.raises(OldhandError, match="it is one of project, global"):
            call(person, "show", {"name": name, "scope": scope})
    with pytest.raises(OldhandError, match="a project is named too"):
        call(person, "show", {"name": name, "scope": "global", "project": "other"})


def test_the_command_line_says_it_in_one_line(person: Memory, project: Project) -> None:
    name = said(person, "I like tabs.", scope="global")
    person.close()
    ran = outside(project.root, project.home, "show", name[:8])
    assert ran.code == 3 and ran.err.count("\n") == 1 and "add --scope global" in ran.err
    ran = outside(project.root, project.home, "show", name[:8], "--scope", "global")
    assert ran.code == 0 and "I like tabs." in ran.out and "from your global memory" in ran.out


def test_no_operation_that_names_memories_was_left_out() -> None:
    """A new operation that takes names of memories takes a scope too, and stands in NAMING."""
    elsewhere = {"blame", "impact", "config_set", "config_reset", "config_show", "projects_register", "projects_switch"}
    # What belongs to a project's own work: its sessions, and the order in which its memories tell a story.
    elsewhere |= {one.name for one in every() if one.command[0] in ("session", "chain")}
    # What was tried and failed, failed in this project: its commits, its decisions and its code are what shows it,
    # and what may reopen it. In one's own memory, of all projects, it would warn where it never was true.
    elsewhere |= {one.name for one in every() if one.command[0] == "negative"}
    naming = {
        one.name
        for one in every()
        if any(p.name in NAMES and ("memor" in p.help + one.summary or "items" in p.help) for p in one.parameters)
    } - elsewhere
    without = [name for name in sorted(naming) if not any(p.name == "scope" for p in _parameters(name))]
    assert without == []
    assert {"show", "confirm", "review_accept"} <= naming, "control: they are seen"


def _parameters(name: str) -> tuple[Any, ...]:
    return next(one.parameters for one in every() if one.name == name)
