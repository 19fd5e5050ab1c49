"""Terms: what the search index holds and what a cue looks for, made of text by one and the same rules.

A term has no white space, is case-folded and at most MAX_TERM_CHARACTERS long. A word gives its stem.
Anything with structure (`retryPolicy`, `src/pay/client.py`, `v2.1`, `100ms`, `E0502`, `ann@example.com`)
gives its whole form first and then its parts, stemmed, so that either way of writing it finds the other.
The whole of a name without separators is stemmed too: typed in lower case it could not be told from a word.
Text is taken one white-space-separated chunk at a time and a chunk's terms depend on nothing else: the
terms of two texts joined by a space are the terms of the one followed by the terms of the other.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from oldhand.model.lazy_pattern import LazyPattern
from oldhand.model.stem_english import stem_english

MAX_TERM_CHARACTERS = 64  # longer ones are cut: beyond this it is data, and an index row is no place for it
_MAX_COMPOUND = 256  # characters; a longer run of joined words is encoded data: its words count, not its whole
_MAX_KEPT_CHUNK = 48  # characters; longer chunks seldom come again, so their terms are not kept
_MAX_KEPT = 65_536  # chunks or stems; the vocabulary of some 10,000 memories, at most 20 MB
_BLOCK = 65_536  # characters split at once, so that a 10 MB text is never held twice
_NORMAL_PIECE = 128  # characters; normalising is quadratic in a run of combining marks, so runs are kept short
_MAX_KEPT_CHARACTERS = 16_384  # characters whose folding is kept; real text uses a few thousand

# What cannot be part of a word: ASCII other than letters, digits and `_`. Folding leaves nothing else beyond
# ASCII that could not. Classes are named by what they leave out: Python compiles those ten times faster.
_NOT_W = r"\x00-/:-@\[-^`{-\x7f"
_NOT_L = _NOT_W + "_"
_SPACELESS = (  # scripts written without spaces: Thai to Myanmar, Khmer, Hangul, kana, Han
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u30ff"
    "\u3100-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
_FIRST_SPACELESS = "\u0e00"
_EDGES = ".,;:!?()[]{}<>\"'`*"  # what prose puts around a plain word

# None of these can go back over more than a compound, and a compound is bounded.
_spaces = LazyPattern(r"\s")
_runs = LazyPattern(r"[^\x00-\"$-&(-*,;-?\[\]^`{-\x7f]+")  # of what compounds are made of
_compounds = LazyPattern(
    r"[A-Za-z](?:\+\+|#)"  # C++, C#
    "|[0-9]{4}-[0-9]{2}-[0-9]{2}(?=T[0-9])"  # the date of 2026-11-20T09:30:00Z
    rf"|[0-9]{{1,3}}(?:[,_][0-9]{{3}}){{1,6}}(?=[{_NOT_W}]|\Z)"  # 100,000 and 100_000
    rf"|(?:-(?=[0-9]))?[^{_NOT_W}]+(?:(?:::|[./\\'@-])[^{_NOT_W}]+)*"
)
_grouped = LazyPattern("[0-9]+(?:[,_][0-9]{3})+")
_words = LazyPattern(f"[^{_NOT_L}]+")
_owner = LazyPattern(rf"'(?:[sS]|[lL][lL]|[rR][eE]|[vV][eE]|[dDmM])(?=[{_NOT_W}]|\Z)")  # client's, we'll
_negation = LazyPattern(rf"[nN]'[tT](?=[{_NOT_W}]|\Z)")  # don't
_atoms = LazyPattern(rf"[A-Za-z]*[0-9]+(?:\.[0-9]+)+[0-9A-Za-z]*(?=[{_NOT_W}]|\Z)|[^{_NOT_L}]+")
_around_number = LazyPattern(r"([A-Za-zА-Яа-я]*)([0-9]+(?:\.[0-9]+)*)([A-Za-zА-Яа-я][0-9A-Za-zА-Яа-я]*)?")
_has_humps = LazyPattern("[a-zа-я0-9][A-ZА-Я]|[A-ZА-Я]{2}[a-zа-я]")
_humps = LazyPattern("[A-ZА-Я]+(?![a-zа-я])[0-9]*|[A-ZА-Я]?[a-zа-я]+[0-9]*|[0-9]+|[^0-9A-Za-zА-Яа-я]+")
_russian = LazyPattern("[а-я]+")
_negative = LazyPattern(r"-[0-9]+(?:\.[0-9]+)*")  # -32602
_scripts = LazyPattern(f"([{_SPACELESS}]+)|[^{_SPACELESS}]+")
_error_name = LazyPattern("E[A-Z]{3,}")  # errno names: ENOENT, ECONNRESET

Mention = tuple[str, str, tuple[str, ...]]
"""(what was written, its term, the parts that are terms too). A word has no parts; its term is its stem."""


def index_terms(text: str) -> list[str]:
    """The terms of a text, in order; a term comes as often as it is said. Takes any string at all."""
    if len(text) <= _BLOCK:
        return list(chain.from_iterable(map(_chunk_terms, text.split())))
    return list(chain.from_iterable(map(_chunk_terms, chain.from_iterable(b.split() for b in _blocks(text)))))


def mentions(text: str) -> Iterator[Mention]:
    """What the text says, one by one: their terms and parts, put in a row, are `index_terms(text)`."""
    for block in _blocks(text):
        for chunk in block.split():
            yield from _chunk_mentions(chunk)


def stem(word: str) -> str:
    """The stem of one case-folded word: English for ASCII letters, Russian for Russian ones, else itself."""
    if word.isascii():
        return _stems[word] if word.isalpha() else word
    if _russian.fullmatch(word):
        from oldhand.model.stem_russian import stem_russian

        return stem_russian(word)
    return word


class _Stems(dict[str, str]):
    """English stems, found when asked for; forgotten all at once when there are too many."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _MAX_KEPT:
            self.clear()
        self[word] = found = stem_english(word)
        return found


