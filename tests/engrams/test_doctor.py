"""`doctor` tells how git's hooks stand and which commits wait; each fault has a next step."""

from collections.abc import Callable
from pathlib import Path

import pytest

from oldhand.operations.server.doctor import Finding
from oldhand.sessions import engram_hooks
from oldhand.sessions.engram_making import Note, note
from tests.conftest import Project
from tests.engrams.made import SESSION, Repository, Story, logged

DAY_MS = 86_400_000


def told(project: Project, component: str = "git hooks") -> list[Finding]:
    """What `doctor` says of one thing."""
    return [one for one in project.by_person("doctor").findings if one.component == component]


def test_hooks_that_nobody_put_in_are_told_and_are_no_fault(repository: Repository) -> None:
    (one,) = told(repository.project)
    assert one.state == "absent" and "`oldhand engram enable`" in one.next_step


def test_hooks_that_work_are_told_with_their_folder(hooked: Repository) -> None:
    (one,) = told(hooked.project)
    assert (one.state, one.detail, one.next_step) == ("ok", f"3 in {hooked.folder / '.git' / 'hooks'}", "")


def test_without_git_nothing_is_told(project: Project) -> None:
    assert told(project) == []


def without_a_hook(hooked: Repository) -> None:
    (hooked.folder / ".git" / "hooks" / "post-commit").unlink()


def changed_by_hand(hooked: Repository) -> None:
    hook = hooked.folder / ".git" / "hooks" / "post-commit"
    hook.write_bytes(hook.read_bytes().replace(b"# <<< oldhand engram <<<\n", b""))


def calling_another(hooked: Repository) -> None:
    hook = hooked.folder / ".git" / "hooks" / "post-commit"
    hook.write_bytes(hook.read_bytes().replace(b"oldhand-git", b"oldhand-was"))


def no_shell_script(hooked: Repository) -> None:
    (hooked.folder / ".git" / "hooks" / "post-commit").write_bytes(b"#!/usr/bin/python3\n")


def script_gone(hooked: Repository) -> None:
    engram_hooks.script_of(hooked.project.home).unlink()


def script_not_executable(hooked: Repository) -> None:
    engram_hooks.script_of(hooked.project.home).chmod(0o600)


def python_gone(hooked: Repository) -> None:
    import sys

    script = engram_hooks.script_of(hooked.project.home)
    script.write_text(script.read_text().replace(sys.executable, "/gone/bin/python"))


def another_version(hooked: Repository) -> None:
    script = engram_hooks.script_of(hooked.project.home)
    script.write_text(script.read_text() + "# more\n")


FAULTS: list[tuple[Callable[[Repository], None], str, str]] = [
    (without_a_hook, "post-commit missing", "enable"), (changed_by_hand, "changed by hand", "take the lines"),
    (calling_another, "calls something else", "enable"), (no_shell_script, "no shell script", "git-hook EVENT"),
    (script_gone, "they do nothing", "enable"), (script_not_executable, "may not be executed", "enable"),
    (python_gone, "/gone/bin/python, is gone", "enable"), (another_version, "another version", "enable"),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "said", "step"), FAULTS, ids=[one[0].__name__ for one in FAULTS])
def test_each_fault_of_the_hooks_is_named(
    hooked: Repository, fault: Callable[[Repository], None], said: str, step: str
) -> None:  # fmt: skip
    fault(hooked)
    (one,) = told(hooked.project)
    assert one.state == "warn" and said in one.detail and step in one.next_step


@pytest.mark.parametrize("fault", [without_a_hook, calling_another, script_gone, python_gone, another_version])
def test_enabling_again_mends_what_the_next_step_says(hooked: Repository, fault: Callable[[Repository], None]) -> None:
    fault(hooked)
    hooked.project.by_person("engram_enable")
    assert [one.state for one in told(hooked.project)] == ["ok"]


def test_a_section_where_git_looks_no_more_is_named(repository: Repository) -> None:
    repository.git("config", "core.hooksPath", ".githooks")
    repository.project.by_person("engram_enable", yes=True)
    repository.git("config", "--unset", "core.hooksPath")
    there, left = told(repository.project)
    assert there.state == "absent" and left.state == "warn" and ".githooks" in left.detail
    repository.project.by_person("engram_disable")
    assert len(told(repository.project)) == 1


def waiting(repository: Repository, *ages: int) -> Path:
    """Commits of sessions that nobody saw, noted so many days ago."""
    now = repository.project.memory.now()
    for number, age in enumerate(ages):
        commit = repository.commit("a.py", f"One of {age} days and {number}", session="")
        note(repository.project.folder, [Note("commit", commit, session=f"never-{number}", at=now - age * DAY_MS)])
    return repository.project.folder / "spool"


def test_commits_that_wait_are_counted_with_how_long(repository: Repository) -> None:
    assert told(repository.project, "commits") == []
    waiting(repository, 0)
    (one,) = told(repository.project, "commits")
    assert one.state == "ok" and one.detail.startswith("1 waits to be made an engram, the oldest for 0 min")
    waiting(repository, 9, 3)
    (one,) = told(repository.project, "commits")
    assert one.state == "warn" and one.detail.startswith("3 wait to be made engrams, the oldest for 9 days")
    assert "`oldhand session drain`" in one.next_step


def test_a_commit_that_is_an_engram_already_does_not_wait(hooked: Repository) -> None:
    logged(hooked.project, Story().prompt("Do it."))
    hooked.commit("a.py", "One")
    assert len(hooked.settled()) == 1
    note(hooked.project.folder, [Note("commit", hooked.head(), session=SESSION, at=1)])
    assert told(hooked.project, "commits") == []


def test_lines_that_nobody_can_read_make_doctor_tell_the_rest(repository: Repository) -> None:
    spool = waiting(repository, 2)
    (spool / "commits-1-1.jsonl").write_bytes(b'{"v":1\n[]\n\xff\xfe\n{"v":1,"event":"commit","at":true}\n')
    (one,) = told(repository.project, "commits")
    assert one.detail.startswith("1 waits") and "the oldest for 2 days" in one.detail
