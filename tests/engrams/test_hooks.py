"""Our hooks live beside others, and go without a trace."""

import os
import subprocess
from pathlib import Path

import pytest

from oldhand.errors import NeedsConsent, NoGit, Refused
from oldhand.sessions import engram_hooks
from tests.conftest import Project
from tests.engrams.made import SESSION, Repository, Story, environment, logged

THEIRS = {
    "a shell script": b"#!/bin/sh\necho theirs >> ran\n",
    "one that ends early": b"#!/bin/bash\nset -eu\necho theirs >> ran\nexit 0\n",
    "one without a first line": b"echo theirs >> ran\n",
    "one without an end": b"#!/usr/bin/env bash\necho theirs >> ran",
    "only a first line": b"#!/bin/sh", "only a first line and its end": b"#!/bin/sh\n",
    "nothing": b"", "an empty line": b"\n", "another first line alone": b"#!/bin/bash\n",
    "a manager's section": b"#!/bin/sh\n# --- BEGIN THEIRS v1 ---\necho theirs >> ran\n# --- END THEIRS ---\n",
}  # fmt: skip


def folder_of(repository: Repository) -> Path:
    return repository.folder / ".git" / "hooks"


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mode) for path in folder.iterdir()}


@pytest.mark.parametrize("theirs", THEIRS.values(), ids=THEIRS)
def test_a_hook_that_is_there_runs_on_and_is_itself_again_afterwards(repository: Repository, theirs: bytes) -> None:
    hook = folder_of(repository) / "post-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_bytes(theirs)
    hook.chmod(0o755)
    before = state(folder_of(repository))
    repository.project.by_person("engram_enable")
    assert hook.read_bytes() != theirs
    logged(repository.project, Story().prompt("Do it."))
    repository.commit("a", "One")
    assert (repository.folder / "ran").exists() == (b"theirs >>" in theirs)
    assert len(repository.settled()) == 1
    repository.project.by_person("engram_enable")  # once more changes nothing
    repository.project.by_person("engram_disable")
    assert state(folder_of(repository)) == before


def test_enabling_and_disabling_where_there_is_nothing_leaves_nothing(repository: Repository) -> None:
    before = state(folder_of(repository)) if folder_of(repository).exists() else {}
    reply = repository.project.by_person("engram_enable")
    assert reply.way == "file"
    assert all(os.access(hook.place, os.X_OK) for hook in reply.hooks)
    again = state(folder_of(repository))
    assert state(folder_of(repository)) == again
    assert [hook.state for hook in repository.project.by_person("engram_disable").hooks] == ["off"] * 3
    assert state(folder_of(repository)) == before
    repository.project.by_person("engram_disable")  # and once more


def test_what_a_person_adds_to_a_file_that_we_made_stays(hooked: Repository) -> None:
    hook = folder_of(hooked) / "post-commit"
    hook.write_bytes(hook.read_bytes() + b"echo theirs\n")
    hooked.project.by_person("engram_disable")
    assert hook.read_bytes() == b"#!/bin/sh\necho theirs\n"
    assert not (folder_of(hooked) / "post-rewrite").exists()


def test_a_section_that_somebody_changed_is_told_and_never_doubled(hooked: Repository) -> None:
    hook = folder_of(hooked) / "post-commit"
    whole = hook.read_bytes()
    hook.write_bytes(whole.replace(b"# <<< oldhand engram <<<\n", b"echo mine\n"))
    changed = hook.read_bytes()
    reply = hooked.project.by_person("engram_enable")
    assert [(one.event, one.state) for one in reply.hooks if one.why] == [("post-commit", "broken")]
    assert hook.read_bytes() == changed
    assert [one.state for one in hooked.project.by_person("engram_disable").hooks] == ["off", "broken", "off"]
    assert hook.read_bytes() == changed, "it is a person's now"


def test_a_section_that_calls_something_else_is_put_right(hooked: Repository) -> None:
    hook = folder_of(hooked) / "post-commit"
    whole = hook.read_bytes()
    hook.write_bytes(whole.replace(b"oldhand-git", b"gone"))
    assert [one.state for one in hooked.project.by_person("engram_enable", dry_run=True).hooks] == [
        "on",
        "broken",
        "on",
    ]
    hooked.project.by_person("engram_enable")
    assert hook.read_bytes() == whole


def test_a_failing_hook_of_theirs_still_fails(hooked: Repository) -> None:
    hook = folder_of(hooked) / "prepare-commit-msg"
    hook.write_bytes(hook.read_bytes() + b"exit 3\n")
    (hooked.folder / "a").write_text("x", "utf-8")
    hooked.git("add", "a")
    hooked.git("commit", "-m", "One", session=SESSION, check=False)
    assert hooked.git("log", "--format=%s", "-1") == "Begin"


@pytest.mark.parametrize("theirs", [b"#!/bin/sh\r\necho theirs\r\n", b"#!/usr/bin/python3\n", b"\x7fELF\0\0"])
def test_what_no_shell_runs_is_left(repository: Repository, theirs: bytes) -> None:
    hook = folder_of(repository) / "post-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_bytes(theirs)
    hook.chmod(0o755)
    states = {one.event: one.state for one in repository.project.by_person("engram_enable").hooks}
    assert states == {"prepare-commit-msg": "on", "post-commit": "left", "post-rewrite": "on"}
    assert hook.read_bytes() == theirs


