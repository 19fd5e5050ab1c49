"""Anchors of symbols: whether a function or class still says what was observed, and where it went.

Its lines are not its identity: a symbol holds wherever it stands in its file, as long as its tokens are
the same. It has moved when it has another name or another file.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from oldhand.code.checked import CANNOT_TELL, CHANGED, GONE, HOLDS, MOVED, Outcome
from oldhand.code.line_ranges import changed_lines, difference, fingerprint, noted
from oldhand.code.relocation import Relocation
from oldhand.code.sources import blob_of, tokens_of
from oldhand.errors import MissingExtra
from oldhand.model.anchor import Anchor
from oldhand.model.observed import Observed
from oldhand.model.symbol import Symbol

if TYPE_CHECKING:
    from oldhand.store.code_index import CodeIndex

    Index = Callable[[], CodeIndex | None] | None

NO_PARSER = "its file changed, and reading code needs `pip install 'oldhand[code]'`"
NOT_SEEN = "its file changed, and the symbol was not read when it was noted"
BROKEN = "the file does not parse"
NAMES_SHOWN = 3  # nearest names in an error
LEAST_LIKE = 0.5  # of its lines that a symbol of the same name elsewhere must share to be taken for it
SIZES = 2.0  # times as many lines, or as few, that a symbol of another name may have and be taken for the same
MOST_MENTIONS = 3  # of a name in the comment above it and in its first line, of which one is taken out
LONG_ENOUGH = 5  # lines that a symbol of another name in another file needs to be known again
SHORTEST_BODY = 3  # lines: the bodies of shorter symbols (properties, stubs) are alike by chance
KEPT_BEFORE = 12  # characters before the first difference of two long signatures: about a name
LONGEST_SIGNATURE = 110  # characters of each of two signatures in a difference
_NOBODY = Symbol("", "", 0, 0, "", "", "", "")


def plain_name(name: str) -> str:
    """The last part of a qualified name, without the number that tells it from others: `A.run#2` is `run`."""
    return _base(name).rpartition(".")[2]


def named(symbols: Iterable[Symbol], name: str) -> list[Symbol]:
    """The symbols that a person may mean by a name: that qualified name alone, else every one that ends in it."""
    found = list(symbols)
    exact = [symbol for symbol in found if symbol.name == name]
    return exact or [symbol for symbol in found if symbol.name.endswith("." + name)]


def nearest_names(symbols: Iterable[Symbol], name: str) -> list[str]:
    """The names most like one that is not there, whole or by their last part."""
    every = [symbol.name for symbol in symbols]
    by_part = {plain_name(one): one for one in reversed(every)}
    close = difflib.get_close_matches(name, every, NAMES_SHOWN)
    close += [by_part[one] for one in difflib.get_close_matches(plain_name(name), by_part, NAMES_SHOWN)]
    return list(dict.fromkeys(close))[:NAMES_SHOWN]


def noted_symbol(language: str, lines: Sequence[bytes], symbol: Symbol) -> Observed:
    """What is noted of a symbol that was read: its digests, lines, fingerprints and signature."""
    seen = noted(lines, symbol.first, min(symbol.last, len(lines)), 0)
    return seen._replace(tokens=symbol.digest, body=next(_bodies(language, lines, symbol)), words=symbol.signature)


def symbol_outcome(where: Relocation, anchor: Anchor, seen: Observed, index: "Index") -> Outcome:
    """What became of a symbol."""
    files = where.files
    content = files.content(anchor.path)
    if content is None and files.exists(anchor.path):
        return Outcome(CANNOT_TELL, "", "its file cannot be read")
    if content is not None and seen.blob and blob_of(content) == seen.blob:
        return Outcome(HOLDS)
    if not seen.tokens:
        return Outcome(CANNOT_TELL, "", NOT_SEEN)
    try:
        return _parsed_outcome(where, anchor, seen, index)
    except MissingExtra:
        return Outcome(CANNOT_TELL, "", NO_PARSER)


def _parsed_outcome(where: Relocation, anchor: Anchor, seen: Observed, index: "Index") -> Outcome:
    files = where.files
    here = anchor.path if files.content(anchor.path) is not None else ""
    here = here or where.renamed(anchor.path, seen.blob, seen.commit)
    present = None
    if here:
        symbols = files.symbols(here) or ()
        present = next((symbol for symbol in symbols if symbol.name == anchor.symbol), None)
        if present and present.digest == seen.tokens:
            return Outcome(HOLDS) if here == anchor.path else _moved(here, present)
        if same := _same(where, here, symbols, anchor, seen):
            return _moved(here, same)
    if here and present is None and _under_a_condition(where, here, anchor, seen):
        return Outcome(HOLDS) if here == anchor.path else Outcome(MOVED, str(anchor._replace(path=here)))
    if here and present is None and _half_written(where, here, anchor):
        return Outcome(CANNOT_TELL, "", BROKEN)
    if present is None and (elsewhere := _elsewhere(where, anchor, seen, here, index)):
        return elsewhere
    if present:
        now = "" if here == anchor.path else str(Anchor(here, symbol=present.name))
        return Outcome(CHANGED, now, _difference(where, anchor, seen, here, present))
    return Outcome(GONE, "", where.note())


def _under_a_condition(where: Relocation, path: str, anchor: Anchor, seen: Observed) -> bool:
    """Whether a constant that was at the top stands in its file once, outside of all symbols: put under a condition."""
    count, prints = seen.last - seen.first + 1, tuple(where.files.prints(path))
    starts = [at for at in range(len(prints) - count + 1) if prints[at : at + count] == seen.lines]
    if len(starts) != 1 or "." in anchor.symbol:
        return False
    there = _NOBODY._replace(name=anchor.symbol, first=starts[0] + 1, last=starts[0] + count)
    if any(one.first <= there.first <= one.last for one in where.files.symbols(path) or ()):
        return False
    old = where.old_content(anchor.path, seen.blob, seen.commit)
    was = tuple(fingerprint(line) for line in old.splitlines()) if old is not None else ()
    if sum(was[at : at + count] == seen.lines for at in range(len(was) - count + 1)) > 1:
        return False  # an equal one that was always there
    return next(_bodies(where.files.language(path), where.files.lines(path), there)) == seen.body


def _half_written(where: Relocation, path: str, anchor: Anchor) -> bool:
    """Whether a file names a symbol that cannot be read in it because of errors: somebody is editing it."""
    content = where.files.content(path) or b""
    return bool(_mentions(plain_name(anchor.symbol)).search(content)) and where.files.broken(path)


def _moved(path: str, symbol: Symbol) -> Outcome:
    return Outcome(MOVED, str(Anchor(path, symbol=symbol.name)))


def _same(where: Relocation, path: str, symbols: Sequence[Symbol], anchor: Anchor, seen: Observed) -> Symbol | None:
    """The symbol with the tokens observed among others of a file; also one that was only renamed."""
    wanted = plain_name(anchor.symbol)
    present = any(symbol.name == anchor.symbol for symbol in symbols)
    alike = [symbol for symbol in symbols if symbol.digest == seen.tokens and plain_name(symbol.name) == wanted]
    for symbol in alike:
        likely = not present or _base(symbol.name) == _base(anchor.symbol)
        if _is_new(where, path, symbol, seen, likely, anchor):
            return symbol
    if present:
        return None  # it is there by its name, and says something else
    found = [
        one for one in _renamed(where, path, symbols, seen, wanted) if _is_new(where, path, one, seen, True, anchor)
    ]
    return found[0] if len(found) == 1 else None


def _renamed(where: Relocation, path: str, symbols: Sequence[Symbol], seen: Observed, before: str) -> list[Symbol]:
    """The symbols whose tokens but for their names are those observed. before: the name of the one observed."""
    count = seen.last - seen.first + 1
    if not seen.body or count < SHORTEST_BODY:
        return []
    language, lines = where.files.language(path), where.files.lines(path)
    alike = [s for s in symbols if count / SIZES <= s.last - s.first + 1 <= count * SIZES]
    return [symbol for symbol in alike if not where.late() and seen.body in _bodies(language, lines, symbol, before)]


def _is_new(
    where: Relocation, path: str, symbol: Symbol, seen: Observed, otherwise: bool, own: Anchor | None = None
) -> bool:  # fmt: skip
    """Whether a symbol was not there, saying the same, when an anchor was noted: what was there did not move there.

    otherwise: the answer where git cannot say; own: the anchor, when the file is its own, perhaps renamed.
    """
    old = where.old_content(own.path, seen.blob, seen.commit) if own else where.old_content(path, "", seen.commit)
    if old is None:
        return otherwise
    from oldhand.code.syntax import parse

    was = parse(where.files.language(path), old)
    return not any(one.name == symbol.name and one.digest == symbol.digest for one in (was.symbols if was else ()))


def _came_since(where: Relocation, anchor: Anchor, path: str, symbol: Symbol, seen: Observed) -> bool:
    """Whether git knows that a file had no symbol of this name when an anchor was noted; another's own is no match."""
    if not seen.commit:
        return False
    old = where.old_content(path, "", seen.commit)
    if old is None:  # a file that came since, if git knows the commit
        known = where.covers(seen.commit) or where.object(f"{seen.commit}:{anchor.path}") is not None
        return known and not where.short_of_time
    from oldhand.code.syntax import parse

    was = parse(where.files.language(path), old)
    return was is not None and not was.broken and all(one.name != symbol.name for one in was.symbols)


