"""A source that is withdrawn stays withdrawn however its address is written, and coming back loosens nothing."""

import pytest

from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.store.by_source import KEPT_AT
from tests.conftest import Project
from tests.governance.test_lineage import said

SPELLED = (
    "https://evil.example./limits", "https://EVIL.example/limits", "https://evil.example:443/limits",
    "https://ann:pw@evil.example/limits", "http://evil.example/limits", "http://evil.example:80/limits",
    "https://evil.example.:443/limits", "HTTPS://evil.example../limits",
    "https://evil。example/limits", "https://ｅvil.example/limits", "evil.example/limits", "web:Evil.Example./limits",
    "https:\\\\evil.example\\limits", "https://evil.example?limits", "ftp://evil.example/limits",
    "https://evil.example:99999/limits",
)  # fmt: skip
OTHERS = ("https://evil.example.org/limits", "https://notevil.example/limits", "tool:evil.example", "an evil.example")


def stands(project: Project, name: str) -> str:
    """How a memory stands."""
    return str(call(project.reopened(), "show", {"name": name}).memory.standing)


@pytest.mark.parametrize("withdrawn", ["https://evil.example", "https://EVIL.example.:443/", "evil.example"])
@pytest.mark.parametrize("source", SPELLED)
def test_no_spelling_of_a_host_escapes_its_withdrawal(project: Project, withdrawn: str, source: str) -> None:
    before = project.call("remember", text="The gateway times out after 30 s.", source=source).memories[0].id
    project.by_person("revoke", origin=withdrawn)
    after = project.call("remember", text="Carts are kept for a day at most.", source=source).memories[0].id
    assert stands(project, before) == stands(project, after) == "quarantined"
    project.by_person("revoke", origin="https://evil.example.", undo=True)
    assert stands(project, before) == stands(project, after) == "active"


@pytest.mark.parametrize("source", OTHERS)
def test_another_source_is_not_touched(project: Project, source: str) -> None:
    before = project.call("remember", text="The gateway times out after 30 s.", source=source).memories[0].id
    project.by_person("revoke", origin="https://evil.example")
    assert stands(project, before) == "active"


def test_a_name_in_another_script_is_one_with_its_ascii_form(project: Project) -> None:
    name = project.call("remember", text="Carts expire.", source="https://пример.рф/цены").memories[0].id
    project.by_person("revoke", origin="https://xn--e1afmkfd.xn--p1ai")
    assert stands(project, name) == "quarantined"


def test_what_an_earlier_version_kept_under_another_spelling_counts_too(project: Project) -> None:
    old = "https://Evil.Example.:443"
    with project.memory.writing() as transaction:
        fields = {"tags": [f"user {old}"], "trust": "user"}
        transaction.emit("set", KEPT_AT, "user", f"revoke:{old}", fields)
    name = project.call("remember", text="Carts expire.", source="https://evil.example/a").memories[0].id
    assert stands(project, name) == "quarantined"
    assert [one.origin for one in project.by_person("revoke").withdrawn] == [old]
    project.by_person("revoke", origin="https://evil.example", undo=True)
    assert (stands(project, name), project.by_person("revoke").withdrawn) == ("active", [])


# -- giving back -------------------------------------------------------------------------------------

PAGE = "https://docs.example/page"


@pytest.mark.parametrize("key", ["", "db/port"])
def test_what_contradicts_a_person_waits_after_the_withdrawal_is_taken_back(project: Project, key: str) -> None:
    mine = said(project, "Postgres listens on port 5432.", key=key)
    control = project.call("remember", text="Postgres listens on port 5433.", key=key, source=PAGE).memories[0]
    assert control.outcome == "quarantined"
    project.by_person("revoke", origin=PAGE)
    late = project.call("remember", text="Postgres listens on port 5434.", key=key, source=PAGE).memories[0].id
    project.by_person("revoke", origin=PAGE, undo=True)
    assert stands(project, late) == stands(project, control.id) == "quarantined"
    assert stands(project, mine) == "active"
    project.by_person("review_accept", names=[late])
    now = project.call("show", name=mine).memory
    assert (now.standing, now.text) == (("active", "Postgres listens on port 5434.") if key else
                                        ("superseded", "Postgres listens on port 5432."))  # fmt: skip


@pytest.mark.parametrize("key", ["", "db/port"])
def test_what_an_agent_said_against_a_person_is_contested_after_it(project: Project, key: str) -> None:
    mine = said(project, "Postgres listens on port 5432.", key=key)
    with Memory(project.root, project.home, actor="bot", trust="agent", origin="mcp:bot") as bot:
        before = call(bot, "remember", {"text": "Postgres listens on port 5433.", "key": key}).memories[0].id
    project.by_person("revoke", origin="mcp:bot")
    with Memory(project.root, project.home, actor="bot", trust="agent", origin="mcp:bot") as bot:
        late = call(bot, "remember", {"text": "Postgres listens on port 5434.", "key": key}).memories[0].id
    assert stands(project, late) == "quarantined"
    project.by_person("revoke", origin="mcp:bot", undo=True)
    assert {stands(project, name) for name in (mine, before, late)} == {"contested"}
    told = "\n".join(project.call("brief").lines)
    assert "5432" in told and "5433" not in told and "5434" not in told


def test_what_an_agent_had_rightly_replaced_is_replaced_again(project: Project) -> None:
    name = project.call("remember", text="Postgres listens on port 5432.", key="db/port").memories[0].id
    with Memory(project.root, project.home, actor="bot", trust="agent", origin="mcp:bot") as bot:
        call(bot, "remember", {"text": "Postgres listens on port 5433.", "key": "db/port"})
    project.by_person("revoke", origin="mcp:bot")
    assert project.call("show", name=name).memory.text.endswith("5432.")
    project.by_person("revoke", origin="mcp:bot", undo=True)
    assert project.call("show", name=name).memory.text.endswith("5433.")
    assert stands(project, name) == "active"
