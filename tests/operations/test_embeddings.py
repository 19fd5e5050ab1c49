"""The operations on vectors: what a person sees, types wrong, interrupts and asks for twice."""

import stat
import subprocess
import sys
from pathlib import Path

import apsw
import pytest

from oldhand.errors import BadArgument, MissingModel, NeedsConsent, NoStore, SwitchedOff
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.recall.dense import caching
from oldhand.store.acceptance import accept
from tests.conftest import Project

SAID = ("Payments are never retried.", "Сессии живут в Redis.", "def charge(cart): return gateway.pay(cart)")
COMMAND = "import sys; from oldhand.surfaces.cli.main import main; sys.exit(main())"


@pytest.fixture
def minded(project: Project, model_home: Path) -> Project:
    """A project of a person who has installed the model, with three things remembered."""
    (project.home / "models").symlink_to(model_home / "models")
    for text in SAID:
        project.call("remember", text=text)
    return project


def test_status_says_what_waits_and_how_to_go_on(minded: Project) -> None:
    before = minded.call("embeddings_status")
    assert (before.state, before.texts, before.with_vectors, before.waiting, before.kept) == ("ready", 3, 0, 3, [])
    assert "embeddings reindex" in before.next_step and before.model.startswith("all-MiniLM-L6-v2")
    done = minded.call("embeddings_reindex")
    assert (done.made, done.windows, done.dropped, done.with_vectors) == (3, 3, 0, 3)
    after = minded.call("embeddings_status")
    assert (after.with_vectors, after.waiting, after.next_step) == (3, 0, "")
    assert [(one.model, one.used, one.wordings) for one in after.kept] == [(before.model, True, 3)]
    assert after.bytes > 0


def test_status_makes_nothing_and_needs_no_model(project: Project) -> None:
    project.call("remember", text=SAID[0])
    found = project.call("embeddings_status")
    assert (found.model, found.state, found.texts, found.waiting) == ("", "absent", 1, 0)
    assert "oldhand model install" in found.next_step
    assert not list(project.folder.glob("vectors*"))


def test_without_a_model_reindex_names_the_command_that_installs_it(project: Project) -> None:
    with pytest.raises(MissingModel, match="oldhand model install"):
        project.call("embeddings_reindex")
    assert not list(project.folder.glob("vectors*"))


def test_switched_off_reindex_says_how_to_switch_on(minded: Project) -> None:
    minded.call("embeddings_reindex")
    minded.call("config_set", name="embeddings.provider", value="off")
    with pytest.raises(SwitchedOff):
        minded.call("embeddings_reindex")
    found = minded.call("embeddings_status")
    assert (found.state, found.model, found.waiting) == ("off", "", 0) and found.next_step
    assert [one.used for one in found.kept] == [False], "what was made stays until it is reset"


def test_reset_asks_first_and_drops_nothing_else(minded: Project) -> None:
    minded.call("embeddings_reindex")
    root = minded.call("root").roots[0].root
    with pytest.raises(NeedsConsent, match=r"3 texts.*reindex.*--yes"):
        minded.call("embeddings_reset")
    assert minded.call("embeddings_status").with_vectors == 3
    done = minded.call("embeddings_reset", yes=True)
    assert done.wordings == 3 and len(done.models) == 1 and not done.unusable and done.freed > 0
    assert minded.call("embeddings_status").with_vectors == 0
    assert minded.call("root").roots[0].root == root and minded.call("recall", cue="payments retried").items


def test_resetting_nothing_needs_no_consent(minded: Project) -> None:
    done = minded.call("embeddings_reset")
    assert (done.models, done.wordings, done.next_step) == ([], 0, "")
    assert not list(minded.folder.glob("vectors*"))


def test_reset_of_one_model_leaves_the_others(minded: Project) -> None:
    name = minded.call("embeddings_reindex").model
    minded.store.vectors.keep("old/model", 2, [(b"x" * 32, bytes(6))], set)
    kept = minded.call("embeddings_status").kept
    assert [(one.model, one.used) for one in kept] == [(name, True), ("old/model", False)]
    with pytest.raises(BadArgument, match="old/model"):
        minded.call("embeddings_reset", model="old/modle", yes=True)
    assert minded.call("embeddings_reset", model="old/model", yes=True).models == ["old/model"]
    assert [one.model for one in minded.call("embeddings_status").kept] == [name]


def test_reindex_all_makes_every_vector_anew(minded: Project) -> None:
    minded.call("embeddings_reindex")
    assert minded.call("embeddings_reindex").made == 0
    assert minded.call("embeddings_reindex", all=True).made == 3
    assert minded.call("embeddings_status").with_vectors == 3


def test_reindex_drops_what_the_memory_no_longer_has(minded: Project) -> None:
    name = minded.call("embeddings_reindex").model
    vectors = minded.store.vectors
    model = vectors.model(name)
    assert model
    vectors.keep(name, model.dimensions, [(b"x" * 32, bytes(model.dimensions + 4))], set)
    assert minded.call("embeddings_status").with_vectors == 4
    assert minded.call("embeddings_reindex").dropped == 1
    assert minded.call("embeddings_status").with_vectors == 3


