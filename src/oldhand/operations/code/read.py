"""The operation `read`."""

from typing import Literal, NamedTuple

from oldhand.code.content import NOT_UTF8, Content, content_of, digest_of
from oldhand.code.languages import SHEBANG_BYTES, language_of
from oldhand.code.paths import read_bytes
from oldhand.errors import BadArgument, LineOutOfRange, NoSuchFile
from oldhand.knowledge.annotating import Note, notes_on, touching
from oldhand.knowledge.file_names import absent, place_named
from oldhand.knowledge.places import Place, symbol_called
from oldhand.memory import Memory
from oldhand.model.symbol import Symbol
from oldhand.model.tokens import estimate
from oldhand.operation import READ, operation

BUDGET_TOKENS = 8_000  # of one page: below where hosts of agents begin to cut a result
LONGEST_LINE = 2_000  # characters of a line that are given; what is longer was written by a program
PER_LINE = 2  # tokens that a line's number and its break cost
PER_NOTE = 12  # tokens of what stands around a note's text


class NumberedLine(NamedTuple):
    """A line of the file, without its end. number: 1-based; in the modes map and signatures, where a symbol begins."""

    number: int
    text: str


class FileRead(NamedTuple):
    """A page of a file, with what memory says about it.

    mode: what `content` holds; total: lines of the whole file; first, last: the lines of this page (0: none);
    digest: of the file's bytes, for `expect` of write and edit; more: what to read next (empty: this was all);
    notes: the memories that speak of these lines; problems: what is not as it seems.
    """

    file: str
    mode: str
    language: str
    encoding: str
    line_ends: str
    total: int
    bytes: int
    digest: str
    first: int
    last: int
    content: list[NumberedLine]
    notes: list[Note]
    more: str
    problems: list[str]
    root: str


@operation(READ)
def read(
    memory: Memory, place: str, *, mode: Literal["full", "signatures", "map"] = "full", limit: int = 500,
    budget_tokens: int = BUDGET_TOKENS,
) -> FileRead:  # fmt: skip
    """Read a file with what memory says about its lines

    Long files come in pages; the reply says how to go on. The digest in it makes `write` and `edit`
    refuse when the file changed since.

    Parameters
    place: FILE, FILE:FIRST-LAST or FILE::SYMBOL, relative to the project
    mode: full (the text), signatures (of its symbols), or map (their names and lines)
    limit: at most so many lines
    budget_tokens: at most so many tokens (estimated)
    """
    if not limit:
        raise BadArgument("limit", limit, "it counts lines: give 1 or more")
    where = place_named(memory, place)
    tree = memory.project.tree
    try:
        raw = read_bytes(tree, where.path)
    except NoSuchFile:
        raise absent(memory, where.path) from None
    content = content_of(raw, where.path)
    language = language_of(where.path, raw[:SHEBANG_BYTES])
    lines = content.lines()
    where = _located(where, language, raw, len(lines))
    with memory.reading() as reader:
        notes = notes_on(memory, reader, where.path)
        root = reader.root().root.hex()
    if mode == "full":
        wanted = range(where.first or 1, min(where.last or len(lines), len(lines)) + 1)
        listed = [NumberedLine(number, _cut(lines[number - 1])) for number in wanted]
    else:
        listed = _outline(_symbols(where.path, language, raw), mode, where)
    page, notes = _page(listed, notes, limit, budget_tokens)
    last = page[-1].number if page else 0
    more = ""
    if len(page) < len(listed):
        following = listed[len(page)].number
        more = f"{where.path}:{following}-{where.last or len(lines)}"
    memory.trace_detail = {"place": where.path}  # `heatmap --by attention` counts it
    return FileRead(
        where.path, mode, language, content.encoding, content.line_ends, len(lines), len(raw), digest_of(raw),
        page[0].number if page else 0, last, page, notes, more, _problems(content, lines), root,
    )  # fmt: skip


def _located(where: Place, language: str, raw: bytes, total: int) -> Place:
    """The place with its lines. Raises LineOutOfRange, and NoSuchFile's kin when the file has no such symbol."""
    if where.anchor.symbol:
        symbols = _symbols(where.path, language, raw)
        found = symbol_called(symbols, where.anchor.symbol)
        if found is None:
            known = ", ".join(symbol.name for symbol in symbols[:20]) or "none"
            raise BadArgument("place", str(where), f"the file has no such symbol; it has: {known}")
        return where._replace(first=found.first, last=found.last)
    if where.anchor.pattern or where.anchor.dependency:
        raise BadArgument("place", str(where), "give FILE, FILE:FIRST-LAST or FILE::SYMBOL")
    if where.first > max(total, 1):
        raise LineOutOfRange(where.path, f"{total} lines", where.first)
    return where


def _symbols(path: str, language: str, raw: bytes) -> tuple[Symbol, ...]:
    """The file's symbols. Raises BadArgument when its language has no grammar, MissingExtra without tree-sitter."""
    from oldhand.code.syntax import parse

    parsed = parse(language, raw) if language else None
    if parsed is None:
        raise BadArgument("place", path, "no grammar knows its language; read it by lines, in the mode full")
    return parsed.symbols


def _outline(symbols: tuple[Symbol, ...], mode: str, where: Place) -> list[NumberedLine]:
    """The symbols of the place, one a line, set in by how deep they lie."""
    inside = [s for s in symbols if not where.first or (s.first >= where.first and s.last <= where.last)]
    return [NumberedLine(one.first, "  " * one.name.count(".") + _outlined(one, mode)) for one in inside]


def _outlined(symbol: Symbol, mode: str) -> str:
    if mode == "signatures":
        return symbol.signature
    lines = f"{symbol.first}-{symbol.last}" if symbol.last > symbol.first else str(symbol.first)
    return f"{symbol.kind} {symbol.name}  {lines}"


def _page(
    listed: list[NumberedLine], notes: list[Note], limit: int, budget: int
) -> tuple[list[NumberedLine], list[Note]]:
    """The first lines that fit, at least one, and the notes on them."""
    page: list[NumberedLine] = []
    left, told = budget, set[Note]()
    for line in listed[:limit]:
        fresh = [note for note in touching(notes, line.number, line.number) if note not in told]
        left -= estimate(line.text) + PER_LINE + sum(estimate(note.words) + PER_NOTE for note in fresh)
        if left < 0 and page:
            break
        told.update(fresh)
        page.append(line)
    if not listed:
        told.update(note for note in notes if not note.first)
    return page, [note for note in notes if note in told]


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}… ({len(line)} characters)"


def _problems(content: Content, lines: list[str]) -> list[str]:
    found = []
    if content.encoding == NOT_UTF8:
        found.append("it is not UTF-8: bytes that are none are shown as \\xNN, and only ASCII can be edited in")
    if content.mixed:
        found.append("its lines end in different ways")
    if any(len(line) > LONGEST_LINE for line in lines):
        found.append(f"lines of more than {LONGEST_LINE} characters are cut")
    return found
