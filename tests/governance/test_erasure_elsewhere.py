"""What the person's own memory forgets is forgotten in every project it was told in, at once or at the next drain."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oldhand.errors import NeedsConsent
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.sessions.draining import drain
from oldhand.sessions.forgetting import emptied
from tests.conftest import Project
from tests.continuity.made import asked, replied, spoke
from tests.governance.test_erasure import speaking
from tests.sessions.made import prompted, spooled

SAID = "The payroll host zanzibar is reached through the jump box pg7."
OTHER = "The invoices are printed on Fridays by the machine in the cellar."


def files_with(word: bytes, *folders: Path) -> list[str]:
    """The files that hold a word."""
    paths = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    return [path.name for path in paths if word in path.read_bytes()]


def worked(project: Project, session: str) -> str:
    """A session of a project in which it was told, with a handoff and a line that waits; the handoff's id."""
    spoke(project.memory, session, asked("look around"), replied(f"I know: {SAID.lower()}"), replied(OTHER, "r2"))
    made = project.call("session_checkpoint", text=f"About it: {SAID}", session=session)
    spooled(project.memory, prompted(70, f"again, {SAID}"))
    project.memory.close()
    return str(made.id)


def forget(project: Project, name: str, **more: Any) -> Any:
    """Forget one of the person's own memories."""
    with speaking(project) as person:
        return call(person, "forget", {"names": [name], "scope": "global", "yes": True, **more})


def remembered(project: Project) -> str:
    """The memory of the person's own; its id."""
    with speaking(project) as person:
        return str(call(person, "remember", {"text": SAID, "scope": "global"}).memories[0].id)


def registered(project: Project, name: str) -> Project:
    """A project that is known by name."""
    project.call("projects_register", name=name)
    return project


@pytest.fixture
def two(make_project: Callable[[str], Project]) -> tuple[Project, Project]:
    """Two projects of one person that are known by name."""
    return registered(make_project("alpha"), "alpha"), registered(make_project("beta"), "beta")


def test_it_goes_from_every_known_project(two: tuple[Project, Project]) -> None:
    here, there = two
    name, mine, theirs = remembered(here), worked(here, "5f1c0001-aaaa"), worked(there, "5f1c0002-bbbb")
    assert files_with(b"zanzibar", here.folder, there.folder, here.home), "the control: it is there"
    with pytest.raises(NeedsConsent, match="1 record of sessions in beta"):
        forget(here, name, yes=False)
    would = forget(here, name, yes=False, dry_run=True)
    done = forget(here, name)
    assert {(one.id, one.scope, one.why) for one in done.memories} == {
        (name, "global", "it was named"), (mine, "project", "it quotes it"), (theirs, "projects/beta", "it quotes it"),
    }  # fmt: skip
    assert {one.id for one in would.memories} == {one.id for one in done.memories}, "as the dry run told"
    assert done.left == []
    assert not files_with(b"zanzibar", here.folder, there.folder, here.home)
    assert [one.text for one in there.memory.session_log().events("5f1c0002-bbbb")].count(OTHER) == 1, "only that"


def test_a_project_that_is_not_there_does_it_at_its_next_drain(two: tuple[Project, Project]) -> None:
    here, there = two
    name, theirs = remembered(here), worked(there, "5f1c0002-bbbb")
    away = there.root.with_name("away")
    there.root.rename(away)
    done = forget(here, name)
    assert len(done.left) == 1 and "beta" in done.left[0] and "session drain" in done.left[0]
    away.rename(there.root)
    assert files_with(b"zanzibar", there.folder), "the control: it was not reached"
    emptied(there.reopened())
    there.memory.close()
    assert not files_with(b"zanzibar", there.folder)
    assert there.call("show", name=theirs).memory.standing == "erased"
    assert OTHER in [one.text for one in there.memory.session_log().events("5f1c0002-bbbb")]


def test_a_drain_with_little_time_goes_on_the_next_time(two: tuple[Project, Project]) -> None:
    from oldhand.sessions.forgetting_elsewhere import catch_up

    here, there = two
    name = remembered(here)
    away = there.root.with_name("away")
    for number in range(3):
        more = [replied(f"{OTHER} {number} {line} {SAID}", f"k{line}") for line in range(400)]
        spoke(there.memory, f"5f1c000{number}-cccc", *more)
    there.memory.close()
    there.root.rename(away)
    forget(here, name)
    away.rename(there.root)
    there.reopened()
    assert not catch_up(there.memory, 0.0), "without any time nothing is done, and it is known"
    assert files_with(b"zanzibar", there.folder)
    assert catch_up(there.memory, float("inf")) and catch_up(there.memory, 0.0), "once is enough"
    there.memory.close()
    assert not files_with(b"zanzibar", there.folder)


