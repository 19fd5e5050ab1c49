"""Stems of English words: the Snowball English stemmer (Porter2), as published for Snowball 3.

Source of the rules: Martin Porter and Richard Boulton, "The English (Porter2) stemming algorithm",
snowballstem.org/algorithms/english/stemmer.html, with the words added by Snowball 3.0.
Inside, a `Y` is a y that stands for a consonant. R1 is what follows the first consonant after a vowel,
R2 the same again within R1; most endings go only when they lie inside one of the two.
Hooks stem the names of commands with it: it imports nothing.
"""

_VOWELS = "aeiouy"
_LONG_ENDERS = frozenset("aeiouywxY")  # letters that cannot close a short syllable

_WHOLE_WORDS = {
    "skis": "ski", "skies": "sky", "idly": "idl", "gently": "gentl", "ugly": "ugli", "early": "earli",
    "only": "onli", "singly": "singl", "sky": "sky", "news": "news", "howe": "howe", "atlas": "atlas",
    "cosmos": "cosmos", "bias": "bias", "andes": "andes",
}  # fmt: skip
_LONG_PREFIXES = ("arsen", "commun", "emerg", "gener", "inter", "later", "organ", "past", "univers")  # R1 follows
_NOT_FROM_ED = ("proceed", "exceed", "succeed")  # their -eed is no ending
_NOT_FROM_ING = frozenset({"even", "cann", "inn", "earr", "herr", "out"})  # evening, outing: no verbs
_BEFORE_LI = frozenset("cdeghkmnrt")
_DOUBLES = frozenset({"bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt"})


