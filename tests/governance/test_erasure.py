"""What is forgotten is gone: its bytes are in no file of ours, everything else is whole, and nothing brings it back."""

import json
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from oldhand.errors import ErasedMemory, NeedsConsent, Refused, UnknownId
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.store.backup import backup
from oldhand.store.store import ERASING, Store
from oldhand.store.verify import verify
from tests.conftest import Project

SECRET = "Der Tresorraum öffnet mit zanzibarwort und Kürbis, сказал «паролёк» Иван"
WORDS = ("zanzibarwort", "Kürbis", "паролёк")  # each in no other memory; none may be left in any file
OTHER = "The staging queue holds 5432 messages"


def speaking(project: Project, trust: str = "user") -> Memory:
    """A person, or an agent, in the project."""
    return Memory(project.root, project.home, actor=trust, trust=trust, origin="cli")


@pytest.fixture
def person(project: Project) -> Iterator[Memory]:
    """A person at the command line of the project, which holds one other memory."""
    with speaking(project) as memory:
        say(memory, OTHER)
        yield memory


def say(memory: Memory, text: str, **more: Any) -> str:
    """Remember, and the id."""
    return str(call(memory, "remember", {"text": text, **more}).memories[0].id)


def forget(memory: Memory, *names: str, **more: Any) -> Any:
    """Forget, with consent."""
    return call(memory, "forget", {"names": list(names), "yes": True, **more})


def spellings(word: str) -> set[bytes]:
    """A word as any file of ours, or a database, might hold it: a piece long enough to be told by, in each encoding."""
    forms = {form(word) for form in (str, str.lower, str.upper)}
    forms |= {unicodedata.normalize(form, one) for one in forms for form in ("NFC", "NFD")}
    forms |= {json.dumps(one)[1:-1] for one in forms}
    found = {one.encode(code) for one in forms for code in ("utf-8", "utf-16-le", "utf-16-be")}
    # The search index keeps of a term what differs from the one before it: all but its first letters.
    return found | {one.lower().encode()[3:-3] for one in forms if len(one.encode()) > 9}


def holding(*folders: Path) -> list[str]:
    """The files that hold any of the words, however it is written."""
    needles = {piece for word in WORDS for piece in spellings(word)}
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    return [path.name for path in files if any(needle in path.read_bytes() for needle in needles)]


def everywhere(project: Project) -> list[str]:
    """The files of the store and of the person's own folder that hold any of the words."""
    return holding(project.folder, project.home)


def databases(project: Project) -> list[Path]:
    """Every database of the project's store."""
    return [*project.folder.glob("memory*.db"), *(project.folder / "backups").glob("*.db")]


def test_the_bytes_are_in_no_file_and_every_database_is_whole(project: Project, person: Memory) -> None:
    memory = say(person, SECRET, tags=["kürbis"], anchors=[], key="tresor/raum", title="Kürbis und zanzibarwort")
    call(person, "revise", {"name": memory, "text": SECRET + " noch einmal"})
    call(person, "backup", {})
    call(person, "recall", {"cue": "zanzibarwort Kürbis"})
    call(person, "recall", {"cue": "was sagte Иван паролёк"})
    call(person, "dispute", {"name": memory, "reason": "zanzibarwort ist falsch"})
    say(person, SECRET.upper(), scope="global")
    call(person, "backup", {})
    person.close()
    before = everywhere(project)
    assert {"memory.db", "traces.db"} <= {name.removesuffix("-wal") for name in before}, "the control: it was there"
    assert sum(name.startswith("memory-2") for name in before) == 2, "in both backups too"
    done = forget(person, memory)
    assert [(one.scope, one.outcome) for one in done.memories] == [("project", "erased"), ("global", "erased")]
    assert (len(done.databases), done.left, done.pending) == (2, [], False)
    assert not everywhere(project), "with the stores open"
    person.close()
    assert not everywhere(project), "and closed"
    assert all(verify(path).sound for path in databases(project))
    assert verify(project.home / "global").sound
    with speaking(project) as again:
        assert [item.text for item in call(again, "recall", {"cue": "staging queue"}).items] == [OTHER]
        root = call(again, "root", {}).root
        assert call(again, "rebuild", {}).root == root


def test_a_soft_forgetting_leaves_every_byte_and_can_be_taken_back(project: Project, person: Memory) -> None:
    memory = say(person, SECRET)
    done = forget(person, memory, soft=True, reason="no longer needed")
    assert (done.soft, done.memories[0].outcome) == (True, "retired")
    assert not call(person, "recall", {"cue": "zanzibarwort"}).items
    assert everywhere(project)
    call(person, "restore", {"name": memory})
    assert call(person, "recall", {"cue": "zanzibarwort"}).items


