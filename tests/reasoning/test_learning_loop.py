"""The whole loop on one history: decision, change, outcome, calibration, negative knowledge, the next decision.

Thirty records are decided again as they were added, with a confidence that is stated then; twelve of the changes are
taken back later, one is mended, the others stand in files that are worked on. `benchmarks/learning.py` runs the
same on real repositories.
"""

from pathlib import Path

import pytest

from benchmarks.learning import Loop, run, told
from oldhand.store.verify import verify
from tests.code.made_repository import Repository

THINGS = (
    "sessions", "charges", "search", "carts", "prices", "mails", "логи", "images", "queues", "locks",
)  # fmt: skip
WAYS = ("in Memcached", "in PostgreSQL", "in plain files")
TOPICS = tuple(f"{thing} {way}" for way in WAYS for thing in THINGS)
TAKEN_BACK = {*range(1, 11), 25, 28}  # nothing that was kept in Memcached stayed there
MENDED = 12
TRIALS = 10  # outcomes, by their weight, from which on calibration tells numbers


def record(number: int, topic: str) -> str:
    return (
        f"# {number}. Keep {topic}\n\n## Status\n\nAccepted\n\n## Context\n\n"
        f"We need a way for {topic}.\n\n## Decision\n\nWe will keep {topic} in module{number}.\n\n"
        f"## Consequences\n\nThe module for {topic} has to be looked after.\n"
    )


def code(number: int, *, chosen: bool = True, mended: bool = False, upkeep: int = 0) -> str:
    lines = [f"def start_{number}(settings):", f"    return settings.module_{number}", ""]
    if chosen:
        lines += [f"def choice_{number}(items):"]
        lines += [f"    step_{part} = items.part_{part}(number={number})" for part in range(8)]
        if mended:
            lines[-6:] = [
                f"    step_{part} = items.checked_{part}(number={number}, strict=True)" for part in range(2, 8)
            ]
        lines += ["    return items", ""]
    lines += [f"def upkeep_{part}(value):\n    return value + {part * number}\n" for part in range(upkeep)]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Loop, Path]:
    """The loop over a generated history of two years."""
    folder = tmp_path_factory.mktemp("loop")
    repository, home = Repository(folder / "clone"), folder / "home"
    home.mkdir()
    numbers = range(1, len(TOPICS) + 1)
    repository.commit("Start", {f"src/module{number}.py": code(number, chosen=False) for number in numbers})
    for number, topic in enumerate(TOPICS, 1):
        day = 10.0 * number
        repository.commit(
            f"Record decision {number}", {f"docs/adr/{number:04d}-decision.md": record(number, topic)}, day=day
        )
        done = repository.commit(f"ADR-{number}: keep {topic}", {f"src/module{number}.py": code(number)}, day=day + 1)
        if number in TAKEN_BACK:
            message = f'Revert "ADR-{number}: keep {topic}"\n\nThis reverts commit {done}.\nCustomers lost data.\n'
            repository.commit(message, {f"src/module{number}.py": code(number, chosen=False)}, day=day + 6)
        elif number == MENDED:
            text = code(number, mended=True)
            repository.commit(f"Fix {topic}: it lost entries", {f"src/module{number}.py": text}, day=day + 5)
    for round_ in range(1, 9):
        for number in numbers:
            text = code(number, chosen=number not in TAKEN_BACK, mended=number == MENDED, upkeep=round_)
            repository.commit(
                f"Upkeep {round_} of module {number}", {f"src/module{number}.py": text}, day=350 + 60 * round_
            )
    return run(folder / "clone", home, ["docs/adr"], 0.9, "Should we keep sessions in Memcached again?"), folder


def test_each_record_becomes_a_decision_with_its_outcome(loop: tuple[Loop, Path]) -> None:
    found = [one.state for one in loop[0].outcomes]
    wanted = [
        "reverted" if number in TAKEN_BACK else "reworked" if number == MENDED else "survived"
        for number in range(1, len(TOPICS) + 1)
    ]
    assert found == wanted, "\n".join(told(loop[0]))


def test_every_piece_of_evidence_names_a_commit_that_a_person_can_open(loop: tuple[Loop, Path]) -> None:
    assert loop[0].missing == []
    reverted = [one for one in loop[0].outcomes if one.state == "reverted"]
    assert all(any(piece.source == "revert" and len(piece.ref) == 40 for piece in one.evidence) for one in reverted)


def test_the_calibration_tells_that_the_forecaster_was_too_sure(loop: tuple[Loop, Path]) -> None:
    whole = loop[0].calibration.parts[0]
    assert whole.number == len(TOPICS)
    assert whole.trials >= TRIALS
    assert whole.stated == pytest.approx(0.9)
    assert whole.went < 0.7
    assert set(whole.decisions) == set(loop[0].decided), "each number is traced to its decisions"
    assert loop[0].calibration.hindsight == [], "what was stated then was not known afterwards"


def test_what_failed_is_negative_knowledge_with_its_commits(loop: tuple[Loop, Path]) -> None:
    kept = [one for one in loop[0].negative if "Memcached" in one.tried]
    assert kept, "the decisions that were taken back are negative knowledge"
    assert all(one.evidence for one in kept)


def test_the_next_decision_is_shown_how_the_last_like_it_ended(loop: tuple[Loop, Path]) -> None:
    similar = {one.decision.id: one.ending for one in loop[0].next.similar}
    assert "reverted" in similar[loop[0].decided[0]]
    assert loop[0].next.negative, "what was tried is told before it is tried again"


def test_a_second_update_reads_and_writes_nothing(loop: tuple[Loop, Path]) -> None:
    assert (loop[0].again.commits, loop[0].again.changed, loop[0].again.root) == (0, 0, loop[0].again.root)
    assert loop[0].updated.changed == len(TOPICS)


def test_the_store_is_whole_after_it(loop: tuple[Loop, Path]) -> None:
    assert not [one for one in verify(loop[1] / "clone" / ".oldhand").findings if one.damage]
