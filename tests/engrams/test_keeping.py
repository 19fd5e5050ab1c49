"""Engrams are kept in the journal, found quickly, and never come up where knowledge is asked for."""

import gzip
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from oldhand.errors import (
    AlreadyThere,
    BadArgument,
    OldhandError,
    OutsideProject,
    SecretFound,
    UnknownCommit,
    UnknownEngram,
)
from oldhand.model.prices import checked, price_of, prices
from oldhand.model.session import INJECTED, USAGE
from oldhand.sessions import engram_transcript
from oldhand.sessions.engram_keeping import every, matching, put
from oldhand.store.engram_index import touching
from oldhand.store.session_rows import Injection
from tests.conftest import Project
from tests.engrams.made import AT, SESSION, Repository, Story, logged

DAY_MS = 86_400_000


def saved(project: Project, story: Story | None = None, **said: Any) -> Any:
    logged(project, story or Story().prompt("Retry the upload of carts.").edit("up.py").run("pytest -q"))
    return project.call("engram_save", **said)


def fields(number: int, **said: Any) -> dict[str, Any]:
    """The fields of an engram, as `put` takes them."""
    return {
        "text": f"Carts of the shop, number {number}, were made faster by the agent.", "name": f"{number:012x}",
        "title": f"Carts {number}", "commit": f"{number:040x}", "before": [], "also": [], "session": SESSION,
        "at": str(AT + number), "trail": [f"1s tried: Let me try number {number} of the carts."], **said,
    }  # fmt: skip


def test_without_a_commit_an_engram_can_be_saved_by_hand(project: Project) -> None:
    reply = saved(project)
    assert reply.engram.commit == ""
    assert reply.text.startswith('"Retry the upload of carts."')
    assert project.call("engram_list").engrams == [reply.engram]
    assert project.call("engram_show", name=reply.engram.name).tied == "named"


def test_of_an_unknown_session_nothing_is_saved(project: Project) -> None:
    with pytest.raises(OldhandError):
        project.call("engram_save", session="nobody")
    assert project.call("engram_list").engrams == []


def test_every_name_of_an_engram_leads_to_it_and_others_lead_nowhere(repository: Repository) -> None:
    name = saved(repository.project).engram.name
    for said in (name, name[:8], repository.head(), repository.head()[:7], "HEAD", "main", "latest"):
        assert repository.project.call("engram_show", name=said).name == name
    for said in ("000000000000", "abcdef", "x", "", "../..", "HEAD~99", "--help", "имя", name + "0"):
        with pytest.raises(UnknownEngram):
            repository.project.call("engram_show", name=said)


def test_engrams_are_no_knowledge(repository: Repository) -> None:
    project = repository.project
    (repository.folder / "carts.py").write_text("x = 1\n", "utf-8")
    told = project.call("remember", text="Carts of the shop expire after a day.", anchors=["carts.py"]).memories[0].id
    before = {
        "brief": project.call("brief").lines, "look": project.call("look", place="carts.py"),
        "recall": [one.id for one in project.call("recall", cue="carts of the shop").items],
    }  # fmt: skip
    with_paths = ["carts.py"]
    for number in range(60):
        put(project.memory, fields(number), with_paths)
    assert project.call("brief").lines == before["brief"]
    assert project.call("look", place="carts.py")._replace(root="") == before["look"]._replace(root="")
    assert [one.id for one in project.call("recall", cue="carts of the shop").items] == before["recall"] == [told]
    assert project.call("recall", cue="were made faster by the agent").items == []
    assert project.call("anchors_verify").anchors == 1
    assert [one.memory for one in project.call("anchors_list").anchors] == [told]
    assert project.call("prune").candidates == []
    assert not [one for one in project.call("doctor").findings if one.state == "bad"]
    assert len(project.call("engram_for_file", path="carts.py", limit=100).engrams) == 60


def test_a_new_statement_is_not_held_against_an_engram(project: Project) -> None:
    put(project.memory, fields(1, text="The shop's port is 5432."), [])
    reply = project.call("remember", text="The shop's port is 5433.").memories[0]
    assert (reply.outcome, reply.contested, reply.replaced) == ("remembered", [], [])


