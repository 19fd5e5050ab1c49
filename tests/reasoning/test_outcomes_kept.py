"""What an update keeps beside the store: nothing of what was forgotten meanwhile, and no use for what is damaged."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from oldhand.memory import Memory
from oldhand.reasoning.keeping_up import LOCK
from oldhand.reasoning.outcome_state import EMPTY, STATE_FILE, load, save
from oldhand.reasoning.updating_outcomes import update
from oldhand.reasoning.where_to_begin import alive, common
from oldhand.store.lock import WriteLock
from tests.conftest import Project
from tests.reasoning.histories import CHARGE, ENVIRONMENT, History
from tests.reasoning.test_outcomes import decide, events, git, state_of

__all__ = ["git"]
TITLE = "Use the quixotry engine"


def two_reverted(project: Project, history: History) -> tuple[str, str]:
    """Two decisions whose commits were taken back, which nobody looked up yet."""
    first, second = decide(project, "Use the quixotry engine."), decide(project)
    history.revert(history.commit(f"{TITLE}\n\nOldhand-Decision: {first}", {"src/engine.py": CHARGE}))
    history.revert(history.commit(f"Retry\n\nOldhand-Decision: {second}", {"src/pay.py": CHARGE}))
    return first, second


@pytest.mark.parametrize("when", ["while it reads", "before it writes"])
def test_what_is_forgotten_in_the_middle_of_an_update_is_not_written_back(
    project: Project, git: History, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    monkeypatch.setattr("oldhand.reasoning.reading_what_is_new.STEP", 2)
    first, second = two_reverted(project, git)
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        if asked == (1 if when == "while it reads" else 3):
            project.by_person("forget", names=[first], yes=True)
        return False

    with Memory(project.root, project.home, actor="user", trust="user", origin="cli") as memory:
        assert not update(memory, stop=stop).unfinished
    assert asked >= 3
    kept = (project.folder / STATE_FILE).read_text("ascii")
    assert first not in kept and TITLE.casefold() not in kept
    assert second in kept and state_of(project, second) == "reverted"  # the control
    project.call("outcomes_update")
    assert first not in (project.folder / STATE_FILE).read_text("ascii")


def test_an_update_by_hand_waits_for_the_one_that_runs(project: Project, git: History) -> None:
    _, second = two_reverted(project, git)
    lock = WriteLock(project.folder / LOCK)
    lock.acquire()
    done: list[int] = []

    def by_hand() -> None:
        with Memory(project.root, project.home, actor="user", trust="user", origin="cli") as memory:
            done.append(len(update(memory).changes))

    other = threading.Thread(target=by_hand)
    other.start()
    other.join(0.5)
    assert not done and state_of(project, second) == "open"
    lock.close()
    other.join(30)
    assert done == [2] and state_of(project, second) == "reverted"


def test_something_else_in_the_place_of_the_lock_hinders_nothing(project: Project, git: History) -> None:
    _, second = two_reverted(project, git)
    (project.folder / LOCK).mkdir()
    assert project.call("outcomes_update").changed == 2 and state_of(project, second) == "reverted"


def test_an_update_without_git_loses_nothing_of_what_was_read(project: Project, git: History, tmp_path: Path) -> None:
    first, _ = two_reverted(project, git)
    project.call("outcomes_update")
    kept = (project.folder / STATE_FILE).read_bytes()
    environment = {**project.memory.environment, "PATH": str(tmp_path)}
    with Memory(project.root, project.home, actor="user", trust="user", environment=environment) as memory:
        assert update(memory).head == ""
    assert (project.folder / STATE_FILE).read_bytes() == kept and state_of(project, first) == "reverted"
    assert project.call("outcomes_update").commits == 0


def test_what_came_in_is_told_where_the_state_stays_the_same(project: Project, git: History) -> None:
    first, _ = two_reverted(project, git)
    project.call("outcomes_update")
    sha = git.git("rev-parse", "HEAD~3")
    case = '<testcase classname="tests.test_engine" name="test_it"/>'
    (project.root / "junit.xml").write_text(f"<testsuite>{case}</testsuite>", encoding="utf-8")
    changes = project.call("outcomes_update", junit=["junit.xml"], commit=sha).changes
    assert {one.now for one in changes} == {"reverted"} and first in [one.id for one in changes]
    assert all("tests" in one.why and "passed" in one.why for one in changes)


# -- damage -------------------------------------------------------------------------------------------

WRONG: tuple[Any, ...] = (None, "x", -1, [], {}, [[1]], {"x": 1}, 1e400, True)


def places(said: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a value, one of each list and of each mapping by ids."""
    if path:
        yield path
    parts = said.items() if isinstance(said, dict) else enumerate(said[:8]) if isinstance(said, list) else ()
    for name, part in parts:
        yield from places(part, (*path, name))


