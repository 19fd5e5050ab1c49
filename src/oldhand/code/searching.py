"""Searching files for a text or a regular expression, in bounded time and memory.

Expressions run in RE2, whose time grows with the text and never explodes with the expression. Where its
fast automaton outgrows its memory it falls back to a slow one; a large expression is therefore given the
text in small parts, and the clock is looked at between them.
"""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from oldhand.code.content import binary, content_of
from oldhand.code.intent import intent_of, place_of
from oldhand.code.languages import SHEBANG_BYTES, language_of, role_of
from oldhand.code.paths import LARGEST_FILE, read_bytes
from oldhand.errors import BadPath, BadPattern, BinaryFile, FileTooLarge, MissingExtra, NotAFile, OutsideProject

LONGEST_PATTERN = 1_000  # characters: a text of some lines, an expression longer than anybody reads
REGEX_MEMORY = 4 << 20  # bytes an expression may take, its automaton included; RE2 refuses larger ones
STEPS = 16_000_000  # steps of the slow automaton between two looks at the clock: about a tenth of a second
SEARCH_SECONDS = 10.0  # a whole search: 100,000 files are searched in about that
MOST_IN_FILE = 1_000  # lines of one file that are kept: a word on every line says no more than on a thousand
MOST_HITS = 20_000  # lines kept in all, which are then ranked; others are counted
LONGEST_SHOWN = 240  # characters of a line around what matched
LEAD = 80  # of them, before it
TAKEN_FROM = "oldhand[code]"


class Hit(NamedTuple):
    """A line that matched. line: 1-based; text: the line, cut to LONGEST_SHOWN; start, end: what matched in it."""

    path: str
    line: int
    text: str
    start: int
    end: int
    intent: str
    place: int


class Found(NamedTuple):
    """What a search found. total: lines that matched, kept or not; files: that had any; searched: files read.

    skipped: files not searched, by reason; stopped: why the search ended early, empty when it did not.
    """

    hits: list[Hit]
    total: int
    files: list[str]
    searched: int
    skipped: dict[str, list[str]]
    stopped: str


Spans = Callable[[bytes, float], Iterator[tuple[int, int]]]  # (bytes of a file, deadline) -> what matched


class OutOfTime(Exception):
    """The time for the search is over."""


def search(
    tree: Path, paths: Sequence[str], pattern: str, *, regex: bool = False, ignore_case: bool = False,
    seconds: float = SEARCH_SECONDS, progress: Callable[[int, int], None] = lambda done, total: None,
) -> Found:  # fmt: skip
    """Search files for a literal text or, with `regex`, an expression in RE2's syntax.

    paths: relative to `tree`. Raises BadPattern, and MissingExtra when RE2 is needed and not installed.
    """
    spans = _matcher(pattern, regex, ignore_case)
    deadline = time.monotonic() + seconds
    found = Found([], 0, [], 0, {}, "")
    hits, files, total, searched, stopped = found.hits, found.files, 0, 0, ""
    for number, path in enumerate(paths):
        if number % 256 == 0:
            progress(number, len(paths))
        try:
            raw = _text_bytes(tree, path)
            searched += 1
            count = 0
            for hit in _hits(path, raw, spans(raw, deadline)):
                count += 1
                if count <= MOST_IN_FILE and len(hits) < MOST_HITS:
                    hits.append(hit)
        except BadPath as error:
            found.skipped.setdefault(_reason(error), []).append(path)
            continue
        except OutOfTime:
            stopped = f"after {seconds:.0f} seconds, with {number} of {len(paths)} files searched"
        if count:
            total += count
            files.append(path)
        if stopped or time.monotonic() > deadline:
            stopped = stopped or f"after {seconds:.0f} seconds, with {number + 1} of {len(paths)} files searched"
            break
    hits.sort(key=lambda hit: (hit.place, hit.path, hit.line))
    return found._replace(total=total, searched=searched, stopped=stopped)


def _text_bytes(tree: Path, path: str) -> bytes:
    """A file's bytes as UTF-8. Raises BadPath when it cannot or should not be searched."""
    raw = read_bytes(tree, path, LARGEST_FILE)
    if binary(raw):
        raise BinaryFile(path, "it holds NUL bytes")
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content_of(raw, path).text.encode("utf-8", "replace")
    return raw


def _reason(error: BadPath) -> str:
    if isinstance(error, BinaryFile):
        return "binary"
    if isinstance(error, FileTooLarge):
        return f"larger than {LARGEST_FILE >> 20} MiB"
    if isinstance(error, OutsideProject):
        return "a link out of the project"
    return str(error.args[1]) if isinstance(error, NotAFile) else "not there"


# -- lines -----------------------------------------------------------------------------------------


def _hits(path: str, raw: bytes, spans: Iterator[tuple[int, int]]) -> Iterator[Hit]:
    """One hit for each line in which a match begins."""
    line, counted, line_end = 1, 0, -1
    role = language = ""
    for start, end in spans:
        if start <= line_end:
            continue
        if line_end < 0:
            role, language = role_of(path), language_of(path, raw[:SHEBANG_BYTES])
        line += raw.count(b"\n", counted, start)
        counted = start
        line_start = raw.rfind(b"\n", 0, start) + 1
        line_end = raw.find(b"\n", start)
        line_end = len(raw) if line_end < 0 else line_end
        span = (start - line_start, min(end, line_end) - line_start)
        yield _hit(path, line, raw[line_start:line_end], span, role, language)


