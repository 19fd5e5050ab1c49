"""What a message is by its form alone: a document, a list, a line without an end, a report that names code.

Forms are told by lines and marks, and are signs beside those that sentences give. They were weighed on English
messages, so they say nothing of a message with a Russian word in it.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from oldhand.reasoning.routing_sign import DECISION, LEARNING, TACTICAL

FEW = 4  # words of a very short message
LINE = 100  # characters: a longer line is no title and no short order
SAID_BY_SOMEBODY = 600  # characters: what people type is short
TASK = 500  # characters: a longer account of one's own work asks for help with it
REPORT = 1_500  # characters: a report that is longer is a document
BODY = 60  # characters under a title that make it a body

_ITEM = re.compile(r"(?:[-*+•|]|\d{1,3}[.)])\s")
_DOCUMENT = re.compile(r"#{1,6} |\*\*|<|\||```|>|\[|//|---|\d{1,5} ?[+|]")
_CHANGE = re.compile(r"(?:feat|chore|docs|test|build|ci|refactor|perf|style)(?:\([^)]{1,40}\))?!?:", re.IGNORECASE)
_REPAIR = re.compile(r"fix(?:\([^)]{1,40}\))?!?:", re.IGNORECASE)
_PROPOSAL = re.compile(
    r"(?:investigate|consider|evaluate|explore|decide|should|research|proposal|rfc)\b", re.IGNORECASE
)
_OWN_TASK = re.compile(
    r"i(?:'m| am|'ve| have) (?:been |also |currently |just )?\w{2,20}(?:ing|ed)\b|i (?:want|need|just)\b", re.IGNORECASE
)
_HELP = re.compile(r"\b(?:help|suggest|review|example)\b", re.IGNORECASE)
_ASKED = re.compile(r"\b(?:can|could|would) (?:you|someone)\b|\bplease\b", re.IGNORECASE)
_PERSON = re.compile(r"\b(?:i|we|let'?s|hmm{1,5}|ok|yeah)\b", re.IGNORECASE)
_VOICE = re.compile(
    r"\b(?:i|i'm|we|let'?s|lets|should|shall|or|what|which|why|do|does|is|are|not|think|better|yes|no|so|then|but"
    r"|maybe|hmm{1,5})\b",
    re.IGNORECASE,
)
_FAULTY = re.compile(
    r"\b(?:fail\w*|error\w*|crash\w*|bug|broken?|breaks|wrong\w*|incorrect\w*|not|doesn'?t|never|false|missing"
    r"|los[et]s?|stale|race|leak\w*|duplicat\w*|corrupt\w*|panic\w*|overwrit\w*|fix(?:es|ed)?|silent\w*|bypass\w*"
    r"|unexpected\w*|mismatch\w*|inconsistent\w*|conflict\w*|prevent)\b",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"(?:please|now|ok(?:ay)?,?|can|could|let'?s|consider|should|add|create|write|implement|run|show|push|commit|rename"
    r"|update|move|use|remove|merge|list|test|document|support|allow|make|change|replace|refactor|improve)\b",
    re.IGNORECASE,
)
# What code is called in prose: marked code, words with an underscore or a capital within, calls, files, lines.
_NAME = re.compile(
    r"`[^`\n]{1,80}`|\b[A-Za-z0-9]{1,40}_[A-Za-z0-9]|\b[A-Z]?[a-z]{1,30}[A-Z]|\b\w{1,40}\(\)"
    r"|\b\w{1,40}\.(?:go|py|ts|rs|js|md|json|sh|yml|java)\b|\blines? \d"
)
_FOREIGN = re.compile(r"[\u0400-\u04ff]")


class Form(NamedTuple):
    """A form that speaks for a class: its name in words, and how it is told of a text and its lines that hold any."""

    kind: str
    name: str
    told: Callable[[str, list[str]], bool]


def forms(text: str) -> list[Form]:
    """The forms that a message has."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or _FOREIGN.search(text):
        return []
    return [form for form in FORMS if form.told(text.strip(), lines)]


def _items(lines: list[str]) -> int:
    return sum(_ITEM.match(line) is not None for line in lines)


def _is_prose(lines: list[str]) -> bool:
    return _items(lines) * 3 < len(lines) and not lines[0].startswith(("#", "**", "|", "<", "```"))


def _names_code(text: str, lines: list[str]) -> bool:
    """A report in sentences that names code at least twice, and orders and asks nothing."""
    return (
        len(text) < REPORT
        and "```" not in text
        and "?" not in text
        and _is_prose(lines)
        and _ORDER.match(text) is None
        and len(_NAME.findall(text)) >= 2
    )


def _heads_a_fault(text: str, lines: list[str]) -> bool:
    return (
        len(lines) > 1
        and len(lines[0]) <= LINE
        and len(text) > len(lines[0]) + BODY
        and _FAULTY.search(lines[0]) is not None
        and _is_prose(lines)
    )


def _is_a_title(text: str, lines: list[str]) -> bool:
    return len(lines) == 1 and len(text) <= LINE and text[-1] not in ".?!:)" and _VOICE.search(text) is None


def _tells_a_task(text: str, lines: list[str]) -> bool:
    return _OWN_TASK.match(text) is not None and (len(text) > TASK or "```" in text or _HELP.search(text) is not None)


FORMS = (
    Form(TACTICAL, "begins like a document", lambda text, lines: _DOCUMENT.match(lines[0]) is not None),
    Form(TACTICAL, "is a list", lambda text, lines: len(lines) >= 3 and _items(lines) * 2 >= len(lines)),
    Form(TACTICAL, "begins with a list item", lambda text, lines: _ITEM.match(lines[0]) is not None),
    Form(TACTICAL, "shows code", lambda text, lines: "```" in text),
    Form(TACTICAL, "is a line without an end", _is_a_title),
    Form(TACTICAL, "is very short", lambda text, lines: len(text.split()) <= FEW),
    Form(TACTICAL, "tells of a task and asks for help", _tells_a_task),
    Form(TACTICAL, "asks somebody to do it", lambda text, lines: _ASKED.search(text) is not None),
    Form(TACTICAL, "is headed as a change", lambda text, lines: _CHANGE.match(lines[0]) is not None),
    Form(TACTICAL, "is headed as a repair", lambda text, lines: _REPAIR.match(lines[0]) is not None),
    Form(
        DECISION,
        "is headed as a proposal",
        lambda text, lines: len(lines) > 1 and _PROPOSAL.match(lines[0]) is not None,
    ),
    Form(
        DECISION,
        "is said by somebody",
        lambda text, lines: len(text) < SAID_BY_SOMEBODY and _PERSON.search(text) is not None,
    ),
    Form(LEARNING, "tells of code by name", _names_code),
    Form(LEARNING, "is headed by a fault", _heads_a_fault),
)
