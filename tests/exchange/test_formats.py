"""Which format a file or folder is of, told by what is in it, and what each reader makes of its own things."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from oldhand.exchange.foreign import Foreign, Item, Skipped, Tie
from oldhand.exchange.formats import FORMATS
from oldhand.knowledge.moving_sources import found_at, items, root_of
from tests.exchange.elsewhere import BEADS, LAYOUTS, SERVER_MEMORY, files, written


def read(path: Path, name: str, part: str = "*") -> list[Item]:
    """Everything at a path."""
    found = [one for one in found_at(path) if one.format == name]
    assert found, f"no {name} at {path}"
    return [item for one in found for item in items(one, root_of(path), part, path)]


def kinds(found: list[Item]) -> dict[str, str]:
    """The kinds of the memories by the first words of their texts."""
    return {item.text.split("\n")[0][:40]: item.kind for item in found if isinstance(item, Foreign)}


@pytest.mark.parametrize("name", list(LAYOUTS))
def test_a_format_is_told_by_what_is_there(tmp_path: Path, name: str) -> None:
    found = found_at(LAYOUTS[name](tmp_path))
    assert [one.format for one in found] == [name]
    assert all(isinstance(item, Foreign | Tie | Skipped) for item in read(found[0].path, name))


@pytest.mark.parametrize("name", list(LAYOUTS))
def test_every_item_says_where_it_is(tmp_path: Path, name: str) -> None:
    path = LAYOUTS[name](tmp_path)
    places = [item.place for item in read(path, name)]
    assert places and all(places) and not any(place.startswith("/") for place in places)
    assert len({item.place for item in read(path, name) if isinstance(item, Foreign)}) > 1


NOT_FOREIGN: dict[str, Callable[[Path], Path]] = {
    "our facts": lambda folder: written(folder / "a.jsonl", '{"text":"x","kind":"claim"}\n'),
    "plain text": lambda folder: written(folder / "a.txt", "Nothing in here\n"),
    "json of something": lambda folder: written(folder / "package.json", '{"name": "x", "version": "1"}'),
    "an empty file": lambda folder: written(folder / "a.jsonl", ""),
    "an empty folder": lambda folder: folder,
    "a list of numbers": lambda folder: written(folder / "a.json", "[1, 2, 3]"),
}


@pytest.mark.parametrize("case", NOT_FOREIGN)
def test_what_is_no_memory_of_theirs_is_told_as_none(tmp_path: Path, case: str) -> None:
    assert not [one for one in found_at(NOT_FOREIGN[case](tmp_path)) if one.format in FORMATS]


def test_a_project_may_hold_several(tmp_path: Path) -> None:
    for name in ("agent-files", "madr", "mnemo"):
        LAYOUTS[name](tmp_path)
    written(tmp_path / ".beads" / "issues.jsonl", "".join(json.dumps(one) + "\n" for one in BEADS))
    assert {one.format for one in found_at(tmp_path)} == {"agent-files", "madr", "mnemo", "beads"}


def test_kinds_and_domains_follow_what_they_are_there(tmp_path: Path) -> None:
    notes = kinds(read(LAYOUTS["basic-memory"](tmp_path / "b"), "basic-memory"))
    assert sorted(notes.values()) == ["claim", "claim", "claim", "decision", "gotcha"]
    assert next(kind for text, kind in notes.items() if "Токен" in text) == "gotcha"
    lean = kinds(read(LAYOUTS["lean-ctx"](tmp_path / "l"), "lean-ctx"))
    assert lean["The cache must be warmed before the firs"] == "gotcha"
    assert lean["Tests build their own data Examples: one"] == "convention"
    assert lean["The importer was rewritten in May"] == "summary"
    found = read(LAYOUTS["claude-memory"](tmp_path / "c"), "claude-memory")
    topics = [one for one in found if isinstance(one, Foreign)]
    deploys = next(one for one in topics if "Friday" in one.text)
    assert (deploys.kind, deploys.title, deploys.tags) == ("convention", "How deploys go", ("feedback",))


def test_checkboxes_and_links_are_no_observations(tmp_path: Path) -> None:
    note = (
        "---\ntitle: Zebra\npermalink: t\n---\n- [ ] open\n- [x] done\n- [name](http://x) link\n"
        "- [fact] A fact of the note\n"
        "```\n- [fact] in a fence\n```\n"
    )
    found = read(files(tmp_path, {"t.md": note}), "basic-memory")
    observed = [item for item in found if isinstance(item, Foreign) and item.tags == ("fact",)]
    assert [one.text for one in observed] == ["Zebra: A fact of the note"]


def test_rules_say_which_files_they_are_for(tmp_path: Path) -> None:
    found = read(LAYOUTS["agent-files"](tmp_path), "agent-files")
    assert any("src/api/**" in item.text for item in found if isinstance(item, Foreign))


def test_a_relation_with_a_like_of_ours_becomes_that_tie(tmp_path: Path) -> None:
    found = read(written(tmp_path / "m.jsonl", SERVER_MEMORY), "server-memory")
    assert [(item.source, item.relation, item.target) for item in found if isinstance(item, Tie)] == [
        ("Billing", "depends_on", "queue")
    ]


def test_times_are_read_however_they_are_written(tmp_path: Path) -> None:
    found = {item.id: item for item in read(LAYOUTS["mnemo"](tmp_path), "mnemo") if isinstance(item, Foreign)}
    assert found["aaaaaaaaaaaa"].created.startswith("2023-11-14T22:13:20")
    assert found["cccccccccccc"].created.startswith("2025-02-03T04:05:06")
    assert found["bbbbbbbbbbbb"].priority == 50 and found["cccccccccccc"].anchors == ("dep:lark",)
    mem = {
        item.title: item for item in read(LAYOUTS["claude-mem"](tmp_path), "claude-mem") if isinstance(item, Foreign)
    }
    assert mem["Retry loop ended"].created.startswith("2025-03-01T10:05:00")


def test_the_work_grows_with_the_length_of_a_text_and_not_with_its_shape(tmp_path: Path) -> None:
    """A megabyte of what could be the beginning of something, again and again."""
    shapes = ("<!--", "@a/", "[[", "- [", "- [[", "`", "---\n", "- " + " " * 500, "a/" * 40, "[x](", "@" * 50, "| ")
    for number, shape in enumerate(shapes):
        text = "---\ntitle: T\npermalink: t\n---\n" + shape * (200_000 // len(shape))
        started = time.process_time()
        for name, file in (("agent-files", "CLAUDE.md"), ("basic-memory", "note.md"), ("claude-memory", "MEMORY.md")):
            folder = tmp_path / f"{number}{name}"
            read(files(folder, {file: text}) / file, name)
        assert time.process_time() - started < 20, repr(shape)