def test_an_engram_survives_a_rebuild_an_export_and_an_import(repository: Repository, make_project: Any) -> None:
    project = repository.project
    name = saved(project).engram.name
    before = project.call("engram_show", name=name)
    project.call("rebuild")
    assert project.call("engram_show", name=name) == before
    project.call("export", file="all.jsonl")
    other = make_project("other")
    (other.root / "all.jsonl").write_bytes((repository.folder / "all.jsonl").read_bytes())
    other.call("import", file="all.jsonl")
    there = other.call("engram_show", name=name)
    assert (there.text, there.trail, there.transcript) == (before.text, before.trail, 0)  # the transcript stayed here


def test_one_that_was_put_away_does_not_come_back(hooked: Repository) -> None:
    logged(hooked.project, Story().prompt("Do it."))
    hooked.commit("a", "One")
    [made] = hooked.settled()
    hooked.project.by_person("retire", name=hooked.project.call("engram_show", name=made.name).id)
    hooked.git("commit", "-q", "--amend", "-m", "Again", session=SESSION)
    assert [one.name for one in hooked.settled() if one.name == made.name] == []


def test_a_thousand_engrams_are_listed_and_found_at_once(project: Project) -> None:
    text = "Checked the payments with the gateway and wrote down what came of it. " * 10
    for number in range(1000):
        put(
            project.memory,
            fields(number, decisions=[text], title="Needle" if number == 17 else "Hay"),
            [f"src/f{number % 20}.py"],
        )
    began = time.process_time()
    assert project.call("engram_list", limit=20).total == 1000
    listed = time.process_time() - began
    assert project.call("engram_search", words="needle", limit=5).matches[0].engram.name == f"{17:012x}"
    searched = time.process_time() - began - listed
    assert len(project.call("engram_for_file", path="src/f3.py", limit=100).engrams) == 50
    assert project.call("engram_for_commit", commit=f"{500:040x}").engrams[0].name == f"{500:012x}"
    looked_up = time.process_time() - began - listed - searched
    assert max(listed, searched, looked_up) < 3.0, (listed, searched, looked_up)  # each some 0.1 s


def test_search_finds_inflected_words_and_russian_ones_and_ranks_by_how_many(project: Project) -> None:
    put(project.memory, fields(1, text="Платежи больше не повторяются."), [])
    put(project.memory, fields(2, text="Payments are retried twice by the worker."), [])
    put(project.memory, fields(3, text="Only the worker."), [])
    found = project.call("engram_search", words="retry worker payment").matches
    assert [one.engram.name[-1] for one in found] == ["2", "3"]
    assert [one.words for one in found] == [3, 1] or found[0].words > found[1].words
    assert project.call("engram_search", words="платежей").matches[0].engram.name[-1] == "1"
    assert "Платежи" in project.call("engram_search", words="платежей").matches[0].excerpt
    assert project.call("engram_search", words="zeppelin").matches == []


def test_the_transcript_stays_here_compressed_and_without_secrets(project: Project) -> None:
    secret = "ghp_" + "Zk3v9QpL7xTn2RbY" + "8sWdH4mJc6FgA1eUoK5t"
    name = saved(
        project, Story().prompt(f"Use {secret} for it.").run("pytest -q", output=f"token {secret}")
    ).engram.name
    path = engram_transcript.place(project.folder, name)
    text = gzip.decompress(path.read_bytes()).decode()
    assert "pytest -q" in text
    assert secret not in text
    assert secret not in json.dumps(project.call("engram_show", name=name, part="transcript"))
    assert path.stat().st_mode & 0o077 == 0
    lines = project.call("engram_show", name=name, part="transcript").lines
    assert any("pytest -q" in line for line in lines)
    with project.memory.reading() as reader:
        assert all(secret not in json.dumps(one) for _, one in every(reader))


