"""The digest of tokens: formatting and comments never change it, everything that the program says does."""

import ast
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oldhand.code.syntax import parse, token_digest
from tests.code.reformatting import LANGUAGES, changed, reformatted, sample

REPOSITORY = Path(__file__).resolve().parents[2]
SOURCES = [p for p in sorted((REPOSITORY / "src" / "oldhand").rglob("*.py")) if p.stat().st_size > 1_000]
EVERY_LINE = 1_000_000
LEAST_SPEED = 0.1  # MB a second on a loaded machine; a quiet one reaches fifteen times as much
WHOLE = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def whole(language: str, text: str) -> str:
    """The digest of a whole source."""
    return token_digest(language, text.encode("utf-8", "surrogatepass"), 1, EVERY_LINE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_reformatting_changes_no_digest(language: str) -> None:
    text = sample(language)
    before = parse(language, text.encode())
    assert before is not None

    @WHOLE
    @given(st.integers(0, 1 << 32))
    def check(seed: int) -> None:
        written = reformatted(language, text, random.Random(seed))
        after = parse(language, written.encode())
        assert after is not None
        assert whole(language, written) == whole(language, text), written
        assert [(s.name, s.digest) for s in after.symbols] == [(s.name, s.digest) for s in before.symbols], written

    check()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_change_of_a_token_changes_the_digest(language: str) -> None:
    text = sample(language)

    @WHOLE
    @given(st.integers(0, 1 << 32))
    def check(seed: int) -> None:
        written, deed = changed(language, text, random.Random(seed))
        assert whole(language, written) != whole(language, text), deed

    check()


@settings(WHOLE, max_examples=80)
@given(st.integers(0, 1 << 32))
def test_what_changes_the_tree_of_our_own_sources_changes_their_digest(seed: int) -> None:
    chance = random.Random(seed)
    text = chance.choice(SOURCES).read_text(encoding="utf-8")
    written, deed = _edited(text, chance)
    if _is_another_program(text, written):
        assert whole("python", written) != whole("python", text), deed


def _edited(text: str, chance: random.Random) -> tuple[str, str]:
    """A source with one line moved in or out, or with one token changed."""
    lines = text.split("\n")
    if chance.random() < 0.5:
        return changed("python", text, chance)
    indented = [n for n, line in enumerate(lines) if line.startswith("    ") and line.strip()]
    number = chance.choice(indented or [0])
    lines[number] = lines[number][4:] if chance.random() < 0.5 else "    " + lines[number]
    return "\n".join(lines), f"line {number + 1} moved: {lines[number]}"


def _is_another_program(one: str, other: str) -> bool:
    """Whether the second source is a program, and another one, by Python's own reading, documentation aside."""
    try:
        return _dumped(one) != _dumped(other)
    except (SyntaxError, ValueError):
        return False


def _dumped(text: str) -> str:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            body[:] = [one for one in body if not _documents(one)]
    return ast.dump(tree)


def _documents(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


STYLES = (
    ("--line-length", "60"),
    (
        "--line-length",
        "160",
        "--config",
        "format.quote-style='single'",
        "--config",
        "format.skip-magic-trailing-comma=true",
    ),
)


@pytest.mark.parametrize("style", STYLES, ids=("narrow", "wide"))
def test_a_real_formatter_changes_no_digest_of_our_sources(style: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--target-version", "py311", *style, "-"]
    for path in SOURCES[::12]:
        text = path.read_text(encoding="utf-8")
        done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
        before, after = parse("python", text.encode()), parse("python", done.stdout)
        assert before is not None
        assert after is not None
        assert [(s.name, s.digest) for s in after.symbols] == [(s.name, s.digest) for s in before.symbols], path


SAME = [
    ("python", "x = (1 + 2)", "x = 1 + 2"),
    ("python", "return_ = f(a, b,)", "return_ = f(\n    a,\n    b\n)"),
    ("python", "from a import (b, c,)", "from a import b, c"),
    ("python", "x = 1, 2", "x = (1, 2)"),
    ("python", "a.b = c.d = 1", "a.b = (\n    c.d\n) = 1"),
    ("python", "a, b = c = d", "(a, b) = (c) = d"),
    ("python", "if (a and\n    b): pass", "if a and b:\n    pass"),
    ("python", "x = 'it\\'s'", 'x = "it\'s"'),
    ("python", "x = ('a' 'b')", 'x = "ab"'),
    ("python", "x = f'{a[\"b\"]}' 'c'", "x = f\"{ a['b'] }c\""),
    ("python", "x = f'{{{a[\"b\"]}}} {c=}'", "x = f\"{{{ a['b'] }}} {c=}\""),
    ("python", "x = f'{a(f\"{b:<{c}}\", \"d\")}'", "x = f\"{a(f'{b:<{c}}', 'd')}\""),
    ("python", "x = '\\\\1' '2'", "x = '\\\\12'"),
    ("python", "match a:\n    case (b, c,): pass", "match a:\n    case (\n        b,\n        c\n    ): pass"),
    ("python", "class A(): pass", "class A:\n    '''Words.'''\n    pass"),
    ("python", "a = 1; b = 2", "a = 1\nb = 2"),
    ("python", "x = a + \\\n    b", "x = a + b"),
    ("typescript", "const f = x => x\nlet y = 'a'", 'const f = (x) => x;\nlet y = "a";\n'),
    ("typescript", "f(a => ({b: a}))", "f(\n  (a) => ({\n    b: a,\n  }),\n)"),
    ("typescript", "f(() => ({}))", "f(() => ({\n}))"),
    ("typescript", "f(() => {})", "f(() => {\n})"),
    ("javascript", "f(a => (b, c))", "f((a) => (\n  b,\n  c\n))"),
    ("typescript", "type A = B | C;", "type A =\n  | B\n  | C"),
    ("typescript", "interface A { b: C, d: E }", "interface A {\n  b: C;\n  d: E;\n}"),
    ("typescript", "const a = { 'b': 1, }", "const a = { b: 1 };"),
    ("tsx", "const a = <b>c {d}</b>;", "const a = (\n  <b>\n    c {d}\n  </b>\n);"),
    ("tsx", 'const a = <b>c{" "}\n  <i/></b>;', "const a = <b>c <i/></b>;"),
    ("rust", "fn f() { match a { 1 => b(), _ => { c() } } }", "fn f() { match a { 1 => { b() } _ => c(), } }"),
    ("go", "func f() { a(b,\n) ; c() }", "func f() {\n\ta(b)\n\tc()\n}"),
    ("go", "package a\n\n// b\n\nimport \"C\"", "package a\n\n// c\n\nimport \"C\""),
    ("go", "package a\n\n// b\nimport \"d\"", "package a\n\n// c\nimport \"d\""),
    ("c", "#define A(x)   ' '", "#define A(x) ' '"),
    ("c", 'char *a = "\\x1" "g";', 'char *a = "\\x1g";'),
    ("cpp", "map<a, vector<b> > c;", "map<a, vector<b>> c;"),
    ("c", '#define A(x) \\\n  x\nchar *b = "c" "d";', '#define A(x) x\nchar *b = "cd";'),
    ("ruby", "puts 'a', 1", "puts(\"a\", 1)"),
    ("php", "<?php $a = ['b', 'c',];", '<?php $a = ["b", "c"];'),
    ("sql", "SELECT a FROM b", "select A\nfrom B"),
    ("sql", "COPY a FROM '/B'", "copy a\nfrom '/B'"),
    ("sql", "GRANT SELECT ON a TO 'B'@'c'", "grant select on A to 'B'@'c'"),
    ("sql", "SELECT `A` FROM b", "select `A`\nfrom B"),
    ("kotlin", "val a = b - c", "val a = b -\n    c"),
    ("kotlin", "val a = (b - c)", "val a = (b\n    - c)"),
    ("swift", "a = b - c", "a = b\n    - c"),
    ("kotlin", "fun f() { a(); b() }", "fun f() {\n    a()\n    b()\n}"),
    ("swift", "func f() { a(); b() }", "func f() {\n    a()\n    b()\n}"),
    ("bash", "if a; then b; fi", "if a\nthen\n  b\nfi"),
    ("bash", "a 2>b", "a  2> b"),
    ("bash", "a 2 >b", "a  2  > b"),
]  # fmt: skip
DIFFERENT = [
    ("python", "x = (1,)", "x = (1)"),
    ("python", "(a,) = b", "(a) = b"),
    ("python", "(a, b) = c = d", "a, (b) = c, d"),
    ("python", "x = a[1,]", "x = a[1]"),
    ("python", "x = (a + b) * c", "x = a + b * c"),
    ("python", "x = 'a b'", "x = 'a  b'"),
    ("python", "x = r'\\n'", "x = '\\n'"),
    ("python", "x = b'a'", "x = 'a'"),
    ("python", "x = f'{a}'", "x = '{a}'"),
    ("python", "x = f'{a:>5}'", "x = f'{a: >5}'"),
    ("python", "x = f'\"{a}'", "x = f\"'{a}\""),
    ("python", "x = f\"{{'a': '{b}'}}\"", "x = f'{{\"a\": \"{b}\"}}'"),
    ("python", "x = f'a {{b  c}} {d}'", "x = f'a {{b c}} {d}'"),
    ("python", "x = f'{{a}}'", "x = f'{a}'"),
    ("python", "x = f'{a=}'", "x = f'{a = }'"),
    ("python", "x = f'{a=}'", "x = f'{a =}'"),
    ("python", "x = f'{a = !r:>5}'", "x = f'{a= !r:>5}'"),
    ("python", "x = f'{a[\"b\"]=}'", "x = f\"{a['b']=}\""),
    ("python", "x = '\\1' '2'", "x = '\\12'"),
    ("python", "match a:\n    case (b,): pass", "match a:\n    case (b): pass"),
    ("python", "match a:\n    case ((b,), c): pass", "match a:\n    case ((b), c): pass"),
    ("python", "if a:\n    b()\nc()", "if a:\n    b()\n    c()"),
    ("python", "for a in b:\n    c()\n    d()", "for a in b:\n    c()\nd()"),
    ("python", "x = a\nf(b)", "x = a; f(c)"),
    ("python", "a -b", "a\n-b"),
    ("python", "x = f((a, b))", "x = f(a, b)"),
    ("python", "x = ['a', 'b']", "x = ['a' 'b']"),
    ("javascript", "function f() { return a }", "function f() { return\na }"),
    ("javascript", "a = [1,,]", "a = [1,]"),
    ("javascript", "f(() => ({}))", "f(() => {})"),
    ("javascript", "f(a => ({b}))", "f(a => {b})"),
    ("javascript", "a.map(b => ({id: b}))", "a.map(b => {id: b})"),
    ("typescript", "a.map(b => ({id: b}))", "a.map(b => {id: b})"),
    ("tsx", "a.map(b => ({id: b}))", "a.map(b => {id: b})"),
    ("javascript", "f(a => (b, c))", "f(a => b, c)"),
    ("javascript", "a = (b, c)", "a = b, c"),
    ("javascript", "a = [,]", "a = []"),
    ("javascript", "a = b\n(c)", "a = b;\n(c)"),
    ("javascript", "a = `b c`", "a = `b  c`"),
    ("javascript", "a = '\\n'", "a = 'n'"),
    ("tsx", "a = <b>c <i/></b>", "a = <b>c<i/></b>"),
    ("tsx", "a = <b>c d</b>", "a = <b>cd</b>"),
    ("rust", "fn f() { (a,) }", "fn f() { (a) }"),
    ("rust", "fn f() { a(); }", "fn f() { a() }"),
    ("go", "type A struct {\n\tB\n\tC\n}", "type A struct {\n\tB C\n}"),
    ("go", "//go:embed a.txt\nvar a string", "//go:embed b.txt\nvar a string"),
    ("go", "x = a - -b", "x = a--b"),
    ("c", "#define A b\nc;", "#define A b c\n;"),
    ("cpp", "a = b + +c;", "a = b++c;"),
    ("c", "#define A(x) '  '", "#define A(x) ' '"),
    ("cpp", "#define A(x) b(1'000, ' ', x)", "#define A(x) b(1'000, '  ', x)"),
    ("c", 'char *a = "\\x1" "2";', 'char *a = "\\x12";'),
    ("cpp", 'auto a = "\\1" "2";', 'auto a = "\\12";'),
    ("go", "package a\n\n// #cgo LDFLAGS: -lx\nimport \"C\"", "package a\n\n// #cgo LDFLAGS: -ly\nimport \"C\""),
    ("go", "package a\n\n/*\nint b;\n*/\n// c\nimport \"C\"", "package a\n\n/*\nint d;\n*/\n// c\nimport \"C\""),
    ("go", "package a\n\n// b\nimport (\n\t\"C\"\n)", "package a\n\n// c\nimport (\n\t\"C\"\n)"),
    ("ruby", "foo [1]", "foo[1]"),
    ("ruby", "a = '#{b}'", 'a = "#{b}"'),
    ("php", "<?php $a = '$b';", '<?php $a = "$b";'),
    ("sql", "SELECT 'a'", "SELECT 'A'"),
    ("sql", "COPY a FROM '/Data/B.csv'", "COPY a FROM '/data/b.csv'"),
    ("sql", "COPY a FROM '/b  c'", "COPY a FROM '/b c'"),
    ("sql", "GRANT SELECT ON a TO 'Bob'@'host'", "GRANT SELECT ON a TO 'bob'@'host'"),
    ("sql", "GRANT SELECT ON a TO 'it\\'s B'@'c'", "GRANT SELECT ON a TO 'it\\'s b'@'c'"),
    ("sql", "GRANT it's TO 'B'@'c'", "GRANT it's TO 'b'@'c'"),
    ("sql", "SELECT `A`", "SELECT `a`"),
    (
        "sql",
        "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN IF a = 'ACTIVE' THEN b(); END IF; END $$;",
        "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN IF a = 'active' THEN b(); END IF; END $$;",
    ),
    (
        "sql",
        "CREATE FUNCTION f() RETURNS text AS $$ SELECT 'A' $$ LANGUAGE sql",
        "CREATE FUNCTION f() RETURNS text AS $$ SELECT 'a' $$ LANGUAGE sql",
    ),
    ("kotlin", "val a = b\nc()", "val a = bc()"),
    ("kotlin", "val a = b\n-c", "val a = b - c"),
    ("kotlin", "fun f() {\n    val a = b // d\n    + c\n}", "fun f() {\n    val a = b + c\n}"),
    ("swift", "a = b -c", "a = b - c"),
    ("swift", "a = b\n-c", "a = b\n- c"),
    ("bash", "ls -l", "ls - l"),
    ("bash", "a=b", "a =b"),
    ("bash", "a 2>b", "a 2 >b"),
    ("bash", "a >b 2>&1", "a >b 2 >&1"),
    ("bash", "cat <<E\n  a\nE", "cat <<E\na\nE"),
    ("bash", 'echo "$a"', "echo $a"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "one", "other"), SAME)
def test_two_ways_of_writing_one_thing_have_one_digest(language: str, one: str, other: str) -> None:
    assert whole(language, one) == whole(language, other)


@pytest.mark.parametrize(("language", "one", "other"), DIFFERENT)
def test_two_different_things_have_two_digests(language: str, one: str, other: str) -> None:
    assert whole(language, one) != whole(language, other)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lines_of_a_symbol_have_the_digest_of_the_symbol(language: str) -> None:
    source = sample(language).encode()
    found = parse(language, source)
    assert found is not None
    lines = source.decode().splitlines()
    for symbol in found.symbols:
        alone = sum(other.last >= symbol.first and other.first <= symbol.last for other in found.symbols) == 1
        if alone and lines[symbol.last - 1].count("}") < 2 and not lines[symbol.last - 1].endswith(";"):
            assert token_digest(language, source, symbol.first, symbol.last) == symbol.digest, symbol.name


def test_a_range_does_not_depend_on_what_is_around_it() -> None:
    inside = "    total = 0\n    for line in lines:\n        total += line\n"
    one = f"def a(lines):\n{inside}    return total\n"
    other = f"def d(lines):\n    log()\n{inside}    log()\n    return total\n"
    assert token_digest("python", one.encode(), 2, 4) == token_digest("python", other.encode(), 3, 5)
    assert token_digest("python", one.encode(), 2, 4) != token_digest("python", other.encode(), 3, 4)


def test_lines_that_are_not_there_have_the_digest_of_nothing() -> None:
    nothing = token_digest("python", b"", 1, 1)
    assert token_digest("python", b"x = 1\n", 5, 9) == token_digest("python", b"# note\n", 1, 1) == nothing
    assert token_digest("python", b"x = 1\n", 1, 1) != nothing
    assert token_digest("cobol", b"x", 1, 1) == ""


def test_files_are_digested_fast_enough_to_index_a_project() -> None:
    sources = [path.read_bytes() for path in SOURCES]
    started = time.thread_time()
    for source in sources:
        parse("python", source)
    assert sum(map(len, sources)) / 1e6 / (time.thread_time() - started) > LEAST_SPEED
