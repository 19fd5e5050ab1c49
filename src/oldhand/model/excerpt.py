"""A part of a text that is kept without the rest, and without secrets: screened first, cut afterwards.

What tells of a secret may stand on the other side of a cut: its prefix, the word before it, the beginning of a block.
So a window larger than what is kept is screened, and the cut is made at places of the text itself. A secret that the
cut would halve is replaced whole. What may be a part of something longer than the window is dropped: a long run of
the characters of tokens, and lines of base64, where they touch the cut. Hooks use this: nothing is imported.
"""

TYPE_CHECKING = False  # as checkers know it: importing `typing` takes longer than a hook may take
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Found = Sequence[tuple[str, int, int]]  # kind, start, end: as `secrets.Secret`
    Finder = Callable[[str], Found]

MARGIN = 4096  # characters beyond a cut that are screened: a key of 4,096 bits has 3,300, other tokens at most 2,000
LONG_RUN = 16  # characters of a run that is dropped at a cut: the shortest token of known form has as many
LEAST_VARIED = 7  # different characters in such a run: as many as a token has, a ruler of dashes has fewer
LONG_LINE = 40  # characters of base64 in a line of a block: PEM has 64, OpenSSH 70, a PGP block at least 60
MOST_ASIDE = 16  # characters of other runs in such a line: its number, a mark of quoting
LONGEST_MARK = 60  # characters of a mark of ours that stands for a secret
LEADS = ":|\u2192-"  # what ends the file and the number that stand before a line of what was found or shown
_BASE64 = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/="
_RUN = frozenset((_BASE64 + b"_-.~%\\").decode())  # of tokens, and of a block that is written with escapes
_TO_BASE64 = bytes(byte if byte in _BASE64 else 32 for byte in range(256))


def head(text: str, most: int, find: "Finder") -> str:
    """The first `most` characters of a text, its secrets replaced by marks. find: the secrets in a text."""
    text = _plain(text)
    if len(text) <= most:
        return masked(text, find(text))
    window = text[: most + MARGIN]
    found = find(window)
    cut, crossing = _cut_before(window, most, found)
    return masked(window[:cut], [one for one in found if one[2] <= cut]) + crossing


def tail(text: str, most: int, find: "Finder", line: int = 0) -> str:
    """The last `most` characters of a text, its secrets replaced by marks.

    line: characters within which a line that begins is preferred to begin with.
    """
    text = _plain(text)
    if len(text) <= most:
        return masked(text, find(text))
    window = text[-(most + MARGIN) :]
    found = find(window)
    cut = len(window) - most
    newline = window.find("\n", cut, cut + line)
    cut, crossing = _cut_after(window, newline + 1 if newline >= 0 else cut, found)
    behind = [(kind, start - cut, end - cut) for kind, start, end in found if start >= cut]
    return crossing + masked(window[cut:], behind)


