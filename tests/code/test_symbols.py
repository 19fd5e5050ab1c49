"""Symbols, imports and words of source files, in every language and of every hostile sort."""

import time

import pytest

from oldhand.code.syntax import LARGEST_SOURCE, LONGEST_LINE, Parsed, parse, token_digest
from oldhand.model.symbol import SYMBOL_KINDS, Import, Symbol
from tests.code.reformatting import LANGUAGES, SAMPLES, sample

MOST_PROCESSOR_SECONDS = 8.0  # twice what the parser is given, and to end its work
MOST_SECONDS = 60.0  # for a file of the largest size that is parsed, on a machine with other things to do


def parsed(language: str, source: str | bytes) -> Parsed:
    """What a source of a known language holds."""
    found = parse(language, source.encode() if isinstance(source, str) else source)
    assert found is not None
    return found


def told(symbol: Symbol) -> str:
    """A symbol on one line, as the golden file has it."""
    doc = symbol.doc.replace("\n", "/")
    return f"{symbol.kind} {symbol.name} {symbol.first}-{symbol.last} | {symbol.signature} | {doc}".rstrip()


def told_import(one: Import) -> str:
    """An import on one line, as the golden file has it."""
    return f"import {one.line} {one.target} {','.join(one.names)}".rstrip()