class _Chunks(dict[str, tuple[str, ...]]):
    """The terms of chunks, found when asked for; forgotten all at once when there are too many."""

    def __missing__(self, chunk: str) -> tuple[str, ...]:
        plain = chunk.strip(_EDGES)
        terms: tuple[str, ...]
        if len(plain) < len(chunk) <= _MAX_KEPT_CHUNK:
            terms = self[plain]
        elif plain.isascii() and plain.isalpha() and (plain.islower() or plain.istitle()):
            terms = (_stems[plain[:MAX_TERM_CHARACTERS].lower()],)
        else:
            same: dict[str, str] = {}  # a long chunk repeats itself; its terms are held once
            terms = tuple(same.setdefault(term, term) for term in _flat(_chunk_mentions(chunk)))
        if len(chunk) <= _MAX_KEPT_CHUNK:
            if len(self) >= _MAX_KEPT:
                self.clear()
            self[chunk] = terms
        return terms


_stems = _Stems()
_chunk_terms: Callable[[str], tuple[str, ...]] = _Chunks().__getitem__


def _flat(found: Iterator[Mention]) -> Iterator[str]:
    for _, term, parts in found:
        yield term
        yield from parts


def _blocks(text: str) -> Iterator[str]:
    """The text in pieces of about _BLOCK characters, cut where there is white space."""
    start = 0
    while start < len(text):
        space = _spaces.search(text, start + _BLOCK)
        end = space.start() if space else len(text)
        yield text[start:end]
        start = end


def _chunk_mentions(chunk: str) -> Iterator[Mention]:
    if not chunk.isascii():
        chunk = _folded(chunk)
    if len(chunk) <= _MAX_COMPOUND:
        for compound in _compounds.findall(chunk):
            yield from _compound_mentions(compound)
        return
    for found in _runs.finditer(chunk):
        run = found[0]
        if len(run) <= _MAX_COMPOUND:
            for compound in _compounds.findall(run):
                yield from _compound_mentions(compound)
        else:
            for word in _words.finditer(run):
                yield from _word_mentions(word[0])


