"""Repair: what is intact is saved, what is lost is said, the damaged file stays, and no interruption does harm."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from oldhand.errors import DamagedStore, ForeignStore, NoStore
from oldhand.knowledge.redaction import Screening
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.store.acceptance import MARK
from oldhand.store.repair import Repaired, repair
from oldhand.store.store import Store
from oldhand.store.verify import verify
from tests.conftest import Project
from tests.store.conftest import place
from tests.store.damage import connected, settled, texts
from tests.store.killing import calls_of, points

NOW = 1_800_000_000_000
PAGE = 4096
COMMON_KILLS, CAMPAIGN_KILLS = 12, 300


def spoiled(path: Path, address: bytes) -> None:
    """Damage one text beyond what a flipped bit would do."""
    with connected(path) as connection:
        body = connection.execute("SELECT body FROM objects WHERE address=?", (address,)).fetchone()[0]
        connection.execute("UPDATE objects SET body=? WHERE address=?", (body[:20] + b"????????" + body[28:], address))


def events(path: Path) -> set[bytes]:
    with connected(path) as connection:
        return {row[0] for row in connection.execute("SELECT id FROM journal")}


def roots_of_pages(path: Path) -> dict[str, int]:
    with connected(path) as connection:
        return dict(connection.execute("SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 0").fetchall())


def overwritten(path: Path, page: int, raw: bytes = bytes(PAGE)) -> None:
    image = bytearray(path.read_bytes())
    image[(page - 1) * PAGE : (page - 1) * PAGE + len(raw)] = raw
    path.write_bytes(image)


def test_a_sound_store_is_left_alone(filled: Project) -> None:
    path = settled(filled)
    before = path.read_bytes()
    done = repair(filled.folder, NOW)
    assert not done.done and path.read_bytes() == before
    assert not (filled.folder / "current").exists()


def test_one_damaged_text_is_lost_and_named_and_everything_else_is_there(filled: Project) -> None:
    path = settled(filled)
    address = max(texts(path), key=lambda name: texts(path)[name] is not None)
    spoiled(path, address)
    objects, said = texts(path), events(path)
    before = path.read_bytes()
    done = repair(filled.folder, NOW)
    assert done.lost_wordings == (address.hex(),) and not done.lost_events and not done.lost_roots
    saved = texts(Path(done.path))
    assert {name for name in objects if saved.get(name) != objects[name]} == {address}
    assert said < events(Path(done.path))
    assert path.read_bytes() == before, "the damaged database is evidence"
    report = verify(filled.folder)
    assert report.sound and [finding.part for finding in report.findings if finding.part != "permissions"] == ["losses"]


def test_control_without_the_record_of_losses_the_repaired_store_is_called_damaged(filled: Project) -> None:
    path = settled(filled)
    spoiled(path, min(texts(path)))
    done = repair(filled.folder, NOW)
    with connected(Path(done.path)) as connection:
        connection.execute("DELETE FROM losses")
    assert not verify(filled.folder).sound
    filled.damaged = True


def test_a_text_with_one_flipped_bit_is_whole_again(filled: Project) -> None:
    path = settled(filled)
    objects = texts(path)
    address = min(objects)
    with connected(path) as connection:
        body = objects[address]
        turned = body[:30] + bytes([body[30] ^ 4]) + body[31:]
        connection.execute("UPDATE objects SET body=? WHERE address=?", (turned, address))
    done = repair(filled.folder, NOW)
    assert done.mended == 1 and not done.lost_wordings
    assert texts(Path(done.path)) == objects


def test_an_event_with_a_flipped_number_is_whole_again_and_so_is_one_with_a_damaged_id(filled: Project) -> None:
    path = settled(filled)
    before = events(path)
    with connected(path) as connection:
        connection.execute("UPDATE journal SET wall = wall + 1024 WHERE position = 9 AND wall & 1024 = 0")
        connection.execute("UPDATE journal SET wall = wall - 1024 WHERE position = 9 AND NOT changes()")
        connection.execute("UPDATE journal SET id = zeroblob(32) WHERE position = 20")
    done = repair(filled.folder, NOW)
    assert before < events(Path(done.path)) and not done.lost_events and done.mended == 2


def test_a_damaged_name_spoils_none_of_the_events_that_bear_it(filled: Project) -> None:
    path = settled(filled)
    before = events(path)
    image = path.read_bytes()
    place_of_name = image.index(b"\x03\x00\x17agent") + 3  # a row of the table: its head, then the text
    overwritten(path, place_of_name // PAGE + 1, image[place_of_name // PAGE * PAGE : place_of_name] + b"aGent")
    assert not verify(filled.folder).sound
    done = repair(filled.folder, NOW)
    assert before < events(Path(done.path)) and not done.lost_events


def test_a_lost_event_leaves_a_known_gap_and_the_replica_goes_on_under_a_new_name(filled: Project) -> None:
    path = settled(filled)
    with connected(path) as connection:
        replica = connection.execute("SELECT id FROM replicas WHERE own=1").fetchone()[0]
        connection.execute("UPDATE journal SET wall = 5, counter = 77 WHERE position = 9")
    done = repair(filled.folder, NOW)
    assert done.lost_events == (f"{replica}:9",)
    assert verify(filled.folder).sound
    said = filled.call("remember", text="Said after the repair")
    with connected(Path(done.path)) as connection:
        own = connection.execute("SELECT id FROM replicas WHERE own=1").fetchone()[0]
        assert own != replica
        assert connection.execute("SELECT count(*) FROM journal WHERE op='root'").fetchone()[0] == 1
    assert filled.call("recall", cue="Said after the repair").items[0].id == said.memories[0].id


def test_the_state_that_lost_events_had_made_is_said_again(filled: Project) -> None:
    """Control: with the stored states gone too, the same loss changes what is remembered."""
    path = settled(filled)
    with connected(path) as connection:
        before = dict(connection.execute("SELECT id, standing FROM memories").fetchall())
        connection.execute(
            "UPDATE journal SET wall = 5, counter = 77 WHERE op IN ('assert', 'retire', 'link') AND position % 3 = 0"
        )
    damaged = path.read_bytes()
    done = repair(filled.folder, NOW)
    assert done.lost_events and done.revived
    with connected(Path(done.path)) as connection:
        assert dict(connection.execute("SELECT id, standing FROM memories").fetchall()) == before
    shutil.rmtree(filled.folder)
    filled.folder.mkdir(mode=0o700)
    path.write_bytes(damaged)
    with connected(path) as connection:
        connection.execute("DELETE FROM memories")
    done = repair(filled.folder, NOW)
    with connected(Path(done.path)) as connection:
        assert dict(connection.execute("SELECT id, standing FROM memories").fetchall()) != before


@pytest.mark.parametrize(
    "table", ["objects", "journal", "roots", "sqlite_autoindex_journal_1", "journal_sequence", "memories"]
)
def test_texts_below_a_page_that_cannot_be_read_are_found_where_they_lie(filled: Project, table: str) -> None:
    """The first page of each table is zeroed: nothing below it can be reached through SQLite any more."""
    path = settled(filled)
    objects, said = texts(path), events(path)
    overwritten(path, roots_of_pages(path)[table])
    done = repair(filled.folder, NOW)
    lost_here = {"objects": set(objects), "journal": set()}.get(table, set())
    saved = texts(Path(done.path))
    assert {name for name in objects if saved.get(name) != objects[name]} <= lost_here
    assert len(said - events(Path(done.path))) == len(done.lost_events)
    if table not in ("journal", "objects"):
        assert not done.lost_events and not done.lost_wordings


@pytest.mark.parametrize("at", range(0, 100, 7))
def test_a_damaged_header_costs_nothing(make_project: Callable[[str], Project], filled_file: bytes, at: int) -> None:
    project = make_project(f"header{at}")
    path = place(project, filled_file[:at] + bytes([filled_file[at] ^ 0xFF]) + filled_file[at + 1 :])
    objects, said = _originals(filled_file, path)
    if verify(path).sound:
        return  # SQLite does not care about these bytes
    done = repair(project.folder, NOW)
    assert texts(Path(done.path)) == objects and said < events(Path(done.path))


def _originals(raw: bytes, beside: Path) -> tuple[dict[bytes, bytes], set[bytes]]:
    whole = beside.with_name("whole.sqlite")
    whole.write_bytes(raw)
    found = texts(whole), events(whole)
    whole.unlink()
    return found


def test_what_was_erased_is_not_brought_back(filled: Project) -> None:
    secret = "The word that must not come back is xylophagous"
    with filled.memory.writing() as transaction:
        from oldhand.knowledge.assertion import assert_, statement

        told = assert_(
            transaction, statement(filled.root, "claim", {"text": secret}, screening=Screening()), filled.memory.voice
        )
    with filled.memory.writing() as transaction:
        transaction.emit("erase", told.memory, "user", "python", {})
    path = settled(filled)
    assert b"xylophagous" not in path.read_bytes()
    spoiled(path, min(name for name, body in texts(path).items() if body))
    done = repair(filled.folder, NOW)
    assert b"xylophagous" not in Path(done.path).read_bytes()
    assert told.revision not in done.lost_wordings


def test_other_processes_notice_the_new_database_at_their_next_use(filled: Project) -> None:
    path = settled(filled)
    spoiled(path, min(texts(path)))
    with Store.open(filled.folder) as other:
        with other.read() as reader:
            before = reader.root()
        done = repair(filled.folder, NOW)
        with other.read() as reader:
            assert reader.root().number == before.number + 1
        assert str(other.path) == done.path
        with other.write(NOW) as transaction:
            assert transaction.replica


def test_a_view_that_is_being_read_outlives_a_repair(filled: Project) -> None:
    path = settled(filled)
    spoiled(path, min(texts(path)))
    with Store.open(filled.folder) as other, other.read() as reader:
        before = reader.root()
        repair(filled.folder, NOW)
        with other.read() as inner:
            assert inner.root() == before == reader.root()


def test_a_repair_of_a_repaired_store_keeps_the_losses(filled: Project) -> None:
    path = settled(filled)
    first, second = sorted(texts(path))[:2]
    spoiled(path, first)
    one = repair(filled.folder, NOW)
    spoiled(Path(one.path), second)
    two = repair(filled.folder, NOW)
    assert two.lost_wordings == (second.hex(),)
    report = verify(filled.folder)
    assert report.sound and {name for f in report.findings if f.part == "losses" for name in f.names} == {
        first.hex(),
        second.hex(),
    }


def test_a_missing_pointer_is_refused_and_repaired_to_the_newest_database(filled: Project) -> None:
    """Control: without the refusal the older database would be taken, and what was said since would seem lost."""
    path = settled(filled)
    spoiled(path, min(texts(path)))
    repair(filled.folder, NOW)
    filled.call("remember", text="Said to the new database")
    filled.memory.close()
    (filled.folder / "current").unlink()
    with pytest.raises(DamagedStore, match="current"):
        Store.open(filled.folder)
    with pytest.raises(DamagedStore):
        Store.open(filled.folder, writable=False)
    done = repair(filled.folder, NOW)
    assert done.done
    assert filled.call("recall", cue="Said to the new database").verdict == "strong"


def test_what_never_was_a_store_is_not_repaired(tmp_path: Path) -> None:
    with pytest.raises(NoStore):
        repair(tmp_path, NOW)
    (tmp_path / "memory.db").write_text("a text file that somebody called memory.db " * 200)
    with pytest.raises(ForeignStore):
        repair(tmp_path, NOW)


PREPARE = "from oldhand.store.repair import repair"
ACT = f"repair(folder, {NOW})"


def killed_everywhere(project: Project, raw: bytes, spread: int, last: int) -> int:
    """Kill a repair at many points; after each, the store is the old or the new, and a second repair ends the same."""
    reference = place(project, raw)
    wanted: Repaired | None = None
    total = calls_of(PREPARE, ACT, project.folder)
    kills = 0
    for at in [0, *points(total, spread, last)]:
        for entry in project.folder.iterdir():
            if entry.name != MARK:
                entry.unlink()
        reference.write_bytes(raw)
        kills += calls_of(PREPARE, ACT, project.folder, at) == -1
        assert reference.read_bytes() == raw, f"the evidence was touched by the kill at {at}"
        with Memory(project.root, project.home) as memory:
            call(memory, "status", {})
        again = repair(project.folder, NOW)
        report = verify(project.folder)
        assert report.sound and Path(report.place).name == "memory-1.db", f"after the kill at {at}"
        if again.done:
            assert not list(project.folder.glob("*.making*")) and not (project.folder / "current.next").exists()
        wanted = wanted or _outcome(project)
        assert _outcome(project) == wanted, f"after the kill at {at}"
    return kills


def _outcome(project: Project) -> tuple[dict[bytes, bytes], str]:
    path = project.folder / "memory-1.db"
    return texts(path), verify(path).root


def spoiled_raw(project: Project, raw: bytes) -> bytes:
    path = place(project, raw)
    spoiled(path, min(texts(path)))
    overwritten(path, roots_of_pages(path)["trie"])
    return path.read_bytes()


def test_a_repair_killed_anywhere_leaves_the_old_or_the_new_store(project: Project, filled_file: bytes) -> None:
    raw = spoiled_raw(project, filled_file)
    assert killed_everywhere(project, raw, COMMON_KILLS, COMMON_KILLS) >= COMMON_KILLS


@pytest.mark.campaign
def test_a_repair_killed_six_hundred_times_leaves_the_old_or_the_new_store(
    project: Project, filled_file: bytes
) -> None:
    raw = spoiled_raw(project, filled_file)
    assert killed_everywhere(project, raw, CAMPAIGN_KILLS, 200) >= CAMPAIGN_KILLS