def test_it_asks_first_and_a_dry_run_changes_nothing(project: Project, person: Memory) -> None:
    memory = say(person, SECRET)
    twin = say(person, SECRET.lower() + ".", key="another/key")
    root = call(person, "root", {}).root
    with pytest.raises(NeedsConsent, match="2 memories for good"):
        call(person, "forget", {"names": [memory]})
    told = call(person, "forget", {"names": [memory], "dry_run": True})
    assert {(one.id, one.outcome, one.why) for one in told.memories} == {
        (memory, "would be erased", "it was named"), (twin, "would be erased", "it says the same"),
    }  # fmt: skip
    assert call(person, "root", {}).root == root
    with pytest.raises(UnknownId):
        forget(person, "ffffffff")


def test_what_says_the_same_in_other_words_of_the_store_goes_too(project: Project, person: Memory) -> None:
    memory = say(person, SECRET)
    twin = say(person, SECRET.upper() + "!", key="another/key", kind="gotcha", title="Tresor")
    reworded = say(person, SECRET.lower(), key="third/key")
    call(person, "revise", {"name": reworded, "text": "Something else altogether now"})
    done = forget(person, memory)
    assert {one.id for one in done.memories} == {memory, twin, reworded}
    person.close()
    assert not everywhere(project)


def test_nothing_brings_it_back(project: Project, person: Memory) -> None:
    memory = say(person, SECRET)
    (project.root / "AGENTS.md").write_text(f"# Rules\n\n- {SECRET}\n- Keep functions shorter than seventy lines.\n")
    outside = project.root / "old.db"
    call(person, "backup", {"to": str(outside)})
    call(person, "export", {"file": "old.jsonl"})
    call(person, "backup", {})
    forget(person, memory)
    for again, more in ((SECRET, {}), (SECRET.upper(), {"key": "a/key"}), (SECRET + ".", {"scope": "project"})):
        with pytest.raises(ErasedMemory):
            say(person, again, **more)
    call(person, "init", {})
    call(person, "import", {"file": "old.jsonl"})
    call(person, "rebuild", {})
    call(person, "repair", {})
    restored = call(person, "store_restore", {"yes": True})
    assert restored.erased == 0, "the backup of ours was cleaned when it was forgotten"
    restored = call(person, "store_restore", {"file": str(outside), "yes": True})
    assert restored.erased == 1, "in the one outside it is erased as soon as it is restored"
    person.close()
    with speaking(project) as again:
        assert OTHER in [item.text for item in call(again, "active", {"limit": 100}).items]
    assert not everywhere(project)
    assert holding(project.root) == ["AGENTS.md", "old.db", "old.jsonl"], "the control: what is not ours holds it still"


def test_a_replaced_database_is_cleaned_like_a_backup(project: Project, person: Memory) -> None:
    memory = say(person, SECRET)
    call(person, "backup", {})
    call(person, "store_restore", {"yes": True})
    assert len(list(project.folder.glob("memory*.db"))) == 2
    done = forget(person, memory)
    person.close()
    assert len(done.databases) == 2 and not everywhere(project)
    assert all(verify(path).sound for path in databases(project))


def test_a_backup_that_is_being_made_meanwhile_does_not_keep_it(project: Project, person: Memory) -> None:
    memory = say(person, SECRET)
    done: list[Any] = []

    def forget_meanwhile(what: str, copied: int, total: int) -> None:
        if not done:
            done.append(forget(person, memory))

    made = backup(project.folder, person.now(), progress=forget_meanwhile)
    assert done[0].pending, "the copy was of the moment before"
    assert "being made" in done[0].left[0]
    say(person, "An ordinary write")
    person.close()
    assert not everywhere(project)
    assert verify(Path(made.path)).sound
    with speaking(project) as again:
        assert not forget(again, memory).left


def test_a_copy_that_cannot_be_cleaned_is_named(project: Project, person: Memory) -> None:
    memory = say(person, SECRET)
    call(person, "backup", {})
    (backup,) = (project.folder / "backups").glob("*.db")
    whole = backup.read_bytes()
    backup.write_bytes(whole[:4096] + b"\xff" * 8192 + whole[12288:])
    interrupted = project.folder / "backups" / "memory-20260101T000000Z.db.making"
    interrupted.write_bytes(whole)
    done = forget(person, memory)
    assert [str(backup) in done.left[0], str(interrupted) in done.left[1]] == [True, True]
    assert (project.folder / "erasure.unfinished").exists()
    backup.write_bytes(whole)
    interrupted.unlink()
    again = forget(person, memory)
    assert (again.left, again.databases) == ([], [str(backup)])
    assert [one.outcome for one in again.memories] == ["erased before"]
    person.close()
    assert not everywhere(project)
    assert not (project.folder / "erasure.unfinished").exists()


