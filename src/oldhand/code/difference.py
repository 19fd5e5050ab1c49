"""What changed between two texts: which lines, how many, and the same as a unified diff, in bounded time."""

import difflib
from collections.abc import Sequence
from typing import NamedTuple

MOST_COMPARED = 3_000  # lines of either text compared line by line: difflib's time grows with their product
MOST_DIFF_LINES = 400  # of a unified diff that is shown
CONTEXT = 3  # unchanged lines shown around each change, as git does


class Hunk(NamedTuple):
    """A run of lines that was replaced: 1-based lines before (`last` < `first`: nothing) and after."""

    first: int
    last: int
    new_first: int
    new_last: int


def hunks(before: Sequence[str], after: Sequence[str]) -> list[Hunk]:
    """The runs of lines that differ; one run for all when the texts are too long to be compared line by line."""
    start = 0
    shortest = min(len(before), len(after))
    while start < shortest and before[start] == after[start]:
        start += 1
    end = 0
    while end < shortest - start and before[-1 - end] == after[-1 - end]:
        end += 1
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    if not old and not new:
        return []
    if not old or not new or max(len(old), len(new)) > MOST_COMPARED:
        return [Hunk(start + 1, start + len(old), start + 1, start + len(new))]
    blocks = difflib.SequenceMatcher(None, old, new, autojunk=True).get_opcodes()
    return [
        Hunk(start + low + 1, start + high, start + new_low + 1, start + new_high)
        for tag, low, high, new_low, new_high in blocks if tag != "equal"
    ]  # fmt: skip


def counts(found: Sequence[Hunk]) -> tuple[int, int]:
    """(lines added, lines removed)."""
    added = sum(hunk.new_last - hunk.new_first + 1 for hunk in found)
    return added, sum(hunk.last - hunk.first + 1 for hunk in found)


def unified(before: Sequence[str], after: Sequence[str], found: Sequence[Hunk]) -> list[str]:
    """The changes as lines of a unified diff, without its two head lines; cut to MOST_DIFF_LINES."""
    lines: list[str] = []
    shown = 0  # lines of `before` told so far
    for number, hunk in enumerate(found):
        low = max(hunk.first - 1 - CONTEXT, shown)
        if number == 0 or low > shown:
            lines.append(f"@@ -{hunk.first},{hunk.last - hunk.first + 1} +{hunk.new_first} @@")
        lines.extend(f" {line}" for line in before[low : hunk.first - 1])
        lines.extend(f"-{line}" for line in before[hunk.first - 1 : hunk.last])
        lines.extend(f"+{line}" for line in after[hunk.new_first - 1 : hunk.new_last])
        following = found[number + 1].first - 1 if number + 1 < len(found) else len(before)
        shown = min(hunk.last + CONTEXT, following)
        lines.extend(f" {line}" for line in before[hunk.last : shown])
    left = len(lines) - MOST_DIFF_LINES
    return lines if left <= 0 else [*lines[:MOST_DIFF_LINES], f"… {left} more lines"]
