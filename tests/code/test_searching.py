"""Searching files: what is found, in which order, and in time that no pattern makes explode."""

import builtins
import random
import time
from pathlib import Path
from typing import Any

import pytest

from oldhand.code import searching
from oldhand.code.intent import intent_of
from oldhand.code.searching import Found, search
from oldhand.errors import BadPattern, MissingExtra

SOON = 0.5  # seconds: what a pattern that explodes elsewhere may take
FILES = {
    "src/pay.py": b"# charge: see docs\nclass Gateway:\n    def charge(self, cart):\n        return api.charge(cart)\n",
    "tests/test_pay.py": b"def test_charge():\n    assert Gateway().charge(1)\n",
    "docs/pay.md": b"# Pay\n\nA charge is never retried.\n",
    "src/pay.go": b"func (g *Gateway) charge(c Cart) error {\n\treturn charge(c)\n}\n",
    "src/app.ts": b"export const charge = (c) => pay(c)\nclass A {\n  charge(c) {\n    if (charge(c)) {\n",
    "src/lib.rs": b"pub fn charge() {}\n// charge here\nlet mut charge = 1;\n",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Some files that speak of the same thing in different ways."""
    write(tmp_path, FILES)
    return tmp_path


def write(folder: Path, files: dict[str, bytes]) -> None:
    """Make files by name."""
    for name, raw in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(raw)


def places(found: Found) -> list[tuple[str, int, str]]:
    """Where something was found and what the line does."""
    return [(hit.path, hit.line, hit.intent) for hit in found.hits]


def test_definitions_come_before_uses_tests_comments_and_documents(tree: Path) -> None:
    found = search(tree, sorted(FILES), "charge")
    assert [hit.intent for hit in found.hits] == sorted(
        (hit.intent for hit in found.hits), key=["definition", "use", "test", "comment", "docs"].index
    )
    assert {place for place in places(found) if place[2] == "definition"} == {
        ("src/pay.py", 3, "definition"), ("src/pay.go", 1, "definition"), ("src/app.ts", 1, "definition"),
        ("src/app.ts", 3, "definition"), ("src/lib.rs", 1, "definition"), ("src/lib.rs", 3, "definition"),
    }  # fmt: skip
    assert ("src/pay.py", 1, "comment") in places(found) and ("src/lib.rs", 2, "comment") in places(found)
    assert ("src/app.ts", 4, "use") in places(found) and ("docs/pay.md", 3, "docs") in places(found)
    assert found.total == len(found.hits) and len(found.files) == len(FILES) and found.searched == len(FILES)


@pytest.mark.parametrize(
    ("line", "name", "language", "intent"),
    [
        ("class Cart(Base):", "Cart", "python", "definition"), ("x = Cart()", "Cart", "python", "use"),
        ("LIMIT = 5", "LIMIT", "python", "definition"), ("LIMIT: int = 5", "LIMIT", "python", "definition"),
        ("    LIMIT = 5", "LIMIT", "python", "use"), ("LIMIT == 5", "LIMIT", "python", "use"),
        ("    def self.find(id)", "find", "ruby", "definition"), ("#define LIMIT 5", "LIMIT", "c", "definition"),
        ("static int find(int a) {", "find", "c", "definition"), ("  if (find(a)) {", "find", "c", "use"),
        ("  return find(a) {", "find", "c", "use"), ("CREATE TABLE cart (", "cart", "sql", "definition"),
        ("-- cart is old", "cart", "sql", "comment"), ('url = "https://cart"', "cart", "python", "use"),
        ('color = "# cart"', "cart", "python", "use"), ("x = 1  # cart", "cart", "python", "comment"),
        ("/* cart */", "cart", "java", "comment"), ("public void cart() {", "cart", "java", "definition"),
        ("defcart = 1", "cart", "python", "use"), ("def cartoon():", "cart", "python", "use"),
        ("fn корзина() {", "корзина", "rust", "definition"), ("plain words", "words", "", "use"),
    ],
)  # fmt: skip
def test_a_line_is_told_by_what_it_does(line: str, name: str, language: str, intent: str) -> None:
    start = line.index(name)
    assert intent_of(line, start, start + len(name), "code", language) == intent


def test_a_literal_is_taken_as_it_stands_and_an_expression_as_one(tree: Path) -> None:
    write(tree, {"x.txt": b"a.c\nabc\n"})
    assert [hit.line for hit in search(tree, ["x.txt"], "a.c").hits] == [1]
    assert [hit.line for hit in search(tree, ["x.txt"], "a.c", regex=True).hits] == [1, 2]
    assert [hit.line for hit in search(tree, ["x.txt"], "^abc$", regex=True).hits] == [2]
    assert not search(tree, ["x.txt"], "c\\s*abc", regex=True).hits  # a match lies on one line


def test_upper_and_lower_case_are_the_same_on_request_in_every_script(tree: Path) -> None:
    write(tree, {"r.txt": "Платёж\nПЛАТЁЖ\nплатёж Straße\n".encode()})
    assert [hit.line for hit in search(tree, ["r.txt"], "платёж").hits] == [3]
    for regex in (False, True):
        found = search(tree, ["r.txt"], "платёж", ignore_case=True, regex=regex)
        assert [hit.line for hit in found.hits] == [1, 2, 3]
    found = search(tree, ["r.txt"], "STRASSE", ignore_case=True)
    assert not found.hits
    hit = search(tree, ["r.txt"], "STRA", ignore_case=True).hits[0]
    assert hit.text[hit.start : hit.end] == "Stra" and hit.line == 3


def test_line_numbers_are_those_of_editors(tree: Path) -> None:
    write(tree, {"n.txt": b"a\r\n\x0c\r\nb \x0bneedle\r\n\nneedle"})
    found = search(tree, ["n.txt"], "needle")
    assert [(hit.line, hit.text) for hit in found.hits] == [(3, "b \x0bneedle"), (5, "needle")]


def test_what_cannot_be_searched_is_said_with_its_reason(tree: Path, tmp_path: Path) -> None:
    write(tree, {"b.bin": b"needle\0needle", "u16.txt": "needle".encode("utf-16"), "bad.txt": b"\xff needle \xfe"})
    with (tree / "large.txt").open("wb") as file:
        file.truncate(1 << 30)
    (tree / "out").symlink_to("/etc/hostname")
    (tree / "folder").mkdir()
    names = ["b.bin", "u16.txt", "bad.txt", "large.txt", "out", "folder", "gone"]
    found = search(tree, names, "needle")
    assert [hit.path for hit in found.hits] == ["bad.txt", "u16.txt"]
    assert found.skipped == {
        "binary": ["b.bin"], "larger than 4 MiB": ["large.txt"], "a link out of the project": ["out"],
        "a folder": ["folder"], "not there": ["gone"],
    }  # fmt: skip


EXPLODING = [
    "(a+)+$", "(a|aa)+$", "(a|a?)+$", "(.*a){20}", "^(([a-z])+.)+[A-Z]([a-z])+$", "(x+x+)+y", "(a*)*b", "([a-zA-Z]+)*$",
    "a?" * 300 + "a" * 300, "(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)[0-9]x", "[ab]*a[ab]{900}c", "(.+)+[^x]+z",
    "(((((a*)*)*)*)*)*c", "(?i)(?:[^a]|a)*(?:[^a]|a)*!", r"(\w+\s?)*:$", "a{1,1000}b", "[^\\n]*" * 40 + "z",
]  # fmt: skip


@pytest.mark.parametrize("pattern", EXPLODING, ids=range(len(EXPLODING)))
def test_a_pattern_that_explodes_elsewhere_returns_soon(tree: Path, pattern: str) -> None:
    write(tree, {"a.txt": b"a" * 30_000 + b"!\n" + b"ab" * 20_000 + b"\n" + b"x" * 40_000 + b"!\n"})
    started = time.perf_counter()
    search(tree, ["a.txt"], pattern, regex=True)
    assert time.perf_counter() - started < SOON


def test_a_slow_pattern_over_many_files_stops_and_says_how_far_it_came(tree: Path) -> None:
    chance = random.Random(7)  # what repeats itself would be searched fast: the automaton knows its states
    text = b"".join(bytes(chance.choices(b"ab", k=10_000)) + b"\n" for _ in range(60))
    write(tree, {f"{number}.txt": text for number in range(6)})
    started = time.perf_counter()
    found = search(tree, [f"{number}.txt" for number in range(6)], "[ab]*a[ab]{900}c", regex=True, seconds=0.3)
    assert time.perf_counter() - started < 3 * SOON
    assert "of 6 files searched" in found.stopped
    assert not search(tree, ["0.txt"], "zz", regex=True).stopped


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (r"(a)\1", "no backreferences"), ("(?=a)", "no look-around"), ("(?<!a)b", "no look-around"),
        ("(?!x)", "no look-around"), ("(?>a)", "no atomic groups"), ("a{5000}", "at most 1,000"),
        (r"a\Z", r"\z"), ("(", "missing )"), ("((a{0,100}){0,100}){0,100}", "1,000"), ("a**", "bad repetition"),
        ("[z-a]", "invalid character class"), ("", "empty"), ("x" * 2000, "1000 characters"), ("a\0b", "NUL"),
    ],
)  # fmt: skip
def test_a_pattern_that_cannot_be_used_is_explained(tree: Path, pattern: str, said: str) -> None:
    with pytest.raises(BadPattern) as refused:
        search(tree, ["src/pay.py"], pattern, regex=True)
    assert said in str(refused.value) and "\n" not in str(refused.value)


def test_expressions_need_the_extra_and_literals_do_not(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    importing = builtins.__import__

    def without(name: str, *more: Any, **named: Any) -> Any:
        if name == "re2":
            raise ImportError(name)
        return importing(name, *more, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    assert search(tree, ["src/pay.py"], "CHARGE", ignore_case=True).total == 3
    with pytest.raises(MissingExtra, match=r"pip install 'oldhand\[code\]'"):
        search(tree, ["src/pay.py"], "charge", regex=True)


def test_a_word_on_every_line_costs_bounded_memory(tree: Path) -> None:
    write(tree, {f"{number}.txt": b"needle\n" * 5_000 for number in range(25)})
    found = search(tree, [f"{number}.txt" for number in range(25)], "needle")
    assert found.total == 125_000 and len(found.hits) == searching.MOST_HITS


def test_a_long_line_is_shown_around_what_matched(tree: Path) -> None:
    write(tree, {"l.js": b"x" * 100_000 + b"needle" + b"y" * 100_000})
    hit = search(tree, ["l.js"], "needle").hits[0]
    assert hit.text[hit.start : hit.end] == "needle" and len(hit.text) < 300
    assert hit.text.startswith("…") and hit.text.endswith("…")