def _base(name: str) -> str:
    """A qualified name without the number that tells it from others of the same name."""
    return re.sub(r"#\d{1,6}\Z", "", name)


def _bodies(language: str, lines: Sequence[bytes], symbol: Symbol, before: str = "") -> Iterator[str]:
    """The digest of a symbol's tokens with its own name taken out of them; then with one mention of it taken out.

    before: the name it may have had, which was taken out then and may still be a word in its text. Its own name
    may have been a word in its text before it was its name, and was left in place then.
    """
    text = b"\n".join(_without_margin(lines[symbol.first - 1 : symbol.last]))
    if before:
        text = _mentions(before).sub(b"_", text)
    name = _mentions(plain_name(symbol.name))
    count = symbol.last - symbol.first + 1
    yield tokens_of(language, name.sub(b"_", text), 1, count)
    mentions = list(islice(name.finditer(text), MOST_MENTIONS + 1))
    for one in mentions[:MOST_MENTIONS] if len(mentions) > 1 else ():
        yield tokens_of(language, text[: one.start()] + b"_" + text[one.end() :], 1, count)


def _mentions(name: str) -> re.Pattern[bytes]:
    """What finds a name as a whole word."""
    return re.compile(rb"(?<![\w$])" + re.escape(name.encode()) + rb"(?![\w$])")