def with_wrong(said: Any, path: tuple[Any, ...], wrong: Any) -> Any:
    """A copy with another value at a place."""
    copy = json.loads(json.dumps(said))
    part = copy
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = wrong
    return copy


def test_values_of_other_types_are_read_past(project: Project, git: History) -> None:
    first, second = two_reverted(project, git)
    git.goes_on(2)
    project.call("outcomes_update")
    kept, written = load(project.folder), events(project)
    rest = kept._asdict()
    every = [path for path in places(rest) if path[0] in ("asked", "runs", "cases", "names", "seals")]
    distinct = {
        tuple("*" if isinstance(name, str) and len(name) >= 12 else name for name in path): path for path in every
    }
    assert len(distinct) > 30
    for number, path in enumerate(distinct.values()):
        wrong = WRONG[number % len(WRONG)]
        save(project.folder, kept._replace(**{**with_wrong(rest, path, wrong), "seen": "another"}))
        project.call("outcomes_update")  # raises nothing, and what it tells is what the history shows
        assert load(project.folder).head == git.head(), (path, wrong)
        assert [one.subject for one in project.call("outcomes_show", name=first).carriers] == [TITLE]
    save(project.folder, kept._replace(seen="another"))
    project.call("outcomes_update")
    assert [state_of(project, one) for one in (first, second)] == ["reverted", "reverted"]
    assert events(project) >= written


@pytest.mark.parametrize("place", ["head of a decision", "head of all", "carrier", "met", "named"])
def test_what_a_crafted_file_names_as_a_commit_is_no_option_of_git(project: Project, git: History, place: str) -> None:
    first, _ = two_reverted(project, git)
    project.call("outcomes_update")
    victim, made = project.root / "victim.txt", project.root / "made.txt"
    victim.write_text("precious", encoding="utf-8")
    for path in (victim, made):
        kept = load(project.folder)
        option = f"--output={path}"
        if place in ("head of all", "named"):
            names = {**kept.names, "head": option} if place == "head of all" else {**kept.names, "named": {"a": option}}
            crafted = kept._replace(names=names)
        else:
            case = dict(kept.cases[first])
            part = {"head of a decision": "head", "carrier": "carriers", "met": "met"}[place]
            case[part] = option if part == "head" else {option: next(iter(case[part].values()))}
            crafted = kept._replace(cases={**kept.cases, first: case})
        save(project.folder, crafted._replace(head="", seen="another"))
        assert load(project.folder) == EMPTY
        project.call("outcomes_update")
        assert victim.read_text(encoding="utf-8") == "precious" and not made.exists()
        assert state_of(project, first) == "reverted" and load(project.folder).head == git.head()


def test_git_is_asked_for_no_option_where_it_should_be_a_commit(git: History) -> None:
    made = git.root / "made.txt"
    for name in (f"--output={made}", "HEAD", "", "--all", git.head()[:12]):
        assert not alive(git.root, ENVIRONMENT, name) and not common(git.root, ENVIRONMENT, name, git.head())
        assert not common(git.root, ENVIRONMENT, git.head(), name)
    assert alive(git.root, ENVIRONMENT, git.head()) and not made.exists()  # the control
