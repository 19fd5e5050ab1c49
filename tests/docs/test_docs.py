"""What the documents say is so: links lead somewhere, examples print what they show, promises name real tests."""

import re
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from oldhand.exchange import adr, markdown
from oldhand.operation import every
from oldhand.store.projection import statements
from tests.docs.console import Shell, matches, replayed, shown_in
from tests.docs.pages import DOCS, REPOSITORY, anchors, fences, links, pages, text_of, unresolved

_TEST_NAME = re.compile(r"`((?:tests|benchmarks)/[\w./-]+)(?:::(\w+))?`")
_TABLE = re.compile(r"CREATE (?:VIRTUAL )?TABLE (\w+)[^(]*\((.*?)\n\)", re.DOTALL)
_PRAGMA = re.compile(r"PRAGMA (\w+)=")


def names_of_tests(text: str) -> list[tuple[str, str]]:
    """(file, test or empty) of every test that a document names."""
    return _TEST_NAME.findall(text)


def missing_tests(text: str) -> list[str]:
    """The tests named in a document that do not exist."""
    found = []
    for file, test in names_of_tests(text):
        path = REPOSITORY / file
        if not path.exists():
            found.append(file)
        elif test and not re.search(rf"def {test}\b", text_of(path)):
            found.append(f"{file}::{test}")
    return found