COMMON = "Run all the tests before each commit. The password of the cellar is zanzibar."


def test_a_common_sentence_takes_no_record_with_it(two: tuple[Project, Project]) -> None:
    """Here at once, and in a project that is away at its next drain: the sentence goes, the rest stays."""
    from oldhand.sessions.handed import handed, held_of
    from oldhand.store.trace_log import Wanted, entries

    here, there = two
    with speaking(here) as person:
        name = str(call(person, "remember", {"text": COMMON, "scope": "global"}).memories[0].id)
    for project, session in ((here, "5f1c0001-aaaa"), (there, "5f1c0002-bbbb")):
        spoke(project.memory, session, asked("Mend the parser. Run all the tests before each commit."), replied(OTHER))
        project.call("session_checkpoint", text="The parser is half mended", session=session,
                     next=["Run all the tests before each commit.", "Mend line 14."])  # fmt: skip
        project.memory.close()
    away = there.root.with_name("away")
    there.root.rename(away)
    done = forget(here, name)
    assert len(done.remade) == 1
    away.rename(there.root)
    emptied(there.reopened())
    for project, session in ((here, "5f1c0001-aaaa"), (there, "5f1c0002-bbbb")):
        with project.memory.reading() as reader:
            found = held_of(reader, session)
        assert found is not None
        held = handed(found)
        assert (held.text, held.next) == ("The parser is half mended", ["Mend line 14."])
        said = [one.text for one in project.memory.session_log().events(session)]
        assert "Mend the parser. [forgotten]." in said and OTHER in said
        again = project.call("session_checkpoint", text="The parser is mended", session=session)
        assert again.id == held.id, "the session goes on with what is left"
        project.memory.close()
        assert not files_with(b"each commit", project.folder)
    ((_, told),) = entries(there.memory.traces(), Wanted(operation="forget"), 1)
    assert len(told.detail["erased"]) == len(told.detail["anew"]) == 1, "what went there without a question is told"


def test_a_record_of_which_nothing_is_left_goes_as_a_whole(two: tuple[Project, Project]) -> None:
    here, _ = two
    name = remembered(here)
    here.call("session_checkpoint", text=SAID, session="5f1c0001-aaaa")
    done = forget(here, name)
    assert len(done.memories) == 2 and done.remade == []


def test_a_lost_note_of_ones_own_memory_leaves_no_project_behind(two: tuple[Project, Project]) -> None:
    from oldhand.knowledge import erased_words

    here, there = two
    name = remembered(here)
    worked(there, "5f1c0002-bbbb")
    erased_words.set_carried(there.folder, 1 << 62)  # as a clock that was ahead would have noted
    away = there.root.with_name("away")
    there.root.rename(away)
    forget(here, name)
    away.rename(there.root)
    assert files_with(b"zanzibar", there.folder), "the control"
    emptied(there.reopened())
    there.memory.close()
    assert not files_with(b"zanzibar", there.folder)
    assert erased_words.carried(there.folder) == erased_words.latest(here.home / "global")


def test_health_names_a_note_that_cannot_be_read(project: Project) -> None:
    name = project.by_person("remember", text=SAID).memories[0].id
    project.by_person("forget", names=[name], yes=True)
    assert not [one for one in project.call("health").knowledge if one.finding == "forgotten words"], "the control"
    (project.folder / "erased.json").write_text("{")
    (found,) = [one for one in project.call("health").knowledge if one.finding == "forgotten words"]
    assert "cannot be read" in found.why
    assert [one for one in project.call("doctor").findings if "erased.json cannot be read" in one.detail]


def test_a_store_that_cannot_be_used_is_named_and_does_it_later(two: tuple[Project, Project]) -> None:
    here, there = two
    name = remembered(here)
    worked(there, "5f1c0002-bbbb")
    path = there.folder / "memory.db"
    whole = path.read_bytes()
    path.write_bytes(b"no database" + whole[11:])
    done = forget(here, name)
    path.write_bytes(whole)
    assert [one for one in done.left if "project beta" in one and "session drain" in one]
    emptied(there.reopened())
    there.memory.close()
    assert not files_with(b"zanzibar", there.folder)


def test_what_another_project_remembers_by_itself_is_named_and_stays(two: tuple[Project, Project]) -> None:
    here, there = two
    name = remembered(here)
    own = there.by_person("remember", text=SAID.upper()).memories[0].id
    done = forget(here, name)
    assert len(done.left) == 1 and f"oldhand forget {own[:12]} --folder {there.root}" in done.left[0]
    assert there.call("show", name=own).memory.standing == "active"