def _by_last_letter(endings: dict[str, str]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Endings and what replaces them, grouped by their last letter, longest first."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for ending in sorted(endings, key=len, reverse=True):
        groups.setdefault(ending[-1], []).append((ending, endings[ending]))
    return {letter: tuple(group) for letter, group in groups.items()}


_STEP_2 = _by_last_letter({
    "tional": "tion", "enci": "ence", "anci": "ance", "abli": "able", "entli": "ent", "izer": "ize",
    "ization": "ize", "ational": "ate", "ation": "ate", "ator": "ate", "alism": "al", "aliti": "al",
    "alli": "al", "fulness": "ful", "ousli": "ous", "ousness": "ous", "iveness": "ive", "iviti": "ive",
    "biliti": "ble", "bli": "ble", "ogist": "og", "ogi": "og", "fulli": "ful", "lessli": "less", "li": "",
})  # fmt: skip
_STEP_3 = _by_last_letter({
    "tional": "tion", "ational": "ate", "alize": "al", "icate": "ic", "iciti": "ic", "ical": "ic",
    "ful": "", "ness": "", "ative": "",
})  # fmt: skip
_STEP_4 = _by_last_letter(dict.fromkeys(
    ("al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ism", "ate", "iti",
     "ous", "ive", "ize", "ion"), ""))  # fmt: skip


def stem_english(word: str) -> str:
    """The stem of one lower-case word. Letters that are not English count as consonants and stay."""
    if (whole := _WHOLE_WORDS.get(word)) is not None:
        return whole
    if len(word) < 3:
        return word
    word = word.removeprefix("'")
    if "y" in word:
        word = _with_consonants(word)
    region_1, region_2 = _regions(word)
    word = _without_plural(word)
    word = _without_tense(word, region_1)
    if len(word) > 2 and word[-1] in "yY" and word[-2] not in _VOWELS:
        word = word[:-1] + "i"
    word = _shorter_suffix(word, region_1)
    word = _without_adjective(word, region_1, region_2)
    word = _without_noun(word, region_2)
    return _tidied(word, region_1, region_2).replace("Y", "y")


def _with_consonants(word: str) -> str:
    """The word with each y at its beginning or behind a vowel written as `Y`."""
    letters = list("Y" + word[1:] if word[0] == "y" else word)
    for place in range(1, len(letters)):
        if letters[place] == "y" and letters[place - 1] in _VOWELS:
            letters[place] = "Y"
    return "".join(letters)


def _region(word: str, start: int) -> int:
    """Where the region behind the first consonant after a vowel starts, from a place on; 0 when there is none."""
    for place in range(start + 1, len(word)):
        if word[place] not in _VOWELS and word[place - 1] in _VOWELS:
            return place + 1
    return 0


def _has_vowel(word: str) -> bool:
    return any(letter in _VOWELS for letter in word)


def _regions(word: str) -> tuple[int, int]:
    """Where R1 and R2 start; the word's length when there is none."""
    end = len(word)
    if word.startswith(_LONG_PREFIXES):
        first = next(len(prefix) for prefix in _LONG_PREFIXES if word.startswith(prefix))
    elif start := _region(word, 0):
        first = start
    else:
        return end, end
    return first, _region(word, first) or end


def _without_plural(word: str) -> str:
    """Steps 0 and 1a: apostrophes, -s, -es, -ied, -ies."""
    if "'" in word:
        for ending in ("'s'", "'s", "'"):
            if word.endswith(ending):
                word = word[: -len(ending)]
                break
    if word.endswith("s"):
        if word.endswith("sses"):
            return word[:-2]
        if word.endswith("ies"):
            return word[:-2] if len(word) > 4 else word[:-1]
        if not word.endswith(("us", "ss")) and _has_vowel(word[:-2]):
            return word[:-1]
    elif word.endswith("ied"):
        return word[:-2] if len(word) > 4 else word[:-1]
    return word


def _without_tense(word: str, region_1: int) -> str:
    """Step 1b: -eed, -ed, -ing and their -ly, and the letter they had taken or doubled."""
    base = word.removesuffix("ly") if word.endswith(("edly", "ingly")) else word
    if base.endswith("eed"):
        kept = len(base) - 3 < region_1 or base in _NOT_FROM_ED
        return word if kept else base[:-1]
    if base.endswith("ed"):
        rest = base[:-2]
    elif base.endswith("ing"):
        rest = base[:-3]
        if base is word:
            if len(rest) == 2 and rest[1] == "y" and rest[0] not in _VOWELS:
                return rest[0] + "ie"
            if rest in _NOT_FROM_ING:
                return word
    else:
        return word
    if not _has_vowel(rest):
        return word
    if rest.endswith(("at", "bl", "iz")):
        return rest + "e"
    if rest[-2:] in _DOUBLES:
        return rest if len(rest) == 3 and rest[0] in "aeo" else rest[:-1]
    if len(rest) == region_1 and _ends_short(rest):
        return rest + "e"
    return rest


def _ends_short(word: str) -> bool:
    """Whether the word ends in a short syllable."""
    if len(word) > 2:
        short = word[-1] not in _LONG_ENDERS and word[-2] in _VOWELS and word[-3] not in _VOWELS
        return short or word.endswith("past")
    return len(word) == 2 and word[0] in _VOWELS and word[1] not in _VOWELS


def _shorter_suffix(word: str, region_1: int) -> str:
    """Step 2: double suffixes made single, in R1."""
    for ending, replacement in _STEP_2.get(word[-1:], ()):
        if word.endswith(ending):
            start = len(word) - len(ending)
            if start < region_1:
                return word
            before = word[start - 1 : start]
            if (ending == "ogi" and before != "l") or (ending == "li" and before not in _BEFORE_LI):
                return word
            return word[:start] + replacement
    return word


def _without_adjective(word: str, region_1: int, region_2: int) -> str:
    """Step 3: -ical, -ness and the like, in R1 (-ative in R2)."""
    for ending, replacement in _STEP_3.get(word[-1:], ()):
        if word.endswith(ending):
            start = len(word) - len(ending)
            if start < (region_2 if ending == "ative" else region_1):
                return word
            return word[:start] + replacement
    return word


def _without_noun(word: str, region_2: int) -> str:
    """Step 4: -ance, -ment, -ous and the like, in R2 (-ion only after s or t)."""
    for ending, _ in _STEP_4.get(word[-1:], ()):
        if word.endswith(ending):
            start = len(word) - len(ending)
            if start < region_2 or (ending == "ion" and word[start - 1 : start] not in ("s", "t")):
                return word
            return word[:start]
    return word


def _tidied(word: str, region_1: int, region_2: int) -> str:
    """Step 5: a last -e, and the second l of -ll."""
    start = len(word) - 1
    if word.endswith("e"):
        if start >= region_2 or (start >= region_1 and not _ends_short(word[:-1])):
            return word[:-1]
    elif word.endswith("ll") and start >= region_2:
        return word[:-1]
    return word
