"""What may be acted on without asking: which changes and which repetitions are certain. Everything else is asked about.

What is certain supersedes a memory, or is taken for its confirmation, and so puts a statement away. Therefore the words
as they are written decide here, and not what they were read as: all of them must be the same in the same order, but for
one value or one denial. `comparing` finds what differs; this only takes certainty away.
"""

import re

from oldhand.knowledge.comparing_laying import Laid
from oldhand.knowledge.comparing_phrases import phrased
from oldhand.knowledge.comparing_tokens import WORD, Token
from oldhand.knowledge.comparing_words import NEGATIONS, PLACES, word_set
from oldhand.model.terms import stem

SURE_WORDS = 2  # real words in common without which no change is certain
LONG_NUMBER = 9  # digits of a number that names something (an account, a moment) more often than it measures
MEASURED = ("number", "date", "clock")
_words = re.compile(r"[^\W_](?:[\w./:@#%+-]*[\w%+#])?|[<>=]+|[%$€£₽]").findall

# What has one value at a time: a value may be exchanged for certain only right behind one of these.
_ONE_VALUE = (
    r"(?:is|are|equals|=|is equal to|are equal to|(?:is|are) (?:now )?(?:set to|pinned to|limited to|capped at|fixed at"
    r"|called|named|retried|configured to|enabled|disabled)|must be|should be|listens? (?:on|at)|binds? to"
    r"|(?:timeout|times? out|expires?) (?:after|in)|defaults? to|lives? (?:in|at)|starts? (?:on|at)"
    r"|(?:needs?|requires?)(?: [\w.+-]{1,30})? version"
    r"|слуша(?:ет|ют|ем)|рав(?:ен|на|но|ны)|составля(?:ет|ют)|ограничен[аоы]? |по умолчанию|истека(?:ет|ют) через"
    r"|называ(?:ется|ются)|лежит в|лежат в|наход(?:ится|ятся) в|начина(?:ется|ются) в|запуска(?:ется|ются) в|это)"
)
_ENDS_SINGLE = re.compile(
    rf"(?:^|\s){_ONE_VALUE}(?:\s(?:port|ports|version|address|url|host|path|directory|порт|порту|версия|адрес"
    r"|now|currently|always|exactly|only|сейчас|теперь|всегда|not|[<>=]+|[$€£₽]))*$"
).search
# One of several, or whoever was meant or spoke when it was said: the same words of another one.
_ONE_OF = word_set(
    "i my me mine я мой моя мне меня supported allowed accepted possible available known "
    "some one another other others also too either additional several few many most sometimes often usually rarely "
    "certain example alternative option next previous last first second third yesterday today tomorrow once "
    "некоторые некоторых один одна одно другой другая другое также тоже еще иногда часто обычно редко например "
    "первый второй третий вчера сегодня завтра однажды"
)
_MEANT = word_set(
    "it this that they these those he she his her their here a an это этот эта эти тот та те он она оно они там тут"
)
# It happened, once: it may happen again, or not, and both are true.
_HAPPENED = word_set(
    "was were did had been wasnt werent didnt hadnt found broke took went saw got ran был была было были нашли"
)
_happened = re.compile(r"[a-z]{2,}[^e\W]ed|\w{1,40}[аиея]л(?:[аои](?:сь)?|ся)?").fullmatch
_PASSIVE = word_set("is are be get gets being must should not never")
_DENYING = NEGATIONS - word_set("without non nor neither nobody nothing instead без вместо ни нигде никто ничего")
_UNSAID = word_set("do does the a an always ever now currently still please any we you just всегда сейчас теперь мы вы")
_TURNED = {"disabled": "enabled", "disable": "enable", "disables": "enables", "cannot": "can"}
# A denial behind one of these denies a part, a case or one of two things.
_PARTIAL = word_set(
    "if when while because since that which who where whose with without and or but unless until except only also "
    "enough too very yet than as если когда пока потому который которые где с без и или но а кроме только чем как"
)
# Between the words: what these say differs however alike the rest is.
_IDLE = word_set("the a an is are be being been must should shall we you our your it its do does to of that have has")
_IDLE |= word_set("мы вы наш наша наши ваш это быть должен должна должно должны всегда always please now")


