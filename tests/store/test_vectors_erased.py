"""When a memory is erased its vectors go: at once, in every file, and after a kill between the two at the next use."""

from collections.abc import Callable, Sequence

import apsw
import pytest

from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.store.pending import with_text
from oldhand.store.vector_file import VECTORS
from tests.conftest import BORN, Project
from tests.store.killing import calls_of, points
from tests.store.vectors_kept import (
    DIMENSIONS,
    MODEL,
    bytes_for,
    erase,
    erase_and_be_killed,
    everything,
    followed,
    kept,
    told,
)

KILLS = 12
CAMPAIGN_KILLS = 200


def test_erasing_a_memory_takes_its_vectors_at_once(project: Project) -> None:
    gone, address = told(project, "The password of the test bank is swordfish")
    _, other = told(project, "Another thing that stays")
    rows = [(address, bytes_for("swordfish")), (other, bytes_for("stays"))]
    for model in (MODEL, "second"):
        project.store.vectors.keep(model, DIMENSIONS, rows, set)
    assert b"swordfi" in everything(project), "the control: it was there"
    erase(project, gone)
    assert kept(project) == {other} == kept(project, "second")
    assert b"swordfi" not in everything(project)


def test_every_wording_that_an_erased_memory_had_goes(project: Project) -> None:
    memory, first = told(project, "Host is one", key="deploy/host")
    _, second = told(project, "Host is two", key="deploy/host")
    project.store.vectors.keep(MODEL, DIMENSIONS, [(one, bytes_for("v")) for one in (first, second)], set)
    project.call("retire", name=memory)
    assert kept(project) == {first, second}, "retired is not erased"
    erase(project, memory)
    assert kept(project) == set()


def test_a_wording_that_a_living_memory_shares_keeps_its_vectors(project: Project) -> None:
    memory, shared = told(project, "Sessions live in Redis")
    keyed, same = told(project, "Sessions live in Redis", key="sessions/place")
    assert same == shared and keyed != memory
    project.store.vectors.keep(MODEL, DIMENSIONS, [(shared, bytes_for("v"))], set)
    erase(project, memory)
    assert kept(project) == {shared}
    erase(project, keyed)
    assert kept(project) == set()


def test_what_another_replica_erased_takes_its_vectors_here(make_project: Callable[[str], Project]) -> None:
    mine, theirs = make_project("mine"), make_project("theirs")
    memory, address = told(theirs, "The password is swordfish")
    exported = str(theirs.root / "all.jsonl")
    with Memory(theirs.root, theirs.home, trust="user") as they:
        call(they, "export", {"file": exported})
    with Memory(mine.root, mine.home, trust="user") as me:
        call(me, "import", {"file": exported})
    told(mine, "Something of my own, so that the two are merged")
    mine.store.vectors.keep(MODEL, DIMENSIONS, [(address, bytes_for("v"))], set)
    erase(theirs, memory)
    again = str(theirs.root / "again.jsonl")
    with Memory(theirs.root, theirs.home, trust="user") as they:
        call(they, "export", {"file": again})
    assert kept(mine) == {address}
    with Memory(mine.root, mine.home, trust="user") as me:
        call(me, "import", {"file": again})
    assert kept(mine) == set()


def test_vectors_made_while_their_memory_is_erased_are_not_kept(project: Project) -> None:
    memory, address = told(project, "The password is swordfish")
    _, other = told(project, "Another thing")
    project.store.vectors.keep(MODEL, DIMENSIONS, [(b"x" * 32, bytes_for("x"))], set)

    def held(names: Sequence[bytes]) -> set[bytes]:
        erase(other_process, memory)  # between encoding and keeping
        with project.memory.reading() as reader:
            return with_text(reader, names)

    other_process = Project.__new__(Project)
    other_process.root, other_process.home, other_process.folder = project.root, project.home, project.folder
    other_process.memory = Memory(project.root, project.home)
    rows = [(address, bytes_for("swordfish")), (other, bytes_for("other"))]
    project.store.vectors.keep(MODEL, DIMENSIONS, rows, held)
    other_process.memory.close()
    assert address not in kept(project) and other in kept(project)


