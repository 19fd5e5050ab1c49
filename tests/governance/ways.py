"""Every way in by which a text reaches memory, as a function that brings texts in by it.

A way takes a project and texts and brings in what it can; what a surface refuses as malformed is refused there.
"""

import json
import os
import sqlite3
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from oldhand.errors import OldhandError
from oldhand.memory import Memory
from oldhand.model import kinds
from oldhand.model.identity import memory_of_text
from oldhand.operation import call
from oldhand.surfaces.python import OpenMemory
from tests.conftest import Project
from tests.contract.command import inside
from tests.surfaces.peers import mcp, served

FEW = 3  # texts that a way in may bring one by one at little cost
Bring = Callable[[Project, Sequence[str]], None]


class Way(NamedTuple):
    """A way in. trust: what it gives; bring: brings texts in; deliberate: whether somebody says them one by one."""

    name: str
    trust: str
    bring: Bring
    deliberate: bool = True


def lines_of(texts: Sequence[str], **more: object) -> str:
    """JSON lines that `remember --jsonl` takes, of the texts that a line can hold."""
    return "\n".join(json.dumps({"text": text, **more}) for text in texts)


def _speaking(project: Project, trust: str) -> Memory:
    surface = "cli" if trust == "user" else "mcp"
    actor = "user" if trust == "user" else "agent"
    return Memory(project.root, project.home, actor=actor, trust=trust, origin=surface, surface=surface)


def _one_by_one(trust: str, **more: object) -> Bring:
    def bring(project: Project, texts: Sequence[str]) -> None:
        with _speaking(project, trust) as memory:
            for text in texts:
                with suppress(OldhandError):
                    call(memory, "remember", {"text": text, **more})

    return bring


def _cli(**variables: str) -> Bring:
    def bring(project: Project, texts: Sequence[str]) -> None:
        for part in (
            [texts] if len(texts) > FEW else [[text] for text in texts]
        ):  # a bulk is taken in whole or not at all
            told = lines_of(part).encode()
            inside(project.root, project.home, "remember", "--jsonl", "-", stdin=told, **variables)

    return bring


def _python_agent(project: Project, texts: Sequence[str]) -> None:
    with patch.dict(os.environ, {"OLDHAND_HOME": str(project.home)}), OpenMemory(project.root) as memory:
        for text in texts:
            with suppress(OldhandError):
                memory.remember(text)


def _mcp(project: Project, texts: Sequence[str]) -> None:
    with mcp(project.root, project.home) as peer:
        for text in texts:
            peer.tool("remember", text=text)


def _http(project: Project, texts: Sequence[str]) -> None:
    with served(project.root, project.home) as peer:
        for text in texts:
            peer.run("remember", text=text)


def _kind(operation: str, argument: str) -> Bring:
    def bring(project: Project, texts: Sequence[str]) -> None:
        with _speaking(project, "agent") as memory:
            for text in texts:
                with suppress(OldhandError):
                    call(
                        memory,
                        operation,
                        {argument: text, **({"when": ["2099-01-01"]} if operation == "remind" else {})},
                    )

    return bring


def _revised(project: Project, texts: Sequence[str]) -> None:
    with _speaking(project, "agent") as memory:
        name = call(memory, "remember", {"text": "The shop's own words before they are revised."}).memories[0].id
        for text in texts:
            with suppress(OldhandError):
                call(memory, "revise", {"name": name, "text": text})


def _captured(project: Project, texts: Sequence[str]) -> None:
    with _speaking(project, "agent") as memory:
        for number, text in enumerate(texts):
            with suppress(OldhandError):
                call(memory, "capture", {"text": text, "session": f"s{number // 20}"})


def _document(project: Project, texts: Sequence[str]) -> None:
    """A document of the project that the person commits and reads in."""
    shown = [" ".join(text.split()) for text in texts if text.isprintable()]
    (project.root / "AGENTS.md").write_text("# Shop\n\n" + "\n".join(f"- {text}" for text in shown) + "\n", "utf-8")
    git = ("git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-C", str(project.root))
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "AGENTS.md"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "Instructions"], check=True)
    project.reopened()
    with _speaking(project, "user") as memory:
        call(memory, "init", {"no_history": True})


def _moved_in(name: str, write: Callable[[Path, Sequence[str]], Path], trust: str = "agent") -> Way:
    def bring(project: Project, texts: Sequence[str]) -> None:
        folder = project.root / "elsewhere"
        folder.mkdir(exist_ok=True)
        path = write(folder, texts)
        with _speaking(project, trust) as memory:
            call(memory, "import", {"file": str(path), "from": name, "yes": True, "part": "*"})

    return Way(f"import {name}" + (" by a person" if trust == "user" else ""), "web", bring, False)


def _written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8", "replace")
    return path


def _facts(folder: Path, texts: Sequence[str]) -> Path:
    return _written(folder / "facts.jsonl", lines_of(texts, kind="claim") + "\n")


def _server_memory(folder: Path, texts: Sequence[str]) -> Path:
    said = (
        {"type": "entity", "name": f"Note {number}", "entityType": "note", "observations": [text]}
        for number, text in enumerate(texts)
    )
    return _written(folder / "memory.jsonl", "\n".join(map(json.dumps, said)) + "\n")


def _mem0(folder: Path, texts: Sequence[str]) -> Path:
    said = {"results": [{"id": f"m{number}", "memory": text} for number, text in enumerate(texts)]}
    return _written(folder / "mem0.json", json.dumps(said))


