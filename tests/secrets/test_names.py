"""Secrets in names: of files, symbols, branches, tools and sessions. What names one is not tied, and not kept raw."""

import json
import os
from pathlib import Path

import pytest

from oldhand.errors import SecretFound
from oldhand.memory import Memory
from oldhand.model.session import CALL, RESULT, USAGE, Event, Session
from oldhand.operation import call
from oldhand.store.session_rows import Injection
from tests.code.made_repository import Repository as Made
from tests.conftest import Project
from tests.engrams.made import SESSION, Repository, Story, logged
from tests.hooks.hosting import Host, spooled

TOKEN = "gh" + "p_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
PART = TOKEN[6:20]
MIRRORS = ("code.db", "history.json")  # of the working tree and of git's history: made anew from them at any time


def leaks(*folders: Path) -> list[str]:
    """The files of memory in which a part of the token stands."""
    return [
        file.name for folder in folders for file in folder.rglob("*")
        if file.is_file() and not file.name.startswith(MIRRORS) and PART.encode() in file.read_bytes()
    ]  # fmt: skip


def anchored(project: Project) -> list[str]:
    """What memories are tied to."""
    return [one.anchor for one in project.call("anchors_list", limit=500).anchors]


@pytest.fixture
def repository(project: Project) -> Repository:
    """A repository whose commits make engrams."""
    made = Repository(project)
    project.by_person("engram_enable")
    return made


def test_an_engram_and_a_handoff_of_files_that_are_named_by_a_secret(project: Project, repository: Repository) -> None:
    secret = f"k-{TOKEN}.txt"
    logged(project, Story().prompt("Do it.").edit("up.py").edit(secret))
    repository.git("checkout", "-q", "-b", f"feat/{TOKEN}")
    (repository.folder / secret).write_text("x\n")
    repository.git("add", "-A")
    commit = repository.commit("up.py", f"Retry with {TOKEN} " + "and so on " * 20)
    assert any(path.name.startswith("commits") for path in (project.folder / "spool").iterdir())
    assert not leaks(project.folder, project.home)
    (made,) = repository.settled()
    assert made.commit == commit and "[GitHub token" in made.branch
    (repository.folder / secret).write_text("y\n")
    project.call("session_checkpoint", text="half way", session=SESSION)
    environment = {"PATH": os.defpath, "CLAUDE_CODE_SESSION_ID": f"s-{TOKEN}"}
    with Memory(project.root, project.home, environment=environment) as other:
        call(other, "session_checkpoint", {"text": "half way"})
    project.by_person("export", file=str(project.home / "out.jsonl"))
    assert "up.py" in anchored(project) or project.call("engram_for_file", path="up.py").engrams  # the control
    assert project.call("engram_for_commit", commit=commit).engrams[0].name == made.name
    project.memory.close()
    assert not leaks(project.folder, project.home)


def test_a_subject_is_screened_by_ones_own_patterns_before_it_is_cut(project: Project, repository: Repository) -> None:
    project.by_person("config_set", name="secrets.patterns", value="ACME-[A-Z0-9]{8}", scope="person")
    name = "ACME" + "-" + "AB12CD34"
    logged(project, Story().prompt("Do it.").edit("up.py"))
    repository.commit("up.py", "x" * 112 + f" {name} is used")
    (made,) = repository.settled()
    told = project.call("engram_show", name=made.name)
    assert "ACME" not in told.text + told.title and "xxx" in told.title
    logged(project, Story().prompt("Go on.").edit("up.py"), "sess-7")
    project.call("session_checkpoint", text="half way", session="sess-7")
    project.by_person("export", file=str(project.home / "out.jsonl"))
    exported = (project.home / "out.jsonl").read_text()
    assert "half way" in exported and exported.count("xxx") >= 2 and "ACME" not in exported.replace("ACME-[", "")


def test_what_git_and_documents_name_by_a_secret_is_left_out(project: Project) -> None:
    said = "feat: use the ledger of the house\n\nWe decided to use it because the old way was too slow and broke."
    files = {
        f"{TOKEN}/a.py": "x = 1\n", "ledger.py": "x = 1\n",
        f"docs/{TOKEN}.md": "# D\n\nOrders are kept for ten years, since the law asks for it.\n",
        "docs/plain.md": "# E\n\nPrices are kept in cents, since sums are then exact.\n",
    }  # fmt: skip
    made = Made(project.root)
    made.commit(said, dict(files))
    made.commit(
        'Revert "feat: use the ledger of the house"\n\nIt broke, because it was slow.', {"ledger.py": "y = 2\n"}
    )
    project.memory.close()
    project.reopened()
    reply = project.call("init")
    assert any("secret stands in its name" in why for _, why in reply.left_out)
    assert PART not in repr(reply)
    assert any(name.startswith("docs/plain.md") for name in anchored(project))  # the control
    project.by_person("export", file=str(project.home / "out.jsonl"))
    project.memory.close()
    assert not leaks(project.folder, project.home)


def test_a_symbol_that_is_a_secret_is_left_out(project: Project) -> None:
    code = '"""Doc."""\n\n\ndef {}():\n    """Deploys the shop to its servers."""\n    return 1\n'
    (project.root / "a.py").write_text(code.format(TOKEN))
    (project.root / f"{TOKEN}.py").write_text(code.format("other"))
    (project.root / "b.py").write_text(code.format("deploy"))
    reply = project.call("scan", every=True)
    assert len(reply.left_out) == 2 and PART not in repr(reply)
    assert anchored(project) == ["b.py::deploy"]
    project.memory.close()
    assert not leaks(project.folder, project.home)


