"""A text without the marks that only set off its words: Markdown, quotes, commas, digit groups, pictures at its ends.

A mark goes where it sets off words and stays where it says something: in an identifier, an option, a path, a call, a
number, a term in brackets, between quotes by itself, and beside a "not". Part of the rules of values
(oldhand.model.value), so a change here changes the format.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from re import Match

from oldhand.model.lazy_pattern import LazyPattern
from oldhand.model.lookalikes import LIKE_ANY, LIKE_SMALL

_QUOTES = "\"'`´‘’‚‛“”„‟«»‹›′″＂＇「」『』"
_DASHES = "‐‑‒–—―−﹘﹣－"
FOLDED_QUOTES = frozenset(_QUOTES)
FOLDED_MARKS = {ord(quote): "'" for quote in _QUOTES} | {ord(dash): "-" for dash in _DASHES}

ENDS = "'.,;:!。、！；：… "  # at the end of a text; a question mark stays: a question says something else
_SETTING_OFF = ",;:'。、；："  # behind a word
_BEHIND = ")]%+#*"  # what a word may end in, beside letters and digits
_FEWEST_SPACED = 4  # letters one by one that are a word spaced out; fewer are names of variables
_GROUP = 3  # digits
_LONGEST_NUMBER = 16  # digits that are put together: more is a listing, and the time stays in proportion


def _spelled(words: str) -> frozenset[str]:
    """Words as they are met here, where look-alikes are folded: written small, with a capital, in capitals."""
    written = (words, words.title(), words.upper())
    folded = (one.translate(LIKE_ANY).lower().translate(LIKE_SMALL) for one in written)
    return frozenset(" ".join((words.translate(LIKE_SMALL), *folded)).split())


_NEGATIONS = _spelled(  # "Execute, not pardon" says another thing than "Execute not, pardon": their comma stays
    "no not never none neither nor cannot don't can't won't mustn't shouldn't не нет ни нельзя никогда"
)
_EITHER = (" and ", " or ", *" и | или ".translate(LIKE_SMALL).split("|"))  # in brackets they say what belongs together
_LABELS = (  # what they stand before says the same without them; "wrong:" or "todo:" says another thing
    r"note|nb|n\.b\.|fyi|important|attention|reminder|info|tip|fact"
    "|примечание|заметка|внимание|важно|напоминание|факт|совет"
).translate(LIKE_SMALL)
# Pictures are taken from the ends; those that say no, tell by colour or name a country are words, and stay.
_TELLING = "❌✗✘☒❎✖👎⛔🚫🔴🟠🟡🟢🔵🟣🟤⚫⚪🟥🟧🟨🟩🟦🟪🟫⬛⬜➕➖"

_ROUNDS = 3  # a picture before the mark of a list before a picture is the most that is met
_LONGEST_LABEL = 14  # characters, with what is behind it
_BEGIN = LazyPattern(
    rf"(?:[-*•‣·] |\+ (?=[^\W\d_])|#{{1,6}} |> (?=[^\W\d_])|\d{{1,3}}[.)] (?=[^\W\d_])|\[[ x]\] |'+"
    rf"|(?:{_LABELS}) ?[:!] )+"
)
_STARS = LazyPattern(r"(?<![\w*\\/.])(\*{1,3})(?=[\w(\['])([^*]{1,300})(?<=[\w.!?:;,)\]'%])\1(?![\w*/.])")
_UNDERSCORES = LazyPattern(r"(?<![\w/.\\-])(_{1,2})(?=[^\W_])([^_]{1,300})(?<=[^\W_]|[.!?:;,)])\1(?![\w/.])")
_ROUND = LazyPattern(r"(?<![^\s'\[(])\(([^()\[\]]{1,300})\)(?![^\s'.,;:!?*_\])])")
_SQUARE = LazyPattern(r"(?<![^\s'(])\[([^()\[\]]{1,300})\](?![^\s'.,;:!?*_)])")
_WORDS = LazyPattern(r"[^\W_][\w ,.'/:%-]*")
_LETTERS = LazyPattern(r"[^\W\d_]{2}")
_GROUPED = LazyPattern(r"([-+~<>=$€£₽]{0,2}[1-9]\d{0,2})([,_'])(\d{3}(?:\2\d{3})*)((?:\.\d+)?(?:%|[^\W\d_]{0,12}))")
_HYPHENED = LazyPattern(r"([^\W_]+(?:-[^\W_]+)+)([.?!]*)")
_PICTURES = LazyPattern(
    rf"(?:(?![{_TELLING}])[\u231a\u231b\u23e9-\u23f3\u2600-\u27bf\u2b05-\u2b07\u2b1b-\u2b55"
    r"\U0001f000-\U0001f1e5\U0001f200-\U0001faff] ?)+"
)


def unmarked(text: str) -> str:
    """A text in small letters, with one kind of quotes and of dashes, on one line without marks that set off words.

    A text that is nothing but marks stays as it is.
    """
    line = " ".join(text.split())
    bare = line
    if "*" in bare or "_" in bare:
        bare = _without_emphasis(bare)
    bare = _without_begin(_without_end(bare))
    if "(" in bare or "[" in bare:
        bare = _without_brackets(bare)
    bare = " ".join(_words(bare.split())) if bare else bare
    bare = _without_begin(_without_end(bare))
    return bare or line


def _without_begin(text: str) -> str:
    """A text without the marks, pictures and labels before its first word."""
    for _ in range(_ROUNDS):
        before = text
        if text and not text[0].isascii() and (pictures := _PICTURES.match(text)):
            text = text[pictures.end() :]
        opening = text[:_LONGEST_LABEL]
        if not opening[:1].isalpha() or ":" in opening or "!" in opening:
            found = _BEGIN.match(text)
            text = text[found.end() :].lstrip(" ") if found else text
        if text == before:
            break
    return text


def _without_end(text: str) -> str:
    """A text without the marks and pictures behind its last word."""
    text = text.rstrip(ENDS)
    if text and not text[-1].isascii():
        end = len(text)
        while end and (text[end - 1] in ENDS or _PICTURES.match(text, end - 1, end)):
            end -= 1
        text = text[:end]
    return text


def _without_emphasis(text: str) -> str:
    """A text without pairs of stars and underscores around words; `__init__` and `*.py` keep theirs."""
    if "*" in text:
        text = _STARS.sub(r"\2", text)
    if "_" in text:
        text = _UNDERSCORES.sub(_words_underscored, text)
    return text


def _words_underscored(found: Match[str]) -> str:
    said = found[2]
    return said if found[1] == "_" or " " in said else found[0]


def _without_brackets(text: str) -> str:
    """A text without brackets around words; calls, terms, indexes, intervals and links keep theirs."""
    if text[:1] == "(" and text[-1:] == ")" and text.count("(") == 1 == text.count(")"):
        return text[1:-1]
    found = _SQUARE.sub(_words_bracketed, _ROUND.sub(_words_bracketed, text))
    return str(found)


def _words_bracketed(found: Match[str]) -> str:
    said = found[1]
    together = f" {said} "
    plain = _WORDS.fullmatch(said) and _LETTERS.search(said) and " - " not in said
    return said if plain and not any(word in together for word in _EITHER) else found[0]


def _words(tokens: list[str]) -> list[str]:
    """The words of a text, each without what sets it off; digit groups and letters one by one put together."""
    kept: list[str] = []
    grouping = spaced = False
    for at, token in enumerate(tokens):
        following = tokens[at + 1] if at + 1 < len(tokens) else ""
        if token == "-" and kept and _is_word(kept[-1][-2:]) and _is_word(following.lstrip("'(*")[:2]):
            continue  # a dash between words; between numbers and names of variables it is a minus
        word = token if token.isalnum() else _word(token, following)
        if grouping and len(kept[-1]) < _LONGEST_NUMBER and _is_group(word):
            kept[-1] += word
            grouping = len(word) == _GROUP
            continue
        number = word[1:] if word[0] in "-+" else word
        grouping = len(number) <= _GROUP and number.isdigit() and number[0] != "0"
        spaced = spaced or (len(word) == 1 and word.isalpha())
        kept.append(word)
    return list(_put_together(kept)) if spaced else kept


def _is_group(word: str) -> bool:
    """Whether a word is three digits, or three digits with a unit."""
    return word[:_GROUP].isdigit() and len(word) >= _GROUP and (word[_GROUP:] or "a").isalpha()


def _is_word(text: str) -> bool:
    return len(text) > 1 and text.isalpha()


def _word(token: str, following: str) -> str:
    """A word without the quotes around it and the marks behind it; what is only marks stays."""
    bare = token.strip("'")
    shorn = bare.rstrip(_SETTING_OFF)
    last = shorn[-1:]
    if last.isalnum() or (last and last in _BEHIND):
        gone = bare[len(shorn) :]
        by_not = "," in gone and shorn in _NEGATIONS
        between = last.isdigit() and following.lstrip("'")[:1].isdigit() and gone.strip("'")
        bare = shorn + (gone if by_not or between or gone.startswith("::") else "")
    elif not any(map(str.isalnum, bare)):
        return token
    if bare.endswith("!") and bare.rstrip("!")[-1:].isalpha():
        bare = bare.rstrip("!")
    if ("," in bare or "_" in bare or "'" in bare) and (found := _GROUPED.fullmatch(bare)):
        return found[1] + found[3].replace(found[2], "") + found[4]
    if "-" in bare and (found := _HYPHENED.fullmatch(bare)):
        return _unhyphened(found[1].split("-")) + found[2]
    return bare


def _unhyphened(parts: list[str]) -> str:
    """Words that hyphens hold together, apart; numbers and single letters stay together, there it may be a minus."""
    if len(parts) >= _FEWEST_SPACED and all(len(part) == 1 and part.isalpha() for part in parts):
        return "".join(parts)
    said = [parts[0]]
    for left, right in pairwise(parts):
        numbers = left[-1].isdigit() and right[0].isdigit()
        single = len(left) == 1 and (len(right) == 1 or right[0].isdigit())
        counted = len(right) == 1 and left[-1].isdigit()
        said += ("-" if numbers or single or counted else " ", right)
    return "".join(said)


def _put_together(words: Iterable[str]) -> Iterator[str]:
    """Words, with letters that stand one by one put together where they are too many to be names."""
    run: list[str] = []
    for word in (*words, ""):
        if len(word) == 1 and word.isalpha():
            run.append(word)
            continue
        if len(run) >= _FEWEST_SPACED:
            yield "".join(run)
        else:
            yield from run
        run.clear()
        if word:
            yield word