def _beads(folder: Path, texts: Sequence[str]) -> Path:
    said = ({"_type": "memory", "key": f"k{number}", "value": text} for number, text in enumerate(texts))
    return _written(folder / "issues.jsonl", "\n".join(map(json.dumps, said)) + "\n")


def _lean_ctx(folder: Path, texts: Sequence[str]) -> Path:
    facts = [{"category": "finding", "key": f"k{number}", "value": text} for number, text in enumerate(texts)]
    return _written(folder / "knowledge.json", json.dumps({"project_hash": "0", "facts": facts}))


def _mnemo(folder: Path, texts: Sequence[str]) -> Path:
    nodes = folder / ".mnemo" / "nodes"
    nodes.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(texts):
        name = f"{number:08x}"
        _written(nodes / f"{name}.json", json.dumps({"addr": name, "type": "claim", "content": text, "meta": {}}))
    _written(folder / ".mnemo" / "active.json", json.dumps([f"{number:08x}" for number in range(len(texts))]))
    return folder / ".mnemo"


def _claude_memory(folder: Path, texts: Sequence[str]) -> Path:
    _written(folder / "MEMORY.md", "# Memory\n")
    for number, text in enumerate(texts):
        _written(folder / f"topic{number}.md", f"---\nname: topic {number}\ntype: feedback\n---\n{text}\n")
    return folder


def _basic_memory(folder: Path, texts: Sequence[str]) -> Path:
    notes = "\n".join(f"- [fact] {' '.join(text.split())} #note" for text in texts if text.isprintable())
    _written(
        folder / "note.md", f"---\ntitle: Note\ntype: note\npermalink: note\n---\n# Note\n\n## Observations\n{notes}\n"
    )
    return folder


def _agent_files(folder: Path, texts: Sequence[str]) -> Path:
    told = "\n".join(f"- {' '.join(text.split())}" for text in texts if text.isprintable())
    return _written(folder / "AGENTS.md", f"# Rules\n\n{told}\n")


def _claude_mem(folder: Path, texts: Sequence[str]) -> Path:
    path = folder / "claude-mem.db"
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path)
    with database:
        database.execute(
            "CREATE TABLE observations (id INTEGER PRIMARY KEY, project, type, title, text, created_at_epoch INTEGER)"
        )
        database.execute("CREATE TABLE sdk_sessions (id INTEGER PRIMARY KEY)")
        rows = [("shop", "discovery", f"Note {number}", text, 1_767_225_600_000) for number, text in enumerate(texts)]
        database.executemany(
            "INSERT INTO observations(project,type,title,text,created_at_epoch) VALUES(?,?,?,?,?)", rows
        )
    database.close()
    return path


def _native(project: Project, texts: Sequence[str]) -> None:
    """An export that another program wrote in our format and without our rules: events as they are."""
    root = project.root.parent / "theirs"
    if not root.exists():
        Project(root, project.home).memory.close()
    with Memory(root, project.home) as memory:
        with memory.writing() as transaction:
            for text in texts:
                with suppress(OldhandError):
                    body = kinds.body("claim", kinds.content("claim", {"text": text}), ())
                    revision = transaction.put(body)
                    fields = {"kind": "claim", "trust": "agent"}
                    transaction.emit("assert", memory_of_text(revision), "agent", "mcp", fields, revision)
        call(memory, "export", {"file": "export.jsonl", "yes": True})
    (project.root / "export.jsonl").write_bytes((root / "export.jsonl").read_bytes())
    with _speaking(project, "agent") as memory:
        call(memory, "import", {"file": "export.jsonl"})


FORMATS: Mapping[str, Callable[[Path, Sequence[str]], Path]] = {
    "server-memory": _server_memory, "mem0": _mem0, "beads": _beads, "lean-ctx": _lean_ctx, "mnemo": _mnemo,
    "claude-memory": _claude_memory, "basic-memory": _basic_memory, "agent-files": _agent_files,
    "claude-mem": _claude_mem, "facts": _facts,
}  # fmt: skip

UNTRUSTED = (
    Way("tool output", "tool", _one_by_one("agent", source="tool:linter")),
    Way("fetched page", "web", _one_by_one("agent", source="https://docs.example/page")),
    Way("fetched page by a person", "web", _one_by_one("user", source="https://docs.example/page")),
    *(_moved_in(name, write) for name, write in FORMATS.items()),
    *(_moved_in(name, FORMATS[name], "user") for name in ("mem0", "claude-memory", "facts")),
)
AGENTS = (
    Way("remember", "agent", _one_by_one("agent")),
    Way("command line of an agent", "agent", _cli(CLAUDECODE="1")),
    Way("Python", "agent", _python_agent),
    Way("MCP", "agent", _mcp),
    Way("HTTP", "agent", _http),
    Way("revise", "agent", _revised),
    Way("capture", "agent", _captured, False),
    Way("gotcha", "agent", _kind("gotcha", "text")),
    Way("convention", "agent", _kind("convention", "text")),
    Way("gap", "agent", _kind("gap", "text")),
    Way("ask", "agent", _kind("ask", "question")),
    Way("remind", "agent", _kind("remind", "text")),
    Way("import native", "agent", _native, False),
)
DOCUMENT = Way("document", "repo", _document, False)
PERSON = Way("command line of a person", "user", _cli())
