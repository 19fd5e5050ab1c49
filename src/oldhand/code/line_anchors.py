"""Anchors of files and of lines: whether the place still says what was observed, and where it went."""

from collections.abc import Sequence
from typing import NamedTuple

from oldhand.code.checked import CANNOT_TELL, CHANGED, GONE, HOLDS, MOVED, Outcome
from oldhand.code.line_ranges import (
    DISTINCT,
    Mapped,
    all_mapped,
    around,
    changed_lines,
    difference,
    digest,
    fingerprint,
    mapped_by_prints,
    same,
    sentences,
    telling,
    telling_much,
)
from oldhand.code.relocation import Relocation
from oldhand.code.sources import blob_of, tokens_of
from oldhand.errors import MissingExtra
from oldhand.model.anchor import Anchor
from oldhand.model.observed import Observed

MOST_LOOSE = 80  # lines at either end of an edited range that are tried without: at most 3,200 digests, 0.1 s
INDENTED = "indented otherwise"  # the difference where no line differs in anything else
WIDEST_MARGIN, MOST_TABS = 24, 6  # blanks and tabs before a block that are tried: six levels of four
SURE_WINDOWS = 300  # parts of an edited range that are compared though the time is up: of 24 lines all, in 0.01 s
LEAST_AROUND = 2  # lines with words around a short range that must be there to know it again
MOST_TWINS = 200  # equal places of the old file that are followed: a table may have as many, a file seldom more
KEPT_SHARE = 0.5  # of its lines that must be found in another file to say that an edited range is there now


class _Found(NamedTuple):
    """Lines found again. same: they say what was observed; else `added` and `removed` lines differ.

    doubt: why it cannot be told whether they are the ones, empty when it can.
    """

    first: int
    last: int
    same: bool
    added: int = 0
    removed: int = 0
    doubt: str = ""


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
        if digest(files.lines(anchor.path)[anchor.first - 1 : anchor.last]) == seen.digest and _stayed(
            where, anchor, seen
        ):
            return Outcome(HOLDS)
    here = anchor.path if content is not None else where.renamed(anchor.path, seen.blob, seen.commit)
    found = _in_file(where, here, anchor, seen) if here else None
    if found and found.same:
        return _at(anchor, here, found)
    if found and found.doubt:
        return Outcome(CANNOT_TELL, "", found.doubt)
    mostly_here = found and found.first and _is_still_here(where, here, found, anchor, seen)
    if not mostly_here and (elsewhere := _in_others(where, anchor, seen, here)):
        return elsewhere
    if not mostly_here and here and where.short_of_time:
        return Outcome(CANNOT_TELL, "", f"not at its place; {where.note()}")
    if found and found.first:
        outcome = _at(anchor, here, found)
        return Outcome(CHANGED, outcome.now, difference(found.added, found.removed) or INDENTED)
    if here:
        count = _count(anchor, seen)
        said = (f"none of its {count} lines is left" if count > 1 else "its line is not left") if found else ""
        return Outcome(CHANGED, here if here != anchor.path else "", said)
    return Outcome(GONE, "", where.note())


def _is_still_here(where: Relocation, path: str, found: _Found, anchor: Anchor, seen: Observed) -> bool:
    """Whether an edited range was edited where it is: most of it is left, or of a short one what stood beside it."""
    count = _count(anchor, seen)
    between = count < DISTINCT and _is_between(where, path, seen, found.first, found.last)
    return between or found.removed <= KEPT_SHARE * count


def _is_between(where: Relocation, path: str, seen: Observed, first: int, last: int) -> bool:
    """Whether a place is between the lines that were next to the range, as far as there were any."""
    sides = [side for side in around(seen, where.files.prints(path), first, last) if side]
    return bool(sides) and all(side[0] for side in sides)


def _stayed(where: Relocation, anchor: Anchor, seen: Observed) -> bool:
    """Whether equal lines at the noted place are surely those observed: all that was noted around them stands there.

    Else an equal piece of code may have slid into the place of one that was taken out. Where nothing was noted
    around them, they are.
    """
    before, behind = around(seen, where.files.prints(anchor.path), anchor.first, anchor.last)
    return all(before) and all(behind)