def _without_margin(lines: Sequence[bytes]) -> list[bytes]:
    """Lines moved to the left by what all of them are indented."""
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return [line[margin:] for line in lines]


def _elsewhere(where: Relocation, anchor: Anchor, seen: Observed, here: str, index: "Index") -> Outcome | None:
    """The symbol in another file: by the index of the project's code, or in the files that were touched since."""
    wanted = plain_name(anchor.symbol)
    paths = where.candidates(anchor.path, seen.commit)
    if index is not None and not where.covers(seen.commit) and (known := index()) is not None:
        held = known.symbols_with_digest(seen.tokens)
        paths += [path for path, symbol in held if plain_name(symbol.name) == wanted]
        paths += [path for path, _ in known.symbols_named(wanted)]
    likely: list[tuple[float, str, Symbol]] = []
    unlike: list[str] = []
    for path in dict.fromkeys(paths):
        content = where.files.content(path) if path not in (here, anchor.path) and not where.late() else None
        if content is None:
            continue
        if wanted.encode() not in content:
            unlike.append(path)
            continue
        for symbol in where.files.symbols(path) or ():
            if plain_name(symbol.name) == wanted:
                if symbol.digest != seen.tokens:
                    if not _came_since(where, anchor, path, symbol, seen):
                        continue
                    likely.append((_likeness(where, path, symbol, seen), path, symbol))
                elif _is_new(where, path, symbol, seen, True):
                    return _moved(path, symbol)
    if renamed := _renamed_elsewhere(where, unlike, seen, wanted):
        return renamed
    share, path, symbol = max(likely, key=lambda one: one[0], default=(0.0, "", _NOBODY))
    if share < LEAST_LIKE or where.short_of_time:  # the very symbol may be where nobody has looked yet
        return None
    return Outcome(
        CHANGED, str(Anchor(path, symbol=symbol.name)), _difference(where, anchor, seen, path, symbol)
    )  # fmt: skip


