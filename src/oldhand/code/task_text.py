"""Understanding the text of a task: what it is about, and which files and names of the project it mentions.

A task is a commit message, an issue or what somebody tells an agent. Templates, addresses of the web
and trailers are left out; the first line says more than the rest.
"""

import re
from collections import Counter
from typing import NamedTuple

from oldhand.model.terms import ENGLISH_STOP_WORDS, RUSSIAN_STOP_WORDS, index_terms, stem

LONGEST_TASK = 2000  # characters looked at: what follows is detail, logs and pasted output; the weights were learned so
MOST_TERMS = 160  # different terms that are weighed: as many as 2,000 characters of prose have
SHORTEST_NAME = 3  # characters of a word that may name a symbol or a file by itself
FULL_LENGTH = 403  # terms from which on a task counts as long as can be (e ** 6, what the weights were learned with)
_STOP = frozenset(stem(word) for word in ENGLISH_STOP_WORDS | RUSSIAN_STOP_WORDS)
_TRAILERS = (
    "co-authored-by:", "signed-off-by:", "reviewed-by:", "reported-by:", "change-id:", "see-also:", "acked-by:",
)  # fmt: skip

# Every one has one unbounded part, or parts that cannot match the same characters; the text is LONGEST_TASK at most.
_words = re.compile(r"[^\W\d]\w*").findall
_called = re.compile(r"[^\W\d]\w*(?=\()").findall
_hyphened = re.compile(r"\w[\w-]*").findall
_quoted = re.compile(r"`([^`\n]{1,200})`").findall
_chunks = re.compile(r"[^\s'\"`()<>{},;:=|*#!?]+").findall
_address = re.compile(r"https?://\S+").sub
_remark = re.compile(r"<!--.{0,2000}?-->", re.S).sub
_tag = re.compile(r"</?[a-z_][\w-]*>").sub
_shaped = re.compile(r"[a-z0-9][A-Z]|[A-Z]{2}[a-z]|_|[a-z][0-9]").search
_scope = re.compile(r"\s*\w+\(([^)\n]{1,60})\)!?:").match
_asides = re.compile(r"\b(?:examples?|docs?|documentation|bench\w*|samples?|пример\w*|документац\w*)\b", re.I).search
_HEAD = 300  # characters in which a task says that it is about examples or documents


class Task(NamedTuple):
    """A task as ranking reads it.

    terms, title: how often each term is said in all of it and in its first line; names: words that are
    written as names of code; name_terms: the terms of those; words: every word; title_words: those of the
    first line; paths: what looks like a path or the name of a file; folders: names that folders may
    have; asides: whether it is about examples or documents;
    length: 0 to 1, by the number of different terms.
    """

    terms: Counter[str]
    title: Counter[str]
    names: frozenset[str]
    name_terms: Counter[str]
    words: tuple[str, ...]
    title_words: tuple[str, ...]
    paths: tuple[str, ...]
    folders: tuple[str, ...]
    asides: bool
    length: float


def understood(text: str) -> Task:
    """The task a text tells; any text at all, the empty one too."""
    from math import log

    text = _kept(text[:LONGEST_TASK])
    first = next((line for line in text.split("\n") if line.strip()), "")
    words = tuple(dict.fromkeys(_words(text)))
    scope = found[1] if (found := _scope(first)) else ""
    called = _called(text)[1 if scope else 0 :]  # the first word of `fix(client): …` calls nothing
    in_code = {word for quoted in _quoted(text) for word in _words(quoted)} | set(called)
    names = frozenset(
        word for word in words if _shaped(word) or (word in in_code and len(word) >= SHORTEST_NAME)
    )  # fmt: skip
    chunks = [chunk.replace("\\", "/").strip("./~-") for chunk in _chunks(text)]
    paths = tuple(dict.fromkeys(chunk for chunk in chunks if chunk and ("/" in chunk or _is_file_name(chunk))))
    folders = dict.fromkeys(
        name.lower()
        for name in (*_words(first), *_words(scope), *(one for one in _hyphened(text) if "-" in one), *_steps(paths))
    )
    terms = weighed(text)
    return Task(
        terms, weighed(first), names, Counter(term for name in sorted(names) for term in index_terms(name)), words,
        tuple(dict.fromkeys(_words(first))), paths, tuple(folders),
        bool(_asides(text[:_HEAD])), min(1.0, log(1 + len(terms)) / log(FULL_LENGTH)),
    )  # fmt: skip


def weighed(text: str) -> Counter[str]:
    """The terms of a text that say something, each with how often it is said; the most frequent MOST_TERMS."""
    terms = Counter(index_terms(text))
    for word in _STOP & terms.keys():
        del terms[word]
    return terms if len(terms) <= MOST_TERMS else Counter(dict(terms.most_common(MOST_TERMS)))


def _kept(text: str) -> str:
    """The text without addresses, remarks of templates, tags and trailers."""
    text = _tag(" ", _remark(" ", _address(" ", text)))
    return "\n".join(line for line in text.split("\n") if not line.strip().lower().startswith(_TRAILERS))


def _is_file_name(chunk: str) -> bool:
    name, dot, extension = chunk.rpartition(".")
    return bool(dot and name) and 1 <= len(extension) <= 5 and extension.isalnum() and not extension.isdigit()


def _steps(paths: tuple[str, ...]) -> list[str]:
    return [step for path in paths if "/" in path for step in path.split("/")]