def _at(anchor: Anchor, path: str, found: _Found) -> Outcome:
    """Holds or moved, by where the lines are now."""
    if path == anchor.path and found.first == anchor.first:
        return Outcome(HOLDS)
    return Outcome(MOVED, str(Anchor(path, found.first, found.last)))


def _in_file(where: Relocation, path: str, anchor: Anchor, seen: Observed) -> _Found | None:
    """The lines in their own file, wherever they are in it now; None when nothing can be said.

    An equal place that was there before, beside the noted one, is not where the lines went. Where the old
    file is not at hand, what stands around a place tells.
    """
    lines, prints, count = where.files.lines(path), where.files.prints(path), _count(anchor, seen)
    starts = same(lines, prints, seen, count)
    old = _as_it_was(where, anchor, seen)
    if old is None:
        went = mapped_by_prints(seen, prints, count)
        likely = [at for at in starts if _may_be(where, path, anchor, seen, at + 1, at + count, True)]
        edited = went and went.first and not went.kept and _is_between(where, path, seen, went.first, went.last)
        if starts and not likely and not edited:
            like = Anchor(path, starts[0] + 1, starts[0] + count)
            return _Found(like.first, like.last, False, doubt=_in_doubt(where, like))
        starts = likely
        if went and went.first and not _may_be(where, path, anchor, seen, went.first, went.last, went.kept):
            went = Mapped(0, 0, 0, count)
    else:
        went, taken = _followed(old, lines, seen, anchor, count)
        starts = [at for at in starts if at + 1 not in taken]
    if len(starts) == 1 and (telling(lines[starts[0] : starts[0] + count]) or not seen.lines):
        return _Found(starts[0] + 1, starts[0] + count, True)
    if went and went.kept and _reindented(lines[went.first - 1 : went.last], seen):
        return _Found(went.first, went.last, True)
    tight, cut = _tightened(where, path, went, seen) if went and went.first else ((), False)
    if tight:
        return _Found(*tight, True)
    if starts and (went is None or not went.first):
        nearest = min(starts, key=lambda start: abs(start + 1 - anchor.first))
        return _Found(nearest + 1, nearest + count, True)
    if went is None:
        return None
    return _Found(went.first, went.last, False, went.added, went.removed, where.note() if cut else "")


def _in_doubt(where: Relocation, like: Anchor) -> str:
    """Why a place that says the same is not told as the one observed."""
    return f"not at its place; {where.note()}" if where.short_of_time else f"{like} says the same, and may be another"


def _as_it_was(where: Relocation, anchor: Anchor, seen: Observed) -> list[bytes] | None:
    """The lines of the file as it was when the range was noted, None when git does not have them."""
    old = where.old_content(anchor.path, seen.blob, seen.commit)
    before = old.splitlines() if old is not None else []
    first, last = _noted_place(anchor, seen)
    return before if before and digest(before[first - 1 : last]) == seen.digest else None


def _noted_place(anchor: Anchor, seen: Observed) -> tuple[int, int]:
    return (seen.first, seen.last) if seen.first else (anchor.first, anchor.last)


def _followed(
    old: list[bytes], lines: list[bytes], seen: Observed, anchor: Anchor, count: int
) -> tuple[Mapped, set[int]]:  # fmt: skip
    """Where the lines went by the whole old file, and where (1-based) the places went that were equal to them then."""
    first, last = _noted_place(anchor, seen)
    twins = [at for at in same(old, [fingerprint(line) for line in old], seen, count) if at != first - 1]
    bare = [[b"".join(line.split()) for line in side] for side in (old, lines)]
    ranges = [(first - 1, last), *((at, at + count) for at in twins[:MOST_TWINS])]
    own, *others = all_mapped(bare[0], bare[1], ranges)
    return own, {one.first for one in others if one.kept}


