"""Engrams and commits, with a real git: amended, rebased, picked, merged, in worktrees; and never in the way."""

from pathlib import Path

import pytest

from oldhand.sessions.engram_git import amended, names_in
from tests.engrams.made import SESSION, Repository, Story, logged

WORK = Story().prompt("Retry the upload.").read("up.py").edit("up.py").run("pytest -q")


def test_an_agents_commit_names_its_engram_and_the_engram_its_commit(hooked: Repository) -> None:
    logged(hooked.project, WORK)
    commit = hooked.commit("up.py", "Retry uploads")
    [made] = hooked.settled()
    assert (made.name, made.commit, made.branch, made.session) == (hooked.trailer(), commit, "main", SESSION)
    shown = hooked.project.call("engram_show", name=commit[:8])
    assert shown.files == ["A +1 -0 up.py by the session"]
    assert shown.tied == "shell"
    assert "became commit" in shown.text and '"Retry uploads"' in shown.text
    assert [one.name for one in hooked.project.call("engram_for_commit").engrams] == [made.name]
    assert [one.name for one in hooked.project.call("engram_for_file", path="up.py").engrams] == [made.name]


def test_a_persons_commit_has_no_trailer_and_no_engram(hooked: Repository) -> None:
    logged(hooked.project, WORK)
    hooked.commit("up.py", "By hand", session="")
    assert hooked.trailer() == ""
    assert hooked.settled() == []


def test_each_engram_tells_what_came_after_the_one_before(hooked: Repository) -> None:
    story = Story().prompt("First do this.").run("make one")
    logged(hooked.project, story)
    hooked.commit("a", "One")
    hooked.settled()
    logged(hooked.project, story.prompt("Then do that.").run("make two"))
    hooked.commit("b", "Two")
    second, first = hooked.settled()
    texts = [hooked.project.call("engram_show", name=one.name).text for one in (first, second)]
    assert texts[0].startswith('"First do this." became')
    assert texts[1].startswith('"Then do that." became')


@pytest.mark.parametrize("how", [["--no-edit"], ["-m", "Another message"]])
def test_an_amended_commit_keeps_its_engram(hooked: Repository, how: list[str]) -> None:
    logged(hooked.project, WORK)
    before = hooked.commit("up.py", "Retry uploads")
    (hooked.folder / "up.py").write_text("changed\nand more\n", "utf-8")
    hooked.git("commit", "-q", "-a", "--amend", *how, session=SESSION)
    [made] = hooked.settled()
    assert made.commit == hooked.head() != before
    shown = hooked.project.call("engram_show", name=made.name)
    assert shown.before == [before]
    assert shown.files == ["A +2 -0 up.py by the session"]
    assert hooked.head()[:9] in shown.text and before[:9] not in shown.text
    for said in (before, hooked.head(), hooked.trailer()):  # by whatever one knows it
        assert hooked.project.call("engram_show", name=said).name == made.name


def test_a_commit_amended_by_the_person_keeps_its_engram(hooked: Repository) -> None:
    logged(hooked.project, WORK)
    hooked.commit("up.py", "Retry uploads")
    hooked.settled()
    hooked.git("config", "core.logAllRefUpdates", "false")
    hooked.git("commit", "-q", "--amend", "-m", "Uploads are retried", session="")
    assert (
        hooked.project.call("engram_list").engrams[0].title == "Retry uploads"
    )  # a person's shell does nothing at once
    assert hooked.settled()[0].name


def test_without_a_reflog_the_trailer_tells_of_an_amendment(hooked: Repository) -> None:
    hooked.git("config", "core.logAllRefUpdates", "false")
    logged(hooked.project, WORK)
    hooked.commit("up.py", "Retry uploads")
    hooked.git("reflog", "expire", "--expire=now", "--all")
    hooked.settled()
    hooked.git("commit", "-q", "--amend", "--no-edit", "--allow-empty", "--date=2026-01-01T00:00:00Z", session=SESSION)
    [made] = hooked.settled()
    assert made.commit == hooked.head()
    assert amended(hooked.folder, {"PATH": "/usr/bin:/bin"}) == ""


@pytest.mark.parametrize("backend", ["--merge", "--apply"])
def test_rebased_commits_keep_their_engrams(hooked: Repository, backend: str) -> None:
    logged(hooked.project, WORK)
    hooked.git("checkout", "-q", "-b", "feature")
    hooked.commit("a", "One")
    hooked.commit("b", "Two")
    hooked.git("checkout", "-q", "main")
    hooked.commit("c", "Meanwhile", session="")
    hooked.git("checkout", "-q", "feature")
    hooked.git("rebase", "-q", backend, "main")
    second, first = hooked.settled()
    assert {first.commit, second.commit} == {hooked.head("HEAD~1"), hooked.head()}
    assert [one.title for one in hooked.project.call("engram_for_commit", commit="HEAD~1").engrams] == ["One"]


