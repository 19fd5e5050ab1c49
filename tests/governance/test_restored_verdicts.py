"""A backup from before a rejection, or an erasure, does not undo it when it is restored."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from oldhand.errors import ErasedMemory, RejectedValue
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.store.verify import verify
from tests.conftest import Project
from tests.governance.test_erasure import forget, say, speaking

QUEUE = "The queue of the shop is RabbitMQ on port 5672"
CACHE = "Кэш лежит в Memcached на старом сервере"
VAULT = "The vault is opened by the word zanzibar every morning"
LATER = "An ordinary thing that was said after the backup"


@pytest.fixture
def person(project: Project) -> Iterator[Memory]:
    """A person in a project whose backup `old.db` holds the queue alone."""
    with speaking(project) as memory:
        say(memory, QUEUE)
        call(memory, "backup", {"to": str(project.root / "old.db")})
        yield memory


def restore(project: Project) -> Any:
    """Restore the old backup."""
    with speaking(project) as memory:
        return call(memory, "store_restore", {"file": "old.db", "yes": True})


def reject(memory: Memory, name: str) -> None:
    """Reject, with a reason."""
    call(memory, "reject", {"name": name, "reason": "it was replaced"})


def texts(memory: Memory) -> list[str]:
    """What is told."""
    return [item.text for item in call(memory, "active", {"limit": 100}).items]


def test_what_was_rejected_and_erased_since_stays_so(project: Project, person: Memory) -> None:
    queue = call(person, "recall", {"cue": "RabbitMQ"}).items[0].id
    reject(person, queue)
    cache = say(person, CACHE)
    reject(person, cache)
    forget(person, say(person, VAULT))
    say(person, LATER)
    person.close()
    done = restore(project)
    assert (done.rejected, done.erased) == (2, 0)
    with speaking(project) as again:
        assert texts(again) == [], "what was said later is put aside, what was rejected stays rejected"
        for text in (QUEUE, QUEUE.upper(), CACHE):
            with pytest.raises(RejectedValue):
                say(again, text)
        with pytest.raises(ErasedMemory):
            say(again, VAULT)
        say(again, LATER)
        shown = call(again, "show", {"name": cache}).memory
        assert (shown.text, shown.standing) == (CACHE, "rejected")
        assert call(again, "root", {}).root == call(again, "rebuild", {}).root
    assert verify(project.folder).sound


def test_what_says_the_same_under_another_name_is_rejected_too(project: Project, person: Memory) -> None:
    twin = say(person, f"{CACHE}!", kind="gotcha", key="cache/place")
    (project.root / "old.db").unlink()
    call(person, "backup", {"to": str(project.root / "old.db")})
    call(person, "revise", {"name": twin, "text": "The cache is somewhere else now"})
    reject(person, say(person, CACHE))
    person.close()
    assert restore(project).rejected == 2
    with speaking(project) as again:
        assert call(again, "show", {"name": twin}).memory.standing == "rejected"


def test_what_was_made_from_it_is_not_told_either(project: Project, person: Memory) -> None:
    queue = call(person, "recall", {"cue": "RabbitMQ"}).items[0].id
    filler = "It was built long ago by people who are no longer here, and nobody has looked at it since that day."
    others = [say(person, f"The desk number {n} has {n + 3} drawers. {filler} {filler}") for n in range(3)]
    made = call(person, "compress", {"names": [queue, *others]}).id
    (project.root / "old.db").unlink()
    call(person, "backup", {"to": str(project.root / "old.db")})
    reject(person, queue)
    person.close()
    restore(project)
    with speaking(project) as again:
        assert "RabbitMQ" not in call(again, "show", {"name": made}).memory.text
        assert "drawers" in call(again, "show", {"name": made}).memory.text


def test_a_rejection_that_the_backup_took_back_stays_taken_back(project: Project, person: Memory) -> None:
    """Restored from a newer backup, the older store's rejection does not win over what came after it."""
    queue = call(person, "recall", {"cue": "RabbitMQ"}).items[0].id
    reject(person, queue)
    call(person, "backup", {"to": str(project.root / "rejected.db")})
    call(person, "restore", {"name": queue})
    (project.root / "old.db").unlink()
    call(person, "backup", {"to": str(project.root / "old.db")})
    call(person, "store_restore", {"file": "rejected.db", "yes": True})
    person.close()
    with speaking(project) as between:
        assert call(between, "show", {"name": queue}).memory.standing == "rejected"
    assert restore(project).rejected == 0
    with speaking(project) as again:
        assert texts(again) == [QUEUE]


def test_an_agent_restores_with_the_trust_of_who_rejected(project: Project, person: Memory) -> None:
    queue = call(person, "recall", {"cue": "RabbitMQ"}).items[0].id
    reject(person, queue)
    person.close()
    restore(project)
    with speaking(project, "agent") as agent, pytest.raises(RejectedValue):
        say(agent, QUEUE)
    with speaking(project) as again:
        call(again, "restore", {"name": queue})
        assert texts(again) == [QUEUE]


def test_an_import_of_an_old_export_after_the_restore_brings_nothing_back(project: Project, person: Memory) -> None:
    vault = say(person, VAULT)
    cache = say(person, CACHE)
    call(person, "export", {"file": "between.jsonl"})
    forget(person, vault)
    reject(person, cache)
    person.close()
    restore(project)
    with speaking(project) as again:
        call(again, "import", {"file": "between.jsonl"})
        assert texts(again) == [QUEUE]
    files = [path for path in project.folder.rglob("*") if path.is_file()]
    assert not [path for path in files if b"zanzibar" in path.read_bytes()]


def test_what_the_backup_has_erased_is_not_said_again_as_rejected(project: Project, person: Memory) -> None:
    """Two stores that went their own ways: here it was rejected, in the backup, under another name, erased."""
    call(person, "backup", {"to": str(project.root / "start.db")})
    forget(person, say(person, VAULT, key="vault/word"))
    (project.root / "old.db").unlink()
    call(person, "backup", {"to": str(project.root / "old.db")})
    (project.folder / "memory.db").rename(project.root / "aside.db")
    for log in project.folder.glob("memory.db-*"):
        log.unlink()
    person.close()
    with speaking(project) as other:
        call(other, "store_restore", {"file": "start.db", "yes": True})
    with speaking(project) as other:
        reject(other, say(other, VAULT))
    restore(project)
    holding = [path.name for path in project.folder.glob("memory*.db*") if b"zanzibar" in path.read_bytes()]
    present = (project.folder / "current").read_text().strip()
    assert present not in holding
    with speaking(project) as again, pytest.raises((ErasedMemory, RejectedValue)):
        say(again, VAULT)


def test_control_a_backup_without_verdicts_is_restored_as_it_is(project: Project, person: Memory) -> None:
    say(person, LATER)
    person.close()
    done = restore(project)
    assert (done.rejected, done.erased) == (0, 0)
    with speaking(project) as again:
        assert texts(again) == [QUEUE]
    assert Path(done.kept).exists()