def test_what_is_no_shell_script_is_left_and_told(repository: Repository) -> None:
    folder = folder_of(repository)
    folder.mkdir(exist_ok=True)
    (folder / "post-commit").write_bytes(b"#!/usr/bin/python3\nprint('theirs')\n")
    (folder / "post-commit").chmod(0o755)
    (folder / "post-rewrite").write_bytes(b"#!/bin/sh\ntrue\n")  # not executable: git passes it over
    (folder / "post-rewrite").chmod(0o644)
    (repository.folder / "tool").write_bytes(b"#!/bin/sh\ntrue\n")
    (folder / "prepare-commit-msg").symlink_to(repository.folder / "tool")
    before = state(folder)
    reply = repository.project.by_person("engram_enable")
    assert {hook.event: (hook.state, bool(hook.why)) for hook in reply.hooks} == dict.fromkeys(
        engram_hooks.EVENTS, ("left", True)
    )
    assert state(folder) == before
    assert (repository.folder / "tool").read_bytes() == b"#!/bin/sh\ntrue\n"


def test_a_folder_of_hooks_among_the_projects_files_is_asked_about_first(repository: Repository) -> None:
    (repository.folder / ".husky").mkdir()
    hook = repository.folder / ".husky" / "post-commit"
    hook.write_bytes(b"#!/bin/sh\necho theirs >> ran\n")
    hook.chmod(0o755)
    repository.git("config", "core.hooksPath", ".husky")
    with pytest.raises(NeedsConsent, match=r"core\.hooksPath"):
        repository.project.by_person("engram_enable")
    assert hook.read_bytes() == b"#!/bin/sh\necho theirs >> ran\n"
    dry = repository.project.by_person("engram_enable", dry_run=True)
    assert dry.folder.endswith(".husky")
    repository.project.by_person("engram_enable", yes=True)
    logged(repository.project, Story().prompt("Do it."))
    repository.commit("a", "One")
    assert repository.trailer()
    assert (repository.folder / "ran").exists()
    repository.project.by_person("engram_disable")
    assert hook.read_bytes() == b"#!/bin/sh\necho theirs >> ran\n"
    assert sorted(path.name for path in hook.parent.iterdir()) == ["post-commit"]
    assert not list((repository.folder / ".git" / "hooks").glob("p*-commit"))


@pytest.mark.parametrize("later", [["--unset", "core.hooksPath"], ["core.hooksPath", ".other"]])
def test_our_sections_are_taken_out_of_where_they_were_put_whatever_settings_say_now(
    repository: Repository, later: list[str]
) -> None:
    hook = repository.folder / ".githooks" / "post-commit"
    hook.parent.mkdir()
    hook.write_bytes(b"#!/bin/sh\n")
    hook.chmod(0o755)
    own = sorted(os.listdir(repository.folder / ".git"))
    repository.git("config", "core.hooksPath", ".githooks")
    repository.project.by_person("engram_enable", yes=True)
    repository.git("config", *later)
    assert b"oldhand" in hook.read_bytes()
    repository.project.by_person("engram_disable")
    assert hook.read_bytes() == b"#!/bin/sh\n"
    assert os.listdir(hook.parent) == ["post-commit"]
    assert sorted(os.listdir(repository.folder / ".git")) == own


def test_hooks_that_serve_every_project_are_asked_about_too(repository: Repository, tmp_path: Path) -> None:
    repository.git("config", "core.hooksPath", str(tmp_path / "everywhere"))
    with pytest.raises(NeedsConsent):
        repository.project.by_person("engram_enable")
    assert not (tmp_path / "everywhere").exists()


@pytest.mark.parametrize("way", ["hooks are a link", "a setting leads through a link", "a setting leads out by .."])
def test_a_folder_of_hooks_that_is_a_link_out_of_the_repository_is_asked_about_too(
    repository: Repository, tmp_path: Path, way: str
) -> None:
    shared, own = tmp_path / "shared", folder_of(repository)
    shared.mkdir()
    if way == "hooks are a link":
        if own.exists():
            own.rename(tmp_path / "before")
        own.symlink_to(shared)
    elif way == "a setting leads through a link":
        (repository.folder / ".git" / "other").symlink_to(shared)
        repository.git("config", "core.hooksPath", ".git/other")
    else:
        repository.git("config", "core.hooksPath", f".git/../../{os.path.relpath(shared, repository.folder.parent)}")
    with pytest.raises(NeedsConsent, match="shared" if way != "a setting leads through a link" else "other"):
        repository.project.by_person("engram_enable")
    assert list(shared.iterdir()) == []
    repository.project.by_person("engram_enable", yes=True)
    assert sorted(path.name for path in shared.iterdir()) == sorted(engram_hooks.EVENTS)
    repository.project.by_person("engram_disable")
    assert list(shared.iterdir()) == []