def test_killed_between_erasing_and_removing_the_next_use_removes(project: Project) -> None:
    memory, address = told(project, "The password is swordfish")
    project.store.vectors.keep(MODEL, DIMENSIONS, [(address, bytes_for("swordfish"))], set)
    project.memory.close()
    erase_and_be_killed(project, memory)
    with project.memory.reading() as reader:
        assert reader.standing(memory) == "erased"
    assert kept(project) == {address}, "the control: two files cannot be changed as one"
    assert followed(project) == set()
    assert b"swordfi" not in everything(project)


PREPARE = """
import apsw
from oldhand.store.store import Store
store = Store.open(folder)
memory = (folder / "erase").read_text(encoding="ascii")
"""
ACT = """
with store.write({born}) as transaction:
    transaction.emit("erase", memory, "user", "python", {{}})
"""


def killed_anywhere(make_project: Callable[[str], Project], kills: int) -> None:
    """Erase, killed at many points: vectors and memory come to the same end at the next use."""

    def prepared(name: str) -> tuple[Project, bytes, bytes]:
        project = make_project(name)
        memory, address = told(project, "The password is swordfish")
        _, other = told(project, "Another thing that stays")
        rows = [(address, bytes_for("swordfish")), (other, bytes_for("stays"))]
        project.store.vectors.keep(MODEL, DIMENSIONS, rows, set)
        (project.folder / "erase").write_text(memory, encoding="ascii")
        (project.folder / "erase").chmod(0o600)
        project.memory.close()
        return project, address, other

    project, address, other = prepared("whole")
    total = calls_of(PREPARE, ACT.format(born=BORN), project.folder)
    assert kept(project) == {other}
    for at in points(total, kills // 2, kills // 2):
        project, address, other = prepared(f"killed{at}")
        calls_of(PREPARE, ACT.format(born=BORN), project.folder, at)
        with project.memory.reading() as reader:
            erased = reader.body(address.hex()) is None
        assert followed(project) == ({other} if erased else {address, other})


def test_killed_anywhere_while_erasing_both_files_come_to_the_same_end(make_project: Callable[[str], Project]) -> None:
    killed_anywhere(make_project, KILLS)


@pytest.mark.campaign
def test_killed_at_many_points_while_erasing_both_files_agree(make_project: Callable[[str], Project]) -> None:
    killed_anywhere(make_project, CAMPAIGN_KILLS)


def test_vectors_of_what_was_erased_while_the_state_was_broken_go_too(project: Project) -> None:
    memory, address = told(project, "The password is swordfish")
    project.store.vectors.keep(MODEL, DIMENSIONS, [(address, bytes_for("v"))], set)
    path = project.store.path
    project.memory.close()
    with apsw.Connection(str(path)) as connection:
        connection.execute("DROP TABLE edges")
    erase(project, memory)
    project.call("rebuild")
    assert followed(project) == set()


def test_in_another_journal_erasures_are_looked_for_from_the_beginning(project: Project) -> None:
    memory, address = told(project, "The password is swordfish")
    _, other = told(project, "Another thing")
    erase(project, memory)
    project.store.vectors.keep(MODEL, DIMENSIONS, [(address, bytes_for("v")), (other, bytes_for("w"))], set)
    assert followed(project) == {other}
    project.store.vectors.keep(MODEL, DIMENSIONS, [(address, bytes_for("v"))], set)  # as if from before a repair
    assert followed(project) == {address, other}, "the control: this journal was looked through"
    with apsw.Connection(str(project.folder / VECTORS)) as connection:
        connection.execute("UPDATE erasures SET event = zeroblob(32)")
    assert followed(project) == {other}
