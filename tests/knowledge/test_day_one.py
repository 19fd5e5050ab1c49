"""Day one: a project's documents become attributed statements, whatever the documents hold."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oldhand.exchange.passages import LONGEST_TEXT
from oldhand.knowledge.day_one import MOST_STATEMENTS, Reading, read_project
from oldhand.knowledge.documents import MOST_BYTES, documents
from oldhand.knowledge.statements import Statement


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def reading(root: Path, files: dict[str, str | bytes], tracked: list[str] | None = None) -> Reading:
    return read_project(write(root, files), tracked, lambda done, total: None)


def said(found: Reading) -> list[str]:
    return [statement.text for statement in found.statements]


def only(found: Reading, fragment: str) -> Statement:
    [statement] = [s for s in found.statements if fragment in s.text]
    return statement


AGENTS = """# Working on the till

The till is a small accounting service written in Go.

## Commands

```bash
make test        # run the whole suite
make lint
# Start a local till
make run
```

## Testing

- Every bug fix comes with a test that failed before.
- Run one package with `go test ./ledger`.

## Safety

- Never edit files under `gen/`: they are rebuilt by `make gen`.
- Use the clock in `internal/clock`.

## Layout

- `cmd/` - the programs
- `ledger/` - postings and accounts
"""

RUSSIAN = """# Правила

## Стиль

- Пишите сообщения коммитов по-русски.
- Никогда не меняйте применённые миграции.
- Не используйте глобальные переменные в пакете `ledger`.

## Запуск

Чтобы запустить тесты:

```sh
make test
```
"""

README = """# Till

