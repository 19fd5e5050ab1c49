"""Ranges of lines: their digests and fingerprints, and where they are in a file that was edited since.

Lines compare without the white space at their ends (digests) or without any (fingerprints).
"""

from collections.abc import Hashable, Sequence
from hashlib import sha256
from typing import NamedTuple
from zlib import crc32

from oldhand.model.observed import DIGITS, FINGERPRINT, MOST_LINES, Observed

CONTEXT = 3  # lines before and behind a range that are fingerprinted: as many as a diff shows
MOST_WORK = 4_000_000  # lines hashed while a range is looked for: about a second; beyond it is not found
SLACK = 60  # lines that may have come between the parts of an edited range; more is taken for two places
DISTINCT = 3  # lines with words that make a range tell-tale: shorter ones occur by chance in other places
UNLIKELY = 6  # lines with words that two places seldom share by chance: with fewer, what stands around them decides
SENTENCE = 5  # words of a line of prose; the lines of tables and settings have fewer
LONGEST_DIFFERENCE = 6_000  # lines left on both sides for the exact comparison, which takes up to 0.1 s


def digest(lines: Sequence[bytes]) -> str:
    """The digest of lines without the white space at their ends."""
    return sha256(b"\n".join(line.rstrip() for line in lines)).hexdigest()[:DIGITS]


def fingerprint(line: bytes) -> int:
    """A number of 12 bits that a line has however it is indented."""
    return crc32(b"".join(line.split())) % FINGERPRINT


def noted(lines: Sequence[bytes], first: int, last: int, context: int = CONTEXT) -> Observed:
    """Digest, numbers and fingerprints of the lines `first` to `last` (1-based) of a file.

    Of a range that is too long, the fingerprints of its beginning are noted, by which it is found again.
    """
    before = min(context, first - 1)
    after = min(context, max(len(lines) - last, 0))
    held = lines[first - 1 - before : last + after]
    if len(held) > MOST_LINES:
        after = 0
    return Observed(
        digest(lines[first - 1 : last]), first=first, last=last, before=before, after=after,
        lines=tuple(fingerprint(line) for line in held[:MOST_LINES]),
    )  # fmt: skip


def telling(lines: Sequence[bytes]) -> bool:
    """Whether lines say enough to be known again by themselves."""
    return sum(len(line.split()) > 1 or len(line.strip()) > 8 for line in lines) >= DISTINCT


def same(lines: Sequence[bytes], prints: Sequence[int], seen: Observed, count: int) -> list[int]:
    """Where `count` lines with the digest observed begin (0-based), in order. prints: of `lines`."""
    starts: Sequence[int] = range(len(lines) - count + 1)
    own = seen.lines[seen.before : seen.before + min(count, DISTINCT)]
    if own and len(starts) > 1:
        starts = [at for at in starts if prints[at] == own[0] and tuple(prints[at : at + len(own)]) == own]
    if len(starts) * count > MOST_WORK:
        return []
    bare = [line.rstrip() for line in lines]
    return [
        start for start in starts
        if sha256(b"\n".join(bare[start : start + count])).hexdigest()[:DIGITS] == seen.digest
    ]  # fmt: skip


class Mapped(NamedTuple):
    """Where a range went. first, last: 1-based, 0 when nothing is left; added, removed: lines.

    loose: how many lines at its ends may belong to what was changed beside it.
    """

    first: int
    last: int
    added: int
    removed: int
    loose: tuple[int, int] = (0, 0)

    @property
    def kept(self) -> bool:
        """Whether no line of the range was changed."""
        return bool(self.first) and not (self.added or self.removed)


def telling_much(lines: Sequence[bytes]) -> bool:
    """Whether lines say so much that another place which says the same would be a copy of a whole piece of code."""
    return sum(len(line.split()) > 1 or len(line.strip()) > 8 for line in lines) >= UNLIKELY


def sentences(lines: Sequence[bytes]) -> bool:
    """Whether there is a line of prose, in a file that holds no code: nobody writes the same sentence twice."""
    return any(len(line.split()) >= SENTENCE for line in lines)


