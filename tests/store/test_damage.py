"""Damage: whichever bit is turned over, no altered text is returned, all damage is named, what is whole is saved."""

import json
from collections import Counter
from pathlib import Path

import apsw
import pytest

from oldhand.errors import OldhandError
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.store.repair import repair
from oldhand.store.shelf import Shelf
from oldhand.store.store import Store
from oldhand.store.verify import verify
from tests.store.damage import connected, flipped, texts

NOW = 1_800_000_000_000
COMMON, CAMPAIGN = 300, 2_000  # bits turned over, one at a time
WHOLE_FILE = "file"  # the part of a finding that names the whole file


class Trial:
    """One flipped bit after the other in copies of one store; `seen` counts what came of them."""

    def __init__(self, raw: bytes, folder: Path) -> None:
        self.folder = folder / ".oldhand"
        self.folder.mkdir(parents=True)
        (self.folder / "memory.db").write_bytes(raw)
        self.objects = texts(self.folder / "memory.db")
        with Store.open(self.folder) as store, store.read() as reader:
            self.told = {held.id: held.text for held in reader.memories(Shelf())}
        with connected(self.folder / "memory.db") as connection:
            self.events = {row[0] for row in connection.execute("SELECT id FROM journal")}
        self.seen: Counter[str] = Counter()

    def put(self, raw: bytes) -> Path:
        """Make the flipped file the only thing in the store."""
        for entry in self.folder.iterdir():
            if entry.is_file():
                entry.unlink()
        path = self.folder / "memory.db"
        path.write_bytes(raw)
        return path

    def read(self, number: int) -> None:
        """Read every memory: each gives its text or a typed error."""
        try:
            with Store.open(self.folder) as store:
                for memory, text in self.told.items():
                    self._read_one(store, memory, text, number)
        except OldhandError as error:
            self.seen[f"refused: {error.code}"] += 1

    def _read_one(self, store: Store, memory: str, text: str, number: int) -> None:
        try:
            with store.read() as reader:
                assert reader.get(memory).text == text, f"flip {number} altered {memory}"
        except OldhandError as error:
            self.seen[f"reported: {error.code}"] += 1

    def name(self, path: Path, number: int) -> None:
        """Verify: every object that cannot be read as it was is named, or the whole file is."""
        report = verify(path)
        named = {name for finding in report.findings if finding.damage for name in finding.names}
        whole = any(finding.part == WHOLE_FILE and str(path) in finding.names for finding in report.findings)
        damaged = self._damaged(path)
        assert whole or {address.hex() for address in damaged} <= named, f"flip {number} is not named"
        assert not (damaged and report.sound)
        self.seen["sound" if report.sound else "damaged"] += 1
        self.seen["objects damaged"] += len(damaged)

    def _damaged(self, path: Path) -> set[bytes]:
        """The objects that a look-up by address no longer gives as they were."""
        with connected(path) as connection:
            return {address for address in self.objects if not self._gives(connection, address)}

    def _gives(self, connection: apsw.Connection, address: bytes) -> bool:
        try:
            row = connection.execute("SELECT body FROM objects WHERE address=?", (address,)).fetchone()
        except Exception:  # noqa: BLE001 - whatever hinders the reading is damage here
            return False
        return row is not None and row[0] == self.objects[address]

    def save(self, raw: bytes, number: int) -> None:
        """Repair: every object is there again, or was the damaged one; what was lost is said; the file is kept."""
        path = self.put(raw)
        damaged = self._damaged(path)
        done = repair(self.folder, NOW)
        if not done.done:
            return
        self.seen["repaired"] += 1
        self.seen["mended"] += done.mended
        saved = texts(Path(done.path))
        gone = {address for address, body in self.objects.items() if saved.get(address) != body}
        assert gone <= damaged and {address.hex() for address in gone} <= set(done.lost_wordings), f"flip {number}"
        with connected(Path(done.path)) as connection:
            events = {row[0] for row in connection.execute("SELECT id FROM journal")}
        assert len(self.events - events) <= len(done.lost_events), f"flip {number} lost an event unsaid"
        self.seen["objects lost"] += len(gone)
        self.seen["events lost"] += len(self.events - events)
        assert path.read_bytes() == raw, f"flip {number}: the evidence was touched"
        self.read(number)


def campaign(raw: bytes, folder: Path, count: int, seed: int) -> Counter[str]:
    trial = Trial(raw, folder)
    for number, image in flipped(raw, seed, count):
        path = trial.put(image)
        trial.read(number)
        trial.put(image)
        trial.name(path, number)
        trial.save(image, number)
    return trial.seen


def test_no_flipped_bit_alters_a_text_and_each_is_named_and_what_is_whole_is_saved(
    filled_file: bytes, tmp_path: Path
) -> None:
    seen = campaign(filled_file, tmp_path / "flips", COMMON, 1)
    assert seen["damaged"] > COMMON / 4 and seen["objects damaged"] and seen["mended"], seen


@pytest.mark.campaign
def test_two_thousand_flipped_bits_alter_no_text(filled_file: bytes, tmp_path: Path) -> None:
    seen = campaign(filled_file, tmp_path / "flips", CAMPAIGN, 2)
    print(seen)
    assert seen["damaged"] > CAMPAIGN / 4, seen


def test_control_reading_without_hashing_again_returns_altered_texts(filled_file: bytes, tmp_path: Path) -> None:
    trial = Trial(filled_file, tmp_path / "flips")
    wanted = {json.loads(body)["content"]["text"] for body in trial.objects.values()}
    altered = 0
    for _, image in flipped(filled_file, 1, COMMON):
        path = trial.put(image)
        with connected(path) as connection:
            try:
                for (body,) in connection.execute("SELECT body FROM objects"):
                    altered += json.loads(body)["content"]["text"] not in wanted
            except Exception:  # noqa: BLE001 - SQLite or JSON noticed it; the control counts what nothing notices
                continue
    assert altered > 0


def test_the_operations_return_no_altered_text_and_only_typed_errors(filled_file: bytes, tmp_path: Path) -> None:
    trial = Trial(filled_file, tmp_path / "project")
    home = tmp_path / "home"
    answered = 0
    for _, image in flipped(filled_file, 3, COMMON // 10):
        trial.put(image)
        with Memory(tmp_path / "project", home, store=trial.folder) as memory:
            for name, arguments in (("recall", {"cue": "payment deployer"}), ("show", {"name": min(trial.told)[:12]})):
                try:
                    reply = call(memory, name, arguments)
                except OldhandError:
                    continue
                for item in getattr(reply, "items", ()):
                    assert trial.told[item.id].startswith(item.text.removesuffix("…") if item.cut else item.text)
                    answered += 1
    assert answered
