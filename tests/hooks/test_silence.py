"""Silence where nothing is known, and the right memory where something is: on real actions, and on built ones."""

import gzip
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from oldhand.sessions.record import CALL
from oldhand.sessions.transcripts import recognise
from oldhand.store.at_hand import AtHand
from oldhand.surfaces.hooks import places
from oldhand.surfaces.hooks.actions import at_action
from oldhand.surfaces.hooks.payload import Happening
from tests.conftest import Project

FOLDER = Path(os.environ.get("OLDHAND_EVAL", "")) / "data" / "transcripts"
FILES = sorted(path for path in FOLDER.glob("*") if path.is_file()) if FOLDER.is_absolute() else []
WANTED = 500  # real actions
LARGEST = 4 << 20  # bytes of a packed transcript that is opened: 500 actions are soon found
ORDINARY = (
    "ls -la", "git status", "git diff --stat", "git log --oneline -5", "pytest -q", "npm test", "npm run build",
    "cd src && python -m pytest tests/test_a.py -x", "rg TODO src | head", "cat README.md", "sed -n 1,80p src/main.py",
    "make", "cargo build --release", "go test ./...", "docker ps", "pip install -e .", "mkdir -p a/b && touch a/b/c",
    "find . -name '*.py' | xargs wc -l", "git commit -m 'Push to main: terraform apply'", "echo terraform apply",
    "python - <<'EOF'\nprint(1)\nEOF", "grep -rn 'git push' docs", "curl -s localhost:8000/health", "kill 123",
    "git checkout -b fix/push", "uv run ruff check .", "node -e 'console.log(1)'", "ps aux | grep python", "env | sort",
    "git -C .. fetch --all", "npx tsc --noEmit", "sudo apt-get install -y jq", "ssh host uptime", "tar xzf a.tgz",
)  # fmt: skip


