"""Anchors of files and of lines: whether the place still says what was observed, and where it went."""

from collections.abc import Sequence
from typing import NamedTuple

from oldhand.code.checked import CANNOT_TELL, CHANGED, GONE, HOLDS, MOVED, Outcome
from oldhand.code.line_ranges import (
    Mapped,
    changed_lines,
    difference,
    digest,
    fingerprint,
    mapped,
    mapped_by_prints,
    same,
    telling,
)
from oldhand.code.relocation import Relocation
from oldhand.code.sources import blob_of, tokens_of
from oldhand.errors import MissingExtra
from oldhand.model.anchor import Anchor
from oldhand.model.observed import Observed

MOST_LOOSE = 80  # lines at either end of an edited range that are tried without: at most 3,200 digests, 0.1 s
INDENTED = "indented otherwise"  # the difference where no line differs in anything else
WIDEST_MARGIN, MOST_TABS = 24, 6  # blanks and tabs before a block that are tried: six levels of four
LEAST_AROUND = 2  # lines with words around a short range that must be there to know it again
KEPT_SHARE = 0.5  # of its lines that must be found in another file to say that an edited range is there now


class _Found(NamedTuple):
    """Lines found again. same: they say what was observed; else `added` and `removed` lines differ."""

    first: int
    last: int
    same: bool
    added: int = 0
    removed: int = 0


def file_outcome(where: Relocation, anchor: Anchor, seen: Observed) -> Outcome:
    """What became of a whole file."""
    files = where.files
    content = files.content(anchor.path)
    if content is not None:
        if _same_file(where, anchor.path, seen, content):
            return Outcome(HOLDS)
        return Outcome(CHANGED, "", _file_difference(where, anchor.path, seen, anchor.path))
    if files.exists(anchor.path):
        return Outcome(CANNOT_TELL, "", "it cannot be read")
    if not (now := where.renamed(anchor.path, seen.blob, seen.commit)):
        return Outcome(GONE, "", where.note())
    if _same_file(where, now, seen, files.content(now) or b""):
        return Outcome(MOVED, now)
    return Outcome(CHANGED, now, _file_difference(where, now, seen, anchor.path))


def folder_outcome(where: Relocation, anchor: Anchor, seen: Observed) -> Outcome:
    """What became of a folder: whether it is there, as what it holds is not compared."""
    if where.files.exists(anchor.path):
        return Outcome(CANNOT_TELL, "", "it is there; what is in a folder is not compared")
    if now := where.renamed_folder(anchor.path, seen.commit):
        return Outcome(MOVED, now)
    return Outcome(GONE, "", where.note())


def _same_file(where: Relocation, path: str, seen: Observed, content: bytes) -> bool:
    if (seen.blob and blob_of(content) == seen.blob) or digest(where.files.lines(path)) == seen.digest:
        return True
    return bool(seen.tokens) and _tokens(where, path, 0, 0) == seen.tokens


def _file_difference(where: Relocation, path: str, seen: Observed, old_path: str) -> str:
    old = where.old_content(old_path, seen.blob, seen.commit)
    if old is not None and digest(old.splitlines()) == seen.digest:
        before, now = ([line.rstrip() for line in text] for text in (old.splitlines(), where.files.lines(path)))
        return difference(*changed_lines(before, now))
    if seen.lines and len(seen.lines) == seen.last:
        return difference(*changed_lines(seen.lines, where.files.prints(path)))
    return ""


def lines_outcome(where: Relocation, anchor: Anchor, seen: Observed) -> Outcome:
    """What became of a range of lines."""
    files = where.files
    content = files.content(anchor.path)
    if content is None and files.exists(anchor.path):
        return Outcome(CANNOT_TELL, "", "it cannot be read")
    if content is not None:
        if seen.blob and blob_of(content) == seen.blob:
            return Outcome(HOLDS)
        if digest(files.lines(anchor.path)[anchor.first - 1 : anchor.last]) == seen.digest:
            return Outcome(HOLDS)
    here = anchor.path if content is not None else where.renamed(anchor.path, seen.blob, seen.commit)
    found = _in_file(where, here, anchor, seen) if here else None
    if found and found.same:
        return _at(anchor, here, found)
    mostly_here = found and found.first and found.removed <= KEPT_SHARE * _count(anchor, seen)
    if not mostly_here and (elsewhere := _in_others(where, anchor, seen, here)):
        return elsewhere
    if found and found.first:
        outcome = _at(anchor, here, found)
        return Outcome(CHANGED, outcome.now, difference(found.added, found.removed) or INDENTED)
    if here:
        said = f"none of its {_count(anchor, seen)} lines is left" if found else ""
        return Outcome(CHANGED, here if here != anchor.path else "", _joined(said, where.note()))
    return Outcome(GONE, "", where.note())


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def _at(anchor: Anchor, path: str, found: _Found) -> Outcome:
    """Holds or moved, by where the lines are now."""
    if path == anchor.path and found.first == anchor.first:
        return Outcome(HOLDS)
    return Outcome(MOVED, str(Anchor(path, found.first, found.last)))