def test_a_file_renamed_to_a_secret_is_not_followed(project: Project) -> None:
    made = Made(project.root)
    made.commit("one", {"old.py": "def a():\n    return 1\n" * 9, "was.py": "def b():\n    return 2\n" * 9})
    project.memory.close()
    project.reopened()
    for name in ("old.py", "was.py"):
        project.by_person("remember", text=f"{name} is the heart of it.", anchors=[name])
    made.git("mv", "old.py", f"{TOKEN}.py")
    made.git("mv", "was.py", "now.py")
    made.commit("two")
    project.call("anchors_verify", follow=True)
    assert sorted(anchored(project)) == ["now.py", "old.py"]
    project.memory.close()
    assert not [name for name in leaks(project.folder, project.home) if name.startswith("memory")]


def test_what_a_person_ties_to_a_secret_is_refused_and_what_a_program_brings_is_not_tied(project: Project) -> None:
    for words in ({}, {"redact": True}):
        with pytest.raises(SecretFound):
            project.by_person("remember", text="It is so.", anchors=[f"k-{TOKEN}.txt"], **words)
    (project.root / "a.py").write_text("x = 1\n")
    line = {"text": "The cart is in a file of its own.", "anchors": [f"k-{TOKEN}.txt", "a.py"]}
    project.call("capture", jsonl=json.dumps(line), session="s-1")
    assert anchored(project) == ["a.py"]
    project.memory.close()
    assert not leaks(project.folder, project.home)


def test_names_in_the_log_of_sessions(project: Project) -> None:
    log = project.memory.session_log()
    long = "n" * 280 + f"-{TOKEN}"  # a secret on the cut
    log.begin(Session("claude", "s-1", str(project.root), branch=f"feat/{TOKEN}", model=long))
    for number, name in enumerate((TOKEN, long)):
        said = {"agent": f"a-{name}", "tool": "other", "name": name, "call": name}
        log.add("s-1", [
            Event(CALL, 5, f"{name}{number}", "do", **said),
            Event(RESULT, 6, f"{name}{number}", "done", **said, ok=True),
            Event(USAGE, 7, f"u-{name}", detail={"model": name, "input": 5, "output": 6}),
        ])  # fmt: skip
    log.note_injection(Injection("s-1", 8, "before", "ls", key=f"k-{TOKEN}", agent=TOKEN))
    calls = [one.call for one in log.events("s-1", (CALL, RESULT))]
    assert len(calls) == 4 and len(set(calls)) == 2 and calls[:2] == calls[2:]  # each is tied to its result
    project.memory.close()
    assert not leaks(project.folder, project.home)


def test_names_in_what_hooks_leave(project: Project) -> None:
    host = Host(project.root, project.home)
    for name in (TOKEN, "n" * 190 + f"-{TOKEN}", f"mcp__shop__{TOKEN}"):
        host.fires("PreToolUse", tool_name=name, tool_use_id=name, agent_id=name, model=name, tool_input={"path": name})
        host.fires("UserPromptSubmit", prompt="go on", prompt_id=name, source="user")
    host.fires("PreToolUse", tool_name="Bash", tool_use_id="c" * 36, tool_input={"command": "ls"})
    assert len(spooled(project)) == 7 and spooled(project)[-1]["call"] == "c" * 36
    assert not leaks(project.folder, project.home)


def test_what_went_wrong_names_no_secret(project: Project) -> None:
    from oldhand.surfaces.hooks.run import Running
    from oldhand.surfaces.hooks.spooling import TROUBLE

    Running(str(project.home), "claude", "Stop").trouble(f"OSError: /srv/{TOKEN}.txt is gone")
    said = (project.home / TROUBLE).read_text()
    assert "GitHub token" in said and PART not in said and "is gone" in said


@pytest.mark.parametrize("at", range(1, len(TOKEN) + 1, 3))
def test_titles_and_names_that_others_bring_are_screened_before_they_are_cut(at: int) -> None:
    from oldhand.exchange.foreign import LONGEST_TITLE, line_of
    from oldhand.exchange.prose import shorten
    from oldhand.sessions.transcripts.neutral import MOST_NAME, MOST_TITLE, first_line, name_of

    def shortened(text: str) -> str:
        return shorten(text, 400)

    for made, most in ((first_line, MOST_TITLE), (name_of, MOST_NAME), (line_of, LONGEST_TITLE), (shortened, 400)):
        said = "w " * most
        said = said[: most - at - 2] + f" {TOKEN} and so on " + said
        assert not any(TOKEN[start : start + 8] in made(said) for start in range(4, len(TOKEN) - 8)), made(said)
        assert made(said).startswith("w w w") and len(made(said)) > most - at - 12


def test_a_broken_line_of_the_spool_is_kept_aside_without_a_secret_on_its_cut(project: Project) -> None:
    from oldhand.sessions.draining import LONGEST_BROKEN, drain

    folder = project.folder / "spool"
    folder.mkdir(exist_ok=True)
    for at in range(1, len(TOKEN), 7):
        line = "w " * (LONGEST_BROKEN // 2)
        with (folder / "waiting.jsonl").open("a") as file:
            file.write(f"{line[: LONGEST_BROKEN - at]} {TOKEN} {line}\n")
            file.write(f"{line[: LONGEST_BROKEN - at]} {TOKEN} {'w ' * 40_000}\n")
    assert drain(project.memory, 0).broken == 12
    said = (folder / "broken.jsonl").read_text()
    assert "w w w" in said and not any(TOKEN[start : start + 8] in said for start in range(4, len(TOKEN) - 8))
