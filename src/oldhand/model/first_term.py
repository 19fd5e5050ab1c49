"""The first term of a word, told without what `oldhand.model.terms` takes to import; for hooks, which have no time.

For words of ASCII letters and digits the answer is exactly that of `index_terms`; of others it says that it cannot
tell. A test holds the two together.
"""

from oldhand.model.stem_english import stem_english

LONGEST_TERM = 64  # characters: `terms.MAX_TERM_CHARACTERS`
LONGEST_WORD = 256  # characters: what is longer is split otherwise
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_DIGITS = frozenset("0123456789")
_WORD = _LETTERS | _DIGITS
_JOINING = frozenset("./-")  # what joins words to a compound
_SPECIAL = frozenset("\\'@")  # what joins them too and is treated in a way of its own


def first_term(text: str) -> str | None:
    """The first term of a text; empty when it has none, None when that cannot be told here."""
    for chunk in text.split():
        if not chunk.isascii() or len(chunk) > LONGEST_WORD:
            return None
        found = _of_chunk(chunk)
        if found != "":
            return found
    return ""


def _of_chunk(chunk: str) -> str | None:
    """The first term of a text without spaces."""
    end = 0
    while True:
        start = next((at for at in range(end, len(chunk)) if chunk[at] in _WORD), -1)
        if start < 0:
            return ""
        end, joined = _end_of_compound(chunk, start)
        compound = chunk[start:end]
        if end < len(chunk) and chunk[end] in _SPECIAL and chunk[end + 1 : end + 2] in _WORD:
            return None
        if compound.strip("_./-:"):
            break
    if compound[0] in _DIGITS:
        negative = start > 0 and chunk[start - 1] == "-"
        grouped = chunk[end : end + 1] == ","
        return compound if compound.isdigit() and not (negative or grouped) else None
    if len(compound) == 1 and chunk[end : end + 1] in ("#", "+"):
        return None
    if joined or not compound.isalpha():
        return compound.lower()[:LONGEST_TERM]
    word = compound[:LONGEST_TERM]
    if len(word) >= 4 and word[0] == "E" and word.isupper():
        return word.lower()  # the name of an error stands for itself
    return stem_english(word.lower())


def _end_of_compound(chunk: str, start: int) -> tuple[int, bool]:
    """Where the words end that are joined to the one at `start`, and whether any are."""
    at, joined = start, False
    while True:
        while at < len(chunk) and chunk[at] in _WORD:
            at += 1
        width = 1 if chunk[at : at + 1] in _JOINING else 2 if chunk[at : at + 2] == "::" else 0
        if not width or chunk[at + width : at + width + 1] not in _WORD:
            return at, joined
        at, joined = at + width, True