def expected() -> dict[str, list[str]]:
    """The lines of the golden file, by language."""
    found: dict[str, list[str]] = {}
    for line in (SAMPLES / "expected.golden").read_text(encoding="utf-8").splitlines():
        if line.startswith("====="):
            found[line.removeprefix("=====").strip()] = here = []
        else:
            here.append(line.rstrip())
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_symbols_and_imports_are_those_of_the_golden_file(language: str) -> None:
    found = parsed(language, sample(language))
    assert not found.broken
    assert [told(s) for s in found.symbols] + [told_import(i) for i in found.imports] == expected()[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_symbol_keeps_what_is_promised_of_it(language: str) -> None:
    text = sample(language)
    found = parsed(language, text)
    names = [symbol.name for symbol in found.symbols]
    assert len(names) == len(set(names))
    for symbol in found.symbols:
        assert symbol.kind in SYMBOL_KINDS
        assert 1 <= symbol.first <= symbol.last <= len(text.splitlines())
        assert len(symbol.digest) == 16
        assert symbol.signature.isprintable()
        assert (
            symbol.parent == "" or symbol.parent in names or symbol.parent.split(".")[0] in ("shop", "Order", "Tools")
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_the_language_and_of_comments_are_no_identifiers(language: str) -> None:
    found = parsed(language, sample(language))
    assert found.identifiers
    assert all(count > 0 for count in found.identifiers.values())
    assert not {"if", "return", "Не", "больше", "половины", "wants", "buy"} & set(found.identifiers)


def test_words_are_counted_in_code_and_prose_is_taken_from_comments() -> None:
    found = parsed(
        "python", 'def скидка(доля):\n    """Слова."""\n    # Примечание.\n    return доля + доля.one(\'строка\')\n'
    )
    assert found.identifiers == {"скидка": 1, "доля": 3, "one": 1}
    assert found.prose == "Слова.\nПримечание."


def test_a_decorated_and_a_russian_name_are_found() -> None:
    found = parsed("python", "@a\n@b(1)\ndef скидка():\n    'Слова.'\n    return 1\n")
    assert [(s.name, s.first, s.last, s.doc) for s in found.symbols] == [("скидка", 1, 5, "Слова.")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_line_ends_and_marks_do_not_matter(language: str) -> None:
    text = sample(language)
    plain = parsed(language, text)
    windows = parsed(language, text.replace("\\\n", "\n").replace("\n", "\r\n"))
    unix = parsed(language, text.replace("\\\n", "\n"))
    marked = parsed(language, b"\xef\xbb\xbf" + text.encode())
    assert [(s.name, s.first, s.last, s.digest) for s in marked.symbols] == [
        (s.name, s.first, s.last, s.digest) for s in plain.symbols
    ]
    assert [(s.name, s.first, s.last, s.digest) for s in windows.symbols] == [
        (s.name, s.first, s.last, s.digest) for s in unix.symbols
    ]


BROKEN = {
    "python": ("def good():\n    return 1\n\nclass Bad(:\n\ndef after():\n    return 2\n", {"good", "after"}),
    "typescript": ("function good() { return 1; }\n}}}\nfunction after() { return 2; }\n", {"good", "after"}),
    "go": ("package a\nfunc good() {}\nvar = 3 3\nfunc after() {}\n", {"good", "after"}),
    "rust": ("fn good() {}\nstruct 5;\nfn after() {}\n", {"good", "after"}),
    "java": ("class A { void good() {} int = ; void after() {} }", {"A.good", "A.after"}),
    "c": ("int good(void) { return 1; }\n@@@\nint after(void) { return 2; }\n", {"good", "after"}),
}


@pytest.mark.parametrize("language", BROKEN)
def test_what_is_sound_in_a_broken_file_is_found(language: str) -> None:
    source, names = BROKEN[language]
    found = parsed(language, source)
    assert found.broken
    assert names <= {symbol.name for symbol in found.symbols}


HOSTILE = {
    "empty": b"",
    "a line end": b"\n",
    "white space": b" \t\r\n\x0c",
    "zeros": b"\0" * 5_000,
    "a zero within": b"def f():\n    return 'a\0b' \0 + 1\n",
    "no text": bytes(range(256)) * 20,
    "not UTF-8": "def f():\n    return 'é'\n".encode("latin-1"),
    "half a character": "скидка".encode()[:-1],
    "only a mark": b"\xef\xbb\xbf",
    "UTF-16": "def f(): pass".encode("utf-16"),
    "old line ends": b"def f():\r    return 1\r",
    "open brackets": b"(" * 20_000,
    "deep brackets": b"[" * 3_000 + b"]" * 3_000,
    "deep blocks": b"{" * 5_000 + b"}" * 5_000,
    "deep functions": b"".join(b" " * depth + b"def f():\n" for depth in range(500)),
    "an open string": b'x = "' + b"a" * 10_000,
    "an open comment": b"/* " + b"a " * 8_000,
    "quotes": b"'\"`" * 3_000,
    "stars": b"/*" * 8_000,
    "comments": b"#\n//\n--\n" * 500,
    "operators": b"+-<>=&|" * 400,
    "a name without end": b"a" * 15_000,
    "backslashes": b"\\\n" * 5_000,
    "bars": b"|" * 10_000,
    "dollars": b"${" * 5_000,
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sort", HOSTILE)
def test_hostile_sources_are_read_in_bounded_time(language: str, sort: str) -> None:
    started = time.monotonic()
    found = parsed(language, HOSTILE[sort])
    assert time.monotonic() - started < MOST_SECONDS
    for symbol in found.symbols:
        assert symbol.signature.isprintable()
        assert len(symbol.signature) <= 300
        assert len(symbol.doc) <= 2_000


@pytest.mark.parametrize(("language", "source"), [("python", b"+-<>=&|" * 3_000), ("swift", b"/*" * 8_000)])
def test_a_source_that_costs_the_parser_too_much_is_given_up(language: str, source: bytes) -> None:
    started = time.thread_time()
    found = parsed(language, source)
    assert time.thread_time() - started < MOST_PROCESSOR_SECONDS
    assert (found.symbols, found.broken) == ((), True)
    assert token_digest(language, source, 1, 1) != token_digest(language, source[:-1], 1, 1)


def test_a_minified_or_very_large_file_is_not_parsed() -> None:
    minified = b"function f(){return 1}" * (LONGEST_LINE // 20)
    large = b"def f():\n    return 1\n" * (LARGEST_SOURCE // 20)
    for language, source in (("javascript", minified), ("python", large)):
        found = parsed(language, source)
        assert (found.symbols, found.broken) == ((), True)
    assert parsed("javascript", b"function f(){return 1}\n").symbols


def test_a_large_file_is_read_whole_in_bounded_time() -> None:
    unit = sample("python").replace("def ", "def a").encode()
    source = unit * (LARGEST_SOURCE // len(unit))
    started = time.monotonic()
    found = parsed("python", source)
    assert time.monotonic() - started < MOST_SECONDS
    assert len(found.symbols) > 5_000
    assert len(found.prose) <= 50_000


def test_a_language_without_a_grammar_is_no_failure() -> None:
    assert parse("cobol", b"IDENTIFICATION DIVISION.") is None
    assert parse("", b"anything") is None