def _hit(path: str, number: int, raw: bytes, span: tuple[int, int], role: str, language: str) -> Hit:
    start, end = span
    low = max(0, start - LEAD) if len(raw) > LONGEST_SHOWN else 0
    before = raw[low:start].decode("utf-8", "replace")
    matched = raw[start:end].decode("utf-8", "replace")
    after = raw[end : low + 4 * LONGEST_SHOWN].decode("utf-8", "replace")
    text = (before + matched + after).removesuffix("\r")
    begin, finish = len(before), min(len(before) + len(matched), len(text))
    intent = intent_of(text, begin, finish, role, language)
    shown = ("…" if low else "") + text[:LONGEST_SHOWN] + ("…" if len(text) > LONGEST_SHOWN else "")
    shift = 1 if low else 0
    return Hit(path, number, shown, begin + shift, min(finish + shift, len(shown)), intent, place_of(intent, role))


# -- patterns --------------------------------------------------------------------------------------


def _matcher(pattern: str, regex: bool, ignore_case: bool) -> Spans:
    if not pattern or len(pattern) > LONGEST_PATTERN:
        raise BadPattern(pattern, f"it is empty or has more than {LONGEST_PATTERN} characters")
    if "\0" in pattern:
        raise BadPattern(pattern, "it holds a NUL character, and files that do are not searched")
    if regex:
        return _expression(pattern, ignore_case)
    return _folded(pattern) if ignore_case and pattern.upper() != pattern.lower() else _literal(pattern.encode())


def _literal(wanted: bytes) -> Spans:
    def spans(raw: bytes, deadline: float) -> Iterator[tuple[int, int]]:
        at = raw.find(wanted)
        while at >= 0:
            yield at, at + len(wanted)
            at = raw.find(wanted, at + len(wanted))

    return spans


def _folded(pattern: str) -> Spans:
    """A literal text in upper or lower case; an expression without any repeat cannot explode."""
    if pattern.isascii():
        in_bytes = re.compile(re.escape(pattern.encode()), re.IGNORECASE)
        return lambda raw, deadline: (match.span() for match in in_bytes.finditer(raw))
    in_text = re.compile(re.escape(pattern), re.IGNORECASE)

    def spans(raw: bytes, deadline: float) -> Iterator[tuple[int, int]]:
        text = raw.decode("utf-8", "surrogateescape")
        at, behind = 0, 0
        for match in in_text.finditer(text):
            at += len(text[behind : match.start()].encode("utf-8", "surrogateescape"))
            size = len(match[0].encode("utf-8", "surrogateescape"))
            yield at, at + size
            at, behind = at + size, match.end()

    return spans


def compiled(pattern: str, *, ignore_case: bool = False) -> Any:
    """An expression in RE2's syntax, `^` and `$` at every line. Raises BadPattern and MissingExtra."""
    try:
        import re2  # type: ignore[import-untyped]
    except ImportError:
        raise MissingExtra("A search by regular expression", TAKEN_FROM) from None
    options = re2.Options()
    options.max_mem = REGEX_MEMORY
    options.never_nl = True  # a match lies on one line
    options.log_errors = False
    options.case_sensitive = not ignore_case
    try:
        return re2.compile(f"(?m){pattern}", options)
    except re2.error as error:
        raise BadPattern(pattern, _explained(error)) from None


def _expression(pattern: str, ignore_case: bool) -> Spans:
    wanted = compiled(pattern, ignore_case=ignore_case)
    size = max(STEPS // max(wanted.programsize, 1), 1)

    def spans(raw: bytes, deadline: float) -> Iterator[tuple[int, int]]:
        for low, high in _parts(raw, size):
            if time.monotonic() > deadline:
                raise OutOfTime
            at = low
            while at <= high and (match := wanted.search(raw, at, high)):
                start, end = match.span()
                yield start, end
                following = raw.find(b"\n", end, high)  # one match on a line is enough
                at = following + 1 if following >= 0 else high + 1

    return spans


def _parts(raw: bytes, size: int) -> Iterator[tuple[int, int]]:
    """The bytes in parts of whole lines, each of about `size`; a longer line is cut, and its rest not searched."""
    low = 0
    while low < len(raw):
        if len(raw) - low <= size:
            yield low, len(raw)
            return
        high = raw.rfind(b"\n", low, low + size)
        if high < 0:
            yield low, low + size
            high = raw.find(b"\n", low + size)
            if high < 0:
                return
        else:
            yield low, high
        low = high + 1


def _explained(error: Exception) -> str:
    """What RE2 says is wrong, and what to write instead where it lacks what other engines have."""
    said = error.args[0] if error.args else ""
    said = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    said = said.replace("(?m)", "")
    if "(?=" in said or "(?!" in said or "(?<" in said:
        return "RE2 has no look-around ((?=…), (?!…), (?<=…)). Search for the wider text and read the lines"
    if "invalid escape sequence" in said and said.rstrip()[-1:].isdigit():
        return "RE2 has no backreferences (\\1). Search for the text itself, or for each case"
    if "invalid escape sequence: \\Z" in said:
        return "RE2 ends a text with \\z, and here `$` ends every line"
    if "invalid repetition size" in said:
        return f"{said}: RE2 repeats at most 1,000 times, nested repeats multiplied"
    if "pattern too large" in said:
        return "it is too large for RE2. Use smaller counts"
    if "perl operator" in said or "bad repetition" in said:
        return f"{said}: RE2 has no atomic groups, conditions or possessive repeats"
    return f"{said or 'RE2 cannot read it'}. Without --regex it is searched for as it stands"