def test_a_rebase_that_stops_at_a_conflict_keeps_them_too(hooked: Repository) -> None:
    logged(hooked.project, WORK)
    hooked.git("checkout", "-q", "-b", "feature")
    hooked.commit("a", "Mine")
    hooked.git("checkout", "-q", "main")
    hooked.commit("a", "Theirs", session="")
    hooked.git("checkout", "-q", "feature")
    assert "conflict" in hooked.git("rebase", "main", check=False, session=SESSION).lower()
    (hooked.folder / "a").write_text("both\n", "utf-8")
    hooked.git("add", "a")
    hooked.git("rebase", "--continue", session=SESSION)
    [made] = hooked.settled()
    assert made.commit == hooked.head()


def test_commits_squashed_in_a_rebase_are_one_commit_of_several_engrams(hooked: Repository) -> None:
    logged(hooked.project, WORK)
    hooked.commit("a", "One")
    hooked.commit("b", "Two")
    hooked.git("rebase", "-q", "-i", "HEAD~2", GIT_SEQUENCE_EDITOR="sed -i.bak '2s/^pick/fixup/'")
    assert {one.commit for one in hooked.settled()} == {hooked.head()}
    assert len(hooked.project.call("engram_for_commit").engrams) == 2


def test_a_picked_commit_belongs_to_the_engram_it_came_from(hooked: Repository) -> None:
    logged(hooked.project, WORK)
    hooked.git("checkout", "-q", "-b", "feature")
    first = hooked.commit("a", "One")
    hooked.git("checkout", "-q", "main")
    hooked.commit("m", "Other", session="")
    hooked.git("cherry-pick", first, session=SESSION)
    [made] = hooked.settled()
    shown = hooked.project.call("engram_show", name=made.name)
    assert (shown.commit, shown.also) == (first, [hooked.head()])
    assert hooked.project.call("engram_for_commit").engrams[0].name == made.name


def test_a_merge_is_given_no_trailer_and_one_after_a_conflict_has_an_engram(hooked: Repository) -> None:
    logged(hooked.project, WORK)
    hooked.git("checkout", "-q", "-b", "feature")
    hooked.commit("a", "Mine", session="")
    hooked.git("checkout", "-q", "main")
    hooked.commit("a", "Theirs", session="")
    hooked.git("merge", "feature", check=False, session=SESSION)
    (hooked.folder / "a").write_text("both\n", "utf-8")
    hooked.git("commit", "-q", "-a", "--no-edit", session=SESSION)
    assert hooked.trailer() == ""
    assert [one.commit for one in hooked.settled()] == [hooked.head()]


def test_a_detached_head_and_no_verify_are_no_matter(hooked: Repository) -> None:
    logged(hooked.project, WORK)
    hooked.git("checkout", "-q", "--detach")
    hooked.commit("a", "One", "--no-verify")
    [made] = hooked.settled()
    assert (made.commit, made.branch, made.name) == (hooked.head(), "", hooked.trailer())


def test_a_linked_worktree_makes_engrams_in_the_same_memory(hooked: Repository, tmp_path: Path) -> None:
    logged(hooked.project, WORK)
    hooked.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    side = Repository(hooked.project, tmp_path / "side")
    commit = side.commit("a", "In the worktree")
    [made] = hooked.settled()
    assert (made.commit, made.branch) == (commit, "side")
    assert "worktree: side" in hooked.project.call("engram_show", name=made.name).sandbox


def test_two_sessions_in_one_repository_keep_their_engrams_apart(hooked: Repository) -> None:
    logged(hooked.project, Story().prompt("From one."), "session-one")
    logged(hooked.project, Story().prompt("From two."), "session-two")
    first = hooked.commit("a", "One", session="session-one")
    second = hooked.commit("b", "Two", session="session-two")
    found = {one.commit: one.session for one in hooked.settled()}
    assert found == {first: "session-one", second: "session-two"}


def test_a_commit_waits_until_something_of_its_session_is_known(hooked: Repository) -> None:
    commit = hooked.commit("a", "Early")
    assert hooked.settled() == [] and hooked.project.call("engram_list").waiting == 1
    logged(hooked.project, WORK)
    [made] = hooked.settled()
    assert (made.commit, made.name) == (commit, hooked.trailer())
    assert hooked.project.call("engram_list").waiting == 0


def test_an_agent_whose_shell_names_no_session_is_found_by_its_host(hooked: Repository) -> None:
    logged(hooked.project, Story(hooked.project.memory.now() - 60_000).prompt("Do it."), "gemini-1")
    hooked.project.memory.session_log()
    (hooked.folder / "a").write_text("x\n", "utf-8")
    hooked.git("add", "a")
    hooked.git("commit", "-q", "-m", "One", CLAUDECODE="1")
    [made] = hooked.settled()
    assert made.session == "gemini-1"
    assert hooked.project.call("engram_show", name=made.name).tied == "latest"