def test_a_link_that_stays_in_gits_own_folder_is_not_asked_about(repository: Repository) -> None:
    folder_of(repository).mkdir(exist_ok=True)
    folder_of(repository).rename(repository.folder / ".git" / "moved")
    folder_of(repository).symlink_to("moved")
    reply = repository.project.by_person("engram_enable")
    assert [hook.state for hook in reply.hooks] == ["on"] * 3


def test_without_git_there_is_nothing_to_put_hooks_into(project: Project) -> None:
    with pytest.raises(NoGit):
        project.by_person("engram_enable")
    assert project.call("engram_strategy").hooks == "no git"


@pytest.mark.parametrize(
    ("said", "version"),
    [("git version 2.39.5", (2, 39)), ("git version 2.54.0 (Apple Git-1)", (2, 54)), ("", (0, 0)), ("no git", (0, 0))],
)
def test_the_version_of_git_is_read(said: str, version: tuple[int, int]) -> None:
    assert engram_hooks.version(said) == version


@pytest.fixture
def newer(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository whose git says that it is 2.54, and otherwise is the git that is installed."""
    real = subprocess.run(["which", "git"], capture_output=True, text=True, check=True).stdout.strip()
    (tmp_path / "bin").mkdir()
    fake = tmp_path / "bin" / "git"
    fake.write_text(
        '#!/bin/sh\nfor word; do :; done\n[ "$word" = version ] && echo "git version 2.54.0" && exit 0\n'
        f'exec {real} "$@"\n'
    )
    fake.chmod(0o755)
    monkeypatch.setattr(repository.project.memory, "environment", {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"})
    return repository


def test_a_newer_git_has_them_in_its_own_settings(newer: Repository) -> None:
    config = newer.folder / ".git" / "config"
    before, hooks = config.read_bytes(), state(folder_of(newer))
    reply = newer.project.call("engram_enable")
    assert (reply.way, [hook.state for hook in reply.hooks]) == ("config", ["on"] * 3)
    for event in engram_hooks.EVENTS:
        assert newer.git("config", "--get", f"hook.oldhand-{event}.event") == event
        command = newer.git("config", "--get", f"hook.oldhand-{event}.command")
        assert command == f"{newer.project.home / 'bin' / 'oldhand-git'} {event}"
        assert subprocess.run(["sh", "-c", command], env=environment(newer.project), check=False).returncode == 0
    newer.project.call("engram_enable")
    assert newer.git("config", "--get-all", "hook.oldhand-post-commit.command").count("\n") == 0
    assert state(folder_of(newer)) == hooks
    with pytest.raises(Refused, match="Only a person"):
        newer.project.call("engram_disable")
    assert [hook.state for hook in newer.project.call("engram_disable", dry_run=True).hooks] == ["on"] * 3
    newer.git("config", "hook.oldhand-post-commit.command", "something else")
    assert [hook.state for hook in newer.project.call("engram_enable", dry_run=True).hooks].count("broken") == 1
    assert [hook.state for hook in newer.project.call("engram_enable").hooks] == ["on"] * 3
    newer.project.memory.trust = "user"
    newer.project.call("engram_disable")
    assert config.read_bytes() == before


def test_the_script_ends_at_once_for_people_and_when_python_is_gone(hooked: Repository) -> None:
    script = hooked.project.home / "bin" / "oldhand-git"
    text = script.read_text("utf-8")
    gone = text.replace("python", "pythonless")
    for content, variables in ((text, {}), (gone, {"CLAUDE_CODE_SESSION_ID": SESSION})):
        script.write_text(content, "utf-8")
        for event in (*engram_hooks.EVENTS, "unknown", ""):
            done = subprocess.run(
                [str(script), event, "/nowhere"], cwd=hooked.folder, env=environment(hooked.project) | variables,
                capture_output=True, check=False, timeout=60,
            )  # fmt: skip
            assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_hooks_can_be_switched_off_for_one_command(hooked: Repository) -> None:
    logged(hooked.project, Story().prompt("Do it."))
    (hooked.folder / "a").write_text("x", "utf-8")
    hooked.git("add", "a")
    hooked.git("commit", "-q", "-m", "One", session=SESSION, OLDHAND_ENGRAMS="off")
    assert hooked.trailer() == ""
    assert hooked.settled() == []


def test_a_hook_that_takes_too_long_ends_with_success_and_leaves_no_program_behind(
    hooked: Repository, tmp_path: Path
) -> None:
    slow, mark = tmp_path / "bin", tmp_path / "pid"
    slow.mkdir()
    (slow / "git").write_text(f"#!/bin/sh\necho $$ > {mark}\nexec sleep 600\n", "utf-8")
    (slow / "git").chmod(0o755)
    kept = environment(hooked.project, SESSION)
    script = hooked.project.home / "bin" / "oldhand-git"
    done = subprocess.run(
        [str(script), "post-commit"], cwd=hooked.folder, env=kept | {"PATH": f"{slow}:{kept['PATH']}"}, check=False,
        capture_output=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text("ascii")), 0)
