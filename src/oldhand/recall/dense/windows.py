"""Windows: a text cut into parts that a model reads whole.

A model looks at the first few hundred pieces of a text and at nothing after them, and one vector for
a long text says little of any sentence in it. So whole sentences and lines are gathered up to a
length, and longer ones are cut. The same text always gives the same windows.
"""

import re

WINDOW_WORDS = 100  # words in a window: some 130 pieces of English, half of the 256 that all-MiniLM-L6-v2 reads
MAX_WINDOWS = 64  # of one text: 6,400 words, a long document; beyond, a vector more costs each search and tells less
FROM_START = MAX_WINDOWS // 2  # of a longer text these are its beginning, the others lie evenly up to its end
LETTERS = 16  # plain letters that count as one word at most: longer runs are no words
ASCII_CHARACTERS = 4  # of other ASCII (a path, a call, a hash) count as one word: each sign is a piece of its own
OTHER_CHARACTERS = 2  # of other scripts count as one word: models trained on English read them almost one by one
LONGEST = 2_097_152  # characters looked at, half from the start and half from the end: half a second
LONGEST_PIECE = 200  # characters that are never cut apart; of other scripts, as many as fill a window

_PIECE = re.compile(rf"[^\s。！？；]{{1,{LONGEST_PIECE}}}[。！？；]?|[。！？；]")
_AROUND = ".,;:!?()[]\"'`*_"  # what stands around words in prose
_ENDINGS = (".", "!", "?", "…", "。", "！", "？", "；")

Span = tuple[int, int, float]  # first character, the one after the last, length in words


def windows(text: str, words: int = WINDOW_WORDS) -> list[str]:
    """The windows of a text in their order, white space made single; none for a text without a letter or sign.

    words: the length of a window. At most MAX_WINDOWS: of a longer text the beginning and an even choice up to its end.
    """
    if len(text) > LONGEST:
        half = LONGEST // 2
        text = text[:half] + "\n" + text[-half:]
    spans = _gathered(text, words)
    if len(spans) > MAX_WINDOWS:
        rest, chosen = len(spans) - FROM_START, MAX_WINDOWS - FROM_START
        spans = spans[:FROM_START] + [
            spans[FROM_START + number * (rest - 1) // (chosen - 1)] for number in range(chosen)
        ]
    return [" ".join(text[first:end].split()) for first, end in spans]


def _gathered(text: str, words: int) -> list[tuple[int, int]]:
    """Sentences that follow each other, as many as fit a window."""
    found: list[tuple[int, int]] = []
    first = end = 0
    length = 0.0
    for start, stop, size in _sentences(text, words):
        if length and length + size > words:
            found.append((first, end))
            length = 0.0
        if not length:
            first = start
        end, length = stop, length + size
    if length:
        found.append((first, end))
    return found


def _sentences(text: str, words: int) -> list[Span]:
    """The sentences and lines of a text, longer ones cut at the length of a window."""
    found: list[Span] = []
    first = end = 0
    length = 0.0
    for match in _PIECE.finditer(text):
        piece = match[0]
        size = _length(piece)
        begins = match.start()
        if length and (length + size > words or "\n" in text[end:begins] or _ends(text, end, begins)):
            found.append((first, end, length))
            length = 0.0
        if not length:
            first = begins
        end, length = match.end(), length + size
    if length:
        found.append((first, end, length))
    return found


def _ends(text: str, end: int, begins: int) -> bool:
    """Whether a sentence ends before `end`: a full stop counts only before white space (not in 3.11 or a.b)."""
    last = text[end - 1]
    return last in _ENDINGS[4:] or (end < begins and last in _ENDINGS)


def _length(piece: str) -> float:
    """How many words a piece without white space counts for, at least one."""
    if piece.isascii():
        if len(piece) <= ASCII_CHARACTERS:
            return 1.0
        return max(1.0, len(piece) / (LETTERS if piece.strip(_AROUND).isalpha() else ASCII_CHARACTERS))
    ascii_ones = len(piece.encode("ascii", "ignore"))
    return max(1.0, ascii_ones / ASCII_CHARACTERS + (len(piece) - ascii_ones) / OTHER_CHARACTERS)