class Agent:
    """An agent at work in a project, every action in a session of its own."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._sessions = 0

    def does(self, tool: str, **given: Any) -> tuple[str, list[str]]:
        """What is told at an action: the text, and the ids of the memories in it."""
        self._sessions += 1
        said = {
            "session_id": f"a{self._sessions}",
            "cwd": str(self.project.root),
            "tool_name": tool,
            "tool_input": given,
        }
        one = Happening("claude", "PreToolUse", said)
        place = places.find(str(self.project.root))
        assert place
        store = AtHand(str(self.project.folder / "memory.db"))
        text, lines = at_action(str(self.project.home), place, one, store, self.project.memory.now())
        return text, [str(name) for line in lines for name in line["detail"]["memories"]]  # type: ignore[index]


@pytest.fixture
def filled(project: Project) -> Project:
    """A project whose memories speak of places and commands that no ordinary work touches."""
    (project.root / "vault").mkdir()
    for number in range(40):
        file = f"vault/ledger_{number}.cob"
        (project.root / file).write_text("MOVE 1 TO X.\n")
        kind = ("decision", "convention", "claim", "claim")[number % 4]
        text = f"Ledger {number}: run the tests, push to main, build and commit only after review."
        project.by_person("remember", text=text, kind=kind, anchors=[file])
    project.by_person("gotcha", text="terraform apply without a plan destroys the cluster.",
                      triggers=["command:terraform apply"])  # fmt: skip
    project.by_person("gotcha", text="The linter of `buildifier --mode` loops for ever.")
    project.by_person("remind", text="Tell the auditors.", when=["edit:vault/**/*.cob", "command:kubectl delete"])
    project.by_person("remind", text="Rotate the keys.", when=["in 90 days"])
    for number in range(60):
        project.by_person("remember", text=f"General fact {number} about git, tests, npm and the main branch.")
    return project


def test_ordinary_commands_and_edits_get_not_one_token(filled: Project) -> None:
    agent = Agent(filled)
    for command in ORDINARY:
        assert agent.does("Bash", command=command) == ("", []), command
    for path in ("src/main.py", "README.md", "vault.py", "docs/vault/ledger_1.md", "vault/ledger_1.cob.bak"):
        for tool in ("Edit", "Write", "Read"):
            assert agent.does(tool, file_path=path) == ("", []), path


def test_the_same_store_speaks_where_something_is_known(filled: Project) -> None:
    """The control of the tests above and below."""
    agent = Agent(filled)
    assert agent.does("Bash", command="cd infra && terraform apply -auto-approve")[1]
    assert agent.does("Edit", file_path="vault/ledger_0.cob")[1]
    assert agent.does("Bash", command="cat vault/ledger_0.cob")[1]


def real_actions() -> Iterator[tuple[str, dict[str, Any]]]:
    """Commands and edits of real sessions."""
    for path in FILES:
        if path.stat().st_size > LARGEST:
            continue
        raw = path.read_bytes()
        copy = Path(os.environ["OLDHAND_TEST_COPY"]) / path.name.removesuffix(".gz")
        copy.write_bytes(gzip.decompress(raw) if path.suffix == ".gz" else raw)
        reader = recognise(copy)
        for _, events in reader.sessions(copy) if reader else ():
            for event in events:
                if event.kind != CALL:
                    continue
                if event.tool == "command" and event.text:
                    yield "Bash", {"command": event.text}
                elif event.tool in ("edit", "write", "read") and event.target:
                    yield event.tool.capitalize(), {"file_path": "/".join(event.target.strip("/").split("/")[-3:])}
        copy.unlink()


@pytest.mark.skipif(not FILES, reason="OLDHAND_EVAL names no folder with data/transcripts")
def test_real_commands_and_edits_that_no_memory_concerns_get_not_one_token(
    filled: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLDHAND_TEST_COPY", str(tmp_path))
    agent, seen = Agent(filled), 0
    for tool, given in real_actions():
        assert agent.does(tool, **given) == ("", []), given
        seen += 1
        if seen == WANTED:
            break
    assert seen == WANTED


NAMED = {
    "alembic upgrade": "leaves the lock table behind", "celery purge": "drops mails that wait",
    "dvc pull": "fills the small disk", "flyway migrate": "needs the replica stopped",
    "gcloud deploy": "takes the wrong project", "hugo server": "serves drafts", "jekyll build": "eats the feed",
    "liquibase rollback": "forgets views", "packer validate": "asks the network", "restic prune": "locks for an hour",
    "skaffold run": "rebuilds every image", "vagrant destroy": "ignores the snapshot", "vault unseal": "logs an id",
}  # fmt: skip


def built_cases(project: Project) -> list[tuple[str, str, dict[str, str]]]:
    """(memory, tool, what it is given): a hundred actions that one memory each concerns."""
    cases: list[tuple[str, str, dict[str, str]]] = []
    person = project.by_person
    for number in range(25):
        file = f"src/part{number}/module_{number}.py"
        (project.root / file).parent.mkdir(parents=True, exist_ok=True)
        (project.root / file).write_text(f"class Part{number}:\n    def work(self):\n        return {number}\n")
        kind = ("decision", "convention", "claim", "gotcha", "decision")[number % 5]
        anchor = file if number % 2 else f"{file}::Part{number}.work"
        text = f"Part {number} keeps its order because of the contract."
        memory = person("remember", text=text, kind=kind, anchors=[anchor]).memories[0].id
        cases.append((memory, "Edit", {"file_path": f"{project.root}/{file}"}))
        if kind != "claim":
            cases.append((memory, "Bash", {"command": f"sed -n 1,40p {file}"}))
    for number in range(15):
        text = f"Reminder {number}: tell the owners of area {number}."
        memory = person("remind", text=text, when=[f"edit:area{number}/**/*.sql"]).memories[0].id
        cases.append((memory, "Write", {"file_path": f"area{number}/deep/er/x{number}.sql"}))
    for number in range(15):
        program = f"tool{number}"
        text = f"Gotcha {number}: it drops what was not saved."
        memory = person("gotcha", text=text, triggers=[f"command:{program} reset"]).memories[0].id
        cases.append((memory, "Bash", {"command": f"cd x && sudo {program} -v reset --all"}))
    for command, harm in NAMED.items():
        memory = person("gotcha", text=f"`{command}` {harm}.").memories[0].id
        cases.append((memory, "Bash", {"command": f"cd /srv && {command} --now"}))
    for number in range(12):
        file = f"данные/отчёт_{number}.md"
        (project.root / file).parent.mkdir(exist_ok=True)
        (project.root / file).write_text("# Отчёт\n")
        memory = person("remember", text=f"Отчёт {number} сдаётся до пятого числа.", kind="decision", anchors=[file])
        cases.append((memory.memories[0].id, "Read" if number % 2 else "Edit", {"file_path": file}))
    return cases


def test_the_right_memory_is_told_in_95_of_100_built_cases(project: Project) -> None:
    cases = built_cases(project)
    assert len(cases) == 100
    agent = Agent(project)
    missed = [(memory[:6], tool, given) for memory, tool, given in cases if memory not in agent.does(tool, **given)[1]]
    assert len(missed) <= 5, missed


def test_what_is_found_not_to_concern_an_action_is_not_looked_into_again(filled: Project) -> None:
    file = filled.root / "vault" / "odd.cob"
    file.write_text("STOP RUN.\n")
    filled.by_person("gotcha", text="It stops.", triggers=["edit:vault/other_one"], anchors=["vault/odd.cob"])
    place = places.find(str(filled.root))
    assert place
    said = {"session_id": "j", "cwd": str(filled.root), "tool_name": "Read", "tool_input": {"file_path": str(file)}}
    one = Happening("claude", "PreToolUse", said)
    markers = filled.folder / "spool" / "told" / "j"
    for _ in range(2):
        store = AtHand(str(filled.folder / "memory.db"))
        assert at_action(str(filled.home), place, one, store, filled.memory.now()) == ("", [])
        assert [path.name[0] for path in markers.iterdir()] == ["="]
    root = filled.call("root").root
    assert next(markers.iterdir()).name.startswith(f"={root[:8]}-")