@pytest.mark.parametrize("path", pages(), ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_every_link_leads_somewhere(path: Path) -> None:
    assert not unresolved(path, text_of(path))


def test_a_link_that_leads_nowhere_is_seen() -> None:
    text = "# A heading\n[a](nowhere.md) [b](#a-heading) [c](#another) ![d](x.svg) `[e](code)` [f](https://example.com)"
    assert unresolved(DOCS / "page.md", text) == [
        "page.md: nowhere.md is not there", "page.md: #another names no heading", "page.md: x.svg is not there",
    ]  # fmt: skip
    assert links("[a](b.md)\n```sh\n[x](y)\n```\n") == ["b.md"]
    assert anchors("## Reading it: `now`, twice\n## One\n## One\n") == {"reading-it-now-twice", "one", "one-1"}


@pytest.mark.parametrize("path", pages(), ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_every_test_that_a_document_names_exists(path: Path) -> None:
    assert not missing_tests(text_of(path))


def test_a_wrong_name_of_a_test_is_seen() -> None:
    here = "tests/docs/test_docs.py"
    assert not missing_tests(f"`{here}` and `{here}::test_a_wrong_name_of_a_test_is_seen`")
    assert missing_tests(f"`{here}::test_that_nobody_wrote`") == [f"{here}::test_that_nobody_wrote"]
    assert missing_tests("`tests/nowhere/test_nothing.py`") == ["tests/nowhere/test_nothing.py"]


def test_every_promise_names_its_proof_and_a_control() -> None:
    promises = text_of(DOCS / "PROMISES.md").split("\n## ")[1:]
    numbered = [promise for promise in promises if re.match(r"P\d ", promise)]
    assert [promise[:2] for promise in numbered] == [f"P{number}" for number in range(1, 9)]
    for promise in numbered:
        for label in ("**Fault model.**", "**Proof.**", "**Control.**"):
            assert label in promise, promise[:40]
        proof, _, control = promise.partition("**Control.**")
        assert names_of_tests(proof) and names_of_tests(control), promise[:40]


def test_every_operation_is_told_of_in_the_documents() -> None:
    said = "\n".join(text_of(path) for path in pages())
    assert not [one.name for one in every() if f"oldhand {' '.join(one.command)}" not in said]


CONSOLES = {
    path: [fence.text for fence in fences(text_of(path)) if fence.info == "console"]
    for path in pages() if path.name != "TOUR.md"
}  # fmt: skip


@pytest.mark.parametrize("path", [path for path, found in CONSOLES.items() if found], ids=lambda path: path.name)
def test_a_document_shows_what_its_commands_print(path: Path, tmp_path: Path) -> None:
    assert all(shown.command.startswith("oldhand") for text in CONSOLES[path] for shown in shown_in(text))
    wrong = replayed(Shell(tmp_path, "shop"), CONSOLES[path])
    assert not wrong, "\n\n".join(wrong)


def test_the_python_example_of_the_readme_runs(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.run("oldhand init --empty")
    example = next(fence.text for fence in fences(text_of(REPOSITORY / "README.md")) if fence.info == "python")
    code, printed = shell.run(f"python - <<'END'\n{example}END")
    assert (code, printed.endswith(" Deploys go to Frankfurt.\n")) == (0, True), printed


def test_day_one_leaves_the_project_as_it_was(tmp_path: Path) -> None:
    shell = Shell(tmp_path, "shop")
    shell.run("git add --all")
    before = shell.run("git status --porcelain --untracked-files=all; git ls-files --stage; cat */* */*/*")
    assert shell.run("oldhand init")[0] == 0
    assert shell.run("git status --porcelain --untracked-files=all; git ls-files --stage; cat */* */*/*") == before
    assert (shell.folder / ".oldhand").is_dir()


def test_an_output_that_differs_is_seen() -> None:
    assert matches("one ... three\n...\nlast", "one two three\nmore\nlines\nlast\n")
    assert not matches("one ... three", "one two four\n")
    assert not matches("one", "one\ntwo\n")
    assert not matches("one\n...\ntwo", "one\n")


def missing_columns(schema: str, document: str) -> list[str]:
    """The tables and columns of a schema that a document does not name."""
    missing = []
    for table, body in _TABLE.findall(schema):
        lines = [line.strip().split(" ") for line in body.split("\n")]
        columns = [words[0].strip(",") for words in lines if re.fullmatch(r"[a-z]\w*,?", words[0])]
        missing += [f"{table}.{name}" for name in [table, *columns] if f"`{name}`" not in document]
    return missing


@pytest.mark.parametrize("name", ["schema", "projections"])
def test_the_format_names_every_table_and_column(name: str) -> None:
    schema = statements(name).split("tokenize")[0] + "\n)"
    assert not missing_columns(schema, text_of(DOCS / "FORMAT.md"))


def test_a_column_that_the_format_leaves_out_is_seen() -> None:
    schema = "CREATE TABLE t (    -- x\n  a INTEGER PRIMARY KEY,\n  b TEXT NOT NULL\n) STRICT;"
    assert missing_columns(schema, "`t` `a`") == ["t.b"]


def test_the_format_gives_a_reason_for_every_setting() -> None:
    source = text_of(REPOSITORY / "src" / "oldhand" / "store" / "connection.py")
    settings = set(_PRAGMA.findall(source)) | set(re.findall(r'pragma\("(\w+)", ', source))
    said = text_of(DOCS / "FORMAT.md")
    assert settings >= {"synchronous", "secure_delete"}
    assert not [name for name in settings if not re.search(rf"`{name}[`=]", said)]


@pytest.mark.skipif(not (shutil.which("sqlite3") and shutil.which("sha256sum")), reason="needs sqlite3 and sha256sum")
def test_the_recipe_reads_a_store_without_us(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    for command in ("init --empty", 'remember "Deploys go to Frankfurt."', 'remember "Né à Köln" --key a/b --tag ci'):
        assert shell.run(f"oldhand {command}")[0] == 0
    recipe = text_of(DOCS / "FORMAT.md").partition("## Reading it without us")[2]
    current, wordings, journal = (shell.run(fence.text) for fence in fences(recipe) if fence.info == "sh")
    assert "|claim|active|Deploys go to Frankfurt.\n" in current[1] and "|claim|active|Né à Köln\n" in current[1]
    sums = [line.split() for line in wordings[1].splitlines() if " " in line]
    assert len(sums) == 2 and all(address == name for address, name in sums)
    lines = journal[1].splitlines()
    assert len(lines) == 2
    for line in lines:
        name, _, said = line.partition(" ")
        body = re.sub(r"SHA256\((.*?)\)(?=\",\"memory\")", lambda m: sha256(m[1].encode()).hexdigest(), said)
        assert sha256(body.encode()).hexdigest() == name


@pytest.mark.parametrize("path", sorted((DOCS / "decisions").glob("*.md")), ids=lambda path: path.name)
def test_our_own_reader_understands_a_decision(path: Path) -> None:
    record = adr.read_record(path.name, markdown.read(text_of(path)))
    assert record
    assert record.number == int(path.name[:4])
    assert record.status in ("accepted", "superseded")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", record.date)
    assert record.title and record.decision.text


def test_every_row_of_group_a_stands_in_the_features() -> None:
    rows = re.findall(r"^\| (A\d+) \|.*\| (done|in part|not yet) \|", text_of(DOCS / "FEATURES.md"), re.MULTILINE)
    assert [row for row, _ in rows] == [f"A{number}" for number in range(1, 13)]
