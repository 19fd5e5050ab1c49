"""Merging an export with a memory: nothing is lost, and each strategy does what it says."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from oldhand.errors import TrustTooHigh
from oldhand.exchange.taking_in import take_in
from oldhand.memory import Memory
from oldhand.model.trust import Voice
from oldhand.operation import call
from oldhand.store.transaction import Transaction
from tests.exchange.exports import STRATEGIES, Export, export, state, take, written

EXPECTED = {  # strategy -> (new, changed, contested, skipped), standing and wordings of the slot
    "append": ((2, 0, 1, 0), "contested", {"Host is two", "Host is three"}),
    "skip-existing": ((2, 0, 0, 1), "active", {"Host is three"}),
    "replace": ((2, 1, 0, 0), "active", {"Host is two"}),
}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_each_strategy_does_what_it_says_and_rehearses_it_first(
    divided: tuple[str, Memory], tmp_path: Path, strategy: str
) -> None:
    text, memory = divided
    counts, standing, wordings = EXPECTED[strategy]
    before = export(memory)
    rehearsed = take(memory, tmp_path, text, strategy=strategy, dry_run=True)
    assert (rehearsed.new, rehearsed.changed, rehearsed.contested, rehearsed.skipped) == counts
    assert export(memory) == before
    done = take(memory, tmp_path, text, strategy=strategy)
    assert rehearsed[4:-2] == done[4:-2] and done.root != done.before
    slot = next(one for one in state(memory).values() if set(one[1]) & {"Host is two", "Host is three"})
    assert slot == (standing, tuple(sorted(wordings, reverse=True))) or (slot[0], set(slot[1])) == (standing, wordings)
    after = Export(export(memory))
    assert len(after.of("root")) == len(Export(before).of("root")) + 1
    again = take(memory, tmp_path, text, strategy=strategy)
    assert (again.new, again.changed, again.contested, again.events) == (0, 0, 0, 0)
    assert again.root == done.root and len(Export(export(memory)).of("event")) == len(after.of("event"))


def test_appending_loses_no_event_of_either_side(divided: tuple[str, Memory], tmp_path: Path) -> None:
    text, memory = divided
    ids = {event["event"] for source in (text, export(memory)) for event in Export(source).of("event")}
    take(memory, tmp_path, text)
    assert {event["event"] for event in Export(export(memory)).of("event")} == ids


def test_a_part_of_a_history_is_another_history(divided: tuple[str, Memory], tmp_path: Path) -> None:
    """The control for the test above: where memories are passed over, events are missing."""
    text, memory = divided
    ids = {event["event"] for source in (text, export(memory)) for event in Export(source).of("event")}
    take(memory, tmp_path, text, strategy="skip-existing")
    assert {event["event"] for event in Export(export(memory)).of("event")} != ids


def test_what_is_skipped_keeps_every_byte_and_what_is_new_keeps_its_dates(
    divided: tuple[str, Memory], tmp_path: Path
) -> None:
    text, memory = divided
    mine = {event["event"] for event in Export(export(memory)).of("event")}
    take(memory, tmp_path, text, strategy="skip-existing")
    after = Export(export(memory)).of("event")
    assert mine <= {event["event"] for event in after}
    said = {(e["op"], tuple(e["clock"]), e["memory"], e["actor"]) for e in Export(text).of("event")}
    assert {(e["op"], tuple(e["clock"]), e["memory"], e["actor"]) for e in after if e["event"] not in mine} <= said


def test_the_same_selection_made_twice_gives_the_same_events(full: Memory, shelf: Any, tmp_path: Path) -> None:
    text = export(full)
    found = []
    for name in ("one", "two"):
        memory = shelf(name)
        call(memory, "remember", {"text": f"Host in {name}", "key": "deploy/host"})
        mine = {event["event"] for event in Export(export(memory)).of("event")}
        take(memory, tmp_path, text, strategy="skip-existing")
        found.append({event["event"] for event in Export(export(memory)).of("event")} - mine)
    assert found[0] == found[1] and found[0]


def test_what_was_erased_here_stays_erased(full: Memory, shelf: Any, tmp_path: Path) -> None:
    copy = shelf("copy")
    take(copy, tmp_path, export(full))
    name = next(name for name, (_, texts) in state(copy).items() if "Postgres listens on 5433" in texts)
    with copy.writing() as transaction:
        transaction.emit("erase", name, "user", "python", {})
    call(full, "revise", {"name": name, "text": "Postgres listens on 5434"})
    for strategy in STRATEGIES:
        done = take(copy, tmp_path, export(full), strategy=strategy)
        assert done.refused == 1 and state(copy)[name] == ("erased", ())
    assert "on 5433" not in export(copy) and "on 5434" not in export(copy)


def test_what_is_erased_elsewhere_is_erased_here(full: Memory, shelf: Any, tmp_path: Path) -> None:
    copy = shelf("copy")
    take(copy, tmp_path, export(full))
    call(copy, "remember", {"text": "Something of its own"})
    name = next(name for name, (_, texts) in state(full).items() if "Postgres listens on 5433" in texts)
    with full.writing() as transaction:
        transaction.emit("erase", name, "user", "python", {})
    assert take(copy, tmp_path, export(full)).changed == 1
    assert "on 5433" not in export(copy)


def test_nobody_imports_more_trust_than_they_have(full: Memory, shelf: Any, tmp_path: Path) -> None:
    agent = shelf("agent", "agent")
    with pytest.raises(TrustTooHigh, match="'user'"):
        take(agent, agent.project.root, export(full))
    call(agent, "remember", {"text": "Said by an agent"})
    with pytest.raises(TrustTooHigh):
        take(agent, agent.project.root, export(full), strategy="skip-existing")
    assert take(full, tmp_path, export(agent)).new == 1


def test_importing_into_the_global_memory_makes_it_when_it_is_meant(full: Memory, tmp_path: Path) -> None:
    rehearsed = take(full, tmp_path, export(full), scope="global", dry_run=True)
    assert rehearsed.new == 3 and not full.has_global()
    assert take(full, tmp_path, export(full), scope="global").new == 3
    assert call(full, "export", {"scope": "global"}).text == export(full)


class _Interrupted(BaseException):
    """Stands for Ctrl-C at a moment of our choosing."""


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_an_interruption_before_the_end_leaves_nothing(
    divided: tuple[str, Memory], tmp_path: Path, strategy: str
) -> None:
    text, memory = divided
    before = export(memory)

    @contextmanager
    def interrupted() -> Iterator[Transaction]:
        with memory.writing() as transaction:
            yield transaction
            raise _Interrupted

    path = Path(written(tmp_path, text))
    with pytest.raises(_Interrupted):
        take_in(
            interrupted,
            path,
            strategy,
            Voice("user", "test", "user"),
            lambda done, total: None,
            unwanted=lambda text: False,
        )
    assert export(memory) == before
    assert take(memory, tmp_path, text, strategy=strategy).new == 2


KILLED = """
import os, signal, sys
from contextlib import contextmanager
from pathlib import Path
from oldhand.exchange.taking_in import take_in
from oldhand.memory import Memory

folder, home, file, strategy = sys.argv[1:]
memory = Memory(Path(folder), Path(home), trust="user")

@contextmanager
def killed():
    with memory.writing() as transaction:
        yield transaction
        os.kill(os.getpid(), signal.SIGKILL)

take_in(killed, Path(file), strategy, memory.voice, lambda done, total: None, unwanted=lambda text: False)
"""


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_process_killed_in_the_middle_leaves_nothing(
    divided: tuple[str, Memory], tmp_path: Path, strategy: str
) -> None:
    text, memory = divided
    before = export(memory)
    memory.close()
    arguments = [str(memory.project.root), str(memory.home), written(tmp_path, text), strategy]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, *arguments], check=False, capture_output=True, env=dict(os.environ)
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert export(memory) == before
