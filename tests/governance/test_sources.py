"""Every claim that reaches a prompt resolves to a source; taking a source away reaches what came from it."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from oldhand.errors import OldhandError
from oldhand.memory import Memory
from oldhand.model.event import WORDING
from oldhand.operation import call
from oldhand.store.reader import Reader
from oldhand.surfaces.agent_text import rendered
from tests.conftest import Project
from tests.governance.test_lineage import made, said

NAMED = re.compile(r"\b[0-9a-f]{6}\b")
AGENTS = """# Shop

- Always run `make migrate` before committing a change of the schema.
- Never edit generated files in `src/gen`.
- Prices are kept in whole cents, never as floats.
"""


def git(folder: Path, *words: str) -> None:
    """Run git as somebody."""
    subprocess.run(
        ("git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-C", str(folder), *words), check=True
    )


@pytest.fixture
def learned(project: Project) -> Project:
    """A project that read its committed document in, with statements of others, and what was made of them."""
    (project.root / "AGENTS.md").write_text(AGENTS, "utf-8")
    git(project.root, "init", "-q")
    git(project.root, "add", "AGENTS.md")
    git(project.root, "commit", "-qm", "Instructions")
    project.reopened()
    with Memory(project.root, project.home, actor="user", trust="user", origin="cli") as memory:
        call(memory, "init", {"no_history": True})
    one, other = said(project, "Carts expire after a day."), said(project, "Carts are kept in Redis.", "agent")
    made(project, "Carts: in Redis, for a day.", [one, other])
    return project


def prompts(project: Project) -> dict[str, str]:
    """What agents get unasked and asked, by operation."""
    with Memory(project.root, project.home) as memory:
        asked: dict[str, dict[str, Any]] = {
            "brief": {"budget_tokens": 5000}, "active": {"limit": 50},
            "recall": {"cue": "carts prices files migrate", "limit": 50, "loose": True}, "look": {"place": "AGENTS.md"},
        }  # fmt: skip
        return {name: rendered(name, call(memory, name, arguments)) for name, arguments in asked.items()}


def unresolved(project: Project, text: str) -> list[str]:
    """The names in a prompt whose wording no event of the journal brought, or whose bytes are not there."""
    lost = []
    body = "\n".join(text.split("\n")[1:])
    with project.reopened().reading() as reader:
        for name in dict.fromkeys(NAMED.findall(body)):
            try:
                held = reader.get(reader.resolve(name))
            except OldhandError:
                continue  # six digits that are no name of ours
            if not all(_brought(reader, held.id, wording.revision) for wording in held.wordings):
                lost.append(name)
    return lost


def _brought(reader: Reader, memory: str, revision: str) -> bool:
    said = [event for _, event in reader.history(memory) if event.op in WORDING and event.revision == revision]
    return bool(said) and reader.intact(revision) is not None


def test_every_line_of_a_prompt_resolves_to_what_was_said(learned: Project) -> None:
    for name, text in prompts(learned).items():
        assert len(NAMED.findall(text)) >= 3, name
        assert not unresolved(learned, text), name


def test_provenance_of_every_memory_in_a_prompt_ends_at_leaves_with_an_actor_and_a_way(learned: Project) -> None:
    names = {name for text in prompts(learned).values() for name in NAMED.findall("\n".join(text.split("\n")[1:]))}
    for name in names:
        try:
            told = call(learned.reopened(), "provenance", {"name": name})
        except OldhandError:
            continue
        assert told.sources and any(source.leaf for source in told.sources)
        assert all(source.actor and source.origin and source.trust and source.at for source in told.sources)


def test_what_a_document_says_names_a_file_that_is_there_or_is_marked(learned: Project) -> None:
    def of_document() -> list[Any]:
        items = call(learned.reopened(), "active", {"limit": 50}).items
        return [item for item in items if item.origin == "repo:AGENTS.md"]

    found = of_document()
    assert len(found) == 3 and all(anchor.state == "holds" for item in found for anchor in item.anchors)
    (learned.root / "AGENTS.md").unlink()
    assert all(anchor.state != "holds" for item in of_document() for anchor in item.anchors)


def test_a_document_that_is_gone_takes_its_statements_along(learned: Project) -> None:
    (learned.root / "AGENTS.md").unlink()
    git(learned.root, "commit", "-qam", "Gone")
    with Memory(learned.root, learned.home, actor="user", trust="user", origin="cli") as memory:
        call(memory, "init", {"no_history": True})
    told = prompts(learned)
    assert all("generated files" not in text and "whole cents" not in text for text in told.values())
    assert "Carts" in told["brief"]  # the control: what did not come from it stays


def test_a_source_that_is_withdrawn_leaves_every_prompt_with_all_that_was_made_of_it(learned: Project) -> None:
    before = prompts(learned)
    assert any("in Redis, for a day" in text for text in before.values())
    with Memory(learned.root, learned.home, actor="carol", trust="user", origin="http") as memory:
        call(memory, "revoke", {"origin": "cli"})
        call(memory, "revoke", {"origin": "repo:AGENTS.md"})
    for text in prompts(learned).values():
        assert "Redis" not in text and "Carts" not in text and "whole cents" not in text
    with Memory(learned.root, learned.home, actor="user", trust="user", origin="cli") as memory:
        call(memory, "revoke", {"origin": "cli", "undo": True})
        call(memory, "revoke", {"origin": "repo:AGENTS.md", "undo": True})
    after = prompts(learned)
    assert [len(text.split("\n")) for text in after.values()] == [len(text.split("\n")) for text in before.values()]


def test_projections_are_rebuilt_from_what_is_kept_with_one_root(learned: Project) -> None:
    before, root = prompts(learned), learned.call("root").root
    done = learned.call("rebuild")
    assert done.root == root and prompts(learned) == before
    assert call(learned.reopened(), "verify", {}).sound


def test_control_a_wording_that_nobody_said_would_be_seen(learned: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    text = prompts(learned)["active"]
    whole = Reader.history
    monkeypatch.setattr(Reader, "history", lambda self, memory: whole(self, memory)[1:])
    assert unresolved(learned, text)