def ends(text: str, most: int, find: "Finder", between: str) -> str:
    """A text without its middle when it is longer than `most`, its secrets replaced. between: stands for the middle."""
    text = _plain(text)
    if len(text) <= most:
        return masked(text, find(text))
    if len(text) <= most + 2 * MARGIN:  # the windows would overlap: the whole is screened once
        found = find(text)
        return head(text, most // 2, lambda said: _within(found, 0, len(said))) + between + tail(
            text, most - most // 2, lambda said: _within(found, len(text) - len(said), len(text))
        )  # fmt: skip
    return head(text, most // 2, find) + between + tail(text, most - most // 2, find)


def masked(text: str, found: "Found") -> str:
    """A text with the secrets that were found in it, which do not overlap, replaced by marks."""
    if not found:
        return text
    from oldhand.model.secrets import mark

    parts, end = [], 0
    for kind, start, stop in found:
        parts += [text[end:start], mark(kind)]
        end = stop
    return "".join([*parts, text[end:]])


def _plain(text: str) -> str:
    """Without NUL, which is kept nowhere and would hide what stands on both sides of it."""
    return text.replace("\0", "") if "\0" in text else text


def _within(found: "Found", start: int, stop: int) -> "list[tuple[str, int, int]]":
    """What was found in a whole text, as of the part of it from `start` to `stop`."""
    return [(kind, max(a, start) - start, min(b, stop) - start) for kind, a, b in found if a < stop and b > start]


def _crossing(text: str, cut: int, found: "Found") -> "tuple[int, int, str] | None":
    """What stands on both sides of a cut as one: a secret, or a mark that stands for one. Its place and its mark."""
    for kind, start, end in found:
        if start < cut < end:
            from oldhand.model.secrets import mark

            return start, end, mark(kind)
    begin = text.rfind("[", max(0, cut - LONGEST_MARK), cut)
    end = text.find("]", begin, begin + LONGEST_MARK) if begin >= 0 else -1
    if end >= cut and " …" in text[begin:end] and "\n" not in text[begin:end]:
        return begin, end + 1, text[begin : end + 1]
    return None


def _cut_before(text: str, cut: int, found: "Found") -> "tuple[int, str]":
    """Where what is kept of a text ends, at most at `cut`, and the mark that follows it."""
    mark, before = "", -1
    lines = text.replace("\\n", " \n")  # of as many characters, and where ends of lines are written as escapes too
    while cut != before:
        before = cut
        if one := _crossing(text, cut, found):
            cut, mark = one[0], one[2]
        start, end = _run(text, cut)
        if start < cut < end and not mark and _tells(text[start:end]):
            cut = start
        cut = _before_block(lines, _before_block(text, cut))
    return cut, mark


def _cut_after(text: str, cut: int, found: "Found") -> "tuple[int, str]":
    """Where what is kept of a text begins, at least at `cut`, and the mark that stands before it."""
    mark, before = "", -1
    lines = text.replace("\\n", " \n")  # of as many characters, and where ends of lines are written as escapes too
    while cut != before:
        before = cut
        if one := _crossing(text, cut, found):
            cut, mark = one[1], one[2]
        start, end = _run(text, cut)
        if start < cut < end and _tells(text[start:end]):
            cut = end
        cut = _after_block(lines, _after_block(text, cut))
    return cut, mark


def _run(text: str, cut: int) -> "tuple[int, int]":
    """The run of characters of tokens around a cut."""
    start = end = cut
    while start and text[start - 1] in _RUN:
        start -= 1
    while end < len(text) and text[end] in _RUN:
        end += 1
    return start, end


def _tells(run: str) -> bool:
    """Whether a run may be a part of a token."""
    return len(run) >= LONG_RUN and len(set(run)) >= LEAST_VARIED


def _of_block(line: str, least: int) -> bool:
    """Whether a line is one of base64, with what editors and searches put before each, and marks of quoting."""
    line = line[: 4 * MARGIN]
    behind = max(map(line.rfind, LEADS)) + 1
    return _solid(line, least) or (behind > 0 and _solid(line[behind:], least))


def _solid(line: str, least: int) -> bool:
    runs = line.encode("utf-8", "replace").translate(_TO_BASE64).split()
    if not runs:
        return False
    longest = max(runs, key=len)
    aside = sum(map(len, runs)) - len(longest)
    mixed = longest.lower() != longest and longest.upper() != longest  # digests have letters of one case
    return len(longest) >= least and aside <= MOST_ASIDE and (mixed or least < LONG_LINE)


def _before_block(text: str, cut: int) -> int:
    """Where the lines of base64 begin that touch a cut from before; `cut` where there are none."""
    start = text.rfind("\n", 0, cut) + 1
    end = text.find("\n", cut)
    if not _of_block(text[start : end if end >= 0 else len(text)], LONG_LINE):
        return cut
    cut = start
    while start:
        before = text.rfind("\n", 0, start - 1) + 1
        if not _of_block(text[before : start - 1], LONG_LINE if before else 1):  # the first line may be a part of one
            break
        cut = start = before
    return cut


def _after_block(text: str, cut: int) -> int:
    """Where the lines of base64 end that touch a cut from behind; `cut` where there are none."""
    start = text.rfind("\n", 0, cut) + 1
    inside = bool(start) and _of_block(text[text.rfind("\n", 0, start - 1) + 1 : start - 1], LONG_LINE)
    while start < len(text):
        end = text.find("\n", start)
        end = end if end >= 0 else len(text)
        if not _of_block(text[start:end], 1 if inside else LONG_LINE):
            break
        inside = True
        cut = max(cut, min(end + 1, len(text)))
        start = end + 1
    return cut
