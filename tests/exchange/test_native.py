"""The native export: everything there and back, byte for byte."""

import json
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings

from oldhand.errors import NeedsConsent, OldhandError
from oldhand.memory import Memory
from oldhand.operation import call
from tests.exchange.exports import Export, export, made, sound, state, take
from tests.exchange.histories import play, steps


@given(history=steps)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_history_comes_back_byte_for_byte(history: list[tuple[str, int, int, str]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        here, there = made(folder, "here"), made(folder, "there")
        play(here, history)
        text = export(here)
        imported = take(there, folder, text)
        assert export(there) == text
        assert imported.restored and imported.events == len(Export(text).of("event"))
        again = take(there, folder, text)
        assert (again.new, again.changed, again.contested, again.events) == (0, 0, 0, 0)
        assert export(there) == text and state(here) == state(there)
        assert sound(here, there)


@given(history=steps, other=steps)
@example(  # the same words are erased there with their memory, and alive here in another one
    history=[("remember", 0, 0, "Postgres listens on 5433")],
    other=[("slot", 0, 0, "Postgres listens on 5433"), ("erase", 0, 0, "")],
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_two_histories_merged_either_way_are_one(
    history: list[tuple[str, int, int, str]], other: list[tuple[str, int, int, str]]
) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        one, two = made(folder, "one"), made(folder, "two")
        play(one, history)
        play(two, other)
        texts = export(one), export(two)
        roots = [take(one, folder, texts[1]).root, take(two, folder, texts[0]).root]
        assert roots[0] == roots[1] and state(one) == state(two)
        third = made(folder, "third")
        assert take(third, folder, export(one)).root == roots[0]
        assert sound(one, two, third)


def test_the_same_store_always_gives_the_same_bytes(full: Memory) -> None:
    assert export(full) == export(full)


def test_a_copy_recalls_at_every_recorded_root_what_the_original_does(full: Memory, shelf: Any, tmp_path: Path) -> None:
    copy = shelf("copy")
    take(copy, tmp_path, export(full))
    with full.reading() as reader:
        roots = reader.roots()
    assert len(roots) > 5
    for root in roots:
        asked = {"cue": "deploy/host", "as_of": root.root.hex()}
        assert call(full, "recall", asked) == call(copy, "recall", asked)


def test_the_address_of_an_object_is_the_digest_of_its_body_as_it_stands_in_the_line(full: Memory) -> None:
    lines = [line for line in export(full).split("\n") if line.startswith('{"address"') and '"body":' in line]
    for line in lines:
        body = line.partition('"body":')[2].removesuffix(',"type":"object"}')
        assert sha256(body.encode()).hexdigest() == json.loads(line)["address"]
    assert len(lines) == 3


def test_every_line_is_canonical_for_another_library_too(full: Memory) -> None:
    rfc8785 = pytest.importorskip("rfc8785")
    for line in export(full).split("\n")[:-1]:
        if "файл" not in line:
            assert rfc8785.dumps(json.loads(line)) == line.encode()


def test_an_erased_memory_leaves_its_tombstone_and_not_a_word(full: Memory, shelf: Any, tmp_path: Path) -> None:
    text = export(full)
    assert "Всё остальное" not in text and '"erased":' in text
    copy = shelf("copy")
    take(copy, tmp_path, text)
    assert sorted(standing for standing, _ in state(copy).values()) == ["active", "contested", "erased"]


def test_a_changed_copy_goes_on_from_where_the_original_was(full: Memory, shelf: Any, tmp_path: Path) -> None:
    copy = shelf("copy")
    take(copy, tmp_path, export(full))
    call(copy, "remember", {"text": "Said in the copy"})
    back = take(full, tmp_path, export(copy))
    assert (back.new, back.events, back.same) == (1, 1, 3)
    with full.reading() as one, copy.reading() as other:
        assert one.root().root == other.root().root


def test_a_file_is_replaced_only_with_consent_and_belongs_to_the_person(full: Memory, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    first = call(full, "export", {"file": str(file)})
    assert file.stat().st_mode & 0o777 == 0o600 and file.stat().st_size == first.bytes
    assert file.read_text(encoding="utf-8") == export(full) and first.text == ""
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(NeedsConsent):
        call(full, "export", {"file": str(file)})
    assert file.read_text(encoding="utf-8") == "mine"
    assert call(full, "export", {"file": str(file), "yes": True}).sha256 == first.sha256
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full", "home", "out.jsonl"]


def test_a_damaged_store_gives_no_export_and_the_old_file_stays(shelf: Any, tmp_path: Path) -> None:
    import apsw

    memory = made(tmp_path, "damaged")
    call(memory, "remember", {"text": "Postgres listens on 5433"})
    file = tmp_path / "out.jsonl"
    call(memory, "export", {"file": str(file)})
    before = file.read_bytes()
    memory.close()
    broken = apsw.Connection(str(memory.project.store / "memory.db"))
    broken.execute("UPDATE objects SET body=CAST('{}' AS BLOB)").fetchall()
    broken.close()
    with pytest.raises(OldhandError, match="no longer match"):
        call(memory, "export", {"file": str(file), "yes": True})
    assert file.read_bytes() == before and not [path for path in tmp_path.iterdir() if "writing" in path.name]


def test_an_agent_reads_and_writes_exports_inside_the_project_only(shelf: Any, tmp_path: Path) -> None:
    agent = shelf("agent", "agent")
    call(agent, "remember", {"text": "Said by an agent"})
    for name in ("export", "import"):
        with pytest.raises(OldhandError, match="outside the project"):
            call(agent, name, {"file": str(tmp_path / "elsewhere.jsonl")})
    assert call(agent, "export", {"file": "inside.jsonl"}).path == str(agent.project.root / "inside.jsonl")