def _renamed_elsewhere(where: Relocation, paths: Sequence[str], seen: Observed, before: str) -> Outcome | None:
    """The one symbol of another name in another file whose tokens are those observed, if it is long enough to tell."""
    if seen.last - seen.first + 1 < LONG_ENOUGH:
        return None
    found: list[tuple[str, Symbol]] = []
    for path in paths:
        alike = _renamed(where, path, where.files.symbols(path) or (), seen, before) if not where.late() else []
        found += [(path, symbol) for symbol in alike if _is_new(where, path, symbol, seen, True)]
    return _moved(*found[0]) if len(found) == 1 else None


def _likeness(where: Relocation, path: str, symbol: Symbol, seen: Observed) -> float:
    """The share of its lines that a symbol has in common with what was observed."""
    if not seen.lines:
        return 0.0
    prints = where.files.prints(path)[symbol.first - 1 : symbol.last]
    return difflib.SequenceMatcher(None, seen.lines, prints[: 2 * len(seen.lines)], autojunk=False).ratio()


def _difference(where: Relocation, anchor: Anchor, seen: Observed, path: str, symbol: Symbol) -> str:
    """What differs, in one line: the signature, else how many lines."""
    signature = symbol.signature[: len(seen.words)] if len(seen.words) >= LONGEST_SIGNATURE else symbol.signature
    if seen.words and signature != seen.words:
        if where.files.broken(path):  # an open bracket takes what follows into the signature
            return BROKEN
        return f"signature: {_shown(seen.words, symbol.signature)} -> {_shown(symbol.signature, seen.words)}"
    now = where.files.prints(path)[symbol.first - 1 : symbol.last]
    count = seen.last - seen.first + 1
    before: Sequence[int] = seen.lines
    if len(before) < count and (old := where.old_content(anchor.path, seen.blob, seen.commit)) is not None:
        was = old.splitlines()[seen.first - 1 : seen.last]
        before = [fingerprint(line) for line in was] if noted(was, 1, len(was), 0).digest == seen.digest else ()
    if len(before) != count:
        return ""
    return difference(*changed_lines(before, now))


def _shown(signature: str, other: str) -> str:
    """A signature as far as it can be told in one line: what it begins as the other one does is left out first."""
    if len(signature) > LONGEST_SIGNATURE:
        same = next((at for at, pair in enumerate(zip(signature, other, strict=False)) if pair[0] != pair[1]), 0)
        start = max(signature.rfind(" ", 0, max(same - KEPT_BEFORE, 0)), 0)
        signature = ("…" if start else "") + signature[start:].strip()
    return signature if len(signature) <= LONGEST_SIGNATURE else signature[: LONGEST_SIGNATURE - 1] + "…"