def _compound_mentions(compound: str) -> Iterator[Mention]:
    """The mentions of words joined by `.`, `-`, `_`, `/`, `::`, `@` or an apostrophe: the whole, then the parts."""
    if "'" in compound:
        compound = _negation.sub("nt", _owner.sub("", compound))
    if compound[0] == "-":
        if _negative.fullmatch(compound):
            yield compound, compound[:MAX_TERM_CHARACTERS], tuple(_forms(compound[1:]))
            return
        compound = compound[1:]
    compound = compound.replace("\\", "/")
    atoms = _atoms.findall(compound)
    if not atoms:
        return
    if atoms[0] == compound:
        yield from _word_mentions(compound)
    elif _grouped.fullmatch(compound):
        yield compound, compound.replace(",", "").replace("_", ""), tuple(atoms)
    else:
        whole = compound.replace("'", "").casefold()[:MAX_TERM_CHARACTERS]
        yield compound, stem(whole) if "'" in compound else whole, tuple(_parts(compound, whole, atoms))


def _parts(compound: str, whole: str, atoms: list[str]) -> Iterator[str]:
    """The terms within a compound: steps of a path and host names whole if they have parts, then each part."""
    if "/" not in compound and "@" not in compound:
        for atom in atoms:
            yield from _atom_terms(atom)
        return
    if "@" in compound and "/" in compound:
        yield from (piece.casefold()[:MAX_TERM_CHARACTERS] for piece in compound.split("@") if "/" in piece)
    for step in compound.replace("@", "/").split("/"):
        atoms = _atoms.findall(step)
        name = step.replace("'", "").casefold()[:MAX_TERM_CHARACTERS]
        if atoms and atoms[0] != step and name != whole:
            yield name
        for atom in atoms:
            yield from _atom_terms(atom)


def _atom_terms(atom: str) -> Iterable[str]:
    return _forms(atom) if atom.isascii() else _flat(_word_mentions(atom))


def _word_mentions(word: str) -> Iterator[Mention]:
    """The mention of one unjoined word; several for text in a script without spaces."""
    if word.isascii() or max(word) < _FIRST_SPACELESS:
        term, *parts = _forms(word)
        yield word, term, tuple(parts)
        return
    for found in _scripts.finditer(word):
        if found[1]:
            yield from ((pair, pair, ()) for pair in _pairs(found[1]))
        else:
            term, *parts = _forms(found[0])
            yield found[0], term, tuple(parts)


def _pairs(run: str) -> Iterator[str]:
    """Each character with the next one, as such scripts are searched; a lone character as it is."""
    if len(run) == 1:
        yield run
    for place in range(len(run) - 1):
        yield run[place : place + 2]


def _forms(word: str) -> list[str]:
    """The terms of one unjoined word: the whole, then the parts of a camel-case name or around a number."""
    if len(word) > _MAX_COMPOUND:
        word = word[:MAX_TERM_CHARACTERS]
    whole = word.casefold()[:MAX_TERM_CHARACTERS]
    if word.isascii() and word.isalpha() and (word.islower() or word.istitle()):
        return [_stems[whole]]
    if found := _around_number.fullmatch(word):
        before, number, after = found.groups("")
        if len(before) > 1 and not after:
            return [whole, stem(before.casefold()), number]
        one_side = bool(before) != bool(after)
        if one_side and ("." in number or before in ("v", "V") or after.isalpha()):
            return [whole, number]
    if _has_humps.search(word) and len(humps := _humps.findall(word)) > 1:
        return [stem(whole), *(form for hump in humps for form in _forms(hump))]
    stemmed = stem(whole)
    return [whole, stemmed] if stemmed != whole and _error_name.fullmatch(word) else [stemmed]


