"""Bad input: what cannot be read is named, the rest is taken; nothing is half-written, followed out or waited for."""

import codecs
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import apsw
import pytest

from oldhand.errors import BadExport, OldhandError
from oldhand.memory import Memory
from tests.exchange.elsewhere import CLAUDE_MEM, LAYOUTS, SERVER_MEMORY, database, files, written
from tests.exchange.test_moving_in import bring, held, texts

DEEP = "[" * 100_000
GOOD = '{"type":"entity","name":"Good","observations":["This line is good"]}'


@pytest.fixture
def person(shelf: Callable[..., Memory]) -> Memory:
    """The memory of a person."""
    return shelf("project", "user")


def entity(number: int) -> str:
    """A line with one observation."""
    return json.dumps(
        {"type": "entity", "name": f"E{number}", "observations": [f"E{number} holds the number {number}"]}
    )


# -- lines -------------------------------------------------------------------------------------------

BROKEN: dict[str, tuple[bytes, str]] = {
    "half a line": (b'{"type":"entity","name":"Br', "no JSON"),
    "no object": (b"[1, 2]", "no JSON object"),
    "another thing": (b'{"type":"thing"}', "neither an entity nor a relation"),
    "no observations": (b'{"type":"entity","name":"x","observations":"text"}', "no list of observations"),
    "an observation that is none": (b'{"type":"entity","name":"x","observations":[7]}', "empty, or no text"),
    "a relation without an end": (b'{"type":"relation","from":"a","relationType":"b"}', "no ends"),
    "Latin-1": ('{"type":"entity","name":"\u00e4"}'.encode("latin-1"), "not written in UTF-8"),
    "cp1251": ("Привет, мир".encode("cp1251"), "not written in UTF-8"),
    "nested deeply": (DEEP.encode(), "nested too deeply|no JSON"),
    "NUL bytes": (b"\0\0\0{}", "no JSON"),
    "NUL alone": (b"\0" * 4096, "no JSON"),
    "half a surrogate": (b'{"type":"entity","name":"x","observations":["\\ud800 alone"]}', "surrogate"),
    "too long a text": (json.dumps({"type": "entity", "name": "x", "observations": ["x" * 70_000]}).encode(), "64 KiB"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_line_is_named_and_the_good_ones_come(person: Memory, tmp_path: Path, case: str) -> None:
    line, why = BROKEN[case]
    path = tmp_path / "memory.jsonl"
    path.write_bytes(GOOD.encode() + b"\n" + line + b"\n" + entity(2).encode() + b"\n")
    done = bring(person, path)
    assert (done.new, done.unreadable) == (2, 1)
    assert texts(person) == {"This line is good", "E2 holds the number 2"}
    named = [note for note in done.notes if note.startswith("memory.jsonl:2: ")]
    assert named and any(word in named[0] for word in why.split("|"))
    assert done.taken == ["memory.jsonl:1,3"]


def test_a_file_of_nothing_but_broken_lines_is_refused(person: Memory, tmp_path: Path) -> None:
    path = written(tmp_path / "memory.jsonl", "{\n" * 50)
    with pytest.raises(BadExport, match="nothing in it can be read"):
        bring(person, path, **{"from": "server-memory"})
    assert not held(person)


@pytest.mark.parametrize("encoded", [
    codecs.BOM_UTF8 + SERVER_MEMORY.encode(), SERVER_MEMORY.replace("\n", "\r\n").encode(),
    SERVER_MEMORY.rstrip("\n").encode(), ("\n\n" + SERVER_MEMORY.replace("\n", "\n \n")).encode(),
])  # fmt: skip
def test_marks_line_ends_and_blank_lines_do_not_matter(person: Memory, tmp_path: Path, encoded: bytes) -> None:
    path = tmp_path / "memory.jsonl"
    path.write_bytes(encoded)
    assert bring(person, path, **{"from": "server-memory"}).new == 5


def test_utf_16_lines_are_told_of(person: Memory, tmp_path: Path) -> None:
    path = tmp_path / "memory.jsonl"
    path.write_bytes(SERVER_MEMORY.encode("utf-16"))
    with pytest.raises(BadExport, match="save it as UTF-8"):
        bring(person, path, **{"from": "server-memory"})


def test_a_line_of_twenty_megabytes_is_passed_over(person: Memory, tmp_path: Path) -> None:
    path = tmp_path / "memory.jsonl"
    path.write_bytes(GOOD.encode() + b'\n{"x":"' + b"y" * (20 << 20) + b'"}\n' + entity(3).encode() + b"\n")
    done = bring(person, path)
    assert (done.new, done.unreadable) == (2, 1) and "longer than 16 MiB" in done.notes[0]


def test_a_large_json_file_is_read_element_by_element(person: Memory, tmp_path: Path) -> None:
    items = [{"id": f"i{number}", "memory": f"Fact number {number} of the export"} for number in range(300)]
    whole = json.dumps({"version": {"a": [1, [2]]}, "results": items, "after": 1}, indent=1)
    assert bring(person, written(tmp_path / "all.json", whole)).new == 300
    cut = written(tmp_path / "cut.json", whole[: whole.index('"i200"')].replace("Fact number", "Cut fact"))
    done = bring(person, cut)
    assert (
        done.new == 0 and done.changed == 200 and done.unreadable == 1 and "what follows was not read" in done.notes[0]
    )


@pytest.mark.parametrize(
    "text", ["", "{", "[", "[1", '{"results": [{"id": "a", "memory": ', "nonsense", DEEP, "[[[[", "\0"]
)
def test_a_broken_json_file_is_refused_whole(person: Memory, tmp_path: Path, text: str) -> None:
    for name, file in (("mem0", "all.json"), ("lean-ctx", "knowledge.json")):
        path = written(tmp_path / file, text)
        try:
            done = bring(person, path, **{"from": name})
            assert done.new == 0
        except BadExport as error:
            assert "can be read" in str(error)
    assert not held(person)


# -- dates, ties and succession ----------------------------------------------------------------------


def test_things_that_replace_one_another_in_a_circle_all_come(person: Memory, tmp_path: Path) -> None:
    lines = [{"type": "entity", "name": name, "observations": [f"{name} is one of three"]} for name in "ABC"]
    lines += [
        {"type": "relation", "from": one, "to": other, "relationType": "supersedes"}
        for one, other in (("A", "B"), ("B", "C"), ("C", "A"), ("A", "A"))
    ]  # fmt: skip
    path = written(tmp_path / "memory.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    done = bring(person, path)
    assert done.superseded == 2 and any("circle" in note for note in done.notes)
    assert "A is one of three" in texts(person, "active") and len(texts(person, "superseded")) == 2
    assert bring(person, path).events == 0


def test_a_circle_that_is_closed_over_two_imports_is_seen(person: Memory, tmp_path: Path) -> None:
    for number, (one, other) in enumerate((("A", "B"), ("B", "A"))):
        lines = [{"type": "entity", "name": name, "observations": [f"{name} is one of two"]} for name in "AB"]
        lines.append({"type": "relation", "from": one, "to": other, "relationType": "supersedes"})
        path = written(tmp_path / f"{number}.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
        assert bring(person, path).superseded == 1 - number
    assert "A is one of two" in texts(person, "active")


@pytest.mark.parametrize(("since", "until", "kept"), [
    ("2025-05-01T00:00:00Z", "2025-04-01T00:00:00Z", False), ("2025-05-01T00:00:00Z", "2025-06-01T00:00:00Z", True),
    ("2025-99-01", "2025-06-01T00:00:00Z", False), ("yesterday", "2025-06-01", False), ("12 weeks ago", "", False),
    ("٢٠٢٥-٠١-٠١", "", False), ("2025-01-01T99:00", "", False), ("0000-00-00", "", False),
])  # fmt: skip
def test_dates_that_run_backwards_or_are_none_are_left_away(
    person: Memory, tmp_path: Path, since: str, until: str, kept: bool
) -> None:
    fact = {
        "category": "a",
        "key": "k",
        "value": "A value",
        "created_at": "",
        "valid_from": since,
        "valid_until": until,
    }
    path = written(tmp_path / "knowledge.json", json.dumps({"project_hash": "x", "facts": [fact]}))
    assert bring(person, path, **{"from": "lean-ctx"}).new == 1
    assert (held(person)[0].valid_from is not None) == kept


def test_a_day_that_lies_ahead_is_no_day_something_was_made(person: Memory, tmp_path: Path) -> None:
    item = {"id": "1", "memory": "Made tomorrow", "created_at": "2999-01-01T00:00:00Z"}
    bring(person, written(tmp_path / "all.json", json.dumps([item])))
    assert held(person)[0].valid_from is None


# -- folders -----------------------------------------------------------------------------------------


def test_nothing_outside_the_folder_is_read(person: Memory, tmp_path: Path) -> None:
    secret = written(tmp_path / "outside" / "secret.md", "# Secret\n\nThe canary sings at midnight in the cellar.\n")
    away = files(tmp_path / "away", {"CLAUDE.md": "# A\n\nSee @../outside/secret.md and @link.md and @/etc/passwd\n"})
    (away / "link.md").symlink_to(secret)
    (away / "AGENTS.md").symlink_to(secret)
    (away / ".claude").symlink_to(secret.parent)
    (away / "loop").symlink_to(away)
    done = bring(person, away, **{"from": "agent-files"})
    assert not any("canary" in text for text in texts(person)) and done.unreadable == 1
    assert any("link out of the folder" in note for note in done.notes)
    (tmp_path / "inside").mkdir()  # the control: within one folder the same import is followed
    inside = files(
        tmp_path / "inside", {"CLAUDE.md": "# A\n\nSee @secret.md\n", "secret.md": secret.read_text("utf-8")}
    )
    bring(person, inside)
    assert any("canary" in text for text in texts(person))


def test_imports_of_instructions_go_four_deep_and_in_no_circle(person: Memory, tmp_path: Path) -> None:
    chain = {
        f"d{n}.md": f"# D{n}\n\nLevel {n} of the chain says its own number.\n\n@d{n + 1}.md\n" for n in range(1, 7)
    }
    chain |= {"CLAUDE.md": "# Top\n\n@d1.md\n@CLAUDE.md\n`@d6.md` someone@example.com @team\n\n```\n@d6.md\n```\n"}
    done = bring(person, files(tmp_path / "away", chain | {"d4.md": chain["d4.md"] + "@d1.md\n"}))
    assert {n for n in range(1, 7) if any(f"Level {n}" in text for text in texts(person))} == {1, 2, 3, 4}
    assert any("more than 4 imports deep" in note for note in done.notes)


def test_what_is_no_file_is_never_waited_for(person: Memory, tmp_path: Path) -> None:
    away = files(
        tmp_path / "away", {"memory/MEMORY.md": "# Memory\n\nThe staging database is wiped on Sunday nights.\n"}
    )
    os.mkfifo(away / "memory" / "pipe.md")
    (away / "memory" / "folder.md").mkdir()
    started = time.monotonic()
    done = bring(person, away / "memory")
    assert time.monotonic() - started < 20 and done.new == 1
    assert any("pipe.md: it is a named pipe, no regular file" in note for note in done.notes)


NOTES = {
    "binary.md": b"\x89PNG\0\0\0", "latin.md": "Gr\u00fc\u00dfe".encode("latin-1"), "huge.md": b"x " * (1 << 20),
    "empty.md": b"", "crlf.md": "\ufeff# Titel\r\n\r\nDie Datenbank lauscht auf dem Port 5433.\r\n".encode(),
    "wide.md": "# Wide\n\nПроект хранит даты в миллисекундах.\n".encode("utf-16"),
    "Привет.md": "# Привет\n\nИмена файлов бывают русскими.\n".encode(), "fence.md": b"```\nnever closed",
    "bad\u202ename.md": b"# Name\n\nThe name of this file turns around.\n",
}  # fmt: skip


def test_a_folder_of_all_kinds_of_files_gives_what_can_be_read(person: Memory, tmp_path: Path) -> None:
    away = files(tmp_path / "away", {"memory/MEMORY.md": "# Memory\n\nThe index itself says one thing.\n"})
    for name, raw in NOTES.items():
        (away / "memory" / name).write_bytes(raw)
    (away / "memory" / os.fsdecode(b"\xff\xfe.md")).write_bytes(b"A name that is no text.")
    done = bring(person, away / "memory")
    assert done.unreadable == 3 and {note.split(":")[0] for note in done.notes} >= {"binary.md", "latin.md", "huge.md"}
    said = " ".join(texts(person))
    assert all(word in said for word in ("5433", "миллисекундах", "русскими", "turns around", "no text"))
    assert all(head["origin"].isprintable() for one in held(person) for head in one.record["heads"])


# -- databases ---------------------------------------------------------------------------------------

HOSTILE = """
CREATE TABLE sdk_sessions (id INTEGER);
CREATE TABLE hidden (x TEXT);
INSERT INTO hidden VALUES ('canary');
CREATE VIEW observations AS SELECT 1 AS id, 'project' AS project, 'bugfix' AS type, x AS title, '' AS subtitle,
  x AS text, x AS narrative, '[]' AS facts, '[]' AS concepts, '[]' AS files_modified, '' AS created_at,
  0 AS created_at_epoch FROM hidden;
"""


def test_no_view_or_trigger_or_generated_column_of_a_database_runs(person: Memory, tmp_path: Path) -> None:
    with pytest.raises(BadExport, match="no memory of a known format"):
        bring(person, database(tmp_path / "view.db", HOSTILE))
    endless = CLAUDE_MEM.replace(
        "title TEXT,", "title TEXT GENERATED ALWAYS AS (hex(zeroblob(10000000)) || project) VIRTUAL,"
    ).split("CREATE VIRTUAL")[0]  # fmt: skip
    path = database(tmp_path / "generated.db", endless + """
        INSERT INTO observations(memory_session_id, project, type, narrative, created_at, created_at_epoch)
        VALUES ('m', 'project', 'bugfix', 'The loop counted upwards and never came to an end', '', 0);""")  # fmt: skip
    assert bring(person, path).new == 1


def test_a_database_that_is_something_else_is_named(person: Memory, tmp_path: Path) -> None:
    other = database(tmp_path / "other.db", "CREATE TABLE songs (title TEXT); INSERT INTO songs VALUES ('x')")
    text = written(tmp_path / "claude-mem.db", "This is no database at all.")
    for path in (other, text, person.project.store / "memory.db"):
        with pytest.raises(BadExport):
            bring(person, path, **{"from": "claude-mem"} if path == text else {})
    assert not held(person)


def test_a_damaged_database_costs_no_more_than_its_damaged_part(person: Memory, tmp_path: Path) -> None:
    path = database(tmp_path / "claude-mem.db", "BEGIN;" + CLAUDE_MEM + "".join(
        f"INSERT INTO observations(memory_session_id,project,type,title,narrative,created_at,created_at_epoch)"
        f" VALUES('m','project','change','Change {n}','{'words ' * 60}{n}','',{n});" for n in range(400)
    ) + "COMMIT;")  # fmt: skip
    raw = bytearray(path.read_bytes())
    before = bytes(raw)
    for page in range(12, len(raw) // 4096, 3):
        raw[page * 4096 : page * 4096 + 64] = os.urandom(64)
    path.write_bytes(raw)
    try:
        done = bring(person, path, **{"from": "claude-mem"})
        assert done.unreadable and done.new < 402
    except BadExport:
        pass  # nothing of it could be read
    path.write_bytes(before)
    assert bring(person, path).unreadable == 0 and len(held(person)) == 402


def test_reading_a_database_leaves_nothing_beside_it(person: Memory, tmp_path: Path) -> None:
    path = database(tmp_path / "away" / "claude-mem.db", CLAUDE_MEM)
    writer = apsw.Connection(str(path))  # the program is running, and its newest rows are in the log
    writer.execute("PRAGMA journal_mode=WAL").fetchall()
    writer.execute(
        "INSERT INTO observations(memory_session_id,project,type,title,narrative,created_at,created_at_epoch)"
        " VALUES('m1','project','change','Newest','The newest row is still in the log','',5)"
    ).fetchall()
    before = {one.name: one.read_bytes() for one in path.parent.iterdir() if not one.name.endswith("-shm")}
    done = bring(person, path)
    assert done.new == 3 and any("newest row" in text for text in texts(person))
    assert {one.name: one.read_bytes() for one in path.parent.iterdir() if not one.name.endswith("-shm")} == before
    writer.close()


def test_values_that_are_no_text_do_not_stop_a_database(person: Memory, tmp_path: Path) -> None:
    path = database(tmp_path / "claude-mem.db", CLAUDE_MEM + """
        UPDATE observations SET facts='{"a": 1}', concepts='not json', title=CAST(x'ff00fe41' AS TEXT) WHERE id=1;
        INSERT INTO observations
          VALUES(9,'m','project',NULL,7,x'00ff',3.5,'[[[',NULL,'[1,null,"x"]',NULL,'"f"',1,'x',-5);
        INSERT INTO observations VALUES(10,'m','project',NULL,'t',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,'x',9e15);
    """)  # fmt: skip
    done = bring(person, path)
    assert done.new + done.unreadable == 4 and done.new >= 2


def test_every_format_survives_noise(person: Memory, tmp_path: Path) -> None:
    """Each layout with bytes changed at random: an answer or a typed refusal, no crash."""
    chance = Random(7)
    for name, lay_out in LAYOUTS.items():
        path = lay_out(tmp_path / name)
        for file in sorted(one for one in (path.rglob("*") if path.is_dir() else [path]) if one.is_file()):
            raw = file.read_bytes()
            for _ in range(6):
                noisy = bytearray(raw)
                for _ in range(max(1, len(raw) // 200)):
                    noisy[chance.randrange(len(noisy))] = chance.randrange(256)
                file.write_bytes(noisy[: chance.randrange(1, len(noisy) + 1)])
                try:
                    bring(person, path, **{"from": name})
                except OldhandError:
                    pass  # refused, and said why
            file.write_bytes(raw)
        bring(person, path, **{"from": name})
    assert len(held(person)) > 30


STRANGE: tuple[Any, ...] = (
    None, True, -1, 0, 10**400, 1e308, "", "\0", "\ud800", "x" * 70_000, [], {}, [[]], {"a": {"b": [1]}}, [None] * 50,
    "2020-13-45", "9999-12-31", "2024-02-30T25:61:61+99:99", "../../etc/passwd", "\u202eevil", "\r\n# Heading\n", 2**70,
)  # fmt: skip


def strange(value: Any, chance: Random) -> Any:
    """A JSON value some parts of which are of another type, or hold what nobody expects there."""
    if chance.random() < 0.15:
        return chance.choice(STRANGE)
    if isinstance(value, dict):
        return {name: strange(one, chance) for name, one in value.items()}
    return [strange(one, chance) for one in value] if isinstance(value, list) else value


def test_every_format_survives_values_of_other_types(person: Memory, tmp_path: Path) -> None:
    """Whole JSON that holds what it should not: an answer or a typed refusal, never a crash."""
    chance, changed = Random(11), 0
    for name, lay_out in LAYOUTS.items():
        for turn in range(12):
            path = lay_out(tmp_path / f"{name}{turn}")
            for file in sorted(one for one in (path.rglob("*") if path.is_dir() else [path]) if one.is_file()):
                if file.suffix not in (".json", ".jsonl"):
                    continue
                lines = file.read_text("utf-8").splitlines() if file.suffix == ".jsonl" else [file.read_text("utf-8")]
                broken = [json.dumps(strange(json.loads(line), chance)) for line in lines if line.strip()]
                file.write_text("\n".join(broken) + "\n", "utf-8")
                changed += 1
            for dry_run in (True, False):
                try:
                    bring(person, path, **{"from": name, "dry_run": dry_run})
                except OldhandError:
                    pass  # refused, and said why
    assert changed > 60
