"""The operation `engram search`."""

from typing import Any, NamedTuple

from oldhand.memory import Memory
from oldhand.operation import READ, operation
from oldhand.sessions.engram_keeping import fields_of, matching
from oldhand.sessions.engram_telling import EngramLine, line_of

LONGEST_EXCERPT = 200  # characters around the first word that was found
FIRST = ("text", "title", "decisions", "eliminated", "trail", "open", "files")  # of the fields, for an excerpt


class Match(NamedTuple):
    """An engram that was found. words: how many of the words it has; excerpt: where the first of them stands."""

    engram: EngramLine
    words: int
    excerpt: str


class EngramMatches(NamedTuple):
    """What was found, those with most of the words first, then the latest."""

    matches: list[Match]


@operation(READ)
def search(memory: Memory, words: str, *, limit: int = 10) -> EngramMatches:
    """Find engrams by words of theirs: summaries, files, decisions, what was tried and given up

    Parameters
    words: what to look for; an engram with any of the words is found, with most of them first
    limit: how many are shown at most
    """
    with memory.reading() as reader:
        held = [(reader.get(identity), count) for identity, count in matching(reader, words, limit)]
    return EngramMatches([Match(line_of(one), count, excerpt(fields_of(one), words)) for one, count in held])


def excerpt(fields: dict[str, Any], words: str) -> str:
    """The first text of an engram that has one of the words, around that word."""
    texts: list[str] = []
    for name in (*FIRST, *fields):
        value = fields[name]
        texts += [value] if isinstance(value, str) else [str(one) for one in value]
    for word in words.split():
        wanted = word.casefold()[: max(len(word) - 2, 3)]  # also where it is inflected
        for text in texts:
            if (at := text.casefold().find(wanted)) >= 0:
                start = max(at - LONGEST_EXCERPT // 2, 0)
                end = start + LONGEST_EXCERPT
                return "…" * bool(start) + text[start:end] + "…" * (end < len(text))
    return ""