def test_without_a_project_it_is_forgotten_too(two: tuple[Project, Project]) -> None:
    here, there = two
    name, theirs = remembered(here), worked(there, "5f1c0002-bbbb")
    nowhere = here.root.parent / "nowhere"
    nowhere.mkdir()
    with Memory(nowhere, here.home, actor="user", trust="user", origin="cli") as person:
        done = call(person, "forget", {"names": [name], "scope": "global", "yes": True})
    assert {one.id for one in done.memories} == {name, theirs} and done.left == []
    assert not files_with(b"zanzibar", there.folder, here.home)


def test_what_a_person_worded_is_not_an_agents_to_erase(project: Project) -> None:
    name = project.call("remember", text=SAID).memories[0].id
    made = project.by_person("session_checkpoint", text=f"About it: {SAID}", session="5f1c0001-aaaa").id
    with project.memory.writing() as transaction:  # a person stands behind it
        transaction.emit("confirm", made, "user", "cli", {"trust": "user"})
    done = project.call("forget", names=[name], yes=True)
    assert [one.id for one in done.memories] == [name]
    assert len(done.left) == 1 and made[:12] in done.left[0] and "trust user" in done.left[0]
    assert project.call("show", name=made).memory.standing == "active"
    other = project.call("session_checkpoint", text="Something else", session="5f1c0002-bbbb").id
    assert project.by_person("forget", names=[made], yes=True).memories[0].outcome == "erased", "the control"
    assert project.call("show", name=other).memory.standing == "active"


def test_a_store_that_is_not_found_is_told_of(make_project: Callable[[str], Project]) -> None:
    here, there = make_project("alpha"), make_project("beta")
    name = remembered(here)
    worked(there, "5f1c0002-bbbb")
    moved = there.root.with_name("moved")
    there.root.rename(moved)
    done = forget(here, name)
    moved.rename(there.root)
    assert files_with(b"zanzibar", there.folder)
    assert len(done.left) == 1 and "1 other store of yours was not found" in done.left[0]
    emptied(there.reopened())
    there.memory.close()
    assert not files_with(b"zanzibar", there.folder)


def test_forgetting_in_a_project_leaves_other_projects_alone(two: tuple[Project, Project]) -> None:
    here, there = two
    with speaking(here) as person:
        name = call(person, "remember", {"text": SAID}).memories[0].id
    worked(there, "5f1c0002-bbbb")
    with speaking(here) as person:
        call(person, "forget", {"names": [name], "yes": True})
    assert "sessions.db" in {one.removesuffix("-wal") for one in files_with(b"zanzibar", there.folder)}
    drain(there.reopened(), 0)
    there.memory.close()
    assert "sessions.db" in {one.removesuffix("-wal") for one in files_with(b"zanzibar", there.folder)}


def test_an_engram_is_known_by_its_name_and_goes_on_after_it_lost_a_sentence(project: Project) -> None:
    from oldhand.sessions.engram_keeping import put
    from oldhand.store.copies import databases
    from tests.engrams.test_keeping import fields

    name, engram = project.by_person("remember", text=COMMON).memories[0].id, fields(7)["name"]
    common = COMMON.partition(". ")[0]
    before = put(project.memory, fields(7, trail=["1s tried: the carts", f"2s said: {common}. Then more."]), [])
    put(project.memory, fields(8), [])
    done = project.by_person("forget", names=[name], yes=True)
    assert len(done.remade) == 1 and before in {one.id for one in done.memories}
    assert project.call("engram_show", name=engram).trail == ["1s tried: the carts", "2s said: [forgotten]. Then more."]
    assert {one.name for one in project.call("engram_list").engrams} == {engram, fields(8)["name"]}, "the control"
    again = put(project.memory, fields(7, commit="a" * 40), [])
    assert again == done.remade[0], "an amended commit reaches what is left of it"
    assert project.call("engram_show", name="a" * 12).name == engram
    assert not files_with(common.encode(), project.folder) and not databases(project.folder)


def test_what_was_not_carried_to_a_project_yet_is_not_passed_over(project: Project) -> None:
    from oldhand.knowledge import erased_words
    from oldhand.sessions.forgetting_elsewhere import _carried

    whole = project.home / "global"
    whole.mkdir(exist_ok=True)
    first = erased_words.note(whole, project.home, [SAID])
    second = erased_words.note(whole, project.home, [OTHER])
    _carried(project.memory, project.folder, first)
    assert erased_words.carried(project.folder) == 0, "the first was not carried here: the next drain does both"
    erased_words.set_carried(project.folder, first)
    _carried(project.memory, project.folder, first)
    assert erased_words.carried(project.folder) == second, "the control"
