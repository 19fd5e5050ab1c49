"""A store that counts is not replaced: what git, an archive or a variable puts in its place is not used."""

import os
import shutil
import stat
from pathlib import Path

import apsw
import pytest

from oldhand.code.project import find_project
from oldhand.errors import NeedsConsent, StoreNotAccepted, UnusableStore
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.sessions.draining import drain
from oldhand.store import acceptance, at_hand, connection
from oldhand.store.acceptance import BROUGHT, HIDDEN, LIST, UNLISTED, mark_of, seal_of, why_not
from oldhand.surfaces.hooks.places import find
from tests.conftest import Project
from tests.contract.command import inside
from tests.hooks.hosting import Host
from tests.hostile.test_known_stores import EVIL, files, git, person

OWN = "Salaries lie on the host payroll."


@pytest.fixture
def upstream(tmp_path: Path) -> Path:
    """A repository of somebody else, without a memory."""
    folder = tmp_path / "upstream"
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / "a.txt").write_text("a")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    return folder


@pytest.fixture
def mine(upstream: Path, tmp_path: Path, home: Path) -> Path:
    """A person's clone of it, with a memory of their own."""
    git(tmp_path, "clone", "-q", str(upstream), "mine")
    with person(tmp_path / "mine", home) as memory:
        call(memory, "init", {"empty": True})
        call(memory, "remember", {"text": OWN, "kind": "decision"})
    return tmp_path / "mine"


def brings(upstream: Path, tmp_path: Path, *names: str) -> None:
    """Commit files of somebody's own memory under `.oldhand`, of which the mark is none."""
    theirs = Project(tmp_path / "of mallory", tmp_path / "home of mallory")
    theirs.by_person("remember", text=EVIL, kind="decision", priority=100)
    theirs.memory.close()
    (upstream / ".oldhand").mkdir()
    for name in names:
        shutil.copyfile(theirs.folder / "memory.db", upstream / ".oldhand" / name)
    git(upstream, "add", "-Af", ".")
    git(upstream, "commit", "-qm", "a small change")


def hook_place(folder: Path) -> tuple[str, bool] | None:
    """The store that a hook finds in a folder, and whether it needs no mark; hooks go to the folders they look at."""
    kept = Path.cwd()
    try:
        found = find(str(folder))
    finally:
        os.chdir(kept)
    return (found.store, found.named) if found else None


def test_a_pull_that_replaces_a_persons_memory_has_nothing_of_it_told_and_nothing_written(
    upstream: Path, mine: Path, home: Path, tmp_path: Path
) -> None:
    assert OWN in Host(mine, home).starts().context, "the control"
    brings(upstream, tmp_path, "memory.db")
    git(mine, "pull", "-q")
    assert why_not(mine / ".oldhand", home) == BROUGHT
    before = files(mine / ".oldhand")
    host = Host(mine, home, session="s-2")
    assert host.starts().output == b"" and host.fires("UserPromptSubmit", prompt="deploy").output == b""
    with person(mine, home) as memory:
        for operation, given in (("recall", {"cue": "packages mirror"}), ("brief", {}), ("remember", {"text": "x"})):
            with pytest.raises(StoreNotAccepted, match=r"git or an archive put it there.*git rm -r --cached.*restore"):
                call(memory, operation, given)
        assert drain(memory).lines == 0
        found = next(one for one in call(memory, "doctor", {}).findings if one.component == "store")
        assert found.state == "bad" and "is not the one that was made here" in found.detail
        with pytest.raises(NeedsConsent, match="Git tracks it") as asked:
            call(memory, "init", {"empty": True})
        assert "1 memory" in str(asked.value.args[0])
    assert files(mine / ".oldhand") == before
    with person(mine, home) as memory:
        assert call(memory, "init", {"empty": True, "yes": True}).accepted
        assert call(memory, "recall", {"cue": "packages mirror Mallory"}).items, "the control: with consent it counts"
        (told,) = [
            one for one in call(memory, "doctor", {}).findings if one.component == "git" and "tracks" in one.detail
        ]
        assert "git rm -r --cached" in told.next_step