def test_with_one_engram_a_session_its_commits_share_it(hooked: Repository) -> None:
    hooked.project.by_person("engram_strategy", strategy="off")
    assert hooked.project.by_person("engram_strategy", strategy="per-session").strategy == "per-session"
    logged(hooked.project, WORK)
    first, second = hooked.commit("a", "One"), hooked.commit("b", "Two")
    [made] = hooked.settled()
    shown = hooked.project.call("engram_show", name=made.name)
    assert (shown.commit, shown.also) == (second, [first])
    assert names_in(hooked.folder, {"PATH": "/usr/bin:/bin"}, first) == [made.name]
    assert hooked.project.call("engram_for_commit", commit=first).engrams[0].name == made.name


@pytest.mark.parametrize("strategy", ["manual", "off"])
def test_without_a_strategy_hooks_do_nothing(hooked: Repository, strategy: str) -> None:
    hooked.project.by_person("engram_strategy", strategy=strategy)
    logged(hooked.project, WORK)
    hooked.commit("a", "One")
    assert hooked.trailer() == ""
    assert hooked.settled() == []


def test_without_trailers_the_index_leads_from_commit_to_engram(hooked: Repository) -> None:
    hooked.project.by_person("config_set", name="engrams.trailer", value="no")
    logged(hooked.project, WORK)
    commit = hooked.commit("a", "One")
    assert hooked.trailer() == ""
    hooked.settled()
    assert hooked.project.call("engram_for_commit", commit=commit).how == "index"


MESSAGES = (
    "Заголовок\n\nТело на русском.", "x" * 5000, "# looks like a comment\n\nbut is none", "\u202eevil \x1b[2J",
    "Fix\n\nOldhand-Engram: ffffffffffff", "Fix\n\nOldhand-Engram: ../../etc/passwd\nSigned-off-by: A <a@b>",
    "--amend", "$(touch owned) `touch owned` ; touch owned", "Fix: a\n\nCo-authored-by: B <b@c>",
    "\N{ZERO WIDTH SPACE}",
)  # fmt: skip
FILES = ("a b.py", "имя файла.py", "-n", "new\nline", "quo\"te'.py", "$(touch owned)", "\u202e.py", "*.py", "x" * 200)


@pytest.mark.parametrize("message", MESSAGES)
def test_a_hostile_message_neither_fails_nor_leads_astray(hooked: Repository, message: str) -> None:
    logged(hooked.project, WORK)
    (hooked.folder / "a").write_text("x\n", "utf-8")
    hooked.git("add", "a")
    hooked.git("commit", "-q", "--cleanup=verbatim", "-m", message, session=SESSION)
    [made] = hooked.settled()
    assert made.commit == hooked.head()
    assert not (hooked.folder / "owned").exists()


def test_hostile_file_names_are_told_and_lead_nowhere(hooked: Repository) -> None:
    logged(hooked.project, WORK)
    for name in FILES:
        (hooked.folder / name).write_text("x\n", "utf-8")
    hooked.git("add", "-A")
    hooked.git("commit", "-q", "-m", "Many names", session=SESSION)
    [made] = hooked.settled()
    assert made.files == len(FILES)
    assert hooked.project.call("engram_for_file", path="имя файла.py").engrams[0].name == made.name
    assert not (hooked.folder / "owned").exists()
    assert hooked.project.call("engram_rewind", name=made.name).files


def test_the_hook_never_fails_a_commit_whatever_is_wrong_with_the_store(hooked: Repository) -> None:
    hooked.project.damaged = True
    logged(hooked.project, WORK)
    hooked.project.memory.close()
    (hooked.project.folder / "settings.json").write_text("{broken", "utf-8")
    first = hooked.commit("a", "Broken settings")
    (hooked.project.folder / "settings.json").unlink()
    for path in hooked.project.folder.glob("memory*.db*"):
        path.write_bytes(b"no database at all" * 100)
    second = hooked.commit("b", "Broken store")
    (hooked.project.folder / "sessions.db").write_bytes(b"nor this" * 1000)
    third = hooked.commit("c", "Broken log")
    assert len({first, second, third}) == 3


def test_the_hook_does_nothing_where_there_is_no_memory_any_more(hooked: Repository) -> None:
    hooked.project.damaged = True
    hooked.project.memory.close()
    (hooked.project.folder).rename(hooked.folder / "elsewhere")
    hooked.commit("a", "No memory")
    assert hooked.trailer() == ""
    assert not hooked.project.folder.exists()
