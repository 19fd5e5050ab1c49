"""Disconnecting what is connected for the person, in this project, or both."""

from pathlib import Path

import pytest

from oldhand.clients.hosts import HOSTS, PROJECT, USER, places_of
from oldhand.errors import BadInput, BrokenHostFile
from oldhand.memory import Memory
from oldhand.operation import call
from tests.clients.conftest import Person
from tests.clients.test_install import WITH_PROJECT, outcomes


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("host", WITH_PROJECT)
def test_uninstalling_takes_back_what_both_scopes_hold(person: Person, host: str, named: bool) -> None:
    before = person.files()
    for scope in (USER, PROJECT):
        person.call("install", client=host, scope=scope)
    reply = person.call("uninstall", **({"client": host} if named else {}))
    assert [(one.client, one.scope, one.outcome) for one in reply.clients] == [
        (host, USER, "disconnected"), (host, PROJECT, "disconnected"),
    ]  # fmt: skip
    assert person.files() == before


def test_a_scope_narrows_what_is_disconnected(person: Person) -> None:
    for scope in (USER, PROJECT):
        person.call("install", client="cursor", scope=scope)
    server = {scope: places_of(HOSTS["cursor"], scope, person.around()).servers for scope in (USER, PROJECT)}
    assert [one.scope for one in person.call("uninstall", scope=USER).clients] == [USER]
    assert server[PROJECT].is_file() and not server[USER].exists()
    assert [one.scope for one in person.call("uninstall", scope=PROJECT).clients] == [PROJECT]
    assert not server[PROJECT].exists()


def test_what_is_refused_in_one_scope_keeps_nothing_connected_in_the_other(person: Person) -> None:
    for scope in (USER, PROJECT):
        person.call("install", client="cursor", scope=scope)
    broken = places_of(HOSTS["cursor"], USER, person.around()).servers
    broken.write_text("{", encoding="utf-8")
    reply = person.call("uninstall", client="cursor")
    assert [(one.scope, one.outcome) for one in reply.clients] == [(USER, "refused"), (PROJECT, "disconnected")]
    with pytest.raises(BrokenHostFile):  # nothing else is connected any more, so the fault itself is told
        person.call("uninstall", client="cursor")
    assert broken.read_text(encoding="utf-8") == "{"


def test_without_a_home_what_the_project_holds_is_disconnected_still(person: Person) -> None:
    person.call("install", client="cursor", scope=PROJECT)
    del person.environment["HOME"]
    assert [one.scope for one in person.call("uninstall").clients] == [PROJECT]
    with pytest.raises(BadInput, match="HOME"):
        person.call("uninstall")


def test_what_is_connected_in_another_project_is_named_and_stays(person: Person, tmp_path: Path) -> None:
    other = tmp_path / "другой"
    (other / ".git").mkdir(parents=True)
    (other / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    with Memory(other, person.project.home, environment=person.environment) as memory:
        call(memory, "install", {"client": "zed", "scope": PROJECT})
    assert person.call("uninstall").elsewhere == [f"Zed in {other}"]
    assert person.call("uninstall", client="cursor").elsewhere == person.call("uninstall", scope=USER).elsewhere == []
    assert (other / ".zed" / "settings.json").is_file()
    with Memory(other, person.project.home, environment=person.environment) as memory:
        assert outcomes(call(memory, "uninstall", {})) == {"zed": "disconnected"}
    assert person.call("uninstall").elsewhere == []