def test_exports_elsewhere_that_hold_it_are_named(project: Project, person: Memory) -> None:
    call(person, "export", {"file": "before.jsonl"})
    memory = say(person, SECRET)
    for name, form in (("all.jsonl", "native"), ("facts.jsonl", "facts"), ("gone.jsonl", "native")):
        call(person, "export", {"file": name, "format": form})
    call(person, "backup", {"to": str(project.root / "copy.db")})
    call(person, "soul", {"output": "SOUL.md"})
    (project.root / "gone.jsonl").unlink()
    done = forget(person, memory)
    assert [Path(path).name for path in done.exports] == ["all.jsonl", "facts.jsonl", "copy.db", "SOUL.md"]


def test_with_a_reader_the_next_write_takes_the_bytes_out_of_the_log(project: Project, person: Memory) -> None:
    memory = say(person, SECRET)
    other = Store.open(project.folder)
    with other.read() as reader:
        assert reader.get(memory).text == SECRET
        done = forget(person, memory)
        assert done.pending and (project.folder / ERASING).exists()
        assert everywhere(project), "the control: the reader's own view still has it"
        say(person, "Written while somebody still reads")
        assert (project.folder / ERASING).exists()
        assert reader.get(memory).text == SECRET
    other.close()
    say(person, "An ordinary write")
    assert not (project.folder / ERASING).exists()
    assert not everywhere(project)


def test_what_cannot_be_begun_leaves_no_note(project: Project, person: Memory) -> None:
    memory = say(person, SECRET)
    say(person, SECRET, scope="global")
    with person.writing("global") as transaction:
        transaction.connection.execute("INSERT INTO health VALUES('search', 'made broken', 0)")
    with pytest.raises(Refused, match="oldhand rebuild"):
        forget(person, memory)
    assert not list(project.root.rglob("erasure.*")) + list(project.home.rglob("erasure.*"))
    assert call(person, "show", {"name": memory}).memory.text == SECRET, "not in the one store without the other"
    with person.writing("global") as transaction:
        transaction.connection.execute("DELETE FROM health")
    forget(person, memory)
    person.close()
    assert not everywhere(project)


def test_what_was_made_from_it_is_made_anew_or_waits(project: Project, person: Memory) -> None:
    first = say(person, SECRET)
    filler = "It was built long ago by people who are no longer here, and nobody has looked at it since that day."
    others = [say(person, f"The vault number {n} has {n + 3} doors. {filler} {filler}") for n in range(4)]
    made = call(person, "compress", {"names": [first, *others]}).id
    worded = say(person, "There is a vault that one must know how to open", kind="summary")
    call(person, "link", {"source": worded, "relation": "derived_from", "target": first})
    done = forget(person, first)
    assert made in [one.id for one in done.memories] and len(done.remade) == 1
    assert done.quarantined == [worded]
    person.close()
    assert not everywhere(project)
    with speaking(project) as again:
        texts = [item.text for item in call(again, "active", {"limit": 100}).items]
        assert not any("zanzibarwort" in text for text in texts)
        assert any("number 3 has 6 doors" in text for text in texts)
        assert "number 2" in call(again, "show", {"name": done.remade[0]}).memory.text


@pytest.mark.parametrize("reworded", [False, True])
def test_what_was_made_anew_before_keeps_no_former_wording(project: Project, person: Memory, reworded: bool) -> None:
    first = say(person, f"{SECRET}.")
    rooms = (
        "The depot opens on Tuesdays via the yard.",
        "Boris keeps the spare key.",
        "Rain floods the cellar in April.",
    )
    others = [say(person, text) for text in rooms]
    made = call(person, "compress", {"names": [first, *others]}).id
    worded = call(
        person, "compress", {"names": [first, others[0]], "text": f"{SECRET}; depot opens Tuesdays via yard"}
    ).id
    call(person, "backup", {})
    if reworded:
        call(person, "revise", {"name": first, "text": SECRET.replace("Иван", "Анна")})
    call(person, "reject", {"name": first, "reason": "no"})
    assert "zanzibarwort" not in call(person, "show", {"name": made}).memory.text, "made anew in place"
    done = forget(person, first)
    assert {made, worded} < {one.id for one in done.memories} and len(done.remade) == 1
    copy = next(iter(project.folder.glob("backups/*.db")))
    person.close()
    assert not everywhere(project)
    with speaking(project) as again:
        assert rooms[2] in call(again, "show", {"name": done.remade[0]}).memory.text
        call(again, "rebuild", {})
        assert rooms[2] in call(again, "show", {"name": done.remade[0]}).memory.text
        call(again, "store_restore", {"file": str(copy), "yes": True})
        assert not any("zanzibarwort" in item.text for item in call(again, "active", {"limit": 100}).items)
    assert not everywhere(project)


