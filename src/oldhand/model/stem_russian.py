"""Stems of Russian words: the Snowball Russian stemmer.

Source of the rules: Martin Porter, "Russian stemming algorithm",
snowballstem.org/algorithms/russian/stemmer.html, with the endings added by Snowball 3.0.
Endings are looked for only in RV, what follows the first vowel. Some go only after а or я, which stays.
"""

import re

_REGION_START = re.compile("[аеиоуыэюя][^аеиоуыэюя]").search
_FIRST_VOWEL = re.compile("[аеиоуыэюя]").search

_AFTER_A = True  # the ending goes only after а or я
_ALWAYS = False

_Endings = dict[str, bool]


def _endings(after_a: str, always: str) -> _Endings:
    return dict.fromkeys(after_a.split(), _AFTER_A) | dict.fromkeys(always.split(), _ALWAYS)


_GERUND = _endings("в вши вшись", "ив ивши ившись ыв ывши ывшись")
_ADJECTIVE = _endings("", "ее ие ое ые ими ыми ей ий ой ый ем им ом ым его ого ему ому их ых ую юю ая яя ою ею")
_PARTICIPLE = _endings("ем нн вш ющ щ", "ивш ывш ующ")
_VERB = _endings(
    "ла на ете йте ли й л ем н ло но нно ет ют ны ть ешь",
    "ила ыла ена ейте уйте ите или ыли ей уй ил ыл им ым ен ило ыло ено ят ует уют ит ыт ены ить ыть ишь ую ю",
)
_NOUN = _endings(
    "", "а ев ов ие ье е иями ями ами еи ии и ией ей ой ий й иям ям ием ем ам ом о у ах иях ях ы ь ию ью ю ия ья я"
)


def stem_russian(word: str) -> str:
    """The stem of one lower-case word; ё counts as е. Letters that are not Russian count as consonants."""
    word = word.replace("ё", "е")
    vowel = _FIRST_VOWEL(word)
    if vowel is None:
        return word
    start = vowel.end()
    head, tail = word[:start], word[start:]
    shorter = _without(tail, _GERUND, 6)
    if shorter == tail:
        shorter = _without_inflection(tail[:-2] if tail.endswith(("ся", "сь")) else tail)
    tail = shorter.removesuffix("и")
    for ending in ("ость", "ост"):
        if tail.endswith(ending) and len(head) + len(tail) - len(ending) >= _region_2(word):
            tail = tail.removesuffix(ending)
            break
    return head + _tidied(tail)


def _region_2(word: str) -> int:
    """Where R2 starts: past the second consonant that follows a vowel; the word's length when nowhere."""
    first = _REGION_START(word)
    second = _REGION_START(word, first.end()) if first else None
    return second.end() if second else len(word)


def _without(tail: str, endings: _Endings, longest: int) -> str:
    """`tail` without its longest ending of these, when that one may go."""
    for size in range(min(longest, len(tail)), 0, -1):
        ending = tail[-size:]
        if ending in endings:
            rest = tail[:-size]
            return rest if endings[ending] is _ALWAYS or rest.endswith(("а", "я")) else tail
    return tail


def _without_inflection(tail: str) -> str:
    """The first of adjective (with a participle before it), verb and noun endings that is there, taken off."""
    shorter = _without(tail, _ADJECTIVE, 3)
    if shorter != tail:
        return _without(shorter, _PARTICIPLE, 3)
    shorter = _without(tail, _VERB, 4)
    return shorter if shorter != tail else _without(tail, _NOUN, 4)


def _tidied(tail: str) -> str:
    """The superlative, a doubled н and a soft sign taken off."""
    if tail.endswith("ь"):
        return tail[:-1]
    for ending in ("ейше", "ейш"):
        if tail.endswith(ending):
            tail = tail.removesuffix(ending)
            break
    return tail[:-1] if tail.endswith("нн") else tail