class Around(NamedTuple):
    """Of each noted line with words before and behind a range, nearest first: whether it stands there now.

    None where the file begins or ends before.
    """

    before: list[bool | None]
    behind: list[bool | None]


def around(seen: Observed, prints: Sequence[int], first: int, last: int) -> Around:
    """What of the lines noted around a range stands around the lines `first` to `last` (1-based)."""
    noted_behind = seen.lines[len(seen.lines) - seen.after :] if seen.after else ()

    def compared(was: Sequence[int], now: Sequence[int]) -> list[bool | None]:  # a blank line says nothing
        return [one == now[at] if at < len(now) else None for at, one in enumerate(was) if one]

    return Around(
        compared(seen.lines[: seen.before][::-1], prints[: first - 1][::-1]), compared(noted_behind, prints[last:])
    )


def mapped(old: Sequence[Hashable], new: Sequence[Hashable], low: int, high: int) -> Mapped:
    """Where the elements `low` to `high` (0-based, the end excluded) of `old` are in `new`."""
    return all_mapped(old, new, [(low, high)])[0]


def all_mapped(
    old: Sequence[Hashable], new: Sequence[Hashable], ranges: Sequence[tuple[int, int]]
) -> list[Mapped]:  # fmt: skip
    """Where several ranges of `old`, each as for `mapped`, are in `new`."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    left, right = old[head : len(old) - tail], new[head : len(new) - tail]
    from difflib import SequenceMatcher  # only where something changed

    matcher = SequenceMatcher(None, left, right, autojunk=len(left) + len(right) > LONGEST_DIFFERENCE)
    codes = [("equal", 0, head, 0, head)]
    codes += [(op, a + head, b + head, c + head, d + head) for op, a, b, c, d in matcher.get_opcodes()]
    codes.append(("equal", len(old) - tail, len(old), len(new) - tail, len(new)))
    return [_hull(codes, low, high) for low, high in ranges]


def _hull(codes: list[tuple[str, int, int, int, int]], low: int, high: int) -> Mapped:
    begin = end = -1
    added = removed = 0
    loose = [0, 0]
    for op, a, b, c, d in codes:
        if op == "insert":
            if low < a < high:
                added += d - c
            continue
        if b <= low or a >= high:
            continue
        if op == "equal":
            c, d = c + max(low - a, 0), d - max(b - high, 0)
        else:
            removed += min(b, high) - max(a, low)
            inside = a >= low and b <= high
            added += d - c if inside else max(d - c - max(low - a, 0) - max(b - high, 0), 0)
            if a < low:
                loose[0] = d - c
            if b > high:
                loose[1] = d - c
        if d > c:
            begin, end = (c if begin < 0 else begin), d
    return Mapped(begin + 1 if end > begin else 0, max(end, 0), added, removed, (loose[0], loose[1]))


def mapped_by_prints(seen: Observed, prints: Sequence[int], count: int) -> Mapped | None:
    """Where a range went in a file with these fingerprints; None when what was noted does not tell."""
    if seen.before + count + seen.after != len(seen.lines):
        return None
    from difflib import SequenceMatcher

    block = SequenceMatcher(None, seen.lines, prints, autojunk=False).find_longest_match()
    if not block.size or (block.size == 1 and len(seen.lines) > 1 and not seen.lines[block.a]):
        return Mapped(0, 0, 0, count)
    low = max(block.b - block.a - SLACK, 0)
    window = prints[low : block.b + len(seen.lines) - block.a + SLACK]
    found = mapped(seen.lines, window, seen.before, seen.before + count)
    return found._replace(first=found.first + low, last=found.last + low) if found.first else found


def changed_lines(old: Sequence[Hashable], new: Sequence[Hashable]) -> tuple[int, int]:
    """(added, removed) lines between two texts."""
    went = mapped(old, new, 0, len(old))
    edges = len(new) - (went.last - went.first + 1 if went.first else 0)
    return went.added + edges, went.removed


def difference(added: int, removed: int) -> str:
    """A difference in words: `+2 −1 lines`."""
    parts = ([f"+{added}"] if added else []) + ([f"−{removed}"] if removed else [])
    return f"{' '.join(parts)} line{'s' if added + removed != 1 else ''}" if parts else ""
