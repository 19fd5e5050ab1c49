"""Reading one file for the code index: what it is, its symbols and imports, and the terms that say what it is about."""

import os
import re
import stat
from collections import Counter
from hashlib import sha1, sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code import paths
from oldhand.code.languages import language_of, role_of
from oldhand.errors import MissingExtra, OldhandError
from oldhand.model.secrets import find, masked
from oldhand.model.symbol import Symbol
from oldhand.model.terms import ENGLISH_STOP_WORDS, RUSSIAN_STOP_WORDS, index_terms, stem
from oldhand.model.tokens import ASCII_PER_TOKEN, OTHER_PER_TOKEN
from oldhand.store.code_records import FIELDS, LISTED, MOST_COUNTED, PARSED, PLAIN, WORDS, FileRead

if TYPE_CHECKING:
    from oldhand.code.syntax import Parsed

LARGEST_FILE = 1 << 20  # bytes of a file that is read in: what is larger is generated or data
LARGEST_TEXT = 1 << 18  # characters of prose taken from one file: a long document says in them what it is about
LARGEST_DATA = 1 << 16  # bytes of a data file that is read in: a small table may name what code is about
MOST_TERMS = 20_000  # different terms of one file: beyond this it is a word list and would drown the others
HEAD_BYTES = 2048  # of a file's start, where generators say that they wrote it
BINARY_BYTES = 8000  # of a file's start looked at for a NUL, as git does
UNREAD = frozenset({"generated", "vendored"})  # roles whose files are only listed
SHA256_DIGITS = 64  # of an object's name in a repository that uses SHA-256
# A file changed so shortly before it was read may change again without a new time: the clock of file times
# ticks every 4 ms on Linux, every 2 s on old file systems, whose times have no fraction of a second.
RACY_NS = 20_000_000
RACY_WHOLE_NS = 2_000_000_000
RACY = -1  # stands for the time of such a file, so that it is looked at again
SHORTEST_SECRET = 6  # characters; shorter identifiers are words, also where one stands in a secret
LONGEST_STRING = 300  # characters of a string literal: longer ones are data
_STRINGS = re.compile(  # of any language, on one line; an apostrophe in a comment only repeats words of code
    rf"\"([^\"\\\n]{{3,{LONGEST_STRING}}})\"|'([^'\\\n]{{3,{LONGEST_STRING}}})'|`([^`\\\n]{{3,{LONGEST_STRING}}})`"
).findall
_STOP = {stem(word) for word in ENGLISH_STOP_WORDS | RUSSIAN_STOP_WORDS}

Terms = dict[str, tuple[int, ...]]  # term -> its count in each field, cut to MOST_COUNTED


class Seen(NamedTuple):
    """A file as its folder shows it, before it is read. regular: no link, folder or special file."""

    size: int
    mtime_ns: int
    regular: bool


def seen(tree: Path, path: str) -> Seen | None:
    """What the folder says of a file now; None when it is gone or a folder (a submodule)."""
    try:
        status = os.lstat(f"{tree}/{path}")
    except (OSError, ValueError):
        return None
    if stat.S_ISDIR(status.st_mode):
        return None
    return Seen(status.st_size, status.st_mtime_ns, stat.S_ISREG(status.st_mode))


def settled(mtime_ns: int, now_ns: int) -> int:
    """A file's time, or RACY when it lies so shortly before `now_ns` that a later change could have the same one."""
    window = RACY_NS if mtime_ns % 1_000_000_000 else RACY_WHOLE_NS
    return mtime_ns if mtime_ns < now_ns - window else RACY


def blob_name(raw: bytes, digits: int = 40) -> str:
    """Git's name for these bytes, in a repository whose names have so many digits."""
    make = sha256 if digits == SHA256_DIGITS else sha1
    return make(b"blob %d\0" % len(raw) + raw, usedforsecurity=False).hexdigest()


def read_file(
    tree: Path, path: str, document: int, found: Seen, now_ns: int, digits: int, *, plain: bool = False
) -> tuple[FileRead, Terms]:
    """A file and its terms. What may not or need not be read is listed by its path alone; nothing is raised for it.

    document: the number it gets in postings; now_ns: the time when reading began; digits: of git's names;
    plain: whether it is not to be parsed.
    """
    role = role_of(path)
    size, mtime_ns = found.size, settled(found.mtime_ns, now_ns)
    largest = LARGEST_DATA if role == "data" else LARGEST_FILE
    listed = FileRead(path, document, size, mtime_ns, "", language_of(path), role, 0, 0, LISTED, (), (), ())
    if role in UNREAD or size > largest or not found.regular:
        return _told(listed, {})
    try:
        raw = paths.read_bytes(tree, path, largest)
    except OldhandError:  # gone or closed meanwhile: it stays in the list by its name
        return _told(listed, {})
    listed = listed._replace(blob=blob_name(raw, digits), language=language_of(path, raw[:HEAD_BYTES]))
    if b"\0" in raw[:BINARY_BYTES]:
        return _told(listed._replace(role=role if role != "code" else "data"), {})
    read = listed._replace(lines=raw.count(b"\n") + (not raw.endswith(b"\n") and bool(raw)), tokens=_tokens(raw))
    if listed.language and _generated(raw):
        return _told(read._replace(role="generated"), {})
    return _words_of(read, raw, plain)