def change(old: str, new: str, two: Laid) -> bool:
    """Whether a change may be acted on: of one value that can only have one, or of a plain denial, and nothing else."""
    if two.slots or two.a.label or two.b.label or not _exclusive(two):
        return False
    real = [pair for pair in two.same if pair.old.sort in ("word", "name") and pair.old.weight >= WORD]
    if len(real) < SURE_WORDS:
        return False
    a, b = _words(phrased(old).casefold()), _words(phrased(new).casefold())
    said = {*a, *b}
    if said & _ONE_OF or {*a[:1], *b[:1]} & _MEANT:
        return False
    if len(two.exchanged) == 1:
        return _one_value(a, b, two)
    return not two.exchanged and _flipped(a, b)


def _exclusive(two: Laid) -> bool:
    """Whether the values exchanged are of a sort of which only one can hold."""
    plain = [pair for pair in two.exchanged if pair.old.sort == "number" and not pair.old.group]
    if any(len(pair.new.key) >= LONG_NUMBER for pair in plain):
        return False
    return all(
        pair.old.group not in ("", *PLACES, "flag", "url", "path") or pair.old.sort in MEASURED
        for pair in two.exchanged
    )


def _one_value(a: list[str], b: list[str], two: Laid) -> bool:
    """Whether all words are the same but those of the one value, and it stands where a single value stands."""
    pair = two.exchanged[0]
    if pair.old.sign != pair.new.sign or pair.old.bound != pair.new.bound or pair.old.role == "subject":
        return False
    begin = 0
    while begin < min(len(a), len(b)) and a[begin] == b[begin]:
        begin += 1
    end = 0
    while end < min(len(a), len(b)) - begin and a[-1 - end] == b[-1 - end]:
        end += 1
    for words, token in ((a, pair.old), (b, pair.new)):
        differing = words[begin : len(words) - end]
        if not set(differing) <= set(_words(token.said.casefold())) or _HAPPENED & set(words):
            return False
    return bool(_ENDS_SINGLE(" ".join(a[:begin])))


def _flipped(a: list[str], b: list[str]) -> bool:
    """Whether one is the other with a denial, word for word, of something that holds and did not just happen."""
    a, b = _plain(a), _plain(b)
    denials = [[at for at, word in enumerate(words) if word in _DENYING] for words in (a, b)]
    if bool(denials[0]) == bool(denials[1]):
        return False
    denied, where = (a, denials[0]) if denials[0] else (b, denials[1])
    if set(denied[: where[-1]]) & _PARTIAL or {*a, *b} & (_HAPPENED | word_set("only except until unless enough")):
        return False
    if any(_happened(word) and (not at or denied[at - 1] not in _PASSIVE) for at, word in enumerate(denied)):
        return False
    bare = [[stem(word) for word in words if word not in _DENYING and word not in _UNSAID] for words in (a, b)]
    return bare[0] == bare[1]


def _plain(words: list[str]) -> list[str]:
    """The same with what denies in one word taken apart: disabled, cannot."""
    found: list[str] = []
    for word in words:
        whole = word.replace("'", "")
        if whole in _TURNED:
            found += ["not", _TURNED[whole]]
        elif whole == "t" and found and found[-1].endswith("n"):  # "isn't" in its two pieces
            found[-1:] = [found[-1][:-1] if found[-1] != "can" else "can", "not"]
        else:
            found.append(whole)
    return found


def repetition(old: str, new: str, two: Laid) -> bool:
    """Whether one may be taken for the other: the same real words in the same roles, and the same small words.

    The roles are the same when the order is, or when only the verb has moved (commit it; it is committed).
    """
    small = [
        sorted(word for word in _words(phrased(text).casefold()) if word in _SMALL and word not in _IDLE)
        for text in (old, new)
    ]
    if small[0] != small[1] or two.old or two.new or two.slots or two.exchanged:
        return False
    if _signs(old) != _signs(new) or _tensed(old) != _tensed(new):
        return False
    if any(pair.old.key != pair.new.key or pair.old.sort != pair.new.sort for pair in two.same):
        return False
    first, second = (list(read.tokens) for read in (two.a, two.b))
    if _ordered(first, second):
        return True
    return _ordered(_fronted(first, second), second) or _ordered(first, _fronted(second, first))


