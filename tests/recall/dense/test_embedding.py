"""Embedding: every wording gets its vectors once, in any order of events, killed or not, by one process or several."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from oldhand.recall.dense.embedding import PAGE, CaughtUp, catch_up, catch_up_all, embedded_text, prune, waiting
from oldhand.recall.dense.installing import local_encoder
from oldhand.recall.dense.nearest import Nearest
from oldhand.recall.dense.windows import windows
from tests.conftest import Project

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from oldhand.recall.dense.encoder import Encoder

SAID = (
    "Payments are never retried automatically; the gateway is not idempotent.",
    "Сессии живут в Redis, а не в памяти процесса.",
    "数据库连接池在高峰期间只有二十个连接。",
    "def charge(cart): return gateway.pay(cart.total_in_cents())",
)
SCRIPT = """
import os, signal, sys
from pathlib import Path
from oldhand.recall.dense.embedding import catch_up
from oldhand.recall.dense.installing import local_encoder
from oldhand.store.store import Store
folder, home, most = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
def told(done, total, what):
    if most and done >= most:
        os.kill(os.getpid(), signal.SIGKILL)
with Store.open(folder) as store:
    print(catch_up(store, store.vectors, local_encoder(home), progress=told).wordings)
"""


class Renamed:
    """The local model under another name, as a model that took its place would have."""

    def __init__(self, encoder: "Encoder", name: str) -> None:
        self._encoder = encoder
        self.name, self.dimensions, self.local = name, encoder.dimensions, True

    def encode(self, texts: Sequence[str], *, asking: bool = False) -> "NDArray[np.float32]":
        return self._encoder.encode(texts, asking=asking)


@pytest.fixture
def encoder(model_home: Path) -> "Encoder":
    return local_encoder(model_home)


def remember(project: Project, *texts: str) -> list[str]:
    lines = "\n".join(json.dumps({"text": text}) for text in texts)
    return [one.id for one in project.call("remember", jsonl=lines).memories]


def wording(project: Project, memory: str) -> str:
    with project.memory.reading() as reader:
        return reader.get(memory).wordings[-1].revision


def caught_up(project: Project, encoder: "Encoder", limit: int = 0) -> CaughtUp:
    return catch_up(project.store, project.store.vectors, encoder, limit=limit)


def left(project: Project, encoder: "Encoder") -> int:
    with project.memory.reading() as reader:
        return waiting(reader, project.store.vectors, encoder.name)


def nearest_to(project: Project, encoder: "Encoder", cue: str) -> str:
    return Nearest(project.store.vectors, encoder.name).search(encoder.encode([cue])[0], 1)[0].revision


def test_what_is_embedded_of_a_memory_is_all_of_its_text_title_first() -> None:
    content = {"alternatives": ["cron", "queue"], "reason": "because", "text": "We poll", "title": "Polling"}
    assert embedded_text(content) == "Polling\nWe poll\ncron\nqueue\nbecause"
    assert embedded_text({"text": "alone"}) == "alone"


def test_every_wording_gets_its_vectors_and_is_found_by_its_meaning(project: Project, encoder: "Encoder") -> None:
    ids = remember(project, *SAID)
    assert left(project, encoder) == len(SAID)
    assert caught_up(project, encoder) == CaughtUp(len(SAID), len(SAID), True)
    assert left(project, encoder) == 0
    assert nearest_to(project, encoder, "do we try a failed transaction again?") == wording(project, ids[0])
    assert nearest_to(project, encoder, "数据库连接") == wording(project, ids[2])


def test_a_second_time_there_is_nothing_to_do(project: Project, encoder: "Encoder") -> None:
    remember(project, *SAID)
    caught_up(project, encoder)
    before = project.store.vectors.models()
    assert caught_up(project, encoder) == CaughtUp(0, 0, True)
    assert project.store.vectors.models() == before


def test_a_memory_that_nothing_was_said_in_gets_no_file(project: Project, encoder: "Encoder") -> None:
    assert caught_up(project, encoder) == CaughtUp(0, 0, True)
    assert not list(project.folder.glob("vectors*"))


def test_earlier_wordings_and_what_is_put_away_have_vectors_too(project: Project, encoder: "Encoder") -> None:
    first = project.call("remember", text="Deploys go to Frankfurt", key="deploy/place").memories[0].id
    old = wording(project, first)
    project.call("remember", text="Deploys go to Dublin", key="deploy/place")
    (retired,) = remember(project, "The build runs on Jenkins")
    project.call("retire", name=retired)
    caught_up(project, encoder)
    search = Nearest(project.store.vectors, encoder.name)
    told = {one.revision for one in search.search(encoder.encode(["where do deploys go"])[0], 5)}
    assert told == {old, wording(project, first), wording(project, retired)}


def test_what_was_erased_gets_none(project: Project, encoder: "Encoder") -> None:
    gone, stays = remember(project, "The password is swordfish", "Another thing that stays")
    with project.memory.writing() as transaction:
        transaction.emit("erase", gone, "user", "python", {})
    assert left(project, encoder) == 1
    assert caught_up(project, encoder).wordings == 1
    assert nearest_to(project, encoder, "password swordfish") == wording(project, stays)


def test_a_long_text_is_found_by_what_its_end_says(project: Project, encoder: "Encoder") -> None:
    filler = "The meeting went on about the colours of the new office and nothing was decided. " * 60
    (memory,) = remember(project, filler + "Finally, backups are written to the tape robot every Sunday.")
    done = caught_up(project, encoder)
    assert done.wordings == 1 and done.windows > 5
    best = Nearest(project.store.vectors, encoder.name).search(encoder.encode(["where do backups go"])[0], 1)[0]
    assert best.revision == wording(project, memory) and best.window == done.windows - 1 and best.cosine > 0.2


def test_only_as_many_as_asked_for_are_done_at_once(project: Project, encoder: "Encoder") -> None:
    remember(project, *(f"Thing number {number}" for number in range(45)))
    done = [caught_up(project, encoder, limit=20) for _ in range(4)]
    assert [one.wordings for one in done] == [20, 20, 5, 0]
    assert [one.complete for one in done] == [False, False, True, True]


def test_many_pages_of_events_without_a_text_are_passed(project: Project, encoder: "Encoder") -> None:
    (memory,) = remember(project, "Confirmed again and again")
    with project.memory.writing() as transaction:
        for _ in range(PAGE + 10):
            transaction.emit("confirm", memory, "user", "python", {"trust": "user", "seen": {}})
    remember(project, "Said after all that")
    assert caught_up(project, encoder) == CaughtUp(2, 2, True)
    assert left(project, encoder) == 0


def test_another_model_begins_anew_and_the_old_one_is_not_mixed_in(project: Project, encoder: "Encoder") -> None:
    remember(project, *SAID)
    caught_up(project, encoder)
    other = Renamed(encoder, "another/int8")
    assert left(project, other) == len(SAID)
    assert Nearest(project.store.vectors, other.name).search(encoder.encode(["payments"])[0], 5) == []
    assert caught_up(project, other, limit=1).wordings == 1
    assert len(Nearest(project.store.vectors, other.name).search(encoder.encode(["payments"])[0], 5)) == 1
    assert left(project, encoder) == 0, "the control: those of the first are still there"


def test_after_a_restore_of_an_older_backup_what_is_new_is_found_again(project: Project, encoder: "Encoder") -> None:
    remember(project, *SAID)
    project.call("backup")
    remember(project, "Said after the backup", "And this too")
    caught_up(project, encoder)
    project.call("store_restore", yes=True)
    remember(project, "Said instead, at the same place in the journal", "And another")
    assert left(project, encoder) == 2
    assert caught_up(project, encoder).wordings == 2
    assert prune(project.store, project.store.vectors) == 2, "what only the other history had"
    assert left(project, encoder) == 0


def test_what_a_mark_passed_over_is_found_by_going_through_everything(project: Project, encoder: "Encoder") -> None:
    ids = remember(project, *SAID)
    caught_up(project, encoder)
    project.store.vectors.forget([bytes.fromhex(wording(project, ids[1]))])
    assert caught_up(project, encoder).wordings == 0, "the control: the mark says that all is done"
    assert catch_up_all(project.store, project.store.vectors, encoder).wordings == 1


def test_a_damaged_wording_is_passed_over_and_the_rest_is_done(project: Project, encoder: "Encoder") -> None:
    ids = remember(project, *SAID)
    damaged = bytes.fromhex(wording(project, ids[0]))
    path = project.store.path
    project.memory.close()
    raw = path.read_bytes()
    at = raw.index(SAID[0].encode())
    path.write_bytes(raw[:at] + b"Q" + raw[at + 1 :])
    project.damaged = True
    assert caught_up(project, encoder) == CaughtUp(3, 3, True)
    vectors = project.store.vectors
    model = vectors.model(encoder.name)
    assert model and vectors.present(model, [damaged]) == set()


def run(project: Project, home: Path, most: int = 0) -> "subprocess.Popen[bytes]":
    project.memory.close()
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(project.folder), str(home), str(most)], stdout=subprocess.PIPE
    )


def test_killed_in_the_middle_it_goes_on_from_there(project: Project, encoder: "Encoder", model_home: Path) -> None:
    remember(project, *(f"Service {number} listens on port {5000 + number}" for number in range(150)))
    for _ in range(2):
        with run(project, model_home, most=40) as killed:
            killed.communicate(timeout=120)
        assert killed.returncode == -signal.SIGKILL
    before = left(project, encoder)
    assert 0 < before <= 150 - 2 * 40, "what was told of was kept"
    assert caught_up(project, encoder) == CaughtUp(before, before, True)
    assert left(project, encoder) == 0
    model = project.store.vectors.model(encoder.name)
    assert model and (model.wordings, model.windows) == (150, 150)


def test_two_at_once_share_the_work(project: Project, encoder: "Encoder", model_home: Path) -> None:
    remember(project, *(f"Service {number} listens on port {5000 + number}" for number in range(400)))
    both = [run(project, model_home) for _ in range(2)]
    done = [int(one.communicate(timeout=120)[0]) for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert sum(done) == 400 and left(project, encoder) == 0
    model = project.store.vectors.model(encoder.name)
    assert model and model.wordings == 400


def test_interrupted_what_was_kept_stays(project: Project, encoder: "Encoder") -> None:
    remember(project, *(f"Service {number} listens on port {5000 + number}" for number in range(96)))

    def interrupt(done: int, total: int, what: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        catch_up(project.store, project.store.vectors, encoder, progress=interrupt)
    assert left(project, encoder) == 64
    assert caught_up(project, encoder).wordings == 64


def test_remembering_goes_on_while_vectors_are_made(project: Project, encoder: "Encoder") -> None:
    remember(project, *SAID)
    other = Project.__new__(Project)
    other.memory = type(project.memory)(project.root, project.home)

    def speak(done: int, total: int, what: str) -> None:
        if done == len(SAID):
            remember(other, "Said meanwhile by another process")

    done = catch_up(project.store, project.store.vectors, encoder, progress=speak)
    other.memory.close()
    assert done.complete and done.wordings + left(project, encoder) == len(SAID) + 1
    assert caught_up(project, encoder).complete and left(project, encoder) == 0


def test_it_refuses_to_work_in_a_view_that_cannot_see_erasures(project: Project, encoder: "Encoder") -> None:
    remember(project, *SAID)
    with project.memory.reading(), pytest.raises(RuntimeError):
        caught_up(project, encoder)


def test_nothing_of_it_changes_the_root_or_the_past(project: Project, encoder: "Encoder") -> None:
    remember(project, *SAID)
    root = project.call("root").roots[0].root
    asked: Callable[[], list[str]] = lambda: [  # noqa: E731
        one.id for one in project.call("recall", cue="payments retried", as_of=root).items
    ]
    before = asked()
    caught_up(project, encoder)
    assert project.call("root").roots[0].root == root
    remember(project, "The control: payments are retried twice, says this later memory")
    assert project.call("root").roots[0].root != root
    caught_up(project, encoder)
    assert asked() == before != []


def test_windows_of_what_is_kept_are_those_of_the_text(project: Project, encoder: "Encoder") -> None:
    text = "\n".join(f"Rule {number}: never do what rule {number + 1} forbids." for number in range(90))
    (memory,) = remember(project, text)
    done = caught_up(project, encoder)
    parts = windows(embedded_text({"text": text}))
    assert done.windows == len(parts)
    best = Nearest(project.store.vectors, encoder.name).search(encoder.encode([parts[2]])[0], 1)[0]
    assert (best.revision, best.window) == (wording(project, memory), 2) and best.cosine > 0.999
    assert os.path.getsize(project.folder / "vectors.db") < 200_000