def _folded(text: str) -> str:
    """Text in compatibility form with what is no part of a word as spaces; accents off Latin letters, ё as е."""
    from unicodedata import combining, normalize

    if len(text) <= _NORMAL_PIECE:
        return normalize("NFKC", text).translate(_folds)
    pieces = []
    start = 0
    while start < len(text):
        end = start + _NORMAL_PIECE
        while end < min(len(text), start + 2 * _NORMAL_PIECE) and combining(text[end]):
            end += 1
        pieces.append(normalize("NFKC", text[start:end]).translate(_folds))
        start = end
    return "".join(pieces)


class _Folds(dict[int, str | None]):
    """What stands for each character in terms; None for nothing. Found when asked for."""

    def __missing__(self, code: int) -> str | None:
        found = _fold(chr(code))
        if len(self) < _MAX_KEPT_CHARACTERS:
            self[code] = found
        return found


_folds = _Folds()
_UNACCENTED = dict(zip("øØđĐłŁħĦŧŦıёЁ", "oOdDlLhHtTiеЕ", strict=True)) | {
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE",
}  # fmt: skip
_APOSTROPHES = "\u2018\u2019\u02bc\u02b9"
_HYPHENS = "\u2010\u2011\u2212"  # not the dashes, which stand between clauses
_LOOSE_MARKS = ((0x300, 0x36F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE00, 0xFE0F),
                (0xFE20, 0xFE2F), (0xE0100, 0xE01EF))  # accents of no script and variation selectors  # fmt: skip


def _fold(character: str) -> str | None:
    from unicodedata import category, decimal, normalize

    if character.isascii():
        return character
    if character in _UNACCENTED:
        return _UNACCENTED[character]
    if character in _APOSTROPHES:
        return "'"
    if character in _HYPHENS:
        return "-"
    group = category(character)
    if group[0] == "L":
        base = normalize("NFD", character)[0]
        return base if base.isascii() else _UNACCENTED.get(base, character)
    if group == "Nd":
        return str(decimal(character))
    if group[0] == "M":
        return None if any(low <= ord(character) <= high for low, high in _LOOSE_MARKS) else character
    if group == "Cf" and character != "\u200b":
        return None
    return character if group[0] == "N" else " "


_ENGLISH = (
    "a about above after again against all also am an and any anyone anything are arent as at be because been before "
    "being below between both but by can cannot cant could couldnt did didnt do does doesnt doing done dont down "
    "during each either else ever every few for from further had hadnt has hasnt have havent having he her here hers "
    "herself him himself his how i if in into is isnt it its itself just let me might mine more most much must my "
    "myself neither no nor not now of off on once one only or other others our ours ourselves out over own please "
    "same shall she should shouldnt so some someone something such than that the their theirs them themselves then "
    "there these they this those through to too under until up us very was wasnt we were werent what whatever when "
    "where whether which while who whom whose why will with wont would wouldnt yet you your yours yourself"
)
_RUSSIAN = (
    "а без бы был была были было быть в вам вами вас ваш ваша ваше ваши весь во вот все всего всех всем всей вы где "
    "да даже для до его ее ей ему если есть еще ж же за зачем здесь и из или им ими их к как какая какие какой каких "
    "кем ко когда кого ком кому которая которое которые который которых которую которой кто куда ли либо лишь между "
    "меня мне мной мы на над надо нам нами нас наш наша наше наши не него нее ней нет ни них нибудь но ну о об оба "
    "обо однако он она они оно от ото очень по под после потом потому почему при про с сам сама само сами свой своя "
    "свое свои себе себя сейчас со так также такая такие такой такое там те тебе тебя тем то тобой того тоже той "
    "только том тому тот ту тут ты у уж уже чего чей чем через что чтоб чтобы чье чья эта эти этим этих это этого "
    "этой этом этому этот эту я"
)
ENGLISH_STOP_WORDS = frozenset(_ENGLISH.split())
RUSSIAN_STOP_WORDS = frozenset(_RUSSIAN.split())
"""Words that every text has: the index keeps them, so that phrases can be found, and a cue leaves them out.
Case-folded, without apostrophes, ё as е, not stemmed."""
