"""Power cuts: what was acknowledged is there when the power is back, and the store is whole."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oldhand.memory import Memory
from oldhand.operation import call
from tests.crash.lives import Life, judged
from tests.crash.power import Disk, watched

COMMON, CAMPAIGN = 150, 2_000  # cuts
CUTS_OF_A_LIFE = 50  # then a new store is made, so that `init` is cut into as well


def normal(connection: Any) -> None:
    """Sync the log only when it is copied into the file: acknowledged changes may be lost."""
    connection.execute("PRAGMA synchronous=NORMAL")


def off(connection: Any) -> None:
    """Never sync."""
    connection.execute("PRAGMA synchronous=OFF")


def cuts(place: Path, number: int, seed: int, weakened: Callable[[Any], None] = lambda _: None) -> Counter[str]:
    """The outcome of so many cuts, spread over lives with the seeds from `seed` on."""
    total: Counter[str] = Counter()
    while total["cuts"] < number:
        life = Life(place / f"life-{seed}", seed)
        life.run(min(CUTS_OF_A_LIFE, number - total["cuts"]), weakened)
        total += Counter(dict.fromkeys(("lost", "damaged"), 0))
        for name, count in judged(life.images, place / "image").items():
            total[name] += count
        seed += 1
    print(f"power cuts, seeds up to {seed - 1}: {dict(total)}")
    return total


def test_no_power_cut_loses_what_was_acknowledged(tmp_path: Path) -> None:
    found = cuts(tmp_path, COMMON, seed=1)
    assert (found["lost"], found["damaged"]) == (0, 0), found


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_two_thousand_power_cuts_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    found = cuts(tmp_path, CAMPAIGN, seed=1_000)
    assert (found["lost"], found["damaged"]) == (0, 0), found


def test_without_syncing_each_change_the_simulation_loses_some(tmp_path: Path) -> None:
    """The control: synchronous=NORMAL, set once the store is open, must lose acknowledged changes."""
    found = cuts(tmp_path, COMMON // 2, seed=50, weakened=normal)
    assert found["lost"] > found["cuts"] // 20, found


def test_without_any_syncing_the_simulation_damages_some(tmp_path: Path) -> None:
    """The control of the control: writes that are torn and reordered do reach the file."""
    found = cuts(tmp_path, COMMON // 2, seed=50, weakened=off)
    assert found["lost"] + found["damaged"] > found["cuts"] // 10, found


def test_a_cut_during_init_leaves_no_store_or_a_whole_one(tmp_path: Path) -> None:
    """Every step of the making of a store, each several times."""
    found: Counter[str] = Counter()
    for seed in range(2):
        life = Life(tmp_path / f"life-{seed}", seed)
        life.disk.at_step = life.cut
        life.run(1)
        found += judged([image for image in life.images if not image.made], tmp_path / "image")
    assert found["cuts"] > 20
    assert found["before_init"] > 0
    assert not found["lost"] + found["damaged"], found


def test_the_name_of_a_new_store_folder_is_synced_before_init_answers(tmp_path: Path) -> None:
    disk = Disk(tmp_path / "project" / ".oldhand", Life(tmp_path, 0).chance)
    with watched(disk), Memory(tmp_path / "project", tmp_path / "home") as memory:
        call(memory, "init", {"empty": True})
    assert str(tmp_path / "project") in disk.synced_folders
