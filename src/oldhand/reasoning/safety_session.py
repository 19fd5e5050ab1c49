"""What the session that decides spoke of and looked at: which options, in which order, and the first effort named."""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from oldhand.errors import OldhandError
from oldhand.model.session import CALL, EDIT, OTHER, PROMPT, READ, REPLY, SEARCH, THOUGHT, WEB, WRITE, Event
from oldhand.model.terms import ENGLISH_STOP_WORDS, RUSSIAN_STOP_WORDS, index_terms
from oldhand.reasoning.decisions import CHOSEN, Decision
from oldhand.reasoning.safety_around import Session

if TYPE_CHECKING:
    from oldhand.memory import Memory

MOST_EVENTS = 400  # of a session, the first; what was spoken of first is among them
LONGEST_READ = 2_000  # characters of one event
LOOKING = frozenset({SEARCH, READ, WEB})  # kinds of tools that look for something
HOUR, DAY = 60, 480  # minutes; a day of work has eight hours
NUMBERS = {
    "a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "half a": 0.5,
    "один": 1.0, "одну": 1.0, "два": 2.0, "две": 2.0, "три": 3.0, "четыре": 4.0, "пять": 5.0, "шесть": 6.0,
}  # fmt: skip
UNITS = {
    "min": 1, "мин": 1, "hou": HOUR, "час": HOUR, "day": DAY, "ден": DAY, "дня": DAY, "дне": DAY, "дни": DAY,
    "wee": 5 * DAY, "нед": 5 * DAY, "mon": 20 * DAY, "мес": 20 * DAY,
}  # fmt: skip
# A word with a capital or a digit after its first letter, or one that begins so and does not begin the sentence; and a
# Latin word in a Russian sentence.
_NAME = re.compile(
    r"\w[^\W_a-zа-яё]\w{0,60}|\w{1,40}[A-ZА-ЯЁ0-9]\w{0,40}|(?<=\s)[A-ZА-ЯЁ]\w{1,60}|(?<=[а-яё]\s)[A-Za-z]\w{1,60}"
)
_EFFORT = re.compile(
    rf"\b(\d{{1,4}}(?:[.,]\d{{1,2}})?|{'|'.join(NUMBERS)})[ -]"
    r"(minutes?|hours?|days?|weeks?|months?|минут\w?|час\w{0,2}|день|дня|дней|недел\w{1,2}|месяц\w{0,2})\b",
    re.IGNORECASE,
)


def effort(text: str) -> int:
    """The first effort that a text names, in minutes of work (a week has five days); 0 when it names none."""
    found = _EFFORT.search(text[:LONGEST_READ])
    if found is None:
        return 0
    number = NUMBERS.get(found[1].lower())
    number = float(found[1].replace(",", ".")) if number is None else number
    return round(number * UNITS[found[2].lower()[:3]])


def seen(memory: "Memory", decision: Decision) -> Session | None:
    """What the session that speaks did so far; None where it is not known, or its log cannot be read."""
    from oldhand.sessions.whose import whose

    try:
        own = whose(memory)
        if not own.row:
            return None
        events = list(memory.session_log().events(own.id, (PROMPT, REPLY, THOUGHT, CALL), limit=MOST_EVENTS))
    except OldhandError:
        return None  # `doctor` tells that the log cannot be read; a decision is checked without it
    return gathered(decision, events)


def gathered(decision: Decision, events: Iterable[Event]) -> Session:
    """Which options of a decision a session's events speak of, and look at."""
    options = own_words(decision.options)
    chosen = named_words(decision.options[CHOSEN], options[CHOSEN])
    spoken, looked = [0] * len(options), [0] * len(options)
    started, first, minutes = 0, -1, 0
    for event in events:
        if event.kind == CALL and event.tool in (EDIT, WRITE, OTHER):
            continue
        terms = set(index_terms(f"{event.text[:LONGEST_READ]} {event.target[:LONGEST_READ]}"))
        named = [number for number, words in enumerate(options) if number != CHOSEN and words & terms]
        if chosen and len(chosen & terms) >= (1 if chosen < options[CHOSEN] else min(2, len(chosen))):
            named.insert(0, CHOSEN)
        if event.kind == PROMPT and not minutes:
            minutes = effort(event.text)
        if named and not started:
            started = event.at
        if event.kind != CALL and named and first == -1:
            first = named[0] if len(named) == 1 else -2  # several at once: none was first
        for number in named:
            if event.kind != CALL:
                spoken[number] += 1
            elif event.tool in LOOKING:
                looked[number] += 1
    return Session(started, max(first, -1), tuple(spoken), tuple(looked), minutes)


def own_words(options: Sequence[str]) -> list[set[str]]:
    """The words of each option that no other one has, in the forms in which they are compared."""
    terms = [set(index_terms(option)) - ENGLISH_STOP_WORDS - RUSSIAN_STOP_WORDS for option in options]
    return [
        own.difference(*(other for at, other in enumerate(terms) if at != number)) for number, own in enumerate(terms)
    ]


def named_words(option: str, own: set[str]) -> set[str]:
    """Of the own words of what was chosen, those that are names; all of them when none is.

    What was chosen is said in a sentence, whose verbs and common nouns say little of it. An alternative is taken to be
    meant by any of its words, so that a sign of one-sidedness is rather missed than invented.
    """
    said = {term for word in _NAME.findall(option[:LONGEST_READ]) for term in index_terms(word)}
    return {term for term in said & own if len(term) > 1 and not term.isdecimal()} or own
