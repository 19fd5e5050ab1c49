"""What is forgotten leaves the code index too; files of the project that say it still are named and stay."""

from pathlib import Path

import pytest

from oldhand.code.indexing import indexed
from oldhand.code.indexing_erased import NOTE
from oldhand.operation import call
from oldhand.store.code_file import CodeFile
from tests.conftest import Project
from tests.governance.test_erasure import SECRET, everywhere, forget, holding, say, speaking

BROKEN = SECRET.replace(" mit ", " mit\n  ")  # over two lines, as people write
DOCUMENT = f"# Tresor\n\n- {BROKEN}.\n"
CODE = f'"""{SECRET}."""\n\n\ndef zanzibarwort():\n    """{SECRET[:40]}"""\n    return 1\n'


@pytest.fixture
def told(project: Project) -> str:
    """A memory whose words a document and a module say too, all of it in the code index."""
    (project.root / "NOTES.md").write_text(DOCUMENT, encoding="utf-8")
    (project.root / "tresor.py").write_text(CODE, encoding="utf-8")
    for number in range(40):
        (project.root / f"other_{number}.py").write_text(f"def other_{number}():\n    return {number}\n")
    with speaking(project) as memory:
        name = say(memory, SECRET)
        look(memory)
    assert "code.db" in {one.removesuffix("-wal") for one in everywhere(project)}, "the control: it is in the index"
    return name


def look(memory: object) -> None:
    """Bring the code index up to date."""
    with indexed(memory) as index:  # type: ignore[arg-type]
        assert index.documents().names


def test_files_that_still_say_it_are_named_and_stay(project: Project, told: str) -> None:
    with speaking(project) as memory:
        would = call(memory, "forget", {"names": [told], "dry_run": True})
        done = forget(memory, told)
    assert would.still == done.still == ["NOTES.md", "tresor.py"]
    assert done.left == []
    assert (project.root / "NOTES.md").read_text(encoding="utf-8") == DOCUMENT
    assert {name.removesuffix("-wal") for name in everywhere(project)} == {"code.db"}


def test_what_the_files_say_no_more_leaves_the_index(project: Project, told: str) -> None:
    (project.root / "NOTES.md").write_text("# Nothing\n")
    (project.root / "tresor.py").unlink()
    with speaking(project) as memory:
        look(memory)
    assert everywhere(project), "the control: an index that is brought up to date keeps it in free pages"
    with speaking(project) as memory:
        done = forget(memory, told)
    assert done.still == [] and done.left == []
    assert not everywhere(project)


@pytest.mark.parametrize("reading", [False, True])
def test_when_a_named_file_changes_later_the_index_keeps_nothing_of_it(
    project: Project, told: str, reading: bool
) -> None:
    with speaking(project) as memory:
        forget(memory, told)
    assert (project.folder / NOTE).exists()
    (project.root / "NOTES.md").unlink()
    (project.root / "tresor.py").write_text("def other():\n    return 1\n")
    if reading:
        other = CodeFile(project.folder, "code.db")
        with other.reading() as connection, speaking(project) as memory:
            connection.execute("SELECT count(*) FROM files").fetchall()
            look(memory)
            with indexed(memory) as index:
                assert "tresor.py" in index.documents().names.values()
        other.close()
    else:
        with speaking(project) as memory:
            look(memory)
    assert not everywhere(project)


def test_an_index_of_another_worktree_that_holds_it_is_removed(project: Project, told: str) -> None:
    whole = (project.folder / "code.db").read_bytes()
    (project.folder / "code-0123abcd.db").write_bytes(whole)
    (project.root / "NOTES.md").unlink()
    (project.root / "tresor.py").unlink()
    with speaking(project) as memory:
        forget(memory, told)
    assert not (project.folder / "code-0123abcd.db").exists()
    assert not everywhere(project)


def test_a_damaged_index_does_not_keep_it(project: Project, told: str) -> None:
    path = project.folder / "code.db"
    whole = path.read_bytes()
    path.write_bytes(b"no database" + whole[11:])
    with speaking(project) as memory:
        done = forget(memory, told)
    assert done.left == []
    (project.root / "NOTES.md").unlink()
    (project.root / "tresor.py").unlink()
    with speaking(project) as memory:
        look(memory)
    assert not holding(project.folder)


def test_forgetting_what_no_file_says_leaves_the_index_as_it_is(project: Project, told: str) -> None:
    index = project.folder / "code.db"
    before = index.stat().st_ino, index.stat().st_size
    with speaking(project) as memory:
        other = say(memory, "The staging gate is painted green by Olga on Fridays")
        done = forget(memory, other)
    assert (done.still, done.left) == ([], [])
    assert (index.stat().st_ino, index.stat().st_size) == before


def test_without_an_index_nothing_is_read(project: Project) -> None:
    Path(project.root / "NOTES.md").write_text(DOCUMENT, encoding="utf-8")
    with speaking(project) as memory:
        done = forget(memory, say(memory, SECRET))
    assert done.still == [] and not list(project.folder.glob("code*.db"))