def _tokens(raw: bytes) -> int:
    """The tokens of a text, estimated from its bytes: of other scripts a character has two or three."""
    if raw.isascii():
        return -(-len(raw) // ASCII_PER_TOKEN)
    ascii_bytes = len(raw.translate(None, _NOT_ASCII))
    return -(-ascii_bytes // ASCII_PER_TOKEN) + -(-(len(raw) - ascii_bytes) // (2 * OTHER_PER_TOKEN))


_NOT_ASCII = bytes(range(0x80, 0x100))


def _generated(raw: bytes) -> bool:
    """Whether the start of a source file says that a program wrote it."""
    head = raw[:HEAD_BYTES].lower()
    return b"@generated" in head or (b"do not edit" in head and b"generated" in head)


def _words_of(read: FileRead, raw: bytes, plain: bool) -> tuple[FileRead, Terms]:
    parsed, depth = (None, WORDS) if plain else _parsed(read.language, raw)
    if parsed is None:
        words = Counter(index_terms(masked(raw.decode("utf-8", "replace")[:LARGEST_TEXT])))
        field = 2 if read.language and read.role in ("code", "test") else 3
        if field == 3:
            _drop_stop_words(words)
        return _told(read._replace(depth=depth), {field: words})
    text = raw.decode("utf-8", "replace")
    secrets = {text[one.start : one.end] for one in find(text)}
    if secrets:
        parsed = _without(parsed, secrets)
        text = masked(text)
    identifiers: Counter[str] = Counter()
    for name, count in parsed.identifiers.items():
        for term in index_terms(name):
            identifiers[term] += count
    prose = Counter(index_terms(parsed.prose[:LARGEST_TEXT]))
    prose.update(index_terms(_strings(text)))
    _drop_stop_words(prose)
    read = read._replace(depth=depth, symbols=parsed.symbols, imports=parsed.imports)
    return _told(read, {1: _symbol_terms(parsed.symbols), 2: identifiers, 3: prose})


def _parsed(language: str, raw: bytes) -> "tuple[Parsed | None, int]":
    """The symbols and words of a source text, and how far it is read with them; None where there is no grammar."""
    if not language:
        return None, WORDS
    try:
        from oldhand.code.syntax import parse

        parsed = parse(language, raw)
    except MissingExtra:  # `indexed` says so once, for all files
        return None, WORDS if grammars_here() else PLAIN
    return parsed, PARSED if parsed else WORDS


def grammars_here() -> bool:
    """Whether the extra `code` is installed, so that symbols can be read."""
    return find_spec("tree_sitter") is not None


def _without(parsed: "Parsed", secrets: set[str]) -> "Parsed":
    """What was parsed without the secrets in it: terms and doc comments are kept and shown."""

    def clean(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, " ")
        return masked(text)  # what was cut or put on one line is no longer the same text

    symbols = tuple(one._replace(signature=clean(one.signature), doc=clean(one.doc)) for one in parsed.symbols)
    identifiers = {
        name: count
        for name, count in parsed.identifiers.items()
        if len(name) < SHORTEST_SECRET or not any(name in secret for secret in secrets)
    }
    return parsed._replace(symbols=symbols, prose=clean(parsed.prose), identifiers=identifiers)


def _strings(text: str) -> str:
    """The texts in quotes, each once: what a program says to people is how they describe it."""
    found = dict.fromkeys(one for group in _STRINGS(text) for one in group if one)
    return "\n".join(found)[:LARGEST_TEXT]


def _symbol_terms(symbols: tuple[Symbol, ...]) -> Counter[str]:
    """Terms of the symbols' own names; of a qualified name the whole too."""
    terms: Counter[str] = Counter()
    for symbol in symbols:
        name = symbol.name.partition("#")[0]
        terms.update(index_terms(name.rpartition(".")[2]))
        if "." in name:
            terms[name.casefold()[:64]] += 1
    return terms


def _drop_stop_words(terms: Counter[str]) -> None:
    for word in _STOP & terms.keys():
        del terms[word]


def _told(read: FileRead, fields: dict[int, Counter[str]]) -> tuple[FileRead, Terms]:
    """The file with its lengths, and its terms: those of its path beside the ones given."""
    fields = {0: Counter(index_terms(read.path)), **fields}
    lengths = tuple(fields[field].total() if field in fields else 0 for field in range(FIELDS))
    terms: dict[str, list[int]] = {}
    for field, counts in fields.items():
        for term, count in counts.items():
            if term not in terms:
                if len(terms) >= MOST_TERMS:
                    continue
                terms[term] = [0] * FIELDS
            terms[term][field] = min(count, MOST_COUNTED)
    return read._replace(lengths=lengths), {term: tuple(counts) for term, counts in terms.items()}