[![build](https://ci.example/b.svg)](https://ci.example)

Till keeps the books of a small shop and closes the day at midnight.

## Table of Contents

- [Usage](#usage)
- [License](#license)

## Usage

Start the till and open the drawer:

```console
$ till open --drawer 1
```

Receipts are printed in this order:

1. The shop header
2. The sold items
3. The sum

| Setting | Meaning | Default |
|---------|---------|---------|
| `TILL_PORT` | The port the till listens on | 8080 |

## License

This project is licensed under the MIT license, see LICENSE for the whole of it.
"""

ADR = """# 2. Close the day at midnight

Date: 2024-05-01

## Status

Superseded by [3](0003-close-by-hand.md)

## Decision

We will close the day at midnight, because nobody is in the shop then.

## Consequences

Sales after midnight belong to the next day.
"""

NEWER = """# 3. Close the day by hand

Date: 2025-06-01

## Status

Accepted

## Decision

We will let the last person close the day.
"""


def test_an_instructions_file_gives_conventions_gotchas_and_commands(tmp_path: Path) -> None:
    found = reading(tmp_path, {"AGENTS.md": AGENTS})
    assert only(found, "run the whole suite").text == "Commands: run the whole suite: `make test`"
    assert "Commands: Start a local till: `make run`" in said(found)
    rule = only(found, "Every bug fix")
    assert (rule.kind, rule.domain, rule.title) == ("convention", "patterns", "Testing")
    assert (rule.path, rule.line_start, rule.line_end) == ("AGENTS.md", 16, 16)
    gotcha = only(found, "gen/")
    assert gotcha.kind == "gotcha"
    assert gotcha.text == "Safety: Never edit files under `gen/`: they are rebuilt by `make gen`."
    assert only(found, "small accounting service").kind == "claim"
    assert only(found, "postings and accounts").kind == "claim"


def test_a_rule_under_a_heading_that_forbids_is_a_gotcha(tmp_path: Path) -> None:
    found = reading(tmp_path, {"AGENTS.md": "# Rules\n\n## Do not\n\n- Skip the pre-commit hooks.\n"})
    [statement] = found.statements
    assert (statement.kind, statement.text) == ("gotcha", "Do not: Skip the pre-commit hooks.")


def test_commands_between_list_items_stay_with_their_item(tmp_path: Path) -> None:
    text = "# Work\n\n## Release\n\n- Build the package:\n  ```sh\n  make dist\n  ```\n- Tell the shop.\n"
    assert "Release: Build the package: `make dist`" in said(reading(tmp_path, {"AGENTS.md": text}))


def test_russian_instructions_are_understood(tmp_path: Path) -> None:
    found = reading(tmp_path, {"CLAUDE.md": RUSSIAN})
    assert only(found, "коммитов").kind == "convention"
    assert only(found, "миграции").kind == "gotcha"
    assert only(found, "глобальные").kind == "gotcha"
    assert only(found, "make test").text == "Запуск: Чтобы запустить тесты: `make test`"


def test_a_readme_gives_claims_without_badges_contents_and_licence(tmp_path: Path) -> None:
    found = reading(tmp_path, {"README.md": README})
    assert said(found) == [
        "Till keeps the books of a small shop and closes the day at midnight.",
        "Usage: Start the till and open the drawer: `till open --drawer 1`",
        "Till, Usage: Receipts are printed in this order: 1) The shop header; 2) The sold items; 3) The sum.",
        "Usage: `TILL_PORT`: The port the till listens on; Default: 8080",
    ]
    assert {statement.kind for statement in found.statements} == {"claim"}


def test_a_superseded_record_is_marked_and_named_by_its_successor(tmp_path: Path) -> None:
    found = reading(tmp_path, {"docs/adr/0002-midnight.md": ADR, "docs/adr/0003-close-by-hand.md": NEWER})
    older = only(found, "We will close the day at midnight")
    newer = only(found, "last person")
    assert (older.kind, older.status, older.date) == ("decision", "superseded", "2024-05-01")
    assert older.key == "adr/docs/adr/0002-midnight"
    assert (newer.status, newer.supersedes) == ("accepted", (older.key,))
    consequence = only(found, "Sales after midnight")
    assert (consequence.kind, consequence.domain, consequence.key) == ("claim", "decisions", "")
    assert consequence.text.startswith("Superseded decision 'Close the day at midnight', consequences: ")


def test_undecided_records_say_so_in_their_text(tmp_path: Path) -> None:
    text = "# Sell online\n\nStatus: {}\n\n## Decision\n\nWe will sell online.\n"
    files: dict[str, str | bytes] = {
        "adr/0001-a.md": text.format("rejected"),
        "adr/0002-b.md": text.format("proposed") + "\nSoon.\n",
    }
    assert [text.split(":")[0] for text in said(reading(tmp_path, files))] == ["Rejected", "Proposed"]


def test_records_are_found_in_folders_of_any_name_and_depth(tmp_path: Path) -> None:
    # fmt: off
    names = [
        "adr/0001-a.md", "docs/decisions/0001-b.md", "x/y/architecture-decision-records/z/c.md",
        "docs/architecture/adr-004-d.md", "docs/dev/decision-records/2024-01-02-e/README.md",
    ]
    # fmt: on
    files: dict[str, str | bytes] = {n: NEWER.replace("Close", f"Close {i}") for i, n in enumerate(names)}
    found = reading(tmp_path, files)
    assert sorted(s.key for s in found.statements if s.key) == sorted("adr/" + n.removesuffix(".md") for n in names)


def test_a_page_beside_the_records_is_read_as_prose(tmp_path: Path) -> None:
    found = reading(
        tmp_path, {"docs/adr/README.md": "# Records\n\nWe write a record for every change that costs a day.\n"}
    )
    [statement] = found.statements
    assert (statement.kind, statement.key) == ("claim", "")


def test_an_index_of_records_is_neither_a_decision_nor_a_statement(tmp_path: Path) -> None:
    index = "# Decision records\n\n- [2. Midnight](0002-midnight.md)\n- [3. By hand](0003-close-by-hand.md)\n"
    found = reading(tmp_path, {"docs/adr/README.md": index, "docs/adr/overview.md": index + "\n"})
    assert found.statements == []
    assert found.files == ["docs/adr/overview.md", "docs/adr/README.md"]


def test_documents_come_in_order_and_skip_what_is_not_prose(tmp_path: Path) -> None:
    # fmt: off
    names = [
        "docs/guide.md", "README.md", "CLAUDE.md", "CONTRIBUTING.md", "docs/adr/0001-x.md", "CHANGELOG.md",
        "LICENSE.md", "CODE_OF_CONDUCT.md", ".github/ISSUE_TEMPLATE/bug.md", ".github/copilot-instructions.md",
        "vendor/x/README.md", "node_modules/y/README.md", ".cursor/rules/go.mdc", ".hidden/README.md",
        "src/notes.md", "pkg/README.md", "docs/adr/template.md", "main.go",
    ]
    # fmt: on
    write(tmp_path, dict.fromkeys(names, "Text that is long enough to be read by somebody.\n"))
    # fmt: off
    expected = [
        "CLAUDE.md", ".github/copilot-instructions.md", ".cursor/rules/go.mdc", "README.md", "CONTRIBUTING.md",
        "docs/adr/0001-x.md", "docs/guide.md", "pkg/README.md",
    ]
    # fmt: on
    assert documents(tmp_path, None) == expected
    assert documents(tmp_path, names) == expected
    assert documents(tmp_path, ["README.md", "docs/guide.md"]) == ["README.md", "docs/guide.md"]


def test_nested_instructions_name_their_folder_and_rules_their_files(tmp_path: Path) -> None:
    rule = "---\nglobs: '**/*.sql'\n---\n- Write keywords in lower case.\n"
    found = reading(tmp_path, {"pkg/AGENTS.md": "- Always wrap errors here.\n", ".cursor/rules/sql.mdc": rule})
    assert said(found) == ["`pkg`: Always wrap errors here.", "`**/*.sql`: Write keywords in lower case."]


def test_a_warning_in_the_docs_is_a_gotcha(tmp_path: Path) -> None:
    text = (
        "# Backup\n\n:::warning\nA backup taken during closing lacks the last receipts.\n:::\n\n"
        "Backups are kept for a year.\n"
    )
    found = reading(tmp_path, {"docs/backup.md": text})
    assert [s.kind for s in found.statements] == ["gotcha", "claim"]


def test_what_is_left_out_has_a_reason(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    project = tmp_path / "project"
    secret = write(tmp_path / "elsewhere", {"README.md": "Words of another project altogether."})
    write(
        project,
        {
            "docs/big.md": b"x" * (MOST_BYTES + 1),
            "docs/nul.md": b"a\0b",
            "docs/latin.md": b"caf\xe9 is closed on Sundays",
            "docs/empty.md": "\n",
            "docs/same.md": README,
            "README.md": README,
            "docs/made.md": "<!-- generated by x -->\n# A\n",
            "README.fr.md": "# La caisse\n\nElle ferme a minuit tous les jours de la semaine.\n",
        },
    )
    os.symlink(secret, project / "docs" / "linked")
    os.symlink(secret / "README.md", project / "docs" / "out.md")
    os.mkfifo(project / "docs" / "pipe.md")
    found = read_project(project, None, lambda done, total: None)
    reasons = dict(found.left_out)
    assert reasons == {
        "docs/big.md": "larger than 512 KiB",
        "docs/nul.md": "not text",
        "docs/latin.md": "not UTF-8",
        "docs/empty.md": "empty",
        "docs/same.md": "the same text as README.md",
        "docs/made.md": "generated",
        "docs/out.md": "a link out of the project",
        "docs/pipe.md": "not a regular file",
        "README.fr.md": "a translation of readme.md",
    }
    assert found.files == ["README.md"]


def test_a_list_of_files_that_lies_does_no_harm(tmp_path: Path) -> None:
    write(tmp_path, {"README.md": "The till is a small accounting service."})
    found = reading(
        tmp_path / "in", {"AGENTS.md": "- Keep it small.\n"}, ["../README.md", "/README.md", "README.md", "AGENTS.md"]
    )
    assert found.files == ["AGENTS.md"]
    assert found.left_out == [("README.md", "not there")]
    assert read_project(tmp_path / "nowhere", None, lambda done, total: None).statements == []


def test_a_long_document_keeps_its_first_statements_and_says_so(tmp_path: Path) -> None:
    text = "\n\n".join(f"The shelf number {n} holds a thing of its own kind." for n in range(MOST_STATEMENTS + 5))
    found = reading(tmp_path, {"docs/shelves.md": text})
    assert len(found.statements) == MOST_STATEMENTS
    assert found.left_out == [
        ("docs/shelves.md", f"its first {MOST_STATEMENTS} of {MOST_STATEMENTS + 5} statements were kept")
    ]


def test_progress_is_told_after_every_document(tmp_path: Path) -> None:
    write(tmp_path, {"README.md": README, "AGENTS.md": AGENTS})
    told: list[tuple[int, int]] = []
    read_project(tmp_path, None, lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


def test_the_same_files_give_the_same_statements(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"README.md": README, "AGENTS.md": AGENTS, "CLAUDE.md": RUSSIAN, "adr/2.md": ADR}
    assert reading(tmp_path / "a", files) == reading(tmp_path / "b", dict(reversed(files.items())))


# fmt: off
PIECES = [
    "# ", "## Decision\n", "## Status\n", "Superseded by ADR-", "0001", "---\n", "```", "```bash\n$ make x\n",
    "- ", "  ", "\n", "\n\n", "| a | b |\n|---|---|\n", "<table>", "<!--", "-->", "**", "`", "[", "](", "x)",
    "word ", "Слово ", "1. ", "> [!WARNING]\n", ":::", "because ", 'Chosen option: "x", ', "Date: 1/2/2020\n",
    "\x01", "\u2028", "\u202e", "😀", "<details><summary>", "\t", "status: {a|b}",
]
# fmt: on


@given(st.lists(st.sampled_from(PIECES), max_size=80), st.binary(max_size=40))
@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_a_document_holds_stops_the_reading(tmp_path: Path, pieces: list[str], raw: bytes) -> None:
    text = "".join(pieces)
    files: dict[str, str | bytes] = {
        "AGENTS.md": text,
        "docs/adr/0001-x.md": text + "\n",
        "docs/x.md": text + "\n\n",
        "docs/adr/0002-y.md": raw,
    }
    found = reading(tmp_path, files)
    assert not [reason for _, reason in found.left_out if reason.startswith("could not be read")]
    for statement in found.statements:
        assert 0 < len(statement.text) <= LONGEST_TEXT
        assert "\n" not in statement.text
        assert 1 <= statement.line_start <= statement.line_end


@pytest.mark.parametrize(
    "unit",
    [
        "[",
        "**a ",
        "- a\n  ",
        "> ",
        "|a|b|\n|--|--|\n",
        "# h\ntext is here\n",
        "$ ls\n",
        "We supersede ADR-1 and x\n",
        "word word. ",
        "a: ",
    ],
)
def test_time_grows_with_length(tmp_path: Path, unit: str) -> None:
    def seconds(size: int) -> float:
        text = "# T\n\n## Decision\n\n" + unit * (size // len(unit))
        write(tmp_path, {"docs/adr/0001-x.md": text, "AGENTS.md": text + "\n"})
        start = time.perf_counter()
        read_project(tmp_path, None, lambda done, total: None)
        return time.perf_counter() - start

    assert seconds(400_000) < 12 * seconds(100_000) + 0.3  # four times the text; the rest is room for a busy machine
