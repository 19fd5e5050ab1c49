"""`forget --dry-run` names everything that forgetting then does: in both scopes, in what was made of it, in files."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from oldhand.memory import Memory
from oldhand.operation import call
from tests.conftest import Project
from tests.governance.test_erasure import SECRET, everywhere, forget, say, speaking

FILLER = "It was built long ago by people who are no longer here, and nobody has looked at it since that day."


@pytest.fixture
def person(project: Project) -> Iterator[Memory]:
    """A person at the command line of the project."""
    with speaking(project) as memory:
        yield memory


def told(memory: Memory, *names: str) -> Any:
    """What a dry run tells."""
    return call(memory, "forget", {"names": list(names), "dry_run": True})


def state(project: Project) -> set[tuple[str, int]]:
    """The names and sizes of what lies in the store's folder, but the logs."""
    return {(path.name, path.stat().st_size) for path in project.folder.glob("*") if "-" not in path.name}


def test_it_tells_what_forgetting_then_does_and_changes_nothing(project: Project, person: Memory) -> None:
    first = say(person, SECRET)
    others = [say(person, f"The vault number {n} has {n + 3} doors. {FILLER} {FILLER}") for n in range(4)]
    made = call(person, "compress", {"names": [first, *others]}).id
    worded = say(person, "There is a vault that one must know how to open", kind="summary")
    call(person, "link", {"source": worded, "relation": "derived_from", "target": first})
    quoting = say(person, f"As was said once: {SECRET}", kind="summary")
    call(person, "link", {"source": quoting, "relation": "derived_from", "target": first})
    call(person, "unlink", {"source": quoting, "relation": "derived_from", "target": first})
    apart = say(person, "A rule of thumb that nobody needs", kind="summary")
    call(person, "link", {"source": apart, "relation": "derived_from", "target": first})
    call(person, "unlink", {"source": apart, "relation": "derived_from", "target": first})
    twin = say(person, SECRET.upper(), scope="global")
    call(person, "export", {"file": "all.jsonl"})
    call(person, "backup", {})
    root, before = call(person, "root", {}).root, state(project)
    would = told(person, first)
    assert (call(person, "root", {}).root, state(project)) == (root, before)
    assert {(one.id, one.scope, one.why) for one in would.memories} == {
        (first, "project", "it was named"), (twin, "global", "it says the same"),
        (made, "project", "it holds words of one that goes"), (quoting, "project", "it holds words of one that goes"),
    }  # fmt: skip
    assert (would.remade, would.quarantined, would.derived) == ([made], [worded], [apart])
    assert [path.rpartition("/")[2] for path in would.exports] == ["all.jsonl"]
    assert len(would.databases) == 1
    done = forget(person, first)
    assert {(one.id, one.scope) for one in done.memories} == {(one.id, one.scope) for one in would.memories}
    assert (done.quarantined, len(done.remade), done.exports) == (would.quarantined, 1, would.exports)
    person.close()
    assert not everywhere(project)


def test_what_names_it_among_its_inputs_without_a_link_goes_too(project: Project, person: Memory) -> None:
    """A wording says what it was made from; a store to which the link never came knows it from that."""
    first = say(person, SECRET)
    other = say(person, "Boris keeps the spare key of the cellar")
    made = call(person, "compress", {"names": [first, other], "text": f"{SECRET}; Boris keeps cellar spare key"}).id
    with person.reading() as reader:
        lines = [event for _, event in reader.history(made)]
    assert any(event.op == "link" for event in lines), "the control: here the links are known"
    person.close()
    with speaking(project) as again, again.writing() as transaction:
        held = transaction.record(made)
        body = json.loads(transaction.body(held["heads"][-1]["revision"]) or b"{}")
        assert len(body["inputs"]) == 2
        copy = transaction.put(json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode())
        fields = {"kind": "summary", "trust": "user"}
        transaction.emit("assert", "ab" * 16, "user", "cli", fields, copy)
    with speaking(project) as again:
        would = told(again, first)
        assert {one.id for one in would.memories} >= {first, made, "ab" * 16}
        forget(again, first)
    assert not everywhere(project)
