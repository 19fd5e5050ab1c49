"""What a document says against what a person said is contested, and no session opens with both."""

import subprocess
from pathlib import Path

import pytest

from tests.conftest import Project
from tests.governance.test_lineage import said

RULES = (
    ("Never deploy to production on Fridays.", "Deploy to production on Fridays."),
    ("Postgres listens on port 5432.", "Postgres listens on port 5433."),
    ("Миграции запускаются только вручную.", "Миграции не запускаются вручную."),
)


def git(folder: Path, *words: str) -> None:
    """Run git as somebody."""
    subprocess.run(
        ("git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-C", str(folder), *words), check=True
    )


@pytest.fixture
def shop(project: Project) -> Project:
    """A project in git, with one committed document."""
    git(project.root, "init", "-q")
    (project.root / ".git" / "info").mkdir(exist_ok=True)
    (project.root / ".git" / "info" / "exclude").write_text("/.oldhand/\n", "utf-8")
    instructs(project, "Always run `make lint` before committing a change.", name="CONTRIBUTING.md")
    committed(project)
    project.reopened()
    return project


def committed(project: Project) -> None:
    """Commit everything."""
    git(project.root, "add", "-A")
    git(project.root, "commit", "-qm", "All")


def instructs(project: Project, *rules: str, name: str = "AGENTS.md") -> None:
    """Write instructions beside memory, as any program can."""
    (project.root / name).write_text("# Rules\n\n" + "".join(f"{rule}\n\n" for rule in rules), "utf-8")


def told(project: Project) -> str:
    """What opens a session."""
    return "\n".join(project.call("brief", budget_tokens=2000).lines)


def held(project: Project, words: str) -> list[tuple[str, str]]:
    """(standing, trust) of the memories that end so."""
    found = project.call("active", limit=100).items
    return sorted((one.standing, one.trust) for one in found if one.text.endswith(words))


@pytest.mark.parametrize(("mine", "theirs"), RULES)
@pytest.mark.parametrize("commit", [False, True])
@pytest.mark.parametrize("first", ["person", "document"])
def test_a_person_is_not_told_beside_a_document_that_says_the_contrary(
    shop: Project, mine: str, theirs: str, commit: bool, first: str
) -> None:
    if first == "person":
        said(shop, mine)
    instructs(shop, theirs)
    if commit:
        committed(shop)
    shop.by_person("init", no_history=True)
    if first == "document":
        said(shop, mine)
        shop.by_person("init", no_history=True)
    assert any(theirs in one.text for one in shop.call("active", limit=100).items) or first == "document"
    opening = told(shop)
    assert mine.rstrip(".") in opening
    assert theirs.rstrip(".") not in opening.replace(mine.rstrip("."), "")
    assert "make lint" in opening, "the control: what contradicts nobody is told"


def test_they_are_contested_once_and_a_verdict_holds(shop: Project) -> None:
    mine = said(shop, "Never deploy to production on Fridays.")
    instructs(shop, "Deploy to production on Fridays.")
    shop.by_person("init", no_history=True)
    assert held(shop, "Deploy to production on Fridays.") == [("contested", "agent")]
    assert shop.call("review").by_cause["contradiction"] == 1
    (theirs,) = [one.id for one in shop.call("active", limit=100).items if one.text.startswith("Deploy to")]
    shop.by_person("review_accept", names=[f"{theirs}+{mine}"], holds=mine)
    shop.by_person("init", no_history=True)
    assert not held(shop, "Deploy to production on Fridays.")
    assert held(shop, "Never deploy to production on Fridays.") == [("active", "user")]
    assert not shop.call("review").by_cause.get("contradiction")


def test_documents_are_not_compared_with_each_other_nor_with_agents(shop: Project) -> None:
    shop.call("remember", text="Never deploy to production on Fridays.")
    instructs(shop, "Deploy to production on Fridays.", "Never deploy to production on Fridays, or so it says here.")
    shop.by_person("init", no_history=True)
    assert held(shop, "Deploy to production on Fridays.") == [("active", "agent")]


def test_what_is_not_committed_counts_as_an_agents_whoever_reads_it_in(shop: Project) -> None:
    instructs(shop, "Releases are cut on Mondays.")
    shop.by_person("init", no_history=True)
    assert held(shop, "Releases are cut on Mondays.") == [("active", "agent")]
    committed(shop)
    shop.by_person("init", no_history=True)
    assert held(shop, "Releases are cut on Mondays.") == [("active", "repo")]
    instructs(shop, "Releases are cut on Mondays.", "Hotfixes skip the review of others.")
    shop.by_person("init", no_history=True)
    assert held(shop, "Hotfixes skip the review of others.") == [("active", "agent")]
    assert held(shop, "Releases are cut on Mondays.") == [("active", "repo")], "what was committed stays so"


def test_an_uncommitted_change_of_a_record_stands_beside_what_was_committed(shop: Project) -> None:
    record = shop.root / "docs" / "adr" / "0001-store.md"
    record.parent.mkdir(parents=True)
    text = "# Store\n\n## Status\n\nAccepted\n\n## Context\n\nWe need a store.\n\n## Decision\n\nWe use {} for carts.\n"
    record.write_text(text.format("Redis"), "utf-8")
    committed(shop)
    shop.by_person("init", no_history=True)
    record.write_text(text.format("SQLite"), "utf-8")
    shop.by_person("init", no_history=True)
    (one,) = [one for one in shop.call("active", limit=100, kind="decision").items if "carts" in one.text]
    assert one.standing == "contested"
    committed(shop)
    shop.by_person("init", no_history=True)
    (one,) = [one for one in shop.call("active", limit=100, kind="decision").items if "carts" in one.text]
    assert (one.standing, one.trust, "SQLite" in one.text) == ("active", "repo", True)


@pytest.mark.parametrize(("mine", "theirs"), RULES)
def test_no_session_opens_with_both_whichever_way_they_came(project: Project, mine: str, theirs: str) -> None:
    other = "Carts are kept in Redis for a day."
    project.call("remember", jsonl=f'{{"text": "{theirs}", "priority": 90}}\n{{"text": "{other}"}}')
    project.by_person("remember", jsonl=f'{{"text": "{mine}"}}\n{{"text": "Prices are whole cents."}}')
    opening = told(project)
    assert mine.rstrip(".") in opening and other.rstrip(".") in opening
    assert theirs.rstrip(".") not in opening.replace(mine.rstrip("."), "")


def test_what_a_person_confirmed_is_as_good_as_said(project: Project) -> None:
    bulk = '{"text": "Never deploy to production on Fridays."}\n{"text": "Carts are kept in Redis for a day."}'
    name = project.call("remember", jsonl=bulk).memories[0].id
    project.by_person("confirm", name=name)
    project.call("remember", jsonl='{"text": "Deploy to production on Fridays."}\n{"text": "Prices are whole cents."}')
    assert "Never deploy to production on Fridays" in told(project)
    assert "Deploy to production on Fridays" not in told(project)