def test_a_backup_loses_what_only_it_holds_of_what_was_made_from_it(project: Project, person: Memory) -> None:
    first, other = say(person, SECRET), say(person, "Boris keeps the spare key")
    person.close()
    with speaking(project) as earlier:
        before = {call(earlier, "backup", {}).path}
        made = call(earlier, "compress", {"names": [first, other]}).id
        call(earlier, "backup", {})
        call(earlier, "store_restore", {"file": before.pop(), "yes": True})
    with speaking(project) as again:
        with pytest.raises(UnknownId):
            call(again, "show", {"name": made})
        forget(again, first)
    assert not everywhere(project)


def test_an_agent_cannot_erase_what_a_person_said(project: Project, person: Memory) -> None:
    memory = say(person, SECRET)
    with pytest.raises(Refused, match="trust user"):
        forget(project.memory, memory)
    assert call(person, "show", {"name": memory}).memory.text == SECRET
    own = say(project.memory, "An agent's own idea of the vault")
    assert forget(project.memory, own).memories[0].outcome == "erased", "the control: its own it may"


def test_an_erasure_that_a_merge_brings_takes_twins_too(make_project: Callable[[str], Project]) -> None:
    mine, theirs = make_project("mine"), make_project("theirs")
    with speaking(theirs) as they, speaking(mine) as me:
        memory = say(they, SECRET)
        say(me, SECRET.upper(), key="mine/key")
        say(me, OTHER)
        forget(they, memory)
        call(they, "export", {"file": "all.jsonl"})
        call(me, "import", {"file": str(theirs.root / "all.jsonl")})
        assert [item.text for item in call(me, "active", {}).items] == [OTHER]
    mine.memory.close()
    assert not holding(mine.folder)


def test_a_contradiction_with_what_is_erased_is_settled(person: Memory) -> None:
    one, other = say(person, SECRET), say(person, "The vault is always open")
    call(person, "link", {"source": one, "relation": "contradicts", "target": other})
    assert call(person, "show", {"name": other}).memory.standing == "contested"
    forget(person, one)
    assert call(person, "show", {"name": other}).memory.standing == "active"


def test_vectors_and_what_was_kept_of_anchors_and_history_go(project: Project, person: Memory) -> None:
    from tests.store.vectors_kept import DIMENSIONS, MODEL, bytes_for, kept

    (project.root / "vault.py").write_text("def zanzibarwort():\n    return 1\n")
    memory = say(person, SECRET, anchors=["vault.py::zanzibarwort"])
    call(person, "anchors_verify", {})
    with person.reading() as reader:
        revision = reader.get(memory).wordings[-1].revision
    person.store().vectors.keep(MODEL, DIMENSIONS, [(bytes.fromhex(revision), bytes_for("zanzib"))], set)
    assert kept(project) == {bytes.fromhex(revision)}
    forget(person, memory)
    assert not kept(project)
    person.close()
    assert not everywhere(project)


def test_a_broken_index_is_mended_before_anything_is_erased(project: Project, person: Memory) -> None:
    memory = say(person, SECRET)
    with person.writing() as transaction:
        transaction.connection.execute("INSERT INTO health VALUES('search', 'made broken', 0)")
    with pytest.raises(Refused, match="oldhand rebuild"):
        forget(person, memory)
    call(person, "rebuild", {})
    forget(person, memory)
    person.close()
    assert not everywhere(project)


def test_control_a_deletion_without_care_leaves_bytes(tmp_path: Path) -> None:
    """What the search for bytes would find if erasing only unlinked the rows."""
    connection = apsw.Connection(str(tmp_path / "plain.db"))
    connection.execute("CREATE TABLE objects (body)")
    connection.execute("INSERT INTO objects VALUES(?)", (SECRET.encode() * 300,))
    connection.execute("DELETE FROM objects")
    connection.close()
    assert holding(tmp_path) == ["plain.db"]
