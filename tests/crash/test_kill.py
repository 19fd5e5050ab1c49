"""kill -9 at random moments, through the real command line and a long-lived process: nothing acknowledged is lost."""

import json
import random
import time
from pathlib import Path

import pytest

from oldhand.store.store import Store
from tests.crash.killing import LONGEST_WAIT, WRITER, Child, damage, missing

LIVING_SECONDS = 0.12  # a long-lived writer is killed within so long after it began
BULK = 150  # statements in one bulk: long enough that kills fall into it
CHECK_EVERY = 10  # kills between two looks: the next process meets the log as the kill left it
NOW = 1_767_225_600_000  # 2026-01-01T00:00:00Z, in milliseconds
SEED = 20_261_120


class Campaign:
    """Kills in one project. acknowledged: every statement that somebody was told is kept."""

    def __init__(self, place: Path, seed: int) -> None:
        self.project, self.home = place / "project", place / "home"
        self.project.mkdir(parents=True)
        self.home.mkdir()
        self.folder = self.project / ".oldhand"
        self.chance = random.Random(seed)
        self.acknowledged: set[str] = set()
        self.kills = self.number = self.told = 0
        self.usual = 0.0

    def make_store(self) -> None:
        """Begin with an empty store."""
        Store.create(self.folder, NOW, self.home).close()

    def start(self, *command: str) -> Child:
        """Start a program in the project."""
        return Child(list(command), self.project, self.home)

    def checked(self) -> None:
        """Every CHECK_EVERY kills: everything acknowledged is there and the store is whole."""
        self.kills += 1
        if self.kills % CHECK_EVERY == 0:
            self.check()

    def check(self) -> None:
        """Everything acknowledged is there and the store is whole."""
        assert not missing(self.folder, self.acknowledged)
        assert not damage(self.folder)

    def kill_writer(self, mode: str) -> None:
        """Kill a long-lived writer within LIVING_SECONDS after it was ready."""
        child = self.start(str(WRITER), str(self.project), str(self.home), str(self.number), mode)
        child.line()
        said = [*child.lines(self.chance.uniform(0, LIVING_SECONDS)), *child.kill()]
        for line in said:
            self.acknowledged.update(json.loads(line))
        self.told += len(said)
        self.number += len(said) + 2

    def kill_command(self, command: list[str], given: bytes = b"") -> bytes:
        """Kill one command line anywhere between its start and its end; its whole answer, or nothing."""
        child = self.start("-m", "oldhand", *command)
        child.input.write(given)
        child.input.close()
        if not self.usual:  # the first one is left alone, to learn how long it takes
            began = time.monotonic()
            said = list(child.lines(LONGEST_WAIT))
            self.usual = time.monotonic() - began
        else:
            said = list(child.lines(self.usual * self.chance.uniform(0.3, 1.2)))
        said += child.kill()
        return said[0] if said else b""

    def remember_one(self) -> None:
        """Kill `remember TEXT`."""
        self.number += 1
        text = f"told by hand {self.number}"
        if self.kill_command(["remember", text, "--json"]):
            self.acknowledged.add(text)
            self.told += 1

    def remember_many(self) -> None:
        """Kill `remember --jsonl -`: all of its lines are there, or none."""
        self.number += 1
        texts = [f"bulk {self.number} line {line}" for line in range(BULK)]
        lines = "\n".join(json.dumps({"text": text}) for text in texts).encode()
        if self.kill_command(["remember", "--jsonl", "-", "--json"], lines):
            self.acknowledged.update(texts)
            self.told += 1
        assert len(missing(self.folder, texts)) in (0, BULK)


def kill_at_random(campaign: Campaign, kills: int) -> None:
    """So many kills of every sort, in turn."""
    campaign.make_store()
    for number in range(kills):
        if number == kills * 5 // 10 or number == kills * 8 // 10:
            campaign.usual = 0.0  # another command takes another time
        if number < kills * 5 // 10:
            campaign.remember_one()
        elif number < kills * 8 // 10:
            campaign.kill_writer("closing" if number % 3 else "steady")
        else:
            campaign.remember_many()
        campaign.checked()
    campaign.check()
    print(f"{campaign.kills} kills, {campaign.told} answers, {len(campaign.acknowledged)} statements, none lost")
    assert campaign.told > kills // 10


def test_no_kill_loses_what_was_acknowledged(tmp_path: Path) -> None:
    kill_at_random(Campaign(tmp_path, SEED), 50)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_nine_hundred_kills_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    kill_at_random(Campaign(tmp_path, SEED + 1), 900)


def test_acknowledging_before_the_commit_loses_some(tmp_path: Path) -> None:
    """The control: the same kills find a writer out that speaks too early."""
    campaign = Campaign(tmp_path, SEED + 2)
    campaign.make_store()
    for _ in range(40):
        campaign.kill_writer("early")
        if missing(campaign.folder, campaign.acknowledged):
            return
    raise AssertionError("none of 40 kills fell between the answer and the commit")


def kill_inits(campaign: Campaign, kills: int) -> None:
    """Kill `init` again and again: no store or a whole one is left, and the next `init` goes on from it."""
    (campaign.project / "README.md").write_text(
        "# Plover\n\nPlover needs Redis 7 to run its tests.\n", encoding="utf-8"
    )
    for _ in range(kills):
        if campaign.kill_command(["init", "--json"]) or (campaign.folder / "memory.db").exists():
            assert not damage(campaign.folder)
        child = campaign.start("-m", "oldhand", "init", "--json")
        assert json.loads(child.line())["root"]
        child.kill()
        assert not damage(campaign.folder)
        for path in sorted(campaign.folder.iterdir()):
            path.unlink()


def test_a_killed_init_leaves_no_store_or_a_whole_one(tmp_path: Path) -> None:
    kill_inits(Campaign(tmp_path, SEED + 3), 6)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_a_hundred_killed_inits_leave_no_store_or_a_whole_one(tmp_path: Path) -> None:
    kill_inits(Campaign(tmp_path, SEED + 4), 100)
