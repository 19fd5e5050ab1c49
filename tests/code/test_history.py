"""The history that git keeps, read as a stream: everything that is there, nothing that a commit makes up."""

from pathlib import Path

import pytest

from oldhand.code import history
from oldhand.code.history import Commit, commits
from tests.code.made_repository import QUIET, Repository, lines


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """An empty repository."""
    return Repository(tmp_path / "work")


def read(repository: Repository, **said: object) -> list[Commit]:
    """The commits as they are read."""
    return list(commits(repository.root, QUIET, **said))  # type: ignore[arg-type]


def changes(commit: Commit) -> dict[str, tuple[str, str, int, int]]:
    """The changes of a commit by path."""
    return {one.path: (one.status, one.old_path, one.added, one.deleted) for one in commit.changes}


def test_commits_come_newest_first_with_all_that_they_say(repository: Repository) -> None:
    first = repository.commit("Begin\n\nWith a body,\n\nof two paragraphs.", {"a.py": "one\ntwo\n", "b.bin": b"\0\1"})
    second = repository.commit("Go on", {"a.py": "one\n2\nthree\n"}, author="Grace", email="grace@example.org")
    newest, oldest = read(repository)
    assert (newest.sha, newest.parents, newest.author, newest.email) == (second, (first,), "Grace", "grace@example.org")
    assert (newest.subject, newest.body, changes(newest)) == ("Go on", "", {"a.py": ("M", "", 2, 1)})
    assert (oldest.subject, oldest.body) == ("Begin", "With a body,\n\nof two paragraphs.")
    assert changes(oldest) == {"a.py": ("A", "", 2, 0), "b.bin": ("A", "", -1, -1)}
    assert newest.time == int(repository.git("log", "-1", "--format=%ct")) * 1000


def test_a_renamed_file_is_neither_removed_nor_added(repository: Repository) -> None:
    repository.commit("Begin", {"old.py": lines(50)})
    repository.move("old.py", "new/name.py")
    repository.commit("Move", {"new/name.py": lines(50) + "more = 1\n"})
    assert changes(read(repository)[0]) == {"new/name.py": ("R", "old.py", 1, 0)}


def test_a_merge_is_a_commit_of_two_parents_without_changes(repository: Repository) -> None:
    repository.commit("Begin", {"a": "1\n"})
    repository.git("checkout", "-q", "-b", "side")
    repository.commit("Side", {"b": "1\n"})
    repository.git("checkout", "-q", "main")
    repository.commit("Main", {"c": "1\n"})
    repository.git(
        "-c", "user.name=A", "-c", "user.email=a@example.org", "merge", "-q", "--no-ff", "-m", "Merge side", "side"
    )
    merge = next(one for one in read(repository) if one.subject == "Merge side")
    assert len(merge.parents) == 2 and merge.changes == ()
    assert sorted(one.subject for one in read(repository)) == ["Begin", "Main", "Merge side", "Side"]


FORGED = (
    "Innocent\n\n\x01" + "a" * 40 + "\n:000000 100644 0000000 1234567 A\nevil.py\n1\t2\tevil.py\n\x01\x02\x1e\x1f\n"
    "commit " + "b" * 40
)


def test_no_message_can_pass_for_another_commit_or_change(repository: Repository) -> None:
    repository.commit(FORGED, {"a": "1\n"})
    (one,) = read(repository)
    assert (one.subject, changes(one)) == ("Innocent", {"a": ("A", "", 1, 0)})
    assert "evil.py" in one.body


@pytest.mark.parametrize(
    "name",
    ["with space.py", "tab\tand\nbreak.py", "привет.py", ":000000 100644 A", "\x01start.py", '"quoted".py', "-n"],
)
def test_any_name_of_a_file_is_read_as_it_is(repository: Repository, name: str) -> None:
    repository.commit("Add", {name: "1\n", "other.py": "1\n"})
    assert changes(read(repository)[0]) == {name: ("A", "", 1, 0), "other.py": ("A", "", 1, 0)}


def test_bytes_that_are_no_utf8_are_kept_in_paths_and_replaced_in_texts(repository: Repository) -> None:
    odd = b"caf\xe9.py".decode("utf-8", "surrogateescape")
    (repository.root / odd).write_bytes(b"x\n")
    repository.commit(b"Subject \xff\xfe here\n\nBody \xe9.", author="Ren\udce9")
    (one,) = read(repository)
    assert one.changes[0].path == odd
    assert one.subject.startswith("Subject ") and one.subject.endswith(" here") and one.author.startswith("Ren")
    assert all(text.encode("utf-8") for text in (one.subject, one.body, one.author)), "texts can be written out"


def test_only_what_is_newer_than_a_known_commit_is_read(repository: Repository) -> None:
    names = [repository.commit(f"Step {number}", {"a": f"{number}\n"}) for number in range(6)]
    assert [one.sha for one in read(repository, since=names[2])] == names[:2:-1]
    assert read(repository, since=names[-1]) == []
    assert [one.sha for one in read(repository, until=names[3], limit=2)] == [names[3], names[2]]
    assert [one.sha for one in read(repository, skip=4)] == [names[1], names[0]]
    assert history.count(repository.root, QUIET, since=names[2]) == 3
    assert history.head(repository.root, QUIET) == names[-1]