def test_reindex_mends_a_damaged_index(minded: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oldhand.recall.dense.embedding.TAIL_LEAST", 0)
    assert minded.call("embeddings_reindex").index_made
    assert not minded.call("embeddings_reindex").index_made, "the control: a whole one is left alone"
    (index,) = minded.folder.glob("cache/*")
    assert stat.S_IMODE(index.stat().st_mode) == 0o600
    raw = bytearray(index.read_bytes())
    raw[-100] ^= 255
    index.write_bytes(raw)
    assert minded.call("embeddings_status").search == "exact, fresh", "status reads the header alone"
    assert minded.call("embeddings_reindex").index_made
    model = minded.store.vectors.models()[0]
    assert caching.whole(minded.store.vectors, model)


def test_a_damaged_file_is_told_of_and_reset_is_the_way_out(minded: Project) -> None:
    minded.call("embeddings_reindex")
    minded.memory.close()
    for log in minded.folder.glob("vectors.db-*"):
        log.unlink()
    (minded.folder / "vectors.db").write_bytes(b"not a database" * 1000)
    found = minded.call("embeddings_status")
    assert found.state == "damaged" and found.waiting == found.texts == 3 and "reset" in found.next_step
    assert minded.call("recall", cue="payments retried").items
    with pytest.raises(NeedsConsent, match="cannot be used"):
        minded.call("embeddings_reset")
    assert minded.call("embeddings_reset", yes=True).unusable
    assert minded.call("embeddings_reindex").made == 3


def test_erasing_shows_in_status_at_once(minded: Project) -> None:
    minded.call("embeddings_reindex")
    gone = minded.call("recall", cue="payments retried").items[0].id
    with minded.memory.writing() as transaction:
        transaction.emit("erase", gone, "user", "python", {})
    found = minded.call("embeddings_status")
    assert (found.texts, found.with_vectors, found.waiting) == (2, 2, 0)


def test_the_persons_own_memory_has_vectors_of_its_own(minded: Project) -> None:
    minded.call("remember", text="I prefer tabs", scope="global")
    assert minded.call("embeddings_status", scope="global").waiting == 1
    assert minded.call("embeddings_reindex", scope="global").made == 1
    assert minded.call("embeddings_status", scope="global").waiting == 0
    assert minded.call("embeddings_status").waiting == 3


@pytest.mark.parametrize("name", ["embeddings_status", "embeddings_reindex", "embeddings_reset"])
def test_without_a_memory_there_is_nothing_to_do(name: str, tmp_path: Path, model_home: Path) -> None:
    (tmp_path / "person").mkdir()
    (tmp_path / "person" / "models").symlink_to(model_home / "models")
    with Memory(tmp_path, tmp_path / "person") as memory, pytest.raises(NoStore, match="oldhand init"):
        call(memory, name, {})


def test_two_reindexes_at_once_from_the_command_line(minded: Project) -> None:
    for number in range(120):
        minded.call("remember", text=f"Service {number} listens on port {5000 + number}")
    minded.memory.close()
    words = [sys.executable, "-c", COMMAND, "embeddings", "reindex", "--json"]
    environment = {"OLDHAND_HOME": str(minded.home), "PATH": "/usr/bin:/bin"}
    both = [subprocess.Popen(words, cwd=minded.root, env=environment, stdout=subprocess.PIPE) for _ in range(2)]
    said = [one.communicate(timeout=120)[0] for one in both]
    assert [one.returncode for one in both] == [0, 0], said
    found = minded.call("embeddings_status")
    assert (found.with_vectors, found.waiting) == (123, 0)


def test_progress_is_told_while_it_goes(minded: Project) -> None:
    heard: list[tuple[int, int, str]] = []
    minded.memory.progress = lambda done, total, what: heard.append((done, total, what))
    minded.call("embeddings_reindex")
    assert heard and all(0 <= done <= total and what for done, total, what in heard)


def test_a_store_that_another_program_put_there_is_left_alone(minded: Project) -> None:
    path = minded.folder / "vectors.db"
    with apsw.Connection(str(path)) as connection:
        connection.execute("CREATE TABLE mine (x)")
    before = path.read_bytes()
    assert minded.call("embeddings_status").state == "damaged"
    with pytest.raises(NeedsConsent):
        minded.call("embeddings_reset")
    assert path.read_bytes() == before


def test_a_dry_run_tells_what_there_is_to_do_and_changes_nothing(minded: Project, tmp_path: Path) -> None:
    first = minded.call("embeddings_reindex", dry_run=True)
    assert (first.made, first.dropped, first.with_vectors) == (3, 0, 0)
    assert not list(minded.folder.glob("vectors*"))
    minded.call("embeddings_reindex")
    minded.call("remember", text="One more")
    assert minded.call("embeddings_reindex", dry_run=True)[1:5] == (1, 0, 0, 3)
    assert minded.call("embeddings_reindex", dry_run=True, all=True).made == 4
    accept(minded.folder, tmp_path / "nobody")
    with Memory(minded.root, tmp_path / "nobody") as without_a_model:
        assert call(without_a_model, "embeddings_reindex", {"dry_run": True}).model == ""