def test_transcripts_go_by_age_and_by_size_the_oldest_first(tmp_path: Path) -> None:
    story = Story().prompt("x")
    for number in range(4):
        engram_transcript.keep(tmp_path, f"{number:012x}", project_session(), story.events)
        times = (AT / 1000 + number * 86_400,) * 2
        import os

        os.utime(engram_transcript.place(tmp_path, f"{number:012x}"), times)
    assert engram_transcript.trim(tmp_path, 0, 0, AT + 900 * DAY_MS) == 0
    assert engram_transcript.trim(tmp_path, 3, 0, AT + 4 * DAY_MS) == 1
    assert engram_transcript.there(tmp_path, f"{0:012x}") == 0 < engram_transcript.there(tmp_path, f"{1:012x}")
    engram_transcript.place(tmp_path, "b" * 12).write_bytes(b"x" * (1 << 20))
    assert engram_transcript.trim(tmp_path, 0, 1, AT) == 3  # the oldest, until what is left fits
    assert engram_transcript.there(tmp_path, "b" * 12)


def project_session() -> Any:
    from oldhand.model.session import Session

    return Session("claude", SESSION)


def test_what_is_forgotten_goes_from_transcripts(tmp_path: Path) -> None:
    story = Story().prompt("The vault is in Riga.").reply("Something else entirely.")
    engram_transcript.keep(tmp_path, "a" * 12, project_session(), story.events)
    engram_transcript.keep(tmp_path, "b" * 12, project_session(), story.events)
    engram_transcript.keep(tmp_path, "c" * 12, project_session(), Story().reply("Nothing of it.").events)
    damaged = engram_transcript.place(tmp_path, "d" * 12)
    damaged.write_bytes(b"damaged")
    assert engram_transcript.blank(tmp_path, lambda text: "Riga" in text, ["b" * 12]) == 3
    kept = list(engram_transcript.read(tmp_path, "a" * 12))
    assert [event.text for event in kept] == ["", "Something else entirely."]
    assert list(engram_transcript.read(tmp_path, "b" * 12)) == []
    assert [event.text for event in engram_transcript.read(tmp_path, "c" * 12)] == ["Nothing of it."]
    assert not damaged.exists()


@pytest.mark.parametrize(
    "content", [b"", b"no gzip", gzip.compress(b"[1, 2]\n\x00\xff{"), gzip.compress(b'{"kind": 5}\n' * 3)]
)
def test_a_damaged_transcript_is_none(tmp_path: Path, content: bytes) -> None:
    path = engram_transcript.place(tmp_path, "a" * 12)
    path.parent.mkdir()
    path.write_bytes(content)
    list(engram_transcript.read(tmp_path, "a" * 12))
    path.unlink()
    path.mkdir()
    assert list(engram_transcript.read(tmp_path, "a" * 12)) == []


def test_what_memory_told_and_what_of_it_shows_is_in_the_engram(project: Project) -> None:
    (project.root / "pay.py").write_text("x = 1\n", "utf-8")
    used = (
        project.call("remember", text="Charges need an idempotency key from the ledger.", anchors=["pay.py"])
        .memories[0]
        .id
    )
    idle = project.call("remember", text="Invoices are printed on Tuesdays in Riga.").memories[0].id
    bites = project.call(
        "gotcha", text="The deploy wipes the ledger.", triggers=["command:make deploy"], severity="critical"
    )
    gotcha = bites.memories[0].id
    story = Story().prompt("Charge it.").read("README.md").note(INJECTED).edit("pay.py")
    story.reply("I added an idempotency key from the ledger to charges.").run("make check")
    logged(project, story)
    log = project.memory.session_log()
    log.note_injection(Injection(SESSION, AT + 1500, "SessionStart", "", "", (used, idle), 80, key="i1"))
    log.note_injection(Injection(SESSION, AT + 4500, "before", "make deploy", "", (gotcha,), 30, key="i2"))
    log.note_injection(Injection(SESSION, AT + 4600, "before", "x", "", ("f" * 32,), 9, withheld=True, key="i3"))
    shown = project.call("engram_show", name=project.call("engram_save").engram.name)
    told = {line.split(" ", 1)[0]: line.rpartition(": ")[2] for line in shown.shown}
    assert told == {
        used[:12]: "file touched, words taken up", idle[:12]: "nothing of it shows", gotcha[:12]: "command avoided",
        "f" * 12: "withheld",
    }  # fmt: skip
    assert shown.influence == "2 of 3 shown, 110 tokens"
    assert shown.gotchas == [f"{gotcha[:12]} The deploy wipes the ledger. (at: make deploy)"]