def test_a_known_commit_that_a_rebase_took_away_counts_for_nothing(repository: Repository) -> None:
    repository.commit("Begin", {"a": "1\n"})
    known = repository.commit("Go on", {"a": "2\n"})
    repository.commit("Go on otherwise", {"a": "3\n"}, amend=True)
    assert not history.follows(repository.root, QUIET, known)
    assert [one.subject for one in read(repository, since=known)] == ["Go on otherwise", "Begin"]
    for gone in ("0" * 40, "no such thing", "--output=/tmp/never", "HEAD~1"):
        assert len(read(repository, since=gone)) == 2


def test_without_git_or_commits_there_is_nothing_and_no_error(tmp_path: Path, repository: Repository) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    for root, environment in ((plain, QUIET), (repository.root, QUIET), (repository.root, {"PATH": "/nowhere"})):
        assert list(commits(root, environment)) == []
        assert (history.head(root, environment), history.count(root, environment)) == ("", 0)
        assert not history.cut_off(root, environment)


def test_a_shallow_clone_gives_what_it_has_and_says_that_it_is_cut(repository: Repository, tmp_path: Path) -> None:
    for number in range(5):
        repository.commit(f"Step {number}", {"a": f"{number}\n"})
    shallow = tmp_path / "shallow"
    repository.git("clone", "-q", "--depth", "2", f"file://{repository.root}", str(shallow))
    assert [one.subject for one in commits(shallow, QUIET)] == ["Step 4", "Step 3"]
    assert history.cut_off(shallow, QUIET) and not history.cut_off(repository.root, QUIET)


def test_a_clone_without_contents_is_read_by_names(repository: Repository, tmp_path: Path) -> None:
    repository.git("config", "uploadpack.allowFilter", "true")
    for number in range(3):
        repository.commit(f"Step {number}", {"a.py": lines(10 + number), f"b{number}.py": "1\n"})
    partial = tmp_path / "partial"
    repository.git("clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{repository.root}", str(partial))
    full, names = read(repository), list(commits(partial, QUIET))
    assert [one.sha for one in names] == [one.sha for one in full]
    assert [[(x.status, x.path) for x in one.changes] for one in names] == [
        [(x.status, x.path) for x in one.changes] for one in full
    ]


def test_settings_of_the_repository_change_nothing_and_run_nothing(repository: Repository) -> None:
    (repository.root / ".gitattributes").write_text("*.py diff=evil\n")
    repository.commit("Begin", {"a.py": "1\n"})
    repository.commit("Пиши", {"a.py": "1\n2\n"})
    ran = repository.root / "ran"
    for name, value in {
        "diff.evil.command": f"touch {ran}", "diff.evil.textconv": f"touch {ran}; cat", "diff.external": f"touch {ran}",
        "core.fsmonitor": f"touch {ran}", "log.showSignature": "true", "gpg.program": f"touch {ran}",
        "color.ui": "always", "core.quotePath": "true", "log.decorate": "full", "diff.renames": "false",
        "format.pretty": "oneline", "log.date": "relative", "diff.relative": "true", "i18n.logOutputEncoding": "latin1",
    }.items():  # fmt: skip
        repository.git("config", name, value)
    newest, oldest = read(repository)
    assert (newest.subject, changes(newest)["a.py"]) == ("Пиши", ("M", "", 1, 0))
    assert oldest.subject == "Begin" and not ran.exists()


def test_a_date_beyond_all_calendars_is_read_as_a_late_one(repository: Repository) -> None:
    tree = repository.git("mktree", given=b"")
    raw = f"tree {tree}\nauthor A <a@x> 99999999999999 +0000\ncommitter A <a@x> 99999999999999 +0000\n\nLate\n"
    name = repository.git("hash-object", "-t", "commit", "-w", "--literally", "--stdin", given=raw.encode())
    repository.git("update-ref", "refs/heads/main", name)
    (one,) = read(repository)
    assert 0 <= one.time <= history.LATEST_SECOND * 1000


def test_giving_up_early_leaves_no_process_behind(repository: Repository) -> None:
    for number in range(3):
        repository.commit(f"Step {number}", {"a": f"{number}\n"})
    stream = commits(repository.root, QUIET)
    assert next(stream).subject == "Step 2"
    stream.close()  # type: ignore[attr-defined]
    assert list(stream) == []


def test_contents_are_given_by_id_and_large_ones_left_out(repository: Repository) -> None:
    repository.commit("Add", {"small": "text\n", "large": "x" * 5000, "broken": b"\0\xff\n\n"})
    (one,) = read(repository)
    blobs = {change.path: change.after for change in one.changes}
    given = dict(
        history.contents(repository.root, QUIET, [*blobs.values(), "0" * 40, "nonsense\n--x"], 1000, at_once=2)
    )
    assert given == {blobs["small"]: b"text\n", blobs["broken"]: b"\0\xff\n\n"}
