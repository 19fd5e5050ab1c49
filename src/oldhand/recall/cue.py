"""Cues understood: what a question or a passage of work asks the index for."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from oldhand.model.terms import ENGLISH_STOP_WORDS, RUSSIAN_STOP_WORDS, Mention, index_terms, mentions

MAX_CUE_CHARACTERS = 8_192  # a page of text: more says little more, and 100,000 words must be understood in 20 ms
MAX_CUE_TERMS = 32  # each is one more list to walk in the index
MAX_PHRASES = 8  # phrases, paths and dates: more than a cue written by hand ever has
_MAX_QUOTATIONS = 64  # looked at, to find that many phrases
_MAX_MENTIONS = 4_096  # looked at; one character can stand for a whole sentence, so the text's length is no bound
_MAX_PHRASE_TERMS = 16  # terms; a longer quotation is told apart by its start

_SMALL_TALK = (
    "alright bye cheers hello hey hi ok okay oops pls sorry sure thank thanks thx wow yeah yes yep "
    "ага ладно ок окей пожалуйста пока привет спасибо хорошо здравствуй здравствуйте"
)
_ASKING = (  # words that shape a question and say nothing of its subject
    "anything anyone choose chose chosen decide decided done explain find get gets got handle handled happen happened "
    "happens know known look many mean means much need needs remember require required requires say says still tell "
    "use used uses using used want work works "
    "выбрали выбран используем используется использовать надо найти нужно почему расскажи решили скажи сколько"
)
_REQUESTS = (  # words that ask for an answer rather than name its subject: they count for little
    "advice ago chat chats conversation conversations currently discussed idea ideas interested lately list mention "
    "mentioned number planning previous previously recently recommend recommendation recommendations recommended "
    "remind reminded suggest suggestion suggestions talked tip tips total "
    "вспомни кстати недавно напомни обсуждали обсуждение перечисли посоветуй предлагал предложи ранее сейчас список "
    "упоминал"
)
_REQUESTING = frozenset(_REQUESTS.split())
_DROPPED = ENGLISH_STOP_WORDS | RUSSIAN_STOP_WORDS | frozenset(f"{_SMALL_TALK} {_ASKING}".split())

_quoted = re.compile(
    r"`+([^`\n]{1,300})`|\"([^\"\n]{1,300})\"|“([^”\n]{1,300})”|«([^»\n]{1,300})»|„([^“”\n]{1,300})[“”]"
    r"|(?<!\w)'([^'\n]{1,300})'(?!\w)"
).finditer
_date = re.compile(r"(?<![0-9])([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])").finditer
_chunk = re.compile(r"[^\s\"'`<>()\[\]{},;|*?=«»“”]+").findall
_line_number = re.compile(r"(?::[0-9]+){1,2}:?\Z|#L[0-9]+(?:-L[0-9]+)?\Z").sub
_numeric = re.compile("[0-9./-]+").fullmatch

_code = re.compile(
    r"E[A-Z]{3,}|[A-Z]{1,8}-?[0-9]{2,8}|[A-Z]{2,8}(?:-[0-9]{1,8}){1,3}|0[xX][0-9A-Fa-f]+|-[0-9]+"
).fullmatch
_version = re.compile(
    r"[A-Za-z]*[0-9]+(?:\.[0-9]+){2,}[0-9A-Za-z.-]*|[vV][0-9]+(?:\.[0-9]+)*|[A-Za-z]+[0-9]+\.[0-9.]+"
).fullmatch
_number = re.compile(r"-?[0-9]+(?:[.,_/-][0-9]+)*[A-Za-z]*").fullmatch
_ENDINGS_OF_FILES = (
    "c cc cfg conf cpp cs css csv db go gradle h hpp html ini ipynb java js json jsonl jsx kt lock log lua md mjs "
    "php pl proto py pyi r rb rs rst scala sh sql svg swift tf toml ts tsv tsx txt vue xml yaml yml zig"
)
_FILE_ENDINGS = frozenset(_ENDINGS_OF_FILES.split())
_WEIGHTS = {"path": 5, "identifier": 4, "code": 4, "version": 3, "quoted": 3, "word": 2, "number": 1, "request": 0}
"""How much each kind of term tells, when there are too many: only the order counts."""


class CueTerm(NamedTuple):
    """One thing to look for: the term as the index has it, and its parts as the index has them.

    `kind` is word, identifier, path, number, version, code, quoted (a word within quotation marks), or
    request (a word such as "recommend", that asks for an answer rather than names its subject);
    `said` is how it was written.
    """

    term: str
    parts: tuple[str, ...]
    kind: str
    said: str


class Cue(NamedTuple):
    """What a cue asks for. `terms` come in the order they were said, each once, without stop words.

    `phrases` are quotations as the index has them, stop words included: terms that follow one another.
    `paths` are written as in the cue, with `/`, without `./` and line numbers. `dates` are ISO dates.
    """

    text: str
    terms: list[CueTerm]
    phrases: list[tuple[str, ...]]
    paths: list[str]
    dates: list[str]


def understand(cue: str) -> Cue:
    """What a cue asks for. Takes any string; of a long one, the start and the end are read."""
    text = bounded(cue)
    quotations = [next(group for group in found.groups() if group) for found in islice(_quoted(text), _MAX_QUOTATIONS)]
    phrases = dict.fromkeys(tuple(index_terms(quotation)[:_MAX_PHRASE_TERMS]) for quotation in quotations)
    return Cue(
        text,
        _terms(text, quotations),
        [phrase for phrase in phrases if phrase][:MAX_PHRASES],
        list(dict.fromkeys(_paths(text)))[:MAX_PHRASES],
        list(dict.fromkeys(_dates(text)))[:MAX_PHRASES],
    )


def bounded(cue: str) -> str:
    """The cue, or its two ends cut at white space: what is asked stands before or after what is pasted."""
    if len(cue) <= MAX_CUE_CHARACTERS:
        return cue
    half = MAX_CUE_CHARACTERS // 2 - 1
    head, tail = cue[:half], cue[-half:]
    return f"{head.rpartition(' ')[0] or head}\n{tail.partition(' ')[2] or tail}"


def _terms(text: str, quotations: list[str]) -> list[CueTerm]:
    quoted = {term for quotation in quotations for _, term, _ in mentions(quotation)}
    found: dict[str, CueTerm] = {}
    said: dict[str, int] = {}
    for mention in islice(mentions(text), _MAX_MENTIONS):
        written, term, parts = mention
        if term in found:
            said[term] += 1
        elif not _is_dropped(mention):
            found[term] = CueTerm(term, parts, _kind_here(mention, quoted), written)
            said[term] = 1
    return list(found.values()) if len(found) <= MAX_CUE_TERMS else _most_telling(found, said)


def _kind_here(mention: Mention, quoted: set[str]) -> str:
    """The kind of a mention in its cue: what is quoted is meant, and a word of request is only asked with."""
    written, term, parts = mention
    kind = kind_of(written, parts)
    if kind != "word":
        return kind
    return "quoted" if term in quoted else "request" if written.casefold() in _REQUESTING else kind


def _is_dropped(mention: Mention) -> bool:
    """Whether it is a stop word or small talk, or made of nothing else (`and/or`)."""
    written, _, parts = mention
    said = written.casefold()
    return said in _DROPPED or (bool(parts) and "/" in said and all(step in _DROPPED for step in said.split("/")))


def kind_of(written: str, parts: tuple[str, ...]) -> str:
    """What sort of thing is written: word, code, version, number, path or identifier."""
    if _code(written):
        return "code"
    if not parts and (written.isalpha() or not written.isascii()):
        return "word"
    if _version(written):
        return "version"
    if _number(written):
        return "number"
    if "/" in written or _is_file_name(written):
        return "path"
    return "identifier"


def _is_file_name(written: str) -> bool:
    name, dot, ending = written.rpartition(".")
    return bool(name and dot) and ending.lower() in _FILE_ENDINGS


def _most_telling(found: dict[str, CueTerm], said: dict[str, int]) -> list[CueTerm]:
    """The terms that tell most: by kind, then how often they are said, then length; in the order they were said."""
    ranked = sorted(found, key=lambda term: (_WEIGHTS[found[term].kind], min(said[term], 3), len(term)), reverse=True)
    kept = set(ranked[:MAX_CUE_TERMS])
    return [found[term] for term in found if term in kept]


def _paths(text: str) -> Iterator[str]:
    for chunk in _chunk(text):
        if "://" in chunk or "@" in chunk:
            continue
        path = chunk.replace("\\", "/").rstrip(".,:;!")
        path = _line_number("", path).removeprefix("./").rstrip("/")
        if _numeric(path) or path.startswith("-") or not any(c.isalnum() for c in path):
            continue
        if "/" in path:
            if not all(step.casefold() in _DROPPED for step in path.split("/")):
                yield path
        elif _is_file_name(path):
            yield path


def _dates(text: str) -> Iterator[str]:
    for found in _date(text):
        year, month, day = (int(part) for part in found.groups())
        if year and 1 <= month <= 12 and 1 <= day <= _days_in(year, month):
            yield found[0]


def _days_in(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31