def _may_be(where: Relocation, path: str, anchor: Anchor, seen: Observed, first: int, last: int, same: bool) -> bool:
    """Whether a place may be the one observed, by what stands around it where the lines themselves are few.

    same: whether the lines say what was observed, and stand elsewhere; else one side that is as it was is enough.
    """
    lines, prints = where.files.lines(path), where.files.prints(path)
    sides = [side for side in around(seen, prints, first, last) if side]
    held = lines[first - 1 : last]
    if not sides or telling_much(held) or (not where.files.language(path) and sentences(held)):
        return True
    if not same or (path == anchor.path and first == anchor.first):
        words = [one for side in sides for one in side]
        return any(all(side) for side in sides) or sum(map(bool, words)) > KEPT_SHARE * len(words)
    return all(side[0] and sum(map(bool, side)) > KEPT_SHARE * len(side) for side in sides)


def _count(anchor: Anchor, seen: Observed) -> int:
    """How many lines were observed; an anchor that was followed to an edited place may name more or fewer."""
    return seen.last - seen.first + 1 if seen.first else anchor.last - anchor.first + 1


def _reindented(lines: Sequence[bytes], seen: Observed) -> bool:
    """Whether lines are those observed, perhaps all of them moved to the right or to the left by as much."""
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    bare = [line[margin:] for line in lines]
    before = [b" " * count for count in range(WIDEST_MARGIN + 1)] + [b"\t" * count for count in range(1, MOST_TABS + 1)]
    return any(digest([left + line if line.strip() else b"" for line in bare]) == seen.digest for left in before)


def _tightened(where: Relocation, path: str, went: Mapped, seen: Observed) -> tuple[tuple[int, int] | tuple[()], bool]:
    """The lines of an edited range that have the same tokens as before, nothing when none have; whether time cut it.

    What was changed beside the range may have been taken for a part of it, at either end.
    """
    if not seen.tokens:
        return (), False
    span = went.last - went.first
    most = [span, span] if span <= MOST_LOOSE else [min(loose, MOST_LOOSE) for loose in went.loose]
    windows = [(went.first + a, went.last - b) for a in range(most[0] + 1) for b in range(min(most[1], span - a) + 1)]
    for number, (first, last) in enumerate(sorted(windows, key=lambda pair: pair[0] - pair[1])):
        if number >= SURE_WINDOWS and where.late():
            return (), True
        if _tokens(where, path, first, last) == seen.tokens:
            return (first, last), False
    return (), False


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
        kept = (count - went.removed) / count if went and went.first else 0.0
        if (
            went
            and kept > max(KEPT_SHARE, best[0] if best else 0)
            and not _held_as_much(where, path, seen, count, went)
        ):
            best = (kept, path, went)
    if best is None or where.short_of_time:
        return None
    _, path, went = best
    tight, cut = _tightened(where, path, went, seen)
    if tight:
        return Outcome(MOVED, str(Anchor(path, *tight)))
    if here or cut:
        return None
    return Outcome(CHANGED, str(Anchor(path, went.first, went.last)), difference(went.added, went.removed))


def _known_again(where: Relocation, path: str, start: int, seen: Observed, count: int) -> bool:
    """Whether equal lines in another file are the ones observed: by what they say, else by what stands around them."""
    if telling(where.files.lines(path)[start : start + count]):
        return True
    sides = around(seen, where.files.prints(path), start + 1, start + count)
    words = [one for side in sides for one in side if one is not None]
    return len(words) >= LEAST_AROUND and sum(words) > KEPT_SHARE * len(words)


def _is_new(where: Relocation, path: str, seen: Observed, count: int) -> bool:
    """Whether another file did not hold the lines when they were noted: what was there did not move there."""
    old = where.old_content(path, "", seen.commit)
    if old is None:
        return True  # a file that came since, or no git: then every place that tells is as good as another
    lines = old.splitlines()
    return not same(lines, [fingerprint(line) for line in lines], seen, count)


def _held_as_much(where: Relocation, path: str, seen: Observed, count: int, went: Mapped) -> bool:
    """Whether another file already held as many of the lines when they were noted: its own did not come from here."""
    old = where.old_content(path, "", seen.commit)
    if old is None:
        return False
    was = mapped_by_prints(seen, [fingerprint(line) for line in old.splitlines()], count)
    return was is not None and bool(was.first) and was.removed <= went.removed


def old_tokens(language: str, source: bytes, first: int, last: int) -> str:
    """The digest of tokens for an observation, empty where there is no parser for it."""
    try:
        return tokens_of(language, source, first, last)
    except MissingExtra:
        return ""