def test_costs_are_told_by_the_persons_own_prices_and_else_not_at_all(project: Project) -> None:
    usage = {"model": "big-model-2", "input": 1_000_000, "output": 100_000, "cache_read": 2_000_000, "cache_written": 0}
    name = saved(project, Story().prompt("Do it.").note(USAGE, detail=usage)).engram.name
    assert [one.amount for one in project.call("engram_show", name=name).costs] == [""]
    project.by_person("config_set", name="engrams.prices", value="big=2/10/0.5/3 other=1/1", scope="person")
    project.reopened()
    assert [one.amount for one in project.call("engram_show", name=name).costs] == ["4.0000"]


def test_prices_are_checked() -> None:
    assert checked(" gpt-5=1.25/10   m=1/2/3/4 ") == "gpt-5=1.25/10 m=1/2/3/4"
    for bad in ("gpt-5", "gpt-5=1", "gpt-5=a/b", "gpt-5=1/2/3/4/5", "=1/2", "m=-1/2", "m=1e9/2"):
        with pytest.raises(ValueError, match="price"):
            checked(bad)
    known = prices("m=1/2 m-large=3/4")
    found = price_of("m-large-2026", known)
    assert found is not None and found.input == 3
    assert price_of("other", known) is None


def test_rewind_shows_a_file_as_it_was_and_never_touches_the_working_tree(
    repository: Repository, tmp_path: Path
) -> None:
    project = repository.project
    repository.commit("a.py", "First", session="", text="old\n")
    name = saved(project).engram.name
    (repository.folder / "a.py").write_text("uncommitted\n", "utf-8")
    (repository.folder / "untracked").write_text("mine\n", "utf-8")
    shown = project.call("engram_rewind", name=name, path="a.py")
    assert shown.content == ["old"]
    assert [(one.path, one.now) for one in shown.files] == [("a.py", "changed")]
    project.call("engram_rewind", name=name, branch="as-it-was")
    assert repository.head("as-it-was") == repository.head()
    reply = project.by_person("engram_rewind", name=name, worktree=str(tmp_path / "then"), branch="then")
    assert (Path(reply.worktree) / "a.py").read_text() == "old\n"
    assert (repository.folder / "a.py").read_text() == "uncommitted\n"
    assert (repository.folder / "untracked").read_text() == "mine\n"
    assert repository.git("branch", "--show-current") == "main"
    for arguments, error in (
        ({"branch": "as-it-was"}, AlreadyThere), ({"worktree": "."}, AlreadyThere), ({"branch": "-evil"}, BadArgument),
        ({"branch": "a..b"}, BadArgument), ({"path": "../../etc/passwd"}, OutsideProject),
        ({"path": "nothing"}, BadArgument),
        ({"path": ".git/config"}, OutsideProject), ({"worktree": "/elsewhere/x"}, BadArgument),
    ):  # fmt: skip
        with pytest.raises(error):
            project.call("engram_rewind", name=name, **arguments)


def test_rewind_follows_no_link_and_keeps_out_of_the_store(repository: Repository, tmp_path: Path) -> None:
    project, tree = repository.project, repository.folder
    (tmp_path / "target").write_text("behind the link\n", "utf-8")
    (tree / "link").symlink_to(tmp_path / "target")
    (tree / "deep").mkdir()
    for name in ("deep/file", "plain"):
        (tree / name).write_text(f"{name}\n", "utf-8")
    repository.git("add", "-A")
    repository.commit("a.py", "First", session="")
    name = saved(project).engram.name

    def now() -> dict[str, str]:
        return {one.path: one.now for one in project.call("engram_rewind", name=name).files}

    assert set(now().values()) == {"same"} and set(now()) == {"link", "deep/file", "plain", "a.py"}
    (tree / "link").unlink()
    (tree / "link").write_text(str(tmp_path / "target"), "utf-8")  # the same bytes, and no link
    (tree / "plain").unlink()
    os.mkfifo(tree / "plain")
    (tree / "deep").rename(tmp_path / "deep")
    (tree / "deep").symlink_to(tmp_path / "deep")
    assert now() == {"link": "changed", "deep/file": "gone", "plain": "changed", "a.py": "same"}
    for inside in (".oldhand/wt", str(project.folder / "transcripts" / "wt"), "x/../.oldhand/wt"):
        with pytest.raises(BadArgument, match="store's folder"):
            project.by_person("engram_rewind", name=name, worktree=inside)
    assert not (project.folder / "wt").exists()


