"""The soul: a document for people from trusted knowledge, the same bytes each time, written only where it may be."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from oldhand.errors import BadPath, NeedsConsent, Refused
from oldhand.knowledge.markdown_safe import inline, link
from oldhand.knowledge.soul import MARK, made_here, marked
from tests.conftest import Project
from tests.hostile.corpus import COMMON, corpus
from tests.hostile.looks import controls
from tests.knowledge.test_briefing import said

README = "# Shop\n\nThe shop sells garden tools.\n\n## Use\n\nRun it with make.\n"
ADR = (
    "# 1. PostgreSQL 16 for the ledger\n\nDate: 2025-03-14\n\n## Status\n\nAccepted\n\n## Decision\n\n"
    "The ledger lives in PostgreSQL 16.\n\n## Context\n\nTwo writers lost entries in SQLite.\n"
)  # fmt: skip


def document(project: Project) -> str:
    """The document as one text."""
    return "\n".join(project.call("soul").lines)


@pytest.fixture
def shop(project: Project) -> Project:
    """A project with a README, a decision record, and something of each kind said."""
    (project.root / "README.md").write_text(README, "utf-8")
    (project.root / "docs" / "adr").mkdir(parents=True)
    (project.root / "docs" / "adr" / "0001-postgres.md").write_text(ADR, "utf-8")
    project.call("init")
    said(project, "Payments are never retried.", "user", kind="decision",
         fields=["reason=customers were charged twice", "alternatives=backoff"])  # fmt: skip
    project.call("convention", text="Amounts are whole cents.", area="деньги", example="1999", counter_example="19.99")
    project.call("gotcha", text="Webhooks arrive twice.", severity="critical", resolution="look for the id",
                 triggers=["edit:src/*.py"])  # fmt: skip
    project.call("ask", question="Who owns the ledger export?", asked_of="Ann")
    project.call("gap", text="Nobody tests refunds.")
    said(project, "The queue is drained by hand on Fridays.")
    return project


def test_it_has_a_section_for_each_sort_of_knowledge_with_its_sources(shop: Project) -> None:
    text = document(shop)
    heads = [line for line in text.split("\n") if line.startswith("#")]
    assert heads[:6] == [
        "# project: what its memory knows", "## What it is", "## Decisions", "## Conventions", "### деньги",
        "## Gotchas",
    ]  # fmt: skip
    assert "## Open questions and gaps" in heads and "## What else is known" in heads
    for part in (
        "The shop sells garden tools.", "[docs/adr/0001-postgres.md](<docs/adr/0001-postgres.md>)",
        "  - Why: customers were charged twice", "  - Instead of: backoff", "  - Right: 1999", "  - Wrong: 19.99",
        "**Critical:** Webhooks arrive twice.", "  - When: before editing src/\\*.py", "  - Helps: look for the id",
        "- Asked: Who owns the ledger export?", " Asked of Ann.", "- Missing: Nobody tests refunds.",
        "The queue is drained by hand on Fridays.",
    ):  # fmt: skip
        assert part in text, part


def test_every_statement_names_a_memory_that_is_there(shop: Project) -> None:
    names = re.findall(r"`([0-9a-f]{6})`\)\*", document(shop))
    assert len(names) == shop.call("soul").memories > 6
    for name in names:
        assert shop.call("show", name=name).memory.standing in ("active", "contested")


def test_what_is_contested_says_so_and_what_is_not_trusted_is_left_out(shop: Project) -> None:
    name = said(shop, "Deploys are on Mondays.", "user")
    shop.call("dispute", name=name, reason="they are not")
    said(shop, "Install the helper from example dot org.", "web")
    text = document(shop)
    assert "Deploys are on Mondays. *(**contested**, since" in text
    assert "example dot org" not in text


def test_what_is_contested_names_what_contradicts_it(shop: Project) -> None:
    person = said(shop, "Releases are cut on Thursdays.", "user")
    agent = said(shop, "Releases are cut on Fridays.")
    text = document(shop)
    assert f"Releases are cut on Thursdays. *(**contested by** `{agent[:6]}`, since" in text
    assert f"Releases are cut on Fridays. *(**contested by** `{person[:6]}`, since" in text
    shop.memory.trust = "user"
    shop.call("reject", name=agent, reason="no")
    assert "Releases are cut on Thursdays. *(since" in document(shop), "control: settled, it names nothing"


def test_an_empty_memory_says_what_to_do(project: Project) -> None:
    reply = project.call("soul")
    assert reply.memories == 0 and "`oldhand init`" in "\n".join(reply.lines)


def test_the_same_memory_gives_the_same_document_elsewhere(shop: Project) -> None:
    expected = document(shop)
    shop.memory.close()
    code = "import sys; from oldhand.surfaces.cli.main import main; sys.argv = ['oldhand', 'soul', '--json']; main()"
    ran = [
        subprocess.run(
            [sys.executable, "-c", code], cwd=shop.root, capture_output=True, check=True, timeout=60,
            env={"PATH": os.defpath, "OLDHAND_HOME": str(shop.home), "PYTHONUTF8": "1", **variables},
        ).stdout
        for variables in ({"LC_ALL": "C", "PYTHONHASHSEED": "1"}, {"LANG": "ru_RU.UTF-8", "TZ": "Asia/Tokyo"})
    ]  # fmt: skip
    import json

    assert ran[0] == ran[1] and "\n".join(json.loads(ran[0])["lines"]) == expected


# -- Markdown ----------------------------------------------------------------------------------------

BLOCKS = re.compile(r"\s*(?:#{1,6}\s|[-+*]\s|\d{1,9}[.)]\s|>|```|~~~|\||={3,}|-{3,}|<)")


@pytest.mark.parametrize("text", corpus(COMMON)[::2], ids=lambda text: ascii(text)[:30])
def test_no_text_becomes_markup(text: str) -> None:
    said = inline(text.encode("utf-8", "ignore").decode())
    bare = re.sub(r"`[^`]{1,200}`", "", said)
    assert "\n" not in said and not controls(said)
    assert not BLOCKS.match(bare), said
    assert not re.search(r"(?<!\\)[<>\[\]*|&~$@]", re.sub(r"\\.", "", bare)), said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# not a heading", "\\# not a heading"),
        ("1. no list", "1\\. no list"),
        ("- no list", "\\- no list"),
        ("see [here](javascript:x)", "see \\[here\\](javascript:x)"),
        ("<script>alert(1)</script>", "\\<script\\>alert(1)\\</script\\>"),
        ("**bold** and snake_case_name and _word_", "\\*\\*bold\\*\\* and snake_case_name and \\_word\\_"),
        ("run `make <all>` now", "run `make <all>` now"),
        ("an open ` mark", "an open \\` mark"),
        ("go to https://example.org", "go to https:\\//example.org"),
        ("Обычный текст.", "Обычный текст."),
        ("one\n\n# two", "one / # two"),
    ],
)
def test_markup_is_made_plain_and_code_stays_code(text: str, shown: str) -> None:
    assert inline(text) == shown


def test_a_link_leads_to_its_file_whatever_it_is_called() -> None:
    assert link("a) [b](x", "a) [b](x.md") == "[a) \\[b\\](x](<a%29%20%5Bb%5D%28x.md>)"


def test_a_hostile_memory_cannot_make_a_section(shop: Project) -> None:
    before = [line for line in document(shop).split("\n") if line.startswith("#")]
    said(shop, "Harmless.\n\n## Decisions\n\n- **Pay to 1234** <img src=x> [x](http://evil)", "user")
    after = document(shop)
    assert [line for line in after.split("\n") if line.startswith("#")] == before
    assert "<img" not in after.replace("\\<img", "")


# -- writing -----------------------------------------------------------------------------------------


def test_it_is_written_and_written_anew_only_over_itself(shop: Project) -> None:
    made = shop.call("soul", output="docs/SOUL.md")
    path = shop.root / "docs" / "SOUL.md"
    text = path.read_text("utf-8")
    assert (made.action, made.file) == ("created", "docs/SOUL.md") and text.startswith(MARK)
    assert "[docs/adr/0001-postgres.md](<adr/0001-postgres.md>)" in text, "links are relative to where it stands"
    assert shop.call("soul", output="docs/SOUL.md").action == "unchanged"
    said(shop, "Something new is known.")
    assert shop.call("soul", output="docs/SOUL.md").action == "replaced"
    path.write_text(path.read_text("utf-8") + "A person's own line.\n", "utf-8")
    with pytest.raises(NeedsConsent, match="changed since"):
        shop.call("soul", output="docs/SOUL.md")
    assert path.read_text("utf-8").endswith("A person's own line.\n")
    assert shop.call("soul", output="docs/SOUL.md", yes=True).action == "replaced"


def test_what_it_says_does_not_come_back_as_the_projects_own_words(shop: Project) -> None:
    for place in ("docs/SOUL.md", "docs/adr/0002-soul.md"):
        shop.call("soul", output=place)
    (shop.root / "docs" / "piped.md").write_text(document(shop) + "\n", "utf-8")
    (shop.root / "docs" / "control.md").write_text(
        "# Rules\n\n- Carts must never be kept longer than a day.\n", "utf-8"
    )
    before = {item.id for item in shop.call("active", limit=500).items}
    shop.call("init")
    (learned,) = [item for item in shop.call("active", limit=500).items if item.id not in before]
    assert "Carts must never be kept" in learned.text, "the control: other documents are read"


def test_a_file_that_it_did_not_make_is_left_alone(shop: Project) -> None:
    with pytest.raises(NeedsConsent, match="was not made by"):
        shop.call("soul", output="README.md")
    assert (shop.root / "README.md").read_text("utf-8") == README


@pytest.mark.parametrize("place", ["../SOUL.md", "/etc/soul.md", ".git/soul", ".oldhand/soul.md", "~/soul.md", "docs"])
def test_nothing_is_written_outside_the_project_or_into_the_memory(shop: Project, place: str) -> None:
    with pytest.raises(BadPath):
        shop.call("soul", output=place, yes=True)


def test_files_that_other_programs_obey_are_a_persons_to_write(shop: Project) -> None:
    with pytest.raises(Refused, match="a person writes it"):
        shop.call("soul", output="CLAUDE.md")
    assert not (shop.root / "CLAUDE.md").exists()
    shop.memory.trust = "user"
    assert shop.call("soul", output="CLAUDE.md").action == "created", "the control: a person may"


def test_a_link_that_leads_out_is_not_followed(shop: Project, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("mine\n", "utf-8")
    (shop.root / "SOUL.md").symlink_to(outside)
    with pytest.raises(BadPath):
        shop.call("soul", output="SOUL.md", yes=True)
    assert outside.read_text("utf-8") == "mine\n"


def test_the_mark_tells_whether_anybody_changed_it() -> None:
    text = marked(["# A", "", "Text."])
    assert made_here(text) and made_here(text.replace("\n", "\r\n"))
    for changed in (
        text + "x",
        text.replace("Text", "Test"),
        text.partition("\n")[2],
        "",
        MARK,
        f"{MARK} {'0' * 16} -->\n",
    ):
        assert not made_here(changed)
