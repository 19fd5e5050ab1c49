"""What was rejected stays rejected: however it is spelled, whatever happened since, and whichever way it comes back."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from oldhand.errors import ErasedMemory, Refused, RejectedValue
from oldhand.memory import Memory
from oldhand.model.value import digests
from oldhand.operation import call
from oldhand.store.fold import rejected_values
from tests.code.made_repository import Repository, lines
from tests.conftest import Project

SAID = "The staging queue holds 5432 messages"
OTHER = "The staging queue holds 5433 messages"
MATTERS = [  # what differs in these says something else
    ("Postgres listens on port 5432", "Postgres listens on port 5433"),
    ("Never run the seed script", "Run the seed script"),
    ("The client needs version 1.2", "The client needs version 12"), ("The limit here is -5", "The limit here is 5"),
    ("The yard has 10² tiles", "The yard has 102 tiles"), ("Кот спит дома днём", "Код спит дома днём"),
    ("Не запускать скрипт миграции", "Запускать скрипт миграции"), ("Is it on 5 nodes?", "Is it on 5 nodes"),
    ("The file .env is read", "The file env is read"), ("Use a tab-size of 4", "Use a tab-size of 40"),
    ("Deploys take 1½ hours", "Deploys take 11/2 hours"), ("The key is a-b here", "The key is ab here"),
]  # fmt: skip
SPELLINGS = [  # (what was rejected, the same in another spelling)
    (SAID, "the staging queue holds 5432 messages"), (SAID, "The  staging\tqueue holds\n5432 messages "),
    (SAID, "The staging queue holds 5432 messages."), (SAID, "The stаging queue hоlds 5432 mеssages"),
    (SAID, "The sta\u200bging queue holds 54\u206032 messages"), (SAID, "Ｔｈｅ staging queue holds ５４３２ messages"),
    (SAID, "- “The staging queue holds 5432 messages!”"), (SAID, "The stag\u00ading queue holds 5432 messages\ufe0f"),
    ("Νodes are drained at night", "Nodes are drained at night"),
    ("Nodes are drained at night", "Νοdes are drained at night"),
    ("Ещё раз: тест не нужен", "еще раз: тест не нужен"), ("Тест не нужен вовсе", "Tecт нe нужeн вoвce"),
    (SAID, "**The** staging queue, holds: `5,432` messages"), (SAID, "# Note: The stáging-queue holds ٥٤٣٢ messages"),
    (SAID, "The staging q u e u e holds 5 432 messages \U0001f44d"),
    ("Не запускать скрипт миграции", "Внимание: **не** запускать, «скрипт» (миграции)!"),
    ("use “tabs” — never spaces", "Use 'tabs' - never spaces"), ("Ⅳ nodes are in use", "IV nodes are in use"),
]  # fmt: skip


@pytest.fixture
def person(project: Project) -> Iterator[Memory]:
    """A person at the command line of the project."""
    with Memory(project.root, project.home, actor="user", trust="user", origin="cli") as memory:
        yield memory


def say(memory: Memory, text: str, **more: Any) -> str:
    """Remember, and the id."""
    return str(call(memory, "remember", {"text": text, **more}).memories[0].id)


def reject(memory: Memory, name: str) -> Any:
    """Reject, with a reason."""
    return call(memory, "reject", {"name": name, "reason": "it is wrong"})


def count(memory: Memory) -> int:
    """How many memories there are, whatever their standing."""
    with memory.reading() as reader:
        return sum(reader.counts().values())


def refused(memory: Memory, text: str, **more: Any) -> RejectedValue:
    """Say it; it is refused as rejected, and nothing came of it."""
    before = count(memory)
    with pytest.raises(RejectedValue) as raised:
        say(memory, text, **more)
    assert count(memory) == before
    return raised.value


def current(memory: Memory) -> set[str]:
    """The texts of all current memories."""
    return {item.text for item in call(memory, "active", {"limit": 1000}).items}


@pytest.mark.parametrize(("rejected", "again"), SPELLINGS, ids=range(len(SPELLINGS)))
def test_no_spelling_brings_a_rejected_value_back(person: Memory, rejected: str, again: str) -> None:
    reject(person, say(person, rejected))
    refused(person, rejected)
    refused(person, again)
    refused(person, again, key="some/key")
    refused(person, again, kind="gotcha", title="Another title")
    assert say(person, f"{again} on Sundays"), "the control: more words say something else"


@pytest.mark.parametrize(("one", "other"), MATTERS, ids=range(len(MATTERS)))
def test_what_says_something_else_is_not_refused(person: Memory, one: str, other: str) -> None:
    assert not set(digests("claim", {"text": one}, None)) & set(digests("claim", {"text": other}, None))
    reject(person, say(person, one))
    assert say(person, other)
    refused(person, one)


def test_the_refusal_says_when_by_whom_and_how_to_take_it_back(person: Memory) -> None:
    memory = say(person, SAID)
    reject(person, memory)
    words = str(refused(person, SAID.upper()))
    assert "by user" in words and f"oldhand restore {memory[:12]}" in words and "20" in words


def test_taking_the_rejection_back_lets_it_in_again(person: Memory) -> None:
    memory = say(person, SAID)
    twin = say(person, SAID.lower(), key="queue/size")
    done = reject(person, memory)
    assert (done.standing, done.also) == ("rejected", [twin])
    refused(person, SAID, key="queue/other")
    call(person, "restore", {"name": memory})
    assert current(person) == {SAID, SAID.lower()}
    assert say(person, SAID, key="queue/other")


def test_a_short_value_is_rejected_in_its_slot_alone(person: Memory) -> None:
    reject(person, say(person, "5432", key="db/port"))
    refused(person, " ５４３２. ", key="db/port")
    assert say(person, "5432", key="cache/port"), "the control: another slot"
    assert say(person, "5432")


def test_a_slot_takes_another_value_and_still_refuses_the_rejected_one(person: Memory) -> None:
    memory = say(person, SAID, key="queue/size")
    reject(person, memory)
    assert not current(person)
    assert say(person, OTHER, key="queue/size") == memory
    assert current(person) == {OTHER}
    refused(person, SAID, key="queue/size")
    with pytest.raises(RejectedValue):
        call(person, "revise", {"name": memory, "text": SAID + "!"})
    refused(person, SAID)
    say(person, "The staging queue holds 9 messages", key="queue/size")  # supersession within the slot
    refused(person, SAID, key="queue/size")


def test_expiry_prune_retirement_and_supersession_forget_no_rejection(person: Memory) -> None:
    memory = say(person, SAID, ttl_days=1)
    reject(person, memory)
    later = say(person, "Queues are gone altogether now")
    call(
        person, "link", {"source": later, "relation": "supersedes", "target": say(person, "Queues stay for good here")}
    )
    call(person, "prune", {"apply": True})
    call(person, "retire", {"name": later})
    refused(person, SAID)


def test_restart_and_rebuild_forget_no_rejection(project: Project) -> None:
    with Memory(project.root, project.home, actor="user", trust="user", origin="cli") as person:
        reject(person, say(person, SAID))
    with Memory(project.root, project.home, actor="user", trust="user", origin="cli") as person:
        refused(person, SAID)
        call(person, "rebuild", {})
        refused(person, SAID)
        refused(person, SAID, key="a/key")


def test_a_broken_table_of_rejections_lets_nothing_in(project: Project, person: Memory) -> None:
    reject(person, say(person, SAID))
    with person.writing() as transaction:
        transaction.connection.execute("DROP TABLE rejections")
    refused(person, SAID.lower(), key="a/key")
    assert say(person, OTHER), "the control: it can still be written"
    call(person, "rebuild", {})
    refused(person, SAID.lower(), key="a/key")


def test_documents_that_say_it_are_read_past_and_named(project: Project, person: Memory) -> None:
    rule = "Always run the whole suite with four workers before a commit is pushed."
    (project.root / "AGENTS.md").write_text(f"# Rules\n\n- {rule}\n- Keep functions shorter than seventy lines.\n")
    call(person, "init", {})
    found = [item.id for item in call(person, "active", {"limit": 100}).items if "four workers" in item.text]
    assert len(found) == 1
    reject(person, found[0])
    before = count(person)
    again = call(person, "init", {})
    assert not any("four workers" in text for text in current(person))
    assert any("rejected" in why for _, why in again.left_out)
    text = (project.root / "AGENTS.md").read_text().replace("Always run", "always  run").replace("# Rules", "# Rules\n")
    (project.root / "AGENTS.md").write_text(text)
    call(person, "init", {})
    assert count(person) == before
    assert not any("four workers" in text for text in current(person))
    (project.root / "AGENTS.md").write_text(f"# Rules\n\n- {rule.replace('four', 'six')}\n")
    call(person, "init", {})
    assert any("six workers" in text for text in current(person)), "the control: another rule is learned"


def test_symbols_that_say_it_are_read_past_and_named(project: Project, person: Memory) -> None:
    (project.root / "pay.py").write_text('def charge(cart):\n    """Charge the cart once and never twice."""\n')
    call(person, "scan", {})
    (found,) = [item.id for item in call(person, "active", {"limit": 100}).items if "never twice" in item.text]
    reject(person, found)
    before = count(person)
    assert any("rejected" in why for why in call(person, "scan", {}).left_out)
    assert count(person) == before and not any("never twice" in text for text in current(person))


def test_history_that_says_it_is_read_past_and_named(project: Project, person: Memory) -> None:
    shutil.rmtree(project.root / ".git", ignore_errors=True)
    made = Repository(project.root)
    made.commit("Begin", {"src/pay.py": lines(30)})
    why = "The gateway is not idempotent, so we decided never to retry because customers were charged twice."
    made.commit(f"Stop retrying payments\n\n{why}", {"src/pay.py": lines(31)}, day=1)
    person.close()
    person = Memory(project.root, project.home, actor="user", trust="user", origin="cli", environment=dict(os.environ))
    call(person, "init", {})
    found = [item.id for item in call(person, "active", {"limit": 100}).items if "idempotent" in item.text]
    assert found, "the control: history tells it"
    for name in found:
        reject(person, name)
    before = count(person)
    (project.folder / "history.json").unlink()
    again = call(person, "init", {})
    assert count(person) == before
    assert not any("idempotent" in text for text in current(person))
    assert any("rejected" in why for _, why in again.left_out)
    person.close()


@pytest.mark.parametrize("strategy", ["append", "skip-existing", "replace"])
def test_an_import_of_facts_leaves_it_out_and_counts_it(project: Project, person: Memory, strategy: str) -> None:
    reject(person, say(person, SAID))
    facts = [{"text": SAID.upper()}, {"text": SAID, "key": "queue/size"}, {"text": OTHER}]
    (project.root / "facts.jsonl").write_text("\n".join(map(json.dumps, facts)))
    done = call(person, "import", {"file": "facts.jsonl", "strategy": strategy})
    assert (done.refused, done.new) == (2, 1)
    assert current(person) == {OTHER}


@pytest.mark.parametrize("strategy", ["append", "skip-existing", "replace"])
def test_a_merge_brings_no_twin_of_it_back(
    make_project: Callable[[str], Project], strategy: str
) -> None:  # fmt: skip
    mine, theirs = make_project("mine"), make_project("theirs")
    with Memory(theirs.root, theirs.home, actor="user", trust="user", origin="cli") as they:
        say(they, SAID.lower() + ".", key="queue/size")
        say(they, "Theirs is another thing")
        call(they, "export", {"file": "all.jsonl"})
    with Memory(mine.root, mine.home, actor="user", trust="user", origin="cli") as me:
        reject(me, say(me, SAID))
        arguments = {"file": str(theirs.root / "all.jsonl"), "strategy": strategy}
        done = call(me, "import", arguments)
        assert current(me) == {"Theirs is another thing"}
        assert done.refused == 1
        before = count(me)
        again = call(me, "import", arguments)
        assert (again.root, again.refused, count(me)) == (done.root, 1, before), "importing twice changes nothing"


def test_a_rejection_that_a_merge_brings_holds_here_too(make_project: Callable[[str], Project]) -> None:
    mine, theirs = make_project("mine"), make_project("theirs")
    with Memory(theirs.root, theirs.home, actor="user", trust="user", origin="cli") as they:
        reject(they, say(they, SAID))
        call(they, "export", {"file": "all.jsonl"})
    with Memory(mine.root, mine.home, actor="user", trust="user", origin="cli") as me:
        say(me, SAID.lower(), key="queue/size")
        say(me, OTHER)
        call(me, "import", {"file": str(theirs.root / "all.jsonl")})
        assert current(me) == {OTHER}
        refused(me, SAID, key="another/key")


def test_an_agent_cannot_reject_what_a_person_said_but_disputes_it(project: Project, person: Memory) -> None:
    memory = say(person, SAID)
    done = call(project.memory, "reject", {"name": memory, "reason": "no"})
    assert (done.standing, done.disputes) == ("contested", 1)
    assert current(person) == {SAID}
    ours = say(project.memory, "Agents believe this on their own")
    assert reject(project.memory, ours).standing == "rejected", "the control: what it said itself it may reject"
    twin = say(project.memory, SAID.lower(), key="by/agent")
    assert reject(project.memory, twin).standing == "contested", "nor by way of a twin"


def test_an_agent_cannot_take_back_what_a_person_rejected(project: Project, person: Memory) -> None:
    memory = say(person, SAID)
    reject(person, memory)
    with pytest.raises(Refused, match="A person takes it back"):
        call(project.memory, "restore", {"name": memory})
    with pytest.raises(RejectedValue):
        say(project.memory, SAID)
    assert call(person, "restore", {"name": memory}).standing == "active", "the control: a person may"


def test_what_was_retired_does_not_come_back_with_a_rejected_value(person: Memory) -> None:
    retired = say(person, SAID.lower(), key="queue/size")
    call(person, "retire", {"name": retired})
    elsewhere = say(person, OTHER)
    values = list(digests("claim", {"text": SAID}, None))
    with person.writing() as transaction:  # as another replica tells it, which knows of no twin
        transaction.emit("reject", elsewhere, "user", "cli", {"trust": "user", "values": values})
    for operation in ("restore", "confirm"):
        with pytest.raises(RejectedValue):
            call(person, operation, {"name": retired})
    refused(person, SAID.lower(), key="queue/size")
    call(person, "restore", {"name": elsewhere})
    assert call(person, "restore", {"name": retired}).standing == "active", "the control"


def test_a_retired_twin_is_rejected_too(person: Memory) -> None:
    retired = say(person, SAID.lower(), key="queue/size")
    call(person, "retire", {"name": retired})
    assert reject(person, say(person, SAID)).also == [retired]
    with pytest.raises(Refused):
        call(person, "confirm", {"name": retired})


def test_a_bulk_with_one_rejected_line_says_so_and_takes_nothing(person: Memory) -> None:
    reject(person, say(person, SAID))
    before = count(person)
    with pytest.raises(Refused):
        call(person, "remember", {"jsonl": "\n".join(json.dumps({"text": text}) for text in (OTHER, SAID.upper()))})
    assert count(person) == before


def test_a_refused_text_leaves_no_bytes_behind(project: Project, person: Memory) -> None:
    memory = say(person, SAID)
    call(person, "forget", {"names": [memory], "yes": True})
    for again in (SAID, SAID + ".", SAID.upper()):
        with pytest.raises(ErasedMemory):
            say(person, again, key="a/key")
    person.close()
    project.memory.close()
    held = b"".join(path.read_bytes() for path in project.folder.rglob("*") if path.is_file())
    assert b"queue holds" not in held.lower().replace(b"QUEUE", b"queue")


def test_an_erased_memory_keeps_the_digests_of_what_it_rejected(person: Memory) -> None:
    memory = say(person, SAID, key="queue/size")
    reject(person, memory)
    say(person, OTHER, key="queue/size")
    call(person, "forget", {"names": [memory], "yes": True})
    with person.reading() as reader:
        held = rejected_values(reader.get(memory).record)
    assert set(digests("claim", {"text": SAID}, None)) <= held
    for text in (SAID, OTHER):
        with pytest.raises(ErasedMemory):
            say(person, text.upper(), key="another/key")


def test_the_reader_lists_what_is_rejected_and_what_expires(person: Memory) -> None:
    memory = say(person, SAID)
    reject(person, memory)
    soon = say(person, OTHER, ttl_days=2)
    say(person, "Something that stays for long", ttl_days=40)
    with person.reading() as reader:
        (one,) = reader.rejections(10)
        assert (one.memory, one.actor, one.trust, one.reason) == (memory, "user", "user", "it is wrong")
        day = 86_400_000
        assert [held.id for held in reader.expiring(person.now() + 3 * day, 10)] == [soon]
        assert not reader.expiring(person.now() + day, 10)
        assert len(reader.expiring(person.now() + 50 * day, 1)) == 1