def _in_file(where: Relocation, path: str, anchor: Anchor, seen: Observed) -> _Found | None:
    """The lines in their own file, wherever they are in it now; None when nothing can be said."""
    lines, count = where.files.lines(path), _count(anchor, seen)
    starts = same(lines, where.files.prints(path), seen, count)
    if len(starts) == 1 and (telling(lines[starts[0] : starts[0] + count]) or not seen.lines):
        return _Found(starts[0] + 1, starts[0] + count, True)
    went = _mapped(where, path, anchor, seen)
    if went and went.kept and _reindented(lines[went.first - 1 : went.last], seen):
        return _Found(went.first, went.last, True)
    if went and went.first and (tight := _tightened(where, path, went, seen)):
        return _Found(*tight, True)
    if starts and (went is None or not went.first):
        nearest = min(starts, key=lambda start: abs(start + 1 - anchor.first))
        return _Found(nearest + 1, nearest + count, True)
    if went is None:
        return None
    return _Found(went.first, went.last, False, went.added, went.removed)


def _mapped(where: Relocation, path: str, anchor: Anchor, seen: Observed) -> Mapped | None:
    """Where the lines went: by the whole file as it was when git has it, else by their fingerprints."""
    old = where.old_content(anchor.path, seen.blob, seen.commit)
    if old is not None:
        before = old.splitlines()
        first, last = (seen.first, seen.last) if seen.first else (anchor.first, anchor.last)
        if digest(before[first - 1 : last]) == seen.digest:
            now = where.files.lines(path)
            bare = [[b"".join(line.split()) for line in lines] for lines in (before, now)]
            return mapped(bare[0], bare[1], first - 1, last)
    return mapped_by_prints(seen, where.files.prints(path), _count(anchor, seen))


def _count(anchor: Anchor, seen: Observed) -> int:
    """How many lines were observed; an anchor that was followed to an edited place may name more or fewer."""
    return seen.last - seen.first + 1 if seen.first else anchor.last - anchor.first + 1


def _reindented(lines: Sequence[bytes], seen: Observed) -> bool:
    """Whether lines are those observed, perhaps all of them moved to the right or to the left by as much."""
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    bare = [line[margin:] for line in lines]
    before = [b" " * count for count in range(WIDEST_MARGIN + 1)] + [b"\t" * count for count in range(1, MOST_TABS + 1)]
    return any(digest([left + line if line.strip() else b"" for line in bare]) == seen.digest for left in before)


def _tightened(where: Relocation, path: str, went: Mapped, seen: Observed) -> tuple[int, int] | tuple[()]:
    """The lines of an edited range that have the same tokens as before, nothing when none have.

    What was changed beside the range may have been taken for a part of it, at either end.
    """
    if not seen.tokens:
        return ()
    span = went.last - went.first
    most = [span, span] if span <= MOST_LOOSE else [min(loose, MOST_LOOSE) for loose in went.loose]
    windows = [(went.first + a, went.last - b) for a in range(most[0] + 1) for b in range(min(most[1], span - a) + 1)]
    for first, last in sorted(windows, key=lambda pair: pair[0] - pair[1]):
        if where.late():
            break
        if _tokens(where, path, first, last) == seen.tokens:
            return first, last
    return ()


def _tokens(where: Relocation, path: str, first: int, last: int) -> str:
    """The digest of tokens, empty where they cannot be told."""
    try:
        return where.files.tokens(path, first, last)
    except MissingExtra:
        return ""  # then text alone decides, as it does in a language without a grammar


def _in_others(where: Relocation, anchor: Anchor, seen: Observed, here: str) -> Outcome | None:
    """The lines in another file: as they were, or with most of them still there once their own file is gone."""
    count = _count(anchor, seen)
    best: tuple[float, str, Mapped] | None = None
    if not seen.lines or where.late():
        return None
    for path in where.candidates(anchor.path, seen.commit):
        if where.late():
            break
        if path == here or where.files.content(path) is None:
            continue
        lines = where.files.lines(path)
        starts = same(lines, where.files.prints(path), seen, count)
        start = next((at for at in starts if _known_again(where, path, at, seen, count)), -1)
        if start >= 0 and _is_new(where, path, seen, count):
            return Outcome(MOVED, str(Anchor(path, start + 1, start + count)))
        went = mapped_by_prints(seen, where.files.prints(path), count) if count > seen.before + seen.after else None
        if went and went.first and (kept := (count - went.removed) / count) > max(KEPT_SHARE, best[0] if best else 0):
            best = (kept, path, went)
    if best is None:
        return None
    _, path, went = best
    if tight := _tightened(where, path, went, seen):
        return Outcome(MOVED, str(Anchor(path, *tight)))
    if here:
        return None
    return Outcome(CHANGED, str(Anchor(path, went.first, went.last)), difference(went.added, went.removed))


def _known_again(where: Relocation, path: str, start: int, seen: Observed, count: int) -> bool:
    """Whether equal lines in another file are the ones observed: by what they say, else by what stands around them."""
    if telling(where.files.lines(path)[start : start + count]):
        return True
    prints = where.files.prints(path)
    around = [*zip(reversed(seen.lines[: seen.before]), reversed(prints[:start]), strict=False)]
    around += zip(seen.lines[seen.before + count :], prints[start + count :], strict=False)
    words = [one == other for one, other in around if one]  # a blank line says nothing
    return len(words) >= LEAST_AROUND and sum(words) > KEPT_SHARE * len(words)


def _is_new(where: Relocation, path: str, seen: Observed, count: int) -> bool:
    """Whether another file did not hold the lines when they were noted: what was there did not move there."""
    old = where.old_content(path, "", seen.commit)
    if old is None:
        return True
    lines = old.splitlines()
    return not same(lines, [fingerprint(line) for line in lines], seen, count)


def old_tokens(language: str, source: bytes, first: int, last: int) -> str:
    """The digest of tokens for an observation, empty where there is no parser for it."""
    try:
        return tokens_of(language, source, first, last)
    except MissingExtra:
        return ""
