"""An erasure that a merge brings is done in every other file too; what is erased already is left in peace."""

from collections.abc import Callable

import pytest

from oldhand.code.indexing import indexed
from oldhand.errors import PutAway
from oldhand.operation import call
from tests.conftest import Project
from tests.continuity.made import asked, replied, spoke
from tests.governance.test_erasure import OTHER, SECRET, everywhere, forget, holding, say, speaking

ONE = "5f1c0001-aaaa"


@pytest.fixture
def pair(make_project: Callable[[str], Project]) -> tuple[Project, Project]:
    """Two copies of one memory: here it was told in a session, is in the index of the code, in a backup and a log."""
    here, there = make_project("here"), make_project("there")
    (here.root / "NOTES.md").write_text(f"# Tresor\n\n- {SECRET}.\n", encoding="utf-8")
    with speaking(here) as me:
        say(me, SECRET)
        say(me, OTHER)
        spoke(me, ONE, asked("look around"), replied(f"I know: {SECRET}"), replied(OTHER, "r2"))
        call(me, "session_checkpoint", {"text": f"About it: {SECRET}", "session": ONE})
        call(me, "backup", {})
        call(me, "recall", {"cue": "zanzibarwort Kürbis"})
        with indexed(me) as index:
            assert index.documents().names
        call(me, "export", {"file": str(there.root / "all.jsonl")})
    (here.root / "NOTES.md").write_text("# Tresor\n\nNothing.\n", encoding="utf-8")
    with speaking(there) as they:
        call(they, "import", {"file": "all.jsonl"})
        (name,) = [one.id for one in call(they, "active", {"limit": 9}).items if one.text == SECRET]
        forget(they, name)
        call(they, "export", {"file": "all.jsonl", "yes": True})
    return here, there


def test_the_other_files_are_cleaned_at_the_merge(pair: tuple[Project, Project]) -> None:
    here, there = pair
    held = {name.removesuffix("-wal") for name in everywhere(here)}
    assert {"memory.db", "sessions.db", "code.db", "traces.db"} <= held, "the control: it is in all of these"
    with speaking(here) as me:
        done = call(me, "import", {"file": str(there.root / "all.jsonl")})
        assert done.notes == []
        assert OTHER in [one.text for one in me.session_log().events(ONE)]
        me.session_log().add(ONE, [replied(f"once more: {SECRET}", "r3")])
    assert not everywhere(here)
    assert not (here.folder / "erasure.unfinished").exists()


def test_importing_it_again_finds_nothing_to_do(pair: tuple[Project, Project]) -> None:
    here, there = pair
    with speaking(here) as me:
        call(me, "import", {"file": str(there.root / "all.jsonl")})
        with indexed(me):
            pass
        before = (here.folder / "code.db").stat().st_ino
        root = call(me, "root", {}).root
        again = call(me, "import", {"file": str(there.root / "all.jsonl")})
        assert (again.events, again.notes, again.root) == (0, [], root)
    assert (here.folder / "code.db").stat().st_ino == before


def test_a_dry_run_cleans_nothing_and_what_is_not_taken_is_not_cleaned(pair: tuple[Project, Project]) -> None:
    here, there = pair
    with speaking(here) as me:
        call(me, "import", {"file": str(there.root / "all.jsonl"), "dry_run": True})
        assert {name.removesuffix("-wal") for name in holding(here.folder)} >= {"memory.db", "sessions.db"}
        call(me, "import", {"file": str(there.root / "all.jsonl"), "strategy": "skip-existing"})
    assert {name.removesuffix("-wal") for name in holding(here.folder)} >= {"memory.db", "sessions.db"}


def test_what_cannot_be_cleaned_is_named_and_goes_when_it_is_asked_for(pair: tuple[Project, Project]) -> None:
    here, there = pair
    (backup,) = (here.folder / "backups").glob("*.db")
    whole = backup.read_bytes()
    backup.write_bytes(whole[:4096] + b"\xff" * 8192 + whole[12288:])
    with speaking(here) as me:
        done = call(me, "import", {"file": str(there.root / "all.jsonl")})
        assert len(done.notes) == 1 and str(backup) in done.notes[0]
        (finding,) = [one for one in call(me, "health", {}).knowledge if one.finding == "half forgotten"]
        backup.write_bytes(whole)
        forget(me, finding.next_step.split()[2])
        assert not [one for one in call(me, "health", {}).knowledge if one.finding == "half forgotten"]
    assert not everywhere(here)


def test_what_is_erased_already_is_told_so_and_nothing_is_looked_through(project: Project) -> None:
    with speaking(project) as person:
        name = say(person, SECRET)
        say(person, OTHER)
        forget(person, name)
        (project.root / "a.md").write_text("# A document\n")
        with indexed(person):
            pass
        index = (project.folder / "code.db").stat()
        again = forget(person, name)
        assert [(one.id, one.outcome) for one in again.memories] == [(name, "erased already")]
        assert (again.databases, again.left, again.traces) == ([], [], 0)
        assert call(person, "forget", {"names": [name]}).memories == again.memories, "without asking"
        other = forget(person, name, say(person, "The gate is green on all Mondays"))
        assert {one.outcome for one in other.memories} == {"erased", "erased before"}
    assert (project.folder / "code.db").stat().st_ino == index.st_ino


def test_an_erased_memory_shows_no_date_it_never_had(project: Project) -> None:
    with speaking(project) as person:
        name = say(person, SECRET)
        before = call(person, "show", {"name": name}).memory
        forget(person, name)
        shown = call(person, "show", {"name": name}).memory
    assert before.since and (shown.since, shown.text, shown.standing) == ("", "", "erased")
    assert shown.updated >= before.updated


def test_a_summary_that_a_person_retired_does_not_come_back_at_an_agents_word(project: Project) -> None:
    texts = ("The depot opens on Tuesdays via the yard.", "Boris keeps the spare key of the depot.")
    names = [project.call("remember", text=text).memories[0].id for text in texts]
    made = project.call("compress", names=names).id
    project.call("retire", name=made, reason="by its own maker")
    assert project.call("compress", names=names).outcome == "restored", "the control: the agent's own verdict"
    project.by_person("retire", name=made, reason="wrong")
    with pytest.raises(PutAway, match=made[:12]):
        project.call("compress", names=names)
    assert project.call("show", name=made).memory.standing == "retired"
    assert project.by_person("compress", names=names).outcome == "restored"
    assert project.call("show", name=made).memory.standing == "active"