def test_what_git_has_not_any_more_is_told_and_nothing_is_made_of_it(repository: Repository) -> None:
    put(repository.project.memory, fields(7), [])
    with pytest.raises(UnknownCommit):
        repository.project.call("engram_rewind", name=f"{7:012x}", branch="x")
    assert repository.project.call("engram_show", name=f"{7:012x}", part="diff").lines == [
        "The commit is not here any more."
    ]
    assert repository.project.call("engram_diff", first=f"{7:012x}", second=f"{7:012x}").notes == [
        "one of the commits is not here any more"
    ]


def test_two_engrams_are_compared(repository: Repository) -> None:
    project = repository.project
    first = saved(
        project, Story().prompt("Let's go with Redis because carts expire.").run("make", ok=False).run("make", ok=False)
    )
    repository.commit("b.py", "Second", session="")
    logged(
        project,
        Story().prompt("Go on.").reply("That didn't work because Redis is too slow."),
        "other-session",
        model="small",
    )
    second = project.call("engram_save", session="other")
    reply = project.call("engram_diff", first=first.engram.name, second=second.engram.name)
    assert reply.files == ["A b.py"]
    assert ["model", "big-model", "small"] in reply.changed
    told = {(one.which, one.part) for one in reply.only}
    assert {("first", "decisions"), ("first", "friction"), ("second", "eliminated")} <= told


def test_a_secret_is_refused_as_a_name_and_masked_in_what_is_kept(project: Project) -> None:
    secret = "ghp_" + "Zk3v9QpL7xTn2RbY" + "8sWdH4mJc6FgA1eUoK5t"
    with pytest.raises((SecretFound, OldhandError)):
        project.call("engram_save", session=secret)
    put(project.memory, fields(1, text=f"The key is {secret}."), [])
    with project.memory.reading() as reader:
        assert all(secret not in json.dumps(one) for _, one in every(reader))
        assert matching(reader, secret, 5) == []
        assert touching(reader, "nothing", 5) == []


def test_forgetting_reaches_the_transcript_of_an_engram(project: Project) -> None:
    words = "The vault of the shop is below the old bakery in Riga"
    named = project.by_person("remember", text=f"{words}.").memories[0].id
    first = saved(project, Story().prompt(f"{words}.").reply("Nothing else was said here.")).engram.name
    logged(project, Story().prompt("Another one."), "second")
    second = project.call("engram_save", session="second").engram.name
    project.by_person("forget", names=[named, project.call("engram_show", name=second).id], yes=True)
    assert project.call("engram_list").engrams == []  # the first one's summary quoted the words
    assert engram_transcript.there(project.folder, first) == engram_transcript.there(project.folder, second) == 0
    project.memory.close()
    for path in project.folder.rglob("*"):
        assert not path.is_file() or b"old bakery" not in path.read_bytes(), path


@pytest.mark.parametrize("name", ["../../secret", "/etc/passwd", "", "a" * 5000, "A" * 12, "a" * 12 + "\n", "\0"])
def test_a_name_from_elsewhere_leads_to_no_file(project: Project, name: str) -> None:
    (project.folder.parent / "secret.jsonl.gz").write_bytes(gzip.compress(b'x\n{"kind": "reply", "text": "found"}'))
    place = engram_transcript.place(project.folder, name)
    assert place.parent == project.folder / "transcripts"
    assert place.name == "none.jsonl.gz"
    assert list(engram_transcript.read(project.folder, name)) == []


def test_saving_again_when_nothing_happened_tells_the_engram_that_stands(project: Project) -> None:
    first = saved(project)
    again = project.call("engram_save")
    assert first.made and not again.made and again.engram == first.engram
    assert project.call("engram_list").total == 1