# Quotes, marks of emphasis, stops behind words, dashes between words and brackets around a sentence say nothing.
_QUOTES = re.compile(r"[\"'`\u201c\u201d\u201e\u2018\u2019«»]")
_EMPHASIS = re.compile(r"(?<![\w*_])(\*\*|__|\*|_)(?=\w)([^*_\n]{1,200})(?<=[\w.!?)])\1(?![\w*_])")
_STOPS = re.compile(r"[.,;:!?…]+(?=\s|$|[)\]])|(?<!\S)[-–—](?=\s)|^\s*(?:#{1,6}|[-*+>])\s|(?<=\w)-(?=[^\W\d])")
_sign_runs = re.compile(r"[^\w\s]+").findall
_LATER = word_set("will wont gonna going used будет будут буду")


def _signs(text: str) -> list[str]:
    """The signs of a text that may say something, in order of their codes: of "exit -1" the minus."""
    return sorted(_sign_runs(_STOPS.sub(" ", _EMPHASIS.sub(r"\2", _QUOTES.sub("", text)))))


def _tensed(text: str) -> set[str]:
    """The words that say when it is so: was, used, will; a participle behind "is" or "must be" is none."""
    words = [word.replace("'", "") for word in _words(text.casefold())]
    return {
        word for at, word in enumerate(words)
        if word in _HAPPENED or word in _LATER or (_happened(word) and not {*words[max(at - 2, 0) : at]} & _PASSIVE)
    }  # fmt: skip


def asks(text: str) -> bool:
    """Whether a text is a question: it states nothing, so it neither changes nor repeats a statement."""
    return text.rstrip(" \t\n\"')*_`»”").endswith("?")


_SMALL = word_set(
    "in on at to from into onto with without by via through over under above below up down out off before after behind "
    "left right inside outside within beyond per for of as than or and but if when unless until while since because "
    "first last then next earlier later once only except not and/or upstream downstream forward backward through "
    "в на до после перед за над под из от с без через для по при или и но если когда пока сначала потом затем сперва "
    "снаружи внутри вверх вниз раньше позже чем как"
)


def _ordered(first: list[Token], second: list[Token]) -> bool:
    """Whether two statements have the same words, in the same order, behind the same prepositions."""
    return [(token.key, token.sign) for token in first] == [(token.key, token.sign) for token in second]


def _fronted(one: list[Token], other: list[Token]) -> list[Token]:
    """A command with its verb where the passive has it: behind its object. The same when it is no such pair."""
    if not one or one[0].sort != "word" or len(other) < SURE_WORDS or other[1].key != one[0].key:
        return []
    return [one[1], one[0], *one[2:]] if len(one) > 1 else []


# Words that part what there is in two. Who says the one of this half and denies it of the other half agrees.
_HALVES = """
over/under above/below up/down in/out left/right before/after inside/outside old/new
first/second first/last opening/closing open/close больше/меньше до/после до/старше выше/ниже с/без
внутри/снаружи старый/новый старые/новые первый/второй вход/выход вверх/вниз more/less longer/shorter
larger/smaller read/write reads/writes internal/external public/private старше/младше <=/старше >/<= </>=
</> more/fewer upper/lower first/further first/other
first/subsequent first/following first/rest первая/остальные minimum/maximum min/max up/in минимум/максимум start/stop
starting/stopping
"""
_OPPOSITE = frozenset(
    pair for line in _HALVES.split() for one, other in [line.split("/")] for pair in ((one, other), (other, one))
)
_DENYING_HALVES = tuple(map(word_set, ("on off", "with without", "с без")))


# Those of them that bound an amount: who refuses more than 5 and who takes up to 9 speak of one bound.
_BOUNDING = word_set(
    "over under above below up in more less fewer longer shorter larger smaller < > <= >= больше меньше"
)


def opposite(two: Laid, bounds: bool = True) -> bool:
    """Whether the two speak of opposite halves: over 18 and under 18, with tests and without, the old and the new.

    bounds: whether words that bound an amount part what there is in two.
    """
    first, second = (
        frozenset(_words(text.replace("-", " ").replace("'", "").casefold())) for text in (two.a.text, two.b.text)
    )
    if any(pair <= first ^ second for pair in _DENYING_HALVES):  # one half is a denial already: is there another?
        return bool((first | second) & (NEGATIONS - word_set("without без")))
    if not bounds:
        first, second = first - _BOUNDING, second - _BOUNDING
    return any((one, other) in _OPPOSITE for one in first - second for other in second - first)