def test_what_replaced_a_memory_is_put_aside_and_a_backup_comes_back(
    upstream: Path, mine: Path, home: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.db"
    with person(mine, home) as memory:
        call(memory, "backup", {"to": str(kept)})
    assert seal_of(kept) == "" != seal_of(mine / ".oldhand" / "memory.db"), "who is given a backup learns no mark"
    brings(upstream, tmp_path, "memory.db")
    git(mine, "pull", "-q")
    for path in (mine / ".oldhand").glob("memory*"):
        path.unlink()
    with person(mine, home) as memory:
        call(memory, "store_restore", {"file": str(kept), "yes": True})
        assert call(memory, "recall", {"cue": "salaries payroll"}).items
    assert why_not(mine / ".oldhand", home) == ""


def test_a_backup_put_in_the_place_of_the_database_by_hand_is_asked_about(
    mine: Path, home: Path, tmp_path: Path
) -> None:
    with person(mine, home) as memory:
        call(memory, "backup", {"to": str(tmp_path / "kept.db")})
    shutil.copyfile(tmp_path / "kept.db", mine / ".oldhand" / "memory.db")
    assert why_not(mine / ".oldhand", home) == BROUGHT
    with person(mine, home) as memory:
        assert call(memory, "init", {"empty": True, "yes": True}).accepted
        assert call(memory, "recall", {"cue": "salaries payroll"}).items


@pytest.mark.parametrize("name", ["memory.db-wal", "memory.db-journal"])
def test_a_log_that_somebody_lays_beside_the_database_is_not_copied_into_it(
    name: str, upstream: Path, mine: Path, home: Path, tmp_path: Path
) -> None:
    database = mine / ".oldhand" / "memory.db"
    connection = apsw.Connection(str(database))
    connection.execute("BEGIN; PRAGMA user_version").fetchall()
    connection.execute("CREATE TABLE x (y)").fetchall()
    connection.execute("COMMIT")
    assert database.with_name("memory.db-wal").stat().st_size and why_not(mine / ".oldhand", home) == "", "the control"
    connection.execute("DROP TABLE x").fetchall()
    connection.close()
    brings(upstream, tmp_path, name)
    git(mine, "pull", "-q")
    before = database.read_bytes()
    assert why_not(mine / ".oldhand", home) == BROUGHT
    assert Host(mine, home).starts().output == b""
    assert inside(mine, home, "recall", "salaries").code == 10
    assert database.read_bytes() == before
    (mine / ".oldhand" / name).unlink()
    assert why_not(mine / ".oldhand", home) == "", "the control"


def test_what_is_made_mended_and_carried_along_bears_the_mark(mine: Path, home: Path, tmp_path: Path) -> None:
    store = mine / ".oldhand"
    assert seal_of(store / "memory.db") == mark_of(store)[:6]
    with person(mine, home) as memory:
        for operation, given in (
            ("rebuild", {}), ("repair", {}), ("backup", {}), ("store_restore", {"yes": True}), ("rebuild", {}),
        ):  # fmt: skip
            call(memory, operation, given)
            assert why_not(store, home) == "", operation
    shutil.copytree(mine, tmp_path / "copy")
    assert why_not(tmp_path / "copy" / ".oldhand", home) == ""
    assert {stat.S_IMODE(path.stat().st_mode) for path in store.glob("memory*.db")} == {0o600}


def test_a_link_in_the_place_of_a_store_is_not_to_be_named_instead(mine: Path, home: Path, tmp_path: Path) -> None:
    shutil.rmtree(mine / ".oldhand")
    (mine / ".oldhand").symlink_to(tmp_path)
    with person(mine, home) as memory, pytest.raises(StoreNotAccepted) as refused:
        call(memory, "recall", {"cue": "x"})
    assert "Remove the link" in str(refused.value) and "OLDHAND_STORE" not in str(refused.value)


# -- a `.git` file of somebody else ------------------------------------------------------------------


@pytest.mark.parametrize("how", ["file", "folder", "worktree"])
def test_a_git_file_that_points_at_a_private_project_leads_to_no_memory_of_it(
    how: str, mine: Path, home: Path, tmp_path: Path
) -> None:
    git(mine, "worktree", "add", "-q", str(tmp_path / "linked"))
    evil = tmp_path / "evil"
    evil.mkdir()
    (evil / "sub").mkdir()
    if how == "file":
        (evil / ".git").write_text("gitdir: ../mine/.git\n")
    elif how == "worktree":
        (evil / ".git").write_text("gitdir: ../mine/.git/worktrees/linked\n")
    else:
        (evil / "g").mkdir()
        (evil / ".git").write_text("gitdir: g\n")
        for name, said in (("commondir", "../../mine/.git"), ("HEAD", "ref: refs/heads/main"), ("gitdir", "../.git")):
            (evil / "g" / name).write_text(said + "\n")
    for folder in (evil, evil / "sub"):
        found = find_project(folder, home)
        assert (found.root, found.store, found.git) == (evil, evil / ".oldhand", None)
        assert hook_place(folder) is None and Host(folder, home).starts().output == b""
    linked = tmp_path / "linked"  # the control
    assert find_project(linked, home).root == mine and hook_place(linked) == (str(mine / ".oldhand"), False)
    assert OWN in Host(linked, home, session="s-2").starts().context


def test_a_worktree_that_notes_relative_paths_shares_the_memory(mine: Path, home: Path, tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    git(mine, "worktree", "add", "-q", str(linked))
    (linked / ".git").write_text("gitdir: ../mine/.git/worktrees/linked\n")
    (mine / ".git" / "worktrees" / "linked" / "gitdir").write_text("../../../../linked/.git\n")
    assert find_project(linked, home).root == mine and hook_place(linked) == (str(mine / ".oldhand"), False)


# -- a variable that somebody else sets ---------------------------------------------------------------


def test_a_store_that_is_named_counts_without_a_mark_where_it_lies_elsewhere(
    upstream: Path, home: Path, tmp_path: Path
) -> None:
    brings(upstream, tmp_path, "memory.db")
    git(tmp_path, "clone", "-q", str(upstream), "clone")
    clone, away = tmp_path / "clone", tmp_path / "away"
    away.mkdir()
    with Memory(away, home, store=clone / ".oldhand") as memory:
        assert call(memory, "recall", {"cue": "packages mirror Mallory"}).items
    assert inside(clone, home, "status").code == 10
    assert inside(away, home, "status", OLDHAND_STORE=str(clone / ".oldhand")).code == 0


@pytest.mark.parametrize("relative", [True, False])
def test_a_store_in_the_project_that_is_named_does_not_count_until_it_is_accepted(
    relative: bool, upstream: Path, home: Path, tmp_path: Path
) -> None:
    brings(upstream, tmp_path, "memory.db")
    git(tmp_path, "clone", "-q", str(upstream), "clone")
    clone = tmp_path / "clone"
    named = {"OLDHAND_STORE": ".oldhand" if relative else str(clone / ".oldhand")}
    host = Host(clone, home)
    host.environment |= named
    assert host.say("SessionStart", b"{}", clone).output == b"" and host.starts().output == b""
    assert inside(clone, home, "brief", **named).code == 10
    assert inside(clone, home, "init", "--empty", "--yes", **named).code == 0
    assert EVIL in inside(clone, home, "brief", **named).out, "the control"
    host.session = "s-2"
    assert EVIL in host.starts().context


def test_a_link_that_a_project_brings_and_names_leads_to_no_private_memory(
    mine: Path, home: Path, tmp_path: Path
) -> None:
    clone = tmp_path / "clone"
    clone.mkdir()
    git(clone, "init", "-q")
    (clone / ".oldhand").symlink_to(mine / ".oldhand")
    named = {"OLDHAND_STORE": str(clone / ".oldhand")}
    assert inside(clone, home, "recall", "salaries", **named).code == 10
    host = Host(clone, home)
    host.environment |= named
    assert host.starts().output == b""
    host.environment["OLDHAND_STORE"] = str(mine / ".oldhand")  # the control: named by a person, as it is
    host.session = "s-2"
    assert OWN in host.starts().context


# -- the list that may not be read --------------------------------------------------------------------


def test_a_list_that_cannot_be_read_is_told_as_such(mine: Path, home: Path) -> None:
    shutil.rmtree(home / LIST)
    assert why_not(mine / ".oldhand", home) == UNLISTED, "the control: a list that is gone"
    (home / LIST).symlink_to(home / LIST)  # a loop: no user can look into it, the superuser neither
    assert why_not(mine / ".oldhand", home) == HIDDEN
    with Memory(mine, home, environment={"PATH": os.defpath}) as memory:
        for operation, given in (("recall", {"cue": "salaries"}), ("init", {"yes": True})):
            with pytest.raises(UnusableStore, match=f"cannot be read.*make .*{LIST} a folder that you may read"):
                call(memory, operation, given)


def test_the_header_is_read_by_the_numbers_that_the_store_is_made_with() -> None:
    """`acceptance` imports nothing that is slow, so it has these numbers again."""
    assert acceptance.NEWEST == connection.FORMAT and at_hand.APPLICATION_ID == connection.APPLICATION_ID
    assert int.from_bytes(acceptance.OURS, "big") == connection.APPLICATION_ID
    assert acceptance.format_in(acceptance.sealed(connection.FORMAT, "f" * 32)) == connection.FORMAT
